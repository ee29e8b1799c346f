//! Admission: which arrivals get a job, and which earlier jobs they meet.

use super::{
    Admission, Arrival, JobId, Ledger, LedgerError, State, sql,
    store::Value,
    turn::{Turn, state},
};
use crate::clock::Millis;

/// Milliseconds from 1970 to 2020, where our numbers start.
const EPOCH: Millis = 1_577_836_800_000;
/// A job's number: milliseconds, then so many random bits.
const RANDOM_BITS: u32 = 20;
/// Corrections of corrections that are followed; nobody corrects more often.
const MOST_CORRECTIONS: u32 = 10_000;
/// Sentence of a document that came again while its twin was on its way; the twin's name follows.
pub const SAME_AS: &str = "same as ";
/// Sentence of a job whose names cannot be opened any more.
pub const KEY_LOST: &str = "key lost";

/// A number above all earlier ones, hard to guess, close to the time.
fn next_id(turn: &mut Turn<'_>, last: &mut Option<i64>) -> Result<JobId, LedgerError> {
    let before = match *last {
        Some(last) => last,
        None => turn.store.first(&sql::LAST_ID, &[], |mut row| row.int())?.unwrap_or(0),
    };
    // Without randomness from the system the numbers are still right, only easier to guess.
    let random = i64::from(getrandom::u32().unwrap_or_default() >> (32 - RANDOM_BITS));
    let by_time = ((turn.now - EPOCH).max(0) << RANDOM_BITS) | random;
    let id = by_time.max(before + 1);
    *last = Some(id);
    Ok(JobId(id))
}

impl Ledger {
    /// Admits documents whose bytes are in the spool, in one transaction, in order.
    ///
    /// The very same copy is not admitted while its job is unfinished, stuck or cancelled; the same
    /// bytes under the same plan are `Seen` if they were delivered, which that job counts.
    pub fn admit(&self, arrivals: &[Arrival]) -> Result<Vec<Admission>, LedgerError> {
        self.admit_if(arrivals, &|_| true)
    }

    /// Admits as [`Ledger::admit`], but not a copy whose job has ended and moved it away since it was looked at:
    /// `is_there` says whether it still lies where it was. Asked after the job's end was read, and a copy moves
    /// before its job ends, the answer leaves no gap.
    pub fn admit_if(
        &self,
        arrivals: &[Arrival],
        is_there: &dyn Fn(&Arrival) -> bool,
    ) -> Result<Vec<Admission>, LedgerError> {
        if arrivals.is_empty() {
            return Ok(Vec::new());
        }
        self.turn(|turn| {
            let mut last = None;
            arrivals
                .iter()
                .map(|arrival| self.admit_one(turn, arrival, is_there, &mut last))
                .collect()
        })
    }

    fn admit_one(
        &self,
        turn: &mut Turn<'_>,
        arrival: &Arrival,
        is_there: &dyn Fn(&Arrival) -> bool,
        last: &mut Option<i64>,
    ) -> Result<Admission, LedgerError> {
        let hash = self.name_hash(&arrival.route, &arrival.relative);
        let values = [hash.into(), arrival.copy.as_str().into(), arrival.sha256.as_str().into()];
        let same = turn
            .store
            .list(&sql::SAME_COPY, &values, |mut row| (JobId(row.int()), state(&row.text())))?;
        if let Some((job, state)) = same.iter().find(|(_, state)| !state.is_final()) {
            return Ok(Admission::Already(*job, *state));
        }
        if let Some((job, state)) = same.first().filter(|_| !is_there(arrival)) {
            return Ok(Admission::Already(*job, *state));
        }
        cancel_unreadable(turn, hash, "")?;
        if let Some(twin) = twin(turn, arrival)? {
            turn.store.run(&sql::SEEN_AGAIN, &[turn.now.into(), twin.0.into()])?;
            turn.note("seen", twin, String::new());
            return Ok(Admission::Seen(twin));
        }
        let waits = |state: &State| matches!(state, State::Stuck | State::Cancelled);
        if let Some((job, state)) = same.iter().find(|(_, state)| waits(state)) {
            return Ok(Admission::Already(*job, *state));
        }
        let job = next_id(turn, last)?;
        self.insert(turn, job, arrival, hash)?;
        turn.note("admitted", job, format!("bytes={}", arrival.bytes));
        Ok(Admission::New(job))
    }

    fn insert(
        &self,
        turn: &mut Turn<'_>,
        job: JobId,
        arrival: &Arrival,
        hash: [u8; 16],
    ) -> Result<(), LedgerError> {
        let sha256 = arrival.sha256.as_str();
        turn.store.run(&sql::NEW_DOCUMENT, &[sha256.into(), arrival.bytes.into()])?;
        let values = [
            job.0.into(),
            arrival.route.as_str().into(),
            self.seal(&arrival.relative).into(),
            hash.into(),
            sha256.into(),
            arrival.plan.as_str().into(),
            arrival.copy.as_str().into(),
            State::Admitted.name().into(),
            turn.now.into(),
            "".into(),
            turn.now.into(),
            turn.now.into(),
        ];
        turn.store.run(&sql::NEW_JOB, &values)?;
        Ok(())
    }

    /// Notes a document that could not even be copied: a stuck job without a document, one per route
    /// and name. A later admission of that route and name cancels it.
    pub fn note_unreadable(
        &self,
        route: &str,
        relative: &str,
        sentence: &str,
    ) -> Result<JobId, LedgerError> {
        let hash = self.name_hash(route, relative);
        self.turn(|turn| {
            let known = turn.store.first(&sql::UNREADABLE, &[hash.into()], |mut row| row.int())?;
            if let Some(job) = known {
                let values = [sentence.into(), turn.now.into(), job.into()];
                turn.store.run(&sql::SAY, &values)?;
                return Ok(JobId(job));
            }
            let job = next_id(turn, &mut None)?;
            let values = [
                job.0.into(),
                route.into(),
                self.seal(relative).into(),
                hash.into(),
                Value::Null,
                "".into(),
                "".into(),
                State::Stuck.name().into(),
                Value::Null,
                sentence.into(),
                turn.now.into(),
                turn.now.into(),
            ];
            turn.store.run(&sql::NEW_JOB, &values)?;
            turn.note("unreadable", job, String::new());
            Ok(job)
        })
    }

    /// Names below a route's `in/` of documents that are stuck because they could not be copied; those whose key is lost
    /// are left out.
    pub fn unreadable(&self, route: &str) -> Result<Vec<String>, LedgerError> {
        let names = self.read(|store| {
            store.list(&sql::ALL_UNREADABLE, &[route.into()], |mut row| row.maybe_bytes())
        })?;
        Ok(names.into_iter().filter_map(|name| self.unseal(name)).collect())
    }

    /// Cancels the stuck job of a document that could not be copied and is gone; there may be none.
    pub fn forget_unreadable(
        &self,
        route: &str,
        relative: &str,
        sentence: &str,
    ) -> Result<(), LedgerError> {
        let hash = self.name_hash(route, relative);
        self.turn(|turn| cancel_unreadable(turn, hash, sentence))
    }

    /// The last delivered job of the same bytes under the same route and plan.
    pub fn delivered_twin(
        &self,
        route: &str,
        sha256: &str,
        plan: &str,
    ) -> Result<Option<JobId>, LedgerError> {
        let values = [sha256.into(), route.into(), plan.into()];
        self.read(|store| store.first(&sql::TWIN, &values, |mut row| JobId(row.int())))
    }

    /// The accepted version that a document corrects: of the document whose SHA-256 the annotated
    /// workbook bears as its `stamp` (any route), else of the same route and name. If that version
    /// was corrected meanwhile, the newest correction.
    pub fn accepted_base(
        &self,
        route: &str,
        relative: &str,
        stamp: Option<&str>,
    ) -> Result<Option<JobId>, LedgerError> {
        let hash = self.name_hash(route, relative);
        self.read(|store| {
            let mut base = match stamp {
                Some(sha256) => {
                    store.first(&sql::BASE_BY_STAMP, &[sha256.into()], |mut row| row.int())?
                }
                None => None,
            };
            if base.is_none() {
                base = store.first(&sql::BASE_BY_NAME, &[hash.into()], |mut row| row.int())?;
            }
            for _ in 0..MOST_CORRECTIONS {
                let Some(job) = base else { break };
                let next = store.first(&sql::SUCCESSOR, &[job.into()], |mut row| row.int())?;
                match next {
                    Some(next) => base = Some(next),
                    None => break,
                }
            }
            Ok(base.map(JobId))
        })
    }
}

fn twin(turn: &mut Turn<'_>, arrival: &Arrival) -> Result<Option<JobId>, LedgerError> {
    let values = [
        arrival.sha256.as_str().into(),
        arrival.route.as_str().into(),
        arrival.plan.as_str().into(),
    ];
    turn.store.first(&sql::TWIN, &values, |mut row| JobId(row.int()))
}

fn cancel_unreadable(
    turn: &mut Turn<'_>,
    hash: [u8; 16],
    sentence: &str,
) -> Result<(), LedgerError> {
    let known = turn.store.list(&sql::UNREADABLE, &[hash.into()], |mut row| JobId(row.int()))?;
    for job in known {
        let none = Value::Null;
        let cancelled = State::Cancelled.name().into();
        let values = [cancelled, none.clone(), none, turn.now.into(), job.0.into()];
        turn.store.run(&sql::SET_STATE, &values)?;
        turn.store.run(&sql::SAY, &[sentence.into(), turn.now.into(), job.0.into()])?;
        turn.note("cancelled", job, String::new());
    }
    Ok(())
}
