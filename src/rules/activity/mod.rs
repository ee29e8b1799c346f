//! Activities: what a package must hold for each of its projects, judged over all its members at once.
//!
//! Records and evidence come in member by member; a project collects what says its number, or what lies in its folder.
//! Memory: 16 bytes for each person on a roster, the evidence itself, nothing else that grows.

mod claim;
mod project;
pub mod quality;
pub mod rule;
mod seen;
mod twins;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::PackUse;
use crate::{
    model::{
        Batch, Evidence, EvidenceKind, Finding, KindBy, KnownEvidence, Lang, Place, SignedBy,
        codes::evidence as codes,
    },
    text::evidence_name,
};
use claim::Claims;
use project::{Case, Project};
pub use twins::MOST_DISTANCE;

/// Everything that a package says about its projects.
#[derive(Debug, Default)]
pub struct Activity {
    packs: Vec<PackUse>,
    as_of: Option<i32>,
    /// By number without its level; empty for records without a number.
    projects: BTreeMap<String, Project>,
    evidence: Vec<Evidence>,
    earlier: Vec<KnownEvidence>,
    /// What manifests say of files: name or path in the package, kind.
    said: Vec<(String, EvidenceKind)>,
    /// Members that brought records.
    members: BTreeSet<String>,
}

/// How a project without number and name is called.
const NAMELESS: &str = "（未填编号）";

impl Activity {
    /// The activities of one package. What happens after `as_of` need not have its evidence yet.
    pub fn new(packs: &[PackUse], as_of: Option<NaiveDate>) -> Activity {
        let as_of = as_of.map(|day| day.num_days_from_ce());
        Activity { packs: super::judge::nearest(packs), as_of, ..Activity::default() }
    }

    /// Takes in the judged records of a member: one chunk of them.
    pub fn see(&mut self, member: &str, batch: &Batch) {
        seen::see(&mut self.projects, member, batch);
        if !self.members.contains(member) {
            self.members.insert(member.to_owned());
        }
    }

    /// Takes in a piece of evidence. Where its path tells neither project nor kind, both are found at the end.
    pub fn add(&mut self, mut evidence: Evidence) {
        if evidence.kind_by == KindBy::Nothing
            && evidence.look.as_ref().is_some_and(quality::is_like_sheet)
        {
            evidence.kind = EvidenceKind::SignIn;
            evidence.kind_by = KindBy::Content;
        }
        if evidence.project.is_none() {
            evidence.project = evidence_name::project_in(&evidence.path);
        }
        self.evidence.push(evidence);
    }

    /// Takes in a count of signatures; `None`: of the only project. Counts of one project by one counter add up.
    pub fn sign(&mut self, project: Option<&str>, count: u32, by: SignedBy) {
        let project = self.project(project.unwrap_or_default());
        let sum = project.signed.entry(by).or_default();
        *sum = sum.saturating_add(count);
    }

    /// Takes in what a manifest says of files: name or path in the package, kind. It is applied at the end, because a
    /// manifest may come after the files.
    pub fn say_kinds(&mut self, kinds: Vec<(String, EvidenceKind)>) {
        self.said.extend(kinds);
    }

    /// Takes in evidence of earlier packages, to find what is used twice.
    pub fn earlier(&mut self, known: impl Iterator<Item = KnownEvidence>) {
        self.earlier.extend(known.map(|mut known| {
            known.project = key(&known.project).to_owned();
            known
        }));
    }

    /// What is wrong with the package as a whole. From then on [`Activity::evidence`] tells each piece's project.
    pub fn finish(&mut self) -> Vec<Finding> {
        let absent = self.apply_kinds();
        self.settle_projects();
        let claims = Claims::new(&self.projects, &self.evidence);
        let mut found = Vec::new();
        for (number, project) in &self.projects {
            let claimed = claims.of(number).filter_map(|at| self.evidence.get(at));
            found.extend(self.judge(project, &Case::new(project, claimed)));
        }
        found.extend(self.evidence.iter().flat_map(quality::findings));
        found.extend(self.twins(&claims));
        found.extend(claims.unclaimed(&self.evidence));
        found.extend(absent);
        let names: Vec<Option<String>> = (0..self.evidence.len())
            .map(|at| Some(self.projects.get(claims.project_of(at)?)?.label.clone()))
            .collect();
        for (piece, name) in self.evidence.iter_mut().zip(names) {
            piece.project = name.or(piece.project.take());
        }
        found
    }

    /// All evidence, in the order it came.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Gives files the kinds that manifests say; a finding for every name that no file has.
    fn apply_kinds(&mut self) -> Vec<Finding> {
        let mut absent = Vec::new();
        for (said, kind) in std::mem::take(&mut self.said) {
            let is_it = |path: &str| {
                path.strip_suffix(said.as_str()).is_some_and(|r| r.is_empty() || r.ends_with('/'))
            };
            let mut is_there = self.members.iter().any(|member| is_it(member));
            for piece in self.evidence.iter_mut().filter(|piece| is_it(&piece.path)) {
                (piece.kind, piece.kind_by) = (kind, KindBy::Said);
                is_there = true;
            }
            if !is_there && kind != EvidenceKind::Other {
                absent.push(Finding::new(&codes::MANIFEST_FILE_ABSENT, Place::NOWHERE).arg(said));
            }
        }
        absent
    }

    fn project(&mut self, code: &str) -> &mut Project {
        let project = self.projects.entry(key(code).to_owned()).or_default();
        if project.label.len() < code.len() {
            project.label = code.to_owned();
        }
        project
    }

    /// Gives what has no number to the only project there is, and every project a name.
    fn settle_projects(&mut self) {
        // A number that only a path says is a project too, unless it may as well be a date.
        let paths: Vec<String> = self.evidence.iter().filter_map(|e| e.project.clone()).collect();
        let has_numbers = self.projects.keys().any(|number| !number.is_empty());
        for code in paths {
            if !has_numbers || code.contains('(') {
                let _ = self.project(&code);
            }
        }
        if self.projects.len() == 2
            && let Some(nameless) = self.projects.remove("")
        {
            self.projects.values_mut().for_each(|project| project.merge(nameless.clone()));
        }
        // A count that nobody can place is no project; every project is told that it has none.
        let is_count_only = |project: &Project| {
            project.people.is_empty() && project.present.is_empty() && project.name.is_empty()
        };
        if self.projects.len() > 1 && self.projects.get("").is_some_and(is_count_only) {
            self.projects.remove("");
        }
        for project in self.projects.values_mut() {
            if project.label.is_empty() {
                let name = if project.name.is_empty() { NAMELESS } else { &project.name };
                project.label = name.to_owned();
            }
        }
    }

    fn judge(&self, project: &Project, case: &Case) -> Vec<Finding> {
        let is_over = project.day.zip(self.as_of).is_none_or(|(day, as_of)| day <= as_of);
        let mut found = Vec::new();
        if let [first, rest @ ..] = project.counts().as_slice()
            && let Some(other) = rest.iter().find(|other| other.1 != first.1)
        {
            let disagree = Finding::new(&codes::SIGNED_COUNTS_DISAGREE, Place::NOWHERE);
            let disagree = disagree.arg(&case.label).arg(told(*first, Lang::Zh));
            let disagree = disagree.arg(told(*first, Lang::En)).arg(told(*other, Lang::Zh));
            found.push(disagree.arg(told(*other, Lang::En)));
        }
        let is_in_force = |used: &&PackUse| {
            let (from, to) = used.pack.head.in_force;
            used.is_pinned || project.day.is_none_or(|day| (from..=to).contains(&day))
        };
        for used in self.packs.iter().filter(is_in_force).filter(|_| is_over) {
            found.extend(used.pack.activity.iter().filter_map(|rule| rule.judge(case)));
        }
        found
    }

    fn twins(&self, claims: &Claims) -> Vec<Finding> {
        let pieces: Vec<twins::Piece<'_>> = self
            .evidence
            .iter()
            .enumerate()
            .map(|(at, evidence)| {
                let own = evidence.project.as_deref().map(key);
                let project = claims.project_of(at).or(own).unwrap_or_default();
                twins::Piece { evidence, project }
            })
            .collect();
        twins::findings(&pieces, &self.earlier)
    }
}

/// A project number without its level: `2022-03-01-127(国)` and `2022-03-01-127` are one project.
fn key(code: &str) -> &str {
    code.split(['(', '（']).next().unwrap_or_default().trim()
}

/// A count and who counted.
fn told((by, count): (SignedBy, u32), lang: Lang) -> String {
    let who = match by {
        SignedBy::Column => lang.pick("签到名单", "the sign-in list"),
        SignedBy::Manifest => lang.pick("清单", "the manifest"),
        SignedBy::Scan => lang.pick("扫描件", "the scans"),
        SignedBy::Person => lang.pick("人工清点", "a person"),
    };
    match lang {
        Lang::Zh => format!("{who} {count} 人"),
        Lang::En => format!("{count} by {who}"),
    }
}

#[cfg(test)]
mod tests;
