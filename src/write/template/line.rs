//! A row in the making. Most of it is short pieces that are the same in every row: they are copied in
//! strides of a fixed size, which takes a few instructions where a copy of any size is a call.

use super::escape::{is_plain, push_text};

/// Bytes copied at once.
const STRIDE: usize = 32;
/// Room for one longer piece than any that is usual.
const ROOM: usize = 4096;

/// Bytes ready to be copied in strides.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    first: [u8; STRIDE],
    more: Vec<u8>,
    length: usize,
}

impl<T: AsRef<[u8]>> From<T> for Piece {
    fn from(bytes: T) -> Piece {
        let bytes = bytes.as_ref();
        let (head, more) = bytes.split_at_checked(STRIDE).unwrap_or((bytes, &[]));
        let mut first = [0; STRIDE];
        first.iter_mut().zip(head).for_each(|(slot, byte)| *slot = *byte);
        Piece { first, more: more.to_vec(), length: bytes.len() }
    }
}

impl Piece {
    /// The bytes as they are.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let first = self.first.get(..self.length.min(STRIDE)).unwrap_or_default();
        [first, &self.more].concat()
    }
}

/// A row, and room behind it.
#[derive(Debug, Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
    length: usize,
}

impl Line {
    /// Appends pieces.
    #[inline]
    pub(super) fn pieces<const N: usize>(&mut self, pieces: [&Piece; N]) {
        if self.bytes.len() < self.length + N * STRIDE {
            self.bytes.resize(self.length + ROOM, 0);
        }
        for piece in pieces {
            if let Some(room) = self.bytes.get_mut(self.length..self.length + STRIDE) {
                room.copy_from_slice(&piece.first);
            }
            if piece.length <= STRIDE {
                self.length += piece.length;
            } else {
                self.length += STRIDE;
                self.bytes(&piece.more);
            }
        }
    }

    /// Appends any bytes.
    #[inline]
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.bytes.len() < end + ROOM / 2 {
            self.bytes.resize(end + ROOM, 0);
        }
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    /// Appends a text, escaped.
    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        if is_plain(text) {
            return self.bytes(text.as_bytes());
        }
        let mut escaped = Vec::new();
        push_text(&mut escaped, text);
        self.bytes(&escaped);
    }

    /// Appends the row to `out` and begins a new one.
    pub(super) fn move_to(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes.get(..self.length).unwrap_or_default());
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_and_texts_stand_one_after_another() {
        let (mut line, mut out, mut expected) = (Line::default(), Vec::new(), Vec::new());
        for length in [0, 1, 31, 32, 33, 64, 100, 5_000, 20_000] {
            let bytes: Vec<u8> = (0..length).map(|at| b'a' + (at % 23) as u8).collect();
            let piece = Piece::from(&bytes);
            assert_eq!(piece.bytes(), bytes, "{length}");
            line.pieces([&piece, &Piece::from("<"), &piece]);
            line.text("甲&乙");
            line.bytes(&bytes);
            for part in [&bytes[..], b"<", &bytes, "甲&amp;乙".as_bytes(), &bytes] {
                expected.extend_from_slice(part);
            }
        }
        line.move_to(&mut out);
        assert!(out == expected);
        line.move_to(&mut out);
        assert!(out == expected);
    }
}
