//! What rules ask of a record: its fields by name, bound to slots once per table.

use crate::model::{Batch, Place, Value, grid::NO_COLUMN};

/// The fields that rule kinds ask for; a new kind adds its field here.
pub const ASKED: [&str; 9] = [
    "credits",
    "days",
    "start_date",
    "end_date",
    "credits_published",
    "project_code",
    "credit_route",
    "id_no",
    "training_date",
];

/// Index of a field in [`ASKED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Asked {
    /// Credits in halves.
    Credits,
    /// Days in halves.
    Days,
    /// First day.
    Start,
    /// Last day.
    End,
    /// Published credits in halves.
    Published,
    /// Project number.
    ProjectCode,
    /// Entry route, a dictionary label.
    Route,
    /// Identity number.
    IdNo,
    /// Day of training.
    Training,
}

/// Where the asked fields stand in a batch's slots.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    slots: [Option<usize>; ASKED.len()],
}

impl Binding {
    /// Looks the fields up in the slots of a batch.
    pub fn new(batch: &Batch) -> Binding {
        Binding { slots: ASKED.map(|field| batch.slot_of(field)) }
    }

    /// Whether the table has a field at all.
    pub fn has(&self, asked: Asked) -> bool {
        self.slots.get(asked as usize).is_some_and(Option::is_some)
    }
}

/// One record, as rules see it.
pub struct Facts<'b> {
    batch: &'b Batch,
    binding: &'b Binding,
    record: usize,
}

impl<'b> Facts<'b> {
    /// The record with an index.
    pub fn new(batch: &'b Batch, binding: &'b Binding, record: usize) -> Facts<'b> {
        Facts { batch, binding, record }
    }

    fn value(&self, asked: Asked) -> Value {
        let slot = self.binding.slots.get(asked as usize).copied().flatten();
        slot.map_or(Value::NOTHING, |slot| self.batch.value(self.record, slot))
    }

    /// The number of a field (halves, days, …), if the record has it.
    pub fn number(&self, asked: Asked) -> Option<i32> {
        let value = self.value(asked);
        value.is_present().then_some(value.number)
    }

    /// The text of a field; empty if the record lacks it.
    pub fn text(&self, asked: Asked) -> &'b str {
        self.batch.text(&self.value(asked))
    }

    /// Days in halves: as stated, else from first to last day, both included.
    pub fn half_days(&self) -> Option<i32> {
        self.number(Asked::Days).or_else(|| {
            let (start, end) = (self.number(Asked::Start)?, self.number(Asked::End)?);
            (end >= start).then(|| (end - start + 1) * 2)
        })
    }

    /// The day that dates the record, and the field it came from: the day of training, else the last day,
    /// else the first.
    pub fn day(&self) -> Option<(Asked, i32)> {
        let asked = [Asked::Training, Asked::End, Asked::Start];
        asked.into_iter().find_map(|asked| Some((asked, self.number(asked)?)))
    }

    /// Whether the record says enough for a rule that needs one of these sets of fields.
    pub fn has_any(&self, sets: &[&[Asked]]) -> bool {
        sets.iter().any(|set| set.iter().all(|asked| self.value(*asked).is_present()))
    }

    /// The row of the record.
    pub fn row(&self) -> Place {
        Place::row(self.batch.grid, self.batch.heads.get(self.record).map_or(0, |head| head.row))
    }

    /// The cell of a field, for findings; the row if the field came from no cell.
    pub fn place(&self, asked: Asked) -> Place {
        let row = self.batch.heads.get(self.record).map_or(0, |head| head.row);
        match self.value(asked).column {
            NO_COLUMN => Place::row(self.batch.grid, row),
            column => Place::cell(self.batch.grid, row, column),
        }
    }
}

/// Writes halves as people do: 5 → `2.5`, 4 → `2`.
pub fn halves(number: i32) -> String {
    let half = if number % 2 == 0 { "" } else { ".5" };
    format!("{}{half}", number / 2)
}
