//! The cleaning steps of a mapping's column, before the value is read.

use std::borrow::Cow;

use super::choice::half_width;
use crate::mapping::plan::Clean;

/// Applies cleaning steps in order. Borrows as long as a part of the text will do.
pub(super) fn clean<'t>(text: &'t str, steps: &[Clean]) -> Cow<'t, str> {
    let mut cleaned = Cow::Borrowed(text);
    for step in steps {
        cleaned = match cleaned {
            Cow::Borrowed(text) => apply(text, step),
            Cow::Owned(text) => Cow::Owned(apply(&text, step).into_owned()),
        };
    }
    cleaned
}

fn apply<'t>(text: &'t str, step: &Clean) -> Cow<'t, str> {
    let is_space = |letter: char| letter.is_whitespace() || letter == '\u{200B}';
    match step {
        Clean::Prefix(prefix) => {
            let bare = text.trim_start();
            Cow::Borrowed(bare.strip_prefix(prefix.as_str()).unwrap_or(text))
        }
        Clean::Suffix(suffix) => {
            let bare = text.trim_end();
            Cow::Borrowed(bare.strip_suffix(suffix.as_str()).unwrap_or(text))
        }
        Clean::NoBrackets => Cow::Borrowed(without_brackets(text)),
        Clean::HalfWidth if text.is_ascii() => Cow::Borrowed(text),
        Clean::HalfWidth => Cow::Owned(text.chars().map(half_width).collect()),
        Clean::NoSpaces if !text.contains(is_space) => Cow::Borrowed(text),
        Clean::NoSpaces => Cow::Owned(text.chars().filter(|letter| !is_space(*letter)).collect()),
        Clean::Upper if !text.contains(char::is_lowercase) => Cow::Borrowed(text),
        Clean::Upper => Cow::Owned(text.to_uppercase()),
    }
}

/// A text without one pair of brackets at its end; the text itself if nothing else is in it.
fn without_brackets(text: &str) -> &str {
    let trimmed = text.trim_end();
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】')] {
        if let Some(inner) = trimmed.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
        {
            let bare = inner.get(..at).unwrap_or_default().trim_end();
            return if bare.is_empty() { text } else { bare };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_applied_in_order() {
        let prefix = || Clean::Prefix("身份证：".to_owned());
        let cases: &[(&str, &[Clean], &str)] = &[
            ("身份证：1101", &[prefix()], "1101"),
            (" 身份证：１１", &[prefix(), Clean::HalfWidth], "11"),
            ("2学分", &[Clean::Suffix("学分".to_owned())], "2"),
            ("主治医师(聘)", &[Clean::NoBrackets], "主治医师"),
            ("（聘）", &[Clean::NoBrackets], "（聘）"),
            ("a b\u{3000}c", &[Clean::NoSpaces, Clean::Upper], "ABC"),
            ("张三", &[], "张三"),
        ];
        for (text, steps, expected) in cases {
            assert_eq!(clean(text, steps), *expected, "{text}");
        }
    }
}
