//! What the program asks of the operating system about files, and nowhere else: a port to another
//! system is a matter of this folder. Knows nothing of documents.

pub mod crash;
mod lock;
mod place;
mod plain;
mod private;
pub mod service;
mod stamp;
mod sync;
mod volume;

pub use lock::{Lock, is_locked, lock};
pub use place::{free_name, rename_new};
pub use plain::{is_full, is_passing, open_plain};
pub use private::{exposed_mode, new_private, private_folder, replace_private, write_private};
pub use stamp::{Stamp, stamp};
pub use sync::{sync_files, sync_folder, sync_folders};
pub use volume::{free_bytes, network_kind};

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
};

/// The folder a path lies in; `.` for a bare name.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A hidden name beside `path` for a file in the making. Nobody else comes upon it: process ids do
/// not tell containers apart. Short: names of 255 bytes leave no room for additions.
pub fn hidden_beside(path: &Path) -> PathBuf {
    let chance = RandomState::new().build_hasher().finish();
    path.with_file_name(format!(".cmegate-{chance:016x}.part"))
}

/// What this machine is called on its network.
#[cfg(unix)]
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// What this machine is called on its network.
#[cfg(not(unix))]
pub fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "localhost".to_owned())
}
