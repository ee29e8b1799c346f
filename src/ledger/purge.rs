//! Forgetting: names and records go; states, counts, digests and events stay.

use super::{JobId, Ledger, LedgerError, sql};
use crate::clock::Millis;

impl Ledger {
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
