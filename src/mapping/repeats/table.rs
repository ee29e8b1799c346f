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
}

/// Places of a part at first.
const SMALLEST: usize = 16;

/// One part: open addressing with linear probing.
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

    /// Bytes in use.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.places.capacity() * size_of::<Entry>()).sum()
    }
}

impl Part {
    fn meet(&mut self, entry: Entry) -> Option<Entry> {
        let mut at = self.home(&entry);
        loop {
            let place = self.places.get_mut(at)?;
            if place.row == 0 {
                *place = entry;
                self.used += 1;
                return None;
            }
            if place.tag >> 16 == entry.tag >> 16 {
                return Some(*place);
            }
            at = if at + 1 == self.places.len() { 0 } else { at + 1 };
        }
    }

    /// Where an entry would like to be: its hash scaled to the number of places.
    fn home(&self, entry: &Entry) -> usize {
        let spread = entry.tag & !0xFFFF;
        ((u128::from(spread) * self.places.len() as u128) >> 64) as usize
    }

    fn grow(&mut self) {
        let size = (self.places.len() + self.places.len() / 4).max(SMALLEST);
        let before = std::mem::replace(&mut self.places, vec![Entry::default(); size]);
        self.used = 0;
        for entry in before.into_iter().filter(|entry| entry.row != 0) {
            self.meet(entry);
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
