//! A route, `<route>/route.toml`: a drop folder, the mappings and packs for what arrives in it, and where the outputs go.
//!
//! Every key but `version` may be left out; what is then done is said at the fields of [`Route`].

mod digest;
mod folders;
mod inlet;
mod names;
mod outlet;
mod read;
mod schedule;
mod with;

use std::path::{Path, PathBuf};

pub use folders::RouteFolders;
pub use outlet::{FolderWords, Outlet};
pub use schedule::Schedule;

use super::{Catalogue, Gateway, source::Source, vault::Vault};
use crate::{model::Lang, spec::Lints};

/// A route's file in its folder.
pub const FILE: &str = "route.toml";

/// A checked `route.toml`.
#[derive(Clone, Debug)]
pub struct Route {
    /// The name of its folder; never changes while the ledger remembers its documents.
    pub name: String,
    /// What people call it (default: the name).
    pub label: String,
    /// Its folders, absolute.
    pub folders: RouteFolders,
    /// Input mappings that its documents may have (default, empty: any that fits).
    pub inputs: Vec<String>,
    /// Packs that judge its records (default, empty: only the mapping's own checks).
    pub packs: Vec<String>,
    /// Staff masters that its documents are judged beside (`with`, default: none), absolute.
    pub with: Vec<PathBuf>,
    /// What is written, and where to (default, empty: what the chosen input names, to `out/`).
    pub outlets: Vec<Outlet>,
    /// What an error keeps back (default: its row).
    pub on_error: OnError,
    /// How long a document must lie still before it is taken (default 3).
    pub settle_secs: u32,
    /// Whether a document is taken only once `NAME.ok` lies beside it (`marker = "ok"`; default: no).
    pub needs_marker: bool,
    /// How often the folder is looked through, whatever the system's hints (default 5).
    pub poll_secs: u32,
    /// Days that originals and names are kept after a job ended (default: as the gateway says).
    pub retention_days: Option<u32>,
    /// Language of reports and annotated workbooks (default: as the gateway says).
    pub lang: Lang,
    /// Passwords that its documents may have (default: as the gateway says).
    pub passwords: Option<Vault>,
    /// Whether documents are taken (`enabled`, default: yes).
    pub is_on: bool,
    /// SHA-256 over everything that can judge its documents: mappings, dictionaries, targets, packs, staff masters with
    /// the accepted repairs, `on_error` and language. The same bytes under the same digest end the same.
    pub digest: String,
}

/// What an error keeps back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The rows that have one.
    #[default]
    HoldRows,
    /// The whole document.
    HoldDocument,
}

impl OnError {
    const NAMES: &[(&str, OnError)] =
        &[("hold-rows", OnError::HoldRows), ("hold-document", OnError::HoldDocument)];

    /// The word in `route.toml`.
    pub fn name(self) -> &'static str {
        match self {
            OnError::HoldRows => "hold-rows",
            OnError::HoldDocument => "hold-document",
        }
    }
}

impl Route {
    /// Reads the `route.toml` of a folder. `earlier` are the routes before it, whose folders it must not meet.
    ///
    /// # Errors
    /// Every mistake of the file, and of the mappings, targets and packs that it names.
    pub fn load(
        folder: &Path,
        gateway: &Gateway,
        catalogue: &Catalogue,
        earlier: &[&Route],
    ) -> Result<Route, Lints> {
        Route::from_file(&folder.join(FILE), gateway, catalogue, earlier)
    }

    /// Reads a file like `route.toml`; the route is named after the folder it lies in.
    ///
    /// # Errors
    /// As [`Route::load`].
    pub fn from_file(
        path: &Path,
        gateway: &Gateway,
        catalogue: &Catalogue,
        earlier: &[&Route],
    ) -> Result<Route, Lints> {
        let source = Source::from_disk(path)?;
        read::parse(&source, &read::Around { gateway, catalogue, earlier })
    }

    /// The targets of all outlets, each once; empty: those that the chosen input names.
    pub fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = Vec::new();
        for outlet in &self.outlets {
            if !targets.contains(&outlet.target) {
                targets.push(outlet.target.clone());
            }
        }
        targets
    }
}

#[cfg(test)]
mod tests;
