//! One transaction: the writer's turn, the events it leaves and the steps it completed.

use std::sync::{PoisonError, atomic::Ordering};

use super::{
    JobId, Lease, Ledger, LedgerError, State,
    events::{self, Event},
    sql,
    store::{Sql, Store, Value},
};
use crate::clock::Millis;

/// The writer's turn.
pub(super) struct Turn<'a> {
    /// The database.
    pub store: &'a mut dyn Store,
    /// When the turn began.
    pub now: Millis,
    events: Vec<Event>,
    advances: i64,
}

impl Turn<'_> {
    /// Leaves an event. `numbers` holds no personal data.
    pub fn note(&mut self, kind: &'static str, job: JobId, numbers: String) {
        self.events.push(Event { at: self.now, kind: kind.into(), job, numbers });
    }

    /// Counts a step that a job completed.
    pub fn advance(&mut self) {
        self.advances += 1;
    }

    /// Runs a statement that only a lease that still holds lets through.
    pub fn fenced(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<bool, LedgerError> {
        Ok(self.store.run(sql, values)? > 0)
    }

    /// Forgets what a job made, and restores the version that it was to replace.
    pub fn drop_results(&mut self, job: JobId) -> Result<(), LedgerError> {
        for sql in &sql::DROP_RESULTS {
            self.store.run(sql, &[job.0.into()])?;
        }
        self.store.run(&sql::RESTORE_BASE, &[job.0.into()])?;
        Ok(())
    }
}

impl Ledger {
    /// Takes the writer's turn, runs `body`, appends its events and commits; or leaves nothing.
    pub(super) fn turn<T>(
        &self,
        body: impl FnOnce(&mut Turn<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let store = store.as_mut();
        store.begin()?;
        let now = self.clock.now();
        let mut turn = Turn { store, now, events: Vec::new(), advances: 0 };
        match body(&mut turn).and_then(|made| self.close(&mut turn).map(|()| made)) {
            Ok(made) => {
                turn.store.commit().inspect_err(|_| turn.store.rollback())?;
                self.changes.fetch_add(1, Ordering::Relaxed);
                Ok(made)
            }
            Err(error) => {
                turn.store.rollback();
                Err(error)
            }
        }
    }

    fn close(&self, turn: &mut Turn<'_>) -> Result<(), LedgerError> {
        events::append(turn.store, &self.daemon, &std::mem::take(&mut turn.events))?;
        if turn.advances > 0 {
            turn.store.run(&sql::ADVANCE, &[turn.advances.into()])?;
        }
        Ok(())
    }
}

/// The two values that fence a statement.
pub(super) fn fence(lease: Lease) -> [Value<'static>; 2] {
    [lease.job.0.into(), lease.fence.into()]
}

/// A state as it stands in the ledger; one that we do not know is for a person.
pub(super) fn state(name: &str) -> State {
    State::find(name).unwrap_or(State::Stuck)
}
