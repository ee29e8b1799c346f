//! Tags and texts of HTML and XML, in one pass over decoded text with bounded memory. Forgives what browsers
//! forgive; proves no well-formedness; expands no entity and follows no reference to anything outside.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::source::Source;
use crate::model::codes::reading;
use crate::model::{Finding, Place};
use crate::read::ReadError;

/// The longest tag: pictures written into an attribute are that long.
const MAX_TAG: usize = 8 << 20;
/// Longer texts, comments and style sheets come in pieces.
const PIECE: usize = 1 << 16;
/// The longest reference to a character that is kept whole between two pieces of a text.
const MAX_REFERENCE: usize = 40;

/// Which of the two grammars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Names in any case, scripts and style sheets as raw text.
    Html,
    /// CDATA sections; a document type is refused.
    Xml,
}

/// One token; texts still hold their entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// Text, perhaps one of several pieces.
    Text(&'t str),
    /// Text of a CDATA section.
    Verbatim(&'t str),
    /// `<x …>`: its name as written, and whether it ends at once.
    Start(Tag<'t>),
    /// `</x>`.
    End(&'t str),
    /// What a comment says, perhaps one of several pieces.
    Comment(&'t str),
    /// What stands in a `style`, `script`, `title` or `xml` element of HTML, perhaps one of several pieces.
    Raw(&'static str, &'t str),
    /// A declaration or an instruction.
    Aside,
    /// The end of the document.
    Eof,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'t> {
    /// Its name as written, with its prefix.
    pub name: &'t str,
    /// Everything between the name and the end of the tag.
    pub attributes: &'t str,
    /// Whether the element ends at once (`<x/>`).
    pub is_closed: bool,
}

/// What a token is, with the places of its texts in the window.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Text(Range<usize>),
    Verbatim(Range<usize>),
    Start { name: Range<usize>, attributes: Range<usize>, is_closed: bool },
    End(Range<usize>),
    Comment(Range<usize>),
    Raw(&'static str, Range<usize>),
    Aside,
    Eof,
}

/// A token, how long it is, and how the text behind it is to be read.
struct Found {
    kind: Kind,
    length: usize,
    mode: Mode,
}

/// How the text is to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Content,
    Comment,
    Raw(&'static str),
}

/// Elements of HTML whose content is no markup. The islands of Excel (`xml`) are read by others.
const RAW: [&str; 5] = ["style", "script", "title", "xml", "xmp"];

/// The tokens of a document.
pub struct Tokens {
    /// The document.
    pub source: Source,
    dialect: Dialect,
    mode: Mode,
    /// Length of the token handed out last.
    passed: usize,
    is_end: bool,
    /// Whether nobody wants texts just now, so that they need not be handed out.
    pub passes_text: bool,
    /// Whether the document breaks off within a tag.
    pub is_cut: bool,
}

impl Tokens {
    /// Begins at the start of a document.
    pub fn new(source: Source, dialect: Dialect) -> Tokens {
        Tokens {
            source,
            dialect,
            mode: Mode::Content,
            passed: 0,
            is_end: false,
            passes_text: false,
            is_cut: false,
        }
    }

    /// The next token; [`Token::Eof`] again and again at the end.
    ///
    /// # Errors
    /// The file cannot be read; a tag is too long; XML declares a document type.
    #[inline]
    pub fn next(&mut self) -> Result<Token<'_>, ReadError> {
        self.source.advance(self.passed);
        self.passed = 0;
        while self.mode == Mode::Content
            && let Some((kind, name, end)) = plain(self.source.rest().as_bytes())
        {
            if self.passes_text && matches!(kind, Plain::Text) {
                self.source.advance(end);
                continue;
            }
            self.passed = end;
            let rest = self.source.rest();
            let text = |span: Range<usize>| rest.get(span).unwrap_or_default();
            return Ok(match kind {
                Plain::Text => Token::Text(text(0..end)),
                Plain::End => Token::End(text(2..name)),
                Plain::Start => {
                    let attributes = text(name..end - 1);
                    Token::Start(Tag { name: text(1..name), attributes, is_closed: false })
                }
            });
        }
        self.next_of_any_kind()
    }

    fn next_of_any_kind(&mut self) -> Result<Token<'_>, ReadError> {
        let found = loop {
            let rest = self.source.rest();
            let found = match self.mode {
                Mode::Content => scan(rest, self.dialect, self.is_end)?,
                Mode::Comment => scan_raw(rest, None, self.is_end),
                Mode::Raw(name) => scan_raw(rest, Some(name), self.is_end),
            };
            if let Some(found) = found {
                break found;
            }
            if rest.len() > MAX_TAG {
                return Err(too_large("一个标签（one tag）", "8 MiB"));
            }
            self.is_end = !self.source.more()?;
        };
        if found.length > MAX_TAG {
            return Err(too_large("一个标签（one tag）", "8 MiB"));
        }
        self.passed = found.length;
        self.mode = found.mode;
        let rest = self.source.rest();
        let text = |span: Range<usize>| rest.get(span).unwrap_or_default();
        Ok(match found.kind {
            Kind::Text(span) => Token::Text(text(span)),
            Kind::Verbatim(span) => Token::Verbatim(text(span)),
            Kind::Start { name, attributes, is_closed } => {
                Token::Start(Tag { name: text(name), attributes: text(attributes), is_closed })
            }
            Kind::End(span) => Token::End(text(span)),
            Kind::Comment(span) => Token::Comment(text(span)),
            Kind::Raw(name, span) => Token::Raw(name, text(span)),
            Kind::Aside => Token::Aside,
            Kind::Eof => {
                self.is_cut |= !rest.is_empty();
                Token::Eof
            }
        })
    }
}

/// Refuses a document because of a limit.
pub fn too_large(what: &str, limit: &str) -> ReadError {
    let finding = Finding::new(&reading::TOO_LARGE, Place::NOWHERE).arg(what).arg(limit);
    ReadError::Refused(Box::new(finding))
}

/// Refuses a document that breaks its own format in a part.
pub fn broken(part: &str) -> ReadError {
    let finding = Finding::new(&reading::BROKEN_WORKBOOK, Place::NOWHERE).arg(part);
    ReadError::Refused(Box::new(finding))
}

/// What most tokens are.
enum Plain {
    Text,
    Start,
    End,
}

/// The first token if it is a text, an end tag or a start tag without quotes: its kind, the end of its name and
/// its own end. `None` for everything that needs a closer look.
#[inline]
fn plain(bytes: &[u8]) -> Option<(Plain, usize, usize)> {
    let start = match bytes {
        [b'<', b'/', ..] => 2,
        [b'<', ..] => 1,
        [_, ..] => return memchr(b'<', bytes).map(|end| (Plain::Text, 0, end)),
        [] => return None,
    };
    let rest = bytes.get(start..)?;
    let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
    let name = start + length;
    // Names of raw elements have three to six letters; `table` is the only frequent one among such.
    let is_short = matches!(rest.first(), Some(b'a'..=b'z' | b'A'..=b'Z')) && length < 3;
    let is_plain = is_short || (length > 0 && start == 2);
    match rest.get(length)? {
        _ if !is_plain => None,
        b'>' => Some((if start == 1 { Plain::Start } else { Plain::End }, name, name + 1)),
        byte if byte.is_ascii_whitespace() && start == 1 => {
            let after = bytes.get(name..)?;
            let end = memchr::memchr3(b'>', b'"', b'\'', after)?;
            let is_end = after.get(end) == Some(&b'>') && after.get(end - 1) != Some(&b'/');
            is_end.then_some((Plain::Start, name, name + end + 1))
        }
        _ => None,
    }
}

/// The first token of a text; `None`: more text is needed.
fn scan(rest: &str, dialect: Dialect, is_end: bool) -> Result<Option<Found>, ReadError> {
    let content = |kind, length| Some(Found { kind, length, mode: Mode::Content });
    let bytes = rest.as_bytes();
    let found = match bytes {
        [] if is_end => content(Kind::Eof, 0),
        [] => None,
        [b'<', b'/', next, ..] if is_name_start(*next) => scan_end(rest),
        [b'<', b'!', ..] => return scan_declaration(rest, dialect, is_end),
        [b'<', b'?', ..] if dialect == Dialect::Xml => {
            memmem::find(bytes, b"?>").and_then(|at| content(Kind::Aside, at + 2))
        }
        [b'<', b'/' | b'?', ..] => memchr(b'>', bytes).and_then(|at| content(Kind::Aside, at + 1)),
        [b'<', next, ..] if is_name_start(*next) => scan_start(rest, dialect),
        [b'<'] if !is_end => None,
        _ => return Ok(scan_text(rest, is_end)),
    };
    // A tag that never ends is nothing, as in a browser.
    Ok(if found.is_none() && is_end { content(Kind::Eof, 0) } else { found })
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A bracket that begins nothing is text, too.
fn scan_text(rest: &str, is_end: bool) -> Option<Found> {
    let bytes = rest.as_bytes();
    let end = match memchr(b'<', bytes.get(1..).unwrap_or_default()) {
        Some(at) => at + 1,
        None if is_end => rest.len(),
        None if rest.len() < PIECE => return None,
        None => {
            let tail = rest.floor_char_boundary(rest.len() - MAX_REFERENCE);
            let reference = bytes.get(tail..).and_then(|tail| memchr(b'&', tail));
            reference.map_or(rest.len(), |at| tail + at)
        }
    };
    Some(Found { kind: Kind::Text(0..end), length: end, mode: Mode::Content })
}

fn scan_declaration(
    rest: &str,
    dialect: Dialect,
    is_end: bool,
) -> Result<Option<Found>, ReadError> {
    let bytes = rest.as_bytes();
    if !is_end && rest.len() < 9 {
        return Ok(None);
    }
    let content = |kind, length| Found { kind, length, mode: Mode::Content };
    if bytes.starts_with(b"<!--") {
        // `<!-->` is a whole comment.
        let is_short = bytes.get(4) == Some(&b'>') && dialect == Dialect::Html;
        let found = Found { kind: Kind::Aside, length: 4, mode: Mode::Comment };
        return Ok(Some(if is_short { content(Kind::Aside, 5) } else { found }));
    }
    if dialect == Dialect::Xml {
        if bytes.starts_with(b"<![CDATA[") {
            let end = memmem::find(bytes, b"]]>");
            return Ok(end
                .map(|at| content(Kind::Verbatim(9..at), at + 3))
                .or_else(|| is_end.then(|| content(Kind::Eof, 0))));
        }
        if bytes.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!DOCTYPE")) {
            return Err(broken("DOCTYPE"));
        }
    }
    let end = memchr(b'>', bytes).map(|at| content(Kind::Aside, at + 1));
    Ok(end.or_else(|| is_end.then(|| content(Kind::Eof, 0))))
}

fn scan_end(rest: &str) -> Option<Found> {
    let end = memchr(b'>', rest.as_bytes())?;
    let inside = rest.get(2..end)?;
    let name = inside.find(|letter: char| letter.is_ascii_whitespace() || letter == '/');
    let name = 2..2 + name.unwrap_or(inside.len());
    Some(Found { kind: Kind::End(name), length: end + 1, mode: Mode::Content })
}

fn scan_start(rest: &str, dialect: Dialect) -> Option<Found> {
    let close = tag_end(rest.as_bytes())?;
    let inside = rest.get(1..close)?;
    let is_closed = inside.ends_with('/');
    let inside = inside.get(..inside.len() - usize::from(is_closed))?;
    let is_break = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    let length = inside.bytes().position(|byte| is_break(&byte)).unwrap_or(inside.len());
    let raw = || RAW.into_iter().find(|raw| raw.eq_ignore_ascii_case(&inside[..length]));
    let mode = match dialect {
        Dialect::Html if !is_closed && (3..=6).contains(&length) => raw().map(Mode::Raw),
        _ => None,
    };
    let (name, attributes) = (1..1 + length, 1 + length..1 + inside.len());
    let kind = Kind::Start { name, attributes, is_closed };
    Some(Found { kind, length: close + 1, mode: mode.unwrap_or(Mode::Content) })
}

/// Where a start tag closes; a closing bracket within a quoted value is none.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let first = memchr(b'>', bytes)?;
    if memchr::memchr2(b'"', b'\'', bytes.get(..first)?).is_none() {
        return Some(first);
    }
    let mut at = 1;
    loop {
        let ahead = bytes.get(at..)?;
        let next = at + ahead.iter().position(|byte| matches!(byte, b'>' | b'='))?;
        if bytes.get(next) == Some(&b'>') {
            return Some(next);
        }
        let after = bytes.get(next + 1..)?;
        let blanks = after.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let value = next + 1 + blanks;
        at = match bytes.get(value)? {
            quote @ (b'"' | b'\'') => value + 2 + memchr(*quote, bytes.get(value + 1..)?)?,
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                value + bytes.get(value..)?.iter().position(is_end)?
            }
        };
    }
}

/// A comment (`None`) or the content of a raw element, up to its end or a piece of it.
fn scan_raw(rest: &str, name: Option<&'static str>, is_end: bool) -> Option<Found> {
    let mode = name.map_or(Mode::Comment, Mode::Raw);
    let kind = |end| name.map_or(Kind::Comment(0..end), |name| Kind::Raw(name, 0..end));
    let (end, length, mode) = match name {
        None => match memmem::find(rest.as_bytes(), b"-->") {
            Some(at) => (at, at + 3, Mode::Content),
            None => raw_piece(rest, mode, is_end)?,
        },
        Some(name) => match end_tag(rest, name) {
            Some(at) => (at, at, Mode::Content),
            None => raw_piece(rest, mode, is_end)?,
        },
    };
    Some(Found { kind: kind(end), length, mode })
}

/// What of a comment or raw element may be handed out before its end is seen.
fn raw_piece(rest: &str, mode: Mode, is_end: bool) -> Option<(usize, usize, Mode)> {
    if is_end {
        return Some((rest.len(), rest.len(), Mode::Content));
    }
    let end = rest.floor_char_boundary(rest.len().saturating_sub(16));
    (rest.len() >= PIECE).then_some((end, end, mode))
}

fn end_tag(rest: &str, name: &str) -> Option<usize> {
    let is_end = |at: &usize| {
        let after = rest.as_bytes().get(at + 2..at + 2 + name.len());
        after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes()))
    };
    memmem::find_iter(rest.as_bytes(), b"</").find(is_end)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::read::markup::source;

    fn tokens(text: &[u8], dialect: Dialect) -> Vec<String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let (path, mut file) = (file.path().to_owned(), file.reopen().unwrap());
        let decided = source::decide(&path, &mut file, Some("utf-8")).unwrap();
        let mut tokens = Tokens::new(Source::new(&path, file, &decided).unwrap(), dialect);
        let mut told = Vec::new();
        loop {
            match tokens.next() {
                Ok(Token::Eof) => return told,
                Ok(Token::Start(tag)) => {
                    told.push(format!("<{}|{}|{}", tag.name, tag.attributes, tag.is_closed));
                }
                Ok(token) => told.push(format!("{token:?}")),
                Err(ReadError::Refused(finding)) => return vec![finding.code.name.to_owned()],
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn html_is_forgiven_what_browsers_forgive() {
        for (text, expected) in [
            ("a<b>c</B >", vec!["Text(\"a\")", "<b||false", "Text(\"c\")", "End(\"B\")"]),
            ("1 < 2 <3", vec!["Text(\"1 \")", "Text(\"< 2 \")", "Text(\"<3\")"]),
            ("<td x='a>b' y=\"c\"/>", vec!["<td| x='a>b' y=\"c\"|true"]),
            ("<td width=72\">x", vec!["<td| width=72\"|false", "Text(\"x\")"]),
            ("<!-->x", vec!["Aside", "Text(\"x\")"]),
            (
                "<!--[if x]><p><![endif]-->y",
                vec!["Aside", "Comment(\"[if x]><p><![endif]\")", "Text(\"y\")"],
            ),
            ("<![if x]>y<?php?>", vec!["Aside", "Text(\"y\")", "Aside"]),
            (
                "<STYLE>a<b</Style>",
                vec!["<STYLE||false", "Raw(\"style\", \"a<b\")", "End(\"Style\")"],
            ),
            ("<td class=", vec![]),
            ("</>x<", vec!["Aside", "Text(\"x\")", "Text(\"<\")"]),
        ] {
            assert_eq!(tokens(text.as_bytes(), Dialect::Html), expected, "{text}");
        }
    }

    #[test]
    fn xml_has_sections_and_no_document_type() {
        for (text, expected) in [
            (
                "<?xml version='1'?><a>x<![CDATA[<&]]></a>",
                vec!["Aside", "<a||false", "Text(\"x\")", "Verbatim(\"<&\")", "End(\"a\")"],
            ),
            ("<style>x</style>", vec!["<style||false", "Text(\"x\")", "End(\"style\")"]),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", vec!["broken-workbook"]),
        ] {
            assert_eq!(tokens(text.as_bytes(), Dialect::Xml), expected, "{text}");
        }
    }

    #[test]
    fn long_texts_and_comments_come_in_pieces_and_long_tags_are_refused() {
        let long = "x".repeat(3 << 20);
        let joined = tokens(format!("{long}&nbsp;{long}").as_bytes(), Dialect::Html).concat();
        assert_eq!(joined.matches('x').count(), (6 << 20) + joined.matches("Text").count());
        assert!(joined.contains("&nbsp;"));
        assert!(tokens(format!("<!--{long}-->").as_bytes(), Dialect::Html).len() > 2);
        let tag = format!("<td x=\"{}\">", "x".repeat(9 << 20));
        assert_eq!(tokens(tag.as_bytes(), Dialect::Html), ["too-large"]);
    }
}
