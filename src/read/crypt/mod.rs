//! What opens workbooks under a password: encrypted OOXML packages, the records of `.xls`, the parts of `.ods`.
//!
//! Parses bytes from outside with old formats and makes keys that are slow on purpose, so it runs in the reading
//! child; [`decrypt`] is the way in for everybody else. Knows neither cells nor where passwords come from.
//! Sources: [MS-OFFCRYPTO] 2.3, [MS-XLS] 2.2.10, OpenDocument 1.3 part 2, 3.4.
//!
//! Ciphers and hashes are RustCrypto's; what stands between them is ours, because the crates that read whole
//! encrypted documents (`office-crypto`, `msoffcrypto`'s kin) take and return the package as one block of memory,
//! verify no integrity and obey no limit.

mod agile;
mod bytes;
mod cipher;
mod cryptoapi;
mod descriptor;
mod hash;
mod odf;
mod ooxml;
mod records;
mod xor;

use std::path::Path;

use super::{Passwords, ReadError, child};
use crate::{disk, model::codes::reading};

pub(super) use odf::{PartKey, PartLock};
pub(super) use ooxml::unlock;
pub(super) use records::{RecordKey, RecordLock};

/// How a document was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlocked {
    /// Whether Excel's own password opened it: nobody ever chose one, so there is nothing to tell.
    pub was_built_in: bool,
}

/// Decrypts an OOXML document into the new file `to`, which only its owner may read. Memory does not grow with the
/// document. Excel's built-in password is tried first, then those given, in their order.
///
/// # Errors
/// [`ReadError::Refused`] with `encrypted` (no password given), `password-wrong` (none of those given fits),
/// `encryption-not-read`, or what a damaged document is refused with; [`ReadError::Io`] if a file cannot be
/// read or written. Nothing is left at `to` then.
pub fn decrypt(path: &Path, to: &Path, passwords: &Passwords) -> Result<Unlocked, ReadError> {
    let mut file = disk::new_private(to).map_err(|source| ReadError::io(to, source))?;
    let findings = child::decrypt(path, (&mut file, to), passwords);
    if findings.is_err() {
        // What failed is told; half a document must not look like a whole one.
        let _ = std::fs::remove_file(to);
    }
    let is_told = |code: &str| code == reading::OPENED_WITH_PASSWORD.name;
    let was_built_in = !findings?.iter().any(|finding| is_told(finding.code.name));
    Ok(Unlocked { was_built_in })
}

/// Why a document stays locked.
#[derive(Debug)]
pub(super) enum Fault {
    /// No password fits.
    Locked,
    /// A way of locking that is not opened here: its name.
    NotRead(&'static str),
    /// What stands there breaks its format: the part.
    Broken(&'static str),
    /// Making one key would take longer than any honest writer asks for.
    TooSlow,
    /// What was decrypted could not be handed on.
    Io(std::io::Error),
}

/// A key that a password made.
pub(super) struct Opened<K> {
    /// The key.
    pub key: K,
    /// Whether Excel's own password made it.
    pub was_built_in: bool,
}

/// The key of the first password that makes one.
pub(super) fn first_fitting<K>(
    passwords: &Passwords,
    key_of: impl Fn(&str) -> Option<K>,
) -> Result<Opened<K>, Fault> {
    let mut tried = passwords.tried().enumerate();
    let found = tried.find_map(|(at, password)| Some((at, key_of(password)?)));
    let (at, key) = found.ok_or(Fault::Locked)?;
    Ok(Opened { key, was_built_in: at == 0 })
}

/// A password as the formats hash it.
fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests;
