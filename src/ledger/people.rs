//! What a person may do to a job: retry it, call it off, forget it. Of what is purged, names and records
//! go; states, counts, digests and events stay.

use super::{
    JobId, Ledger, LedgerError, State, sql,
    store::Value,
    turn::{Turn, state},
};
use crate::clock::Millis;

/// Where a job stands, as far as a person's wish depends on it.
struct Standing {
    state: State,
    outcome: Option<String>,
    has_document: bool,
    is_purged: bool,
}

fn standing(turn: &mut Turn<'_>, job: JobId) -> Result<Standing, LedgerError> {
    let found = turn.store.first(&sql::STANDING, &[job.0.into()], |mut row| Standing {
        state: state(&row.text()),
        outcome: row.maybe_text(),
        has_document: row.maybe_text().is_some(),
        is_purged: row.maybe_int().is_some(),
    })?;
    found.ok_or_else(|| LedgerError::UnknownJob(job.to_string()))
}

fn set_state(
    turn: &mut Turn<'_>,
    job: JobId,
    state: State,
    outcome: Option<&str>,
) -> Result<(), LedgerError> {
    let ready_at = (!state.is_final()).then_some(turn.now);
    let values: [Value<'_>; 5] =
        [state.name().into(), outcome.into(), ready_at.into(), turn.now.into(), job.0.into()];
    turn.store.run(&sql::SET_STATE, &values)?;
    Ok(())
}

impl Ledger {
    /// Lets a job that is stuck, held, quarantined or cancelled run again, its counters at zero.
    ///
    /// A job that got stuck while delivering goes on delivering what it made, so that what already
    /// has its place is not made twice. A job without a document ends: its document is taken when it
    /// can be read.
    ///
    /// # Errors
    /// `UnknownJob`; `WrongState` from any other state, or if it was purged. A delivered job may be
    /// retried while deliveries of it are stuck or held: they are queued again.
    pub fn retry(&self, job: JobId) -> Result<(), LedgerError> {
        self.turn(|turn| {
            let found = standing(turn, job)?;
            if found.state == State::Delivered && !found.is_purged {
                // What got stuck on its way to an endpoint, or was held there, goes again.
                let values = [turn.now.into(), job.0.into()];
                if turn.store.run(&sql::RELEASE_DELIVERIES, &values)? > 0 {
                    turn.note("deliveries-released", job, String::new());
                    return Ok(());
                }
            }
            let may = matches!(
                found.state,
                State::Stuck | State::Held | State::Quarantined | State::Cancelled
            );
            if !may || found.is_purged {
                let state = found.state;
                return Err(LedgerError::WrongState { job, state, verb: "retried" });
            }
            turn.store.run(&sql::ZERO, &[job.0.into()])?;
            turn.note("retried", job, String::new());
            match found.outcome.as_deref() {
                Some(outcome) if found.state == State::Stuck => {
                    set_state(turn, job, State::Delivering, Some(outcome))
                }
                _ if !found.has_document => set_state(turn, job, State::Cancelled, None),
                _ => {
                    turn.drop_results(job)?;
                    set_state(turn, job, State::Admitted, None)
                }
            }
        })
    }

    /// Notes how many signed, by a person's count. A job that is held, quarantined or stuck runs again with it; of
    /// one that was delivered the count is kept beside the records.
    ///
    /// # Errors
    /// `UnknownJob`; `WrongState` if it was purged, or is being worked on.
    pub fn confirm_signed(&self, job: JobId, count: u32) -> Result<(), LedgerError> {
        let state = self.turn(|turn| {
            let Standing { state, is_purged, .. } = standing(turn, job)?;
            if is_purged || !state.is_final() {
                return Err(LedgerError::WrongState { job, state, verb: "confirmed" });
            }
            let values = [i64::from(count).into(), turn.now.into(), job.0.into()];
            turn.store.run(&sql::CONFIRM_SIGNED, &values)?;
            turn.note("signed-confirmed", job, format!("signed={count}"));
            Ok(state)
        })?;
        match state {
            State::Held | State::Quarantined | State::Stuck => self.retry(job),
            _ => Ok(()),
        }
    }

    /// Calls a job off that is unfinished or stuck. Who holds its lease loses it.
    ///
    /// # Errors
    /// `UnknownJob`; `WrongState` from any other state.
    pub fn cancel(&self, job: JobId) -> Result<(), LedgerError> {
        self.turn(|turn| {
            let Standing { state, .. } = standing(turn, job)?;
            if state.is_final() && state != State::Stuck {
                return Err(LedgerError::WrongState { job, state, verb: "cancelled" });
            }
            turn.drop_results(job)?;
            set_state(turn, job, State::Cancelled, None)?;
            turn.note("cancelled", job, String::new());
            Ok(())
        })
    }

    /// Final jobs of a route that last changed before a time and have nothing queued: the job, its
    /// document's SHA-256 (empty if it never had one) and whether the original may go with it.
    pub fn purgeable(
        &self,
        route: &str,
        before: Millis,
    ) -> Result<Vec<(JobId, String, bool)>, LedgerError> {
        let values = [before.into(), route.into(), before.into()];
        self.read(|store| {
            store.list(&sql::PURGEABLE, &values, |mut row| {
                (JobId(row.int()), row.text(), row.int() != 0)
            })
        })
    }

    /// Forgets names, sentences and records of final jobs. Others, and purged ones, are left alone.
    pub fn purged(&self, jobs: &[JobId]) -> Result<(), LedgerError> {
        self.turn(|turn| {
            for job in jobs {
                let values = [turn.now.into(), job.0.into()];
                if turn.fenced(&sql::PURGE_JOB, &values)? {
                    turn.store.run(&sql::PURGE_OUTPUTS, &[job.0.into()])?;
                    turn.store.run(&sql::PURGE_RECORDS, &[job.0.into()])?;
                    turn.note("purged", *job, String::new());
                }
            }
            Ok(())
        })
    }
}
