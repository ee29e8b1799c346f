//! Where a daemon works: folders that live as long as it does.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Spool, SpoolError, error};
use crate::{
    disk::{self, Lock},
    ledger::{JobId, seal},
};

/// The folder of this daemon. Its lock tells others that we live.
#[derive(Debug)]
pub(super) struct OwnPlace {
    folder: PathBuf,
    lock_path: PathBuf,
    #[expect(dead_code, reason = "held, for that is what it is for")]
    lock: Lock,
}

impl OwnPlace {
    pub fn take(work: &Path) -> Result<OwnPlace, SpoolError> {
        let taken = || -> io::Result<OwnPlace> {
            loop {
                let folder = work.join(seal::random_id()?);
                let lock_path = folder.with_extension("lock");
                // Whoever wipes may have the lock for a moment, and remove the file with it.
                if let Some(lock) = disk::lock(&lock_path)?
                    && lock_path.exists()
                {
                    disk::private_folder(&folder)?;
                    return Ok(OwnPlace { folder, lock_path, lock });
                }
            }
        };
        error::at(work, taken())
    }

    /// A name for a file in the making, on the file system of the spool.
    pub fn new_file(&self) -> PathBuf {
        disk::hidden_beside(&self.folder.join("x"))
    }
}

impl Drop for OwnPlace {
    fn drop(&mut self) {
        // Whatever cannot be removed is wiped at the next start.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// A private folder for one lease of a job. Removed, with all in it, when dropped.
#[derive(Debug)]
pub struct Workplace {
    folder: PathBuf,
}

impl Workplace {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Spool {
    /// A new, empty folder for one lease of a job.
    ///
    /// # Errors
    /// `Full`, `Io`.
    pub fn workplace(&self, job: JobId, fence: i64) -> Result<Workplace, SpoolError> {
        let folder = self.own.folder.join(format!("{job}-{fence}"));
        let made = match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => disk::private_folder(&folder),
        };
        error::at(&folder, made)?;
        Ok(Workplace { folder })
    }

    /// Removes what dead daemons left in their places: opened documents and files in the making. The
    /// places of those who live, on whatever machine that shares the spool's locks, stay.
    ///
    /// # Errors
    /// A place cannot be looked at or removed.
    pub fn wipe(&self) -> Result<(), SpoolError> {
        let work = self.folder.join("work");
        let entries = error::at(&work, fs::read_dir(&work).and_then(Iterator::collect))?;
        let entries: Vec<fs::DirEntry> = entries;
        for path in entries.into_iter().map(|entry| entry.path()) {
            let lock_path = path.with_extension("lock");
            // Both the folder and its lock file lead here; whatever comes second finds nothing to do.
            if lock_path != self.own.lock_path {
                error::at(&path, wipe_if_dead(&path.with_extension(""), &lock_path))?;
            }
        }
        Ok(())
    }
}

fn wipe_if_dead(folder: &Path, lock_path: &Path) -> io::Result<()> {
    if !folder.exists() && !lock_path.exists() {
        return Ok(());
    }
    let Some(_lock) = disk::lock(lock_path)? else { return Ok(()) };
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    match fs::remove_file(lock_path) {
        // Another daemon that started with us wiped it first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
