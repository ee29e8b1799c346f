//! Delimited text: every byte stays but those of the cells' texts. Bytes that would not decode stay too.

use std::{fs, fs::File, path::Path};

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::{CopyError, Texts};
use crate::read::{self, ReadError, ReadOptions, encoding};

/// Longest quoted cell; beyond, its opening quote is a stray one.
const MAX_QUOTED: usize = 64 << 10;

/// One character and its bytes in the file; bytes that are no character show as U+FFFD.
#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    from: usize,
    till: usize,
}

/// A text as characters that know their bytes.
pub struct Letters<'b> {
    bytes: &'b [u8],
    encoding: &'static Encoding,
    letters: Vec<Letter>,
}

/// The encoding of a text document.
///
/// # Errors
/// The file cannot be read, or is no text.
pub fn encoding_of(document: &Path) -> Result<&'static Encoding, CopyError> {
    let mut file = File::open(document)?;
    match encoding::decide(document, &mut file, None) {
        Ok(decided) => Ok(decided.encoding),
        Err(ReadError::Io { source, .. }) => Err(source.into()),
        Err(ReadError::Refused(_)) => Err(CopyError::Unsupported),
    }
}

/// Copies a text document.
pub(super) fn copy(document: &Path, texts: &mut dyn Texts) -> Result<Vec<u8>, CopyError> {
    let encoding = encoding_of(document)?;
    let delimiter = match read::open(document, &ReadOptions::default()) {
        Ok(opened) => opened.delimiter.unwrap_or(','),
        Err(ReadError::Io { source, .. }) => return Err(source.into()),
        Err(ReadError::Refused(_)) => ',',
    };
    let bytes = fs::read(document)?;
    let letters = Letters::new(&bytes, encoding);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = letters.separator_line();
    letters.keep(0..at, &mut out);
    while at < letters.letters.len() {
        let (cell, next) = letters.cell(at, delimiter);
        letters.keep(at..cell.start, &mut out);
        letters.replace(cell.clone(), texts, &mut out);
        letters.keep(cell.end..next, &mut out);
        at = next;
    }
    Ok(out)
}

impl<'b> Letters<'b> {
    /// Decodes character by character.
    pub fn new(bytes: &'b [u8], encoding: &'static Encoding) -> Letters<'b> {
        let mut letters = Vec::with_capacity(bytes.len() / 2);
        let mut at = 0;
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let letter = unit(rest, encoding);
            let (letter, length) = letter.unwrap_or(('\u{fffd}', broken_length(rest, encoding)));
            letters.push(Letter { letter, from: at, till: at + length });
            at += length;
        }
        Letters { bytes, encoding, letters }
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.letter).collect()
    }

    fn at(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|letter| letter.letter)
    }

    /// The length of a first line `sep=;`, which stays with its mark.
    fn separator_line(&self) -> usize {
        let start = usize::from(self.at(0) == Some('\u{feff}'));
        let head: String = self.letters.iter().skip(start).take(6).map(|l| l.letter).collect();
        let is_line = head.trim_start_matches('"').to_ascii_lowercase().starts_with("sep=");
        let end = self.letters.iter().position(|letter| matches!(letter.letter, '\n' | '\r'));
        // No more than `"sep=;"`: what is longer is no such line.
        end.filter(|end| is_line && *end < start + 8).unwrap_or(start)
    }

    /// The text of the cell that begins at a place, and the place behind its delimiter.
    fn cell(&self, at: usize, delimiter: char) -> (std::ops::Range<usize>, usize) {
        let ends = |letter: char| letter == delimiter || matches!(letter, '\n' | '\r');
        if self.at(at) == Some('"')
            && let Some(close) = self.closing(at + 1, delimiter)
        {
            let next = if close + 1 < self.letters.len() { close + 2 } else { close + 1 };
            return (at + 1..close, next);
        }
        let rest = self.letters.get(at..).unwrap_or_default();
        let end = rest.iter().position(|letter| ends(letter.letter));
        match end {
            Some(length) => (at..at + length, at + length + 1),
            None => (at..self.letters.len(), self.letters.len()),
        }
    }

    /// The quote that closes a cell, if what follows it ends one.
    fn closing(&self, from: usize, delimiter: char) -> Option<usize> {
        let mut at = from;
        while at < self.letters.len() && at - from < MAX_QUOTED {
            if self.at(at) == Some('"') {
                match self.at(at + 1) {
                    Some('"') => at += 1,
                    Some(letter) if letter != delimiter && !matches!(letter, '\n' | '\r') => {
                        return None;
                    }
                    _ => return Some(at),
                }
            }
            at += 1;
        }
        None
    }

    fn keep(&self, range: std::ops::Range<usize>, out: &mut Vec<u8>) {
        for letter in self.letters.get(range).unwrap_or_default() {
            out.extend_from_slice(self.bytes.get(letter.from..letter.till).unwrap_or_default());
        }
    }

    /// Writes what stands for a cell. Characters that stay keep their bytes.
    fn replace(&self, range: std::ops::Range<usize>, texts: &mut dyn Texts, out: &mut Vec<u8>) {
        let old = self.letters.get(range.clone()).unwrap_or_default();
        let text: String = old.iter().map(|letter| letter.letter).collect();
        let made = texts.text(&text);
        if made == text {
            return self.keep(range, out);
        }
        let is_as_long = made.chars().count() == old.len();
        let mut olds = old.iter();
        for letter in made.chars() {
            let same = if is_as_long {
                olds.next().filter(|old| old.letter == letter)
            } else {
                // Only dates change their length; what does not decode stands in order.
                (letter == '\u{fffd}').then(|| olds.find(|old| old.letter == letter)).flatten()
            };
            match same {
                Some(old) => {
                    out.extend_from_slice(self.bytes.get(old.from..old.till).unwrap_or_default())
                }
                None => encode(letter, self.encoding, out),
            }
        }
    }
}

/// The character that bytes begin with, and its length.
fn unit(bytes: &[u8], encoding: &'static Encoding) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let is_little = encoding == UTF_16LE;
        let word = |at: usize| {
            let two = bytes.get(at..)?.first_chunk::<2>()?;
            Some(if is_little { u16::from_le_bytes(*two) } else { u16::from_be_bytes(*two) })
        };
        let (one, two) = (word(0)?, word(2));
        let length = if (0xD800..0xDC00).contains(&one) { 4 } else { 2 };
        let units = [one].into_iter().chain(two.filter(|_| length == 4));
        let letter = char::decode_utf16(units).next()?.ok()?;
        return Some((letter, length));
    }
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let lengths: &[usize] = if encoding == UTF_8 {
        &[2, 3, 4]
    } else if encoding == GB18030 {
        &[2, 4]
    } else if [BIG5, SHIFT_JIS, EUC_KR, EUC_JP].contains(&encoding) {
        &[1, 2, 3]
    } else {
        &[1]
    };
    lengths.iter().find_map(|length| {
        let text =
            encoding.decode_without_bom_handling_and_without_replacement(bytes.get(..*length)?)?;
        let mut letters = text.chars();
        let letter = letters.next()?;
        // Some byte pairs are two characters; they are taken apart, which loses nothing as long as they stay.
        letters.next().is_none().then_some((letter, *length))
    })
}

fn broken_length(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let pairs = encoding == UTF_16LE || encoding == UTF_16BE;
    if pairs { bytes.len().min(2) } else { 1 }
}

fn encode(letter: char, encoding: &'static Encoding, out: &mut Vec<u8>) {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let is_little = encoding == UTF_16LE;
        for unit in letter.encode_utf16(&mut [0; 2]) {
            out.extend(if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        return;
    }
    out.extend_from_slice(&encoding.encode(letter.encode_utf8(&mut [0; 4])).0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_some_letter_s() {
        let (gbk, _, _) = GB18030.encode("姓名,张㐂\r\n");
        let mut broken = gbk.to_vec();
        broken.extend([0x81, b'\n', 0xFF]);
        for (bytes, encoding, text) in [
            (&b"a\xE5\xBC\xA0\xE5\n"[..], UTF_8, "a张\u{fffd}\n"),
            (&broken, GB18030, "姓名,张㐂\r\n\u{fffd}\n\u{fffd}"),
            (b"\xFF\xFEa\0\x20\x5F\0", UTF_16LE, "\u{feff}a张\u{fffd}"),
            (b"caf\xE9", encoding_rs::WINDOWS_1252, "café"),
        ] {
            let letters = Letters::new(bytes, encoding);
            assert_eq!(letters.text(), text);
            let mut out = Vec::new();
            letters.keep(0..letters.letters.len(), &mut out);
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn cells_end_where_a_reader_ends_them() {
        let text = "\"a,\"\"b\",c\n\"d";
        let letters = Letters::new(text.as_bytes(), UTF_8);
        let mut at = 0;
        let mut cells = Vec::new();
        while at < letters.letters.len() {
            let (cell, next) = letters.cell(at, ',');
            cells.push(text.get(cell).unwrap());
            at = next;
        }
        assert_eq!(cells, ["a,\"\"b", "c", "\"d"]);
    }
}
