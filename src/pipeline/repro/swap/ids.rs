//! Identity numbers of invented people: right where the number was right, wrong where it was wrong, damaged as it was.

use super::{super::key::Draws, dates::Shift};
use crate::text::{date, id};

/// First two digits of areas; the next two, 99, are no area of any of them, so that nobody has such a number.
static PROVINCES: &[&str] = &[
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
];

/// Most tries for a number whose check digit and damage are of the same kind.
const TRIES: u32 = 4000;

/// Whether 15 digits are an old number.
pub fn is_old(digits: &str) -> bool {
    digits.len() == 15 && id::widen(digits).is_some()
}

/// The seventeen digits that tell one person from another.
pub fn core(number: &str) -> String {
    match number.split_at_checked(6) {
        Some((area, rest)) if number.len() == 15 => format!("{area}19{rest}"),
        _ => number.chars().take(17).collect(),
    }
}

/// Whether the last three digits went when a spreadsheet took the number for a number.
fn is_cut(number: &str) -> bool {
    number.len() == 18 && number.ends_with("000")
}

/// Whether a number stands where only doubles can: the spreadsheet rounded it.
fn is_rounded(number: &str) -> bool {
    number.len() == 18
        && number.parse::<u64>().is_ok_and(|n| n.is_multiple_of(16) && n as f64 as u64 == n)
}

/// Invents a number in place of one of 15 digits or 18 characters (the last may be `X`). `draw` gives the draws of a
/// try; `is_free` says whether nobody else has the number yet.
pub fn invent(
    number: &str,
    shift: Shift,
    mut draw: impl FnMut(u32) -> Draws,
    is_free: impl Fn(&str) -> bool,
) -> String {
    let first = core(number);
    let check = id::check_character(&first);
    let last = number.chars().nth(17);
    let mut made = String::new();
    for salt in 0..TRIES {
        let mut draws = draw(salt);
        let digits = first_digits(&first, number, shift, &mut draws);
        if number.len() == 15 {
            made = digits.get(..6).unwrap_or_default().to_owned();
            made.push_str(digits.get(8..).unwrap_or_default());
            if is_free(&made) {
                return made;
            }
            continue;
        }
        let own = id::check_character(&digits);
        if (own == Some('X')) != (check == Some('X')) {
            continue;
        }
        let is_right = last == check;
        let end = if is_right { own } else { wrong(last, own) };
        if is_cut(number) && (end != Some('0')) {
            continue;
        }
        made.clone_from(&digits);
        made.extend(end);
        if is_rounded(number) == is_rounded(&made)
            && is_cut(number) == is_cut(&made)
            && is_free(&made)
        {
            return made;
        }
    }
    made
}

/// A last character that is as wrong as the one that stood there.
fn wrong(last: Option<char>, right: Option<char>) -> Option<char> {
    let next = |letter: char| letter.to_digit(10).map(|digit| (digit + 1) % 10);
    match last {
        last if last != right => last,
        Some(letter) => next(letter).and_then(|digit| char::from_digit(digit, 10)),
        None => None,
    }
}

fn first_digits(first: &str, number: &str, shift: Shift, draws: &mut Draws) -> String {
    let part = |from: usize, till: usize| first.get(from..till).unwrap_or_default();
    let value = |from: usize, till: usize| part(from, till).parse::<u32>().unwrap_or(0);
    let (year, month, day) = (value(6, 10), value(10, 12), value(12, 14));
    let moved = match date::days(year as i32, month, day).filter(|_| year > 1900) {
        Some(days) => {
            let (year, month, day) = date::ymd(days + shift.days);
            (year.max(1900) as u32, month, day)
        }
        None => (other_year(year, month, day, shift.years), month, day),
    };
    let province = draws.pick(PROVINCES).unwrap_or("11");
    let county = draws.below(100);
    let parity = value(16, 17) % 2;
    let order = match is_cut(number) {
        true => draws.below(9) * 100 + 100,
        false => draws.below(500) * 2 + parity,
    };
    let (year, month, day) = moved;
    format!("{province}99{county:02}{year:04}{month:02}{day:02}{order:03}")
}

/// A year in which a day that never was still never was.
fn other_year(year: u32, month: u32, day: u32, years: i32) -> u32 {
    let moved = year.saturating_add_signed(years).min(9999);
    if date::is_day(moved as i32, month, day) { moved.saturating_sub(1) } else { moved }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::repro::key::Key;

    #[test]
    fn numbers_stay_as_right_as_they_were() {
        let key = Key::new(Some(1), "").unwrap();
        let shift = Shift { days: -364, years: -1 };
        for number in [
            "11010519491231002X",
            "440524188001010014",
            "110105194912310021",
            "11010519491331002X",
            "110101199003074000",
            "110101199003074512",
            "110105491231002",
        ] {
            let made = invent(number, shift, |salt| key.draws("id", number, salt), |_| true);
            assert_eq!(made.len(), number.len());
            assert_ne!(made, number);
            let is_right = |number: &str| id::check_character(number) == number.chars().nth(17);
            assert_eq!(is_right(number), is_right(&made), "{number} {made}");
            assert_eq!(id::birthday_of(number).is_some(), id::birthday_of(&made).is_some());
            assert_eq!(number.ends_with('X'), made.ends_with('X'));
            assert_eq!(is_cut(number), is_cut(&made));
            assert_eq!(is_rounded(number), is_rounded(&made), "{number} {made}");
            assert_eq!(is_old(number), is_old(&made));
            if !is_cut(number) {
                assert_eq!(id::is_male(number), id::is_male(&made));
            }
        }
    }
}
