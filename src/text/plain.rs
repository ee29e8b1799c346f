//! Trimming, and text that has no grammar of its own: units, departments, titles, remarks.

use std::ops::Range;

use super::{Mends, Outcome, Raw, Reading, date, number};
use crate::model::{CellKind, codes::value as codes};

/// Whether a character is white space that people may put around a value.
pub(crate) fn is_space(letter: char) -> bool {
    letter.is_whitespace()
}

/// Whether a character shows nothing: controls, zero-width marks, direction and variation marks.
pub(crate) fn is_invisible(letter: char) -> bool {
    (letter.is_control() && !letter.is_whitespace())
        || matches!(letter,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E01EF}')
}

/// Whether a character lies in a private-use area.
pub(crate) fn is_private(letter: char) -> bool {
    matches!(letter, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Whether a character is a Chinese character that names are written with.
pub(crate) fn is_han(letter: char) -> bool {
    matches!(letter,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '〇' | '々')
}

/// The half-width twin of a full-width letter, digit, sign or space; other characters stay.
pub(crate) fn half(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        '\u{3000}' => ' ',
        _ => letter,
    }
}

/// Finds the part of a text without white space, invisible characters and apostrophes around it.
pub(super) fn trim(text: &str) -> (Range<usize>, Mends) {
    if is_solid(text.as_bytes()) {
        return (0..text.len(), Mends::NONE);
    }
    let mut mends = Mends::NONE;
    let mut is_dress = |letter: char| {
        let mark = match letter {
            '\'' => Mends::APOSTROPHE,
            _ if is_space(letter) => Mends::OUTER_SPACES,
            _ if is_invisible(letter) => Mends::INVISIBLE,
            _ => return false,
        };
        mends.add(mark);
        true
    };
    let rest = text.trim_start_matches(&mut is_dress);
    let start = text.len() - rest.len();
    let end = start + rest.trim_end_matches(&mut is_dress).len();
    (start..end, mends)
}

/// Whether first and last character are printable ASCII or common Chinese characters, so that there is
/// nothing to trim. Lead bytes E4–E9 are U+4000–U+9FFF.
#[inline]
fn is_solid(bytes: &[u8]) -> bool {
    let is_ink = |byte: u8| matches!(byte, 0x21..=0x26 | 0x28..=0x7E);
    let is_lead = |byte: u8| matches!(byte, 0xE4..=0xE9);
    match bytes {
        [first, .., third, _, last] => {
            (is_ink(*first) || is_lead(*first)) && (is_ink(*last) || is_lead(*third))
        }
        [lead, _, _] if is_lead(*lead) => true,
        [first, .., last] => is_ink(*first) && is_ink(*last),
        [only] => is_ink(*only),
        [] => true,
    }
}

/// Appends the half-width form of `text` without any white space or invisible character.
pub(super) fn squeeze(text: &str, out: &mut String) -> Mends {
    let mut mends = Mends::NONE;
    for letter in text.chars() {
        let narrow = half(letter);
        if is_space(narrow) {
            mends.add(Mends::INNER_SPACES);
        } else if is_invisible(narrow) {
            mends.add(Mends::INVISIBLE);
        } else {
            if narrow != letter {
                mends.add(Mends::FULL_WIDTH);
            }
            out.push(narrow);
        }
    }
    mends
}

/// A hyphen, dash or minus of any kind.
pub(crate) fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{AD}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | 'ー' | '─' | '━'
    )
}

/// Takes a label such as `身份证号：` away from the front; gives the rest.
pub(super) fn without_label<'a>(text: &'a str, labels: &[&str]) -> Option<&'a str> {
    let rest = labels.iter().find_map(|label| text.strip_prefix(label))?;
    Some(rest.trim_start_matches([':', '：', '.', '=', ' ']))
}

/// Reads text without a grammar. A number that the container shows as a day becomes that day.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (range, mends) = trim(raw.text);
    let Some(text) = raw.text.get(range.clone()).filter(|text| !text.is_empty()) else {
        return Outcome::Nothing;
    };
    if raw.is_day() {
        return date::read_as_shown(raw, out);
    }
    if raw.kind == CellKind::Number && number::write_whole(text, out) {
        return Outcome::Value(Reading::written(0, mends));
    }
    if !is_suspicious(text.as_bytes()) || !text.chars().any(is_odd) {
        return Outcome::Value(Reading { mends, ..Reading::slice(range, 0) });
    }
    let start = out.len();
    let mut reading = Reading::written(0, mends);
    tidy(text, out, &mut reading);
    Outcome::settle(raw.text, range, out, start, reading)
}

/// Text with nothing to mend, and no error value.
#[inline]
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    !matches!(bytes, [] | [b'#', ..]) && is_solid(bytes) && !is_suspicious(bytes)
}

/// Whether a text may hold controls, odd spaces, invisible or private-use characters. Looks at bytes only:
/// C2 begins NBSP, C1 controls and the soft hyphen, E2 the zero-width marks, EE and above the private areas
/// and variation marks. Whole blocks without an early end, the last one overlapping, so that it is vectorised.
#[inline]
fn is_suspicious(bytes: &[u8]) -> bool {
    fn any<const N: usize>(block: &[u8; N]) -> bool {
        block.iter().fold(false, |found, byte| {
            let is_control = (*byte < 0x20) | (*byte == 0x7F);
            found | is_control | (*byte == 0xC2) | (*byte == 0xE2) | (*byte >= 0xEE)
        })
    }
    if let Some(last) = bytes.last_chunk::<16>() {
        any(last) || bytes.as_chunks::<16>().0.iter().any(any)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        any(first) | any(last)
    } else {
        bytes.iter().any(|byte| any(&[*byte]))
    }
}

/// Whether a character is one that [`tidy`] changes.
fn is_odd(letter: char) -> bool {
    letter != ' '
        && letter != '\u{3000}'
        && (is_invisible(letter) || is_private(letter) || is_space(letter))
}

/// Appends `text` without invisible characters; line breaks and tabs vanish beside Chinese and become one space
/// beside Latin; odd spaces become plain ones; private-use characters are repaired where the table knows them.
fn tidy(text: &str, out: &mut String, reading: &mut Reading) {
    let mut last = None;
    let mut has_break = false;
    for letter in text.chars() {
        if matches!(letter, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            has_break = true;
            reading.mends.add(Mends::LINE_BREAKS);
            continue;
        }
        if is_invisible(letter) {
            reading.mends.add(Mends::INVISIBLE);
            continue;
        }
        if has_break
            && last.is_some_and(|last: char| last.is_ascii())
            && letter.is_ascii()
            && last != Some(' ')
            && letter != ' '
        {
            out.push(' ');
        }
        has_break = false;
        let kept = tidy_letter(letter, reading);
        out.push(kept);
        last = Some(kept);
    }
}

fn tidy_letter(letter: char, reading: &mut Reading) -> char {
    if is_private(letter) {
        if let Some(known) = super::pua::repair(letter) {
            reading.mends.add(Mends::PRIVATE_USE);
            return known;
        }
        reading.doubt = Some(&codes::PRIVATE_CHARACTER);
    } else if is_space(letter) && letter != ' ' && letter != '\u{3000}' {
        reading.mends.add(Mends::INNER_SPACES);
        return ' ';
    }
    letter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::Text;
    use crate::text::tests::{canonical, check};

    #[test]
    fn what_is_around_a_value_goes_and_is_named() {
        for (raw, canonical, mends) in [
            ("内科", "内科", Mends::NONE),
            (" 内科\u{3000}", "内科", Mends::OUTER_SPACES),
            ("'007", "007", Mends::APOSTROPHE),
            ("\u{FEFF}内科\u{200B}", "内科", Mends::INVISIBLE),
            ("\u{A0}A\t", "A", Mends::OUTER_SPACES),
            ("人民医院（东院区）", "人民医院（东院区）", Mends::NONE),
            ("心内\n科", "心内科", Mends::LINE_BREAKS),
            ("Peking\nUnion", "Peking Union", Mends::LINE_BREAKS),
            ("a\u{A0}b", "a b", Mends::INNER_SPACES),
            ("主治\u{200B}医师", "主治医师", Mends::INVISIBLE),
            ("北京 医院", "北京 医院", Mends::NONE),
            ("“五四”医院Ⅰ", "“五四”医院Ⅰ", Mends::NONE),
        ] {
            check(Text, &Raw::text(raw), canonical, 0, mends);
        }
    }

    #[test]
    fn blank_cells_are_nothing() {
        for raw in ["", " ", "\u{3000}\u{A0}", "\t\r\n", "'", "\u{200B}\u{FEFF}", " ' "] {
            assert!(matches!(super::read(&Raw::text(raw), &mut String::new()), Outcome::Nothing));
        }
    }

    #[test]
    fn whole_numbers_lose_their_decimal_zero() {
        assert_eq!(canonical(Text, &Raw::number("12.0")), "12");
        assert_eq!(canonical(Text, &Raw::number("12.5")), "12.5");
        assert_eq!(canonical(Text, &Raw::text("12.0")), "12.0");
    }
}
