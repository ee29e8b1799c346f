//! What must survive a power cut.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// Waits until the bytes of each file are on the disk. Their names are not: see [`sync_folder`].
///
/// # Errors
/// The first file that cannot be opened or synced; the error names it.
pub fn sync_files(paths: &[PathBuf]) -> io::Result<()> {
    for path in paths {
        open_to_sync(path)
            .and_then(|file| file.sync_all())
            .map_err(|source| named(path, source))?;
    }
    Ok(())
}

/// Waits until the names in a folder are on the disk.
///
/// # Errors
/// The folder cannot be opened or synced; the error names it.
#[cfg(unix)]
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|source| named(path, source))
}

/// Names are synced by this system itself.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn open_to_sync(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn open_to_sync(path: &Path) -> io::Result<File> {
    std::fs::OpenOptions::new().write(true).open(path)
}

/// Several paths went in, so the error must say which of them it is about.
fn named(path: &Path, source: io::Error) -> io::Error {
    io::Error::new(source.kind(), Unsynced { path: path.to_owned(), source })
}

#[derive(Debug, thiserror::Error)]
#[error("cannot sync {path}")]
struct Unsynced {
    path: PathBuf,
    source: io::Error,
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_and_folders_are_synced_and_the_missing_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..50).map(|n| folder.path().join(format!("{n}"))).collect();
        for path in &paths {
            fs::write(path, b"abc").unwrap();
        }
        let before = std::time::Instant::now();
        sync_files(&paths).unwrap();
        sync_folder(folder.path()).unwrap();
        println!("50 files synced in {:?}", before.elapsed());
        let missing = folder.path().join("missing");
        let refused = sync_files(&[missing]).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::NotFound);
        assert!(refused.to_string().contains("missing"), "{refused}");
    }
}
