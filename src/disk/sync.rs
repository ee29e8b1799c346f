//! What must survive a power cut.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Threads that wait at once: disks take many requests at a time, and one flush (or one commit of a journal) serves all
/// who asked for it by then.
const THREADS: usize = 8;

/// Waits until the bytes of each file are on the disk. Their names are not: see [`sync_folder`].
///
/// # Errors
/// A file that cannot be opened or synced; the error names it.
pub fn sync_files(paths: &[PathBuf]) -> io::Result<()> {
    sync_all(paths, &|path| open_to_sync(path).and_then(|file| file.sync_all()))
}

/// Waits until the names in each folder are on the disk.
///
/// # Errors
/// A folder that cannot be opened or synced; the error names it.
pub fn sync_folders<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> io::Result<()> {
    let paths: Vec<&PathBuf> = paths.into_iter().collect();
    sync_all(&paths, &sync_names)
}

/// Waits until the names in a folder are on the disk.
///
/// # Errors
/// The folder cannot be opened or synced; the error names it.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    sync_names(path).map_err(|source| named(path, source))
}

fn sync_all<P: AsRef<Path> + Sync>(
    paths: &[P],
    sync: &(dyn Fn(&Path) -> io::Result<()> + Sync),
) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<()> {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            sync(path.as_ref()).map_err(|source| named(path.as_ref(), source))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..THREADS.min(paths.len())).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let died = |_| Err(io::Error::other("a thread that syncs died"));
        others.into_iter().map(|other| other.join().unwrap_or_else(died)).fold(mine, Result::and)
    })
}

#[cfg(unix)]
fn sync_names(path: &Path) -> io::Result<()> {
    File::open(path).and_then(|folder| folder.sync_all())
}

/// Names are synced by this system itself.
#[cfg(not(unix))]
fn sync_names(_path: &Path) -> io::Result<()> {
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
        sync_folders([&folder.path().to_owned()]).unwrap();
        sync_folder(folder.path()).unwrap();
        println!("50 files synced in {:?}", before.elapsed());
        let missing = folder.path().join("missing");
        let refused = sync_files(&[missing]).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::NotFound);
        assert!(refused.to_string().contains("missing"), "{refused}");
    }
}
