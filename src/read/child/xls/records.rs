//! BIFF records: two bytes of kind, two of length, body. Knows no cell.

/// A record that goes on with the body before it.
pub const CONTINUE: u16 = 0x003C;
/// The end of a substream.
pub const EOF: u16 = 0x000A;

/// Whether a record begins a substream, in any version.
pub fn is_bof(kind: u16) -> bool {
    matches!(kind, 0x0009 | 0x0209 | 0x0409 | 0x0809)
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its kind.
    pub kind: u16,
    /// Where it stands in the stream.
    pub at: usize,
    /// What it says.
    pub body: &'a [u8],
}

impl Record<'_> {
    /// The 16-bit number at an offset.
    pub fn short(&self, at: usize) -> Option<u16> {
        self.body.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
    }

    /// The 32-bit number at an offset.
    pub fn long(&self, at: usize) -> Option<u32> {
        self.body.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
    }

    /// The floating-point number at an offset.
    pub fn float(&self, at: usize) -> Option<f64> {
        self.body.get(at..)?.first_chunk().map(|eight| f64::from_le_bytes(*eight))
    }

    /// The byte at an offset.
    pub fn byte(&self, at: usize) -> Option<u8> {
        self.body.get(at).copied()
    }
}

/// Walks records.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    stream: &'a [u8],
    at: usize,
    /// Whether the stream broke off inside a record.
    pub is_cut: bool,
}

impl<'a> Records<'a> {
    /// Begins at an offset.
    pub fn new(stream: &'a [u8], at: usize) -> Records<'a> {
        Records { stream, at, is_cut: at > stream.len() }
    }

    /// The record's body and those of the [`CONTINUE`] records that follow it.
    pub fn parts(stream: &'a [u8], at: usize) -> Vec<&'a [u8]> {
        let mut records = Records::new(stream, at);
        let mut parts: Vec<&[u8]> = records.next().map(|record| record.body).into_iter().collect();
        parts.extend(records.take_while(|next| next.kind == CONTINUE).map(|next| next.body));
        parts
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let rest = self.stream.get(self.at..)?;
        let Some(([kind_low, kind_high, low, high], rest)) = rest.split_first_chunk::<4>() else {
            self.is_cut |= rest.iter().any(|byte| *byte != 0);
            return None;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some(body) = rest.get(..length) else {
            self.is_cut = true;
            return None;
        };
        let at = self.at;
        self.at = at + 4 + length;
        Some(Record { kind: u16::from_le_bytes([*kind_low, *kind_high]), at, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_runs_past_the_end_is_a_cut() {
        let stream = [0x0A, 0, 0, 0, 0x3C, 0, 9, 0, 1];
        let mut records = Records::new(&stream, 0);
        assert_eq!(records.next().map(|record| (record.kind, record.at)), Some((EOF, 0)));
        assert!(records.next().is_none());
        assert!(records.is_cut);
        let mut padded = Records::new(&[0, 0, 0, 0, 0, 0], 0);
        assert_eq!(padded.by_ref().count(), 1);
        assert!(!padded.is_cut);
    }
}
