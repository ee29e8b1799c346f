//! Delimited text as a grid: decoded, split into rows and cells, streamed. Reads what people's programs leave
//! behind (half quotes, mixed line ends, stray delimiters) and says so. Knows no headings.

mod marks;
mod quoted;
mod scan;
mod style;

use std::fs::File;
use std::path::Path;

use super::encoding::{self, Decided, stream::TextStream};
use super::{Grids, Opened, ReadError, ReadOptions};
use crate::model::codes::reading;
use crate::model::{Cell, Chunk, Finding, GridInfo, Place, grid};
use scan::Scanner;
pub use style::TextStyle;

/// A longer row is no row of a table.
const MAX_ROW_BYTES: usize = 16 << 20;

/// Opens a text document.
///
/// # Errors
/// [`ReadError::Refused`] if it is no text or empty, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let decided = encoding::decide(path, &mut file, options.encoding.as_deref())?;
    let mut stream = TextStream::new(path, file, &decided)?;
    let (mut carry, mut broken) = (String::new(), Vec::new());
    stream.append(&mut carry, &mut broken)?;
    while !stream.is_at_end && carry.len() < grid::CHUNK_BYTES {
        stream.append(&mut carry, &mut broken)?;
    }
    if stream.is_at_end && carry.trim_matches(is_blank).is_empty() {
        return Err(ReadError::refused(&reading::EMPTY_DOCUMENT));
    }
    let named = style::separator_line(&carry);
    let skipped = named.map_or(0, |(_, length)| length);
    forget(&mut carry, &mut broken, skipped);
    stream.forget(skipped);
    let given = options.delimiter.or(named.map(|(delimiter, _)| delimiter));
    let style = TextStyle::of(&carry, stream.is_at_end, given);
    let mut scanner = Scanner::new(style.delimiter, style.expected);
    scanner.findings.extend(uncertain(&decided));
    let grids = TextGrids {
        stream,
        scanner,
        carry,
        broken,
        state: State::Before,
        mends: Vec::new(),
        has_told_mends: false,
    };
    Ok(Opened {
        format: "csv",
        encoding: Some(decided.decision),
        delimiter: Some(style.delimiter),
        is_partial_copy: false,
        original: None,
        grids: Box::new(grids),
    })
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{1a}' | '\0')
}

fn uncertain(decided: &Decided) -> Option<Finding> {
    let is_uncertain = decided.decision.confidence < encoding::UNCERTAIN_BELOW;
    is_uncertain.then(|| {
        Finding::new(&reading::ENCODING_UNCERTAIN, Place::NOWHERE).arg(decided.decision.name)
    })
}

/// Drops the first bytes of a text and what is known of them.
fn forget(text: &mut String, broken: &mut Vec<u32>, length: usize) {
    if length > 0 {
        text.drain(..length);
        broken.retain_mut(|at| {
            let moved = at.checked_sub(length as u32);
            *at = moved.unwrap_or(0);
            moved.is_some()
        });
    }
}

/// Where the caller is in the only grid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Within,
    After,
}

/// The one grid of a text document.
struct TextGrids {
    stream: TextStream,
    scanner: Scanner,
    /// Decoded text that belongs to the next chunk, and the places in it that would not decode.
    carry: String,
    broken: Vec<u32>,
    state: State,
    /// Cells of the first repaired characters.
    mends: Vec<Place>,
    has_told_mends: bool,
}

impl Grids for TextGrids {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        self.state = if self.state == State::Before { State::Within } else { State::After };
        Ok((self.state == State::Within).then(GridInfo::default))
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        if self.state != State::Within {
            return Ok(false);
        }
        std::mem::swap(&mut chunk.text, &mut self.carry);
        while chunk.rows.is_empty() {
            if chunk.text.len() < grid::CHUNK_BYTES {
                self.stream.append(&mut chunk.text, &mut self.broken)?;
            }
            let end = self.scanner.scan(chunk, &self.broken, self.stream.is_at_end);
            if chunk.rows.is_empty() {
                self.go_on(chunk, end)?;
            } else {
                self.close(chunk, end);
            }
            if self.state == State::After {
                break;
            }
        }
        Ok(!chunk.rows.is_empty())
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.scanner.findings)
    }
}

impl TextGrids {
    /// No row yet: nothing but blank rows, or the beginning of a very long one.
    fn go_on(&mut self, chunk: &mut Chunk, end: usize) -> Result<(), ReadError> {
        forget(&mut chunk.text, &mut self.broken, end);
        self.stream.forget(end);
        if self.stream.is_at_end && chunk.text.is_empty() {
            self.finish();
            return Ok(());
        }
        if chunk.text.len() > MAX_ROW_BYTES {
            let finding = Finding::new(&reading::TOO_LARGE, Place::NOWHERE);
            return Err(ReadError::Refused(Box::new(
                finding.arg("一行（one row）").arg(format!("{} MiB", MAX_ROW_BYTES >> 20)),
            )));
        }
        // Doubling keeps the work in proportion to the length of the row.
        let enough = (chunk.text.len() * 2).min(MAX_ROW_BYTES + 1);
        while chunk.text.len() < enough && !self.stream.is_at_end {
            self.stream.append(&mut chunk.text, &mut self.broken)?;
        }
        Ok(())
    }

    /// Keeps what follows the chunk's last row for the next one.
    fn close(&mut self, chunk: &mut Chunk, end: usize) {
        self.carry.clear();
        self.carry.push_str(chunk.text.get(end..).unwrap_or_default());
        chunk.text.truncate(end);
        let passed = self.broken.partition_point(|at| (*at as usize) < end);
        self.broken.drain(..passed);
        self.broken.iter_mut().for_each(|at| *at = at.saturating_sub(end as u32));
        self.scanner.close_chunk(chunk);
        let is_in_chunk = |(at, _): &&(u32, char)| (*at as usize) < end;
        for (at, letter) in self.stream.mended.iter().take_while(is_in_chunk) {
            self.mends.extend(cell_at(chunk, *at, end, *letter));
        }
        self.mends.dedup();
        self.stream.forget(end);
        if self.stream.is_at_end && self.carry.is_empty() {
            self.finish();
        }
    }

    /// Ends the grid and tells what was mended on the way.
    fn finish(&mut self) {
        self.state = State::After;
        if std::mem::replace(&mut self.has_told_mends, true) {
            return;
        }
        let mut guarded = std::mem::take(&mut self.scanner.guarded_at).into_iter();
        if let Some(first) = guarded.next() {
            let count = self.scanner.guarded.to_string();
            let mut finding = Finding::new(&reading::GUARDED_CELLS, first).arg(count);
            finding.also = guarded.collect();
            self.scanner.findings.push(finding);
        }
        let mends = [
            (&reading::PUA_REPAIRED, self.stream.repaired),
            (&reading::NUL_REMOVED, self.stream.nuls),
        ];
        let told = mends.into_iter().filter(|(_, count)| *count > 0);
        for (code, count) in told {
            // Repaired characters come first and take the places.
            let mut places = std::mem::take(&mut self.mends).into_iter();
            let first = places.next().unwrap_or(Place::NOWHERE);
            let mut finding = Finding::new(code, first).arg(count.to_string());
            finding.also = places.collect();
            self.scanner.findings.push(finding);
        }
    }
}

/// The cell whose letter stands at a place of the first `end` bytes of a chunk's text. Cells that had to be
/// copied stand behind these, so it is the first with that letter from the last cell before the place on.
fn cell_at(chunk: &Chunk, at: u32, end: usize, letter: char) -> Option<Place> {
    let is_before = |cell: &Cell| (cell.start as usize) < end && cell.start <= at;
    let last = chunk.cells.iter().rposition(is_before).unwrap_or(0);
    let has_letter = |cell: &Cell| chunk.text_of(cell).contains(letter);
    let index = last + chunk.cells.get(last..)?.iter().position(has_letter)?;
    let row = chunk.rows.partition_point(|row| row.end as usize <= index);
    Some(Place::cell(0, chunk.rows.get(row)?.number, chunk.cells.get(index)?.column))
}

#[cfg(test)]
mod tests;
