//! The grids of one page or of several, row by row: the second pass over them.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::model::codes::reading;
use crate::model::{Chunk, Finding, GridInfo, Place};
use crate::read::encoding::Decided;
use crate::read::markup::looks::Looks;
use crate::read::markup::remarks::{MAX_COLUMNS, Remarks, Shown};
use crate::read::markup::source::Source;
use crate::read::markup::tokens::{Dialect, Tokens};
use crate::read::{Grids, ReadError};

use super::island::Listed;
use super::survey::Survey;
use super::walk::{Listener, Placed, Walk};

/// A page of a document.
pub struct Page {
    /// The document, for errors.
    pub path: PathBuf,
    /// What holds the page.
    pub file: File,
    /// How it is decoded.
    pub decided: Decided,
    /// What the workbook around it says of it.
    pub listed: Option<Listed>,
    /// Whether the workbook around it counts serial days from 1904.
    pub is_1904_elsewhere: bool,
    survey: Survey,
}

impl Page {
    /// Surveys a page, given the style sheets that stand elsewhere.
    ///
    /// # Errors
    /// It cannot be read, or a limit is passed.
    pub fn new(path: &Path, file: File, decided: Decided, looks: Looks) -> Result<Page, ReadError> {
        let tokens = tokens(path, &file, &decided)?;
        let survey = Survey::of(tokens, looks)?;
        Ok(Page {
            path: path.to_owned(),
            file,
            decided,
            listed: None,
            is_1904_elsewhere: false,
            survey,
        })
    }

    /// The sheets that the page lists.
    pub fn sheets(&self) -> &[Listed] {
        &self.survey.island.sheets
    }

    /// Whether serial days count from 1904.
    pub fn is_1904(&self) -> bool {
        self.survey.island.is_1904
    }

    /// The page's grids, the first of them being number `next`.
    fn plan(&mut self, page: usize, next: usize) -> Vec<Planned> {
        let island = std::mem::take(&mut self.survey.island);
        let grids = self.survey.tables.iter_mut().enumerate().filter(|(_, table)| table.is_grid);
        let mut planned = Vec::new();
        for (at, (table, facts)) in grids.enumerate() {
            let listed = match &self.listed {
                Some(listed) => (at == 0).then_some(listed),
                None => island.sheets.get(at),
            };
            let name = listed.map(|listed| listed.name.clone()).filter(|name| !name.is_empty());
            let caption = Some(std::mem::take(&mut facts.caption)).filter(|name| !name.is_empty());
            let name = name.or(caption).unwrap_or_else(|| format!("表{}", next + at + 1));
            let shown = listed.and_then(|listed| listed.visibility).or(island.visibility);
            planned.push(Planned {
                page,
                table: table as u32,
                info: GridInfo {
                    name,
                    index: u16::try_from(next + at).unwrap_or(u16::MAX),
                    visibility: shown.unwrap_or(facts.visibility),
                    merges: std::mem::take(&mut facts.merges),
                    hidden_columns: std::mem::take(&mut facts.hidden_columns),
                    is_1904: island.is_1904 || self.is_1904_elsewhere,
                },
            });
        }
        planned
    }
}

fn tokens(path: &Path, file: &File, decided: &Decided) -> Result<Tokens, ReadError> {
    let file = file.try_clone().map_err(|source| ReadError::io(path, source))?;
    Ok(Tokens::new(Source::new(path, file, decided)?, Dialect::Html))
}

/// A grid that is to be read.
struct Planned {
    page: usize,
    table: u32,
    info: GridInfo,
}

/// The grids of a document's pages.
pub struct Pages {
    pages: Vec<Page>,
    planned: std::vec::IntoIter<Planned>,
    walk: Option<(usize, Walk)>,
    /// Page, table and number of the grid that is read.
    current: Option<(usize, u32, u16)>,
    mends: (u64, u64),
    remarks: Remarks,
}

impl Pages {
    /// Plans what to read; `None` if there is no table with text.
    pub fn new(mut pages: Vec<Page>) -> Option<Pages> {
        let mut planned: Vec<Planned> = Vec::new();
        let mut remarks = pages.first().map(|page| Remarks::new(&page.decided)).unwrap_or_default();
        for (at, page) in pages.iter_mut().enumerate() {
            let grids = page.plan(at, planned.len());
            if let Some(last) = grids.last().filter(|_| page.survey.is_cut) {
                let finding = Finding::new(&reading::PAGE_CUT_OFF, Place::grid(last.info.index));
                remarks.findings.push(finding.arg(&last.info.name));
            }
            planned.extend(grids);
        }
        (!planned.is_empty()).then(|| Pages {
            pages,
            planned: planned.into_iter(),
            walk: None,
            current: None,
            mends: (0, 0),
            remarks,
        })
    }

    /// The walk over a page, begun anew or gone on with.
    fn walk(&mut self, at: usize) -> Result<Option<Walk>, ReadError> {
        if let Some((page, walk)) = self.walk.take() {
            if page == at {
                return Ok(Some(walk));
            }
            self.leave(&walk);
        }
        let Some(page) = self.pages.get(at) else { return Ok(None) };
        Ok(Some(Walk::new(tokens(&page.path, &page.file, &page.decided)?)))
    }

    /// Adds what was noticed about the document around the pages.
    pub fn remark(&mut self, finding: Finding) {
        self.remarks.findings.push(finding);
    }

    fn leave(&mut self, walk: &Walk) {
        let (repaired, nuls) = walk.tokens.source.mends();
        self.mends = (self.mends.0 + repaired, self.mends.1 + nuls);
    }
}

impl Grids for Pages {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        let Some(planned) = self.planned.next() else {
            self.current = None;
            if let Some((_, walk)) = self.walk.take() {
                self.leave(&walk);
            }
            self.remarks.finish(self.mends);
            return Ok(None);
        };
        self.current = Some((planned.page, planned.table, planned.info.index));
        Ok(Some(planned.info))
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        let Some((at, table, grid)) = self.current else { return Ok(false) };
        let Some(mut walk) = self.walk(at)? else { return Ok(false) };
        let Some(page) = self.pages.get(at) else { return Ok(false) };
        let mut writer = Writer {
            chunk,
            remarks: &mut self.remarks,
            survey: &page.survey,
            table,
            grid,
            is_done: false,
            is_between: false,
        };
        while !(writer.is_done || writer.is_between && writer.chunk.is_full()) {
            if !walk.step(&mut writer)? {
                writer.is_done = true;
            }
        }
        if writer.is_done {
            self.current = None;
        }
        self.walk = Some((at, walk));
        Ok(!chunk.rows.is_empty())
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.remarks.findings)
    }
}

/// Writes the cells of one table into a chunk and passes over all others.
struct Writer<'w> {
    chunk: &'w mut Chunk,
    remarks: &'w mut Remarks,
    survey: &'w Survey,
    table: u32,
    grid: u16,
    is_done: bool,
    is_between: bool,
}

impl Listener for Writer<'_> {
    fn looks(&self) -> &Looks {
        &self.survey.looks
    }

    fn begin(&mut self, table: u32, _is_hidden: bool) -> bool {
        self.survey.tables.get(table as usize).is_some_and(|table| table.is_grid)
    }

    fn cell(&mut self, cell: &Placed<'_>, has_broken: bool) -> Result<(), ReadError> {
        if cell.table != self.table {
            return Ok(());
        }
        self.is_between = false;
        let Ok(column) = u16::try_from(cell.column) else { return Ok(()) };
        if cell.column >= MAX_COLUMNS {
            self.remarks.too_wide(self.grid, cell.row);
            return Ok(());
        }
        let (kind, format, text) = cell.marks.shown(cell.text, cell.behind);
        let place = Place::cell(self.grid, cell.row, column);
        let shown = Shown { kind, format, text };
        self.remarks.put(self.chunk, (place, cell.is_row_hidden), shown, has_broken)
    }

    fn end_row(&mut self, table: u32) {
        self.is_between |= table == self.table;
    }

    fn end(&mut self, table: u32) {
        self.is_done |= table == self.table;
    }
}
