//! `.xls` and `.et` (BIFF 2 to 8), read record by record so that hidden rows, text marks and date
//! formats are not lost and memory does not follow the sheet's range ([MS-XLS]; BIFF 2–5 after the
//! OpenOffice documentation of the Excel file format). Tests compare it with calamine.

mod cells;
mod codepage;
mod globals;
mod locked;
mod records;
mod sheet;
mod strings;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::model::codes::reading;

use crate::read::compound::{self, Compound};

use super::frame::Remark;
use super::outbox::Outbox;
use super::serve::Document;
use super::trouble::Trouble;
use globals::Globals;

/// The largest workbook stream that is taken into memory.
const STREAM_LIMIT: u64 = 256 << 20;

/// The part that a finding names when the records themselves are at fault.
const STREAM: &str = "Workbook";

/// Reads a workbook. The document's encoding overrides what BIFF 2–5 say of their text.
pub fn read(document: &Document<'_>, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    let mut stream = stream_of(document.path)?;
    if locked::unlock(&mut stream, document.passwords)? == Some(false) {
        outbox.remark(&Remark::new(&reading::OPENED_WITH_PASSWORD, &[]))?;
    }
    let globals = Globals::read(&stream, document.encoding)?;
    for entry in &globals.sheets {
        match sheet::read(&stream, &globals, entry, outbox) {
            Err(Trouble::Sheet(_)) => {
                outbox.note(&reading::SHEET_UNREADABLE, true, &[&entry.name])?;
            }
            done => done?,
        }
    }
    Ok(())
}

/// The workbook's records: a stream of a compound file, or, of old or foreign writers, the file itself.
fn stream_of(path: &Path) -> Result<Vec<u8>, Trouble> {
    let broken = |_| Trouble::broken(STREAM);
    let mut file = File::open(path).map_err(broken)?;
    let mut head = Vec::new();
    (&mut file).take(8).read_to_end(&mut head).map_err(broken)?;
    if head != compound::SIGNATURE {
        let mut stream = head;
        file.take(STREAM_LIMIT).read_to_end(&mut stream).map_err(broken)?;
        return Ok(stream);
    }
    let mut compound = Compound::open(file).ok_or_else(|| Trouble::broken("OLE"))?;
    for name in ["Workbook", "Book"] {
        if let Some((start, length)) = compound.find(name) {
            if length > STREAM_LIMIT {
                return Err(Trouble::too_large("工作簿", "256 MB"));
            }
            return compound.stream(start, length).ok_or_else(|| Trouble::broken(STREAM));
        }
    }
    Err(Trouble::Refused(Remark::new(&reading::NOT_A_SPREADSHEET, &[])))
}
