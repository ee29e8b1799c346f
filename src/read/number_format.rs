//! What a number format says about its numbers: date, time, text or nothing. Knows no file format; all readers of workbooks share it.

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
    let mut marks = Marks::default();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => letters.by_ref().take_while(|letter| *letter != '"').for_each(drop),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                let is_elapsed = inside.chars().all(|letter| "hmsHMS".contains(letter));
                marks.has_time |= is_elapsed && !inside.is_empty();
            }
            'G' | 'g' if rest_is(&letters, "eneral") => letters.by_ref().take(6).for_each(drop),
            'E' | 'e' if matches!(letters.peek(), Some('+' | '-')) => marks.has_digits = true,
            'A' | 'a' if rest_is(&letters, "m/pm") => letters.by_ref().take(4).for_each(drop),
            'A' | 'a' if rest_is(&letters, "/p") => letters.by_ref().take(2).for_each(drop),
            other => marks.note(other),
        }
    }
    marks.meaning()
}

fn rest_is(letters: &std::iter::Peekable<std::str::Chars<'_>>, word: &str) -> bool {
    let mut rest = letters.clone();
    word.chars().all(|letter| rest.next().is_some_and(|found| found.eq_ignore_ascii_case(&letter)))
}

#[derive(Default)]
struct Marks {
    has_date: bool,
    has_month: bool,
    has_time: bool,
    has_text: bool,
    has_digits: bool,
}

impl Marks {
    fn note(&mut self, letter: char) {
        match letter {
            'y' | 'Y' | 'd' | 'D' | 'e' | 'E' | 'a' | 'A' | 'b' | 'B' => self.has_date = true,
            'm' | 'M' => self.has_month = true,
            'h' | 'H' | 's' | 'S' => self.has_time = true,
            '@' => self.has_text = true,
            '0' | '#' | '?' => self.has_digits = true,
            _ => {}
        }
    }

    fn meaning(&self) -> NumberFormat {
        match (self.has_date, self.has_time) {
            (true, true) => NumberFormat::DateTime,
            (false, true) => NumberFormat::Time,
            (true, false) => NumberFormat::Date,
            (false, false) if self.has_month => NumberFormat::Date,
            (false, false) if self.has_text && !self.has_digits => NumberFormat::Text,
            (false, false) => NumberFormat::General,
        }
    }
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
            ("General", General),
            ("0.00E+00", General),
            ("#,##0.00_);[Red]\\(#,##0.00\\)", General),
            ("[DBNum1][$-804]General", General),
            ("\"yyyy\"0", General),
            ("0\\d", General),
            ("@", Text),
            ("yyyy\"年\"m\"月\"d\"日\";@", Date),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Date),
            ("yyyy/m/d\\ h:mm;@", DateTime),
            ("m/d", Date),
            ("mmm", Date),
            ("[$-804]aaaa", Date),
            ("h:mm AM/PM", Time),
            ("上午/下午h\"时\"mm\"分\"", Time),
            ("[h]:mm:ss", Time),
            ("mm:ss.0", Time),
            ("[Red]0", General),
            ("", General),
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
