//! Project numbers: `2022-03-01-127(国)`, and provisional ones that begin with `L`.
//!
//! Whether subject and number exist is asked of the year's list, not here.

use super::{Mends, Outcome, Raw, Reading, number, plain};
use crate::model::{CellKind, FieldType, codes::value as codes};

/// Labels that people leave in front of the number, longest first.
const LABELS: &[&str] =
    &["继教项目编号", "项目编号", "项目编码", "项目号", "编号", "NO", "No", "no"];

/// Reads a project number; the level in brackets stays if it is there and is never added.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    if raw.is_day() {
        return Outcome::fault(&codes::PROJECT_CODE_DATE);
    }
    let start = out.len();
    if !(raw.kind == CellKind::Number && number::write_whole(text, out)) {
        out.push_str(text);
    }
    let whole = out.split_off(start);
    match parse(&whole, out) {
        Some((found, has_name)) => {
            let doubt = has_name.then_some(&codes::PROJECT_CODE_GLUED);
            let reading = Reading { doubt, ..Reading::written(0, mends.union(found)) };
            Outcome::settle(raw.text, trimmed, out, start, reading)
        }
        None if is_date(&whole) => Outcome::fault(&codes::PROJECT_CODE_DATE),
        None => Outcome::fault(&codes::PROJECT_CODE_FORMAT),
    }
}

/// `2022-03-01-127`, perhaps with `(国)` or another Chinese character in brackets.
#[inline]
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    let Some((number, level)) = bytes.split_first_chunk::<14>() else { return false };
    let is_number = number.iter().enumerate().fold(true, |is_number, (at, byte)| {
        is_number & if matches!(at, 4 | 7 | 10) { *byte == b'-' } else { byte.is_ascii_digit() }
    });
    is_number && matches!(level, [] | [b'(', 0xE4..=0xE9, _, _, b')'])
}

/// Writes the canonical number; gives the mends and whether a name was glued to it.
fn parse(text: &str, out: &mut String) -> Option<(Mends, bool)> {
    let start = out.len();
    let mut mends = plain::squeeze(text, out);
    let squeezed = out.split_off(start);
    let unlabelled = plain::without_label(&squeezed, LABELS);
    if unlabelled.is_some() {
        mends.add(Mends::PREFIX);
    }
    let body = unlabelled.unwrap_or(&squeezed);
    if let Some(provisional) = provisional(body) {
        out.push_str(provisional);
        return Some((mends, false));
    }
    let (rest, has_all_hyphens) = parse_number(body, out)?;
    let (level, name) = split_level(rest)?;
    if !level.is_empty() {
        out.push('(');
        out.push_str(level);
        out.push(')');
    }
    if !name.is_empty() {
        mends.add(Mends::GLUED_NAME);
    }
    let written = out.get(start..).unwrap_or_default();
    if !has_all_hyphens || body.strip_suffix(name) != Some(written) {
        mends.add(Mends::CODE_STYLE);
    }
    Some((mends, !name.is_empty()))
}

/// `L` and what follows, for numbers that a platform gave for the time being.
fn provisional(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('L')?;
    let is_code = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_code && (3..=30).contains(&rest.len()) && rest.bytes().any(|b| b.is_ascii_digit()))
        .then_some(text)
}

/// Writes `YYYY-SS-TT-NNN` and gives what follows, and whether every hyphen stood there as it should.
fn parse_number<'a>(text: &'a str, out: &mut String) -> Option<(&'a str, bool)> {
    let mut rest = text;
    let mut has_all_hyphens = true;
    for (at, length) in [4, 2, 2, 3].into_iter().enumerate() {
        if at > 0 {
            out.push('-');
            match rest.chars().next().filter(|letter| plain::is_dash(*letter) || *letter == '~') {
                Some(dash) => {
                    has_all_hyphens &= dash == '-';
                    rest = rest.get(dash.len_utf8()..)?;
                }
                None => has_all_hyphens = false,
            }
        }
        let (digits, behind) = rest.split_at_checked(length)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        out.push_str(digits);
        rest = behind;
    }
    // Running numbers have three digits so far; a fourth is allowed, a fifth is a mistake.
    if let Some(digit) = rest.chars().next().filter(char::is_ascii_digit) {
        out.push(digit);
        rest = rest.get(1..)?;
    }
    let is_over =
        !rest.starts_with(|letter: char| letter.is_ascii_digit() || plain::is_dash(letter));
    // Without hyphens only a year of this century tells the number from other long ones.
    let is_year = has_all_hyphens || text.contains(plain::is_dash) || text.starts_with("20");
    (is_over && is_year).then_some((rest, has_all_hyphens))
}

/// Splits what follows the number into the level (`国`, `京`) and a glued name. `None` if a bracket is not closed.
fn split_level(text: &str) -> Option<(&str, &str)> {
    const CLOSERS: [char; 5] = [')', '】', ']', '〕', '」'];
    let is_level =
        |level: &str| (1..=3).contains(&level.chars().count()) && level.chars().all(plain::is_han);
    if let Some(inner) = text.strip_prefix(['(', '【', '[', '〔', '「']) {
        let close = inner.find(CLOSERS)?;
        let (level, rest) = inner.split_at_checked(close)?;
        let name = rest.trim_start_matches(CLOSERS);
        return is_level(level).then_some((level, name));
    }
    if LEVELS.contains(text) && text.chars().count() == 1 {
        return Some((text, ""));
    }
    // What is glued to the number must at least be a word.
    let is_word = text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2;
    (text.is_empty() || is_word).then_some(("", text))
}

/// Levels that may stand without brackets: the nation, and provinces by their short names.
const LEVELS: &str = "国省市京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新兵";

/// Whether a text is what a spreadsheet makes of `03-01`: a date, or a month and a day.
fn is_date(text: &str) -> bool {
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let has_month =
        MONTHS.iter().any(|month| lower.split(['-', ' ', '/']).any(|part| part == *month));
    let scratch = &mut String::new();
    match super::read(FieldType::Date, &Raw::text(text), scratch) {
        Outcome::Value(reading) => {
            let is_day = reading.doubt.is_none() && !reading.mends.contains(Mends::SERIAL_DAY);
            is_day || has_month
        }
        Outcome::Fault(fault) => {
            has_month || std::ptr::eq(fault.code, &codes::DATE_YEAR_MISSING) && text.contains('月')
        }
        Outcome::Nothing => has_month,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::ProjectCode;
    use crate::text::tests::{canonical, check, doubt, fault};

    #[test]
    fn project_numbers_are_read_however_they_are_written() {
        let style = Mends::CODE_STYLE;
        for (raw, canonical, mends) in [
            ("2024-03-01-127", "2024-03-01-127", Mends::NONE),
            ("2022-03-01-127(国)", "2022-03-01-127(国)", Mends::NONE),
            ("2022-03-01-127（国）", "2022-03-01-127(国)", Mends::FULL_WIDTH),
            ("2022-03-01-127 (国)", "2022-03-01-127(国)", Mends::INNER_SPACES),
            ("2022-03-01-127【国】", "2022-03-01-127(国)", style),
            ("2022-03-01-127国", "2022-03-01-127(国)", style),
            ("20220301127国", "2022-03-01-127(国)", style),
            ("20220301127", "2022-03-01-127", style),
            ("2022–03–01–127", "2022-03-01-127", style),
            ("2022—03—01—127(国)", "2022-03-01-127(国)", style),
            ("２０２２－０３－０１－１２７", "2022-03-01-127", Mends::FULL_WIDTH),
            ("2022-0301-127", "2022-03-01-127", style),
            ("2022-03-01-1271(京)", "2022-03-01-1271(京)", Mends::NONE),
            ("项目编号:2022-03-01-127", "2022-03-01-127", Mends::PREFIX),
            ("L20220001", "L20220001", Mends::NONE),
            ("1999-03-01-127", "1999-03-01-127", Mends::NONE),
            (" 2024-03-01-127", "2024-03-01-127", Mends::OUTER_SPACES),
        ] {
            check(ProjectCode, &Raw::text(raw), canonical, 0, mends);
            assert_eq!(doubt(ProjectCode, &Raw::text(raw)), "", "{raw}");
        }
        check(ProjectCode, &Raw::number("20220301127.0"), "2022-03-01-127", 0, style);
    }

    #[test]
    fn a_name_behind_the_number_is_left_out_with_a_doubt() {
        for raw in [
            "2022-03-01-127(国)第四届培训班",
            "2022-03-01-127（国） 第四届培训班",
            "2022-03-01-127(国)\n第四届",
        ] {
            assert_eq!(canonical(ProjectCode, &Raw::text(raw)), "2022-03-01-127(国)");
            assert_eq!(doubt(ProjectCode, &Raw::text(raw)), "project-code-glued");
        }
    }

    #[test]
    fn damage_and_nonsense_are_told_apart() {
        for (raw, code) in [
            ("2024-1", "project-code-format"),
            ("03-01-127(国)", "project-code-format"),
            ("2022-03-01-12", "project-code-format"),
            ("2022-03-01-12712", "project-code-format"),
            ("2022-03-01-127(", "project-code-format"),
            ("2022-03-01-127月", "project-code-format"),
            ("2022-03-01-127.", "project-code-format"),
            ("待定", "project-code-format"),
            ("Lab", "project-code-format"),
            ("13800000000", "project-code-format"),
            ("2022-03-01", "project-code-date"),
            ("2022/3/1", "project-code-date"),
            ("3月1日", "project-code-date"),
            ("1-Mar", "project-code-date"),
            ("Mar-22", "project-code-date"),
        ] {
            assert_eq!(fault(ProjectCode, &Raw::text(raw)), code, "{raw}");
        }
        let day = Raw { format: crate::model::NumberFormat::Date, ..Raw::number("44621") };
        assert_eq!(fault(ProjectCode, &day), "project-code-date");
    }
}
