//! Grids of cells as a reader hands them over: rows in chunks, text in one arena per chunk.

/// Column number that stands for "no column".
pub const NO_COLUMN: u16 = u16::MAX;

/// What a cell holds, as far as the container says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum CellKind {
    /// Text.
    #[default]
    Text,
    /// A number; the text is the raw digits the container stores (never rounded by us).
    Number,
    /// `true` or `false`.
    Bool,
    /// An error value such as `#REF!`.
    Error,
    /// An ISO 8601 date or date-time (`t="d"`, OpenDocument dates, `.xls` dates stay numbers).
    IsoDate,
    /// A formula whose value was never calculated; the text is empty.
    Uncalculated,
}

/// The meaning of a number format, as far as it decides what a number says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum NumberFormat {
    /// No date, no text mark.
    #[default]
    General,
    /// `@`: the cell is marked as text.
    Text,
    /// A date, so that a number is a serial day.
    Date,
    /// A date with a time of day.
    DateTime,
    /// A time of day only.
    Time,
}

/// One cell of a row. Cells of a row are in rising column order; empty cells are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// First byte of the text in [`Chunk::text`].
    pub start: u32,
    /// One past the last byte of the text.
    pub end: u32,
    /// Column, from 0.
    pub column: u16,
    /// What it holds.
    pub kind: CellKind,
    /// How the container shows it.
    pub format: NumberFormat,
}

/// One row of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Row number as the sender's program shows it, from 1.
    pub number: u32,
    /// Index of the row's first cell in [`Chunk::cells`].
    pub first: u32,
    /// One past the index of its last cell.
    pub end: u32,
    /// Whether the row is hidden or filtered out.
    pub is_hidden: bool,
}

/// A run of rows: the unit that streams through the pipeline (a few hundred kilobytes of text).
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// All cell texts, one after another.
    pub text: String,
    /// All cells, row by row.
    pub cells: Vec<Cell>,
    /// The rows; numbers rise, gaps are blank rows.
    pub rows: Vec<Row>,
}

/// A reader closes a chunk when its text passes this many bytes.
pub const CHUNK_BYTES: usize = 1 << 18;

impl Chunk {
    /// Empties the chunk and keeps its memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
    }

    /// Whether a reader should hand this chunk over.
    pub fn is_full(&self) -> bool {
        self.text.len() >= CHUNK_BYTES || self.cells.len() >= 1 << 16 || self.rows.len() >= 1 << 14
    }

    /// The cells of a row.
    pub fn cells_of(&self, row: &Row) -> &[Cell] {
        self.cells.get(row.first as usize..row.end as usize).unwrap_or_default()
    }

    /// The text of a cell.
    pub fn text_of(&self, cell: &Cell) -> &str {
        self.text.get(cell.start as usize..cell.end as usize).unwrap_or_default()
    }

    /// The cell of a row in a column, by binary search.
    pub fn cell_at(&self, row: &Row, column: u16) -> Option<&Cell> {
        let cells = self.cells_of(row);
        cells.binary_search_by_key(&column, |cell| cell.column).ok().and_then(|at| cells.get(at))
    }

    /// Begins a row; cells pushed from now on belong to it.
    pub fn begin_row(&mut self, number: u32, is_hidden: bool) {
        let first = self.cells.len() as u32;
        self.rows.push(Row { number, first, end: first, is_hidden });
    }

    /// Adds a cell to the row begun last; an empty text of kind [`CellKind::Text`] adds nothing.
    pub fn push_cell(&mut self, column: u16, kind: CellKind, format: NumberFormat, text: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.close_cell(start, column, kind, format);
    }

    /// Makes a cell of everything appended to [`Chunk::text`] since `start`.
    pub fn close_cell(&mut self, start: u32, column: u16, kind: CellKind, format: NumberFormat) {
        let end = self.text.len() as u32;
        if start == end && kind == CellKind::Text {
            return;
        }
        self.cells.push(Cell { start, end, column, kind, format });
        if let Some(row) = self.rows.last_mut() {
            row.end = self.cells.len() as u32;
        }
    }
}

/// Whether people see a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Shown.
    #[default]
    Visible,
    /// Hidden; a person can show it.
    Hidden,
    /// Hidden from the menus too.
    VeryHidden,
}

/// A rectangle of cells, all ends included; rows from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First row.
    pub top: u32,
    /// Last row.
    pub bottom: u32,
    /// First column.
    pub left: u16,
    /// Last column.
    pub right: u16,
}

/// What is known of a grid before its rows are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridInfo {
    /// Sheet name; empty for text documents.
    pub name: String,
    /// Position in the workbook, from 0.
    pub index: u16,
    /// Whether people see it.
    pub visibility: Visibility,
    /// Merged ranges, sorted by top, then left.
    pub merges: Vec<Range>,
    /// Hidden columns as inclusive spans.
    pub hidden_columns: Vec<(u16, u16)>,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
}

/// Writes a column as spreadsheet letters: 0 → `A`, 26 → `AA`.
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::with_capacity(3);
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// Reads spreadsheet letters: `A` → 0; `None` for anything else or beyond 65,534.
pub fn column_number(letters: &str) -> Option<u16> {
    if letters.is_empty() || letters.len() > 4 {
        return None;
    }
    let mut column = 0u32;
    for letter in letters.bytes() {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A').filter(|digit| *digit < 26)?;
        column = column * 26 + u32::from(digit) + 1;
    }
    u16::try_from(column - 1).ok().filter(|column| *column != NO_COLUMN)
}

/// Writes a cell address: row 7, column 2 → `C7`.
pub fn a1(row: u32, column: u16) -> String {
    format!("{}{row}", column_letters(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_round_trip() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16383, "XFD")] {
            assert_eq!(column_letters(column), letters);
            assert_eq!(column_number(letters), Some(column));
        }
        assert_eq!(column_number("A1"), None);
    }

    #[test]
    fn a_chunk_leaves_out_empty_cells_and_finds_the_rest_by_column() {
        let mut chunk = Chunk::default();
        chunk.begin_row(3, false);
        chunk.push_cell(0, CellKind::Text, NumberFormat::General, "");
        chunk.push_cell(2, CellKind::Text, NumberFormat::General, "张三");
        let row = chunk.rows[0];
        assert_eq!(chunk.cell_at(&row, 2).map(|cell| chunk.text_of(cell)), Some("张三"));
        assert_eq!(chunk.cell_at(&row, 0), None);
    }
}
