//! The first pass over a page: which of its tables are grids, and what must be known of them before their rows.
//!
//! Of tables within one another, the inner ones are grids: the outer one lays out the page. Only where the
//! outer one holds far more cells of its own than any inner one, the inner ones are mere text of its cells.

use crate::model::{Range, Visibility};
use crate::read::ReadError;
use crate::read::markup::looks::Looks;
use crate::read::markup::remarks::MAX_COLUMNS;
use crate::read::markup::tokens::{Tokens, too_large};

use super::island::Island;
use super::marks::ALL_ROWS;
use super::walk::{Listener, Placed, Walk};

/// Merged ranges of a page.
const MAX_MERGES: usize = 1 << 20;
/// An outer table is a grid if it has so many times the cells of any table within.
const MANY_TIMES: u64 = 4;
/// Longer captions are cut.
const MAX_NAME: usize = 100;

/// What is known of a table.
#[derive(Debug, Default)]
pub struct TableFacts {
    /// Whether it is a grid.
    pub is_grid: bool,
    /// Its caption.
    pub caption: String,
    /// Whether people see it.
    pub visibility: Visibility,
    /// Merged ranges, in the order of their first cells.
    pub merges: Vec<Range>,
    /// Hidden columns as inclusive spans.
    pub hidden_columns: Vec<(u16, u16)>,
    /// Of each column: whether it has hidden cells, and whether it has others with text.
    columns: Vec<(bool, bool)>,
    /// Merges from here on belong to the group of rows that is open.
    group: usize,
    /// Cells with text in the open row, and in all rows with at least two of them.
    row_texts: u64,
    texts: u64,
    has_text: bool,
}

/// What is known of a page.
#[derive(Debug, Default)]
pub struct Survey {
    /// Its tables, in the order of their start tags.
    pub tables: Vec<TableFacts>,
    /// Its style sheets.
    pub looks: Looks,
    /// What Excel notes.
    pub island: Island,
    /// Whether it breaks off within a row.
    pub is_cut: bool,
    merges: usize,
}

impl Survey {
    /// Walks over a page, given the style sheets that stand elsewhere.
    ///
    /// # Errors
    /// It cannot be read, or a limit is passed.
    pub fn of(tokens: Tokens, looks: Looks) -> Result<Survey, ReadError> {
        let mut walk = Walk::new(tokens);
        let mut survey = Survey { looks, ..Survey::default() };
        while walk.step(&mut survey)? {}
        survey.looks.end_sheet();
        survey.is_cut = walk.is_cut();
        Ok(survey)
    }

    fn table(&mut self, table: u32) -> Option<&mut TableFacts> {
        self.tables.get_mut(table as usize)
    }

    /// Adds the range that a cell covers. Its end is settled when its group of rows ends.
    fn merge(&mut self, cell: &Placed<'_>) -> Result<(), ReadError> {
        let right = cell.column + cell.marks.across - 1;
        let (Ok(left), Ok(right)) = (u16::try_from(cell.column), u16::try_from(right)) else {
            return Ok(());
        };
        if self.merges >= MAX_MERGES {
            return Err(too_large("合并单元格（merged cells）", "1048576"));
        }
        self.merges += 1;
        let bottom = match cell.marks.down {
            ALL_ROWS => ALL_ROWS,
            down => cell.row.saturating_add(down - 1),
        };
        let range = Range { top: cell.row, bottom, left, right };
        if let Some(table) = self.table(cell.table) {
            table.merges.push(range);
        }
        Ok(())
    }
}

impl Listener for Survey {
    fn looks(&self) -> &Looks {
        &self.looks
    }

    fn begin(&mut self, _table: u32, is_hidden: bool) -> bool {
        let visibility = if is_hidden { Visibility::Hidden } else { Visibility::Visible };
        self.tables.push(TableFacts { visibility, ..TableFacts::default() });
        false
    }

    fn cell(&mut self, cell: &Placed<'_>, _has_broken: bool) -> Result<(), ReadError> {
        if cell.column >= MAX_COLUMNS {
            return Ok(());
        }
        let marks = cell.marks;
        if (marks.across > 1 || marks.down > 1) && !marks.look.has_false_spans {
            self.merge(cell)?;
        }
        let has_text = !cell.text.is_empty() || marks.has_value;
        let Some(table) = self.table(cell.table) else { return Ok(()) };
        table.row_texts += u64::from(has_text);
        table.has_text |= has_text;
        let at = cell.column as usize;
        if table.columns.len() <= at {
            table.columns.resize(at + 1, (false, false));
        }
        if let Some((has_hidden, is_shown)) = table.columns.get_mut(at) {
            *has_hidden |= marks.look.is_hidden;
            *is_shown |= has_text && !marks.look.is_hidden;
        }
        Ok(())
    }

    fn columns(&mut self, table: u32, first: u32, count: u32, is_hidden: bool) {
        let ends = (u16::try_from(first), u16::try_from((first + count).saturating_sub(1)));
        if let (true, (Ok(first), Ok(last)), Some(table)) =
            (is_hidden && count > 0, ends, self.table(table))
        {
            table.hidden_columns.push((first, last));
        }
    }

    fn caption(&mut self, table: u32, text: &str) {
        if let Some(table) = self.table(table) {
            table.caption = text.chars().take(MAX_NAME).collect::<String>().replace('\n', " ");
        }
    }

    fn end_row(&mut self, table: u32) {
        if let Some(table) = self.table(table) {
            let texts = std::mem::take(&mut table.row_texts);
            table.texts += if texts >= 2 { texts } else { 0 };
        }
    }

    fn end_group(&mut self, table: u32, row: u32) {
        if let Some(table) = self.table(table) {
            let open = table.merges.get_mut(table.group..).unwrap_or_default();
            open.iter_mut().for_each(|merge| merge.bottom = merge.bottom.min(row));
            table.group = table.merges.len();
        }
    }

    fn end(&mut self, table: u32) {
        let Some((outer, inner)) =
            self.tables.get_mut(table as usize..).and_then(<[_]>::split_first_mut)
        else {
            return;
        };
        outer.settle();
        let most = inner.iter().filter(|inner| inner.is_grid).map(|inner| inner.texts).max();
        outer.is_grid = match most {
            None => outer.has_text,
            Some(most) => outer.texts > MANY_TIMES * most.max(1),
        };
        if outer.is_grid {
            inner.iter_mut().for_each(|inner| inner.is_grid = false);
        } else {
            outer.merges = Vec::new();
        }
    }

    fn aside(&mut self, element: &str, piece: &str) {
        match element {
            "style" => self.looks.add(piece),
            "xml" | "" => self.island.add(piece),
            _ => {}
        }
    }

    fn end_aside(&mut self, element: &str) {
        if element.eq_ignore_ascii_case("style") {
            self.looks.end_sheet();
        }
    }
}

impl TableFacts {
    /// Settles what only the end of the table tells.
    fn settle(&mut self) {
        self.merges.retain(|merge| merge.top < merge.bottom || merge.left < merge.right);
        let columns = std::mem::take(&mut self.columns);
        for (column, (has_hidden, is_shown)) in (0u16..).zip(columns) {
            if has_hidden && !is_shown {
                self.hidden_columns.push((column, column));
            }
        }
        self.hidden_columns.sort_unstable();
        self.hidden_columns.dedup();
    }
}
