//! Strings of BIFF records: the shared table, and texts that go on in CONTINUE records.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16LE};

/// The shared strings, one after another in one arena.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// The string at an index.
    pub fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)? as usize;
        let start =
            index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start as usize..end)
    }

    /// Reads an SST record ([MS-XLS] 2.4.265). Its counts are often wrong, so its bytes decide.
    pub fn read(parts: Vec<&[u8]>) -> Option<Strings> {
        let mut strings = Strings::default();
        let mut cursor = Cursor::new(parts);
        cursor.skip(8)?;
        while !cursor.is_done() {
            cursor.rich(&mut strings.text)?;
            strings.ends.push(u32::try_from(strings.text.len()).ok()?);
        }
        Some(strings)
    }
}

/// Reads on over the seams between a record and its CONTINUE records.
pub struct Cursor<'a> {
    now: &'a [u8],
    later: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Cursor<'a> {
    /// Begins at the first byte of the first part.
    pub fn new(parts: Vec<&'a [u8]>) -> Cursor<'a> {
        Cursor { now: &[], later: parts.into_iter() }
    }

    fn is_done(&mut self) -> bool {
        while self.now.is_empty() {
            match self.later.next() {
                Some(part) => self.now = part,
                None => return true,
            }
        }
        false
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        if self.is_done() {
            return None;
        }
        let (first, rest) = self.now.split_first()?;
        self.now = rest;
        Some(*first)
    }

    /// The next 16-bit number.
    pub fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }

    /// Leaves bytes out.
    pub fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if self.is_done() {
                return None;
            }
            let step = count.min(self.now.len());
            self.now = self.now.get(step..)?;
            count -= step;
        }
        Some(())
    }

    /// Appends an `XLUnicodeRichExtendedString`; formatting and phonetic guides are left out.
    fn rich(&mut self, text: &mut String) -> Option<()> {
        let count = usize::from(self.short()?);
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.short()?) };
        let extra = if flags & 4 == 0 { 0 } else { self.long()? as usize };
        self.characters(count, flags, text)?;
        self.skip(runs * 4 + extra)
    }

    /// Appends so many UTF-16 units; each further part begins with flags of its own.
    pub fn characters(&mut self, mut count: usize, flags: u8, text: &mut String) -> Option<()> {
        let mut is_wide = flags & 1 == 1;
        while count > 0 {
            if self.now.is_empty() {
                if self.is_done() {
                    return None;
                }
                is_wide = self.byte()? & 1 == 1;
            }
            let width = if is_wide { 2 } else { 1 };
            let units = count.min(self.now.len() / width);
            if units == 0 {
                // Half a unit before a seam: no writer splits one.
                self.now = &[];
                continue;
            }
            let (head, rest) = self.now.split_at_checked(units * width)?;
            self.now = rest;
            count -= units;
            if is_wide {
                text.push_str(&UTF_16LE.decode_without_bom_handling(head).0);
            } else {
                text.push_str(&latin(head));
            }
        }
        Some(())
    }

    /// Appends a `XLUnicodeString` after its 16-bit length: flags, characters.
    pub fn unicode(&mut self, text: &mut String) -> Option<()> {
        let count = usize::from(self.short()?);
        if count == 0 {
            return Some(());
        }
        let flags = self.byte()?;
        self.characters(count, flags, text)
    }

    /// Appends so many bytes in a legacy encoding; fewer if the record is short.
    pub fn legacy(&mut self, count: usize, encoding: &'static Encoding, text: &mut String) {
        let mut bytes = Vec::with_capacity(count);
        while bytes.len() < count {
            match self.byte() {
                Some(byte) => bytes.push(byte),
                None => break,
            }
        }
        text.push_str(&encoding.decode_without_bom_handling(&bytes).0);
    }
}

/// Compressed text: the low bytes of UTF-16 units whose high bytes are zero.
pub fn latin(bytes: &[u8]) -> Cow<'_, str> {
    encoding_rs::mem::decode_latin1(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_string_goes_on_in_a_part_of_another_width() {
        let head = [0; 8];
        let first = [3, 0, 0, b'a'];
        let second = [1, 0x2D, 0x4E, 0x87, 0x65, 1, 0, 0, b'z'];
        let strings = Strings::read(vec![&head, &first, &second]);
        let strings = strings.as_ref();
        assert_eq!(strings.and_then(|strings| strings.get(0)), Some("a中文"));
        assert_eq!(strings.and_then(|strings| strings.get(1)), Some("z"));
        assert_eq!(strings.and_then(|strings| strings.get(2)), None);
    }

    #[test]
    fn a_string_that_breaks_off_is_refused() {
        assert!(Strings::read(vec![&[0; 8], &[9, 0, 1, 1]]).is_none());
        assert!(Strings::read(vec![&[0; 3]]).is_none());
    }
}
