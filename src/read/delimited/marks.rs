//! Where the bytes stand that may end a field: a delimiter, CR, LF. A block of 64 bytes is compared at a time,
//! in a shape that compilers turn into vector instructions.

const BLOCK: usize = 64;
/// Gathers eight bytes of 0 or 1 into the highest byte of a product, one bit each.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// Walks over the places of three bytes in a text, strictly forward.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// Where the current block begins.
    base: usize,
    /// One bit for each byte of the block that matches and has not been told.
    matches: u64,
}

impl<'a> Marks<'a> {
    /// Begins at the start of `bytes`; finds `delimiter`, CR and LF.
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Marks<'a> {
        let mut marks = Marks { bytes, delimiter, base: 0, matches: 0 };
        marks.matches = marks.matches_at(0);
        marks
    }

    /// Goes on at a position.
    pub(super) fn seek(&mut self, at: usize) {
        match at.checked_sub(self.base) {
            Some(within) if within < BLOCK => {
                self.matches = self.matches_at(self.base) & (u64::MAX << within);
            }
            _ => {
                self.base = at;
                self.matches = self.matches_at(at);
            }
        }
    }

    /// The next place.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.matches == 0 {
            self.base += BLOCK;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.matches = self.matches_at(self.base);
        }
        let within = self.matches.trailing_zeros() as usize;
        self.matches &= self.matches - 1;
        Some(self.base + within)
    }

    #[inline(always)]
    fn matches_at(&self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first_chunk::<BLOCK>() {
            Some(block) => matches_in(block, self.delimiter),
            None => matches_in(&last_block(rest), self.delimiter),
        }
    }
}

#[inline(always)]
fn matches_in(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let hits = block.map(|byte| {
        u8::from(byte == delimiter) | u8::from(byte == b'\n') | u8::from(byte == b'\r')
    });
    let (words, _) = hits.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| {
        let bits = u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56;
        mask << 8 | bits
    })
}

/// The last, shorter block, filled up with a byte that is never looked for.
#[cold]
fn last_block(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [u8::MAX; BLOCK];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_plain_search_finds() {
        for text in [
            "",
            ",",
            "a,b\r\nc",
            "十二,\n,,,,,,,,,\r\r",
            "12345678,2345678\n",
            "-+-.-,-",
            &"一,二\n".repeat(90),
        ] {
            let bytes = text.as_bytes();
            let plain: Vec<usize> =
                (0..bytes.len()).filter(|at| matches!(bytes[*at], b',' | b'\n' | b'\r')).collect();
            let mut marks = Marks::new(bytes, b',');
            let found: Vec<usize> = std::iter::from_fn(|| marks.next()).collect();
            assert_eq!(found, plain, "{text:?}");
        }
    }

    #[test]
    fn goes_on_after_a_jump() {
        let mut marks = Marks::new(b"a,b,c,d,e,f,g,h\n", b',');
        assert_eq!(marks.next(), Some(1));
        marks.seek(6);
        assert_eq!(marks.next(), Some(7));
    }
}
