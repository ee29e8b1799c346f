//! The world at its worst: full and read-only disks, lost keys, damaged ledgers, wrong routes.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use super::{Home, arrivals::change_route, fleet::small, sample};

/// A small disk of its own.
struct Disk(PathBuf);

impl Disk {
    /// Mounts one; `None` where that is not permitted.
    fn mount(path: PathBuf, kilobytes: u32) -> Option<Disk> {
        fs::create_dir_all(&path).unwrap();
        let size = format!("size={kilobytes}k");
        let done = mount(&["-t", "tmpfs", "-o", &size, "cmegate-test", path.to_str().unwrap()]);
        if !done {
            eprintln!("skipped: may not mount a small disk");
        }
        done.then_some(Disk(path))
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut ballast = fs::File::create(self.0.join(".ballast")).unwrap();
        while ballast.write_all(&[7; 4096]).is_ok() {}
    }

    fn clear(&self) {
        fs::remove_file(self.0.join(".ballast")).unwrap();
    }

    fn set_read_only(&self, is_read_only: bool) {
        let how = if is_read_only { "remount,ro" } else { "remount,rw" };
        assert!(mount(&["-o", how, self.0.to_str().unwrap()]));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

fn mount(words: &[&str]) -> bool {
    Command::new("mount").args(words).output().is_ok_and(|ran| ran.status.success())
}

fn said(ran: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

fn job(home: &Home, document: &str) -> Value {
    let found = home.jobs().into_iter().rev().find(|job| job["document"] == document);
    found.unwrap_or_else(|| panic!("no job of {document}"))
}

fn text<'a>(job: &'a Value, key: &str) -> &'a str {
    job[key].as_str().unwrap_or_default()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|ran| ran.stdout.starts_with(b"0"))
}

#[test]
fn a_full_spool_pauses_the_intake_which_goes_on_by_itself() {
    let home = Home::new("");
    let Some(disk) = Disk::mount(home.path("spool"), 1024) else { return };
    home.drop_in("前.csv", small(1));
    let daemon = home.start();
    daemon.until("the first leaves", || home.names("done") == ["前.csv"]);
    disk.fill();
    home.drop_in("甲.csv", small(2));
    home.drop_in("乙.csv", small(3));
    for _ in 0..30 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(home.names("in").len(), 2);
    }
    disk.clear();
    daemon.until("the rest follows", || home.names("done").len() == 3);
    assert_eq!(daemon.stop(), 0);
    assert!(home.states().iter().all(|(_, state)| state == "delivered"));
    assert_eq!(home.names("out").len(), 3);
}

#[test]
fn run_once_does_not_wait_for_a_full_disk_to_be_cleared() {
    let home = Home::new("");
    let Some(disk) = Disk::mount(home.path("spool"), 1024) else { return };
    home.once(0);
    disk.fill();
    home.drop_in("甲.csv", small(2));
    home.once(4);
    assert_eq!(home.names("in"), ["甲.csv"]);
    disk.clear();
    home.once(0);
    assert_eq!(home.names("out").len(), 1);
}

#[test]
fn a_full_out_folder_is_waited_for_however_long_it_takes() {
    let home = Home::new("");
    home.write("gateway.toml", "version = 1\n[limits]\nmax_tries = 1\n");
    let Some(disk) = Disk::mount(home.path("rosters/out"), 256) else { return };
    let daemon = home.start();
    daemon.until("it runs", || home.path("ledger.sqlite").exists());
    disk.fill();
    home.drop_in("甲.csv", small(1));
    home.drop_in("乙.csv", small(2));
    let is_told =
        || home.jobs().iter().filter(|job| text(job, "sentence").contains("磁盘满了")).count() == 2;
    daemon.until("both say why", is_told);
    assert_eq!(home.names("in").len(), 2, "a copy moved before its output was in place");
    disk.clear();
    daemon.until("both leave", || home.names("done").len() == 2);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(home.names("out").len(), 2);
    assert!(home.states().iter().all(|(_, state)| state == "delivered"));
}

#[test]
fn a_full_ledger_pauses_everything_and_blames_no_document() {
    let home = Home::new("");
    home.write(
        "gateway.toml",
        "version = 1\nledger = \"sqlite:disk/ledger.sqlite\"\n[limits]\nlease_secs = 10\n",
    );
    let Some(disk) = Disk::mount(home.path("disk"), 20_480) else { return };
    home.drop_in("前.csv", small(1));
    let daemon = home.start();
    daemon.until("the first leaves", || home.names("done").len() == 1);
    disk.fill();
    for number in 2..40 {
        home.drop_in(&format!("{number}.csv"), small(number));
    }
    for _ in 0..60 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    disk.clear();
    daemon.until("the rest follows", || home.names("done").len() == 39);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(home.names("out").len(), 39);
    assert!(home.names("in").is_empty());
    assert!(home.run(&["jobs", "verify"]).status.success());
}

#[test]
fn a_read_only_out_folder_leaves_the_copy_where_it_is_and_others_go_on() {
    let home = Home::new("");
    let route = fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    home.write("second/route.toml", route);
    let Some(disk) = Disk::mount(home.path("rosters/out"), 1024) else { return };
    disk.set_read_only(true);
    home.drop_in("甲.csv", small(1));
    home.write("second/in/乙.csv", small(2));
    let daemon = home.start();
    daemon.until("it says why", || {
        home.path("second/done/乙.csv").exists()
            && home.jobs().iter().any(|job| text(job, "sentence").contains("Read-only"))
    });
    daemon.until("the other route works", || home.path("second/done/乙.csv").exists());
    assert_eq!(home.names("in"), ["甲.csv"]);
    disk.set_read_only(false);
    daemon.until("it leaves", || home.names("done") == ["甲.csv"]);
    assert_eq!(daemon.stop(), 0);
    assert_eq!(home.names("out").len(), 1);
}

#[test]
fn a_job_that_got_stuck_on_its_way_out_is_retried_without_making_it_twice() {
    let home = Home::new("");
    home.write("gateway.toml", "version = 1\n[limits]\nmax_tries = 1\n");
    let Some(disk) = Disk::mount(home.path("rosters/refused"), 1024) else { return };
    disk.set_read_only(true);
    // One file for out/, which gets its place, and one for refused/, which does not.
    home.drop_in("名册.csv", sample("区县上报学员名册_GBK.csv"));
    home.once(4);
    let stuck = job(&home, "名册.csv");
    assert_eq!((text(&stuck, "state"), home.names("out").len()), ("stuck", 1), "{stuck:?}");
    home.once(0);
    disk.set_read_only(false);
    assert!(home.run(&["jobs", "retry", text(&stuck, "id")]).status.success());
    home.once(0);
    assert_eq!(home.names("out").len(), 1, "{:?}", home.names("out"));
    assert_eq!(home.names("refused"), ["名册.annotated.xlsx"]);
    assert!(home.names("in").is_empty());
}

#[test]
fn an_output_that_somebody_took_at_once_is_not_made_again() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-outputs").output().unwrap();
    assert!(ran.status.code().is_none());
    fs::remove_file(home.path("rosters/out/名册.national-cme-roster.xlsx")).unwrap();
    home.once(0);
    assert!(home.names("out").is_empty(), "delivered twice");
    assert_eq!(home.names("done"), ["名册.csv"]);
}

#[test]
fn what_has_its_place_does_not_stand_there_twice_when_the_rest_is_made_again() {
    let home = Home::new("");
    home.drop_in("名册.csv", sample("区县上报学员名册_GBK.csv"));
    let mut once = home.command(&["run", "--once"]);
    let ran = once.env("CMEGATE_CRASH_AT", "after-rename-first-output").output().unwrap();
    assert!(ran.status.code().is_none());
    assert_eq!((home.names("out").len(), home.names("refused").len()), (1, 0));
    for entry in fs::read_dir(home.path("rosters/.cmegate")).unwrap() {
        fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    home.once(1);
    assert_eq!(home.names("out"), ["名册.national-cme-roster.xlsx"]);
    assert_eq!(home.names("refused"), ["名册.annotated.xlsx"]);
}

#[test]
fn a_file_that_we_may_not_read_is_stuck_until_we_may() {
    if !is_root() {
        eprintln!("skipped: only root can give up rights");
        return;
    }
    let home = Home::new("");
    home.drop_in("好.csv", small(1));
    home.drop_in("锁.csv", small(2));
    let place = home.path("");
    let run = |command: &mut Command| assert!(command.status().unwrap().success());
    run(Command::new("chown").arg("-R").arg("nobody").arg(&place));
    run(Command::new("chown").arg("root").arg(home.path("rosters/in/锁.csv")));
    run(Command::new("chmod").arg("600").arg(home.path("rosters/in/锁.csv")));
    let program = env!("CARGO_BIN_EXE_cmegate");
    // The program may lie where only root can go.
    let copy = place.join("cmegate");
    fs::copy(program, &copy).unwrap();
    let once = || {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--clear-groups", "--"]).arg(&copy);
        command.args(["run", "--once", "--home"]).arg(&place).env("HOME", "/").output().unwrap()
    };
    let ran = once();
    assert_eq!(ran.status.code(), Some(4), "{}", said(&ran));
    assert_eq!(text(&job(&home, "好.csv"), "state"), "delivered");
    let stuck = job(&home, "锁.csv");
    assert_eq!(text(&stuck, "state"), "stuck");
    assert!(text(&stuck, "sentence").contains("读不了"), "{stuck:?}");
    assert_eq!(home.names("in"), ["锁.csv"]);
    run(Command::new("chown").arg("-R").arg("nobody").arg(&place));
    let ran = once();
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    let all: Vec<String> = home.states().into_iter().map(|(_, state)| state).collect();
    assert!(all.contains(&"cancelled".to_owned()) && !all.contains(&"stuck".to_owned()), "{all:?}");
    assert_eq!(home.names("out").len(), 2);
}

#[test]
fn a_lost_key_costs_what_it_sealed_and_nothing_else() {
    let home = Home::new("");
    home.drop_in("旧.csv", small(1));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-admit").output().unwrap();
    assert!(ran.status.code().is_none());
    let kept = home.path("secrets/kept.key");
    fs::rename(home.path("secrets/ledger.key"), &kept).unwrap();
    home.drop_in("新.csv", small(2));
    let ran = home.run(&["run", "--once"]);
    assert_eq!(ran.status.code(), Some(4), "{}", said(&ran));
    let jobs = home.jobs();
    assert_eq!(text(&jobs[0], "state"), "stuck", "{jobs:?}");
    assert!(!text(&jobs[0], "sentence").is_empty(), "{jobs:?}");
    assert_eq!(text(&job(&home, "新.csv"), "state"), "delivered");
    assert!(home.names("in").contains(&"旧.csv".to_owned()), "the copy is the last one there is");
    // The old key comes back from its backup, below which the new one stays.
    let both = fs::read_to_string(&kept).unwrap()
        + &fs::read_to_string(home.path("secrets/ledger.key")).unwrap();
    fs::write(home.path("secrets/ledger.key"), both).unwrap();
    assert!(home.run(&["jobs", "retry", text(&jobs[0], "id")]).status.success());
    home.once(0);
    assert_eq!(home.names("out").len(), 2);
    assert!(home.names("in").is_empty());
}

#[test]
fn a_lost_look_up_key_is_refused_with_words() {
    let home = Home::new("");
    home.once(0);
    fs::remove_file(home.path("secrets/lookup.key")).unwrap();
    let ran = home.run(&["run", "--once"]);
    assert_eq!(ran.status.code(), Some(4));
    assert!(said(&ran).contains("从备份恢复"), "{}", said(&ran));
}

#[test]
fn a_newer_ledger_and_a_damaged_one_are_refused_with_words() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    home.once(0);
    let file = home.path("ledger.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let kept = fs::read(&file).unwrap();
    connection.execute("UPDATE meta SET value = '999' WHERE name = 'schema-version'", []).unwrap();
    drop(connection);
    let ran = home.run(&["run", "--once"]);
    assert_eq!(ran.status.code(), Some(4));
    assert!(said(&ran).contains("升级"), "{}", said(&ran));
    let put = |bytes: &[u8]| {
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(home.path(&format!("ledger.sqlite{beside}")));
        }
        fs::write(&file, bytes).unwrap();
    };
    let mut garbage = kept.clone();
    let middle = garbage.len() / 2;
    garbage[middle..].fill(0x5a);
    for (what, bytes) in
        [("no ledger at all", vec![0x5a; 9000]), ("garbage in the middle", garbage)]
    {
        put(&bytes);
        for verb in [&["run", "--once"][..], &["jobs", "list"]] {
            let ran = home.run(verb);
            assert_eq!(ran.status.code(), Some(4), "{what}");
            assert!(said(&ran).contains("备份"), "{what}: {}", said(&ran));
        }
    }
    put(&kept);
    home.once(0);
    assert_eq!(home.states()[0].1, "delivered");
}

#[test]
fn a_ledger_that_is_gone_beside_a_used_spool_is_not_made_anew_unless_told() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    home.once(0);
    for beside in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(home.path(&format!("ledger.sqlite{beside}")));
    }
    let ran = home.run(&["run", "--once"]);
    assert_eq!(ran.status.code(), Some(3), "{}", said(&ran));
    assert!(said(&ran).contains("--new-ledger"), "{}", said(&ran));
    assert!(!home.path("ledger.sqlite").exists());
    assert_eq!(home.run(&["run", "--once", "--new-ledger"]).status.code(), Some(0));
    home.once(0);
}

#[test]
fn after_a_new_key_old_documents_still_open() {
    let home = Home::new("");
    home.drop_in("旧.csv", small(1));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-admit").output().unwrap();
    assert!(ran.status.code().is_none());
    home.run(&["doctor", "--rotate-key"]);
    let key = fs::read_to_string(home.path("secrets/ledger.key")).unwrap();
    assert_eq!(key.lines().filter(|line| line.starts_with("cmegate-key-1")).count(), 2);
    home.drop_in("新.csv", small(2));
    home.once(0);
    assert!(home.states().iter().all(|(name, state)| !name.is_empty() && state == "delivered"));
}

fn shipped(home: &Home) -> PathBuf {
    let folder = home.path("mappings");
    copy_folder(&crate::sandbox::root().join("mappings"), &folder);
    folder
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn a_route_that_is_removed_while_jobs_wait_goes_on_when_it_is_back() {
    let home = Home::new("");
    home.drop_in("名册.csv", small(1));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-admit").output().unwrap();
    assert!(ran.status.code().is_none());
    let (route, away) = (home.path("rosters/route.toml"), home.path("rosters/route.away"));
    fs::rename(&route, &away).unwrap();
    home.once(4);
    let waiting = job(&home, "名册.csv");
    assert_eq!(text(&waiting, "state"), "admitted");
    assert!(text(&waiting, "sentence").contains("route.toml"), "{waiting:?}");
    assert_eq!(home.names("in"), ["名册.csv"]);
    fs::rename(&away, &route).unwrap();
    let daemon = home.start();
    daemon.until("it leaves", || home.names("done") == ["名册.csv"]);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_route_that_is_mended_while_the_daemon_runs_works_from_then_on() {
    let home = Home::new("");
    change_route(&home, "settle_secs = 0", "setle_secs = 0");
    home.drop_in("名册.csv", small(1));
    let daemon = home.start();
    daemon.until("it runs", || home.path("ledger.sqlite").exists());
    change_route(&home, "setle_secs = 0", "settle_secs = 0");
    daemon.until("it leaves", || home.names("done") == ["名册.csv"]);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_file_where_a_route_s_folder_should_be_stops_only_that_route() {
    let home = Home::new("");
    let route = fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    home.write("broken/route.toml", route);
    home.write("broken/in", "no folder");
    home.drop_in("名册.csv", small(1));
    let ran = home.run(&["run", "--once"]);
    assert!(matches!(ran.status.code(), Some(3 | 4)), "{}", said(&ran));
    assert!(said(&ran).contains("broken"), "{}", said(&ran));
    assert_eq!(home.names("done"), ["名册.csv"]);
}

#[test]
fn a_template_that_is_missing_stops_its_route_until_it_is_back() {
    let home = Home::new("");
    let folder = shipped(&home);
    let templates: Vec<PathBuf> = find(&folder, "national-cme-roster");
    let template =
        templates.iter().find(|path| path.extension().is_some_and(|kind| kind == "xlsx"));
    let Some(template) = template else {
        eprintln!("skipped: this target has no template");
        return;
    };
    home.drop_in("名册.csv", small(1));
    let kept = fs::read(template).unwrap();
    fs::remove_file(template).unwrap();
    let words = ["run", "--once", "--mappings", folder.to_str().unwrap()];
    let ran = home.run(&words);
    assert!(matches!(ran.status.code(), Some(3 | 4)), "{}", said(&ran));
    assert!(home.names("out").is_empty());
    assert_eq!(home.names("in"), ["名册.csv"]);
    fs::write(template, kept).unwrap();
    for job in home.jobs() {
        home.run(&["jobs", "retry", text(&job, "id")]);
    }
    let ran = home.run(&words);
    assert_eq!(ran.status.code(), Some(0), "{}", said(&ran));
    assert_eq!(home.names("out").len(), 1);
}

fn find(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(find(&path, part));
        } else if path.to_string_lossy().contains(part) {
            found.push(path);
        }
    }
    found
}
