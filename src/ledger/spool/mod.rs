//! The spool: originals, side-cars and workplaces, on a disk of ours and readable for nobody else.
//!
//! `originals/ab/abcd….seal` holds a document under the SHA-256 of its bytes, once, whatever its
//! names; `cars/JOB-FENCE.seal` holds what a job found out; `work/ID/` is where one living daemon
//! (it holds the lock on `work/ID.lock`) opens documents and keeps files in the making. Knows nothing
//! of jobs beyond their ids.

mod cars;
mod error;
mod originals;
mod places;
mod seats;

#[cfg(test)]
mod tests;

pub use cars::CarWriter;
pub use error::SpoolError;
pub use originals::Taken;
pub use places::Workplace;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::{
    disk::{self, Lock},
    ledger::seal,
    ledger::seal::Keys,
};

/// A spool that is open. Any number of threads may use it, any number of daemons may share it.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    keys: Arc<Keys>,
    id: String,
    own: places::OwnPlace,
    seats: Mutex<Vec<Lock>>,
}

impl Spool {
    /// Opens a spool; makes it, private, if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made, entered or written to.
    pub fn open(folder: &Path, keys: Arc<Keys>) -> Result<Spool, SpoolError> {
        for part in ["", "cars", "work"] {
            let part = folder.join(part);
            disk::private_folder(&part).map_err(|source| error::world(&part, source))?;
        }
        originals::make_folders(&folder.join("originals"))?;
        let id = known_id(&folder.join("id"))?;
        let own = places::OwnPlace::take(&folder.join("work"))?;
        Ok(Spool { folder: folder.to_owned(), keys, id, own, seats: Mutex::default() })
    }

    /// The spool's own id, for a ledger to recognise it by: made at random, kept in a file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Bytes of all originals and side-cars, as sealed.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn bytes(&self) -> Result<u64, SpoolError> {
        let originals = self.folder.join("originals");
        let mut folders = error::at(&originals, originals::prefixes(&originals))?;
        folders.push(self.folder.join("cars"));
        let mut sum = 0;
        for folder in folders {
            sum += error::at(&folder, bytes_in(&folder))?;
        }
        Ok(sum)
    }
}

fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        // Another daemon may remove files meanwhile.
        sum += entry?.metadata().map_or(0, |told| told.len());
    }
    Ok(sum)
}

fn known_id(path: &Path) -> Result<String, SpoolError> {
    let made = || -> io::Result<String> {
        if !path.exists() {
            let hidden = disk::hidden_beside(path);
            disk::write_private(&hidden, seal::random_id()?.as_bytes())?;
            // Another daemon may have been quicker: its id stands.
            if let Err(error) = disk::rename_new(&hidden, path) {
                fs::remove_file(&hidden)?;
                if error.kind() != io::ErrorKind::AlreadyExists {
                    return Err(error);
                }
            }
            disk::sync_folder(path.parent().unwrap_or(path))?;
        }
        let id = fs::read_to_string(path)?.trim().to_owned();
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id
            .then_some(id)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a spool's id"))
    };
    error::at(path, made())
}
