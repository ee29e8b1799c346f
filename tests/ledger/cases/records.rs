//! Records: corrections, rivals, contradictions; deliveries to endpoints.

use cmegate::ledger::{
    Changes, Committed, Conversion, JobId, Lease, Ledger, LedgerError, NewDelivery, RowKey, Spent,
    State,
};
use cmegate::model::{KnownEvidence, PictureHash};

use super::Case;
use crate::place::*;

pub const CASES: &[Case] = &[
    ("a correction replaces what it corrects", corrections),
    ("rivals are records that count", rivals),
    ("a contradiction leaves nothing, the others commit", contradicted),
    ("held records and those without credits contradict nobody", no_contradiction),
    ("many records keep their order", many_records),
    ("deliveries wait for their job, and settle once", deliveries),
    ("evidence of other jobs that stand is told", evidence),
    ("a count of signatures comes with the job when it runs again", signed),
];

fn correct(ledger: &Ledger, lease: Lease, base: JobId, rows: &[RowKey]) -> Committed {
    let mut rows = rows.iter().copied();
    let changes = Changes { changed: 1, ..Changes::default() };
    let conversion = Conversion {
        rivals: Vec::new(),
        corrects: Some((base, changes)),
        ..conversion(lease, State::Delivered, &mut rows)
    };
    ledger.converted(&mut [conversion]).unwrap()[0]
}

fn evidence(place: &Place) {
    let ledger = place.open();
    let piece = |sha: &str| KnownEvidence {
        sha256: sha.to_owned(),
        hash: Some(PictureHash([1, 2, u64::MAX, 0, 5, 6, 7, 8])),
        project: "2022-03-01-127".to_owned(),
    };
    let mut jobs = Vec::new();
    for (name, sha) in [("a.zip", "a"), ("b.zip", "b")] {
        jobs.push(admit(&ledger, name, sha));
        let lease = claim(&ledger).lease;
        let mut rows = std::iter::empty();
        let conversion = Conversion {
            evidence: vec![piece(sha), KnownEvidence { hash: None, ..piece("shared") }],
            ..conversion(lease, State::Held, &mut rows)
        };
        assert_eq!(ledger.converted(&mut [conversion]).unwrap()[0], Committed::Yes);
        assert_eq!(ledger.finish(&[lease]).unwrap(), [true]);
    }
    let told = ledger.evidence_beside(jobs[1]).unwrap();
    assert_eq!(told, [piece("a"), KnownEvidence { hash: None, ..piece("shared") }]);
    ledger.retry(jobs[0]).unwrap();
    assert!(ledger.evidence_beside(jobs[1]).unwrap().is_empty(), "it runs again");
}

fn signed(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "a.zip", "a");
    let lease = claim(&ledger).lease;
    let refused = ledger.confirm_signed(job, 12);
    assert!(matches!(refused, Err(LedgerError::WrongState { .. })), "{refused:?}");
    let mut rows = std::iter::empty();
    let mut held = [conversion(lease, State::Held, &mut rows)];
    assert_eq!(ledger.converted(&mut held).unwrap()[0], Committed::Yes);
    assert_eq!(ledger.finish(&[lease]).unwrap(), [true]);
    ledger.confirm_signed(job, 12).unwrap();
    assert_eq!(claim(&ledger).signed, Some(12));
}

fn corrections(place: &Place) {
    let ledger = place.open();
    let base = deliver(&ledger, "march.xlsx", "a", &[row(1, 4)]);
    let accepted = |name, stamp| ledger.accepted_base("rosters", name, stamp).unwrap();
    assert_eq!(accepted("march.xlsx", None), Some(base));
    assert_eq!(accepted("april.xlsx", None), None);
    assert_eq!(accepted("april.xlsx", Some("sha-a")), Some(base), "by the stamp");
    let job = admit(&ledger, "march.xlsx", "b");
    let lease = claim(&ledger).lease;
    assert_eq!(correct(&ledger, lease, base, &[row(1, 6)]), Committed::Yes);
    let view = ledger.job(job).unwrap();
    assert_eq!(view.corrects, Some(base));
    assert_eq!(view.changes, Some(Changes { changed: 1, ..Changes::default() }));
    assert_eq!(rival_jobs(&ledger, &[]), [job], "the base no longer counts");
    assert_eq!(accepted("x", Some("sha-a")), Some(job), "the newest correction");
    // Called off: the base counts again.
    ledger.cancel(job).unwrap();
    assert_eq!(rival_jobs(&ledger, &[]), [base]);
    assert_eq!(accepted("march.xlsx", None), Some(base));
    assert!(ledger.dump().unwrap().contains("corrects #1"));
}

fn rival_jobs(ledger: &Ledger, but_not: &[JobId]) -> Vec<JobId> {
    let rivals = ledger.rivals(&[[1; 16], [200; 16]], but_not).unwrap();
    rivals.iter().map(|rival| rival.job).collect()
}

fn rivals(place: &Place) {
    let ledger = place.open();
    let job = deliver(&ledger, "march.xlsx", "a", &[row(1, 4), row(2, 4)]);
    let keys: Vec<[u8; 16]> = (0..90).map(|key| [key; 16]).collect();
    let found = ledger.rivals(&keys, &[]).unwrap();
    let found: Vec<_> = found.iter().map(|rival| (rival.job, rival.row, rival.credits)).collect();
    assert_eq!(found, [(job, 3, Some(4)), (job, 4, Some(4))]);
    let delivered_at = ledger.rivals(&[[1; 16]], &[]).unwrap()[0].delivered_at;
    assert_eq!(delivered_at, Some(place.clock.now()));
    assert!(ledger.rivals(&keys, &[job]).unwrap().is_empty());
    let held = RowKey { is_held: true, ..row(200, 4) };
    deliver(&ledger, "held.xlsx", "h", &[held]);
    assert!(ledger.rivals(&[[200; 16]], &[]).unwrap().is_empty());
}

fn contradicted(place: &Place) {
    let ledger = place.open();
    for name in ["one", "two", "three"] {
        admit(&ledger, name, name);
    }
    let leases: Vec<Lease> =
        ledger.claim(3, LEASE).unwrap().iter().map(|claimed| claimed.lease).collect();
    let rows = [vec![row(1, 4), row(2, 4)], vec![row(3, 4), row(2, 8)], vec![row(4, 4), row(2, 4)]];
    let mut streams: Vec<_> = rows.into_iter().map(Vec::into_iter).collect();
    let mut conversions: Vec<_> = leases
        .iter()
        .zip(&mut streams)
        .map(|(lease, rows)| conversion(*lease, State::Delivered, rows))
        .collect();
    conversions[1].deliveries = vec![delivery(0)];
    let committed = ledger.converted(&mut conversions).unwrap();
    assert_eq!(committed, [Committed::Yes, Committed::Contradicted, Committed::Yes]);
    let view = ledger.job(leases[1].job).unwrap();
    assert_eq!(view.state, State::Converting);
    assert!(view.outputs.is_empty() && view.deliveries.is_empty());
    ledger.rows_of(leases[1].job, &mut |row| panic!("{row:?} is left")).unwrap();
    assert_eq!(ledger.finish(&leases).unwrap(), [true, false, true]);
    // The lease still holds: converted again, with the record held.
    let held = RowKey { is_held: true, ..row(2, 8) };
    assert_eq!(commit(&ledger, leases[1], &[row(3, 4), held]), Committed::Yes);
}

fn no_contradiction(place: &Place) {
    let ledger = place.open();
    let base = deliver(&ledger, "march.xlsx", "a", &[row(1, 4)]);
    let without = RowKey { credits: None, ..row(1, 0) };
    deliver(&ledger, "without credits", "w", &[without]);
    admit(&ledger, "held whole", "h");
    let lease = claim(&ledger).lease;
    let mut rows = [row(1, 8)].into_iter();
    let held = conversion(lease, State::Held, &mut rows);
    assert_eq!(ledger.converted(&mut [held]).unwrap(), [Committed::Yes], "a held document");
    assert_eq!(ledger.finish(&[lease]).unwrap(), [true]);
    assert_eq!(state(&ledger, lease.job), State::Held);
    admit(&ledger, "corrected", "c");
    let lease = claim(&ledger).lease;
    assert_eq!(correct(&ledger, lease, base, &[row(1, 8)]), Committed::Yes, "its own base");
    admit(&ledger, "later", "l");
    let lease = claim(&ledger).lease;
    assert_eq!(commit(&ledger, lease, &[row(1, 4)]), Committed::Contradicted, "not the old base");
    assert_eq!(commit(&ledger, lease, &[row(1, 8)]), Committed::Yes);
}

fn many_records(place: &Place) {
    let ledger = place.open();
    let key = |n: u32| {
        let mut key = [0; 16];
        key[..4].copy_from_slice(&n.to_le_bytes());
        RowKey { key, row: n, credits: Some(2), ..RowKey::default() }
    };
    let rows: Vec<RowKey> = (0..2021).map(key).collect();
    let job = deliver(&ledger, "many.csv", "m", &rows);
    let mut found = Vec::new();
    ledger.rows_of(job, &mut |row| found.push(row)).unwrap();
    assert_eq!(found, rows);
    let keys: Vec<[u8; 16]> = rows.iter().map(|row| row.key).collect();
    assert_eq!(ledger.rivals(&keys, &[]).unwrap().len(), rows.len());
}

fn delivery(due_at: i64) -> NewDelivery {
    NewDelivery { output: 0, endpoint: "bureau".to_owned(), folder: "in".to_owned(), due_at }
}

fn deliveries(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "march.xlsx", "a");
    let lease = claim(&ledger).lease;
    let mut rows = [row(1, 4)].into_iter();
    let mut made = conversion(lease, State::Delivered, &mut rows);
    let now = place.clock.now();
    made.deliveries = vec![delivery(now), delivery(now), delivery(now + 99_000)];
    ledger.converted(&mut [made]).unwrap();
    assert!(ledger.due_deliveries(9, LEASE).unwrap().is_empty(), "not before it has its place");
    ledger.finish(&[lease]).unwrap();
    assert_eq!(ledger.next_due().unwrap(), Some(now));
    let due = ledger.due_deliveries(9, LEASE).unwrap();
    assert_eq!(due.len(), 2);
    assert_eq!((due[0].job, due[0].place, due[0].file.clone()), (job, 0, output("of-1.xlsx")));
    assert!(ledger.due_deliveries(9, LEASE).unwrap().is_empty(), "claimed");
    assert!(ledger.sent(&due[0], "receipt 7").unwrap());
    assert!(!ledger.sent(&due[0], "receipt 7").unwrap(), "settled once");
    assert!(ledger.postpone_delivery(&due[1], now + 5000, Spent::Try, "no network").unwrap());
    place.clock.advance(5000);
    let again = ledger.due_deliveries(9, LEASE).unwrap();
    assert_eq!((again.len(), again[0].tries, again[0].fence), (1, 1, 2));
    assert!(!ledger.end_delivery(&due[1], "late").unwrap(), "a lost claim settles nothing");
    assert!(ledger.end_delivery(&again[0], "refused").unwrap());
    assert_eq!(ledger.hold_deliveries(job, "contradicted").unwrap(), 1);
    let states: Vec<_> =
        ledger.job(job).unwrap().deliveries.into_iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, ["sent", "stuck", "held"]);
    assert_eq!(ledger.next_due().unwrap(), None);
}
