//! Repeats in a block, found fast: tuned for sheet XML, right for any bytes.
//!
//! Sheet XML is boilerplate around short values. Two tables of last places, by the hash of four and of
//! eight bytes, find the boilerplate of the cell before; a look one byte ahead leaves a column letter
//! as a literal where the longer repeat begins behind it. Short far repeats cost more bits than their
//! literals and are not taken.

use super::HISTORY_BYTES;

/// Longest repeat (RFC 1951 §3.2.5).
const LONGEST: usize = 258;
/// Farthest repeat; short of the window, so that a distance always fits.
const FARTHEST: usize = HISTORY_BYTES - LONGEST;
/// Bits of the hashes.
const HASH_BITS: u32 = 15;
/// Bytes at the end of a block in which nothing is looked for.
const TAIL: usize = 12;

type Places = Box<[u32; 1 << HASH_BITS]>;

/// A literal or a repeat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Length of the repeat; of a literal, the byte.
    pub length: u16,
    /// How far back it begins; 0 for a literal.
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

/// Where each hash was seen last. Place 0 stands for nowhere.
struct Seen {
    four: Places,
    eight: Places,
}

/// Tells the tokens of `bytes[start..]`; what stands before `start` is history.
pub(super) fn tokens(bytes: &[u8], start: usize, effort: Effort, mut take: impl FnMut(Token)) {
    let mut seen = Seen { four: places(), eight: places() };
    for at in start.saturating_sub(HISTORY_BYTES).max(1)..start {
        seen.learn(bytes, at);
    }
    let mut at = start;
    while at + TAIL < bytes.len()
        && let Some(word) = word(bytes, at)
    {
        let Some((mut length, mut place)) = seen.find(bytes, at, word) else {
            take(literal(bytes, at));
            at += 1;
            continue;
        };
        if length < effort.lazy_below
            && let Some((longer, from)) = seen.find_long(bytes, at + 1)
            && longer > length + 1
        {
            take(literal(bytes, at));
            at += 1;
            (length, place) = (longer, from);
        }
        take(Token { length: length as u16, distance: (at - place) as u16 });
        let end = at + length;
        let mut inside = at + 2;
        while inside < end {
            seen.learn(bytes, inside);
            inside += effort.step;
        }
        at = end;
    }
    (at..bytes.len()).for_each(|at| take(literal(bytes, at)));
}

fn places() -> Places {
    let zeroes = vec![0; 1 << HASH_BITS].into_boxed_slice();
    zeroes.try_into().unwrap_or_else(|_| Box::new([0; 1 << HASH_BITS]))
}

fn literal(bytes: &[u8], at: usize) -> Token {
    Token { length: bytes.get(at).copied().unwrap_or_default().into(), distance: 0 }
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

impl Seen {
    #[inline(always)]
    fn learn(&mut self, bytes: &[u8], at: usize) {
        if let Some(word) = word(bytes, at) {
            self.eight[hash_of_eight(word)] = at as u32;
            self.four[hash_of_four(word)] = at as u32;
        }
    }

    /// The repeat at a place that pays, and where it began; learns the place.
    #[inline(always)]
    fn find(&mut self, bytes: &[u8], at: usize, word: u64) -> Option<(usize, usize)> {
        let long = std::mem::replace(&mut self.eight[hash_of_eight(word)], at as u32) as usize;
        let short = std::mem::replace(&mut self.four[hash_of_four(word)], at as u32) as usize;
        if is_near(long, at) {
            let length = agreement(bytes, long, at);
            if length >= 8 {
                return Some((length, long));
            }
        }
        if is_near(short, at) {
            let length = agreement(bytes, short, at);
            if pays(bytes, at, length, at - short) {
                return Some((length, short));
            }
        }
        None
    }

    /// A repeat of eight bytes or more; learns the place for such repeats.
    #[inline(always)]
    fn find_long(&mut self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let slot = hash_of_eight(word(bytes, at)?);
        let long = std::mem::replace(&mut self.eight[slot], at as u32) as usize;
        is_near(long, at).then(|| (agreement(bytes, long, at), long))
    }
}

#[inline(always)]
fn is_near(place: usize, at: usize) -> bool {
    place != 0 && at - place <= FARTHEST
}

/// How many bytes agree at two places, at most [`LONGEST`].
#[inline(always)]
fn agreement(bytes: &[u8], early: usize, late: usize) -> usize {
    let limit = (bytes.len() - late).min(LONGEST);
    let mut length = 0;
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
fn pays(bytes: &[u8], at: usize, length: usize, distance: usize) -> bool {
    if length >= 8 {
        return true;
    }
    if length < 4 {
        return false;
    }
    let repeat = 9 + (usize::BITS - distance.leading_zeros()) as usize;
    let cost = |byte: &u8| if byte.is_ascii_digit() || *byte == b'-' { 4 } else { 6 };
    let literals: usize = bytes.get(at..at + length).unwrap_or_default().iter().map(cost).sum();
    repeat < literals
}
