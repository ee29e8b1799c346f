//! Codes that keep their leading zeros, and IC card numbers of nine digits.

use super::{Mends, Outcome, Raw, Reading, number, plain};
use crate::model::{CellKind, codes::value as codes};

/// ASCII digits, capitals and hyphens; without E, which may be an exponent.
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'D' | b'F'..=b'Z' | b'-');
    !bytes.is_empty() && bytes.iter().all(is_plain)
}

/// Nine digits.
pub(super) fn is_clean_card(bytes: &[u8]) -> bool {
    bytes.len() == 9 && bytes.iter().all(u8::is_ascii_digit)
}

/// Reads a code. Number cells lose `.0`; letters and digits become half-width; spaces inside go.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    if raw.is_day() {
        return Outcome::fault(&codes::CODE_DATE);
    }
    let start = out.len();
    if raw.kind == CellKind::Number && number::write_whole(text, out) {
        return Outcome::Value(Reading::written(0, mends));
    }
    if is_cut(raw) || is_scientific(text) {
        return Outcome::fault(&codes::CODE_SCIENTIFIC);
    }
    mends.add(plain::squeeze(text, out));
    Outcome::settle(raw.text, trimmed, out, start, Reading::written(0, mends))
}

/// A number cell of more than 15 digits that ends in zeros: the spreadsheet dropped the rest.
fn is_cut(raw: &Raw<'_>) -> bool {
    raw.kind == CellKind::Number && raw.text.len() > 15 && raw.text.ends_with('0')
}

/// `1.23E+15`: digits and an exponent with its sign.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = mantissa.replacen('.', "", 1);
    is_digits(&whole) && exponent.strip_prefix(['+', '-']).is_some_and(is_digits)
}

/// Reads an IC card number. One that lacks leading zeros is kept as it is, with a doubt: whether zeros are
/// missing only the whole column can tell.
pub(super) fn read_ic_card(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    if !(raw.kind == CellKind::Number && number::write_whole(text, out)) {
        mends.add(plain::squeeze(text, out));
        if out.ends_with(".0") {
            out.truncate(out.len() - 2);
            mends.add(Mends::DECIMAL_ZERO);
        }
    }
    let digits = out.get(start..).unwrap_or_default();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Outcome::fault(&codes::IC_CARD_FORMAT);
    }
    let doubt = match digits.len() {
        9 => None,
        6..=8 => Some(&codes::IC_CARD_ZERO),
        _ => return Outcome::fault(&codes::IC_CARD_FORMAT),
    };
    Outcome::settle(raw.text, trimmed, out, start, Reading { doubt, ..Reading::written(0, mends) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::{Code, IcCard};
    use crate::text::tests::{check, doubt, fault};

    #[test]
    fn codes_keep_their_zeros() {
        for (raw, canonical, mends) in [
            (Raw::text("00123"), "00123", Mends::NONE),
            (Raw::number("12.0"), "12", Mends::NONE),
            (Raw::number("12"), "12", Mends::NONE),
            (Raw::text("12.0"), "12.0", Mends::NONE),
            (Raw::text("ＡＢ１２"), "AB12", Mends::FULL_WIDTH),
            (Raw::text("京 2022 001"), "京2022001", Mends::INNER_SPACES),
            (Raw::text(" 007"), "007", Mends::OUTER_SPACES),
            (Raw::text("E12"), "E12", Mends::NONE),
            (Raw::number("1.2E3"), "1200", Mends::NONE),
        ] {
            check(Code, &raw, canonical, 0, mends);
        }
        assert_eq!(fault(Code, &Raw::text("1.23E+15")), "code-scientific");
        assert_eq!(fault(Code, &Raw::number("123456789012345000")), "code-scientific");
        assert_eq!(fault(Code, &Raw::number("1.23456789012345E+17")), "code-scientific");
        let day = Raw { format: crate::model::NumberFormat::Date, ..Raw::number("44621") };
        assert_eq!(fault(Code, &day), "code-date");
    }

    #[test]
    fn a_short_ic_card_number_is_kept_with_a_doubt() {
        check(IcCard, &Raw::text("012345678"), "012345678", 0, Mends::NONE);
        check(IcCard, &Raw::text("０12345678"), "012345678", 0, Mends::FULL_WIDTH);
        check(IcCard, &Raw::number("12345678"), "12345678", 0, Mends::NONE);
        assert_eq!(doubt(IcCard, &Raw::number("12345678.0")), "ic-card-zero");
        assert_eq!(doubt(IcCard, &Raw::text("012345678")), "");
        for raw in ["12345", "0123456789", "A12345678"] {
            assert_eq!(fault(IcCard, &Raw::text(raw)), "ic-card-format");
        }
    }
}
