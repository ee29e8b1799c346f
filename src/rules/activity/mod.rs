//! Activities: what a package must hold for each of its projects, judged over all its members at once.

use chrono::NaiveDate;

use super::PackUse;
use crate::model::{Batch, Evidence, EvidenceKind, Finding, PictureHash, SignedBy};

/// Everything that a package says about its projects.
#[derive(Debug, Default)]
pub struct Activity {
    evidence: Vec<Evidence>,
}

/// Evidence that an earlier package brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its perceptual hash.
    pub hash: Option<PictureHash>,
    /// How its project is called in findings.
    pub project: String,
}

impl Activity {
    /// The activities of one package. Days after `as_of` have not happened yet.
    pub fn new(_packs: &[PackUse], _as_of: Option<NaiveDate>) -> Activity {
        Activity::default()
    }

    /// Takes in the judged records of a member: one chunk of them.
    pub fn see(&mut self, _member: &str, _batch: &Batch) {}

    /// Takes in a piece of evidence.
    pub fn add(&mut self, evidence: Evidence) {
        self.evidence.push(evidence);
    }

    /// Takes in a count of signatures; `None`: of the only project.
    pub fn sign(&mut self, _project: Option<&str>, _count: u32, _by: SignedBy) {}

    /// Takes in what a manifest says of files: name or path in the package, kind.
    pub fn say_kinds(&mut self, _kinds: Vec<(String, EvidenceKind)>) {}

    /// Takes in evidence of earlier packages, to find what is used twice.
    pub fn earlier(&mut self, _known: impl Iterator<Item = Known>) {}

    /// What is wrong with the package as a whole.
    pub fn finish(&mut self) -> Vec<Finding> {
        Vec::new()
    }

    /// All evidence, in the order it came.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }
}
