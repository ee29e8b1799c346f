//! Ditto marks: a cell that says “as above” takes the value above it, never the mark itself.

use super::fill::{Kept, is_blank};
use crate::model::{Cell, CellKind, Chunk, Row};

/// Cells that mean “as above”, without spaces and quotation marks around words.
const WORDS: &[&str] = &[
    "同上",
    "同前",
    "同上行",
    "同上一行",
    "同左上",
    "上同",
    "〃",
    "″",
    "\"",
    "＂",
    "”",
    "“",
    "“”",
    "〞",
    "''",
    "\"\"",
];
/// Longest ditto mark in bytes, with some spaces.
const LONGEST: usize = 24;

/// Whether a cell holds a ditto mark and nothing else.
#[inline]
pub(super) fn is_ditto(text: &str, kind: CellKind) -> bool {
    kind == CellKind::Text && text.len() <= LONGEST && has_mark(text)
}

/// The marks begin with few bytes; almost every cell ends at the first, or at the first letter.
#[inline]
fn has_mark(text: &str) -> bool {
    let is_likely = match text.as_bytes().first() {
        // Quotation marks, brackets and spaces of every kind.
        Some(b'\t'..=b'\r' | b' ' | b'"' | b'\'' | b'(' | 0xC2 | 0xE1..=0xE3 | 0xEF) => true,
        Some(0xE4 | 0xE5) => text.starts_with(['同', '上']),
        _ => false,
    };
    is_likely && is_word(text)
}

#[cold]
fn is_word(text: &str) -> bool {
    let solid: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let bare = solid.trim_matches(['(', ')', '（', '）', '。']);
    WORDS.contains(&bare) || WORDS.contains(&bare.trim_matches(['"', '“', '”']))
}

/// The row above, and what ditto marks stood for last.
#[derive(Default)]
pub(super) struct Dittos {
    /// The last row that made a record, in the chunk in hand.
    above: Option<Row>,
    /// Its number; 0 if there is none.
    number: u32,
    /// Its cells, once its chunk is gone.
    carried: Vec<(u16, Kept)>,
    /// What a column's last ditto mark stood for, and in which row.
    last: Vec<(u16, u32, Kept)>,
}

impl Dittos {
    /// Remembers a row that made a record: what ditto marks below it stand for.
    #[inline]
    pub(super) fn pass(&mut self, row: &Row) {
        (self.above, self.number) = (Some(*row), row.number);
    }

    /// The chunk is at its end: keeps the last row's cells for the next one.
    pub(super) fn carry(&mut self, chunk: &Chunk) {
        let Some(above) = self.above.take() else { return };
        let cells = chunk.cells_of(&above).iter();
        let cells = cells.filter(|cell| is_value(chunk, cell));
        self.carried = cells.map(|cell| (cell.column, Kept::of(chunk, cell))).collect();
    }

    /// The columns are others from here on.
    pub(super) fn forget(&mut self) {
        *self = Dittos::default();
    }

    /// Number of the row above; 0 if there is none.
    pub(super) fn row_above(&self) -> u32 {
        self.number
    }

    /// What a ditto mark in a row stands for: the cell above, or what the ditto mark there stood for;
    /// else `filled`, which stands over several rows.
    pub(super) fn resolve(
        &mut self,
        chunk: &Chunk,
        row: u32,
        column: u16,
        filled: Option<&Kept>,
    ) -> Option<Kept> {
        if self.number == 0 {
            return None;
        }
        let before = self.last.iter().find(|last| last.0 == column && last.1 == self.number);
        let own = match &self.above {
            Some(above) => chunk
                .cell_at(above, column)
                .filter(|cell| is_value(chunk, cell))
                .map(|cell| Kept::of(chunk, cell)),
            None => self.carried.iter().find(|kept| kept.0 == column).map(|kept| kept.1.clone()),
        };
        let filled = filled.filter(|kept| !is_ditto(&kept.text, kept.kind));
        let kept = own.or_else(|| before.map(|last| last.2.clone())).or_else(|| filled.cloned())?;
        self.last.retain(|last| last.0 != column);
        self.last.push((column, row, kept.clone()));
        Some(kept)
    }
}

fn is_value(chunk: &Chunk, cell: &Cell) -> bool {
    !is_blank(chunk, cell) && !is_ditto(chunk.text_of(cell), cell.kind)
}
