//! Formats written as text: HTML, XML, MHTML, mail, JSON. Told from delimited text by how they begin.

use super::{Container, Nature};
use crate::read::package::PackageFormat;

/// Tags that HTML saved as a table begins with.
const HTML_TAGS: [&str; 20] = [
    "!doctype html",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "table",
    "thead",
    "tbody",
    "caption",
    "colgroup",
    "tr",
    "th",
    "td",
    "div",
    "center",
    "font",
    "script",
    "form",
];

/// Tags that begin a page only if a table follows.
const WEAK_TAGS: [&str; 14] =
    ["p", "b", "h1", "h2", "h3", "h4", "span", "link", "br", "a", "img", "input", "base", "xml"];

/// A title may stand before the table of a page that is nothing but a table.
const TITLE_BYTES: usize = 500;

/// What the first bytes say in markup, if anything. Any encoding whose ASCII is ASCII, and UTF-16.
pub(super) fn nature(head: &[u8]) -> Option<Nature> {
    let text = ascii_of(head);
    let text = text.trim_start();
    if is_message(text) {
        return Some(message(text));
    }
    if let Some(name) = root(text) {
        let container = xml_root(name, text);
        if text.starts_with("<?xml") || text.starts_with("<?mso-application") {
            return Some(container.map_or(Nature::Table(Container::Xml), Nature::Table));
        }
        if matches!(container, Some(Container::XmlSpreadsheet | Container::FlatOds)) {
            return container.map(Nature::Table);
        }
    } else if text.starts_with("<?xml") {
        return Some(Nature::Table(Container::Xml));
    }
    if is_page(text) {
        return Some(Nature::Table(Container::Html));
    }
    if let Some(rest) = skip_comments(text).strip_prefix('<')
        && is_bare_xml(rest)
    {
        return Some(Nature::Table(Container::Xml));
    }
    is_json(text).then_some(Nature::Table(Container::Json))
}
/// The ASCII of a text in lower case, with marks, NULs and everything else left out.
fn ascii_of(head: &[u8]) -> String {
    let ascii = head.iter().filter(|byte| byte.is_ascii() && **byte != 0);
    ascii.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Whether the text begins with headers of an internet message (RFC 5322), whatever is in it.
fn is_message(text: &str) -> bool {
    if text.starts_with("mime-version:") {
        return true;
    }
    let starts = [
        "from:",
        "date:",
        "received:",
        "content-type:",
        "subject:",
        "return-path:",
        "to:",
        "message-id:",
        "delivered-to:",
        "x-",
        "content-location:",
        "snapshot-content-location:",
    ];
    let is_header = starts.iter().any(|name| text.starts_with(name));
    let headers = headers(text);
    is_header && (has_header(headers, "mime-version") || headers.contains("multipart/"))
}

/// The lines before the first blank one.
fn headers(text: &str) -> &str {
    let ends = ["\r\n\r\n", "\n\n", "\r\r"].into_iter().filter_map(|end| text.find(end));
    ends.min().and_then(|end| text.get(..end)).unwrap_or(text)
}

fn has_header(headers: &str, name: &str) -> bool {
    headers
        .split(['\r', '\n'])
        .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
}

/// A page in one file names no receiver and has travelled nowhere; browsers put their own name in `From`.
fn message(text: &str) -> Nature {
    let headers = headers(text);
    let travels =
        ["to", "cc", "bcc", "received", "message-id", "return-path", "delivered-to", "reply-to"];
    let is_page = headers.contains("multipart/related")
        || headers.contains("content-type: text/html")
        || has_header(headers, "content-location")
        || has_header(headers, "snapshot-content-location");
    if is_page && !travels.iter().any(|name| has_header(headers, name)) {
        Nature::Table(Container::Mhtml)
    } else {
        Nature::Package(PackageFormat::Mail)
    }
}

/// The name of the first element, after instructions, comments and a document type.
fn root(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        let (start, end) = [("<?", "?>"), ("<!--", "-->"), ("<!", ">")]
            .into_iter()
            .find(|(start, _)| text.starts_with(start))
            .unwrap_or_default();
        if start.is_empty() {
            break;
        }
        text = text.split_once(end)?.1;
    }
    let name = text.strip_prefix('<')?;
    let end =
        name.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '/'))?;
    name.get(..end).filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// The format of an XML document with a root of this name.
fn xml_root(name: &str, text: &str) -> Option<Container> {
    let has = |word: &str| text.contains(word);
    match name.rsplit(':').next()? {
        "workbook" if has("urn:schemas-microsoft-com:office:spreadsheet") || has("excel.sheet") => {
            Some(Container::XmlSpreadsheet)
        }
        "document" if name != "document" && has("opendocument.spreadsheet") => {
            Some(Container::FlatOds)
        }
        "html" => Some(Container::Html),
        "table" | "body" | "div" if has("<tr") => Some(Container::Html),
        _ => None,
    }
}

fn is_page(text: &str) -> bool {
    let has_table = text.contains("<table") && text.contains("<tr");
    if text.starts_with("<!--") {
        let after = skip_comments(text);
        // A comment longer than what is looked at.
        return after.starts_with("<!--") || is_page(after);
    }
    match text.strip_prefix('<') {
        Some(rest) => begins_with(rest, &HTML_TAGS) || (has_table && begins_with(rest, &WEAK_TAGS)),
        None => {
            let title = text.split_once("<table").map_or(text, |(title, _)| title);
            let is_title = title.len() < TITLE_BYTES && !title.contains([',', '\t', ';', '|']);
            is_title && has_table && text.contains("<td")
        }
    }
}

fn skip_comments(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        text = rest.1.trim_start();
    }
    text
}

fn begins_with(rest: &str, tags: &[&str]) -> bool {
    tags.iter().any(|tag| {
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
