//! The intake: settled documents into the spool, then into the ledger, many in one transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Gateway, step::Spoilt, words};
use crate::{
    clock::Millis,
    config::Route,
    disk::{self, crash},
    ledger::{
        Admission, Arrival, JobFilter, State,
        spool::{SpoolError, Taken},
    },
    pipeline::chain,
    watch::{Hints, Settled, Watch, WatchPlan},
};

/// Documents taken before they are synced and admitted together.
const MOST: usize = 64;
/// Cancelled jobs looked back at.
const CANCELLED: u32 = 100;
/// Pause after the disk was full.
const FULL_PAUSE: Millis = 5_000;
/// After a look, hints are not followed for so many times as long as it took: each document that leaves a full folder
/// hints too.
const REST: Millis = 8;
/// Wait before an unreadable file is looked at again.
const UNREADABLE_PAUSE: Millis = 30_000;

/// What watches the routes.
pub struct Intake {
    watches: BTreeMap<String, Watched>,
    hints: Hints,
    paused_until: Millis,
}

struct Watched {
    route: Arc<Route>,
    watch: Watch,
    due: Millis,
    /// When a hint may make it look again.
    rested: Millis,
    waiting: usize,
    unreadable: BTreeMap<String, Millis>,
    /// Files with a stuck job because they cannot be taken.
    stuck: BTreeSet<String>,
    /// Faults that were told, so that each is told once.
    faults: BTreeSet<PathBuf>,
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Round {
    /// Documents admitted.
    pub taken: usize,
    /// Documents not settled yet, or waiting for a pause to end.
    pub waiting: usize,
    /// Milliseconds until the next round is worth it.
    pub next: Millis,
    /// Nothing is taken for a while: the disk is full, or the ledger cannot be written.
    pub is_paused: bool,
}

impl Intake {
    /// Watches nothing yet.
    pub fn new(hints: Hints) -> Intake {
        Intake { watches: BTreeMap::new(), hints, paused_until: 0 }
    }

    /// Watches exactly these routes from now on.
    fn follow(&mut self, gateway: &Gateway, routes: &BTreeMap<String, Arc<Route>>) {
        self.watches.retain(|name, watched| {
            let is_same = routes.get(name).is_some_and(|route| Arc::ptr_eq(route, &watched.route));
            if !is_same {
                gateway.health.forget_waiting(name);
            }
            is_same
        });
        for (name, route) in routes {
            if self.watches.contains_key(name) {
                continue;
            }
            if let Err(error) = make_folders(route) {
                tracing::error!(route = %name, %error, "cannot make the route's folders");
                gateway.tally.note_world();
                continue;
            }
            self.hints.watch(&route.folders.input);
            let plan = WatchPlan {
                folder: route.folders.input.clone(),
                settle_millis: i64::from(route.settle_secs) * 1000,
                needs_marker: route.needs_marker,
                poll_millis: (i64::from(route.poll_secs) * 1000).max(100),
            };
            let watched = Watched {
                route: Arc::clone(route),
                watch: Watch::new(plan),
                due: gateway.clock.passed(),
                rested: gateway.clock.passed(),
                waiting: 0,
                unreadable: BTreeMap::new(),
                stuck: gateway.stuck_in(name),
                faults: BTreeSet::new(),
            };
            self.watches.insert(name.clone(), watched);
        }
    }

    /// Looks at every route whose turn it is (soon at all, if something hinted) and admits what has settled.
    pub fn round(&mut self, gateway: &Gateway, is_hinted: &AtomicBool) -> Round {
        let setup = gateway.setups.now();
        self.follow(gateway, &setup.routes);
        for (route, relative) in gateway.moved.take() {
            if let Some(watched) = self.watches.get_mut(&route) {
                watched.watch.gone(&relative);
            }
        }
        let now = gateway.clock.passed();
        let mut round = Round { next: i64::MAX, ..Round::default() };
        gateway.health.set_paused(now < self.paused_until);
        if now < self.paused_until {
            let next = self.paused_until - now;
            return Round { waiting: 1, next, taken: 0, is_paused: true };
        }
        let mut found: Vec<(String, Settled)> = Vec::new();
        let is_hinted = is_hinted.swap(false, Ordering::SeqCst);
        for (name, watched) in &mut self.watches {
            if is_hinted {
                watched.due = watched.due.min(watched.rested);
            }
            if watched.due <= now {
                let look = watched.watch.look(&gateway.clock);
                let looked = gateway.clock.passed();
                watched.rested = looked + (looked - now) * REST;
                watched.due = looked + look.next_millis;
                watched.waiting = look.waiting;
                gateway.health.set_waiting(name, look.waiting);
                watched.tell_faults(name, &look.faults);
                found.extend(look.settled.into_iter().map(|settled| (name.clone(), settled)));
                watched.retry_unreadable(now);
                watched.forget_gone(gateway, name);
            }
            round.waiting += watched.waiting;
            round.next = round.next.min(watched.due - now);
        }
        for some in found.chunks(MOST) {
            if gateway.is_stopping() {
                break;
            }
            round.taken += self.admit(gateway, some, &mut round.waiting);
        }
        round
    }

    fn admit(
        &mut self,
        gateway: &Gateway,
        settled: &[(String, Settled)],
        waiting: &mut usize,
    ) -> usize {
        let mut taken: Vec<Taken> = Vec::new();
        let mut arrivals: Vec<Arrival> = Vec::new();
        crash::point("before-spool");
        for (name, one) in settled {
            let Some(watched) = self.watches.get_mut(name) else { continue };
            match gateway.spool.take(&one.path, gateway.plan.limits.max_bytes) {
                Ok(spooled) => {
                    watched.unreadable.remove(&one.relative);
                    watched.stuck.remove(&one.relative);
                    arrivals.push(Arrival {
                        route: name.clone(),
                        relative: one.relative.clone(),
                        sha256: spooled.sha256.clone(),
                        bytes: spooled.bytes,
                        plan: watched.route.digest.clone(),
                        copy: spooled.copy.clone(),
                    });
                    taken.push(spooled);
                }
                Err(error) => {
                    if error.is_full() {
                        self.paused_until = gateway.clock.passed() + FULL_PAUSE;
                        *waiting += 1;
                    }
                    watched.refuse(gateway, name, one, &error, waiting);
                }
            }
        }
        let admitted =
            gateway.spool.sync(&taken).map_err(|error| gateway.spool_fault(&error)).and_then(
                |()| {
                    crash::point("after-spool");
                    let is_there = |arrival: &Arrival| self.is_there(arrival);
                    gateway.ledger.admit_if(&arrivals, &is_there).map_err(Spoilt::Ledger)
                },
            );
        match admitted {
            Ok(admissions) => {
                crash::point("after-admit");
                self.acknowledge(gateway, &arrivals, &admissions)
            }
            Err(spoilt) => {
                gateway.note_unadmitted(&spoilt);
                self.paused_until = gateway.clock.passed() + FULL_PAUSE;
                *waiting += arrivals.len();
                for arrival in &arrivals {
                    if let Some(watched) = self.watches.get_mut(&arrival.route) {
                        watched.watch.again(&arrival.relative);
                    }
                }
                0
            }
        }
    }

    fn is_there(&self, arrival: &Arrival) -> bool {
        self.watches.get(&arrival.route).is_some_and(|watched| {
            let path = watched.route.folders.input.join(&arrival.relative);
            disk::stamp(&path).is_ok_and(|stamp| stamp.to_string() == arrival.copy)
        })
    }

    /// Copies of jobs that a person cancelled meanwhile are looked at once more, and leave.
    pub fn reconsider(&mut self, gateway: &Gateway) {
        let filter =
            JobFilter { state: Some(State::Cancelled), limit: Some(CANCELLED), route: None };
        let Ok(cancelled) = gateway.ledger.jobs(&filter) else { return };
        for job in cancelled {
            let watched = self.watches.get_mut(&job.route);
            if let (Some(watched), Some(relative)) = (watched, job.document)
                && watched.route.folders.input.join(&relative).exists()
            {
                watched.watch.again(&relative);
                watched.due = gateway.clock.passed();
            }
        }
    }

    /// Copies that need no job leave `in/` at once.
    fn acknowledge(
        &mut self,
        gateway: &Gateway,
        arrivals: &[Arrival],
        admissions: &[Admission],
    ) -> usize {
        let mut new = 0;
        let mut changed = BTreeSet::new();
        for (arrival, admission) in arrivals.iter().zip(admissions) {
            let Some(watched) = self.watches.get_mut(&arrival.route) else { continue };
            let outcome = match admission {
                Admission::New(job) => {
                    tracing::info!(%job, route = arrival.route, bytes = arrival.bytes, "admitted");
                    new += 1;
                    continue;
                }
                Admission::Seen(job) => {
                    tracing::info!(%job, route = arrival.route, "seen before");
                    State::Delivered
                }
                Admission::Already(_, State::Cancelled) => State::Cancelled,
                Admission::Already(..) => continue,
            };
            match gateway.move_copy(&watched.route, arrival, outcome, &mut changed) {
                Ok(()) => watched.watch.gone(&arrival.relative),
                Err(error) => {
                    tracing::warn!(route = arrival.route, %error, "cannot move a copy");
                    watched.watch.again(&arrival.relative);
                }
            }
        }
        gateway.sync(&changed);
        if new > 0 {
            gateway.wake.ring();
        }
        new
    }
}

impl Gateway {
    /// Files of a route that an earlier life could not take.
    fn stuck_in(&self, route: &str) -> BTreeSet<String> {
        let found = self.ledger.unreadable(route).unwrap_or_else(|error| {
            self.ledger_fault(&error);
            Vec::new()
        });
        found.into_iter().collect()
    }
}

impl Watched {
    /// What is no file or cannot be looked into is told once, until it is gone.
    fn tell_faults(&mut self, route: &str, faults: &[(PathBuf, std::io::Error)]) {
        self.faults.retain(|told| faults.iter().any(|(path, _)| path == told));
        for (path, error) in faults {
            if self.faults.insert(path.clone()) {
                tracing::warn!(route, path = %path.display(), %error, "cannot take this");
            }
        }
    }

    /// A file that the spool would not take.
    fn refuse(
        &mut self,
        gateway: &Gateway,
        name: &str,
        one: &Settled,
        error: &SpoolError,
        waiting: &mut usize,
    ) {
        let lang = self.route.lang;
        let sentence = match error {
            SpoolError::Changed { .. } => {
                // Still being written: it settles anew.
                *waiting += 1;
                self.due = gateway.clock.passed();
                return self.watch.again(&one.relative);
            }
            SpoolError::TooLarge { .. } => {
                words::TOO_LARGE.tell(lang, &gateway.plan.limits.max_bytes.to_string())
            }
            SpoolError::Unreadable { source, .. } => {
                words::UNREADABLE.tell(lang, &source.to_string())
            }
            other => {
                tracing::error!(route = name, error = %chain(other), "cannot spool");
                gateway.tally.note_world();
                return self.watch.again(&one.relative);
            }
        };
        if one.path.exists() {
            let pause = gateway.clock.passed() + UNREADABLE_PAUSE;
            if self.unreadable.insert(one.relative.clone(), pause).is_some() {
                return;
            }
            gateway.tally.note_end(State::Stuck);
            match gateway.ledger.note_unreadable(name, &one.relative, &sentence) {
                Ok(job) => {
                    self.stuck.insert(one.relative.clone());
                    tracing::error!(%job, route = name, "a file cannot be taken");
                }
                Err(error) => gateway.ledger_fault(&error),
            }
        }
    }

    /// Jobs of files that could not be taken end when somebody took the files away.
    fn forget_gone(&mut self, gateway: &Gateway, name: &str) {
        let folder = &self.route.folders.input;
        let is_gone = |relative: &&String| !folder.join(relative).exists();
        let gone: Vec<String> = self.stuck.iter().filter(is_gone).cloned().collect();
        let sentence = words::LEFT.tell(self.route.lang, "");
        for relative in gone {
            match gateway.ledger.forget_unreadable(name, &relative, &sentence) {
                Ok(()) => {
                    self.stuck.remove(&relative);
                    self.unreadable.remove(&relative);
                }
                Err(error) => gateway.ledger_fault(&error),
            }
        }
    }

    /// Files that could not be read get another chance now and then.
    fn retry_unreadable(&mut self, now: Millis) {
        for (relative, due) in &mut self.unreadable {
            if *due <= now {
                *due = now + UNREADABLE_PAUSE;
                self.watch.again(relative);
            }
        }
    }
}

fn make_folders(route: &Route) -> std::io::Result<()> {
    let folders = &route.folders;
    for folder in [&folders.input, &folders.done, &folders.refused, &folders.out] {
        std::fs::create_dir_all(folder)?;
    }
    crate::disk::private_folder(&folders.staging)
}
