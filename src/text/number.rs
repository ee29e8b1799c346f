//! Numbers in halves (credits, hours, days) and whole numbers.

use super::{Mends, Outcome, Raw, Reading, date::numeral, plain};
use crate::model::{CellKind, codes::value as codes};

/// Reads credits, hours or days. [`Reading::number`] is twice the value.
///
/// A unit word is taken away and marked; whether it fits the field is asked with [`Mends::contradicts`].
pub(super) fn read_halves(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let start = out.len();
    let number = match find_number(raw, out) {
        Ok(number) => number,
        Err(outcome) => return outcome,
    };
    out.truncate(start);
    let Some((halves, noise)) = number.value.halves(raw.kind == CellKind::Number) else {
        return Outcome::fault(&codes::HALVES_STEP);
    };
    write_halves(halves, out);
    let mut reading = Reading::written(halves, number.mends.union(noise));
    reading.doubt = number.is_about.then_some(&codes::NUMBER_ABOUT);
    Outcome::settle(raw.text, number.trimmed, out, start, reading)
}

/// Reads a whole number.
pub(super) fn read_integer(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let start = out.len();
    let number = match find_number(raw, out) {
        Ok(number) => number,
        Err(outcome) => return outcome,
    };
    out.truncate(start);
    let whole = number.value.halves(raw.kind == CellKind::Number);
    let Some((halves, noise)) = whole.filter(|(halves, _)| halves % 2 == 0) else {
        return Outcome::fault(&codes::INTEGER_FORMAT);
    };
    write_integer(halves / 2, out);
    let mut reading = Reading::written(halves / 2, number.mends.union(noise));
    reading.doubt = number.is_about.then_some(&codes::NUMBER_ABOUT);
    Outcome::settle(raw.text, number.trimmed, out, start, reading)
}

/// Appends a number of halves as people write it: 5 → `2.5`, 4 → `2`.
pub fn write_halves(halves: i32, out: &mut String) {
    if halves < 0 {
        out.push('-');
    }
    write_unsigned(halves.unsigned_abs() / 2, out);
    if halves % 2 != 0 {
        out.push_str(".5");
    }
}

fn write_integer(number: i32, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    write_unsigned(number.unsigned_abs(), out);
}

fn write_unsigned(number: u32, out: &mut String) {
    let mut digits = [0u8; 10];
    let mut rest = number;
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(10 - count).map(|digit| char::from(*digit)));
}

/// Appends the digits of a number cell that is whole, without `.0` or exponent; `false` (and nothing) otherwise.
pub(super) fn write_whole(text: &str, out: &mut String) -> bool {
    if let Some((whole, zeros)) = text.split_once('.') {
        let is_plain = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain && zeros.bytes().all(|byte| byte == b'0') {
            out.push_str(whole);
            return true;
        }
    }
    // A double holds whole numbers exactly below 2^53; beyond, digits are lost and nobody may write them out.
    if !text.contains(['e', 'E']) {
        return false;
    }
    match text.parse::<f64>() {
        Ok(value) if value.fract() == 0.0 && (0.0..9.0e15).contains(&value) => {
            out.push_str(&(value as u64).to_string());
            true
        }
        _ => false,
    }
}

/// `2`, `0.5`, `25`, `2.5`: what needs no mending.
pub(super) fn clean_halves(bytes: &[u8]) -> Option<i32> {
    match bytes {
        [whole @ .., b'.', b'5'] => Some(clean_integer(whole)? * 2 + 1),
        whole => clean_integer(whole).map(|whole| whole * 2),
    }
}

/// Up to eight digits without a needless zero in front.
pub(super) fn clean_integer(bytes: &[u8]) -> Option<i32> {
    if bytes.is_empty() || bytes.len() > 8 || (bytes.len() > 1 && bytes.first() == Some(&b'0')) {
        return None;
    }
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i32::from(*byte - b'0'))
    })
}

struct Found {
    value: Decimal,
    mends: Mends,
    trimmed: std::ops::Range<usize>,
    is_about: bool,
}

/// Finds the number in a cell, with everything around it named; uses `out` as scratch.
fn find_number(raw: &Raw<'_>, out: &mut String) -> Result<Found, Outcome> {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Err(Outcome::Nothing);
    }
    if parts_digits(text) {
        return Err(Outcome::fault(&codes::NUMBER_FORMAT));
    }
    let start = out.len();
    mends.add(plain::squeeze(text, out));
    let squeezed = out.get(start..).unwrap_or_default();
    let (rest, is_about) = match squeezed.trim_start_matches(['》', '>', '≥', '〉', '约', '≈'])
    {
        rest if rest.len() < squeezed.len() => (rest, true),
        rest => (rest, false),
    };
    let value = strip_words(rest, &mut mends)
        .and_then(|digits| Decimal::read(digits, &mut mends))
        .ok_or_else(|| Outcome::fault(&codes::NUMBER_FORMAT))?;
    Ok(Found { value, mends, trimmed, is_about })
}

/// Whether spaces part two digits: `5 1` may be 5, 51 or 5.1, and nobody may choose.
fn parts_digits(text: &str) -> bool {
    let is_digit = |letter: char| {
        let narrow = plain::half(letter);
        narrow.is_ascii_digit() || narrow == '.' || numeral::is_numeral(narrow)
    };
    let mut words = text.split(plain::is_space).filter(|word| !word.is_empty());
    let Some(mut before) = words.next() else { return false };
    words.any(|word| {
        let last = std::mem::replace(&mut before, word);
        last.ends_with(is_digit) && word.starts_with(is_digit)
    })
}

/// Unit words, longest first, and the mark of each.
const UNITS: &[(&str, Mends)] = &[
    ("个学分", Mends::UNIT_CREDITS),
    ("学分", Mends::UNIT_CREDITS),
    ("个学时", Mends::UNIT_HOURS),
    ("学时", Mends::UNIT_HOURS),
    ("课时", Mends::UNIT_HOURS),
    ("个小时", Mends::UNIT_HOURS),
    ("小时", Mends::UNIT_HOURS),
    ("h", Mends::UNIT_HOURS),
    ("H", Mends::UNIT_HOURS),
    ("分钟", Mends::UNIT_OTHER),
    ("分", Mends::UNIT_CREDITS),
    ("天", Mends::UNIT_DAYS),
    ("日", Mends::UNIT_DAYS),
    ("人次", Mends::UNIT_OTHER),
    ("人", Mends::UNIT_OTHER),
    ("名", Mends::UNIT_OTHER),
    ("页", Mends::UNIT_OTHER),
    ("次", Mends::UNIT_OTHER),
    ("期", Mends::UNIT_OTHER),
    ("个", Mends::UNIT_OTHER),
];

/// Takes away a note in brackets, `/期`, one unit word and `第…期`. `None` if a bracket is not closed.
fn strip_words<'a>(text: &'a str, mends: &mut Mends) -> Option<&'a str> {
    let mut rest = text;
    if let Some(open) = rest.find(['(', '【', '[']).filter(|open| *open > 0) {
        if !rest.ends_with([')', '】', ']']) {
            return None;
        }
        rest = rest.get(..open)?;
        mends.add(Mends::NOTE_DROPPED);
    }
    for note in ["/期", "/每期", "每期", "/人"] {
        if let Some(before) = rest.strip_suffix(note) {
            rest = before;
            mends.add(Mends::NOTE_DROPPED);
        }
    }
    for (word, mark) in UNITS {
        if let Some(before) = rest.strip_suffix(word).filter(|before| !before.is_empty()) {
            rest = before;
            mends.add(*mark);
            break;
        }
    }
    if let Some(behind) = rest.strip_prefix('第') {
        rest = behind;
        mends.add(Mends::UNIT_OTHER);
    }
    Some(rest)
}

/// A decimal number: `whole + fraction`, the fraction in billionths.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decimal {
    is_negative: bool,
    whole: u32,
    fraction: u32,
    /// Digits beyond the ninth that are not zero.
    has_more: bool,
}

const BILLION: u32 = 1_000_000_000;

impl Decimal {
    fn read(text: &str, mends: &mut Mends) -> Option<Decimal> {
        if text.chars().any(numeral::is_numeral) || text == "半" {
            mends.add(Mends::CHINESE_DIGITS);
            return Decimal::chinese(text);
        }
        if text.contains(['e', 'E']) {
            mends.add(Mends::NUMBER_STYLE);
            return Decimal::scientific(text);
        }
        if text.starts_with(['+', '.', '−']) || text.starts_with("-.") {
            mends.add(Mends::NUMBER_STYLE);
        }
        let (is_negative, digits) = match text.strip_prefix(['-', '−']) {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, fraction),
            None => (digits, ""),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        if digits.contains('.') && fraction.trim_end_matches('0').len() < fraction.len().max(1) {
            mends.add(Mends::DECIMAL_ZERO);
        }
        let whole = whole_part(whole, mends)?;
        let (fraction, has_more) = fraction_part(fraction)?;
        Some(Decimal { is_negative, whole, fraction, has_more })
    }

    fn scientific(text: &str) -> Option<Decimal> {
        let is_number = text.bytes().all(|b| b.is_ascii_digit() || b"eE+-.".contains(&b));
        let value: f64 = text.parse().ok().filter(|_| is_number)?;
        let size = value.abs();
        if size >= f64::from(i32::MAX / 2) {
            return None;
        }
        let billionths = (size.fract() * f64::from(BILLION)).round() as u32;
        let (whole, fraction) = (size as u32 + billionths / BILLION, billionths % BILLION);
        // Anything below a billionth would be lost; such a number is no credit and fails the step of halves.
        let has_more = fraction == 0 && size > 0.0 && whole == 0;
        Some(Decimal { is_negative: value < 0.0, whole, fraction, has_more })
    }

    fn chinese(text: &str) -> Option<Decimal> {
        let half = Decimal { is_negative: false, whole: 0, fraction: BILLION / 2, has_more: false };
        if text == "半" {
            return Some(half);
        }
        match text.split_once('点') {
            Some((whole, "五")) => Some(Decimal { whole: numeral::number(whole)?, ..half }),
            Some((whole, "零" | "〇")) => {
                Some(Decimal { whole: numeral::number(whole)?, fraction: 0, ..half })
            }
            Some(_) => None,
            None => Some(Decimal { whole: numeral::number(text)?, fraction: 0, ..half }),
        }
    }

    /// Twice the value, if that is whole. A number cell may be off by a billionth, as sums of doubles are.
    fn halves(self, may_be_noisy: bool) -> Option<(i32, Mends)> {
        const NOISE: u32 = 2;
        let (steps, rest) =
            ((self.fraction + NOISE) / (BILLION / 2), (self.fraction + NOISE) % (BILLION / 2));
        let is_exact = self.fraction.is_multiple_of(BILLION / 2) && !self.has_more;
        let is_noise = may_be_noisy && rest <= 2 * NOISE;
        if !is_exact && !is_noise {
            return None;
        }
        let halves = i32::try_from(self.whole.checked_mul(2)?.checked_add(steps)?).ok()?;
        let mark = if is_exact { Mends::NONE } else { Mends::FLOAT_NOISE };
        Some((if self.is_negative { -halves } else { halves }, mark))
    }
}

/// Digits, perhaps in groups of three.
fn whole_part(text: &str, mends: &mut Mends) -> Option<u32> {
    if text.contains(',') {
        let mut groups = text.split(',');
        let head = groups.next()?;
        if head.is_empty() || head.len() > 3 || groups.any(|group| group.len() != 3) {
            return None;
        }
        mends.add(Mends::THOUSANDS);
    }
    if text.len() > 1 && text.starts_with('0') {
        mends.add(Mends::LEADING_ZEROS);
    }
    text.bytes().filter(|byte| *byte != b',').try_fold(0u32, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

fn fraction_part(text: &str) -> Option<(u32, bool)> {
    let mut fraction = 0;
    let mut place = BILLION / 10;
    let mut has_more = false;
    for byte in text.bytes() {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        has_more |= place == 0 && digit != 0;
        fraction += u32::from(digit) * place;
        place /= 10;
    }
    Some((fraction, has_more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::{Halves, Integer};
    use crate::text::tests::{check, fault};

    #[test]
    fn credits_are_read_in_halves_however_they_are_written() {
        for (raw, canonical, halves, mends) in [
            ("2", "2", 4, Mends::NONE),
            ("2.5", "2.5", 5, Mends::NONE),
            ("0.5", "0.5", 1, Mends::NONE),
            ("25", "25", 50, Mends::NONE),
            ("2.0", "2", 4, Mends::DECIMAL_ZERO),
            ("2.50", "2.5", 5, Mends::DECIMAL_ZERO),
            ("5.", "5", 10, Mends::DECIMAL_ZERO),
            (".5", "0.5", 1, Mends::NUMBER_STYLE),
            ("+5", "5", 10, Mends::NUMBER_STYLE),
            ("-1", "-1", -2, Mends::NONE),
            ("1e1", "10", 20, Mends::NUMBER_STYLE),
            ("02", "2", 4, Mends::LEADING_ZEROS),
            ("2学分", "2", 4, Mends::UNIT_CREDITS),
            ("2 分", "2", 4, Mends::UNIT_CREDITS.union(Mends::INNER_SPACES)),
            ("6学时", "6", 12, Mends::UNIT_HOURS),
            ("2.5天", "2.5", 5, Mends::UNIT_DAYS),
            ("２．５", "2.5", 5, Mends::FULL_WIDTH),
            ("二", "2", 4, Mends::CHINESE_DIGITS),
            ("十二", "12", 24, Mends::CHINESE_DIGITS),
            ("二点五", "2.5", 5, Mends::CHINESE_DIGITS),
            ("半天", "0.5", 1, Mends::CHINESE_DIGITS.union(Mends::UNIT_DAYS)),
            ("2/期", "2", 4, Mends::NOTE_DROPPED),
            ("5（Ⅰ类）", "5", 10, Mends::NOTE_DROPPED.union(Mends::FULL_WIDTH)),
            (
                "10学分（国）",
                "10",
                20,
                Mends::NOTE_DROPPED.union(Mends::FULL_WIDTH).union(Mends::UNIT_CREDITS),
            ),
            ("1,000", "1000", 2000, Mends::THOUSANDS),
            (" 3 ", "3", 6, Mends::OUTER_SPACES),
        ] {
            check(Halves, &Raw::text(raw), canonical, halves, mends);
        }
    }

    #[test]
    fn what_is_no_half_is_refused() {
        for (raw, code) in [
            ("0.3", "halves-step"),
            ("2.25", "halves-step"),
            ("0.50000000001", "halves-step"),
            ("1e-20", "halves-step"),
            ("abc", "number-format"),
            ("2,5", "number-format"),
            ("1.2.3", "number-format"),
            ("-", "number-format"),
            (".", "number-format"),
            ("inf", "number-format"),
            ("nan", "number-format"),
            ("99999999999", "number-format"),
            ("2-3", "number-format"),
            ("5(", "number-format"),
            ("5 1", "number-format"),
            ("2\u{3000}.5", "number-format"),
            ("学分", "number-format"),
        ] {
            assert_eq!(fault(Halves, &Raw::text(raw)), code, "{raw}");
        }
    }

    #[test]
    fn noise_of_doubles_is_forgiven_in_number_cells_only() {
        check(Halves, &Raw::number("2.4999999999999996"), "2.5", 5, Mends::FLOAT_NOISE);
        check(Halves, &Raw::number("3.0000000000000004"), "3", 6, Mends::FLOAT_NOISE);
        check(Halves, &Raw::number("2.9999999999999996"), "3", 6, Mends::FLOAT_NOISE);
        assert_eq!(fault(Halves, &Raw::number("2.3")), "halves-step");
        assert_eq!(fault(Halves, &Raw::text("2.4999999999999996")), "halves-step");
    }

    #[test]
    fn a_number_with_a_doubtful_sign_needs_a_look() {
        let reading = crate::text::tests::reading(Halves, &Raw::text("》4"));
        assert_eq!(reading.number, 8);
        assert_eq!(reading.doubt.map(|code| code.name), Some("number-about"));
    }

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        for (raw, canonical, number, mends) in [
            ("7", "7", 7, Mends::NONE),
            ("0", "0", 0, Mends::NONE),
            ("7.0", "7", 7, Mends::DECIMAL_ZERO),
            ("007", "7", 7, Mends::LEADING_ZEROS),
            ("第3期", "3", 3, Mends::UNIT_OTHER),
            ("120人", "120", 120, Mends::UNIT_OTHER),
            ("45分钟", "45", 45, Mends::UNIT_OTHER),
            ("12,345", "12345", 12345, Mends::THOUSANDS),
            ("三", "3", 3, Mends::CHINESE_DIGITS),
        ] {
            check(Integer, &Raw::text(raw), canonical, number, mends);
        }
        for (raw, code) in
            [("7.5", "integer-format"), ("x", "number-format"), ("7.2", "integer-format")]
        {
            assert_eq!(fault(Integer, &Raw::text(raw)), code, "{raw}");
        }
    }

    #[test]
    fn halves_are_written_as_people_write_them() {
        for (halves, text) in
            [(0, "0"), (1, "0.5"), (5, "2.5"), (-1, "-0.5"), (50, "25"), (i32::MIN, "-1073741824")]
        {
            let mut out = String::new();
            write_halves(halves, &mut out);
            assert_eq!(out, text);
        }
    }
}
