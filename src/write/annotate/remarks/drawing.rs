//! The drawing (VML) that holds the boxes of a sheet's comments. It is not always well-formed XML, so
//! only single tags are looked at.

use crate::write::annotate::{
    remarks::comments::Remark,
    sheet::Columns,
    xml::escape::wrapped_lines,
    xml::{Splices, TagKind, attributes, next_tag, span, with_attribute},
};

const VML: &str = "urn:schemas-microsoft-com:vml";
const OFFICE: &str = "urn:schemas-microsoft-com:office:office";
const EXCEL: &str = "urn:schemas-microsoft-com:office:excel";
/// Content type of the part.
pub(in crate::write::annotate) const DRAWING_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.vmlDrawing";
/// Width of a box in pixels.
const WIDTH: u32 = 270;
/// Half-width letters that fit a line of a box.
const LETTERS: u32 = 40;

/// The three prefixes of a drawing.
struct Prefixes {
    v: String,
    o: String,
    x: String,
    /// Declarations that each shape must carry because the root lacks them.
    declared: String,
}

impl Prefixes {
    fn of(xml: &[u8]) -> Prefixes {
        let root = first_element(xml);
        let tag = root.map_or(&[][..], |(start, end)| span(xml, start, end));
        let find = |space: &str| {
            let one = attributes(tag).find(|one| one.value == space.as_bytes())?;
            std::str::from_utf8(one.name.strip_prefix(b"xmlns:")?).ok().map(str::to_owned)
        };
        let mut declared = String::new();
        let mut or_own = |space: &str, own: &str| {
            find(space).unwrap_or_else(|| {
                declared.push_str(&format!(" xmlns:{own}=\"{space}\""));
                own.to_owned()
            })
        };
        let (v, o, x) = (or_own(VML, "v"), or_own(OFFICE, "o"), or_own(EXCEL, "x"));
        Prefixes { v, o, x, declared }
    }
}

fn first_element(xml: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        let tag = next_tag(xml, at)?;
        if tag.begins() {
            return Some((tag.start, tag.end));
        }
        at = tag.end;
    }
}

/// The drawing with a hidden box for each remark.
pub(in crate::write::annotate) fn add_boxes(
    xml: Option<Vec<u8>>,
    remarks: &[Remark],
    columns: &Columns,
) -> Vec<u8> {
    let empty = || {
        format!(
            "<xml xmlns:v=\"{VML}\" xmlns:o=\"{OFFICE}\" xmlns:x=\"{EXCEL}\">\
             <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout></xml>"
        )
        .into_bytes()
    };
    let xml = xml.unwrap_or_else(empty);
    let names = Prefixes::of(&xml);
    let survey = survey(&xml);
    let mut added = Vec::new();
    if !survey.has_type {
        let Prefixes { v, o, declared, .. } = &names;
        added.extend_from_slice(
            format!(
                "<{v}:shapetype{declared} id=\"_x0000_t202\" coordsize=\"21600,21600\" {o}:spt=\"202\" \
                 path=\"m,l,21600r21600,l21600,xe\"><{v}:stroke joinstyle=\"miter\"/>\
                 <{v}:path gradientshapeok=\"t\" {o}:connecttype=\"rect\"/></{v}:shapetype>"
            )
            .as_bytes(),
        );
    }
    let first = survey.max_id.max(1024) + 1;
    for (at, remark) in remarks.iter().enumerate() {
        push_box(&names, first + at as u32, remark, columns, &mut added);
    }
    let mut splices = Splices::default();
    if let Some((start, end)) = survey.id_map {
        let tag = span(&xml, start, end);
        let last = first + (remarks.len() as u32).saturating_sub(1);
        splices.replace(start, end, with_clusters(tag, first / 1024, last / 1024));
    }
    splices.insert(survey.end, added);
    splices.apply(&xml)
}

/// What a drawing has.
struct Survey {
    max_id: u32,
    has_type: bool,
    id_map: Option<(usize, usize)>,
    /// Where shapes may be appended.
    end: usize,
}

fn survey(xml: &[u8]) -> Survey {
    let mut found = Survey { max_id: 0, has_type: false, id_map: None, end: xml.len() };
    let mut at = 0;
    while let Some(tag) = next_tag(xml, at) {
        at = tag.end;
        match tag.local(xml) {
            b"xml" if tag.kind == TagKind::Close => found.end = tag.start,
            b"idmap" if tag.begins() => found.id_map = Some((tag.start, tag.end)),
            b"shapetype" if tag.begins() => {
                found.has_type |= tag.attribute(xml, "id") == Some(b"_x0000_t202");
            }
            _ => {}
        }
        for id in attributes(tag.bytes(xml)).filter(|one| matches!(one.name, b"id" | b"o:spid")) {
            let number =
                id.value.strip_prefix(b"_x0000_s").and_then(|id| std::str::from_utf8(id).ok());
            // An absurd number must not carry ours over the edge.
            let number = number.and_then(|id| id.parse().ok()).filter(|id: &u32| *id < 1 << 24);
            found.max_id = found.max_id.max(number.unwrap_or(0));
        }
    }
    found
}

/// Names the clusters of 1024 ids that our shapes use.
fn with_clusters(tag: &[u8], first: u32, last: u32) -> Vec<u8> {
    let old = crate::write::annotate::xml::attribute(tag, "data")
        .map(crate::write::annotate::xml::escape::unescape)
        .unwrap_or_default();
    let mut clusters: Vec<u32> = old.split(',').filter_map(|one| one.trim().parse().ok()).collect();
    let before = clusters.len();
    clusters.extend(first..=last);
    clusters.sort_unstable();
    clusters.dedup();
    if clusters.len() == before {
        return tag.to_vec();
    }
    let text: Vec<String> = clusters.iter().map(u32::to_string).collect();
    with_attribute(tag, "data", &text.join(","))
}

fn push_box(names: &Prefixes, id: u32, remark: &Remark, columns: &Columns, out: &mut Vec<u8>) {
    let Prefixes { v, o, x, declared } = names;
    let lines = wrapped_lines(&remark.text, LETTERS);
    let height = (24 + 16 * (1 + lines)).min(420);
    let (row, column) = (remark.row.saturating_sub(1), u32::from(remark.column));
    out.extend_from_slice(
        format!(
            "<{v}:shape{declared} id=\"_x0000_s{id}\" type=\"#_x0000_t202\" style=\"position:absolute;\
             margin-left:59.25pt;margin-top:1.5pt;width:{}pt;height:{}pt;z-index:{};visibility:hidden\" \
             fillcolor=\"#ffffe1\" {o}:insetmode=\"auto\"><{v}:fill color2=\"#ffffe1\"/>\
             <{v}:shadow on=\"t\" color=\"black\" obscured=\"t\"/><{v}:path {o}:connecttype=\"none\"/>\
             <{v}:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div>\
             </{v}:textbox><{x}:ClientData ObjectType=\"Note\"><{x}:MoveWithCells/><{x}:SizeWithCells/>\
             <{x}:Anchor>{}</{x}:Anchor><{x}:AutoFill>False</{x}:AutoFill><{x}:Row>{row}</{x}:Row>\
             <{x}:Column>{column}</{x}:Column></{x}:ClientData></{v}:shape>",
            WIDTH * 3 / 4,
            height * 3 / 4,
            id - 1024,
            anchor(row, column, height, columns),
        )
        .as_bytes(),
    );
}

/// Left column, its offset, top row, its offset, right column, offset, bottom row, offset.
fn anchor(row: u32, column: u32, height: u32, columns: &Columns) -> String {
    // At the right edge of the sheet the box stands on the left.
    let left = if column + 8 > 16_383 { column.saturating_sub(8) } else { column + 1 };
    let (mut right, mut room) = (left, WIDTH + 15);
    while room > columns.width(right) && right < 16_383 {
        room -= columns.width(right);
        right += 1;
    }
    let top = row.saturating_sub(1).min(1_048_575 - height / 20 - 1);
    let room = room.min(columns.width(right));
    format!("{left}, 15, {top}, 10, {right}, {room}, {}, {}", top + height / 20, height % 20)
}

/// The drawing without the boxes of some cells (row from 1, column), and how many shapes are left.
pub(in crate::write::annotate) fn drop_boxes(xml: &[u8], cells: &[(u32, u16)]) -> (Vec<u8>, usize) {
    let gone: rustc_hash::FxHashSet<(u32, u32)> =
        cells.iter().map(|(row, column)| (row.saturating_sub(1), u32::from(*column))).collect();
    let mut splices = Splices::default();
    let (mut at, mut left) = (0, 0);
    let (mut shape, mut row, mut column) = (None, None, None);
    while let Some(tag) = next_tag(xml, at) {
        at = tag.end;
        let number = || {
            let text = span(xml, tag.end, next_tag(xml, tag.end)?.start);
            std::str::from_utf8(text).ok()?.trim().parse::<u32>().ok()
        };
        match (tag.local(xml), tag.kind) {
            (b"shape", TagKind::Open) => (shape, row, column) = (Some(tag.start), None, None),
            (b"Row", TagKind::Open) => row = number(),
            (b"Column", TagKind::Open) => column = number(),
            (b"shape", TagKind::Empty) => left += 1,
            (b"shape", TagKind::Close) => match (shape.take(), row, column) {
                (Some(start), Some(row), Some(column)) if gone.contains(&(row, column)) => {
                    splices.cut(start, tag.end);
                }
                _ => left += 1,
            },
            _ => {}
        }
    }
    (splices.apply(xml), left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_added_under_the_drawings_own_prefixes_and_go_again() {
        let original = format!(
            "<xml xmlns:ns0=\"{OFFICE}\" xmlns:ns1=\"{VML}\" xmlns:ns2=\"{EXCEL}\"><ns0:shapelayout>\
             <ns0:idmap data=\"1\"/></ns0:shapelayout><ns1:shapetype id=\"_x0000_t202\"/>\
             <ns1:shape id=\"_x0000_s2047\"><br><ns2:ClientData><ns2:Row>1</ns2:Row>\
             <ns2:Column>2</ns2:Column></ns2:ClientData></ns1:shape></xml>"
        );
        let remark = |row| Remark { row, column: 2, text: "一\n二".to_owned() };
        let xml = original.clone().into_bytes();
        let added = add_boxes(Some(xml), &[remark(7), remark(8)], &Columns::default());
        let text = String::from_utf8(added.clone()).unwrap();
        assert!(text.contains("data=\"1,2\""), "{text}");
        assert!(text.contains("<ns1:shape id=\"_x0000_s2049\"") && text.contains("_x0000_s2048"));
        assert!(!text.contains("xmlns:v"));
        let (back, left) = drop_boxes(&added, &[(7, 2), (8, 2)]);
        assert_eq!(String::from_utf8(back).unwrap(), original.replace("\"1\"", "\"1,2\""));
        assert_eq!(left, 1);
    }

    #[test]
    fn a_new_drawing_names_all_clusters_and_empties_again() {
        let remarks: Vec<Remark> =
            (1..3000).map(|row| Remark { row, column: 0, text: String::new() }).collect();
        let xml = add_boxes(None, &remarks, &Columns::default());
        assert!(memchr::memmem::find(&xml, b"data=\"1,2,3\"").is_some());
        let cells: Vec<_> = remarks.iter().map(|remark| (remark.row, remark.column)).collect();
        assert_eq!(drop_boxes(&xml, &cells).1, 0);
    }
}
