//! The rows of one sheet, cell by cell, from its part's tokens.

use super::cell::{self, CellType};
use super::fault::{Fault, MAX_COLUMNS, MAX_ROWS};
use super::strings::SharedStrings;
use super::text;
use super::window::Window;
use super::xml::{self, Tag, Token};
use crate::model::{CellKind, Chunk, NumberFormat};

/// The text of one row may not be longer than this.
const MAX_ROW_TEXT: usize = 16 << 20;
/// The text of one sheet may not be longer than this: shared strings can be repeated very cheaply.
const MAX_SHEET_TEXT: u64 = 8 << 30;

/// What all sheets of a workbook share.
#[derive(Debug, Default)]
pub struct Shared {
    /// The shared strings.
    pub strings: SharedStrings,
    /// The meaning of each cell format.
    pub formats: Vec<NumberFormat>,
}

/// Reads the rows of a sheet.
pub struct SheetReader {
    window: Window,
    stage: Stage,
    /// What was seen so far.
    pub tally: Tally,
    last_row: u32,
    elements: u32,
    scratch: Vec<u8>,
    runs: Vec<u8>,
}

/// What a sheet turned out to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cells that are not empty.
    pub cells: u64,
    /// Highest row with a cell, from 1.
    pub bottom: u32,
    /// Columns up to the last that has a cell.
    pub width: u32,
    /// Rows and cells whose address repeats or goes backwards.
    pub repeated: u32,
    /// Cells that name a shared string which does not exist.
    pub dangling: u32,
    /// Bytes of text handed over.
    pub text: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Before,
    Rows,
    After,
}

/// A row element: its number, and whether it is hidden and empty.
struct RowStart {
    number: u32,
    is_hidden: bool,
    is_empty: bool,
}

/// The row being read.
struct OpenRow {
    /// Index of its first cell.
    first: usize,
    /// Where its text begins in the chunk.
    text: usize,
    /// The column a cell without an address stands in.
    next: u32,
    is_unsorted: bool,
}

/// A cell as the tokens say it, its value in the scratch buffer.
#[derive(Clone, Copy, Default)]
struct OpenCell {
    column: u32,
    style: u32,
    cell_type: CellType,
    has_formula: bool,
    has_value: bool,
}

impl SheetReader {
    /// From the first byte of the sheet's part.
    pub fn new(window: Window) -> SheetReader {
        SheetReader {
            window,
            stage: Stage::Before,
            tally: Tally::default(),
            last_row: 0,
            elements: 0,
            scratch: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Whether all rows were handed over.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::After
    }

    /// Adds rows to `chunk` until it is full or the sheet ends. Blank rows are left out.
    ///
    /// # Errors
    /// The part is damaged or breaks a limit; whole rows added before stay in the chunk.
    pub fn read_rows(&mut self, shared: &Shared, chunk: &mut Chunk) -> Result<(), Fault> {
        if self.stage == Stage::Before {
            self.find_rows()?;
        }
        while self.stage == Stage::Rows && !chunk.is_full() {
            let Some(row) = self.next_row()? else {
                self.stage = Stage::After;
                return self.window.drain();
            };
            let text = chunk.text.len();
            let open = OpenRow { first: chunk.cells.len(), text, next: 0, is_unsorted: false };
            if row.is_empty {
                continue;
            }
            chunk.begin_row(row.number, row.is_hidden);
            let first = open.first;
            let read = self.read_cells(open, shared, chunk);
            if read.is_err() || chunk.cells.len() == first {
                chunk.cells.truncate(first);
                chunk.rows.pop();
            }
            read?;
            self.count(chunk, first, row.number, text)?;
        }
        Ok(())
    }

    fn count(&mut self, chunk: &Chunk, first: usize, row: u32, text: usize) -> Result<(), Fault> {
        let Some(last) = chunk.cells.last().filter(|_| chunk.cells.len() > first) else {
            return Ok(());
        };
        self.tally.cells += (chunk.cells.len() - first) as u64;
        self.tally.width = self.tally.width.max(u32::from(last.column) + 1);
        self.tally.bottom = row;
        self.tally.text += (chunk.text.len() - text) as u64;
        if self.tally.text > MAX_SHEET_TEXT { Err(Fault::TooLarge("8 GiB")) } else { Ok(()) }
    }

    fn find_rows(&mut self) -> Result<(), Fault> {
        let mut has_root = false;
        loop {
            match self.window.next_token()? {
                Token::Start(tag) if self.window.slice(tag.name) == b"sheetData" => {
                    self.stage = if tag.is_empty { Stage::After } else { Stage::Rows };
                    return if tag.is_empty { self.window.drain() } else { Ok(()) };
                }
                Token::Start(tag) => {
                    has_root |= self.window.slice(tag.name) == b"worksheet";
                }
                Token::End(name) if self.window.slice(name) == b"worksheet" => {
                    self.stage = Stage::After;
                    return self.window.drain();
                }
                Token::Eof if has_root => {
                    self.stage = Stage::After;
                    return Err(Fault::Broken);
                }
                Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
    }

    /// The next row element; `None` at the end of the rows.
    fn next_row(&mut self) -> Result<Option<RowStart>, Fault> {
        loop {
            match self.window.next_token()? {
                Token::Start(tag) if self.window.slice(tag.name) == b"row" => {
                    return self.row_start(tag).map(Some);
                }
                Token::Start(tag) if !tag.is_empty => self.window.skip_element()?,
                Token::End(name) if self.window.slice(name) == b"sheetData" => return Ok(None),
                Token::End(_) | Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
    }

    fn row_start(&mut self, tag: Tag) -> Result<RowStart, Fault> {
        let (mut number, mut is_hidden) = (None, false);
        for found in xml::Attributes::new(self.window.slice(tag.attributes)) {
            match found.name {
                b"r" if !found.is_prefixed => number = xml::number(found.value),
                b"hidden" => is_hidden = xml::is_true(found.value),
                _ => {}
            }
        }
        self.elements += 1;
        let counted = self.last_row + 1;
        let number = number.filter(|number| *number > 0).unwrap_or(counted);
        self.tally.repeated += u32::from(number < counted);
        self.last_row = number.max(counted);
        if self.last_row > MAX_ROWS || self.elements > MAX_ROWS {
            return Err(Fault::TooLarge("1048576"));
        }
        Ok(RowStart { number: self.last_row, is_hidden, is_empty: tag.is_empty })
    }

    fn read_cells(
        &mut self,
        mut row: OpenRow,
        shared: &Shared,
        chunk: &mut Chunk,
    ) -> Result<(), Fault> {
        loop {
            self.read_plain_cells(&mut row, shared, chunk)?;
            match self.window.next_token()? {
                Token::Start(tag) if self.window.slice(tag.name) == b"c" => {
                    let open = self.open_cell(tag, row.next)?;
                    let column = row.take(open.column, self.last_row)?;
                    self.close_cell(open, column, shared, chunk)?;
                }
                Token::Start(tag) if !tag.is_empty => self.window.skip_element()?,
                Token::End(name) if self.window.slice(name) == b"row" => break,
                Token::End(_) | Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
            row.check(chunk)?;
        }
        row.check(chunk)?;
        if row.is_unsorted {
            self.tally.repeated += row.sort(chunk);
        }
        Ok(())
    }

    #[inline]
    fn read_plain_cells(
        &mut self,
        row: &mut OpenRow,
        shared: &Shared,
        chunk: &mut Chunk,
    ) -> Result<(), Fault> {
        while let Some(plain) = cell::plain_cell(self.window.bytes()) {
            let column = row.take(plain.column, self.last_row)?;
            if !plain.value.is_empty() {
                let format = shared.formats.get(plain.style as usize).copied().unwrap_or_default();
                match plain.cell_type {
                    CellType::Number => {
                        push(chunk, column, CellKind::Number, format, plain.value);
                    }
                    CellType::Shared => {
                        let string = xml::number(plain.value).and_then(|at| shared.strings.get(at));
                        match string {
                            Some(string) => {
                                chunk.push_cell(column, CellKind::Text, format, string);
                            }
                            None => self.tally.push_dangling(chunk, column),
                        }
                        row.check(chunk)?;
                    }
                    _ => push(chunk, column, CellKind::Text, format, plain.value),
                }
            }
            self.window.advance(plain.length);
        }
        Ok(())
    }

    /// Reads a cell's attributes and content; its value ends in the scratch buffer.
    fn open_cell(&mut self, tag: Tag, next: u32) -> Result<OpenCell, Fault> {
        let mut open = OpenCell { column: next, ..OpenCell::default() };
        for found in xml::Attributes::new(self.window.slice(tag.attributes)) {
            match found.name {
                _ if found.is_prefixed => {}
                b"r" => open.column = cell::column_of(found.value).unwrap_or(next),
                b"s" => open.style = xml::number(found.value).unwrap_or(0),
                b"t" => open.cell_type = CellType::of(found.value),
                _ => {}
            }
        }
        self.scratch.clear();
        let mut is_open = !tag.is_empty;
        while is_open {
            match self.window.next_token()? {
                Token::Start(tag) => self.read_inside(tag, &mut open)?,
                Token::End(name) if self.window.slice(name) == b"c" => is_open = false,
                Token::End(_) | Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
        Ok(open)
    }

    fn read_inside(&mut self, tag: Tag, open: &mut OpenCell) -> Result<(), Fault> {
        match self.window.slice(tag.name) {
            b"f" => open.has_formula = true,
            b"v" if open.cell_type != CellType::Inline => {
                open.has_value = true;
                if !tag.is_empty {
                    text::read_text(&mut self.window, &mut self.scratch)?;
                }
                return Ok(());
            }
            b"is" => {
                open.cell_type = CellType::Inline;
                if !tag.is_empty {
                    self.scratch.clear();
                    text::read_rich(&mut self.window, &mut self.scratch, &mut self.runs)?;
                }
                return Ok(());
            }
            _ => {}
        }
        if tag.is_empty { Ok(()) } else { self.window.skip_element() }
    }

    /// Turns the value in the scratch buffer into a cell of the chunk.
    fn close_cell(
        &mut self,
        open: OpenCell,
        column: u16,
        shared: &Shared,
        chunk: &mut Chunk,
    ) -> Result<(), Fault> {
        let format = shared.formats.get(open.style as usize).copied().unwrap_or_default();
        let value = self.scratch.trim_ascii();
        let is_text = matches!(open.cell_type, CellType::Inline | CellType::Text);
        if !is_text && value.is_empty() || is_text && self.scratch.is_empty() {
            // Calculated text may be empty; everything else without a value was never calculated.
            let is_calculated = open.cell_type == CellType::Text && open.has_value;
            if open.has_formula && !is_calculated {
                chunk.push_cell(column, CellKind::Uncalculated, format, "");
            }
            return Ok(());
        }
        match open.cell_type {
            CellType::Shared => {
                match xml::number(value).and_then(|index| shared.strings.get(index)) {
                    Some(string) => chunk.push_cell(column, CellKind::Text, format, string),
                    None => self.tally.push_dangling(chunk, column),
                }
            }
            CellType::Number if value.iter().all(|byte| cell::is_numeric(*byte)) => {
                push(chunk, column, CellKind::Number, format, value);
            }
            CellType::Bool => {
                let word = if xml::is_true(value) { "true" } else { "false" };
                chunk.push_cell(column, CellKind::Bool, format, word);
            }
            CellType::Error => push(chunk, column, CellKind::Error, format, value),
            CellType::Date => push(chunk, column, CellKind::IsoDate, format, value),
            CellType::Inline => push(chunk, column, CellKind::Text, format, &self.scratch),
            CellType::Text | CellType::Number => {
                self.runs.clear();
                text::push_unescaped(&self.scratch, &mut self.runs);
                push(chunk, column, CellKind::Text, format, &self.runs);
            }
        }
        Ok(())
    }
}

impl Tally {
    fn push_dangling(&mut self, chunk: &mut Chunk, column: u16) {
        self.dangling += 1;
        chunk.push_cell(column, CellKind::Error, NumberFormat::General, "#REF!");
    }

    /// Whether the cells lie so far apart that the sheet looks like a trap: more than ten million
    /// places, of which not one in ten thousand is taken.
    pub fn is_sparse(&self) -> bool {
        let area = u64::from(self.bottom) * u64::from(self.width);
        area > 10_000_000 && self.cells < area / 10_000
    }
}

impl OpenRow {
    /// Checks a cell's column and notes it as the last one.
    #[inline]
    fn take(&mut self, column: u32, row: u32) -> Result<u16, Fault> {
        if column >= MAX_COLUMNS {
            return Err(Fault::TooManyColumns(row));
        }
        self.is_unsorted |= column < self.next;
        self.next = column + 1;
        Ok(column as u16)
    }

    #[inline]
    fn check(&self, chunk: &Chunk) -> Result<(), Fault> {
        if chunk.text.len() - self.text > MAX_ROW_TEXT {
            return Err(Fault::TooLarge("16 MiB"));
        }
        Ok(())
    }

    /// Sorts the row's cells by column and hands back how many columns were there twice; the last
    /// of them stays, as in spreadsheet programs.
    fn sort(&self, chunk: &mut Chunk) -> u32 {
        let mut cells = chunk.cells.split_off(self.first);
        let before = cells.len();
        cells.reverse();
        cells.sort_by_key(|cell| cell.column);
        cells.dedup_by_key(|cell| cell.column);
        let repeated = before - cells.len();
        chunk.cells.append(&mut cells);
        if let Some(row) = chunk.rows.last_mut() {
            row.end = chunk.cells.len() as u32;
        }
        repeated as u32
    }
}

/// Adds a cell whose value is bytes; what is not UTF-8 becomes U+FFFD.
#[inline]
fn push(chunk: &mut Chunk, column: u16, kind: CellKind, format: NumberFormat, value: &[u8]) {
    match std::str::from_utf8(value) {
        Ok(value) => chunk.push_cell(column, kind, format, value),
        Err(_) => chunk.push_cell(column, kind, format, &String::from_utf8_lossy(value)),
    }
}
