//! Cell records of a worksheet, told apart but not yet written out. Knows no merge and no order.

use crate::model::NumberFormat;

use super::super::numbers::packed;
use super::globals::Globals;
use super::records::{EOF, Record, Records, is_bof};

/// A cell as its record tells it.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Row in the upper half, column in the lower, both from 0: sorts as people read.
    pub place: u32,
    /// What its number format says.
    pub format: NumberFormat,
    /// What it holds.
    pub told: Told,
}

/// What a cell record holds.
#[derive(Clone, Copy, Debug)]
pub enum Told {
    /// A number.
    Number(f64),
    /// A shared string.
    Shared(u32),
    /// A text in the record at an offset of the stream, after so many bytes of that record.
    Text(u32, u8),
    /// A truth value.
    Bool(bool),
    /// An error value, by its code.
    Error(u8),
    /// A formula that was never calculated.
    Uncalculated,
}

/// What the walk meets.
pub enum Seen<'a> {
    /// A cell with a value.
    Cell(Found),
    /// Any other record.
    Other(Record<'a>),
}

/// Walks the records of one worksheet, without the charts inside it.
pub struct Cells<'a> {
    records: Records<'a>,
    globals: &'a Globals,
    depth: usize,
    /// The formula whose text follows in a STRING record.
    formula: Option<(u32, NumberFormat)>,
    /// A MULRK record and how many of its numbers were taken.
    run: Option<(Record<'a>, usize)>,
    is_done: bool,
    is_broken: bool,
}

impl<'a> Cells<'a> {
    /// Begins at a worksheet's first record.
    pub fn new(stream: &'a [u8], globals: &'a Globals, at: usize) -> Cells<'a> {
        let mut records = Records::new(stream, at);
        let is_sheet = records.next().is_some_and(|record| is_bof(record.kind));
        Cells {
            records,
            globals,
            depth: 1,
            formula: None,
            run: None,
            is_done: !is_sheet,
            is_broken: !is_sheet,
        }
    }

    /// Whether the walk ended because something was broken.
    pub fn is_broken(&self) -> bool {
        self.is_broken || self.records.is_cut
    }

    /// The cell of a record; `None` inside if it holds none, outside if it is too short.
    fn cell(&mut self, record: &Record<'a>) -> Option<Option<Found>> {
        // BIFF 2 has three bytes of attributes where later versions have a 16-bit format index.
        let value = if record.kind < 0x000A && self.globals.version == 2 { 7 } else { 6 };
        let told = match record.kind {
            0x0002 => Told::Number(f64::from(record.short(value)?)),
            0x0003 | 0x0203 => Told::Number(record.float(value)?),
            0x027E => Told::Number(packed(record.long(value)?)),
            0x0004 | 0x0204 | 0x00D6 => Told::Text(record.at as u32, value as u8),
            0x00FD => Told::Shared(record.long(value)?),
            0x0005 | 0x0205 if record.byte(value + 1)? == 0 => Told::Bool(record.byte(value)? != 0),
            0x0005 | 0x0205 => Told::Error(record.byte(value)?),
            0x0006 | 0x0206 | 0x0406 => return self.formula(record, value),
            0x0007 | 0x0207 => {
                let told = Told::Text(record.at as u32, 0);
                let owner = self.formula.take();
                return Some(owner.map(|(place, format)| Found { place, format, told }));
            }
            _ => return Some(None),
        };
        let (place, format) = self.head(record, value)?;
        Some(Some(Found { place, format, told }))
    }

    fn head(&self, record: &Record<'_>, value: usize) -> Option<(u32, NumberFormat)> {
        let format = if value == 7 {
            self.globals.listed.get(usize::from(record.byte(5)? & 0x3F))
        } else {
            self.globals.formats.get(usize::from(record.short(4)?))
        };
        let place = u32::from(record.short(0)?) << 16 | u32::from(record.short(2)?);
        Some((place, format.copied().unwrap_or_default()))
    }

    /// The stored result of a formula ([MS-XLS] 2.5.133).
    fn formula(&mut self, record: &Record<'_>, value: usize) -> Option<Option<Found>> {
        let (place, format) = self.head(record, value)?;
        self.formula = None;
        let told = if record.short(value + 6)? != 0xFFFF {
            Told::Number(record.float(value)?)
        } else {
            match record.byte(value)? {
                0 => {
                    self.formula = Some((place, format));
                    return Some(None);
                }
                1 => Told::Bool(record.byte(value + 2)? != 0),
                2 => Told::Error(record.byte(value + 2)?),
                // An empty text with both "calculate on load" marks comes from writers that never
                // calculate.
                _ if record.short(value + 8)? & 3 == 3 => Told::Uncalculated,
                _ => return Some(None),
            }
        };
        Some(Some(Found { place, format, told }))
    }

    /// The next number of a MULRK record: row, first column, six bytes each, last column.
    fn next_of_run(&mut self) -> Option<Found> {
        let (record, taken) = self.run.take()?;
        let at = 4 + taken * 6;
        if at + 8 > record.body.len() {
            return None;
        }
        let format = self.globals.formats.get(usize::from(record.short(at)?));
        let column = record.short(2)?.checked_add(u16::try_from(taken).ok()?)?;
        let found = Found {
            place: u32::from(record.short(0)?) << 16 | u32::from(column),
            format: format.copied().unwrap_or_default(),
            told: Told::Number(packed(record.long(at + 2)?)),
        };
        self.run = Some((record, taken + 1));
        Some(found)
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Seen<'a>;

    fn next(&mut self) -> Option<Seen<'a>> {
        while !self.is_done {
            if let Some(found) = self.next_of_run() {
                return Some(Seen::Cell(found));
            }
            let record = self.records.next()?;
            match record.kind {
                kind if is_bof(kind) => self.depth += 1,
                EOF => {
                    self.depth -= 1;
                    self.is_done = self.depth == 0;
                }
                _ if self.depth > 1 => {}
                0x00BD => self.run = Some((record, 0)),
                _ => match self.cell(&record) {
                    Some(Some(found)) => return Some(Seen::Cell(found)),
                    Some(None) => return Some(Seen::Other(record)),
                    None => (self.is_broken, self.is_done) = (true, true),
                },
            }
        }
        None
    }
}
