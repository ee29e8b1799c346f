//! The first rows of a grid as lines of texts, with the merged cells that lie over them.

use crate::model::{Cell, CellKind, Chunk, NumberFormat, Range, Row, grid::NO_COLUMN};

use super::{super::plan::normalise_heading, window::is_remark};

/// Longest text, in bytes, that may be a heading (about 60 Chinese letters).
const LONGEST_HEADING: usize = 180;

/// One cell that may be (part of) a heading.
pub(super) struct Word<'c> {
    pub column: u16,
    /// As the sender wrote it, trimmed.
    pub text: &'c str,
    /// As headings are compared; empty for texts that cannot be a heading.
    pub plain: String,
    /// Whether it looks like a value (number, date, ID number) rather than a name of a column.
    pub is_value: bool,
}

/// One row as words, in column order; blank cells are left out.
pub(super) struct Line<'c> {
    pub number: u32,
    pub words: Vec<Word<'c>>,
}

impl<'c> Line<'c> {
    pub(super) fn new(chunk: &'c Chunk, row: &Row) -> Line<'c> {
        let words = chunk.cells_of(row).iter().filter_map(|cell| word(chunk, cell)).collect();
        Line { number: row.number, words }
    }

    pub(super) fn at(&self, column: u16) -> Option<&Word<'c>> {
        let at = self.words.binary_search_by_key(&column, |word| word.column).ok()?;
        self.words.get(at)
    }

    /// Columns and texts, as the sender wrote them.
    pub(super) fn texts(&self) -> Vec<(u16, String)> {
        self.words.iter().map(|word| (word.column, word.text.to_owned())).collect()
    }

    /// Whether every word only explains the heading over it: `(必填)`, `18位` in brackets, `例：张三`.
    pub(super) fn is_remarks(&self) -> bool {
        self.words
            .iter()
            .all(|word| is_remark(&word.plain) || word.plain.is_empty() && !word.is_value)
    }

    /// Whether the words number the columns: 1, 2, 3 … or (1), (2), (3) ….
    pub(super) fn is_numbering(&self) -> bool {
        let number =
            |word: &Word| word.text.trim_matches(['(', ')', '（', '）']).parse::<usize>().ok();
        self.words.len() > 2
            && self.words.iter().enumerate().all(|(at, word)| number(word) == Some(at + 1))
    }

    /// The nearest word at or left of a column.
    pub(super) fn left_of(&self, column: u16) -> Option<&Word<'c>> {
        let after = self.words.partition_point(|word| word.column <= column);
        after.checked_sub(1).and_then(|at| self.words.get(at))
    }

    /// The column of the next word right of a column; [`NO_COLUMN`] if there is none.
    pub(super) fn next_column(&self, column: u16) -> u16 {
        let after = self.words.partition_point(|word| word.column <= column);
        self.words.get(after).map_or(NO_COLUMN, |word| word.column)
    }
}

fn word<'c>(chunk: &'c Chunk, cell: &Cell) -> Option<Word<'c>> {
    let text = chunk.text_of(cell).trim();
    if text.is_empty() {
        return None;
    }
    let is_value = cell.kind != CellKind::Text
        || !matches!(cell.format, NumberFormat::General | NumberFormat::Text)
        || looks_like_value(text);
    let plain = if is_value || text.len() > LONGEST_HEADING {
        String::new()
    } else {
        normalise_heading(text)
    };
    Some(Word { column: cell.column, text, plain, is_value })
}

/// Numbers, dates and long digit runs are values; headings have at most a year or a count in them.
fn looks_like_value(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6
        || (digits > 0
            && text.bytes().all(|byte| byte.is_ascii_digit() || b".-/:+ ".contains(&byte)))
}

/// The merged range over a cell, if any. `merges` is sorted by top.
pub(super) fn merge_over(merges: &[Range], row: u32, column: u16) -> Option<&Range> {
    merges
        .iter()
        .take_while(|range| range.top <= row)
        .find(|range| range.bottom >= row && range.left <= column && column <= range.right)
}
