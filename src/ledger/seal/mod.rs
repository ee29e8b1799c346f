//! A stand-in until the real one is merged.

use sha2::{Digest, Sha256};

/// Stand-in.
#[derive(Debug)]
pub struct SealError;

/// Stand-in.
pub struct Keys(Vec<[u8; 4]>);

impl Keys {
    /// Stand-in.
    pub fn parse(text: &str) -> Result<Keys, SealError> {
        let ids = text.lines().filter_map(|line| line.split_whitespace().nth(1));
        let ids = ids.map(|id| u32::from_str_radix(id, 16).unwrap_or_default().to_be_bytes());
        Ok(Keys(ids.collect()))
    }

    /// Stand-in.
    pub fn seal_text(&self, text: &str) -> Vec<u8> {
        let mut sealed = self.0.last().copied().unwrap_or_default().to_vec();
        sealed.extend(text.bytes().map(|byte| byte ^ 0x5a));
        sealed
    }

    /// Stand-in.
    pub fn open_text(&self, sealed: &[u8]) -> Result<String, SealError> {
        let (id, text) = sealed.split_at_checked(4).ok_or(SealError)?;
        if !self.0.iter().any(|known| known == id) {
            return Err(SealError);
        }
        String::from_utf8(text.iter().map(|byte| byte ^ 0x5a).collect()).map_err(|_| SealError)
    }
}

/// Stand-in.
pub struct LookupKey(String);

impl LookupKey {
    /// Stand-in.
    pub fn parse(text: &str) -> Result<LookupKey, SealError> {
        Ok(LookupKey(text.to_owned()))
    }

    /// Stand-in.
    pub fn hash(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut digest = Sha256::new_with_prefix(&self.0);
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let mut hash = [0; 16];
        hash.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
        hash
    }

    /// Stand-in.
    pub fn check(&self) -> String {
        format!("{:02x?}", self.hash(&[b"check"]))
    }
}
