//! What a document is, by its bytes. Never looks at a file's name.

pub mod foreign;
mod markup;
mod ole;
mod zipped;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::{ReadError, package::PackageFormat};
use crate::model::codes::reading;
use foreign::Foreign;

/// Bytes looked at from the start of a document.
const HEAD_BYTES: u64 = 8192;

/// A container that a reader opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Office Open XML workbook, with or without macros.
    Xlsx,
    /// Excel 2.0 to 2003, WPS `.et`.
    Xls,
    /// Excel binary workbook.
    Xlsb,
    /// OpenDocument spreadsheet.
    Ods,
    /// HTML tables, often named `.xls`.
    Html,
    /// A web page in one file (MIME), as Excel's "single file web page".
    Mhtml,
    /// SpreadsheetML 2003.
    XmlSpreadsheet,
    /// OpenDocument in one XML file.
    FlatOds,
    /// Records in any other XML.
    Xml,
    /// An array of JSON objects, or one object a line.
    Json,
    /// dBase III, IV, FoxPro.
    Dbf,
    /// Data Interchange Format.
    Dif,
    /// Everything else: text, until its decoding says otherwise.
    Text,
}

/// What a document is, before anything of it is opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nature {
    /// Rows and columns.
    Table(Container),
    /// A package of other documents.
    Package(PackageFormat),
    /// An OOXML workbook inside an encrypted compound file.
    Encrypted,
    /// Known, and not read as a table: a picture, a letter …
    Foreign(&'static Foreign),
}

/// Finds the container of a document.
///
/// # Errors
/// [`ReadError::Refused`] for an empty, encrypted or cut document, for packages and
/// for formats that are recognised but not read; [`ReadError::Io`] if the file cannot be read.
pub fn container(path: &Path) -> Result<Container, ReadError> {
    match nature(path)? {
        Nature::Table(container) => Ok(container),
        Nature::Package(_) => Err(ReadError::refused(&reading::ZIP_PACKAGE)),
        Nature::Encrypted => Err(ReadError::refused(&reading::ENCRYPTED)),
        Nature::Foreign(format) => Err(format.refuse()),
    }
}

/// Finds what a document is.
///
/// # Errors
/// [`ReadError::Refused`] for an empty or cut document; [`ReadError::Io`] if the file cannot be read.
pub fn nature(path: &Path) -> Result<Nature, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let head = read_at(&mut file, 0, HEAD_BYTES).map_err(|source| ReadError::io(path, source))?;
    if head.is_empty() {
        return Err(ReadError::refused(&reading::EMPTY_DOCUMENT));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return zipped::nature(file, &head);
    }
    if head.starts_with(&ole::MAGIC) {
        return Ok(ole::nature(&mut file, &head));
    }
    if is_raw_biff(&head) {
        return Ok(Nature::Table(Container::Xls));
    }
    let known = foreign::by_magic(&head).or_else(|| markup::nature(&head));
    Ok(known.unwrap_or(Nature::Table(Container::Text)))
}

/// Whether the bytes begin with the BOF record of a worksheet stream without a container (Excel 2 to 5).
/// Source: [MS-XLS] 2.4.21 and the BIFF2–BIFF4 record layouts.
fn is_raw_biff(head: &[u8]) -> bool {
    let &[0x09, version, length, 0x00, _, _, kind_low, kind_high, ..] = head else { return false };
    let is_known_kind =
        matches!((kind_low, kind_high), (0x05 | 0x06 | 0x10 | 0x20 | 0x40, 0x00) | (0, 1));
    let has_length = match version {
        0x00 => length == 4,
        0x02 | 0x04 => length == 6,
        0x08 => matches!(length, 4 | 6 | 8 | 16),
        _ => false,
    };
    has_length && is_known_kind
}

/// Reads up to `length` bytes from a position; fewer at the end of the file.
fn read_at(file: &mut File, position: u64, length: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(position))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Foreign {
    /// The finding that a document of this format ends with.
    pub fn refuse(&self) -> ReadError {
        let finding =
            crate::model::Finding::new(&reading::FORMAT_NOT_READ, crate::model::Place::NOWHERE)
                .arg(self.name[0])
                .arg(self.mend[0])
                .arg(self.name[1])
                .arg(self.mend[1]);
        ReadError::Refused(Box::new(finding))
    }
}

#[cfg(test)]
mod tests;
