//! `.xlsx` and `.xlsm`, streamed cell by cell in bounded memory. Knows no mapping and no rule.
//!
//! From the bottom up: `part` inflates and counts, `decode` makes UTF-8, `window` slides over it,
//! `xml` cuts tokens, `text` reads strings; `strings`, `styles`, `workbook` and `outline` are parts
//! of the container (`package`); `sheet` reads rows, `cell` the usual cells quickly; `grids` is the whole.

mod cell;
mod decode;
mod fault;
mod grids;
mod outline;
mod package;
mod part;
mod sheet;
mod strings;
mod styles;
mod text;
mod window;
mod workbook;
mod xml;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use workbook::OWN_SHEET;

use super::{Opened, ReadError, ReadOptions};

/// Opens a workbook of the Office Open XML formats (ECMA-376, transitional or strict).
///
/// # Errors
/// The document is refused as a whole (not a workbook, cut off, under a password, over a limit), or
/// the file cannot be read. Damage in one sheet is a finding of that sheet.
pub fn open(path: &Path, _options: &ReadOptions) -> Result<Opened, ReadError> {
    let grids = Box::new(grids::Workbook::open(path)?);
    Ok(Opened::workbook("xlsx", grids))
}
