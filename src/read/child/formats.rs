//! What a number format says about its numbers: date, time, text or nothing. Knows no file format.

use crate::model::NumberFormat;

/// The class of a built-in format (ECMA-376 part 1, 18.8.30, with the zh-cn column for 27–36 and 50–58).
pub fn built_in(number: u16) -> NumberFormat {
    match number {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => NumberFormat::Date,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => NumberFormat::Time,
        22 => NumberFormat::DateTime,
        49 => NumberFormat::Text,
        _ => NumberFormat::General,
    }
}

/// The class of a format code such as `yyyy"年"m"月"d"日"`; only its first section counts.
pub fn of_code(code: &str) -> NumberFormat {
    if code.trim() == "@" {
        return NumberFormat::Text;
    }
    let letters = significant(code);
    if letters.starts_with("general") || letters.starts_with("g/") {
        return NumberFormat::General;
    }
    let has = |wanted: &[char]| letters.contains(wanted);
    let is_clock = has(&['h', 's']) || letters.contains("am/pm") || letters.contains("a/p");
    // `e` is a year in East Asian formats and an exponent beside digit placeholders.
    let is_calendar = has(&['y', 'd', '年', '月', '日'])
        || letters.contains("aaa")
        || (has(&['e']) && !has(&['0', '#', '?']))
        || (has(&['m']) && !is_clock);
    match (is_calendar, is_clock) {
        (true, true) => NumberFormat::DateTime,
        (true, false) => NumberFormat::Date,
        (false, true) => NumberFormat::Time,
        (false, false) => NumberFormat::General,
    }
}

/// The first section in lower case without literals and bracketed marks; elapsed `[h]` stays as `h`.
fn significant(code: &str) -> String {
    let mut kept = String::new();
    let mut chars = code.chars();
    while let Some(char) = chars.next() {
        match char {
            ';' => break,
            '"' => while chars.next().is_some_and(|char| char != '"') {},
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inner: String = chars.by_ref().take_while(|char| *char != ']').collect();
                let inner = inner.to_ascii_lowercase();
                if !inner.is_empty() && inner.chars().all(|char| "hms".contains(char)) {
                    // Elapsed minutes are a time, not a month.
                    kept.push_str(if inner.starts_with('m') { "s" } else { &inner });
                }
            }
            char => kept.extend(char.to_lowercase()),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_tell_dates_from_numbers() {
        use NumberFormat::{Date, DateTime, General, Text, Time};
        for (code, class) in [
            ("General", General),
            ("G/通用格式", General),
            ("0.00E+00", General),
            ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", General),
            ("\"合计\"0", General),
            ("@", Text),
            ("yyyy/m/d", Date),
            ("yyyy\"年\"m\"月\"d\"日\";@", Date),
            ("[$-804]aaaa", Date),
            ("mmm-yy", Date),
            ("e年m月d日", Date),
            ("yyyy\\-mm\\-dd hh:mm:ss", DateTime),
            ("h:mm AM/PM", Time),
            ("mm:ss.0", Time),
            ("[h]:mm:ss", Time),
            ("[mm]", Time),
        ] {
            assert_eq!(of_code(code), class, "{code}");
        }
    }

    #[test]
    fn built_in_formats_have_their_class() {
        use NumberFormat::{Date, DateTime, General, Text, Time};
        for (number, class) in
            [(0, General), (14, Date), (22, DateTime), (31, Date), (46, Time), (49, Text)]
        {
            assert_eq!(built_in(number), class, "{number}");
        }
    }
}
