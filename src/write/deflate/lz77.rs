//! Repeats in a block, found fast: tuned for sheet XML, right for any bytes.
//!
//! Sheet XML is boilerplate around short values. Two tables of last places, by the hash of four and of
//! eight bytes, find the boilerplate of the cell before; a look one byte ahead leaves a column letter
//! as a literal where the longer repeat begins behind it. Short far repeats cost more bits than their
//! literals and are not taken; nothing is looked for within a run of digits, whose literals are cheap.

use super::HISTORY_BYTES;

/// Longest repeat (RFC 1951 §3.2.5).
const LONGEST: usize = 258;
/// Farthest repeat; short of the window, so that a distance always fits.
const FARTHEST: usize = HISTORY_BYTES - LONGEST;
/// Bits of the hashes. Both tables together fit the nearest cache.
const HASH_BITS: u32 = 13;
/// Bytes at the end of a block in which nothing is looked for.
const TAIL: usize = 12;
/// Every how many bytes of the history are remembered: it is a thirtieth of what is compressed.
const HISTORY_STEP: usize = 3;

/// Last places by hash, of which the low 16 bits tell enough: what is found is compared anyway.
type Places = Box<[u16; 1 << HASH_BITS]>;

/// Literals, and the repeat that follows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// How many bytes stand for themselves.
    pub literals: u32,
    /// Length of the repeat; 0 if there is none, at the end.
    pub length: u16,
    /// How far back it begins.
    pub distance: u16,
}

/// How hard to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// A repeat shorter than this is given up for a longer one that begins a byte later.
    pub lazy_below: usize,
    /// Every how many bytes inside a repeat are remembered.
    pub step: usize,
}

/// Where each hash was seen last.
struct Seen {
    four: Places,
    eight: Places,
}

/// Tells the steps that make `bytes[start..]`; what stands before `start` is history.
pub(super) fn steps(bytes: &[u8], start: usize, effort: Effort, mut take: impl FnMut(Step)) {
    let mut seen = Seen { four: places(), eight: places() };
    let oldest = start.saturating_sub(HISTORY_BYTES);
    (oldest..start).step_by(HISTORY_STEP).for_each(|at| seen.learn(bytes, at));
    let (mut at, mut from, mut tag) = (start, start, start);
    while at + TAIL < bytes.len()
        && let Some(word) = word(bytes, at)
    {
        let mut found = None;
        if word as u8 == b'<' {
            let distance = at - std::mem::replace(&mut tag, at);
            found = again(bytes, at, distance);
        }
        if found.is_none() {
            found = seen.find(bytes, at, word);
            if let Some((length, _)) = found
                && length < effort.lazy_below
                && let Some((longer, distance)) = seen.find_long(bytes, at + 1)
                && longer > length + 1
            {
                at += 1;
                found = Some((longer, distance));
            }
        }
        let Some((mut length, distance)) = found else {
            at += 1 + dull_behind(word);
            continue;
        };
        loop {
            let literals = (at - from) as u32;
            take(Step { literals, length: length as u16, distance: distance as u16 });
            let mut inside = at + effort.step;
            at += length;
            from = at;
            while inside < at {
                seen.learn(bytes, inside);
                inside += effort.step;
            }
            // Beside one letter or digit, the same as before goes on.
            match again(bytes, at + 1, distance) {
                Some((more, _)) => length = more,
                None => break,
            }
            at += 1;
        }
    }
    take(Step { literals: (bytes.len() - from) as u32, length: 0, distance: 0 });
}

/// A repeat of eight bytes or more from a given distance.
#[inline(always)]
fn again(bytes: &[u8], at: usize, distance: usize) -> Option<(usize, usize)> {
    let word = word(bytes, at).filter(|_| distance.wrapping_sub(1) < FARTHEST)?;
    let length = agreement(bytes, at - distance, at, word);
    (length >= 8).then_some((length, distance))
}

fn places() -> Places {
    let zeroes = vec![0; 1 << HASH_BITS].into_boxed_slice();
    zeroes.try_into().unwrap_or_else(|_| Box::new([0; 1 << HASH_BITS]))
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().map(|eight| u64::from_le_bytes(*eight))
}

#[inline(always)]
fn hash_of_four(word: u64) -> usize {
    ((word as u32).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

#[inline(always)]
fn hash_of_eight(word: u64) -> usize {
    (word.wrapping_mul(0x9E37_79B1_85EB_CA87) >> (64 - HASH_BITS)) as usize
}

/// How many bytes behind the first begin nothing worth looking for: the rest of a number of five digits
/// or more, the rest of a Chinese letter.
#[inline(always)]
fn dull_behind(word: u64) -> usize {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const THREE: u64 = 0x3030_3030_3030_3030;
    // `:` to `?` leave the row of digits when six is added.
    let others = (word & HIGH ^ THREE) | (word.wrapping_add(0x0606_0606_0606_0606) & HIGH ^ THREE);
    let digits = (others.trailing_zeros() / 8) as usize;
    if word as u8 >= 0xE0 { 2 } else { digits.saturating_sub(4) }
}

impl Seen {
    #[inline(always)]
    fn learn(&mut self, bytes: &[u8], at: usize) {
        if let Some(word) = word(bytes, at) {
            self.eight[hash_of_eight(word)] = at as u16;
            self.four[hash_of_four(word)] = at as u16;
        }
    }

    /// Length and distance of the repeat at a place, if it pays; learns the place.
    #[inline(always)]
    fn find(&mut self, bytes: &[u8], at: usize, word: u64) -> Option<(usize, usize)> {
        let long = std::mem::replace(&mut self.eight[hash_of_eight(word)], at as u16);
        let short = std::mem::replace(&mut self.four[hash_of_four(word)], at as u16);
        if let Some(distance) = distance(long, at) {
            let length = agreement(bytes, at - distance, at, word);
            if length >= 8 {
                return Some((length, distance));
            }
        }
        let distance = distance(short, at)?;
        let length = agreement(bytes, at - distance, at, word);
        pays(word, length, distance).then_some((length, distance))
    }

    /// A repeat of eight bytes or more; learns the place for such repeats.
    #[inline(always)]
    fn find_long(&mut self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let word = word(bytes, at)?;
        let long = std::mem::replace(&mut self.eight[hash_of_eight(word)], at as u16);
        let distance = distance(long, at)?;
        Some((agreement(bytes, at - distance, at, word), distance))
    }
}

/// How far back a place is, if it is near enough. (It may be another one with the same low bits.)
#[inline(always)]
fn distance(place: u16, at: usize) -> Option<usize> {
    let distance = usize::from((at as u16).wrapping_sub(place));
    (distance.wrapping_sub(1) < FARTHEST && distance <= at).then_some(distance)
}

/// How many bytes agree at two places, at most [`LONGEST`]; `first` are the first eight of the later.
#[inline(always)]
fn agreement(bytes: &[u8], early: usize, late: usize, first: u64) -> usize {
    let differing = word(bytes, early).map_or(1, |word| word ^ first);
    if differing != 0 {
        return (differing.trailing_zeros() / 8) as usize;
    }
    let limit = (bytes.len() - late).min(LONGEST);
    let mut length = 8;
    while length + 8 <= limit {
        let (Some(a), Some(b)) = (word(bytes, early + length), word(bytes, late + length)) else {
            break;
        };
        if a != b {
            return length + ((a ^ b).trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    while length < limit && bytes.get(early + length) == bytes.get(late + length) {
        length += 1;
    }
    length
}

/// Whether a repeat takes fewer bits than its literals: digits are cheap, Chinese is not.
#[inline(always)]
fn pays(word: u64, length: usize, distance: usize) -> bool {
    let repeat = 9 + (usize::BITS - distance.leading_zeros()) as usize;
    let literal = if word & 0xF0 == 0x30 { 4 } else { 6 };
    length >= 4 && (length >= 8 || repeat < literal * length)
}
