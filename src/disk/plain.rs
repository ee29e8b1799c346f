//! Opening what may have become something else meanwhile, and what kind of refusal an error is.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::Path,
};

use super::Stamp;

/// Opens a regular file for reading, with the stamp of what was opened. Symbolic links are not
/// followed, and nothing that would block is waited for.
///
/// # Errors
/// `InvalidInput` if it is no regular file; whatever the world says.
pub fn open_plain(path: &Path) -> io::Result<(File, Stamp)> {
    let file = open_unblocked(path)?;
    let told = file.metadata()?;
    if told.is_file() {
        Ok((file, Stamp::of(&told)))
    } else {
        Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"))
    }
}

#[cfg(unix)]
pub(super) fn open_unblocked(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    // A pipe that lies where a file was a moment ago would block us.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
pub(super) fn open_unblocked(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether an error says that there is no room.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Whether an error may be gone the next time without anybody doing anything.
pub fn is_passing(error: &io::Error) -> bool {
    use ErrorKind::*;
    let kinds = [
        Interrupted,
        WouldBlock,
        TimedOut,
        ResourceBusy,
        ExecutableFileBusy,
        StaleNetworkFileHandle,
        NetworkDown,
        NetworkUnreachable,
        HostUnreachable,
        ConnectionReset,
        ConnectionAborted,
        NotConnected,
        BrokenPipe,
        OutOfMemory,
    ];
    kinds.contains(&error.kind()) || is_full(error) || has_too_many_open(error)
}

#[cfg(unix)]
fn has_too_many_open(error: &io::Error) -> bool {
    use rustix::io::Errno;
    // A share that hiccups says "input/output error".
    let numbers = [Errno::MFILE, Errno::NFILE, Errno::IO];
    numbers.iter().any(|number| error.raw_os_error() == Some(number.raw_os_error()))
}

#[cfg(not(unix))]
fn has_too_many_open(_error: &io::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"abc").unwrap();
        assert_eq!(open_plain(&path).unwrap().1, super::super::stamp(&path).unwrap());
        assert_eq!(open_plain(folder.path()).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(open_plain(&path.with_file_name("b")).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn errors_are_passing_or_not() {
        for (number, is_passing_error, is_full_error) in [
            (28, true, true),
            (24, true, false),
            (5, true, false),
            (13, false, false),
            (2, false, false),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!((is_passing(&error), is_full(&error)), (is_passing_error, is_full_error));
        }
    }
}
