//! What an OLE compound file holds, by the names in its directory. Source: [MS-CFB] 2.2, 2.5, 2.6.

use std::fs::File;

use super::{Container, Nature, foreign, read_at};

/// The first bytes of every compound file.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Directory sectors walked before giving up; a workbook has a handful.
const MAX_SECTORS: usize = 1024;

/// Streams that tell another document. Workbooks come first: they may embed anything.
static STREAMS: &[(&str, &foreign::Foreign)] = &[
    ("worddocument", &foreign::WORD),
    ("powerpoint document", &foreign::SLIDES),
    ("__properties_version1.0", &foreign::MAIL),
];

/// What a compound file holds. What is too broken to tell goes to the reader of `.xls`,
/// which runs in a child and says what is wrong.
pub(super) fn nature(file: &mut File, head: &[u8]) -> Nature {
    let names = directory_names(file, head).unwrap_or_default();
    let has = |stream: &str| names.iter().any(|name| name == stream);
    if has("encryptedpackage") || has("encryptioninfo") {
        return Nature::Encrypted;
    }
    if has("workbook") || has("book") {
        return Nature::Table(Container::Xls);
    }
    match STREAMS.iter().find(|(stream, _)| has(stream)) {
        Some((_, format)) => Nature::Foreign(format),
        None => Nature::Table(Container::Xls),
    }
}

/// The names of all directory entries in lower case; `None` where the structure breaks off at once.
fn directory_names(file: &mut File, head: &[u8]) -> Option<Vec<String>> {
    let shift = u32::from(*head.get(30)?);
    if !(7..=16).contains(&shift) {
        return None;
    }
    let size = 1u64 << shift;
    let mut sector = word(head, 48)?;
    let mut names = Vec::new();
    for _ in 0..MAX_SECTORS {
        let Ok(bytes) = read_at(file, (u64::from(sector) + 1) * size, size) else { break };
        names.extend(bytes.chunks(128).filter_map(entry_name));
        match next_sector(file, head, sector, size) {
            // 0xFFFFFFFA and up are marks, not sectors.
            Some(next) if next < 0xffff_fffa && next != sector => sector = next,
            _ => break,
        }
    }
    Some(names)
}

/// Looks a sector up in the allocation table, whose own sectors the header lists (the first 109 of them).
fn next_sector(file: &mut File, head: &[u8], sector: u32, size: u64) -> Option<u32> {
    let per_table = u32::try_from(size / 4).ok()?;
    let listed = usize::try_from(sector / per_table).ok().filter(|table| *table < 109)?;
    let table = u64::from(word(head, 76 + 4 * listed)?);
    let at = (table + 1).checked_mul(size)? + u64::from(sector % per_table) * 4;
    word(&read_at(file, at, 4).ok()?, 0)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}

/// Name of a 128-byte directory entry: UTF-16LE, its length with the final NUL at offset 64.
fn entry_name(entry: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_le_bytes([*entry.get(64)?, *entry.get(65)?]));
    let units = entry.get(..length.min(64).checked_sub(2)?)?.chunks_exact(2);
    let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let name: String =
        char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect();
    (!name.is_empty()).then(|| name.to_lowercase())
}
