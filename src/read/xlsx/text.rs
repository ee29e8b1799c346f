//! Text of cells: entities, line ends, `_xHHHH_` escapes, rich runs. Ends as bytes that are UTF-8 if the part was.

use memchr::{memchr, memchr2};

use super::fault::Fault;
use super::window::Window;
use super::xml::{self, Token};

/// A cell's text may not be longer than this; a spreadsheet program allows 32,767 characters.
pub const MAX_TEXT: usize = 1 << 20;
const TOO_LONG: Fault = Fault::TooLarge("1 MiB");

/// Whether raw text stands for itself: no entity, no carriage return, nothing like `_x`.
#[inline]
pub fn is_plain(raw: &[u8]) -> bool {
    memchr::memchr3(b'&', b'_', b'\r', raw).is_none()
}

/// Appends raw text with its entities resolved and its line ends made `\n`, as XML demands.
/// An unknown entity stays as it is written.
pub fn push_resolved(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr2(b'&', b'\r', rest) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        rest = from.get(1..).unwrap_or_default();
        if from.first() == Some(&b'\r') {
            out.push(b'\n');
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        } else if let Some((letter, tail)) = entity(rest) {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            rest = tail;
        } else {
            out.push(b'&');
        }
    }
    out.extend_from_slice(rest);
}

/// Reads an entity after its `&`; hands back the character and what follows the `;`.
fn entity(rest: &[u8]) -> Option<(char, &[u8])> {
    let (name, tail) = rest.split_at_checked(memchr(b';', rest.get(..12).unwrap_or(rest))?)?;
    let letter = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hexadecimal(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(xml::number(digits)?)?,
        _ => return None,
    };
    Some((letter, tail.get(1..)?))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0u32, |sum, digit| Some((sum << 4) | char::from(*digit).to_digit(16)?))
}

/// Appends text with `_xHHHH_` escapes (ECMA-376 part 1, 22.9.2.19 ST_Xstring) resolved; a lone
/// surrogate becomes U+FFFD.
pub fn push_unescaped(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(b'_', rest) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        let Some((unit, tail)) = escape(from) else {
            out.push(b'_');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        let (low, after) = escape(tail).map_or((0, tail), |(low, after)| (low, after));
        let is_pair = (0xD800..0xDC00).contains(&unit) && (0xDC00..0xE000).contains(&low);
        rest = if is_pair { after } else { tail };
        let code = if is_pair { 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) } else { unit };
        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.extend_from_slice(rest);
}

fn escape(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let [b'_', b'x', a, b, c, d, b'_', tail @ ..] = bytes else { return None };
    Some((hexadecimal(&[*a, *b, *c, *d])?, tail))
}

/// Strips the white space that XML strips when nothing says `preserve`.
#[inline]
pub fn trimmed(text: &[u8]) -> &[u8] {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t' | b'\r' | b'\n'));
    let mut text = text;
    while is_blank(text.first()) {
        text = text.get(1..).unwrap_or_default();
    }
    while is_blank(text.last()) {
        text = text.get(..text.len() - 1).unwrap_or_default();
    }
    text
}

/// Appends an attribute value or plain text as a string, entities resolved.
pub fn resolved(raw: &[u8]) -> String {
    let mut out = Vec::with_capacity(raw.len());
    push_resolved(raw, &mut out);
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Appends the text of the element whose start tag was read last, up to its end.
///
/// # Errors
/// The element does not end, or is too long.
pub fn read_text(window: &mut Window, out: &mut Vec<u8>) -> Result<(), Fault> {
    let from = out.len();
    loop {
        match window.next_token()? {
            Token::Text(span) => push_resolved(window.slice(span), out),
            Token::Verbatim(span) => out.extend_from_slice(window.slice(span)),
            Token::Start(tag) if !tag.is_empty => window.skip_element()?,
            Token::Start(_) | Token::Aside => {}
            Token::End(_) => return Ok(()),
            Token::Eof => return Err(Fault::Broken),
        }
        if out.len() - from > MAX_TEXT {
            return Err(TOO_LONG);
        }
    }
}

/// Appends the text of an `<si>` or `<is>` whose start tag was read last: its runs joined, phonetic
/// hints left out. `scratch` is working memory.
///
/// # Errors
/// The element does not end, or is too long.
pub fn read_rich(
    window: &mut Window,
    out: &mut Vec<u8>,
    scratch: &mut Vec<u8>,
) -> Result<(), Fault> {
    let (from, mut depth) = (out.len(), 1u32);
    while depth > 0 {
        match window.next_token()? {
            Token::Start(tag) => match window.slice(tag.name) {
                _ if tag.is_empty => {}
                b"t" => {
                    let space = xml::attribute(window.slice(tag.attributes), b"space");
                    let is_preserved = space == Some(b"preserve");
                    scratch.clear();
                    read_text(window, scratch)?;
                    let text = if is_preserved { &scratch[..] } else { trimmed(scratch) };
                    push_unescaped(text, out);
                }
                b"r" => depth += 1,
                _ => window.skip_element()?,
            },
            Token::End(_) => depth -= 1,
            Token::Eof => return Err(Fault::Broken),
            Token::Text(_) | Token::Verbatim(_) | Token::Aside => {}
        }
        if out.len() - from > MAX_TEXT {
            return Err(TOO_LONG);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_line_ends_are_resolved_and_unknown_ones_stay() {
        for (raw, expected) in [
            ("a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"),
            ("&#24352;&#x5F20;&#X5f20;", "张张张"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("&lol9;&;&", "&lol9;&;&"),
            ("&#xD800;&#99999999999;", "&#xD800;&#99999999999;"),
            ("&amp;amp;", "&amp;"),
        ] {
            assert_eq!(resolved(raw.as_bytes()), expected, "{raw}");
        }
    }

    #[test]
    fn escapes_of_the_format_are_resolved() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDCF7_", "📷"),
            ("_xD83D_x", "\u{FFFD}x"),
            ("_x00_ _x000G_ __x0041_", "_x00_ _x000G_ _A"),
        ] {
            let mut out = Vec::new();
            push_unescaped(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn rich_text_joins_its_runs_and_leaves_phonetic_hints_out() {
        for (inside, expected) in [
            ("<t>张三</t>", "张三"),
            ("<r><rPr><b/></rPr><t>张</t></r><r><t xml:space='preserve'> 三 </t></r>", "张 三 "),
            ("<t> a </t><rPh sb='0' eb='1'><t>zhang</t></rPh><phoneticPr fontId='1'/>", "a"),
            ("<x:t><![CDATA[<&]]>b</x:t>", "<&b"),
            ("<t/>", ""),
        ] {
            let mut window = Window::whole(format!("{inside}</is>").into_bytes());
            let mut out = Vec::new();
            read_rich(&mut window, &mut out, &mut Vec::new()).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{inside}");
        }
    }
}
