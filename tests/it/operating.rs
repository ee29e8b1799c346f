//! What an operator types and reads beside a daemon: `run --once`, `jobs`, `purge`, `doctor`; ids and times taken out.

use std::fs;

use serde_json::Value;

use crate::{
    sandbox::{Ran, Sandbox, root},
    shapes::assert_fits,
};

const ROUTE: &str = "version = 1\ninputs = [\"learner-address-book\"]\nsettle_secs = 0\n\
                     [[outlets]]\ntarget = \"national-cme-roster\"\n";
const ROSTER: &str = "watch-dirs/rosters/in/内科/名册.csv";

/// A home with one route, into which a sample with mistakes was dropped.
fn home() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("watch-dirs/gateway.toml", "version = 1\n");
    sandbox.write("watch-dirs/rosters/route.toml", ROUTE);
    sandbox.write(ROSTER, fs::read(root().join("samples/区县上报学员名册_GBK.csv")).unwrap());
    sandbox
}

/// Puts `JOB1`… for ids in order of arrival, `DAEMON` for the chains' names, and a fixed time for every time.
fn plain(sandbox: &Sandbox, text: String) -> String {
    let listed = sandbox.run(&["jobs", "list", "--json"]).json();
    let mut jobs = listed["jobs"].as_array().unwrap().clone();
    jobs.reverse();
    let mut text = text;
    for (at, job) in jobs.iter().enumerate() {
        let id = job["id"].as_str().unwrap();
        let name = format!("JOB{}", at + 1);
        // As wide as the id, so that tables stay aligned.
        text = text.replace(&format!("{id}  "), &format!("{name:<width$}  ", width = id.len()));
        text = text.replace(id, &name);
    }
    let chains = sandbox.run(&["jobs", "verify", "--json"]).json();
    for chain in chains["chains"].as_array().unwrap() {
        text = text.replace(&*sandbox.path("").to_string_lossy(), "HERE/");
        let daemon = chain["daemon"].as_str().unwrap();
        let (host, _) = daemon.split_once([':', '@']).unwrap();
        text = text.replace(&format!("{host}:"), "HOST:");
    }
    without_times(&text)
}

/// `2026-11-22 20:15` becomes `YYYY-MM-DD hh:mm`.
fn without_times(text: &str) -> String {
    const SHAPE: &str = "YYYY-MM-DD hh:mm";
    let fits = |part: &[char]| {
        part.len() == SHAPE.len()
            && part.iter().zip(SHAPE.chars()).all(|(letter, shape)| {
                if shape.is_alphabetic() { letter.is_ascii_digit() } else { *letter == shape }
            })
    };
    let letters: Vec<char> = text.chars().collect();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        if letters.get(at..at + SHAPE.len()).is_some_and(fits) {
            plain.push_str(SHAPE);
            at += SHAPE.len();
        } else {
            plain.push(*letter);
            at += 1;
        }
    }
    plain
}

fn only_job(sandbox: &Sandbox) -> String {
    let listed = sandbox.run(&["jobs", "list", "--json"]).json();
    listed["jobs"][0]["id"].as_str().unwrap().to_owned()
}

fn assert_well(ran: &Ran) {
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
}

#[test]
fn jobs_are_listed_shown_and_verified_in_both_languages() {
    let sandbox = home();
    let ran = sandbox.run(&["run", "--once"]);
    assert_eq!(ran.code(), 1, "{}", ran.stderr());
    let job = only_job(&sandbox);
    for lang in ["zh", "en"] {
        for (name, words) in [
            ("list", vec!["jobs", "list"]),
            ("show", vec!["jobs", "show", &job]),
            ("verify", vec!["jobs", "verify"]),
            ("purge", vec!["purge"]),
            ("purge-old", vec!["purge", "--older-than", "0"]),
        ] {
            let ran = sandbox.run(&[&["--lang", lang], &words[..]].concat());
            assert_well(&ran);
            let told = plain(&sandbox, ran.stdout());
            insta::assert_snapshot!(format!("operating-{name}-{lang}"), told);
        }
    }
}

#[test]
fn a_new_home_is_made_told_of_and_found_well() {
    let sandbox = Sandbox::new();
    let before = sandbox.run(&["doctor"]);
    assert_eq!(before.code(), 4);
    insta::assert_snapshot!("operating-doctor-before", without_times(&before.stdout()));
    let ran = sandbox.run(&["run", "--once"]);
    assert_well(&ran);
    assert_eq!(sandbox.run(&["jobs", "list"]).stdout(), "没有任务\n");
    for lang in ["zh", "en"] {
        let ran = sandbox.run(&["--lang", lang, "doctor"]);
        assert_well(&ran);
        insta::assert_snapshot!(format!("operating-doctor-{lang}"), without_times(&ran.stdout()));
    }
}

#[test]
fn a_wrong_route_is_told_with_its_line_and_rests_alone() {
    let sandbox = home();
    sandbox.write("watch-dirs/other/route.toml", "version = 1\nsetle_secs = 3\n");
    let ran = sandbox.run(&["--lang", "en", "run", "--once"]);
    assert_eq!(ran.code(), 3, "{}", ran.stderr());
    assert!(ran.stderr().contains("other/route.toml:2:1"), "{}", ran.stderr());
    let listed = sandbox.run(&["jobs", "list", "--json"]).json();
    assert_eq!(listed["jobs"][0]["state"], "delivered", "{listed}");
    let doctor = sandbox.run(&["--lang", "en", "doctor"]);
    assert_eq!(doctor.code(), 3);
    assert!(doctor.stdout().contains("did you mean settle_secs?"), "{}", doctor.stdout());
}

#[test]
fn without_a_ledger_people_are_told_to_run_first() {
    let sandbox = Sandbox::new();
    sandbox.write("watch-dirs/gateway.toml", "version = 1\n");
    for (lang, told) in [("zh", "还没有账本"), ("en", "there is no ledger yet")] {
        for words in [&["jobs", "list"][..], &["jobs", "verify"], &["purge"]] {
            let ran = sandbox.run(&[&["--lang", lang], words].concat());
            assert_eq!(ran.code(), 4, "{words:?}");
            assert!(ran.stderr().contains(told), "{words:?}: {}", ran.stderr());
        }
    }
}

#[test]
fn the_json_for_other_programs_has_the_published_shapes() {
    let sandbox = home();
    let ran = sandbox.run(&["run", "--once", "--json"]).json();
    assert_fits("run.schema.json", &ran);
    assert_eq!(ran["outcome"]["finished"], 1, "{ran}");
    // Corrected, and once more the same: every field is used.
    sandbox.write(ROSTER, fs::read(root().join("samples/Unicode文本.txt")).unwrap());
    sandbox.run(&["run", "--once"]);
    sandbox.write(ROSTER, fs::read(root().join("samples/Unicode文本.txt")).unwrap());
    sandbox.run(&["run", "--once"]);
    let jobs = sandbox.run(&["jobs", "list", "--json"]).json();
    assert_fits("jobs.schema.json", &jobs);
    assert_eq!(jobs["jobs"][0]["seen_again"], 1, "{jobs}");
    for job in jobs["jobs"].as_array().unwrap() {
        let shown = sandbox.run(&["jobs", "show", job["id"].as_str().unwrap(), "--json"]).json();
        assert_fits("job.schema.json", &shown);
        assert_ne!(shown["job"]["outputs"].as_array().map_or(0, Vec::len), 0);
        let is_first = job["corrects"] == Value::Null;
        assert_eq!(is_first, shown["job"]["changes"] == Value::Null, "{shown}");
    }
    assert_fits("chains.schema.json", &sandbox.run(&["jobs", "verify", "--json"]).json());
    assert_fits("doctor.schema.json", &sandbox.run(&["doctor", "--json"]).json());
    assert_fits("purge.schema.json", &sandbox.run(&["purge", "--json"]).json());
    let purged = sandbox.run(&["purge", "--older-than", "0", "--yes", "--json"]).json();
    assert_fits("purge.schema.json", &purged);
    assert_eq!(purged["is_removed"], true, "{purged}");
}
