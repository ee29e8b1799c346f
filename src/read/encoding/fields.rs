//! Decoding of short texts that stand in fields of their own, as in tables of dBase: decided over many of them,
//! decoded one by one.

use std::borrow::Cow;

use super::{Decided, Sample, by_sample};

/// Finds the encoding of texts, one a line. `None` for bytes that are no text.
pub fn of_texts(lines: Vec<u8>) -> Option<Decided> {
    // No UTF-16 here: fields of fixed length begin and end anywhere.
    by_sample(&Sample { head: Vec::new(), lines })
}

impl Decided {
    /// Decodes one text and tells whether every byte of it was understood; the others become U+FFFD.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
        let (text, is_broken) = self.encoding.decode_without_bom_handling(bytes);
        (text, !is_broken)
    }
}
