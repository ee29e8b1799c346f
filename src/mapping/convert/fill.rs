//! Values that stand once for several rows: vertical merges, and columns that are filled down.

use super::{
    ditto::is_ditto,
    frame::{Frame, NO_SLOT},
};
use crate::{
    mapping::{layout::Found, plan::InputMapping},
    model::{Cell, CellKind, Chunk, GridInfo, NumberFormat, Range, Row},
};

/// A cell's content, kept for the rows below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub text: String,
    pub kind: CellKind,
    pub format: NumberFormat,
    /// Last row it stands for.
    until: u32,
}

/// What stands for the rows below, per column.
#[derive(Default)]
pub(super) struct Fills {
    /// Vertical merges over mapped columns below the headings, sorted by top.
    merges: Vec<Range>,
    next: usize,
    /// Mapped columns that are filled: column, filled down even without a merge, what is kept.
    columns: Vec<(u16, bool, Kept)>,
}

impl Fills {
    pub(super) fn new(
        mapping: &InputMapping,
        found: &Found,
        frame: &Frame,
        info: &GridInfo,
    ) -> Fills {
        let is_mapped = |column: u16| frame.aim_of(column).slot != NO_SLOT;
        let is_vertical = |range: &&Range| {
            range.top >= found.first_row && range.bottom > range.top && is_mapped(range.left)
        };
        let merges: Vec<Range> = info.merges.iter().filter(is_vertical).copied().collect();
        let mut columns = Vec::new();
        for (column, index, _) in found.blocks.iter().flat_map(|block| &block.columns) {
            let fills_down = mapping.columns.get(*index).is_some_and(|column| column.fills_down);
            if fills_down || merges.iter().any(|range| range.left == *column) {
                columns.push((*column, fills_down, Kept::default()));
            }
        }
        Fills { merges, next: 0, columns }
    }

    /// Whether any column is filled at all.
    pub(super) fn is_idle(&self) -> bool {
        self.columns.is_empty()
    }

    /// Keeps what a row's own cells say for the rows below. Rows must come in order.
    pub(super) fn keep(&mut self, chunk: &Chunk, row: &Row) {
        while let Some(range) = self.merges.get(self.next).filter(|range| range.top <= row.number) {
            self.next += 1;
            let kept = self.columns.iter_mut().find(|column| column.0 == range.left);
            if let Some((column, _, kept)) = kept {
                let top = if range.top == row.number { chunk.cell_at(row, *column) } else { None };
                kept.take(chunk, top, range.bottom);
            }
        }
        for (column, fills_down, kept) in &mut self.columns {
            let own = chunk.cell_at(row, *column).filter(|cell| !is_blank(chunk, cell));
            let is_merged = kept.until != u32::MAX && kept.until >= row.number;
            let own = own.filter(|cell| !is_ditto(chunk.text_of(cell), cell.kind));
            if *fills_down && !is_merged && own.is_some() {
                kept.take(chunk, own, u32::MAX);
            }
        }
    }

    /// What stands for a blank cell.
    pub(super) fn kept(&self, row: u32, column: u16) -> Option<&Kept> {
        let known = self.columns.iter().find(|known| known.0 == column)?;
        Some(&known.2).filter(|kept| kept.until >= row && !kept.text.is_empty())
    }

    /// The columns that are filled.
    pub(super) fn columns(&self) -> impl Iterator<Item = u16> + '_ {
        self.columns.iter().map(|column| column.0)
    }

    /// Forgets what was kept for the rows below: the table ended, or began again.
    pub(super) fn forget(&mut self) {
        self.columns.iter_mut().for_each(|column| column.2.until = 0);
    }
}

impl Kept {
    /// A cell's content, for no row in particular.
    pub(super) fn of(chunk: &Chunk, cell: &Cell) -> Kept {
        let mut kept = Kept::default();
        kept.take(chunk, Some(cell), 0);
        kept
    }

    fn take(&mut self, chunk: &Chunk, cell: Option<&Cell>, until: u32) {
        self.text.clear();
        self.until = until;
        if let Some(cell) = cell {
            self.text.push_str(chunk.text_of(cell));
            (self.kind, self.format) = (cell.kind, cell.format);
        }
    }
}

/// Whether a cell of text holds nothing but white space.
pub(super) fn is_blank(chunk: &Chunk, cell: &Cell) -> bool {
    cell.kind == CellKind::Text && chunk.text_of(cell).trim().is_empty()
}
