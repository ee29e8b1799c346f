//! The frames between the reading child and its parent: fixed little-endian layout, length first,
//! and nothing believed on arrival. Knows no file format.
//!
//! A frame is `length: u32` (of what follows), `tag: u8`, body. Texts are `length: u32` and UTF-8.

use std::io::{self, Read, Write};

use crate::model::{Cell, CellKind, Chunk, GridInfo, NumberFormat, Place, Range, Row, Visibility};

/// The largest frame either side accepts.
pub const FRAME_LIMIT: usize = 64 << 20;

const GREETING: &[u8] = b"cmegate-rows-1";
const CELL_BYTES: usize = 12;
const ROW_BYTES: usize = 13;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// The first frame of all: which layout follows.
    Greeting = 1,
    /// A [`GridInfo`]; its rows follow.
    Grid = 2,
    /// A [`Chunk`] of the grid named last.
    Rows = 3,
    /// A [`Remark`] that does not end the reading.
    Note = 4,
    /// A [`Remark`] that does; the last frame.
    Refusal = 5,
    /// Everything was said; the last frame.
    End = 6,
}

/// A finding on its way to the parent, named by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Name of a reading code.
    pub code: String,
    /// Where.
    pub place: Place,
    /// What fills `{0}`, `{1}` …
    pub args: Vec<String>,
}

impl Remark {
    /// A remark about the whole document.
    pub fn new(code: &crate::model::Code, args: &[&str]) -> Remark {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Remark { code: code.name.to_owned(), place: Place::NOWHERE, args }
    }
}

/// A frame whose content breaks the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed frame from the reader")]
pub struct Malformed;

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

/// A frame as it arrived: its length was within bounds, nothing else is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it says it carries.
    pub tag: Tag,
    body: Vec<u8>,
}

impl Frame {
    /// Reads the next frame; `None` where the stream ends between two frames.
    ///
    /// # Errors
    /// The stream broke off, or the frame is too long or of no known kind (`InvalidData`).
    pub fn read(from: &mut impl Read) -> io::Result<Option<Frame>> {
        let mut head = [0; 4];
        match from.read(&mut head)? {
            0 => return Ok(None),
            got => from.read_exact(head.get_mut(got..).unwrap_or_default())?,
        }
        let length = u32::from_le_bytes(head) as usize;
        if length == 0 || length > FRAME_LIMIT {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut tag = [0; 1];
        from.read_exact(&mut tag)?;
        let tag = tag_of(tag[0]).ok_or(io::ErrorKind::InvalidData)?;
        let mut body = Vec::new();
        let rest = length as u64 - 1;
        if from.take(rest).read_to_end(&mut body)? as u64 != rest {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Frame { tag, body }))
    }

    /// Whether this is the greeting of a reader that speaks this layout.
    pub fn is_greeting(&self) -> bool {
        self.tag == Tag::Greeting && self.body == GREETING
    }

    /// What a [`Tag::Grid`] frame says.
    ///
    /// # Errors
    /// The body breaks the layout.
    pub fn grid(&self) -> Result<GridInfo, Malformed> {
        let mut bytes = Bytes(&self.body);
        let name = bytes.text()?.to_owned();
        let index = bytes.short()?;
        let visibility = match bytes.byte()? {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            2 => Visibility::VeryHidden,
            _ => return Err(Malformed),
        };
        let is_1904 = bytes.flag()?;
        let mut merges = Vec::new();
        for _ in 0..bytes.count(12)? {
            let (top, bottom) = (bytes.long()?, bytes.long()?);
            let (left, right) = (bytes.short()?, bytes.short()?);
            if top == 0 || top > bottom || left > right {
                return Err(Malformed);
            }
            merges.push(Range { top, bottom, left, right });
        }
        let mut hidden_columns = Vec::new();
        for _ in 0..bytes.count(4)? {
            hidden_columns.push((bytes.short()?, bytes.short()?));
        }
        bytes.end()?;
        Ok(GridInfo { name, index, visibility, merges, hidden_columns, is_1904 })
    }

    /// Puts the rows of a [`Tag::Rows`] frame into a chunk in place of what it held. Rows rise, cells
    /// of a row rise, and every offset points to where a character begins.
    ///
    /// # Errors
    /// The body breaks the layout; the chunk is then empty.
    pub fn rows(&self, chunk: &mut Chunk) -> Result<(), Malformed> {
        chunk.clear();
        let filled = self.fill(chunk);
        if filled.is_err() {
            chunk.clear();
        }
        filled
    }

    fn fill(&self, chunk: &mut Chunk) -> Result<(), Malformed> {
        let mut bytes = Bytes(&self.body);
        chunk.text.push_str(bytes.text()?);
        let count = bytes.count(CELL_BYTES)?;
        chunk.cells.reserve(count);
        for record in bytes.take(count * CELL_BYTES)?.chunks_exact(CELL_BYTES) {
            chunk.cells.push(cell(record, &chunk.text)?);
        }
        let count = bytes.count(ROW_BYTES)?;
        chunk.rows.reserve(count);
        let mut above = Row::default();
        for _ in 0..count {
            let row = Row {
                number: bytes.long()?,
                first: bytes.long()?,
                end: bytes.long()?,
                is_hidden: bytes.flag()?,
            };
            if row.number <= above.number || row.first != above.end || row.end < row.first {
                return Err(Malformed);
            }
            let cells = chunk.cells.get(row.first as usize..row.end as usize).ok_or(Malformed)?;
            if !cells.is_sorted_by(|left, right| left.column < right.column) {
                return Err(Malformed);
            }
            chunk.rows.push(row);
            above = row;
        }
        if above.end as usize != chunk.cells.len() {
            return Err(Malformed);
        }
        bytes.end()
    }

    /// What a [`Tag::Note`] or [`Tag::Refusal`] frame says.
    ///
    /// # Errors
    /// The body breaks the layout.
    pub fn remark(&self) -> Result<Remark, Malformed> {
        let mut bytes = Bytes(&self.body);
        let code = bytes.text()?.to_owned();
        let place = Place { grid: bytes.short()?, row: bytes.long()?, column: bytes.short()? };
        let mut args = Vec::new();
        for _ in 0..bytes.count(4)? {
            args.push(bytes.text()?.to_owned());
        }
        bytes.end()?;
        Ok(Remark { code, place, args })
    }
}

fn cell(record: &[u8], text: &str) -> Result<Cell, Malformed> {
    let mut bytes = Bytes(record);
    let (start, end, column) = (bytes.long()?, bytes.long()?, bytes.short()?);
    let kind = kind_of(bytes.byte()?).ok_or(Malformed)?;
    let format = format_of(bytes.byte()?).ok_or(Malformed)?;
    text.get(start as usize..end as usize).ok_or(Malformed)?;
    Ok(Cell { start, end, column, kind, format })
}

fn tag_of(byte: u8) -> Option<Tag> {
    use Tag::{End, Greeting, Grid, Note, Refusal, Rows};
    [Greeting, Grid, Rows, Note, Refusal, End].into_iter().find(|tag| *tag as u8 == byte)
}

fn kind_of(byte: u8) -> Option<CellKind> {
    use CellKind::{Bool, Error, IsoDate, Number, Text, Uncalculated};
    [Text, Number, Bool, Error, IsoDate, Uncalculated].into_iter().find(|kind| *kind as u8 == byte)
}

fn format_of(byte: u8) -> Option<NumberFormat> {
    use NumberFormat::{Date, DateTime, General, Text, Time};
    [General, Text, Date, DateTime, Time].into_iter().find(|format| *format as u8 == byte)
}

/// What is left of a body.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }

    fn short(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.long()? as usize;
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed)
    }

    /// A count of records of at least `size` bytes, which must all be here.
    fn count(&mut self, size: usize) -> Result<usize, Malformed> {
        let count = self.long()? as usize;
        if count > self.0.len() / size { Err(Malformed) } else { Ok(count) }
    }

    fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}
