//! Decoding of a text document as a stream: block by block to the end of a string, with bounded memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use encoding_rs::{Decoder, DecoderResult};

use super::Decided;
use crate::read::ReadError;
use crate::text::pua;

/// Bytes read at a time; GB18030 grows by half at most when it becomes UTF-8.
const BLOCK_BYTES: usize = 1 << 18;

/// Most repaired characters whose cells are told.
const TOLD_REPAIRS: u64 = 3;

/// A document that is being decoded.
pub struct TextStream {
    file: File,
    path: PathBuf,
    decoder: Decoder,
    block: Vec<u8>,
    /// Private-use characters repaired so far.
    pub repaired: u64,
    /// The first of them whose cells have not been found yet: place in the text, rising, and standard form.
    pub mended: Vec<(u32, char)>,
    /// NUL characters left out so far.
    pub nuls: u64,
    /// Whether everything has been decoded.
    pub is_at_end: bool,
}

impl TextStream {
    /// Begins at the start of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(path: &Path, mut file: File, decided: &Decided) -> Result<TextStream, ReadError> {
        file.seek(SeekFrom::Start(0)).map_err(|source| ReadError::io(path, source))?;
        Ok(TextStream {
            file,
            path: path.to_owned(),
            decoder: decided.encoding.new_decoder_with_bom_removal(),
            block: vec![0; BLOCK_BYTES],
            repaired: 0,
            mended: Vec::new(),
            nuls: 0,
            is_at_end: false,
        })
    }

    /// Appends the next block to `text`. Bytes that would not decode become U+FFFD, whose positions in `text`
    /// are added to `broken`. Does nothing at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn append(&mut self, text: &mut String, broken: &mut Vec<u32>) -> Result<(), ReadError> {
        if self.is_at_end {
            return Ok(());
        }
        let mut read = 0;
        while let Some(rest) = self.block.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => {
                    self.is_at_end = true;
                    break;
                }
                Ok(more) => read += more,
                Err(source) if source.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(ReadError::io(&self.path, source)),
            }
        }
        let block = std::mem::take(&mut self.block);
        self.decode(block.get(..read).unwrap_or_default(), text, broken);
        self.block = block;
        Ok(())
    }

    fn decode(&mut self, mut bytes: &[u8], text: &mut String, broken: &mut Vec<u32>) {
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            text.reserve(room.unwrap_or(BLOCK_BYTES * 3).max(16));
            let from = text.len();
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(bytes, text, self.is_at_end);
            bytes = bytes.get(read..).unwrap_or_default();
            self.mend(text, from);
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    broken.push(text.len() as u32);
                    text.push('\u{fffd}');
                }
            }
        }
    }

    /// Repairs private-use characters and leaves NULs out; one search when there are neither.
    fn mend(&mut self, text: &mut String, from: usize) {
        let tail = text.as_bytes().get(from..).unwrap_or_default();
        if memchr::memchr2(0, 0xee, tail).is_none() {
            return;
        }
        self.note_mends(text, from);
        self.repaired += u64::from(pua::repair_in(text, from));
        let tail = text.as_bytes().get(from..).unwrap_or_default();
        if memchr::memchr(0, tail).is_some() {
            let old = text.split_off(from);
            text.extend(old.split('\0'));
            self.nuls += memchr::memchr_iter(0, old.as_bytes()).count() as u64;
        }
    }

    /// Notes where the document's first private-use characters will stand once they are repaired.
    fn note_mends(&mut self, text: &str, from: usize) {
        let mut room = TOLD_REPAIRS.saturating_sub(self.repaired);
        let mut at = from;
        for letter in text.get(from..).unwrap_or_default().chars() {
            if room == 0 {
                return;
            }
            let standard = pua::repair(letter);
            if let Some(standard) = standard {
                self.mended.push((at as u32, standard));
                room -= 1;
            }
            // NULs go.
            at += if letter == '\0' { 0 } else { standard.unwrap_or(letter).len_utf8() };
        }
    }

    /// Forgets what is known of the first bytes of the text, which the caller drops.
    pub fn forget(&mut self, length: usize) {
        self.mended.retain_mut(|(at, _)| {
            let moved = at.checked_sub(length as u32);
            *at = moved.unwrap_or(0);
            moved.is_some()
        });
    }
}
