//! An open table: where its next cell stands (HTML standard, 4.9.12.1).

use crate::model::NumberFormat;
use crate::read::markup::remarks::MAX_COLUMNS;

use super::marks::{ALL_ROWS, Marks};
use super::text::CellText;

/// An open table.
#[derive(Default)]
pub struct Frame {
    /// Its number on the page.
    pub table: u32,
    /// Its open row, from 1; 0 before the first.
    pub row: u32,
    /// Where the next cell looks for a place.
    pub column: u32,
    /// Column that the next `<col>` describes.
    pub described: u32,
    /// Whether a row is open.
    pub is_row_open: bool,
    /// Whether the open row is hidden.
    pub is_row_hidden: bool,
    /// Number format of cells without one.
    pub format: Option<NumberFormat>,
    /// Number format of the open row.
    pub row_format: Option<NumberFormat>,
    /// For each column the last row that a cell from above covers.
    pub covered: Vec<u32>,
    /// The open cell and its first column.
    pub cell: Option<(u32, Marks)>,
    /// The value behind what the open cell displays, if it has one.
    pub behind: String,
    /// Whether its caption is open.
    pub has_caption: bool,
    /// Text of the open cell or caption.
    pub text: CellText,
    /// An element of the open cell that is not shown, and how deep it nests in itself.
    pub unseen: Option<(String, u32)>,
    /// Whether this table, or one around it, swallows the tables within its cells; which one.
    pub swallowed_by: Option<usize>,
    /// Whether tables within its cells are mere text.
    pub is_swallowing: bool,
}

impl Frame {
    /// Opens the next row.
    pub fn open_row(&mut self) {
        self.is_row_open = true;
        self.row = self.row.saturating_add(1);
        self.column = 0;
    }

    /// Opens a cell at the next free column; tells how many steps that took.
    pub fn place(&mut self, mut marks: Marks) -> u64 {
        let from = self.column as usize;
        let taken = self.covered.get(from..).unwrap_or_default();
        let skipped = taken.iter().take_while(|last| **last >= self.row).count();
        let column = self.column.saturating_add(skipped as u32);
        let across = marks.across.min(MAX_COLUMNS.saturating_sub(column)).max(1);
        let end = column as usize + across as usize;
        let under = self.covered.get(column as usize..end.min(self.covered.len()));
        let under = under.unwrap_or_default();
        let free = under.iter().take_while(|last| **last < self.row).count();
        // A browser lets cells overlap; merged ranges may not.
        marks.across = if free < under.len() { free as u32 } else { across };
        let steps = skipped as u64 + free as u64 + 1;
        if marks.down > 1 && column < MAX_COLUMNS {
            let last = match marks.down {
                ALL_ROWS => ALL_ROWS,
                down => self.row.saturating_add(down - 1),
            };
            self.covered.resize(self.covered.len().max(end), 0);
            let under = self.covered.get_mut(column as usize..end).unwrap_or_default();
            under.iter_mut().for_each(|covered| *covered = last.max(*covered));
        }
        self.column = column.saturating_add(across);
        self.text.clear();
        self.cell = Some((column, marks));
        steps + u64::from(across)
    }
}
