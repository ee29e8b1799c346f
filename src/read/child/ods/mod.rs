//! `.ods` and `.fods` (OpenDocument 1.3), read as a stream in two passes: what must be known before the rows
//! (merges, hidden columns), then the rows. Repeats are counted, never laid out.

mod flat;
mod row;
mod walk;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::DeflateDecoder;
use zip::ZipArchive;

use crate::model::codes::reading;
use crate::model::{GridInfo, Range, Visibility};
use crate::read::Passwords;
use crate::read::crypt::{self, Opened, PartKey, PartLock};

use super::frame::Remark;
use super::outbox::Outbox;
use super::serve::Document;
use super::trouble::Trouble;
use row::{COLUMN_LIMIT, ROW_LIMIT, RowWriter};
use walk::{Step, Walk};

/// The part that holds every sheet.
const CONTENT: &str = "content.xml";

/// The largest content that is read, unpacked.
const CONTENT_LIMIT: u64 = 2 << 30;

/// How many copies of a repeated row's merges are told.
const MERGE_COPIES: u32 = 1000;

type Package = ZipArchive<BufReader<File>>;

/// Reads a workbook.
pub fn read(document: &Document<'_>, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    let broken = || Trouble::broken(CONTENT);
    let file = File::open(document.path).map_err(|_| broken())?;
    let mut package = ZipArchive::new(BufReader::new(file)).map_err(|_| broken())?;
    let opened = unlock(&mut package, document.passwords)?;
    if opened.as_ref().is_some_and(|opened| !opened.was_built_in) {
        outbox.remark(&Remark::new(&reading::OPENED_WITH_PASSWORD, &[]))?;
    }
    let key = opened.as_ref().map(|opened| &opened.key);
    let grids = survey(Walk::new(BufReader::new(content(&mut package, key)?)))?;
    rows(Walk::new(BufReader::new(content(&mut package, key)?)), grids, outbox)
}

/// Reads a workbook that is one XML document, in an encoding that the parent has found.
pub fn read_flat(
    path: &Path,
    encoding: Option<&str>,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    let open = || flat::Utf8::open(path, encoding).map_err(|_| Trouble::broken(CONTENT));
    let grids = survey(Walk::new(BufReader::new(open()?)))?;
    rows(Walk::new(BufReader::new(open()?)), grids, outbox)
}

/// The second pass: the rows of every table.
fn rows(
    mut walk: Walk<impl BufRead>,
    grids: Vec<GridInfo>,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    let mut rows = RowWriter::default();
    let mut grids = grids.into_iter();
    while let Some(step) = walk.step()? {
        match step {
            Step::Table { .. } => {
                rows.begin_grid();
                outbox.begin_grid(grids.next().ok_or_else(|| Trouble::broken(CONTENT))?)?;
            }
            Step::Row { repeat, is_hidden } => rows.begin(repeat, is_hidden),
            Step::Cell(cell) => rows.cell(&cell, &walk.text)?,
            Step::EndRow => rows.end(outbox)?,
            Step::Column { .. } => {}
        }
    }
    Ok(())
}

/// The key of a locked workbook's content; `None` if it is not locked.
fn unlock(
    package: &mut Package,
    passwords: &Passwords,
) -> Result<Option<Opened<PartKey>>, Trouble> {
    let Ok(manifest) = package.by_name("META-INF/manifest.xml") else { return Ok(None) };
    let mut text = String::new();
    let _ = manifest.take(4 << 20).read_to_string(&mut text);
    if !text.contains(":encryption-data") {
        return Ok(None);
    }
    let refused = |fault| Trouble::of_lock(fault, passwords);
    let Some(lock) = PartLock::read(&text, CONTENT).map_err(refused)? else { return Ok(None) };
    let mut head = Vec::new();
    let part = package.by_name(CONTENT).map_err(|_| Trouble::broken(CONTENT))?;
    let read = part.take(PartLock::HEAD).read_to_end(&mut head);
    read.map_err(|_| Trouble::broken(CONTENT))?;
    crypt::first_fitting(passwords, |word| lock.key_of(word, &head)).map(Some).map_err(refused)
}

fn content<'p>(
    package: &'p mut Package,
    key: Option<&PartKey>,
) -> Result<Box<dyn Read + 'p>, Trouble> {
    let refused = |_| Trouble::Refused(Remark::new(&reading::NOT_A_SPREADSHEET, &[]));
    let part = package.by_name(CONTENT).map_err(refused)?;
    if part.size() > CONTENT_LIMIT {
        return Err(Trouble::too_large(CONTENT, "2 GB"));
    }
    let Some(key) = key else { return Ok(Box::new(part.take(CONTENT_LIMIT))) };
    // What is locked was deflated before, and stands in the zip as it is.
    let plain = key.reader(part).ok_or_else(|| Trouble::broken(CONTENT))?;
    Ok(Box::new(DeflateDecoder::new(plain).take(CONTENT_LIMIT)))
}

/// The first pass: every table with its merges, hidden columns and visibility.
fn survey(mut walk: Walk<impl BufRead>) -> Result<Vec<GridInfo>, Trouble> {
    let mut grids: Vec<GridInfo> = Vec::new();
    let mut unnamed = GridInfo::default();
    let (mut row, mut repeat) = (1_u32, 0);
    let (mut column, mut layout_column) = (0_u32, 0_u32);
    while let Some(step) = walk.step()? {
        let grid = grids.last_mut().unwrap_or(&mut unnamed);
        match step {
            Step::Table { name, is_hidden } => {
                let visibility = if is_hidden { Visibility::Hidden } else { Visibility::Visible };
                grids.push(GridInfo { name, visibility, ..Default::default() });
                (row, repeat, layout_column) = (1, 0, 0);
            }
            Step::Column { repeat, is_hidden } => {
                let next = layout_column.saturating_add(repeat).min(COLUMN_LIMIT);
                if is_hidden && next > layout_column {
                    grid.hidden_columns.push((layout_column as u16, (next - 1) as u16));
                }
                layout_column = next;
            }
            Step::Row { repeat: times, .. } => (repeat, column) = (times, 0),
            Step::Cell(cell) => {
                let span = cell.span;
                for copy in 0..repeat.min(MERGE_COPIES) {
                    grid.merges.extend(merge(row.saturating_add(copy), column, span));
                }
                column = column.saturating_add(cell.repeat);
            }
            Step::EndRow => row = row.saturating_add(repeat),
        }
    }
    Ok(grids)
}

fn merge(row: u32, column: u32, (columns, rows): (u32, u32)) -> Option<Range> {
    if columns <= 1 && rows <= 1 {
        return None;
    }
    let bottom = row.checked_add(rows.max(1) - 1).filter(|bottom| *bottom <= ROW_LIMIT)?;
    let right = column.checked_add(columns.max(1) - 1).filter(|right| *right < COLUMN_LIMIT)?;
    Some(Range { top: row, bottom, left: column as u16, right: right as u16 })
}
