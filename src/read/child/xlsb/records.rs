//! Records of a binary part ([MS-XLSB] 2.1.4): kind and length in seven-bit groups, then the body.

use std::io::{self, Read};

/// The longest record body that is taken; the longest honest one is a 32,767-character rich text.
const BODY_LIMIT: u32 = 16 << 20;

/// Walks the records of a part, reusing one body.
pub struct Records<R> {
    from: R,
    /// The body of the record met last.
    pub body: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Begins at the first byte.
    pub fn new(from: R) -> Records<R> {
        Records { from, body: Vec::new() }
    }

    /// The kind of the next record, whose body is then [`Records::body`]; `None` at the end.
    ///
    /// # Errors
    /// The part breaks off inside a record, or asks for too long a body.
    pub fn next(&mut self) -> io::Result<Option<u16>> {
        let mut first = [0; 1];
        if self.from.read(&mut first)? == 0 {
            return Ok(None);
        }
        let mut kind = u16::from(first[0]);
        if kind & 0x80 != 0 {
            kind = (kind & 0x7F) | u16::from(self.byte()? & 0x7F) << 7;
        }
        let mut length = 0;
        for group in 0..4 {
            let byte = self.byte()?;
            length |= u32::from(byte & 0x7F) << (7 * group);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > BODY_LIMIT {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.body.clear();
        let read = (&mut self.from).take(u64::from(length)).read_to_end(&mut self.body)?;
        if read != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(kind))
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0; 1];
        self.from.read_exact(&mut byte)?;
        Ok(byte[0])
    }
}

/// The 16-bit number at an offset.
pub fn short(body: &[u8], at: usize) -> Option<u16> {
    body.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

/// The 32-bit number at an offset.
pub fn long(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// The floating-point number at an offset.
pub fn float(body: &[u8], at: usize) -> Option<f64> {
    body.get(at..)?.first_chunk().map(|eight| f64::from_le_bytes(*eight))
}

/// Appends the wide string at an offset ([MS-XLSB] 2.5.169) and tells where it ends. A null string
/// (length of all ones) appends nothing.
pub fn wide(body: &[u8], at: usize, text: &mut String) -> Option<usize> {
    let count = long(body, at)?;
    if count == u32::MAX {
        return Some(at + 4);
    }
    let end = (count as usize).checked_mul(2)?.checked_add(at + 4)?;
    let units = body.get(at + 4..end)?;
    text.push_str(&encoding_rs::UTF_16LE.decode_without_bom_handling(units).0);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_lengths_come_in_groups_of_seven_bits() {
        let mut records = Records::new([0x9C, 0x01, 0x02, 7, 8, 0x00, 0x00].as_slice());
        assert_eq!(records.next().ok(), Some(Some(0x9C)));
        assert_eq!(records.body, [7, 8]);
        assert_eq!(records.next().ok(), Some(Some(0)));
        assert_eq!(records.next().ok(), Some(None));
        assert!(Records::new([0x07, 0x05, 1].as_slice()).next().is_err());
        assert!(Records::new([0x07, 0xFF, 0xFF, 0xFF, 0x7F].as_slice()).next().is_err());
    }

    #[test]
    fn a_wide_string_stays_within_its_record() {
        let mut text = String::new();
        assert_eq!(wide(&[2, 0, 0, 0, 0x2D, 0x4E, 0x87, 0x65], 0, &mut text), Some(8));
        assert_eq!(text, "中文");
        assert_eq!(wide(&[9, 0, 0, 0, 1, 1], 0, &mut text), None);
        assert_eq!(wide(&[0xFF, 0xFF, 0xFF, 0xFF], 0, &mut text), Some(4));
    }
}
