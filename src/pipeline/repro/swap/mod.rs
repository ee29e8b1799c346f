//! Replaces what a text says about people by inventions of the same shape: the same text always by the same.
//!
//! From the bottom up: `letters` draws characters, `dates` and `ids` invent values of a grammar, `cut` says what must go.

mod cut;
mod dates;
mod ids;
mod letters;
mod number;

use encoding_rs::Encoding;
use rustc_hash::{FxHashMap, FxHashSet};

pub use cut::{Cutter, Kind, Piece};
pub use dates::Shift;
use letters::Pools;

use super::{
    key::Key,
    needles::Needles,
    survey::{LONGEST, Role, Survey},
};
use crate::text::{date, plain};

/// Most tries for a replacement that no other text has and that the original does not hold.
const TRIES: u32 = 60;

/// What replaces the texts of one document.
pub struct Swap<'a> {
    key: Key,
    survey: &'a Survey,
    needles: &'a Needles,
    pools: Pools,
    shift: Shift,
    /// Whether a replacement must have as many UTF-16 units as what it replaces.
    is_fixed: bool,
    texts: FxHashMap<String, String>,
    words: FxHashMap<String, String>,
    taken: FxHashSet<String>,
}

/// What stands at a place of a text that is being replaced.
enum Slot {
    Letter(char),
    Text(String),
}

impl<'a> Swap<'a> {
    /// Nothing is replaced yet. `encoding`: what the document can write; `None`: everything.
    pub fn new(
        key: Key,
        survey: &'a Survey,
        needles: &'a Needles,
        encoding: Option<&'static Encoding>,
        is_fixed: bool,
    ) -> Swap<'a> {
        let shift = shift(&key, survey.days());
        Swap {
            key,
            survey,
            needles,
            pools: Pools::new(encoding),
            shift,
            is_fixed,
            texts: FxHashMap::default(),
            words: FxHashMap::default(),
            taken: FxHashSet::default(),
        }
    }

    /// What stands for a text.
    pub fn text(&mut self, text: &str) -> String {
        if let Some(made) = self.texts.get(text) {
            return made.clone();
        }
        if text.len() > LONGEST {
            return text.chars().map(blank).collect();
        }
        let pieces = self.survey.cut(text);
        let mut made = text.to_owned();
        if !pieces.is_empty() {
            for salt in 0..TRIES {
                made = self.compose(text, &pieces, salt);
                if self.needles.find(&made).is_none() {
                    break;
                }
            }
        }
        self.texts.insert(text.to_owned(), made.clone());
        made
    }

    /// What stands for the digits of a number cell in a column of a role.
    fn text_as(&mut self, text: &str, role: Role) -> String {
        if role == Role::Other {
            return self.text(text);
        }
        let pieces = self.survey.cut_as(text, role);
        self.compose(text, &pieces, 0)
    }

    fn compose(&mut self, text: &str, pieces: &[Piece], salt: u32) -> String {
        let mut slots: Vec<Slot> = text.chars().map(Slot::Letter).collect();
        for piece in pieces {
            let old: Vec<char> = piece
                .places
                .iter()
                .filter_map(|at| match slots.get(*at) {
                    Some(Slot::Letter(letter)) => Some(*letter),
                    _ => None,
                })
                .collect();
            let narrow: String = old.iter().map(|letter| plain::half(*letter)).collect();
            match &piece.kind {
                Kind::Date(written) => {
                    for (range, text) in written.moved(self.shift, self.is_fixed) {
                        put_number(&mut slots, range, &text);
                    }
                }
                Kind::Year => {
                    let year: i32 = narrow.parse().unwrap_or(0);
                    let limit = 10i32.pow(piece.places.len().min(4) as u32);
                    let moved = (year + self.shift.years).rem_euclid(limit);
                    put(&mut slots, piece, &format!("{moved:0width$}", width = piece.places.len()));
                }
                Kind::Serial => {
                    let serial: i32 = narrow.parse().unwrap_or(0);
                    put(&mut slots, piece, &format!("{:05}", serial + self.shift.days));
                }
                Kind::Id => {
                    let made = self.id(&narrow, &old, salt);
                    put(&mut slots, piece, &made);
                }
                Kind::Digits(kept) => {
                    let made = self.digits(&narrow, *kept, salt);
                    put(&mut slots, piece, &made);
                }
                Kind::Project => {
                    let made = self.running(text, &narrow);
                    put(&mut slots, piece, &made);
                }
                Kind::Name | Kind::Words => {
                    let old: String = old.iter().collect();
                    let made = self.word(&old, matches!(piece.kind, Kind::Name), salt);
                    put(&mut slots, piece, &made);
                }
            }
        }
        let mut made = String::with_capacity(text.len());
        for slot in slots {
            match slot {
                Slot::Letter(letter) => made.push(letter),
                Slot::Text(text) => made.push_str(&text),
            }
        }
        made
    }

    /// A replacement that is remembered: drawn anew until the original does not hold it and nobody else has it.
    fn settle(
        &mut self,
        kind: &str,
        old: &str,
        salt: u32,
        draw: impl Fn(&Self, u32) -> String,
    ) -> String {
        let name = format!("{kind}\0{old}");
        if let (0, Some(made)) = (salt, self.words.get(&name)) {
            return made.clone();
        }
        let mut made = String::new();
        for attempt in 0..TRIES {
            made = draw(self, salt * TRIES + attempt);
            let is_new = made != old && !self.taken.contains(&format!("{kind}\0{made}"));
            if is_new && !self.survey.holds(&made) && self.needles.find(&made).is_none() {
                break;
            }
        }
        self.taken.insert(format!("{kind}\0{made}"));
        self.words.insert(name, made.clone());
        made
    }

    fn word(&mut self, old: &str, is_name: bool, salt: u32) -> String {
        let letters: Vec<char> = old.chars().collect();
        self.settle("word", old, salt, |swap, salt| {
            let mut draws = swap.key.draws("word", old, salt);
            if is_name {
                return swap.pools.name(&letters, &mut draws).into_iter().collect();
            }
            letters.iter().map(|letter| swap.pools.like(*letter, &mut draws)).collect()
        })
    }

    fn digits(&mut self, old: &str, kept: usize, salt: u32) -> String {
        self.settle("digits", old, salt, |swap, salt| {
            number::other_digits(old, kept, &mut swap.key.draws("digits", old, salt))
        })
    }

    /// An identity number; `old` as it is written, so that look-alikes stay look-alikes.
    fn id(&mut self, narrow: &str, old: &[char], salt: u32) -> String {
        let plain: String = narrow.chars().map(plain_digit).collect();
        let shift = self.shift;
        let first = ids::core(&plain);
        // The same person's number of 15 and of 18 digits become one person's again.
        let seed = if plain.len() == 18 && plain.ends_with("000") { plain.clone() } else { first };
        let name = format!("id\0{plain}");
        let mut made = match self.words.get(&name) {
            Some(made) if salt == 0 => made.clone(),
            _ => {
                let is_free = |made: &str| {
                    let is_taken = self.taken.contains(&format!("id\0{made}"));
                    !is_taken && !self.survey.holds(made) && self.needles.find(made).is_none()
                };
                let draw = |attempt| self.key.draws("id", &seed, salt * 5000 + attempt);
                ids::invent(&plain, shift, draw, is_free)
            }
        };
        self.taken.insert(format!("id\0{made}"));
        self.words.insert(name, made.clone());
        let is_letter = |letter: &char| letter.is_alphabetic() || *letter == '|';
        let mixed = old.get(..17).unwrap_or_default().iter().filter(|c| is_letter(c)).count();
        if mixed > 0 {
            made = with_look_alikes(&made, old);
        }
        made
    }

    /// The running number of a project: moved around within the numbers of its year and subject.
    fn running(&mut self, text: &str, old: &str) -> String {
        let before = text.split(old).next().unwrap_or_default();
        let limit = 10u32.pow(old.len().min(4) as u32);
        let mut draws = self.key.draws("project", before, 0);
        // Odd and no multiple of five: every number has one of its own.
        let factor = draws.below(limit / 10) * 10 + draws.pick(&[1, 3, 7, 9]).unwrap_or(7);
        let step = draws.below(limit);
        let number = old.parse::<u32>().unwrap_or(0);
        format!("{:0width$}", (number * factor + step) % limit, width = old.len())
    }

    /// What a day of the original becomes, as text or as the number of a number cell.
    pub fn moved(&mut self, date: &str) -> String {
        match date.parse::<f64>() {
            Ok(number) if number < 100_000.0 => self.number(date),
            _ => self.text(date),
        }
    }
}

/// The move by whole weeks after which the fewest days of the original are days of the original again.
fn shift(key: &Key, days: &FxHashSet<i32>) -> Shift {
    let mut draws = key.draws("shift", "", 0);
    let shifts: Vec<i32> = (0..40).map(|_| -7 * (30 + draws.below(200) as i32)).collect();
    let hits = |shift: &i32| days.iter().filter(|day| days.contains(&(**day + shift))).count();
    let days = shifts.into_iter().min_by_key(hits).unwrap_or(-364);
    Shift { days, years: (f64::from(days) / 365.25).round() as i32 }
}

/// What says nothing in place of a character of the same kind.
fn blank(letter: char) -> char {
    match letter {
        '0'..='9' => '0',
        'a'..='z' => 'x',
        'A'..='Z' => 'X',
        _ if letter.is_alphanumeric() => '某',
        _ => letter,
    }
}

/// Puts characters into the places of a piece, one each; full-width where full-width ones stood.
fn put(slots: &mut [Slot], piece: &Piece, made: &str) {
    for (at, letter) in piece.places.iter().zip(made.chars()) {
        if let Some(Slot::Letter(old)) = slots.get_mut(*at) {
            *old = match *old {
                old if cut::is_x(plain::half(old)) && cut::is_x(letter) => old,
                '\u{FF01}'..='\u{FF5E}' if letter.is_ascii_graphic() => {
                    char::from_u32(letter as u32 + 0xFEE0).unwrap_or(letter)
                }
                _ => letter,
            };
        }
    }
}

/// Puts a number of another length into a range.
fn put_number(slots: &mut [Slot], range: std::ops::Range<usize>, made: &str) {
    let is_wide = matches!(slots.get(range.start), Some(Slot::Letter('\u{FF10}'..='\u{FF19}')));
    let widen = |letter: char| match letter.is_ascii_digit() && is_wide {
        true => char::from_u32(letter as u32 + 0xFEE0).unwrap_or(letter),
        false => letter,
    };
    for (at, slot) in slots.get_mut(range).unwrap_or_default().iter_mut().enumerate() {
        *slot = Slot::Text(if at == 0 { made.chars().map(widen).collect() } else { String::new() });
    }
}

fn plain_digit(letter: char) -> char {
    match letter {
        'O' | 'o' | 'О' | 'о' | '〇' => '0',
        'l' | 'I' | '|' => '1',
        letter if cut::is_x(letter) => 'X',
        _ => letter,
    }
}

/// Writes some digit as the look-alike that the original had.
fn with_look_alikes(made: &str, old: &[char]) -> String {
    let mut letters: Vec<char> = made.chars().collect();
    let wanted = old.iter().take(17).find(|letter| !plain::half(**letter).is_ascii_digit());
    if let Some(wanted) = wanted
        && let Some(place) = letters.iter_mut().find(|letter| **letter == plain_digit(*wanted))
    {
        *place = *wanted;
    }
    letters.into_iter().collect()
}

/// The day that a text is, if it is one and nothing else.
pub fn day_of(text: &str) -> Option<i32> {
    let narrow: Vec<char> = text.trim().chars().map(plain::half).collect();
    let found = dates::find(&narrow, 0)?;
    let rest = narrow.get(found.till..).unwrap_or_default();
    let is_sign = |letter: &char| letter.is_ascii_digit() || "日号 :TZ.-时分秒".contains(*letter);
    rest.iter().all(is_sign).then(|| found.day()).flatten()
}

/// A serial day as a day number.
pub fn day_of_serial(serial: f64, is_1904: bool) -> Option<i32> {
    let base = if is_1904 { date::days(1904, 1, 1)? } else { date::days(1899, 12, 30)? };
    (61.0..100_000.0).contains(&serial).then(|| base + serial as i32)
}
