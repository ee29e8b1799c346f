//! XML as far as spreadsheets need it: tokens and attributes by local name, in one pass over bytes.
//! Well-formedness is not proven; a document type is refused, so no entity is ever expanded.

use memchr::{memchr, memchr3, memmem};

use super::fault::Fault;

/// A run of bytes in the window's buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Name without its prefix.
    pub name: Span,
    /// Everything between the name and the end of the tag.
    pub attributes: Span,
    /// Whether the element ends at once (`<x/>`).
    pub is_empty: bool,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `<x …>` or `<x …/>`.
    Start(Tag),
    /// `</x>`: the name without its prefix.
    End(Span),
    /// Text with entities.
    Text(Span),
    /// Text of a CDATA section.
    Verbatim(Span),
    /// A comment or processing instruction.
    Aside,
    /// The end of the part.
    Eof,
}

/// The first token of `bytes` and its length; spans count from `base`. `None`: more bytes are needed.
///
/// # Errors
/// The bytes cannot begin a token, or they declare a document type.
pub fn scan(bytes: &[u8], base: usize, is_end: bool) -> Result<Option<(Token, usize)>, Fault> {
    let found = match bytes {
        [] if is_end => Some((Token::Eof, 0)),
        [] => None,
        [b'<', b'/', rest @ ..] => scan_end(rest, base + 2),
        [b'<', b'?', ..] => after(bytes, b"?>").map(|length| (Token::Aside, length)),
        [b'<', b'!', rest @ ..] => return scan_declaration(bytes, rest, base),
        [b'<', rest @ ..] => return scan_start(rest, base + 1),
        _ => match memchr(b'<', bytes) {
            Some(at) => Some((Token::Text(Span { start: base, end: base + at }), at)),
            None if is_end => {
                let length = bytes.len();
                Some((Token::Text(Span { start: base, end: base + length }), length))
            }
            None => None,
        },
    };
    Ok(found)
}

fn after(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    memmem::find(bytes, mark).map(|at| at + mark.len())
}

fn scan_declaration(
    bytes: &[u8],
    rest: &[u8],
    base: usize,
) -> Result<Option<(Token, usize)>, Fault> {
    if rest.starts_with(b"--") {
        let text = bytes.get(4..).unwrap_or_default();
        return Ok(after(text, b"-->").map(|length| (Token::Aside, length + 4)));
    }
    if let Some(text) = rest.strip_prefix(b"[CDATA[") {
        let token = |at| Token::Verbatim(Span { start: base + 9, end: base + 9 + at });
        return Ok(memmem::find(text, b"]]>").map(|at| (token(at), at + 12)));
    }
    if b"[CDATA[".starts_with(rest) || b"--".starts_with(rest) {
        return Ok(None);
    }
    Err(Fault::Broken)
}

fn scan_end(rest: &[u8], base: usize) -> Option<(Token, usize)> {
    let at = memchr(b'>', rest)?;
    let name = rest.get(..at)?.trim_ascii_end();
    Some((Token::End(local(name, base)), at + 3))
}

fn scan_start(rest: &[u8], base: usize) -> Result<Option<(Token, usize)>, Fault> {
    match rest.first() {
        None => return Ok(None),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80 => {}
        Some(_) => return Err(Fault::Broken),
    }
    let Some(close) = tag_end(rest) else { return Ok(None) };
    let inside = rest.get(..close).unwrap_or_default();
    let (inside, is_empty) = match inside.strip_suffix(b"/") {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let is_break = |byte: &u8| byte.is_ascii_whitespace();
    let length = inside.iter().position(is_break).unwrap_or(inside.len());
    let name = local(inside.get(..length).unwrap_or_default(), base);
    let attributes = Span { start: base + length, end: base + inside.len() };
    Ok(Some((Token::Start(Tag { name, attributes, is_empty }), close + 2)))
}

/// Where the tag closes; a `>` inside quotes does not close it.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', rest.get(at..)?)?;
        let quote = *rest.get(at)?;
        if quote == b'>' {
            return Some(at);
        }
        at += 1;
        at += memchr(quote, rest.get(at..)?)? + 1;
    }
}

fn local(name: &[u8], base: usize) -> Span {
    let start = memchr(b':', name).map_or(0, |at| at + 1);
    Span { start: base + start, end: base + name.len() }
}

/// Attributes as local name, whether it had a prefix, and raw value; stops at the first malformed one.
pub struct Attributes<'a>(&'a [u8]);

impl<'a> Attributes<'a> {
    /// Of the bytes of [`Tag::attributes`].
    pub fn new(bytes: &'a [u8]) -> Attributes<'a> {
        Attributes(bytes)
    }
}

/// One attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Name without its prefix.
    pub name: &'a [u8],
    /// Whether the name had a prefix.
    pub is_prefixed: bool,
    /// Value with entities.
    pub value: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let bytes = self.0.trim_ascii_start();
        let (name, rest) = bytes.split_at_checked(memchr(b'=', bytes)?)?;
        let (quote, rest) = rest.get(1..)?.trim_ascii_start().split_first()?;
        if *quote != b'"' && *quote != b'\'' {
            return None;
        }
        let (value, rest) = rest.split_at_checked(memchr(*quote, rest)?)?;
        self.0 = rest.get(1..)?;
        let name = name.trim_ascii_end();
        match memchr(b':', name) {
            Some(at) => Some(Attribute { name: name.get(at + 1..)?, is_prefixed: true, value }),
            None => Some(Attribute { name, is_prefixed: false, value }),
        }
    }
}

/// The raw value of an attribute by local name.
pub fn attribute<'a>(attributes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    Attributes::new(attributes).find(|found| found.name == name).map(|found| found.value)
}

/// Whether a raw value is one of XML Schema's words for true.
pub fn is_true(value: &[u8]) -> bool {
    matches!(value.trim_ascii(), b"1" | b"true" | b"on" | b"True" | b"TRUE")
}

/// Reads a whole number; `None` unless there is nothing but digits.
pub fn number(value: &[u8]) -> Option<u32> {
    let value = value.trim_ascii();
    let mut sum = 0u32;
    for byte in value {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        sum = sum.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    (!value.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<Vec<String>, Fault> {
        let bytes = text.as_bytes();
        let show = |span: Span| String::from_utf8_lossy(&bytes[span.start..span.end]).into_owned();
        let (mut at, mut shown) = (0, Vec::new());
        loop {
            let (token, length) = scan(&bytes[at..], at, true)?.ok_or(Fault::Broken)?;
            at += length;
            shown.push(match token {
                Token::Start(tag) => format!("<{}|{}", show(tag.name), show(tag.attributes)),
                Token::End(name) => format!("/{}", show(name)),
                Token::Text(text) => format!("t{}", show(text)),
                Token::Verbatim(text) => format!("c{}", show(text)),
                Token::Aside => "-".to_owned(),
                Token::Eof => return Ok(shown),
            });
        }
    }

    #[test]
    fn tokens_are_cut_at_the_right_places() {
        for (text, expected) in [
            ("<a/>", vec!["<a|"]),
            ("<x:row r='1' s=\"a>b\">t</x:row >", vec!["<row| r='1' s=\"a>b\"", "tt", "/row"]),
            ("<?xml version='1.0'?><!-- > --><a>", vec!["-", "-", "<a|"]),
            ("<![CDATA[<b>&amp;]]>", vec!["c<b>&amp;"]),
            ("<a b='\"' c = \"'/\" />", vec!["<a| b='\"' c = \"'/\" "]),
        ] {
            assert_eq!(tokens(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_xml_or_declares_a_type_is_refused() {
        for text in ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "< a>", "<a b='", "<!-- ", "<![CDATA[a"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_cut_of_a_token_asks_for_more() {
        for text in ["<a b='>' c=\"1\">", "</a>", "<!-- - -->", "<![CDATA[ ]] ]]>", "<?a ?>", "t<"]
        {
            let length = match scan(text.as_bytes(), 0, false) {
                Ok(Some((_, length))) => length,
                other => panic!("{text}: {other:?}"),
            };
            for cut in 0..length {
                let found = scan(&text.as_bytes()[..cut], 0, false);
                assert!(matches!(found, Ok(None)), "{text} at {cut}: {found:?}");
            }
        }
    }

    #[test]
    fn attributes_are_found_by_local_name_with_either_quote() {
        let bytes = b" r:id = 'rId1' name=\"a'b\" x=1";
        assert_eq!(attribute(bytes, b"id"), Some(&b"rId1"[..]));
        assert_eq!(attribute(bytes, b"name"), Some(&b"a'b"[..]));
        assert_eq!(attribute(bytes, b"x"), None);
    }
}
