//! What a zip archive holds: a workbook of some kind, another office document, or just files.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use super::{Container, Nature, foreign};
use crate::model::codes::reading;
use crate::read::{ReadError, package::PackageFormat};

/// `[Content_Types].xml` is a few kilobytes; more than this is not looked at.
const TYPES_BYTES: u64 = 1 << 20;

/// Main parts as `[Content_Types].xml` declares them. Source: ECMA-376 part 1, 12.3.23; [MS-XLSB] 2.1.7.
static MAIN_TYPES: &[(&str, Container)] = &[
    ("spreadsheetml.sheet.main+xml", Container::Xlsx),
    ("spreadsheetml.template.main+xml", Container::Xlsx),
    ("ms-excel.sheet.macroenabled.main+xml", Container::Xlsx),
    ("ms-excel.template.macroenabled.main+xml", Container::Xlsx),
    ("ms-excel.addin.macroenabled.main+xml", Container::Xlsx),
    ("ms-excel.sheet.binary.macroenabled.main", Container::Xlsb),
];

/// Parts that only another office format has.
static FOREIGN_PARTS: &[(&str, &foreign::Foreign)] = &[
    ("word/document.xml", &foreign::WORD),
    ("ppt/presentation.xml", &foreign::SLIDES),
    ("ofd.xml", &foreign::OFD),
    ("index/document.iwa", &foreign::NUMBERS),
];

/// What a zip archive holds: a workbook, another office document, or just files.
pub(super) fn nature(file: File, head: &[u8]) -> Result<Nature, ReadError> {
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else {
        return Err(ReadError::refused(&reading::TRUNCATED_ZIP));
    };
    if archive.is_empty() {
        return Err(ReadError::refused(empty_archive(head)));
    }
    let names: Vec<String> = archive.file_names_raw().map(plain_name).collect();
    if let Some(container) = by_content(&mut archive, &names) {
        return Ok(Nature::Table(container));
    }
    let has = |part: &str| names.iter().any(|name| name == part);
    match FOREIGN_PARTS.iter().find(|(part, _)| has(part)) {
        Some((_, format)) => Ok(Nature::Foreign(format)),
        None => Ok(Nature::Package(PackageFormat::Zip)),
    }
}

/// An empty directory after local entries means that the directory is broken, not that nothing is inside.
fn empty_archive(head: &[u8]) -> &'static crate::model::Code {
    if head.starts_with(b"PK\x03\x04") { &reading::TRUNCATED_ZIP } else { &reading::EMPTY_DOCUMENT }
}

fn by_content(archive: &mut ZipArchive<BufReader<File>>, names: &[String]) -> Option<Container> {
    let find = |part: &str| names.iter().position(|name| name == part);
    if let Some(at) = find("mimetype")
        && part_text(archive, at).contains("opendocument.spreadsheet")
    {
        return Some(Container::Ods);
    }
    if let (Some(_), None) = (find("xl/workbook.xml"), find("xl/workbook.bin")) {
        return Some(Container::Xlsx);
    }
    if let Some(at) = find("[content_types].xml") {
        let types = part_text(archive, at);
        let main = MAIN_TYPES.iter().find(|(main, _)| types.contains(main));
        if let Some((_, container)) = main {
            return Some(*container);
        }
    }
    find("xl/workbook.bin").map(|_| Container::Xlsb)
}

/// A part's text in lower case without NULs, so that UTF-16 parts compare like UTF-8; empty if unreadable.
fn part_text(archive: &mut ZipArchive<BufReader<File>>, at: usize) -> String {
    let mut bytes = Vec::new();
    if let Ok(part) = archive.by_index(at) {
        // A cut part still tells by what can be read of it.
        let _ = part.take(TYPES_BYTES).read_to_end(&mut bytes);
    }
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).to_ascii_lowercase()
}

/// An entry's name as parts are compared: lower case, forward slashes, no leading slash.
fn plain_name(raw: &[u8]) -> String {
    let name = String::from_utf8_lossy(raw).replace('\\', "/").to_ascii_lowercase();
    name.trim_start_matches('/').to_owned()
}
