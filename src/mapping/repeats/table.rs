//! A hash table of 16-byte entries in parts that grow one at a time, by a tenth: a million entries
//! take less than 20 MiB, and growing leaves nothing behind.

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

/// Places of a page: parts grow by pages, which stay where they are. Growing leaves no holes behind.
const PAGE: usize = 64;
/// Places kept free at the end of a part.
const SPARE: usize = 16;

/// One part: linear probing with the entries in the order of their hashes, so that a search that finds
/// nothing ends early and growing is one sweep.
#[derive(Default)]
struct Part {
    #[expect(clippy::vec_box, reason = "pages stay where they are when their list grows")]
    pages: Vec<Box<[Entry; PAGE]>>,
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
        if (part.used + 1) * 20 > part.size() * 17 {
            part.grow();
        }
        part.meet(entry)
    }

    /// Fetches the places of hashes that will be met soon. The reads wait for nothing, so that their cache
    /// misses overlap; met one by one each would stop the work.
    pub(super) fn fetch(&self, hashes: impl Iterator<Item = u64>) {
        let place = |hash: u64| {
            let part = self.parts.get((hash >> 56) as usize)?;
            part.place(part.home(hash << 16)).map(|place| place.row)
        };
        let sum = hashes.fold(0, |sum: u32, hash| sum ^ place(hash).unwrap_or_default());
        std::hint::black_box(sum);
    }

    /// Bytes in use.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.size() * size_of::<Entry>()).sum()
    }
}

impl Part {
    fn size(&self) -> usize {
        self.pages.len() * PAGE
    }

    #[inline]
    fn place(&self, at: usize) -> Option<&Entry> {
        self.pages.get(at / PAGE)?.get(at % PAGE)
    }

    #[inline]
    fn place_mut(&mut self, at: usize) -> Option<&mut Entry> {
        self.pages.get_mut(at / PAGE)?.get_mut(at % PAGE)
    }

    fn meet(&mut self, entry: Entry) -> Option<Entry> {
        loop {
            let mut at = self.home(entry.tag);
            while let Some(place) = self.place(at) {
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

    /// Puts an entry at a place; those from there to the next free place move on by one. `false` if no
    /// place is free.
    fn put(&mut self, at: usize, entry: Entry) -> bool {
        let mut free = at;
        while self.place(free).is_some_and(|place| place.row != 0) {
            free += 1;
        }
        if free >= self.size() {
            return false;
        }
        let mut carried = entry;
        for at in at..=free {
            if let Some(place) = self.place_mut(at) {
                std::mem::swap(place, &mut carried);
            }
        }
        self.used += 1;
        true
    }

    /// Where an entry with a tag would like to be: its hash scaled to the number of places.
    fn home(&self, tag: u64) -> usize {
        let spread = u128::from(tag & !0xFFFF);
        ((spread * self.size().saturating_sub(SPARE) as u128) >> 64) as usize
    }

    fn grow(&mut self) {
        let entries: Vec<Entry> = self
            .pages
            .iter()
            .flat_map(|page| page.iter())
            .filter(|one| one.row != 0)
            .copied()
            .collect();
        let more = self.pages.len() / 10 + 1;
        self.pages.iter_mut().for_each(|page| page.fill(Entry::default()));
        self.pages.extend((0..more).map(|_| Box::new([Entry::default(); PAGE])));
        let mut next = 0;
        for entry in entries {
            let at = self.home(entry.tag).max(next);
            if at >= self.size() {
                self.pages.push(Box::new([Entry::default(); PAGE]));
            }
            if let Some(place) = self.place_mut(at) {
                *place = entry;
            }
            next = at + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_again_at_22_bytes_each() {
        let mut table = Table::new();
        let hash = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ row << 17;
        let mut most = 0;
        for row in 1..=200_000u32 {
            assert_eq!(table.meet(hash(row.into()), 3, row, row ^ 7), None);
            if row >= 100_000 && row % 5_000 == 0 {
                most = most.max(table.bytes() / row as usize);
            }
        }
        for row in (1..=200_000u32).step_by(999) {
            let entry = table.meet(hash(row.into()), 4, 5, 5).unwrap();
            assert_eq!((entry.grid(), entry.row, entry.content), (3, row, row ^ 7));
        }
        assert!(most <= 22, "{most}");
    }
}
