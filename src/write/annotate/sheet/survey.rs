//! A first, short look at a worksheet: whether it is too long to be copied whole, and its merged ranges.

use std::io::Read;

use memchr::memmem;

use crate::model::{Place, Range, grid::NO_COLUMN, grid::column_number};
use crate::write::annotate::{
    AnnotateError, Mark,
    sheet::Target,
    xml::window::Window,
    xml::{TagKind, number_attribute},
};

/// More merged ranges than this are not looked at.
const MAX_MERGES: usize = 20_000;

/// What the look found.
#[derive(Debug, Default)]
pub(in crate::write::annotate) struct Survey {
    /// Whether the sheet has more rows than asked for; the look ended there.
    pub is_long: bool,
    /// Merged ranges of a sheet that is not long.
    pub merges: Vec<Range>,
}

/// Looks at a worksheet, no further than `max_rows` rows.
pub(in crate::write::annotate) fn survey(
    source: &mut dyn Read,
    part: &str,
    max_rows: u32,
) -> Result<Survey, AnnotateError> {
    let mut nowhere = |_: &[u8]| Ok(());
    let mut window = Window::new(source, &mut nowhere, part);
    let mut found = Survey::default();
    let mut rows = 0u32;
    let mut close = None;
    let mut is_past = false;
    while let Some(tag) = window.tag()? {
        let bytes = window.bytes();
        if tag.kind == TagKind::Other {
            window.keep_to(tag.end);
            continue;
        }
        let end = match tag.local(bytes) {
            b"sheetData" => {
                is_past = tag.kind != TagKind::Open;
                tag.end
            }
            // Drawings after the rows have elements of this name too.
            b"row" if tag.begins() && !is_past => {
                rows = rows.saturating_add(1);
                if rows > max_rows {
                    found.is_long = true;
                    return Ok(found);
                }
                let close = close.get_or_insert_with(|| format!("</{}row", tag.prefix(bytes)));
                window.end_of(tag, &memmem::Finder::new(close.as_bytes()))?.1
            }
            b"mergeCell" if found.merges.len() < MAX_MERGES => {
                found.merges.extend(tag.text_attribute(bytes, "ref").and_then(|text| range(&text)));
                tag.end
            }
            _ => tag.end,
        };
        window.keep_to(end);
    }
    Ok(found)
}

fn range(text: &str) -> Option<Range> {
    let corner = |text: &str| {
        let digits = text.find(|letter: char| letter.is_ascii_digit())?;
        let (letters, row) = text.split_at_checked(digits)?;
        Some((row.parse::<u32>().ok()?, column_number(letters)?))
    };
    let (first, last) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (corner(first)?, corner(last)?);
    Some(Range { top, bottom, left, right })
}

/// The cells that the marks of one grid mean: a mark on a covered cell of a merged range goes to the
/// range's first cell, which is the one people see; marks of one cell become one.
pub(in crate::write::annotate) fn targets(
    marks: &[Mark],
    first: usize,
    merges: &[Range],
) -> Vec<Target> {
    let mut places: Vec<Place> = marks.iter().map(|mark| mark.place).collect();
    for merge in merges {
        // Marks come sorted by place, so those of the range's rows lie together.
        let from = marks.partition_point(|mark| mark.place.row < merge.top);
        for (mark, place) in marks.iter().zip(&mut places).skip(from) {
            let at = mark.place;
            if at.row > merge.bottom {
                break;
            }
            if (merge.left..=merge.right).contains(&at.column) {
                *place = Place::cell(at.grid, merge.top, merge.left);
            }
        }
    }
    let mut found: Vec<Target> = Vec::with_capacity(marks.len());
    for (at, (mark, place)) in marks.iter().zip(places).enumerate() {
        let is_cell = place.column < 16_384 || place.column == NO_COLUMN;
        if is_cell && (1..=1_048_576).contains(&place.row) {
            found.push(Target {
                row: place.row,
                column: place.column,
                severity: mark.severity,
                marks: vec![(first + at) as u32],
            });
        }
    }
    joined(found)
}

/// Sorts targets by cell and makes those of one cell one.
pub(in crate::write::annotate) fn joined(targets: Vec<Target>) -> Vec<Target> {
    let mut found = targets;
    found.sort_by_key(|target| (target.row, target.column));
    found.dedup_by(|next, kept| {
        let is_same = (next.row, next.column) == (kept.row, kept.column);
        if is_same {
            kept.severity = kept.severity.max(next.severity);
            kept.marks.append(&mut next.marks);
        }
        is_same
    });
    found
}

/// Rows of a table part that a shortened sheet must keep: its headings, and its totals.
pub(in crate::write::annotate) fn table_rows(xml: &[u8]) -> Vec<u32> {
    let Some(root) = crate::write::annotate::xml::root(xml) else { return Vec::new() };
    let Some(range) = root.tag.text_attribute(xml, "ref").and_then(|text| range(&text)) else {
        return Vec::new();
    };
    let count = |name| number_attribute(root.tag.bytes(xml), name);
    let headings = count("headerRowCount") != Some(0);
    let totals = count("totalsRowCount").unwrap_or(0) > 0;
    headings.then_some(range.top).into_iter().chain(totals.then_some(range.bottom)).collect()
}
