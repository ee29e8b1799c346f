//! The proleptic Gregorian calendar: days, years, months, and the canonical text of both.

/// Days before 0000-03-01, counted so that 0001-01-01 is day 1.
const EPOCH: i32 = 305;

/// Whether there is such a day in years 1–9999.
#[inline]
pub fn is_day(year: i32, month: u32, day: u32) -> bool {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return false;
    }
    day <= 28 || day <= month_length(year, month)
}

fn month_length(year: i32, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Number of a day, 0001-01-01 being day 1 (chrono's `num_days_from_ce`); `None` if there is no such day
/// or the year is not 1–9999.
#[inline]
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !is_day(year, month, day) {
        return None;
    }
    // Years that begin in March put the leap day last, so that month lengths follow one formula.
    let (shifted, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (shifted, in_year) = (shifted as u32, (153 * months + 2) / 5 + day);
    let hundreds = shifted / 100;
    let days = shifted * 365 + shifted / 4 - hundreds + hundreds / 4 + in_year;
    Some(days as i32 - EPOCH - 1)
}

/// Year, month and day of a day number; days outside years 1–9999 are moved to the nearest that is inside.
pub fn ymd(days: i32) -> (i32, u32, u32) {
    let since = days.clamp(1, 3_652_059) + EPOCH;
    let (era, in_era) = (since / 146_097, since % 146_097);
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * in_year + 2) / 153;
    let day = in_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    (era * 400 + year_of_era + i32::from(month <= 2), month as u32, day as u32)
}

/// Appends a day as `YYYY-MM-DD`.
pub fn write(days: i32, out: &mut String) {
    let (year, month, day) = ymd(days);
    let year = year as u32;
    two(year / 100, out);
    two(year % 100, out);
    out.push('-');
    two(month, out);
    out.push('-');
    two(day, out);
}

/// Appends ` HH:MM` of a second of the day.
pub(super) fn write_time(seconds: u32, out: &mut String) {
    out.push(' ');
    two(seconds / 3600, out);
    out.push(':');
    two(seconds / 60 % 60, out);
}

fn two(number: u32, out: &mut String) {
    out.push(char::from(b'0' + (number / 10 % 10) as u8));
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Reads `YYYY-MM-DD` and nothing else.
#[inline]
pub(super) fn read_canonical(bytes: &[u8]) -> Option<i32> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = bytes else { return None };
    let mut is_wrong = false;
    let mut digit = |byte: &u8| {
        let digit = byte.wrapping_sub(b'0');
        is_wrong |= digit > 9;
        u32::from(digit)
    };
    let year = digit(a) * 1000 + digit(b) * 100 + digit(c) * 10 + digit(d);
    let month = digit(e) * 10 + digit(f);
    let day = digit(g) * 10 + digit(h);
    if is_wrong {
        return None;
    }
    days(year as i32, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_as_chrono_counts_them() {
        for days_from_ce in (1..3_652_060).step_by(97).chain([1, 3_652_059]) {
            let civil = chrono::NaiveDate::from_num_days_from_ce_opt(days_from_ce).unwrap();
            let (year, month, day) = ymd(days_from_ce);
            assert_eq!(chrono::NaiveDate::from_ymd_opt(year, month, day), Some(civil));
            assert_eq!(days(year, month, day), Some(days_from_ce));
        }
        for (year, month, day) in
            [(0, 1, 1), (2023, 2, 29), (1900, 2, 29), (2022, 13, 1), (2022, 4, 31)]
        {
            assert_eq!(days(year, month, day), None);
        }
    }
}
