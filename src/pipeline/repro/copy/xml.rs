//! XML copied element by element: what a table of rules does not name is left out, texts and values are replaced. Takes
//! broken XML as it comes: what breaks off, breaks off in the copy too.

use super::Texts;

/// What is done with an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Kept if it holds nothing but the words and short numbers of a format.
    Safe,
    /// Kept if it is an address or a range of cells.
    Address,
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

/// Where namespaces of the known formats begin.
static NAMESPACES: &[&str] = &[
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/",
    "http://purl.oclc.org/",
    "http://purl.org/dc/",
    "http://www.w3.org/",
    "http://openoffice.org/",
    "http://docs.oasis-open.org/",
    "urn:oasis:names:",
    "urn:org:documentfoundation:",
    "urn:schemas-microsoft-com:",
];

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

fn split_at(text: &str, sign: char) -> Option<(&str, &str)> {
    text.find(sign).and_then(|at| text.split_at_checked(at))
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
        let length = tag_length(from)?;
        let (raw, behind) = from.split_at_checked(length)?;
        let inner = raw.get(1..raw.len() - 1)?;
        if inner.starts_with("?xml ") {
            if is_safe(inner.trim_matches('?'), true) {
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
            let is_known = NAMESPACES.iter().any(|known| value.starts_with(known));
            (is_known && is_safe(value, true) && is_safe(name, true)).then(|| value.to_owned())
        } else if name == "xml:space" {
            is_safe(value, true).then(|| value.to_owned())
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
            Use::Safe => is_safe(value, true).then(|| value.to_owned()),
            Use::Address => is_address(value).then(|| value.to_owned()),
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
                let made = match self.kind.as_str() {
                    "s" | "b" | "e" if meant.len() < 9 && is_safe(&meant, true) => meant.clone(),
                    "s" => meant.chars().filter(char::is_ascii_digit).take(5).collect(),
                    "str" | "inlineStr" | "d" | "b" | "e" => self.texts.text(&meant),
                    _ => {
                        let bare = meant.trim();
                        let made = match bare.parse::<f64>() {
                            Ok(_) => self.texts.number(bare),
                            Err(_) => self.texts.text(bare),
                        };
                        meant.replacen(bare, &made, usize::from(!bare.is_empty()))
                    }
                };
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

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The length of a tag with its brackets; `None` if it breaks off.
fn tag_length(from: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in from.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// What is behind the element that was begun last; `None` if it breaks off.
fn skipped(mut rest: &str) -> Option<&str> {
    let mut depth = 1;
    while let Some((_, from)) = split_at(rest, '<') {
        if let Some(inner) = from.strip_prefix("<![CDATA[") {
            rest = inner.split_once("]]>")?.1;
            continue;
        }
        if from.starts_with("<!--") {
            rest = from.split_once("-->")?.1;
            continue;
        }
        let (raw, behind) = from.split_at_checked(tag_length(from)?)?;
        rest = behind;
        if raw.starts_with("</") {
            depth -= 1;
        } else if !raw.ends_with("/>") && !raw.starts_with("<?") && !raw.starts_with("<!") {
            depth += 1;
        }
        if depth == 0 {
            return Some(rest);
        }
    }
    None
}

/// Attributes in order, values without escapes.
fn attributes(mut rest: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    while let Some((name, behind)) = rest.split_once('=') {
        let behind = behind.trim_start();
        let Some(quote) = behind.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, behind)) = behind.get(1..).and_then(|inner| inner.split_once(quote))
        else {
            break;
        };
        found.push((name.trim(), unescaped(value)));
        rest = behind;
    }
    found
}

/// Whether a value is made of what formats are made of: ASCII, and no number of six digits.
fn is_safe(value: &str, may_have_words: bool) -> bool {
    let mut digits = 0;
    let mut most = 0;
    for byte in value.bytes() {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        most = most.max(digits);
    }
    let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    may_have_words && value.len() <= 200 && most < 6 && value.bytes().all(is_plain)
}

fn is_address(value: &str) -> bool {
    value.len() <= 200
        && value
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b" :$.".contains(&b))
        && value.split([' ', ':']).all(|part| {
            let digits =
                part.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '$' || c == '.');
            digits.len() <= 7
        })
}

/// A formula whose texts, sheet names and long numbers are replaced.
pub fn formula(text: &str, texts: &mut dyn Texts) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is_in: &dyn Fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        if matches!(first, '"' | '\'') {
            let inner = rest.get(1..).unwrap_or_default();
            let (word, behind) = inner.split_once(first).unwrap_or((inner, ""));
            out.push(first);
            out.push_str(&texts.text(word));
            if inner.len() > word.len() {
                out.push(first);
            }
            rest = behind;
            continue;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = run(&is_word).max(first.len_utf8());
        let (word, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_call = behind.starts_with(['(', '.']);
        let is_known = word.is_ascii() && digits < 6 && (is_call || digits > 0 || word.len() < 4);
        let is_sign = !is_word(first);
        if is_known || is_sign || matches!(word, "TRUE" | "FALSE") {
            out.push_str(word);
        } else {
            out.push_str(&texts.text(word));
        }
        rest = behind;
    }
    out
}

/// A number format whose words are replaced; signs and the letters of formats stay.
pub fn format_code(code: &str, texts: &mut dyn Texts) -> String {
    if code.is_ascii() && code.len() < 100 {
        return code.to_owned();
    }
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: char| c.is_ascii() == first.is_ascii();
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if first.is_ascii() {
            out.push_str(run)
        } else {
            out.push_str(&texts.text(run))
        }
        rest = behind;
    }
    out
}

/// Steps of the names of parts that every workbook has.
static STEPS: &[&str] = &[
    "",
    ".",
    "..",
    "xl",
    "docprops",
    "custom",
    "_rels",
    "worksheets",
    "sheets",
    "sheet",
    "chartsheets",
    "dialogsheets",
    "macrosheets",
    "workbook",
    "book",
    "sharedstrings",
    "styles",
    "[content_types]",
    "worksheet",
    "content",
    "meta-inf",
    "manifest",
    "mimetype",
    "style",
    "strings",
    "rid",
    "r",
    "id",
];

/// The name of a part: usual steps stay, others are replaced.
pub fn part_name(name: &str, texts: &mut dyn Texts) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, step) in name.split(['/', '\\']).enumerate() {
        if at > 0 {
            let sign = name.get(out_of(name, at)..).and_then(|rest| rest.chars().next());
            out.push(sign.unwrap_or('/'));
        }
        let lower = step.to_ascii_lowercase();
        let mut stem = lower.as_str();
        for ending in [".rels", ".xml", ".bin"] {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
        let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        if STEPS.contains(&stem) && digits < 6 {
            out.push_str(step);
            continue;
        }
        let length = step.find('.').unwrap_or(step.len());
        let (word, ending) = step.split_at_checked(length).unwrap_or((step, ""));
        out.push_str(&texts.text(word));
        out.push_str(if is_safe(ending, true) && ending.len() < 12 { ending } else { ".xml" });
    }
    out
}

/// Where the `at`-th slash of a name stands.
fn out_of(name: &str, at: usize) -> usize {
    name.match_indices(['/', '\\']).nth(at - 1).map_or(0, |(place, _)| place)
}

/// Undoes XML's escapes; unknown ones stay.
pub fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let found = from.split_once(';').filter(|(name, _)| name.len() < 10);
        match found.and_then(|(name, behind)| Some((named(name)?, behind))) {
            Some((letter, behind)) => {
                out.push(letter);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// Undoes `_x000D_`.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let letter =
            code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match letter {
            Some(letter) => {
                out.push(letter);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn escape(text: &str, is_attribute: bool, has_escapes: bool, out: &mut String) {
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            '\n' | '\t' if !is_attribute => out.push(letter),
            '_' if has_escapes && is_coded(text.get(at..).unwrap_or_default()) => {
                out.push_str("_x005F_")
            }
            '\0'..='\u{1f}' if has_escapes => out.push_str(&format!("_x{:04X}_", letter as u32)),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", letter as u32)),
            '\0'..='\u{1f}' => {}
            _ => out.push(letter),
        }
    }
}

fn is_coded(from: &str) -> bool {
    let bytes = from.as_bytes();
    bytes.get(1) == Some(&b'x')
        && bytes.get(6) == Some(&b'_')
        && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// The texts of a part without its tags; cells and shared strings apart from one another.
pub fn stripped(xml: &str) -> String {
    static ENDS: &[&str] =
        &["</si", "</c", "</is", "</v", "</f", "</row", "</table:table-cell", "</text:p"];
    let mut out = String::new();
    let mut rest = xml;
    while let Some((text, from)) = split_at(rest, '<') {
        out.push_str(text);
        let Some((raw, behind)) = tag_length(from).and_then(|length| from.split_at_checked(length))
        else {
            break;
        };
        let name = raw.trim_end_matches('>');
        let name = name
            .rsplit_once(':')
            .filter(|_| !name.contains("table:") && !name.contains("text:"))
            .map_or(name.to_owned(), |(_, local)| format!("</{local}"));
        if ENDS.contains(&name.as_str()) {
            out.push('\n');
        }
        rest = behind;
    }
    unescaped(&out)
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

    #[test]
    fn names_of_parts_and_values_are_kept_only_if_usual() {
        assert_eq!(
            part_name("/xl\\worksheets/sheet1.xml", &mut Marks),
            "/xl\\worksheets/sheet1.xml"
        );
        assert_eq!(part_name("xl/张三.xml", &mut Marks), "xl/##.xml");
        assert!(is_safe("rId12", true) && !is_safe("张", true) && !is_safe("a123456", true));
        assert!(is_address("A1:XFD1048576") && !is_address("110101199003074514"));
        assert_eq!(stripped("<si><t>张</t><t>三</t></si><si><t>a&lt;</t></si>"), "张三\na<\n");
    }
}
