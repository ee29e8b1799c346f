//! The rows of a document as events, read on a thread of their own when the document is large.

use std::{
    sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    thread::{self, JoinHandle},
};

use crate::{
    model::{Chunk, Finding, GridInfo},
    read::{Grids, ReadError},
};

/// What comes next in a document.
pub enum Event {
    /// A grid begins.
    Grid(Box<GridInfo>),
    /// Rows of the grid.
    Rows(Chunk),
    /// What the reader noticed up to here.
    Findings(Vec<Finding>),
    /// Nothing more.
    End,
}

/// How many chunks may wait between the reader and the rest.
const DEPTH: usize = 2;

/// Events of one document, strictly forward.
pub enum Feed {
    /// Read on the caller's thread.
    Inline(Forward),
    /// Read on a thread of its own.
    Threaded {
        /// Events from the thread.
        events: Receiver<Result<Event, ReadError>>,
        /// Empty chunks back to it.
        empties: SyncSender<Chunk>,
        /// The thread; it ends when `events` is dropped.
        reader: Option<JoinHandle<()>>,
    },
}

impl Feed {
    /// Starts reading.
    pub fn start(grids: Box<dyn Grids>, is_threaded: bool) -> Feed {
        let mut forward =
            Forward { grids, state: State::BetweenGrids, empties: Vec::new(), waiting: None };
        if !is_threaded {
            return Feed::Inline(forward);
        }
        let (send, events) = sync_channel(DEPTH);
        let (empties, returned) = sync_channel::<Chunk>(DEPTH * 2);
        let reader = thread::spawn(move || {
            loop {
                loop {
                    match returned.try_recv() {
                        Ok(chunk) => forward.empties.push(chunk),
                        Err(TryRecvError::Empty) => break,
                        Err(TryRecvError::Disconnected) => return,
                    }
                }
                let event = forward.next();
                let is_last = !matches!(&event, Ok(event) if !matches!(event, Event::End));
                if send.send(event).is_err() || is_last {
                    return;
                }
            }
        });
        Feed::Threaded { events, empties, reader: Some(reader) }
    }

    /// Takes the next event; [`Event::End`] again and again after the last.
    pub fn next(&mut self) -> Result<Event, ReadError> {
        match self {
            Feed::Inline(forward) => forward.next(),
            Feed::Threaded { events, .. } => events.recv().unwrap_or(Ok(Event::End)),
        }
    }

    /// Gives a chunk's memory back to the reader.
    pub fn recycle(&mut self, chunk: Chunk) {
        match self {
            Feed::Inline(forward) => forward.empties.push(chunk),
            Feed::Threaded { empties, .. } => {
                // A full or closed channel only means that the memory is freed instead.
                let _ = empties.try_send(chunk);
            }
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        if let Feed::Threaded { events, reader, .. } = self {
            let (_, closed) = sync_channel(0);
            *events = closed;
            if let Some(reader) = reader.take() {
                let _ = reader.join();
            }
        }
    }
}

/// The reader's side.
pub struct Forward {
    grids: Box<dyn Grids>,
    state: State,
    empties: Vec<Chunk>,
    /// Rows that wait until the findings about them were told.
    waiting: Option<Chunk>,
}

#[derive(PartialEq)]
enum State {
    BetweenGrids,
    InGrid,
    Over,
}

impl Forward {
    fn next(&mut self) -> Result<Event, ReadError> {
        loop {
            let findings = self.grids.take_findings();
            if !findings.is_empty() {
                return Ok(Event::Findings(findings));
            }
            if let Some(chunk) = self.waiting.take() {
                return Ok(Event::Rows(chunk));
            }
            match self.state {
                State::Over => return Ok(Event::End),
                State::BetweenGrids => match self.grids.next_grid()? {
                    Some(info) => {
                        self.state = State::InGrid;
                        return Ok(Event::Grid(Box::new(info)));
                    }
                    None => self.state = State::Over,
                },
                State::InGrid => {
                    let mut chunk = self.empties.pop().unwrap_or_default();
                    if self.grids.read_rows(&mut chunk)? {
                        self.waiting = Some(chunk);
                    } else {
                        self.empties.push(chunk);
                        self.state = State::BetweenGrids;
                    }
                }
            }
        }
    }
}
