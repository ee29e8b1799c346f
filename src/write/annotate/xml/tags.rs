//! Single tags and their attributes in XML bytes. Their balance is not looked at.

use memchr::{memchr, memmem};

use super::escape::{escape_attribute, unescape};

/// What kind of markup a [`Tag`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::write::annotate) enum TagKind {
    /// `<a>`
    Open,
    /// `</a>`
    Close,
    /// `<a/>`
    Empty,
    /// Comment, processing instruction, CDATA, DOCTYPE.
    Other,
}

/// One piece of markup: its place in the bytes it was found in.
#[derive(Clone, Copy, Debug)]
pub(in crate::write::annotate) struct Tag {
    /// Position of `<`.
    pub start: usize,
    /// One past `>`.
    pub end: usize,
    /// Its kind.
    pub kind: TagKind,
    /// The qualified name.
    name: (usize, usize),
}

impl Tag {
    /// The markup itself.
    pub(in crate::write::annotate) fn bytes<'a>(&self, xml: &'a [u8]) -> &'a [u8] {
        span(xml, self.start, self.end)
    }

    /// The whole name.
    pub(in crate::write::annotate) fn name<'a>(&self, xml: &'a [u8]) -> &'a [u8] {
        span(xml, self.name.0, self.name.1)
    }

    /// The name without its prefix.
    pub(in crate::write::annotate) fn local<'a>(&self, xml: &'a [u8]) -> &'a [u8] {
        let name = self.name(xml);
        memchr(b':', name).map_or(name, |at| span(name, at + 1, name.len()))
    }

    /// The prefix with its colon, or nothing.
    pub(in crate::write::annotate) fn prefix<'a>(&self, xml: &'a [u8]) -> &'a str {
        let name = self.name(xml);
        let prefix = memchr(b':', name).map_or(&[][..], |at| span(name, 0, at + 1));
        std::str::from_utf8(prefix).unwrap_or_default()
    }

    /// Whether the element begins here.
    pub(in crate::write::annotate) fn begins(&self) -> bool {
        matches!(self.kind, TagKind::Open | TagKind::Empty)
    }

    /// The raw value of an attribute.
    pub(in crate::write::annotate) fn attribute<'a>(
        &self,
        xml: &'a [u8],
        name: &str,
    ) -> Option<&'a [u8]> {
        attribute(self.bytes(xml), name)
    }

    /// The unescaped value of an attribute.
    pub(in crate::write::annotate) fn text_attribute(
        &self,
        xml: &[u8],
        name: &str,
    ) -> Option<String> {
        self.attribute(xml, name).map(unescape)
    }
}

/// A slice that is empty where its bounds are wrong.
pub(in crate::write::annotate) fn span(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.get(start..end).unwrap_or_default()
}

/// The first tag at or after `from`; `None` when no whole tag follows.
pub(in crate::write::annotate) fn next_tag(xml: &[u8], from: usize) -> Option<Tag> {
    let start = from + memchr(b'<', xml.get(from..)?)?;
    let rest = xml.get(start..)?;
    let other = |end: usize| Tag { start, end: start + end, kind: TagKind::Other, name: (0, 0) };
    match rest.get(1)? {
        b'?' => memmem::find(rest, b"?>").map(|at| other(at + 2)),
        b'!' if rest.starts_with(b"<!--") => find_from(rest, b"-->", 4).map(other),
        b'!' if rest.starts_with(b"<![CDATA[") => find_from(rest, b"]]>", 9).map(other),
        b'!' if rest.len() < 9 => None,
        b'!' => doctype_end(rest).map(other),
        b'/' => {
            let end = memchr(b'>', rest)? + 1;
            let name = (start + 2, start + 2 + name_length(span(rest, 2, end)));
            Some(Tag { start, end: start + end, kind: TagKind::Close, name })
        }
        _ => {
            let end = tag_end(rest)?;
            let kind = match rest.get(end.wrapping_sub(2)) {
                Some(b'/') => TagKind::Empty,
                _ => TagKind::Open,
            };
            let name = (start + 1, start + 1 + name_length(span(rest, 1, end)));
            Some(Tag { start, end: start + end, kind, name })
        }
    }
}

fn find_from(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    memmem::find(bytes.get(from..)?, what).map(|at| from + at + what.len())
}

fn doctype_end(rest: &[u8]) -> Option<usize> {
    let end = memchr(b'>', rest)? + 1;
    match memchr(b'[', span(rest, 0, end)) {
        Some(subset) => {
            let close = find_from(rest, b"]", subset)?;
            memchr(b'>', rest.get(close..)?).map(|at| close + at + 1)
        }
        None => Some(end),
    }
}

fn name_length(bytes: &[u8]) -> usize {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
    bytes.iter().position(is_end).unwrap_or(bytes.len())
}

/// One past the `>` that ends the tag at the start of `rest`, quotes respected. Tags are short: a plain
/// loop is faster than a search for the three letters.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut quote = 0;
    for (at, byte) in rest.iter().enumerate() {
        match *byte {
            b'>' if quote == 0 => return Some(at + 1),
            byte @ (b'"' | b'\'') if quote == 0 => quote = byte,
            byte if byte == quote => quote = 0,
            _ => {}
        }
    }
    None
}

/// One attribute of a tag; positions count from the tag's `<`.
#[derive(Clone, Copy, Debug)]
pub(in crate::write::annotate) struct Attribute<'a> {
    /// Qualified name.
    pub name: &'a [u8],
    /// Raw value.
    pub value: &'a [u8],
    /// Position of the white space before it.
    pub start: usize,
    /// Position of the value.
    pub value_start: usize,
    /// One past the closing quote.
    pub end: usize,
}

/// The attributes of a tag's bytes, in order; stops at what is no attribute.
pub(in crate::write::annotate) fn attributes(tag: &[u8]) -> impl Iterator<Item = Attribute<'_>> {
    let mut at = 1 + name_length(tag.get(1..).unwrap_or_default());
    std::iter::from_fn(move || {
        let start = at;
        let is_space = |byte: &&u8| byte.is_ascii_whitespace();
        let gap = |from: usize| tag.get(from..).map(|r| r.iter().take_while(is_space).count());
        let name_start = start + gap(start)?;
        let equals = name_start + memchr(b'=', tag.get(name_start..)?)?;
        let quote_at = equals + 1 + gap(equals + 1)?;
        let quote = *tag.get(quote_at).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let value_start = quote_at + 1;
        let value_end = value_start + memchr(quote, tag.get(value_start..)?)?;
        at = value_end + 1;
        let name = span(tag, name_start, equals).trim_ascii_end();
        let value = span(tag, value_start, value_end);
        Some(Attribute { name, value, start, value_start, end: at })
    })
}

/// The raw value of an attribute of a tag's bytes, by its qualified name.
pub(in crate::write::annotate) fn attribute<'a>(tag: &'a [u8], name: &str) -> Option<&'a [u8]> {
    attributes(tag).find(|one| one.name == name.as_bytes()).map(|one| one.value)
}

/// A number in an attribute.
pub(in crate::write::annotate) fn number_attribute(tag: &[u8], name: &str) -> Option<u32> {
    std::str::from_utf8(attribute(tag, name)?).ok()?.trim().parse().ok()
}

/// The tag with an attribute set; the rest of its bytes stay.
pub(in crate::write::annotate) fn with_attribute(tag: &[u8], name: &str, value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(tag.len() + name.len() + value.len() + 4);
    match attributes(tag).find(|one| one.name == name.as_bytes()) {
        Some(old) => {
            out.extend_from_slice(span(tag, 0, old.value_start));
            escape_attribute(value, &mut out);
            out.extend_from_slice(span(tag, old.end - 1, tag.len()));
        }
        None => {
            let close = if tag.ends_with(b"/>") { 2 } else { 1 };
            let head = span(tag, 0, tag.len().saturating_sub(close));
            out.extend_from_slice(head.trim_ascii_end());
            out.extend_from_slice(format!(" {name}=\"").as_bytes());
            escape_attribute(value, &mut out);
            out.push(b'"');
            out.extend_from_slice(span(tag, head.trim_ascii_end().len(), tag.len()));
        }
    }
    out
}

/// The tag without an attribute.
pub(in crate::write::annotate) fn without_attribute(tag: &[u8], name: &str) -> Vec<u8> {
    let mut out = tag.to_vec();
    if let Some(old) = attributes(tag).find(|one| one.name == name.as_bytes()) {
        out.drain(old.start..old.end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::annotate::xml::root;

    #[test]
    fn tags_are_found_over_quotes_comments_and_cdata() {
        let xml =
            br#"<?xml version="1.0"?><!-- <a> --><x:a b="1>2" c='"'><![CDATA[</x:a>]]><d/></x:a>"#;
        let mut at = 0;
        let mut seen = Vec::new();
        while let Some(tag) = next_tag(xml, at) {
            at = tag.end;
            seen.push((tag.kind, String::from_utf8_lossy(tag.local(xml)).into_owned()));
        }
        let kinds: Vec<_> = seen.iter().map(|(kind, _)| *kind).collect();
        use TagKind::*;
        assert_eq!(kinds, [Other, Other, Open, Other, Empty, Close]);
        assert_eq!(seen[2].1, "a");
        let root = root(xml).unwrap();
        assert_eq!(root.tag.prefix(xml), "x:");
        assert_eq!(root.tag.attribute(xml, "c"), Some(&b"\""[..]));
        assert_eq!(root.text(xml), "</x:a>");
        assert_eq!(root.children(xml).len(), 1);
    }

    #[test]
    fn an_unfinished_tag_is_none() {
        for xml in ["<a b=\"1", "<a b=\">", "<!-- >", "<![CDATA[ ]", "text", "<"] {
            assert!(next_tag(xml.as_bytes(), 0).is_none(), "{xml}");
        }
    }

    #[test]
    fn attributes_are_set_and_taken_out_in_place() {
        for (tag, set, without) in [
            ("<c r=\"A1\" s=\"3\"/>", "<c r=\"A1\" s=\"7\"/>", "<c r=\"A1\"/>"),
            ("<c r='A1' >", "<c r='A1' s=\"7\" >", "<c r='A1' >"),
            ("<c />", "<c s=\"7\" />", "<c />"),
            ("<c\n s = '3'></c>", "<c\n s = '7'></c>", "<c></c>"),
        ] {
            let as_text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            assert_eq!(as_text(with_attribute(tag.as_bytes(), "s", "7")), set);
            assert_eq!(as_text(without_attribute(tag.as_bytes(), "s")), without);
        }
    }
}
