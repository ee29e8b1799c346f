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
    text::{self, Canonical, Fault, Mends, Outcome, Raw, Reading},
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

/// What a cell is read for.
#[derive(Clone, Copy)]
pub(super) struct Want<'a> {
    pub slot: usize,
    pub column: &'a Column,
    pub sort: Sort<'a>,
}

/// Reads the cells of all slots.
pub(super) struct Reader {
    is_1904: bool,
    id_checksum: Severity,
    id_widened: Severity,
    choices: Vec<Choices>,
    pub tally: Tally,
}

// Values are written where they belong instead of being returned: on the hot path a copy of a value that
// was just put together waits for its parts.
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

    /// Reads a cell as the value of a slot; `value` holds nothing before.
    #[inline(always)]
    pub(super) fn read(&mut self, want: &Want, source: &Source, out: &mut Out, value: &mut Value) {
        let column = want.column;
        if let (Sort::Plain(FieldType::Choice), Some(dictionary)) =
            (want.sort, column.dictionary.as_deref())
        {
            match dictionary.meaning(source.text).filter(|_| source.kind == CellKind::Text) {
                Some(meaning) => choose(column, meaning, source, out, value),
                None => self.seek(want, dictionary, source, out, value),
            }
            return;
        }
        if column.clean.is_empty() {
            return self.plain(want, source, out, value);
        }
        self.cleaned(want, source, out, value);
    }

    /// Reads a cell after the column's cleaning steps.
    #[inline(never)]
    fn cleaned(&mut self, want: &Want, source: &Source, out: &mut Out, value: &mut Value) {
        match clean(source.text, &want.column.clean) {
            Cow::Borrowed(part) => {
                let skipped = part.as_ptr() as usize - source.text.as_ptr() as usize;
                let start = source.start.map(|start| start + skipped as u32);
                self.plain(want, &Source { text: part, start, ..*source }, out, value);
            }
            Cow::Owned(whole) => {
                let cleaned = Source { text: &whole, start: None, ..*source };
                self.plain(want, &cleaned, out, value);
            }
        }
    }

    #[inline(always)]
    fn plain(&mut self, want: &Want, source: &Source, out: &mut Out, value: &mut Value) {
        let start = out.own.len() as u32;
        let raw = self.raw(source);
        let is_broken = matches!(raw.kind, CellKind::Error | CellKind::Uncalculated);
        let outcome = match want.sort {
            Sort::Plain(kind) => text::read(kind, &raw, out.own),
            Sort::OtherId(code) if !is_broken => text::id::check_other(code, raw.text, out.own),
            Sort::OtherId(_) => text::read(FieldType::IdNumber, &raw, out.own),
        };
        match outcome {
            Outcome::Nothing => {}
            Outcome::Value(reading) => {
                keep(&reading, source, start, out.own, value);
                let is_plain = reading.mends.is_empty() && reading.doubt.is_none();
                if !is_plain || want.column.range.is_some() {
                    self.judge(want, &reading, source, out);
                }
            }
            Outcome::Fault(fault) => self.refuse(want, fault, source, out, value),
        }
    }

    /// Tells a ditto mark with nothing above it.
    #[cold]
    pub(super) fn refuse_ditto(
        &mut self,
        want: &Want,
        source: &Source,
        out: &mut Out,
        value: &mut Value,
    ) {
        let fault = Fault { code: &value::DITTO_WITHOUT_VALUE, args: Vec::new() };
        self.refuse(want, fault, source, out, value);
    }

    /// Tells a fault. A wrong check digit that the mapping lets pass stays as it was typed.
    #[cold]
    #[inline(never)]
    fn refuse(
        &mut self,
        want: &Want,
        fault: Fault,
        source: &Source,
        out: &mut Out,
        value: &mut Value,
    ) {
        let column = want.column;
        let is_checksum = std::ptr::eq(fault.code, &value::ID_CHECKSUM);
        let severity =
            if is_checksum { self.id_checksum } else { fault.code.severity.min(column.severity) };
        let mut finding = Finding::new(fault.code, source.place).about(column.field, source.text);
        finding.args = fault.args;
        out.findings.push(finding.with_severity(severity));
        if is_checksum && severity < Severity::Error {
            let as_typed = Want { sort: Sort::Plain(FieldType::Code), ..*want };
            return self.plain(&as_typed, source, out, value);
        }
        (value.column, value.text_in) = (source.place.column, TextIn::Refused);
    }

    /// What is to say about a value that can be used: mends, doubts, range.
    #[inline(never)]
    fn judge(&mut self, want: &Want, reading: &Reading, source: &Source, out: &mut Out) {
        let column = want.column;
        let about = |code| Finding::new(code, source.place).about(column.field, source.text);
        let severity_of = |doubt: &'static Code| {
            let is_widened = std::ptr::eq(doubt, &value::ID_WIDENED);
            if is_widened { self.id_widened } else { doubt.severity }
        };
        let severity = reading.doubt.map(severity_of);
        if !reading.mends.is_empty() {
            // "Nothing to do" must not be said of a cell that an error is about.
            if severity != Some(Severity::Error) {
                self.tally.add(want.slot, reading.mends, source.place);
            }
            if reading.mends.contradicts(column.field.unit) {
                out.findings.push(about(&value::UNIT_MISMATCH).arg(column.field.unit));
            }
        }
        if let Some((doubt, severity)) = reading.doubt.zip(severity) {
            out.findings.push(about(doubt).with_severity(severity));
        }
        if let Some((low, high)) = column.range
            && !(low..=high).contains(&reading.number)
        {
            let show = |number: i32| written(number, column.field.kind);
            let finding = about(&value::OUT_OF_RANGE).with_severity(column.severity);
            out.findings.push(finding.arg(show(low)).arg(show(high)));
        }
    }

    /// Reads a choice that is not in its dictionary as it stands.
    #[inline(never)]
    fn seek(
        &mut self,
        want: &Want,
        dictionary: &Dictionary,
        source: &Source,
        out: &mut Out,
        value: &mut Value,
    ) {
        let column = want.column;
        let mark = out.own.len();
        let cleaned = clean(source.text, &column.clean);
        let bare = Source { text: &cleaned, start: None, ..*source };
        let reading = match text::read(FieldType::Choice, &self.raw(&bare), out.own) {
            Outcome::Nothing => return,
            Outcome::Fault(fault) => return self.refuse(want, fault, source, out, value),
            Outcome::Value(reading) => reading,
        };
        let word = match &reading.canonical {
            Canonical::Slice(range) => cleaned.get(range.clone()).unwrap_or_default().to_owned(),
            Canonical::Written => out.own.split_off(mark),
        };
        let verdict = match (dictionary.meaning(&word), self.choices.get_mut(want.slot)) {
            (Some(meaning), _) => Verdict::Entry(meaning, Mends::NONE),
            (None, Some(choices)) => choices.verdict(column.field, dictionary, &word),
            (None, None) => Verdict::Unknown(String::new()),
        };
        match verdict {
            Verdict::Entry(meaning, mends) => {
                self.tally.add(want.slot, reading.mends.union(mends), source.place);
                choose(column, meaning, source, out, value);
            }
            Verdict::Unknown(instead) => {
                let fault = Fault { code: &value::CHOICE_UNKNOWN, args: vec![instead] };
                self.refuse(want, fault, source, out, value);
            }
        }
    }

    #[inline]
    fn raw<'a>(&self, source: &Source<'a>) -> Raw<'a> {
        Raw { text: source.text, kind: source.kind, format: source.format, is_1904: self.is_1904 }
    }
}

/// Makes the value of a dictionary's entry: its label.
#[inline]
fn choose(column: &Column, meaning: Meaning, source: &Source, out: &mut Out, value: &mut Value) {
    let entry = column.dictionary.as_deref().and_then(|known| known.entry(meaning.entry));
    let label = entry.map_or("", |entry| entry.label.as_str());
    if meaning.is_doubtful {
        let finding = Finding::new(&value::CHOICE_DOUBTFUL, source.place);
        out.findings.push(finding.about(column.field, source.text).arg(label));
    }
    value.number = meaning.entry as i32;
    value.column = source.place.column;
    match source.start.filter(|_| label == source.text) {
        Some(start) => {
            value.start = start;
            value.text_in = TextIn::Chunk;
        }
        None => {
            value.start = out.own.len() as u32;
            value.text_in = TextIn::Own;
            out.own.push_str(label);
        }
    }
    value.end = value.start + label.len() as u32;
}

/// Keeps a value's canonical text: where it is if the chunk has it, else in `own`, where what was
/// written for it begins at `written`.
#[inline]
fn keep(reading: &Reading, source: &Source, written: u32, own: &mut String, value: &mut Value) {
    value.number = reading.number;
    value.column = source.place.column;
    match (&reading.canonical, source.start) {
        (Canonical::Slice(range), Some(start)) => {
            value.start = start + range.start as u32;
            value.end = start + range.end as u32;
            value.text_in = TextIn::Chunk;
        }
        (canonical, _) => {
            if let Canonical::Slice(range) = canonical {
                own.push_str(source.text.get(range.clone()).unwrap_or_default());
            }
            value.start = written;
            value.end = own.len() as u32;
            value.text_in = TextIn::Own;
        }
    }
}

/// A number as people write it: halves as decimals.
fn written(number: i32, kind: FieldType) -> String {
    match kind {
        FieldType::Halves if number % 2 != 0 => format!("{}.5", number / 2),
        FieldType::Halves => (number / 2).to_string(),
        _ => number.to_string(),
    }
}
