//! What people do: retry, cancel, list, purge.

use cmegate::ledger::{Committed, JobFilter, JobId, LedgerError, Spent, State};

use super::Case;
use crate::place::*;

pub const CASES: &[Case] = &[
    ("a person retries and cancels", retry_and_cancel),
    ("what got stuck half delivered goes on from there", stuck_delivering),
    ("jobs are listed newest first", listed),
    ("purge forgets names, keeps the chain whole", purge),
];

fn retry_and_cancel(place: &Place) {
    let ledger = place.open();
    let unknown = ledger.retry(JobId(7)).unwrap_err();
    assert!(matches!(unknown, LedgerError::UnknownJob(_)));
    let job = admit(&ledger, "march.xlsx", "a");
    let wrong = ledger.retry(job).unwrap_err();
    assert!(matches!(wrong, LedgerError::WrongState { state: State::Admitted, .. }));
    let lease = claim(&ledger).lease;
    ledger.postpone(lease, 0, Spent::Reader, "").unwrap();
    let lease = claim(&ledger).lease;
    assert!(ledger.end(lease, State::Quarantined, "three deaths").unwrap());
    ledger.retry(job).unwrap();
    let claimed = claim(&ledger);
    assert_eq!((claimed.tries, claimed.reader_deaths), (0, 0));
    ledger.cancel(job).unwrap();
    assert_eq!(commit(&ledger, claimed.lease, &[]), Committed::LeaseLost, "called off meanwhile");
    assert!(ledger.cancel(job).is_err());
    ledger.retry(job).unwrap();
    let lease = claim(&ledger).lease;
    assert_eq!(commit(&ledger, lease, &[row(1, 4)]), Committed::Yes);
    ledger.finish(&[lease]).unwrap();
    assert!(ledger.retry(job).is_err() && ledger.cancel(job).is_err());
    assert!(ledger.end(lease, State::Delivered, "").is_err());
}

fn stuck_delivering(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "march.xlsx", "a");
    let lease = claim(&ledger).lease;
    commit(&ledger, lease, &[row(1, 4)]);
    assert!(ledger.end(lease, State::Stuck, "out/ is read-only").unwrap());
    admit(&ledger, "other.xlsx", "b");
    let other = claim(&ledger).lease;
    assert_eq!(commit(&ledger, other, &[row(1, 8)]), Committed::Contradicted);
    ledger.end(other, State::Stuck, "").unwrap();
    ledger.retry(job).unwrap();
    let claimed = claim(&ledger);
    assert_eq!((claimed.state, claimed.outputs.len()), (State::Delivering, 1));
    assert_eq!(ledger.finish(&[claimed.lease]).unwrap(), [true]);
    assert_eq!(state(&ledger, job), State::Delivered);
}

fn listed(place: &Place) {
    let ledger = place.open();
    let first = deliver(&ledger, "a", "a", &[]);
    let second = admit(&ledger, "b", "b");
    let third = admit(&ledger, "c", "c");
    let list = |filter: JobFilter| -> Vec<JobId> {
        ledger.jobs(&filter).unwrap().iter().map(|view| view.id).collect()
    };
    assert_eq!(list(JobFilter::default()), [third, second, first]);
    assert_eq!(list(JobFilter { limit: Some(1), ..JobFilter::default() }), [third]);
    let admitted = JobFilter { state: Some(State::Admitted), ..JobFilter::default() };
    assert_eq!(list(admitted), [third, second]);
    let route = Some("others".to_owned());
    assert!(list(JobFilter { route, ..JobFilter::default() }).is_empty());
}

fn purge(place: &Place) {
    let ledger = place.open();
    let old = deliver(&ledger, "secret/march.xlsx", "a", &[row(1, 4)]);
    let stuck = admit(&ledger, "again.xlsx", "b");
    let lease = claim(&ledger).lease;
    ledger.end(lease, State::Quarantined, "").unwrap();
    place.clock.advance(1000);
    let before = place.clock.now();
    let mut replanned = arrival("march.xlsx", "a");
    replanned.plan = "plan-2".to_owned();
    ledger.admit(&[replanned]).unwrap();
    let due = ledger.purgeable("rosters", before).unwrap();
    let expected = [(old, "sha-a".to_owned(), false), (stuck, "sha-b".to_owned(), true)];
    assert_eq!(due, expected, "a younger job still wants the first document");
    assert!(ledger.purgeable("others", before).unwrap().is_empty());
    ledger.purged(&[old, stuck]).unwrap();
    assert!(ledger.purgeable("rosters", before).unwrap().is_empty());
    let view = ledger.job(old).unwrap();
    assert_eq!((view.state, view.document, view.department), (State::Delivered, None, None));
    assert_eq!((view.sha256.as_str(), view.outputs[0].name.as_deref()), ("sha-a", None));
    assert_eq!(view.counts.records, 2);
    ledger.rows_of(old, &mut |row| panic!("{row:?} is left")).unwrap();
    assert!(ledger.verify().unwrap().iter().all(|chain| chain.broken_at.is_none()));
    assert!(ledger.retry(stuck).is_err(), "its document may be gone");
    assert_eq!(ledger.delivered_twin("rosters", "sha-a", "plan-1").unwrap(), None);
    admit(&ledger, "march 2.xlsx", "a");
}
