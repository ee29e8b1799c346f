//! The short way through a cell: the shapes that nearly all writers use, in a single pass.
//! Whatever looks different is left to the tokens of [`super::sheet`], which read the same meaning.

use memchr::memchr;

use super::text;

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
    let (mut rest, mut style, mut cell_type) = (rest, 0, CellType::Number);
    loop {
        rest = match rest {
            [b'>', rest @ ..] => break open(bytes, rest, column, style, cell_type),
            [b' ', b's', b'=', b'"', rest @ ..] => {
                let (number, rest) = digits(rest)?;
                style = number;
                rest.strip_prefix(b"\"")?
            }
            [b' ', b't', b'=', b'"', b's', b'"', rest @ ..] => {
                cell_type = CellType::Shared;
                rest
            }
            [b' ', b't', b'=', b'"', b'n', b'"', rest @ ..] => rest,
            [b' ', b't', b'=', b'"', b's', b't', b'r', b'"', rest @ ..] => {
                cell_type = CellType::Text;
                rest
            }
            [b' ', b't', b'=', b'"', b'i', ..] => {
                cell_type = CellType::Inline;
                rest.strip_prefix(b" t=\"inlineStr\"")?
            }
            [b'/', b'>', rest @ ..] => {
                let length = bytes.len() - rest.len();
                break Some(PlainCell { length, column, style, cell_type, value: &[] });
            }
            _ => return None,
        }
    }
}

#[inline]
fn open<'a>(
    bytes: &'a [u8],
    rest: &'a [u8],
    column: u32,
    style: u32,
    cell_type: CellType,
) -> Option<PlainCell<'a>> {
    let (value, rest) = match cell_type {
        CellType::Number => number(rest.strip_prefix(b"<v>")?)?,
        CellType::Shared => {
            let rest = rest.strip_prefix(b"<v>")?;
            let count = rest.iter().position(|byte| !byte.is_ascii_digit())?;
            rest.split_at_checked(count)?
        }
        CellType::Text => {
            let rest = rest.strip_prefix(b"<v>")?;
            rest.split_at_checked(memchr(b'<', rest)?)?
        }
        CellType::Inline => return inline(bytes, rest, column, style),
        _ => return None,
    };
    let is_plain = cell_type != CellType::Text || text::is_plain(value);
    if value.is_empty() || value.len() > text::MAX_TEXT || !is_plain {
        return None;
    }
    let rest = rest.strip_prefix(b"</v></c>")?;
    Some(PlainCell { length: bytes.len() - rest.len(), column, style, cell_type, value })
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
    while let [b'0'..=b'9', tail @ ..] = rest {
        rest = tail;
    }
    Some((column.checked_sub(1)?, rest.strip_prefix(b"\"")?))
}

#[inline]
fn digits(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = bytes;
    let mut number = 0u32;
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        number = number.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
        rest = tail;
    }
    (rest.len() < bytes.len()).then_some((number, rest))
}

#[inline]
fn number(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = bytes.iter().position(|byte| !is_numeric(*byte))?;
    bytes.split_at_checked(count)
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
    fn plain_cells_are_read_and_others_left_alone() {
        for (text, expected) in [
            ("<c r=\"B7\" s=\"3\" t=\"s\"><v>12</v></c>…", Some((1, 3, CellType::Shared, "12"))),
            ("<c r=\"AA1\"><v>-1.5E+3</v></c>", Some((26, 0, CellType::Number, "-1.5E+3"))),
            ("<c r=\"A1\" t=\"n\" s=\"1\"/>", Some((0, 1, CellType::Number, ""))),
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
