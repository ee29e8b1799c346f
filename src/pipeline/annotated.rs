//! The sender's own workbook with the wrong cells marked, or a twin of a document that is no workbook.

use std::path::{Path, PathBuf};

use super::{
    ConvertError, Request,
    journey::Subject,
    outputs::absolute,
    report::DocumentReport,
    sink::{MARK_LIMIT, Sink},
};
use crate::{
    model::{Chunk, Finding, GridInfo, Row},
    read::{Grids, ReadOptions},
    write::annotate::{self, AnnotateError, Annotations, TwinFault, TwinRows},
};

/// Beyond this many rows, an annotated workbook holds the headings and the rows with findings only.
const MAX_FULL_ROWS: u32 = 20_000;

/// Rows of a long document that its twin will need: headings and rows with findings, read once.
#[derive(Default)]
pub struct Kept {
    grids: Vec<KeptGrid>,
    rows: usize,
}

#[derive(Default)]
struct KeptGrid {
    info: GridInfo,
    /// Rows of the whole grid.
    count: u64,
    header_rows: Vec<u32>,
    rows: Chunk,
}

impl Kept {
    /// A grid begins.
    pub fn begin_grid(&mut self, info: &GridInfo) {
        self.grids.push(KeptGrid { info: info.clone(), ..KeptGrid::default() });
    }

    /// Notes how long the document is.
    pub fn count(&mut self, chunk: &Chunk) {
        if let Some(grid) = self.grids.last_mut() {
            grid.count += chunk.rows.len() as u64;
        }
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
        self.grids.iter().map(|grid| (grid.info.index, grid.header_rows.clone())).collect()
    }
}

fn copy_row(from: &Chunk, row: &Row, to: &mut Chunk) {
    to.begin_row(row.number, row.is_hidden);
    for cell in from.cells_of(row) {
        to.push_cell(cell.column, cell.kind, cell.format, from.text_of(cell));
    }
}

/// What the annotated workbook of a document is made from.
pub struct Source<'a> {
    /// The sender's document.
    pub subject: &'a Subject<'a>,
    /// How it was opened.
    pub options: &'a ReadOptions,
    /// What of it was kept.
    pub kept: &'a Kept,
}

impl Source<'_> {
    /// Writes `NAME.annotated.xlsx`, if there is any error or warning.
    ///
    /// # Errors
    /// The workbook cannot be written, or the document cannot be read again.
    pub fn write(
        &self,
        request: &Request,
        report: &DocumentReport,
        sink: &mut Sink,
    ) -> Result<Option<PathBuf>, ConvertError> {
        let Some(folder) = &request.out else { return Ok(None) };
        if sink.counts.error + sink.counts.warning == 0 {
            return Ok(None);
        }
        // The program that shows the marks wants them in order; findings that compare rows come late.
        sink.marks.sort_by_key(|mark| mark.place);
        let path = absolute(&folder.join(format!("{}.annotated.xlsx", self.subject.stem)));
        let header_rows = self.kept.header_rows();
        let annotations = Annotations {
            marks: &sink.marks,
            issues: &sink.issues,
            unlisted: sink.unlisted,
            lang: request.lang,
            sha256: self.subject.stamp.as_ref().unwrap_or(&report.sha256),
            notes: &[],
            header_rows: &header_rows,
            max_full_rows: MAX_FULL_ROWS,
            level: request.level,
        };
        let written = match report.format {
            Some("xlsx") => {
                match annotate::annotate_workbook(self.subject.sent.path(), &annotations, &path)
                    .map(drop)
                {
                    // What is damaged cannot be edited; what could be read of it is shown in a twin.
                    Err(AnnotateError::Part { .. } | AnnotateError::Package { .. }) => {
                        self.write_twin(&annotations, &path)
                    }
                    other => other,
                }
            }
            _ => self.write_twin(&annotations, &path),
        };
        written.map_err(|source| ConvertError::Annotate { path: path.clone(), source })?;
        Ok(Some(path))
    }

    fn write_twin(&self, annotations: &Annotations<'_>, path: &Path) -> Result<(), AnnotateError> {
        let is_long = self.kept.grids.iter().any(|grid| grid.count > u64::from(MAX_FULL_ROWS));
        if is_long {
            let mut rows =
                KeptRows { grids: self.kept.grids.iter(), current: None, is_read: false };
            return annotate::write_twin(&mut rows, annotations, path).map(drop);
        }
        let opened = self
            .subject
            .sent
            .open(self.options)
            .map_err(|fault| AnnotateError::Rows(Box::new(fault)))?;
        annotate::write_twin(&mut Again(opened.grids), annotations, path).map(drop)
    }
}

/// A short document, read once more.
struct Again(Box<dyn Grids>);

impl TwinRows for Again {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault> {
        Ok(self.0.next_grid()?)
    }

    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault> {
        Ok(self.0.read_rows(chunk)?)
    }
}

/// The rows of a long document that are worth showing.
struct KeptRows<'a> {
    grids: std::slice::Iter<'a, KeptGrid>,
    current: Option<&'a KeptGrid>,
    is_read: bool,
}

impl TwinRows for KeptRows<'_> {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault> {
        self.current = self.grids.next();
        self.is_read = false;
        Ok(self.current.map(|grid| grid.info.clone()))
    }

    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault> {
        chunk.clear();
        if self.is_read {
            return Ok(false);
        }
        self.is_read = true;
        if let Some(grid) = self.current {
            chunk.clone_from(&grid.rows);
        }
        Ok(!chunk.rows.is_empty())
    }

    fn row_count(&self) -> Option<u64> {
        self.current.map(|grid| grid.count)
    }
}
