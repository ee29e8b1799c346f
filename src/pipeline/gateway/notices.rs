//! What the threads of a gateway tell one another: a bell to wake by, copies that moved, leases in hand and owed, who
//! is idle.

use std::{
    collections::HashSet,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::ledger::Lease;

/// A bell that any thread may ring, and many may sleep by.
#[derive(Debug, Default)]
pub(super) struct Wake {
    rings: Mutex<u64>,
    bell: Condvar,
}

impl Wake {
    /// How often it rang: take it before looking for work, so that no ring is missed.
    pub(super) fn count(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes everybody.
    pub(super) fn ring(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.bell.notify_all();
    }

    /// Sleeps until it rings after `seen`, at most so many milliseconds.
    pub(super) fn sleep(&self, seen: u64, millis: i64) {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let most = Duration::from_millis(millis.max(1).unsigned_abs());
        let waited = self.bell.wait_timeout_while(rings, most, |rings| *rings == seen);
        drop(waited);
    }
}

/// Copies that workers moved away, route and path: whatever comes under such a name is another file.
#[derive(Debug, Default)]
pub(super) struct Moved(Mutex<Vec<(String, String)>>);

impl Moved {
    pub(super) fn add(&self, route: &str, relative: &str) {
        let mut moved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        moved.push((route.to_owned(), relative.to_owned()));
    }

    pub(super) fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How many workers have nothing to do.
#[derive(Debug, Default)]
pub(super) struct Idle(AtomicUsize);

impl Idle {
    /// One more; how many there are then.
    pub(super) fn enter(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How many have.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub(super) fn leave(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Leases that are being worked on, to be renewed.
#[derive(Debug, Default)]
pub(super) struct Active(Mutex<HashSet<Lease>>);

impl Active {
    pub(super) fn add(&self, leases: &[Lease]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(leases);
    }

    pub(super) fn remove(&self, leases: &[Lease]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|lease| !leases.contains(lease));
    }

    pub(super) fn all(&self) -> Vec<Lease> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// Leases that were to be given back while the ledger could not be written: what runs out instead would count as a
/// death of ours.
#[derive(Debug, Default)]
pub(super) struct Owed(Mutex<Vec<Lease>>);

impl Owed {
    pub(super) fn add(&self, leases: &[Lease]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(leases);
    }

    pub(super) fn take(&self) -> Vec<Lease> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
