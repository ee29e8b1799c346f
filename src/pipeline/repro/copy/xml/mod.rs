//! XML copied element by element: what a table of rules does not name is left out, texts and values are replaced. Takes
//! broken XML as it comes: what breaks off, breaks off in the copy too.

mod escape;
mod tags;

use super::{
    Texts,
    values::{self, format_code, formula, is_address, is_keyword, is_safe, part_name},
};
use escape::{decoded, escape};
use tags::{attributes, local, skipped, split_at, tag_length};

pub use escape::unescaped;
pub use tags::stripped;

/// What is done with an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Kept if it is a short number or a keyword of the formats.
    Safe,
    /// Kept if it is a type of parts or relationships.
    Type,
    /// The name of a style or relationship: usual ones stay, others are replaced.
    Token,
    /// Kept if it is an address or a range of cells.
    Address,
    /// Kept if it is a count.
    Count,
    /// Replaced as a text.
    Text,
    /// Replaced as a number.
    Number,
    /// Its texts are replaced.
    Formula,
    /// A number format: its words are replaced.
    Format,
    /// The name of a part.
    Part,
}

/// What is done with the text inside an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Nothing but elements.
    Elements,
    /// A text; those within one group belong together.
    Text,
    /// A text of which nothing is left.
    Nothing,
    /// A formula.
    Formula,
    /// The stored value of a cell, by the cell's `t`.
    Value,
}

/// An element that is kept.
pub struct Element {
    /// Its name, with its prefix if [`Dialect::has_prefixes`].
    pub name: &'static str,
    /// Attributes that are kept; names as they are written.
    pub attributes: &'static [(&'static str, Use)],
    /// What is in it.
    pub inside: Inside,
}

/// The XML of a format.
pub struct Dialect {
    /// Elements that are kept, one table after another.
    pub elements: &'static [&'static [Element]],
    /// Elements whose texts belong together.
    pub groups: &'static [&'static str],
    /// Elements that begin a new line within a group.
    pub lines: &'static [&'static str],
    /// Whether elements are known with their prefix.
    pub has_prefixes: bool,
    /// Whether `_x000D_` stands for a character.
    pub has_escapes: bool,
    /// Whether an element is kept, by its attributes.
    pub allows: fn(&str, &[(&str, String)]) -> bool,
}

struct Walk<'a> {
    dialect: &'a Dialect,
    texts: &'a mut dyn Texts,
    out: String,
    /// Elements that are open: name and what is inside.
    open: Vec<(String, Inside)>,
    /// The `t` of the cell that is open.
    kind: String,
    group: Option<Group>,
}

/// Texts that belong together, and where in the copy they stand.
#[derive(Default)]
struct Group {
    parts: Vec<Share>,
    joined: String,
}

/// One text of a group.
struct Share {
    /// Place in the copy.
    at: usize,
    /// As it is written.
    raw: String,
    /// As it is meant.
    meant: String,
    /// Characters of the group before it.
    before: usize,
}

/// Copies a part. `xml` is UTF-8 whatever the part was.
pub fn copy(xml: &str, dialect: &Dialect, texts: &mut dyn Texts) -> String {
    let mut walk = Walk {
        dialect,
        texts,
        out: String::with_capacity(xml.len()),
        open: Vec::new(),
        kind: String::new(),
        group: None,
    };
    let mut rest = xml;
    while let Some((text, from)) = split_at(rest, '<') {
        walk.text(text, false);
        match walk.tag(from) {
            Some(behind) => rest = behind,
            None => {
                // A tag that breaks off: the copy breaks off there too.
                walk.end_group();
                walk.out.push('<');
                return walk.out;
            }
        }
    }
    walk.text(rest, false);
    walk.end_group();
    walk.out
}

impl Walk<'_> {
    /// Takes a tag; gives what is behind it, `None` if it breaks off.
    fn tag<'x>(&mut self, from: &'x str) -> Option<&'x str> {
        if let Some(inner) = from.strip_prefix("<![CDATA[") {
            let (text, behind) = inner.split_once("]]>")?;
            self.text(text, true);
            return Some(behind);
        }
        if from.starts_with("<!--") {
            return Some(from.split_once("-->")?.1);
        }
        // Declared entities are a defect of their own; that there were some is kept, what they say is not.
        if from.starts_with("<!DOCTYPE") {
            self.out.push_str("<!DOCTYPE x>");
            let inner = from.split_once('>')?;
            let is_long = inner.0.contains('[');
            return if is_long {
                Some(from.split_once("]>").map_or("", |(_, behind)| behind))
            } else {
                Some(inner.1)
            };
        }
        let length = tag_length(from)?;
        let (raw, behind) = from.split_at_checked(length)?;
        let inner = raw.get(1..raw.len() - 1)?;
        if inner.starts_with("?xml ") {
            if is_safe(inner.trim_matches('?')) {
                self.out.push_str(raw);
            }
            return Some(behind);
        }
        if inner.starts_with(['?', '!']) {
            return Some(behind);
        }
        if let Some(name) = inner.strip_prefix('/') {
            self.close(name.trim());
            return Some(behind);
        }
        let is_empty = inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        if self.start(inner, is_empty) || is_empty {
            return Some(behind);
        }
        skipped(behind)
    }

    fn known(&self, name: &str) -> Option<&'static Element> {
        let name = if self.dialect.has_prefixes { name } else { local(name) };
        self.dialect.elements.iter().flat_map(|table| table.iter()).find(|known| known.name == name)
    }

    /// Opens an element; `false` if it is left out.
    fn start(&mut self, inner: &str, is_empty: bool) -> bool {
        let end = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(end).unwrap_or((inner, ""));
        let Some(element) = self.known(name) else { return false };
        let attributes = attributes(rest);
        if !(self.dialect.allows)(element.name, &attributes) {
            return false;
        }
        if element.name == "c" {
            let kind = attributes.iter().find(|(name, _)| *name == "t");
            self.kind = kind.map(|(_, value)| value.clone()).unwrap_or_default();
        }
        if self.dialect.groups.contains(&element.name) {
            self.end_group();
            self.group = Some(Group::default());
        }
        if self.dialect.lines.contains(&element.name)
            && let Some(group) = self.group.as_mut().filter(|group| !group.joined.is_empty())
        {
            group.joined.push('\n');
        }
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in &attributes {
            self.attribute(element, name, value);
        }
        self.out.push_str(if is_empty { "/>" } else { ">" });
        if !is_empty {
            self.open.push((name.to_owned(), element.inside));
        } else if self.dialect.groups.contains(&element.name) {
            self.group = None;
        }
        true
    }

    fn close(&mut self, name: &str) {
        let plain = if self.dialect.has_prefixes { name } else { local(name) };
        if self.dialect.groups.contains(&plain) {
            self.end_group();
        }
        // A tag that closes nothing is kept as far as it says nothing: it is the document's own damage.
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.truncate(at);
        }
        if self.known(name).is_some() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn attribute(&mut self, element: &Element, name: &str, value: &str) {
        let is_namespace = name == "xmlns" || name.starts_with("xmlns:");
        let made = if is_namespace {
            (values::is_namespace(value) && is_safe(name)).then(|| value.to_owned())
        } else if name == "xml:space" {
            is_keyword(value).then(|| value.to_owned())
        } else {
            let rule = element.attributes.iter().find(|(known, _)| *known == name);
            rule.and_then(|(_, treatment)| self.treated(*treatment, value))
        };
        if let Some(made) = made {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(&made, true, false, &mut self.out);
            self.out.push('"');
        }
    }

    fn treated(&mut self, treatment: Use, value: &str) -> Option<String> {
        match treatment {
            Use::Safe => is_keyword(value).then(|| value.to_owned()),
            Use::Type => values::is_type(value).then(|| value.to_owned()),
            Use::Token => Some(values::token(value, self.texts)),
            Use::Address => is_address(value).then(|| value.to_owned()),
            Use::Count => values::is_count(value).then(|| value.to_owned()),
            Use::Text => Some(self.texts.text(value)),
            Use::Number => Some(self.texts.number(value)),
            Use::Formula => Some(formula(value, self.texts)),
            Use::Format => Some(format_code(value, self.texts)),
            Use::Part => Some(part_name(value, self.texts)),
        }
    }

    fn text(&mut self, raw: &str, is_cdata: bool) {
        let inside = self.open.last().map_or(Inside::Elements, |(_, inside)| *inside);
        if raw.is_empty() {
            return;
        }
        let meant = if is_cdata { raw.to_owned() } else { unescaped(raw) };
        let meant = if self.dialect.has_escapes { decoded(&meant) } else { meant };
        match inside {
            Inside::Text => {
                if let Some(group) = &mut self.group {
                    let before = group.joined.chars().count();
                    group.joined.push_str(&meant);
                    let (at, raw) = (self.out.len(), raw.to_owned());
                    group.parts.push(Share { at, raw, meant, before });
                } else {
                    let made = self.texts.text(&meant);
                    self.put(raw, &meant, &made, is_cdata);
                }
            }
            Inside::Formula => {
                let made = formula(&meant, self.texts);
                self.put(raw, &meant, &made, is_cdata);
            }
            Inside::Value => {
                let made = values::cell(&self.kind, &meant, self.texts);
                self.put(raw, &meant, &made, is_cdata);
            }
            Inside::Elements | Inside::Nothing => {
                if raw.trim().is_empty() {
                    self.out.push_str(raw);
                }
            }
        }
    }

    /// Writes a text; one that stays as it is written.
    fn put(&mut self, raw: &str, meant: &str, made: &str, is_cdata: bool) {
        if made == meant && !is_cdata {
            self.out.push_str(raw);
        } else {
            escape(made, false, self.dialect.has_escapes, &mut self.out);
        }
    }

    /// Replaces the texts of a group as one text, and gives each its share.
    fn end_group(&mut self) {
        let Some(group) = self.group.take() else { return };
        if group.parts.is_empty() {
            return;
        }
        let made = self.texts.text(&group.joined);
        let letters: Vec<char> = made.chars().collect();
        let is_as_long = letters.len() == group.joined.chars().count();
        let Some(first) = group.parts.first().map(|share| share.at) else { return };
        // Only the tail of the copy is written anew.
        let tail = self.out.split_off(first);
        let mut from = first;
        for (index, Share { at, raw, meant, before }) in group.parts.iter().enumerate() {
            self.out.push_str(tail.get(from - first..at - first).unwrap_or_default());
            from = *at;
            let share: String = match (is_as_long, index) {
                (true, _) => letters.iter().skip(*before).take(meant.chars().count()).collect(),
                (false, 0) => made.clone(),
                (false, _) => String::new(),
            };
            if share == *meant && !raw.contains('<') {
                self.out.push_str(raw);
            } else {
                escape(&share, false, self.dialect.has_escapes, &mut self.out);
            }
        }
        self.out.push_str(tail.get(from - first..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows what is replaced: letters become `#`, digits `9`.
    struct Marks;

    impl Texts for Marks {
        fn text(&mut self, text: &str) -> String {
            text.chars().map(|c| if c.is_alphanumeric() { '#' } else { c }).collect()
        }

        fn number(&mut self, number: &str) -> String {
            number.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
        }
    }

    static ELEMENTS: &[Element] = &[
        Element { name: "sst", attributes: &[], inside: Inside::Elements },
        Element { name: "si", attributes: &[], inside: Inside::Elements },
        Element { name: "r", attributes: &[], inside: Inside::Elements },
        Element { name: "t", attributes: &[], inside: Inside::Text },
        Element {
            name: "c",
            attributes: &[("r", Use::Address), ("t", Use::Safe)],
            inside: Inside::Elements,
        },
        Element { name: "v", attributes: &[], inside: Inside::Value },
        Element { name: "f", attributes: &[], inside: Inside::Formula },
    ];

    static DIALECT: Dialect = Dialect {
        elements: &[ELEMENTS],
        groups: &["si"],
        lines: &[],
        has_prefixes: false,
        has_escapes: true,
        allows: |_, _| true,
    };

    #[test]
    fn elements_that_nobody_knows_go_and_texts_are_replaced() {
        for (xml, made) in [
            (
                "<?xml version=\"1.0\"?><sst><si><t>张三</t></si></sst>",
                "<?xml version=\"1.0\"?><sst><si><t>##</t></si></sst>",
            ),
            (
                "<si><r><rPr><b/></rPr><t>张</t></r><r><t> 三&amp;</t></r></si>",
                "<si><r><t>#</t></r><r><t> #&amp;</t></r></si>",
            ),
            (
                "<x:c r=\"A1\" t=\"s\" y=\"张\"><x:v>12</x:v></x:c>",
                "<x:c r=\"A1\" t=\"s\"><x:v>12</x:v></x:c>",
            ),
            ("<c><v>13.50</v></c><drop>张<a/></drop>", "<c><v>99.99</v></c>"),
            (
                "<c t=\"str\"><f>IF(A1=\"张\",甲!B2)</f><v>a_x000D_b</v></c>",
                "<c t=\"str\"><f>IF(A1=\"#\",#!B2)</f><v>#_x000D_#</v></c>",
            ),
            ("<si><t><![CDATA[<张>]]></t></si><!-- 张 -->", "<si><t>&lt;#&gt;</t></si>"),
            ("<si><t>张三</t></si><si><t a=\"", "<si><t>##</t></si><si><"),
            ("张三<si/>李", "<si/>"),
        ] {
            assert_eq!(copy(xml, &DIALECT, &mut Marks), made, "{xml}");
        }
    }
}
