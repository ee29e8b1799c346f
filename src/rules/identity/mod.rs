//! Who is meant: what became of the identity numbers of a column, who of the staff master a damaged number may belong
//! to, and the two repairs that are made: one that a person accepted, and a rare character of a name by its number.
//!
//! Proposes, and never chooses. Knows no mapping and no regulation.

mod count;
mod names;
mod propose;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use count::Counts;
pub use propose::{Proposal, proposals};

use crate::model::{
    Batch, Candidate, Code, Finding, Past, Severity, TextIn,
    codes::{layout, value as codes},
};

/// Findings about a number that a known one may stand for.
static DAMAGES: [&Code; 8] = [
    &codes::ID_TRUNCATED,
    &codes::ID_ROUNDED,
    &codes::ID_MAYBE_ROUNDED,
    &codes::ID_SCIENTIFIC,
    &codes::ID_WIDENED,
    &codes::ID_CHECKSUM,
    &codes::ID_BIRTHDAY,
    &codes::ID_LENGTH,
];
/// Findings about a name that has something in place of a character.
static GAPS: [&Code; 2] = [&codes::NAME_PLACEHOLDER, &codes::PRIVATE_CHARACTER];
/// Candidates listed with one finding.
const MOST: usize = 5;

/// Looks at the records of one document, table by table.
#[derive(Debug)]
pub struct Identity {
    past: Arc<Past>,
    counts: Counts,
    /// The table's headings changed on the way: every record from there on is held.
    is_moved: bool,
}

/// The slots of a batch that matter.
#[derive(Clone, Copy)]
struct Slots {
    id_no: usize,
    id_type: Option<usize>,
    name: Option<usize>,
    dept: Option<usize>,
    sex: Option<usize>,
    birthday: Option<usize>,
}

impl Slots {
    fn of(batch: &Batch) -> Option<Slots> {
        Some(Slots {
            id_no: batch.slot_of("id_no")?,
            id_type: batch.slot_of("id_type"),
            name: batch.slot_of("name"),
            dept: batch.slot_of("dept"),
            sex: batch.slot_of("sex"),
            birthday: batch.slot_of("birthday"),
        })
    }
}

/// What is to become of one finding.
enum Change {
    /// It tells who may be meant.
    Propose(Vec<Candidate>),
    /// The value becomes another, and the finding this one.
    Replace { slot: usize, text: String, finding: Box<Finding> },
}

impl Identity {
    /// Looks with what is known of people.
    pub fn new(past: Arc<Past>) -> Identity {
        Identity { past, counts: Counts::default(), is_moved: false }
    }

    /// Looks at the records of a batch, whose findings these are: counts, proposes, and repairs what may be repaired.
    pub fn look(&mut self, batch: &mut Batch, findings: &mut [Finding]) {
        let Some(slots) = Slots::of(batch) else { return };
        self.counts.add(batch, &slots);
        let moved = |finding: &Finding| std::ptr::eq(finding.code, &layout::HEADINGS_MOVED);
        self.is_moved |= findings.iter().any(moved);
        if self.past.people.is_empty() {
            return;
        }
        for at in 0..findings.len() {
            let Some(finding) = findings.get(at) else { continue };
            let Some((record, change)) = self.change(batch, &slots, finding) else { continue };
            match change {
                Change::Propose(candidates) => {
                    if let Some(finding) = findings.get_mut(at) {
                        finding.candidates = candidates;
                    }
                }
                Change::Replace { slot, text, finding } => {
                    replace(batch, record, slot, &text);
                    if let Some(old) = findings.get_mut(at) {
                        *old = *finding;
                    }
                    self.release(batch, record, findings);
                }
            }
        }
    }

    /// Ends a table: what was counted of its columns.
    pub fn finish(&mut self) -> Vec<Finding> {
        self.is_moved = false;
        std::mem::take(&mut self.counts).findings()
    }

    fn change(&self, batch: &Batch, slots: &Slots, finding: &Finding) -> Option<(usize, Change)> {
        let is_one_of =
            |codes: &[&'static Code]| codes.iter().any(|code| std::ptr::eq(*code, finding.code));
        if finding.field == "id_no" && is_one_of(&DAMAGES) {
            let record = record_of(batch, slots.id_no, finding)?;
            return propose::change(&self.past, batch, slots, record, finding)
                .map(|change| (record, change));
        }
        if finding.field == "name" && is_one_of(&GAPS) {
            let record = record_of(batch, slots.name?, finding)?;
            return names::change(&self.past, batch, slots, record, finding)
                .map(|change| (record, change));
        }
        None
    }

    /// A record of which the last error went is held no more.
    fn release(&self, batch: &mut Batch, record: usize, findings: &[Finding]) {
        let Some(row) = batch.heads.get(record).map(|head| head.row) else { return };
        let is_error =
            |finding: &Finding| finding.place.row == row && finding.severity == Severity::Error;
        // Of people side by side, whose error it is cannot be told here.
        let neighbours = batch.heads.iter().filter(|head| head.row == row).count();
        if self.is_moved || (neighbours > 1 && findings.iter().any(is_error)) {
            return;
        }
        let is_clear = !findings.iter().any(is_error);
        if let Some(head) = batch.heads.get_mut(record) {
            head.is_held &= !is_clear;
        }
    }
}

/// The record that a finding's cell belongs to.
fn record_of(batch: &Batch, slot: usize, finding: &Finding) -> Option<usize> {
    let row = finding.place.row;
    let first = batch.heads.partition_point(|head| head.row < row);
    let heads = batch.heads.get(first..)?.iter().take_while(|head| head.row == row);
    let mut records = (first..).zip(heads).map(|(record, _)| record);
    records.find(|record| batch.value(*record, slot).column == finding.place.column)
}

/// The canonical text of a slot that may not be there.
fn text_of(batch: &Batch, record: usize, slot: Option<usize>) -> &str {
    slot.map_or("", |slot| batch.text(&batch.value(record, slot)))
}

fn replace(batch: &mut Batch, record: usize, slot: usize, text: &str) {
    let start = batch.own.len() as u32;
    batch.own.push_str(text);
    let at = record * batch.slots.len() + slot;
    if let Some(value) = batch.values.get_mut(at) {
        value.start = start;
        value.end = start + text.len() as u32;
        value.number = 0;
        value.text_in = TextIn::Own;
    }
}
