//! The judge: packs over batches of records.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    facts::{ASKED, Binding, Facts},
    kinds::Breach,
    pack::{Pack, Rule},
};
use crate::model::{Batch, Finding, Place, Severity, Slot, codes::judged};

/// Judges the records of one document by packs.
pub struct Judge {
    packs: Vec<Arc<Pack>>,
    bound: Option<(Arc<Vec<Slot>>, Binding)>,
    late: Vec<Finding>,
}

impl Judge {
    /// A judge for one document. `_as_of` is the day that deadlines count from; no shipped rule counts days yet.
    pub fn new(packs: &[Arc<Pack>], _as_of: Option<NaiveDate>) -> Judge {
        Judge { packs: packs.to_vec(), bound: None, late: Vec::new() }
    }

    /// Judges the records of a batch that are not held yet: an error holds its record.
    pub fn judge(&mut self, batch: &mut Batch, findings: &mut Vec<Finding>) {
        if self.packs.is_empty() {
            return;
        }
        let is_bound =
            self.bound.as_ref().is_some_and(|(slots, _)| Arc::ptr_eq(slots, &batch.slots));
        if !is_bound {
            self.bind(batch);
        }
        let Some((_, binding)) = &self.bound else { return };
        for at in 0..batch.heads.len() {
            let facts = Facts::new(batch, binding, at);
            let mut is_held = false;
            for rule in self.packs.iter().flat_map(|pack| &pack.rules) {
                if let Some(breach) = rule.check.breach(&facts) {
                    is_held |= rule.severity == Severity::Error;
                    findings.push(finding(rule, &facts, breach));
                }
            }
            if is_held && let Some(head) = batch.heads.get_mut(at) {
                head.is_held = true;
            }
        }
    }

    /// A new table: rules that its columns do not let us judge are named once, aloud.
    fn bind(&mut self, batch: &Batch) {
        let binding = Binding::new(batch);
        for pack in &self.packs {
            let unjudged = pack.rules.iter().filter(|rule| {
                !rule.check.needs().iter().any(|set| set.iter().all(|field| binding.has(*field)))
            });
            let ids: Vec<&str> = unjudged.map(|rule| rule.clause.rule.as_str()).collect();
            if !ids.is_empty() {
                let named = Finding::new(&judged::RULES_NOT_JUDGED, Place::grid(batch.grid));
                self.late.push(named.arg(&pack.name).arg(ids.join(", ")));
            }
        }
        self.bound = Some((Arc::clone(&batch.slots), binding));
    }

    /// What is told only after the last record.
    pub fn finish(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.late)
    }
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
