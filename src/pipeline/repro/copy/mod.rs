//! Copies of documents in which only texts and numbers are changed. Each format in a file of its own; none knows how a text
//! is replaced.

mod biff;
mod ods;
mod ooxml;
mod plain;
mod values;
mod xml;
mod zipped;

use std::{io, path::Path};

use super::{survey::Survey, swap::Swap};
use crate::{read::Container, write::package::PackageError};

pub use plain::{Letters, encoding_of};
pub use xml::{stripped, unescaped};
pub use zipped::members;

/// A larger document is not copied: a few hundred rows show any defect.
pub const MAX_BYTES: u64 = 64 << 20;

/// What a copier does with the texts it meets.
pub trait Texts {
    /// What is to stand in place of a text.
    fn text(&mut self, text: &str) -> String;
    /// What is to stand in place of the text of a number.
    fn number(&mut self, number: &str) -> String;
}

/// Only looks: the first walk over a document learns what it holds, however broken it is.
pub struct Looking<'a>(pub &'a mut Survey);

impl Texts for Looking<'_> {
    fn text(&mut self, text: &str) -> String {
        self.0.see(text);
        text.to_owned()
    }

    fn number(&mut self, number: &str) -> String {
        self.0.see(number);
        number.to_owned()
    }
}

impl Texts for Swap<'_> {
    fn text(&mut self, text: &str) -> String {
        Swap::text(self, text)
    }

    fn number(&mut self, number: &str) -> String {
        Swap::number(self, number)
    }
}

/// Why a document cannot be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// No copier for it, or a container whose texts cannot be reached.
    #[error("this format cannot be copied safely yet")]
    Unsupported,
    /// Over the limit of what is copied.
    #[error("the document is larger than 64 MiB, packed or unpacked")]
    TooLarge,
    /// The document cannot be read.
    #[error("cannot read the document")]
    Read(#[from] io::Error),
    /// The copy cannot be written.
    #[error("cannot write the copy")]
    Write(#[from] PackageError),
}

/// The formats that are copied, and by whom.
pub fn is_copied(container: Container) -> bool {
    matches!(container, Container::Text | Container::Xlsx | Container::Xls | Container::Ods)
}

/// Makes the bytes of a copy.
///
/// # Errors
/// The document cannot be read, or its structure leaves no safe copy.
pub fn copy(
    container: Container,
    document: &Path,
    texts: &mut dyn Texts,
) -> Result<Vec<u8>, CopyError> {
    if std::fs::metadata(document)?.len() > MAX_BYTES {
        return Err(CopyError::TooLarge);
    }
    match container {
        Container::Text => plain::copy(document, texts),
        Container::Xlsx => zipped::copy(document, &ooxml::RULES, texts),
        Container::Xls => biff::copy(document, texts),
        Container::Ods => zipped::copy(document, &ods::RULES, texts),
        _ => Err(CopyError::Unsupported),
    }
}
