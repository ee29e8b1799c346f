//! Tokens as deflate blocks with codes of their own (RFC 1951 §3.2.7).

use super::{
    huffman::{codes, lengths},
    lz77::{Effort, Token, tokens},
};

const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
const LENGTH_EXTRA: [u8; 29] =
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
/// The order in which the lengths of the length codes stand.
const LENGTH_CODE_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
/// Tokens under one set of codes.
const TOKENS_PER_BLOCK: usize = 1 << 16;

/// Appends `bytes[start..]`, deflated, to `out`; what stands before `start` is history. If it is not
/// the last of its stream, it ends on a byte border.
pub(super) fn deflate(
    bytes: &[u8],
    start: usize,
    effort: Effort,
    is_last: bool,
    out: &mut Vec<u8>,
) {
    let symbols = Symbols::new();
    let mut bits = Bits { out, word: 0, count: 0 };
    let mut held: Vec<Token> = Vec::with_capacity(TOKENS_PER_BLOCK);
    tokens(bytes, start, effort, |token| {
        held.push(token);
        if held.len() == TOKENS_PER_BLOCK {
            symbols.write(&held, false, &mut bits);
            held.clear();
        }
    });
    symbols.write(&held, is_last, &mut bits);
    if !is_last {
        // An empty stored block: the sync mark after which the next block may begin.
        bits.put(0, 3);
    }
    bits.align();
    if !is_last {
        bits.out.extend_from_slice(&[0, 0, 0xFF, 0xFF]);
    }
}

/// Bits on their way out, the first in the lowest place.
struct Bits<'o> {
    out: &'o mut Vec<u8>,
    word: u64,
    count: u32,
}

impl Bits<'_> {
    #[inline(always)]
    fn put(&mut self, bits: u64, count: u32) {
        self.word |= bits << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.extend_from_slice(&(self.word as u32).to_le_bytes());
            self.word >>= 32;
            self.count -= 32;
        }
    }

    fn align(&mut self) {
        while self.count > 0 {
            self.out.push(self.word as u8);
            self.word >>= 8;
            self.count = self.count.saturating_sub(8);
        }
    }
}

/// A code with its extra bits, ready to be put.
#[derive(Clone, Copy, Default)]
struct Code {
    bits: u32,
    count: u32,
}

/// Which symbol stands for a length or a distance.
struct Symbols {
    of_length: [u8; 259],
    of_near: [u8; 256],
    of_far: [u8; 256],
}

impl Symbols {
    fn new() -> Symbols {
        let last = |bases: &[u16], value: usize| {
            bases.iter().rposition(|base| usize::from(*base) <= value).unwrap_or_default() as u8
        };
        Symbols {
            of_length: std::array::from_fn(|length| last(&LENGTH_BASE, length)),
            of_near: std::array::from_fn(|distance| last(&DISTANCE_BASE, distance + 1)),
            of_far: std::array::from_fn(|distance| last(&DISTANCE_BASE, (distance << 7) + 1)),
        }
    }

    #[inline(always)]
    fn length(&self, length: u16) -> usize {
        usize::from(self.of_length[usize::from(length).min(258)])
    }

    #[inline(always)]
    fn distance(&self, distance: u16) -> usize {
        let from_zero = usize::from(distance - 1);
        let table = if from_zero < 256 { &self.of_near } else { &self.of_far };
        let at = if from_zero < 256 { from_zero } else { from_zero >> 7 };
        usize::from(table[at & 255])
    }

    /// Writes one deflate block.
    fn write(&self, tokens: &[Token], is_last: bool, bits: &mut Bits<'_>) {
        let (mut literals, mut distances) = ([0u32; LITERALS], [0u32; DISTANCES]);
        for token in tokens {
            if token.distance == 0 {
                literals[usize::from(token.length as u8)] += 1;
            } else {
                literals[257 + self.length(token.length)] += 1;
                distances[self.distance(token.distance)] += 1;
            }
        }
        literals[END_OF_BLOCK] = 1;
        if distances.iter().all(|frequency| *frequency == 0) {
            // One distance code must be there even if none is used.
            distances[0] = 1;
        }
        let (literals, distances) = (lengths(&literals, 15), lengths(&distances, 15));
        bits.put(u64::from(is_last) | 2 << 1, 3);
        write_lengths(&literals, &distances, bits);
        self.write_tokens(tokens, &literals, &distances, bits);
    }

    fn write_tokens(
        &self,
        tokens: &[Token],
        literals: &[u8; LITERALS],
        distances: &[u8; DISTANCES],
        bits: &mut Bits<'_>,
    ) {
        let literal_bits = codes(literals);
        let distance_bits = codes(distances);
        let literal = |symbol: usize| Code {
            bits: u32::from(literal_bits[symbol]),
            count: u32::from(literals[symbol]),
        };
        let literal_codes: [Code; 256] = std::array::from_fn(literal);
        // A length's extra bits follow its code at once, so both are one entry.
        let length_codes: [Code; 259] = std::array::from_fn(|length| {
            let symbol = usize::from(self.of_length[length]);
            let code = literal(257 + symbol);
            let extra = (length as u32).saturating_sub(u32::from(LENGTH_BASE[symbol]));
            let count = code.count + u32::from(LENGTH_EXTRA[symbol]);
            Code { bits: code.bits | extra << code.count, count }
        });
        for token in tokens {
            if token.distance == 0 {
                let code = literal_codes[usize::from(token.length as u8)];
                bits.put(u64::from(code.bits), code.count);
                continue;
            }
            let code = length_codes[usize::from(token.length).min(258)];
            bits.put(u64::from(code.bits), code.count);
            let symbol = self.distance(token.distance);
            let count = u32::from(distances[symbol]);
            let extra = u64::from(token.distance - DISTANCE_BASE[symbol]) << count;
            let total = count + u32::from(DISTANCE_EXTRA[symbol]);
            bits.put(u64::from(distance_bits[symbol]) | extra, total);
        }
        let end = literal(END_OF_BLOCK);
        bits.put(u64::from(end.bits), end.count);
    }
}

/// Writes the code lengths themselves, run by run.
fn write_lengths(literals: &[u8; LITERALS], distances: &[u8; DISTANCES], bits: &mut Bits<'_>) {
    let used = |lengths: &[u8], least: usize| {
        lengths.iter().rposition(|length| *length > 0).map_or(least, |last| (last + 1).max(least))
    };
    let literal_count = used(literals, 257);
    let distance_count = used(distances, 1);
    let mut all = Vec::with_capacity(LITERALS + DISTANCES);
    all.extend_from_slice(literals.get(..literal_count).unwrap_or_default());
    all.extend_from_slice(distances.get(..distance_count).unwrap_or_default());
    let runs = runs(&all);
    let mut frequencies = [0u32; 19];
    for run in &runs {
        frequencies[run.symbol] += 1;
    }
    let lengths = lengths(&frequencies, 7);
    let codes = codes(&lengths);
    let is_used = |symbol: &usize| lengths[*symbol] > 0;
    let count = LENGTH_CODE_ORDER.iter().rposition(is_used).map_or(4, |last| (last + 1).max(4));
    bits.put((literal_count - 257) as u64, 5);
    bits.put((distance_count - 1) as u64, 5);
    bits.put((count - 4) as u64, 4);
    for symbol in LENGTH_CODE_ORDER.iter().take(count) {
        bits.put(u64::from(lengths[*symbol]), 3);
    }
    for run in runs {
        bits.put(u64::from(codes[run.symbol]), u32::from(lengths[run.symbol]));
        bits.put(run.extra as u64, run.extra_bits);
    }
}

/// A code length, or a repetition of one: 16 repeats the one before, 17 and 18 are zeros.
struct Run {
    symbol: usize,
    extra: usize,
    extra_bits: u32,
}

fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let plain = |length: u8| Run { symbol: usize::from(length), extra: 0, extra_bits: 0 };
    for group in lengths.chunk_by(|a, b| a == b) {
        let Some(length) = group.first().copied() else { continue };
        let mut left = group.len();
        if length > 0 {
            runs.push(plain(length));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, least, most, extra_bits) = match (length, left) {
                (0, 11..) => (18, 11, 138, 7),
                (0, _) => (17, 3, 10, 3),
                _ => (16, 3, 6, 2),
            };
            let taken = left.min(most);
            runs.push(Run { symbol, extra: taken - least, extra_bits });
            left -= taken;
        }
        runs.extend((0..left).map(|_| plain(length)));
    }
    runs
}
