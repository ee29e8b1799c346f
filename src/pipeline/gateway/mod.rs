//! The gateway: documents from drop folders to their places, through spool and ledger.
//!
//! The journey of a document here, one file each: `intake` (settled → spooled → admitted), `step` (claimed → read,
//! mapped, judged, written), `worker` (claims), `commit` (many at a time), `place` (outputs, then the sender's copy), `deliver`
//! (outputs to endpoints). `retry` holds every retry rule, `words` every sentence.

mod commit;
mod deliver;
mod intake;
mod note;
mod notices;
mod past;
mod place;
mod record;
mod retry;
mod rows;
mod setup;
mod step;
mod tally;
pub mod words;
mod worker;

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    clock::Clock,
    config::Gateway as Plan,
    ledger::{
        Ledger, LedgerError, State,
        seal::LookupKey,
        spool::{Spool, SpoolError},
    },
    model::Lang,
    pipeline::{chain, health::Health},
    watch::Hints,
};
use notices::{Active, Idle, Moved, Owed, Wake};
pub use setup::{Setup, Setups};
pub use tally::Outcome;
use tally::{Counted, Tally};

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

/// Longest sleep of the intake.
const ROUND: i64 = 5_000;
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
            scope.spawn(|| self.deliver());
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
        });
        self.tally.outcome(!self.setups.now().broken.is_empty())
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
        let is_idle = self.idle.count() == self.plan.workers.max(1);
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
        let counted = self.ledger.counts();
        match counted.and_then(|counts| Ok((counts, self.ledger.oldest_unfinished()?))) {
            Ok((counts, oldest)) => {
                self.health.set_jobs(&counts, oldest);
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
        tracing::error!(error = %chain(error), "the ledger refuses");
        self.health.set_reason("ledger", Some(error.to_string()));
        self.tally.note_world();
    }

    fn note_unadmitted(&self, spoilt: &step::Spoilt) {
        match spoilt {
            step::Spoilt::Ledger(error) => self.ledger_fault(error),
            step::Spoilt::Later(_, reason) | step::Spoilt::Stuck(reason) => {
                tracing::error!(reason, "cannot admit");
                self.tally.note_world();
            }
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
