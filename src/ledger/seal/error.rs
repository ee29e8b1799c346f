//! Why a key cannot be had, and why something sealed cannot be opened.

use std::{io, path::PathBuf};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A line of a key text is wrong. The line is not shown: it may hold most of a key.
    #[error("line {line} of the key text {fault}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// A key text without a key.
    #[error("the key text holds no key")]
    NoKey,
    /// A key file that was read holds a wrong text.
    #[error("cannot use the key file {path}")]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<KeyError>,
    },
    /// A key file cannot be read or written.
    #[error("cannot read or write the key file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a key file already; a new one would make everything sealed so far unreadable.
    #[error("cannot make the key file {path}: one is there already and must not be lost")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("cannot get random bytes from the system")]
    NoRandom(#[source] getrandom::Error),
}

/// What is wrong with a line of a key text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The first word says that it is another kind of key.
    #[error("should begin with {0}")]
    Kind(&'static str),
    /// Words are missing or too many.
    #[error("should have {0} words, separated by blanks")]
    Words(usize),
    /// The id is no id.
    #[error("should have an id of 8 hexadecimal digits as its second word")]
    Id,
    /// The key is no key.
    #[error("should end with a key of 64 hexadecimal digits, but has {0} characters there")]
    Key(usize),
    /// The key has 64 characters, but not all are digits.
    #[error("should end with a key of 64 hexadecimal digits, but character {0} is none")]
    Digit(usize),
    /// Two keys have one id.
    #[error("has the same id as line {0}")]
    SameId(usize),
    /// A second key where only one may be.
    #[error("is a second key; there can be only one")]
    Second,
}

/// Why something sealed cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It does not begin as sealed files do.
    #[error("cannot open what was never sealed, or lost its beginning")]
    NotSealed,
    /// It was sealed by a newer program.
    #[error("cannot open what was sealed in version {0} of the format")]
    Version(u8),
    /// It is sealed with a key that is not at hand: find the key, then it opens.
    #[error("cannot open what was sealed with the key {id}: that key is not among ours")]
    KeyMissing {
        /// The key's id, 8 hexadecimal digits.
        id: String,
    },
    /// It was changed, cut short or put together anew (or its key was mistyped).
    #[error("cannot open what was sealed: it is damaged in chunk {chunk}")]
    Damaged {
        /// Chunk of 64 KiB, from 0.
        chunk: u64,
    },
    /// It cannot be read.
    #[error("cannot read what was sealed")]
    Io(#[source] io::Error),
}

impl SealError {
    /// The seal's error inside an error that a [`super::SealReader`] gave while reading.
    pub fn within(error: &io::Error) -> Option<&SealError> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

impl From<SealError> for io::Error {
    fn from(error: SealError) -> io::Error {
        match error {
            SealError::Io(source) => source,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        }
    }
}

impl From<io::Error> for SealError {
    fn from(error: io::Error) -> SealError {
        match error.downcast::<SealError>() {
            Ok(inner) => inner,
            Err(error) => SealError::Io(error),
        }
    }
}
