//! The central directory of a zip archive, from raw bytes. Names stay bytes; nothing declared is believed.
//! Source: PKWARE APPNOTE 6.3.10, 4.3 and 4.5; Info-ZIP's extra field list for 0x7075.

use std::fs::File;
use std::io;

use super::at::{Bytes, read_at, read_exact_at};
use crate::model::codes::package;
use crate::read::package::{Fault, Limits};

/// End record without its comment, and the longest comment.
const END_BYTES: u64 = 22;
const COMMENT_BYTES: u64 = 0xffff;
/// Locator and end record of zip64, without extensible data.
const LOCATOR_BYTES: u64 = 20;
const END64_BYTES: u64 = 56;
/// A directory longer than this is no directory: 10,000 members need about 1 MiB.
const DIRECTORY_BYTES: u64 = 64 << 20;
/// Stands for a value that zip64 tells.
const IN_ZIP64: u64 = 0xffff_ffff;

/// One member as the directory tells of it.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub name: Vec<u8>,
    /// Name in UTF-8 from the extra field 0x7075, if its checksum fits the name.
    pub unicode: Option<String>,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u64,
    pub bytes: u64,
    /// Start of the local header in the file.
    pub header: u64,
    /// System that wrote the attributes: 3 is Unix.
    pub system: u8,
    pub attributes: u32,
}

/// All members, in directory order, and where the directory begins.
#[derive(Debug)]
pub(super) struct Directory {
    pub records: Vec<Record>,
    pub start: u64,
}

/// Where the directory lies, from the end records.
struct End {
    /// Byte after the directory.
    end: u64,
    size: u64,
    offset: u64,
    disks: [u32; 2],
}

/// Reads the directory.
///
/// # Errors
/// There is none, it is one volume's, or it is over the limits.
pub(super) fn read(file: &File, length: u64, limits: &Limits) -> Result<Directory, Fault> {
    let end = find_end(file, length)?;
    if end.disks != [0, 0] {
        return Err(Fault::Whole(&package::PACKAGE_SPLIT));
    }
    if end.size > DIRECTORY_BYTES {
        return Err(Fault::TooManyMembers(limits.members));
    }
    // Data before the archive moves everything; the directory's place tells by how much.
    let behind = end.end.checked_sub(end.size);
    let is_directory =
        |start: &u64| end.size == 0 || signature(file, *start) == Some(*b"PK\x01\x02");
    let start = behind
        .filter(is_directory)
        .or_else(|| Some(end.offset).filter(|start| *start < length).filter(is_directory))
        .ok_or(Fault::Whole(&package::PACKAGE_BROKEN))?;
    let shift = start.wrapping_sub(end.offset);
    let length = usize::try_from(end.size).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length];
    read_exact_at(file, &mut bytes, start).map_err(whole)?;
    let mut records = Vec::new();
    let mut rest = Bytes(&bytes);
    while let Some(mut record) = record(&mut rest)? {
        if records.len() >= limits.members {
            return Err(Fault::TooManyMembers(limits.members));
        }
        record.header = record.header.wrapping_add(shift);
        records.push(record);
    }
    Ok(Directory { records, start })
}

/// What a read past the end or an error of the system means for the whole.
pub(super) fn whole(error: io::Error) -> Fault {
    match Fault::of_io(error) {
        Fault::World(error) => Fault::World(error),
        _ => Fault::Whole(&package::PACKAGE_BROKEN),
    }
}

fn signature(file: &File, at: u64) -> Option<[u8; 4]> {
    let mut bytes = [0; 4];
    read_exact_at(file, &mut bytes, at).ok().map(|()| bytes)
}

/// Finds the last end record whose comment fits into the file.
fn find_end(file: &File, length: u64) -> Result<End, Fault> {
    let tail_start = length.saturating_sub(END_BYTES + COMMENT_BYTES);
    let mut tail = vec![0; usize::try_from(length - tail_start).unwrap_or(0)];
    read_exact_at(file, &mut tail, tail_start).map_err(whole)?;
    let places = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06");
    for at in places {
        let mut record = Bytes(tail.get(at + 4..).unwrap_or_default());
        let fields = (|| {
            let disks = [record.u16()?, record.u16()?];
            let _count = [record.u16()?, record.u16()?];
            let (size, offset) = (record.u32()?, record.u32()?);
            let comment = record.u16()?;
            record.take(comment.into())?;
            Some((disks, size, offset))
        })();
        let Some((disks, size, offset)) = fields else { continue };
        let place = tail_start + at as u64;
        if let Some(end) = zip64_end(file, place).map_err(whole)? {
            return Ok(end);
        }
        return Ok(End {
            end: place,
            size: size.into(),
            offset: offset.into(),
            disks: disks.map(|disk| if disk == 0xffff { 0 } else { disk.into() }),
        });
    }
    Err(Fault::Whole(&package::PACKAGE_BROKEN))
}

/// The end record of zip64, if a locator stands before the ordinary one.
fn zip64_end(file: &File, end: u64) -> io::Result<Option<End>> {
    let Some(locator_at) = end.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    let mut locator = [0; LOCATOR_BYTES as usize];
    read_exact_at(file, &mut locator, locator_at)?;
    let mut fields = Bytes(&locator);
    if fields.take(4) != Some(b"PK\x06\x07") {
        return Ok(None);
    }
    let (Some(_disk), Some(told)) = (fields.u32(), fields.u64()) else { return Ok(None) };
    // Data before the archive makes the told place wrong; then it stands right before the locator.
    for place in [Some(told), locator_at.checked_sub(END64_BYTES)].into_iter().flatten() {
        let mut bytes = [0; END64_BYTES as usize];
        if place > locator_at || read_at(file, &mut bytes, place)? < bytes.len() {
            continue;
        }
        let mut record = Bytes(&bytes);
        if record.take(4) != Some(b"PK\x06\x06") {
            continue;
        }
        // Length of the record, versions.
        record.take(12);
        let fields = (|| {
            let disks = [record.u32()?, record.u32()?];
            record.take(16)?;
            Some(End { end: place, size: record.u64()?, offset: record.u64()?, disks })
        })();
        if fields.is_some() {
            return Ok(fields);
        }
    }
    Ok(None)
}

/// Reads the next record; `None` at the end of the directory or at its digital signature.
fn record(rest: &mut Bytes<'_>) -> Result<Option<Record>, Fault> {
    let broken = Fault::Whole(&package::PACKAGE_BROKEN);
    match rest.take(4) {
        None if rest.0.is_empty() => return Ok(None),
        Some(b"PK\x05\x05") => return Ok(None),
        Some(b"PK\x01\x02") => {}
        _ => return Err(broken),
    }
    fields(rest).ok_or(broken).map(Some)
}

fn fields(rest: &mut Bytes<'_>) -> Option<Record> {
    let mut record = Record::default();
    let made_by = rest.u16()?;
    record.system = (made_by >> 8) as u8;
    rest.u16()?;
    record.flags = rest.u16()?;
    record.method = rest.u16()?;
    rest.u32()?;
    record.crc = rest.u32()?;
    record.packed = rest.u32()?.into();
    record.bytes = rest.u32()?.into();
    let lengths = [rest.u16()?, rest.u16()?, rest.u16()?];
    rest.u16()?;
    rest.u16()?;
    record.attributes = rest.u32()?;
    record.header = rest.u32()?.into();
    record.name = rest.take(lengths[0].into())?.to_vec();
    let extra = rest.take(lengths[1].into())?;
    rest.take(lengths[2].into())?;
    read_extra(&mut record, Bytes(extra));
    Some(record)
}

/// Takes what zip64 and Info-ZIP tell. A broken extra field is passed over.
fn read_extra(record: &mut Record, mut extra: Bytes<'_>) {
    while let (Some(id), Some(length)) = (extra.u16(), extra.u16()) {
        let Some(field) = extra.take(length.into()) else { return };
        match id {
            0x0001 => {
                let mut field = Bytes(field);
                for value in [&mut record.bytes, &mut record.packed, &mut record.header] {
                    if *value == IN_ZIP64
                        && let Some(told) = field.u64()
                    {
                        *value = told;
                    }
                }
            }
            0x7075 => record.unicode = unicode_path(field, &record.name),
            _ => {}
        }
    }
}

/// The UTF-8 name, if it was made for this very name.
fn unicode_path(field: &[u8], name: &[u8]) -> Option<String> {
    let mut field = Bytes(field);
    let (version, crc) = (field.take(1)?, field.u32()?);
    let is_ours = version == [1] && crc == crc32fast::hash(name);
    let text = std::str::from_utf8(field.0).ok().filter(|text| !text.is_empty());
    text.filter(|_| is_ours).map(str::to_owned)
}
