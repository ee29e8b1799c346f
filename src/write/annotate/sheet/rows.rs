//! One row of a sheet with its marked cells given another format, and missing cells put in.

use crate::model::grid::{NO_COLUMN, a1, column_number};
use crate::write::annotate::{
    sheet::{Columns, Target},
    styles::{NO_FORMAT, Restyle, Styles},
    xml::{
        TagKind, attribute, attributes, next_tag, number_attribute, span, with_attribute,
        without_attribute,
    },
};

/// What is to be done to a row.
pub(in crate::write::annotate) struct RowEdit<'a> {
    /// Its number.
    pub number: u32,
    /// Its cells to mark, by column.
    pub targets: &'a [Target],
    /// Formats that cells get back.
    pub restyle: &'a Restyle,
    /// Whether rows around it are left out: it then says its number, and loses formulas (which would
    /// count cells that are not there), not their values.
    pub is_short: bool,
    /// Formats of the columns.
    pub columns: &'a Columns,
    /// Prefix of the sheet's elements.
    pub prefix: &'a str,
}

/// A cell of the row: where it stands in the row's bytes.
struct CellSpan {
    column: u16,
    start: usize,
    tag_end: usize,
    end: usize,
}

impl CellSpan {
    fn is_empty(&self, row: &[u8]) -> bool {
        let inner = span(row, self.tag_end, self.end);
        inner.is_empty() || next_tag(inner, 0).is_none_or(|tag| tag.kind == TagKind::Close)
    }
}

/// Writes a row with its edits, and notes which cells were marked.
pub(in crate::write::annotate) fn rewrite_row(
    row: &[u8],
    edit: &RowEdit<'_>,
    styles: &mut Styles,
    (out, noted): (&mut Vec<u8>, &mut Vec<Target>),
) {
    let Some(tag) = next_tag(row, 0) else { return };
    let cells = cells_of(row, tag.end);
    let targets = placed(edit, &cells);
    let row_format = number_attribute(tag.bytes(row), "s")
        .filter(|_| matches!(attribute(tag.bytes(row), "customFormat"), Some(b"1" | b"true")));
    let mut body = Vec::with_capacity(row.len() + 64 * targets.len());
    let mut at = tag.end;
    let mut left = 0;
    let mut waiting = targets.iter().peekable();
    let has = |column: u16| cells.iter().any(|cell| cell.column == column);
    let mut fill = |body: &mut Vec<u8>, styles: &mut Styles, limit: u32| {
        let mut added = 0;
        while let Some(target) = waiting.next_if(|target| u32::from(target.column) < limit) {
            if !has(target.column) {
                let own = row_format.unwrap_or_else(|| edit.columns.format(target.column));
                let format = styles.tint(own, target.severity, true);
                let (p, place) = (edit.prefix, a1(edit.number, target.column));
                body.extend_from_slice(format!("<{p}c r=\"{place}\" s=\"{format}\"/>").as_bytes());
                added += 1;
            }
        }
        added
    };
    for cell in &cells {
        body.extend_from_slice(span(row, at, cell.start));
        at = cell.end;
        left += fill(&mut body, styles, u32::from(cell.column));
        let target = targets.iter().find(|target| target.column == cell.column);
        left += usize::from(rewrite_cell(row, cell, target, edit, (styles, &mut body)));
    }
    left += fill(&mut body, styles, u32::MAX);
    let inner_end = if tag.kind == TagKind::Empty { tag.end } else { last_tag(row) };
    body.extend_from_slice(span(row, at, inner_end));
    if left == 0 && !cells.is_empty() && is_bare(tag.bytes(row)) {
        return;
    }
    out.extend_from_slice(&row_tag(tag.bytes(row), edit, &targets, &cells));
    match tag.kind {
        TagKind::Empty if body.is_empty() => {}
        TagKind::Empty => {
            out.truncate(out.len().saturating_sub(2));
            out.push(b'>');
            out.extend_from_slice(&body);
            out.extend_from_slice(format!("</{}row>", edit.prefix).as_bytes());
        }
        _ => {
            out.extend_from_slice(&body);
            out.extend_from_slice(span(row, inner_end, row.len()));
        }
    }
    noted.extend(targets);
}

fn last_tag(row: &[u8]) -> usize {
    memchr::memrchr(b'<', row).unwrap_or(row.len())
}

/// Whether a row's tag says nothing but its number and extent, so that it may go with its last cell.
fn is_bare(tag: &[u8]) -> bool {
    attributes(tag).all(|one| matches!(one.name, b"r" | b"spans"))
}

/// The row's start tag; an extent that is no longer true is left out (it is optional).
fn row_tag(tag: &[u8], edit: &RowEdit<'_>, targets: &[Target], cells: &[CellSpan]) -> Vec<u8> {
    let mut tag = tag.to_vec();
    if edit.is_short && attribute(&tag, "r").is_none() {
        tag = with_attribute(&tag, "r", &edit.number.to_string());
    }
    let extent = attribute(&tag, "spans").map(crate::write::annotate::xml::escape::unescape);
    let is_beyond = |extent: &str| {
        let (first, last) = extent.split_once(':').unwrap_or(("", ""));
        let (first, last) = (first.parse().unwrap_or(0u32), last.parse().unwrap_or(0u32));
        let is_new = |target: &&Target| cells.iter().all(|cell| cell.column != target.column);
        let inside = |target: &Target| (first..=last).contains(&(u32::from(target.column) + 1));
        targets.iter().filter(is_new).any(|target| !inside(target))
    };
    match extent {
        Some(extent) if is_beyond(&extent) => without_attribute(&tag, "spans"),
        _ => tag,
    }
}

/// The targets with a whole row resolved to its first cell, one per column, in rising order.
fn placed(edit: &RowEdit<'_>, cells: &[CellSpan]) -> Vec<Target> {
    let mut found = edit.targets.to_vec();
    for target in &mut found {
        if target.column == NO_COLUMN {
            target.column = cells.first().map_or(0, |cell| cell.column);
        }
    }
    crate::write::annotate::sheet::survey::joined(found)
}

fn cells_of(row: &[u8], from: usize) -> Vec<CellSpan> {
    let mut cells: Vec<CellSpan> = Vec::new();
    let mut open: Option<CellSpan> = None;
    let mut at = from;
    let mut next = 0u16;
    while let Some(tag) = next_tag(row, at) {
        at = tag.end;
        if tag.kind == TagKind::Other || tag.local(row) != b"c" {
            continue;
        }
        if tag.begins() {
            let column = attribute(tag.bytes(row), "r").and_then(column_of).unwrap_or(next);
            next = column.saturating_add(1);
            let cell = CellSpan { column, start: tag.start, tag_end: tag.end, end: tag.end };
            match tag.kind {
                TagKind::Empty => cells.push(cell),
                _ => open = Some(cell),
            }
        } else if let Some(cell) = open.take() {
            cells.push(CellSpan { end: tag.end, ..cell });
        }
    }
    cells
}

/// The column of an address such as `C7`.
fn column_of(address: &[u8]) -> Option<u16> {
    let letters = address.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    column_number(std::str::from_utf8(address.get(..letters)?).ok()?)
}

/// Writes one cell; `false` if it was one of ours and is gone.
fn rewrite_cell(
    row: &[u8],
    cell: &CellSpan,
    target: Option<&Target>,
    edit: &RowEdit<'_>,
    (styles, out): (&mut Styles, &mut Vec<u8>),
) -> bool {
    let tag = span(row, cell.start, cell.tag_end);
    let had = number_attribute(tag, "s").unwrap_or(NO_FORMAT);
    let (own, was_ours) = edit.restyle.get(&had).copied().unwrap_or((had, false));
    let is_ours = was_ours && cell.is_empty(row);
    if is_ours && target.is_none() {
        return false;
    }
    let format = target.map_or(own, |target| styles.tint(own, target.severity, is_ours));
    match format == had {
        true => out.extend_from_slice(tag),
        false if format == NO_FORMAT => out.extend_from_slice(&without_attribute(tag, "s")),
        false => out.extend_from_slice(&with_attribute(tag, "s", &format.to_string())),
    }
    let inner = span(row, cell.tag_end, cell.end);
    if edit.is_short {
        without_formula(inner, out)
    } else {
        out.extend_from_slice(inner)
    }
    true
}

/// Copies a cell's content but for its formula.
fn without_formula(inner: &[u8], out: &mut Vec<u8>) {
    let mut kept = 0;
    let mut at = 0;
    while let Some(tag) = next_tag(inner, at) {
        at = tag.end;
        if tag.kind == TagKind::Other || tag.local(inner) != b"f" {
            continue;
        }
        if tag.begins() {
            out.extend_from_slice(span(inner, kept, tag.start));
        }
        kept = tag.end;
    }
    out.extend_from_slice(span(inner, kept, inner.len()));
}
