//! Identity numbers: citizens' numbers (GB 11643-1999), old ones of 15 digits, and other documents.
//!
//! A damaged number is never completed here: [`Class`] tells apart how it was damaged, and [`likeness`] says whether a
//! known number can have been it, for a person to decide.

use super::{Mends, Outcome, Raw, Reading, date, plain};
use crate::model::{CellKind, codes::value as codes};

mod class;
mod damage;
mod other;

pub use class::Class;
pub use damage::{Likeness, difference, likeness, span};
pub use other::check_other;

/// Weights of the first 17 digits (GB 11643-1999, 4.2.2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by the weighted sum modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";

/// The check character that 17 digits demand; `None` unless the text begins with 17 digits.
pub fn check_character(first17: &str) -> Option<char> {
    let digits = first17.as_bytes().first_chunk::<17>()?;
    check_byte(digits).map(char::from)
}

#[inline]
fn check_byte(digits: &[u8; 17]) -> Option<u8> {
    let mut sum = 0;
    let mut is_wrong = false;
    for (byte, weight) in digits.iter().zip(WEIGHTS) {
        let digit = byte.wrapping_sub(b'0');
        is_wrong |= digit > 9;
        sum += u32::from(digit) * weight;
    }
    if is_wrong {
        return None;
    }
    CHECKS.get((sum % 11) as usize).copied()
}

/// The birthday in a number of 18 characters, as days from 0001-01-01 as day 1; `None` if it is no date.
pub fn birthday_of(id: &str) -> Option<i32> {
    let digits = id.as_bytes().first_chunk::<18>()?.get(6..14)?;
    let number = digits.iter().try_fold(0u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(*byte - b'0'))
    })?;
    date::days((number / 10_000) as i32, number / 100 % 100, number % 100)
}

/// Whether a number of 18 characters belongs to a man; `None` if it has another shape.
pub fn is_male(id: &str) -> Option<bool> {
    let bytes = id.as_bytes().first_chunk::<18>()?;
    bytes.get(16).filter(|byte| byte.is_ascii_digit()).map(|byte| byte % 2 == 1)
}

/// What is wrong with a number of 18 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Shape,
    Birthday,
    Checksum,
}

#[inline]
fn judge(id: &[u8; 18]) -> Result<(), Flaw> {
    let Some((digits, [last])) = id.split_first_chunk::<17>() else { return Err(Flaw::Shape) };
    let check = check_byte(digits).ok_or(Flaw::Shape)?;
    if !last.is_ascii_digit() && *last != b'X' {
        return Err(Flaw::Shape);
    }
    let number = |from: usize, to: usize| {
        digits.get(from..to).unwrap_or_default().iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'))
    };
    if !date::is_day(number(6, 10) as i32, number(10, 12), number(12, 14)) {
        return Err(Flaw::Birthday);
    }
    if check == *last { Ok(()) } else { Err(Flaw::Checksum) }
}

/// Eighteen characters of which everything is right.
#[inline]
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    <&[u8; 18]>::try_from(bytes).is_ok_and(|id| judge(id).is_ok())
}

/// Labels that people leave in front of the number, longest first.
const LABELS: &[&str] = &[
    "居民身份证号码",
    "公民身份号码",
    "居民身份证号",
    "身份证号码",
    "证件号码",
    "居民身份证",
    "身份证号",
    "证件号",
    "身份证",
    "ID号",
    "ID",
];

/// Reads an identity number as that of a resident card.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    if let Some(code) = damage::expand(text, raw.kind == CellKind::Number, out) {
        return Outcome::fault(code);
    }
    if out.len() == start {
        mends.add(clean(text, out));
    }
    let outcome = judge_clean(raw.kind == CellKind::Number, mends, start, out);
    match outcome {
        Outcome::Value(reading) => Outcome::settle(raw.text, trimmed, out, start, reading),
        other => other,
    }
}

/// A number as it stands in a cell, without spaces, labels, hyphens and `.0`, half-width: what is left of it when it
/// would not convert.
pub fn bare(text: &str) -> String {
    let (trimmed, _) = plain::trim(text);
    let mut bare = String::new();
    clean(text.get(trimmed).unwrap_or_default(), &mut bare);
    bare
}

/// Whether a type of document, by its label, is the resident card that GB 11643 judges.
pub fn is_resident_card(label: &str) -> bool {
    label.contains("居民身份证") && !label.contains(['港', '澳', '台'])
}

/// Appends a number in digits and `X`, without labels, spaces and hyphens.
fn clean(text: &str, out: &mut String) -> Mends {
    let mut mends = Mends::NONE;
    let start = out.len();
    mends.add(plain::squeeze(text, out));
    let squeezed = out.split_off(start);
    let unlabelled = plain::without_label(&squeezed, LABELS);
    if unlabelled.is_some() {
        mends.add(Mends::PREFIX);
    }
    let digits = unlabelled.unwrap_or(&squeezed);
    let digits = match digits.strip_suffix(".0") {
        Some(whole) if whole.bytes().all(|byte| byte.is_ascii_digit()) => {
            mends.add(Mends::DECIMAL_ZERO);
            whole
        }
        _ => digits,
    };
    for letter in digits.chars() {
        match letter {
            '\'' | '‘' | '’' | '`' => mends.add(Mends::APOSTROPHE),
            'x' => {
                mends.add(Mends::LETTER_CASE);
                out.push('X');
            }
            'Х' | 'х' | 'Χ' | 'χ' | '×' | '╳' | '✕' | '✖' | '⨯' | 'Ⅹ' | 'ⅹ' => {
                mends.add(Mends::LOOK_ALIKE);
                out.push('X');
            }
            _ if plain::is_dash(letter) => mends.add(Mends::HYPHENS),
            _ => out.push(letter),
        }
    }
    mends
}

/// Judges the cleaned text behind `start`, mending look-alikes where the check digit then agrees.
fn judge_clean(is_number: bool, mends: Mends, start: usize, out: &mut String) -> Outcome {
    let text = out.get(start..).unwrap_or_default();
    let count = text.chars().count();
    let is_digits =
        text.strip_suffix('X').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits {
        return judge_look_alikes(mends, start, out);
    }
    if let Ok(id) = <[u8; 18]>::try_from(text.as_bytes()) {
        let damage = damage::of_digits(text, is_number);
        return match (judge(&id), damage) {
            (Ok(()), None) => Outcome::Value(Reading::written(0, mends)),
            (Ok(()), Some(code)) if is_number && std::ptr::eq(code, &codes::ID_ROUNDED) => {
                let doubt = Some(&codes::ID_MAYBE_ROUNDED);
                Outcome::Value(Reading { doubt, ..Reading::written(0, mends) })
            }
            (Ok(()), Some(code)) if is_number => Outcome::fault(code),
            (Ok(()), Some(_)) => Outcome::Value(Reading::written(0, mends)),
            (Err(_), Some(code)) => Outcome::fault(code),
            (Err(Flaw::Birthday), None) => Outcome::fault(&codes::ID_BIRTHDAY),
            (Err(Flaw::Checksum), None) => Outcome::fault(&codes::ID_CHECKSUM),
            (Err(Flaw::Shape), None) => Outcome::fault(&codes::ID_FORMAT),
        };
    }
    if count == 15
        && !text.ends_with('X')
        && let Some(widened) = widen(text)
    {
        out.truncate(start);
        out.push_str(&widened);
        let doubt = Some(&codes::ID_WIDENED);
        return Outcome::Value(Reading {
            doubt,
            ..Reading::written(0, mends.union(Mends::WIDENED_ID))
        });
    }
    Outcome::fault_with(&codes::ID_LENGTH, count.to_string())
}

/// `O` for 0 and `l` for 1 are mended only if everything about the number then agrees.
fn judge_look_alikes(mends: Mends, start: usize, out: &mut String) -> Outcome {
    let text = out.split_off(start);
    for letter in text.chars() {
        out.push(match letter {
            'O' | 'o' | 'О' | 'о' | 'Ο' | '〇' | '○' => '0',
            'l' | 'I' | 'i' | '|' | 'Ⅰ' => '1',
            _ => letter,
        });
    }
    let mended = out.get(start..).unwrap_or_default();
    match <[u8; 18]>::try_from(mended.as_bytes()) {
        Ok(id) if judge(&id).is_ok() => {
            Outcome::Value(Reading::written(0, mends.union(Mends::LOOK_ALIKE)))
        }
        _ => Outcome::fault(&codes::ID_FORMAT),
    }
}

/// The number of 18 characters of an old number of 15 digits (GB 11643-1989: a year of two digits, no check);
/// `None` if the birthday is no date.
pub fn widen(old: &str) -> Option<String> {
    let (area, rest) = old.split_at_checked(6).filter(|_| old.len() == 15)?;
    let first17 = format!("{area}19{rest}");
    let check = check_character(&first17)?;
    let id = format!("{first17}{check}");
    birthday_of(&id).map(|_| id)
}

#[cfg(test)]
mod tests;
