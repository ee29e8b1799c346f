//! Admission, leases, lanes, time.

use std::{collections::HashSet, thread};

use cmegate::ledger::{
    Admission, Committed, JobFilter, JobId, Lease, Ledger, SAME_AS, Spent, State,
};

use super::Case;
use crate::place::*;

pub const CASES: &[Case] = &[
    ("a document goes the whole way", whole_way),
    ("the same copy is admitted once", already),
    ("the same document is seen, under another plan it is not", seen),
    ("a job that turns out to be seen ends", seen_late),
    ("a lost lease opens nothing", fencing),
    ("numbers grow strictly, even when the clock goes back", numbers),
    ("a lane lets one through", lanes),
    ("two daemons claim 200 jobs, nothing twice", two_daemons),
    ("deaths are counted while nothing advances", deaths),
    ("a restart takes leases back", take_back),
    ("postponed jobs wait, but not for a clock that was set back", postponed),
    ("what was given back is as if never claimed", given_back),
    ("a made file vanished: the job converts again", convert_again),
    ("an unreadable document is stuck until it can be read", unreadable),
];

fn whole_way(place: &Place) {
    let ledger = place.open();
    assert_eq!((ledger.next_due().unwrap(), ledger.oldest_unfinished().unwrap()), (None, None));
    let admitted = place.clock.now();
    let job = admit(&ledger, "cardiology/march.xlsx", "a");
    assert_eq!(ledger.next_due().unwrap(), Some(place.clock.now()));
    let claimed = claim(&ledger);
    assert_eq!((claimed.lease, claimed.state), (Lease { job, fence: 1 }, State::Converting));
    assert_eq!(claimed.arrival, arrival("cardiology/march.xlsx", "a"));
    place.clock.advance(5);
    admit(&ledger, "cardiology/april.xlsx", "b");
    assert_eq!(ledger.oldest_unfinished().unwrap(), Some(admitted));
    ledger.cancel(ledger.jobs(&JobFilter::default()).unwrap()[0].id).unwrap();
    assert!(ledger.claim(16, LEASE).unwrap().is_empty());
    assert_eq!(commit(&ledger, claimed.lease, &[row(1, 4), row(2, 6)]), Committed::Yes);
    assert_eq!(state(&ledger, job), State::Delivering);
    assert!(ledger.rename_output(claimed.lease, 0, "march (2).xlsx").unwrap());
    place.clock.advance(5);
    assert_eq!(ledger.finish(&[claimed.lease]).unwrap(), [true]);
    assert_eq!(ledger.oldest_unfinished().unwrap(), None);
    assert!(ledger.checkpoint().unwrap());
    let view = ledger.job(job).unwrap();
    assert_eq!(view.state, State::Delivered);
    assert_eq!(view.department.as_deref(), Some("cardiology"));
    assert_eq!(view.outputs[0].name.as_deref(), Some("march (2).xlsx"));
    assert_eq!((view.bytes, view.counts.records, view.due_at), (1000, 2, None));
    let mut rows = Vec::new();
    ledger.rows_of(job, &mut |row| rows.push(row)).unwrap();
    assert_eq!(rows, [row(1, 4), row(2, 6)]);
    assert_eq!(
        ledger.dump().unwrap(),
        "#1 delivered rosters cardiology/march.xlsx\n  out/march (2).xlsx platform 2 rows\n\
         #2 cancelled rosters cardiology/april.xlsx\n"
    );
    let counted: Vec<_> = ledger.counts().unwrap();
    assert!(counted.contains(&(State::Delivered, 1)) && counted.contains(&(State::Held, 0)));
}

fn already(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "march.xlsx", "a");
    let again = |state| {
        assert_eq!(
            ledger.admit(&[arrival("march.xlsx", "a")]).unwrap(),
            [Admission::Already(job, state)]
        )
    };
    again(State::Admitted);
    let lease = claim(&ledger).lease;
    again(State::Converting);
    assert!(ledger.end(lease, State::Stuck, "no room").unwrap());
    again(State::Stuck);
    ledger.cancel(job).unwrap();
    again(State::Cancelled);
    let mut touched = arrival("march.xlsx", "a");
    touched.copy = "another copy".to_owned();
    assert!(matches!(ledger.admit(&[touched]).unwrap()[0], Admission::New(_)));
}

fn seen(place: &Place) {
    let ledger = place.open();
    let job = deliver(&ledger, "march.xlsx", "a", &[row(1, 4)]);
    place.clock.advance(1000);
    let admitted = ledger.admit(&[arrival("copy of march.xlsx", "a")]).unwrap();
    assert_eq!(admitted, [Admission::Seen(job)]);
    let view = ledger.job(job).unwrap();
    assert_eq!((view.seen_again, view.seen_at), (1, Some(place.clock.now())));
    assert_eq!(ledger.delivered_twin("rosters", "sha-a", "plan-1").unwrap(), Some(job));
    assert_eq!(ledger.delivered_twin("others", "sha-a", "plan-1").unwrap(), None);
    let mut mended = arrival("march.xlsx", "a");
    mended.plan = "plan-2".to_owned();
    assert!(matches!(ledger.admit(&[mended]).unwrap()[0], Admission::New(_)));
}

fn seen_late(place: &Place) {
    let ledger = place.open();
    let earlier = admit(&ledger, "one.xlsx", "a");
    let later = admit(&ledger, "two.xlsx", "a");
    let lease = claim(&ledger).lease;
    commit(&ledger, lease, &[]);
    ledger.finish(&[lease]).unwrap();
    let lease = claim(&ledger).lease;
    assert_eq!(lease.job, later);
    assert!(ledger.seen(lease, earlier).unwrap());
    assert!(!ledger.seen(lease, earlier).unwrap());
    let view = ledger.job(later).unwrap();
    assert_eq!((view.state, view.sentence), (State::Cancelled, format!("{SAME_AS}{earlier}")));
    assert_eq!(ledger.job(earlier).unwrap().seen_again, 1);
}

fn fencing(place: &Place) {
    let (first, second) = (place.open(), place.open_as("second"));
    let job = admit(&first, "march.xlsx", "a");
    let lost = claim(&first).lease;
    place.clock.advance(LEASE - 1);
    first.renew(&[lost], LEASE).unwrap();
    place.clock.advance(LEASE - 1);
    assert!(second.claim(1, LEASE).unwrap().is_empty(), "a renewed lease holds");
    place.clock.advance(1);
    let held = claim(&second);
    assert_eq!((held.lease, held.daemon_deaths), (Lease { job, fence: 2 }, 1));
    assert_eq!(commit(&first, lost, &[row(1, 4)]), Committed::LeaseLost);
    first.renew(&[lost], 10 * LEASE).unwrap();
    assert!(!first.postpone(lost, 0, Spent::Try, "").unwrap());
    assert!(!first.end(lost, State::Stuck, "").unwrap());
    assert!(!first.seen(lost, job).unwrap());
    first.give_back(&[lost]).unwrap();
    assert_eq!(commit(&second, held.lease, &[row(2, 4)]), Committed::Yes);
    assert!(!first.rename_output(lost, 0, "x").unwrap());
    assert!(!first.convert_again(lost).unwrap());
    assert_eq!(first.finish(&[lost]).unwrap(), [false]);
    assert_eq!(second.finish(&[held.lease]).unwrap(), [true]);
    assert_eq!(second.finish(&[held.lease]).unwrap(), [false], "finished once");
    let mut rows = 0;
    first.rows_of(job, &mut |_| rows += 1).unwrap();
    assert_eq!(rows, 1, "the lost conversion left nothing");
}

fn numbers(place: &Place) {
    let ledger = place.open();
    let arrivals: Vec<_> = (0..50).map(|n| arrival(&format!("{n}"), &format!("{n}"))).collect();
    let mut jobs: Vec<JobId> = ids(&ledger.admit(&arrivals).unwrap());
    place.clock.jump(-86_400_000);
    jobs.push(admit(&ledger, "after", "after"));
    assert!(jobs.is_sorted_by(|left, right| left < right), "{jobs:?}");
    for job in &jobs {
        assert_eq!(job.to_string().parse::<JobId>().unwrap(), *job);
    }
    // Nothing waits for the old time to come round again.
    assert_eq!(ledger.claim(100, LEASE).unwrap().len(), 51);
}

fn ids(admitted: &[Admission]) -> Vec<JobId> {
    let id = |admission: &Admission| match admission {
        Admission::New(job) | Admission::Seen(job) | Admission::Already(job, _) => *job,
    };
    admitted.iter().map(id).collect()
}

fn lanes(place: &Place) {
    let ledger = place.open();
    let first = admit(&ledger, "march.xlsx", "a");
    let same_name = admit(&ledger, "march.xlsx", "b");
    let same_bytes = admit(&ledger, "april.xlsx", "a");
    let mut elsewhere = arrival("march.xlsx", "a");
    elsewhere.route = "others".to_owned();
    let other_route = ids(&ledger.admit(&[elsewhere]).unwrap())[0];
    let claimed = |ledger: &Ledger| -> Vec<Lease> {
        ledger.claim(16, LEASE).unwrap().iter().map(|claimed| claimed.lease).collect()
    };
    let leases = claimed(&ledger);
    let jobs: Vec<_> = leases.iter().map(|lease| lease.job).collect();
    assert_eq!(jobs, [first, other_route]);
    let waits_for_lease = ledger.next_due().unwrap().unwrap();
    assert_eq!(waits_for_lease, place.clock.now() + LEASE, "what waits in a lane is not due");
    assert!(ledger.end(leases[0], State::Stuck, "").unwrap());
    let jobs: Vec<_> = claimed(&ledger).iter().map(|lease| lease.job).collect();
    assert_eq!(jobs, [same_name, same_bytes]);
}

fn two_daemons(place: &Place) {
    let ledger = place.open();
    let arrivals: Vec<_> = (0..200).map(|n| arrival(&format!("{n}"), &format!("{n}"))).collect();
    ledger.admit(&arrivals).unwrap();
    let drain = |daemon: &str| {
        let ledger = place.open_as(daemon);
        let mut mine = Vec::new();
        loop {
            let claimed = ledger.claim(7, LEASE).unwrap();
            if claimed.is_empty() {
                return mine;
            }
            for claimed in claimed {
                assert_eq!(commit(&ledger, claimed.lease, &[row(1, 4)]), Committed::Yes);
                assert_eq!(ledger.finish(&[claimed.lease]).unwrap(), [true]);
                mine.push(claimed.lease.job);
            }
        }
    };
    let (left, right) = thread::scope(|scope| {
        let left = scope.spawn(|| drain("left"));
        let right = scope.spawn(|| drain("right"));
        (left.join().unwrap(), right.join().unwrap())
    });
    assert_eq!(left.len() + right.len(), 200);
    let all: HashSet<JobId> = left.into_iter().chain(right).collect();
    assert_eq!(all.len(), 200, "nothing twice");
    assert!(ledger.verify().unwrap().iter().all(|chain| chain.broken_at.is_none()));
}

fn deaths(place: &Place) {
    let ledger = place.open();
    let poison = admit(&ledger, "poison.xls", "p");
    for deaths in 0..3 {
        let claimed = claim(&ledger);
        assert_eq!((claimed.lease.job, claimed.daemon_deaths), (poison, deaths));
        place.clock.advance(LEASE + 1);
    }
    let innocent = admit(&ledger, "innocent.xls", "i");
    let both = ledger.claim(2, LEASE).unwrap();
    assert_eq!((both[0].lease.job, both[0].daemon_deaths), (poison, 3));
    assert_eq!((both[1].lease.job, both[1].daemon_deaths), (innocent, 0));
    assert_eq!(commit(&ledger, both[1].lease, &[]), Committed::Yes);
    place.clock.advance(LEASE + 1);
    let both = ledger.claim(2, LEASE).unwrap();
    assert_eq!(both[0].daemon_deaths, 1, "another job advanced since the last death");
    assert_eq!((both[1].state, both[1].daemon_deaths), (State::Delivering, 1));
    assert_eq!(both[1].outcome, Some(State::Delivered));
    assert_eq!(both[1].outputs, [output("of-1.xlsx")]);
}

fn take_back(place: &Place) {
    let (ledger, other) = (place.open(), place.open_as("second"));
    admit(&ledger, "one", "one");
    admit(&ledger, "two", "two");
    let (mine, theirs) = (claim(&ledger), claim(&other));
    let expected = if place.is_sqlite() { 2 } else { 1 };
    assert_eq!(ledger.take_back().unwrap(), expected);
    assert_eq!(state(&ledger, mine.lease.job), State::Admitted);
    let again = ledger.claim(2, LEASE).unwrap();
    assert_eq!(again.len() as u64, expected);
    assert_eq!((again[0].lease.fence, again[0].daemon_deaths), (2, 1));
    let kept = commit(&other, theirs.lease, &[]) == Committed::Yes;
    assert_eq!(kept, !place.is_sqlite());
}

fn postponed(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "march.xlsx", "a");
    let lease = claim(&ledger).lease;
    let due = place.clock.now() + 60_000;
    assert!(ledger.postpone(lease, due, Spent::Nothing, "the disk is full").unwrap());
    let view = ledger.job(job).unwrap();
    assert_eq!((view.state, view.tries, view.due_at), (State::Admitted, 0, Some(due)));
    assert_eq!(view.sentence, "the disk is full");
    place.clock.advance(59_999);
    assert!(ledger.claim(1, LEASE).unwrap().is_empty());
    assert_eq!(ledger.next_due().unwrap(), Some(due));
    place.clock.advance(1);
    let mut claimed = claim(&ledger);
    assert_eq!((claimed.tries, claimed.reader_deaths), (0, 0));
    for (spent, tries, deaths) in [(Spent::Reader, 0, 1), (Spent::Try, 1, 1)] {
        assert!(ledger.postpone(claimed.lease, due, spent, "").unwrap());
        claimed = claim(&ledger);
        assert_eq!((claimed.tries, claimed.reader_deaths), (tries, deaths), "{spent:?}");
    }
    let lease = claimed.lease;
    assert_eq!(commit(&ledger, lease, &[]), Committed::Yes);
    assert!(ledger.postpone(lease, due + 3_600_000, Spent::Try, "").unwrap());
    assert_eq!(state(&ledger, job), State::Delivering);
    place.clock.jump(-86_400_000);
    assert_eq!(claim(&ledger).state, State::Delivering);
}

fn given_back(place: &Place) {
    let ledger = place.open();
    admit(&ledger, "march.xlsx", "a");
    let lease = claim(&ledger).lease;
    ledger.give_back(&[lease]).unwrap();
    assert_eq!(state(&ledger, lease.job), State::Admitted);
    assert_eq!(ledger.take_back().unwrap(), 0);
    let claimed = claim(&ledger);
    assert_eq!((claimed.tries, claimed.daemon_deaths, claimed.lease.fence), (0, 0, 2));
}

fn convert_again(place: &Place) {
    let ledger = place.open();
    let job = admit(&ledger, "march.xlsx", "a");
    let lease = claim(&ledger).lease;
    assert!(!ledger.convert_again(lease).unwrap(), "nothing is made yet");
    commit(&ledger, lease, &[row(1, 4)]);
    assert!(ledger.convert_again(lease).unwrap());
    let view = ledger.job(job).unwrap();
    assert_eq!((view.state, view.outputs.len()), (State::Admitted, 0));
    ledger.rows_of(job, &mut |row| panic!("{row:?} is left")).unwrap();
    let lease = claim(&ledger).lease;
    assert_eq!(commit(&ledger, lease, &[row(1, 6)]), Committed::Yes);
}

fn unreadable(place: &Place) {
    let ledger = place.open();
    let gone = ledger.note_unreadable("rosters", "april.xlsx", "too large").unwrap();
    assert_eq!(ledger.unreadable("rosters").unwrap(), ["april.xlsx"]);
    assert!(ledger.unreadable("others").unwrap().is_empty());
    ledger.forget_unreadable("rosters", "april.xlsx", "taken away").unwrap();
    ledger.forget_unreadable("rosters", "april.xlsx", "once more").unwrap();
    let view = ledger.job(gone).unwrap();
    assert_eq!((view.state, view.sentence.as_str()), (State::Cancelled, "taken away"));
    assert!(ledger.unreadable("rosters").unwrap().is_empty());
    let note = |sentence| ledger.note_unreadable("rosters", "march.xlsx", sentence).unwrap();
    let job = note("no permission");
    assert_eq!(note("still no permission"), job, "one per route and name");
    let view = ledger.job(job).unwrap();
    assert_eq!((view.state, view.sentence.as_str()), (State::Stuck, "still no permission"));
    assert_eq!((view.document.as_deref(), view.sha256.as_str()), (Some("march.xlsx"), ""));
    assert!(ledger.claim(1, LEASE).unwrap().is_empty());
    let readable = admit(&ledger, "march.xlsx", "a");
    assert_eq!(state(&ledger, job), State::Cancelled);
    assert!(readable > job);
    let next = note("again no permission");
    ledger.retry(next).unwrap();
    assert_eq!(state(&ledger, next), State::Cancelled, "it is taken when it can be read");
}
