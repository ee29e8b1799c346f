//! Sleeping until there is something to do.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

/// A bell that any thread may ring, and many may sleep by.
#[derive(Debug, Default)]
pub struct Wake {
    rings: Mutex<u64>,
    bell: Condvar,
}

impl Wake {
    /// How often it rang: take it before looking for work, so that no ring is missed.
    pub fn count(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes everybody.
    pub fn ring(&self) {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.bell.notify_all();
    }

    /// Sleeps until it rings after `seen`, at most so many milliseconds.
    pub fn sleep(&self, seen: u64, millis: i64) {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let most = Duration::from_millis(millis.max(1).unsigned_abs());
        let waited = self.bell.wait_timeout_while(rings, most, |rings| *rings == seen);
        drop(waited);
    }
}
