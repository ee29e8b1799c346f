//! Keys for the records of `.xls`: XOR, RC4 of 1997, RC4 of CryptoAPI. Knows no record.
//! Source: [MS-XLS] 2.2.10 and 2.4.117, [MS-OFFCRYPTO] 2.3.5 to 2.3.7.

use super::{
    Fault,
    bytes::Bytes,
    cipher::Rc4,
    cryptoapi::{CryptoApi, Rc4Source},
    hash, utf16, xor,
};

/// The record that says how the others are encrypted.
const FILEPASS: &str = "FILEPASS";

/// Bytes of the stream under one RC4 key.
const BLOCK: usize = 1024;

/// What a FILEPASS record says.
pub enum RecordLock {
    /// A pattern over every byte; the numbers that its password gives.
    Xor(u16, u16),
    /// RC4 under 40 bits of a password.
    Rc4(Rc4Lock),
    /// RC4 as CryptoAPI makes its keys.
    CryptoApi(CryptoApi),
}

/// Salt, random bytes and their hash, the last two encrypted.
pub struct Rc4Lock {
    salt: [u8; 16],
    verifier: [u8; 16],
    verifier_hash: [u8; 16],
}

impl RecordLock {
    /// Reads the body of the record.
    pub fn read(body: &[u8]) -> Result<RecordLock, Fault> {
        let broken = || Fault::Broken(FILEPASS);
        let mut bytes = Bytes(body);
        // Before BIFF 8 there was one way, and nothing said which.
        let way = if body.len() == 4 { Some(0) } else { bytes.short() };
        let pair = |bytes: &mut Bytes<'_>| Some((bytes.short()?, bytes.short()?));
        let (first, second) = pair(&mut bytes).ok_or_else(broken)?;
        match (way, first, second) {
            (Some(0), key, verifier) => Ok(RecordLock::Xor(key, verifier)),
            (Some(1), 1, 1) => Rc4Lock::read(bytes).map(RecordLock::Rc4).ok_or_else(broken),
            (Some(1), 2..=4, 2) => {
                let lock = CryptoApi::read(bytes.0).ok_or_else(broken)?;
                lock.check_rc4()?;
                Ok(RecordLock::CryptoApi(lock))
            }
            _ => Err(Fault::NotRead("version")),
        }
    }

    /// The key that a password makes, if it fits.
    pub fn key_of(&self, password: &str) -> Option<RecordKey> {
        match self {
            RecordLock::Xor(key, verifier) => {
                xor::pattern_of(*key, *verifier, password).map(RecordKey::Xor)
            }
            RecordLock::Rc4(lock) => {
                Some(RecordKey::stream(Source::Password(lock.key_of(password)?)))
            }
            RecordLock::CryptoApi(lock) => {
                Some(RecordKey::stream(Source::CryptoApi(lock.rc4_of(password)?)))
            }
        }
    }
}

impl Rc4Lock {
    fn read(mut bytes: Bytes<'_>) -> Option<Rc4Lock> {
        let (salt, verifier) = (bytes.array()?, bytes.array()?);
        Some(Rc4Lock { salt, verifier, verifier_hash: bytes.array()? })
    }

    fn key_of(&self, password: &str) -> Option<[u8; 5]> {
        let md5 = hash::MD_5.of;
        let first = md5(&[&utf16(password)]);
        let round = [first.get(..5)?, &self.salt].concat();
        let key: [u8; 5] = *md5(&[&round.repeat(16)]).first_chunk()?;
        let (mut verifier, mut expected) = (self.verifier, self.verifier_hash);
        let mut stream = Source::Password(key).stream(0);
        stream.apply(&mut verifier);
        stream.apply(&mut expected);
        (md5(&[&verifier]) == expected).then_some(key)
    }
}

/// What opens the records of a stream.
pub enum RecordKey {
    /// A pattern.
    Xor([u8; 16]),
    /// A stream of bytes over the whole stream of records.
    Stream(Box<KeyStream>),
}

impl RecordKey {
    fn stream(source: Source) -> RecordKey {
        let (block, now) = (0, source.stream(0));
        RecordKey::Stream(Box::new(KeyStream { source, now, block, at: 0 }))
    }

    /// Decrypts the part of a record's body that begins `from` bytes into it; the body stands at an offset of the
    /// stream. Offsets rise from call to call.
    pub fn decrypt(&mut self, at: usize, from: usize, body: &mut [u8]) {
        let first = at.wrapping_add(body.len()).wrapping_add(from);
        let Some(locked) = body.get_mut(from..) else { return };
        match self {
            RecordKey::Xor(pattern) => xor::apply(pattern, first, locked),
            RecordKey::Stream(stream) => stream.decrypt(at.wrapping_add(from), locked),
        }
    }
}

/// What the keys of blocks are made from.
enum Source {
    Password([u8; 5]),
    CryptoApi(Rc4Source),
}

impl Source {
    fn stream(&self, block: u32) -> Rc4 {
        match self {
            Source::CryptoApi(source) => source.stream(block),
            Source::Password(key) => Rc4::new(&(hash::MD_5.of)(&[key, &block.to_le_bytes()])),
        }
    }
}

/// RC4 over a stream, begun anew every [`BLOCK`] bytes. What is not encrypted takes its bytes all the same.
pub struct KeyStream {
    source: Source,
    now: Rc4,
    block: usize,
    /// Bytes of the block that were taken.
    at: usize,
}

impl KeyStream {
    fn decrypt(&mut self, mut at: usize, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            self.go_to(at);
            let here = bytes.len().min(BLOCK - self.at);
            let (now, later) = bytes.split_at_mut(here);
            self.now.apply(now);
            self.at += here;
            at += here;
            bytes = later;
        }
    }

    fn go_to(&mut self, at: usize) {
        let (block, within) = (at / BLOCK, at % BLOCK);
        if block != self.block || within < self.at {
            self.now = self.source.stream(block as u32);
            (self.block, self.at) = (block, 0);
        }
        self.now.skip(within - self.at);
        self.at = within;
    }
}
