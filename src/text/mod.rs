//! Values: pure functions from what people type to what a record holds. Never loses anything silently.
//!
//! [`read`] takes one raw cell and says what it is: nothing, a canonical text with the list of what was
//! mended, or a fault. It knows no column, no record and no dictionary: ranges, required fields and
//! choices are judged by the caller.

use std::ops::Range;

use crate::model::{CellKind, Code, FieldType, NumberFormat, codes::value as codes};

pub mod class;
pub mod code;
pub mod date;
pub mod digest;
pub mod email;
pub mod evidence_name;
pub mod id;
pub mod manifest;
pub mod mask;
mod mends;
pub mod name;
pub mod number;
pub mod phone;
pub mod plain;
pub mod project_code;
pub mod pua;

pub use mends::Mends;

/// The raw cell.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Its text; for numbers the digits that the container stores.
    pub text: &'a str,
    /// What the container says it holds.
    pub kind: CellKind,
    /// How the container shows it.
    pub format: NumberFormat,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
}

impl<'a> Raw<'a> {
    /// A cell of a text document.
    pub fn text(text: &'a str) -> Raw<'a> {
        Raw { text, kind: CellKind::Text, format: NumberFormat::General, is_1904: false }
    }

    /// A number cell without a date format.
    pub fn number(text: &'a str) -> Raw<'a> {
        Raw { kind: CellKind::Number, ..Raw::text(text) }
    }

    /// Whether the container says that this number is a day.
    fn is_day(&self) -> bool {
        self.kind == CellKind::Number
            && matches!(self.format, NumberFormat::Date | NumberFormat::DateTime)
    }
}

/// Where the canonical text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canonical {
    /// These bytes of the raw text.
    Slice(Range<usize>),
    /// Everything that was appended to `out`.
    Written,
}

/// A value that can be used.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Where its canonical text is.
    pub canonical: Canonical,
    /// The value as a number, see [`crate::model::Value::number`].
    pub number: i32,
    /// What was mended silently.
    pub mends: Mends,
    /// Why a person should look at it all the same.
    pub doubt: Option<&'static Code>,
}

impl Reading {
    /// A value whose canonical text is a part of the raw text.
    fn slice(range: Range<usize>, number: i32) -> Reading {
        Reading { canonical: Canonical::Slice(range), number, mends: Mends::NONE, doubt: None }
    }

    /// A value whose canonical text was appended to `out`.
    fn written(number: i32, mends: Mends) -> Reading {
        Reading { canonical: Canonical::Written, number, mends, doubt: None }
    }
}

/// Why a cell's content cannot be used.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is wrong.
    pub code: &'static Code,
    /// What fills the `{n}` of its words; never personal data.
    pub args: Vec<String>,
}

/// What a cell is.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Blank after trimming.
    Nothing,
    /// A value.
    Value(Reading),
    /// Something that would not convert.
    Fault(Fault),
}

impl Outcome {
    fn fault(code: &'static Code) -> Outcome {
        Outcome::Fault(Fault { code, args: Vec::new() })
    }

    fn fault_with(code: &'static Code, arg: impl Into<String>) -> Outcome {
        Outcome::Fault(Fault { code, args: vec![arg.into()] })
    }

    /// A value whose canonical text is `out` from `start` on; a slice if that is the trimmed raw text.
    fn settle(
        raw: &str,
        trimmed: Range<usize>,
        out: &mut String,
        start: usize,
        mut reading: Reading,
    ) -> Outcome {
        if raw.get(trimmed.clone()) == out.get(start..) {
            out.truncate(start);
            reading.canonical = Canonical::Slice(trimmed);
        }
        Outcome::Value(reading)
    }
}

/// Reads a cell as a value of a type. Appends to `out` only for [`Canonical::Written`].
///
/// [`FieldType::Choice`] and [`FieldType::Flag`] give trimmed text for the caller's dictionary.
/// Identity numbers are judged as resident cards; for other documents see [`id::check_other`].
#[inline]
pub fn read(field_type: FieldType, raw: &Raw<'_>, out: &mut String) -> Outcome {
    if raw.kind == CellKind::Text
        && let Some(number) = read_clean(field_type, raw.text.as_bytes())
    {
        return Outcome::Value(Reading::slice(0..raw.text.len(), number));
    }
    read_any(field_type, raw, out)
}

/// The number of a text that is canonical as it stands; `None` for everything that needs a closer look.
/// Most cells end here, so that this allocates nothing and branches little.
#[inline]
fn read_clean(field_type: FieldType, bytes: &[u8]) -> Option<i32> {
    match field_type {
        FieldType::Text | FieldType::Choice | FieldType::Flag => {
            plain::is_clean(bytes).then_some(0)
        }
        FieldType::Name => name::is_clean(bytes).then_some(0),
        FieldType::IdNumber => id::is_clean(bytes).then_some(0),
        FieldType::Phone => phone::is_mobile(bytes).then_some(0),
        FieldType::Date => date::read_clean(bytes),
        FieldType::Halves => number::clean_halves(bytes),
        FieldType::Integer => number::clean_integer(bytes),
        FieldType::ProjectCode => project_code::is_clean(bytes).then_some(0),
        FieldType::Code => code::is_clean(bytes).then_some(0),
        FieldType::IcCard => code::is_clean_card(bytes).then_some(0),
        FieldType::Email | FieldType::DateTime => None,
    }
}

fn read_any(field_type: FieldType, raw: &Raw<'_>, out: &mut String) -> Outcome {
    if let Some(outcome) = broken(raw) {
        return outcome;
    }
    let start = out.len();
    let outcome = match field_type {
        FieldType::Text | FieldType::Choice | FieldType::Flag => plain::read(raw, out),
        FieldType::Name => name::read(raw, out),
        FieldType::IdNumber => id::read(raw, out),
        FieldType::Phone => phone::read(raw, out),
        FieldType::Date => date::read(raw, out),
        FieldType::DateTime => date::read_date_time(raw, out),
        FieldType::Halves => number::read_halves(raw, out),
        FieldType::Integer => number::read_integer(raw, out),
        FieldType::ProjectCode => project_code::read(raw, out),
        FieldType::Code => code::read(raw, out),
        FieldType::IcCard => code::read_ic_card(raw, out),
        FieldType::Email => email::read(raw, out),
    };
    if !matches!(&outcome, Outcome::Value(Reading { canonical: Canonical::Written, .. })) {
        out.truncate(start);
    }
    outcome
}

/// Error values, and what stands for them in exported text; formulas nobody calculated.
fn broken(raw: &Raw<'_>) -> Option<Outcome> {
    match raw.kind {
        CellKind::Error => return Some(Outcome::fault_with(&codes::ERROR_CELL, raw.text)),
        CellKind::Uncalculated => return Some(Outcome::fault(&codes::FORMULA_UNCALCULATED)),
        _ => {}
    }
    if raw.text.as_bytes().first() != Some(&b'#') {
        return None;
    }
    let text = raw.text.trim_end();
    let is_error =
        ERROR_VALUES.contains(&text) || (text.len() > 2 && text.bytes().all(|b| b == b'#'));
    is_error.then(|| Outcome::fault_with(&codes::ERROR_CELL, text))
}

/// What spreadsheets write for error values (ECMA-376 part 1, 18.18.11, and later additions).
const ERROR_VALUES: &[&str] = &[
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#FIELD!",
];

#[cfg(test)]
mod tests;
