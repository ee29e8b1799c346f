//! Rosters under a password, and routes that have a vault.

use std::fs;

use super::Home;
use crate::sandbox::root;

const VAULT: &str = "passwords = { file = \"secrets/rosters.passwords\" }";
const OWN: &str = "继教2022 #";

fn locked(case: &str) -> Vec<u8> {
    fs::read(root().join("tests/corpus").join(case).join("input.xlsx")).unwrap()
}

fn has_text(folder: &std::path::Path, text: &str) -> bool {
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|found| found == text.as_bytes())
        {
            return path.file_name().is_some_and(|name| name != "rosters.passwords");
        }
    }
    false
}

#[test]
fn a_route_with_a_vault_delivers_a_locked_roster() {
    let home = Home::new(VAULT);
    home.write("secrets/rosters.passwords", format!("old\n{OWN}\n"));
    home.drop_in("名单.xlsx", locked("encrypted-agile"));
    home.drop_in("有错.xlsx", locked("encrypted-with-an-error"));
    home.once(1);
    for (name, state) in home.states() {
        assert_eq!(state, "delivered", "{name}");
    }
    assert_eq!(home.names("out").len(), 2);
    assert_eq!(home.names("refused"), ["有错.annotated.xlsx"]);
    // The sender's copy is as it was; the annotated one opens without a password.
    assert_eq!(fs::read(home.path("rosters/done/名单.xlsx")).unwrap(), locked("encrypted-agile"));
    let annotated = fs::read(home.path("rosters/refused/有错.annotated.xlsx")).unwrap();
    assert!(annotated.starts_with(b"PK"));
    // Nothing of the journey is left, and no password anywhere but in the vault.
    let scratch: Vec<_> = fs::read_dir(home.path("spool")).unwrap().flatten().collect();
    assert!(!scratch.is_empty());
    assert!(!has_text(&home.path(""), OWN));
}

#[test]
fn a_locked_roster_without_a_fitting_password_comes_back_with_a_note() {
    for (more, code) in [("", "打开密码"), (VAULT, "都打不开")] {
        let home = Home::new(more);
        home.write("secrets/rosters.passwords", "other\n");
        home.drop_in("名单.xlsx", locked("encrypted-agile"));
        home.once(1);
        assert_eq!(home.states(), [("名单.xlsx".to_owned(), "quarantined".to_owned())]);
        let refused = home.names("refused");
        assert_eq!(refused.len(), 2, "{refused:?}");
        let note = refused.iter().find(|name| name.ends_with(".txt")).unwrap();
        let note = fs::read_to_string(home.path("rosters/refused").join(note)).unwrap();
        assert!(note.contains(code), "{note}");
    }
}

#[test]
fn a_password_that_is_added_later_counts_without_a_restart() {
    let home = Home::new(VAULT);
    home.write("secrets/rosters.passwords", "other\n");
    home.once(0);
    let daemon = home.start();
    home.drop_in("名单.xlsx", locked("encrypted-agile"));
    daemon.until("refused", || home.states().iter().any(|(_, state)| state == "quarantined"));
    home.write("secrets/rosters.passwords", format!("other\n{OWN}"));
    home.drop_in("再交.xlsx", locked("encrypted-built-in"));
    home.drop_in("名单2.xlsx", locked("encrypted-with-an-error"));
    daemon.until("delivered", || {
        home.states().iter().filter(|(_, state)| state == "delivered").count() == 2
    });
}

#[test]
fn a_vault_that_is_missing_keeps_documents_waiting_and_is_told() {
    let home = Home::new(VAULT);
    home.drop_in("名单.xlsx", locked("encrypted-agile"));
    home.run(&["run", "--once"]);
    let jobs = home.jobs();
    let said = jobs[0].to_string();
    assert!(said.contains("passwords 所指的密码读不到"), "{said}");
    let doctor = home.run(&["doctor"]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(said.contains("✗") && said.contains("rosters.passwords"), "{said}");
    home.write("secrets/rosters.passwords", OWN);
    let said = String::from_utf8(home.run(&["doctor"]).stdout).unwrap();
    // Written just now by anybody's defaults: others may read it.
    assert!(said.contains("chmod 600"), "{said}");
    assert!(!said.contains(OWN));
}

#[test]
fn a_vault_in_a_shared_folder_is_a_mistake() {
    for file in ["rosters/in/passwords", "rosters/passwords"] {
        let home = Home::new(&format!("passwords = {{ file = \"{file}\" }}"));
        let doctor = home.run(&["doctor"]);
        let said = String::from_utf8(doctor.stdout).unwrap();
        assert!(said.contains("密码文件不能放在通道的共享文件夹里"), "{said}");
    }
}

#[test]
fn a_password_file_that_is_missing_is_a_mistake_of_the_configuration() {
    let home = Home::new("");
    let document = home.write("名单.xlsx", locked("encrypted-agile"));
    let missing = home.path("missing");
    for verb in ["convert", "check", "inspect"] {
        let words =
            [verb, document.to_str().unwrap(), "--password-file", missing.to_str().unwrap()];
        let ran = home.run(&words);
        assert_eq!(ran.status.code(), Some(3), "{verb}");
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(said.contains("读不了") && said.contains("missing"), "{said}");
    }
}
