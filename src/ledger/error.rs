//! Why the ledger cannot answer.

use super::{JobId, State};

/// Why the ledger cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database cannot be reached, or is busy.
    #[error("cannot reach the ledger {ledger}")]
    Unreachable {
        /// Its address, without a password.
        ledger: String,
        /// What the client said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A statement failed.
    #[error("the ledger refused to {what}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// What the client said.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// Whether it may work later (disk full, connection lost, busy).
        is_transient: bool,
    },
    /// The database file lies where locks and syncs cannot be trusted.
    #[error("the ledger {ledger} lies on a network file system ({kind})")]
    OnNetwork {
        /// Its address.
        ledger: String,
        /// `nfs`, `cifs` …
        kind: &'static str,
    },
    /// A newer cmegate wrote this ledger.
    #[error("the ledger {ledger} has version {found}, this program knows {known}")]
    Newer {
        /// Its address.
        ledger: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The database file is damaged.
    #[error("the ledger {ledger} is damaged")]
    Corrupt {
        /// Its address.
        ledger: String,
        /// What the client said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The ledger belongs to another spool or another look-up key.
    #[error("the ledger {ledger} belongs to another {what}")]
    Stranger {
        /// Its address.
        ledger: String,
        /// `spool` or `look-up key`.
        what: &'static str,
    },
    /// No job has this name.
    #[error("no job is called {0}")]
    UnknownJob(String),
    /// A job cannot do this from where it stands.
    #[error("job {job} is {}, which cannot be {verb}", state.name())]
    WrongState {
        /// The job.
        job: JobId,
        /// Its state.
        state: State,
        /// What was wanted: `retried`, `cancelled`.
        verb: &'static str,
    },
}

impl LedgerError {
    /// Whether trying again later may help.
    pub fn is_transient(&self) -> bool {
        match self {
            LedgerError::Unreachable { .. } => true,
            LedgerError::Refused { is_transient, .. } => *is_transient,
            _ => false,
        }
    }
}
