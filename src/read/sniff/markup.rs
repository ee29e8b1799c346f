//! Formats written as text: HTML, XML, MHTML, JSON. Told from delimited text by how they begin.

use super::{Container, Nature, foreign};

/// Tags that HTML saved as a table begins with.
const HTML_TAGS: [&str; 12] = [
    "!doctype html",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "table",
    "tr",
    "div",
    "center",
    "font",
];

/// XML vocabularies, by words in the first kilobytes.
static XML_WORDS: &[(&str, Nature)] = &[
    ("urn:schemas-microsoft-com:office:spreadsheet", Nature::Foreign(&foreign::XML_SPREADSHEET)),
    ("progid=\"excel.sheet\"", Nature::Foreign(&foreign::XML_SPREADSHEET)),
    ("opendocument.spreadsheet", Nature::Foreign(&foreign::FLAT_ODS)),
    ("office:document", Nature::Foreign(&foreign::FLAT_ODS)),
    ("<html", Nature::Foreign(&foreign::HTML)),
    ("<table", Nature::Foreign(&foreign::HTML)),
];

/// What the first bytes say in markup, if anything. Any encoding whose ASCII is ASCII, and UTF-16.
pub(super) fn nature(head: &[u8]) -> Option<Nature> {
    let text = ascii_of(head);
    let text = text.trim_start();
    if text.starts_with("mime-version:") || is_multipart(text) {
        return Some(Nature::Foreign(&foreign::MHTML));
    }
    if text.starts_with("<?xml") {
        let word = XML_WORDS.iter().find(|(word, _)| text.contains(word));
        return Some(word.map_or(Nature::Table(Container::Xml), |(_, nature)| *nature));
    }
    if let Some(rest) = skip_comments(text).strip_prefix('<') {
        let html = begins_with_tag(rest).then_some(Nature::Foreign(&foreign::HTML));
        return html.or_else(|| is_bare_xml(rest).then_some(Nature::Table(Container::Xml)));
    }
    is_json(text).then_some(Nature::Table(Container::Json))
}

/// The ASCII of a text in lower case, with marks, NULs and everything else left out.
fn ascii_of(head: &[u8]) -> String {
    let ascii = head.iter().filter(|byte| byte.is_ascii() && **byte != 0);
    ascii.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

fn is_multipart(text: &str) -> bool {
    let starts = ["from:", "date:", "received:", "content-type:", "subject:", "return-path:"];
    let is_header = starts.iter().any(|name| text.starts_with(name));
    is_header && (text.contains("\nmime-version:") || text.contains("multipart/"))
}

fn skip_comments(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        text = rest.1.trim_start();
    }
    text
}

fn begins_with_tag(rest: &str) -> bool {
    HTML_TAGS.iter().any(|tag| {
        let after = rest.strip_prefix(tag).and_then(|after| after.chars().next());
        after.is_some_and(|next| next == '>' || next == '/' || next.is_ascii_whitespace())
    })
}

/// XML without its declaration: one element holds others and something closes. `rest` lacks the first sign and
/// all letters beyond ASCII.
fn is_bare_xml(rest: &str) -> bool {
    let Some((tag, after)) = rest.split_once('>') else { return false };
    let is_name = tag.starts_with(|next: char| next.is_ascii_alphabetic() || "_ =".contains(next));
    let is_tag = (is_name || tag.is_empty()) && !tag.contains([',', ';', '\t', '<']);
    let inside = after.trim_start().strip_prefix('<');
    is_tag
        && inside.is_some_and(|next| !next.starts_with('/'))
        && (rest.contains("</") || rest.contains("/>"))
}

/// `{"` and `[{"` begin no table that people write by hand.
fn is_json(text: &str) -> bool {
    let mut visible = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    matches!(
        (visible.next(), visible.next(), visible.next()),
        (Some(b'{'), Some(b'"'), Some(_)) | (Some(b'['), Some(b'{'), Some(b'"'))
    )
}
