//! Checks within one record: sex and birthday against the ID number, and which ID numbers that concerns.

use super::{
    frame::{Frame, NO_SLOT},
    read::Out,
};
use crate::{
    mapping::plan::InputMapping,
    model::{Dictionary, Entry, Finding, Place, Slot, Value, codes::record, grid::NO_COLUMN},
    text::id,
};

/// The slots that are checked against one another.
pub(super) struct Checks {
    id_no: Option<usize>,
    id_type: Option<usize>,
    sex: Option<usize>,
    birthday: Option<usize>,
    /// Per entry of the sex dictionary: male, female, or neither.
    males: Vec<Option<bool>>,
    /// Per entry of the id type dictionary its code; `None` for the resident card.
    others: Vec<Option<String>>,
}

impl Checks {
    pub(super) fn new(mapping: &InputMapping, frame: &Frame) -> Checks {
        let checked = |field: &str| frame.slot_of(field).filter(|_| mapping.checks_id_against_sex);
        let entries = |field: &str| {
            let slot = frame.slot_of(field).and_then(|slot| frame.slots.get(slot));
            let dictionary = slot.and_then(|slot: &Slot| slot.dictionary.as_deref());
            dictionary
                .map(|dictionary: &Dictionary| dictionary.entries.as_slice())
                .unwrap_or_default()
        };
        let male = |label: &str| match label.chars().next() {
            Some('男') => Some(true),
            Some('女') => Some(false),
            _ => None,
        };
        let other = |entry: &Entry| {
            let is_resident =
                entry.label.contains("居民身份证") && !entry.label.contains(['港', '澳', '台']);
            (!is_resident).then(|| entry.code.clone())
        };
        Checks {
            id_no: frame.slot_of("id_no"),
            id_type: frame.slot_of("id_type").filter(|_| !entries("id_type").is_empty()),
            sex: checked("sex"),
            birthday: checked("birthday"),
            males: entries("sex").iter().map(|entry| male(&entry.label)).collect(),
            others: entries("id_type").iter().map(other).collect(),
        }
    }

    /// The slot that is read after all others: the ID number, where there is an ID type.
    pub(super) fn late_slot(&self) -> u16 {
        match (self.id_type, self.id_no) {
            (Some(_), Some(slot)) => slot as u16,
            _ => NO_SLOT,
        }
    }

    /// The code of the record's ID type, if a slot is the ID number's and no resident card's.
    #[inline]
    pub(super) fn other_id(&self, slot: usize, values: &[Value]) -> Option<&str> {
        if self.id_no != Some(slot) {
            return None;
        }
        let value = values.get(self.id_type?).filter(|value| value.is_present())?;
        self.others.get(value.number as usize)?.as_deref()
    }

    /// Compares sex and birthday with the ID number.
    pub(super) fn compare(
        &self,
        values: &[Value],
        chunk: &str,
        slots: &[Slot],
        place: Place,
        out: &mut Out,
    ) {
        let present = |slot: Option<usize>| {
            slot.and_then(|slot| values.get(slot)).filter(|value| value.is_present())
        };
        if self.sex.is_none() && self.birthday.is_none() {
            return;
        }
        let Some((slot, number)) = self.id_no.zip(present(self.id_no)) else { return };
        if self.other_id(slot, values).is_some() {
            return;
        }
        let text = |value: &Value| {
            let arena =
                if value.text_in == crate::model::TextIn::Chunk { chunk } else { out.own.as_str() };
            arena.get(value.start as usize..value.end as usize).unwrap_or_default()
        };
        let number = text(number);
        let at = |value: &Value| Place { column: value.column, ..place };
        if let Some(sex) = present(self.sex)
            && let Some(said) = self.males.get(sex.number as usize).copied().flatten()
            && let Some(is_male) = id::is_male(number)
            && said != is_male
        {
            let word = if is_male { "男" } else { "女" };
            let finding = Finding::new(&record::ID_SEX_MISMATCH, at(sex)).arg(word);
            let finding = about(finding, slots, self.sex, text(sex));
            out.findings.push(finding);
        }
        if let Some(birthday) = present(self.birthday)
            && id::birthday_of(number).is_some_and(|day| day != birthday.number)
        {
            let finding = Finding::new(&record::ID_BIRTHDAY_MISMATCH, at(birthday));
            let finding = about(finding, slots, self.birthday, text(birthday));
            out.findings.push(finding);
        }
    }
}

fn about(finding: Finding, slots: &[Slot], slot: Option<usize>, text: &str) -> Finding {
    match slot.and_then(|slot| slots.get(slot)) {
        Some(slot) => finding.about(slot.field, text),
        None => finding,
    }
}

/// The place of a value that is missing: its cell, or the whole row where the document has no such column.
pub(super) fn missing_at(place: Place, column: u16) -> Place {
    if column == NO_COLUMN {
        Place { column: NO_COLUMN, ..place }
    } else {
        Place { column, ..place }
    }
}
