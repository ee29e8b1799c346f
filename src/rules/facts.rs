//! What rules ask of a record: its fields by number, bound to slots once per table.

use super::asked::{Asked, USUAL};
use crate::{
    model::{Batch, FieldType, Place, Value, grid::NO_COLUMN},
    text::date,
};

/// Where the fields stand in a batch's slots.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    slots: Vec<Option<u16>>,
}

impl Binding {
    /// Looks the fields up in the slots of a batch.
    pub fn new(batch: &Batch) -> Binding {
        let mut slots = vec![None; Asked::count()];
        for (at, slot) in batch.slots.iter().enumerate() {
            let asked = Asked::find(slot.field.name);
            if let Some(place) = asked.and_then(|asked| slots.get_mut(asked.index())) {
                *place = Some(at as u16);
            }
        }
        Binding { slots }
    }

    /// Whether the table has a field at all; days and months can be counted from two dates.
    pub fn has(&self, asked: Asked) -> bool {
        let has = |asked: Asked| self.slots.get(asked.index()).is_some_and(Option::is_some);
        let usual = &*USUAL;
        let is_counted =
            (asked == usual.days || asked == usual.months) && has(usual.start) && has(usual.end);
        has(asked) || is_counted
    }
}

/// One record, as rules see it.
pub struct Facts<'b> {
    batch: &'b Batch,
    binding: &'b Binding,
    record: usize,
    as_of: Option<i32>,
}

impl<'b> Facts<'b> {
    /// The record with an index. `as_of` is today, if anybody said so.
    pub fn new(
        batch: &'b Batch,
        binding: &'b Binding,
        record: usize,
        as_of: Option<i32>,
    ) -> Facts<'b> {
        Facts { batch, binding, record, as_of }
    }

    fn value(&self, asked: Asked) -> Value {
        let slot = self.binding.slots.get(asked.index()).copied().flatten();
        slot.map_or(Value::NOTHING, |slot| self.batch.value(self.record, usize::from(slot)))
    }

    /// Today, as days from 0001-01-01 as day 1.
    pub fn as_of(&self) -> Option<i32> {
        self.as_of
    }

    /// Whether the record has a usable value of a field.
    pub fn has(&self, asked: Asked) -> bool {
        self.value(asked).is_present()
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

    /// A quantity in halves: days and months are counted from the first and the last day if they are not stated.
    pub fn measure(&self, asked: Asked) -> Option<i32> {
        if let Some(number) = self.number(asked) {
            let is_whole = asked.kind() == FieldType::Integer;
            return Some(if is_whole { number.saturating_mul(2) } else { number });
        }
        if asked == USUAL.days {
            return self.counted_days();
        }
        if asked == USUAL.months { self.counted_months() } else { None }
    }

    /// Days in halves: as stated, else from first to last day, both included.
    pub fn half_days(&self) -> Option<i32> {
        self.measure(USUAL.days)
    }

    fn counted_days(&self) -> Option<i32> {
        let (start, end) = (self.number(USUAL.start)?, self.number(USUAL.end)?);
        (end >= start).then(|| (end - start + 1) * 2)
    }

    /// Whole months from the first to the last day, in halves: 3 March to 2 June are three.
    fn counted_months(&self) -> Option<i32> {
        use chrono::{Datelike, NaiveDate};
        let (start, end) = (self.number(USUAL.start)?, self.number(USUAL.end)?);
        let start = NaiveDate::from_num_days_from_ce_opt(start)?;
        let after = NaiveDate::from_num_days_from_ce_opt(end)?.succ_opt()?;
        let months = (after.year() - start.year()) * 12 + after.month() as i32
            - start.month() as i32
            - i32::from(after.day() < start.day());
        (months >= 0).then_some(months * 2)
    }

    /// The day that dates the record, and the field it came from: the day of training, else the last day, else the
    /// first, else the day of a paper or of a visit.
    pub fn day(&self) -> Option<(Asked, i32)> {
        let usual = &*USUAL;
        let asked = [usual.training, usual.end, usual.start, usual.published_on, usual.time_in];
        asked.into_iter().find_map(|asked| Some((asked, self.number(asked)?)))
    }

    /// Whether the record says enough for a rule that needs one of these sets of fields.
    pub fn has_any(&self, sets: &[Vec<Asked>]) -> bool {
        let says = |asked: &Asked| self.has(*asked) || self.measure(*asked).is_some();
        sets.iter().any(|set| set.iter().all(says))
    }

    /// The row of the record.
    pub fn row(&self) -> Place {
        Place::row(self.batch.grid, self.batch.heads.get(self.record).map_or(0, |head| head.row))
    }

    /// The cell of a field, for findings. A blank cell is still a cell if the table has the column; else the row.
    pub fn place(&self, asked: Asked) -> Place {
        let row = self.batch.heads.get(self.record).map_or(0, |head| head.row);
        let slot = self.binding.slots.get(asked.index()).copied().flatten();
        let slot = slot.and_then(|slot| self.batch.slots.get(usize::from(slot)));
        let column = match self.value(asked).column {
            NO_COLUMN => slot.map_or(NO_COLUMN, |slot| slot.column),
            column => column,
        };
        match column {
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

/// Writes a day: `2022-10-31`.
pub fn day_text(day: i32) -> String {
    let mut text = String::new();
    date::write(day, &mut text);
    text
}
