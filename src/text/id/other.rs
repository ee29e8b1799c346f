//! Documents that are no resident card, by the code of their type (WS 364, CV02.01.101).

use super::super::{Outcome, Raw, Reading, plain};
use super::read;
use crate::model::codes::value as codes;

/// Reads the number of a document of another type than the resident card, which GB 11643 does not judge.
///
/// `id_type` is the code of the type: 01 and 02 are read as resident cards, 03 passport, 04 officer card,
/// 06 and 07 travel permits, anything else by its characters only. Appends to `out` only for
/// [`super::super::Canonical::Written`].
pub fn check_other(id_type: &str, text: &str, out: &mut String) -> Outcome {
    let start = out.len();
    let outcome = match id_type {
        "01" | "02" => read(&Raw::text(text), out),
        _ => check(id_type, text, out),
    };
    if !matches!(
        &outcome,
        Outcome::Value(Reading { canonical: super::super::Canonical::Written, .. })
    ) {
        out.truncate(start);
    }
    outcome
}

fn check(id_type: &str, text: &str, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(text);
    let inner = text.get(trimmed.clone()).unwrap_or_default();
    if inner.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    mends.add(plain::squeeze(inner, out));
    let squeezed = out.split_off(start);
    squeezed.chars().for_each(|letter| out.push(letter.to_ascii_uppercase()));
    if out.get(start..) != Some(squeezed.as_str()) {
        mends.add(super::Mends::LETTER_CASE);
    }
    let number = out.get(start..).unwrap_or_default();
    if !fits(id_type, number) {
        return Outcome::fault(&codes::ID_OTHER_FORMAT);
    }
    Outcome::settle(text, trimmed, out, start, Reading::written(0, mends))
}

/// Whether a number has the shape of its type.
fn fits(id_type: &str, number: &str) -> bool {
    let count = number.chars().count();
    let is_plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    match id_type {
        // Passports differ by country; all are of six to seventeen letters and digits.
        "03" => is_plain && (6..=17).contains(&count) && digits >= 4,
        // 军字第1234567号 and the like.
        "04" => {
            let is_card = |letter: char| {
                letter.is_ascii_alphanumeric() || plain::is_han(letter) || "()-".contains(letter)
            };
            number.chars().all(is_card) && (6..=20).contains(&count) && digits >= 4
        }
        // H or M and eight digits, older cards with two more.
        "06" => match number.strip_prefix(['H', 'M']) {
            Some(rest) => {
                rest.bytes().all(|byte| byte.is_ascii_digit()) && matches!(rest.len(), 8 | 10)
            }
            None => false,
        },
        // Eight digits; older permits ten digits and a letter in brackets.
        "07" => {
            let (first, rest) = number.split_once('(').unwrap_or((number, ""));
            let is_digits = first.bytes().all(|byte| byte.is_ascii_digit());
            is_digits && matches!(first.len(), 8 | 10) && rest.len() <= 3
        }
        _ => {
            let is_usual = |letter: char| letter.is_alphanumeric() || "()-/".contains(letter);
            number.chars().all(is_usual) && (4..=30).contains(&count) && digits >= 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_of_document_has_its_own_shape() {
        for (id_type, number, canonical) in [
            ("03", "E12345678", Some("E12345678")),
            ("03", " e1234 5678", Some("E12345678")),
            ("03", "ＥＢ１２３４５６７", Some("EB1234567")),
            ("03", "E12", None),
            ("03", "护照", None),
            ("04", "军字第1234567号", Some("军字第1234567号")),
            ("06", "H12345678", Some("H12345678")),
            ("06", "H1234567890", Some("H1234567890")),
            ("06", "12345678", None),
            ("07", "12345678", Some("12345678")),
            ("07", "1234567890(B)", Some("1234567890(B)")),
            ("07", "T12345678", None),
            ("01", "11010519491231002X", Some("11010519491231002X")),
            ("01", "E12345678", None),
            ("99", "ABC123456789012", Some("ABC123456789012")),
            ("99", "?", None),
        ] {
            let mut out = String::new();
            let found = match check_other(id_type, number, &mut out) {
                Outcome::Value(Reading {
                    canonical: super::super::super::Canonical::Slice(range),
                    ..
                }) => Some(number[range].to_owned()),
                Outcome::Value(_) => Some(out),
                _ => None,
            };
            assert_eq!(found.as_deref(), canonical, "{id_type} {number}");
        }
    }
}
