//! The child's half of the frames: writing them.

use std::io::{self, Write};

use crate::model::{Chunk, GridInfo, Look};

use super::{CELL_BYTES, FRAME_LIMIT, GREETING, Remark, Tag};

/// Writes frames, each with one write.
pub struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    /// Begins the conversation.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn greet(out: W) -> io::Result<FrameWriter<W>> {
        let mut writer = FrameWriter { out, frame: Vec::new() };
        writer.begin(Tag::Greeting);
        writer.frame.extend_from_slice(GREETING);
        writer.send()?;
        Ok(writer)
    }

    /// Announces a grid.
    ///
    /// # Errors
    /// The other side is gone, or the frame would pass [`FRAME_LIMIT`].
    pub fn grid(&mut self, grid: &GridInfo) -> io::Result<()> {
        self.begin(Tag::Grid);
        self.text(&grid.name);
        self.short(grid.index);
        self.frame.push(grid.visibility as u8);
        self.frame.push(u8::from(grid.is_1904));
        self.long(grid.merges.len() as u32);
        for merge in &grid.merges {
            self.long(merge.top);
            self.long(merge.bottom);
            self.short(merge.left);
            self.short(merge.right);
        }
        self.long(grid.hidden_columns.len() as u32);
        for (first, last) in &grid.hidden_columns {
            self.short(*first);
            self.short(*last);
        }
        self.send()
    }

    /// Sends rows of the grid announced last.
    ///
    /// # Errors
    /// The other side is gone, or the frame would pass [`FRAME_LIMIT`].
    pub fn rows(&mut self, chunk: &Chunk) -> io::Result<()> {
        self.begin(Tag::Rows);
        self.text(&chunk.text);
        self.long(chunk.cells.len() as u32);
        for cell in &chunk.cells {
            let mut bytes = [0; CELL_BYTES];
            bytes[..4].copy_from_slice(&cell.start.to_le_bytes());
            bytes[4..8].copy_from_slice(&cell.end.to_le_bytes());
            bytes[8..10].copy_from_slice(&cell.column.to_le_bytes());
            bytes[10] = cell.kind as u8;
            bytes[11] = cell.format as u8;
            self.frame.extend_from_slice(&bytes);
        }
        self.long(chunk.rows.len() as u32);
        for row in &chunk.rows {
            self.long(row.number);
            self.long(row.first);
            self.long(row.end);
            self.frame.push(u8::from(row.is_hidden));
        }
        self.send()
    }

    /// Answers for one document that was looked at; `None` if it shows nothing.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn look(&mut self, look: Option<&Look>) -> io::Result<()> {
        self.begin(Tag::Look);
        self.frame.push(u8::from(look.is_some()));
        if let Some(look) = look {
            self.long(look.pages);
            self.long(look.width);
            self.long(look.height);
            self.long(look.dpi.unwrap_or(0));
            self.frame.push(look.orientation);
            self.long(look.sharpness.to_bits());
            self.long(look.darkness.to_bits());
            self.short(look.lines.0);
            self.short(look.lines.1);
            self.frame.push(u8::from(look.hash.is_some()));
            for word in look.hash.iter().flat_map(|hash| hash.0) {
                self.frame.extend_from_slice(&word.to_le_bytes());
            }
        }
        self.send()
    }

    /// Sends a remark: [`Tag::Note`] or [`Tag::Refusal`].
    ///
    /// # Errors
    /// The other side is gone.
    pub fn remark(&mut self, tag: Tag, remark: &Remark) -> io::Result<()> {
        self.begin(tag);
        self.text(&remark.code);
        self.short(remark.place.grid);
        self.long(remark.place.row);
        self.short(remark.place.column);
        self.long(remark.args.len() as u32);
        for arg in &remark.args {
            self.text(arg);
        }
        self.send()
    }

    /// Sends bytes of a document.
    ///
    /// # Errors
    /// The other side is gone, or the frame would pass [`FRAME_LIMIT`].
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.begin(Tag::Bytes);
        self.frame.extend_from_slice(bytes);
        self.send()
    }

    /// Ends the conversation.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn end(&mut self) -> io::Result<()> {
        self.begin(Tag::End);
        self.send()
    }

    fn begin(&mut self, tag: Tag) {
        self.frame.clear();
        self.frame.extend_from_slice(&[0; 4]);
        self.frame.push(tag as u8);
    }

    fn short(&mut self, number: u16) {
        self.frame.extend_from_slice(&number.to_le_bytes());
    }

    fn long(&mut self, number: u32) {
        self.frame.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.long(text.len() as u32);
        self.frame.extend_from_slice(text.as_bytes());
    }

    fn send(&mut self) -> io::Result<()> {
        let length = self.frame.len().saturating_sub(4);
        if length > FRAME_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if let Some(head) = self.frame.first_chunk_mut::<4>() {
            *head = (length as u32).to_le_bytes();
        }
        self.out.write_all(&self.frame)?;
        self.out.flush()
    }
}
