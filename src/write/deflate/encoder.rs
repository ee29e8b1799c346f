//! Steps as deflate blocks with codes of their own (RFC 1951 §3.2.7).

use super::{
    huffman::{codes, lengths},
    lz77::{Effort, Step, steps},
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
/// Steps under one set of codes.
const STEPS_PER_BLOCK: usize = 1 << 14;

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
    let mut bits = Bits::after(out);
    let mut held: Vec<Step> = Vec::with_capacity(STEPS_PER_BLOCK);
    let mut rest = bytes.get(start..).unwrap_or_default();
    steps(bytes, start, effort, |step| {
        held.push(step);
        if held.len() == STEPS_PER_BLOCK && step.length > 0 {
            rest = symbols.write(&held, rest, false, &mut bits);
            held.clear();
        }
    });
    symbols.write(&held, rest, is_last, &mut bits);
    if !is_last {
        // An empty stored block: the sync mark after which the next block may begin.
        bits.put(0, 3);
    }
    bits.end();
    if !is_last {
        out.extend_from_slice(&[0, 0, 0xFF, 0xFF]);
    }
}

/// Bits on their way out, the first in the lowest place.
struct Bits<'o> {
    out: &'o mut Vec<u8>,
    /// Where the word's bytes go; `out` may be longer.
    at: usize,
    word: u64,
    count: u32,
}

impl<'o> Bits<'o> {
    fn after(out: &'o mut Vec<u8>) -> Bits<'o> {
        Bits { at: out.len(), out, word: 0, count: 0 }
    }

    /// Makes room for some bits more.
    fn reserve(&mut self, bits: usize) {
        self.out.resize(self.at + bits / 8 + 16, 0);
    }

    /// Adds bits; 56 have room between two calls of [`Bits::flush`].
    #[inline(always)]
    fn add(&mut self, bits: u64, count: u32) {
        self.word |= bits << self.count;
        self.count += count;
    }

    /// Writes whole bytes into room that was reserved.
    #[inline(always)]
    fn flush(&mut self) {
        if let Some(room) = self.out.get_mut(self.at..self.at + 8) {
            room.copy_from_slice(&self.word.to_le_bytes());
        }
        self.at += (self.count / 8) as usize;
        self.word >>= self.count & !7;
        self.count &= 7;
    }

    fn put(&mut self, bits: u64, count: u32) {
        self.reserve(64);
        self.add(bits, count);
        self.flush();
    }

    /// Fills the last byte up.
    fn end(mut self) {
        self.put(0, (8 - self.count % 8) % 8);
        self.out.truncate(self.at);
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

    /// Writes one deflate block of the steps that make the beginning of `bytes`; gives the rest.
    fn write<'b>(
        &self,
        steps: &[Step],
        bytes: &'b [u8],
        is_last: bool,
        bits: &mut Bits<'_>,
    ) -> &'b [u8] {
        let (mut literals, mut distances) = ([0u32; LITERALS], [0u32; DISTANCES]);
        let mut rest = bytes;
        for step in steps {
            let (own, after) = parted(rest, step);
            own.iter().for_each(|byte| literals[usize::from(*byte)] += 1);
            if step.length > 0 {
                literals[257 + self.length(step.length)] += 1;
                distances[self.distance(step.distance)] += 1;
            }
            rest = after;
        }
        literals[END_OF_BLOCK] = 1;
        if distances.iter().all(|frequency| *frequency == 0) {
            // One distance code must be there even if none is used.
            distances[0] = 1;
        }
        let lengths = (lengths(&literals, 15), lengths(&distances, 15));
        bits.put(u64::from(is_last) | 2 << 1, 3);
        write_lengths(&lengths.0, &lengths.1, bits);
        bits.reserve(bits_needed(&literals, &lengths.0) + bits_needed(&distances, &lengths.1));
        self.write_steps(steps, bytes, &lengths, bits);
        rest
    }

    fn write_steps(
        &self,
        steps: &[Step],
        mut bytes: &[u8],
        (literals, distances): &([u8; LITERALS], [u8; DISTANCES]),
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
        for step in steps {
            let (own, after) = parted(bytes, step);
            bytes = after;
            for few in own.chunks(3) {
                for byte in few {
                    let code = literal_codes[usize::from(*byte)];
                    bits.add(u64::from(code.bits), code.count);
                }
                bits.flush();
            }
            if step.length == 0 {
                continue;
            }
            let code = length_codes[usize::from(step.length).min(258)];
            bits.add(u64::from(code.bits), code.count);
            let symbol = self.distance(step.distance);
            let count = u32::from(distances[symbol]);
            let extra = u64::from(step.distance - DISTANCE_BASE[symbol]) << count;
            let total = count + u32::from(DISTANCE_EXTRA[symbol]);
            bits.add(u64::from(distance_bits[symbol]) | extra, total);
            bits.flush();
        }
        let end = literal(END_OF_BLOCK);
        bits.put(u64::from(end.bits), end.count);
    }
}

/// The literals of a step, and what follows it.
#[inline(always)]
fn parted<'b>(bytes: &'b [u8], step: &Step) -> (&'b [u8], &'b [u8]) {
    let (own, rest) = bytes.split_at_checked(step.literals as usize).unwrap_or((bytes, &[]));
    (own, rest.get(usize::from(step.length)..).unwrap_or_default())
}

/// At least as many bits as these symbols will take, with the most extra bits that any can have.
fn bits_needed(frequencies: &[u32], lengths: &[u8]) -> usize {
    let each = frequencies.iter().zip(lengths).enumerate();
    each.map(|(symbol, (frequency, length))| {
        let is_literal = frequencies.len() == LITERALS && symbol < 257;
        let extra = if is_literal { 0 } else { 13 };
        *frequency as usize * (usize::from(*length) + extra)
    })
    .sum()
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
