//! The ledger: what arrived, what became of it, who works on it. The only queue, and the only memory.
//!
//! Each call that changes something is one transaction; what a worker changes is fenced by its
//! [`Lease`]. The time comes from the [`Clock`] given at the start. Calls wait for one another and
//! for other processes; they block, so an asynchronous caller needs a thread of its own for them.

mod claims;
mod commit;
mod delivery;
mod error;
mod events;
mod intake;
mod people;
pub mod seal;
pub mod spool;
mod sql;
mod store;
mod turn;
mod types;
mod view;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use self::{
    seal::{Keys, LookupKey},
    store::Store,
};
use crate::clock::{Clock, Millis};

pub use self::intake::{KEY_LOST, SAME_AS};
pub use error::LedgerError;
pub use types::*;

/// A clock that goes back further than this was set by somebody.
const SLACK: Millis = 60_000;

/// The two keys of a ledger.
pub struct Secrets {
    /// Seals names; may be rotated.
    pub seal: Arc<Keys>,
    /// Makes keyed hashes, by which names are found again; stays for ever.
    pub lookup: LookupKey,
}

/// One ledger, shared by threads; several processes may open the same one.
pub struct Ledger {
    store: Mutex<Box<dyn Store>>,
    /// For questions, so that they need not wait for a commit to reach the disk; where the database has none, `store`.
    reader: Option<Mutex<Box<dyn Store>>>,
    changes: AtomicU64,
    address: String,
    secrets: Secrets,
    daemon: String,
    clock: Clock,
    latest: AtomicI64,
    key_lost: AtomicI64,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Ledger({})", self.address)
    }
}

impl Ledger {
    /// Opens the ledger at `sqlite:/absolute/path` or `postgres://…` and brings its tables up to
    /// date. `daemon` names the chain of events (a stable name, such as `host:home`).
    ///
    /// # Errors
    /// `Unreachable`, `OnNetwork`, `Corrupt` (a damaged SQLite file), `Newer`, `Refused`.
    pub fn open(
        address: &str,
        secrets: Secrets,
        daemon: &str,
        clock: Clock,
    ) -> Result<Ledger, LedgerError> {
        let (store, address) = store::open(address)?;
        let reader = store.reader()?;
        let ledger = Ledger {
            store: Mutex::new(store),
            reader: reader.map(Mutex::new),
            changes: AtomicU64::new(0),
            address,
            secrets,
            daemon: daemon.to_owned(),
            latest: AtomicI64::new(clock.now()),
            key_lost: AtomicI64::new(0),
            clock,
        };
        ledger.follow_clock(ledger.clock.now())?;
        Ok(ledger)
    }

    /// Its address, without a password.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ties the ledger to a spool and to the look-up key: the first call remembers both.
    ///
    /// # Errors
    /// `Stranger` if it was tied to another spool or another key.
    pub fn bind(&self, spool_id: &str) -> Result<(), LedgerError> {
        let check = self.secrets.lookup.check();
        self.turn(|turn| {
            for (name, what, ours) in
                [("spool", "spool", spool_id), ("look-up", "look-up key", check.as_str())]
            {
                let known = turn.store.first(&sql::META, &[name.into()], |mut row| row.text())?;
                match known {
                    None => drop(turn.store.run(&sql::SET_META, &[name.into(), ours.into()])?),
                    Some(known) if known == ours => {}
                    Some(_) => {
                        return Err(LedgerError::Stranger { ledger: self.address.clone(), what });
                    }
                }
            }
            Ok(())
        })
    }

    /// Brings everything into the one file of a built-in ledger, so that a copy of it alone is whole; with PostgreSQL
    /// there is nothing to do. For a clean end; says whether it could, which takes that nobody else reads.
    ///
    /// # Errors
    /// `Refused`: nothing is lost, the log beside the file still has it.
    pub fn checkpoint(&self) -> Result<bool, LedgerError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if store.is_shared() {
            return Ok(true);
        }
        let busy = store.first(&sql::CHECKPOINT, &[], |mut row| row.int())?;
        Ok(busy == Some(0))
    }

    /// Reads without taking the writer's turn.
    fn read<T>(
        &self,
        body: impl FnOnce(&mut dyn Store) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let store = self.reader.as_ref().unwrap_or(&self.store);
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        body(store.as_mut())
    }

    /// How many transactions this ledger made since it was opened.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Makes what was postponed due when the clock was set back, so that nothing waits for the old
    /// time to come round again.
    fn follow_clock(&self, now: Millis) -> Result<(), LedgerError> {
        self.latest.store(now, Ordering::SeqCst);
        let late = now.saturating_add(SLACK);
        self.turn(|turn| {
            for sql in &sql::CLOCK_WENT_BACK {
                turn.store.run(sql, &[now.into(), now.into(), now.into(), late.into()])?;
            }
            Ok(())
        })
    }

    fn went_back(&self, now: Millis) -> bool {
        now < self.latest.fetch_max(now, Ordering::SeqCst).saturating_sub(SLACK)
    }

    /// Keyed hash of a route and a name below it.
    fn name_hash(&self, route: &str, relative: &str) -> [u8; 16] {
        self.secrets.lookup.hash(&[b"name", route.as_bytes(), relative.as_bytes()])
    }

    fn seal(&self, name: &str) -> Vec<u8> {
        self.secrets.seal.seal_text(name)
    }

    /// A sealed name, if its key is still there.
    fn unseal(&self, sealed: Option<Vec<u8>>) -> Option<String> {
        sealed.and_then(|sealed| self.secrets.seal.open_text(&sealed).ok())
    }
}
