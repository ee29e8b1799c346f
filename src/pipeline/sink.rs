//! Where findings go: counted, into the report, onto the terminal's summary, and onto the sender's cells.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ConvertError, is_marked,
    report::{FindingCounts, FindingRecord, ReportFile, Told, shown_value},
};
use crate::{
    model::{Finding, Lang, Place, field::Kind, fields},
    write::annotate::{Issue, Mark},
};

/// Cells that an annotated workbook marks at most: beyond, the report alone is complete, and the
/// workbook says so. A person mends the first thousands, not the millionth.
pub const MARK_LIMIT: usize = 20_000;

/// The findings of one attempt at a document.
pub struct Sink {
    document: String,
    lang: Lang,
    sheets: Vec<String>,
    headings: FxHashMap<(u16, u16), String>,
    report: Option<ReportFile>,
    wants_marks: bool,
    /// Texts of marks and issues, each kept once.
    texts: FxHashSet<Arc<str>>,
    /// Findings per severity.
    pub counts: FindingCounts,
    /// Findings per code, for the terminal.
    pub codes: BTreeMap<&'static str, Told>,
    /// Cells to tint.
    pub marks: Vec<Mark>,
    /// Lines of the list sheet.
    pub issues: Vec<Issue>,
    /// Findings that found no room there.
    pub unlisted: u64,
}

impl Sink {
    /// A sink for a document; findings go to `report` if there is one.
    pub fn new(document: &str, lang: Lang, report: Option<ReportFile>) -> Sink {
        Sink {
            document: document.to_owned(),
            lang,
            sheets: Vec::new(),
            headings: FxHashMap::default(),
            wants_marks: report.is_some(),
            report,
            texts: FxHashSet::default(),
            counts: FindingCounts::default(),
            codes: BTreeMap::new(),
            marks: Vec::new(),
            issues: Vec::new(),
            unlisted: 0,
        }
    }

    /// Learns the name of a grid.
    pub fn name_grid(&mut self, index: u16, name: &str) {
        let at = usize::from(index);
        if self.sheets.len() <= at {
            self.sheets.resize(at + 1, String::new());
        }
        if let Some(slot) = self.sheets.get_mut(at) {
            name.clone_into(slot);
        }
    }

    /// Learns how the sender heads a column.
    pub fn name_column(&mut self, grid: u16, column: u16, heading: &str) {
        self.headings.insert((grid, column), heading.replace(['\r', '\n'], ""));
    }

    fn sheet(&self, place: Place) -> Option<&str> {
        self.sheets.get(usize::from(place.grid)).map(String::as_str)
    }

    /// Takes findings out of `findings`, in order.
    ///
    /// # Errors
    /// The report cannot be written.
    pub fn take(&mut self, findings: &mut Vec<Finding>) -> Result<(), ConvertError> {
        for finding in findings.drain(..) {
            self.add(&finding)?;
        }
        Ok(())
    }

    fn add(&mut self, finding: &Finding) -> Result<(), ConvertError> {
        self.counts.add(finding.severity);
        let told = self.codes.entry(finding.code.name).or_insert_with(|| Told {
            severity: finding.severity,
            count: 0,
            document: self.document.clone(),
            message: finding.message(self.lang),
            hint: finding.hint(self.lang),
        });
        told.severity = told.severity.max(finding.severity);
        told.count += 1;
        if let Some(mut report) = self.report.take() {
            let sheet = self.sheet(finding.place);
            report.add(&FindingRecord::new(finding, &self.document, sheet, self.lang))?;
            self.report = Some(report);
        }
        if self.wants_marks {
            self.mark(finding);
        }
        Ok(())
    }

    fn mark(&mut self, finding: &Finding) {
        if self.issues.len() >= MARK_LIMIT {
            self.unlisted += 1;
            return;
        }
        if is_marked(finding.severity) && finding.place.row > 0 {
            let comment = self.comment(finding);
            let comment = self.shared(comment);
            self.marks.push(Mark { place: finding.place, severity: finding.severity, comment });
        }
        let place = finding.place;
        let heading = self.headings.get(&(place.grid, place.column)).cloned();
        let heading = heading.unwrap_or_else(|| label_of(finding.field).to_owned());
        let sheet = self.sheet(place).unwrap_or_default().to_owned();
        let message = finding.message(self.lang);
        let mut hint = finding.hint(self.lang);
        for line in finding.candidate_lines(self.lang) {
            hint.push('\n');
            hint.push_str(&line);
        }
        let clause = self.clause(finding);
        let issue = Issue {
            place,
            severity: finding.severity,
            sheet: self.shared(sheet),
            heading: self.shared(heading),
            value: shown_value(finding).unwrap_or_default(),
            message: self.shared(message),
            hint: self.shared(hint),
            clause: self.shared(clause),
            code: self.shared(finding.code.name.to_owned()),
        };
        self.issues.push(issue);
    }

    fn shared(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.texts.get(text.as_str()) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn clause(&self, finding: &Finding) -> String {
        finding.clause.as_deref().map_or_else(String::new, |clause| {
            let source = self.lang.pick(&clause.source[0], &clause.source[1]);
            format!("{source} ({})", clause.rule)
        })
    }

    /// What stands in the cell's comment: what, why, how to mend, clause, code.
    fn comment(&self, finding: &Finding) -> String {
        let lang = self.lang;
        let severity = finding.severity.label(lang);
        let mut text = format!("【{severity}】{}", finding.message(lang));
        for (label, body) in [
            (lang.pick("原因：", "Why: "), finding.code.why(lang).to_owned()),
            (lang.pick("改法：", "Mend: "), finding.hint(lang)),
            (lang.pick("建议值：", "Proposed: "), finding.proposed.clone().unwrap_or_default()),
            ("", finding.candidate_lines(lang).join("\n")),
            (lang.pick("依据：", "Clause: "), self.clause(finding)),
        ] {
            if !body.is_empty() {
                text.push('\n');
                text.push_str(label);
                text.push_str(&body);
            }
        }
        text.push_str(&format!("\n[{}]", finding.code.name));
        text
    }

    /// Gives the report file back, to be closed.
    pub fn into_report(self) -> Option<ReportFile> {
        self.report
    }
}

fn label_of(field: &str) -> &'static str {
    Kind::ALL.into_iter().find_map(|kind| fields::find(kind, field)).map_or("", |field| field.label)
}
