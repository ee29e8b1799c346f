//! Daemons that die all the time: alone on their built-in ledger, and two that share a PostgreSQL one.

use std::{collections::BTreeMap, time::Instant};

use super::{Daemon, Home, roster, server::Server};

const DOCUMENTS: usize = 500;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A Chinese ID number with its check digit, of nobody: the area does not exist.
pub fn id_number(number: usize) -> String {
    let body = format!("999900199{:01}0307{:03}", number / 1000 % 10, number % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize =
        body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{body}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11])
}

/// A small document that differs from all others.
pub fn small(number: usize) -> String {
    let (one, two) = (id_number(number % 10_000), id_number((number + 5000) % 10_000));
    let mut people = vec![("王小明", one.as_str(), "2"), ("李芳", two.as_str(), "1")];
    let three = id_number((number + 2500) % 10_000);
    if number.is_multiple_of(2) {
        people.push(("赵敏", &three, "3"));
    }
    let project = format!("2022-03-01-{:03}(国)", number % 1000);
    roster(&project, &people)
}

/// Drops documents and kills daemons at random until every document has left.
fn besiege(home: &Home, daemons: usize, seed: u64) {
    let mut dice = Dice(seed);
    let mut living: Vec<Daemon> = (0..daemons).map(|_| home.start()).collect();
    let (mut dropped, mut killed) = (0, 0);
    let begun = Instant::now();
    while home.names("done").len() < DOCUMENTS {
        assert!(begun.elapsed().as_secs() < 300, "not done after {killed} deaths");
        for _ in 0..10 + dice.throw(30) {
            if dropped < DOCUMENTS {
                home.drop_in(&format!("文件{dropped:03}.csv"), small(dropped));
                dropped += 1;
            }
        }
        let patience = std::time::Duration::from_millis(200 + dice.throw(500));
        let slept = Instant::now();
        while slept.elapsed() < patience && home.names("done").len() < DOCUMENTS {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        // Towards the end they may live, or it would be a matter of luck.
        if killed < 40 {
            let victim = dice.throw(daemons as u64) as usize;
            drop(living.remove(victim));
            living.push(home.start());
            killed += 1;
        }
    }
    let all =
        || home.states().iter().filter(|(_, state)| state == "delivered").count() == DOCUMENTS;
    living[0].until("every job ends", all);
    for daemon in living {
        assert_eq!(daemon.stop(), 0);
    }
    eprintln!("{killed} deaths, {:.1} s", begun.elapsed().as_secs_f64());
    everything_left_once(home);
}

fn everything_left_once(home: &Home) {
    let states = home.states();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    states.iter().for_each(|(_, state)| *kinds.entry(state).or_default() += 1);
    assert_eq!(kinds, BTreeMap::from([("delivered", DOCUMENTS)]), "{states:?}");
    let expected = |ending: &str| -> Vec<String> {
        (0..DOCUMENTS).map(|number| format!("文件{number:03}{ending}")).collect()
    };
    assert_eq!(home.names("done"), expected(".csv"));
    assert_eq!(home.names("out"), expected(".national-cme-roster.xlsx"));
    assert!(home.names("in").is_empty() && home.names("refused").is_empty());
    let verified = home.run(&["jobs", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn a_daemon_that_is_killed_again_and_again_delivers_everything_once() {
    let home = Home::new("");
    besiege(&home, 1, 7);
}

#[test]
fn two_daemons_on_one_ledger_that_are_killed_again_and_again_deliver_everything_once() {
    let Some(server) = Server::start() else {
        eprintln!("skipped: no PostgreSQL on this machine");
        return;
    };
    let home = Home::new("");
    let ledger = server.database("fleet");
    home.write(
        "gateway.toml",
        format!("version = 1\nledger = \"{ledger}\"\n[limits]\nlease_secs = 10\n"),
    );
    besiege(&home, 2, 11);
}

#[test]
fn a_second_daemon_on_a_built_in_ledger_is_turned_away() {
    let home = Home::new("");
    let daemon = home.start();
    home.drop_in("名册.csv", small(1));
    daemon.until("it works", || home.names("out").len() == 1);
    let second = home.run(&["run", "--once"]);
    assert_eq!(second.status.code(), Some(4), "{second:?}");
    assert!(String::from_utf8_lossy(&second.stderr).contains("PostgreSQL"), "{second:?}");
    assert_eq!(daemon.stop(), 0);
    home.once(0);
}

#[test]
fn a_daemon_stops_soon_in_the_middle_of_a_large_document_and_the_next_finishes_it() {
    let home = Home::new("");
    let small = small(1);
    let mut lines = small.lines();
    let (head, line) = (lines.next().unwrap(), lines.next().unwrap());
    let mut text = format!("{head}\n");
    for number in 0..20_000 {
        let id = id_number(number % 10_000);
        text += &line
            .replace(&id_number(1), &id)
            .replace(",1,2,", &format!(",{},2,", number / 10_000 + 1));
        text.push('\n');
    }
    home.drop_in("大.csv", text);
    let daemon = home.start();
    let is_begun = || {
        home.path("ledger.sqlite").exists()
            && home.states().first().is_some_and(|(_, state)| state == "converting")
    };
    daemon.until("it is in work", is_begun);
    let asked = Instant::now();
    assert_eq!(daemon.stop(), 0);
    assert!(asked.elapsed().as_secs() < 10, "{:?}", asked.elapsed());
    let ran = home.run(&["run", "--once"]);
    assert!(matches!(ran.status.code(), Some(0 | 1)), "{ran:?}");
    assert_eq!(home.names("out").len(), 1);
    assert!(home.names("in").is_empty());
    assert_eq!(home.states()[0].1, "delivered");
}

/// Open files and memory (KiB) of a process.
fn figures(id: u32) -> (usize, u64) {
    let files = std::fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let memory = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    (files, memory.unwrap_or_default())
}

#[test]
#[ignore = "takes minutes"]
fn open_files_and_memory_stay_flat_over_three_thousand_documents() {
    let home = Home::new("");
    let daemon = home.start();
    let mut seen = Vec::new();
    for number in 0..3000 {
        home.drop_in(&format!("{number:04}.csv"), small(number));
        if number % 100 == 99 {
            daemon.until("they leave", || home.names("in").is_empty());
            seen.push(figures(daemon.id()));
        }
    }
    assert_eq!(daemon.stop(), 0);
    let most = |part: &[(usize, u64)]| {
        (part.iter().map(|one| one.0).max().unwrap(), part.iter().map(|one| one.1).max().unwrap())
    };
    let (first, last) = (most(&seen[..10]), most(&seen[20..]));
    eprintln!("open files {} then {}, memory {} then {} KiB", first.0, last.0, first.1, last.1);
    assert!(last.0 <= first.0 + 2 && last.1 <= first.1 + first.1 / 5, "{seen:?}");
}
