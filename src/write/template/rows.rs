//! The hot path: records as rows of sheet XML. Everything that does not differ between rows is spelled
//! once, when the columns are bound.

use std::fmt::Write as _;

use crate::{
    model::{Batch, Value, grid},
    write::{
        dates::{DatePiece, date_pieces, spelled},
        gate::Bound,
        plan::{ColumnSource, ColumnStyle, TargetColumn},
    },
};

use super::{
    escape::{needs_preserve, push_text},
    line::{Line, Piece},
    sheet::RowLook,
};

/// Days from 0001-01-01 (day 1) to the day before serial 1, with the 29 February 1900 that never was.
const SERIAL_EPOCH: i32 = 693_594;
/// The first serial after that day.
const FIRST_SOUND_SERIAL: i32 = 61;
/// Days between the two date systems of workbooks.
const DAYS_1904: i32 = 1_462;

/// One cell of every row, in column order.
struct Cell {
    /// `<c r="B`; the row number follows.
    open: Piece,
    /// What stands there when there is no value: ` s="5"/>`. `None`: the cell is left out.
    blank: Option<Piece>,
    fill: Fill,
}

enum Fill {
    /// Styled, but no column of the target.
    Blank,
    /// The number of the row in the output.
    Counter { middle: Piece },
    /// The same in every row: all that follows the row number.
    Constant { rest: Piece },
    /// One of a dictionary's words: all that follows the row number, per entry.
    Words { slot: usize, rests: Vec<Piece>, middle: Piece },
    /// Text, in the usual form and with spaces preserved.
    Text { slot: usize, middle: Piece, preserving: Piece },
    /// A number as the record spells it.
    Number { slot: usize, middle: Piece },
    /// A date by a pattern.
    DateText { slot: usize, middle: Piece, pattern: Vec<DatePiece> },
    /// A serial day.
    DateNumber { slot: usize, middle: Piece },
}

const TEXT_END: &str = "t></";

/// Writes the rows of one sheet.
pub(super) struct RowWriter {
    prefix: String,
    is_1904: bool,
    row_open: Piece,
    row_middle: Piece,
    row_close: Piece,
    number_close: Piece,
    text_close: Piece,
    cells: Vec<Cell>,
    line: Line,
}

impl RowWriter {
    /// A writer for a sheet whose elements carry a prefix (`x:` or nothing).
    pub(super) fn new(prefix: &str, look: &RowLook, is_1904: bool) -> RowWriter {
        RowWriter {
            prefix: prefix.to_owned(),
            is_1904,
            row_open: format!("<{prefix}row r=\"").into(),
            row_middle: format!("\"{}>", look.attributes).into(),
            row_close: format!("</{prefix}row>").into(),
            number_close: format!("</{prefix}v></{prefix}c>").into(),
            text_close: format!("</{prefix}{TEXT_END}{prefix}is></{prefix}c>").into(),
            cells: Vec::new(),
            line: Line::default(),
        }
    }

    /// Binds the cells to a table: `bound` stands beside `columns`.
    pub(super) fn bind(&mut self, columns: &[TargetColumn], bound: &[Bound], look: &RowLook) {
        let mut cells: Vec<(u16, Cell)> = columns
            .iter()
            .zip(bound)
            .map(|(column, bound)| (column.column, self.cell(column, bound, look)))
            .collect();
        for column in look.styled_columns() {
            if columns.iter().all(|own| own.column != column) {
                let blank = self.blank(column, look);
                let open = self.open(column);
                cells.push((column, Cell { open, blank, fill: Fill::Blank }));
            }
        }
        cells.sort_by_key(|(column, _)| *column);
        cells.retain(|(_, cell)| cell.blank.is_some() || !matches!(cell.fill, Fill::Blank));
        self.cells = cells.into_iter().map(|(_, cell)| cell).collect();
    }

    fn open(&self, column: u16) -> Piece {
        format!("<{}c r=\"{}", self.prefix, grid::column_letters(column)).into()
    }

    fn blank(&self, column: u16, look: &RowLook) -> Option<Piece> {
        look.style_of(column).map(|style| format!("\" s=\"{style}\"/>").into())
    }

    fn cell(&self, column: &TargetColumn, bound: &Bound, look: &RowLook) -> Cell {
        let prefix = &self.prefix;
        let style = look.style_of(column.column);
        let style = style.map_or(String::new(), |style| format!(" s=\"{style}\""));
        let number = Piece::from(format!("\"{style}><{prefix}v>"));
        let plain = format!("\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t>").into_bytes();
        let text = Piece::from(plain.clone());
        let rest = |word: &str, is_number: bool| {
            let (begin, close) = match is_number {
                true => (number.bytes(), &self.number_close),
                false if needs_preserve(word) => (preserving(&plain), &self.text_close),
                false => (plain.clone(), &self.text_close),
            };
            let mut rest = begin;
            push_text(&mut rest, word);
            rest.extend_from_slice(&close.bytes());
            Piece::from(rest)
        };
        let is_number = column.style == ColumnStyle::Number;
        let fill = match (&column.source, bound.slot) {
            (ColumnSource::Counter, _) => Fill::Counter { middle: number },
            (ColumnSource::Constant(word), _) => {
                let is_number = is_number && crate::write::gate::is_number(word);
                Fill::Constant { rest: rest(word, is_number) }
            }
            (ColumnSource::Field { .. }, None) => Fill::Blank,
            (ColumnSource::Field { .. }, Some(slot)) => match &column.style {
                _ if !bound.words.is_empty() => Fill::Words {
                    slot,
                    rests: bound.words.iter().map(|word| rest(word, is_number)).collect(),
                    middle: text,
                },
                ColumnStyle::Text => {
                    Fill::Text { slot, preserving: preserving(&plain).into(), middle: text }
                }
                ColumnStyle::Number => Fill::Number { slot, middle: number },
                ColumnStyle::DateText(pattern) => {
                    Fill::DateText { slot, middle: text, pattern: escaped_pieces(pattern) }
                }
                ColumnStyle::DateNumber => Fill::DateNumber { slot, middle: number },
            },
        };
        Cell { open: self.open(column.column), blank: self.blank(column.column, look), fill }
    }

    /// Appends the row `row` for a record, the `count`-th of its file.
    pub(super) fn push(
        &mut self,
        out: &mut Vec<u8>,
        batch: &Batch,
        record: usize,
        place: (u32, u32),
    ) {
        let (row, count) = place;
        let row = Piece::from(itoa::Buffer::new().format(row));
        let values = batch.values_of(record);
        let mut line = std::mem::take(&mut self.line);
        line.pieces([&self.row_open, &row, &self.row_middle]);
        for cell in &self.cells {
            self.push_cell(&mut line, cell, &row, (batch, values, count));
        }
        line.pieces([&self.row_close]);
        line.move_to(out);
        self.line = line;
    }

    #[inline]
    fn push_cell(
        &self,
        line: &mut Line,
        cell: &Cell,
        row: &Piece,
        (batch, values, count): (&Batch, &[Value], u32),
    ) {
        let value = match cell.fill {
            Fill::Blank | Fill::Counter { .. } | Fill::Constant { .. } => &Value::NOTHING,
            Fill::Words { slot, .. }
            | Fill::Text { slot, .. }
            | Fill::Number { slot, .. }
            | Fill::DateText { slot, .. }
            | Fill::DateNumber { slot, .. } => values.get(slot).unwrap_or(&Value::NOTHING),
        };
        let text = batch.text(value);
        let is_blank =
            text.is_empty() && !matches!(cell.fill, Fill::Counter { .. } | Fill::Constant { .. });
        if is_blank {
            if let Some(blank) = &cell.blank {
                line.pieces([&cell.open, row, blank]);
            }
            return;
        }
        let open = &cell.open;
        match &cell.fill {
            Fill::Blank => {}
            Fill::Counter { middle } => {
                let count = Piece::from(itoa::Buffer::new().format(count));
                line.pieces([open, row, middle, &count, &self.number_close]);
            }
            Fill::Constant { rest } => line.pieces([open, row, rest]),
            Fill::Words { rests, middle, .. } => {
                match usize::try_from(value.number).ok().and_then(|at| rests.get(at)) {
                    Some(rest) => line.pieces([open, row, rest]),
                    None => self.push_words(line, [open, row, middle], text),
                }
            }
            Fill::Text { middle, preserving, .. } => {
                let middle = if needs_preserve(text) { preserving } else { middle };
                self.push_words(line, [open, row, middle], text);
            }
            Fill::Number { middle, .. } => {
                line.pieces([open, row, middle]);
                line.bytes(text.as_bytes());
                line.pieces([&self.number_close]);
            }
            Fill::DateText { middle, pattern, .. } => {
                line.pieces([open, row, middle]);
                spelled(pattern, text).for_each(|part| line.bytes(part.as_bytes()));
                line.pieces([&self.text_close]);
            }
            Fill::DateNumber { middle, .. } => {
                let mut serial = Vec::new();
                push_serial(&mut serial, value.number, text, self.is_1904);
                line.pieces([open, row, middle]);
                line.bytes(&serial);
                line.pieces([&self.number_close]);
            }
        }
    }

    #[inline]
    fn push_words(&self, line: &mut Line, before: [&Piece; 3], text: &str) {
        line.pieces(before);
        line.text(text);
        line.pieces([&self.text_close]);
    }
}

/// `…><t>` becomes `…><t xml:space="preserve">`.
fn preserving(middle: &[u8]) -> Vec<u8> {
    let mut preserving = middle.strip_suffix(b">").unwrap_or(middle).to_vec();
    preserving.extend_from_slice(b" xml:space=\"preserve\">");
    preserving
}

fn escaped_pieces(pattern: &str) -> Vec<DatePiece> {
    let mut pieces = date_pieces(pattern);
    for piece in &mut pieces {
        if let DatePiece::Text(text) = piece {
            let mut escaped = Vec::new();
            push_text(&mut escaped, text);
            *text = String::from_utf8_lossy(&escaped).into_owned();
        }
    }
    pieces
}

/// Appends a serial day; a time of day (`… 09:30[:00]`) becomes its fraction.
fn push_serial(out: &mut Vec<u8>, days: i32, text: &str, is_1904: bool) {
    let mut serial = days - SERIAL_EPOCH;
    if is_1904 {
        serial -= DAYS_1904;
    } else if serial < FIRST_SOUND_SERIAL {
        serial -= 1;
    }
    out.extend_from_slice(itoa::Buffer::new().format(serial).as_bytes());
    let number =
        |at: std::ops::Range<usize>| text.get(at).and_then(|part| part.parse::<u32>().ok());
    if let (Some(hours), Some(minutes)) = (number(11..13), number(14..16)) {
        let seconds = hours * 3600 + minutes * 60 + number(17..19).unwrap_or(0);
        let mut fraction = String::new();
        // Writing to a String cannot fail.
        let _ = write!(fraction, "{:.9}", f64::from(seconds) / 86_400.0);
        out.extend_from_slice(
            fraction.trim_start_matches('0').trim_end_matches(['0', '.']).as_bytes(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_days_are_those_of_excel() {
        for (days, text, is_1904, serial) in [
            (738_232, "2022-03-18", false, "44638"),
            (738_232, "2022-03-18", true, "43176"),
            (738_232, "2022-03-18 12:00", false, "44638.5"),
            (738_232, "2022-03-18 00:00:00", false, "44638"),
            (693_596, "1900-01-01", false, "1"),
            (693_655, "1900-03-01", false, "61"),
        ] {
            let mut out = Vec::new();
            push_serial(&mut out, days, text, is_1904);
            assert_eq!(String::from_utf8(out).unwrap(), serial, "{text}");
        }
    }
}
