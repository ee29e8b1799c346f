//! Bytes at a place of a file, without a cursor, so that threads can share it; and numbers in little-endian bytes.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// Reads some bytes from a place; 0 at the end of the file.
#[cfg(unix)]
pub(super) fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, at)
}

/// Reads some bytes from a place; 0 at the end of the file.
#[cfg(windows)]
pub(super) fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, at)
}

/// Fills the whole buffer from a place.
///
/// # Errors
/// `UnexpectedEof` past the end of the file; whatever the system says.
pub(super) fn read_exact_at(file: &File, mut out: &mut [u8], mut at: u64) -> io::Result<()> {
    while !out.is_empty() {
        match read_at(file, out, at) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                out = out.get_mut(count..).unwrap_or_default();
                at += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A stretch of a file.
#[derive(Debug)]
pub(super) struct Stretch {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Stretch {
    pub(super) fn new(file: Arc<File>, at: u64, length: u64) -> Stretch {
        Stretch { file, at, left: length }
    }
}

impl Read for Stretch {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let want = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = read_at(&self.file, out.get_mut(..want).unwrap_or_default(), self.at)?;
        if count == 0 && want > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }
}
