//! Civil dates in Asia/Shanghai, with or without a time of day, in every spelling that is complete.
//!
//! A date that lacks its year, month or day is never completed by guessing: it is a fault, or needs the
//! caller's year in [`read_range`].

use super::{Fault, Mends, Outcome, Raw, Reading, plain};
use crate::model::{CellKind, NumberFormat, codes::value as codes};

mod civil;
mod grammar;
pub(super) mod numeral;
mod serial;
mod token;

pub use civil::{days, is_day, write, ymd};

/// First and last day of a span, as days from 0001-01-01 as day 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub start: i32,
    /// Last day; never before the first.
    pub end: i32,
}

/// What a text says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    days: i32,
    /// Second of the day, if a time of day was given.
    seconds: Option<u32>,
    /// Last day, if the text was a span.
    until: Option<i32>,
    /// The time was given for another zone and converted.
    is_converted: bool,
    /// A word such as 上午 was left out.
    has_vague_time: bool,
}

impl Moment {
    fn day(days: i32) -> Moment {
        Moment { days, seconds: None, until: None, is_converted: false, has_vague_time: false }
    }
}

/// The day of `YYYY-MM-DD` in a likely year; `None` for anything else.
#[inline]
pub(super) fn read_clean(bytes: &[u8]) -> Option<i32> {
    civil::read_canonical(bytes).filter(|days| far_year(*days).is_none())
}

/// Reads a date; the time of day is left out. Of a span the first day is taken, with a doubt.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, outer) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let (moment, mut mends, mut doubt) = match find(raw, text) {
        Ok(found) => found,
        Err(fault) => return Outcome::Fault(fault),
    };
    if moment.seconds.is_some_and(|seconds| seconds > 0 || raw.kind == CellKind::Text)
        || moment.has_vague_time
    {
        mends.add(Mends::TIME_DROPPED);
    }
    if moment.until.is_some() {
        doubt = Some(&codes::DATE_RANGE);
    }
    let start = out.len();
    write(moment.days, out);
    if out.get(start..) == Some(text) {
        mends = Mends::NONE;
    }
    let doubt = doubt.or_else(|| far_year(moment.days));
    let reading = Reading { doubt, ..Reading::written(moment.days, mends.union(outer)) };
    Outcome::settle(raw.text, trimmed, out, start, reading)
}

/// Reads a date with a time of day; seconds are left out. Without a time it is midnight, with a doubt.
pub(super) fn read_date_time(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, outer) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let (moment, mut mends, mut doubt) = match find(raw, text) {
        Ok(found) => found,
        Err(fault) => return Outcome::Fault(fault),
    };
    let seconds = moment.seconds.unwrap_or_default();
    if !seconds.is_multiple_of(60) {
        mends.add(Mends::SECONDS_DROPPED);
    }
    if moment.seconds.is_none() {
        doubt = Some(&codes::TIME_MISSING);
    }
    if moment.until.is_some() {
        doubt = Some(&codes::DATE_RANGE);
    }
    let start = out.len();
    write(moment.days, out);
    civil::write_time(seconds, out);
    if out.get(start..) == Some(text) {
        mends = Mends::NONE;
    }
    let doubt = doubt.or_else(|| far_year(moment.days));
    let reading = Reading { doubt, ..Reading::written(moment.days, mends.union(outer)) };
    Outcome::settle(raw.text, trimmed, out, start, reading)
}

/// Reads a number that the container shows as a day, for a field that is plain text.
pub(super) fn read_as_shown(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, outer) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    let Some(Ok(moment)) = serial::read(text, raw.is_1904) else {
        return Outcome::Value(Reading { mends: outer, ..Reading::slice(trimmed, 0) });
    };
    write(moment.days, out);
    if let Some(seconds) = moment.seconds.filter(|_| raw.format == NumberFormat::DateTime) {
        civil::write_time(seconds, out);
    }
    Outcome::Value(Reading::written(0, outer.union(Mends::SERIAL_DAY)))
}

/// Reads a span such as `2022.3.5-3.7`, `2022年3月5日—7日`, or `3月5日至7日` with the year that the caller knows.
/// A single day is a span of one. Notes such as `（3天）` behind it are passed over.
///
/// # Errors
/// The faults of a date, and `date-range-reversed`.
pub fn read_range(text: &str, year: Option<i32>) -> Result<DateRange, Fault> {
    let (trimmed, _) = plain::trim(text);
    let text = text.get(trimmed).unwrap_or_default();
    let (moment, _) = grammar::read(text, year)?;
    let end = moment.until.unwrap_or(moment.days);
    Ok(DateRange { start: moment.days, end })
}

type Found = (Moment, Mends, Option<&'static crate::model::Code>);

/// Finds the moment that a trimmed text or a number means.
fn find(raw: &Raw<'_>, text: &str) -> Result<Found, Fault> {
    let is_number = raw.kind == CellKind::Number;
    let is_marked = raw.is_day() || (is_number && raw.format == NumberFormat::Time);
    if is_marked {
        if let Some(moment) = serial::read(text, raw.is_1904) {
            return moment.map(|moment| (moment, Mends::NONE, None));
        }
    } else if serial::is_likely(text)
        && let Some(moment) = serial::read(text, raw.is_1904)
    {
        let doubt = serial::may_be_year_and_month(text).then_some(&codes::DATE_SERIAL);
        return moment.map(|moment| (moment, Mends::SERIAL_DAY, doubt));
    }
    let (moment, mut mends) = grammar::read(text, None)?;
    let doubt = moment.is_converted.then_some(&codes::DATE_ZONE);
    if raw.kind == CellKind::IsoDate {
        mends = Mends::NONE;
    } else {
        mends.add(Mends::DATE_STYLE);
    }
    Ok((moment, mends, doubt))
}

fn far_year(days: i32) -> Option<&'static crate::model::Code> {
    // 1900-01-01 and 2101-01-01.
    (!(693_596..767_010).contains(&days)).then_some(&codes::DATE_YEAR)
}

fn fault(code: &'static crate::model::Code) -> Fault {
    Fault { code, args: Vec::new() }
}

#[cfg(test)]
mod tests;
