//! Whether a name with marks in place of rare characters can be a given name: every other character is the same.

use super::{closing, is_mark, is_skipped};
use crate::text::plain;

/// Longest name looked at, in characters.
const LONGEST: usize = 30;

/// A character of the written name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// This one.
    Same(char),
    /// Some character.
    Any,
    /// Some character; a second such mark behind it may belong to the same one, if it lies beyond the BMP: programs
    /// that could not write it put one mark for each half.
    Mark,
}

/// Whether `written` has marks, brackets or pinyin in place of characters (`王?斌`, `王[翀]`, `(马仄)晓明`, `王yan`) and
/// `full` is a name of that length in which every other character is the same. A name of which nothing but marks is
/// left can be anybody's: `false`.
pub fn may_stand_for(written: &str, full: &str) -> bool {
    let Some(tokens) = tokens(written) else { return false };
    let has_same = tokens.iter().any(|token| matches!(token, Token::Same(_)));
    let has_gap = tokens.iter().any(|token| !matches!(token, Token::Same(_)));
    let full: Vec<char> = full.chars().filter(|letter| !is_skipped(*letter)).collect();
    // A master that has a mark there itself knows no more.
    let is_whole = full.iter().all(|letter| !is_mark(*letter) && closing(*letter).is_none());
    has_same && has_gap && is_whole && full.len() <= LONGEST && fits(&tokens, &full)
}

/// `None` if a bracket is not closed, or the name is too long to be one.
fn tokens(written: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut letters = written.chars().filter(|letter| !is_skipped(*letter)).peekable();
    let has_han = written.chars().any(plain::is_han);
    while let Some(letter) = letters.next() {
        if let Some(close) = closing(letter) {
            letters.by_ref().find(|other| *other == close)?;
            tokens.push(Token::Any);
        } else if is_mark(letter) {
            tokens.push(Token::Mark);
        } else if plain::is_private(letter) {
            tokens.push(Token::Any);
        } else if letter.is_ascii_alphabetic() && has_han {
            while letters.next_if(char::is_ascii_alphabetic).is_some() {}
            tokens.push(Token::Any);
        } else {
            tokens.push(Token::Same(letter));
        }
    }
    (tokens.len() <= LONGEST).then_some(tokens)
}

fn fits(tokens: &[Token], full: &[char]) -> bool {
    let (Some((token, tokens)), Some((letter, rest))) = (tokens.split_first(), full.split_first())
    else {
        return tokens.is_empty() && full.is_empty();
    };
    match token {
        Token::Same(same) => same == letter && fits(tokens, rest),
        Token::Any => fits(tokens, rest),
        Token::Mark if *letter > '\u{FFFF}' && tokens.first() == Some(&Token::Mark) => {
            fits(tokens, rest) || fits(tokens.get(1..).unwrap_or_default(), rest)
        }
        Token::Mark => fits(tokens, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_character_must_be_the_same() {
        for (written, full, fits) in [
            ("王?斌", "王翀斌", true),
            ("王？斌", "王䶮斌", true),
            ("王□", "王䶮", true),
            ("王〓", "王䶮", true),
            ("王*", "王䶮", true),
            ("王[翀]", "王珫", true),
            ("(马仄)晓明", "䮔晓明", true),
            ("王yan", "王䶮", true),
            ("王\u{F8F0}", "王䶮", true),
            ("阿?古丽·买买提", "阿依古丽•买买提", true),
            ("王 ？ 斌", "王翀斌", true),
            ("王??", "王\u{2CB5A}", true),
            ("王??", "王䶮", false),
            ("王??", "王䶮斌", true),
            ("王????", "王\u{2CB5A}\u{2CB5A}", true),
            ("王?斌", "李翀斌", false),
            ("王?斌", "王翀兵", false),
            ("王?", "王翀斌", false),
            ("王芳(女)", "王芳", false),
            ("王[翀", "王翀", false),
            ("??", "王翀", false),
            ("li yong", "李勇", false),
            ("王?斌", "王?斌", false),
            ("王翀斌", "王翀斌", false),
            ("阿依古丽·买买提", "阿依古丽·买买提", false),
            ("", "", false),
        ] {
            assert_eq!(may_stand_for(written, full), fits, "{written} {full}");
        }
    }

    #[test]
    fn a_hostile_name_takes_no_time() {
        let (marks, stars) = ("王".to_owned() + &"?".repeat(29), "\u{2CB5A}".repeat(20));
        assert!(may_stand_for(&marks, &format!("王{stars}")));
        assert!(!may_stand_for(&"?".repeat(10_000), &stars));
    }
}
