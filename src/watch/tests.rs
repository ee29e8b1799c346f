//! Watching: when a file has settled, on a clock that the test drives.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use tempfile::TempDir;

use super::{Look, Watch, WatchPlan};
use crate::clock::Clock;

/// A drop folder with its own time.
struct Inbox {
    folder: TempDir,
    watch: Watch,
    clock: Clock,
}

impl Inbox {
    fn new(settle_millis: i64, needs_marker: bool) -> Inbox {
        let folder = tempfile::tempdir().unwrap();
        let plan = WatchPlan {
            folder: folder.path().to_owned(),
            settle_millis,
            needs_marker,
            poll_millis: 5_000,
        };
        Inbox { folder, watch: Watch::new(plan), clock: Clock::manual(0) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    fn look(&mut self) -> Look {
        self.watch.look(&self.clock)
    }

    /// Lets time pass, looks, and gives the names of what settled.
    fn after(&mut self, millis: i64) -> Vec<String> {
        self.clock.advance(millis);
        self.look().settled.into_iter().map(|settled| settled.relative).collect()
    }
}

#[test]
fn a_file_is_told_once_when_it_has_been_quiet_long_enough() {
    let mut inbox = Inbox::new(2_000, false);
    assert_eq!(inbox.look().next_millis, 5_000);
    inbox.write("内科/名单.xlsx", b"a");
    let look = inbox.look();
    assert_eq!((look.settled.len(), look.waiting, look.next_millis), (0, 1, 2_000));
    inbox.clock.advance(1_999);
    assert_eq!(inbox.look().next_millis, super::SHORTEST_MILLIS);
    inbox.clock.advance(1);
    let look = inbox.look();
    let [settled] = look.settled.as_slice() else { panic!("{look:?}") };
    assert_eq!((settled.relative.as_str(), look.waiting), ("内科/名单.xlsx", 0));
    assert_eq!(settled.path, inbox.path("内科/名单.xlsx"));
    assert_eq!(
        (settled.stamp, &settled.marker),
        (crate::disk::stamp(&settled.path).unwrap(), &None)
    );
    assert_eq!(inbox.after(9_000), [""; 0]);
    inbox.watch.again("内科/名单.xlsx");
    assert_eq!(inbox.after(0), ["内科/名单.xlsx"]);
    assert_eq!(inbox.after(0), [""; 0]);
}

#[test]
fn without_settling_a_file_is_told_at_the_first_look() {
    let mut inbox = Inbox::new(0, false);
    inbox.write("a.csv", b"a");
    assert_eq!(inbox.after(0), ["a.csv"]);
}

#[test]
fn a_slow_writer_is_waited_for() {
    let mut inbox = Inbox::new(2_000, false);
    let path = inbox.path("slow.csv");
    for _ in 0..60 {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(&[b'x'; 1024])
            .unwrap();
        assert_eq!(inbox.after(1_000), [""; 0]);
    }
    assert_eq!(inbox.after(1_000), [""; 0]);
    assert_eq!(inbox.after(1_000), ["slow.csv"]);
}

#[test]
fn a_clock_that_jumps_changes_nothing() {
    let mut inbox = Inbox::new(2_000, false);
    inbox.write("a.csv", b"a");
    inbox.look();
    for jump in [86_400_000_000, -172_800_000_000] {
        inbox.clock.jump(jump);
        assert_eq!(inbox.after(500), [""; 0]);
    }
    assert_eq!(inbox.after(1_000), ["a.csv"]);
}

#[test]
fn a_file_that_is_renamed_into_its_name_settles_under_it() {
    let mut inbox = Inbox::new(2_000, false);
    inbox.write("a.xlsx.part", b"a");
    let look = inbox.look();
    assert_eq!((look.ignored, look.waiting), (1, 0));
    inbox.clock.advance(9_000);
    fs::rename(inbox.path("a.xlsx.part"), inbox.path("a.xlsx")).unwrap();
    assert_eq!(inbox.after(0), [""; 0]);
    assert_eq!(inbox.after(2_000), ["a.xlsx"]);
}

#[test]
fn a_file_written_over_or_swapped_while_it_settles_starts_anew() {
    let mut inbox = Inbox::new(2_000, false);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    inbox.write("a.csv", b"one");
    inbox.look();
    inbox.clock.advance(1_900);
    inbox.write("a.csv", b"other");
    assert_eq!(inbox.after(100), [""; 0]);
    // The same length and time of change, but another file.
    for name in ["b.csv", "c.csv"] {
        inbox.write(name, b"same");
        OpenOptions::new().write(true).open(inbox.path(name)).unwrap().set_modified(old).unwrap();
    }
    inbox.look();
    inbox.clock.advance(1_900);
    fs::rename(inbox.path("c.csv"), inbox.path("b.csv")).unwrap();
    assert_eq!(inbox.after(100), ["a.csv"]);
    assert_eq!(inbox.after(2_000), ["b.csv"]);
}

#[test]
fn a_file_deleted_while_it_settles_is_forgotten() {
    let mut inbox = Inbox::new(2_000, false);
    inbox.write("内科/a.csv", b"a");
    inbox.look();
    fs::remove_dir_all(inbox.path("内科")).unwrap();
    let look = inbox.look();
    assert_eq!((look.waiting, look.faults.len(), inbox.watch.known.len()), (0, 0, 0));
    inbox.write("内科/a.csv", b"a");
    assert_eq!(inbox.after(2_000), [""; 0]);
    assert_eq!(inbox.after(2_000), ["内科/a.csv"]);
}

#[test]
fn another_document_under_the_name_of_a_taken_one_is_told() {
    let mut inbox = Inbox::new(0, false);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let put = |inbox: &Inbox, bytes: &[u8]| {
        inbox.write("a.csv", bytes);
        OpenOptions::new()
            .write(true)
            .open(inbox.path("a.csv"))
            .unwrap()
            .set_modified(old)
            .unwrap();
    };
    put(&inbox, b"one");
    assert_eq!(inbox.after(0), ["a.csv"]);
    // Taken away and replaced between two looks, perhaps with the same number, length and time.
    fs::remove_file(inbox.path("a.csv")).unwrap();
    inbox.watch.gone("a.csv");
    put(&inbox, b"two");
    assert_eq!(inbox.after(0), ["a.csv"]);
    // Not taken, but written over.
    inbox.write("a.csv", b"three");
    assert_eq!(inbox.after(0), ["a.csv"]);
}

#[test]
fn a_file_copied_with_an_old_time_is_found_and_the_oldest_comes_first() {
    let mut inbox = Inbox::new(1_000, false);
    for (name, seconds) in [("new.csv", 3), ("old.csv", 1), ("b.csv", 2), ("a.csv", 2)] {
        inbox.write(name, b"x");
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        OpenOptions::new().write(true).open(inbox.path(name)).unwrap().set_modified(time).unwrap();
    }
    inbox.look();
    assert_eq!(inbox.after(1_000), ["old.csv", "a.csv", "b.csv", "new.csv"]);
}

#[test]
fn a_file_waits_for_its_marker() {
    let mut inbox = Inbox::new(1_000, true);
    inbox.write("a.csv", b"x");
    inbox.look();
    inbox.clock.advance(1_000);
    let look = inbox.look();
    assert_eq!((look.settled.len(), look.waiting, look.next_millis), (0, 1, 5_000));
    inbox.write("a.csv.ok", b"");
    let look = inbox.look();
    assert_eq!((look.settled.len(), look.ignored), (1, 1));
    assert_eq!(look.settled[0].marker, Some(inbox.path("a.csv.ok")));
    // A marker that is there first does not make a file settle sooner.
    inbox.write("b.csv.ok", b"");
    inbox.write("b.csv", b"x");
    assert_eq!(inbox.after(999), [""; 0]);
    assert_eq!(inbox.after(1_000), ["b.csv"]);
}

#[test]
fn a_file_that_another_process_has_locked_waits() {
    let mut inbox = Inbox::new(0, false);
    inbox.write("a.csv", b"x");
    inbox.write("b.csv", b"x");
    let held = crate::disk::lock(&inbox.path("a.csv")).unwrap();
    let look = inbox.look();
    assert_eq!((look.settled.len(), look.waiting, look.next_millis), (1, 1, super::LOCKED_MILLIS));
    drop(held);
    assert_eq!(inbox.after(1_000), ["a.csv"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_a_fault_and_hidden_folders_are_not_entered() {
    let mut inbox = Inbox::new(0, false);
    inbox.write("real.csv", b"x");
    inbox.write(".hidden/a.csv", b"x");
    inbox.write("#recycle/a.csv", b"x");
    inbox.write("外科.ok/a.csv", b"x");
    inbox.write("名单.xlsx/a.csv", b"x");
    inbox.write("1/2/3/4/5/6/7/8/deep.csv", b"x");
    inbox.write("1/2/3/4/5/6/7/8/9/deeper.csv", b"x");
    std::os::unix::fs::symlink(inbox.path("real.csv"), inbox.path("link.csv")).unwrap();
    std::os::unix::fs::symlink(inbox.folder.path(), inbox.path("loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(inbox.path("socket")).unwrap();
    let garbled = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xc3\xfb.csv");
    fs::write(inbox.folder.path().join(garbled), b"x").unwrap();
    let look = inbox.look();
    let mut told: Vec<&str> =
        look.settled.iter().map(|settled| settled.relative.as_str()).collect();
    told.sort();
    assert_eq!(told, ["1/2/3/4/5/6/7/8/deep.csv", "real.csv", "外科.ok/a.csv"]);
    let mut faults: Vec<String> = look
        .faults
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    faults.sort();
    assert_eq!(faults, ["9", "link.csv", "loop", "socket", "名单.xlsx", "\u{fffd}\u{fffd}.csv"]);
}

#[test]
fn files_are_not_forgotten_while_their_folder_cannot_be_read() {
    let mut inbox = Inbox::new(0, false);
    inbox.write("a.csv", b"x");
    assert_eq!(inbox.after(0), ["a.csv"]);
    // A share that is away for a while: a missing folder stands for one that cannot be read.
    let away = inbox.folder.path().with_extension("away");
    fs::rename(inbox.folder.path(), &away).unwrap();
    assert_eq!(inbox.look().faults.len(), 1);
    fs::rename(&away, inbox.folder.path()).unwrap();
    assert_eq!(inbox.after(0), [""; 0]);
}

#[test]
fn five_thousand_files_at_once_settle_together() {
    let mut inbox = Inbox::new(1_000, false);
    for at in 0..5_000 {
        inbox.write(&format!("{}/{at}.csv", at % 7), b"x");
    }
    assert_eq!(inbox.look().waiting, 5_000);
    assert_eq!(inbox.after(1_000).len(), 5_000);
    let start = std::time::Instant::now();
    assert_eq!(inbox.look().settled.len(), 0);
    println!("5,000 unchanged files: {:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever happens in between: at the end each file that is there was told with its last stamp,
    /// and never before it had been quiet for the time to settle.
    #[test]
    fn every_file_is_told_in_its_last_form(steps in proptest::collection::vec((0..4u8, 0..3u8, 0..3_000i64), 1..40)) {
        let mut inbox = Inbox::new(2_000, false);
        let mut last = std::collections::HashMap::new();
        let mut changed = std::collections::HashMap::new();
        let mut tell = |inbox: &mut Inbox, changed: &std::collections::HashMap<String, i64>| {
            let now = inbox.clock.passed();
            for settled in inbox.look().settled {
                assert!(now - changed[&settled.relative] >= 2_000, "{} too early", settled.relative);
                last.insert(settled.relative, settled.stamp);
            }
        };
        for (at, (action, name, millis)) in steps.into_iter().enumerate() {
            let name = format!("{name}.csv");
            match action {
                0 | 1 => {
                    inbox.write(&name, "x".repeat(at + 1).as_bytes());
                    changed.insert(name, inbox.clock.passed());
                }
                2 => { let _ = fs::remove_file(inbox.path(&name)); }
                _ => {}
            }
            tell(&mut inbox, &changed);
            inbox.clock.advance(millis);
        }
        tell(&mut inbox, &changed);
        inbox.clock.advance(2_000);
        tell(&mut inbox, &changed);
        for entry in fs::read_dir(inbox.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            prop_assert_eq!(last.get(name), Some(&crate::disk::stamp(&path).unwrap()));
        }
    }
}
