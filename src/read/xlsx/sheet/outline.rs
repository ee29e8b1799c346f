//! What a sheet says about itself outside its rows: merged ranges, which stand after them, and hidden columns.

use memchr::memmem;

use crate::model::Range;
use crate::read::xlsx::fault::{Fault, MAX_COLUMNS, MAX_ROWS};
use crate::read::xlsx::window::Window;
use crate::read::xlsx::xml::{self, Token};

const MAX_MERGES: usize = 1 << 20;
const MAX_SPANS: usize = 1 << 14;
const MARK: &[u8] = b"mergeCell";
/// Bytes kept before a mark, so that the start of its tag (`<prefix:`) is still there.
const KEPT: usize = 80;

/// Merged ranges and hidden columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Merged ranges, sorted by top, then left.
    pub merges: Vec<Range>,
    /// Hidden columns as inclusive spans.
    pub hidden_columns: Vec<(u16, u16)>,
}

impl Outline {
    /// Reads a sheet's part from its start. The rows are passed over unread, so that this costs
    /// little more than inflating them.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn read(window: &mut Window) -> Result<Outline, Fault> {
        let mut outline = Outline::default();
        loop {
            match window.next_token()? {
                Token::Start(tag) => match window.slice(tag.name) {
                    b"sheetData" => break,
                    b"col" if outline.hidden_columns.len() < MAX_SPANS => {
                        let span = hidden_span(window.slice(tag.attributes));
                        outline.hidden_columns.extend(span);
                    }
                    MARK => outline.merge(window.slice(tag.attributes))?,
                    _ => {}
                },
                Token::Eof => break,
                _ => {}
            }
        }
        outline.read_merges(window)?;
        outline.merges.sort_unstable_by_key(|range| (range.top, range.left));
        Ok(outline)
    }

    fn read_merges(&mut self, window: &mut Window) -> Result<(), Fault> {
        let finder = memmem::Finder::new(MARK);
        let mut passed = 0;
        loop {
            let bytes = window.bytes();
            let ahead = bytes.get(passed..).unwrap_or_default();
            let Some(at) = finder.find(ahead).map(|at| at + passed) else {
                let surplus = bytes.len().saturating_sub(KEPT);
                passed = bytes.len().saturating_sub(MARK.len()).max(passed) - surplus;
                window.advance(surplus);
                if !window.more()? {
                    return Ok(());
                }
                continue;
            };
            let Some(start) = tag_start(bytes, at) else {
                passed = at + MARK.len();
                continue;
            };
            window.advance(start);
            passed = 0;
            if let Token::Start(tag) = window.next_token()?
                && window.slice(tag.name) == MARK
            {
                self.merge(window.slice(tag.attributes))?;
            }
        }
    }

    fn merge(&mut self, attributes: &[u8]) -> Result<(), Fault> {
        if self.merges.len() >= MAX_MERGES {
            return Err(Fault::TooLarge("1048576"));
        }
        let range = xml::attribute(attributes, b"ref").and_then(range);
        self.merges
            .extend(range.filter(|range| range.top < range.bottom || range.left < range.right));
        Ok(())
    }
}

/// Where the tag begins whose name contains the mark at `at`; `None` if the mark is mere text.
fn tag_start(bytes: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(KEPT / 2);
    let start = from + bytes.get(from..at)?.iter().rposition(|byte| *byte == b'<')?;
    let prefix = bytes.get(start + 1..at)?;
    let is_prefix = |prefix: &[u8]| prefix.iter().all(|byte| !byte.is_ascii_whitespace());
    match prefix.strip_suffix(b":") {
        Some(prefix) => is_prefix(prefix).then_some(start),
        None => prefix.is_empty().then_some(start),
    }
}

fn hidden_span(attributes: &[u8]) -> Option<(u16, u16)> {
    xml::attribute(attributes, b"hidden").filter(|value| xml::is_true(value))?;
    let column = |name: &[u8]| {
        let number = xml::attribute(attributes, name).and_then(xml::number)?;
        u16::try_from(number.clamp(1, MAX_COLUMNS) - 1).ok()
    };
    let (first, last) = (column(b"min")?, column(b"max")?);
    (first <= last).then_some((first, last))
}

/// Reads `A1:L1`; `None` outside the limits of a sheet.
fn range(text: &[u8]) -> Option<Range> {
    let (first, last) = match memchr::memchr(b':', text) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, text),
    };
    let ((row, column), (row2, column2)) = (address(first)?, address(last)?);
    Some(Range {
        top: row.min(row2),
        bottom: row.max(row2),
        left: column.min(column2),
        right: column.max(column2),
    })
}

fn address(text: &[u8]) -> Option<(u32, u16)> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'$').collect();
    let split = text.iter().position(u8::is_ascii_digit)?;
    let (letters, digits) = text.split_at_checked(split)?;
    let column = crate::model::grid::column_number(std::str::from_utf8(letters).ok()?)?;
    let row = xml::number(digits)?;
    let is_inside = u32::from(column) < MAX_COLUMNS && (1..=MAX_ROWS).contains(&row);
    is_inside.then_some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(part: &str) -> Outline {
        Outline::read(&mut Window::whole(part.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn merges_and_hidden_columns_are_found_around_the_rows() {
        let long = format!("<c><v>{}</v></c>", "mergeCell ".repeat(40));
        let found = outline(&format!(
            "<x:worksheet><x:cols><x:col min='2' max='3' hidden='1'/><x:col min='5' max='5'/>\
             <x:col hidden='true' min='16384' max='99999'/></x:cols>\
             <x:sheetData><x:row>{long}</x:row></x:sheetData><x:mergeCells count='9'>\
             <x:mergeCell ref='B3:A3'/><x:mergeCell ref=\"A1:$L$1\"></x:mergeCell>\
             <x:mergeCell ref='C1'/><x:mergeCell ref='A1:XFE1'/></x:mergeCells></x:worksheet>"
        ));
        let range = |top, bottom, left, right| Range { top, bottom, left, right };
        assert_eq!(found.merges, [range(1, 1, 0, 11), range(3, 3, 0, 1)]);
        assert_eq!(found.hidden_columns, [(1, 2), (16383, 16383)]);
    }

    #[test]
    fn a_part_without_merges_or_rows_has_an_empty_outline() {
        for part in ["", "<worksheet/>", "<worksheet><sheetData/></worksheet>", "<a>mergeCell</a>"]
        {
            assert_eq!(outline(part), Outline::default(), "{part}");
        }
    }
}
