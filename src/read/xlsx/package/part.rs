//! One part of the container as bytes: inflated, counted against the limits, checked by its CRC-32.
//! Knows nothing of XML. Declared sizes are never believed.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::{Decompress, FlushDecompress, Status};

use crate::read::xlsx::fault::Fault;

/// A part may not inflate to more bytes than this.
const MAX_PART: u64 = 4 << 30;
/// All parts of one document, repeats included, may not inflate to more bytes than this.
const MAX_DOCUMENT: u64 = 16 << 30;
/// Beyond this many bytes a part may not be more than [`MAX_RATIO`] times its compressed size.
const RATIO_FROM: u64 = 64 << 20;
const MAX_RATIO: u64 = 1000;
const INPUT_BYTES: usize = 1 << 16;

thread_local! {
    /// A decompressor that a part has done with: making one costs more than a small part does.
    static SPARE: Cell<Option<Decompress>> = const { Cell::new(None) };
}

fn decompressor() -> Decompress {
    match SPARE.take() {
        Some(mut spare) => {
            spare.reset(false);
            spare
        }
        None => Decompress::new(false),
    }
}

/// Where a part lies in the container.
#[derive(Clone, Debug)]
pub struct PartPlace {
    /// Name as the container spells it.
    pub name: String,
    /// First compressed byte in the file.
    pub offset: u64,
    /// Compressed length.
    pub compressed: u64,
    /// Uncompressed length as declared: a hint, never trusted.
    pub declared: u64,
    /// Whether it is deflated; stored otherwise.
    pub is_deflated: bool,
    /// CRC-32 of the uncompressed bytes.
    pub crc32: u32,
}

/// Bytes inflated so far by all parts of one document.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<AtomicU64>);

/// Reads a part from its own file handle, so that several may be read at once.
pub struct PartReader {
    file: File,
    input: Vec<u8>,
    at: usize,
    filled: usize,
    left: u64,
    inflate: Option<Decompress>,
    produced: u64,
    compressed: u64,
    crc: crc32fast::Hasher,
    expected: u32,
    budget: Budget,
    is_done: bool,
}

impl PartReader {
    /// Stands at the part's first byte.
    ///
    /// # Errors
    /// The file cannot be positioned.
    pub fn new(mut file: File, place: &PartPlace, budget: Budget) -> Result<PartReader, Fault> {
        file.seek(SeekFrom::Start(place.offset)).map_err(Fault::Io)?;
        let input = INPUT_BYTES.min(usize::try_from(place.compressed).unwrap_or(INPUT_BYTES));
        Ok(PartReader {
            file,
            input: vec![0; input.max(1)],
            at: 0,
            filled: 0,
            left: place.compressed,
            inflate: place.is_deflated.then(decompressor),
            produced: 0,
            compressed: place.compressed,
            crc: crc32fast::Hasher::new(),
            expected: place.crc32,
            budget,
            is_done: false,
        })
    }

    /// Fills `out` as far as the part goes; 0 at its end.
    ///
    /// # Errors
    /// The part is damaged, too large, or the file cannot be read.
    pub fn read(&mut self, out: &mut [u8]) -> Result<usize, Fault> {
        let mut written = 0;
        while written < out.len() && !self.is_done {
            if self.at == self.filled && self.left > 0 {
                self.refill()?;
            }
            let Some(room) = out.get_mut(written..) else { break };
            written += self.step(room)?;
        }
        self.count(out.get(..written).unwrap_or_default())?;
        Ok(written)
    }

    fn refill(&mut self) -> Result<(), Fault> {
        let want = self.input.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let room = self.input.get_mut(..want).unwrap_or_default();
        let got = loop {
            match self.file.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(Fault::Io)?,
            }
        };
        if got == 0 {
            return Err(Fault::Broken);
        }
        (self.at, self.filled) = (0, got);
        self.left -= got as u64;
        Ok(())
    }

    fn step(&mut self, room: &mut [u8]) -> Result<usize, Fault> {
        let input = self.input.get(self.at..self.filled).unwrap_or_default();
        let Some(inflate) = &mut self.inflate else {
            let count = input.len().min(room.len());
            for (to, from) in room.iter_mut().zip(input) {
                *to = *from;
            }
            self.at += count;
            self.is_done = count == 0;
            return Ok(count);
        };
        let before = (inflate.total_in(), inflate.total_out());
        let status =
            inflate.decompress(input, room, FlushDecompress::None).map_err(|_| Fault::Broken)?;
        let consumed = (inflate.total_in() - before.0) as usize;
        let made = (inflate.total_out() - before.1) as usize;
        self.at += consumed;
        self.is_done = status == Status::StreamEnd;
        if !self.is_done && consumed == 0 && made == 0 {
            return Err(Fault::Broken);
        }
        Ok(made)
    }

    fn count(&mut self, fresh: &[u8]) -> Result<(), Fault> {
        let length = fresh.len() as u64;
        self.produced += length;
        let total = self.budget.0.fetch_add(length, Ordering::Relaxed) + length;
        if self.produced > MAX_PART {
            return Err(Fault::TooLarge("4 GiB"));
        }
        if self.produced > RATIO_FROM && self.produced / MAX_RATIO > self.compressed {
            return Err(Fault::TooLarge("1000:1"));
        }
        if total > MAX_DOCUMENT {
            return Err(Fault::TooLarge("16 GiB"));
        }
        self.crc.update(fresh);
        if self.is_done && self.crc.clone().finalize() != self.expected {
            return Err(Fault::Broken);
        }
        Ok(())
    }
}

impl Drop for PartReader {
    fn drop(&mut self) {
        if let Some(spare) = self.inflate.take() {
            SPARE.set(Some(spare));
        }
    }
}
