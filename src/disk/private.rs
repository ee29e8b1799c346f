//! Files and folders that only we may read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::{hidden_beside, parent, sync_folder};

/// Begins a new file that only its owner may read or write (0600).
///
/// # Errors
/// `AlreadyExists` if something stands there; whatever the world says.
#[cfg(unix)]
pub fn new_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Begins a new file; who may read it follows from its folder.
///
/// # Errors
/// `AlreadyExists` if something stands there; whatever the world says.
#[cfg(not(unix))]
pub fn new_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Writes a new file that only its owner may read or write (0600), and syncs it and its folder.
///
/// # Errors
/// `AlreadyExists` if something stands there (it is left as it is); whatever the world says. A file
/// that could not be written whole is taken away again.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = new_private(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // What failed is told; half a file must not look like a whole one.
        let _ = fs::remove_file(path);
    }
    written?;
    sync_folder(parent(path))
}

/// Puts other bytes in the place of a private file, so that a reader sees the old or the new ones
/// whole, also after a power cut. Follows symbolic links.
///
/// # Errors
/// Whatever the world says; the old file stands then.
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let hidden = hidden_beside(&path);
    write_private(&hidden, bytes)?;
    let renamed = fs::rename(&hidden, &path);
    if renamed.is_err() {
        let _ = fs::remove_file(&hidden);
    }
    renamed?;
    sync_folder(parent(&path))
}

/// Makes a folder, and those above it, that only its owner may enter (0700). One that is there
/// already is made private too.
///
/// # Errors
/// Whatever the world says; something else than a folder stands there.
#[cfg(unix)]
pub fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode != 0o700 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes a folder, and those above it; who may enter follows from the folder above.
///
/// # Errors
/// Whatever the world says.
#[cfg(not(unix))]
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// The permissions of a file that should be its owner's alone but is not; `None` if all is well
/// (or the system has no such permissions).
///
/// # Errors
/// The file cannot be looked at.
#[cfg(unix)]
pub fn exposed_mode(path: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// The permissions of a file that should be its owner's alone: this system has none.
///
/// # Errors
/// The file cannot be looked at.
#[cfg(not(unix))]
pub fn exposed_mode(path: &Path) -> io::Result<Option<u32>> {
    fs::metadata(path).map(|_| None)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_private_file_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_private(&path, b"one").unwrap();
        let refused = write_private(&path, b"two").unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"one".to_vec(), 0o600));
        assert_eq!(exposed_mode(&path).unwrap(), None);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(exposed_mode(&path).unwrap(), Some(0o640));
    }

    #[test]
    fn a_replaced_private_file_is_private_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("key"), folder.path().join("link"));
        fs::write(&path, b"one").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace_private(&link, b"two").unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"two".to_vec(), 0o600));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_private_folder_is_made_with_those_above_it_or_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        private_folder(&deep).unwrap();
        assert_eq!((mode(&deep), mode(&folder.path().join("a"))), (0o700, 0o700));
        fs::set_permissions(&deep, fs::Permissions::from_mode(0o755)).unwrap();
        private_folder(&deep).unwrap();
        assert_eq!(mode(&deep), 0o700);
        fs::write(folder.path().join("f"), b"").unwrap();
        assert!(private_folder(&folder.path().join("f")).is_err());
    }
}
