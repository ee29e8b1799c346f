//! The sender's own workbook with the wrong cells marked, or a twin of a document that is no workbook.

use std::path::{Path, PathBuf};

use super::{
    ConvertError, Request,
    feed::{Event, Feed},
    outputs::absolute,
    report::DocumentReport,
    sink::{MARK_LIMIT, Sink},
};
use crate::{
    model::{Chunk, Finding},
    read::{self, ReadOptions},
    write::annotate::{self, AnnotateError, Annotations, TwinFault, TwinRows},
};

/// Beyond this many rows, an annotated workbook holds the headings and the rows with findings only.
const MAX_FULL_ROWS: u32 = 20_000;

/// Rows of a long document that its twin will need: headings and rows with findings, read once.
#[derive(Default)]
pub struct Kept {
    grids: Vec<KeptGrid>,
    highest: u32,
    rows: usize,
}

#[derive(Default)]
struct KeptGrid {
    index: u16,
    name: String,
    header_rows: Vec<u32>,
    rows: Chunk,
}

impl Kept {
    /// A grid begins.
    pub fn begin_grid(&mut self, index: u16, name: &str) {
        self.grids.push(KeptGrid { index, name: name.to_owned(), ..KeptGrid::default() });
    }

    /// Notes how long the document is.
    pub fn count(&mut self, chunk: &Chunk) {
        self.highest = self.highest.max(chunk.rows.last().map_or(0, |row| row.number));
    }

    /// Keeps what stands down to the headings.
    pub fn keep_headings(&mut self, head: &Chunk, header_rows: &[u32]) {
        let Some(grid) = self.grids.last_mut() else { return };
        grid.header_rows = header_rows.to_vec();
        let last = header_rows.last().copied().unwrap_or(0);
        for row in head.rows.iter().take_while(|row| row.number <= last) {
            copy_row(head, row, &mut grid.rows);
        }
    }

    /// Keeps the rows of a chunk that findings mark.
    pub fn keep(&mut self, chunk: &Chunk, findings: &[Finding]) {
        let Some(grid) = self.grids.last_mut() else { return };
        let mut last = 0;
        let marked = findings.iter().filter(|finding| super::is_marked(finding.severity));
        for number in marked.map(|finding| finding.place.row) {
            if number <= last || self.rows >= MARK_LIMIT {
                continue;
            }
            last = number;
            if let Ok(at) = chunk.rows.binary_search_by_key(&number, |row| row.number)
                && let Some(row) = chunk.rows.get(at)
            {
                copy_row(chunk, row, &mut grid.rows);
                self.rows += 1;
            }
        }
    }

    fn header_rows(&self) -> Vec<(u16, Vec<u32>)> {
        self.grids.iter().map(|grid| (grid.index, grid.header_rows.clone())).collect()
    }
}

fn copy_row(from: &Chunk, row: &crate::model::Row, to: &mut Chunk) {
    to.begin_row(row.number, row.is_hidden);
    for cell in from.cells_of(row) {
        to.push_cell(cell.column, cell.kind, cell.format, from.text_of(cell));
    }
}
