//! Keys, chains of events, versions.

use cmegate::ledger::{KEY_LOST, LedgerError, State};

use super::Case;
use crate::place::*;

pub const CASES: &[Case] = &[
    ("a changed event is found", tampered),
    ("each daemon has its chain, two processes may share one", chains),
    ("a lost key hides names and stops nothing else", key_lost),
    ("a ledger knows its spool and its look-up key", strangers),
    ("a newer ledger is refused", newer),
];

fn tampered(place: &Place) {
    for (tampering, broken_at) in [
        ("UPDATE event SET at = at + 1 WHERE number = 2", 2),
        ("UPDATE event SET numbers = 'fence=9' WHERE number = 3", 2),
        ("DELETE FROM event WHERE number = 4", 2),
    ] {
        let ledger = place.open();
        deliver(&ledger, tampering, tampering, &[row(1, 4)]);
        place.sql(tampering);
        let report = &ledger.verify().unwrap()[0];
        assert_eq!(report.broken_at, Some(broken_at), "{tampering}");
    }
    let second = place.open_as("second");
    deliver(&second, "x", "x", &[]);
    place.sql("DELETE FROM event WHERE chain = 2 AND number = 4");
    let reports = second.verify().unwrap();
    assert_eq!((reports[1].events, reports[1].broken_at), (3, Some(4)), "the last link is missing");
}

fn chains(place: &Place) {
    let (one, same, other) = (place.open(), place.open(), place.open_as("second"));
    deliver(&one, "a", "a", &[]);
    deliver(&same, "b", "b", &[]);
    deliver(&other, "c", "c", &[]);
    let found: Vec<_> = one
        .verify()
        .unwrap()
        .into_iter()
        .map(|chain| (chain.daemon, chain.events, chain.broken_at))
        .collect();
    assert_eq!(found, [("first".to_owned(), 8, None), ("second".to_owned(), 4, None)]);
}

fn key_lost(place: &Place) {
    let ledger = place.open();
    let old = deliver(&ledger, "old.xlsx", "a", &[row(1, 4)]);
    let waiting = admit(&ledger, "waiting.xlsx", "b");
    let ledger = place.try_open(secrets("00000002", '7'), "first").unwrap();
    let view = ledger.job(old).unwrap();
    assert_eq!((view.document, view.outputs[0].name.clone()), (None, None));
    assert_eq!(ledger.jobs(&Default::default()).unwrap().len(), 2);
    assert!(ledger.claim(9, LEASE).unwrap().is_empty());
    let view = ledger.job(waiting).unwrap();
    assert_eq!((view.state, view.sentence.as_str()), (State::Stuck, KEY_LOST));
    let new = deliver(&ledger, "new.xlsx", "c", &[]);
    assert_eq!(ledger.job(new).unwrap().document.as_deref(), Some("new.xlsx"));
    assert_eq!(ledger.accepted_base("rosters", "old.xlsx", None).unwrap(), Some(old));
    // The key is found again.
    let ledger = place.open();
    ledger.retry(waiting).unwrap();
    assert_eq!(claim(&ledger).arrival.relative, "waiting.xlsx");
    assert_eq!(ledger.job(new).unwrap().document, None);
}

fn strangers(place: &Place) {
    let ledger = place.open();
    ledger.bind("spool-1").unwrap();
    ledger.bind("spool-1").unwrap();
    let stranger = ledger.bind("spool-2").unwrap_err();
    assert!(matches!(stranger, LedgerError::Stranger { what: "spool", .. }), "{stranger}");
    let ledger = place.try_open(secrets("00000001", '8'), "first").unwrap();
    let stranger = ledger.bind("spool-1").unwrap_err();
    assert!(matches!(stranger, LedgerError::Stranger { what: "look-up key", .. }), "{stranger}");
}

fn newer(place: &Place) {
    drop(place.open());
    place.sql("UPDATE meta SET value = '99' WHERE name = 'schema-version'");
    let error = place.try_open(secrets("00000001", '7'), "first").unwrap_err();
    assert!(matches!(error, LedgerError::Newer { found: 99, .. }), "{error}");
    assert!(!error.is_transient());
}
