//! The comments part of a sheet: our remarks added to it and taken out again. Knows no drawing.

use rustc_hash::FxHashMap;

use crate::model::grid::{a1, column_number};
use crate::write::annotate::{
    AnnotateError,
    parts::book::Dialect,
    parts::rels::DECLARATION,
    xml::escape::escape_text,
    xml::{Element, Splices, Tag, TagKind, next_tag, number_attribute, root, span},
};

/// Author of our comments.
const AUTHOR: &str = "cmegate";
/// First line of our remarks: by it they are known, in comments of others too. Latin letters only:
/// LibreOffice cuts a text where the script changes.
const MARKER: &str = "[cmegate]";
/// Content type of the part.
pub(in crate::write::annotate) const COMMENTS_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
/// Most UTF-16 units of a comment.
const MAX_TEXT: usize = 32_000;

/// What is to be said at a cell.
#[derive(Clone, Debug)]
pub(in crate::write::annotate) struct Remark {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 0.
    pub column: u16,
    /// The words.
    pub text: String,
}

/// The comments part with our remarks, and the cells that had no comment before (they need a box).
pub(in crate::write::annotate) fn add_remarks(
    xml: Option<Vec<u8>>,
    dialect: Dialect,
    remarks: Vec<Remark>,
) -> Result<(Vec<u8>, Vec<Remark>), AnnotateError> {
    let empty = || {
        let space = dialect.main;
        format!("{DECLARATION}<comments xmlns=\"{space}\"><authors></authors><commentList></commentList></comments>")
            .into_bytes()
    };
    let xml = xml.unwrap_or_else(empty);
    let fault = || AnnotateError::Part { name: "comments".to_owned(), what: "holds no comments" };
    let root = root(&xml).ok_or_else(fault)?;
    let authors = root.child(&xml, "authors").ok_or_else(fault)?;
    let list = root.child(&xml, "commentList").ok_or_else(fault)?;
    let there: FxHashMap<String, Element> = list
        .children(&xml)
        .into_iter()
        .filter_map(|one| Some((one.tag.text_attribute(&xml, "ref")?, one)))
        .collect();
    let p = root.tag.prefix(&xml).to_owned();
    let mut splices = Splices::default();
    let mut added = Vec::new();
    let mut new = Vec::new();
    let author = authors.children(&xml).len();
    for remark in remarks {
        let place = a1(remark.row, remark.column);
        match there.get(&place) {
            Some(comment) => join(&xml, comment, &remark.text, &mut splices),
            None => {
                push_comment((&place, author), &remark.text, &p, &mut added);
                new.push(remark);
            }
        }
    }
    if !new.is_empty() {
        splices.append(&xml, &authors, format!("<{p}author>{AUTHOR}</{p}author>").as_bytes());
        splices.append(&xml, &list, &added);
    }
    Ok((splices.apply(&xml), new))
}

fn push_comment((place, author): (&str, usize), text: &str, p: &str, out: &mut Vec<u8>) {
    let look = format!(
        "<{p}sz val=\"9\"/><{p}color indexed=\"81\"/><{p}rFont val=\"宋体\"/><{p}charset val=\"134\"/>"
    );
    out.extend_from_slice(
        format!(
            "<{p}comment ref=\"{place}\" authorId=\"{author}\"><{p}text><{p}r><{p}rPr><{p}b/>{look}\
             </{p}rPr><{p}t xml:space=\"preserve\">{MARKER}\n</{p}t></{p}r><{p}r><{p}rPr>{look}\
             </{p}rPr><{p}t xml:space=\"preserve\">"
        )
        .as_bytes(),
    );
    escape_text(crate::write::annotate::shortened(text, MAX_TEXT), out);
    out.extend_from_slice(format!("</{p}t></{p}r></{p}text></{p}comment>").as_bytes());
}

/// Adds our remark to a comment that is there, as its last paragraph.
fn join(xml: &[u8], comment: &Element, text: &str, splices: &mut Splices) {
    let mut ours = format!("\n{MARKER}\n").into_bytes();
    escape_text(crate::write::annotate::shortened(text, MAX_TEXT), &mut ours);
    let p = comment.tag.prefix(xml);
    let texts = texts(xml, comment);
    let whole = |ours: &[u8]| [format!("<{p}t xml:space=\"preserve\">").as_bytes(), ours].concat();
    match texts.last() {
        Some((open, end)) if open.kind == TagKind::Open => splices.insert(*end, ours),
        Some((open, _)) => {
            let close = format!("</{p}t>").into_bytes();
            splices.replace(open.start, open.end, [whole(&ours), close].concat());
        }
        None => {
            let holder = comment.child(xml, "text");
            let child = [whole(&ours), format!("</{p}t>").into_bytes()].concat();
            match holder {
                Some(holder) => splices.append(xml, &holder, &child),
                None => {
                    let (open, close) = (format!("<{p}text>"), format!("</{p}text>"));
                    let child = [open.as_bytes(), &child, close.as_bytes()].concat();
                    splices.append(xml, comment, &child);
                }
            }
        }
    }
}

/// The `t` elements of a comment: start tag, and where the text ends. Phonetic runs do not count.
fn texts(xml: &[u8], comment: &Element) -> Vec<(Tag, usize)> {
    let mut found: Vec<(Tag, usize)> = Vec::new();
    let (mut at, mut phonetic, mut open) = (comment.tag.end, 0usize, None);
    while let Some(tag) = next_tag(xml, at).filter(|tag| tag.start < comment.inner_end) {
        at = tag.end;
        match (tag.local(xml), tag.kind) {
            (b"rPh", TagKind::Open) => phonetic += 1,
            (b"rPh", TagKind::Close) => phonetic = phonetic.saturating_sub(1),
            (b"t", TagKind::Open) if phonetic == 0 => open = Some(tag),
            (b"t", TagKind::Empty) if phonetic == 0 => found.push((tag, tag.end)),
            (b"t", TagKind::Close) => found.extend(open.take().map(|open| (open, tag.start))),
            _ => {}
        }
    }
    found
}

/// What a comments part is without our remarks.
pub(in crate::write::annotate) struct Cleared {
    /// The part.
    pub xml: Vec<u8>,
    /// Row (from 1) and column of the comments that are gone.
    pub gone: Vec<(u32, u16)>,
    /// Comments that are left.
    pub left: usize,
}

/// Takes our remarks out; `None` if there are none.
pub(in crate::write::annotate) fn take_out(xml: &[u8]) -> Option<Cleared> {
    memchr::memmem::find(xml, MARKER.as_bytes())?;
    let root = root(xml)?;
    let list = root.child(xml, "commentList")?;
    let mut splices = Splices::default();
    let mut cleared = Cleared { xml: Vec::new(), gone: Vec::new(), left: 0 };
    let mut authors_left = Vec::new();
    for comment in list.children(xml) {
        let text = comment.text(xml);
        match text.find(MARKER).and_then(|at| text.get(..at)) {
            Some(before) if before.trim().is_empty() => {
                splices.cut(comment.tag.start, comment.end);
                let place = comment.tag.text_attribute(xml, "ref").unwrap_or_default();
                cleared.gone.extend(row_and_column(&place));
            }
            found => {
                cleared.left += 1;
                authors_left.extend(number_attribute(comment.tag.bytes(xml), "authorId"));
                if found.is_some() {
                    cut_from_marker(xml, &comment, &mut splices);
                }
            }
        }
    }
    let authors = root.child(xml, "authors").map_or(Vec::new(), |authors| authors.children(xml));
    let is_unused = !authors_left.contains(&(authors.len() as u32).saturating_sub(1));
    if let Some(last) = authors.last().filter(|last| is_unused && last.text(xml) == AUTHOR) {
        splices.cut(last.tag.start, last.end);
    }
    cleared.xml = splices.apply(xml);
    Some(cleared)
}

/// Takes out what we appended to a comment: from the line end before the marker to the end of it.
fn cut_from_marker(xml: &[u8], comment: &Element, splices: &mut Splices) {
    let mut is_ours = false;
    let mut before = (0, 0);
    for (open, end) in texts(xml, comment) {
        let inner = (open.end.min(end), end);
        let marker = memchr::memmem::find(span(xml, inner.0, end), MARKER.as_bytes());
        match marker {
            _ if is_ours => splices.cut(inner.0, end),
            Some(at) => {
                is_ours = true;
                let from = inner.0 + at;
                splices.cut(from - line_end(span(xml, inner.0, from)), end);
                if at == 0 {
                    // Programs may have put the line end into a run of its own.
                    splices.cut(before.1 - line_end(span(xml, before.0, before.1)), before.1);
                }
            }
            None => before = inner,
        }
    }
}

/// Length of the line end that a text ends with.
fn line_end(text: &[u8]) -> usize {
    let ends: [&[u8]; 3] = [b"&#10;", b"&#xA;", b"\n"];
    ends.iter().find(|end| text.ends_with(end)).map_or(0, |end| end.len())
}

fn row_and_column(place: &str) -> Option<(u32, u16)> {
    let digits = place.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = place.split_at_checked(digits)?;
    Some((row.parse().ok()?, column_number(letters)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::annotate::parts::book::TRANSITIONAL;

    fn remark(row: u32, text: &str) -> Remark {
        Remark { row, column: 2, text: text.to_owned() }
    }

    #[test]
    fn remarks_join_a_comment_that_is_there_and_go_without_a_trace() {
        for inner in [
            "<text><t>18位</t></text>",
            "<text><r><rPr><b/></rPr><t>18</t></r><r><t xml:space=\"preserve\"> 位</t></r></text>",
            "<text><t>18位</t><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></text>",
        ] {
            let original = format!(
                "<comments><authors><author>平台</author></authors><commentList>\
                 <comment ref=\"C2\" authorId=\"0\">{inner}</comment></commentList></comments>"
            );
            let remarks = vec![remark(2, "号码 <18> 位"), remark(7, "缺")];
            let (xml, new) =
                add_remarks(Some(original.clone().into_bytes()), TRANSITIONAL, remarks).unwrap();
            assert_eq!(new.len(), 1);
            let text = String::from_utf8(xml.clone()).unwrap();
            assert!(text.contains("号码 &lt;18&gt; 位"), "{text}");
            assert!(text.contains("ref=\"C7\" authorId=\"1\""), "{text}");
            let cleared = take_out(&xml).unwrap();
            assert_eq!(String::from_utf8(cleared.xml).unwrap(), original);
            assert_eq!((cleared.gone, cleared.left), (vec![(7, 2)], 1));
        }
    }

    #[test]
    fn remarks_go_from_comments_that_a_program_cut_into_runs() {
        let runs = |runs: &[&str]| {
            let run = |run: &&str| format!("<r><t>{run}</t></r>");
            let runs: String = runs.iter().map(run).collect();
            format!(
                "<comments><authors><author> </author></authors><commentList><comment ref=\"A3\" \
                 authorId=\"0\"><text>{runs}</text></comment></commentList></comments>"
            )
        };
        let cut = runs(&["18", "位&#10;", "[cmegate]&#10;", "错误 ", "18"]);
        let cleared = take_out(cut.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(cleared.xml).unwrap(), runs(&["18", "位", "", "", ""]));
        let own = runs(&["[cmegate]&#10;", "错误"]);
        assert_eq!(take_out(own.as_bytes()).unwrap().gone, [(3, 0)]);
    }

    #[test]
    fn a_part_of_our_own_is_left_empty() {
        let (xml, _) =
            add_remarks(None, TRANSITIONAL, vec![remark(3, "a"), remark(4, "b")]).unwrap();
        let cleared = take_out(&xml).unwrap();
        assert_eq!((cleared.gone.len(), cleared.left), (2, 0));
        assert!(take_out(&cleared.xml).is_none());
    }
}
