//! Serial days of spreadsheets, counted from 1900 (with its day that never was) or 1904.

use super::{Fault, Moment, fault};
use crate::model::codes::value as codes;

/// Day numbers of 1899-12-30 and 1904-01-01.
const BASE_1900: i32 = 693_594;
const BASE_1904: i32 = 695_056;
/// Serial of 9999-12-31 in the 1900 system.
const LAST: f64 = 2_958_466.0;

/// Reads a serial day; `None` if the text is no number or beyond the calendar (`20220305` formatted as a date).
pub(super) fn read(text: &str, is_1904: bool) -> Option<Result<Moment, Fault>> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let value: f64 = text.parse().ok().filter(|_| is_number)?;
    if !(0.0..LAST - if is_1904 { 1462.0 } else { 0.0 }).contains(&value) {
        return None;
    }
    let mut whole = value as i32;
    let mut seconds = (value.fract() * 86_400.0).round() as u32;
    if seconds == 86_400 {
        (whole, seconds) = (whole + 1, 0);
    }
    let days = match whole {
        _ if is_1904 => BASE_1904 + whole,
        0 => return Some(Err(fault(&codes::DATE_INCOMPLETE))),
        // The 1900 system has a 29 February 1900, which the calendar has not.
        60 => return Some(Err(fault(&codes::DATE_IMPOSSIBLE))),
        1..60 => BASE_1900 + 1 + whole,
        _ => BASE_1900 + whole,
    };
    let seconds = (value.fract() != 0.0).then_some(seconds);
    Some(Ok(Moment { seconds, ..Moment::day(days) }))
}

/// Whether a number without a date format is likely a serial day: five digits, perhaps with a fraction.
pub(super) fn is_likely(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    whole.len() == 5 && !whole.starts_with('0') && is_digits(whole) && is_digits(fraction)
}

/// Whether a likely serial could as well be a year and a month typed together: `20223`.
pub(super) fn may_be_year_and_month(text: &str) -> bool {
    text.len() == 5 && (text.starts_with("19") || text.starts_with("20"))
}
