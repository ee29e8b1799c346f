//! Dates within a text: found by their shape, moved by the document's constant, written as they were written.

use std::ops::Range;

use super::super::harmless::is_numeral;
use crate::text::{date, plain};

/// How far dates move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Days; whole weeks.
    pub days: i32,
    /// Years, for what names only a year.
    pub years: i32,
}

/// A number of a date and where it stands.
#[derive(Clone, Copy, Debug)]
struct Token {
    from: usize,
    till: usize,
    value: u32,
    is_numeral: bool,
}

/// A date, perhaps with the end of a span, as places in a text.
#[derive(Clone, Debug)]
pub struct Written {
    /// Year, month and day; or eight digits.
    first: First,
    /// Month (if it is named) and day of the end.
    last: Option<(Option<Token>, Token)>,
    /// One past its last character.
    pub till: usize,
}

#[derive(Clone, Copy, Debug)]
enum First {
    Parts([Token; 3]),
    Joined(Token),
}

/// What is to stand in place of a range of characters.
pub type Patch = (Range<usize>, String);

/// The number that begins at a place: digits, or numerals that a sign of the calendar follows.
fn token(text: &[char], from: usize) -> Option<Token> {
    let run = |is_in: fn(char) -> bool| {
        text.get(from..).unwrap_or_default().iter().take_while(|letter| is_in(**letter)).count()
    };
    let digits = run(|letter| letter.is_ascii_digit());
    if digits > 0 {
        let written: String = text.get(from..from + digits)?.iter().collect();
        let value = written.parse().ok()?;
        return Some(Token { from, till: from + digits, value, is_numeral: false });
    }
    let numerals = run(is_numeral);
    let sign = text.get(from + numerals)?;
    let value = numeral_value(text.get(from..from + numerals)?)?;
    "年月日号".contains(*sign).then_some(Token {
        from,
        till: from + numerals,
        value,
        is_numeral: true,
    })
}

fn numeral_value(letters: &[char]) -> Option<u32> {
    let digit = |letter: char| match letter {
        '〇' | '零' => Some(0),
        '两' => Some(2),
        _ => "一二三四五六七八九".chars().position(|known| known == letter).map(|at| at as u32 + 1),
    };
    match letters {
        [a, b, c, d] => {
            [a, b, c, d].iter().try_fold(0, |sum, letter| Some(sum * 10 + digit(**letter)?))
        }
        ['十'] => Some(10),
        ['十', one] => Some(10 + digit(*one)?),
        [ten, '十'] => Some(digit(*ten)? * 10),
        [ten, '十', one] => Some(digit(*ten)? * 10 + digit(*one)?),
        ['廿', one] => Some(20 + digit(*one)?),
        [one] => digit(*one),
        _ => None,
    }
}

fn numeral(value: u32) -> String {
    let digit = |value: u32| "〇一二三四五六七八九".chars().nth(value as usize).unwrap_or('〇');
    match value {
        0..=9 => digit(value).to_string(),
        10 => "十".into(),
        11..=19 => format!("十{}", digit(value % 10)),
        20..=99 if value.is_multiple_of(10) => format!("{}十", digit(value / 10)),
        20..=99 => format!("{}十{}", digit(value / 10), digit(value % 10)),
        _ => value.to_string().bytes().map(|byte| digit(u32::from(byte - b'0'))).collect(),
    }
}

/// Passes up to three separators; `None` if there is none.
fn separated(text: &[char], from: usize) -> Option<usize> {
    let is_separator =
        |letter: &&char| plain::is_dash(**letter) || "/.。·年月,， \u{a0}\\~".contains(**letter);
    let count = text.get(from..)?.iter().take(3).take_while(is_separator).count();
    (count > 0).then_some(from + count)
}

/// The date that begins at a place of a text in half-width characters.
pub fn find(text: &[char], at: usize) -> Option<Written> {
    let year = token(text, at)?;
    if !year.is_numeral && is_joined(year) && !text.get(year.till).is_some_and(char::is_ascii_digit)
    {
        return Some(Written { first: First::Joined(year), last: None, till: year.till });
    }
    if year.till - year.from != 4 || !(1000..3000).contains(&year.value) {
        return None;
    }
    let month = token(text, separated(text, year.till)?)?;
    let day = token(text, separated(text, month.till)?)?;
    let is_short = |token: &Token| token.is_numeral || token.till - token.from <= 2;
    if !is_short(&month) || !is_short(&day) || !(1..=12).contains(&month.value) {
        return None;
    }
    let last = until(text, day.till);
    let till = last.map_or(day.till, |(_, day)| day.till);
    Some(Written { first: First::Parts([year, month, day]), last, till })
}

/// Eight digits that are a day of our times.
fn is_joined(token: Token) -> bool {
    let (year, month, day) = (token.value / 10_000, token.value / 100 % 100, token.value % 100);
    token.till - token.from == 8
        && (1900..2100).contains(&year)
        && date::is_day(year as i32, month, day)
}

/// The end of a span that follows a day: `-3.7`, `至7日`.
fn until(text: &[char], from: usize) -> Option<(Option<Token>, Token)> {
    let skip = |from: usize, signs: &str| {
        from + text
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|c| signs.contains(**c))
            .count()
    };
    let at = skip(from, "日号 ");
    let is_span = text.get(at).is_some_and(|c| plain::is_dash(*c) || "~～至到".contains(*c));
    let at = skip(at, "-—–―─~～至到 ");
    let first = token(text, at).filter(|token| is_span && token.till - token.from <= 2)?;
    if let Some(day) = separated(text, first.till).and_then(|at| token(text, at))
        && day.till - day.from <= 2
        && !text.get(day.till).is_some_and(|c| ":时点".contains(*c))
    {
        return Some((Some(first), day));
    }
    let is_time = text.get(first.till).is_some_and(|c| ":：时点".contains(*c));
    (!is_time).then_some((None, first))
}

impl Written {
    /// The day that it names, if there is such a day.
    pub fn day(&self) -> Option<i32> {
        let (year, month, day) = self.numbers();
        date::days(year as i32, month, day)
    }

    fn numbers(&self) -> (u32, u32, u32) {
        match self.first {
            First::Parts([year, month, day]) => (year.value, month.value, day.value),
            First::Joined(token) => {
                (token.value / 10_000, token.value / 100 % 100, token.value % 100)
            }
        }
    }

    /// What stands there after the move. `is_fixed`: no number may become longer.
    pub fn moved(&self, shift: Shift, is_fixed: bool) -> Vec<Patch> {
        let (year, month, day) = self.numbers();
        let to = self.day().map(|days| date::ymd(days + shift.days));
        let (new_year, new_month, new_day) = match to {
            Some((year, month, day)) => (year as u32, month, day),
            None => (impossible_year(year, month, day, shift.years), month, day),
        };
        let mut patches = match self.first {
            First::Parts(tokens) => {
                let numbers = [new_year, new_month, new_day];
                let each = tokens.into_iter().zip(numbers);
                each.map(|(token, value)| token.write(value, is_fixed)).collect()
            }
            First::Joined(token) => {
                let text = format!("{new_year:04}{new_month:02}{new_day:02}");
                vec![(token.from..token.till, text)]
            }
        };
        if let Some((named, last)) = self.last {
            let end_month = named.map_or(month, |token| token.value);
            let end_year = if end_month < month { year + 1 } else { year };
            let days =
                date::days(end_year as i32, end_month, last.value).map(|days| days + shift.days);
            if let Some((_, month, day)) = days.map(date::ymd) {
                // A span that names its month once must stay within one.
                let is_over = named.is_none() && month != new_month;
                let day = if is_over { new_day.max(last_day(new_year, new_month)) } else { day };
                patches.extend(named.map(|token| token.write(month, is_fixed)));
                patches.push(last.write(day, is_fixed));
            }
        }
        patches
    }
}

fn last_day(year: u32, month: u32) -> u32 {
    (28..=31).rev().find(|day| date::is_day(year as i32, month, *day)).unwrap_or(28)
}

/// The year to which a day that never was moves, so that it still never was.
fn impossible_year(year: u32, month: u32, day: u32, years: i32) -> u32 {
    let moved = year.saturating_add_signed(years);
    if date::is_day(moved as i32, month, day) { moved.saturating_sub(1) } else { moved }
}

impl Token {
    /// The number in this number's style: as many digits, unless it had one and needs two.
    fn write(self, value: u32, is_fixed: bool) -> Patch {
        let width = self.till - self.from;
        let text = match (self.is_numeral, is_fixed && width == 1 && value > 9) {
            (true, _) => numeral(value),
            (false, true) => "9".to_owned(),
            (false, false) => format!("{value:0width$}"),
        };
        (self.from..self.till, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_keep_their_style_and_spans_their_length() {
        let shift = Shift { days: -364, years: -1 };
        for (text, moved) in [
            ("2022-03-05", "2021-03-06"),
            ("2022年3月5日", "2021年3月6日"),
            ("20220305", "20210306"),
            ("2022.3.5-3.7", "2021.3.6-3.8"),
            ("2022年3月5日至7日", "2021年3月6日至8日"),
            ("2022/3/5 8:30", "2021/3/6 8:30"),
            ("二〇二二年三月五日", "二〇二一年三月六日"),
            ("2022-02-30", "2021-02-30"),
            ("2022-12-31", "2022-01-01"),
            ("2022.3.9", "2021.3.10"),
        ] {
            let letters: Vec<char> = text.chars().collect();
            let found = find(&letters, 0).unwrap();
            let mut out = letters.iter().map(char::to_string).collect::<Vec<_>>();
            for (range, text) in found.moved(shift, false) {
                range.clone().for_each(|at| out[at].clear());
                out[range.start] = text;
            }
            assert_eq!(out.concat(), moved, "{text}");
        }
        for text in ["2022-03", "13800138000", "12345678", "2022年", "三月五日"] {
            assert!(find(&text.chars().collect::<Vec<_>>(), 0).is_none(), "{text}");
        }
    }
}
