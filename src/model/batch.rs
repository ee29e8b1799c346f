//! Records in flight: a chunk of the document and, per record and mapped field, one 16-byte value.

use std::sync::Arc;

use super::{Chunk, Dictionary, Field, Kind, grid::NO_COLUMN};

/// Where the text of a value lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum TextIn {
    /// There is no value.
    #[default]
    Nothing,
    /// In [`Batch::chunk`]: the cell's text, or a slice of it, was already canonical.
    Chunk,
    /// In [`Batch::own`]: the text was mended, or comes from the mapping.
    Own,
    /// The cell had something, but it would not convert (a finding was made).
    Refused,
}

/// One value of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// First byte of the canonical text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The value as a number. Credits, hours and days: halves (2.5 → 5). Dates: days from 0001-01-01 as day 1
    /// (chrono's `num_days_from_ce`). Choices: index of the dictionary entry. Integers: themselves. Else 0.
    pub number: i32,
    /// Column it came from, from 0; [`NO_COLUMN`] if from the mapping.
    pub column: u16,
    /// Where the text lies.
    pub text_in: TextIn,
}

impl Value {
    /// No value.
    pub const NOTHING: Value =
        Value { start: 0, end: 0, number: 0, column: NO_COLUMN, text_in: TextIn::Nothing };

    /// Whether there is a usable value.
    pub fn is_present(&self) -> bool {
        matches!(self.text_in, TextIn::Chunk | TextIn::Own)
    }
}

/// One column of a batch: the field its values are of.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The field.
    pub field: &'static Field,
    /// The dictionary that choices index.
    pub dictionary: Option<Arc<Dictionary>>,
    /// The sender's column, for findings about a missing value; [`NO_COLUMN`] if there is none.
    pub column: u16,
}

/// How a record stands to the version of its document that was accepted before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Standing {
    /// Nothing is known of it.
    #[default]
    New,
    /// It was accepted with other content.
    Changed,
    /// It was accepted as it is.
    Accepted,
}

/// The head of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordHead {
    /// Row it came from, as the sender's program shows it.
    pub row: u32,
    /// Which of several people side by side, from 0.
    pub block: u16,
    /// An error keeps it out of every output.
    pub is_held: bool,
    /// The row was hidden or filtered out.
    pub is_hidden: bool,
    /// What was accepted of it before.
    pub standing: Standing,
}

/// Records of one chunk. Values stand record by record, `slots.len()` of them each.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Kind of all records here.
    pub kind: Option<Kind>,
    /// Grid index of the rows.
    pub grid: u16,
    /// The rows the records came from.
    pub chunk: Chunk,
    /// Texts that are not in the chunk.
    pub own: String,
    /// The columns.
    pub slots: Arc<Vec<Slot>>,
    /// One head per record.
    pub heads: Vec<RecordHead>,
    /// `heads.len() * slots.len()` values.
    pub values: Vec<Value>,
}

impl Batch {
    /// Empties the batch and keeps its memory and slots.
    pub fn clear(&mut self) {
        self.chunk.clear();
        self.own.clear();
        self.heads.clear();
        self.values.clear();
    }

    /// The values of one record.
    pub fn values_of(&self, record: usize) -> &[Value] {
        let width = self.slots.len();
        self.values.get(record * width..(record + 1) * width).unwrap_or_default()
    }

    /// The value of a record in a slot; [`Value::NOTHING`] beyond the end.
    pub fn value(&self, record: usize, slot: usize) -> Value {
        self.values_of(record).get(slot).copied().unwrap_or(Value::NOTHING)
    }

    /// The canonical text of a value; empty if there is none.
    pub fn text(&self, value: &Value) -> &str {
        let arena = match value.text_in {
            TextIn::Chunk => &self.chunk.text,
            TextIn::Own => &self.own,
            TextIn::Nothing | TextIn::Refused => return "",
        };
        arena.get(value.start as usize..value.end as usize).unwrap_or_default()
    }

    /// The slot of a field, by its English name.
    pub fn slot_of(&self, field: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.field.name == field)
    }
}
