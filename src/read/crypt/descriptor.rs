//! The XML that describes agile encryption. Source: [MS-OFFCRYPTO] 2.3.4.10.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{
    Fault,
    bytes::base64,
    cipher::BLOCK,
    hash::{self, Hash},
};

/// Most turns of a hash that a key may take: a hundred times what Excel writes, seconds of work.
pub const MOST_SPINS: u32 = 10_000_000;

/// The part that a finding names.
pub const INFO: &str = "EncryptionInfo";

/// How a key is used: AES in CBC, with starts that the hash makes.
pub struct Scheme {
    /// The hash.
    pub hash: &'static Hash,
    /// Bytes of its key: 16, 24 or 32.
    pub key_bytes: usize,
    /// What is hashed along.
    pub salt: Vec<u8>,
}

/// What the document says of the key that a password makes.
pub struct PasswordKey {
    /// How that key is used.
    pub scheme: Scheme,
    /// Turns of the hash.
    pub spins: u32,
    /// Random bytes, encrypted.
    pub verifier: Vec<u8>,
    /// Their hash, encrypted.
    pub verifier_hash: Vec<u8>,
    /// The package's key, encrypted.
    pub key: Vec<u8>,
}

/// What proves that nobody changed the package.
pub struct Integrity {
    /// The key of the HMAC, encrypted.
    pub key: Vec<u8>,
    /// The HMAC, encrypted.
    pub code: Vec<u8>,
}

/// What the XML says.
pub struct Descriptor {
    /// How the package is encrypted.
    pub data: Scheme,
    /// The key that a password makes.
    pub password: PasswordKey,
    /// Absent from what some programs write.
    pub integrity: Option<Integrity>,
}

/// Reads the XML.
pub fn read(xml: &[u8]) -> Result<Descriptor, Fault> {
    let broken = || Fault::Broken(INFO);
    let mut reader = Reader::from_str(std::str::from_utf8(xml).map_err(|_| broken())?);
    let (mut data, mut password, mut integrity) = (None, None, None);
    loop {
        let element = match reader.read_event().map_err(|_| broken())? {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => break,
            _ => continue,
        };
        let said = Said::of(&element);
        match element.local_name().as_ref() {
            "keyData" if data.is_none() => data = Some(scheme(&said)?),
            // A key for the holder of a certificate has the same name and no turns of a hash.
            "encryptedKey" if password.is_none() && said.get("spinCount").is_some() => {
                password = Some(password_key(&said)?);
            }
            "dataIntegrity" => integrity = whole(&said),
            _ => {}
        }
    }
    let data = data.ok_or_else(broken)?;
    let password = password.ok_or(Fault::NotRead("certificate"))?;
    Ok(Descriptor { data, password, integrity })
}

fn whole(said: &Said) -> Option<Integrity> {
    Some(Integrity {
        key: said.base64("encryptedHmacKey")?,
        code: said.base64("encryptedHmacValue")?,
    })
}

fn password_key(said: &Said) -> Result<PasswordKey, Fault> {
    let broken = || Fault::Broken(INFO);
    let spins = said.number("spinCount").ok_or_else(broken)?;
    if spins > MOST_SPINS {
        return Err(Fault::TooSlow);
    }
    Ok(PasswordKey {
        scheme: scheme(said)?,
        spins,
        verifier: said.base64("encryptedVerifierHashInput").ok_or_else(broken)?,
        verifier_hash: said.base64("encryptedVerifierHashValue").ok_or_else(broken)?,
        key: said.base64("encryptedKeyValue").ok_or_else(broken)?,
    })
}

fn scheme(said: &Said) -> Result<Scheme, Fault> {
    let broken = || Fault::Broken(INFO);
    let is = |key: &str, wanted: &str| said.get(key).is_some_and(|text| text == wanted);
    if !is("cipherAlgorithm", "AES") || said.number("blockSize") != Some(BLOCK as u32) {
        return Err(Fault::NotRead("cipher"));
    }
    if !is("cipherChaining", "ChainingModeCBC") {
        return Err(Fault::NotRead("CFB"));
    }
    let hash = said.get("hashAlgorithm").ok_or_else(broken)?;
    let hash = hash::named(hash).ok_or(Fault::NotRead("hash"))?;
    let key_bytes = match said.number("keyBits") {
        Some(128) => 16,
        Some(192) => 24,
        Some(256) => 32,
        _ => return Err(broken()),
    };
    Ok(Scheme { hash, key_bytes, salt: said.base64("saltValue").ok_or_else(broken)? })
}

/// The attributes of an element, by their local names.
pub(super) struct Said(Vec<(String, String)>);

impl Said {
    pub(super) fn of(element: &BytesStart<'_>) -> Said {
        let attributes = element.attributes().flatten().filter_map(|attribute| {
            let key: &str = attribute.key.local_name().into_inner();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((key.to_owned(), value.into()))
        });
        Said(attributes.collect())
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(named, _)| named == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, key: &str) -> Option<u32> {
        self.get(key)?.trim().parse().ok()
    }

    pub(super) fn base64(&self, key: &str) -> Option<Vec<u8>> {
        base64(self.get(key)?)
    }
}
