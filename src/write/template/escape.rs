//! Text as a workbook's XML spells it (ECMA-376 part 1, §22.9.2.19 `ST_Xstring`).

/// Appends a text, escaped. What XML cannot hold becomes `_x000B_`, and a text that looks like such an
/// escape has its underscore escaped, so that every text comes back as it was.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text) {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_escaped(out, text);
    }
}

/// Whether a text has nothing that could need an escape.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    // One pass without exits compiles to vector code; almost every text ends here.
    !text.bytes().fold(false, |found, byte| {
        found | (byte < 0x20) | matches!(byte, b'&' | b'<' | b'>' | b'_' | 0xEF)
    })
}

/// Whether a spreadsheet would trim the text unless told to preserve its spaces.
pub(super) fn needs_preserve(text: &str) -> bool {
    let is_space = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ');
    is_space(text.as_bytes().first()) || is_space(text.as_bytes().last())
}

#[cold]
fn push_escaped(out: &mut Vec<u8>, text: &str) {
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '\t' | '\n' => out.push(letter as u8),
            // A parser would read a bare carriage return as a line feed.
            '\r' => out.extend_from_slice(b"&#13;"),
            '_' if looks_escaped(text.get(at..).unwrap_or_default()) => {
                out.extend_from_slice(b"_x005F_");
            }
            '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => {
                out.extend_from_slice(format!("_x{:04X}_", letter as u32).as_bytes());
            }
            _ => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Whether a text begins like `_x000B_`.
fn looks_escaped(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next() == Some(b'_')
        && bytes.next() == Some(b'x')
        && bytes.by_ref().take(4).filter(u8::is_ascii_hexdigit).count() == 4
        && bytes.next() == Some(b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_can_be_written() {
        for (text, escaped) in [
            ("张三", "张三"),
            ("（外科）", "（外科）"),
            ("a&b<c>", "a&amp;b&lt;c&gt;"),
            ("a\u{B}b\r\n", "a_x000B_b&#13;\n"),
            ("_x000B_ _x0_", "_x005F_x000B_ _x0_"),
            ("\u{FFFF}", "_xFFFF_"),
            ("=1+1", "=1+1"),
            ("a_b", "a_b"),
        ] {
            let mut out = Vec::new();
            push_text(&mut out, text);
            assert_eq!(String::from_utf8(out).unwrap(), escaped, "{text:?}");
        }
    }

    #[test]
    fn only_spaces_at_the_ends_need_preserving() {
        for (text, needs) in
            [(" a", true), ("a\n", true), ("a b", false), ("", false), ("张", false)]
        {
            assert_eq!(needs_preserve(text), needs, "{text:?}");
        }
    }
}
