//! The look-up key: turns personal values into hashes that can be compared, but neither read nor guessed.

use std::{fmt, path::Path};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{KeyError, KeyFault, file, finished, keyed};
use crate::text::digest::hex;

/// First word of the key's line.
const KIND: &str = "cmegate-lookup-1";

const ADVICE: &str = "\
# 继教数据网关(cmegate)的比对密钥,用于识别同一人同一项目的记录。请马上另外备份,永不更换:
# 丢失或更换后,新旧记录无法再相互比对。请勿外传。
# Look-up key of cmegate: tells that two records are of the same person and project. Back this file
# up somewhere else now and never change it: old and new records could not be compared any more.
";

/// The key under which values are hashed. There is one, and it never changes. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct LookupKey {
    /// Hashing that has taken in the key: saves half the work for each record.
    ready: Hmac<Sha256>,
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LookupKey(***)")
    }
}

impl LookupKey {
    /// Reads the line `cmegate-lookup-1 <64 hex>`; `#` begins a comment line.
    ///
    /// # Errors
    /// A wrong line, a second one, or none.
    pub fn parse(text: &str) -> Result<LookupKey, KeyError> {
        let mut lines = file::lines(text);
        let (line, words) = lines.next().ok_or(KeyError::NoKey)?;
        let key = parse_line(words).map_err(|fault| KeyError::Line { line, fault })?;
        match lines.next() {
            Some((line, _)) => Err(KeyError::Line { line, fault: KeyFault::Second }),
            None => Ok(LookupKey { ready: keyed(&key) }),
        }
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// The file cannot be read or holds a wrong text.
    pub fn load(path: &Path) -> Result<LookupKey, KeyError> {
        file::load(path, LookupKey::parse)
    }

    /// Makes a key and writes it to a new file (0600, synced), with the advice to back it up.
    ///
    /// # Errors
    /// A file is there already ([`KeyError::Exists`]); the world says no.
    pub fn create(path: &Path) -> Result<LookupKey, KeyError> {
        let text = format!("{ADVICE}{KIND} {}\n", hex(&file::random_key()?));
        file::create(path, &text)?;
        LookupKey::parse(&text)
    }

    /// The hash of some values: 128 bits of an HMAC-SHA-256. `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn hash(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut hash = self.ready.clone();
        hash.update(b"v");
        for part in parts {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        finished(hash).first_chunk().copied().unwrap_or_default()
    }

    /// A text that tells whether two keys are the same and says nothing else about them.
    pub fn check(&self) -> String {
        let check = finished(self.ready.clone().chain_update(b"cmegate look-up key check 1"));
        hex(check.first_chunk::<8>().map_or(&[][..], |first| first))
    }
}

fn parse_line(line: &str) -> Result<[u8; 32], KeyFault> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.first() != Some(&KIND) {
        return Err(KeyFault::Kind(KIND));
    }
    let &[_, key] = words.as_slice() else { return Err(KeyFault::Words(2)) };
    file::key(key)
}
