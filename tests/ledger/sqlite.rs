//! What only the built-in database can meet: damaged files, old versions of the tables, open doors.

use std::{fs, io::Write, path::Path};

use cmegate::ledger::{Admission, LedgerError, State};

use crate::place::*;

/// The tables as version 1 made them, with one delivered and one waiting job. Never changed.
const VERSION_1: &str = include_str!("version_1.sql");

fn place(file: &Path) -> Place {
    Place::new(&format!("sqlite:{}", file.display()))
}

fn refusal(file: &Path) -> LedgerError {
    place(file).try_open(secrets("00000001", '7'), "first").unwrap_err()
}

#[test]
fn a_ledger_of_version_1_opens_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch(VERSION_1).unwrap();
    let ledger = place(&file).open();
    let views = ledger.jobs(&Default::default()).unwrap();
    let states: Vec<_> = views.iter().map(|view| (view.id.0, view.state)).collect();
    assert_eq!(states, [(2, State::Admitted), (1, State::Delivered)]);
    assert_eq!(ledger.rivals(&[[1; 16]], &[]).unwrap().len(), 1);
    let admitted = ledger.admit(&[arrival("march.xlsx", "a")]).unwrap();
    assert_eq!(admitted, [Admission::Seen(views[1].id)]);
    assert!(admit(&ledger, "next.xlsx", "n") > views[0].id);
    let reports = ledger.verify().unwrap();
    assert!(reports.iter().all(|report| report.broken_at.is_none()), "{reports:?}");
}

#[test]
fn a_file_that_is_no_database_or_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("text.db");
    fs::write(&file, "this is a text that somebody put here\n".repeat(100)).unwrap();
    let error = refusal(&file);
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error:?}");

    let file = folder.path().join("ledger.db");
    let ledger = place(&file).open();
    for n in 0..50 {
        deliver(&ledger, &format!("{n}"), &format!("{n}"), &[row(1, 4), row(2, 4)]);
    }
    drop(ledger);
    let size = fs::metadata(&file).unwrap().len();
    let mut whole = fs::read(&file).unwrap();
    let middle = whole.len() / 2;
    whole[middle..middle + 8192].fill(0xa5);
    fs::File::create(&file).unwrap().write_all(&whole).unwrap();
    let error = refusal(&file);
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error:?} of {size}");
    assert!(!error.is_transient());
}

#[test]
fn after_a_checkpoint_the_file_alone_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("ledger.db"), folder.path().join("copy.db"));
    let ledger = place(&file).open();
    let job = deliver(&ledger, "march.xlsx", "a", &[row(1, 4)]);
    assert!(ledger.checkpoint().unwrap());
    fs::copy(&file, &copy).unwrap();
    assert_eq!(state(&place(&copy).open(), job), State::Delivered);
    assert_eq!(fs::metadata(folder.path().join("ledger.db-wal")).map_or(0, |told| told.len()), 0);
}

#[test]
fn a_ledger_without_a_folder_cannot_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let error = refusal(&folder.path().join("nowhere/ledger.db"));
    assert!(matches!(error, LedgerError::Unreachable { .. }), "{error:?}");
    assert!(error.is_transient());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let ledger = place(&folder.path().join("ledger.db")).open();
    admit(&ledger, "march.xlsx", "a");
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
    }
}
