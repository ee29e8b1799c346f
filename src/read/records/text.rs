//! The decoded text of an export, as a window that moves forward and as bytes for a parser.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{ReadError, record_too_large};
use crate::model::codes::reading;
use crate::model::{Finding, Place};
use crate::read::ReadOptions;
use crate::read::encoding::{self, Decided, stream::TextStream};

/// Bytes in which an encoding is declared.
const HEAD_BYTES: u64 = 1024;

/// A document that can be decoded from its start as often as needed.
pub(super) struct Source {
    path: PathBuf,
    /// How it is decoded.
    pub decided: Decided,
}

impl Source {
    /// Decides the encoding. What the document declares about itself is heard only where its bytes leave doubt.
    ///
    /// # Errors
    /// The document is no text, or cannot be read.
    pub fn new(
        path: &Path,
        options: &ReadOptions,
        declared: fn(&str) -> Option<&str>,
    ) -> Result<Source, ReadError> {
        let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
        let mut head = Vec::new();
        let read = Read::by_ref(&mut file).take(HEAD_BYTES).read_to_end(&mut head);
        read.and_then(|_| file.seek(SeekFrom::Start(0)))
            .map_err(|source| ReadError::io(path, source))?;
        let label = options.encoding.as_deref();
        if let Some(wide) = wide(&head).filter(|_| label.is_none()) {
            let mut decided = encoding::decide(path, &mut file, Some(wide))?;
            decided.decision.by = "utf-16-pattern";
            return Ok(Source { path: path.to_owned(), decided });
        }
        let mut decided = encoding::decide(path, &mut file, label)?;
        let is_doubtful = decided.decision.confidence < encoding::UNCERTAIN_BELOW;
        let head = String::from_utf8_lossy(&head);
        let declared = declared(&head).filter(|label| encoding::is_label(label));
        if let Some(label) = declared.filter(|_| is_doubtful) {
            decided = encoding::decide(path, &mut file, Some(label))?;
            decided.decision.by = "declared";
            decided.decision.confidence = encoding::UNCERTAIN_BELOW;
        }
        Ok(Source { path: path.to_owned(), decided })
    }

    /// Begins at the start.
    ///
    /// # Errors
    /// The document cannot be read.
    pub fn text(&self) -> Result<DecodedText, ReadError> {
        let file = File::open(&self.path).map_err(|source| ReadError::io(&self.path, source))?;
        Ok(DecodedText {
            stream: TextStream::new(&self.path, file, &self.decided)?,
            text: String::new(),
            at: 0,
            broken: Vec::new(),
            has_broken: false,
            budget: usize::MAX,
            fault: None,
        })
    }

    /// A word about an encoding that is no more than a guess.
    pub fn doubt(&self) -> Option<Finding> {
        let decision = &self.decided.decision;
        let is_doubtful = decision.confidence < encoding::UNCERTAIN_BELOW;
        is_doubtful
            .then(|| Finding::new(&reading::ENCODING_UNCERTAIN, Place::NOWHERE).arg(decision.name))
    }
}

/// UTF-16 without a mark, by the sign that markup begins with.
fn wide(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'<' | b'{' | b'[', 0, second, 0, ..] if *second != 0 => Some("utf-16le"),
        [0, b'<' | b'{' | b'[', 0, second, ..] if *second != 0 => Some("utf-16be"),
        _ => None,
    }
}

/// Decoded text, strictly forward.
pub(super) struct DecodedText {
    stream: TextStream,
    text: String,
    at: usize,
    broken: Vec<u32>,
    has_broken: bool,
    /// Bytes that may still be taken through [`BufRead`] before [`DecodedText::allow`] is called again.
    budget: usize,
    fault: Option<ReadError>,
}

impl DecodedText {
    /// The text that is here and was not consumed.
    pub fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves on within what is here; `length` must end a character.
    pub fn advance(&mut self, length: usize) {
        self.at = (self.at + length).min(self.text.len());
    }

    /// Decodes more behind what is here; `false` at the end of the document.
    ///
    /// # Errors
    /// The document cannot be read.
    pub fn more(&mut self) -> Result<bool, ReadError> {
        self.text.drain(..self.at);
        self.stream.forget(self.at);
        self.at = 0;
        let before = self.text.len();
        while self.text.len() == before && !self.stream.is_at_end {
            self.stream.append(&mut self.text, &mut self.broken)?;
        }
        self.has_broken |= !self.broken.is_empty();
        self.broken.clear();
        Ok(self.text.len() > before)
    }

    /// Whether any bytes so far would not decode.
    pub fn has_broken_bytes(&self) -> bool {
        self.has_broken
    }

    /// Allows a parser to take some more bytes; beyond them reading fails, so that no token eats the memory.
    pub fn allow(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// Why the last read through [`BufRead`] failed, if it did.
    pub fn take_fault(&mut self) -> Option<ReadError> {
        self.fault.take()
    }

    /// What was mended on the way.
    pub fn mends(&self) -> Vec<Finding> {
        let mends = [
            (&reading::PUA_REPAIRED, self.stream.repaired),
            (&reading::NUL_REMOVED, self.stream.nuls),
        ];
        let told = mends.into_iter().filter(|(_, count)| *count > 0);
        told.map(|(code, count)| Finding::new(code, Place::NOWHERE).arg(count.to_string()))
            .collect()
    }
}

impl Read for DecodedText {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(to)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for DecodedText {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget == 0 {
            self.fault = Some(record_too_large());
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if self.at >= self.text.len()
            && let Err(fault) = self.more()
        {
            self.fault = Some(fault);
            return Err(io::ErrorKind::Other.into());
        }
        Ok(self.text.as_bytes().get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, length: usize) {
        self.at += length;
        self.budget = self.budget.saturating_sub(length);
    }
}
