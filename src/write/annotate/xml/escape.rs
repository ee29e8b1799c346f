//! Text as XML and spreadsheet programs escape it, and how wide they show it.

/// Escapes text for element content of a workbook: characters XML forbids are left out, line ends become
/// `\n`, and a literal `_x0041_` is guarded, because spreadsheet programs would decode it (ST_Xstring).
pub(in crate::write::annotate) fn escape_text(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '\r' if after.starts_with('\n') => {}
            '\r' => out.push(b'\n'),
            '\n' | '\t' => out.push(letter as u8),
            '_' if is_coded(after) => out.extend_from_slice(b"_x005F_"),
            _ => escape_letter(letter, out),
        }
        rest = after;
    }
}

/// Escapes text for an attribute.
pub(in crate::write::annotate) fn escape_attribute(text: &str, out: &mut Vec<u8>) {
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.extend_from_slice(format!("&#{};", letter as u32).as_bytes()),
            _ => escape_letter(letter, out),
        }
    }
}

fn escape_letter(letter: char, out: &mut Vec<u8>) {
    match letter {
        '&' => out.extend_from_slice(b"&amp;"),
        '<' => out.extend_from_slice(b"&lt;"),
        '>' => out.extend_from_slice(b"&gt;"),
        '"' => out.extend_from_slice(b"&quot;"),
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
        _ => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Whether what follows an underscore makes it a coded character: `x005F_`.
fn is_coded(after: &str) -> bool {
    let bytes = after.as_bytes();
    bytes.first() == Some(&b'x')
        && bytes.get(5) == Some(&b'_')
        && bytes.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Width of a text's first letters in half-width letters.
pub(in crate::write::annotate) fn half_widths(text: &str, letters: usize) -> u32 {
    let width = |letter: char| if (letter as u32) < 0x1100 { 1 } else { 2 };
    text.chars().take(letters).map(width).sum()
}

/// Lines that a text fills in a column of so many half-width letters.
pub(in crate::write::annotate) fn wrapped_lines(text: &str, column: u32) -> u32 {
    text.lines()
        .map(|line| 1 + half_widths(line, usize::MAX).saturating_sub(1) / column.max(1))
        .sum()
}

/// Undoes XML escapes; an unknown one stays as it is.
pub(in crate::write::annotate) fn unescape(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        match from.split_once(';').and_then(|(name, after)| Some((referenced(name)?, after))) {
            Some((letter, after)) => {
                out.push(letter);
                rest = after;
            }
            None => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

fn referenced(name: &str) -> Option<char> {
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok();
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let hex = digits.strip_prefix(['x', 'X']).map(|digits| code(digits, 16));
            char::from_u32(hex.unwrap_or_else(|| code(digits, 10))?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_comes_back() {
        for (text, xml) in [
            ("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;"),
            ("一\r\n二\r三\u{1}\u{b}", "一\n二\n三"),
            ("_x000D_ and _y", "_x005F_x000D_ and _y"),
            ("𠮷\u{fffe}", "𠮷"),
        ] {
            let mut out = Vec::new();
            escape_text(text, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), xml);
        }
        assert_eq!(unescape("&lt;&#20013;&#x4E2D;&nbsp;&".as_bytes()), "<中中&nbsp;&");
        let mut out = Vec::new();
        escape_attribute("一\n\"", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "一&#10;&quot;");
    }
}
