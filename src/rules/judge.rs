//! The judge: packs over batches of records.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{Datelike, NaiveDate};

use super::{
    asked::Asked,
    facts::{Binding, Facts},
    kinds::Breach,
    pack::{PackUse, Rule},
};
use crate::model::{Batch, Code, Finding, Place, Severity, Slot, codes::judged};

/// Judges the records of one document by packs.
pub struct Judge {
    packs: Vec<PackUse>,
    as_of: Option<i32>,
    bound: Option<Arc<Bound>>,
    /// Rows that a rule could not judge because their cells are blank, by rule id.
    blank: BTreeMap<String, Vec<Place>>,
    /// Rules that the columns of a table do not let us judge, told once.
    unjudged: BTreeSet<String>,
    /// What a rule only wants looked at: told once for all rows, by pack and rule.
    remarks: BTreeMap<(usize, usize), Remark>,
    /// Rows whose date no version of a pack covers.
    undated: Vec<Place>,
    late: Vec<Finding>,
}

/// What the columns of a table let us judge.
struct Bound {
    slots: Arc<Vec<Slot>>,
    binding: Binding,
    /// Indexes of the rules that can be judged, per pack.
    rules: Vec<Vec<usize>>,
}

/// One remark for many rows.
struct Remark {
    finding: Finding,
    rows: Vec<Place>,
    count: usize,
}

/// Places that a counting finding names; the count goes on.
const NAMED_PLACES: usize = 3;

impl Judge {
    /// A judge for one document. Days after `as_of` have not happened yet.
    pub fn new(packs: &[PackUse], as_of: Option<NaiveDate>) -> Judge {
        Judge {
            packs: nearest(packs),
            as_of: as_of.map(|day| day.num_days_from_ce()),
            bound: None,
            blank: BTreeMap::new(),
            unjudged: BTreeSet::new(),
            remarks: BTreeMap::new(),
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
            self.bound.as_ref().is_some_and(|bound| Arc::ptr_eq(&bound.slots, &batch.slots));
        if !is_bound {
            self.bind(batch);
        }
        let Some(bound) = self.bound.clone() else { return };
        for at in 0..batch.heads.len() {
            let before = findings.len();
            let facts = Facts::new(batch, &bound.binding, at, self.as_of);
            self.judge_record(&facts, &bound, findings);
            let new = findings.get(before..).unwrap_or_default();
            if new.iter().any(|finding| finding.severity == Severity::Error)
                && let Some(head) = batch.heads.get_mut(at)
            {
                head.is_held = true;
            }
        }
    }

    fn judge_record(&mut self, facts: &Facts<'_>, bound: &Bound, findings: &mut Vec<Finding>) {
        let day = facts.day();
        if let (Some(as_of), Some((asked, day))) = (self.as_of, day)
            && day > as_of
        {
            let mut future = Finding::new(&judged::DATE_AFTER_TODAY, facts.place(asked));
            future.field = asked.name();
            future.value = facts.text(asked).to_owned();
            findings.push(future);
        }
        let mut is_covered = self.packs.is_empty();
        for (at, used) in self.packs.iter().enumerate() {
            let (from, to) = used.pack.head.in_force;
            if !used.is_pinned && !day.is_none_or(|(_, day)| (from..=to).contains(&day)) {
                continue;
            }
            is_covered = true;
            for index in bound.rules.get(at).into_iter().flatten() {
                let Some(rule) = used.pack.rules.get(*index) else { continue };
                if !rule.when.holds(facts) {
                    continue;
                }
                if let Some(breach) = rule.check.breach(facts) {
                    let found = finding(rule, facts, breach);
                    if found.severity > Severity::Info {
                        findings.push(found);
                    } else {
                        remark(self.remarks.entry((at, *index)), found);
                    }
                } else if rule.check.needs_values() && !facts.has_any(rule.check.needs()) {
                    note(self.blank.entry(rule.clause.rule.clone()).or_default(), facts.row());
                }
            }
        }
        if !is_covered {
            note(&mut self.undated, facts.row());
        }
    }

    /// A new table: rules that its columns do not let us judge are named once, aloud, by the column they lack.
    fn bind(&mut self, batch: &Batch) {
        let binding = Binding::new(batch);
        let mut rules = Vec::new();
        for PackUse { pack, .. } in &self.packs {
            let mut judged = Vec::new();
            let mut lacking: BTreeMap<Asked, Vec<&str>> = BTreeMap::new();
            for (at, rule) in pack.rules.iter().enumerate() {
                let is_meant = batch.kind.is_none_or(|kind| rule.is_for(kind));
                if !is_meant {
                    continue;
                }
                match lack(rule, &binding) {
                    None => judged.push(at),
                    Some(asked) => lacking.entry(asked).or_default().push(&rule.clause.rule),
                }
            }
            rules.push(judged);
            if !lacking.is_empty() {
                let told = |name: fn(Asked) -> &'static str, colon: &str, between: &str| {
                    let part = |(asked, ids): (&Asked, &Vec<&str>)| {
                        format!("{}{colon}{}", name(*asked), ids.join(", "))
                    };
                    lacking.iter().map(part).collect::<Vec<_>>().join(between)
                };
                let (zh, en) = (told(Asked::label, "：", "；"), told(Asked::name, ": ", "; "));
                let named = Finding::new(&judged::RULES_NOT_JUDGED, Place::grid(batch.grid));
                self.late.push(named.arg(&pack.name).arg(zh).arg(en));
                let ids = lacking.values().flatten().map(|id| (*id).to_owned());
                self.unjudged.extend(ids);
            }
        }
        self.bound = Some(Arc::new(Bound { slots: Arc::clone(&batch.slots), binding, rules }));
    }

    /// What is told only after the last record.
    pub fn finish(&mut self) -> Vec<Finding> {
        let mut late = std::mem::take(&mut self.late);
        for (_, remark) in std::mem::take(&mut self.remarks) {
            let mut finding = remark.finding;
            finding.args.push(remark.count.to_string());
            finding.also = remark.rows;
            late.push(finding);
        }
        let mut counted = Vec::new();
        for (id, rows) in std::mem::take(&mut self.blank) {
            if !self.unjudged.contains(&id) {
                counted.extend(count(&judged::ROWS_NOT_JUDGED, &rows).map(|found| found.arg(id)));
            }
        }
        counted.extend(count(&judged::NO_PACK_IN_FORCE, &std::mem::take(&mut self.undated)));
        late.extend(counted);
        late
    }
}

/// Each pack once: the one with most laid over it, where it was named by itself as well.
pub(super) fn nearest(packs: &[PackUse]) -> Vec<PackUse> {
    let mut nearest: Vec<PackUse> = Vec::new();
    for used in packs {
        match nearest.iter_mut().find(|known| known.pack.name == used.pack.name) {
            Some(known) if known.pack.laid_over < used.pack.laid_over => *known = used.clone(),
            Some(_) => {}
            None => nearest.push(used.clone()),
        }
    }
    nearest
}

/// The column for want of which a rule cannot be judged at all.
fn lack(rule: &Rule, binding: &Binding) -> Option<Asked> {
    if let Some(asked) = rule.when.lacks(binding).first() {
        return Some(*asked);
    }
    let needs = rule.check.needs();
    let is_whole = |set: &Vec<Asked>| set.iter().all(|asked| binding.has(*asked));
    if needs.is_empty() || needs.iter().any(is_whole) {
        return None;
    }
    let first = needs.first().into_iter().flatten();
    first.copied().find(|asked| !binding.has(*asked))
}

/// Counts a row into a remark.
fn remark(entry: std::collections::btree_map::Entry<'_, (usize, usize), Remark>, found: Finding) {
    match entry {
        std::collections::btree_map::Entry::Vacant(empty) => {
            empty.insert(Remark { finding: found, rows: Vec::new(), count: 1 });
        }
        std::collections::btree_map::Entry::Occupied(mut known) => {
            let known = known.get_mut();
            known.count += 1;
            if known.rows.len() + 1 < NAMED_PLACES {
                known.rows.push(found.place);
            }
        }
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
    // A date that has not passed yet is only a reminder.
    finding.severity = if breach.is_pending { Severity::Warning } else { rule.severity };
    finding.field = breach.about.name();
    finding.is_personal = breach.about.is_personal();
    finding.value = facts.text(breach.about).to_owned();
    finding.args = breach.args;
    finding.proposed = breach.proposed;
    finding.clause = Some(Arc::clone(&rule.clause));
    finding
}
