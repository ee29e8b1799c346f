//! Character references: by number, and by the names that people's programs use. Others stay as they are written.

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// A character.
    One(char),
    /// Nothing that is seen.
    Nothing,
}

/// Names, sorted; what they stand for. A subset of the HTML 4 set (ISO 8859-1, symbols, special characters).
const NAMES: &[(&str, char)] = &[
    ("Alpha", 'Α'),
    ("Beta", 'Β'),
    ("Delta", 'Δ'),
    ("Gamma", 'Γ'),
    ("Omega", 'Ω'),
    ("Phi", 'Φ'),
    ("Pi", 'Π'),
    ("Prime", '″'),
    ("Sigma", 'Σ'),
    ("Theta", 'Θ'),
    ("alpha", 'α'),
    ("amp", '&'),
    ("apos", '\''),
    ("auml", 'ä'),
    ("beta", 'β'),
    ("bull", '•'),
    ("cent", '¢'),
    ("copy", '©'),
    ("deg", '°'),
    ("delta", 'δ'),
    ("divide", '÷'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("epsilon", 'ε'),
    ("euro", '€'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("frac34", '¾'),
    ("gamma", 'γ'),
    ("ge", '≥'),
    ("gt", '>'),
    ("hellip", '…'),
    ("iacute", 'í'),
    ("infin", '∞'),
    ("lambda", 'λ'),
    ("laquo", '«'),
    ("larr", '←'),
    ("ldquo", '“'),
    ("le", '≤'),
    ("lsaquo", '‹'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("micro", 'µ'),
    ("middot", '·'),
    ("mu", 'μ'),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("ne", '≠'),
    ("not", '¬'),
    ("oacute", 'ó'),
    ("omega", 'ω'),
    ("ordm", 'º'),
    ("ouml", 'ö'),
    ("para", '¶'),
    ("permil", '‰'),
    ("phi", 'φ'),
    ("pi", 'π'),
    ("plusmn", '±'),
    ("pound", '£'),
    ("prime", '′'),
    ("quot", '"'),
    ("radic", '√'),
    ("raquo", '»'),
    ("rarr", '→'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsaquo", '›'),
    ("rsquo", '’'),
    ("sect", '§'),
    ("sigma", 'σ'),
    ("sum", '∑'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("szlig", 'ß'),
    ("theta", 'θ'),
    ("thinsp", '\u{2009}'),
    ("tilde", '˜'),
    ("times", '×'),
    ("trade", '™'),
    ("uacute", 'ú'),
    ("uarr", '↑'),
    ("uuml", 'ü'),
    ("yen", '¥'),
];

/// Names that stand for nothing that is seen: hints for line breaks and joining.
const UNSEEN: [&str; 4] = ["shy", "zwj", "zwnj", "ZeroWidthSpace"];

/// Names that old pages write without the semicolon.
const BARE: [&str; 7] = ["nbsp", "amp", "lt", "gt", "quot", "copy", "reg"];

/// Characters that numbers from 128 to 159 stand for: windows-1252 (HTML standard, 13.2.5.80).
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Reads the reference that a text begins with: what it stands for, and its length.
pub fn reference(text: &str) -> Option<(Letters, usize)> {
    let after = text.strip_prefix('&')?;
    if let Some(number) = after.strip_prefix('#') {
        return by_number(number).map(|(letter, length)| (Letters::One(letter), length + 2));
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric();
    let length = after.bytes().take(32).position(|byte| !is_letter(byte));
    let length = length.unwrap_or(after.len().min(32));
    let name = after.get(..length)?;
    if after.as_bytes().get(length) == Some(&b';') {
        if UNSEEN.contains(&name) {
            return Some((Letters::Nothing, length + 2));
        }
        let at = NAMES.binary_search_by_key(&name, |(name, _)| name).ok()?;
        return NAMES.get(at).map(|(_, letter)| (Letters::One(*letter), length + 2));
    }
    let bare = BARE.into_iter().find(|bare| name.starts_with(bare))?;
    let at = NAMES.binary_search_by_key(&bare, |(name, _)| name).ok()?;
    NAMES.get(at).map(|(_, letter)| (Letters::One(*letter), bare.len() + 1))
}

fn by_number(text: &str) -> Option<(char, usize)> {
    let (digits, radix, skipped) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let number = digits.get(..count).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    let letter = match number {
        Some(number @ 0x80..=0x9f) => WINDOWS.chars().nth(number as usize - 0x80),
        Some(0) | None => None,
        Some(number) => char::from_u32(number),
    };
    let is_ended = digits.as_bytes().get(count) == Some(&b';');
    Some((letter.unwrap_or('\u{fffd}'), skipped + count + usize::from(is_ended)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| name));
        assert_eq!(WINDOWS.chars().count(), 32);
    }
}
