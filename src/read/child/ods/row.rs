//! Rows of an OpenDocument sheet on their way out: kept until they end, then written as often as they
//! repeat, within bounds.

use crate::model::{CellKind, NumberFormat};

use super::super::outbox::Outbox;
use super::super::trouble::Trouble;
use super::walk::CellStep;

/// Rows that a sheet may have.
pub const ROW_LIMIT: u32 = 1 << 20;
/// Columns that a sheet may have.
pub const COLUMN_LIMIT: u32 = 1 << 14;

/// Cells that may exist only because something repeats: a few hundred bytes can ask for billions.
const COPY_LIMIT: u64 = 4_000_000;

struct Kept {
    column: u16,
    repeat: u16,
    start: usize,
    end: usize,
    kind: CellKind,
    format: NumberFormat,
}

/// Keeps the row that is being read.
#[derive(Default)]
pub struct RowWriter {
    text: String,
    cells: Vec<Kept>,
    /// Number of the row being read, from 1.
    number: u32,
    repeat: u32,
    is_hidden: bool,
    column: u32,
    copies: u64,
}

impl RowWriter {
    /// Goes back to the first row.
    pub fn begin_grid(&mut self) {
        self.number = 1;
    }

    /// Begins a row.
    pub fn begin(&mut self, repeat: u32, is_hidden: bool) {
        (self.repeat, self.is_hidden, self.column) = (repeat, is_hidden, 0);
        self.text.clear();
        self.cells.clear();
    }

    /// Adds cells to it.
    pub fn cell(&mut self, cell: &CellStep, text: &str) -> Result<(), Trouble> {
        let column = self.column;
        self.column = column.saturating_add(cell.repeat);
        if text.is_empty() && cell.kind != CellKind::Uncalculated {
            return Ok(());
        }
        if self.column > COLUMN_LIMIT {
            return Err(Trouble::too_large("列数", "16384"));
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(Kept {
            column: column as u16,
            repeat: cell.repeat as u16,
            start,
            end: self.text.len(),
            kind: cell.kind,
            format: cell.format,
        });
        Ok(())
    }

    /// Writes it as often as it repeats; a row without content only counts.
    pub fn end(&mut self, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
        let first = self.number;
        self.number = first.saturating_add(self.repeat);
        if self.cells.is_empty() {
            return Ok(());
        }
        if self.number - 1 > ROW_LIMIT {
            return Err(Trouble::too_large("行数", "1048576"));
        }
        let wide: u64 = self.cells.iter().map(|cell| u64::from(cell.repeat)).sum();
        self.copies += wide * u64::from(self.repeat) - self.cells.len() as u64;
        if self.copies > COPY_LIMIT {
            return Err(Trouble::too_large("重复单元格", "4000000"));
        }
        for number in first..self.number {
            outbox.begin_row(number, self.is_hidden)?;
            for cell in &self.cells {
                let text = self.text.get(cell.start..cell.end).unwrap_or_default();
                for column in cell.column..cell.column + cell.repeat {
                    outbox.cell(column, cell.kind, cell.format, text);
                }
            }
        }
        Ok(())
    }
}
