//! The values of a DBF record as texts. Sources: dBase 7 table structure (types `I`, `+`, `O`, `@` with their sign
//! bit turned), Visual FoxPro field types (`I`, `B`, `Y`, `T` little-endian).

use chrono::{Duration, NaiveDate};

use crate::model::CellKind;

const MILLISECONDS_A_DAY: i64 = 86_400_000;

/// The bytes of a text: up to the first NUL, without blanks at the end.
pub(super) fn text_of(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes).trim_ascii_end()
}

/// How a field is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading {
    /// Text in the table's encoding.
    Text,
    /// Number of a block in the memo file.
    Memo,
    /// A picture or another object.
    Object,
    /// Anything that says by itself what it is.
    Plain(fn(&[u8], &mut String) -> CellKind),
}

/// How the fields of a type and length are read.
pub(super) fn reading(kind: u8, length: usize, is_seven: bool) -> Reading {
    match (kind, length) {
        (b'C' | b'V', _) => Reading::Text,
        (b'N' | b'F', _) => Reading::Plain(number),
        (b'D', 8) => Reading::Plain(date),
        (b'L', _) => Reading::Plain(truth),
        (b'M', _) => Reading::Memo,
        (b'I' | b'+', 4) if is_seven => Reading::Plain(turned_integer),
        (b'I' | b'+', 4) => Reading::Plain(integer),
        (b'O', 8) => Reading::Plain(turned_double),
        (b'@', 8) => Reading::Plain(timestamp),
        (b'B', 8) => Reading::Plain(double),
        (b'Y', 8) => Reading::Plain(currency),
        (b'T', 8) => Reading::Plain(moment),
        (b'D' | b'I' | b'T' | b'Y', _) => Reading::Text,
        _ => Reading::Object,
    }
}

/// Digits as they stand; a row of stars is what dBase writes for a number too large for its field.
fn number(bytes: &[u8], to: &mut String) -> CellKind {
    let text = text_of(bytes).trim_ascii();
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let is_number = text.iter().all(is_digit) && text.iter().any(u8::is_ascii_digit);
    let is_overflow = !text.is_empty() && text.iter().all(|byte| *byte == b'*');
    to.push_str(&String::from_utf8_lossy(text));
    match (is_number, is_overflow) {
        (true, _) => CellKind::Number,
        (_, true) => CellKind::Error,
        _ => CellKind::Text,
    }
}

fn date(bytes: &[u8], to: &mut String) -> CellKind {
    let Some((year, rest)) = bytes.split_at_checked(4) else { return CellKind::Text };
    let Some((month, day)) = rest.split_at_checked(2) else { return CellKind::Text };
    if bytes.iter().all(|byte| matches!(byte, b'0' | b' ' | 0)) {
        return CellKind::Text;
    }
    if !bytes.iter().all(u8::is_ascii_digit) {
        to.push_str(String::from_utf8_lossy(text_of(bytes)).trim());
        return CellKind::Text;
    }
    let parts = [year, month, day].map(String::from_utf8_lossy);
    to.push_str(&parts.join("-"));
    CellKind::IsoDate
}

fn truth(bytes: &[u8], to: &mut String) -> CellKind {
    match bytes.first() {
        Some(b'T' | b't' | b'Y' | b'y') => to.push_str("true"),
        Some(b'F' | b'f' | b'N' | b'n') => to.push_str("false"),
        // Blank or `?`: nobody said.
        _ => return CellKind::Text,
    }
    CellKind::Bool
}

fn integer(bytes: &[u8], to: &mut String) -> CellKind {
    if let Ok(bytes) = bytes.try_into() {
        to.push_str(&i32::from_le_bytes(bytes).to_string());
    }
    CellKind::Number
}

fn turned_integer(bytes: &[u8], to: &mut String) -> CellKind {
    // Nothing but zeros is a blank one.
    if let Ok(bytes) = bytes.try_into()
        && bytes != [0; 4]
    {
        to.push_str(&(u32::from_be_bytes(bytes) ^ 1 << 31).cast_signed().to_string());
        return CellKind::Number;
    }
    CellKind::Text
}

fn double(bytes: &[u8], to: &mut String) -> CellKind {
    bytes.try_into().map_or(CellKind::Text, |bytes| push_double(f64::from_le_bytes(bytes), to))
}

fn turned_double(bytes: &[u8], to: &mut String) -> CellKind {
    let Ok(bytes) = bytes.try_into() else { return CellKind::Text };
    let bits = u64::from_be_bytes(bytes);
    let turned = if bits >> 63 == 1 { bits ^ 1 << 63 } else { !bits };
    if bits == 0 { CellKind::Text } else { push_double(f64::from_bits(turned), to) }
}

fn push_double(value: f64, to: &mut String) -> CellKind {
    if !value.is_finite() {
        return CellKind::Text;
    }
    to.push_str(&value.to_string());
    CellKind::Number
}

/// Four decimals in a whole number.
fn currency(bytes: &[u8], to: &mut String) -> CellKind {
    let Ok(bytes) = bytes.try_into() else { return CellKind::Text };
    let value = i64::from_le_bytes(bytes);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let text = format!("{sign}{whole}.{part:04}");
    to.push_str(text.trim_end_matches('0').trim_end_matches('.'));
    CellKind::Number
}

/// Julian day and milliseconds.
fn moment(bytes: &[u8], to: &mut String) -> CellKind {
    /// Julian day number of the day before 0001-01-01.
    const JULIAN_ZERO: i64 = 1_721_425;
    let (words, _) = bytes.as_chunks::<4>();
    let [day, time] = words else { return CellKind::Text };
    let day = i64::from(u32::from_le_bytes(*day));
    let time = i64::from(u32::from_le_bytes(*time));
    if day == 0 { CellKind::Text } else { push_moment(day - JULIAN_ZERO, time, to) }
}

/// Milliseconds since the day before 0001-01-01, as a double.
fn timestamp(bytes: &[u8], to: &mut String) -> CellKind {
    let Ok(bytes) = bytes.try_into() else { return CellKind::Text };
    let value = f64::from_be_bytes(bytes);
    if !(0.0..1e15).contains(&value) || value == 0.0 {
        return CellKind::Text;
    }
    let value = value as i64;
    push_moment(value / MILLISECONDS_A_DAY, value % MILLISECONDS_A_DAY, to)
}

fn push_moment(day: i64, milliseconds: i64, to: &mut String) -> CellKind {
    let date = i32::try_from(day).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    let Some(moment) = date.and_then(|date| {
        date.and_hms_opt(0, 0, 0)?.checked_add_signed(Duration::milliseconds(milliseconds))
    }) else {
        return CellKind::Text;
    };
    let is_midnight = milliseconds < 1000;
    let shape = if is_midnight { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S" };
    to.push_str(&moment.format(shape).to_string());
    CellKind::IsoDate
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: u8, is_seven: bool, bytes: &[u8]) -> (String, CellKind) {
        let mut to = String::new();
        match reading(kind, bytes.len(), is_seven) {
            Reading::Plain(plain) => {
                let kind = plain(bytes, &mut to);
                (to, kind)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_of_every_type_become_texts() {
        for (kind, is_seven, bytes, text, expected) in [
            (b'N', false, &b"   12.50"[..], "12.50", CellKind::Number),
            (b'N', false, b"********", "********", CellKind::Error),
            (b'N', false, b"        ", "", CellKind::Text),
            (b'F', false, b"-1.5E+03", "-1.5E+03", CellKind::Number),
            (b'D', false, b"20220305", "2022-03-05", CellKind::IsoDate),
            (b'D', false, b"00000000", "", CellKind::Text),
            (b'D', false, b"2022.3.5", "2022.3.5", CellKind::Text),
            (b'L', false, b"y", "true", CellKind::Bool),
            (b'L', false, b"F", "false", CellKind::Bool),
            (b'L', false, b"?", "", CellKind::Text),
            (b'I', false, b"\xfe\xff\xff\xff", "-2", CellKind::Number),
            (b'I', true, b"\x80\x00\x00\x0b", "11", CellKind::Number),
            (b'+', true, b"\x7f\xff\xff\xff", "-1", CellKind::Number),
            (b'O', true, b"\xc0\x36\x38\x51\xeb\x85\x1e\xb8", "22.22", CellKind::Number),
            (b'O', true, b"\x3f\xf9\x99\x99\x99\x99\x99\x99", "-2.8", CellKind::Number),
            (b'B', false, b"\0\0\0\0\0\0\xf8\x3f", "1.5", CellKind::Number),
            (b'Y', false, b"\x10\x27\0\0\0\0\0\0", "1", CellKind::Number),
            (b'Y', false, b"\xc6\xcf\xff\xff\xff\xff\xff\xff", "-1.2346", CellKind::Number),
            (b'@', true, b"\x42\xcc\xb3\x6f\x7d\x34\0\0", "2001-01-01", CellKind::IsoDate),
            (b'T', false, b"\xfc\x87\x25\0\0\0\0\0", "2022-03-05", CellKind::IsoDate),
            (
                b'T',
                false,
                b"\xfc\x87\x25\0\0\x74\xb7\x01",
                "2022-03-05T08:00:00",
                CellKind::IsoDate,
            ),
            (b'T', false, b"\xff\xff\xff\xff\xff\xff\xff\xff", "", CellKind::Text),
        ] {
            let found = read(kind, is_seven, bytes);
            assert_eq!(found, (text.to_owned(), expected), "{} {bytes:x?}", char::from(kind));
        }
    }
}
