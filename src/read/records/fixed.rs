//! Text in which every column has its place: the mapping named gives headings and widths. The headings stand in
//! row 1 and line n becomes row n + 1; where the text has a heading line of its own, rows are lines.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::text::Source;
use super::{Draft, MAX_RECORD_BYTES, RecordGrid, Records, record_too_large};
use crate::model::codes::{reading, records};
use crate::model::grid::NO_COLUMN;
use crate::model::{CellKind, Finding, Place};
use crate::read::encoding::{self, Decided};
use crate::read::{FixedWidth, Opened, ReadError, ReadOptions, delimited};
use crate::text::pua;

/// Lines that are searched for headings.
const SEARCHED_LINES: u32 = 20;

/// Opens a text: by the widths that the options give, as delimited text without them.
///
/// # Errors
/// [`ReadError::Refused`] if it is no text or empty, [`ReadError::Io`] if it cannot be read.
pub fn open_text(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    match &options.fixed {
        Some(fixed) if !fixed.columns.is_empty() => open(path, options, fixed),
        _ => delimited::open(path, options),
    }
}

fn open(path: &Path, options: &ReadOptions, fixed: &FixedWidth) -> Result<Opened, ReadError> {
    let source = Source::new(path, options, |_| None)?;
    let mut lines = FixedLines::new(path, &source, fixed)?;
    let mut heading_line = None;
    let mut is_blank = true;
    while lines.number < SEARCHED_LINES && lines.advance()? {
        is_blank &= lines.is_passed_over();
        if lines.has_headings(fixed) {
            heading_line = Some(lines.number);
            break;
        }
    }
    if is_blank && lines.line.is_empty() {
        return Err(ReadError::refused(&reading::EMPTY_DOCUMENT));
    }
    let mut lines = FixedLines::new(path, &source, fixed)?;
    lines.heading_line = heading_line;
    let headings = fixed.columns.iter().map(|(heading, _)| heading.clone());
    let headings = if heading_line.is_some() { Vec::new() } else { headings.collect() };
    let doubt = source.doubt();
    Ok(Opened {
        format: "fixed",
        encoding: Some(source.decided.decision),
        delimiter: None,
        is_partial_copy: false,
        original: None,
        grids: Box::new(RecordGrid::new(lines, Vec::new(), headings).tell(doubt)),
    })
}

struct FixedLines {
    bytes: Box<dyn BufRead + Send>,
    path: PathBuf,
    /// How the bytes are decoded.
    decided: Decided,
    /// Where each column begins, and where the last ends at the latest.
    starts: Vec<usize>,
    counts_bytes: bool,
    line: Vec<u8>,
    /// Number of the line, from 1.
    number: u32,
    heading_line: Option<u32>,
    nuls: u64,
    repaired: u32,
    has_broken: bool,
}

impl FixedLines {
    fn new(path: &Path, source: &Source, fixed: &FixedWidth) -> Result<FixedLines, ReadError> {
        let io = |error| ReadError::io(path, error);
        let mut file = File::open(path).map_err(io)?;
        let is_wide = source.decided.decision.name.starts_with("UTF-16");
        // Bytes of UTF-16 have no lines of their own.
        let (bytes, decided): (Box<dyn BufRead + Send>, _) = if is_wide {
            let decided = encoding::decide(path, &mut file, Some("utf-8"))?;
            (Box::new(source.text()?), decided)
        } else {
            (Box::new(BufReader::with_capacity(1 << 18, file)), source.decided.clone())
        };
        let mut at = 0;
        let mut starts = Vec::with_capacity(fixed.columns.len());
        for (_, width) in &fixed.columns {
            starts.push(at);
            at += usize::from(*width);
        }
        Ok(FixedLines {
            bytes,
            path: path.to_owned(),
            decided,
            starts,
            counts_bytes: fixed.counts_bytes,
            line: Vec::new(),
            number: 0,
            heading_line: None,
            nuls: 0,
            repaired: 0,
            has_broken: false,
        })
    }

    /// Takes the next line, without its end; `false` at the end of the document.
    fn advance(&mut self) -> Result<bool, ReadError> {
        self.line.clear();
        let limit = MAX_RECORD_BYTES as u64 + 1;
        let read = (&mut *self.bytes).take(limit).read_until(b'\n', &mut self.line);
        match read {
            Ok(0) => return Ok(false),
            Ok(_) if self.line.len() > MAX_RECORD_BYTES => return Err(record_too_large()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(record_too_large());
            }
            Err(error) => return Err(ReadError::io(&self.path, error)),
        }
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0x1a);
        let length = self.line.iter().rposition(|byte| !is_end(byte)).map_or(0, |at| at + 1);
        self.line.truncate(length);
        // Page breaks of printed lists, and the mark of UTF-8.
        let start: &[u8] = if self.number == 0 { b"\xef\xbb\xbf" } else { b"\x0c" };
        if self.line.starts_with(start) {
            self.line.drain(..start.len());
        }
        self.number = self.number.saturating_add(1);
        Ok(true)
    }

    /// Nothing, or only a rule between lines.
    fn is_passed_over(&self) -> bool {
        self.line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'=' | b'+' | 0))
    }

    /// The fields of the line: text, and whether its bytes were a whole number of characters.
    fn fields(&self) -> Vec<(String, bool)> {
        let ends = self.starts.iter().skip(1).copied().chain([usize::MAX]);
        let spans = self.starts.iter().copied().zip(ends);
        if self.counts_bytes {
            let cut = |(start, end): (usize, usize)| {
                let end = end.min(self.line.len());
                let (text, is_whole) =
                    self.decided.decode(self.line.get(start..end).unwrap_or_default());
                (plain(&text), is_whole)
            };
            return spans.map(cut).collect();
        }
        let (text, is_whole) = self.decided.decode(&self.line);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
        spans
            .map(|(start, end)| {
                (plain(text.get(place(start)..place(end)).unwrap_or_default()), is_whole)
            })
            .collect()
    }

    /// Length of the line in the unit of the widths.
    fn length(&self) -> usize {
        match self.counts_bytes {
            true => self.line.len(),
            false => self.decided.decode(&self.line).0.chars().count(),
        }
    }

    fn has_headings(&self, fixed: &FixedWidth) -> bool {
        let fields = self.fields();
        let headings = fixed.columns.iter().map(|(heading, _)| heading);
        let same = headings.zip(&fields).filter(|(heading, (text, _))| *heading == text).count();
        same * 2 > fields.len()
    }

    fn push_fields(&mut self, row: &mut Draft) {
        let is_broken = !self.decided.decode(&self.line).1;
        for ((mut text, is_whole), column) in self.fields().into_iter().zip(0..) {
            if !is_whole && !is_broken {
                row.note(&records::FIELD_CUT, column);
                text = text.trim_matches('\u{fffd}').to_owned();
            }
            self.repaired += pua::repair_in(&mut text, 0);
            row.push(column, CellKind::Text, &text);
        }
        self.has_broken |= is_broken;
    }
}

/// A field without what pads it.
fn plain(text: &str) -> String {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    let text: Cow<'_, str> =
        if text.contains('\0') { text.replace('\0', "").into() } else { text.into() };
    text.into_owned()
}

impl Records for FixedLines {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        while self.advance()? {
            if self.is_passed_over() {
                continue;
            }
            row.begin(first.saturating_add(self.number - 1));
            self.nuls += memchr::memchr_iter(0, &self.line).count() as u64;
            if self.heading_line.is_some_and(|heading| self.number < heading) {
                // A title has no columns.
                row.push(0, CellKind::Text, &plain(&self.decided.decode(&self.line).0));
                return Ok(true);
            }
            self.push_fields(row);
            if self.heading_line == Some(self.number) {
                return Ok(true);
            }
            if memchr::memchr(b'\t', &self.line).is_some() {
                row.note(&records::LINE_WITH_TAB, NO_COLUMN);
            }
            let (begun, all) =
                (self.starts.partition_point(|at| *at < self.length()), self.starts.len());
            if begun < all {
                let place = Place::row(0, row.number);
                let short = Finding::new(&records::LINE_SHORT, place);
                row.findings.push(short.arg(begun.to_string()).arg(all.to_string()));
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn has_broken_bytes(&self) -> bool {
        self.has_broken
    }

    fn finish(&mut self) -> Vec<Finding> {
        let mends = [
            (&reading::PUA_REPAIRED, u64::from(self.repaired)),
            (&reading::NUL_REMOVED, self.nuls),
        ];
        let told = mends.into_iter().filter(|(_, count)| *count > 0);
        told.map(|(code, count)| Finding::new(code, Place::NOWHERE).arg(count.to_string()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;
    use crate::read::records::told::told_of;

    fn options(counts_bytes: bool) -> ReadOptions {
        let columns = [("姓名", 8), ("工号", 4), ("单位", 10)];
        let columns = columns.map(|(heading, width)| (heading.to_owned(), width)).into();
        ReadOptions { fixed: Some(FixedWidth { columns, counts_bytes }), ..ReadOptions::default() }
    }

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn read(bytes: &[u8], counts_bytes: bool) -> Result<Vec<String>, String> {
        told_of(open_text, bytes, &options(counts_bytes))
    }

    #[test]
    fn columns_are_cut_by_bytes_or_by_characters() {
        let lines = "陈安宁  0001青禾医院\r\n\r\n周文    0002某院  (东)\r\n\u{1a}";
        let expected = ["1: 姓名|工号|单位", "2: 陈安宁|0001|青禾医院", "4: 周文|0002|某院  (东)"];
        assert_eq!(read(&gbk(lines), true).unwrap(), expected);
        let wide = "陈安宁     0001青禾医院\n\n周文      0002某院  (东)\n";
        let utf_16: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [wide.as_bytes().to_vec(), gbk(wide), utf_16] {
            assert_eq!(read(&bytes, false).unwrap(), expected);
        }
        let marked = [b"\xef\xbb\xbf", wide.as_bytes()].concat();
        assert_eq!(read(&marked, false).unwrap(), expected);
    }

    #[test]
    fn a_heading_line_of_its_own_keeps_its_place() {
        let lines =
            "人员名册  2022年\n姓名    工号单位\n--------------------\n陈安宁  0001青禾医院\n";
        assert_eq!(
            read(&gbk(lines), true).unwrap(),
            ["1: 人员名册  2022年", "2: 姓名|工号|单位", "4: 陈安宁|0001|青禾医院"]
        );
    }

    #[test]
    fn lines_that_do_not_fit_are_told() {
        let lines = "陈安宁  0001青禾医院\n周文博\n吴思\t远 0003某院\nA陈安宁XX0004某院\n郑嘉禾A王0005某院\n";
        assert_eq!(
            read(&gbk(lines), true).unwrap(),
            [
                "1: 姓名|工号|单位",
                "2: 陈安宁|0001|青禾医院",
                "3: 周文博",
                "4: 吴思\t远|0003|某院",
                "5: A陈安宁X|X000|4某院",
                "6: 郑嘉禾A|000|5某院",
                "line-short @ 3,65535 1 3",
                "line-with-tab @ 4,65535",
                "field-cut @ 6,0",
                "field-cut @ 6,1"
            ][..]
        );
        assert_eq!(read(b"\n  \n", true), Err("empty-document ".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), counts in proptest::bool::ANY) {
            let _ = read(&bytes, counts);
        }
    }
}
