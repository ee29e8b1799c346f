//! The shared strings of a workbook: one arena of text and where each string ends in it.

use memchr::memchr;

use super::fault::Fault;
use super::text;
use super::window::Window;
use super::xml::Token;

/// All shared strings together may not be longer than this.
const MAX_BYTES: usize = 256 << 20;
/// There may not be more shared strings than this.
const MAX_COUNT: usize = 32 << 20;

/// Shared strings by index.
#[derive(Debug, Default)]
pub struct SharedStrings {
    text: String,
    ends: Vec<u32>,
    /// Whether some bytes were not UTF-8 and became U+FFFD.
    pub is_garbled: bool,
}

impl SharedStrings {
    /// Reads the part to its end. What it declares about its size is not believed.
    ///
    /// # Errors
    /// The part is damaged or too large.
    pub fn read(mut window: Window) -> Result<SharedStrings, Fault> {
        let (mut bytes, mut ends, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            while let Some((length, string)) = plain_string(window.bytes()) {
                bytes.extend_from_slice(string);
                close(&bytes, &mut ends)?;
                window.advance(length);
            }
            match window.next_token()? {
                Token::Start(tag) if window.slice(tag.name) == b"si" => {
                    if !tag.is_empty {
                        text::read_rich(&mut window, &mut bytes, &mut scratch)?;
                    }
                    close(&bytes, &mut ends)?;
                }
                Token::End(name) if window.slice(name) == b"sst" => break,
                // Old writers leave the end tag out of nothing but an empty table.
                Token::Start(tag) if tag.is_empty && window.slice(tag.name) == b"sst" => break,
                Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
        window.drain()?;
        Ok(SharedStrings::from_parts(bytes, ends))
    }

    fn from_parts(bytes: Vec<u8>, ends: Vec<u32>) -> SharedStrings {
        let lossy = |bytes: Vec<u8>, ends: Vec<u32>| {
            let (mut text, mut from) = (String::new(), 0);
            let close = |end: u32| {
                let string = bytes.get(from..end as usize).unwrap_or_default();
                text.push_str(&String::from_utf8_lossy(string));
                from = end as usize;
                u32::try_from(text.len()).unwrap_or(u32::MAX)
            };
            let ends = ends.into_iter().map(close).collect();
            SharedStrings { text, ends, is_garbled: true }
        };
        match String::from_utf8(bytes) {
            Ok(text) if ends.iter().all(|end| text.is_char_boundary(*end as usize)) => {
                SharedStrings { text, ends, is_garbled: false }
            }
            Ok(text) => lossy(text.into_bytes(), ends),
            Err(error) => lossy(error.into_bytes(), ends),
        }
    }

    /// Where a string lies, for [`SharedStrings::slice`]; `None` beyond the last. Finding places and
    /// fetching text in two loops lets the memory's answers overlap.
    #[inline]
    pub fn span(&self, index: u32) -> Option<(u32, u32)> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        Some((start, end))
    }

    /// The first byte of a span, so that its text is near when it is fetched.
    #[inline]
    pub fn touch(&self, start: u32) -> u8 {
        self.text.as_bytes().get(start as usize).copied().unwrap_or_default()
    }

    /// The text of a span.
    #[inline]
    pub fn slice(&self, start: u32, end: u32) -> Option<&str> {
        self.text.get(start as usize..end as usize)
    }
}

fn close(bytes: &[u8], ends: &mut Vec<u32>) -> Result<(), Fault> {
    if bytes.len() > MAX_BYTES {
        return Err(Fault::TooLarge("256 MiB"));
    }
    if ends.len() >= MAX_COUNT {
        return Err(Fault::TooLarge("33554432"));
    }
    ends.push(bytes.len() as u32);
    Ok(())
}

/// The length and text of a string as nearly all writers write it; `None` sends it the long way.
#[inline]
fn plain_string(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let rest = bytes.strip_prefix(b"<si><t")?;
    let (rest, is_preserved) = match rest.strip_prefix(b">") {
        Some(rest) => (rest, false),
        None => (rest.strip_prefix(b" xml:space=\"preserve\">")?, true),
    };
    let (string, rest) = rest.split_at_checked(memchr(b'<', rest)?)?;
    let rest = rest.strip_prefix(b"</t></si>")?;
    if !text::is_plain(string) || string.len() > text::MAX_TEXT {
        return None;
    }
    let string = if is_preserved { string } else { text::trimmed(string) };
    Some((bytes.len() - rest.len(), string))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inside: &[u8]) -> Result<Vec<String>, Fault> {
        let mut bytes = b"<?xml version='1.0'?><sst uniqueCount='4294967295'>".to_vec();
        bytes.extend_from_slice(inside);
        let strings = SharedStrings::read(Window::whole(bytes))?;
        let text = |index| {
            let (start, end) = strings.span(index).unwrap();
            strings.slice(start, end).unwrap().to_owned()
        };
        Ok((0..strings.ends.len() as u32).map(text).collect())
    }

    #[test]
    fn strings_are_read_the_short_and_the_long_way_alike() {
        for (inside, expected) in [
            (
                "<si><t>a</t></si><si><t/></si><si/><si><t>张</t></si></sst>",
                vec!["a", "", "", "张"],
            ),
            ("\n<si>\n<t xml:space=\"preserve\"> a </t>\n</si></sst>", vec![" a "]),
            (
                "<si><t xml:space=\"preserve\"> a </t></si><si><t> a </t></si></sst>",
                vec![" a ", "a"],
            ),
            (
                "<x:si><x:r><x:t>a&amp;</x:t></x:r><x:r><x:t>_x000D_</x:t></x:r></x:si></x:sst>",
                vec!["a&\r"],
            ),
        ] {
            assert_eq!(read(inside.as_bytes()).unwrap(), expected, "{inside}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_spoil_only_their_own_string() {
        let found =
            read(b"<si><t>\xE5\xBC\xA0</t></si><si><t>\xFF\xE5</t></si><si><t>b</t></si></sst>");
        assert_eq!(found.unwrap(), ["张", "\u{FFFD}\u{FFFD}", "b"]);
    }

    #[test]
    fn a_table_that_does_not_end_is_broken() {
        for inside in ["", "<si><t>a</t></si>", "<si><t>a</t>", "<!DOCTYPE a></sst>"] {
            assert!(matches!(read(inside.as_bytes()), Err(Fault::Broken)), "{inside}");
        }
    }
}
