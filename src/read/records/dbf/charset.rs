//! The encoding of a DBF table: by what its texts are, else by the byte that tells the code page. That byte is
//! often wrong: Chinese tables carry the mark of whatever Windows they were made on.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::header::Header;
use crate::read::encoding::{self, Decided, fields};
use crate::read::{ReadError, ReadOptions};

/// Text that is judged.
const SAMPLE_BYTES: usize = 1 << 17;

/// Language bytes and the encodings they stand for. Source: Visual FoxPro code pages, dBase language drivers.
static LANGUAGES: &[(u8, &str)] = &[
    (0x4d, "gb18030"),
    (0x7a, "gb18030"),
    (0x4f, "big5"),
    (0x78, "big5"),
    (0x13, "shift_jis"),
    (0x7b, "shift_jis"),
    (0x4e, "euc-kr"),
    (0x79, "euc-kr"),
    (0x03, "windows-1252"),
    (0x57, "windows-1252"),
    (0x58, "windows-1252"),
    (0xc8, "windows-1250"),
    (0xc9, "windows-1251"),
    (0x26, "ibm866"),
    (0x65, "ibm866"),
];

/// Decides how the texts of a table are decoded.
///
/// # Errors
/// The file cannot be read, or the caller's label is unknown.
pub(super) fn decide(
    path: &Path,
    file: &mut File,
    header: &Header,
    options: &ReadOptions,
) -> Result<Decided, ReadError> {
    if let Some(label) = options.encoding.as_deref() {
        return encoding::decide(path, file, Some(label));
    }
    let texts = texts(file, header).map_err(|source| ReadError::io(path, source))?;
    let found = fields::of_texts(texts);
    let is_sure = |found: &Decided| found.decision.confidence >= encoding::UNCERTAIN_BELOW;
    let named = LANGUAGES.iter().find(|(byte, _)| *byte == header.language);
    match (found, named) {
        (Some(found), _) if is_sure(&found) => Ok(found),
        // Western marks are what programs write when nobody told them anything.
        (Some(found), Some((0x03 | 0x57 | 0x58, _))) if found.decision.by == "gb18030" => Ok(found),
        (_, Some((_, label))) => {
            let mut decided = encoding::decide(path, file, Some(label))?;
            decided.decision.by = "language-byte";
            decided.decision.confidence = encoding::UNCERTAIN_BELOW;
            Ok(decided)
        }
        (Some(found), None) => Ok(found),
        // Nothing but odd bytes: as most tables here are.
        (None, None) => {
            let mut decided = encoding::decide(path, file, Some("gb18030"))?;
            decided.decision.by = "statistics";
            decided.decision.confidence = 0.3;
            Ok(decided)
        }
    }
}

/// Names of fields and texts that are not plain ASCII, one a line; a text that fills its field may be cut within
/// its last character, so that its last bytes beyond ASCII are left out.
fn texts(file: &mut File, header: &Header) -> io::Result<Vec<u8>> {
    let mut texts = Vec::new();
    for field in &header.fields {
        push(&field.name, 10, &mut texts);
    }
    file.seek(SeekFrom::Start(header.start))?;
    let mut records = BufReader::with_capacity(1 << 18, file);
    let mut record = vec![0; header.width];
    while texts.len() < SAMPLE_BYTES {
        match records.read_exact(&mut record) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        if record.is_ascii() {
            continue;
        }
        for field in header.fields.iter().filter(|field| field.kind == b'C') {
            let value = record.get(field.offset..field.offset + field.length);
            push(value.unwrap_or_default(), field.length, &mut texts);
        }
    }
    Ok(texts)
}

fn push(value: &[u8], width: usize, texts: &mut Vec<u8>) {
    let text = super::values::text_of(value);
    if text.is_ascii() {
        return;
    }
    let is_full = text.len() >= width;
    let plain = text.iter().rposition(u8::is_ascii).map_or(0, |at| at + 1);
    texts.extend_from_slice(if is_full { whole(text, plain) } else { text });
    texts.push(b'\n');
}

/// A full text without the character that may be cut. Characters of GBK are pairs; those of UTF-8 show their
/// beginning.
fn whole(text: &[u8], plain: usize) -> &[u8] {
    let tail = text.get(plain..).unwrap_or_default();
    let is_utf_8 = std::str::from_utf8(text)
        .map_or_else(|error| error.error_len().is_none() && error.valid_up_to() > plain, |_| true);
    let length = if is_utf_8 {
        std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), |_| text.len())
    } else {
        plain + tail.len() / 2 * 2
    };
    text.get(..length).unwrap_or(text)
}
