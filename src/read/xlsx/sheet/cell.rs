//! The short way through a cell: the shapes that nearly all writers use, in a single pass.
//! Whatever looks different is left to the tokens of [`super::long`], which read the same meaning.

use memchr::memchr;

use crate::read::xlsx::text;

/// What `t="…"` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellType {
    /// `n` or nothing.
    #[default]
    Number,
    /// `s`: an index into the shared strings.
    Shared,
    /// `inlineStr`.
    Inline,
    /// `str`: text that a formula gave, or that a writer put there.
    Text,
    /// `b`.
    Bool,
    /// `e`.
    Error,
    /// `d`.
    Date,
}

impl CellType {
    /// Reads the value of `t`; unknown words count as text.
    pub fn of(value: &[u8]) -> CellType {
        match value {
            b"n" | b"" => CellType::Number,
            b"s" => CellType::Shared,
            b"inlineStr" | b"is" => CellType::Inline,
            b"b" => CellType::Bool,
            b"e" => CellType::Error,
            b"d" => CellType::Date,
            _ => CellType::Text,
        }
    }
}

/// A cell read the short way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainCell<'a> {
    /// Bytes it takes up.
    pub length: usize,
    /// Column from 0, not yet checked against the limit.
    pub column: u32,
    /// Index of its cell format.
    pub style: u32,
    /// How to read the value: number, shared, inline or text.
    pub cell_type: CellType,
    /// The value, standing for itself; empty for an empty cell.
    pub value: &'a [u8],
}

/// Reads the cell at the start of `bytes`; `None` sends it the long way.
#[inline]
pub fn plain_cell(bytes: &[u8]) -> Option<PlainCell<'_>> {
    let rest = bytes.strip_prefix(b"<c r=\"")?;
    let (column, rest) = address(rest)?;
    let (style, rest) = match rest.strip_prefix(b" s=\"") {
        Some(rest) => style(rest)?,
        None => (0, rest),
    };
    let (cell_type, value, rest) = if let Some(rest) = rest.strip_prefix(b" t=\"s\"><v>") {
        let count = leading_digits(rest)?;
        let (value, rest) = rest.split_at_checked(count)?;
        (CellType::Shared, value, rest.strip_prefix(b"</v></c>")?)
    } else if let Some(rest) = rest.strip_prefix(b"><v>") {
        let (value, rest) = number(rest)?;
        (CellType::Number, value, rest.strip_prefix(b"</v></c>")?)
    } else if let Some(rest) = rest.strip_prefix(b"/>") {
        let length = bytes.len() - rest.len();
        let (cell_type, value) = (CellType::Number, &[][..]);
        return Some(PlainCell { length, column, style, cell_type, value });
    } else {
        return unusual(bytes, rest, column, style);
    };
    let length = bytes.len() - rest.len();
    (!value.is_empty()).then_some(PlainCell { length, column, style, cell_type, value })
}

/// Reads the start of a row that says nothing but its number and its spans: the number and the
/// length of the tag. `None` sends it the long way.
#[inline]
pub fn plain_row(bytes: &[u8]) -> Option<(u32, usize)> {
    let rest = bytes.strip_prefix(b"<row r=\"")?;
    let count = leading_digits(rest)?;
    let number = index_of(rest.get(..count)?)?;
    let rest = rest.get(count..)?.strip_prefix(b"\"")?;
    let rest = match rest.strip_prefix(b" spans=\"") {
        Some(rest) => rest.get(rest.iter().take(16).position(|byte| *byte == b'"')? + 1..)?,
        None => rest,
    };
    let rest = rest.strip_prefix(b">")?;
    (count > 0).then_some((number, bytes.len() - rest.len()))
}

/// Text that stands in the cell itself, as writers without shared strings make it.
fn unusual<'a>(bytes: &'a [u8], rest: &'a [u8], column: u32, style: u32) -> Option<PlainCell<'a>> {
    if let Some(rest) = rest.strip_prefix(b" t=\"inlineStr\">") {
        return inline(bytes, rest, column, style);
    }
    let (cell_type, value, rest) = if let Some(rest) = rest.strip_prefix(b" t=\"n\"><v>") {
        let (value, rest) = number(rest)?;
        (CellType::Number, value, rest)
    } else {
        let rest = rest.strip_prefix(b" t=\"str\"><v>")?;
        let (value, rest) = rest.split_at_checked(memchr(b'<', rest)?)?;
        (CellType::Text, value, rest)
    };
    let is_plain = cell_type == CellType::Number || text::is_plain(value);
    if value.is_empty() || value.len() > text::MAX_TEXT || !is_plain {
        return None;
    }
    let length = bytes.len() - rest.strip_prefix(b"</v></c>")?.len();
    Some(PlainCell { length, column, style, cell_type, value })
}

#[inline]
fn inline<'a>(bytes: &'a [u8], rest: &'a [u8], column: u32, style: u32) -> Option<PlainCell<'a>> {
    let rest = rest.strip_prefix(b"<is><t")?;
    let (rest, is_preserved) = match rest.strip_prefix(b">") {
        Some(rest) => (rest, false),
        None => (rest.strip_prefix(b" xml:space=\"preserve\">")?, true),
    };
    let (value, rest) = rest.split_at_checked(memchr(b'<', rest)?)?;
    let rest = rest.strip_prefix(b"</t></is></c>")?;
    if value.len() > text::MAX_TEXT || !text::is_plain(value) {
        return None;
    }
    let value = if is_preserved { value } else { text::trimmed(value) };
    let length = bytes.len() - rest.len();
    Some(PlainCell { length, column, style, cell_type: CellType::Inline, value })
}

/// Reads letters and digits up to the closing quote.
#[inline]
fn address(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = bytes;
    let mut column = 0u32;
    while let [letter @ b'A'..=b'Z', tail @ ..] = rest {
        column = column.checked_mul(26)? + u32::from(letter - b'A') + 1;
        rest = tail;
    }
    let rest = rest.get(leading_digits(rest)?..)?;
    Some((column.checked_sub(1)?, rest.strip_prefix(b"\"")?))
}

/// Reads a style number and its closing quote.
#[inline]
fn style(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = bytes;
    let mut number = 0u32;
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        number = number.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
        rest = tail;
    }
    if rest.len() == bytes.len() { None } else { Some((number, rest.strip_prefix(b"\"")?)) }
}

#[inline]
fn number(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let digits = leading_digits(bytes)?;
    if bytes.get(digits) == Some(&b'<') {
        return bytes.split_at_checked(digits);
    }
    let rest = bytes.get(digits..)?;
    let more = rest.iter().position(|byte| !is_numeric(*byte))?;
    bytes.split_at_checked(digits + more)
}

/// How many of the next eight bytes are digits before the first that is none, all eight at once;
/// `None` near the end of the window.
#[inline]
fn leading_digits(bytes: &[u8]) -> Option<usize> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?) ^ 0x3030_3030_3030_3030;
    // A byte is now below ten for a digit; a carry can only come from a byte that is none itself.
    let others = (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080;
    Some(others.trailing_zeros() as usize / 8)
}

/// Reads the digits of a shared string's index; `None` beyond eight of them.
#[inline]
pub fn index_of(digits: &[u8]) -> Option<u32> {
    let mut number = 0u32;
    if digits.len() > 8 {
        return None;
    }
    for digit in digits {
        number = number * 10 + u32::from(digit & 15);
    }
    Some(number)
}

/// Whether a byte may stand in a number as workbooks write it.
#[inline]
pub fn is_numeric(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'E' | b'e')
}

/// Reads the column of an address such as `AB12`; `None` if there are no letters or too many.
pub fn column_of(address: &[u8]) -> Option<u32> {
    let mut column = 0u32;
    for letter in address.trim_ascii_start() {
        match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => {
                column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
            }
            _ => break,
        }
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_rows_are_read_and_others_left_alone() {
        for (text, expected) in [
            ("<row r=\"7\"><c/>……", Some((7, 11))),
            ("<row r=\"1048576\" spans=\"1:12\">……", Some((1_048_576, 30))),
            ("<row r=\"7\" spans=\"1:12\" hidden=\"1\">……", None),
            ("<row r=\"\">…………", None),
            ("<row r=\"7\"/>…………", None),
            ("<row>…………", None),
        ] {
            assert_eq!(plain_row(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn plain_cells_are_read_and_others_left_alone() {
        for (text, expected) in [
            ("<c r=\"B7\" s=\"3\" t=\"s\"><v>12</v></c>…", Some((1, 3, CellType::Shared, "12"))),
            ("<c r=\"AA1\"><v>-1.5E+3</v></c>", Some((26, 0, CellType::Number, "-1.5E+3"))),
            ("<c r=\"A1048576\" s=\"1\"/>", Some((0, 1, CellType::Number, ""))),
            (
                "<c r=\"A1\"><v>110101199003070134</v></c>",
                Some((0, 0, CellType::Number, "110101199003070134")),
            ),
            ("<c r=\"A1\" t=\"n\"><v>12345678</v></c>", Some((0, 0, CellType::Number, "12345678"))),
            ("<c r=\"A1\" t=\"s\"><v>99999999999</v></c>", None),
            ("<c r=\"A1\" t=\"str\"><v>张 三</v></c>", Some((0, 0, CellType::Text, "张 三"))),
            (
                "<c r=\"A1\" t=\"inlineStr\"><is><t> a </t></is></c>",
                Some((0, 0, CellType::Inline, "a")),
            ),
            (
                "<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a </t></is></c>",
                Some((0, 0, CellType::Inline, " a ")),
            ),
            ("<c r=\"A1\"><v>abc</v></c>", None),
            ("<c r=\"A1\"><f>1+1</f><v>2</v></c>", None),
            ("<c r=\"A1\" t=\"str\"><v>a&amp;b</v></c>", None),
            ("<c r='A1'><v>1</v></c>", None),
            ("<c r=\"1\"><v>1</v></c>", None),
            ("<c r=\"A1\"><v>1</v></", None),
            ("<c r=\"A1\" s=\"99999999999\"/>", None),
            ("<c r=\"AAAAAAAAAAAAAAAAAAAAAA1\"/>", None),
        ] {
            let found = plain_cell(text.as_bytes()).map(|cell| {
                let value = std::str::from_utf8(cell.value).unwrap();
                (cell.column, cell.style, cell.cell_type, value)
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
