//! A locked package on its way through the child: decrypted there, written here.
//!
//! The child hands the bytes back in frames, so that whatever the disk refuses is refused to the parent, which
//! knows whose fault that is, and the child never writes anywhere.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::model::{Finding, codes::reading};
use crate::read::{Passwords, ReadError, crypt};

use super::frame::{Remark, Tag};
use super::outbox::Outbox;
use super::parent::{ChildGrids, ReaderProgram, died};
use super::serve::VERB;
use super::trouble::Trouble;

/// What the child is asked for.
pub const FORMAT: &str = "decrypt";

/// Bytes that go into a frame.
const PIECE: usize = 1 << 18;

/// Decrypts a document with the running program as its reader, to an open file and its name.
///
/// # Errors
/// The document is refused, stays locked, or a file cannot be read or written.
pub fn decrypt(
    path: &Path,
    to: (&mut File, &Path),
    passwords: &Passwords,
) -> Result<Vec<Finding>, ReadError> {
    let file = File::open(path).and_then(|file| file.metadata());
    // What is decrypted is never longer than what was locked.
    let mut left = file.map_err(|source| ReadError::io(path, source))?.len();
    let (file, name) = to;
    let args = [OsString::from(VERB), FORMAT.into(), path.into()];
    let mut child = ChildGrids::start(&ReaderProgram::current()?, &args, passwords)?;
    loop {
        let frame = child.frame()?;
        match frame.tag {
            Tag::Bytes => {
                left = left.checked_sub(frame.bytes().len() as u64).ok_or_else(garbled)?;
                file.write_all(frame.bytes()).map_err(|source| ReadError::io(name, source))?;
            }
            Tag::End => return Ok(child.findings()),
            _ => return Err(garbled()),
        }
    }
}

fn garbled() -> ReadError {
    died(super::parent::GARBLED)
}

/// The child's side: reads the locked document, sends what is in it.
pub fn send(path: &Path, passwords: &Passwords, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    let file = File::open(path).map_err(|_| Trouble::broken("OLE"))?;
    let mut pieces = BufWriter::with_capacity(PIECE, Pieces(outbox));
    let unlocked = crypt::unlock(file, passwords, &mut pieces);
    let was_built_in = unlocked.map_err(|fault| Trouble::of_lock(fault, passwords))?;
    drop(pieces);
    if !was_built_in {
        outbox.remark(&Remark::new(&reading::OPENED_WITH_PASSWORD, &[]))?;
    }
    Ok(())
}

/// Sends whatever is written.
struct Pieces<'a, 'o>(&'a mut Outbox<'o>);

impl Write for Pieces<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.bytes(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
