//! Where the workbook's stream lies in a compound file, and which other bytes hold the file together ([MS-CFB]).

use std::ops::Range;

/// The first eight bytes of a compound file.
pub const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const LAST_SECTOR: u32 = 0xFFFF_FFF9;
const MINI_SECTOR: usize = 64;
const MINI_CUTOFF: usize = 4096;
const ENTRY: usize = 128;

/// What of a compound file is kept.
pub struct Layout {
    /// Header, allocation tables, directory.
    frame: Vec<Range<usize>>,
    /// The stream, piece by piece.
    stream: Vec<Range<usize>>,
    /// Offsets of the directory's entries, and which of them is the stream.
    entries: Vec<usize>,
    workbook: usize,
}

struct Tables<'b> {
    bytes: &'b [u8],
    sector: usize,
    fat: Vec<u32>,
}

impl Layout {
    /// Reads the tables; `None` if they break the format, so that nobody can tell what is what.
    pub fn read(bytes: &[u8]) -> Option<Layout> {
        let sector = match short(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut tables = Tables { bytes, sector, fat: Vec::new() };
        let mut frame = Vec::from_iter(std::iter::once(0..sector));
        tables.read_fat(&mut frame)?;
        let directory = tables.chain(long(bytes, 48)?)?;
        let entries: Vec<usize> = directory
            .iter()
            .flat_map(|range| range.clone().step_by(ENTRY))
            .filter(|at| at + ENTRY <= bytes.len())
            .collect();
        frame.extend(directory);
        let is_book = |at: &usize| {
            let name = name_of(bytes, *at);
            bytes.get(at + 66) == Some(&2)
                && ["workbook", "book"].contains(&name.to_lowercase().as_str())
        };
        let workbook = entries.iter().position(is_book)?;
        let at = *entries.get(workbook)?;
        let (start, length) = (long(bytes, at + 116)?, long(bytes, at + 120)? as usize);
        let mini = tables.chain(long(bytes, 60)?).unwrap_or_default();
        let stream = if length >= MINI_CUTOFF || mini.is_empty() {
            cut(tables.chain(start)?, length)
        } else {
            let root = tables.chain(long(bytes, entries.first()? + 116)?)?;
            tables.mini_chain(&mini, &root, start, length)?
        };
        frame.extend(mini);
        Some(Layout { frame, stream, entries, workbook })
    }

    /// The stream's bytes.
    pub fn gather(&self, bytes: &[u8]) -> Vec<u8> {
        self.stream
            .iter()
            .flat_map(|range| bytes.get(range.clone()).unwrap_or_default())
            .copied()
            .collect()
    }

    /// Puts the stream back and blanks everything else.
    pub fn scatter(&self, stream: &[u8], bytes: &mut [u8]) {
        let mut out = vec![0; bytes.len()];
        let mut rest = stream;
        for range in &self.frame {
            let till = range.end.min(bytes.len());
            let from = range.start.min(till);
            put(&mut out, from, bytes.get(from..till).unwrap_or_default());
        }
        for range in &self.stream {
            let (piece, behind) = rest.split_at_checked(range.len()).unwrap_or((rest, &[]));
            put(&mut out, range.start, piece);
            rest = behind;
        }
        for (index, at) in self.entries.iter().enumerate() {
            clean_entry(&mut out, *at, index, index == self.workbook);
        }
        bytes.copy_from_slice(&out);
    }
}

/// Takes names, times and classes from a directory entry; all streams but the workbook become empty.
fn clean_entry(bytes: &mut [u8], at: usize, index: usize, is_workbook: bool) {
    let kind = bytes.get(at + 66).copied().unwrap_or(0);
    put(bytes, at + 80, &[0; 36]);
    match kind {
        5 => {}
        1 | 2 if is_workbook => {}
        1 | 2 => {
            let name = format!("S{index:04}");
            let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            put(bytes, at, &[0; 64]);
            put(bytes, at, &units);
            put(bytes, at + 64, &((units.len() as u16 + 2).to_le_bytes()));
            put(bytes, at + 116, &0xFFFF_FFFEu32.to_le_bytes());
            put(bytes, at + 120, &[0; 8]);
        }
        _ => {
            put(bytes, at, &[0; 64]);
            put(bytes, at + 116, &[0; 12]);
        }
    }
}

fn put(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (to, from) in bytes.iter_mut().skip(at).zip(with) {
        *to = *from;
    }
}

impl Tables<'_> {
    fn place(&self, sector: u32) -> Option<Range<usize>> {
        let from = (sector as usize + 1).checked_mul(self.sector)?;
        let till = (from + self.sector).min(self.bytes.len());
        (from < till).then_some(from..till)
    }

    fn read_fat(&mut self, frame: &mut Vec<Range<usize>>) -> Option<()> {
        let mut places = longs(self.bytes.get(76..512)?);
        let mut next = long(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector + 1;
        for _ in 0..most {
            if next >= LAST_SECTOR {
                break;
            }
            let range = self.place(next)?;
            places.extend(longs(self.bytes.get(range.clone())?));
            next = places.pop()?;
            frame.push(range);
        }
        for place in places.into_iter().filter(|place| *place < LAST_SECTOR) {
            if self.fat.len() > most {
                break;
            }
            let range = self.place(place)?;
            self.fat.extend(longs(self.bytes.get(range.clone())?));
            frame.push(range);
        }
        Some(())
    }

    /// The sectors of a chain; it ends where the table ends.
    fn chain(&self, start: u32) -> Option<Vec<Range<usize>>> {
        let mut found = Vec::new();
        let mut next = start;
        while next < LAST_SECTOR {
            if found.len() > self.fat.len() {
                return None;
            }
            found.push(self.place(next)?);
            next = self.fat.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        Some(found)
    }

    fn mini_chain(
        &self,
        table: &[Range<usize>],
        root: &[Range<usize>],
        start: u32,
        length: usize,
    ) -> Option<Vec<Range<usize>>> {
        let bytes = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        let mini: Vec<u32> = table.iter().flat_map(|range| longs(bytes(range))).collect();
        let mut found = Vec::new();
        let mut next = start;
        while next < LAST_SECTOR {
            if found.len() > mini.len() {
                return None;
            }
            let at = next as usize * MINI_SECTOR;
            let from = root.get(at / self.sector)?.start + at % self.sector;
            found.push(from..from + MINI_SECTOR);
            next = mini.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        Some(cut(found, length))
    }
}

/// The first bytes of pieces.
fn cut(pieces: Vec<Range<usize>>, mut length: usize) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    for piece in pieces {
        let size = piece.len().min(length);
        length -= size;
        if size > 0 {
            kept.push(piece.start..piece.start + size);
        }
    }
    kept
}

fn name_of(bytes: &[u8], at: usize) -> String {
    let name = bytes.get(at..at + 64).unwrap_or_default();
    let (pairs, _) = name.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn longs(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect()
}
