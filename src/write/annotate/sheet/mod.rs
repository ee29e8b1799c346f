//! One worksheet on its way from the sender's workbook to the annotated one: wrong cells get another
//! format, missing ones are put in, everything else is kept byte for byte.

pub(in crate::write::annotate) mod columns;
pub(in crate::write::annotate) mod rows;
pub(in crate::write::annotate) mod survey;

use std::io::Read;

use memchr::memmem;

pub(in crate::write::annotate) use columns::Columns;

use crate::model::Severity;
use crate::write::annotate::{
    AnnotateError,
    sheet::rows::{RowEdit, rewrite_row},
    styles::{Restyle, Styles},
    xml::window::{Sink, Window},
    xml::{Tag, TagKind, number_attribute, with_attribute},
};

/// A cell to be marked, or a row (column [`crate::model::grid::NO_COLUMN`]: its first cell is meant).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::write::annotate) struct Target {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 0.
    pub column: u16,
    /// The worst of its marks.
    pub severity: Severity,
    /// Its marks, by position.
    pub marks: Vec<u32>,
}

/// Rows that a shortened copy keeps besides the marked ones.
#[derive(Clone, Debug, Default)]
pub(in crate::write::annotate) struct KeptRows {
    /// All rows up to this one.
    pub head: u32,
    /// These too; sorted.
    pub rows: Vec<u32>,
}

impl KeptRows {
    /// Whether a row is one of them.
    pub(in crate::write::annotate) fn has(&self, row: u32) -> bool {
        row <= self.head || self.rows.binary_search(&row).is_ok()
    }
}

/// What is to be done to a worksheet.
pub(in crate::write::annotate) struct SheetEdit<'a> {
    /// Cells to mark, sorted by row, then column.
    pub targets: &'a [Target],
    /// Formats that cells get back.
    pub restyle: &'a Restyle,
    /// The rows of a shortened copy; `None` keeps all.
    pub kept: Option<&'a KeptRows>,
    /// Whether the sheet is to be selected or not; `None` leaves it.
    pub selected: Option<bool>,
    /// Relationship of the drawing of comments that goes.
    pub drop_legacy: Option<&'a str>,
    /// Namespace and id of the relationship to put in if there is no such drawing.
    pub new_legacy: (&'static str, &'a str),
}

/// What a worksheet's rewriting learnt.
#[derive(Debug, Default)]
pub(in crate::write::annotate) struct SheetTraces {
    /// The cells that were marked, rows resolved to cells.
    pub noted: Vec<Target>,
    /// Widths of the columns.
    pub columns: Columns,
    /// Relationship of the drawing of comments that the sheet had and keeps.
    pub legacy: Option<String>,
}

/// Copies a worksheet with its edits.
pub(in crate::write::annotate) fn rewrite_sheet(
    source: &mut dyn Read,
    sink: &mut Sink<'_>,
    part: &str,
    edit: &SheetEdit<'_>,
    styles: &mut Styles,
) -> Result<SheetTraces, AnnotateError> {
    let window = Window::new(source, sink, part);
    let traces = SheetTraces::default();
    let mut rewriter = Rewriter {
        window,
        edit,
        styles,
        traces,
        prefix: String::new(),
        next: 0,
        row: 0,
        out: Vec::new(),
    };
    if rewriter.head()? {
        rewriter.rows()?;
    }
    rewriter.tail()?;
    Ok(rewriter.traces)
}

struct Rewriter<'a, 's> {
    window: Window<'a, 's>,
    edit: &'a SheetEdit<'a>,
    styles: &'a mut Styles,
    traces: SheetTraces,
    /// Prefix of the sheet's elements, with its colon.
    prefix: String,
    /// The next target.
    next: usize,
    /// The last row seen.
    row: u32,
    out: Vec<u8>,
}

impl Rewriter<'_, '_> {
    /// Passes everything before the rows; `false` if there are none.
    fn head(&mut self) -> Result<bool, AnnotateError> {
        let mut has_root = false;
        loop {
            let Some(tag) = self.window.tag()? else {
                return Err(self.window.fault("has no rows"));
            };
            let bytes = self.window.bytes();
            if tag.kind == TagKind::Other {
                self.window.keep_to(tag.end);
                continue;
            }
            if !has_root {
                has_root = true;
                self.prefix = tag.prefix(bytes).to_owned();
            }
            match tag.local(bytes) {
                b"sheetView" if tag.begins() => self.select(tag)?,
                b"col" => self.traces.columns.note(tag.bytes(bytes)),
                b"sheetFormatPr" => {
                    let width = tag.text_attribute(bytes, "defaultColWidth");
                    let width = width.and_then(|width| width.parse::<f64>().ok());
                    self.traces.columns.default_width = width.map(|width| (width * 7.0) as u32 + 5);
                }
                b"sheetData" => return self.begin_rows(tag),
                b"worksheet" if tag.kind != TagKind::Open => {
                    return Err(self.window.fault("has no rows"));
                }
                _ => {}
            }
            self.window.keep_to(tag.end.max(self.window.at()));
        }
    }

    fn select(&mut self, tag: Tag) -> Result<(), AnnotateError> {
        let is_selected = tag.attribute(self.window.bytes(), "tabSelected");
        let is_selected = is_selected.is_some_and(|value| value == b"1" || value == b"true");
        match self.edit.selected {
            Some(wanted) if wanted != is_selected => {
                let value = if wanted { "1" } else { "0" };
                let tag_now = with_attribute(tag.bytes(self.window.bytes()), "tabSelected", value);
                self.window.keep_to(tag.start);
                self.window.emit(&tag_now)?;
                self.window.skip_to(tag.end)
            }
            _ => Ok(()),
        }
    }

    fn begin_rows(&mut self, tag: Tag) -> Result<bool, AnnotateError> {
        if tag.kind != TagKind::Empty {
            self.window.keep_to(tag.end);
            return Ok(true);
        }
        self.window.keep_to(tag.start);
        if self.edit.targets.is_empty() {
            self.window.keep_to(tag.end);
            return Ok(false);
        }
        let p = self.prefix.clone();
        self.window.emit(format!("<{p}sheetData>").as_bytes())?;
        self.window.skip_to(tag.end)?;
        self.add_rows_before(u32::MAX)?;
        self.window.emit(format!("</{p}sheetData>").as_bytes())?;
        Ok(false)
    }

    fn rows(&mut self) -> Result<(), AnnotateError> {
        let close = format!("</{}row", self.prefix);
        let close = memmem::Finder::new(close.as_bytes());
        let (row, end) = (format!("<{}row ", self.prefix), format!("</{}sheetData", self.prefix));
        let (row, end) = (memmem::Finder::new(&row), memmem::Finder::new(&end));
        loop {
            if let Some(wanted) = self.next_wanted() {
                self.window.leap(wanted, &row, &end)?;
            }
            let Some(tag) = self.window.tag()? else {
                return Err(self.window.fault("ends within its rows"));
            };
            let bytes = self.window.bytes();
            if tag.begins() && tag.local(bytes) == b"row" {
                let number =
                    number_attribute(tag.bytes(bytes), "r").unwrap_or(self.row.saturating_add(1));
                self.one_row(tag, number, &close)?;
                self.row = number;
            } else if tag.kind == TagKind::Close && tag.local(bytes) == b"sheetData" {
                self.window.keep_to(tag.start);
                self.add_rows_before(u32::MAX)?;
                return Ok(());
            } else {
                self.window.keep_to(tag.end);
            }
        }
    }

    /// In a shortened copy, the next row that is not left out.
    fn next_wanted(&self) -> Option<u32> {
        let kept = self.edit.kept.filter(|kept| kept.head <= self.row)?;
        let marked = self.edit.targets.get(self.next).map(|target| target.row);
        let at = kept.rows.partition_point(|row| *row <= self.row);
        let kept = kept.rows.get(at).copied();
        Some(marked.unwrap_or(u32::MAX).min(kept.unwrap_or(u32::MAX)))
    }

    fn one_row(
        &mut self,
        tag: Tag,
        number: u32,
        close: &memmem::Finder<'_>,
    ) -> Result<(), AnnotateError> {
        let targets = self.edit.targets;
        if targets.get(self.next).is_some_and(|target| target.row < number) {
            self.window.keep_to(tag.start);
            self.add_rows_before(number)?;
        }
        let (tag, end) = self.window.end_of(tag, close)?;
        let count =
            targets.iter().skip(self.next).take_while(|target| target.row == number).count();
        let mine = targets.get(self.next..self.next + count).unwrap_or_default();
        self.next += count;
        let is_short = self.edit.kept.is_some();
        if count == 0 && self.edit.kept.is_some_and(|kept| !kept.has(number)) {
            return self.window.skip_to(end);
        }
        if count == 0 && self.edit.restyle.is_empty() && !is_short {
            self.window.keep_to(end);
            return Ok(());
        }
        self.out.clear();
        let row = RowEdit {
            number,
            targets: mine,
            restyle: self.edit.restyle,
            is_short,
            columns: &self.traces.columns,
            prefix: &self.prefix,
        };
        let bytes = crate::write::annotate::xml::span(self.window.bytes(), tag.start, end);
        rewrite_row(bytes, &row, self.styles, (&mut self.out, &mut self.traces.noted));
        self.window.keep_to(tag.start);
        self.window.emit(&self.out)?;
        self.window.skip_to(end)
    }

    /// Puts in the marked rows before a row that the sheet does not have.
    fn add_rows_before(&mut self, limit: u32) -> Result<(), AnnotateError> {
        let targets = self.edit.targets;
        while let Some(first) = targets.get(self.next).filter(|target| target.row < limit) {
            let count =
                targets.iter().skip(self.next).take_while(|one| one.row == first.row).count();
            let mine = targets.get(self.next..self.next + count).unwrap_or_default();
            self.next += count;
            self.out.clear();
            let row = RowEdit {
                number: first.row,
                targets: mine,
                restyle: self.edit.restyle,
                is_short: false,
                columns: &self.traces.columns,
                prefix: &self.prefix,
            };
            let empty = format!("<{}row r=\"{}\"/>", self.prefix, first.row);
            rewrite_row(
                empty.as_bytes(),
                &row,
                self.styles,
                (&mut self.out, &mut self.traces.noted),
            );
            self.window.emit(&self.out)?;
        }
        Ok(())
    }

    /// Passes everything after the rows; the drawing of comments is found, put in or taken out.
    fn tail(&mut self) -> Result<(), AnnotateError> {
        let mut is_missing = !self.traces.noted.is_empty();
        if !is_missing && self.edit.drop_legacy.is_none() {
            return self.window.keep_rest();
        }
        let mut depth = 0usize;
        while let Some(tag) = self.window.tag()? {
            let bytes = self.window.bytes();
            let local = tag.local(bytes);
            let is_end = tag.kind == TagKind::Close && local == b"worksheet";
            if depth == 0 && local == b"legacyDrawing" && tag.begins() {
                let id = crate::write::annotate::xml::attributes(tag.bytes(bytes))
                    .find(|one| one.name.ends_with(b":id"));
                let id = id
                    .map(|one| crate::write::annotate::xml::escape::unescape(one.value))
                    .unwrap_or_default();
                self.window.keep_to(tag.start);
                if self.edit.drop_legacy == Some(id.as_str()) {
                    self.window.skip_to(tag.end)?;
                    continue;
                }
                self.traces.legacy = Some(id);
                is_missing = false;
            } else if is_missing && depth == 0 && (is_end || (tag.begins() && follows(local))) {
                self.window.keep_to(tag.start);
                let ((space, id), p) = (self.edit.new_legacy, &self.prefix);
                let element = format!("<{p}legacyDrawing xmlns:r=\"{space}\" r:id=\"{id}\"/>");
                self.window.emit(element.as_bytes())?;
                is_missing = false;
            }
            match tag.kind {
                TagKind::Open => depth += 1,
                TagKind::Close => depth = depth.saturating_sub(1),
                TagKind::Empty | TagKind::Other => {}
            }
            self.window.keep_to(tag.end);
        }
        self.window.keep_rest()
    }
}

/// Whether an element of a worksheet stands after `legacyDrawing` (CT_Worksheet).
fn follows(local: &[u8]) -> bool {
    const AFTER: [&[u8]; 9] = [
        b"legacyDrawingHF",
        b"drawingHF",
        b"picture",
        b"oleObjects",
        b"controls",
        b"webPublishItems",
        b"tableParts",
        b"extLst",
        b"AlternateContent",
    ];
    AFTER.contains(&local)
}
