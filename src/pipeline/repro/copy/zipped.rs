//! Workbooks in zip containers: member after member in the document's order, under the document's names. Counts every byte
//! while inflating. Knows no element.

use std::{
    fs::File,
    io::{BufReader, Cursor, Read},
    path::Path,
};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use zip::ZipArchive;

use super::{CopyError, Texts, values::part_name, xml};
use crate::write::{deflate::Level, package::PackageWriter};

/// All members together may not inflate to more bytes than this.
const MAX_UNPACKED: u64 = 512 << 20;
/// Members of a container.
const MAX_MEMBERS: usize = 65_536;

/// What becomes of a member.
#[derive(Clone, Copy, Debug)]
pub enum PartRule {
    /// It is left out.
    Left,
    /// It is copied element by element.
    Xml,
    /// It has these bytes in every copy.
    Fixed(&'static [u8]),
    /// It says that the document is locked: nothing can be copied.
    Locked,
    /// It is needed and cannot be understood: it stays a part that breaks off.
    Broken,
}

/// How a container is copied.
pub struct Rules {
    /// The XML of its parts.
    pub dialect: &'static xml::Dialect,
    /// What becomes of a member, by its name, its root element and its text.
    pub part: fn(&str, Option<&str>, &str) -> PartRule,
}

/// Stands for bytes of a part that are not UTF-8: this plus the byte.
const RAW: u32 = 0x10_FF00;

/// Copies a container.
pub(super) fn copy(
    document: &Path,
    rules: &Rules,
    texts: &mut dyn Texts,
) -> Result<Vec<u8>, CopyError> {
    let Ok(mut archive) = ZipArchive::new(BufReader::new(File::open(document)?)) else {
        // Without a directory nothing inside can be told apart: what is left is a container that breaks off.
        let mut cut = b"PK\x03\x04".to_vec();
        cut.resize(64, 0);
        return Ok(cut);
    };
    if archive.len() > MAX_MEMBERS {
        return Err(CopyError::TooLarge);
    }
    let mut writer = PackageWriter::new(Cursor::new(Vec::new()), Path::new("copy"));
    let mut left = MAX_UNPACKED;
    let mut last = None;
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else { continue };
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        if member.is_dir() || member.encrypted() {
            continue;
        }
        let mut bytes = Vec::new();
        let is_cut = member.take(left + 1).read_to_end(&mut bytes).is_err();
        left = left.checked_sub(bytes.len() as u64).ok_or(CopyError::TooLarge)?;
        let part = Part::decode(&bytes);
        let made = match (rules.part)(&name, part.root(), &part.text) {
            PartRule::Left => continue,
            PartRule::Locked => return Err(CopyError::Unsupported),
            PartRule::Fixed(fixed) => {
                if bytes == fixed {
                    writer.copy(&mut archive, index)?;
                } else {
                    writer.put_part(&name, fixed, Level::Default)?;
                }
                continue;
            }
            PartRule::Broken => b"<".to_vec(),
            PartRule::Xml => {
                let mut made = xml::copy(&part.text, rules.dialect, texts);
                if is_cut && let Some(at) = made.rfind("</") {
                    made.truncate(at);
                }
                part.encode(&made)
            }
        };
        let name = part_name(&name, texts);
        writer.put_part(&name, &made, Level::Default)?;
        last = Some((name, made));
    }
    // Of two members of one name the directory shows only one; that there were two is the defect.
    if let Some((name, made)) = last.filter(|_| archive.has_duplicate_names()) {
        writer.put_part(&name, &made, Level::Default)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// The names and the texts of all members of a container, for the search that follows.
///
/// # Errors
/// The container cannot be read.
pub fn members(bytes: &[u8]) -> Result<Vec<(String, String)>, CopyError> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(Vec::new()) };
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else { continue };
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        let mut bytes = Vec::new();
        member.take(MAX_UNPACKED).read_to_end(&mut bytes)?;
        members.push((name, Part::decode(&bytes).text));
    }
    Ok(members)
}

/// A part's text, and how it was written.
struct Part {
    text: String,
    encoding: &'static Encoding,
    has_mark: bool,
}

impl Part {
    fn decode(bytes: &[u8]) -> Part {
        let (encoding, has_mark) = match bytes {
            [0xFE, 0xFF, ..] => (UTF_16BE, true),
            [0xFF, 0xFE, ..] => (UTF_16LE, true),
            [0, b'<', 0, ..] => (UTF_16BE, false),
            [b'<', 0, _, 0, ..] => (UTF_16LE, false),
            [0xEF, 0xBB, 0xBF, ..] => (UTF_8, true),
            _ => (declared(bytes).unwrap_or(UTF_8), false),
        };
        let text = if encoding == UTF_8 {
            marked(bytes.get(if has_mark { 3 } else { 0 }..).unwrap_or_default())
        } else {
            encoding.decode_with_bom_removal(bytes).0.into_owned()
        };
        Part { text, encoding, has_mark }
    }

    /// The local name of the first element.
    fn root(&self) -> Option<&str> {
        let mut rest = self.text.as_str();
        loop {
            rest = rest.get(rest.find('<')? + 1..)?;
            if rest.starts_with("!--") {
                rest = rest.split_once("-->")?.1;
            } else if !rest.starts_with(['?', '!']) {
                let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))?;
                return rest.get(..end)?.rsplit(':').next();
            }
        }
    }

    fn encode(&self, made: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(made.len());
        if self.encoding == UTF_16BE || self.encoding == UTF_16LE {
            let is_little = self.encoding == UTF_16LE;
            let mark = self.has_mark.then_some(0xFEFF);
            for unit in mark.into_iter().chain(made.encode_utf16()) {
                out.extend(if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() });
            }
            return out;
        }
        if self.encoding != UTF_8 {
            return self.encoding.encode(made).0.into_owned();
        }
        if self.has_mark {
            out.extend([0xEF, 0xBB, 0xBF]);
        }
        for letter in made.chars() {
            match u32::from(letter).checked_sub(RAW).and_then(|byte| u8::try_from(byte).ok()) {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        out
    }
}

/// Text in which bytes that are not UTF-8 have a character of their own.
fn marked(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk.invalid().iter().filter_map(|byte| char::from_u32(RAW + u32::from(*byte))),
        );
    }
    text
}

/// The encoding that a part declares, if it is not UTF-8.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(300))?).into_owned();
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = value.get(1..)?.split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
        .filter(|found| *found != UTF_8 && found.is_ascii_compatible())
}
