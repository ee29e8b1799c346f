//! What replacements are drawn from: a key that nobody can guess, and draws that depend on nothing else. Knows no text.

use std::io;

use sha2::{Digest, Sha256};

/// The secret of one copy. Who has the copy cannot compute the originals without it.
pub struct Key([u8; 32]);

impl Key {
    /// A key from the system's randomness, or from a seed and the digest of the document, which the receiver of the copy
    /// does not know: the same seed gives the same copy of the same document.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new(seed: Option<u64>, digest: &str) -> io::Result<Key> {
        let mut key = [0; 32];
        match seed {
            Some(seed) => {
                let mut hash = Sha256::new();
                hash.update(b"cmegate repro 1\0");
                hash.update(seed.to_le_bytes());
                hash.update(digest);
                key = hash.finalize().into();
            }
            None => getrandom::fill(&mut key).map_err(io::Error::other)?,
        }
        Ok(Key(key))
    }

    /// The draws that belong to a text; another `salt` gives others.
    pub fn draws(&self, kind: &str, text: &str, salt: u32) -> Draws {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(kind);
        hash.update([0]);
        hash.update(text);
        hash.update([0]);
        hash.update(salt.to_le_bytes());
        Draws { state: hash, block: [0; 32], at: 32, count: 0 }
    }
}

/// Numbers that look random and are the same every time.
pub struct Draws {
    state: Sha256,
    block: [u8; 32],
    at: usize,
    count: u32,
}

impl Draws {
    fn next(&mut self) -> u32 {
        if self.at + 4 > self.block.len() {
            let mut hash = self.state.clone();
            hash.update(self.count.to_le_bytes());
            self.block = hash.finalize().into();
            (self.at, self.count) = (0, self.count + 1);
        }
        let four = self.block.get(self.at..).and_then(|rest| rest.first_chunk::<4>());
        self.at += 4;
        four.map_or(0, |four| u32::from_le_bytes(*four))
    }

    /// A number below a limit; 0 for no limit at all.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// One of several; `None` of none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len() as u32) as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_document_text_and_salt_only() {
        let draw = |seed, digest: &str, text: &str, salt| {
            let key = Key::new(Some(seed), digest).unwrap();
            let mut draws = key.draws("name", text, salt);
            (0..20).map(|_| draws.below(1 << 30)).collect::<Vec<_>>()
        };
        let first = draw(7, "d", "t", 0);
        assert_eq!(first, draw(7, "d", "t", 0));
        for other in [draw(8, "d", "t", 0), draw(7, "e", "t", 0), draw(7, "d", "u", 0)] {
            assert_ne!(first, other);
        }
        assert_ne!(first, draw(7, "d", "t", 1));
        assert_eq!(Key::new(None, "").unwrap().draws("", "", 0).pick::<u8>(&[]), None);
    }
}
