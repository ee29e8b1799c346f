//! Numbers of number cells, and digits that no grammar claims.

use super::{super::key::Draws, super::survey::Role, Swap, TRIES};
use crate::text::date;

/// Other digits of the same length: leading zeros stay, and so do long rows of zeros at the end, by which a number shows
/// that it was cut. What was no day, no mobile and no packed number is none afterwards.
pub fn other_digits(old: &str, kept: usize, draws: &mut Draws) -> String {
    let leading = old.bytes().take_while(|byte| *byte == b'0').count();
    let trailing = old.bytes().rev().take_while(|byte| *byte == b'0').count();
    let zeros_from = if old.len() > 9 { old.len() - trailing } else { old.len() };
    // Month and day of an old identity number that was wrong there stay wrong.
    // A local number that begins with 1 is none.
    let is_local = matches!(old.len(), 7 | 8) && old.starts_with('1');
    let is_fixed = |at: usize| {
        at < kept || (is_local && at == 0) || (old.len() == 15 && (8..12).contains(&at))
    };
    let mut made = String::with_capacity(old.len());
    for _ in 0..50 {
        made.clear();
        for (at, byte) in old.bytes().enumerate() {
            let is_first = at == leading;
            let is_last = at + 1 == zeros_from && old.len() > 9;
            let from = match old.len() {
                7 | 8 if is_first && byte > b'1' => 2,
                _ if at == kept && matches!(kept, 2 | 3) && old.starts_with('0') => 2,
                _ => u32::from(is_first || is_last),
            };
            let is_zero = at < leading || at >= zeros_from;
            let digit = if is_fixed(at) || is_zero {
                byte
            } else {
                b'0' + (from + draws.below(10 - from)) as u8
            };
            made.push(char::from(digit));
        }
        if is_like(old, &made) {
            break;
        }
    }
    made
}

/// Whether a number is mistaken for the same things as another.
fn is_like(old: &str, made: &str) -> bool {
    [is_day, is_year, is_serial_like, is_mobile, is_packed]
        .iter()
        .all(|test| test(old) == test(made))
}

fn is_day(digits: &str) -> bool {
    let part =
        |from, till| digits.get(from..till).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    digits.len() == 8
        && (1900..2100).contains(&part(0, 4))
        && date::is_day(part(0, 4) as i32, part(4, 6), part(6, 8))
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

fn is_serial_like(digits: &str) -> bool {
    digits.len() == 5 && (digits.starts_with("19") || digits.starts_with("20"))
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Whether a number fits into the 30 bits of a packed number of old workbooks.
fn is_packed(digits: &str) -> bool {
    digits.parse::<u64>().is_ok_and(|number| number < 1 << 29)
}

impl Swap<'_> {
    /// What stands for the stored text of a number cell.
    pub fn number(&mut self, text: &str) -> String {
        match self.survey.role_of_number(text) {
            Role::Day => self.serial(text),
            Role::Date if is_likely_serial(text) => self.serial(text),
            Role::Count => text.to_owned(),
            role => self.other_number(text, role),
        }
    }

    /// A serial day, moved; its fraction is the time of day.
    fn serial(&self, text: &str) -> String {
        let (whole, rest) =
            text.find('.').and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
        match whole.parse::<i32>() {
            Ok(serial) if serial > 1400 => format!("{}{rest}", serial + self.shift.days),
            _ => text.to_owned(),
        }
    }

    fn other_number(&mut self, text: &str, role: Role) -> String {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits < 4 {
            return text.to_owned();
        }
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => text.split_at_checked(at).unwrap_or((text, "")),
            None => (text, ""),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (sign, whole) = match whole.strip_prefix('-') {
            Some(whole) => ("-", whole),
            None => ("", whole),
        };
        if exponent.is_empty() && fraction.bytes().all(|byte| byte == b'0') {
            let made = self.text_as(whole, role);
            return text.replacen(whole, &made, 1);
        }
        if let Some(made) = self.rounded(text, exponent) {
            return made;
        }
        if !exponent.is_empty() && whole.len() == 1 {
            return self
                .scientific(whole, fraction, exponent)
                .map_or_else(|| text.to_owned(), |made| format!("{sign}{made}"));
        }
        let mut made = String::new();
        for salt in 0..TRIES {
            let joined = self.digits(&format!("{whole}{fraction}"), 0, salt);
            let (whole, fraction) = joined.split_at_checked(whole.len()).unwrap_or((&joined, ""));
            made = format!("{sign}{whole}.{fraction}{exponent}");
            if self.needles.find(&made).is_none() {
                break;
            }
        }
        made
    }

    /// An identity number that went through a double, in its shortest form: `9.999001960010189e+17`.
    fn rounded(&mut self, text: &str, exponent: &str) -> Option<String> {
        let places = exponent.get(1..)?.trim_start_matches('+');
        let value: f64 = text.parse().ok().filter(|_| places == "17")?;
        let digits: String =
            text.split(['e', 'E']).next()?.chars().filter(char::is_ascii_digit).collect();
        match digits.len() {
            0..13 => None,
            // Fifteen digits were kept, and zeros stand for the rest.
            13..=15 => {
                let made = self.text(&format!("{digits:0<18}"));
                let made = made.trim_end_matches('0');
                let (first, rest) = made.split_at_checked(1)?;
                Some(format!("{first}.{rest}{exponent}"))
            }
            _ => {
                let made: f64 = self.text(&(value as u64).to_string()).parse().ok()?;
                let written = format!("{made:e}");
                let (mantissa, _) = written.split_once('e')?;
                Some(format!("{mantissa}{exponent}"))
            }
        }
    }

    /// `1.38001380000E+10`: the digits are replaced as the whole number that they are, if they are all there.
    fn scientific(&mut self, whole: &str, fraction: &str, exponent: &str) -> Option<String> {
        let digits = format!("{whole}{fraction}");
        let places = exponent.get(1..)?.trim_start_matches('+').parse::<usize>().unwrap_or(0);
        let made = if places < 30 && digits.len() <= places + 1 {
            let padded = format!("{digits:0<width$}", width = places + 1);
            let made = self.text(&padded);
            made.get(..digits.len())?.to_owned()
        } else {
            self.digits(&digits, 0, 0)
        };
        let (first, rest) = made.split_at_checked(1)?;
        let dot = if fraction.is_empty() { "" } else { "." };
        Some(format!("{first}{dot}{rest}{exponent}"))
    }
}

/// Five digits, perhaps with a fraction: what a date becomes when its format is lost.
fn is_likely_serial(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    whole.len() == 5 && whole.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::repro::key::Key;

    #[test]
    fn digits_keep_their_length_zeros_and_class() {
        let key = Key::new(Some(3), "").unwrap();
        for (old, kept) in [
            ("13800138000", 2),
            ("000123456", 0),
            ("100084", 0),
            ("1101051949123100", 0),
            ("2345", 0),
            ("01062345678", 3),
        ] {
            let made = other_digits(old, kept, &mut key.draws("", old, 0));
            assert_eq!(made.len(), old.len());
            assert!(is_like(old, &made));
            assert_eq!(made.get(..kept), old.get(..kept));
            let zeros = |digits: &str| digits.bytes().take_while(|b| *b == b'0').count();
            assert_eq!(zeros(old), zeros(&made), "{old} {made}");
        }
    }
}
