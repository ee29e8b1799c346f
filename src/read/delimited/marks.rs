//! Where the bytes stand that may end a field: a delimiter, CR, LF. Eight bytes are compared at a time.

/// `0x01` and `0x7f` in all bytes of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// Walks over the places of three bytes in a text, strictly forward.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    needles: [u64; 3],
    /// Where the current word begins.
    base: usize,
    /// The high bit of each byte of the current word that matches and has not been told.
    matches: u64,
}

impl<'a> Marks<'a> {
    /// Begins at the start of `bytes`; finds `delimiter`, CR and LF.
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Marks<'a> {
        let needles = [delimiter, b'\n', b'\r'].map(|needle| u64::from(needle) * ONES);
        let mut marks = Marks { bytes, needles, base: 0, matches: 0 };
        marks.seek(0);
        marks
    }

    /// Goes on at a position.
    pub(super) fn seek(&mut self, at: usize) {
        self.base = at;
        self.matches = self.matches_at(at);
    }

    /// The next place.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.matches == 0 {
            self.base += 8;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.matches = self.matches_at(self.base);
        }
        let byte = self.matches.trailing_zeros() as usize / 8;
        self.matches &= self.matches - 1;
        Some(self.base + byte)
    }

    #[inline(always)]
    fn matches_at(&self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_le_bytes(*word),
            None => last_word(rest),
        };
        let [one, two, three] = self.needles;
        zeros(word ^ one) | zeros(word ^ two) | zeros(word ^ three)
    }
}

/// The high bit of every byte that is zero, exactly.
#[inline(always)]
fn zeros(word: u64) -> u64 {
    !(((word & LOW) + LOW) | word | LOW)
}

/// The last, shorter word, filled up with a byte that no needle is.
#[cold]
fn last_word(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(u64::MAX, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_plain_search_finds() {
        for text in ["", ",", "a,b\r\nc", "十二,\n,,,,,,,,,\r\r", "12345678,2345678\n", "-+-.-,-"]
        {
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
