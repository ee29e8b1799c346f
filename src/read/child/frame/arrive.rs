//! The parent's half of the frames: reading them and believing nothing.

use std::io::{self, Read};

use crate::model::{
    Cell, CellKind, Chunk, GridInfo, Look, NumberFormat, PictureHash, Place, Range, Row, Visibility,
};

use super::{CELL_BYTES, FRAME_LIMIT, GREETING, Malformed, ROW_BYTES, Remark, Tag};

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

    /// What a [`Tag::Bytes`] frame carries.
    pub fn bytes(&self) -> &[u8] {
        &self.body
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

    /// What a [`Tag::Look`] frame says.
    ///
    /// # Errors
    /// The body breaks the layout.
    pub fn look(&self) -> Result<Option<Look>, Malformed> {
        let mut bytes = Bytes(&self.body);
        if !bytes.flag()? {
            bytes.end()?;
            return Ok(None);
        }
        let (pages, width, height) = (bytes.long()?, bytes.long()?, bytes.long()?);
        let dpi = Some(bytes.long()?).filter(|dpi| *dpi > 0);
        let orientation = bytes.byte()?;
        let (sharpness, darkness) = (bytes.share()?, bytes.share()?);
        let lines = (bytes.short()?, bytes.short()?);
        let mut hash = None;
        if bytes.flag()? {
            let mut words = [0; 8];
            for word in &mut words {
                *word = bytes.array().map(u64::from_le_bytes)?;
            }
            hash = Some(PictureHash(words));
        }
        bytes.end()?;
        if pages == 0 || !(1..=8).contains(&orientation) {
            return Err(Malformed);
        }
        let look =
            Look { pages, width, height, dpi, orientation, sharpness, darkness, lines, hash };
        Ok(Some(look))
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
    use Tag::{Bytes, End, Greeting, Grid, Look, Note, Refusal, Rows};
    let known = [Greeting, Grid, Rows, Note, Refusal, End, Bytes, Look];
    known.into_iter().find(|tag| *tag as u8 == byte)
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

    /// A number that may be any share and a little more, but no nonsense.
    fn share(&mut self) -> Result<f32, Malformed> {
        let share = f32::from_bits(self.long()?);
        if (0.0..=4.0).contains(&share) { Ok(share) } else { Err(Malformed) }
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
