//! What a gateway counts of its own doing: how `run --once` ends, and when jobs are to be counted again.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde::Serialize;

use crate::ledger::{Counts, State};

/// Jobs are counted no sooner than this after the last time, in milliseconds.
const COUNT_AGAIN: i64 = 2_000;
/// Jobs are counted at least so often.
const COUNT_ANYWAY: i64 = 60_000;

/// When jobs were counted last, and after how many changes.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<Option<(i64, u64)>>);

impl Counted {
    /// Whether to count now; then it counts as done. Others may change the ledger too, so now and then anyway.
    pub(super) fn is_due(&self, now: i64, changes: u64) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = match *last {
            None => true,
            Some((at, then)) if then == changes => now - at >= COUNT_ANYWAY,
            Some((at, _)) => now - at >= COUNT_AGAIN,
        };
        if is_due {
            *last = Some((now, changes));
        }
        is_due
    }
}

/// How `run --once` went, worst of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// A document had an error finding, or was held or refused.
    pub has_findings: bool,
    /// A route is wrong.
    pub has_broken_route: bool,
    /// Something waits for the world or for a person.
    pub has_world: bool,
    /// The program itself was at fault.
    pub has_panic: bool,
    /// Documents that came to an end.
    pub finished: u64,
}

/// What [`Outcome`] is told from.
#[derive(Debug, Default)]
pub(super) struct Tally {
    findings: AtomicBool,
    world: AtomicBool,
    panic: AtomicBool,
    finished: AtomicU64,
}

impl Tally {
    /// Something waits for the world.
    pub(super) fn note_world(&self) {
        self.world.store(true, Ordering::SeqCst);
    }

    /// The program itself was at fault.
    pub(super) fn note_panic(&self) {
        self.panic.store(true, Ordering::SeqCst);
    }

    /// A document came to an end.
    pub(super) fn note_end(&self, state: State) {
        match state {
            State::Stuck => self.note_world(),
            State::Held | State::Quarantined => self.findings.store(true, Ordering::SeqCst),
            _ => {}
        }
        self.finished.fetch_add(1, Ordering::SeqCst);
    }

    /// What a document counted.
    pub(super) fn note_counts(&self, counts: &Counts) {
        if counts.errors > 0 {
            self.findings.store(true, Ordering::SeqCst);
        }
    }

    /// How it went so far.
    pub(super) fn outcome(&self, has_broken_route: bool) -> Outcome {
        Outcome {
            has_findings: self.findings.load(Ordering::SeqCst),
            has_broken_route,
            has_world: self.world.load(Ordering::SeqCst),
            has_panic: self.panic.load(Ordering::SeqCst),
            finished: self.finished.load(Ordering::SeqCst),
        }
    }
}
