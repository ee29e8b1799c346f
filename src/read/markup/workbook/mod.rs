//! SpreadsheetML 2003 ("XML Spreadsheet 2003") as grids, streamed in two passes.

mod survey;
mod value;
mod walk;

use std::fs::File;
use std::path::Path;

use crate::model::codes::reading;
use crate::model::{Chunk, Finding, GridInfo, NumberFormat, Place};
use crate::read::{Grids, Opened, ReadError, ReadOptions};

use super::remarks::{MAX_COLUMNS, Remarks, Shown};
use super::source::{self, Source};
use super::tokens::{Dialect, Tokens};
use survey::{SheetFacts, Survey};
use walk::{Listener, Placed, Walk};

/// Opens a workbook.
///
/// # Errors
/// [`ReadError::Refused`] if it breaks off, is empty or passes a limit, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let decided = source::decide(path, &mut file, options.encoding.as_deref())?;
    let again = file.try_clone().map_err(|source| ReadError::io(path, source))?;
    let survey = Survey::of(Tokens::new(Source::new(path, file, &decided)?, Dialect::Xml))?;
    if survey.sheets.is_empty() {
        return Err(ReadError::refused(&reading::EMPTY_DOCUMENT));
    }
    // The survey is over: both share one position in the file.
    let tokens = Tokens::new(Source::new(path, again, &decided)?, Dialect::Xml);
    let sheets = Sheets {
        remarks: Remarks::new(&decided),
        survey,
        walk: Walk::new(tokens),
        next: 0,
        met: 0,
        is_within: false,
    };
    let encoding = Some(decided.decision);
    Ok(Opened { encoding, ..Opened::workbook("xml-2003", Box::new(sheets)) })
}

/// The sheets of a workbook.
struct Sheets {
    survey: Survey,
    walk: Walk,
    /// Sheets handed out, and sheets that the walk has met.
    next: usize,
    met: usize,
    is_within: bool,
    remarks: Remarks,
}

impl Grids for Sheets {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        let Some(sheet) = self.survey.sheets.get_mut(self.next) else {
            self.is_within = false;
            self.remarks.finish(self.walk.tokens.source.mends());
            return Ok(None);
        };
        let info = std::mem::take(&mut sheet.info);
        if sheet.gone_back > 0 {
            let finding = Finding::new(&reading::REPEATED_ADDRESS, Place::grid(info.index));
            let finding = finding.arg(&info.name).arg(sheet.gone_back.to_string());
            self.remarks.findings.push(finding);
        }
        self.next += 1;
        self.is_within = true;
        Ok(Some(info))
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        let sheet = self.next.checked_sub(1).and_then(|at| self.survey.sheets.get(at));
        let Some(sheet) = sheet.filter(|_| self.is_within) else { return Ok(false) };
        let mut writer = Writer {
            chunk,
            remarks: &mut self.remarks,
            survey: &self.survey,
            sheet,
            wanted: self.next,
            met: self.met,
            is_done: false,
            is_between: false,
            scratch: String::new(),
        };
        while !(writer.is_done || writer.is_between && writer.chunk.is_full()) {
            if !self.walk.step(&mut writer)? {
                writer.is_done = true;
            }
        }
        (self.met, self.is_within) = (writer.met, !writer.is_done);
        Ok(!chunk.rows.is_empty())
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.remarks.findings)
    }
}

/// Writes the cells of one sheet into a chunk and passes over those before it.
struct Writer<'w> {
    chunk: &'w mut Chunk,
    remarks: &'w mut Remarks,
    survey: &'w Survey,
    sheet: &'w SheetFacts,
    wanted: usize,
    met: usize,
    is_done: bool,
    is_between: bool,
    scratch: String,
}

impl Listener for Writer<'_> {
    fn begin(&mut self, _name: &str) {
        self.met += 1;
    }

    fn cell(&mut self, cell: &Placed<'_>, has_broken: bool) -> Result<(), ReadError> {
        if self.met != self.wanted {
            return Ok(());
        }
        self.is_between = false;
        let grid = u16::try_from(self.wanted - 1).unwrap_or(u16::MAX);
        let Ok(column) = u16::try_from(cell.column) else { return Ok(()) };
        if cell.column >= MAX_COLUMNS {
            self.remarks.too_wide(grid, cell.row);
            return Ok(());
        }
        let style = cell.styles.into_iter().find(|style| !style.is_empty());
        let format = match style {
            Some(style) => self.survey.format(style),
            None => self.sheet.format_of(cell.column),
        };
        let format = format.unwrap_or(NumberFormat::General);
        let (kind, format, text) =
            value::shown(cell, format, self.survey.is_1904, &mut self.scratch);
        let place = Place::cell(grid, cell.row, column);
        let shown = Shown { kind, format, text };
        self.remarks.put(self.chunk, (place, cell.is_row_hidden), shown, has_broken)
    }

    fn end_row(&mut self) {
        self.is_between = self.met == self.wanted;
    }

    fn end(&mut self) {
        self.is_done = self.met == self.wanted;
    }
}

#[cfg(test)]
mod tests;
