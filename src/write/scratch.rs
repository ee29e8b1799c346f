//! Files in the making, so that a run which is told to stop can take them away. A list of names and
//! nothing else: it knows neither signals nor what is in the files.
//!
//! The list, and not a file without a name (`O_TMPFILE`): that exists on one system only, cannot replace a
//! file that is there already, and some network folders refuse it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn made() -> MutexGuard<'static, Vec<PathBuf>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a file with `make` and notes it under the name that `path` tells; nobody sweeps in between.
///
/// # Errors
/// What `make` says.
pub fn create<F>(
    make: impl FnOnce() -> io::Result<F>,
    path: impl FnOnce(&F) -> PathBuf,
) -> io::Result<F> {
    let mut made = made();
    let file = make()?;
    made.push(path(&file));
    Ok(file)
}

/// Forgets a file that got its final name, or is gone.
pub fn forget(path: &Path) {
    let mut made = made();
    if let Some(at) = made.iter().position(|known| known == path) {
        made.swap_remove(at);
    }
}

/// Removes all files in the making, then runs `last` while none can be made.
pub fn sweep(last: impl FnOnce()) {
    let mut made = made();
    for path in made.drain(..) {
        // Nobody is left to tell; what cannot be removed keeps its `.part` name.
        let _ = fs::remove_file(path);
    }
    last();
}
