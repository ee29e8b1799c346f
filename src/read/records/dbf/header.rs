//! The header of a DBF table: where its records begin, how long they are, which fields they have. What the header
//! says is checked against the file. Sources: dBase III/IV and dBase 7 file structures (32 and 48 bytes a field),
//! Visual FoxPro table structure (263 bytes of backlink after the fields).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::read::records::MAX_COLUMNS;

/// Fields and all: the header's length is a 16-bit number.
const MAX_HEADER: u64 = 1 << 16;
/// Ends the list of fields.
const FIELDS_END: u8 = 0x0d;
/// Bytes that Visual FoxPro keeps behind the fields.
const BACKLINK: u64 = 263;
/// Records whose first byte must make sense for a record length to be believed.
const TRIED_RECORDS: u64 = 8;

/// One field of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DbfField {
    /// Name as it stands; cut at its end if it was too long.
    pub name: Vec<u8>,
    /// Type letter.
    pub kind: u8,
    /// First byte within a record.
    pub offset: usize,
    /// Bytes of a value.
    pub length: usize,
}

/// What a header says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Kind of table, the first byte.
    pub version: u8,
    /// Records, as the header counts.
    pub count: u32,
    /// Where the first record begins.
    pub start: u64,
    /// Bytes of a record, deletion mark included.
    pub width: usize,
    /// Byte that tells the code page; 0 if nobody set it.
    pub language: u8,
    /// Fields that people see.
    pub fields: Vec<DbfField>,
}

impl Header {
    /// Whether the table is of dBase 7, which writes numbers the other way round.
    pub fn is_seven(&self) -> bool {
        matches!(self.version, 0x04 | 0x8c)
    }

    /// Whether the table is of FoxPro, any age.
    pub fn is_fox(&self) -> bool {
        matches!(self.version, 0x30..=0x32 | 0xf5 | 0xfb)
    }

    fn is_visual_fox(&self) -> bool {
        matches!(self.version, 0x30..=0x32)
    }
}

/// Whether a byte may begin a record: live, deleted, or the end of the file.
pub(super) fn is_mark(byte: u8) -> bool {
    matches!(byte, b' ' | b'*' | 0x1a)
}

/// Reads a header; `None` if it describes no table.
///
/// # Errors
/// The file cannot be read.
pub(super) fn read(file: &mut File) -> io::Result<Option<Header>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::by_ref(file).take(MAX_HEADER).read_to_end(&mut head)?;
    let Some((mut header, lists)) = parse(&head) else { return Ok(None) };
    let declared = header.start;
    let candidates = [declared, lists.end, lists.end + BACKLINK, lists.end + 1];
    header.start = lists.end.max(declared);
    for start in candidates.into_iter().filter(|start| *start >= lists.end) {
        if byte_at(file, start)?.is_none_or(is_mark) {
            header.start = start;
            break;
        }
    }
    lay_out(file, &mut header, lists)?;
    Ok((header.width > 1 && !header.fields.is_empty()).then_some(header))
}

/// The fields as listed, before it is known how long they are.
struct Lists {
    fields: Vec<Listed>,
    /// One past the byte that ends the list.
    end: u64,
}

struct Listed {
    name: Vec<u8>,
    kind: u8,
    length: usize,
    /// Length with the decimals of a text field as its high byte, as Clipper and FoxPro write long texts.
    long: usize,
    is_hidden: bool,
}

fn parse(head: &[u8]) -> Option<(Header, Lists)> {
    let word =
        |at: usize| Some(usize::from(u16::from_le_bytes([*head.get(at)?, *head.get(at + 1)?])));
    let header = Header {
        version: *head.first()?,
        count: u32::from_le_bytes(head.get(4..8)?.try_into().ok()?),
        start: word(8)? as u64,
        width: word(10)?,
        language: *head.get(29)?,
        fields: Vec::new(),
    };
    let (mut at, step, name_length) = if header.is_seven() { (68, 48, 32) } else { (32, 32, 11) };
    let mut fields = Vec::new();
    while let Some(entry) = head.get(at..at + step) {
        if matches!(entry.first(), Some(&FIELDS_END | 0)) || fields.len() > MAX_COLUMNS {
            break;
        }
        fields.push(listed(entry, name_length, header.is_visual_fox())?);
        at += step;
    }
    (!fields.is_empty()).then_some((header, Lists { fields, end: at as u64 + 1 }))
}

fn listed(entry: &[u8], name_length: usize, is_visual_fox: bool) -> Option<Listed> {
    let name = entry.get(..name_length)?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    // Type, then the length: four bytes of address stand between them in the old layout.
    let (kind, length, decimals) = match name_length {
        11 => (*entry.get(11)?, *entry.get(16)?, *entry.get(17)?),
        _ => (*entry.get(32)?, *entry.get(33)?, *entry.get(34)?),
    };
    let kind = kind.to_ascii_uppercase();
    let is_known = kind.is_ascii_alphanumeric() || matches!(kind, b'@' | b'+');
    let length = usize::from(length);
    let long = if kind == b'C' { length | usize::from(decimals) << 8 } else { length };
    let is_hidden = is_visual_fox && entry.get(18).is_some_and(|flags| flags & 1 != 0);
    is_known.then(|| Listed {
        name: name.trim_ascii().to_owned(),
        kind,
        length,
        long,
        is_hidden: is_hidden || kind == b'0',
    })
}

/// Settles the record length, then the places of the fields. A header may lie about the one or the other: what
/// agrees with itself is believed first, then what the first records agree with.
fn lay_out(file: &mut File, header: &mut Header, lists: Lists) -> io::Result<()> {
    let plain = 1 + lists.fields.iter().map(|field| field.length).sum::<usize>();
    let long = 1 + lists.fields.iter().map(|field| field.long).sum::<usize>();
    let declared = header.width;
    let is_long = long == declared && plain != declared;
    if plain != declared
        && !is_long
        && !fits(file, header.start, declared)?
        && fits(file, header.start, plain)?
    {
        header.width = plain;
    }
    let mut offset = 1;
    for listed in lists.fields {
        let length = if is_long { listed.long } else { listed.length };
        let inside = length.min(header.width.saturating_sub(offset));
        if !listed.is_hidden && inside > 0 {
            let Listed { name, kind, .. } = listed;
            header.fields.push(DbfField { name, kind, offset, length: inside });
        }
        offset += length;
    }
    Ok(())
}

fn fits(file: &mut File, start: u64, width: usize) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    for record in 0..TRIED_RECORDS {
        let at = start + record * width as u64;
        match byte_at(file, at)? {
            Some(0x1a) => return Ok(record > 0),
            None => return Ok(record > 0 && at == length),
            Some(byte) if is_mark(byte) => {}
            Some(_) => return Ok(false),
        }
    }
    Ok(width > 1)
}

fn byte_at(file: &mut File, at: u64) -> io::Result<Option<u8>> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(at))?;
    Ok((file.read(&mut byte)? == 1).then_some(byte[0]))
}
