//! `.xlsx` and `.xlsm`, streamed cell by cell in bounded memory. Knows no mapping and no rule.
//!
//! From the bottom up: `package` finds parts in the container, inflates, counts and makes UTF-8;
//! `window` slides over them, `xml` cuts tokens, `text` reads strings; `strings`, `styles` and
//! `workbook` read parts; `sheet` reads rows, the usual cells quickly; `grids` is the whole.

mod fault;
mod grids;
mod package;
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

pub use workbook::{OWN_SHEET, PARTIAL_COPY};

use super::{Opened, ReadError, ReadOptions};

/// Opens a workbook of the Office Open XML formats (ECMA-376, transitional or strict).
///
/// # Errors
/// The document is refused as a whole (not a workbook, cut off, under a password, over a limit), or
/// the file cannot be read. Damage in one sheet is a finding of that sheet.
pub fn open(path: &Path, _options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut grids = grids::Workbook::open(path)?;
    let is_partial_copy = grids.is_partial_copy;
    let original = grids.original.take();
    Ok(Opened { is_partial_copy, original, ..Opened::workbook("xlsx", Box::new(grids)) })
}
