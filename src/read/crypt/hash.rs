//! The hashes that documents name, each with what is done with it: hash, hash many times over, authenticate.

use hmac::{KeyInit, Mac as _, SimpleHmac};
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

struct Running<D: Digest + BlockSizeUser>(SimpleHmac<D>);

impl<D: Digest + BlockSizeUser + Clone> Authentication for Running<D> {
    fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn is(self: Box<Self>, code: &[u8]) -> bool {
        self.0.verify_slice(code).is_ok()
    }
}
