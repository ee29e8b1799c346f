//! Places at which a test may have the program die, for real. A release build has none.

/// All of them, in the order of a document's life.
pub const POINTS: &[&str] = &[
    "before-spool",
    "after-spool",
    "after-admit",
    "before-read",
    "after-write",
    "before-commit",
    "after-commit",
    "after-rename-first-output",
    "after-outputs",
    "copy-aside",
    "after-copy-moved",
    "after-finish",
];

/// Dies here (SIGKILL: nothing is flushed, dropped or told) if the environment asks for it with
/// `CMEGATE_CRASH_AT=name`, or `name:3` for the third time this point is passed. Names that are not
/// in [`POINTS`] do nothing.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    };
    static WANTED: OnceLock<Option<(&str, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| wanted(&std::env::var("CMEGATE_CRASH_AT").ok()?));
    if let Some((point, times)) = wanted
        && *point == name
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *times
    {
        die();
    }
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn point(_name: &str) {}

#[cfg(debug_assertions)]
fn wanted(text: &str) -> Option<(&'static str, u64)> {
    let (name, times) = match text.split_once(':') {
        Some((name, times)) => (name, times.parse().ok()?),
        None => (text, 1),
    };
    POINTS.iter().find(|known| **known == name).map(|known| (*known, times))
}

#[cfg(all(debug_assertions, unix))]
fn die() {
    use rustix::process::{Signal, getpid, kill_process};
    if kill_process(getpid(), Signal::KILL).is_err() {
        std::process::abort();
    }
    // The signal may take a moment; nothing of what follows the point may happen meanwhile.
    loop {
        std::thread::park();
    }
}

#[cfg(all(debug_assertions, not(unix)))]
fn die() {
    std::process::abort();
}

#[cfg(test)]
#[cfg(debug_assertions)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_read_and_a_wrong_one_ignored() {
        for (text, meant) in [
            ("after-spool", Some(("after-spool", 1))),
            ("after-spool:12", Some(("after-spool", 12))),
            ("after-spool:x", None),
            ("nowhere", None),
            ("", None),
        ] {
            assert_eq!(wanted(text), meant, "{text}");
        }
    }

    /// Runs only when the test below starts this very program again.
    #[test]
    fn victim() {
        if std::env::var_os("CMEGATE_CRASH_AT").is_some() {
            point("after-admit");
            println!("passed once");
            point("after-spool");
            point("after-admit");
            println!("passed twice");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_program_dies_at_the_point_asked_for() {
        use std::{os::unix::process::ExitStatusExt, process::Command};
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "disk::crash::tests::victim", "--nocapture"])
            .env("CMEGATE_CRASH_AT", "after-admit:2")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        assert_eq!(ended.status.signal(), Some(9), "{said}");
        assert!(said.contains("passed once") && !said.contains("passed twice"), "{said}");
    }
}
