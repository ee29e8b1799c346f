//! What the members of a package come to together.

use crate::pipeline::report::{DocumentReport, Told};

/// Adds what a member came to onto its package.
pub fn add(package: &mut DocumentReport, member: &DocumentReport) {
    for (kind, count) in &member.records {
        *package.records.entry(kind).or_default() += count;
    }
    package.held += member.held;
    package.findings.error += member.findings.error;
    package.findings.warning += member.findings.warning;
    package.findings.info += member.findings.info;
    for (name, digest) in &member.digests {
        package.digests.entry(name.clone()).or_insert_with(|| digest.clone());
    }
    for (code, told) in &member.codes {
        let known = package.codes.entry(code);
        let known = known.or_insert_with(|| Told { count: 0, ..told.clone() });
        if known.severity < told.severity {
            *known = Told { count: known.count, ..told.clone() };
        }
        known.count += told.count;
    }
    if package.input.is_none() {
        package.input.clone_from(&member.input);
    }
}

/// Holds a package as a whole: no output of any member stays.
pub fn hold(report: &mut DocumentReport) {
    for output in report.outputs.drain(..) {
        // It was never shown to anybody; a file that stays is found beside its report.
        let _ = std::fs::remove_file(&output.path);
    }
    report.members.iter_mut().for_each(hold);
    report.held =
        report.records.iter().filter(|(kind, _)| **kind != "evidence").map(|(_, n)| n).sum();
}
