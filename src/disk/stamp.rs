//! What tells one state of a file from another without reading it.

use std::{
    fmt,
    fs::{self, Metadata},
    io,
    path::Path,
};

/// Length, time of change and place of a file. Two equal stamps: nobody wrote between, as far as the
/// file system tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Length.
    pub bytes: u64,
    /// Time of change, nanoseconds since 1970-01-01 UTC (as fine as the file system keeps it).
    pub modified_ns: i64,
    /// The file system.
    pub device: u64,
    /// The file in it. Where the system does not tell, 0, like `device`.
    pub inode: u64,
}

impl Stamp {
    /// The stamp in what the system tells of a file.
    #[cfg(unix)]
    pub fn of(told: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        let modified_ns =
            told.mtime().saturating_mul(1_000_000_000).saturating_add(told.mtime_nsec());
        Stamp { bytes: told.size(), modified_ns, device: told.dev(), inode: told.ino() }
    }

    /// The stamp in what the system tells of a file.
    #[cfg(not(unix))]
    pub fn of(told: &Metadata) -> Stamp {
        let modified = told.modified().ok();
        let since = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified_ns = since.map_or(0, |since| since.as_nanos() as i64);
        Stamp { bytes: told.len(), modified_ns, device: 0, inode: 0 }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}-{}-{}", self.device, self.inode, self.bytes, self.modified_ns)
    }
}

/// The stamp of a file; symbolic links are not followed.
///
/// # Errors
/// `InvalidInput` if it is no regular file; whatever the world says.
pub fn stamp(path: &Path) -> io::Result<Stamp> {
    let told = fs::symlink_metadata(path)?;
    if told.is_file() {
        Ok(Stamp::of(&told))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_the_file_and_only_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, b"abc").unwrap();
        fs::write(&other, b"abc").unwrap();
        let first = stamp(&path).unwrap();
        assert_eq!((first, first.bytes), (stamp(&path).unwrap(), 3));
        assert_ne!(first, stamp(&other).unwrap());
        fs::rename(&other, &path).unwrap();
        assert_ne!(first, stamp(&path).unwrap());
        assert_eq!(stamp(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(stamp(&other).unwrap_err().kind(), io::ErrorKind::NotFound);
        let shown = Stamp { bytes: 3, modified_ns: -4, device: 1, inode: 2 };
        assert_eq!(shown.to_string(), "1-2-3--4");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, b"abc").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(stamp(&link).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
