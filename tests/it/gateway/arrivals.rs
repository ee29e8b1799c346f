//! What arrives badly: slowly, twice, replaced, locked.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    thread,
    time::{Duration, SystemTime},
};

use super::{Home, fleet::small, roster};

const LI: (&str, &str) = ("李芳", "999900198507152349");

/// A home whose files must rest for so many seconds.
fn settling(secs: u32, more: &str) -> Home {
    let home = Home::new(more);
    change_route(&home, "settle_secs = 0", &format!("settle_secs = {secs}"));
    home
}

pub fn change_route(home: &Home, from: &str, to: &str) {
    let route = fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    assert!(route.contains(from));
    home.write("rosters/route.toml", route.replace(from, to));
}

fn inside(home: &Home, name: &str) -> std::path::PathBuf {
    home.path("rosters/in").join(name)
}

fn tick() {
    thread::sleep(Duration::from_millis(100));
}

fn states(home: &Home) -> Vec<String> {
    home.states().into_iter().map(|(_, state)| state).collect()
}

#[test]
fn a_slow_writer_is_waited_for() {
    let home = settling(1, "");
    let daemon = home.start();
    let text = small(1);
    let mut file = File::create(inside(&home, "慢.csv")).unwrap();
    for portion in text.as_bytes().chunks(text.len() / 25 + 1) {
        file.write_all(portion).unwrap();
        file.flush().unwrap();
        tick();
        assert!(home.names("in").contains(&"慢.csv".to_owned()), "taken before it was whole");
    }
    drop(file);
    daemon.until("it leaves", || home.names("done") == ["慢.csv"]);
    assert_eq!(fs::read_to_string(home.path("rosters/done/慢.csv")).unwrap(), text);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(states(&home), ["delivered"]);
}

#[test]
fn what_is_overwritten_or_deleted_while_it_settles_counts_as_it_is_in_the_end() {
    let home = settling(1, "");
    let daemon = home.start();
    for turn in 0..15 {
        home.write("rosters/in/改.csv", small(turn));
        if turn < 5 {
            home.write("rosters/in/删.csv", small(50));
        } else if turn == 5 {
            fs::remove_file(inside(&home, "删.csv")).unwrap();
        }
        tick();
    }
    daemon.until("it leaves", || home.names("done") == ["改.csv"]);
    assert_eq!(fs::read_to_string(home.path("rosters/done/改.csv")).unwrap(), small(14));
    assert_eq!(daemon.stop(), 0);
    assert_eq!(states(&home), ["delivered"]);
}

#[test]
fn a_rename_into_place_old_times_and_temporary_names() {
    let home = settling(1, "");
    let daemon = home.start();
    for name in ["~$名册.xlsx", "a.tmp", "b.csv.part", "c.crdownload", "Thumbs.db", ".隐藏.csv"]
    {
        home.write(&format!("rosters/in/{name}"), small(7));
    }
    // As a browser does it: written under another name, then renamed.
    home.write("rosters/in/名册.csv.crdownload", small(1));
    fs::rename(inside(&home, "名册.csv.crdownload"), inside(&home, "名册.csv")).unwrap();
    // As an archive does it: the time is that of long ago.
    let old = File::create(inside(&home, "旧.csv")).unwrap();
    (&old).write_all(small(2).as_bytes()).unwrap();
    old.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    drop(old);
    daemon.until("both leave", || home.names("done") == ["名册.csv", "旧.csv"]);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(
        home.names("in"),
        [".隐藏.csv", "Thumbs.db", "a.tmp", "b.csv.part", "c.crdownload", "~$名册.xlsx"]
    );
    assert_eq!(states(&home), ["delivered", "delivered"]);
}

#[test]
fn a_file_that_another_program_has_locked_is_waited_for() {
    let home = Home::new("");
    for how in ["flock", "lockf"] {
        let name = format!("{how}.csv");
        let hidden = home.write(&format!("rosters/in/.{name}"), small(how.len()));
        let script = format!(
            "import fcntl, sys\nf = open(sys.argv[1], 'r+b')\nfcntl.{how}(f, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()"
        );
        let other = Command::new("python3")
            .args(["-c", &script])
            .arg(&hidden)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut other) = other else {
            eprintln!("skipped: there is no python3 to hold a lock");
            return;
        };
        let mut said = String::new();
        BufReader::new(other.stdout.take().unwrap()).read_line(&mut said).unwrap();
        fs::rename(&hidden, inside(&home, &name)).unwrap();
        home.drop_in(&format!("{how}-free.csv"), small(how.len() + 100));
        let daemon = home.start();
        let free = format!("{how}-free.csv");
        daemon.until("the other leaves", || home.names("done").contains(&free));
        for _ in 0..15 {
            assert!(home.names("in").contains(&name), "{how}: a locked file was taken");
            tick();
        }
        drop(other.stdin.take());
        other.wait().unwrap();
        daemon.until("it leaves", || home.names("done").contains(&name));
        assert_eq!(daemon.stop(), 0);
    }
}

#[test]
fn two_thousand_files_at_once() {
    let home = Home::new("");
    for number in 0..2000 {
        home.write(&format!("rosters/in/{number:04}.csv"), small(number));
    }
    home.once(0);
    assert_eq!((home.names("done").len(), home.names("out").len()), (2000, 2000));
    assert!(home.names("in").is_empty());
    assert!(states(&home).iter().all(|state| state == "delivered"));
}

#[test]
fn a_route_with_markers_waits_for_them_and_removes_them() {
    let home = Home::new("marker = \"ok\"");
    home.drop_in("甲.csv", small(1));
    home.drop_in("乙.csv", small(2));
    home.drop_in("乙.csv.ok", "");
    let daemon = home.start();
    daemon.until("the marked one leaves", || home.names("done") == ["乙.csv"]);
    assert_eq!(home.names("in"), ["甲.csv"]);
    home.drop_in("甲.csv.ok", "");
    daemon.until("the other follows", || home.names("done").len() == 2);
    assert_eq!(daemon.stop(), 0);
    assert!(home.names("in").is_empty());
}

#[test]
fn a_marker_does_not_outlive_its_document() {
    for point in ["copy-aside", "after-copy-moved"] {
        let home = Home::new("marker = \"ok\"");
        home.drop_in("甲.csv", small(1));
        home.drop_in("甲.csv.ok", "");
        crash(&home, point);
        home.once(0);
        assert!(home.names("in").is_empty(), "{point}: {:?}", home.names("in"));
    }
}

fn crash(home: &Home, point: &str) {
    let ran = home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", point).output().unwrap();
    assert!(ran.status.code().is_none(), "{point}: {ran:?}");
}

#[test]
fn a_document_that_is_replaced_while_its_first_version_is_in_work_is_handled_twice() {
    for point in ["after-spool", "after-admit", "before-read", "after-commit", "after-outputs"] {
        let home = Home::new("");
        home.drop_in("名册.csv", small(1));
        crash(&home, point);
        home.drop_in("名册.csv", small(2));
        home.once(0);
        let done = home.names("done");
        // Before the admission nobody had promised anything: the file is what it is now.
        let expected: &[&str] =
            if point == "after-spool" { &["delivered"] } else { &["delivered"; 2] };
        assert_eq!(states(&home), expected, "{point}");
        assert_eq!(done, ["名册.csv"], "{point}");
        assert_eq!(fs::read_to_string(home.path("rosters/done/名册.csv")).unwrap(), small(2));
        assert_eq!(home.names("out").len(), expected.len(), "{point}");
    }
}

#[test]
fn the_same_name_again_while_the_first_is_in_work_waits_for_its_turn() {
    let home = Home::new("");
    let daemon = home.start();
    for number in 0..12 {
        home.drop_in("名册.csv", small(number));
        daemon.until("it is taken", || home.names("in").is_empty());
    }
    daemon.until("all end", || home.names("out").len() == 12);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(home.names("done").len(), 12);
    assert!(states(&home).iter().all(|state| state == "delivered"));
}

#[test]
fn an_original_that_is_moved_back_is_taken_again() {
    let home = Home::new("");
    let daemon = home.start();
    home.drop_in("好.csv", small(1));
    let wrong = roster("2022-03-01-127(国)", &[(LI.0, "999900198507152340", "2")]);
    home.drop_in("错.csv", wrong);
    let is_over =
        || home.names("done") == ["好.csv"] && home.names("refused").contains(&"错.csv".to_owned());
    daemon.until("both leave", is_over);
    for _ in 0..3 {
        // As a person does it with the mouse: same file, same time.
        fs::rename(home.path("rosters/done/好.csv"), inside(&home, "好.csv")).unwrap();
        fs::rename(home.path("rosters/refused/错.csv"), inside(&home, "错.csv")).unwrap();
        daemon.until("both leave again", is_over);
    }
    let jobs = home.jobs();
    daemon.until("all ends", || {
        states(&home).iter().all(|state| state == "delivered" || state == "held")
    });
    assert_eq!(daemon.stop(), 0);
    let good: Vec<_> = jobs.iter().filter(|job| job["document"] == "好.csv").collect();
    assert_eq!((good.len(), &good[0]["seen_again"]), (1, &3.into()), "{jobs:?}");
    assert_eq!(home.names("out").len(), 1);
}

#[test]
fn a_copy_that_was_aside_when_the_daemon_died_is_not_forgotten() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    home.once(0);
    // The same bytes again: seen, no job, so that nobody else remembers the copy.
    home.drop_in("儿科/名册.csv", small(1));
    crash(&home, "copy-aside");
    home.once(0);
    assert!(home.names("in").is_empty(), "{:?}", home.names("in"));
    assert_eq!(home.names("done"), ["儿科/名册.csv", "名册.csv"]);
    assert_eq!(states(&home), ["delivered"]);
}

#[test]
fn a_file_that_is_written_in_place_after_it_was_admitted_is_handled_twice() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    crash(&home, "after-admit");
    // The same file, longer: what was admitted stays what it was.
    let mut file = OpenOptions::new().append(true).open(inside(&home, "名册.csv")).unwrap();
    file.write_all(small(2).lines().nth(1).unwrap().as_bytes()).unwrap();
    drop(file);
    home.once(0);
    assert_eq!(states(&home), ["delivered"; 2]);
    assert_eq!((home.names("done").len(), home.names("out").len()), (1, 2));
}
