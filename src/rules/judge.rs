//! The judge: packs over batches of records.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Datelike, NaiveDate};

use super::{
    facts::{ASKED, Binding, Facts},
    kinds::Breach,
    pack::{PackUse, Rule},
};
use crate::model::{Batch, Code, Finding, Place, Severity, Slot, codes::judged};

/// Judges the records of one document by packs.
pub struct Judge {
    packs: Vec<PackUse>,
    as_of: Option<i32>,
    bound: Option<(Arc<Vec<Slot>>, Binding)>,
    /// Rows that a rule could not judge because their cells are blank, by rule id.
    blank: BTreeMap<String, Vec<Place>>,
    /// Rows whose date no version of a pack covers.
    undated: Vec<Place>,
    late: Vec<Finding>,
}

/// Places that a counting finding names; the count goes on.
const NAMED_PLACES: usize = 3;

impl Judge {
    /// A judge for one document. Days after `as_of` have not happened yet.
    pub fn new(packs: &[PackUse], as_of: Option<NaiveDate>) -> Judge {
        Judge {
            packs: packs.to_vec(),
            as_of: as_of.map(|day| day.num_days_from_ce()),
            bound: None,
            blank: BTreeMap::new(),
            undated: Vec::new(),
            late: Vec::new(),
        }
    }

    /// Judges the records of a batch: an error holds its record.
    pub fn judge(&mut self, batch: &mut Batch, findings: &mut Vec<Finding>) {
        if self.packs.is_empty() && self.as_of.is_none() {
            return;
        }
        let is_bound =
            self.bound.as_ref().is_some_and(|(slots, _)| Arc::ptr_eq(slots, &batch.slots));
        if !is_bound {
            self.bind(batch);
        }
        let Some((_, binding)) = self.bound.clone() else { return };
        for at in 0..batch.heads.len() {
            let before = findings.len();
            self.judge_record(&Facts::new(batch, &binding, at), findings);
            let new = findings.get(before..).unwrap_or_default();
            if new.iter().any(|finding| finding.severity == Severity::Error)
                && let Some(head) = batch.heads.get_mut(at)
            {
                head.is_held = true;
            }
        }
    }

    fn judge_record(&mut self, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
        let day = facts.day();
        if let (Some(as_of), Some((asked, day))) = (self.as_of, day)
            && day > as_of
        {
            let mut future = Finding::new(&judged::DATE_AFTER_TODAY, facts.place(asked));
            future.field = ASKED.get(asked as usize).copied().unwrap_or_default();
            future.value = facts.text(asked).to_owned();
            findings.push(future);
        }
        let is_in_force = |used: &&PackUse| {
            let (from, to) = used.pack.in_force;
            used.is_pinned || day.is_none_or(|(_, day)| (from..=to).contains(&day))
        };
        let mut is_covered = self.packs.is_empty();
        for used in self.packs.iter().filter(is_in_force) {
            is_covered = true;
            for rule in &used.pack.rules {
                if let Some(breach) = rule.check.breach(facts) {
                    findings.push(finding(rule, facts, breach));
                } else if !facts.has_any(rule.check.needs()) {
                    note(self.blank.entry(rule.clause.rule.clone()).or_default(), facts.row());
                }
            }
        }
        if !is_covered {
            note(&mut self.undated, facts.row());
        }
    }

    /// A new table: rules that its columns do not let us judge are named once, aloud.
    fn bind(&mut self, batch: &Batch) {
        let binding = Binding::new(batch);
        for PackUse { pack, .. } in &self.packs {
            let unjudged = pack.rules.iter().filter(|rule| {
                !rule.check.needs().iter().any(|set| set.iter().all(|field| binding.has(*field)))
            });
            let ids: Vec<&str> = unjudged.map(|rule| rule.clause.rule.as_str()).collect();
            if !ids.is_empty() {
                let named = Finding::new(&judged::RULES_NOT_JUDGED, Place::grid(batch.grid));
                self.late.push(named.arg(&pack.name).arg(ids.join(", ")));
                self.blank.extend(ids.into_iter().map(|id| (id.to_owned(), Vec::new())));
            }
        }
        self.bound = Some((Arc::clone(&batch.slots), binding));
    }

    /// What is told only after the last record.
    pub fn finish(&mut self) -> Vec<Finding> {
        let mut late = std::mem::take(&mut self.late);
        let unjudged: Vec<&str> =
            late.iter().filter_map(|finding| finding.args.get(1)).map(String::as_str).collect();
        let is_told = |id: &str| unjudged.iter().any(|ids| ids.split(", ").any(|one| one == id));
        let mut counted = Vec::new();
        for (id, rows) in std::mem::take(&mut self.blank) {
            if !is_told(&id) {
                counted.extend(count(&judged::ROWS_NOT_JUDGED, &rows).map(|found| found.arg(id)));
            }
        }
        counted.extend(count(&judged::NO_PACK_IN_FORCE, &std::mem::take(&mut self.undated)));
        late.extend(counted);
        late
    }
}

/// Remembers a row; a list of places is cut short, so its memory does not grow with the rows.
fn note(rows: &mut Vec<Place>, row: Place) {
    if rows.len() <= NAMED_PLACES {
        rows.push(row);
    }
}

/// One finding for several rows: the first as its place, the next as further ones.
fn count(code: &'static Code, rows: &[Place]) -> Option<Finding> {
    let (first, rest) = rows.split_first()?;
    let shown: Vec<String> =
        rows.iter().take(NAMED_PLACES).map(|row| row.row.to_string()).collect();
    let more = if rows.len() > NAMED_PLACES { " …" } else { "" };
    let mut finding = Finding::new(code, *first).arg(format!("{}{more}", shown.join(", ")));
    finding.also = rest.to_vec();
    Some(finding)
}

fn finding(rule: &Rule, facts: &Facts<'_>, breach: Breach) -> Finding {
    let mut finding = Finding::new(rule.check.code(), facts.place(breach.about));
    finding.severity = rule.severity;
    finding.field = ASKED.get(breach.about as usize).copied().unwrap_or_default();
    finding.value = facts.text(breach.about).to_owned();
    finding.args = breach.args;
    finding.proposed = breach.proposed;
    finding.clause = Some(Arc::clone(&rule.clause));
    finding
}
