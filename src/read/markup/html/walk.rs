//! The tables of a page as a flat run of cells, each with its place: what browsers do with missing end tags,
//! spans and nested tables (HTML standard, 4.9.12 and 13.2.6.4.9). Knows nothing of grids.

use crate::model::NumberFormat;
use crate::read::ReadError;
use crate::read::markup::looks::Looks;
use crate::read::markup::remarks::MAX_COLUMNS;
use crate::read::markup::tokens::{Tag, Token, Tokens, too_large};

use super::element::Element;
use super::marks::{ALL_ROWS, Known, Marks};
use super::text::CellText;

/// Tables within tables.
const MAX_DEPTH: usize = 32;
/// Tables of a page.
const MAX_TABLES: u32 = 20_000;
/// Steps that looking for the free place of cells may take over a whole page.
const MAX_STEPS: u64 = 1 << 26;

/// A cell that has ended.
pub struct Placed<'c> {
    /// Its table, counted over the page from 0.
    pub table: u32,
    /// Its row, from 1.
    pub row: u32,
    /// Its first column, from 0; beyond [`MAX_COLUMNS`] it has no place.
    pub column: u32,
    /// Whether its row is hidden.
    pub is_row_hidden: bool,
    /// What its tag says.
    pub marks: &'c Marks,
    /// What it displays.
    pub text: &'c str,
}

/// Who is told of tables as they are met.
pub trait Listener {
    /// The style sheets, as far as they are known.
    fn looks(&self) -> &Looks;
    /// A table begins; `true` if tables within its cells are mere text of these.
    fn begin(&mut self, table: u32, is_hidden: bool) -> bool;
    /// A cell has ended.
    ///
    /// # Errors
    /// A limit is passed.
    fn cell(&mut self, cell: &Placed<'_>, has_broken: bool) -> Result<(), ReadError>;
    /// Columns of one look, from the left.
    fn columns(&mut self, _table: u32, _first: u32, _count: u32, _is_hidden: bool) {}
    /// A caption has ended.
    fn caption(&mut self, _table: u32, _text: &str) {}
    /// A row has ended.
    fn end_row(&mut self, _table: u32) {}
    /// A group of rows has ended with this row; nothing spans beyond it.
    fn end_group(&mut self, _table: u32, _row: u32) {}
    /// A table has ended.
    fn end(&mut self, _table: u32) {}
    /// Something that is no table: a piece of an element's raw text, or a comment (no name).
    fn aside(&mut self, _element: &str, _piece: &str) {}
    /// An element of raw text has ended.
    fn end_aside(&mut self, _element: &str) {}
}

/// A walk over one page.
pub struct Walk {
    /// The page.
    pub tokens: Tokens,
    state: State,
}

impl Walk {
    /// Begins at the first tag.
    pub fn new(tokens: Tokens) -> Walk {
        Walk { tokens, state: State::default() }
    }

    /// Takes one step; `false` at the end of the page, when all tables have ended.
    ///
    /// # Errors
    /// The page cannot be read, or a limit is passed.
    pub fn step(&mut self, to: &mut impl Listener) -> Result<bool, ReadError> {
        let state = &mut self.state;
        state.has_broken = self.tokens.source.has_broken;
        match self.tokens.next()? {
            Token::Text(text) => state.text(text)?,
            Token::Start(tag) => state.start(&tag, to)?,
            Token::End(name) => state.end(name, to)?,
            Token::Raw(name, piece) => to.aside(name, piece),
            Token::Comment(piece) => to.aside("", piece),
            Token::Verbatim(_) | Token::Aside => {}
            Token::Eof => {
                state.is_cut = state.frames.last().is_some_and(|frame| frame.is_row_open);
                while !state.frames.is_empty() {
                    state.end_table(to)?;
                }
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the page broke off within a row although it ends its rows elsewhere.
    pub fn is_cut(&self) -> bool {
        (self.state.is_cut || self.tokens.is_cut) && self.state.ends_rows
    }
}

/// An open table.
#[derive(Default)]
struct Frame {
    table: u32,
    row: u32,
    column: u32,
    /// Column that the next `<col>` describes.
    described: u32,
    is_row_open: bool,
    is_row_hidden: bool,
    /// Number formats of the table and of the row, for cells without one.
    format: Option<NumberFormat>,
    row_format: Option<NumberFormat>,
    /// For each column the last row that a cell from above covers.
    covered: Vec<u32>,
    /// The open cell and its first column.
    cell: Option<(u32, Marks)>,
    has_caption: bool,
    text: CellText,
    /// An element of the open cell that is not shown, and how deep it nests in itself.
    unseen: Option<(String, u32)>,
    /// Whether this table, or one around it, swallows the tables within its cells; which one.
    swallowed_by: Option<usize>,
    is_swallowing: bool,
}

#[derive(Default)]
struct State {
    frames: Vec<Frame>,
    tables: u32,
    steps: u64,
    known: Known,
    has_broken: bool,
    is_cut: bool,
    /// Whether an end tag of a row has been met.
    ends_rows: bool,
}

impl State {
    /// The text that letters go to, unless nobody sees them.
    fn open_text(&mut self) -> Option<&mut CellText> {
        let top = self.frames.last()?;
        let is_open = (top.cell.is_some() || top.has_caption) && top.unseen.is_none();
        let at = top.swallowed_by.unwrap_or(self.frames.len() - 1);
        self.frames.get_mut(at).filter(|_| is_open).map(|frame| &mut frame.text)
    }

    fn text(&mut self, raw: &str) -> Result<(), ReadError> {
        self.open_text().map_or(Ok(()), |text| text.push(raw))
    }

    fn start(&mut self, tag: &Tag<'_>, to: &mut impl Listener) -> Result<(), ReadError> {
        let element = Element::of(tag.name);
        if element == Element::Table {
            return self.begin_table(tag, to);
        }
        if self.frames.is_empty() {
            return Ok(());
        }
        match element {
            Element::Row => self.begin_row(tag, to)?,
            Element::Cell | Element::HeadCell => self.begin_cell(tag, element, to)?,
            Element::Group => self.end_group(to)?,
            Element::Caption => {
                self.end_group(to)?;
                if let Some(frame) = self.frames.last_mut() {
                    frame.has_caption = true;
                }
            }
            Element::Column => self.describe(tag, to),
            _ => self.start_inline(tag, element, to.looks()),
        }
        Ok(())
    }

    /// A tag within a cell.
    fn start_inline(&mut self, tag: &Tag<'_>, element: Element, looks: &Looks) {
        if let Some(text) = self.open_text() {
            match element {
                Element::Break => text.line_break(),
                Element::Block => text.block(),
                Element::Preformatted => {
                    text.block();
                    text.is_kept = true;
                }
                _ => {}
            }
        }
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.cell.is_some()) else {
            return;
        };
        if tag.is_closed || matches!(element, Element::Void | Element::Break) {
            return;
        }
        match &mut frame.unseen {
            Some((name, depth)) if name.eq_ignore_ascii_case(tag.name) => *depth += 1,
            Some(_) => {}
            None if tag.attributes.is_empty() => {}
            None if Marks::of("", tag.attributes, looks).look.is_hidden => {
                frame.unseen = Some((tag.name.to_owned(), 1));
            }
            None => {}
        }
    }

    fn end(&mut self, name: &str, to: &mut impl Listener) -> Result<(), ReadError> {
        let element = Element::of(name);
        if element == Element::Raw {
            to.end_aside(name);
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        match element {
            Element::Table => self.end_table(to)?,
            Element::Row => {
                self.ends_rows = true;
                self.end_row(to)?;
            }
            Element::Cell | Element::HeadCell => self.end_cell(to)?,
            Element::Group => self.end_group(to)?,
            Element::Caption => self.end_caption(to),
            _ => {
                let is_shown = match &mut frame.unseen {
                    Some((unseen, depth)) if unseen.eq_ignore_ascii_case(name) => {
                        *depth -= 1;
                        *depth == 0
                    }
                    _ => false,
                };
                if is_shown {
                    frame.unseen = None;
                }
                if let Some(text) = self.open_text() {
                    match element {
                        // `</br>` breaks the line, too.
                        Element::Break => text.line_break(),
                        Element::Block => text.block(),
                        Element::Preformatted => text.is_kept = false,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn begin_table(&mut self, tag: &Tag<'_>, to: &mut impl Listener) -> Result<(), ReadError> {
        self.end_caption(to);
        // A table that stands in no cell of the one around it ends that one.
        if self.frames.last().is_some_and(|frame| frame.cell.is_none()) {
            self.end_table(to)?;
        }
        if self.frames.len() >= MAX_DEPTH {
            return Err(too_large("表格嵌套（nested tables）", "32"));
        }
        if self.tables >= MAX_TABLES {
            return Err(too_large("表格个数（tables）", "20000"));
        }
        let marks = Marks::of("table", tag.attributes, to.looks());
        let around = self.frames.last();
        let swallowed_by = around.and_then(|frame| {
            frame.swallowed_by.or_else(|| frame.is_swallowing.then(|| self.frames.len() - 1))
        });
        let is_swallowing = to.begin(self.tables, marks.look.is_hidden);
        let table = self.tables;
        self.tables += 1;
        self.frames.push(Frame {
            table,
            swallowed_by,
            is_swallowing,
            format: marks.look.format,
            row_format: marks.look.format,
            ..Frame::default()
        });
        if let Some(text) = swallowed_by.and_then(|at| self.frames.get_mut(at)).map(|f| &mut f.text)
        {
            text.block();
        }
        Ok(())
    }

    fn begin_row(&mut self, tag: &Tag<'_>, to: &mut impl Listener) -> Result<(), ReadError> {
        self.end_caption(to);
        self.end_row(to)?;
        if let Some(at) = self.frames.last().and_then(|frame| frame.swallowed_by)
            && let Some(frame) = self.frames.get_mut(at)
        {
            frame.text.block();
        }
        if let Some(frame) = self.frames.last_mut() {
            let look = Marks::of("tr", tag.attributes, to.looks()).look;
            frame.is_row_hidden = look.is_hidden;
            frame.row_format = look.format.or(frame.format);
            frame.open_row();
        }
        Ok(())
    }

    fn begin_cell(
        &mut self,
        tag: &Tag<'_>,
        element: Element,
        to: &mut impl Listener,
    ) -> Result<(), ReadError> {
        self.end_caption(to);
        self.end_cell(to)?;
        let name = if element == Element::Cell { "td" } else { "th" };
        let mut marks = self.known.of(name, tag.attributes, to.looks());
        let swallowed_by = self.frames.last().and_then(|frame| frame.swallowed_by);
        if let Some(frame) = swallowed_by.and_then(|at| self.frames.get_mut(at)) {
            frame.text.blank();
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        if !frame.is_row_open {
            (frame.is_row_hidden, frame.row_format) = (false, frame.format);
            frame.open_row();
        }
        marks.look.format = marks.look.format.or(frame.row_format);
        self.steps += frame.place(marks);
        if self.steps > MAX_STEPS {
            return Err(too_large("跨行跨列的单元格（spans）", "67108864"));
        }
        Ok(())
    }

    fn end_cell(&mut self, to: &mut impl Listener) -> Result<(), ReadError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let Some((column, marks)) = frame.cell.take() else { return Ok(()) };
        frame.unseen = None;
        let placed = Placed {
            table: frame.table,
            row: frame.row,
            column,
            is_row_hidden: frame.is_row_hidden,
            marks: &marks,
            text: frame.text.shown(),
        };
        to.cell(&placed, self.has_broken)?;
        frame.text.clear();
        Ok(())
    }

    fn end_row(&mut self, to: &mut impl Listener) -> Result<(), ReadError> {
        self.end_cell(to)?;
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.is_row_open) {
            frame.is_row_open = false;
            to.end_row(frame.table);
        }
        Ok(())
    }

    fn end_group(&mut self, to: &mut impl Listener) -> Result<(), ReadError> {
        self.end_caption(to);
        self.end_row(to)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.covered.clear();
            to.end_group(frame.table, frame.row);
        }
        Ok(())
    }

    fn end_table(&mut self, to: &mut impl Listener) -> Result<(), ReadError> {
        self.end_group(to)?;
        if let Some(frame) = self.frames.pop() {
            to.end(frame.table);
        }
        if let Some(text) = self.open_text() {
            text.block();
        }
        Ok(())
    }

    fn end_caption(&mut self, to: &mut impl Listener) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.has_caption) {
            frame.has_caption = false;
            to.caption(frame.table, frame.text.shown());
            frame.text.clear();
        }
    }

    fn describe(&mut self, tag: &Tag<'_>, to: &mut impl Listener) {
        let Some(frame) = self.frames.last_mut() else { return };
        let marks = Marks::of("col", tag.attributes, to.looks());
        let count = marks.across.min(MAX_COLUMNS.saturating_sub(frame.described));
        to.columns(frame.table, frame.described, count, marks.look.is_hidden);
        frame.described += count;
    }
}

impl Frame {
    fn open_row(&mut self) {
        self.is_row_open = true;
        self.row = self.row.saturating_add(1);
        self.column = 0;
    }

    /// Opens a cell at the next free column; tells how many steps that took.
    fn place(&mut self, mut marks: Marks) -> u64 {
        let from = self.column as usize;
        let taken = self.covered.get(from..).unwrap_or_default();
        let skipped = taken.iter().take_while(|last| **last >= self.row).count();
        let column = self.column.saturating_add(skipped as u32);
        let across = marks.across.min(MAX_COLUMNS.saturating_sub(column)).max(1);
        let end = column as usize + across as usize;
        let under = self.covered.get(column as usize..end.min(self.covered.len()));
        let under = under.unwrap_or_default();
        let free = under.iter().take_while(|last| **last < self.row).count();
        // A browser lets cells overlap; merged ranges may not.
        marks.across = if free < under.len() { free as u32 } else { across };
        let steps = skipped as u64 + free as u64 + 1;
        if marks.down > 1 && column < MAX_COLUMNS {
            let last = match marks.down {
                ALL_ROWS => ALL_ROWS,
                down => self.row.saturating_add(down - 1),
            };
            self.covered.resize(self.covered.len().max(end), 0);
            let under = self.covered.get_mut(column as usize..end).unwrap_or_default();
            under.iter_mut().for_each(|covered| *covered = last.max(*covered));
        }
        self.column = column.saturating_add(across);
        self.text.clear();
        self.cell = Some((column, marks));
        steps + u64::from(across)
    }
}
