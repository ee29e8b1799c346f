//! Stand-in for the value floor until it is here: same signatures, the plainest forms only.

use std::ops::Range;

use crate::model::{CellKind, Code, FieldType, NumberFormat};

pub mod codes;
mod mends;
pub use mends::Mends;

#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    pub text: &'a str,
    pub kind: CellKind,
    pub format: NumberFormat,
    pub is_1904: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canonical {
    Slice(Range<usize>),
    Written,
}

#[derive(Clone, Debug)]
pub struct Reading {
    pub canonical: Canonical,
    pub number: i32,
    pub mends: Mends,
    pub doubt: Option<&'static Code>,
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub code: &'static Code,
    pub args: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Nothing,
    Value(Reading),
    Fault(Fault),
}

pub fn read(field_type: FieldType, raw: &Raw<'_>, out: &mut String) -> Outcome {
    let fault = |code| Outcome::Fault(Fault { code, args: Vec::new() });
    match raw.kind {
        CellKind::Error => return fault(&codes::ERROR_CELL),
        CellKind::Uncalculated => return fault(&codes::FORMULA_UNCALCULATED),
        _ => {}
    }
    let text = raw.text.trim();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = raw.text.len() - raw.text.trim_start().len();
    let mut reading = Reading {
        canonical: Canonical::Slice(start..start + text.len()),
        number: 0,
        mends: if text.len() == raw.text.len() { Mends::NONE } else { Mends::OUTER_SPACES },
        doubt: None,
    };
    match field_type {
        FieldType::Name if text.contains([' ', '\u{3000}']) => {
            out.extend(text.chars().filter(|letter| !letter.is_whitespace()));
            reading.canonical = Canonical::Written;
            reading.mends.add(Mends::INNER_SPACES);
        }
        FieldType::IdNumber if text.len() != 18 => return fault(&codes::ID_CHECKSUM),
        FieldType::Halves => match text.parse::<f64>() {
            Ok(number) => reading.number = (number * 2.0) as i32,
            Err(_) => return fault(&codes::NUMBER_UNREADABLE),
        },
        FieldType::Integer => match text.parse() {
            Ok(number) => reading.number = number,
            Err(_) => return fault(&codes::NUMBER_UNREADABLE),
        },
        FieldType::Date => match day(text) {
            Some(day) => reading.number = day,
            None => return fault(&codes::NUMBER_UNREADABLE),
        },
        _ => {}
    }
    Outcome::Value(reading)
}

fn day(text: &str) -> Option<i32> {
    use chrono::Datelike;
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.num_days_from_ce())
}

pub mod id {
    pub fn birthday_of(id: &str) -> Option<i32> {
        let text = id.get(6..14)?;
        super::day(&format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..8)?))
    }
    pub fn is_male(id: &str) -> Option<bool> {
        id.as_bytes().get(16).map(|digit| digit % 2 == 1)
    }
}
