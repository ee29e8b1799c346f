//! The first pass over a SpreadsheetML workbook: sheets, merged ranges, hidden columns, styles.

use std::collections::HashMap;

use crate::model::{GridInfo, NumberFormat, Range, Visibility};
use crate::read::ReadError;
use crate::read::markup::looks::format_of;
use crate::read::markup::remarks::MAX_COLUMNS;
use crate::read::markup::tokens::{Tokens, too_large};

use super::walk::{Listener, MAX_ROWS, Placed, Walk};

const MAX_SHEETS: usize = 4096;
const MAX_STYLES: usize = 1 << 17;
const MAX_MERGES: usize = 1 << 20;
/// Columns with a look of their own.
const MAX_LOOKS: usize = 1024;
/// How far styles go on from one another.
const MAX_PARENTS: usize = 16;

/// What is known of a sheet.
#[derive(Debug, Default)]
pub struct SheetFacts {
    /// What is told of it.
    pub info: GridInfo,
    /// Rows and cells that stand before the one that precedes them.
    pub gone_back: u64,
    /// First and last columns with the format of their style.
    columns: Vec<(u32, u32, NumberFormat)>,
    /// For each column the last row that a merged range covers.
    covered: Vec<u32>,
}

impl SheetFacts {
    /// The number format of a column.
    pub fn format_of(&self, column: u32) -> Option<NumberFormat> {
        let has = |(first, last, _): &&(u32, u32, NumberFormat)| (*first..=*last).contains(&column);
        self.columns.iter().find(has).map(|(_, _, format)| *format)
    }
}

impl SheetFacts {
    /// Adds a merged range unless it overlaps one above it; ranges arrive by rows.
    fn merge(&mut self, range: Range) {
        let span = usize::from(range.left)..usize::from(range.right) + 1;
        self.covered.resize(self.covered.len().max(span.end), 0);
        let Some(covered) = self.covered.get_mut(span) else { return };
        if covered.iter().all(|last| *last < range.top) {
            covered.fill(range.bottom);
            self.info.merges.push(range);
        }
    }
}

/// What is known of a workbook.
#[derive(Debug, Default)]
pub struct Survey {
    /// Its sheets.
    pub sheets: Vec<SheetFacts>,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
    styles: HashMap<String, (String, Option<NumberFormat>)>,
    merges: usize,
    has_too_many: bool,
}

impl Survey {
    /// Walks over a workbook.
    ///
    /// # Errors
    /// It breaks off, cannot be read, or a limit is passed.
    pub fn of(tokens: Tokens) -> Result<Survey, ReadError> {
        let mut walk = Walk::new(tokens);
        let mut survey = Survey::default();
        while walk.step(&mut survey)? {
            if survey.has_too_many {
                return Err(too_large("工作表个数（sheets）", "4096"));
            }
        }
        for sheet in &mut survey.sheets {
            sheet.info.is_1904 = survey.is_1904;
            sheet.info.hidden_columns.sort_unstable();
        }
        Ok(survey)
    }

    /// The number format of a style, or of one that it goes on from.
    pub fn format(&self, style: &str) -> Option<NumberFormat> {
        let mut name = style;
        for _ in 0..MAX_PARENTS {
            let (parent, format) = self.styles.get(name)?;
            if format.is_some() {
                return *format;
            }
            name = parent;
        }
        None
    }
}

impl Listener for Survey {
    fn style(&mut self, name: &str, parent: &str, format: Option<&str>) {
        if self.styles.len() < MAX_STYLES {
            let known = self.styles.entry(name.to_owned()).or_default();
            parent.clone_into(&mut known.0);
            known.1 = format.map(format_of).or(known.1);
        }
    }

    fn begin(&mut self, name: &str) {
        self.has_too_many |= self.sheets.len() >= MAX_SHEETS;
        let index = u16::try_from(self.sheets.len()).unwrap_or(u16::MAX);
        let info = GridInfo { name: name.to_owned(), index, ..GridInfo::default() };
        self.sheets.push(SheetFacts { info, ..SheetFacts::default() });
    }

    fn columns(&mut self, first: u32, count: u32, is_hidden: bool, style: &str) {
        let format = self.format(style);
        let Some(sheet) = self.sheets.last_mut().filter(|_| first < MAX_COLUMNS) else { return };
        let last = first.saturating_add(count - 1).min(MAX_COLUMNS - 1);
        if is_hidden && sheet.info.hidden_columns.len() < MAX_COLUMNS as usize {
            sheet.info.hidden_columns.push((first as u16, last as u16));
        }
        if let Some(format) = format.filter(|_| sheet.columns.len() < MAX_LOOKS) {
            sheet.columns.push((first, last, format));
        }
    }

    fn cell(&mut self, cell: &Placed<'_>, _has_broken: bool) -> Result<(), ReadError> {
        if cell.more == (0, 0) || cell.column >= MAX_COLUMNS {
            return Ok(());
        }
        if self.merges >= MAX_MERGES {
            return Err(too_large("合并单元格（merged cells）", "1048576"));
        }
        self.merges += 1 + cell.more.0 as usize / 16;
        let right = cell.column.saturating_add(cell.more.0).min(MAX_COLUMNS - 1);
        let bottom = cell.row.saturating_add(cell.more.1).min(MAX_ROWS);
        let range = Range { top: cell.row, bottom, left: cell.column as u16, right: right as u16 };
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.merge(range);
        }
        Ok(())
    }

    fn hidden(&mut self, visibility: Visibility) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.info.visibility = visibility;
        }
    }

    fn goes_back(&mut self) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.gone_back += 1;
        }
    }

    fn is_1904(&mut self) {
        self.is_1904 = true;
    }
}
