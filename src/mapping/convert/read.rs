//! One cell to one value: cleaning, reading, dictionary, range; what would not convert becomes a finding.

use std::borrow::Cow;

use super::{
    choice::{Choices, Verdict},
    clean::clean,
    tally::Tally,
};
use crate::{
    mapping::plan::{Column, InputMapping},
    model::{
        CellKind, Code, Dictionary, FieldType, Finding, NumberFormat, Place, Severity, TextIn,
        Value, codes::value, dictionary::Meaning,
    },
    text::{self, Canonical, Mends, Outcome, Raw, Reading},
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

/// As what a cell is read.
#[derive(Clone, Copy)]
pub(super) enum Sort<'a> {
    /// As a value of a type.
    Plain(FieldType),
    /// As the number of an identity document of this type (its code), which is no resident card.
    OtherId(&'a str),
}

/// Reads the cells of all slots.
pub(super) struct Reader {
    is_1904: bool,
    id_checksum: Severity,
    id_widened: Severity,
    choices: Vec<Choices>,
    pub tally: Tally,
}

impl Reader {
    pub(super) fn new(mapping: &InputMapping, slots: usize, is_1904: bool) -> Reader {
        let choices = (0..slots).map(|_| Choices::default()).collect();
        Reader {
            is_1904,
            id_checksum: mapping.id_checksum,
            id_widened: mapping.id_widened,
            choices,
            tally: Tally::new(slots),
        }
    }

    /// Reads a cell as the value of a slot.
    #[inline]
    pub(super) fn read(
        &mut self,
        slot: usize,
        column: &Column,
        sort: Sort,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        if let (Sort::Plain(FieldType::Choice), Some(dictionary)) =
            (sort, column.dictionary.as_deref())
        {
            if source.kind == CellKind::Text
                && let Some(meaning) = dictionary.meaning(source.text)
            {
                return self.chosen(column, dictionary, meaning, source, out);
            }
            return self.choose(slot, column, dictionary, source, out);
        }
        if column.clean.is_empty() {
            return self.plain(slot, column, sort, source, out);
        }
        match clean(source.text, &column.clean) {
            Cow::Borrowed(part) => {
                let skipped = part.as_ptr() as usize - source.text.as_ptr() as usize;
                let start = source.start.map(|start| start + skipped as u32);
                self.plain(slot, column, sort, &Source { text: part, start, ..*source }, out)
            }
            Cow::Owned(whole) => {
                let cleaned = Source { text: &whole, start: None, ..*source };
                self.plain(slot, column, sort, &cleaned, out)
            }
        }
    }

    #[inline]
    fn plain(
        &mut self,
        slot: usize,
        column: &Column,
        sort: Sort,
        source: &Source,
        out: &mut Out,
    ) -> Value {
        let start = out.own.len() as u32;
        let raw = self.raw(source);
        let outcome = match sort {
            Sort::OtherId(code)
                if !matches!(raw.kind, CellKind::Error | CellKind::Uncalculated) =>
            {
                text::id::check_other(code, raw.text, out.own)
            }
            Sort::OtherId(_) => text::read(FieldType::IdNumber, &raw, out.own),
            Sort::Plain(kind) => text::read(kind, &raw, out.own),
        };
        match outcome {
            Outcome::Nothing => Value::NOTHING,
            Outcome::Value(reading) => {
                let value = keep(&reading, source, start, out.own);
                let is_plain = reading.mends.is_empty() && reading.doubt.is_none();
                if !is_plain || column.range.is_some() {
                    self.judge(slot, column, &reading, source, out);
                }
                value
            }
            Outcome::Fault(fault) => {
                let mut finding =
                    Finding::new(fault.code, source.place).about(column.field, source.text);
                finding.args = fault.args;
                finding.severity = self.severity(fault.code, column);
                let is_let_pass = is_checksum(fault.code) && finding.severity < Severity::Error;
                out.findings.push(finding);
                if is_let_pass {
                    return self.plain(slot, column, Sort::Plain(FieldType::Code), source, out);
                }
                refused(source)
            }
        }
    }

    /// What is to say about a value that can be used: mends, doubts, range.
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
            let finding = Finding::new(doubt, source.place).about(column.field, source.text);
            let is_widened = std::ptr::eq(doubt, &value::ID_WIDENED);
            let severity = if is_widened { self.id_widened } else { finding.severity };
            out.findings.push(finding.with_severity(severity));
        }
        if reading.mends.contradicts(column.field.unit) {
            let finding = Finding::new(&value::UNIT_MISMATCH, source.place);
            out.findings.push(finding.about(column.field, source.text).arg(column.field.unit));
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
            _ => return self.plain(slot, column, Sort::Plain(FieldType::Text), &bare, out),
        };
        let word = match &reading.canonical {
            Canonical::Slice(range) => cleaned.get(range.clone()).unwrap_or_default().to_owned(),
            Canonical::Written => out.own.split_off(mark),
        };
        let verdict = match dictionary.meaning(&word) {
            Some(meaning) => Verdict::Entry(meaning, Mends::NONE),
            None => match self.choices.get_mut(slot) {
                Some(choices) => choices.verdict(column.field, dictionary, &word),
                None => Verdict::Unknown(String::new()),
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
            Verdict::Unknown(instead) => {
                let finding = Finding::new(&value::CHOICE_UNKNOWN, source.place);
                let finding =
                    finding.about(column.field, source.text).with_severity(column.severity);
                out.findings.push(finding.arg(instead));
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

    fn severity(&self, code: &'static Code, column: &Column) -> Severity {
        if is_checksum(code) { self.id_checksum } else { code.severity.min(column.severity) }
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

fn is_checksum(code: &Code) -> bool {
    std::ptr::eq(code, &value::ID_CHECKSUM)
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
