//! One cell to one value: cleaning, reading, dictionary, range; what would not convert becomes a finding.

use std::borrow::Cow;

use super::{
    choice::{Choices, Verdict},
    clean::clean,
    tally::Tally,
};
use crate::{
    mapping::{
        plan::{Column, InputMapping},
        standin::{self as text, Canonical, Mends, Outcome, Raw, Reading, codes as value},
    },
    model::{
        CellKind, Dictionary, FieldType, Finding, NumberFormat, Place, Severity, TextIn, Value,
        dictionary::Meaning,
    },
};

/// A cell to read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub text: &'a str,
    pub kind: CellKind,
    pub format: NumberFormat,
    /// Where the text begins in the chunk; `None` if it is not there.
    pub start: Option<u32>,
    pub place: Place,
}

/// Where values and findings go.
pub(super) struct Out<'a> {
    pub own: &'a mut String,
    pub findings: &'a mut Vec<Finding>,
}

/// Reads the cells of all slots.
pub(super) struct Reader {
    is_1904: bool,
    id_checksum: Severity,
    choices: Vec<Choices>,
    pub tally: Tally,
}

impl Reader {
    pub(super) fn new(mapping: &InputMapping, slots: usize, is_1904: bool) -> Reader {
        let choices = (0..slots).map(|_| Choices::default()).collect();
        Reader { is_1904, id_checksum: mapping.id_checksum, choices, tally: Tally::new(slots) }
    }

    /// Reads a cell as the value of a slot. `kind` is the field's type, unless the record says otherwise.
    #[inline]
    pub(super) fn read(
        &mut self,
        slot: usize,
        column: &Column,
        kind: FieldType,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        if let (FieldType::Choice, Some(dictionary)) = (kind, column.dictionary.as_deref()) {
            if source.kind == CellKind::Text
                && let Some(meaning) = dictionary.meaning(source.text)
            {
                return self.chosen(column, dictionary, meaning, source, out);
            }
            return self.choose(slot, column, dictionary, source, out);
        }
        if column.clean.is_empty() {
            return self.plain(slot, column, kind, source, out);
        }
        match clean(source.text, &column.clean) {
            Cow::Borrowed(part) => {
                let skipped = part.as_ptr() as usize - source.text.as_ptr() as usize;
                let start = source.start.map(|start| start + skipped as u32);
                self.plain(slot, column, kind, &Source { text: part, start, ..*source }, out)
            }
            Cow::Owned(whole) => {
                let cleaned = Source { text: &whole, start: None, ..*source };
                self.plain(slot, column, kind, &cleaned, out)
            }
        }
    }

    #[inline]
    fn plain(
        &mut self,
        slot: usize,
        column: &Column,
        kind: FieldType,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        let start = out.own.len() as u32;
        match text::read(kind, &self.raw(source), out.own) {
            Outcome::Nothing => Value::NOTHING,
            Outcome::Value(reading) => {
                let value = keep(&reading, source, start, out.own);
                self.judge(slot, column, &reading, source, out);
                value
            }
            Outcome::Fault(fault) => {
                let mut finding =
                    Finding::new(fault.code, source.place).about(column.field, source.text);
                finding.args = fault.args;
                finding.severity = self.severity(fault.code.name, column);
                out.findings.push(finding);
                refused(source)
            }
        }
    }

    /// What is to say about a value that can be used: mends, doubts, range.
    #[inline]
    fn judge(
        &mut self,
        slot: usize,
        column: &Column,
        reading: &Reading,
        source: &Source,
        out: &mut Out,
    ) {
        if !reading.mends.is_empty() {
            self.tally.add(slot, reading.mends, source.place);
        }
        if let Some(doubt) = reading.doubt {
            let mut finding = Finding::new(doubt, source.place).about(column.field, source.text);
            if doubt.name == "id-checksum" {
                finding.severity = self.id_checksum;
            }
            out.findings.push(finding);
        }
        if let Some((low, high)) = column.range
            && !(low..=high).contains(&reading.number)
        {
            let show = |number: i32| written(number, column.field.kind);
            let finding = Finding::new(&value::OUT_OF_RANGE, source.place);
            let finding = finding.about(column.field, source.text).with_severity(column.severity);
            out.findings.push(finding.arg(show(low)).arg(show(high)));
        }
    }

    /// Reads a choice that is not in its dictionary as it stands.
    fn choose(
        &mut self,
        slot: usize,
        column: &Column,
        dictionary: &Dictionary,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        let mark = out.own.len();
        let cleaned = clean(source.text, &column.clean);
        let bare = Source { text: &cleaned, start: None, ..*source };
        let reading = match text::read(FieldType::Choice, &self.raw(&bare), out.own) {
            Outcome::Value(reading) => reading,
            _ => return self.plain(slot, column, FieldType::Text, &bare, out),
        };
        let word = match &reading.canonical {
            Canonical::Slice(range) => cleaned.get(range.clone()).unwrap_or_default().to_owned(),
            Canonical::Written => out.own.split_off(mark),
        };
        let verdict = match dictionary.meaning(&word) {
            Some(meaning) => Verdict::Entry(meaning, Mends::NONE),
            None => match self.choices.get_mut(slot) {
                Some(choices) => choices.verdict(column.field, dictionary, &word),
                None => Verdict::Unknown(None),
            },
        };
        match verdict {
            Verdict::Entry(meaning, mends) => {
                let mends = reading.mends.union(mends);
                if !mends.is_empty() {
                    self.tally.add(slot, mends, source.place);
                }
                self.chosen(column, dictionary, meaning, source, out)
            }
            Verdict::Unknown(nearest) => {
                let finding = Finding::new(&value::CHOICE_UNKNOWN, source.place);
                let finding =
                    finding.about(column.field, source.text).with_severity(column.severity);
                out.findings.push(finding.arg(column.field.label).arg(nearest.unwrap_or_default()));
                refused(source)
            }
        }
    }

    /// The value of a dictionary's entry: its label.
    #[inline]
    fn chosen(
        &mut self,
        column: &Column,
        dictionary: &Dictionary,
        meaning: Meaning,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        let label = dictionary.entry(meaning.entry).map_or("", |entry| entry.label.as_str());
        if meaning.is_doubtful {
            let finding = Finding::new(&value::CHOICE_DOUBTFUL, source.place);
            out.findings.push(finding.about(column.field, source.text).arg(label));
        }
        let column = source.place.column;
        let number = meaning.entry as i32;
        if let Some(start) = source.start.filter(|_| label == source.text) {
            let end = start + label.len() as u32;
            return Value { start, end, number, column, text_in: TextIn::Chunk };
        }
        let start = out.own.len() as u32;
        out.own.push_str(label);
        let end = out.own.len() as u32;
        Value { start, end, number, column, text_in: TextIn::Own }
    }

    fn raw<'a>(&self, source: &Source<'a>) -> Raw<'a> {
        Raw { text: source.text, kind: source.kind, format: source.format, is_1904: self.is_1904 }
    }

    fn severity(&self, code: &str, column: &Column) -> Severity {
        if code == "id-checksum" { self.id_checksum } else { column.severity }
    }
}

/// Keeps a value's canonical text: where it is if the chunk has it, else in `own`.
#[inline]
fn keep(reading: &Reading, source: &Source, written_from: u32, own: &mut String) -> Value {
    let (number, column) = (reading.number, source.place.column);
    match (&reading.canonical, source.start) {
        (Canonical::Slice(range), Some(start)) => {
            let (start, end) = (start + range.start as u32, start + range.end as u32);
            Value { start, end, number, column, text_in: TextIn::Chunk }
        }
        (canonical, _) => {
            if let Canonical::Slice(range) = canonical {
                own.push_str(source.text.get(range.clone()).unwrap_or_default());
            }
            let end = own.len() as u32;
            Value { start: written_from, end, number, column, text_in: TextIn::Own }
        }
    }
}

fn refused(source: &Source) -> Value {
    Value { column: source.place.column, text_in: TextIn::Refused, ..Value::NOTHING }
}

/// A number as people write it: halves as decimals.
fn written(number: i32, kind: FieldType) -> String {
    match kind {
        FieldType::Halves if number % 2 != 0 => format!("{}.5", number / 2),
        FieldType::Halves => (number / 2).to_string(),
        _ => number.to_string(),
    }
}
