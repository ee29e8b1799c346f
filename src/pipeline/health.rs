//! How the daemon fares: what its parts tell, for whoever asks (the web page, `doctor`). Counts and states only:
//! no name of a document, no personal data ever gets here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    clock::{Clock, Millis},
    ledger::State,
    model::Severity,
};

/// Upper bounds of the times that conversions are sorted by, in milliseconds; longer ones come last.
pub const BOUNDS: [Millis; 13] =
    [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000];

/// The daemon counts as hanging when its main loop was silent for so long.
pub const SILENCE: Millis = 120_000;

/// How the daemon fares. Clones tell and show the same.
#[derive(Clone, Debug)]
pub struct Health {
    clock: Clock,
    figures: Arc<Mutex<Figures>>,
}

/// Everything that was told so far.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Why the daemon is not ready, by the part that says so.
    pub reasons: BTreeMap<&'static str, String>,
    /// Jobs in the ledger by state.
    pub jobs: Vec<(State, u64)>,
    /// Whether documents are not taken at the moment.
    pub is_paused: bool,
    /// Seconds since the oldest unfinished job was admitted; `None`: there is none.
    pub oldest_seconds: Option<f64>,
    /// Per route.
    pub routes: BTreeMap<String, RouteFigures>,
    /// Findings, by severity: info, warning, error.
    pub findings: [u64; 3],
    /// Conversions no longer than each of [`BOUNDS`], and than none of them.
    pub conversions: [u64; BOUNDS.len() + 1],
    /// All conversions together, in milliseconds.
    pub conversion_millis: u64,
    oldest: Option<Millis>,
    beat: Option<Millis>,
}

/// What is counted per route, since the daemon started.
#[derive(Clone, Debug, Default)]
pub struct RouteFigures {
    /// Files in `in/` that are not settled.
    pub waiting: u64,
    /// Documents that ended, by state.
    pub documents: BTreeMap<&'static str, u64>,
    /// Records read.
    pub records: u64,
    /// Records that went into no output.
    pub held: u64,
    /// Attempts that the world spoilt.
    pub retries: u64,
}

/// What became of one document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentFigures {
    /// What its job ended as.
    pub outcome: State,
    /// Records read.
    pub records: u64,
    /// Records that went into no output.
    pub held: u64,
}

impl Health {
    /// Knows nothing yet, and is not ready until [`Health::started`].
    pub fn new(clock: Clock) -> Health {
        let health = Health { clock, figures: Arc::default() };
        health.set_reason("start", Some("starting".to_owned()));
        health
    }

    /// The daemon is through with its start.
    pub fn started(&self) {
        self.set_reason("start", None);
    }

    /// A part says why the daemon is not ready (one line, nothing personal), or that it is no longer the reason.
    pub fn set_reason(&self, part: &'static str, reason: Option<String>) {
        let mut figures = self.lock();
        match reason {
            Some(reason) => drop(figures.reasons.insert(part, reason)),
            None => drop(figures.reasons.remove(part)),
        }
    }

    /// Whether documents that arrive now will be worked on.
    pub fn is_ready(&self) -> bool {
        self.lock().reasons.is_empty()
    }

    /// Why not, one line each; empty if ready.
    pub fn reasons(&self) -> Vec<String> {
        self.lock().reasons.values().cloned().collect()
    }

    /// The main loop is alive.
    pub fn beat(&self) {
        self.lock().beat = Some(self.clock.passed());
    }

    /// Whether the main loop was alive lately, or did not begin yet.
    pub fn is_alive(&self) -> bool {
        self.lock().beat.is_none_or(|beat| self.clock.passed() - beat <= SILENCE)
    }

    /// Jobs by state, and when the oldest unfinished one was admitted.
    pub fn set_jobs(&self, jobs: &[(State, u64)], oldest: Option<Millis>) {
        let mut figures = self.lock();
        figures.jobs = jobs.to_vec();
        figures.oldest = oldest;
    }

    /// Whether documents are not taken at the moment.
    pub fn set_paused(&self, is_paused: bool) {
        self.lock().is_paused = is_paused;
    }

    /// Files in a route's `in/` that are not settled.
    pub fn set_waiting(&self, route: &str, files: usize) {
        self.route(route, |figures| figures.waiting = files as u64);
    }

    /// A route is gone or switched off: nothing waits there. Its counters stay, as counters must.
    pub fn forget_waiting(&self, route: &str) {
        self.set_waiting(route, 0);
    }

    /// A document ended.
    pub fn add_document(&self, route: &str, document: &DocumentFigures) {
        self.route(route, |figures| {
            *figures.documents.entry(document.outcome.name()).or_default() += 1;
            figures.records += document.records;
            figures.held += document.held;
        });
    }

    /// Findings of a document.
    pub fn add_findings(&self, severity: Severity, count: u64) {
        let [info, warning, error] = &mut self.lock().findings;
        *match severity {
            Severity::Info => info,
            Severity::Warning => warning,
            Severity::Error => error,
        } += count;
    }

    /// An attempt that the world spoilt.
    pub fn add_retry(&self, route: &str) {
        self.route(route, |figures| figures.retries += 1);
    }

    /// How long a conversion took.
    pub fn add_conversion(&self, took: Millis) {
        let mut figures = self.lock();
        let slot = BOUNDS.iter().position(|bound| took <= *bound).unwrap_or(BOUNDS.len());
        if let Some(count) = figures.conversions.get_mut(slot) {
            *count += 1;
        }
        figures.conversion_millis += took.max(0) as u64;
    }

    /// Everything as it stands now.
    pub fn figures(&self) -> Figures {
        let mut figures = self.lock().clone();
        let now = self.clock.now();
        figures.oldest_seconds = figures.oldest.map(|since| (now - since).max(0) as f64 / 1000.0);
        figures
    }

    fn route(&self, route: &str, tell: impl FnOnce(&mut RouteFigures)) {
        let mut figures = self.lock();
        if !figures.routes.contains_key(route) {
            figures.routes.insert(route.to_owned(), RouteFigures::default());
        }
        if let Some(figures) = figures.routes.get_mut(route) {
            tell(figures);
        }
    }

    /// A thread that died while it told something leaves figures that are still worth showing.
    fn lock(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_when_no_part_has_a_reason_against_it() {
        let health = Health::new(Clock::manual(0));
        assert_eq!(health.reasons(), ["starting"]);
        health.started();
        assert!(health.is_ready());
        health.set_reason("disk", Some("the disk is full".to_owned()));
        health.set_reason("ledger", Some("the ledger does not answer".to_owned()));
        assert_eq!(health.reasons(), ["the disk is full", "the ledger does not answer"]);
        health.set_reason("disk", None);
        assert!(!health.is_ready());
    }

    #[test]
    fn a_silent_main_loop_counts_as_hanging_whatever_the_time_of_day_does() {
        let clock = Clock::manual(1_000_000);
        let health = Health::new(clock.clone());
        clock.advance(SILENCE * 2);
        assert!(health.is_alive(), "it did not begin yet");
        health.beat();
        clock.jump(SILENCE * 5);
        assert!(health.is_alive());
        clock.advance(SILENCE + 1);
        assert!(!health.is_alive());
    }

    #[test]
    fn a_job_from_the_future_has_no_age_below_zero() {
        let clock = Clock::manual(10_000);
        let health = Health::new(clock.clone());
        assert_eq!(health.figures().oldest_seconds, None);
        health.set_jobs(&[(State::Admitted, 1)], Some(4_000));
        assert_eq!(health.figures().oldest_seconds, Some(6.0));
        clock.jump(-9_000);
        assert_eq!(health.figures().oldest_seconds, Some(0.0));
    }
}
