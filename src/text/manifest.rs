//! The manifest of a package: a small text `清单.txt` of `键：值` lines that a person writes.

use crate::model::EvidenceKind;

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// One per project, in the order of the text; what stands before the first number has none.
    pub projects: Vec<ManifestProject>,
    /// File name → kind.
    pub kinds: Vec<(String, EvidenceKind)>,
    /// Lines that nobody understands: line number and the words before the colon.
    pub unknown: Vec<(u32, String)>,
}

/// What a manifest says about one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestProject {
    /// Project number.
    pub code: Option<String>,
    /// Project name.
    pub name: Option<String>,
    /// How many signed.
    pub signed: Option<u32>,
}

/// Whether a member's path is a manifest.
pub fn is_manifest(_path: &str) -> bool {
    false
}

/// Reads a manifest.
pub fn manifest(_text: &str) -> Manifest {
    Manifest::default()
}
