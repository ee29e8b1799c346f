//! The row that is being made of a record: cells in any order, fields that come several times.

use std::ops::Range;

use super::BETWEEN_VALUES;
use crate::model::{CellKind, Chunk, Code, Finding, NumberFormat, Place};

struct DraftCell {
    column: u16,
    kind: CellKind,
    text: Range<usize>,
}

/// One row in the making; kept from record to record for its memory.
#[derive(Default)]
pub(super) struct Draft {
    /// Row number in the grid.
    pub number: u32,
    /// What was noticed in it.
    pub findings: Vec<Finding>,
    text: String,
    cells: Vec<DraftCell>,
    is_sorted: bool,
}

impl Draft {
    /// Begins a row.
    pub fn begin(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
        self.is_sorted = true;
    }

    /// Bytes of text so far.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// Adds a cell; an empty text adds nothing.
    pub fn push(&mut self, column: u16, kind: CellKind, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.close(start, column, kind);
    }

    /// The text of all cells, to append to before [`Draft::close`].
    pub fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Makes a cell of everything appended since `start`.
    pub fn close(&mut self, start: usize, column: u16, kind: CellKind) {
        if start == self.text.len() {
            return;
        }
        self.is_sorted &= self.cells.last().is_none_or(|last| last.column < column);
        self.cells.push(DraftCell { column, kind, text: start..self.text.len() });
    }

    /// Notes something about a cell of this row.
    pub fn note(&mut self, code: &'static Code, column: u16) {
        self.findings.push(Finding::new(code, Place::cell(0, self.number, column)));
    }

    /// Writes the row, unless it is blank; the values of one column are joined, in their order.
    pub fn write(&mut self, chunk: &mut Chunk) {
        if !self.is_sorted {
            self.cells.sort_by_key(|cell| cell.column);
        }
        if self.cells.is_empty() {
            return;
        }
        chunk.begin_row(self.number, false);
        for same in self.cells.chunk_by(|one, next| one.column == next.column) {
            let [first, rest @ ..] = same else { continue };
            let text = |cell: &DraftCell| self.text.get(cell.text.clone()).unwrap_or_default();
            if rest.is_empty() {
                chunk.push_cell(first.column, first.kind, NumberFormat::General, text(first));
                continue;
            }
            let start = chunk.text.len() as u32;
            for (at, cell) in same.iter().enumerate() {
                if at > 0 {
                    chunk.text.push(BETWEEN_VALUES);
                }
                chunk.text.push_str(text(cell));
            }
            chunk.close_cell(start, first.column, CellKind::Text, NumberFormat::General);
        }
    }
}
