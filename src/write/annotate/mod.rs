//! The sender's own workbook with the wrong cells marked: tinted by severity, with a comment each, and a
//! first sheet that lists the findings. Knows no rule and no reader; everything it does not mark is kept.
//!
//! A workbook keeps its parts: only the formats of wrong cells, comments, styles, the list of sheets and
//! the custom properties change. Documents of other formats get a twin with the same addresses.

mod list;
mod parts;
mod remarks;
mod returned;
mod sheet;
mod styles;
mod twin;
mod workbook;
mod xml;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use twin::{TwinFault, TwinRows, write_twin};
pub use workbook::annotate_workbook;

use super::{deflate::Level, package::PackageError};
use crate::model::{Lang, Place, Severity};

/// Most UTF-16 units that spreadsheet programs take in a cell.
const MAX_CELL_UNITS: usize = 32_767;

/// One marked cell. Texts are shared: most findings say what others say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where. `grid` counts the worksheets in workbook order (chart sheets skipped), leaving out the
    /// sheet that cmegate itself added earlier. Without a column the row's first cell is marked;
    /// without a row nothing is.
    pub place: Place,
    /// Decides the colour; the worst of a cell wins.
    pub severity: Severity,
    /// The comment: what, why, how to mend, clause, code; lines end with `\n`. Comments of one cell are
    /// joined.
    pub comment: Arc<str>,
}

/// One line of the sheet that lists the findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where; the line's link leads there.
    pub place: Place,
    /// How much it matters.
    pub severity: Severity,
    /// Name of the sheet, shown if the workbook has no grid of the place's number.
    pub sheet: Arc<str>,
    /// Heading of the column; empty if none.
    pub heading: Arc<str>,
    /// What the cell says, masked if it is personal data.
    pub value: String,
    /// What is wrong.
    pub message: Arc<str>,
    /// How to mend it.
    pub hint: Arc<str>,
    /// Document number and article; empty if none.
    pub clause: Arc<str>,
    /// Finding code.
    pub code: Arc<str>,
}

/// What to put into an annotated workbook. Without marks, issues, notes and unlisted findings, a
/// workbook of ours only loses what we added to it earlier.
#[derive(Clone, Debug)]
pub struct Annotations<'a> {
    /// Cells to mark, sorted by place; a cell may repeat.
    pub marks: &'a [Mark],
    /// Lines of the list, in its order.
    pub issues: &'a [Issue],
    /// Findings beyond what is listed.
    pub unlisted: u64,
    /// Language of our own words.
    pub lang: Lang,
    /// SHA-256 of the original document, lower-case hex.
    pub sha256: &'a str,
    /// Further lines for the top of the list.
    pub notes: &'a [String],
    /// Heading rows by grid, which a shortened sheet keeps.
    pub header_rows: &'a [(u16, Vec<u32>)],
    /// A marked sheet with more rows than this keeps only headings and marked rows; 20,000 is usual.
    pub max_full_rows: u32,
    /// How hard to compress.
    pub level: Level,
}

impl Annotations<'_> {
    /// Whether there is nothing to say.
    fn is_empty(&self) -> bool {
        self.marks.is_empty()
            && self.issues.is_empty()
            && self.notes.is_empty()
            && self.unlisted == 0
    }

    /// The marks of one grid, and how many come before them.
    fn of_grid(&self, grid: u16) -> (usize, &[Mark]) {
        let first = self.marks.partition_point(|mark| mark.place.grid < grid);
        let end = self.marks.partition_point(|mark| mark.place.grid <= grid);
        (first, self.marks.get(first..end).unwrap_or_default())
    }

    /// The rows of a grid that a shortened copy keeps besides the marked ones.
    fn kept_rows(&self, grid: u16) -> sheet::KeptRows {
        let all = self.header_rows.iter().filter(|(at, _)| *at == grid);
        let mut rows: Vec<u32> = all.flat_map(|(_, rows)| rows.iter().copied()).collect();
        rows.sort_unstable();
        // What stands above the headings (title, unit, date) belongs to them.
        let head = rows.first().copied().filter(|first| *first <= MAX_HEAD).unwrap_or(0);
        sheet::KeptRows { head, rows }
    }

    /// The remarks at some cells: the comments of their marks, each text once.
    fn remarks(&self, targets: &[sheet::Target]) -> Vec<remarks::comments::Remark> {
        let remark = |target: &sheet::Target| {
            let marks = target.marks.iter().filter_map(|at| self.marks.get(*at as usize));
            let mut texts: Vec<&str> = Vec::new();
            for mark in marks {
                if !texts.contains(&&*mark.comment) {
                    texts.push(&mark.comment);
                }
            }
            let text = texts.join("\n\n");
            remarks::comments::Remark { row: target.row, column: target.column, text }
        };
        targets.iter().map(remark).collect()
    }
}

/// Rows above the first heading are kept if they are no more than this.
const MAX_HEAD: u32 = 50;

/// Why a workbook cannot be annotated.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// The original cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The document, or a part of it.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The original is no sound package.
    #[error("cannot open the package {path}")]
    Package {
        /// The document.
        path: PathBuf,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// A part of the original cannot be edited.
    #[error("cannot edit the workbook: part {name} {what}")]
    Part {
        /// The part.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The copy cannot be written.
    #[error("cannot write the annotated workbook")]
    Write(#[from] PackageError),
    /// The copy cannot be given its name.
    #[error("cannot write {path}")]
    Publish {
        /// The copy.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The rows of a twin cannot be had.
    #[error("cannot read the rows for the annotated workbook")]
    Rows(#[source] TwinFault),
}

/// What an annotated workbook says about where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// SHA-256 of the original document, lower-case hex.
    pub sha256: String,
    /// Whether it holds only the rows with findings, so that it must not be taken for the whole.
    pub is_partial: bool,
}

/// Where a workbook comes from, if it is an annotated one.
pub fn origin(path: &Path) -> Option<Origin> {
    let memory = parts::custom::read(&mut parts::Parts::open(path).ok()?).ok()??;
    Some(Origin { sha256: memory.sha256, is_partial: memory.is_partial })
}

/// The digest of the original that an annotated workbook carries, if it is one.
pub fn original_digest(path: &Path) -> Option<String> {
    origin(path).map(|origin| origin.sha256).filter(|digest| !digest.is_empty())
}

/// A text cut after so many UTF-16 units.
fn shortened(text: &str, units: usize) -> &str {
    if text.len() <= units {
        return text;
    }
    let mut taken = 0;
    let too_far = |(_, letter): &(usize, char)| {
        taken += letter.len_utf16();
        taken > units
    };
    let end = text.char_indices().find(too_far).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests;
