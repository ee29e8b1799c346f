//! The rows of one sheet, from its part's tokens.

mod cell;
mod long;
mod outline;
mod row;

use self::cell::CellType;
use self::long::LongCell;
pub use self::outline::Outline;
pub use self::row::CellFaults;
use self::row::OpenRow;
use super::fault::{Fault, MAX_ROWS};
use super::strings::SharedStrings;
use super::window::Window;
use super::xml::{self, Tag, Token};
use crate::model::{CellKind, Chunk, NumberFormat};

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

impl Shared {
    #[inline]
    fn format(&self, style: u32) -> NumberFormat {
        self.formats.get(style as usize).copied().unwrap_or_default()
    }
}

/// Reads the rows of a sheet.
pub struct SheetReader {
    window: Window,
    stage: Stage,
    tally: Tally,
    last_row: u32,
    elements: u32,
    row: OpenRow,
    long: LongCell,
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
    /// Rows whose number repeats or goes backwards.
    pub repeated: u32,
    /// Bytes of text handed over.
    pub text: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Before,
    Rows,
    After,
}

/// A row element.
struct RowStart {
    number: u32,
    is_hidden: bool,
    is_empty: bool,
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
            row: OpenRow::default(),
            long: LongCell::default(),
        }
    }

    /// Whether all rows were handed over.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::After
    }

    /// What was seen so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// What was wrong with single cells so far.
    pub fn cell_faults(&self) -> CellFaults {
        self.row.faults
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
            let Some(start) = self.next_row()? else {
                self.stage = Stage::After;
                break;
            };
            if start.is_empty {
                continue;
            }
            let text = chunk.text.len();
            self.row.begin(start.number, start.is_hidden, chunk);
            let read = self.read_cells(shared, chunk);
            let count = match read.and_then(|()| self.row.finish(&shared.strings, chunk)) {
                Ok(count) => count,
                Err(fault) => {
                    self.row.abandon(chunk);
                    return Err(fault);
                }
            };
            self.count_cells(count, text, chunk)?;
        }
        if self.stage == Stage::After { self.window.drain() } else { Ok(()) }
    }

    fn count_cells(&mut self, count: usize, text: usize, chunk: &Chunk) -> Result<(), Fault> {
        if count > 0 {
            let width = chunk.cells.last().map_or(0, |last| u32::from(last.column) + 1);
            self.tally.width = self.tally.width.max(width);
            self.tally.cells += count as u64;
            self.tally.bottom = self.last_row;
            self.tally.text += (chunk.text.len() - text) as u64;
        }
        if self.tally.text > MAX_SHEET_TEXT { Err(Fault::TooLarge("8 GiB")) } else { Ok(()) }
    }

    fn find_rows(&mut self) -> Result<(), Fault> {
        loop {
            match self.window.next_token()? {
                Token::Start(tag) if self.window.slice(tag.name) == b"sheetData" => {
                    self.stage = if tag.is_empty { Stage::After } else { Stage::Rows };
                    return Ok(());
                }
                Token::End(name) if self.window.slice(name) == b"worksheet" => {
                    self.stage = Stage::After;
                    return Ok(());
                }
                Token::Start(tag)
                    if tag.is_empty && self.window.slice(tag.name) == b"worksheet" =>
                {
                    self.stage = Stage::After;
                    return Ok(());
                }
                Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
    }

    /// The next row element; `None` at the end of the rows.
    fn next_row(&mut self) -> Result<Option<RowStart>, Fault> {
        if let Some((number, length)) = cell::plain_row(self.window.bytes()) {
            self.window.advance(length);
            return self.count_row(Some(number), false, false).map(Some);
        }
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
        self.count_row(number, is_hidden, tag.is_empty)
    }

    /// Numbers a row. One whose number is missing, repeats or goes backwards is counted on.
    fn count_row(
        &mut self,
        number: Option<u32>,
        is_hidden: bool,
        is_empty: bool,
    ) -> Result<RowStart, Fault> {
        self.elements += 1;
        let counted = self.last_row + 1;
        let number = number.filter(|number| *number > 0).unwrap_or(counted);
        self.tally.repeated += u32::from(number < counted);
        self.last_row = number.max(counted);
        if self.last_row > MAX_ROWS || self.elements > MAX_ROWS {
            return Err(Fault::TooLarge("1048576"));
        }
        Ok(RowStart { number: self.last_row, is_hidden, is_empty })
    }

    fn read_cells(&mut self, shared: &Shared, chunk: &mut Chunk) -> Result<(), Fault> {
        loop {
            self.read_plain_cells(shared, chunk)?;
            if self.window.bytes().starts_with(b"</row>") {
                self.window.advance(6);
                return Ok(());
            }
            match self.window.next_token()? {
                Token::Start(tag) if self.window.slice(tag.name) == b"c" => {
                    self.long.read(tag, &mut self.window)?;
                    let column = self.long.column.unwrap_or(self.row.next_column());
                    let column = self.row.take(column, chunk)?;
                    let format = shared.format(self.long.style);
                    self.long.push(&mut self.row, chunk, column, format);
                }
                Token::Start(tag) if !tag.is_empty => self.window.skip_element()?,
                Token::End(name) if self.window.slice(name) == b"row" => return Ok(()),
                Token::End(_) | Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
    }

    #[inline]
    fn read_plain_cells(&mut self, shared: &Shared, chunk: &mut Chunk) -> Result<(), Fault> {
        while let Some(plain) = cell::plain_cell(self.window.bytes()) {
            let column = self.row.take(plain.column, chunk)?;
            if !plain.value.is_empty() {
                let format = shared.format(plain.style);
                match plain.cell_type {
                    CellType::Number => {
                        self.row.push(chunk, column, (CellKind::Number, format), plain.value);
                    }
                    CellType::Shared => {
                        let string = cell::index_of(plain.value).unwrap_or(u32::MAX);
                        self.row.await_string(chunk, column, format, string);
                    }
                    _ => self.row.push(chunk, column, (CellKind::Text, format), plain.value),
                }
            }
            self.window.advance(plain.length);
        }
        Ok(())
    }
}

impl Tally {
    /// Whether the cells lie so far apart that the sheet looks like a trap: more than ten million
    /// places, of which not one in ten thousand is taken.
    pub fn is_sparse(&self) -> bool {
        let area = u64::from(self.bottom) * u64::from(self.width);
        area > 10_000_000 && self.cells < area / 10_000
    }
}
