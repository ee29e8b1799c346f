//! Chinese numerals: 二〇二二, 十二, 二十五, 廿五.

/// Whether a character is a Chinese numeral.
pub(in crate::text) fn is_numeral(letter: char) -> bool {
    digit(letter).is_some() || matches!(letter, '十' | '廿' | '卅' | '百')
}

fn digit(letter: char) -> Option<u32> {
    Some(match letter {
        '〇' | '○' | '零' | '◯' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Reads a numeral up to eight digits; `None` for anything else.
pub(in crate::text) fn number(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.chars().all(|letter| digit(letter).is_some()) {
        return text.chars().try_fold(0u32, |number, letter| {
            number
                .checked_mul(10)?
                .checked_add(digit(letter)?)
                .filter(|number| *number < 100_000_000)
        });
    }
    let (hundreds, rest) = match text.split_once('百') {
        Some((hundreds, rest)) => (one_digit(hundreds)?, rest.strip_prefix('零').unwrap_or(rest)),
        None => (0, text),
    };
    Some(hundreds * 100 + below_hundred(rest)?)
}

fn below_hundred(text: &str) -> Option<u32> {
    let (tens, units) =
        match text.char_indices().find(|(_, letter)| matches!(letter, '十' | '廿' | '卅')) {
            Some((at, mark)) => {
                let behind = text.get(at + mark.len_utf8()..)?;
                let before = text.get(..at)?;
                let tens = match (mark, before) {
                    ('十', "") => 1,
                    ('十', before) => one_digit(before)?,
                    ('廿', "") => 2,
                    ('卅', "") => 3,
                    _ => return None,
                };
                (tens, behind)
            }
            None => (0, text),
        };
    let units = if units.is_empty() { 0 } else { one_digit(units)? };
    Some(tens * 10 + units)
}

fn one_digit(text: &str) -> Option<u32> {
    let mut letters = text.chars();
    let value = digit(letters.next()?)?;
    letters.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numerals_are_read_as_digits_or_with_tens() {
        for (text, value) in [
            ("二〇二二", Some(2022)),
            ("二零二二", Some(2022)),
            ("三", Some(3)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("三十一", Some(31)),
            ("廿五", Some(25)),
            ("一百二十", Some(120)),
            ("一百零五", Some(105)),
            ("二十十", None),
            ("", None),
            ("三月", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
