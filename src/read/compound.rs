//! Streams of a compound file ([MS-CFB]), followed with bounds. Knows no spreadsheet.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};

/// The first eight bytes of a compound file.
pub const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const LAST_SECTOR: u32 = 0xFFFF_FFF9;
const MINI_SECTOR: usize = 64;
const MINI_CUTOFF: u64 = 4096;
const NOBODY: u32 = u32::MAX;

/// A compound file whose tables were read.
pub struct Compound {
    file: File,
    sector: u64,
    sectors: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    length: u64,
}

impl Compound {
    /// Reads the tables; `None` if they break the format.
    pub fn open(mut file: File) -> Option<Compound> {
        let length = file.seek(SeekFrom::End(0)).ok()?;
        file.seek(SeekFrom::Start(0)).ok()?;
        let mut header = [0; 512];
        file.read_exact(&mut header).ok()?;
        let sector = match short(&header, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        // The header takes one sector's place whatever its size; a last sector may be cut short.
        let sectors = u32::try_from(length.div_ceil(sector).checked_sub(1)?).ok()?;
        let mut compound = Compound {
            file,
            sector,
            sectors,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        compound.read_fat(&header)?;
        let directory = compound.long_stream(long(&header, 48)?, u64::MAX)?;
        let is_large = sector == 4096;
        compound.entries = directory.chunks_exact(128).filter_map(|e| entry(e, is_large)).collect();
        let root = compound.entries.first()?;
        let (start, length) = (root.start, root.length);
        let (mini_start, mini_count) = (long(&header, 60)?, long(&header, 64)?);
        if mini_count > 0 {
            compound.mini = compound.long_stream(start, length).unwrap_or_default();
            let table = compound.long_stream(mini_start, u64::from(mini_count) * sector)?;
            compound.mini_fat = longs(&table).collect();
        }
        Some(compound)
    }

    /// First sector and length of a stream in the root storage, or, if the tree of names is broken, of
    /// the first stream of that name anywhere.
    pub fn find(&self, name: &str) -> Option<(u32, u64)> {
        let is_it = |entry: &Entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name);
        let mut waiting = vec![self.entries.first()?.child];
        for _ in 0..self.entries.len() {
            let Some(next) = waiting.pop() else { break };
            let Some(entry) = self.entries.get(next as usize) else { continue };
            if is_it(entry) {
                return Some((entry.start, entry.length));
            }
            waiting.extend([entry.left, entry.right].into_iter().filter(|id| *id != NOBODY));
        }
        self.entries.iter().find(|entry| is_it(entry)).map(|entry| (entry.start, entry.length))
    }

    /// The bytes of a stream; fewer than its length if its chain ends early. `None` if the chain loops
    /// or leaves the file.
    pub fn stream(&mut self, start: u32, length: u64) -> Option<Vec<u8>> {
        if length >= MINI_CUTOFF || self.mini_fat.is_empty() {
            return self.long_stream(start, length);
        }
        let mut bytes = Vec::new();
        for id in chain(&self.mini_fat, start, sectors_of(length, MINI_SECTOR as u64))? {
            let from = id as usize * MINI_SECTOR;
            let till = (from + MINI_SECTOR).min(self.mini.len());
            bytes.extend_from_slice(self.mini.get(from..till)?);
        }
        bytes.truncate(length as usize);
        Some(bytes)
    }

    /// The bytes of a stream one after another, without room for all of them. `None` if its chain loops or leaves
    /// the file.
    pub fn reader(&mut self, start: u32, length: u64) -> Option<Box<dyn Read + '_>> {
        if length < MINI_CUTOFF && !self.mini_fat.is_empty() {
            return Some(Box::new(Cursor::new(self.stream(start, length)?)));
        }
        let ids = chain(&self.fat, start, sectors_of(length, self.sector))?;
        if ids.iter().any(|id| *id >= self.sectors) {
            return None;
        }
        let runs = ids.chunk_by(|left, right| left.checked_add(1) == Some(*right));
        let place = |run: &[u32]| {
            let first = (u64::from(*run.first()?) + 1) * self.sector;
            Some((first, first + run.len() as u64 * self.sector))
        };
        let runs: Vec<(u64, u64)> = runs.filter_map(place).collect();
        Some(Box::new(Runs {
            file: &mut self.file,
            runs: runs.into_iter(),
            now: (0, 0),
            left: length,
        }))
    }

    fn long_stream(&mut self, start: u32, length: u64) -> Option<Vec<u8>> {
        let ids = chain(&self.fat, start, sectors_of(length, self.sector))?;
        let mut bytes = Vec::new();
        for run in ids.chunk_by(|left, right| left.checked_add(1) == Some(*right)) {
            self.read_run(*run.first()?, run.len(), &mut bytes)?;
        }
        bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Some(bytes)
    }

    /// Reads sectors that follow one another; the file's last one may be cut short.
    fn read_run(&mut self, first: u32, count: usize, bytes: &mut Vec<u8>) -> Option<()> {
        if first as usize + count > self.sectors as usize {
            return None;
        }
        self.file.seek(SeekFrom::Start((u64::from(first) + 1) * self.sector)).ok()?;
        let wanted = count as u64 * self.sector;
        bytes.reserve(usize::try_from(wanted).ok()?);
        (&mut self.file).take(wanted).read_to_end(bytes).ok()?;
        Some(())
    }

    fn read_fat(&mut self, header: &[u8]) -> Option<()> {
        let mut places: Vec<u32> = longs(header.get(76..512)?).collect();
        let mut next = long(header, 68)?;
        let mut seen = 0;
        while next < LAST_SECTOR {
            seen += 1;
            let mut table = Vec::new();
            self.read_run(next, 1, &mut table)?;
            places.extend(longs(&table));
            next = places.pop()?;
            if seen > self.sectors {
                return None;
            }
        }
        for place in places.into_iter().filter(|place| *place < LAST_SECTOR) {
            if self.fat.len() > self.sectors as usize {
                break;
            }
            let mut table = Vec::new();
            self.read_run(place, 1, &mut table)?;
            self.fat.extend(longs(&table));
        }
        Some(())
    }
}

/// Reads parts of a file one after another.
struct Runs<'a> {
    file: &'a mut File,
    /// From where to where.
    runs: std::vec::IntoIter<(u64, u64)>,
    now: (u64, u64),
    /// Bytes of the stream that were not read yet.
    left: u64,
}

impl Read for Runs<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        while self.now.0 >= self.now.1 {
            match self.runs.next() {
                Some(run) => self.now = run,
                None => return Ok(0),
            }
        }
        self.file.seek(SeekFrom::Start(self.now.0))?;
        let most = self.left.min(self.now.1 - self.now.0);
        let read = (&mut self.file).take(most).read(bytes)?;
        self.now.0 += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

fn sectors_of(length: u64, size: u64) -> usize {
    usize::try_from(length.div_ceil(size)).unwrap_or(usize::MAX)
}

/// Follows a chain for at most `most` sectors; `None` if it loops or leaves the table.
fn chain(table: &[u32], start: u32, most: usize) -> Option<Vec<u32>> {
    let mut ids = Vec::new();
    let mut next = start;
    while next < LAST_SECTOR && ids.len() < most {
        if ids.len() > table.len() {
            return None;
        }
        ids.push(next);
        next = *table.get(next as usize)?;
    }
    Some(ids)
}

fn entry(bytes: &[u8], is_large: bool) -> Option<Entry> {
    let units = bytes.get(..64)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let name = char::decode_utf16(units.take_while(|unit| *unit != 0));
    let high = if is_large { u64::from(long(bytes, 124)?) << 32 } else { 0 };
    Some(Entry {
        name: name.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        kind: *bytes.get(66)?,
        left: long(bytes, 68)?,
        right: long(bytes, 72)?,
        child: long(bytes, 76)?,
        start: long(bytes, 116)?,
        length: u64::from(long(bytes, 120)?) | high,
    })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| long(four, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_loops_or_leaves_the_table_is_refused() {
        assert_eq!(chain(&[1, 2, u32::MAX - 1], 0, 9), Some(vec![0, 1, 2]));
        assert_eq!(chain(&[1, 2, u32::MAX - 1], 0, 2), Some(vec![0, 1]));
        assert_eq!(chain(&[1, 0], 0, usize::MAX), None);
        assert_eq!(chain(&[7], 0, usize::MAX), None);
    }
}
