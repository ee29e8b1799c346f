//! Outputs get their places, then the sender's copy moves: the acknowledgement comes last.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Gateway, step::department};
use crate::{
    config::Route,
    disk::{self, crash},
    ledger::{Arrival, Folder, Lease, LedgerError, Output, State},
};

/// A job whose files wait for their places.
pub struct Placing<'a> {
    /// The right to do it.
    pub lease: Lease,
    /// Its document.
    pub arrival: &'a Arrival,
    /// Its route.
    pub route: &'a Route,
    /// The files.
    pub outputs: &'a mut [Output],
    /// What it ends as.
    pub outcome: State,
}

/// Why files did not get their places.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// A file that was made is gone: it must be made again.
    #[error("a file that was made is gone")]
    Vanished,
    /// Another worker has the job.
    #[error("another worker has the job")]
    LeaseLost,
    /// The disk refuses.
    #[error("cannot put {path} in place")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The ledger refuses.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The folder of a route.
pub fn folder_of(route: &Route, folder: Folder) -> PathBuf {
    match folder {
        Folder::Out => route.folders.out.clone(),
        Folder::Refused => route.folders.refused.clone(),
        Folder::Outbox => route.folders.staging.join("outbox"),
    }
}

impl Gateway {
    /// Puts the outputs of a job in place; folders that changed are added to `changed`, to be synced.
    /// May be repeated: what is in place stays there.
    ///
    /// # Errors
    /// A file vanished, the lease is lost, or disk or ledger refuse.
    pub fn place(
        &self,
        placing: &mut Placing<'_>,
        changed: &mut BTreeSet<PathBuf>,
    ) -> Result<(), PlaceError> {
        for at in 0..placing.outputs.len() {
            let Some(output) = placing.outputs.get_mut(at) else { break };
            let base = folder_of(placing.route, output.folder);
            let placed = self.place_one(placing.lease, at, output, &base, changed);
            if matches!(placed, Err(PlaceError::Vanished)) {
                take_away(placing);
            }
            placed?;
            if at == 0 {
                crash::point("after-rename-first-output");
            }
        }
        Ok(())
    }

    fn place_one(
        &self,
        lease: Lease,
        at: usize,
        output: &mut Output,
        base: &Path,
        changed: &mut BTreeSet<PathBuf>,
    ) -> Result<(), PlaceError> {
        let staged = PathBuf::from(&output.staged);
        loop {
            let to = base.join(&output.name);
            let fault = |source| PlaceError::Io { path: to.clone(), source };
            let folder = to.parent().unwrap_or(base).to_owned();
            if !staged.exists() {
                // It has its place already: there it is, or whoever waited for it took it. Nobody but us takes
                // single files out of a staging folder.
                let is_placed = staged.parent().is_some_and(Path::is_dir);
                if !is_placed && !is_in_place(&to, &output.sha256) {
                    return Err(PlaceError::Vanished);
                }
                changed.extend(folder.is_dir().then_some(folder));
                return Ok(());
            }
            fs::create_dir_all(&folder).map_err(fault)?;
            match disk::rename_new(&staged, &to) {
                Ok(()) => {
                    changed.insert(folder);
                    return Ok(());
                }
                // Somebody else's file got the name since it was chosen.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let name = to.file_name().map(|name| name.to_string_lossy().into_owned());
                    let name = disk::free_name(&folder, &name.unwrap_or_default());
                    output.name = match department(&output.name) {
                        "" => name,
                        department => format!("{department}/{name}"),
                    };
                    if !self.ledger.rename_output(lease, at, &output.name)? {
                        return Err(PlaceError::LeaseLost);
                    }
                }
                Err(source) => return Err(PlaceError::Io { path: to, source }),
            }
        }
    }

    /// Moves the sender's copy to `done/` or `refused/`, unless it is another one by now.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn move_copy(
        &self,
        route: &Route,
        arrival: &Arrival,
        outcome: State,
        changed: &mut BTreeSet<PathBuf>,
    ) -> Result<(), PlaceError> {
        let from = route.folders.input.join(&arrival.relative);
        let base = match outcome {
            State::Delivered => &route.folders.done,
            _ => &route.folders.refused,
        };
        // Aside first, then a second look: a copy that was replaced at the last moment goes back.
        // It stays beside the original: a rename never crosses file systems there, and hidden files are nobody's.
        let aside = from.with_file_name(aside_name(arrival));
        if !aside.exists() {
            if !is_copy(&from, arrival) {
                return Ok(());
            }
            disk::rename_new(&from, &aside).map_err(|source| fault(&from, source))?;
        }
        crash::point("copy-aside");
        if !is_copy(&aside, arrival) && !from.exists() {
            return disk::rename_new(&aside, &from).map_err(|source| fault(&from, source));
        }
        if route.needs_marker && !from.exists() {
            // The marker has done its work; one that stays would mark the next document of that name. It goes
            // before the copy does, for a copy that is gone is never looked at again.
            let _ = fs::remove_file(marker(&from));
        }
        let folder = base.join(department(&arrival.relative));
        fs::create_dir_all(&folder).map_err(|source| fault(&folder, source))?;
        loop {
            let name = super::step::file_name(&arrival.relative);
            let to = folder.join(disk::free_name(&folder, name));
            match disk::rename_new(&aside, &to) {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(fault(&to, source)),
            }
        }
        changed.insert(folder);
        changed.extend(from.parent().map(Path::to_owned));
        Ok(())
    }

    /// Gives copies their names back that were aside when their daemon died: some had no job that would move them on.
    pub(super) fn bring_back(&self) {
        for route in self.setups.now().routes.values() {
            bring_back(&route.folders.input, DEEPEST);
        }
    }
}

/// Folders below `in/` that are entered.
const DEEPEST: usize = 8;
/// How a name begins that a copy has while it is aside.
const ASIDE: &str = ".copy-";
/// Longest part of a name that is kept while a copy is aside, in bytes; file systems take 255 in all.
const KEPT: usize = 160;

fn fault(path: &Path, source: io::Error) -> PlaceError {
    PlaceError::Io { path: path.to_owned(), source }
}

fn is_copy(path: &Path, arrival: &Arrival) -> bool {
    disk::stamp(path).is_ok_and(|stamp| stamp.to_string() == arrival.copy)
}

/// `.copy-STAMP_NAME`; of a very long name the end.
fn aside_name(arrival: &Arrival) -> String {
    let name = super::step::file_name(&arrival.relative);
    let start = (name.len().saturating_sub(KEPT)..).find(|at| name.is_char_boundary(*at));
    let kept = start.and_then(|start| name.get(start..)).unwrap_or(name);
    format!("{ASIDE}{}_{kept}", arrival.copy)
}

fn bring_back(folder: &Path, deepest: usize) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type();
        let name = entry.file_name();
        if kind.as_ref().is_ok_and(fs::FileType::is_dir) && deepest > 0 {
            bring_back(&entry.path(), deepest - 1);
            continue;
        }
        let aside = name.to_str().and_then(|name| name.strip_prefix(ASIDE)?.split_once('_'));
        if let Some((_, name)) = aside {
            let to = folder.join(disk::free_name(folder, name));
            if let Err(error) = disk::rename_new(&entry.path(), &to) {
                tracing::warn!(%error, "cannot give a copy its name back");
            }
        }
    }
}

/// `NAME.ok`.
fn marker(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".ok");
    PathBuf::from(name)
}

/// Removes what has its place already: all of it is made again, and would stand beside it under another name.
fn take_away(placing: &Placing<'_>) {
    for output in placing.outputs.iter() {
        let path = folder_of(placing.route, output.folder).join(&output.name);
        if is_in_place(&path, &output.sha256) {
            // One that stays is there twice then, which people see.
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_in_place(path: &Path, sha256: &str) -> bool {
    crate::pipeline::digest_of(path).is_ok_and(|digest| digest == sha256)
}
