//! Where the child's readers put their rows: closes chunks and sends them on. Knows no file format.

use std::io::Write;

use crate::model::{CellKind, Chunk, Code, GridInfo, Look, NumberFormat, Place};

use super::frame::{FrameWriter, Remark, Tag};
use super::trouble::Trouble;

/// Where the child's readers put their rows.
pub struct Outbox<'a> {
    frames: FrameWriter<&'a mut dyn Write>,
    chunk: Chunk,
    grids: u16,
    looks: u32,
    row: u32,
    has_bytes: bool,
}

impl<'a> Outbox<'a> {
    /// Greets the parent.
    pub fn new(out: &'a mut dyn Write) -> Result<Outbox<'a>, Trouble> {
        let frames = FrameWriter::greet(out)?;
        let chunk = Chunk::default();
        Ok(Outbox { frames, chunk, grids: 0, looks: 0, row: 0, has_bytes: false })
    }

    /// Begins a grid; its index is set here.
    pub fn begin_grid(&mut self, mut grid: GridInfo) -> Result<(), Trouble> {
        self.flush()?;
        grid.index = self.grids;
        grid.merges.sort_by_key(|merge| (merge.top, merge.left));
        self.grids = self.grids.saturating_add(1);
        self.row = 0;
        Ok(self.frames.grid(&grid)?)
    }

    /// Goes to a row (from 1) of the current grid; `true` if cells may be added to it. Rows rise.
    pub fn begin_row(&mut self, number: u32, is_hidden: bool) -> Result<bool, Trouble> {
        if number <= self.row {
            return Ok(false);
        }
        if self.chunk.is_full() {
            self.flush()?;
        }
        self.row = number;
        self.chunk.begin_row(number, is_hidden);
        Ok(true)
    }

    /// Adds a cell to the row begun last. Columns rise.
    pub fn cell(&mut self, column: u16, kind: CellKind, format: NumberFormat, text: &str) {
        self.chunk.push_cell(column, kind, format, text);
    }

    /// The text arena, to write a cell's text in place; finish with [`Outbox::close_cell`].
    pub fn text(&mut self) -> &mut String {
        &mut self.chunk.text
    }

    /// Makes a cell of everything appended to the text since `start`.
    pub fn close_cell(&mut self, start: usize, column: u16, kind: CellKind, format: NumberFormat) {
        self.chunk.close_cell(start as u32, column, kind, format);
    }

    /// Tells the parent something about the grid begun last, or about the next one (`ahead`).
    pub fn note(&mut self, code: &Code, ahead: bool, args: &[&str]) -> Result<(), Trouble> {
        let grid = if ahead { self.grids } else { self.grids.saturating_sub(1) };
        let remark = Remark { place: Place::grid(grid), ..Remark::new(code, args) };
        Ok(self.frames.remark(Tag::Note, &remark)?)
    }

    /// Answers for the next document that was looked at.
    pub fn look(&mut self, looked: Result<Look, Remark>) -> Result<(), Trouble> {
        self.looks = self.looks.saturating_add(1);
        if let Err(remark) = &looked {
            self.frames.remark(Tag::Note, remark)?;
        }
        Ok(self.frames.look(looked.as_ref().ok())?)
    }

    /// Tells the parent something about the document.
    pub fn remark(&mut self, remark: &Remark) -> Result<(), Trouble> {
        Ok(self.frames.remark(Tag::Note, remark)?)
    }

    /// Hands over bytes of a document instead of its grids.
    pub fn bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.has_bytes |= !bytes.is_empty();
        self.frames.bytes(bytes)
    }

    /// Sends what is left and the last frame. A document without any grid, byte or look is refused as empty.
    pub fn finish(&mut self, end: Result<(), Trouble>) -> std::io::Result<()> {
        let empty = &crate::model::codes::reading::EMPTY_DOCUMENT;
        let end = end.and_then(|()| self.flush());
        match end {
            Ok(()) if self.grids > 0 || self.looks > 0 || self.has_bytes => self.frames.end(),
            Ok(()) => self.frames.remark(Tag::Refusal, &Remark::new(empty, &[])),
            Err(Trouble::Refused(remark)) => self.frames.remark(Tag::Refusal, &remark),
            Err(Trouble::Sheet(part)) => match Trouble::broken(&part) {
                Trouble::Refused(remark) => self.frames.remark(Tag::Refusal, &remark),
                _ => Ok(()),
            },
            Err(Trouble::Io(error)) => Err(error),
        }
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        if !self.chunk.rows.is_empty() {
            match self.frames.rows(&self.chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                    return Err(Trouble::too_large("一行的内容", "64 MB"));
                }
                sent => sent?,
            }
            self.chunk.clear();
        }
        Ok(())
    }
}

/// The name of an error value ([MS-XLS] 2.5.10, the same in [MS-XLSB]).
pub fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
