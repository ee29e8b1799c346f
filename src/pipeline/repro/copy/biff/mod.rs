//! `.xls` and `.et`, changed in place: texts and numbers become others of the same size, so that the records, the streams
//! and their damage stay where they are. Every byte that is no record we know is blanked ([MS-XLS], [MS-CFB]).

mod compound;
mod records;
mod strings;

use std::{fs, path::Path};

use super::{CopyError, Texts};
use records::Book;

/// Copies a workbook.
pub(super) fn copy(document: &Path, texts: &mut dyn Texts) -> Result<Vec<u8>, CopyError> {
    let mut bytes = fs::read(document)?;
    if !bytes.starts_with(&compound::SIGNATURE) {
        Book::new(&mut bytes).ok_or(CopyError::Unsupported)?.replace(texts);
        return Ok(bytes);
    }
    let layout = compound::Layout::read(&bytes).ok_or(CopyError::Unsupported)?;
    let mut stream = layout.gather(&bytes);
    Book::new(&mut stream).ok_or(CopyError::Unsupported)?.replace(texts);
    layout.scatter(&stream, &mut bytes);
    Ok(bytes)
}
