//! Names with a mark in place of a rare character: filled from the staff master, by the identity number.

use super::{Change, Slots, text_of};
use crate::{
    model::{Batch, Candidate, FieldType, Finding, Grounds, Past, codes::value as codes},
    text::{mask, name},
};

/// What is to become of a finding about such a name. With a right number that one person of the master has, whose
/// name has the same length and the same other characters, the name becomes that person's; otherwise those who have
/// the number are told.
pub(super) fn change(
    past: &Past,
    batch: &Batch,
    slots: &Slots,
    record: usize,
    finding: &Finding,
) -> Option<Change> {
    let id_no = text_of(batch, record, Some(slots.id_no));
    let slot = slots.name?;
    let written = batch.text(&batch.value(record, slot));
    let mut names: Vec<&str> = Vec::new();
    let mut candidates = Vec::new();
    for person in past.people.with_id(id_no).filter(|person| !person.name.is_empty()) {
        if names.contains(&person.name) {
            continue;
        }
        names.push(person.name);
        candidates.push(Candidate {
            digits: Vec::new(),
            name: mask::mask(FieldType::Name, person.name),
            dept: person.dept.to_owned(),
            grounds: Grounds::Id,
        });
    }
    match names.as_slice() {
        [] => None,
        [full] if name::may_stand_for(written, full) => {
            let mut told = Finding::new(&codes::NAME_FILLED, finding.place);
            told.field = finding.field;
            told.is_personal = finding.is_personal;
            told.value.clone_from(&finding.value);
            Some(Change::Replace { slot, text: (*full).to_owned(), finding: Box::new(told) })
        }
        _ => Some(Change::Propose(candidates)),
    }
}
