//! The same record twice: one person with one project stands in a document more than once.
//!
//! A record is known by a 64-bit hash of its unique fields, 56 bits of which are kept: among a million
//! records two different ones are taken for the same once in 140,000 documents. What a record says is
//! kept as 20 bits of its compared fields and 12 of the name.

mod table;
#[cfg(test)]
mod tests;

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustc_hash::FxHashMap;
use table::{Entry, Table};

use super::plan::InputMapping;
use crate::model::{Batch, Field, Finding, Place, Severity, TextIn, codes::record};

/// Bits of the content that are the name's.
const NAME_BITS: u32 = 12;

/// Records that contradict one another, by hash.
pub type Contradictions = FxHashMap<u64, Contradiction>;

/// How the records of one hash contradict one another.
#[derive(Clone, Copy, Debug)]
pub struct Contradiction {
    /// Where the first of them stands.
    first: Place,
    /// One that differs from it.
    other: Place,
    /// Whether they have different names: then it may be two people, and none of them may go.
    are_names: bool,
}

/// Finds repeats, batch after batch. Keeps 16 bytes a record.
pub struct Repeats {
    mapping: Arc<InputMapping>,
    table: Table,
    contradictions: Contradictions,
    held_earlier: bool,
    seen: Vec<Seen>,
    /// Hashes of the batch's records; `None` for those that cannot be told apart.
    hashes: Vec<Option<u64>>,
}

/// One record of the batch in hand.
struct Seen {
    record: usize,
    hash: u64,
    place: Place,
    /// The record met first under the same hash, if it is not this one.
    earlier: Option<Place>,
    same_name: bool,
}

/// The slots of a batch that matter.
struct Slots {
    unique: Vec<usize>,
    compared: Vec<usize>,
    name: Option<usize>,
}

impl Repeats {
    /// Looks for repeats of a mapping's unique fields; a mapping without any finds none.
    pub fn new(mapping: Arc<InputMapping>) -> Repeats {
        Repeats::with_known(mapping, Contradictions::default())
    }

    /// The second run over a document: what contradicts is known, so that every row of it is held in
    /// its place.
    pub fn with_known(mapping: Arc<InputMapping>, known: Contradictions) -> Repeats {
        Repeats {
            mapping,
            table: Table::new(),
            contradictions: known,
            held_earlier: false,
            seen: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Whether a record that was passed on in an earlier batch must be held: the outputs are wrong, the
    /// document must be converted once more with [`Repeats::with_known`] of [`Repeats::into_known`].
    pub fn must_run_again(&self) -> bool {
        self.held_earlier
    }

    /// The contradictions found, for the second run.
    pub fn into_known(self) -> Contradictions {
        self.contradictions
    }

    /// Checks the records of a batch; marks as held those that repeat. `findings` are this batch's;
    /// they are left sorted by row and column.
    pub fn check(&mut self, batch: &mut Batch, findings: &mut Vec<Finding>) {
        let slots = Slots::new(&self.mapping, batch);
        if slots.unique.is_empty() {
            return;
        }
        self.meet(batch, &slots);
        let before = findings.len();
        for seen in &self.seen {
            self.tell(seen, batch, findings);
        }
        for finding in findings.get(before..).unwrap_or_default() {
            hold(batch, finding);
        }
        if findings.len() > before {
            findings.sort_by_key(|finding| finding.place);
        }
    }

    /// Meets every record of the batch with those before it, and learns what contradicts.
    fn meet(&mut self, batch: &Batch, slots: &Slots) {
        self.seen.clear();
        let grid = batch.grid;
        let first_row = batch.heads.first().map_or(0, |head| head.row);
        self.hashes.clear();
        self.hashes.extend((0..batch.heads.len()).map(|at| slots.hash(batch, at)));
        self.table.fetch(self.hashes.iter().flatten().copied());
        for (at, head) in batch.heads.iter().enumerate() {
            let Some(hash) = self.hashes.get(at).copied().flatten() else { continue };
            let content = slots.content(batch, at);
            let column = slots.unique.first().map_or(0, |slot| batch.value(at, *slot).column);
            let place = Place::cell(grid, head.row, column);
            let Some(entry) = self.table.meet(hash, grid, head.row, content) else {
                self.note(at, hash, place, None);
                continue;
            };
            let earlier = Place::row(entry.grid(), entry.row);
            let is_other_name = !is_same_name(content, entry.content);
            if is_other_name || content >> NAME_BITS != entry.content >> NAME_BITS {
                let known = self.contradictions.get(&hash);
                let is_new = known.is_none_or(|known| is_other_name && !known.are_names);
                let is_passed_on = entry.grid() != grid || entry.row < first_row;
                self.held_earlier |= is_new && is_passed_on;
                if is_new {
                    let (first, other) = (earlier, Place::row(grid, head.row));
                    let contradiction = Contradiction { first, other, are_names: is_other_name };
                    self.contradictions.insert(hash, contradiction);
                }
            }
            self.note(at, hash, place, Some((entry, content)));
        }
    }

    fn note(&mut self, record: usize, hash: u64, place: Place, met: Option<(Entry, u32)>) {
        // A record met for the first time matters only if a later one contradicts it.
        self.seen.push(Seen {
            record,
            hash,
            place,
            earlier: met.map(|(entry, _)| Place::row(entry.grid(), entry.row)),
            same_name: met.is_none_or(|(entry, content)| is_same_name(entry.content, content)),
        });
    }

    /// What is to say about a record that was met.
    fn tell(&self, seen: &Seen, batch: &Batch, findings: &mut Vec<Finding>) {
        let contradiction = match self.contradictions.is_empty() {
            true => None,
            false => self.contradictions.get(&seen.hash),
        };
        if seen.earlier.is_none() && contradiction.is_none() {
            return;
        }
        let field = self.mapping.unique.first().copied();
        let about = |finding: Finding, other: &Place| {
            let mut finding = finding.arg(other.row.to_string()).arg(labels(&self.mapping.unique));
            finding.also = vec![*other];
            match field {
                Some(field) => finding.about(field, text_of(batch, seen.record, field)),
                None => finding,
            }
        };
        let Some(known) = contradiction else {
            if let Some(earlier) = seen.earlier {
                findings.push(about(Finding::new(&record::REPEAT_IDENTICAL, seen.place), &earlier));
            }
            return;
        };
        // The row to compare this one with: the first, unless this is the first or says the same name.
        let is_first = seen.earlier.is_none();
        let other = match (is_first, known.are_names && seen.same_name) {
            (true, _) if known.first.row != seen.place.row => known.first,
            (true, _) | (false, true) => known.other,
            (false, false) => seen.earlier.unwrap_or(known.first),
        };
        if known.are_names {
            let mut finding = about(Finding::new(&record::SAME_ID_OTHER_NAME, seen.place), &other);
            let id = self.mapping.unique.first().map_or("", |field| field.label);
            finding.args = vec![other.row.to_string(), seen.place.row.to_string(), id.to_owned()];
            findings.push(finding);
        } else {
            let finding = about(Finding::new(&record::REPEAT_DIFFERS, seen.place), &other);
            findings.push(finding.arg(labels(&self.mapping.unique_compare)));
        }
    }
}

/// Whether two contents have the same name; a name that is missing may be any.
fn is_same_name(one: u32, other: u32) -> bool {
    let name = |content: u32| content & ((1 << NAME_BITS) - 1);
    name(one) == name(other) || name(one) == 0 || name(other) == 0
}

/// The labels of fields, as a list for people.
fn labels(fields: &[&Field]) -> String {
    let labels: Vec<&str> = fields.iter().map(|field| field.label).collect();
    if labels.is_empty() { "内容".to_owned() } else { labels.join("、") }
}

impl Slots {
    fn new(mapping: &InputMapping, batch: &Batch) -> Slots {
        let slots_of = |fields: &[&'static Field]| -> Vec<usize> {
            fields.iter().filter_map(|field| batch.slot_of(field.name)).collect()
        };
        let has_person =
            mapping.unique.first().is_some_and(|first| batch.slot_of(first.name).is_some());
        let unique = if has_person { slots_of(&mapping.unique) } else { Vec::new() };
        // Nothing named to compare: everything counts, but for the row's number.
        let all = || (0..batch.slots.len()).filter(|slot| !is_serial(batch, *slot)).collect();
        let compared = if mapping.unique_compare.is_empty() {
            all()
        } else {
            slots_of(&mapping.unique_compare)
        };
        let name = batch.slot_of("name");
        Slots { unique, compared, name }
    }

    /// The hash of a record's unique fields; `None` if the first of them is missing or any was refused.
    fn hash(&self, batch: &Batch, record: usize) -> Option<u64> {
        let values = batch.values_of(record);
        let mut hasher = DefaultHasher::new();
        for (at, slot) in self.unique.iter().enumerate() {
            let value = values.get(*slot)?;
            let is_usable = value.is_present() || at > 0 && value.text_in == TextIn::Nothing;
            if !is_usable {
                return None;
            }
            batch.text(value).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// 20 bits of the compared fields, then 12 of the name.
    fn content(&self, batch: &Batch, record: usize) -> u32 {
        let values = batch.values_of(record);
        let hash = |slots: &[usize]| {
            let mut hasher = rustc_hash::FxHasher::default();
            for value in slots.iter().filter_map(|slot| values.get(*slot)) {
                batch.text(value).hash(&mut hasher);
            }
            (hasher.finish() >> 32) as u32
        };
        let is_named = |slot: &usize| values.get(*slot).is_some_and(|name| name.is_present());
        let name = self.name.filter(is_named).map_or(0, |slot| {
            // 0 is for no name at all.
            (hash(&[slot]) & ((1 << NAME_BITS) - 1)).max(1)
        });
        (hash(&self.compared) << NAME_BITS) | name
    }
}

fn is_serial(batch: &Batch, slot: usize) -> bool {
    batch.slots.get(slot).is_some_and(|slot| slot.field.name == "serial")
}

fn text_of<'b>(batch: &'b Batch, record: usize, field: &Field) -> &'b str {
    let slot = batch.slot_of(field.name).unwrap_or(usize::MAX);
    let value = batch.values_of(record).get(slot).copied().unwrap_or_default();
    // The canonical text: what the sender wrote may differ from row to row.
    let arena = if value.text_in == TextIn::Own { &batch.own } else { &batch.chunk.text };
    arena.get(value.start as usize..value.end as usize).unwrap_or_default()
}

/// Holds the record that an error is about.
fn hold(batch: &mut Batch, finding: &Finding) {
    if finding.severity != Severity::Error {
        return;
    }
    let from = batch.heads.partition_point(|head| head.row < finding.place.row);
    let width = batch.slots.len();
    for (at, head) in batch.heads.iter_mut().enumerate().skip(from) {
        if head.row != finding.place.row {
            break;
        }
        let values = batch.values.get(at * width..(at + 1) * width).unwrap_or_default();
        head.is_held |= values.iter().any(|value| value.column == finding.place.column);
    }
}
