//! The long way through a cell: by tokens, whatever its spelling.

use super::cell::{self, CellType};
use super::row::OpenRow;
use crate::model::{CellKind, Chunk, NumberFormat};
use crate::read::xlsx::fault::Fault;
use crate::read::xlsx::text;
use crate::read::xlsx::window::Window;
use crate::read::xlsx::xml::{self, Tag, Token};

/// A cell as its tokens say it.
#[derive(Default)]
pub struct LongCell {
    /// Column from 0, not yet checked; `None` without an address.
    pub column: Option<u32>,
    /// Index of its cell format.
    pub style: u32,
    cell_type: CellType,
    has_formula: bool,
    has_value: bool,
    value: Vec<u8>,
    scratch: Vec<u8>,
}

impl LongCell {
    /// Reads the cell whose start tag was read last, up to its end.
    ///
    /// # Errors
    /// The cell does not end, or is too long.
    pub fn read(&mut self, tag: Tag, window: &mut Window) -> Result<(), Fault> {
        (self.column, self.style, self.cell_type) = (None, 0, CellType::Number);
        (self.has_formula, self.has_value) = (false, false);
        self.value.clear();
        for found in xml::Attributes::new(window.slice(tag.attributes)) {
            match found.name {
                _ if found.is_prefixed => {}
                b"r" => self.column = cell::column_of(found.value),
                b"s" => self.style = xml::number(found.value).unwrap_or(0),
                b"t" => self.cell_type = CellType::of(found.value),
                _ => {}
            }
        }
        let mut is_open = !tag.is_empty;
        while is_open {
            match window.next_token()? {
                Token::Start(tag) => self.read_inside(tag, window)?,
                Token::End(name) if window.slice(name) == b"c" => is_open = false,
                Token::End(_) | Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_inside(&mut self, tag: Tag, window: &mut Window) -> Result<(), Fault> {
        let is_empty = tag.is_empty;
        match window.slice(tag.name) {
            b"v" if self.cell_type != CellType::Inline => {
                self.has_value = true;
                if is_empty { Ok(()) } else { text::read_text(window, &mut self.value) }
            }
            b"is" => {
                self.cell_type = CellType::Inline;
                self.value.clear();
                if is_empty {
                    return Ok(());
                }
                text::read_rich(window, &mut self.value, &mut self.scratch)
            }
            name => {
                self.has_formula |= name == b"f";
                if is_empty { Ok(()) } else { window.skip_element() }
            }
        }
    }

    /// Adds the cell to the row; nothing if it is empty.
    pub fn push(
        &mut self,
        row: &mut OpenRow,
        chunk: &mut Chunk,
        column: u16,
        format: NumberFormat,
    ) {
        let value = self.value.trim_ascii();
        let is_text = matches!(self.cell_type, CellType::Inline | CellType::Text);
        if !is_text && value.is_empty() || is_text && self.value.is_empty() {
            // Calculated text may be empty; everything else without a value was never calculated.
            let is_calculated = self.cell_type == CellType::Text && self.has_value;
            if self.has_formula && !is_calculated {
                chunk.push_cell(column, CellKind::Uncalculated, format, "");
            }
            return;
        }
        let (kind, value) = match self.cell_type {
            CellType::Shared => {
                let string = xml::number(value).unwrap_or(u32::MAX);
                return row.await_string(chunk, column, format, string);
            }
            CellType::Bool if xml::is_true(value) => (CellKind::Bool, &b"true"[..]),
            CellType::Bool => (CellKind::Bool, &b"false"[..]),
            CellType::Error => (CellKind::Error, value),
            CellType::Date => (CellKind::IsoDate, value),
            CellType::Inline => (CellKind::Text, self.value.as_slice()),
            CellType::Number if value.iter().all(|byte| cell::is_numeric(*byte)) => {
                (CellKind::Number, value)
            }
            CellType::Text | CellType::Number => {
                self.scratch.clear();
                text::push_unescaped(&self.value, &mut self.scratch);
                (CellKind::Text, self.scratch.as_slice())
            }
        };
        row.push(chunk, column, (kind, format), value);
    }
}
