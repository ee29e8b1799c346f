//! The part of a workbook that stands before its sheets: names, formats, shared strings.

use encoding_rs::Encoding;

use crate::model::{NumberFormat, Visibility};

use super::super::trouble::Trouble;
use super::records::{EOF, Record, Records, is_bof};
use super::strings::{Cursor, Strings};
use super::{STREAM, codepage};
use crate::read::number_format as formats;

/// What the sheets need of the workbook.
pub struct Globals {
    /// 2, 3, 4, 5 or 8.
    pub version: u8,
    /// How BIFF 2–5 write text.
    pub encoding: &'static Encoding,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
    /// The class of each cell format (XF), by index.
    pub formats: Vec<NumberFormat>,
    /// The class of each number format in the order of BIFF 2–4, where cells may name it directly.
    pub listed: Vec<NumberFormat>,
    /// The shared strings of BIFF 8.
    pub strings: Strings,
    /// The worksheets.
    pub sheets: Vec<SheetEntry>,
}

/// Where a worksheet stands.
pub struct SheetEntry {
    /// Its name; empty for the only sheet of BIFF 2–4.
    pub name: String,
    /// Offset of its first record.
    pub at: usize,
    /// Whether people see it.
    pub visibility: Visibility,
}

impl Globals {
    /// Reads up to the end of the globals.
    pub fn read(stream: &[u8], said: Option<&str>) -> Result<Globals, Trouble> {
        let broken = || Trouble::broken(STREAM);
        let mut records = Records::new(stream, 0);
        let first = records.next().filter(|record| is_bof(record.kind)).ok_or_else(broken)?;
        let version = version(&first);
        let encoding = codepage::decide(said, page(stream), stream);
        let mut globals = Globals {
            version,
            encoding,
            is_1904: false,
            formats: Vec::new(),
            listed: Vec::new(),
            strings: Strings::default(),
            sheets: Vec::new(),
        };
        let mut gathered = Gathered::default();
        let mut depth = 1;
        for record in records.by_ref() {
            match record.kind {
                kind if is_bof(kind) => depth += 1,
                EOF if depth == 1 => break,
                EOF => depth -= 1,
                _ if depth == 1 => {
                    globals.take(stream, &record, &mut gathered).ok_or_else(broken)?
                }
                _ => {}
            }
        }
        if records.is_cut {
            return Err(broken());
        }
        globals.settle(gathered);
        // BIFF 2 to 4 are one sheet and nothing around it.
        if version < 5 {
            let visibility = Visibility::Visible;
            globals.sheets = vec![SheetEntry { name: String::new(), at: 0, visibility }];
        }
        Ok(globals)
    }

    fn take(&mut self, stream: &[u8], record: &Record<'_>, gathered: &mut Gathered) -> Option<()> {
        match record.kind {
            0x0022 => self.is_1904 = record.short(0)? == 1,
            0x001E | 0x041E => gathered.codes.push(self.format(record)?),
            0x00E0 => gathered.used.push(record.short(2)?),
            0x0243 | 0x0443 => gathered.used.push(u16::from(record.byte(1)?)),
            0x0043 => gathered.used.push(u16::from(record.byte(2)? & 0x3F)),
            0x00FC => self.strings = Strings::read(Records::parts(stream, record.at))?,
            0x0085 if self.version >= 5 => self.sheets.extend(self.sheet(record)?),
            _ => {}
        }
        Some(())
    }

    /// Number and class of a FORMAT record; before BIFF 5 its position is its number.
    fn format(&self, record: &Record<'_>) -> Option<(Option<u16>, NumberFormat)> {
        let number = (self.version >= 5).then(|| record.short(0)).flatten();
        let mut code = String::new();
        let mut cursor =
            Cursor::new(vec![record.body.get(if record.kind == 0x041E { 2 } else { 0 }..)?]);
        if self.version == 8 {
            cursor.unicode(&mut code)?;
        } else {
            let count = usize::from(cursor.byte()?);
            cursor.legacy(count, self.encoding, &mut code);
        }
        Some((number, formats::of_code(&code)))
    }

    /// A BOUNDSHEET record ([MS-XLS] 2.4.28); `None` inside for charts, macros and modules.
    fn sheet(&self, record: &Record<'_>) -> Option<Option<SheetEntry>> {
        let (at, state, kind) = (record.long(0)? as usize, record.byte(4)? & 3, record.byte(5)?);
        if kind != 0 {
            return Some(None);
        }
        let mut name = String::new();
        let mut cursor = Cursor::new(vec![record.body.get(6..)?]);
        let count = usize::from(cursor.byte()?);
        if self.version == 8 {
            let flags = cursor.byte()?;
            cursor.characters(count, flags, &mut name)?;
        } else {
            cursor.legacy(count, self.encoding, &mut name);
        }
        name.retain(|char| char != '\0');
        let visibility = match state {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        Some(Some(SheetEntry { name, at, visibility }))
    }

    fn settle(&mut self, gathered: Gathered) {
        self.listed = gathered.codes.iter().map(|(_, class)| *class).collect();
        let class = |number: u16| {
            let own = gathered.codes.iter().rev().find(|(named, _)| *named == Some(number));
            match own {
                Some((_, class)) => *class,
                None if self.version >= 5 => formats::built_in(number),
                None => self.listed.get(usize::from(number)).copied().unwrap_or_default(),
            }
        };
        self.formats = gathered.used.iter().map(|number| class(*number)).collect();
    }
}

/// Formats and the cell formats that use them; either may come first.
#[derive(Default)]
struct Gathered {
    codes: Vec<(Option<u16>, NumberFormat)>,
    used: Vec<u16>,
}

/// The version that the first record names ([MS-XLS] 2.4.21).
fn version(bof: &Record<'_>) -> u8 {
    match (bof.kind, bof.short(0)) {
        (0x0009, _) => 2,
        (0x0209, _) => 3,
        (0x0409, _) => 4,
        (_, Some(0x0500)) => 5,
        (_, Some(0)) if bof.short(2) == Some(0x1000) => 5,
        _ => 8,
    }
}

/// What the CODEPAGE record says; it may stand after texts.
fn page(stream: &[u8]) -> Option<u16> {
    let mut head = Records::new(stream, 0).skip(1).take_while(|record| record.kind != EOF);
    head.find(|record| record.kind == 0x0042).and_then(|record| record.short(0))
}
