//! Deflate: blocks compressed in parallel and joined. The number of workers changes no byte.
//!
//! A stream is cut every [`BLOCK_BYTES`] bytes, whatever portions it came in. Each block is compressed
//! with the 32 KiB before it as preset dictionary and ends on a byte border (sync flush), so that the
//! blocks can be made apart and put one after another (RFC 1951 §3.2).

mod block;
mod encoder;
mod huffman;
mod lz77;
mod pool;

use std::io;

pub use block::compress_block;
use pool::Pool;

/// Bytes of one block.
pub const BLOCK_BYTES: usize = 1 << 20;

/// Bytes of the preset dictionary: deflate looks no further back.
pub const HISTORY_BYTES: usize = 1 << 15;

/// How far a block may fill beyond its end before its memory grows: more than a row.
const SPILL_BYTES: usize = 1 << 14;

/// How hard to compress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// As small as spreadsheet programs write, in three quarters of their level's time.
    #[default]
    Default,
    /// A seventh larger, in a third of the time.
    Fast,
    /// Some percent smaller, in many times the time.
    Small,
}

/// What a finished stream amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// CRC-32 of the uncompressed bytes.
    pub crc32: u32,
    /// Uncompressed bytes.
    pub bytes: u64,
}

/// One block on its way: what to compress, and the compressed bytes.
#[derive(Default)]
struct Work {
    /// The history, then the block.
    bytes: Vec<u8>,
    /// Where the block begins.
    start: usize,
    is_last: bool,
    compressed: Vec<u8>,
}

impl Work {
    fn run(&mut self, level: Level) {
        self.compressed.clear();
        compress_block(&self.bytes, self.start, level, self.is_last, &mut self.compressed);
    }
}

/// Compresses one stream.
pub struct BlockDeflater {
    /// The history, then the block that fills.
    buffer: Vec<u8>,
    /// Where the block begins.
    start: usize,
    crc: crc32fast::Hasher,
    bytes: u64,
    level: Level,
    workers: usize,
    pool: Option<Pool>,
    spare: Vec<Work>,
}

impl BlockDeflater {
    /// Begins a stream. Without workers the caller's thread compresses; threads start with the second
    /// block only, so that short streams cost none.
    pub fn new(level: Level, workers: usize) -> BlockDeflater {
        BlockDeflater {
            buffer: Vec::new(),
            start: 0,
            crc: crc32fast::Hasher::new(),
            bytes: 0,
            level,
            workers,
            pool: None,
            spare: Vec::new(),
        }
    }

    /// The bytes that wait for their block to fill, behind others. Append here, then call [`BlockDeflater::pump`]
    /// before much more than a block has gathered.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Hands full blocks over, and writes to `out` what is compressed by now.
    ///
    /// # Errors
    /// `out` refuses, or a worker died.
    pub fn pump(&mut self, out: &mut impl io::Write) -> io::Result<()> {
        // A block that just filled is kept: it may turn out to be the last one.
        while self.buffer.len() - self.start > BLOCK_BYTES {
            let end = self.start + BLOCK_BYTES;
            let tail = end.saturating_sub(HISTORY_BYTES);
            let mut work = self.spare.pop().unwrap_or_default();
            work.bytes.clear();
            work.bytes.reserve_exact(HISTORY_BYTES + BLOCK_BYTES + SPILL_BYTES);
            work.bytes.extend_from_slice(self.buffer.get(tail..).unwrap_or_default());
            self.buffer.truncate(end);
            std::mem::swap(&mut work.bytes, &mut self.buffer);
            work.start = std::mem::replace(&mut self.start, end - tail);
            self.hand_over(work, false, out)?;
        }
        Ok(())
    }

    /// Appends bytes, in any portion.
    ///
    /// # Errors
    /// As [`BlockDeflater::pump`].
    pub fn write(&mut self, mut bytes: &[u8], out: &mut impl io::Write) -> io::Result<()> {
        while !bytes.is_empty() {
            let gathered = self.buffer.len() - self.start;
            let room = (BLOCK_BYTES + 1).saturating_sub(gathered).max(1).min(bytes.len());
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.buffer.extend_from_slice(now);
            self.pump(out)?;
            bytes = later;
        }
        Ok(())
    }

    /// Ends the stream and writes all that is left to `out`.
    ///
    /// # Errors
    /// As [`BlockDeflater::pump`].
    pub fn finish(mut self, out: &mut impl io::Write) -> io::Result<Totals> {
        self.pump(out)?;
        let bytes = std::mem::take(&mut self.buffer);
        let work = Work { bytes, start: self.start, ..Work::default() };
        self.hand_over(work, true, out)?;
        if let Some(pool) = &mut self.pool {
            while let Some(work) = pool.take()? {
                out.write_all(&work.compressed)?;
            }
        }
        Ok(Totals { crc32: self.crc.finalize(), bytes: self.bytes })
    }

    fn hand_over(
        &mut self,
        mut work: Work,
        is_last: bool,
        out: &mut impl io::Write,
    ) -> io::Result<()> {
        let block = work.bytes.get(work.start..).unwrap_or_default();
        self.crc.update(block);
        self.bytes += block.len() as u64;
        work.is_last = is_last;
        if self.workers == 0 || (is_last && self.pool.is_none()) {
            work.run(self.level);
            out.write_all(&work.compressed)?;
            self.spare.push(work);
            return Ok(());
        }
        let (level, workers) = (self.level, self.workers);
        let pool = self.pool.get_or_insert_with(|| Pool::new(level, workers));
        pool.give(work)?;
        while let Some(done) = pool.try_take()? {
            out.write_all(&done.compressed)?;
            self.spare.push(done);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text(bytes: usize) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes + 64);
        let mut state = 7u64;
        while text.len() < bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.extend_from_slice(format!("<c r=\"B{}\"/>", state >> 44).as_bytes());
        }
        text.truncate(bytes);
        text
    }

    fn deflate(bytes: &[u8], portion: usize, workers: usize) -> (Vec<u8>, Totals) {
        let mut out = Vec::new();
        let mut deflater = BlockDeflater::new(Level::Default, workers);
        for part in bytes.chunks(portion.max(1)) {
            deflater.write(part, &mut out).unwrap();
        }
        let totals = deflater.finish(&mut out).unwrap();
        (out, totals)
    }

    #[test]
    fn any_portions_and_workers_give_the_same_bytes_that_inflate_to_the_text() {
        for size in [0, 40_000, BLOCK_BYTES, 2 * BLOCK_BYTES + 77] {
            let text = text(size);
            let (expected, totals) = deflate(&text, usize::MAX, 0);
            assert_eq!(totals, Totals { crc32: crc32fast::hash(&text), bytes: size as u64 });
            let mut back = Vec::new();
            flate2::read::DeflateDecoder::new(&expected[..]).read_to_end(&mut back).unwrap();
            assert!(back == text, "{size}");
            for (portion, workers) in [(1 << 19, 1), (5_000, 3)] {
                assert!(
                    deflate(&text, portion, workers).0 == expected,
                    "{size} {portion} {workers}"
                );
            }
        }
    }
}
