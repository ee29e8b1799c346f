//! An encrypted package in a compound file: its description, then its bytes as a stream.
//! Source: [MS-OFFCRYPTO] 2.3.4.

use std::fs::File;
use std::io::{BufReader, Read, Write};

use super::{
    Fault,
    agile::{self, Proof, SEGMENT, Segments},
    bytes::Bytes,
    cryptoapi::CryptoApi,
    descriptor::{self, Descriptor, INFO},
    first_fitting,
};
use crate::read::{Passwords, compound::Compound};

const PACKAGE: &str = "EncryptedPackage";

/// A description is a few kilobytes, with certificates some more.
const INFO_LIMIT: u64 = 1 << 20;

/// Decrypts the package inside a compound file to `to`; says whether Excel's own password opened it. What was
/// written before a fault is worth nothing.
pub fn unlock(file: File, passwords: &Passwords, to: &mut dyn Write) -> Result<bool, Fault> {
    let mut compound = Compound::open(file).ok_or(Fault::Broken("OLE"))?;
    let package = compound.find(PACKAGE).ok_or(Fault::Broken(PACKAGE))?;
    // Rights management keeps the key on a server and describes nothing here.
    let (start, length) = compound.find(INFO).ok_or(Fault::NotRead("IRM"))?;
    if length > INFO_LIMIT {
        return Err(Fault::Broken(INFO));
    }
    let info = compound.stream(start, length).ok_or(Fault::Broken(INFO))?;
    let way = Way::read(&info)?;
    let stream = compound.reader(package.0, package.1).ok_or(Fault::Broken(PACKAGE))?;
    let stream = BufReader::with_capacity(1 << 16, stream);
    match way {
        Way::Agile(descriptor) => {
            let opened = first_fitting(passwords, |word| agile::key_of(&descriptor, word))?;
            agile_package(&descriptor, &opened.key, stream, to)?;
            Ok(opened.was_built_in)
        }
        Way::Standard(info) => {
            let opened = first_fitting(passwords, |word| info.aes_of(word))?;
            copy(stream, to, |_| (), |bytes| opened.key.decrypt_ecb(bytes))?;
            Ok(opened.was_built_in)
        }
    }
}

/// How the package is encrypted.
enum Way {
    Agile(Box<Descriptor>),
    Standard(CryptoApi),
}

impl Way {
    fn read(info: &[u8]) -> Result<Way, Fault> {
        let broken = || Fault::Broken(INFO);
        let mut bytes = Bytes(info);
        let version = (bytes.short().ok_or_else(broken)?, bytes.short().ok_or_else(broken)?);
        match version {
            (4, 4) => {
                let xml = bytes.0.get(4..).ok_or_else(broken)?;
                Ok(Way::Agile(Box::new(descriptor::read(xml)?)))
            }
            (2..=4, 2) => {
                let info = CryptoApi::read(bytes.0).ok_or_else(broken)?;
                info.check_aes()?;
                Ok(Way::Standard(info))
            }
            (3 | 4, 3) => Err(Fault::NotRead("Extensible")),
            _ => Err(Fault::NotRead("version")),
        }
    }
}

fn agile_package(
    descriptor: &Descriptor,
    key: &[u8],
    stream: impl Read,
    to: &mut dyn Write,
) -> Result<(), Fault> {
    let mut segments = Segments::new(&descriptor.data, key).ok_or(Fault::Broken(INFO))?;
    let mut proof = Proof::begin(descriptor, key)?;
    let prove = |bytes: &[u8]| proof.as_mut().map_or((), |proof| proof.take(bytes));
    copy(stream, to, prove, |segment| segments.decrypt(segment))?;
    if proof.is_none_or(Proof::holds) { Ok(()) } else { Err(Fault::Broken(PACKAGE)) }
}

/// Copies a package: its length, then segments, of which the last one is filled up. `see` gets every byte as it was.
fn copy(
    mut stream: impl Read,
    to: &mut dyn Write,
    mut see: impl FnMut(&[u8]),
    mut decrypt: impl FnMut(&mut [u8]),
) -> Result<(), Fault> {
    let mut length = [0; 8];
    stream.read_exact(&mut length).map_err(|_| Fault::Broken(PACKAGE))?;
    see(&length);
    let mut left = u64::from_le_bytes(length);
    let mut segment = Vec::with_capacity(SEGMENT);
    loop {
        segment.clear();
        let read = (&mut stream).take(SEGMENT as u64).read_to_end(&mut segment);
        if read.map_err(|_| Fault::Broken(PACKAGE))? == 0 {
            break;
        }
        see(&segment);
        decrypt(&mut segment);
        let wanted = usize::try_from(left).map_or(segment.len(), |left| left.min(segment.len()));
        to.write_all(segment.get(..wanted).unwrap_or_default()).map_err(Fault::Io)?;
        left -= wanted as u64;
    }
    if left > 0 {
        return Err(Fault::Broken(PACKAGE));
    }
    to.flush().map_err(Fault::Io)
}
