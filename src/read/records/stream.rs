//! The one grid of an export: what stands above, the headings, then the records as they come.

use super::{Draft, ReadError};
use crate::model::codes::reading;
use crate::model::{CellKind, Chunk, Finding, GridInfo, NumberFormat, Place};
use crate::read::Grids;

/// Where the rows of a grid come from.
pub(super) trait Records: Send {
    /// Makes the row of the next record; `first` is the row of the first one. `false` at the end.
    ///
    /// # Errors
    /// The document cannot be read further.
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError>;

    /// Whether U+FFFD in a cell stands for bytes that would not decode.
    fn has_broken_bytes(&self) -> bool {
        false
    }

    /// What can only be told at the end.
    fn finish(&mut self) -> Vec<Finding> {
        Vec::new()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Headings,
    Within,
    After,
}

/// A grid of records.
pub(super) struct RecordGrid<R> {
    records: R,
    /// Values that stand once above the records: `name：value`.
    above: Vec<String>,
    headings: Vec<String>,
    findings: Vec<Finding>,
    state: State,
    row: Draft,
}

impl<R: Records> RecordGrid<R> {
    /// A grid under headings; none if the records bring theirs along.
    pub fn new(records: R, above: Vec<String>, headings: Vec<String>) -> RecordGrid<R> {
        RecordGrid {
            records,
            above,
            headings,
            findings: Vec::new(),
            state: State::Before,
            row: Draft::default(),
        }
    }

    /// Tells something that was noticed before the first row.
    pub fn tell(mut self, findings: impl IntoIterator<Item = Finding>) -> RecordGrid<R> {
        self.findings.extend(findings);
        self
    }

    /// Row of the first record.
    fn first(&self) -> u32 {
        (self.above.len() + usize::from(!self.headings.is_empty())) as u32 + 1
    }

    fn write_headings(&self, chunk: &mut Chunk) {
        for (line, number) in self.above.iter().zip(1..) {
            chunk.begin_row(number, false);
            chunk.push_cell(0, CellKind::Text, NumberFormat::General, line);
        }
        if self.headings.is_empty() {
            return;
        }
        chunk.begin_row(self.first() - 1, false);
        for (heading, column) in self.headings.iter().zip(0..) {
            chunk.push_cell(column, CellKind::Text, NumberFormat::General, heading);
        }
    }

    /// Cells in which bytes were lost.
    fn find_broken(&mut self, chunk: &Chunk) {
        let first = self.first();
        for row in chunk.rows.iter().filter(|row| row.number >= first) {
            for cell in chunk.cells_of(row) {
                let text = chunk.text_of(cell);
                if memchr::memmem::find(text.as_bytes(), "\u{fffd}".as_bytes()).is_some() {
                    let place = Place::cell(0, row.number, cell.column);
                    self.findings.push(Finding::new(&reading::UNDECODABLE, place));
                }
            }
        }
    }
}

impl<R: Records> Grids for RecordGrid<R> {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        let is_first = self.state == State::Before;
        self.state = if is_first { State::Headings } else { State::After };
        Ok(is_first.then(GridInfo::default))
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        if self.state == State::Headings {
            self.state = State::Within;
            self.write_headings(chunk);
        }
        let first = self.first();
        while self.state == State::Within && !chunk.is_full() {
            if self.records.next(first, &mut self.row)? {
                self.row.write(chunk);
            } else {
                self.state = State::After;
                self.findings.extend(self.records.finish());
            }
            self.findings.append(&mut self.row.findings);
        }
        if self.records.has_broken_bytes() {
            self.find_broken(chunk);
        }
        Ok(!chunk.rows.is_empty())
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }
}
