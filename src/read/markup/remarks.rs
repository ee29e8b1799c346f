//! Cells on their way into a chunk, and what is noticed about them.

use crate::model::codes::reading;
use crate::model::{CellKind, Chunk, Finding, NumberFormat, Place};
use crate::read::encoding::{self, Decided};
use crate::read::{ReadError, guard};

use super::tokens::too_large;

/// Columns of a sheet in Excel and WPS.
pub const MAX_COLUMNS: u32 = 16_384;
/// The longest cell that is read, in bytes.
pub const MAX_CELL: usize = 1 << 20;
/// A longer row is no row of a table.
const MAX_ROW: usize = 16 << 20;
/// Most places that are told of one kind.
const TOLD: usize = 100;

/// A cell as a document shows it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'t> {
    /// What it holds.
    pub kind: CellKind,
    /// How it shows it.
    pub format: NumberFormat,
    /// Its text.
    pub text: &'t str,
}

/// What is noticed while a document is read.
#[derive(Default)]
pub struct Remarks {
    /// Not taken yet.
    pub findings: Vec<Finding>,
    guarded: u64,
    guarded_at: Vec<Place>,
    undecodable: usize,
    wide_row: Option<(u16, u32)>,
    row_start: usize,
    has_ended: bool,
}

impl Remarks {
    /// Begins with what is doubtful about the decoding.
    pub fn new(decided: &Decided) -> Remarks {
        let mut remarks = Remarks::default();
        if decided.decision.confidence < encoding::UNCERTAIN_BELOW {
            let finding = Finding::new(&reading::ENCODING_UNCERTAIN, Place::NOWHERE);
            remarks.findings.push(finding.arg(decided.decision.name));
        }
        remarks
    }

    /// Adds a cell to the row at its place; the first cell of a row begins it. `has_broken`: bytes before it would
    /// not decode.
    ///
    /// # Errors
    /// The row is too long.
    pub fn put(
        &mut self,
        chunk: &mut Chunk,
        (place, is_hidden): (Place, bool),
        shown: Shown<'_>,
        has_broken: bool,
    ) -> Result<(), ReadError> {
        let Shown { kind, format, mut text } = shown;
        let undoubled;
        if kind == CellKind::Text {
            if let Some((bare, is_doubled)) = guard::bare(text) {
                self.guarded += 1;
                if self.guarded_at.len() < TOLD {
                    self.guarded_at.push(place);
                }
                text = bare;
                if is_doubled {
                    undoubled = bare.replace("\"\"", "\"");
                    text = &undoubled;
                }
            }
            if text.is_empty() {
                return Ok(());
            }
        }
        if chunk.rows.last().is_none_or(|row| row.number != place.row) {
            chunk.begin_row(place.row, is_hidden);
            self.row_start = chunk.text.len();
        }
        if chunk.text.len() + text.len() - self.row_start > MAX_ROW {
            return Err(too_large("一行（one row）", "16 MiB"));
        }
        if has_broken && self.undecodable < TOLD && text.contains('\u{fffd}') {
            self.undecodable += 1;
            let mut finding = Finding::new(&reading::UNDECODABLE, place);
            // Nobody knows yet what the cell is, so its value counts as personal.
            finding.is_personal = true;
            finding.value = text.to_owned();
            self.findings.push(finding);
        }
        chunk.push_cell(place.column, kind, format, text);
        Ok(())
    }

    /// Notes that a row has cells beyond the last column.
    pub fn too_wide(&mut self, grid: u16, row: u32) {
        if self.wide_row.is_none() {
            self.wide_row = Some((grid, row));
            let finding = Finding::new(&reading::TOO_MANY_COLUMNS, Place::row(grid, row));
            self.findings.push(finding.arg(MAX_COLUMNS.to_string()));
        }
    }

    /// Tells, once, what was counted over the whole document, given the repaired characters and NULs.
    pub fn finish(&mut self, (repaired, nuls): (u64, u64)) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let mut places = std::mem::take(&mut self.guarded_at).into_iter();
        if let Some(first) = places.next() {
            let finding =
                Finding::new(&reading::GUARDED_CELLS, first).arg(self.guarded.to_string());
            self.findings.push(Finding { also: places.collect(), ..finding });
        }
        let mends = [(&reading::PUA_REPAIRED, repaired), (&reading::NUL_REMOVED, nuls)];
        for (code, count) in mends.into_iter().filter(|(_, count)| *count > 0) {
            self.findings.push(Finding::new(code, Place::NOWHERE).arg(count.to_string()));
        }
    }
}
