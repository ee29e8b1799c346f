//! Sealing: what the spool and the ledger keep can only be read, and is only believed, with the key.
//!
//! Layout of a sealed file: magic `CMES`, version (1 byte, 1), packing (1 byte: 0 as it came, 1
//! deflate), key id (4 bytes), salt (16 bytes); then chunks of 64 KiB, the last one shorter, each
//! followed by its tag of 16 bytes. A chunk is ChaCha20-Poly1305 (RFC 8439) under a key of this file
//! alone, HMAC-SHA-256(master key, label ‖ salt), with the nonce 0 0 0 ‖ chunk number (8 bytes, big
//! endian) ‖ 1 for the last chunk, else 0, and the header as associated data. Hence no chunk can be
//! changed, moved, left out or taken from elsewhere, and no file cut short, without its reader
//! noticing. (The STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, 2015.)

mod error;
mod file;
mod keys;
mod lookup;
mod read;
mod stream;
mod write;

#[cfg(test)]
mod tests;

pub use error::{KeyError, KeyFault, SealError};
pub use keys::Keys;
pub use lookup::LookupKey;
pub use read::SealReader;
pub use stream::Packing;
pub use write::SealWriter;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// An id that nobody else has: 32 hexadecimal digits.
pub(super) fn random_id() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(crate::text::digest::hex(&bytes))
}

/// Keyed hashing that is ready for input.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros to one block of its hash.
    let mut block = [0; 64];
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    Hmac::new(&block.into())
}

fn finished(hash: Hmac<Sha256>) -> [u8; 32] {
    hash.finalize().into_bytes().into()
}
