//! What a package says about one project, added up.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::model::{Evidence, EvidenceKind, SignedBy};

/// One project of a package.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Number with its level, if any record says it; empty where no record has a number.
    pub label: String,
    /// Name, if any record says it.
    pub name: String,
    /// People on its rosters, by hash.
    pub people: FxHashSet<u64>,
    /// People of those who get credits, by hash; held records too, because their sender means to credit them.
    pub credited: FxHashSet<u64>,
    /// Records that an error holds back.
    pub held: u64,
    /// Most credits of one record, in halves.
    pub most_credits: i32,
    /// People who signed or came, by hash, from typed sign-in lists.
    pub present: FxHashSet<u64>,
    /// Last day of any record, as days from 0001-01-01 as day 1.
    pub day: Option<i32>,
    /// Folders in which its records were.
    pub folders: BTreeSet<String>,
    /// Counts of signatures from elsewhere, added up by who counted.
    pub signed: BTreeMap<SignedBy, u32>,
}

impl Project {
    /// The counts of signatures, the most trusted first: a person, the manifest, a typed list, the scans.
    pub fn counts(&self) -> Vec<(SignedBy, u32)> {
        const TRUST: [SignedBy; 4] =
            [SignedBy::Person, SignedBy::Manifest, SignedBy::Column, SignedBy::Scan];
        let typed = u32::try_from(self.present.len()).ok().filter(|count| *count > 0);
        let count = |by: SignedBy| match by {
            SignedBy::Column => self.signed.get(&by).copied().or(typed),
            _ => self.signed.get(&by).copied(),
        };
        TRUST.into_iter().filter_map(|by| Some((by, count(by)?))).collect()
    }

    /// Adds what was said about the same project elsewhere.
    pub fn merge(&mut self, other: Project) {
        if self.label.len() < other.label.len() {
            self.label = other.label;
        }
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.people.extend(other.people);
        self.credited.extend(other.credited);
        self.present.extend(other.present);
        self.folders.extend(other.folders);
        self.held += other.held;
        self.most_credits = self.most_credits.max(other.most_credits);
        self.day = self.day.max(other.day);
        for (by, count) in other.signed {
            *self.signed.entry(by).or_default() += count;
        }
    }
}

/// What a rule asks of a project.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// How it is called in findings.
    pub label: String,
    /// People on its rosters.
    pub people: u32,
    /// People of those who get credits.
    pub credited: u32,
    /// Most credits of one record, in halves.
    pub most_credits: i32,
    /// How many signed, by the most trusted count.
    pub signed: Option<u32>,
    /// Kind → pages of its evidence; `None` where a piece has pages that nobody counted.
    pub pages: BTreeMap<EvidenceKind, Option<u32>>,
}

impl Case {
    /// What rules ask of a project, with the evidence that it claims.
    pub fn new<'e>(project: &Project, evidence: impl Iterator<Item = &'e Evidence>) -> Case {
        let count = |people: &FxHashSet<u64>| u32::try_from(people.len()).unwrap_or(u32::MAX);
        let mut case = Case {
            label: project.label.clone(),
            people: count(&project.people),
            credited: count(&project.credited),
            most_credits: project.most_credits,
            signed: project.counts().first().map(|(_, count)| *count),
            pages: BTreeMap::new(),
        };
        let mut seen = BTreeSet::new();
        for piece in evidence.filter(|piece| seen.insert(piece.sha256.as_str())) {
            let pages = pages(piece);
            let total = case.pages.entry(piece.kind).or_insert(Some(0));
            *total = total.zip(pages).map(|(total, pages)| total + pages);
        }
        // A typed list is a sign-in record whose pages nobody counts.
        if !project.present.is_empty() {
            case.pages.insert(EvidenceKind::SignIn, None);
        }
        case
    }

    /// Whether there is any evidence of a kind.
    pub fn has(&self, kind: EvidenceKind) -> bool {
        self.pages.contains_key(&kind)
    }
}

/// Pages of a piece; a letter in a word processor's format has pages that nobody counted.
fn pages(piece: &Evidence) -> Option<u32> {
    let is_picture = ["jpg", "png", "bmp", "gif", "webp", "heic"].contains(&piece.format);
    piece.look.as_ref().map(|look| look.pages).or(is_picture.then_some(1))
}
