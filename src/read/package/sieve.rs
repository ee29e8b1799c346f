//! What every format asks before it gives a member: is its name safe, new, meant, and within the limits.

use rustc_hash::FxHashSet;

use super::{Fault, Limits, paths};
use crate::model::codes::package;
use crate::model::{Code, Finding, Place};
use crate::read::EncodingDecision;
use crate::read::encoding::{
    UNCERTAIN_BELOW,
    names::{self, RawName},
};
use crate::text::mask::shown_name;

/// Judges members in package order and keeps what the sender should know.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    files: FxHashSet<String>,
    folders: FxHashSet<String>,
    members: usize,
    /// Junk members that were left out.
    pub skipped: u64,
    renamed: u64,
    locked: Vec<String>,
    /// Findings about members, in package order.
    pub findings: Vec<Finding>,
}

impl Sieve {
    /// Counts a member and judges its name; `None` if it is not to be given.
    ///
    /// # Errors
    /// The package has more members than it may.
    pub(super) fn admit(&mut self, name: &str, limits: &Limits) -> Result<Option<String>, Fault> {
        self.members += 1;
        if self.members > limits.members {
            return Err(Fault::TooManyMembers(limits.members));
        }
        match paths::judge(name) {
            paths::Path::Folder => {}
            paths::Path::Junk => self.skipped += 1,
            paths::Path::Unsafe(why) => self.refuse(name, why),
            paths::Path::File(path, is_changed) => {
                if self.is_new(&path) {
                    self.renamed += u64::from(is_changed);
                    return Ok(Some(path));
                }
                self.findings.push(about(&package::MEMBER_REPEATED, &path));
            }
        }
        Ok(None)
    }

    /// Refuses a member for its name or kind.
    pub(super) fn refuse(&mut self, name: &str, why: [&'static str; 2]) {
        self.findings.push(about(&package::MEMBER_UNSAFE, name).arg(why[0]).arg(why[1]));
    }

    /// Whether neither this file nor a folder of its name came before, nor a file where it needs a folder.
    fn is_new(&mut self, path: &str) -> bool {
        let key = paths::folded(path);
        let parents = key.match_indices('/').filter_map(|(at, _)| key.get(..at));
        let is_taken = self.files.contains(&key)
            || self.folders.contains(&key)
            || parents.clone().any(|parent| self.files.contains(parent));
        if !is_taken {
            self.folders.extend(parents.map(str::to_owned));
            self.files.insert(key);
        }
        !is_taken
    }

    /// Remembers what became of a member that could not be given whole.
    pub(super) fn blame(&mut self, path: &str, fault: &Fault) {
        match fault {
            Fault::Locked => self.locked.push(path.to_owned()),
            other => self.findings.push(other.finding(path)),
        }
    }

    /// Takes all findings, those that count over the whole package last.
    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        let mut findings = std::mem::take(&mut self.findings);
        let locked = std::mem::take(&mut self.locked);
        if !locked.is_empty() {
            let mut names: Vec<String> =
                locked.iter().take(5).map(|name| shown_name(name)).collect();
            if locked.len() > names.len() {
                names.push("…".to_owned());
            }
            let count = locked.len().to_string();
            let finding = Finding::new(&package::PACKAGE_LOCKED, Place::NOWHERE);
            findings.push(finding.arg(count).arg(names.join("、")));
        }
        for (code, count) in [
            (&package::MEMBERS_RENAMED, std::mem::take(&mut self.renamed)),
            (&package::JUNK_SKIPPED, self.skipped),
        ] {
            if count > 0 {
                findings.push(Finding::new(code, Place::NOWHERE).arg(count.to_string()));
            }
        }
        findings
    }
}

/// A finding about one member: its shortened name is the first argument, its path the value.
pub(super) fn about(code: &'static Code, path: &str) -> Finding {
    let mut finding = Finding::new(code, Place::NOWHERE).arg(shown_name(path));
    path.clone_into(&mut finding.value);
    finding.is_personal = true;
    finding
}

/// Decides the names of all members together; remarks what a person should look at.
pub(super) fn decode(
    raw: &[RawName<'_>],
    sieve: &mut Sieve,
) -> (Vec<String>, Option<EncodingDecision>) {
    let decoded = names::decode(raw);
    if let Some(decision) = &decoded.decision {
        let remark = |code| Finding::new(code, Place::NOWHERE).arg(decision.name);
        if decoded.strangers > 0 {
            let count = decoded.strangers.to_string();
            sieve.findings.push(remark(&package::PACKAGE_NAMES_MIXED).arg(count));
        } else if decision.confidence < UNCERTAIN_BELOW {
            sieve.findings.push(remark(&package::PACKAGE_NAMES_UNCERTAIN));
        }
    }
    (decoded.names, decoded.decision)
}
