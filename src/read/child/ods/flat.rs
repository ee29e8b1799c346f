//! The text of a flat document as UTF-8 bytes, block by block.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::read::ReadError;
use crate::read::encoding::{self, stream::TextStream};

/// A document decoded as it is read.
pub struct Utf8 {
    stream: TextStream,
    text: String,
    at: usize,
}

impl Utf8 {
    /// Opens a document in a named encoding, or in the one that is found.
    pub fn open(path: &Path, label: Option<&str>) -> Result<Utf8, ReadError> {
        let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
        let decided = encoding::decide(path, &mut file, label)?;
        let stream = TextStream::new(path, file, &decided)?;
        Ok(Utf8 { stream, text: String::new(), at: 0 })
    }
}

impl Read for Utf8 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.text.len() && !self.stream.is_at_end {
            self.at = 0;
            self.text.clear();
            // Broken bytes have become U+FFFD in the text.
            self.stream.append(&mut self.text, &mut Vec::new()).map_err(io::Error::other)?;
        }
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
