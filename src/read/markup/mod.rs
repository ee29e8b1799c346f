//! Spreadsheets written as markup: web pages (one or several in a file), SpreadsheetML 2003, flat OpenDocument.
//! All are streamed in two passes: what must be known before the rows, then the rows.

mod attributes;
mod entities;
pub mod html;
mod looks;
pub mod mhtml;
mod remarks;
mod source;
mod tokens;
#[cfg(test)]
mod told;
pub mod workbook;

use std::fs::File;
use std::path::Path;

use super::{Opened, ReadError, ReadOptions, child};

/// Opens flat OpenDocument: decided here, read by the child that reads the packed kind.
///
/// # Errors
/// As [`child::open`].
pub fn open_flat_ods(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let decided = source::decide(path, &mut file, options.encoding.as_deref())?;
    let label = Some(decided.decision.name.to_owned());
    let options = ReadOptions { encoding: label, ..options.clone() };
    let opened = child::open(path, "fods", &options)?;
    Ok(Opened { encoding: Some(decided.decision), ..opened })
}
