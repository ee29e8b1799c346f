//! Seats: which of several daemons of one name this one is.

use std::sync::PoisonError;

use sha2::{Digest, Sha256};

use super::{Spool, SpoolError, error};
use crate::{disk, text::digest::hex};

impl Spool {
    /// Takes the first free seat, from 1, among those who share this spool under one name, for as long
    /// as the spool is open; `None` if the first `most` are taken. Whoever gets a seat knows that the
    /// one who had it before is dead. Lock files stay: one that is removed could be locked twice.
    ///
    /// # Errors
    /// The lock files cannot be made; the file system knows no locks.
    pub fn take_seat(&self, name: &str, most: u32) -> Result<Option<u32>, SpoolError> {
        let folder = self.folder.join("seats");
        error::at(&folder, disk::private_folder(&folder))?;
        // A name holds slashes and colons.
        let digest = Sha256::digest(name.as_bytes());
        let short = hex(digest.get(..8).unwrap_or_default());
        for number in 1..=most {
            let path = folder.join(format!("{short}-{number}.lock"));
            if let Some(lock) = error::at(&path, disk::lock(&path))? {
                self.seats.lock().unwrap_or_else(PoisonError::into_inner).push(lock);
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}
