//! Writes a sealed file.

use std::io::{self, Write};

use flate2::{Compression, write::DeflateEncoder};

use super::{
    Packing,
    stream::{CHUNK, FileKey, TAG},
};

/// Compresses, seals and writes. Nobody can open what was dropped before [`SealWriter::finish`].
pub struct SealWriter<W: Write>(Inside<W>);

enum Inside<W: Write> {
    AsItCame(Chunks<W>),
    Deflated(DeflateEncoder<Chunks<W>>),
}

impl<W: Write> SealWriter<W> {
    pub(super) fn new(key: FileKey, mut to: W) -> io::Result<SealWriter<W>> {
        to.write_all(key.header())?;
        let packing = key.packing();
        let chunks = Chunks { key, to, plain: Vec::with_capacity(CHUNK + TAG), is_broken: false };
        Ok(SealWriter(match packing {
            Packing::AsItCame => Inside::AsItCame(chunks),
            Packing::Deflated => Inside::Deflated(DeflateEncoder::new(chunks, Compression::fast())),
        }))
    }

    /// Seals what is left and gives back what was written to, flushed but not synced.
    ///
    /// # Errors
    /// The world says no.
    pub fn finish(self) -> io::Result<W> {
        let chunks = match self.0 {
            Inside::AsItCame(chunks) => chunks,
            Inside::Deflated(encoder) => encoder.finish()?,
        };
        chunks.finish()
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Inside::AsItCame(chunks) => chunks.write(bytes),
            Inside::Deflated(encoder) => encoder.write(bytes),
        }
    }

    /// Does nothing: only whole chunks are sealed, and a file without its end opens for nobody.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Chunks<W: Write> {
    key: FileKey,
    to: W,
    plain: Vec<u8>,
    /// A chunk could not be written. No other may take its number: one nonce, one content. (The
    /// compressor tries to go on when it is dropped.)
    is_broken: bool,
}

impl<W: Write> Chunks<W> {
    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        if self.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let tag = self.key.seal(&mut self.plain, is_last);
        self.plain.extend_from_slice(&tag);
        let written = self.to.write_all(&self.plain);
        self.plain.clear();
        self.is_broken = written.is_err();
        written
    }

    fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Chunks<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // A full chunk waits until more comes: it may be the last one.
        if self.plain.len() == CHUNK && !bytes.is_empty() {
            self.seal(false)?;
        }
        let room = CHUNK - self.plain.len();
        let (taken, _) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.plain.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
