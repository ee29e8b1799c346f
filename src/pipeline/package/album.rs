//! Pictures of a package that wait to be looked at: many with one child, so that its start does not count.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    model::{Evidence, Finding},
    pipeline::ConvertError,
    read::look,
};

/// Pictures looked at together.
const MAX_PICTURES: usize = 64;
/// Bytes of pictures that lie unpacked at a time.
const MAX_BYTES: u64 = 256 << 20;

/// A piece of evidence, and where its report stands among its package's members.
pub struct Piece {
    /// Index among the members.
    pub at: usize,
    /// What is known of it.
    pub evidence: Evidence,
    /// Why nobody could look at it.
    pub fault: Option<Finding>,
}

/// Evidence whose pictures wait.
#[derive(Default)]
pub struct Album {
    waiting: Vec<(Piece, PathBuf)>,
    bytes: u64,
}

impl Album {
    /// Takes a picture in; its file is removed when it was looked at.
    pub fn add(&mut self, at: usize, evidence: Evidence, path: PathBuf) {
        self.bytes += evidence.bytes;
        self.waiting.push((Piece { at, evidence, fault: None }, path));
    }

    /// Whether it is time to look.
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= MAX_PICTURES || self.bytes >= MAX_BYTES
    }

    /// Looks at everything that waits.
    ///
    /// # Errors
    /// The child cannot be started.
    pub fn look(&mut self) -> Result<Vec<Piece>, ConvertError> {
        self.bytes = 0;
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let documents: Vec<(PathBuf, &'static str)> =
            waiting.iter().map(|(piece, path)| (path.clone(), piece.evidence.format)).collect();
        let mut looks = look::look(&documents).map_err(ConvertError::Read)?.into_iter();
        let mut pieces = Vec::with_capacity(waiting.len());
        for (mut piece, path) in waiting {
            match looks.next() {
                Some(Ok(look)) => piece.evidence.look = Some(look),
                Some(Err(finding)) => piece.fault = Some(finding),
                None => {}
            }
            remove(&path);
            pieces.push(piece);
        }
        Ok(pieces)
    }
}

fn remove(path: &Path) {
    // It lies in a private folder that goes as a whole in the end.
    let _ = fs::remove_file(path);
}
