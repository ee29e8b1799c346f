//! Agile encryption: keys from passwords, segments of a package, proof that it is whole.
//! Source: [MS-OFFCRYPTO] 2.3.4.11 to 2.3.4.15.

use super::{
    Fault,
    cipher::{Aes, BLOCK},
    descriptor::{Descriptor, INFO, PasswordKey, Scheme},
    hash::Authentication,
    utf16,
};

/// Bytes of the package that are encrypted for themselves.
pub const SEGMENT: usize = 4096;

// What tells the keys that one password makes from one another.
const VERIFIER: [u8; 8] = [0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e];
const KEY: [u8; 8] = [0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6];
const HMAC_KEY: [u8; 8] = [0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6];
const HMAC_CODE: [u8; 8] = [0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33];

/// What fills up a salt or key that is too short.
const FILLER: u8 = 0x36;

/// The key of the package, if the password fits.
pub fn key_of(descriptor: &Descriptor, password: &str) -> Option<Vec<u8>> {
    let PasswordKey { scheme, spins, verifier, verifier_hash, key } = &descriptor.password;
    let spun = (scheme.hash.spun)(&[&scheme.salt, &utf16(password)], *spins);
    let start = fitted(&scheme.salt);
    let open = |purpose: &[u8], bytes: &[u8]| {
        let mut key = (scheme.hash.of)(&[&spun, purpose]);
        key.resize(scheme.key_bytes, FILLER);
        opened(&Aes::new(&key)?, &start, bytes)
    };
    let verifier = open(&VERIFIER, verifier)?;
    let expected = open(&VERIFIER_HASH, verifier_hash)?;
    let hash = (scheme.hash.of)(&[verifier.get(..scheme.salt.len())?]);
    if expected.get(..scheme.hash.length)? != hash {
        return None;
    }
    Some(open(&KEY, key)?.get(..descriptor.data.key_bytes)?.to_vec())
}

/// Decrypts the segments of a package one after another.
pub struct Segments<'a> {
    scheme: &'a Scheme,
    aes: Aes,
    number: u32,
    before: Vec<u8>,
}

impl<'a> Segments<'a> {
    /// Begins at the first one.
    pub fn new(scheme: &'a Scheme, key: &[u8]) -> Option<Segments<'a>> {
        Some(Segments { scheme, aes: Aes::new(key)?, number: 0, before: Vec::new() })
    }

    /// Decrypts the next segment in its place.
    pub fn decrypt(&mut self, segment: &mut [u8]) {
        let start = start(self.scheme, &self.number.to_le_bytes());
        self.aes.decrypt_cbc(&start, segment, &mut self.before);
        self.number = self.number.wrapping_add(1);
    }
}

/// What is needed to prove that the package is whole.
pub struct Proof {
    running: Box<dyn Authentication>,
    code: Vec<u8>,
}

impl Proof {
    /// `None` inside if the document brings no code.
    pub fn begin(descriptor: &Descriptor, key: &[u8]) -> Result<Option<Proof>, Fault> {
        let Some(integrity) = &descriptor.integrity else { return Ok(None) };
        let scheme = &descriptor.data;
        let open = |purpose: &[u8], bytes: &[u8]| {
            let mut plain = opened(&Aes::new(key)?, &start(scheme, purpose), bytes)?;
            plain.truncate(scheme.hash.length);
            Some(plain)
        };
        let begun = || {
            let running = (scheme.hash.authenticate)(&open(&HMAC_KEY, &integrity.key)?)?;
            Some(Proof { running, code: open(&HMAC_CODE, &integrity.code)? })
        };
        begun().map(Some).ok_or(Fault::Broken(INFO))
    }

    /// Takes the next bytes of the package, encrypted as they are.
    pub fn take(&mut self, bytes: &[u8]) {
        self.running.take(bytes);
    }

    /// Whether all bytes taken are what the writer wrote.
    pub fn holds(self) -> bool {
        self.running.is(&self.code)
    }
}

/// What a chain of blocks starts with.
fn start(scheme: &Scheme, purpose: &[u8]) -> [u8; BLOCK] {
    fitted(&(scheme.hash.of)(&[&scheme.salt, purpose]))
}

fn fitted(bytes: &[u8]) -> [u8; BLOCK] {
    let mut fitted = [FILLER; BLOCK];
    fitted.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    fitted
}

/// `None` unless the bytes are whole blocks.
fn opened(aes: &Aes, start: &[u8; BLOCK], bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut plain = bytes.to_vec();
    aes.decrypt_cbc(start, &mut plain, &mut Vec::new());
    Some(plain)
}
