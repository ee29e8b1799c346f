//! `.xlsb` ([MS-XLSB]), record by record like `.xls` and with the same care for hidden rows, merges and
//! formats. Tests compare it with calamine.

mod book;
mod records;
mod sheet;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::model::codes::reading;

use super::outbox::Outbox;
use super::trouble::Trouble;
use book::Book;

/// The largest part that is read, unpacked.
const PART_LIMIT: u64 = 2 << 30;

type Package = ZipArchive<BufReader<File>>;
type Part<'a> = BufReader<std::io::Take<ZipFile<'a, BufReader<File>>>>;

/// Reads a workbook.
pub fn read(path: &Path, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    let broken = || Trouble::broken("xl/workbook.bin");
    let file = File::open(path).map_err(|_| broken())?;
    let mut package = ZipArchive::new(BufReader::new(file)).map_err(|_| broken())?;
    let book = Book::read(&mut package)?;
    for entry in &book.sheets {
        match sheet::read(&mut package, &book, entry, outbox) {
            Err(Trouble::Sheet(_)) => {
                outbox.note(&reading::SHEET_UNREADABLE, true, &[&entry.name])?;
            }
            done => done?,
        }
    }
    Ok(())
}

/// Opens a part; `None` if it is not there.
fn part<'a>(package: &'a mut Package, name: &str) -> Result<Option<Part<'a>>, Trouble> {
    // Some writers begin names with a slash or change their case.
    let wanted = name.trim_start_matches('/');
    let is_it = |stored: &str| stored.trim_start_matches('/').eq_ignore_ascii_case(wanted);
    let names = package.file_names().map(|name| name.is_ok_and(|name| is_it(&name)));
    let Some(at) = names.into_iter().position(|is_it| is_it) else {
        return Ok(None);
    };
    let Ok(file) = package.by_index(at) else {
        return Err(Trouble::broken(name));
    };
    if file.size() > PART_LIMIT {
        return Err(Trouble::too_large(name, "2 GB"));
    }
    Ok(Some(BufReader::with_capacity(1 << 16, file.take(PART_LIMIT))))
}
