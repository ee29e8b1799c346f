//! The time, handed in: parts below the pipeline never ask the machine for it themselves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// A point in time: milliseconds since 1970-01-01 UTC.
pub type Millis = i64;

/// Tells the time of day and, apart from it, how much time has passed (which no clock change disturbs).
#[derive(Clone, Debug)]
pub struct Clock(Inner);

#[derive(Clone, Debug)]
enum Inner {
    System { start: Instant },
    Manual { now: Arc<AtomicI64>, passed: Arc<AtomicI64> },
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Inner::System { start: Instant::now() })
    }

    /// A clock that only moves when it is told to, for tests.
    pub fn manual(now: Millis) -> Clock {
        let (now, passed) = (Arc::new(AtomicI64::new(now)), Arc::new(AtomicI64::new(0)));
        Clock(Inner::Manual { now, passed })
    }

    /// The time of day. May jump: use it for what people read and for leases, never to measure.
    pub fn now(&self) -> Millis {
        match &self.0 {
            Inner::System { .. } => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_millis() as Millis),
            Inner::Manual { now, .. } => now.load(Ordering::SeqCst),
        }
    }

    /// Milliseconds since some fixed moment; never goes back.
    pub fn passed(&self) -> Millis {
        match &self.0 {
            Inner::System { start } => start.elapsed().as_millis() as Millis,
            Inner::Manual { passed, .. } => passed.load(Ordering::SeqCst),
        }
    }

    /// Lets time pass on a manual clock; the machine's clock is left alone.
    pub fn advance(&self, millis: Millis) {
        if let Inner::Manual { now, passed } = &self.0 {
            now.fetch_add(millis, Ordering::SeqCst);
            passed.fetch_add(millis, Ordering::SeqCst);
        }
    }

    /// Changes the time of day of a manual clock without time passing: somebody set the clock.
    pub fn jump(&self, millis: Millis) {
        if let Inner::Manual { now, .. } = &self.0 {
            now.fetch_add(millis, Ordering::SeqCst);
        }
    }
}
