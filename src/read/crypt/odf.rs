//! One part of an OpenDocument package: what its manifest says of the lock, the key, the bytes.
//! Source: OpenDocument 1.3 part 2, 3.4.1 and 4.8. AES only: Blowfish was the default until 2011 (ODF 1.1), and
//! the package within a package of ODF 1.4 is not written by default.

use std::io::{self, Read};

use quick_xml::{Reader, events::Event};

use super::{
    Fault,
    cipher::{Aes, BLOCK},
    descriptor::{MOST_SPINS, Said},
    hash::{self, Hash},
};

/// The part that a finding names.
const MANIFEST: &str = "META-INF/manifest.xml";

/// Bytes of the part that prove a password.
const PROOF: usize = 1024;

/// What the manifest says of one part.
#[derive(Default)]
pub struct PartLock {
    /// Which hash proves a password, and what it gives.
    proof: Option<(&'static Hash, Vec<u8>)>,
    start: Option<[u8; BLOCK]>,
    /// Which hash makes the secret of the password.
    secret: Option<&'static Hash>,
    key_bytes: usize,
    turns: u32,
    salt: Vec<u8>,
}

impl PartLock {
    /// What the manifest says of a part; `None` if nothing in it is locked.
    pub fn read(manifest: &str, part: &str) -> Result<Option<PartLock>, Fault> {
        let broken = || Fault::Broken(MANIFEST);
        let mut reader = Reader::from_str(manifest);
        let (mut lock, mut is_part, mut is_locked) = (None::<PartLock>, false, false);
        loop {
            let element = match reader.read_event().map_err(|_| broken())? {
                Event::Start(element) | Event::Empty(element) => element,
                Event::Eof => break,
                _ => continue,
            };
            let said = Said::of(&element);
            let name = element.local_name();
            match (name.as_ref(), &mut lock) {
                ("file-entry", _) => is_part = said.get("full-path") == Some(part),
                ("encryption-data", _) => {
                    is_locked = true;
                    if is_part {
                        lock = Some(PartLock { proof: Some(proof(&said)?), ..PartLock::default() });
                    }
                }
                (name, Some(lock)) if is_part => lock.take(name, &said)?,
                _ => {}
            }
        }
        match lock {
            Some(lock) => Ok(Some(lock)),
            // The parts are together in one of another name: ODF 1.4.
            None if is_locked => Err(Fault::NotRead("ODF 1.4")),
            None => Ok(None),
        }
    }

    fn take(&mut self, name: &str, said: &Said) -> Result<(), Fault> {
        let broken = || Fault::Broken(MANIFEST);
        match name {
            "algorithm" => {
                let named = said.get("algorithm-name").ok_or_else(broken)?;
                if !named.contains("aes") || !named.ends_with("-cbc") {
                    return Err(Fault::NotRead(if named.contains("gcm") {
                        "GCM"
                    } else {
                        "Blowfish"
                    }));
                }
                let start = said.base64("initialisation-vector").ok_or_else(broken)?;
                self.start = Some(start.try_into().map_err(|_| broken())?);
            }
            "start-key-generation" => {
                let named = said.get("start-key-generation-name").ok_or_else(broken)?;
                self.secret = Some(hash_in(named)?);
            }
            "key-derivation" => {
                let named = said.get("key-derivation-name").unwrap_or_default();
                if !named.to_ascii_lowercase().ends_with("pbkdf2") {
                    return Err(Fault::NotRead("Argon2"));
                }
                self.turns = said.number("iteration-count").ok_or_else(broken)?;
                if self.turns > MOST_SPINS {
                    return Err(Fault::TooSlow);
                }
                self.key_bytes = said.number("key-size").unwrap_or(16) as usize;
                self.salt = said.base64("salt").ok_or_else(broken)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The key that a password makes, if the beginning of the part, as it is in the package, proves it.
    pub fn key_of(&self, password: &str, head: &[u8]) -> Option<PartKey> {
        let secret = (self.secret.unwrap_or(hash::SHA_1).of)(&[password.as_bytes()]);
        if !matches!(self.key_bytes, 16 | 24 | 32) {
            return None;
        }
        let key = hash::pbkdf2(&secret, &self.salt, self.turns, self.key_bytes)?;
        let found = PartKey { key, start: self.start? };
        let mut plain = Vec::new();
        found.reader(head)?.read_to_end(&mut plain).ok()?;
        if head.len() <= PROOF {
            let filler = usize::from(*plain.last()?);
            plain.truncate(plain.len().checked_sub(filler)?);
        }
        let (hash, expected) = self.proof.as_ref()?;
        ((hash.of)(&[plain.get(..PROOF).unwrap_or(&plain)]) == *expected).then_some(found)
    }

    /// Bytes of the part that [`PartLock::key_of`] wants, or all of a shorter one.
    pub const HEAD: u64 = (PROOF + BLOCK) as u64;
}

fn proof(said: &Said) -> Result<(&'static Hash, Vec<u8>), Fault> {
    let named = said.get("checksum-type").unwrap_or("SHA1/1K").to_ascii_lowercase();
    let named = named.strip_suffix("1k").ok_or(Fault::NotRead("checksum"))?;
    let hash = hash_in(named.trim_end_matches(['-', '/']))?;
    Ok((hash, said.base64("checksum").ok_or(Fault::Broken(MANIFEST))?))
}

/// The hash that ends a name, of whatever space of names.
fn hash_in(name: &str) -> Result<&'static Hash, Fault> {
    let last = name.rsplit(['#', ':']).next().unwrap_or(name);
    hash::named(last).ok_or(Fault::NotRead("hash"))
}

/// The key of a part.
pub struct PartKey {
    key: Vec<u8>,
    start: [u8; BLOCK],
}

impl PartKey {
    /// Decrypts a part from its first byte. What fills up the last block is handed on: deflated content knows its end.
    pub fn reader<R: Read>(&self, from: R) -> Option<Plain<R>> {
        let aes = Aes::new(&self.key)?;
        Some(Plain { from, aes, last: self.start, now: Vec::new(), at: 0, before: Vec::new() })
    }
}

/// Bytes that are decrypted as they are read.
pub struct Plain<R> {
    from: R,
    aes: Aes,
    /// The block before, as it was.
    last: [u8; BLOCK],
    now: Vec<u8>,
    at: usize,
    before: Vec<u8>,
}

impl<R: Read> Plain<R> {
    fn fill(&mut self) -> io::Result<()> {
        self.now.clear();
        self.at = 0;
        (&mut self.from).take(1 << 14).read_to_end(&mut self.now)?;
        self.now.truncate(self.now.len() - self.now.len() % BLOCK);
        let last = self.now.last_chunk().copied();
        self.aes.decrypt_cbc(&self.last, &mut self.now, &mut self.before);
        self.last = last.unwrap_or(self.last);
        Ok(())
    }
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.now.len() {
            self.fill()?;
        }
        let mut rest = self.now.get(self.at..).unwrap_or_default();
        let read = rest.read(bytes)?;
        self.at += read;
        Ok(read)
    }
}
