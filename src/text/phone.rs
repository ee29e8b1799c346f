//! Phone numbers: mobiles of eleven digits, land lines with their area code.

use super::{Mends, Outcome, Raw, Reading, number, plain};
use crate::model::{CellKind, codes::value as codes};

/// Reads a phone number. Mobiles become eleven digits, land lines `010-12345678`.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    if raw.kind == CellKind::Number && number::write_whole(text, out) {
        let digits = out.split_off(start);
        return match one(&digits, out) {
            Some(_) => Outcome::Value(Reading::written(0, mends)),
            None => Outcome::fault(&codes::PHONE_FORMAT),
        };
    }
    if let Some(found) = one(text, out) {
        mends.add(found);
        return Outcome::settle(raw.text, trimmed, out, start, Reading::written(0, mends));
    }
    out.truncate(start);
    match several(text, out) {
        Some(found) => {
            let reading = Reading::written(0, mends.union(found));
            Outcome::Value(Reading { doubt: Some(&codes::PHONE_SEVERAL), ..reading })
        }
        None => Outcome::fault(&codes::PHONE_FORMAT),
    }
}

#[inline]
/// A mobile number of eleven digits and nothing else.
pub(super) fn is_mobile(bytes: &[u8]) -> bool {
    match <&[u8; 11]>::try_from(bytes) {
        Ok(digits @ [b'1', b'3'..=b'9', ..]) => {
            digits.iter().fold(true, |is_digits, byte| is_digits & byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// Appends the one number that a text is; on `None` what was appended means nothing.
fn one(text: &str, out: &mut String) -> Option<Mends> {
    let start = out.len();
    let mut mends = plain::squeeze(text, out);
    let squeezed = out.split_off(start);
    for letter in squeezed.chars().filter(|letter| !plain::is_dash(*letter)) {
        out.push(letter);
    }
    if out.len() - start < squeezed.len() {
        mends.add(Mends::HYPHENS);
    }
    let digits = out.get(start..)?;
    let (local, has_code) = match digits.strip_prefix("+86") {
        Some(local) => (local, true),
        None => (digits, false),
    };
    let (local, has_zero) = match local.strip_suffix(".0") {
        Some(whole) => (whole, true),
        None => (local, false),
    };
    if is_mobile(local.as_bytes()) {
        if has_code {
            mends.add(Mends::COUNTRY_CODE);
        }
        if has_zero {
            mends.add(Mends::DECIMAL_ZERO);
        }
        let mobile = local.to_owned();
        out.truncate(start);
        out.push_str(&mobile);
        return Some(mends);
    }
    out.truncate(start);
    land_line(&squeezed, out).then(|| {
        let is_hyphened = out.get(start..) == Some(squeezed.as_str());
        let rest = mends.iter().filter(|mark| *mark != Mends::HYPHENS);
        let rest = rest.fold(Mends::NONE, Mends::union);
        if is_hyphened { rest } else { rest.union(Mends::HYPHENS) }
    })
}

/// Appends a land line as `area-number` or `area-number-extension`; `false` if it is none.
fn land_line(squeezed: &str, out: &mut String) -> bool {
    let is_part =
        |letter: char| letter.is_ascii_digit() || plain::is_dash(letter) || "()转".contains(letter);
    if !squeezed.chars().all(is_part) {
        return false;
    }
    let (main, extension) = split_extension(squeezed);
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    // Area codes: 010, 02x, and four digits from 03 to 09.
    let area = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return false,
    };
    let Some((area, local)) = digits.split_at_checked(area) else { return false };
    let is_local = matches!(local.len(), 7 | 8) && !local.starts_with(['0', '1']);
    let is_extension = extension.len() <= 6 && extension.bytes().all(|byte| byte.is_ascii_digit());
    if !is_local || !is_extension {
        return false;
    }
    out.push_str(area);
    out.push('-');
    out.push_str(local);
    if !extension.is_empty() {
        out.push('-');
        out.push_str(extension);
    }
    true
}

/// Splits `010-12345678-123` and `010-12345678转123` before the extension.
fn split_extension(text: &str) -> (&str, &str) {
    if let Some(parts) = text.split_once('转') {
        return parts;
    }
    match text.rsplit_once(plain::is_dash) {
        Some((main, extension)) if extension.len() <= 6 && main.len() >= 10 => (main, extension),
        _ => (text, ""),
    }
}

/// Several numbers in one cell: appends the first mobile, or else the first land line.
fn several(text: &str, out: &mut String) -> Option<Mends> {
    let start = out.len();
    let is_break = |letter: char| {
        matches!(letter, '/' | '、' | ',' | '，' | ';' | '；' | '|' | '\n' | '\r' | '／' | '或')
    };
    let by_signs = text.contains(is_break);
    let is_border =
        |letter: char| if by_signs { is_break(letter) } else { plain::is_space(letter) };
    let parts = || text.split(is_border).map(str::trim).filter(|part| !part.is_empty());
    // A stray mark or word beside a number makes no second number.
    let is_number = |part: &str| {
        part.chars().filter(|letter| plain::half(*letter).is_ascii_digit()).count() >= 5
    };
    if parts().count() < 2 || !parts().all(is_number) {
        return None;
    }
    let mut first_line = None;
    for part in parts() {
        if let Some(mends) = one(part, out) {
            if is_mobile(out.get(start..)?.as_bytes()) {
                return Some(mends);
            }
            first_line.get_or_insert((part, mends));
        }
        out.truncate(start);
    }
    let (part, mends) = first_line?;
    one(part, out)?;
    Some(mends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::Phone;
    use crate::text::tests::{canonical, check, doubt, fault};

    #[test]
    fn mobiles_and_land_lines_are_read_however_they_are_written() {
        for (raw, canonical, mends) in [
            ("13800000000", "13800000000", Mends::NONE),
            ("+8613800000000", "13800000000", Mends::COUNTRY_CODE),
            ("+86 138 0000 0000", "13800000000", Mends::COUNTRY_CODE.union(Mends::INNER_SPACES)),
            ("+86-138-0000-0000", "13800000000", Mends::COUNTRY_CODE.union(Mends::HYPHENS)),
            ("138-0000-0000", "13800000000", Mends::HYPHENS),
            ("138—0000—0000", "13800000000", Mends::HYPHENS),
            ("13800000000.0", "13800000000", Mends::DECIMAL_ZERO),
            ("１３８００００００００", "13800000000", Mends::FULL_WIDTH),
            (" 13800000000", "13800000000", Mends::OUTER_SPACES),
            ("010-12345678", "", Mends::NONE),
            ("010-62345678", "010-62345678", Mends::NONE),
            ("01062345678", "010-62345678", Mends::HYPHENS),
            ("(0372)2345678", "0372-2345678", Mends::HYPHENS),
            ("0372-2345678-801", "0372-2345678-801", Mends::NONE),
            ("010-62345678转801", "010-62345678-801", Mends::HYPHENS),
        ] {
            if !canonical.is_empty() {
                check(Phone, &Raw::text(raw), canonical, 0, mends);
            }
        }
        check(Phone, &Raw::number("13800000000.0"), "13800000000", 0, Mends::NONE);
        check(Phone, &Raw::number("1.38E10"), "13800000000", 0, Mends::NONE);
    }

    #[test]
    fn of_several_numbers_the_first_mobile_is_taken_and_told() {
        for (raw, first) in [
            ("13800000000/010-62345678", "13800000000"),
            ("010-62345678、13800000000", "13800000000"),
            ("13800000000 13900000000", "13800000000"),
            ("010-62345678/010-62345679", "010-62345678"),
            ("13800000000\n13900000000", "13800000000"),
        ] {
            assert_eq!(canonical(Phone, &Raw::text(raw)), first, "{raw}");
            assert_eq!(doubt(Phone, &Raw::text(raw)), "phone-several", "{raw}");
        }
    }

    #[test]
    fn what_is_no_phone_number_is_refused() {
        for raw in [
            "1380000000",
            "138000000000",
            "12800000000",
            "62345678",
            "138****0000",
            "无",
            "-",
            "1.38E+10",
            "0138000000",
            "8613800000000",
            "13800000000/",
            "13800000000 转",
            "010-02345678",
        ] {
            assert_eq!(fault(Phone, &Raw::text(raw)), "phone-format", "{raw}");
        }
    }
}
