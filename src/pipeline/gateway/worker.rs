//! A worker: claims leases, converts, and takes what it made through its commits, many documents at a time.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use super::{
    Gateway,
    place::{PlaceError, Placing},
    retry::{self, Cause, End, Next},
    step::{Made, Spoilt, Step, chain},
    words,
};
use crate::{
    config::Route,
    disk::{self, crash},
    ledger::{Claimed, Committed, Conversion, Counts, Lease, LedgerError, State},
    model::Severity,
    pipeline::health::DocumentFigures,
};

/// Jobs claimed at once.
const MOST: usize = 16;
/// What was made is committed after so many milliseconds at the latest: a small document does not wait for others.
const LATEST: i64 = 60;
/// Sleep when the ledger refuses.
const LEDGER_AWAY: i64 = 3_000;
/// Longest sleep of an idle worker: another daemon may have left something behind.
const IDLE: i64 = 5_000;

impl Gateway {
    /// Works until the gateway stops.
    pub(super) fn work(&self) {
        while !self.is_stopping() {
            let rings = self.wake.count();
            match self.ledger.claim(MOST, self.lease_millis()) {
                Ok(claimed) if claimed.is_empty() => {
                    if self.idle.enter() == self.plan.workers.max(1) {
                        // `run --once` may be done.
                        self.look.ring();
                    }
                    self.wake.sleep(rings, self.until_due());
                    self.idle.leave();
                }
                Ok(claimed) => self.process_claimed(claimed),
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

    fn process_claimed(&self, claimed: Vec<Claimed>) {
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
                self.note_panic();
                self.end(job.lease, State::Stuck, &words::PANIC.tell(self.lang(), ""));
            }
        }
    }

    /// The same document came while its twin was under way: its copy goes to `done/`, nothing else happens.
    fn end_seen(&self, job: &Claimed, earlier: crate::ledger::JobId) {
        let setup = self.setups.now();
        let Some(route) = setup.routes.get(&job.arrival.route) else { return };
        let mut changed = BTreeSet::new();
        let moved = self.move_copy(route, &job.arrival, State::Delivered, &mut changed);
        match moved {
            Ok(()) => {
                self.sync(&changed);
                if let Err(error) = self.ledger.seen(job.lease, earlier) {
                    self.ledger_fault(&error);
                }
            }
            Err(error) => self.spoil(job, self.place_fault(error)),
        }
    }

    /// Notes that an attempt was spoilt: tried again later, or ended, as the table of retries says.
    fn spoil(&self, job: &Claimed, spoilt: Spoilt) {
        let (cause, sentence) = match spoilt {
            Spoilt::Ledger(error) => {
                self.ledger_fault(&error);
                return self.give_back(&[job.lease]);
            }
            Spoilt::Stuck(sentence) => return self.end(job.lease, State::Stuck, &sentence),
            Spoilt::Later(cause, sentence) => (cause, sentence),
        };
        let is_reader = cause == Cause::ReaderDied;
        let tries = if is_reader { job.reader_deaths } else { job.tries } + 1;
        match retry::next(cause, tries, self.plan.limits.max_tries, job.lease.job.0.unsigned_abs())
        {
            Next::Wait(wait) => {
                let due = self.clock.now() + wait;
                tracing::warn!(job = %job.lease.job, ?cause, millis = wait, reason = sentence, "postponed");
                self.health.add_retry(&job.arrival.route);
                self.note_world(&sentence);
                let postponed = self.ledger.postpone(job.lease, due, is_reader, &sentence);
                if let Err(error) = postponed {
                    self.ledger_fault(&error);
                }
            }
            Next::End(End::Quarantined) => self.end(job.lease, State::Quarantined, &sentence),
            Next::End(_) => self.end(job.lease, State::Stuck, &sentence),
        }
    }

    fn end(&self, lease: Lease, state: State, sentence: &str) {
        let state_name = state.name();
        tracing::error!(job = %lease.job, state = state_name, reason = sentence, "left for a person");
        self.note_end(state);
        if let Err(error) = self.ledger.end(lease, state, sentence) {
            self.ledger_fault(&error);
        }
    }

    fn give_back(&self, leases: &[Lease]) {
        if leases.is_empty() {
            return;
        }
        if let Err(error) = self.ledger.give_back(leases) {
            self.ledger_fault(&error);
        }
    }

    /// Syncs, commits, places, acknowledges and finishes a batch.
    fn commit(&self, batch: &mut Batch) {
        let made = std::mem::take(&mut batch.made);
        let placing = std::mem::take(&mut batch.placing);
        let mut whole = self.commit_made(made);
        whole.extend(placing);
        self.put_in_place(whole);
    }

    fn commit_made(&self, mut made: Vec<(Claimed, Made)>) -> Vec<Whole> {
        if made.is_empty() {
            return Vec::new();
        }
        if let Err(error) = self.sync_made(&made) {
            for (job, _) in &made {
                self.spoil(job, Spoilt::Later(Cause::World, error.to_string()));
            }
            return Vec::new();
        }
        crash::point("before-commit");
        let committed = match self.commit_rows(&mut made) {
            Ok(committed) => committed,
            Err(error) => {
                self.ledger_fault(&error);
                let leases: Vec<Lease> = made.iter().map(|(job, _)| job.lease).collect();
                self.give_back(&leases);
                return Vec::new();
            }
        };
        crash::point("after-commit");
        let mut whole = Vec::new();
        for ((job, mut made), committed) in made.into_iter().zip(committed) {
            match committed {
                Committed::Yes => {
                    made.staging.keep();
                    self.hold_rivals(&job, &made);
                    whole.push(Whole::Made(Box::new((job, made))));
                }
                Committed::LeaseLost => {}
                Committed::Contradicted => {
                    // The next attempt sees the other document and holds the rows.
                    drop(made);
                    self.give_back(&[job.lease]);
                }
            }
        }
        whole
    }

    fn commit_rows(&self, made: &mut [(Claimed, Made)]) -> Result<Vec<Committed>, LedgerError> {
        let refused = |source| LedgerError::Refused {
            what: "take the rows",
            source: Box::new(source),
            is_transient: true,
        };
        let mut taken = Vec::new();
        for (_, made) in made.iter_mut() {
            // The rows borrow the conversion: everything else is copied out first.
            taken.push((Head::of(made), made.rows.read().map_err(refused)?));
        }
        let mut conversions: Vec<Conversion<'_>> =
            taken.iter_mut().map(|(head, rows)| head.conversion(rows)).collect();
        self.ledger.converted(&mut conversions)
    }

    /// Outputs of other documents that contradict this one wait, if they are still here.
    fn hold_rivals(&self, job: &Claimed, made: &Made) {
        for rival in &made.rivals {
            let sentence = words::CONTRADICTED.tell(made.route.lang, &job.lease.job.to_string());
            if let Err(error) = self.ledger.hold_deliveries(*rival, &sentence) {
                self.ledger_fault(&error);
            }
        }
    }

    fn sync_made(&self, made: &[(Claimed, Made)]) -> std::io::Result<()> {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        for (_, made) in made {
            files.extend(made.outputs.iter().map(|output| PathBuf::from(&output.staged)));
            files.push(made.car.clone());
            folders.extend(made.car.parent().map(PathBuf::from));
        }
        disk::sync_files(&files)?;
        // Staging folders, one for each job, are not waited for: a name that a power cut takes from there is missed
        // before anything moves, and its document converted again.
        disk::sync_folders(&folders)
    }

    fn put_in_place(&self, whole: Vec<Whole>) {
        let setup = self.setups.now();
        let mut changed = BTreeSet::new();
        let mut placed = Vec::new();
        for mut one in whole {
            let Some(route) = one.route(&setup.routes) else {
                let sentence = words::NO_ROUTE.tell(self.lang(), &one.job().arrival.route);
                self.spoil(one.job(), Spoilt::Later(Cause::NoRoute, sentence));
                continue;
            };
            match self.place(&mut one.placing(&route), &mut changed) {
                Ok(()) => placed.push((one, route)),
                Err(error) => self.spoil_place(one.job(), error),
            }
        }
        // Every output is safely in its place before any sender's copy moves.
        self.sync(&changed);
        crash::point("after-outputs");
        changed.clear();
        let mut finished = Vec::new();
        for (one, route) in placed {
            match self.move_copy(&route, &one.job().arrival, one.outcome(), &mut changed) {
                Ok(()) => finished.push(one),
                Err(error) => self.spoil_place(one.job(), error),
            }
        }
        self.sync(&changed);
        crash::point("after-copy-moved");
        self.finish(finished);
    }

    fn finish(&self, finished: Vec<Whole>) {
        let leases: Vec<Lease> = finished.iter().map(|one| one.job().lease).collect();
        if leases.is_empty() {
            return;
        }
        match self.ledger.finish(&leases) {
            Ok(_) => {
                crash::point("after-finish");
                for one in finished {
                    self.tell_finished(&one);
                }
            }
            Err(error) => {
                self.ledger_fault(&error);
                self.give_back(&leases);
            }
        }
    }

    fn tell_finished(&self, one: &Whole) {
        let (job, outcome) = (one.job(), one.outcome());
        let millis = self.clock.now() - job.arrived_at;
        let (job_id, route, state) = (job.lease.job, &job.arrival.route, outcome.name());
        tracing::info!(job = %job_id, route, state, millis, "finished");
        self.note_end(outcome);
        match one {
            Whole::Made(both) => {
                let made = &both.1;
                let _ = std::fs::remove_dir_all(made.staging.path());
                let Counts { records, held, errors, warnings } = made.counts;
                let figures = DocumentFigures { outcome, records, held };
                self.health.add_document(&job.arrival.route, &figures);
                self.health.add_findings(Severity::Error, errors);
                self.health.add_findings(Severity::Warning, warnings);
                self.health.add_conversion(made.took);
                self.note_counts(&made.counts);
                if !made.deliveries.is_empty() {
                    self.wake.ring();
                }
            }
            Whole::Claimed(job) => {
                let staged = job.outputs.first().map(|output| PathBuf::from(&output.staged));
                if let Some(folder) = staged.as_deref().and_then(std::path::Path::parent) {
                    let _ = std::fs::remove_dir_all(folder);
                }
            }
        }
    }

    fn spoil_place(&self, job: &Claimed, error: PlaceError) {
        match error {
            PlaceError::Vanished => {
                tracing::warn!(job = %job.lease.job, "a made file is gone; converting again");
                if let Err(error) = self.ledger.convert_again(job.lease) {
                    self.ledger_fault(&error);
                }
            }
            PlaceError::LeaseLost => {}
            other => self.spoil(job, self.place_fault(other)),
        }
    }

    fn place_fault(&self, error: PlaceError) -> Spoilt {
        match error {
            PlaceError::Ledger(error) => Spoilt::Ledger(error),
            PlaceError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                Spoilt::Later(Cause::DiskFull, words::DISK_FULL.tell(self.lang(), ""))
            }
            other => Spoilt::Later(Cause::World, chain(&other)),
        }
    }

    pub(super) fn sync(&self, folders: &BTreeSet<PathBuf>) {
        if let Err(error) = disk::sync_folders(folders) {
            tracing::warn!(%error, "cannot sync a folder");
        }
    }
}

/// What a worker has in hand.
#[derive(Default)]
struct Batch {
    made: Vec<(Claimed, Made)>,
    placing: Vec<Whole>,
}

/// A job that is committed and wants its files in place.
enum Whole {
    Made(Box<(Claimed, Made)>),
    Claimed(Box<Claimed>),
}

impl Whole {
    fn job(&self) -> &Claimed {
        match self {
            Whole::Made(both) => &both.0,
            Whole::Claimed(job) => job,
        }
    }

    fn outcome(&self) -> State {
        match self {
            Whole::Made(both) => both.1.outcome,
            Whole::Claimed(job) => job.outcome.unwrap_or(State::Held),
        }
    }

    fn route(
        &self,
        routes: &std::collections::BTreeMap<String, std::sync::Arc<Route>>,
    ) -> Option<std::sync::Arc<Route>> {
        match self {
            Whole::Made(both) => Some(std::sync::Arc::clone(&both.1.route)),
            Whole::Claimed(job) => routes.get(&job.arrival.route).cloned(),
        }
    }

    fn placing<'a>(&'a mut self, route: &'a Route) -> Placing<'a> {
        let outcome = self.outcome();
        let (job, outputs) = match self {
            Whole::Made(both) => (&both.0, &mut both.1.outputs),
            Whole::Claimed(job) => {
                let Claimed { lease, arrival, outputs, .. } = &mut **job;
                return Placing { lease: *lease, arrival, route, outputs, outcome };
            }
        };
        Placing { lease: job.lease, arrival: &job.arrival, route, outputs, outcome }
    }
}

/// A conversion without its rows.
struct Head {
    lease: Lease,
    outcome: State,
    sentence: String,
    outputs: Vec<crate::ledger::Output>,
    deliveries: Vec<crate::ledger::NewDelivery>,
    counts: crate::ledger::Counts,
    input: Option<String>,
    corrects: Option<(crate::ledger::JobId, crate::ledger::Changes)>,
}

impl Head {
    fn of(made: &Made) -> Head {
        Head {
            lease: made.lease,
            outcome: made.outcome,
            sentence: made.sentence.clone(),
            outputs: made.outputs.clone(),
            deliveries: made.deliveries.clone(),
            counts: made.counts,
            input: made.input.clone(),
            corrects: made.corrects,
        }
    }

    fn conversion<'r>(
        &mut self,
        rows: &'r mut dyn Iterator<Item = crate::ledger::RowKey>,
    ) -> Conversion<'r> {
        Conversion {
            lease: self.lease,
            outcome: self.outcome,
            sentence: std::mem::take(&mut self.sentence),
            outputs: std::mem::take(&mut self.outputs),
            deliveries: std::mem::take(&mut self.deliveries),
            counts: self.counts,
            input: self.input.take(),
            corrects: self.corrects,
            rows,
        }
    }
}
