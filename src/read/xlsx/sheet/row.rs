//! The row being read: its cells in the chunk, in order, with their shared strings fetched at its end.

use crate::model::{Cell, CellKind, Chunk, NumberFormat};
use crate::read::xlsx::fault::{Fault, MAX_COLUMNS};
use crate::read::xlsx::strings::SharedStrings;

/// The text of one row may not be longer than this.
const MAX_TEXT: usize = 16 << 20;
const TOO_LONG: Fault = Fault::TooLarge("16 MiB");
/// One row may not have more cell elements than this, repeats included.
const MAX_CELLS: u32 = 2 * MAX_COLUMNS;
/// Where a string is looked for that does not exist.
const NOWHERE: (u32, u32) = (u32::MAX, 0);
/// What stands in a cell whose shared string does not exist.
const DANGLING: &str = "#REF!";

/// The row being read; kept from row to row for its memory.
#[derive(Default)]
pub struct OpenRow {
    number: u32,
    /// Index of its first cell.
    first: usize,
    /// Where its text begins in the chunk.
    text: usize,
    /// The column that a cell without an address stands in.
    next: u32,
    elements: u32,
    is_unsorted: bool,
    pending: Vec<Pending>,
    /// What was wrong with its cells.
    pub faults: CellFaults,
}

/// What was wrong with cells, over all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellFaults {
    /// Cells whose column repeats.
    pub repeated: u32,
    /// Cells that name a shared string which does not exist.
    pub dangling: u32,
    /// Row and column of the first cell whose bytes are not UTF-8.
    pub garbled: Option<(u32, u16)>,
}

/// A cell that waits for its shared string.
#[derive(Clone, Copy)]
struct Pending {
    /// Index in the chunk's cells.
    cell: usize,
    string: u32,
    span: (u32, u32),
}

impl OpenRow {
    /// Begins a row of the chunk.
    pub fn begin(&mut self, number: u32, is_hidden: bool, chunk: &mut Chunk) {
        chunk.begin_row(number, is_hidden);
        self.number = number;
        self.first = chunk.cells.len();
        self.text = chunk.text.len();
        (self.next, self.elements, self.is_unsorted) = (0, 0, false);
        self.pending.clear();
    }

    /// The column that a cell without an address stands in.
    pub fn next_column(&self) -> u32 {
        self.next
    }

    /// Checks a cell's column and notes it as the last one.
    ///
    /// # Errors
    /// The column, the cells or the text of the row are over a limit.
    #[inline]
    pub fn take(&mut self, column: u32, chunk: &Chunk) -> Result<u16, Fault> {
        if column >= MAX_COLUMNS {
            return Err(Fault::TooManyColumns(self.number));
        }
        if chunk.text.len() - self.text > MAX_TEXT {
            return Err(TOO_LONG);
        }
        self.elements += 1;
        if self.elements > MAX_CELLS {
            return Err(Fault::TooLarge("16384"));
        }
        self.is_unsorted |= column < self.next;
        self.next = column + 1;
        Ok(column as u16)
    }

    /// Adds a cell whose value is bytes; what is not UTF-8 becomes U+FFFD.
    #[inline]
    pub fn push(
        &mut self,
        chunk: &mut Chunk,
        column: u16,
        (kind, format): (CellKind, NumberFormat),
        value: &[u8],
    ) {
        match std::str::from_utf8(value) {
            Ok(value) => chunk.push_cell(column, kind, format, value),
            Err(_) => {
                self.faults.garbled.get_or_insert((self.number, column));
                chunk.push_cell(column, kind, format, &String::from_utf8_lossy(value));
            }
        }
    }

    /// Adds a cell whose shared string [`OpenRow::finish`] will fetch.
    #[inline]
    pub fn await_string(
        &mut self,
        chunk: &mut Chunk,
        column: u16,
        format: NumberFormat,
        string: u32,
    ) {
        self.pending.push(Pending { cell: chunk.cells.len(), string, span: NOWHERE });
        chunk.cells.push(Cell { start: 0, end: 0, column, kind: CellKind::Text, format });
    }

    /// Ends the row: fetches its strings and puts its cells in order. A row without cells is taken
    /// back. Hands back the number of cells.
    ///
    /// # Errors
    /// The text of the row is over the limit.
    pub fn finish(&mut self, strings: &SharedStrings, chunk: &mut Chunk) -> Result<usize, Fault> {
        self.fetch(strings, chunk)?;
        if self.is_unsorted {
            self.sort(chunk);
        }
        let end = chunk.cells.len();
        if end == self.first {
            chunk.rows.pop();
        } else if let Some(row) = chunk.rows.last_mut() {
            row.end = end as u32;
        }
        Ok(end - self.first)
    }

    /// Takes the row back, unfinished.
    pub fn abandon(&mut self, chunk: &mut Chunk) {
        chunk.cells.truncate(self.first);
        chunk.rows.pop();
    }

    /// Three loops: places, first bytes, texts. The strings of a row lie all over the arena, and so
    /// the memory answers all the questions of a loop at the same time.
    fn fetch(&mut self, strings: &SharedStrings, chunk: &mut Chunk) -> Result<(), Fault> {
        for pending in &mut self.pending {
            pending.span = strings.span(pending.string).unwrap_or(NOWHERE);
        }
        let touched =
            self.pending.iter().fold(0, |sum, pending| sum ^ strings.touch(pending.span.0));
        std::hint::black_box(touched);
        let mut room = (self.text + MAX_TEXT).saturating_sub(chunk.text.len());
        let mut has_empty = false;
        for pending in &self.pending {
            let Some(cell) = chunk.cells.get_mut(pending.cell) else { continue };
            let (start, end) = pending.span;
            let text = strings.slice(start, end).unwrap_or_else(|| {
                self.faults.dangling += 1;
                cell.kind = CellKind::Error;
                DANGLING
            });
            has_empty |= text.is_empty();
            room = room.checked_sub(text.len()).ok_or(TOO_LONG)?;
            cell.start = chunk.text.len() as u32;
            chunk.text.push_str(text);
            cell.end = chunk.text.len() as u32;
        }
        if has_empty {
            let cells = chunk.cells.split_off(self.first);
            let is_empty = |cell: &Cell| cell.start == cell.end && cell.kind == CellKind::Text;
            chunk.cells.extend(cells.into_iter().filter(|cell| !is_empty(cell)));
        }
        Ok(())
    }

    /// Sorts the cells by column. Of several in one column the last stays, as in spreadsheet programs.
    fn sort(&mut self, chunk: &mut Chunk) {
        let mut cells = chunk.cells.split_off(self.first);
        let before = cells.len();
        cells.reverse();
        cells.sort_by_key(|cell| cell.column);
        cells.dedup_by_key(|cell| cell.column);
        self.faults.repeated += (before - cells.len()) as u32;
        chunk.cells.append(&mut cells);
    }
}
