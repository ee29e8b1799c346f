//! How numbers of 18 digits are destroyed by spreadsheets and by hands, and which known numbers a damaged one may have been.
//!
//! Spreadsheets keep 15 significant digits; software that stores doubles keeps multiples of 16 or more.

use super::{Flaw, judge};
use crate::model::{Code, codes::value as codes};

/// Appends the digits of a number in scientific notation, if they are all there; the fault if they are not.
/// Does nothing to other texts.
pub(super) fn expand(text: &str, is_number: bool, out: &mut String) -> Option<&'static Code> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, places) = scientific(text)?;
    let is_id_size = places == 17 || (places == 14 && digits.len() <= 15);
    if !is_id_size {
        return (digits.len() < places + 1).then_some(&codes::ID_SCIENTIFIC);
    }
    match digits.len() {
        0..15 if places == 17 && !(is_number && digits.len() > 12) => Some(&codes::ID_SCIENTIFIC),
        0..=15 if places == 17 => Some(&codes::ID_TRUNCATED),
        _ if places == 14 => {
            out.push_str(&digits);
            (0..15 - digits.len()).for_each(|_| out.push('0'));
            None
        }
        _ => {
            // All digits of the double are there; it is a whole number, so this gives it back exactly.
            let value: f64 = text.parse().ok()?;
            out.push_str(&(value as u64).to_string());
            None
        }
    }
}

/// Mantissa digits and exponent of `1.10101E+17`; `None` for other texts.
fn scientific(text: &str) -> Option<(String, usize)> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let places = exponent.parse::<usize>().ok().filter(|places| *places < 40)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let is_clean = whole.len() == 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_clean.then_some((digits, places))
}

/// The damage that 18 digits show by themselves. Of text only the lost tail shows; of a number cell also
/// that it went through a double (which a right check digit then clears of most suspicion, not of all).
pub(super) fn of_digits(digits: &str, is_number: bool) -> Option<&'static Code> {
    if digits.ends_with("000") {
        return Some(&codes::ID_TRUNCATED);
    }
    let value: u64 = digits.parse().ok()?;
    (is_number && value.is_multiple_of(16) && is_double(value)).then_some(&codes::ID_ROUNDED)
}

/// Whether a double holds exactly this number.
fn is_double(value: u64) -> bool {
    value as f64 as u64 == value
}

/// How a damaged text and a sound number go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Leading digits that are left of the number, and agree.
    pub known: usize,
    /// Digits written otherwise (an exchanged pair, a missing or a needless one counts as one), beside what the
    /// damage itself took; at most two.
    pub slips: usize,
}

/// Whether a damaged text, as [`bare`] writes it, can have been a sound number: the number lost its end in a number
/// cell, or the end was never typed, or one or two digits were mistyped. `None`: not to be believed.
pub fn likeness(damaged: &str, id: &str) -> Option<Likeness> {
    let is_sound =
        <&[u8; 18]>::try_from(id.as_bytes()).is_ok_and(|id| judge(id) != Err(Flaw::Shape));
    if !is_sound || damaged == id {
        return None;
    }
    if may_become(id, damaged) {
        return Some(Likeness { known: known_digits(damaged), slips: 0 });
    }
    let (first, whole) = match damaged.strip_suffix("000") {
        Some(first) if first.len() == 15 => (first, id.get(..15)?),
        _ => (damaged, id),
    };
    let slips = slips(first.as_bytes(), whole.as_bytes())?;
    let agree = damaged.bytes().zip(id.bytes()).take_while(|(one, other)| one == other).count();
    Some(Likeness { known: agree.min(first.len()), slips })
}

/// Leading digits of a number that a damage left.
fn known_digits(damaged: &str) -> usize {
    match scientific(damaged) {
        Some((digits, _)) => digits.len().min(15),
        None => damaged.len().min(15),
    }
}

/// The first 17 digits, as numbers, of all numbers that share what a damaged text still tells: a narrow span, both
/// ends included. `None` if fewer than 15 digits are left.
pub fn span(damaged: &str) -> Option<(u64, u64)> {
    const DOUBLE: u64 = 16;
    if let Some((digits, places)) = scientific(damaged) {
        if places != 17 || !(15..=18).contains(&digits.len()) {
            return None;
        }
        let unit = 10u64.pow(18 - digits.len() as u32);
        let value = digits.parse::<u64>().ok()?.checked_mul(unit)?;
        let reach = unit.max(DOUBLE);
        return Some((value.saturating_sub(reach) / 10, (value + reach) / 10));
    }
    let first: u64 = damaged.get(..15)?.parse().ok()?;
    let (from, to) = (first * 100, first * 100 + 99);
    match damaged.parse::<u64>() {
        Ok(value) if damaged.len() == 18 => {
            Some((from.min(value.saturating_sub(DOUBLE) / 10), to.max((value + DOUBLE) / 10)))
        }
        _ => Some((from, to)),
    }
}

/// The characters of a number that a damaged text lacks or has otherwise: position from 1, character. Of missing
/// ones only the last four, as many as masks show.
pub fn difference(damaged: &str, id: &str) -> Vec<(u8, char)> {
    const MOST: usize = 4;
    let is_lost = scientific(damaged).is_some() || may_become(id, damaged);
    let places = (1u8..).zip(id.chars());
    if is_lost {
        let known = match damaged.len() {
            16 | 17 if scientific(damaged).is_none() => damaged.len(),
            _ => known_digits(damaged),
        };
        let missing = 18usize.saturating_sub(known).min(MOST);
        return places.skip(18 - missing).collect();
    }
    let differing = || {
        let others = damaged.chars().map(Some).chain(std::iter::repeat(None));
        places.clone().zip(others).filter(|((_, letter), other)| Some(*letter) != *other)
    };
    // One character too few or too many moves all behind it: the first place tells where to look.
    let most = if damaged.len() == 18 { MOST } else { 1 };
    let cut = damaged.len() == 18 && damaged.ends_with("000");
    if cut {
        let slipped = differing().map(|(place, _)| place).filter(|(at, _)| *at <= 15);
        return slipped.chain(places.clone().skip(15)).collect();
    }
    differing().map(|(place, _)| place).take(most).collect()
}

/// How many slips of a hand part two texts, if one or two do: characters written otherwise (two neighbours exchanged
/// are one slip), or a single one that is missing or too many.
fn slips(written: &[u8], meant: &[u8]) -> Option<usize> {
    let differing: Vec<usize> = written
        .iter()
        .zip(meant)
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect();
    match written.len().cmp(&meant.len()) {
        std::cmp::Ordering::Equal => match differing.as_slice() {
            [_] => Some(1),
            [one, other]
                if *other == one + 1
                    && written.get(*one) == meant.get(*other)
                    && written.get(*other) == meant.get(*one) =>
            {
                Some(1)
            }
            [_, _] => Some(2),
            _ => None,
        },
        std::cmp::Ordering::Less => is_without_one(written, meant).then_some(1),
        std::cmp::Ordering::Greater => is_without_one(meant, written).then_some(1),
    }
}

/// Whether `short` is `long` without one of its characters.
fn is_without_one(short: &[u8], long: &[u8]) -> bool {
    let same = short.iter().zip(long).take_while(|(one, other)| one == other).count();
    long.len() == short.len() + 1 && short.get(same..) == long.get(same + 1..)
}

/// Whether a sound number can have become this damaged text.
fn may_become(id: &str, damaged: &str) -> bool {
    // A number that ends in X stays text, so that it is only ever cut, never rounded.
    let value: Option<u64> = id.parse().ok();
    if let Some((digits, places)) = scientific(damaged) {
        return places == 17 && value.is_some_and(|value| rounds_to(value, &digits));
    }
    if !damaged.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match damaged.len() {
        15..=17 => id.starts_with(damaged),
        18 => value.is_some_and(|value| {
            let is_cut = damaged.strip_suffix("000").is_some_and(|first| id.starts_with(first));
            is_cut || damaged.parse() == Ok(value as f64 as u64)
        }),
        _ => false,
    }
}

/// Whether a number of 18 digits, cut or rounded, shows these leading digits.
fn rounds_to(value: u64, digits: &str) -> bool {
    // Fewer than six digits do not even name the area.
    if !(6..=18).contains(&digits.len()) {
        return false;
    }
    let unit = 10u64.pow(18 - digits.len() as u32);
    let Ok(shown) = digits.parse::<u64>() else { return false };
    value / unit == shown
        || (value + unit / 2) / unit == shown
        || value as f64 as u64 == shown * unit
}
