//! A worker: claims leases, converts, and hands what it made to `commit`.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{
    Gateway,
    commit::{Batch, Whole},
    retry::{self, End, Next, Past},
    step::{Spoilt, Step},
    words,
};
use crate::{
    ledger::{Claimed, Lease, Spent, State},
    text::mask::shown_words,
};

/// Jobs claimed at once.
const MOST: usize = 16;
/// What was made is committed after so many milliseconds at the latest: a small document does not wait for others.
const LATEST: i64 = 60;
/// Sleep when the ledger refuses.
const LEDGER_AWAY: i64 = 3_000;
/// Longest sleep of an idle worker: another daemon may have left something behind.
const IDLE: i64 = 5_000;
/// Longest sleep while another worker has a document alone that may have killed the daemon: each look claims the other
/// suspects and gives them back, and leaves both in the chain of events.
const SUSPECTED: i64 = 2_000;

impl Gateway {
    /// Works until the gateway stops.
    pub(super) fn work(&self) {
        while !self.is_stopping() {
            let rings = self.wake.count();
            self.settle_owed();
            let claimed = self.ledger.claim(MOST, self.lease_millis());
            for _ in 0..self.ledger.take_key_lost() {
                tracing::error!(reason = crate::ledger::KEY_LOST, "a job's name cannot be opened");
                self.tally.note_end(State::Stuck);
            }
            match claimed {
                Ok(claimed) if claimed.is_empty() => {
                    if self.idle.enter() == self.plan.workers.max(1) {
                        // `run --once` may be done.
                        self.look.ring();
                    }
                    self.wake.sleep(rings, self.until_due());
                    self.idle.leave();
                }
                Ok(claimed) => {
                    if !self.take_up(claimed) {
                        self.wake.sleep(rings, SUSPECTED);
                    }
                }
                Err(error) => {
                    self.ledger_fault(&error);
                    self.wake.sleep(rings, LEDGER_AWAY);
                }
            }
        }
        self.wake.ring();
    }

    fn until_due(&self) -> i64 {
        let due = self.ledger.next_due().ok().flatten();
        due.map_or(IDLE, |due| (due - self.clock.now()).clamp(20, IDLE))
    }

    /// Works on what was claimed; `false` if all of it has to wait for another worker.
    ///
    /// A document that was there whenever the daemon died may be what kills it. Such ones are worked on one at a time,
    /// so that only the right one is blamed for the next death.
    fn take_up(&self, claimed: Vec<Claimed>) -> bool {
        let (suspected, fresh): (Vec<Claimed>, Vec<Claimed>) =
            claimed.into_iter().partition(|job| job.daemon_deaths >= retry::SUSPECT_DEATHS);
        let mut suspected = suspected.into_iter();
        let alone = if suspected.len() > 0 { self.suspect.try_lock().ok() } else { None };
        let first = alone.as_ref().and_then(|_| suspected.next());
        let rest: Vec<Lease> = suspected.map(|job| job.lease).collect();
        self.give_back(&rest);
        let is_waiting = fresh.is_empty() && first.is_none();
        if !fresh.is_empty() {
            // The suspect's lease must not be there either while others are at work.
            if let Some(job) = &first {
                self.give_back(&[job.lease]);
            }
            self.work_on(fresh);
        } else if let Some(job) = first {
            self.work_on(vec![job]);
            drop(alone);
            // The next suspect's turn.
            self.wake.ring();
        }
        !is_waiting
    }

    fn work_on(&self, claimed: Vec<Claimed>) {
        let leases: Vec<Lease> = claimed.iter().map(|job| job.lease).collect();
        self.active.add(&leases);
        let mut batch = Batch::default();
        let mut begun = self.clock.passed();
        let mut left = claimed.into_iter();
        for job in left.by_ref() {
            if self.is_stopping() {
                self.give_back(&[job.lease]);
                break;
            }
            self.advance(job, &mut batch);
            if self.clock.passed() - begun > LATEST {
                self.commit(&mut batch);
                begun = self.clock.passed();
            }
        }
        self.commit(&mut batch);
        let rest: Vec<Lease> = left.map(|job| job.lease).collect();
        self.give_back(&rest);
        self.active.remove(&leases);
    }

    /// One job, one step further; what it made joins the batch.
    fn advance(&self, job: Claimed, batch: &mut Batch) {
        if job.daemon_deaths >= retry::DAEMON_DEATHS {
            let deaths = job.daemon_deaths.to_string();
            let sentence = words::DAEMON_DIES.tell(self.lang(), &deaths);
            return self.end(job.lease, State::Stuck, &sentence);
        }
        if job.state == State::Delivering {
            return batch.placing.push(Whole::Claimed(Box::new(job)));
        }
        match catch_unwind(AssertUnwindSafe(|| self.step(&job))) {
            Ok(Step::Made(made)) => batch.made.push((job, *made)),
            Ok(Step::Seen(earlier)) => self.end_seen(&job, earlier),
            Ok(Step::Spoilt(spoilt)) => self.spoil(&job, spoilt),
            Err(_) => {
                self.tally.note_panic();
                self.end(job.lease, State::Stuck, &words::PANIC.tell(self.lang(), ""));
            }
        }
    }

    /// The same document came while its twin was under way: its copy goes to `done/`, nothing else happens.
    fn end_seen(&self, job: &Claimed, earlier: crate::ledger::JobId) {
        let setup = self.setups.now();
        let Some(route) = setup.routes.get(&job.arrival.route) else {
            return self.spoil(job, self.no_route(&job.arrival.route));
        };
        let mut changed = BTreeSet::new();
        let moved = self.move_copy(route, &job.arrival, State::Delivered, &mut changed);
        match moved {
            Ok(()) => {
                self.sync(&changed);
                self.moved.add(&job.arrival.route, &job.arrival.relative);
                if let Err(error) = self.ledger.seen(job.lease, earlier) {
                    self.ledger_fault(&error);
                }
            }
            Err(error) => self.spoil(job, self.place_fault(error)),
        }
    }

    /// Notes that an attempt was spoilt: tried again later, or ended, as the table of retries says.
    pub(super) fn spoil(&self, job: &Claimed, spoilt: Spoilt) {
        let (cause, sentence) = match spoilt {
            Spoilt::Ledger(error) => {
                self.ledger_fault(&error);
                return self.give_back(&[job.lease]);
            }
            Spoilt::Stuck(sentence) => return self.end(job.lease, State::Stuck, &sentence),
            // Sentences are kept as they are written: paths in them must not tell names.
            Spoilt::Later(cause, sentence) => (cause, shown_words(&sentence)),
        };
        let spent = retry::spent(cause);
        let tries = if spent == Spent::Reader { job.reader_deaths } else { job.tries } + 1;
        let past = Past { tries, waited: self.clock.now() - job.arrived_at };
        match retry::next(cause, past, self.plan.limits.max_tries, job.lease.job.0.unsigned_abs()) {
            Next::Wait(wait) => {
                let due = self.clock.now() + wait;
                tracing::warn!(job = %job.lease.job, ?cause, millis = wait, reason = sentence, "postponed");
                self.health.add_retry(&job.arrival.route);
                self.tally.note_world();
                let postponed = self.ledger.postpone(job.lease, due, spent, &sentence);
                if let Err(error) = postponed {
                    self.ledger_fault(&error);
                }
            }
            Next::End(End::Quarantined) => self.end(job.lease, State::Quarantined, &sentence),
            Next::End(_) => self.end(job.lease, State::Stuck, &sentence),
        }
    }

    pub(super) fn end(&self, lease: Lease, state: State, sentence: &str) {
        let state_name = state.name();
        tracing::error!(job = %lease.job, state = state_name, reason = sentence, "left for a person");
        self.tally.note_end(state);
        if let Err(error) = self.ledger.end(lease, state, sentence) {
            self.ledger_fault(&error);
        }
    }

    pub(super) fn give_back(&self, leases: &[Lease]) {
        if leases.is_empty() {
            return;
        }
        if let Err(error) = self.ledger.give_back(leases) {
            self.ledger_fault(&error);
            self.owed.add(leases);
        }
    }

    /// Gives back what could not be given back when it should have been.
    fn settle_owed(&self) {
        self.give_back(&self.owed.take());
    }
}
