//! What may not occur in a copy, and whether it does. Knows no format: texts in, texts searched.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text;

/// Texts of the original that must not occur anywhere in its copy.
#[derive(Default)]
pub struct Needles {
    /// By their first two characters, then longest first: most places of a text end at the first look-up.
    by_start: FxHashMap<(char, char), Vec<Box<str>>>,
    all: FxHashSet<Box<str>>,
}

/// What kind of text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// A text with Chinese characters.
    Words,
    /// A long number.
    Digits,
}

impl Needles {
    /// Adds a text if it is long enough to say something: two characters with a Chinese one, or six digits.
    pub fn add(&mut self, text: &str) {
        let text = text.trim();
        if kind_of(text).is_none() || self.all.contains(text) {
            return;
        }
        let mut letters = text.chars();
        if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
            self.all.insert(text.into());
            self.by_start.entry((first, second)).or_default().push(text.into());
        }
    }

    /// Takes a text off the list: it is what another one has become.
    pub fn forgive(&mut self, text: &str) {
        let text = text.trim();
        let mut letters = text.chars();
        if let (true, Some(first), Some(second)) =
            (self.all.remove(text), letters.next(), letters.next())
            && let Some(bucket) = self.by_start.get_mut(&(first, second))
        {
            bucket.retain(|needle| **needle != *text);
        }
    }

    /// Takes off the list what occurs within a text that stays.
    pub fn forgive_within(&mut self, text: &str) {
        while let Some(needle) = self.locate(text).map(str::to_owned) {
            self.forgive(&needle);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The first of them that occurs in a text.
    pub fn find(&self, text: &str) -> Option<Leak> {
        self.locate(text).and_then(kind_of)
    }

    fn locate(&self, text: &str) -> Option<&str> {
        let mut before = None;
        let mut letters = text.char_indices().peekable();
        while let Some((at, first)) = letters.next() {
            if let Some((_, second)) = letters.peek()
                && let Some(bucket) = self.by_start.get(&(first, *second))
                && let Some(rest) = text.get(at..)
                && let Some(found) = bucket.iter().find(|needle| is_at(rest, needle, before))
            {
                return Some(found);
            }
            before = Some(first);
        }
        None
    }
}

/// Whether a text begins with the needle. A short number counts only when it stands alone: six digits occur by chance
/// within colours, identifiers and digests.
fn is_at(rest: &str, needle: &str, before: Option<char>) -> bool {
    let Some(after) = rest.strip_prefix(needle) else { return false };
    let is_short = needle.len() < 10 && needle.bytes().all(|byte| byte.is_ascii_digit());
    let joins = |letter: char| letter.is_ascii_alphanumeric();
    !is_short || !(before.is_some_and(joins) || after.starts_with(joins))
}

fn kind_of(text: &str) -> Option<Leak> {
    let mut digits = 0;
    let (mut has_han, mut letters) = (false, 0);
    for letter in text.chars() {
        digits += usize::from(text::plain::half(letter).is_ascii_digit());
        has_han |= text::plain::is_han(letter);
        letters += 1;
    }
    match (has_han && letters > 1, digits > 5) {
        (true, _) => Some(Leak::Words),
        (false, true) => Some(Leak::Digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_occurs_is_found_and_chance_is_not() {
        let mut needles = Needles::default();
        for text in ["张三", " 110101199003074514 ", "100084", "三", "12345", "13800138000.0"] {
            needles.add(text);
        }
        assert_eq!(needles.len(), 4);
        for (text, found) in [
            ("联系人：张三。", Some(Leak::Words)),
            ("x110101199003074514x", Some(Leak::Digits)),
            ("邮编100084", Some(Leak::Digits)),
            ("FF100084AA", None),
            ("2100084", None),
            ("13800138000", None),
            ("张 三", None),
            ("", None),
        ] {
            assert_eq!(needles.find(text), found, "{text}");
        }
        needles.forgive("张三");
        assert_eq!(needles.find("张三"), None);
    }
}
