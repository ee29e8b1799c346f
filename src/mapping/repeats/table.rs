//! A hash table of 16-byte entries in parts that grow one at a time, by a quarter: a million entries
//! take about 20 MB, and growing never doubles the whole.

/// What is remembered of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// 48 bits of the key's hash (8 more choose the part), then the grid.
    tag: u64,
    /// Row, from 1; 0 marks a free place.
    pub row: u32,
    /// Hash of what the record says, see [`super::Repeats`].
    pub content: u32,
}

impl Entry {
    pub(super) fn grid(&self) -> u16 {
        self.tag as u16
    }

    fn key(&self) -> u64 {
        self.tag >> 16
    }
}

/// Places of a part at first, and kept free at its end.
const SMALLEST: usize = 16;

/// One part: linear probing with the entries in the order of their hashes, so that a search that finds
/// nothing ends early and growing is one sweep.
#[derive(Default)]
struct Part {
    places: Vec<Entry>,
    used: usize,
}

/// The parts, chosen by the top 8 bits of the hash.
pub(super) struct Table {
    parts: Vec<Part>,
}

impl Table {
    pub(super) fn new() -> Table {
        Table { parts: (0..256).map(|_| Part::default()).collect() }
    }

    /// Finds what was put in under a hash; puts `row` and `content` in if there is nothing.
    pub(super) fn meet(&mut self, hash: u64, grid: u16, row: u32, content: u32) -> Option<Entry> {
        let part = self.parts.get_mut((hash >> 56) as usize)?;
        let entry = Entry { tag: hash << 16 | u64::from(grid), row, content };
        if (part.used + 1) * 20 > part.places.len() * 17 {
            part.grow();
        }
        part.meet(entry)
    }

    /// Fetches the places of hashes that will be met soon. The reads wait for nothing, so that their cache
    /// misses overlap; met one by one each would stop the work.
    pub(super) fn fetch(&self, hashes: impl Iterator<Item = u64>) {
        let place = |hash: u64| {
            let part = self.parts.get((hash >> 56) as usize)?;
            part.places.get(part.home(hash << 16)).map(|place| place.row)
        };
        let sum = hashes.fold(0, |sum: u32, hash| sum ^ place(hash).unwrap_or_default());
        std::hint::black_box(sum);
    }

    /// Bytes in use.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.places.capacity() * size_of::<Entry>()).sum()
    }
}

impl Part {
    fn meet(&mut self, entry: Entry) -> Option<Entry> {
        loop {
            let mut at = self.home(entry.tag);
            while let Some(place) = self.places.get(at) {
                if place.row == 0 || place.key() > entry.key() {
                    break;
                }
                if place.key() == entry.key() {
                    return Some(*place);
                }
                at += 1;
            }
            if self.put(at, entry) {
                return None;
            }
            self.grow();
        }
    }

    /// Puts an entry at a place and shifts those behind it; `false` if there is no room up to the end.
    fn put(&mut self, at: usize, entry: Entry) -> bool {
        let Some(run) = self.places.get_mut(at..) else { return false };
        let Some(free) = run.iter().position(|place| place.row == 0) else { return false };
        if let Some(shifted) = run.get_mut(..=free) {
            shifted.rotate_right(1);
        }
        if let Some(place) = run.first_mut() {
            *place = entry;
        }
        self.used += 1;
        true
    }

    /// Where an entry with a tag would like to be: its hash scaled to the number of places.
    fn home(&self, tag: u64) -> usize {
        let spread = u128::from(tag & !0xFFFF);
        ((spread * self.places.len().saturating_sub(SMALLEST) as u128) >> 64) as usize
    }

    fn grow(&mut self) {
        let size = self.places.len() + (self.places.len() / 4).max(SMALLEST);
        let before = std::mem::replace(&mut self.places, vec![Entry::default(); size]);
        let mut next = 0;
        for entry in before.into_iter().filter(|entry| entry.row != 0) {
            let at = self.home(entry.tag).max(next);
            match self.places.get_mut(at) {
                Some(place) => *place = entry,
                None => self.places.push(entry),
            }
            next = at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_again_at_24_bytes_each() {
        let mut table = Table::new();
        let hash = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ row << 17;
        let mut most = 0;
        for row in 1..=200_000u32 {
            assert_eq!(table.meet(hash(row.into()), 3, row, row ^ 7), None);
            if row % 10_000 == 0 {
                most = most.max(table.bytes() / row as usize);
            }
        }
        for row in (1..=200_000u32).step_by(999) {
            let entry = table.meet(hash(row.into()), 4, 5, 5).unwrap();
            assert_eq!((entry.grid(), entry.row, entry.content), (3, row, row ^ 7));
        }
        assert!(most <= 24, "{most}");
    }
}
