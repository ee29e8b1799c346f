//! How numbers of 18 digits are destroyed by spreadsheets, and which known number a damaged one was.
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

/// Names the one known number that a damaged number can have been, or `None` if none or several fit.
///
/// `damaged` is a cell's text: 18 digits that end in 000, 18 digits rounded to a double, scientific
/// notation, or the first 15 to 17 digits. `known` are numbers of 18 characters, best already narrowed to
/// people of the same name; `is_male` narrows them further. The caller proposes the result, never applies it.
pub fn completion<'a>(
    damaged: &str,
    is_male: Option<bool>,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let damaged = damaged.trim();
    let damaged = damaged.strip_suffix(".0").unwrap_or(damaged);
    let mut found = None;
    for id in known {
        let is_sound =
            <&[u8; 18]>::try_from(id.as_bytes()).is_ok_and(|id| judge(id) != Err(Flaw::Shape));
        let fits_sex = is_male.is_none() || super::is_male(id) == is_male;
        if !is_sound || !fits_sex || !may_become(id, damaged) {
            continue;
        }
        if found.is_some_and(|other| other != id) {
            return None;
        }
        found = Some(id);
    }
    found
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
