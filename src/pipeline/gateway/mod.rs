//! The gateway: documents from drop folders to their places, through spool and ledger.
//!
//! The journey of a document here, one file each: `intake` (settled → spooled → admitted), `step` (claimed → read,
//! mapped, judged, written), `worker` (claims), `commit` (many at a time), `place` (outputs, then the sender's copy), `deliver`
//! (outputs to endpoints). `retry` holds every retry rule, `words` every sentence.

mod commit;
mod deliver;
mod intake;
mod note;
mod past;
mod place;
mod record;
mod retry;
mod rows;
mod setup;
mod step;
mod wake;
pub mod words;
mod worker;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    clock::Clock,
    config::Gateway as Plan,
    ledger::{
        Counts, Lease, Ledger, LedgerError, State,
        seal::LookupKey,
        spool::{Spool, SpoolError},
    },
    model::Lang,
    pipeline::health::Health,
    watch::Hints,
};
pub use setup::{Setup, Setups};
use wake::Wake;

/// A running gateway. All its threads share it.
pub struct Gateway {
    /// As configured.
    pub plan: Plan,
    /// The ledger.
    pub ledger: Ledger,
    /// The spool.
    pub spool: Spool,
    /// Keys of records.
    pub lookup: LookupKey,
    /// The time.
    pub clock: Clock,
    /// Mappings and routes.
    pub setups: Setups,
    /// What routes judge beside.
    pasts: past::Pasts,
    /// What outsiders may see.
    pub health: Health,
    /// Wakes those who work: something may be due.
    wake: Wake,
    moved: Moved,
    /// Wakes the intake: something may have arrived, or everything is done.
    look: Wake,
    is_hinted: AtomicBool,
    stop: AtomicBool,
    idle: Idle,
    active: Active,
    owed: Owed,
    suspect: Mutex<()>,
    tally: Tally,
    counted: Counted,
}

/// When jobs were counted last, and after how many changes.
#[derive(Debug, Default)]
struct Counted(Mutex<Option<(i64, u64)>>);

impl Counted {
    /// Whether to count now; then it counts as done. Others may change the ledger too, so now and then anyway.
    fn is_due(&self, now: i64, changes: u64) -> bool {
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

#[derive(Debug, Default)]
struct Tally {
    findings: AtomicBool,
    world: AtomicBool,
    panic: AtomicBool,
    finished: AtomicU64,
}

/// Copies that workers moved away, route and path: whatever comes under such a name is another file.
#[derive(Debug, Default)]
struct Moved(Mutex<Vec<(String, String)>>);

impl Moved {
    fn add(&self, route: &str, relative: &str) {
        let mut moved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moved.push((route.to_owned(), relative.to_owned()));
    }

    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How many workers have nothing to do.
#[derive(Debug, Default)]
struct Idle(AtomicUsize);

impl Idle {
    /// One more; how many there are then.
    fn enter(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn leave(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Leases that are being worked on, to be renewed.
#[derive(Debug, Default)]
struct Active(Mutex<HashSet<Lease>>);

impl Active {
    fn add(&self, leases: &[Lease]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(leases);
    }

    fn remove(&self, leases: &[Lease]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|lease| !leases.contains(lease));
    }

    fn all(&self) -> Vec<Lease> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// Leases that were to be given back while the ledger could not be written: what runs out instead would count as a
/// death of ours.
#[derive(Debug, Default)]
struct Owed(Mutex<Vec<Lease>>);

impl Owed {
    fn add(&self, leases: &[Lease]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(leases);
    }

    fn take(&self) -> Vec<Lease> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Longest sleep of the intake.
const ROUND: i64 = 5_000;
/// Jobs are counted no sooner than this after the last time, in milliseconds.
const COUNT_AGAIN: i64 = 2_000;
/// Jobs are counted at least so often.
const COUNT_ANYWAY: i64 = 60_000;
/// A conversion that is still running when the gateway stops gets so long.
const GRACE: i64 = 8_000;

impl Gateway {
    /// Puts the parts together and takes back what an earlier life left.
    ///
    /// # Errors
    /// The ledger refuses, or belongs to another spool; or the spool cannot be cleared.
    pub fn new(
        plan: Plan,
        mappings: Option<PathBuf>,
        parts: (Ledger, Spool, LookupKey),
        clock: Clock,
    ) -> Result<Gateway, OpenError> {
        let (ledger, spool, lookup) = parts;
        ledger.bind(spool.id())?;
        spool.wipe()?;
        let taken_back = ledger.take_back()?;
        if taken_back > 0 {
            tracing::warn!(jobs = taken_back, "took back what was under way");
        }
        let setups = Setups::read(plan.clone(), mappings);
        Ok(Gateway {
            plan,
            ledger,
            spool,
            lookup,
            setups,
            pasts: past::Pasts::default(),
            health: Health::new(clock.clone()),
            clock,
            wake: Wake::default(),
            moved: Moved::default(),
            look: Wake::default(),
            is_hinted: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            idle: Idle::default(),
            active: Active::default(),
            owed: Owed::default(),
            suspect: Mutex::default(),
            tally: Tally::default(),
            counted: Counted::default(),
        })
    }

    /// Asks every thread to finish or give back what it has.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.wake.ring();
        self.look.ring();
    }

    /// Wakes every thread: something may have changed.
    pub fn nudge(&self) {
        self.wake.ring();
        self.hint();
    }

    /// Something may have arrived.
    fn hint(&self) {
        self.is_hinted.store(true, Ordering::SeqCst);
        self.look.ring();
    }

    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn lang(&self) -> Lang {
        self.plan.lang
    }

    fn lease_millis(&self) -> i64 {
        i64::from(self.plan.limits.lease_secs) * 1000
    }

    /// Runs until [`Gateway::stop`]; with `is_once`, until nothing is left to do. `tick` is called about once a round.
    pub fn run(&self, is_once: bool, tick: &mut dyn FnMut()) -> Outcome {
        self.clear_staging();
        self.health.started();
        self.bring_back();
        let (sender, hints) = std::sync::mpsc::channel();
        let mut intake = intake::Intake::new(Hints::new(sender));
        thread::scope(|scope| {
            let workers: Vec<_> =
                (0..self.plan.workers.max(1)).map(|_| scope.spawn(|| self.work())).collect();
            scope.spawn(|| self.renew());
            scope.spawn(move || self.listen(&hints));
            let delivering = scope.spawn(|| self.deliver());
            self.watch(&mut intake, is_once, tick);
            self.stop();
            drop(intake);
            let deadline = self.clock.passed() + GRACE;
            while !workers.iter().all(|worker| worker.is_finished())
                && self.clock.passed() < deadline
            {
                let rings = self.wake.count();
                self.wake.sleep(rings, 100);
            }
            // Who is still busy loses its lease, and with it the right to commit: nothing of it will count.
            self.give_back(&self.active.all());
            drop(delivering);
        });
        self.outcome()
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            has_findings: self.tally.findings.load(Ordering::SeqCst),
            has_broken_route: !self.setups.now().broken.is_empty(),
            has_world: self.tally.world.load(Ordering::SeqCst),
            has_panic: self.tally.panic.load(Ordering::SeqCst),
            finished: self.tally.finished.load(Ordering::SeqCst),
        }
    }

    /// The intake's life: a round, then sleep until a hint or the next reconcile.
    fn watch(&self, intake: &mut intake::Intake, is_once: bool, tick: &mut dyn FnMut()) {
        let mut refreshed = self.clock.passed();
        while !self.is_stopping() {
            let rings = self.look.count();
            if self.clock.passed() - refreshed >= ROUND {
                refreshed = self.clock.passed();
                intake.reconsider(self);
                if self.setups.refresh() {
                    tracing::info!("mappings or routes changed; read again");
                    self.tell_broken();
                }
            }
            let round = intake.round(self, &self.is_hinted);
            tick();
            self.report_health();
            // Who calls once does not wait for somebody to clear the disk.
            let is_over = round.waiting == 0 || round.is_paused;
            if is_once && round.taken == 0 && is_over && self.is_drained() {
                while self.deliver_due() > 0 {}
                return;
            }
            let sleep = if is_once { round.next.min(200) } else { round.next.min(ROUND) };
            if round.taken == 0 {
                self.look.sleep(rings, sleep);
            }
        }
    }

    /// Whether nobody works and nothing is due.
    fn is_drained(&self) -> bool {
        let is_idle = self.idle.0.load(Ordering::SeqCst) == self.plan.workers.max(1);
        let due = self.ledger.next_due().unwrap_or_else(|error| {
            self.ledger_fault(&error);
            None
        });
        is_idle && self.active.all().is_empty() && due.is_none_or(|due| due > self.clock.now())
    }

    /// Passes hints on, several as one.
    fn listen(&self, hints: &std::sync::mpsc::Receiver<()>) {
        // It ends when the intake does, or at once where the system gives no hints.
        while hints.recv().is_ok() {
            while hints.try_recv().is_ok() {}
            self.hint();
        }
    }

    /// Keeps the leases of long conversions.
    fn renew(&self) {
        let mut renewed = self.clock.passed();
        while !self.is_stopping() {
            let rings = self.wake.count();
            self.wake.sleep(rings, 1_000);
            if self.clock.passed() - renewed < self.lease_millis() / 3 {
                continue;
            }
            renewed = self.clock.passed();
            let leases = self.active.all();
            if !leases.is_empty()
                && let Err(error) = self.ledger.renew(&leases, self.lease_millis())
            {
                self.ledger_fault(&error);
            }
        }
    }

    /// Removes staging folders of jobs that ended or died before they were committed.
    fn clear_staging(&self) {
        for route in self.setups.now().routes.values() {
            for entry in std::fs::read_dir(&route.folders.staging).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let job = name.split_once('-').and_then(|(job, _)| job.parse().ok());
                let Some(job) = job else { continue };
                let is_left = match self.ledger.job(job) {
                    // What got stuck on its way to its place goes on from here when a person retries it.
                    Ok(job) if job.state == State::Stuck => job.outputs.is_empty(),
                    Ok(job) => job.state.is_final() || job.state == State::Admitted,
                    Err(error) => matches!(error, LedgerError::UnknownJob(_)),
                };
                if is_left {
                    let _ = std::fs::remove_dir_all(entry.path());
                }
            }
        }
    }

    /// Counting walks over all jobs, so it waits until something changed, and a while.
    fn report_health(&self) {
        self.health.beat();
        let (now, changes) = (self.clock.passed(), self.ledger.changes());
        if !self.counted.is_due(now, changes) {
            return;
        }
        match self.ledger.counts() {
            Ok(counts) => {
                self.health.set_jobs(&counts, None);
                self.health.set_reason("ledger", None);
            }
            Err(error) => self.ledger_fault(&error),
        }
        let broken = self.setups.now().broken.len();
        let reason = (broken > 0).then(|| format!("routes with mistakes: {broken}"));
        self.health.set_reason("routes", reason);
    }

    /// Says which routes are wrong, and why.
    pub fn tell_broken(&self) {
        for (route, lints) in &self.setups.now().broken {
            let lints = lints.render(self.lang());
            tracing::error!(route, lints = lints.trim_end(), "a route is wrong and rests");
        }
    }

    fn ledger_fault(&self, error: &LedgerError) {
        tracing::error!(error = %step::chain(error), "the ledger refuses");
        self.health.set_reason("ledger", Some(error.to_string()));
        self.note_world("ledger");
    }

    fn note_unadmitted(&self, spoilt: &step::Spoilt) {
        match spoilt {
            step::Spoilt::Ledger(error) => self.ledger_fault(error),
            step::Spoilt::Later(_, reason) | step::Spoilt::Stuck(reason) => {
                tracing::error!(reason, "cannot admit");
                self.note_world(reason);
            }
        }
    }

    fn note_world(&self, _reason: &str) {
        self.tally.world.store(true, Ordering::SeqCst);
    }

    fn note_panic(&self) {
        self.tally.panic.store(true, Ordering::SeqCst);
    }

    fn note_end(&self, state: State) {
        match state {
            State::Stuck => self.tally.world.store(true, Ordering::SeqCst),
            State::Held | State::Quarantined => self.tally.findings.store(true, Ordering::SeqCst),
            _ => {}
        }
        self.tally.finished.fetch_add(1, Ordering::SeqCst);
    }

    fn note_counts(&self, counts: &Counts) {
        if counts.errors > 0 {
            self.tally.findings.store(true, Ordering::SeqCst);
        }
    }
}

/// Why a gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The ledger refuses.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The spool refuses.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}
