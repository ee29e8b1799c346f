//! DBF tables: dBase III, IV and 7, FoxPro and Visual FoxPro. Row 1 holds the names of the fields, record n is
//! row n + 1, counted with the deleted ones, as the table itself counts. Long texts come from the memo file
//! beside the table.

mod charset;
mod header;
mod memo;
#[cfg(test)]
mod tests;
mod values;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Draft, RecordGrid, Records, cut_after, too_many_columns};
use crate::model::codes::{reading, records};
use crate::model::{CellKind, Finding, Place};
use crate::read::encoding::{self, Decided};
use crate::read::{Opened, ReadError, ReadOptions};
use crate::text::pua;
use header::Header;
use memo::MemoFile;
use values::Reading;

/// Opens a DBF table.
///
/// # Errors
/// [`ReadError::Refused`] if its header describes no table, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let io = |source| ReadError::io(path, source);
    let mut file = File::open(path).map_err(io)?;
    let Some(header) = header::read(&mut file).map_err(io)? else { return Err(cut_after(0)) };
    if header.fields.len() > super::MAX_COLUMNS {
        return Err(too_many_columns());
    }
    let decided = charset::decide(path, &mut file, &header, options)?;
    let decision = decided.decision.clone();
    file.seek(SeekFrom::Start(header.start)).map_err(io)?;
    let columns: Vec<Column> = header
        .fields
        .iter()
        .map(|field| Column {
            heading: heading(&decided, &field.name),
            offset: field.offset,
            length: field.length,
            reading: values::reading(field.kind, field.length, header.is_seven()),
            is_told: false,
        })
        .collect();
    let headings = columns.iter().map(|column| column.heading.clone()).collect();
    let doubt = decision.confidence < encoding::UNCERTAIN_BELOW;
    let doubt = doubt
        .then(|| Finding::new(&reading::ENCODING_UNCERTAIN, Place::NOWHERE).arg(decision.name));
    let table = Table {
        file: BufReader::with_capacity(1 << 18, file),
        path: path.to_owned(),
        record: vec![0; header.width],
        columns,
        decided,
        memo: Memo::Unopened,
        block: Vec::new(),
        passed: 0,
        deleted: 0,
        repaired: 0,
        has_broken: false,
        is_over: false,
        header,
    };
    Ok(Opened {
        format: "dbf",
        encoding: Some(decision),
        delimiter: None,
        is_partial_copy: false,
        original: None,
        grids: Box::new(RecordGrid::new(table, Vec::new(), headings).tell(doubt)),
    })
}

/// The name of a field; half a character at its end goes.
fn heading(decided: &Decided, name: &[u8]) -> String {
    let (text, _) = decided.decode(name);
    let mut text = text.trim_end_matches('\u{fffd}').to_owned();
    pua::repair_in(&mut text, 0);
    text
}

struct Column {
    heading: String,
    offset: usize,
    length: usize,
    reading: Reading,
    /// Whether it was said that it cannot be read.
    is_told: bool,
}

/// The memo file, looked for when a record first needs it.
enum Memo {
    Unopened,
    Missing,
    Open(MemoFile),
}

struct Table {
    file: BufReader<File>,
    path: PathBuf,
    header: Header,
    columns: Vec<Column>,
    decided: Decided,
    memo: Memo,
    /// One record.
    record: Vec<u8>,
    /// Text of a memo block.
    block: Vec<u8>,
    passed: u32,
    deleted: u32,
    repaired: u32,
    has_broken: bool,
    is_over: bool,
}

impl Records for Table {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        while self.read_record()? {
            let number = first.saturating_add(self.passed);
            self.passed = self.passed.saturating_add(1);
            if self.record.first() == Some(&b'*') {
                self.deleted += 1;
                continue;
            }
            row.begin(number);
            let record = std::mem::take(&mut self.record);
            for at in 0..self.columns.len() {
                self.read_value(at, &record, row);
            }
            self.record = record;
            return Ok(true);
        }
        Ok(false)
    }

    fn has_broken_bytes(&self) -> bool {
        self.has_broken
    }

    fn finish(&mut self) -> Vec<Finding> {
        let finding = |code| Finding::new(code, Place::NOWHERE);
        let mut findings = Vec::new();
        if self.passed != self.header.count {
            let differs = finding(&records::RECORD_COUNT_DIFFERS);
            findings.push(differs.arg(self.header.count.to_string()).arg(self.passed.to_string()));
        }
        if self.deleted > 0 {
            findings.push(finding(&records::DELETED_RECORDS).arg(self.deleted.to_string()));
        }
        if self.repaired > 0 {
            findings.push(finding(&reading::PUA_REPAIRED).arg(self.repaired.to_string()));
        }
        findings
    }
}

impl Table {
    /// Reads the bytes of the next record. The file's size rules, not the count in its header: what looks like
    /// records behind the last one counts, too.
    fn read_record(&mut self) -> Result<bool, ReadError> {
        if self.is_over {
            return Ok(false);
        }
        let mut length = 0;
        while let Some(rest) = self.record.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::io(&self.path, error)),
            }
        }
        let is_counted = self.passed < self.header.count;
        let bytes = self.record.get(..length).unwrap_or_default();
        let is_end = match bytes.first() {
            None | Some(0x1a) => true,
            Some(b' ' | b'*') => false,
            Some(_) => !is_counted,
        };
        self.is_over = is_end || length < self.record.len();
        let is_padding = bytes.iter().all(|byte| matches!(byte, 0 | b' ' | 0x1a));
        if !is_end && self.is_over && is_counted && !is_padding {
            return Err(cut_after(self.passed));
        }
        Ok(!self.is_over)
    }

    fn read_value(&mut self, at: usize, record: &[u8], row: &mut Draft) {
        let Some(column) = self.columns.get(at) else { return };
        let bytes = record.get(column.offset..column.offset + column.length).unwrap_or_default();
        match column.reading {
            Reading::Text => self.read_text(at as u16, bytes, row),
            Reading::Memo => self.read_memo(at, bytes, row),
            Reading::Plain(plain) => {
                let start = row.text().len();
                let kind = plain(bytes, row.text());
                row.close(start, at as u16, kind);
            }
            Reading::Object => {
                if !is_blank(bytes) {
                    self.tell_once(at, &records::NOT_TEXT, row, &[]);
                }
            }
        }
    }

    fn read_text(&mut self, column: u16, bytes: &[u8], row: &mut Draft) {
        let text = values::text_of(bytes);
        let start = row.text().len();
        if let Some(plain) = std::str::from_utf8(text).ok().filter(|text| text.is_ascii()) {
            row.text().push_str(plain);
        } else {
            let is_full = text.len() == bytes.len();
            self.decode(column, text, is_full, row);
        }
        row.close(start, column, CellKind::Text);
    }

    fn decode(&mut self, column: u16, text: &[u8], may_be_cut: bool, row: &mut Draft) {
        let (decoded, is_whole) = self.decided.decode(text);
        let mut shown = &*decoded;
        if !is_whole {
            let kept = shown.trim_end_matches('\u{fffd}');
            if may_be_cut && !kept.contains('\u{fffd}') {
                row.note(&records::FIELD_CUT, column);
                shown = kept;
            } else {
                self.has_broken = true;
            }
        }
        let start = row.text().len();
        row.text().push_str(shown);
        self.repaired += pua::repair_in(row.text(), start);
    }

    fn read_memo(&mut self, at: usize, bytes: &[u8], row: &mut Draft) {
        let number = block_number(bytes);
        if number == Some(0) {
            return;
        }
        if let Memo::Unopened = self.memo {
            let found = MemoFile::beside(&self.path, &self.header);
            self.memo = found.map_or(Memo::Missing, Memo::Open);
        }
        let Memo::Open(memo) = &mut self.memo else {
            let kind = if self.header.is_fox() { "FPT" } else { "DBT" };
            self.tell_once(at, &records::MEMO_MISSING, row, &[kind]);
            return;
        };
        let mut block = std::mem::take(&mut self.block);
        if number.is_some_and(|number| memo.read(number, &mut block)) {
            let soft_breaks_gone = without_soft_breaks(&block);
            let start = row.text().len();
            self.decode(at as u16, values::text_of(&soft_breaks_gone), false, row);
            row.close(start, at as u16, CellKind::Text);
        } else {
            row.note(&records::MEMO_UNREADABLE, at as u16);
        }
        self.block = block;
    }

    /// Says something about a column the first time that a record has a value there.
    fn tell_once(
        &mut self,
        at: usize,
        code: &'static crate::model::Code,
        row: &mut Draft,
        args: &[&str],
    ) {
        let Some(column) = self.columns.get_mut(at) else { return };
        if !std::mem::replace(&mut column.is_told, true) {
            let finding = Finding::new(code, Place::cell(0, 1, at as u16));
            let finding = args.iter().fold(finding, |finding, arg| finding.arg(*arg));
            row.findings.push(finding.arg(column.heading.clone()));
        }
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'0' | 0))
}

/// Block number of a memo field: digits, or four bytes in Visual FoxPro. 0: no text. `None`: no number.
fn block_number(bytes: &[u8]) -> Option<u32> {
    if let Ok(binary) = bytes.try_into() {
        return Some(u32::from_le_bytes(binary));
    }
    if is_blank(bytes) {
        return Some(0);
    }
    std::str::from_utf8(bytes).ok()?.trim_matches(['\0', ' ']).parse().ok()
}

/// Editors of dBase mark the line breaks that they made themselves.
fn without_soft_breaks(block: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    const SOFT: &[u8] = b"\x8d\n";
    if memchr::memmem::find(block, SOFT).is_none() {
        return block.into();
    }
    let mut text = Vec::with_capacity(block.len());
    let mut rest = block;
    while let Some(at) = memchr::memmem::find(rest, SOFT) {
        text.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + SOFT.len()..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    text.into()
}
