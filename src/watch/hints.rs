//! Hints from the operating system that something happened in a folder. They may be missing, late,
//! doubled or wrong: a scan decides.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use crate::disk;

/// Wakes somebody when something may have happened.
pub struct Hints {
    watcher: Option<RecommendedWatcher>,
    watched: HashSet<PathBuf>,
    is_blind: Arc<AtomicBool>,
}

impl Hints {
    /// Hints go to `wake`, one or more for each change. A system that gives none is fine.
    pub fn new(wake: Sender<()>) -> Hints {
        let is_blind = Arc::new(AtomicBool::new(false));
        let blind = is_blind.clone();
        let watcher = notify::recommended_watcher(move |told: notify::Result<Event>| match told {
            Ok(event) if is_change(&event) => {
                // Nobody listens any more: the program is about to end.
                let _ = wake.send(());
            }
            Ok(_) => {}
            Err(_) => {
                blind.store(true, Ordering::Relaxed);
                let _ = wake.send(());
            }
        });
        is_blind.store(watcher.is_err(), Ordering::Relaxed);
        Hints { watcher: watcher.ok(), watched: HashSet::new(), is_blind }
    }

    /// Watches a folder and those below it, also those made later. Done twice, it changes nothing.
    pub fn watch(&mut self, folder: &Path) {
        if self.watched.contains(folder) {
            return;
        }
        let watcher = self.watcher.as_mut();
        let is_watched = watcher.is_some_and(|w| w.watch(folder, RecursiveMode::Recursive).is_ok());
        // What others do on a share is not told to this machine.
        if !is_watched || !matches!(disk::network_kind(folder), Ok(None)) {
            self.is_blind.store(true, Ordering::Relaxed);
        }
        if is_watched {
            self.watched.insert(folder.to_owned());
        }
    }

    /// Watches a folder no more.
    pub fn forget(&mut self, folder: &Path) {
        if self.watched.remove(folder)
            && let Some(watcher) = &mut self.watcher
        {
            // It may be gone already, and with it the watch.
            let _ = watcher.unwatch(folder);
        }
    }

    /// Whether hints may be missing: a folder could not be watched, or lies on a share. Looking by the
    /// clock is all there is then.
    pub fn is_blind(&self) -> bool {
        self.is_blind.load(Ordering::Relaxed)
    }
}

/// Reading is no change: our own scans would hint at themselves.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc::channel, time::Duration};

    use super::*;

    #[test]
    fn a_new_file_in_a_new_folder_gives_a_hint_and_looking_gives_none() {
        let folder = tempfile::tempdir().unwrap();
        let (wake, woken) = channel();
        let mut hints = Hints::new(wake);
        hints.watch(folder.path());
        hints.watch(folder.path());
        if hints.is_blind() {
            eprintln!("skipped: this system gives no hints");
            return;
        }
        // Reading first: were it hinted at, the hint would come before that of the file.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(woken.try_recv().is_err());
        fs::create_dir(folder.path().join("内科")).unwrap();
        fs::write(folder.path().join("内科/a.csv"), b"x").unwrap();
        woken.recv_timeout(Duration::from_secs(10)).unwrap();
        hints.forget(folder.path());
    }

    #[test]
    fn a_folder_that_cannot_be_watched_makes_blind_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut hints = Hints::new(channel().0);
        hints.watch(&folder.path().join("missing"));
        assert!(hints.is_blind());
        hints.forget(&folder.path().join("missing"));
    }
}
