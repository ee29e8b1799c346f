//! What can go wrong while a part is read, and what it becomes: a finding of the document or an error of the world.

use std::io;
use std::path::Path;

use crate::model::codes::reading;
use crate::model::{Finding, Place};
use crate::read::ReadError;

/// Why a part cannot be read (any further).
#[derive(Debug)]
pub enum Fault {
    /// The file cannot be read.
    Io(io::Error),
    /// Not deflate, not XML, or not the XML that belongs there.
    Broken,
    /// Over a limit, named as people read it.
    TooLarge(&'static str),
    /// A cell beyond column XFD in this row.
    TooManyColumns(u32),
    /// The part is under a password.
    Encrypted,
}

/// The last column a sheet may have, XFD, as a count.
pub const MAX_COLUMNS: u32 = 16_384;
/// Rows a sheet may have.
pub const MAX_ROWS: u32 = 1_048_576;

impl Fault {
    /// Refuses the whole document because of `part`.
    pub fn refuse(self, path: &Path, part: &str) -> ReadError {
        let finding = match self {
            Fault::Io(source) => return ReadError::io(path, source),
            Fault::Broken => Finding::new(&reading::BROKEN_WORKBOOK, Place::NOWHERE).arg(part),
            Fault::TooLarge(limit) => {
                Finding::new(&reading::TOO_LARGE, Place::NOWHERE).arg(part).arg(limit)
            }
            Fault::TooManyColumns(row) => {
                Finding::new(&reading::TOO_MANY_COLUMNS, Place::row(0, row))
                    .arg(MAX_COLUMNS.to_string())
            }
            Fault::Encrypted => Finding::new(&reading::ENCRYPTED, Place::NOWHERE),
        };
        ReadError::Refused(Box::new(finding))
    }

    /// The finding that ends one sheet while others go on.
    ///
    /// # Errors
    /// The fault concerns the whole document: too large, a password, or the world.
    pub fn end_sheet(self, path: &Path, grid: u16, sheet: &str) -> Result<Finding, ReadError> {
        match self {
            Fault::Broken => {
                Ok(Finding::new(&reading::SHEET_UNREADABLE, Place::grid(grid)).arg(sheet))
            }
            Fault::TooManyColumns(row) => {
                let place = Place::row(grid, row);
                Ok(Finding::new(&reading::TOO_MANY_COLUMNS, place).arg(MAX_COLUMNS.to_string()))
            }
            other => Err(other.refuse(path, sheet)),
        }
    }
}
