//! A marked-up document as decoded text, seen through a window that moves forward.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use crate::read::ReadError;
use crate::read::encoding::{self, Decided, stream::TextStream};

/// Bytes in which a document says how it is encoded.
const HEAD_BYTES: u64 = 4096;

/// The text of a document that has not been passed yet, block by block.
pub struct Source {
    stream: TextStream,
    text: String,
    at: usize,
    broken: Vec<u32>,
    /// Whether bytes have been met that would not decode.
    pub has_broken: bool,
}

impl Source {
    /// Begins at the start of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(path: &Path, file: File, decided: &Decided) -> Result<Source, ReadError> {
        Ok(Source {
            stream: TextStream::new(path, file, decided)?,
            text: String::new(),
            at: 0,
            broken: Vec::new(),
            has_broken: false,
        })
    }

    /// What is in the window.
    #[inline]
    pub fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes the first bytes of the window.
    #[inline]
    pub fn advance(&mut self, length: usize) {
        self.at = (self.at + length).min(self.text.len());
    }

    /// Lengthens the window, to twice its length if that is more than a block; `false` at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn more(&mut self) -> Result<bool, ReadError> {
        self.text.drain(..self.at);
        self.at = 0;
        let (before, enough) = (self.text.len(), self.text.len() * 2);
        while !self.stream.is_at_end && (self.text.len() < enough || self.text.len() == before) {
            self.stream.append(&mut self.text, &mut self.broken)?;
        }
        self.has_broken |= !self.broken.is_empty();
        self.broken.clear();
        Ok(self.text.len() > before)
    }

    /// How many private-use characters were repaired and how many NULs left out so far.
    pub fn mends(&self) -> (u64, u64) {
        (self.stream.repaired, self.stream.nuls)
    }
}

/// Finds the encoding of a document; what it declares itself is one vote among others.
///
/// # Errors
/// As [`encoding::decide`].
pub fn decide(path: &Path, file: &mut File, label: Option<&str>) -> Result<Decided, ReadError> {
    decide_part(path, file, label, None)
}

/// As [`decide`], for a part whose header may declare an encoding where the part itself does not.
///
/// # Errors
/// As [`encoding::decide`].
pub fn decide_part(
    path: &Path,
    file: &mut File,
    label: Option<&str>,
    header: Option<&str>,
) -> Result<Decided, ReadError> {
    let mut head = Vec::new();
    let read = file.rewind().and_then(|()| file.by_ref().take(HEAD_BYTES).read_to_end(&mut head));
    read.map_err(|source| ReadError::io(path, source))?;
    let declared = declared(&head);
    encoding::decide_declared(path, file, label, declared.as_deref().or(header))
}

/// The encoding that a document claims: `charset=` of HTML, `encoding=` of XML.
fn declared(head: &[u8]) -> Option<String> {
    let text: String = head.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let after = |mark: &str| text.find(mark).and_then(|at| text.get(at + mark.len()..));
    let is_xml = text.contains("<?xml");
    let value = if is_xml { after("encoding=") } else { None }.or_else(|| after("charset="))?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_:.".contains(letter);
    let name: String = value.chars().take_while(|letter| is_name(*letter)).take(40).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_declare_their_encoding_in_their_own_ways() {
        for (head, expected) in [
            ("<meta charset=\"GB2312\">", Some("gb2312")),
            ("<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\">", Some("utf-8")),
            ("<?xml version='1.0' encoding='gbk'?>", Some("gbk")),
            ("<html charset=", None),
            ("<table>", None),
        ] {
            assert_eq!(declared(head.as_bytes()).as_deref(), expected, "{head}");
        }
    }
}
