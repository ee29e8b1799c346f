//! One digest of everything that can judge a route's documents.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{OnError, Outlet};
use crate::{
    config::{Catalogue, FileKind, repairs},
    mapping::plan::InputMapping,
    model::{Kind, Lang},
    rules::PackUse,
    text::digest::hex,
};

/// What judges, found and checked.
pub(super) struct Judges<'a> {
    /// The inputs that the route names, or all.
    pub(super) inputs: &'a [Arc<InputMapping>],
    /// The outlets it names.
    pub(super) outlets: &'a [Outlet],
    /// The packs it names, families in all their versions.
    pub(super) packs: &'a [PackUse],
    /// The staff masters it names.
    pub(super) with: &'a [PathBuf],
    /// The home, which holds the accepted repairs.
    pub(super) home: &'a Path,
    /// What an error keeps back.
    pub(super) on_error: OnError,
    /// Language of what is written.
    pub(super) lang: Lang,
}

/// SHA-256 over names and digests of all of them; the order of a list in the file does not matter, except that of
/// inputs and packs that were named.
pub(super) fn of(judges: &Judges<'_>, catalogue: &Catalogue) -> String {
    let mut sha = Sha256::new();
    let mut part = |kind: &str, name: &str, digest: &str| {
        for text in [kind, name, digest] {
            sha.update((text.len() as u64).to_le_bytes());
            sha.update(text);
        }
    };
    for input in judges.inputs {
        part("input", &input.name, &input.digest);
    }
    for pack in judges.packs {
        let kind = if pack.is_pinned { "pinned-pack" } else { "pack" };
        part(kind, &pack.pack.name, &pack.pack.digest);
    }
    for name in targets(judges) {
        // A target that cannot be read has its lint; the digest of a broken route is never used.
        if let Ok(target) = catalogue.target(&name) {
            part("target", &name, &target.digest);
        }
    }
    // Inputs and targets hold their dictionaries, and their digests do not tell which.
    for name in catalogue.names(FileKind::Dictionary) {
        if let Ok(source) = catalogue.source(FileKind::Dictionary, name) {
            part("dictionary", name, &hex(&Sha256::digest(source.text.as_bytes())));
        }
    }
    for path in judges.with {
        part("with", "", &of_file(path));
    }
    if !judges.with.is_empty() {
        part("repairs", "", &of_file(&repairs::path(judges.home)));
        for input in catalogue.inputs().unwrap_or_default() {
            // Whatever reads people reads the staff masters.
            if input.kind == Kind::Person {
                part("with-input", &input.name, &input.digest);
            }
        }
    }
    part("on-error", judges.on_error.name(), judges.lang.pick("zh", "en"));
    hex(&sha.finalize())
}

/// SHA-256 of a file's bytes; empty if it cannot be read, which jobs tell when they need it.
fn of_file(path: &Path) -> String {
    let mut sha = Sha256::new();
    let read = File::open(path).and_then(|mut file| {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                count => sha.update(buffer.get(..count).unwrap_or_default()),
            }
        }
    });
    read.map_or_else(|_| String::new(), |()| hex(&sha.finalize()))
}

/// The targets that may be written, sorted: those of the outlets, else those that the inputs name.
fn targets(judges: &Judges<'_>) -> Vec<String> {
    let named = judges.outlets.iter().map(|outlet| outlet.target.clone());
    let mut targets: Vec<String> = named.collect();
    if targets.is_empty() {
        targets = judges.inputs.iter().flat_map(|input| input.outputs.iter().cloned()).collect();
    }
    targets.sort();
    targets.dedup();
    targets
}
