//! What Windows' CryptoAPI encrypts with: AES for packages ("standard encryption"), RC4 for records.
//! Source: [MS-OFFCRYPTO] 2.3.2, 2.3.3, 2.3.4.7, 2.3.4.9, 2.3.5.2.

use super::{
    Fault,
    bytes::Bytes,
    cipher::{Aes, Rc4},
    hash::SHA_1,
    utf16,
};

const AES: [(u32, usize); 3] = [(0x660E, 16), (0x660F, 24), (0x6610, 32)];
const RC4: u32 = 0x6801;

/// Turns of the hash that AES takes; RC4 takes none.
const SPINS: u32 = 50_000;

/// EncryptionHeader and EncryptionVerifier.
pub struct CryptoApi {
    algorithm: u32,
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: [u8; 16],
    verifier_hash: Vec<u8>,
}

impl CryptoApi {
    /// Reads what stands after the version; `None` if it breaks off.
    pub fn read(bytes: &[u8]) -> Option<CryptoApi> {
        let mut bytes = Bytes(bytes);
        let _flags = bytes.long()?;
        let length = bytes.long()? as usize;
        let mut header = Bytes(bytes.take(length)?);
        let (_flags, _extra) = (header.long()?, header.long()?);
        let (algorithm, _hash, key_bits) = (header.long()?, header.long()?, header.long()?);
        let salt_length = bytes.long()? as usize;
        let salt = bytes.take(salt_length)?.to_vec();
        let verifier = bytes.array()?;
        let _hash_length = bytes.long()?;
        let verifier_hash = bytes.0.get(..32).unwrap_or(bytes.0).to_vec();
        // A length left out means 40 bits, for RC4 only.
        let key_bytes = if key_bits == 0 { 5 } else { key_bits as usize / 8 };
        Some(CryptoApi { algorithm, key_bytes, salt, verifier, verifier_hash })
    }

    /// The AES of a password, if that fits.
    pub fn aes_of(&self, password: &str) -> Option<Aes> {
        let spun = (SHA_1.spun)(&[&self.salt, &utf16(password)], SPINS);
        let last = (SHA_1.of)(&[&spun, &[0; 4]]);
        let widened = |filler: u8| {
            let mut block = [filler; 64];
            block.iter_mut().zip(&last).for_each(|(to, from)| *to ^= from);
            (SHA_1.of)(&[&block])
        };
        let key = [widened(0x36), widened(0x5C)].concat();
        let aes = Aes::new(key.get(..self.key_bytes)?)?;
        let (mut verifier, mut hash) = (self.verifier, self.verifier_hash.clone());
        aes.decrypt_ecb(&mut verifier);
        aes.decrypt_ecb(&mut hash);
        (hash.get(..SHA_1.length)? == (SHA_1.of)(&[&verifier])).then_some(aes)
    }

    /// Refuses what is not AES with a key of a length that AES takes.
    pub fn check_aes(&self) -> Result<(), Fault> {
        let named = AES.iter().find(|(algorithm, _)| *algorithm == self.algorithm);
        match named {
            Some((_, bytes)) if *bytes == self.key_bytes => Ok(()),
            Some(_) => Err(Fault::Broken(super::descriptor::INFO)),
            None => Err(Fault::NotRead("cipher")),
        }
    }

    /// Refuses what is not RC4.
    pub fn check_rc4(&self) -> Result<(), Fault> {
        match self.algorithm {
            // Without a name, the flags would tell; only RC4 goes with records.
            RC4 | 0 if (5..=16).contains(&self.key_bytes) => Ok(()),
            _ => Err(Fault::NotRead("cipher")),
        }
    }

    /// What the RC4 keys of a password are made from, if that fits.
    pub fn rc4_of(&self, password: &str) -> Option<Rc4Source> {
        let first = (SHA_1.of)(&[&self.salt, &utf16(password)]);
        let source = Rc4Source { first, key_bytes: self.key_bytes };
        let (mut verifier, mut hash) = (self.verifier, self.verifier_hash.clone());
        let mut stream = source.stream(0);
        stream.apply(&mut verifier);
        stream.apply(&mut hash);
        (hash.get(..SHA_1.length)? == (SHA_1.of)(&[&verifier])).then_some(source)
    }
}

/// What the RC4 keys of a password are made from.
pub struct Rc4Source {
    first: Vec<u8>,
    key_bytes: usize,
}

impl Rc4Source {
    /// The stream of a block of the document.
    pub fn stream(&self, block: u32) -> Rc4 {
        let mut key = (SHA_1.of)(&[&self.first, &block.to_le_bytes()]);
        key.truncate(self.key_bytes);
        // A key of 40 bits is filled up with zeros.
        if key.len() == 5 {
            key.resize(16, 0);
        }
        Rc4::new(&key)
    }
}
