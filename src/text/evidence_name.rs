//! What the path of a piece of evidence says: its kind and its project. Knows nothing of its content.

use crate::model::{EvidenceKind, KindBy};

/// The kind that a word of the file's name, else of its folders', gives away.
pub fn kind_of(_path: &str) -> Option<(EvidenceKind, KindBy)> {
    None
}

/// The project number inside a file's name, else inside the nearest folder's, without its level: `2022-03-01-127`.
pub fn project_in(_path: &str) -> Option<String> {
    None
}
