//! Exports that hold records rather than sheets: DBF, XML, JSON and JSON Lines, DIF, text of fixed widths. Each
//! becomes one grid: values that stand once above the records, the headings, one row a record. All stream and
//! keep no more than one record. Knows no field and no mapping.

pub mod dbf;
pub mod dif;
mod draft;
pub mod fixed;
pub mod json;
mod stream;
mod text;
#[cfg(test)]
mod told;
pub mod xml;

use draft::Draft;
use stream::{RecordGrid, Records};
use text::DecodedText;

use super::ReadError;
use crate::model::codes::{reading, records};
use crate::model::{Finding, Place};

/// Columns that a table of records may have.
const MAX_COLUMNS: usize = 512;

/// Bytes that one record may have.
const MAX_RECORD_BYTES: usize = 1 << 20;

/// Between the values of fields that a record has several times.
const BETWEEN_VALUES: char = '；';

/// The document breaks off after a number of records.
fn cut_after(count: u32) -> ReadError {
    let finding = Finding::new(&records::RECORDS_CUT, Place::NOWHERE).arg(count.to_string());
    ReadError::Refused(Box::new(finding))
}

/// One of the limits above is passed.
fn too_large(what: &str, limit: String) -> ReadError {
    let finding = Finding::new(&reading::TOO_LARGE, Place::NOWHERE).arg(what).arg(limit);
    ReadError::Refused(Box::new(finding))
}

fn too_many_columns() -> ReadError {
    too_large("列数（columns）", MAX_COLUMNS.to_string())
}

fn record_too_large() -> ReadError {
    too_large("一条记录（one record）", format!("{} MiB", MAX_RECORD_BYTES >> 20))
}
