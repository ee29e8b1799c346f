//! Advisory locks: ours, and those of others.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

use super::plain::open_unblocked;

/// A lock on a file, held until it is dropped or the process dies. The file stays.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held open, for that is the lock")] File);

/// Takes the lock on a file (made, 0600, if it is not there); `None` if somebody else holds it.
///
/// # Errors
/// The file cannot be made or opened; the file system knows no locks.
pub fn lock(path: &Path) -> io::Result<Option<Lock>> {
    let mut how = OpenOptions::new();
    how.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let file = how.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether another process holds the lock to write a file (`flock` or `fcntl`). A file that cannot be
/// opened counts as not locked: reading it will tell why. Never ask this about a file that we
/// ourselves hold an `fcntl` lock on (SQLite does): asking would release it.
pub fn is_locked(path: &Path) -> bool {
    let Ok(file) = open_unblocked(path) else { return false };
    let is_flocked = match file.try_lock_shared() {
        Ok(()) => {
            // The other side may be about to ask for its own lock: ours must be as short as can be.
            let _ = file.unlock();
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
    };
    is_flocked || is_range_locked(&file)
}

/// Asks by trying: merely asking (`F_GETLK`) makes rustix stumble over locks that belong to no process.
#[cfg(unix)]
fn is_range_locked(file: &File) -> bool {
    use rustix::{
        fs::{FlockOperation, fcntl_lock},
        io::Errno,
    };
    match fcntl_lock(file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {
            let _ = fcntl_lock(file, FlockOperation::NonBlockingUnlock);
            false
        }
        Err(error) => matches!(error, Errno::AGAIN | Errno::ACCESS),
    }
}

#[cfg(not(unix))]
fn is_range_locked(_file: &File) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        fs,
        io::{BufRead, BufReader},
        process::{Command, Stdio},
    };

    use super::*;

    #[test]
    fn a_lock_is_held_by_one_and_released_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path).unwrap();
        assert!(held.is_some() && lock(&path).unwrap().is_none() && is_locked(&path));
        drop(held);
        assert!(!is_locked(&path) && lock(&path).unwrap().is_some());
        assert!(lock(&folder.path().join("none/lock")).is_err());
    }

    #[test]
    fn a_lock_of_another_process_is_noticed_and_a_reader_s_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        fs::write(&path, b"abc").unwrap();
        assert!(!is_locked(&path) && !is_locked(folder.path()));
        for (how, is_seen) in [
            ("fcntl.flock(f, fcntl.LOCK_EX)", true),
            ("fcntl.flock(f, fcntl.LOCK_SH)", false),
            ("fcntl.lockf(f, fcntl.LOCK_EX)", true),
            ("fcntl.lockf(f, fcntl.LOCK_EX, 1, 0x40000000)", true),
            ("fcntl.lockf(f, fcntl.LOCK_SH)", false),
            // An open file description lock: belongs to no process.
            ("fcntl.fcntl(f, 37, struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0))", true),
        ] {
            let script = format!(
                "import fcntl, struct, sys\nf = open(sys.argv[1], 'r+b')\n{how}\nprint('held', flush=True)\nsys.stdin.read()"
            );
            let other = Command::new("python3")
                .args(["-c", &script])
                .arg(&path)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn();
            let Ok(mut other) = other else {
                eprintln!("skipped: there is no python3 to hold a lock");
                return;
            };
            let mut said = String::new();
            BufReader::new(other.stdout.take().unwrap()).read_line(&mut said).unwrap();
            assert_eq!((said.trim(), is_locked(&path)), ("held", is_seen), "{how}");
            drop(other.stdin.take());
            other.wait().unwrap();
            assert!(!is_locked(&path), "{how}");
        }
    }
}
