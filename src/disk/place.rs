//! Giving a file its place without ever taking another's.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path,
};

use super::{Stamp, hidden_beside, parent, sync_folder};

/// Longest name that common file systems take, in bytes.
const NAME_BYTES: usize = 255;

/// Renames a file, never replacing what stands at the new place. On another file system it is copied
/// under a hidden name, synced, renamed, and only then removed at the old place. Done again after a
/// death half-way, it goes on where it was, unless the copy had its name already: then it says
/// `AlreadyExists`. The folders are not synced, except the new one after a copy.
///
/// # Errors
/// `AlreadyExists`; whatever the world says. The file is at its old place then, and only there.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let renamed = match rename_without_replacing(from, to) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => copy_over(from, to),
        other => other,
    };
    match renamed {
        // Two names of one file: we died between the link and the removal.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && is_one_file(from, to) => {
            fs::remove_file(from)
        }
        other => other,
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // NFS and some others know no such flag.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => link_and_remove(from, to),
        other => Ok(other?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    link_and_remove(from, to)
}

fn link_and_remove(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => remove_or_undo(from, to),
        Err(error) if has_no_links(&error) => {
            // Neither flag nor links: what somebody else puts there in this very moment is lost, but
            // nothing better can be had.
            match fs::symlink_metadata(to) {
                Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
                Err(error) => Err(error),
                Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            }
        }
        Err(error) => Err(error),
    }
}

fn has_no_links(error: &io::Error) -> bool {
    // EPERM is what file systems without links say; std has it as `PermissionDenied` too.
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied)
}

fn copy_over(from: &Path, to: &Path) -> io::Result<()> {
    // Spares a long copy; the rename below decides.
    if fs::symlink_metadata(to).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let hidden = hidden_beside(to);
    let placed = copy(from, &hidden).and_then(|()| rename_without_replacing(&hidden, to));
    if placed.is_err() {
        let _ = fs::remove_file(&hidden);
    }
    placed?;
    sync_folder(parent(to))?;
    remove_or_undo(from, to)
}

/// Copies bytes, permissions and time of change, and syncs them.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::create_new(to)?;
    io::copy(&mut source, &mut target)?;
    let told = source.metadata()?;
    // Nice to have; file systems of other worlds refuse them.
    let _ = target.set_permissions(told.permissions());
    if let Ok(modified) = told.modified() {
        let _ = target.set_modified(modified);
    }
    target.sync_all()
}

/// The last step of a move: a file must not end up at both places.
fn remove_or_undo(from: &Path, to: &Path) -> io::Result<()> {
    let removed = fs::remove_file(from);
    if removed.is_err() {
        let _ = fs::remove_file(to);
    }
    removed
}

fn is_one_file(one: &Path, other: &Path) -> bool {
    let told = |path| fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    match (told(one), told(other)) {
        (Some(one_told), Some(other_told)) => {
            let (one_stamp, other_stamp) = (Stamp::of(&one_told), Stamp::of(&other_told));
            // One path spelt twice is one name, and removing it would lose the file.
            one_stamp.inode != 0
                && one_stamp == other_stamp
                && is_linked_twice(&one_told)
                && fs::canonicalize(one).ok() != fs::canonicalize(other).ok()
        }
        _ => false,
    }
}

#[cfg(unix)]
fn is_linked_twice(told: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(told) >= 2
}

#[cfg(not(unix))]
fn is_linked_twice(_told: &fs::Metadata) -> bool {
    false
}

/// A name that nothing in the folder has: `名单.xlsx`, else `名单 (2).xlsx`, `名单 (3).xlsx` … Somebody
/// may take it meanwhile; [`rename_new`] tells.
pub fn free_name(folder: &Path, name: &str) -> String {
    let is_free = |name: &str| fs::symlink_metadata(folder.join(name)).is_err();
    if is_free(name) {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        // An ending is short; what follows a dot in "1.关于举办…的通知" is none.
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 10 => (stem, Some(ending)),
        _ => (name, None),
    };
    let numbered = |number: u64| {
        let tail = ending.map_or(format!(" ({number})"), |ending| format!(" ({number}).{ending}"));
        let stem = stem.get(..stem.floor_char_boundary(NAME_BYTES.saturating_sub(tail.len())));
        format!("{}{tail}", stem.unwrap_or_default())
    };
    (2..).map(numbered).find(|name| is_free(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn two(folder: &Path) -> (PathBuf, PathBuf) {
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::write(&from, b"new").unwrap();
        (from, to)
    }

    /// A folder on another file system than the scratch folder, if this machine has one.
    fn elsewhere() -> Option<tempfile::TempDir> {
        let other = tempfile::tempdir_in("/dev/shm").ok()?;
        let here = tempfile::tempdir().ok()?;
        let device = |path: &Path| fs::metadata(path).map(|told| Stamp::of(&told).device).ok();
        (device(other.path()) != device(here.path())).then_some(other)
    }

    #[test]
    fn a_file_moves_and_never_replaces() {
        type Move = fn(&Path, &Path) -> io::Result<()>;
        let moves: [(&str, Move); 3] =
            [("rename", rename_new), ("link", link_and_remove), ("copy", copy_over)];
        for (what, put) in moves {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = two(folder.path());
            put(&from, &to).unwrap();
            assert_eq!((from.exists(), fs::read(&to).unwrap()), (false, b"new".to_vec()), "{what}");
            fs::write(&from, b"newer").unwrap();
            assert_eq!(put(&from, &to).unwrap_err().kind(), ErrorKind::AlreadyExists, "{what}");
            assert_eq!((from.exists(), fs::read(&to).unwrap()), (true, b"new".to_vec()), "{what}");
            let missing = folder.path().join("missing");
            let told = put(&missing, &folder.path().join("x")).unwrap_err();
            assert_eq!(told.kind(), ErrorKind::NotFound, "{what}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "{what}");
        }
    }

    #[test]
    fn a_file_moves_to_another_file_system() {
        let Some(other) = elsewhere() else {
            eprintln!("skipped: there is no second file system");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let (from, _) = two(folder.path());
        let modified = fs::metadata(&from).unwrap().modified().unwrap();
        let to = other.path().join("继教".repeat(42));
        rename_new(&from, &to).unwrap();
        assert_eq!((from.exists(), fs::read(&to).unwrap()), (false, b"new".to_vec()));
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), modified);
        fs::write(&from, b"newer").unwrap();
        assert_eq!(rename_new(&from, &to).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"new");
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_move_that_died_between_link_and_removal_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = two(folder.path());
        fs::hard_link(&from, &to).unwrap();
        rename_new(&from, &to).unwrap();
        assert_eq!((from.exists(), fs::read(&to).unwrap()), (false, b"new".to_vec()));
        // The same name spelt twice is not a second name.
        fs::hard_link(&to, &from).unwrap();
        let again = folder.path().join("./to");
        assert!(rename_new(&to, &again).is_err() && to.exists());
    }

    #[test]
    fn a_free_name_is_the_name_or_a_numbered_one() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}.xlsx", "长".repeat(83));
        let taken =
            ["名单.xlsx", "名单 (2).xlsx", "README", ".x", "a.tar.gz", "1.关于举办的通知", &long];
        for name in taken {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        for (name, free) in [
            ("新.xlsx", "新.xlsx".to_owned()),
            ("名单.xlsx", "名单 (3).xlsx".to_owned()),
            ("README", "README (2)".to_owned()),
            (".x", ".x (2)".to_owned()),
            ("a.tar.gz", "a.tar (2).gz".to_owned()),
            ("1.关于举办的通知", "1.关于举办的通知 (2)".to_owned()),
            (&long, format!("{} (2).xlsx", "长".repeat(82))),
        ] {
            assert_eq!(free_name(folder.path(), name), free);
            fs::write(folder.path().join(free), b"").unwrap();
        }
    }
}
