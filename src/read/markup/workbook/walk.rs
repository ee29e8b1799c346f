//! The elements of a SpreadsheetML 2003 workbook as a flat run of cells, each with its place.
//! Source: XML Spreadsheet Reference (Office XP and 2003), elements Row, Cell, Column, Data, Style.

use crate::model::Visibility;
use crate::read::ReadError;
use crate::read::markup::attributes::{attributes, local, resolve, resolved};
use crate::read::markup::remarks::MAX_CELL;
use crate::read::markup::tokens::{Tag, Token, Tokens, broken, too_large};

/// Rows of a sheet.
pub const MAX_ROWS: u32 = 1_048_576;

/// What the type of a value says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataType {
    /// `String`, or none.
    #[default]
    Text,
    /// `Number`.
    Number,
    /// `DateTime`.
    Moment,
    /// `Boolean`.
    Bool,
    /// `Error`.
    Error,
}

/// A cell that has ended.
pub struct Placed<'c> {
    /// Its row, from 1.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
    /// Further columns and rows that it covers.
    pub more: (u32, u32),
    /// Whether its row is hidden.
    pub is_row_hidden: bool,
    /// Names of the styles that apply, the nearest first; empty where there is none.
    pub styles: [&'c str; 2],
    /// The type of its value.
    pub data_type: DataType,
    /// Its value.
    pub value: &'c str,
    /// Whether it has a formula and no value.
    pub is_uncalculated: bool,
}

/// Who is told of sheets as they are met.
pub trait Listener {
    /// A style: its name, the one it goes on from, and the code of its number format.
    fn style(&mut self, _name: &str, _parent: &str, _format: Option<&str>) {}
    /// A sheet begins.
    fn begin(&mut self, name: &str);
    /// Columns from a number (from 0), so many, with the name of their style.
    fn columns(&mut self, _first: u32, _count: u32, _is_hidden: bool, _style: &str) {}
    /// A cell has ended.
    ///
    /// # Errors
    /// A limit is passed.
    fn cell(&mut self, cell: &Placed<'_>, has_broken: bool) -> Result<(), ReadError>;
    /// A row has ended.
    fn end_row(&mut self) {}
    /// The sheet is not shown.
    fn hidden(&mut self, _visibility: Visibility) {}
    /// A row or a cell stands before the one that precedes it.
    fn goes_back(&mut self) {}
    /// A sheet has ended.
    fn end(&mut self) {}
    /// Serial days count from 1904.
    fn is_1904(&mut self) {}
}

/// A walk over a workbook.
pub struct Walk {
    /// The document.
    pub tokens: Tokens,
    state: State,
}

impl Walk {
    /// Begins at the first tag.
    pub fn new(tokens: Tokens) -> Walk {
        Walk { tokens, state: State::default() }
    }

    /// Takes one step; `false` at the end of the workbook.
    ///
    /// # Errors
    /// The document breaks off or cannot be read, or a limit is passed.
    pub fn step(&mut self, to: &mut impl Listener) -> Result<bool, ReadError> {
        let state = &mut self.state;
        state.has_broken = self.tokens.source.has_broken;
        match self.tokens.next()? {
            Token::Text(text) if state.takes_text => state.push(text, true)?,
            Token::Verbatim(text) if state.takes_text => state.push(text, false)?,
            Token::Start(tag) => {
                state.start(&tag, to)?;
                if tag.is_closed {
                    state.end(tag.name, to)?;
                }
            }
            Token::End(name) => state.end(name, to)?,
            Token::Eof if !state.is_over => return Err(broken("Workbook")),
            Token::Eof => return Ok(false),
            _ => {}
        }
        Ok(!state.is_over)
    }
}

#[derive(Default)]
struct State {
    is_in_sheet: bool,
    is_in_row: bool,
    is_in_remark: bool,
    row: u32,
    is_row_hidden: bool,
    row_style: String,
    /// Where the next cell or column stands.
    column: u32,
    cell: Option<Open>,
    cell_style: String,
    takes_text: bool,
    text: String,
    /// Name and parent of the open style.
    style: (String, String),
    has_broken: bool,
    is_over: bool,
}

#[derive(Default)]
struct Open {
    column: u32,
    more: (u32, u32),
    has_formula: bool,
    data_type: DataType,
    has_value: bool,
}

impl State {
    fn push(&mut self, raw: &str, has_references: bool) -> Result<(), ReadError> {
        if self.text.len() + raw.len() > MAX_CELL {
            return Err(too_large("一个单元格的内容（one cell）", "1 MiB"));
        }
        if has_references {
            resolve(raw, &mut |piece| self.text.push_str(piece));
        } else {
            self.text.push_str(raw);
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>, to: &mut impl Listener) -> Result<(), ReadError> {
        match local(tag.name) {
            "Style" if !self.is_in_sheet => {
                let (name, parent) = (attribute(tag, "ID"), attribute(tag, "Parent"));
                self.style = (name.unwrap_or_default(), parent.unwrap_or_default());
                to.style(&self.style.0, &self.style.1, None);
            }
            "NumberFormat" if !self.is_in_sheet => {
                let format = attribute(tag, "Format");
                to.style(&self.style.0, &self.style.1, format.as_deref());
            }
            "Date1904" => to.is_1904(),
            "Worksheet" => {
                self.is_in_sheet = true;
                (self.row, self.column) = (0, 0);
                to.begin(&attribute(tag, "Name").unwrap_or_default());
            }
            "Column" if self.is_in_sheet && !self.is_in_row => self.describe(tag, to),
            "Row" if self.is_in_sheet => self.begin_row(tag, to)?,
            "Cell" if self.is_in_row => self.begin_cell(tag, to),
            "Comment" => self.is_in_remark = true,
            "Data" if !self.is_in_remark => self.begin_value(tag),
            "Visible" => {
                self.text.clear();
                self.takes_text = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str, to: &mut impl Listener) -> Result<(), ReadError> {
        match local(name) {
            "Data" if !self.is_in_remark => self.takes_text = false,
            "Comment" => self.is_in_remark = false,
            "Cell" => self.end_cell(to)?,
            "Row" if self.is_in_row => {
                self.is_in_row = false;
                to.end_row();
            }
            "Visible" => {
                self.takes_text = false;
                match self.text.trim() {
                    "SheetHidden" => to.hidden(Visibility::Hidden),
                    "SheetVeryHidden" => to.hidden(Visibility::VeryHidden),
                    _ => {}
                }
            }
            "Worksheet" if self.is_in_sheet => {
                self.is_in_sheet = false;
                to.end();
            }
            "Workbook" => self.is_over = true,
            _ => {}
        }
        Ok(())
    }

    fn describe(&mut self, tag: &Tag<'_>, to: &mut impl Listener) {
        let first = number(tag, "Index").map_or(self.column, |index| index.max(1) - 1);
        let count = number(tag, "Span").unwrap_or(0).saturating_add(1);
        let is_hidden = number(tag, "Hidden") == Some(1);
        to.columns(first, count, is_hidden, &attribute(tag, "StyleID").unwrap_or_default());
        self.column = first.saturating_add(count);
    }

    fn begin_row(&mut self, tag: &Tag<'_>, to: &mut impl Listener) -> Result<(), ReadError> {
        let next = self.row.saturating_add(1);
        let row = number(tag, "Index").unwrap_or(next);
        if row < next {
            to.goes_back();
        }
        self.row = row.max(next);
        if self.row > MAX_ROWS {
            return Err(too_large("行数（rows）", "1048576"));
        }
        self.is_in_row = !tag.is_closed;
        self.is_row_hidden = number(tag, "Hidden") == Some(1);
        self.row_style.clear();
        self.row_style.push_str(&attribute(tag, "StyleID").unwrap_or_default());
        self.column = 0;
        if tag.is_closed {
            // Rows of one look that hold nothing.
            self.row = self.row.saturating_add(number(tag, "Span").unwrap_or(0)).min(MAX_ROWS);
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &Tag<'_>, to: &mut impl Listener) {
        let mut open = Open::default();
        let mut index = None;
        self.cell_style.clear();
        for (name, value) in attributes(tag.attributes) {
            let count = || value.trim().parse::<u32>().ok();
            match local(name) {
                "Index" => index = count(),
                "MergeAcross" => open.more.0 = count().unwrap_or(0),
                "MergeDown" => open.more.1 = count().unwrap_or(0),
                "StyleID" => self.cell_style.push_str(value),
                "Formula" => open.has_formula = true,
                _ => {}
            }
        }
        let column = index.map_or(self.column, |index| index.max(1) - 1);
        if column < self.column {
            to.goes_back();
        }
        open.column = column.max(self.column);
        self.column = open.column.saturating_add(open.more.0).saturating_add(1);
        self.text.clear();
        self.cell = Some(open);
    }

    fn begin_value(&mut self, tag: &Tag<'_>) {
        let Some(cell) = &mut self.cell else { return };
        cell.has_value = true;
        cell.data_type = match attribute(tag, "Type").as_deref() {
            Some("Number") => DataType::Number,
            Some("DateTime") => DataType::Moment,
            Some("Boolean") => DataType::Bool,
            Some("Error") => DataType::Error,
            _ => DataType::Text,
        };
        self.takes_text = true;
    }

    fn end_cell(&mut self, to: &mut impl Listener) -> Result<(), ReadError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        self.takes_text = false;
        let placed = Placed {
            row: self.row,
            column: cell.column,
            more: cell.more,
            is_row_hidden: self.is_row_hidden,
            styles: [&self.cell_style, &self.row_style],
            data_type: cell.data_type,
            value: &self.text,
            is_uncalculated: cell.has_formula && !cell.has_value,
        };
        to.cell(&placed, self.has_broken)
    }
}

fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let mut all = attributes(tag.attributes);
    all.find(|(found, _)| local(found) == name).map(|(_, value)| resolved(value).into_owned())
}

fn number(tag: &Tag<'_>, name: &str) -> Option<u32> {
    let mut all = attributes(tag.attributes);
    let (_, value) = all.find(|(found, _)| local(found) == name)?;
    value.trim().parse().ok()
}
