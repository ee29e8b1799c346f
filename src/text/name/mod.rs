//! People's names: spaces, middle dots, rare characters and what people put in their place.

use super::{Mends, Outcome, Raw, Reading, plain};
use crate::model::{Code, codes::value as codes};

mod placeholder;

pub use placeholder::may_stand_for;

/// A name as it is compared: without spaces and middle dots, Latin letters small.
pub fn fold(name: &str) -> String {
    let kept = name.chars().filter(|letter| !is_skipped(*letter));
    kept.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Spaces, and the dots that people write for the middle dot of a name.
fn is_skipped(letter: char) -> bool {
    let is_dot =
        matches!(letter, '·' | '•' | '．' | '‧' | '﹒' | '・' | '･' | '∙' | '⋅' | '.' | '。');
    is_dot || plain::is_space(letter) || plain::is_invisible(letter)
}

/// Marks that people put in place of a character that they cannot type.
fn is_mark(letter: char) -> bool {
    matches!(letter, '?' | '？' | '□' | '〓' | '*' | '＊' | '■' | '▇' | '█' | '◇' | '\u{FFFD}')
}

/// What closes a bracket; `None` for everything that opens none.
fn closing(letter: char) -> Option<char> {
    match letter {
        '(' => Some(')'),
        '（' => Some('）'),
        '[' => Some(']'),
        '［' => Some('］'),
        '【' => Some('】'),
        '〔' => Some('〕'),
        _ => None,
    }
}

/// Reads a person's name. Spaces between Chinese characters go; Latin words keep one between them.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    let mut draft = Draft { out, mends, doubt: None, last: None, gap: 0 };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next =
            letters.clone().find(|next| !plain::is_space(*next) && !plain::is_invisible(*next));
        draft.take(letter, next);
    }
    let Draft { mends, doubt, .. } = draft;
    if out.len() == start {
        // Nothing but dots or invisible characters between apostrophes: keep what was typed, for a person to see.
        out.push_str(text);
    }
    let doubt = doubt.or_else(|| odd(out.get(start..).unwrap_or_default()));
    let reading = Reading { doubt, ..Reading::written(0, mends) };
    Outcome::settle(raw.text, trimmed, out, start, reading)
}

/// Two to five common Chinese characters (U+4000–U+9FFF, three bytes each).
#[inline]
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    let (letters, rest) = bytes.as_chunks::<3>();
    (2..=5).contains(&letters.len())
        && rest.is_empty()
        && letters.iter().all(|[lead, _, _]| matches!(lead, 0xE4..=0xE9))
}

/// A name being written.
struct Draft<'a> {
    out: &'a mut String,
    mends: Mends,
    doubt: Option<&'static Code>,
    last: Option<char>,
    /// Spaces since the last character.
    gap: usize,
}

impl Draft<'_> {
    fn take(&mut self, letter: char, next: Option<char>) {
        if plain::is_space(letter) {
            let mark = if matches!(letter, '\t'..='\r') {
                Mends::LINE_BREAKS
            } else {
                Mends::INNER_SPACES
            };
            let is_kept = letter == ' ' && self.gap == 0 && self.keeps_gap(next);
            if !is_kept {
                self.mends.add(mark);
            }
            self.gap += 1;
            return;
        }
        if plain::is_invisible(letter) {
            self.mends.add(Mends::INVISIBLE);
            return;
        }
        if self.gap > 0 && self.keeps_gap(Some(letter)) {
            self.out.push(' ');
        }
        self.gap = 0;
        if let Some(kept) = self.mend(letter, next) {
            self.out.push(kept);
            self.last = Some(kept);
        }
    }

    /// Whether a space between the last character and `next` parts two Latin words.
    fn keeps_gap(&self, next: Option<char>) -> bool {
        self.last.is_some_and(is_latin) && next.is_some_and(is_latin)
    }

    /// What stands for a character; `None` if it goes.
    fn mend(&mut self, letter: char, next: Option<char>) -> Option<char> {
        let is_between = |test: fn(char) -> bool, last: Option<char>| {
            last.is_some_and(test) && next.is_some_and(test)
        };
        match letter {
            '•' | '．' | '‧' | '﹒' | '・' | '･' | '∙' | '⋅'
                if is_between(char::is_alphabetic, self.last) =>
            {
                self.mends.add(Mends::MIDDLE_DOT);
                return Some('·');
            }
            '.' if is_between(plain::is_han, self.last) => {
                self.mends.add(Mends::MIDDLE_DOT);
                return Some('·');
            }
            '.' | '．' | '。' | ',' | '，' | '、' | ';' | '；'
                if next.is_none() && self.last.is_some_and(plain::is_han) =>
            {
                self.mends.add(Mends::TRAILING_MARK);
                return None;
            }
            '、' | ',' | '，' | ';' | '；' | '/' => self.note(&codes::NAME_SEVERAL),
            _ if is_mark(letter) || closing(letter).is_some() => {
                self.note(&codes::NAME_PLACEHOLDER)
            }
            _ if plain::is_private(letter) => {
                if let Some(known) = crate::text::pua::repair(letter) {
                    self.mends.add(Mends::PRIVATE_USE);
                    return Some(known);
                }
                self.note(&codes::PRIVATE_CHARACTER);
            }
            _ => {}
        }
        Some(letter)
    }

    /// Keeps the first doubt.
    fn note(&mut self, code: &'static Code) {
        self.doubt.get_or_insert(code);
    }
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_graphic() || (letter.is_alphabetic() && letter < '\u{2E80}')
}

/// The doubt that a whole name raises: pinyin in place of characters, digits, one character, or a sentence.
fn odd(name: &str) -> Option<&'static Code> {
    let han = name.chars().filter(|letter| plain::is_han(*letter)).count();
    let latin = name.chars().filter(char::is_ascii_alphabetic).count();
    let is_lower = latin > 0 && !name.chars().any(|letter| letter.is_ascii_uppercase());
    if latin > 0 && (han > 0 || is_lower) {
        return Some(&codes::NAME_PLACEHOLDER);
    }
    let is_long = name.chars().count() > if han > 0 { 20 } else { 50 };
    let has_digit = name.chars().any(|letter| letter.is_numeric() && letter != '〇');
    let is_dotted = name.contains('·');
    let is_odd = has_digit || is_long || name.chars().count() < 2 || (han > 6 && !is_dotted);
    is_odd.then_some(&codes::NAME_ODD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::Name;
    use crate::text::tests::{check, doubt, reading};

    #[test]
    fn names_lose_their_spaces_and_keep_their_dots() {
        for (raw, canonical, mends) in [
            ("张三", "张三", Mends::NONE),
            ("欧阳建国", "欧阳建国", Mends::NONE),
            ("张\u{3000}三", "张三", Mends::INNER_SPACES),
            (" 张 三 ", "张三", Mends::INNER_SPACES.union(Mends::OUTER_SPACES)),
            ("张\n三", "张三", Mends::LINE_BREAKS),
            ("张\u{A0}三", "张三", Mends::INNER_SPACES),
            ("张\u{200B}三", "张三", Mends::INVISIBLE),
            ("张三.", "张三", Mends::TRAILING_MARK),
            ("王䶮", "王䶮", Mends::NONE),
            ("𬭚三", "𬭚三", Mends::NONE),
            ("阿卜杜拉·买买提", "阿卜杜拉·买买提", Mends::NONE),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉．买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉‧买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉﹒买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉・买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉.买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT),
            ("阿卜杜拉 • 买买提", "阿卜杜拉·买买提", Mends::MIDDLE_DOT.union(Mends::INNER_SPACES)),
            ("John Smith", "John Smith", Mends::NONE),
            ("John  Smith", "John Smith", Mends::INNER_SPACES),
            ("J. Smith", "J. Smith", Mends::NONE),
        ] {
            check(Name, &Raw::text(raw), canonical, 0, mends);
            assert_eq!(doubt(Name, &Raw::text(raw)), "", "{raw}");
        }
    }

    #[test]
    fn names_are_compared_without_spaces_and_dots() {
        for (name, folded) in [
            ("张三", "张三"),
            ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
            ("阿卜杜拉．买买提", "阿卜杜拉买买提"),
            ("张　三", "张三"),
            ("John  Smith", "johnsmith"),
        ] {
            assert_eq!(fold(name), folded);
        }
    }

    #[test]
    fn names_that_need_a_look_are_kept_as_they_are() {
        for (raw, code) in [
            ("王?斌", "name-placeholder"),
            ("王？斌", "name-placeholder"),
            ("王□", "name-placeholder"),
            ("王〓", "name-placeholder"),
            ("王*", "name-placeholder"),
            ("(马仄)晓明", "name-placeholder"),
            ("王[翀]", "name-placeholder"),
            ("王yan", "name-placeholder"),
            ("li yong", "name-placeholder"),
            ("王\u{F8F0}", "private-character"),
            ("张三、李四", "name-several"),
            ("张三1", "name-odd"),
            ("张", "name-odd"),
            ("?", "name-placeholder"),
        ] {
            let reading = reading(Name, &Raw::text(raw));
            assert_eq!(reading.doubt.map(|code| code.name), Some(code), "{raw}");
            assert_eq!(reading.canonical, crate::text::Canonical::Slice(0..raw.len()), "{raw}");
        }
    }
}
