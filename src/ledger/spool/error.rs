//! Why the spool cannot take or give.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{disk, ledger::seal::SealError};

/// Why the spool cannot take or give.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Somebody wrote to the document while it was taken: it has not settled.
    #[error("cannot take {path}: it changed meanwhile")]
    Changed {
        /// The document.
        path: PathBuf,
    },
    /// The document is longer than allowed.
    #[error("cannot take {path}: it has more than {most} bytes")]
    TooLarge {
        /// The document.
        path: PathBuf,
        /// What is allowed.
        most: u64,
    },
    /// The document cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The document.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no room.
    #[error("cannot write {path}: the disk is full")]
    Full {
        /// The file in the spool, or where it was unsealed to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not in the spool.
    #[error("cannot find {path} in the spool")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// It is in the spool, but cannot be opened: its key is missing, or it is damaged.
    #[error("cannot unseal {path}")]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: SealError,
    },
    /// The file system refuses.
    #[error("cannot use {path} in the spool")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl SpoolError {
    /// Whether it may work later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            SpoolError::Changed { .. } | SpoolError::Full { .. } => true,
            SpoolError::Unreadable { source, .. } | SpoolError::Io { source, .. } => {
                disk::is_passing(source)
            }
            SpoolError::Sealed { source: SealError::Io(source), .. } => disk::is_passing(source),
            _ => false,
        }
    }

    /// Whether the disk is full: nothing should be taken in before there is room again.
    pub fn is_full(&self) -> bool {
        matches!(self, SpoolError::Full { .. })
    }
}

/// An error of the world about a file of the spool.
pub(super) fn world(path: &Path, source: io::Error) -> SpoolError {
    let path = path.to_owned();
    if disk::is_full(&source) {
        SpoolError::Full { path, source }
    } else {
        SpoolError::Io { path, source }
    }
}

/// Names the file that a result is about.
pub(super) fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, SpoolError> {
    result.map_err(|source| world(path, source))
}

/// What opening or reading something sealed said.
pub(super) fn unsealing(path: &Path, source: SealError) -> SpoolError {
    let path = path.to_owned();
    match source {
        SealError::Io(source) if source.kind() == io::ErrorKind::NotFound => {
            SpoolError::Missing { path }
        }
        source => SpoolError::Sealed { path, source },
    }
}
