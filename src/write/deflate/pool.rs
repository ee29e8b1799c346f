//! Worker threads that compress blocks; blocks come back in the order they were given.

use std::{
    io,
    sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel},
    thread::JoinHandle,
};

use super::{Level, Work};

/// Blocks that wait at one worker beside the one it compresses: enough to keep it busy, and a bound on
/// memory (about two blocks and their output per worker).
const WAITING: usize = 1;

struct Worker {
    give: Option<SyncSender<Work>>,
    take: Receiver<Work>,
    thread: Option<JoinHandle<()>>,
}

/// The workers. Block `n` goes to worker `n % workers`, so the next result is always the next message
/// of a known worker and nothing needs sorting.
pub(super) struct Pool {
    workers: Vec<Worker>,
    given: usize,
    taken: usize,
}

impl Pool {
    /// Starts the workers, at least one.
    pub(super) fn new(level: Level, workers: usize) -> Pool {
        Pool {
            workers: (0..workers.max(1)).map(|_| Worker::start(level)).collect(),
            given: 0,
            taken: 0,
        }
    }

    /// Gives a block to the next worker; waits while that worker has enough.
    pub(super) fn give(&mut self, work: Work) -> io::Result<()> {
        let worker = self.workers.get(self.given % self.workers.len()).ok_or_else(lost)?;
        worker.give.as_ref().ok_or_else(lost)?.send(work).map_err(|_| lost())?;
        self.given += 1;
        Ok(())
    }

    /// Takes the next block in order, if it is ready.
    pub(super) fn try_take(&mut self) -> io::Result<Option<Work>> {
        if self.taken == self.given {
            return Ok(None);
        }
        let worker = self.workers.get(self.taken % self.workers.len()).ok_or_else(lost)?;
        match worker.take.try_recv() {
            Ok(work) => {
                self.taken += 1;
                Ok(Some(work))
            }
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(lost()),
        }
    }

    /// Takes the next block in order and waits for it; `None` when all came back.
    pub(super) fn take(&mut self) -> io::Result<Option<Work>> {
        if self.taken == self.given {
            return Ok(None);
        }
        let worker = self.workers.get(self.taken % self.workers.len()).ok_or_else(lost)?;
        let work = worker.take.recv().map_err(|_| lost())?;
        self.taken += 1;
        Ok(Some(work))
    }
}

impl Worker {
    fn start(level: Level) -> Worker {
        let (give, inbox) = sync_channel::<Work>(WAITING);
        let (outbox, take) = channel();
        let thread = std::thread::spawn(move || compress_all(level, &inbox, &outbox));
        Worker { give: Some(give), take, thread: Some(thread) }
    }
}

fn compress_all(level: Level, inbox: &Receiver<Work>, outbox: &Sender<Work>) {
    while let Ok(mut work) = inbox.recv() {
        work.run(level);
        if outbox.send(work).is_err() {
            return;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.give.take());
        if let Some(thread) = self.thread.take() {
            // A worker that panicked was already told as an error.
            let _ = thread.join();
        }
    }
}

fn lost() -> io::Error {
    io::Error::other("a compression thread died")
}
