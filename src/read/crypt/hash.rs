//! The hashes that documents name, each with what is done with it: hash, hash many times over, authenticate.

use hmac::{Hmac, KeyInit, Mac as _, SimpleHmac};
use md5::Md5;
use sha1::Sha1;
use sha2::{
    Digest, Sha256, Sha384, Sha512,
    digest::{array::Array, block_api::BlockSizeUser},
};

/// A hash function.
pub struct Hash {
    /// Its name as documents write it, without hyphens.
    name: &'static str,
    /// Bytes of a hash.
    pub length: usize,
    /// Hashes the parts, one after another.
    pub of: fn(&[&[u8]]) -> Vec<u8>,
    /// Hashes the parts, then so often its own counter and result. Source: [MS-OFFCRYPTO] 2.3.4.7, 2.3.4.11.
    pub spun: fn(&[&[u8]], u32) -> Vec<u8>,
    /// Begins to authenticate under a key.
    pub authenticate: fn(&[u8]) -> Option<Box<dyn Authentication>>,
}

/// A running HMAC.
pub trait Authentication {
    /// Takes the next bytes.
    fn take(&mut self, bytes: &[u8]);
    /// Whether the code is this one.
    fn is(self: Box<Self>, code: &[u8]) -> bool;
}

/// MD5, which the oldest format takes without naming it.
pub static MD_5: &Hash = &HASHES[0];

/// SHA-1, which older formats take without naming it.
pub static SHA_1: &Hash = &HASHES[1];

static HASHES: [Hash; 5] = [
    hash::<Md5>("MD5", 16),
    hash::<Sha1>("SHA1", 20),
    hash::<Sha256>("SHA256", 32),
    hash::<Sha384>("SHA384", 48),
    hash::<Sha512>("SHA512", 64),
];

/// The hash of a name, with or without hyphens.
pub fn named(name: &str) -> Option<&'static Hash> {
    let name = name.replace('-', "");
    HASHES.iter().find(|hash| hash.name.eq_ignore_ascii_case(&name))
}

const fn hash<D: Digest + BlockSizeUser + Clone + 'static>(
    name: &'static str,
    length: usize,
) -> Hash {
    Hash { name, length, of: of::<D>, spun: spun::<D>, authenticate: authenticate::<D> }
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Array<u8, D::OutputSize> {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize()
}

fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    digest::<D>(parts).to_vec()
}

fn spun<D: Digest>(parts: &[&[u8]], spins: u32) -> Vec<u8> {
    let mut hash = digest::<D>(parts);
    for turn in 0..spins {
        hash = digest::<D>(&[&turn.to_le_bytes(), &hash]);
    }
    hash.to_vec()
}

fn authenticate<D: Digest + BlockSizeUser + Clone + 'static>(
    key: &[u8],
) -> Option<Box<dyn Authentication>> {
    let hmac = SimpleHmac::<D>::new_from_slice(key).ok()?;
    Some(Box::new(Running(hmac)))
}

/// A key of so many bytes from a secret: PBKDF2 with HMAC-SHA-1. Source: RFC 8018, section 5.2.
pub fn pbkdf2(secret: &[u8], salt: &[u8], turns: u32, length: usize) -> Option<Vec<u8>> {
    // Begun once: an HMAC that knows its key saves half the work of each turn.
    let keyed = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    let turn = |parts: &[&[u8]]| {
        let mut hmac = keyed.clone();
        parts.iter().for_each(|part| hmac.update(part));
        hmac.finalize().into_bytes()
    };
    let mut key = Vec::new();
    for block in 1_u32.. {
        let mut last = turn(&[salt, &block.to_be_bytes()]);
        let mut sum = last;
        for _ in 1..turns {
            last = turn(&[&last]);
            sum.iter_mut().zip(&last).for_each(|(to, from)| *to ^= from);
        }
        key.extend_from_slice(&sum);
        if key.len() >= length {
            break;
        }
    }
    key.truncate(length);
    Some(key)
}

struct Running<D: Digest + BlockSizeUser>(SimpleHmac<D>);

impl<D: Digest + BlockSizeUser + Clone> Authentication for Running<D> {
    fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn is(self: Box<Self>, code: &[u8]) -> bool {
        self.0.verify_slice(code).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pbkdf2_gives_the_keys_that_are_published() {
        // RFC 6070: the second case, and the fifth one over two blocks.
        let short = pbkdf2(b"password", b"salt", 2, 20).unwrap();
        assert_eq!(short[..4], [0xea, 0x6c, 0x01, 0x4d]);
        let salt = b"saltSALTsaltSALTsaltSALTsaltSALTsalt";
        let long = pbkdf2(b"passwordPASSWORDpassword", salt, 4096, 25).unwrap();
        assert_eq!(long[21..], [0xf2, 0xf0, 0x70, 0x38]);
        assert_eq!(long[..4], [0x3d, 0x2e, 0xec, 0x4f]);
        assert_eq!(long.len(), 25);
    }

    #[test]
    fn a_hash_is_found_with_and_without_its_hyphen() {
        for (name, length) in [("SHA-1", 20), ("sha256", 32), ("SHA512", 64), ("MD5", 16)] {
            assert_eq!(named(name).map(|hash| hash.length), Some(length), "{name}");
        }
        assert!(named("WHIRLPOOL").is_none());
    }
}
