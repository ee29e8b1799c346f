//! Reads a sealed file.

use std::io::{self, BufRead, Read};

use flate2::bufread::DeflateDecoder;

use super::{
    Packing,
    stream::{CHUNK, FileKey, TAG},
};

/// Opens chunk by chunk and unpacks. Errors of the seal come as `InvalidData`; see
/// [`super::SealError::within`].
pub struct SealReader<R: Read>(Inside<R>);

enum Inside<R: Read> {
    AsItCame(Chunks<R>),
    Deflated(DeflateDecoder<Chunks<R>>),
}

impl<R: Read> SealReader<R> {
    pub(super) fn new(key: FileKey, from: R) -> SealReader<R> {
        let packing = key.packing();
        let chunks = Chunks { key, from, plain: Vec::new(), at: 0, ahead: None, has_ended: false };
        SealReader(match packing {
            Packing::AsItCame => Inside::AsItCame(chunks),
            Packing::Deflated => Inside::Deflated(DeflateDecoder::new(chunks)),
        })
    }
}

impl<R: Read> Read for SealReader<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inside::AsItCame(chunks) => chunks.read(to),
            Inside::Deflated(decoder) => decoder.read(to),
        }
    }
}

struct Chunks<R: Read> {
    key: FileKey,
    from: R,
    plain: Vec<u8>,
    /// How much of `plain` was given away.
    at: usize,
    /// First byte of the next chunk: that there is one says that a chunk is not the last.
    ahead: Option<u8>,
    has_ended: bool,
}

impl<R: Read> Chunks<R> {
    fn open_next(&mut self) -> io::Result<()> {
        self.plain.clear();
        self.at = 0;
        self.plain.extend(self.ahead.take());
        let room = CHUNK + TAG + 1 - self.plain.len();
        // Should reading fail or the chunk be damaged, nothing of it may come out later.
        self.has_ended = true;
        let read = self.from.by_ref().take(room as u64).read_to_end(&mut self.plain);
        if let Err(error) = read {
            self.plain.clear();
            return Err(error);
        }
        if self.plain.len() > CHUNK + TAG {
            self.ahead = self.plain.pop();
        }
        let is_last = self.ahead.is_none();
        if let Err(error) = self.key.open(&mut self.plain, is_last) {
            self.plain.clear();
            return Err(error.into());
        }
        self.has_ended = is_last;
        Ok(())
    }
}

impl<R: Read> BufRead for Chunks<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.plain.len() && !self.has_ended {
            self.open_next()?;
        }
        Ok(self.plain.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.plain.len());
    }
}

impl<R: Read> Read for Chunks<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(to)?;
        self.consume(taken);
        Ok(taken)
    }
}
