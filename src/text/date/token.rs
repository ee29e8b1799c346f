//! Cuts a text about time into numbers and signs, whatever script they are written in.

use super::numeral;
use crate::text::{Mends, plain};

/// One piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A number and how many digits it was written with.
    Number(u32, usize),
    /// A sign or word: `- / . : ~ 年 月 日 时 分 秒 ( ) T Z + 天 共`, a space, a line break;
    /// `上` and `下` for the halves of the day, `W` for a day of the week, `?` for anything else.
    Sign(char),
}

/// Most pieces that a sensible date has.
const LIMIT: usize = 40;

/// The pieces of a text, and what had to be mended to cut it.
pub(super) struct Tokens {
    list: [Token; LIMIT],
    len: usize,
    pub(super) mends: Mends,
}

impl Tokens {
    /// The pieces in order.
    pub(super) fn as_slice(&self) -> &[Token] {
        self.list.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, token: Token) -> Option<()> {
        *self.list.get_mut(self.len)? = token;
        self.len += 1;
        Some(())
    }

    fn pop_space(&mut self) {
        if self.as_slice().last() == Some(&Token::Sign(' ')) {
            self.len -= 1;
        }
    }
}

/// Words and the sign that stands for each; longer words first.
const WORDS: &[(&str, char)] = &[
    ("上午", '上'),
    ("早上", '上'),
    ("早晨", '上'),
    ("凌晨", '上'),
    ("下午", '下'),
    ("晚上", '下'),
    ("傍晚", '下'),
    ("星期", 'W'),
    ("礼拜", 'W'),
    ("周", 'W'),
    ("AM", '上'),
    ("am", '上'),
    ("PM", '下'),
    ("pm", '下'),
    ("号", '日'),
    ("时", '时'),
    ("点", '时'),
    ("至", '~'),
    ("到", '~'),
    ("共", '共'),
    ("年", '年'),
    ("月", '月'),
    ("日", '日'),
    ("分", '分'),
    ("秒", '秒'),
    ("天", '天'),
];

/// Cuts a text; `None` if it has more pieces than any date.
pub(super) fn cut(text: &str) -> Option<Tokens> {
    let mut tokens = Tokens { list: [Token::Sign('?'); LIMIT], len: 0, mends: Mends::NONE };
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let narrow = plain::half(letter);
        if narrow.is_ascii_digit() {
            rest = cut_digits(rest, &mut tokens)?;
        } else if let Some((word, sign)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            rest = rest.get(word.len()..)?;
            if *sign == 'W' {
                rest = rest.trim_start_matches(['一', '二', '三', '四', '五', '六', '日', '天']);
            }
            tokens.push(Token::Sign(*sign))?;
        } else if numeral::is_numeral(letter) {
            rest = cut_numeral(rest, &mut tokens)?;
        } else {
            rest = rest.get(letter.len_utf8()..)?;
            cut_sign(letter, &mut tokens)?;
        }
    }
    Some(tokens)
}

fn cut_digits<'a>(text: &'a str, tokens: &mut Tokens) -> Option<&'a str> {
    let (mut value, mut digits, mut end) = (0u32, 0, 0);
    for letter in text.chars() {
        let narrow = plain::half(letter);
        let Some(digit) = narrow.to_digit(10) else { break };
        if narrow != letter {
            tokens.mends.add(Mends::FULL_WIDTH);
        }
        value = value.saturating_mul(10).saturating_add(digit);
        digits += 1;
        end += letter.len_utf8();
    }
    tokens.push(Token::Number(value, digits))?;
    text.get(end..)
}

fn cut_numeral<'a>(text: &'a str, tokens: &mut Tokens) -> Option<&'a str> {
    let end = text.find(|letter| !numeral::is_numeral(letter)).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    tokens.mends.add(Mends::CHINESE_DIGITS);
    match numeral::number(word) {
        Some(value) if value < 100 => tokens.push(Token::Number(value, 2))?,
        Some(value) => tokens.push(Token::Number(value, word.chars().count()))?,
        None => tokens.push(Token::Sign('?'))?,
    }
    Some(rest)
}

fn cut_sign(letter: char, tokens: &mut Tokens) -> Option<()> {
    let narrow = plain::half(letter);
    let sign = match narrow {
        '\n' | '\r' => {
            tokens.pop_space();
            if tokens.as_slice().last() == Some(&Token::Sign('\n')) {
                return Some(());
            }
            '\n'
        }
        _ if plain::is_space(narrow) => {
            if matches!(tokens.as_slice().last(), Some(Token::Sign(' ' | '\n')) | None) {
                return Some(());
            }
            ' '
        }
        '~' | '—' | '–' | '―' | '─' | '〜' | '∼' => {
            if tokens.as_slice().last() == Some(&Token::Sign('~')) {
                return Some(());
            }
            '~'
        }
        '-' | '‐' | '‑' | '‒' | '−' | '﹣' => '-',
        '/' | '.' | ':' | '(' | ')' | '+' => narrow,
        '。' | '．' | '·' => '.',
        'T' | 't' => 'T',
        'Z' | 'z' => 'Z',
        _ if plain::is_invisible(narrow) => {
            tokens.mends.add(Mends::INVISIBLE);
            return Some(());
        }
        _ => '?',
    };
    if narrow != letter && narrow != ' ' {
        tokens.mends.add(Mends::FULL_WIDTH);
    }
    tokens.push(Token::Sign(sign))
}
