//! Watching drop folders: tells which files have settled. Opens none of them, moves nothing, starts no
//! thread; a scan is the truth, hints only make it come sooner.

mod hints;
mod names;
mod scan;

#[cfg(test)]
mod tests;

pub use hints::Hints;
pub use names::is_temporary;

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use crate::{
    clock::{Clock, Millis},
    disk::{self, Stamp},
};

/// Shortest time until the next look, so that a folder that never rests costs little.
const SHORTEST_MILLIS: i64 = 20;
/// How soon to ask again about a file that is locked: nothing hints that a lock is released.
const LOCKED_MILLIS: i64 = 1000;

/// How a folder is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchPlan {
    /// The folder; its sub-folders are watched too.
    pub folder: PathBuf,
    /// How long a file must stay as it is; 0: it is taken as soon as it is seen.
    pub settle_millis: i64,
    /// Whether a file counts only when `NAME.ok` lies beside it.
    pub needs_marker: bool,
    /// How often to look at least.
    pub poll_millis: i64,
}

/// A file that may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder, `/` between folders.
    pub relative: String,
    /// How it was when it had settled.
    pub stamp: Stamp,
    /// Its marker, where one is needed.
    pub marker: Option<PathBuf>,
}

/// What a look saw.
#[derive(Debug, Default)]
pub struct Look {
    /// Files that may be taken, each told once; those changed longest ago come first.
    pub settled: Vec<Settled>,
    /// Files that have not settled, are locked or miss their marker.
    pub waiting: usize,
    /// Files that are none of our business: temporary ones, markers.
    pub ignored: usize,
    /// What a person should know of: what is no file, folders that cannot be read. Told at every look.
    pub faults: Vec<(PathBuf, io::Error)>,
    /// When to look again, milliseconds from now.
    pub next_millis: i64,
}

/// Watches one folder.
#[derive(Debug)]
pub struct Watch {
    plan: WatchPlan,
    known: HashMap<String, Known>,
    /// Counts the looks: what was not seen in the last one is gone.
    look: u64,
}

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    /// Since when it has had this stamp, by [`Clock::passed`].
    since: Millis,
    is_told: bool,
    look: u64,
}

impl Watch {
    /// Watches a folder from now on: files that are there already have to settle like new ones.
    pub fn new(plan: WatchPlan) -> Watch {
        Watch { plan, known: HashMap::new(), look: 0 }
    }

    /// Scans the folder. A file that was told as settled is told again only if it changed meanwhile
    /// or after [`Watch::again`]. Whoever takes a file away says so with [`Watch::gone`]: a file
    /// system may give the next file of that name the same number.
    pub fn look(&mut self, clock: &Clock) -> Look {
        let now = clock.passed();
        self.look += 1;
        let mut look = Look { next_millis: self.plan.poll_millis, ..Look::default() };
        let folder = self.plan.folder.clone();
        let mut unread = Vec::new();
        scan::scan(&folder, &mut |seen| match seen {
            scan::Seen::File { relative, stamp } => self.note(relative, stamp, now, &mut look),
            scan::Seen::Temporary => look.ignored += 1,
            scan::Seen::Fault { path, error } => look.faults.push((path, error)),
            scan::Seen::Unread { path, relative, error } => {
                unread.push(relative);
                look.faults.push((path, error));
            }
        });
        let current = self.look;
        self.known.retain(|relative, known| {
            known.look == current || unread.iter().any(|folder| relative.starts_with(folder))
        });
        look.settled.sort_by(|one, other| {
            let key = |settled: &Settled| settled.stamp.modified_ns;
            key(one).cmp(&key(other)).then_with(|| one.relative.cmp(&other.relative))
        });
        look.next_millis = look.next_millis.max(SHORTEST_MILLIS);
        look
    }

    /// A told file could not be taken: it is told once more, if it is still there and settled.
    pub fn again(&mut self, relative: &str) {
        if let Some(known) = self.known.get_mut(relative) {
            known.is_told = false;
        }
    }

    /// A file was taken away: whatever comes under its name is another file.
    pub fn gone(&mut self, relative: &str) {
        self.known.remove(relative);
    }

    fn note(&mut self, relative: &str, stamp: Stamp, now: Millis, look: &mut Look) {
        let Some(known) = self.known.get_mut(relative) else {
            let known = Known { stamp, since: now, is_told: false, look: self.look };
            let known = self.known.entry(relative.to_owned()).or_insert(known);
            return judge(&self.plan, relative, known, now, look);
        };
        known.look = self.look;
        if known.stamp != stamp {
            *known = Known { stamp, since: now, is_told: false, look: self.look };
        }
        judge(&self.plan, relative, known, now, look);
    }
}

/// Tells a file if it has settled and was not told yet.
fn judge(plan: &WatchPlan, relative: &str, known: &mut Known, now: Millis, look: &mut Look) {
    if known.is_told {
        return;
    }
    let left = plan.settle_millis - (now - known.since);
    if left > 0 {
        look.waiting += 1;
        look.next_millis = look.next_millis.min(left);
        return;
    }
    let path = plan.folder.join(relative);
    let marker = plan.needs_marker.then(|| marker_of(&path));
    if marker.as_deref().is_some_and(|marker| disk::stamp(marker).is_err()) {
        look.waiting += 1;
        return;
    }
    if disk::is_locked(&path) {
        look.waiting += 1;
        look.next_millis = look.next_millis.min(LOCKED_MILLIS);
        return;
    }
    known.is_told = true;
    look.settled.push(Settled { path, relative: relative.to_owned(), stamp: known.stamp, marker });
}

/// The marker that says that a file is whole: its name with `.ok` behind it.
fn marker_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".ok");
    PathBuf::from(name)
}
