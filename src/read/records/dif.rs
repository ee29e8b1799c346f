//! Data Interchange Format: pairs of lines, `type,number` and a text. Rows as they stand, no headings of its own.
//! Source: the DIF technical specification (header items up to `DATA`, then `BOT` and `EOD` between the cells).

use std::path::Path;

use super::text::Source;
use super::{
    DecodedText, Draft, MAX_RECORD_BYTES, RecordGrid, Records, cut_after, record_too_large,
    too_large,
};
use crate::model::{CellKind, Finding};
use crate::read::{Opened, ReadError, ReadOptions};

/// Columns of a sheet in Excel and WPS.
const MAX_SHEET_COLUMNS: u16 = 16_384;

/// Opens a DIF document.
///
/// # Errors
/// [`ReadError::Refused`] if it has no data, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let source = Source::new(path, options, |_| None)?;
    let mut lines = Lines { text: source.text()?, line: String::new() };
    // Header items have three lines each; `DATA` is the last.
    loop {
        if !lines.advance()? {
            return Err(cut_after(0));
        }
        if lines.line.trim() == "DATA" {
            lines.advance()?;
            lines.advance()?;
            break;
        }
    }
    let rows = DifRows { lines, passed: 0, is_over: false };
    let doubt = source.doubt();
    Ok(Opened {
        format: "dif",
        encoding: Some(source.decided.decision),
        delimiter: None,
        is_partial_copy: false,
        original: None,
        grids: Box::new(RecordGrid::new(rows, Vec::new(), Vec::new()).tell(doubt)),
    })
}

/// The lines of a text, one at a time.
struct Lines {
    text: DecodedText,
    line: String,
}

impl Lines {
    /// Takes the next line, without its end; `false` at the end of the document.
    fn advance(&mut self) -> Result<bool, ReadError> {
        self.line.clear();
        loop {
            let rest = self.text.rest();
            if let Some(end) = memchr::memchr(b'\n', rest.as_bytes()) {
                self.line.push_str(rest.get(..end).unwrap_or_default());
                self.text.advance(end + 1);
                break;
            }
            if rest.len() > MAX_RECORD_BYTES {
                return Err(record_too_large());
            }
            if !self.text.more()? {
                let rest = self.text.rest();
                let length = rest.len();
                self.line.push_str(rest);
                self.text.advance(length);
                if length == 0 {
                    return Ok(false);
                }
                break;
            }
        }
        let length = self.line.trim_end_matches('\r').len();
        self.line.truncate(length);
        Ok(true)
    }
}

struct DifRows {
    lines: Lines,
    passed: u32,
    is_over: bool,
}

impl Records for DifRows {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        if self.is_over {
            return Ok(false);
        }
        row.begin(first.saturating_add(self.passed.saturating_sub(1)));
        let mut column = 0u16;
        while self.lines.advance()? {
            let kind = self.lines.line.clone();
            let (kind, number) = kind.split_once(',').unwrap_or((&kind, ""));
            if !self.lines.advance()? {
                return Err(cut_after(self.passed));
            }
            match kind.trim() {
                "-1" => match self.lines.line.trim() {
                    "BOT" => {
                        self.passed = self.passed.saturating_add(1);
                        if self.passed > 1 {
                            return Ok(true);
                        }
                    }
                    "EOD" => {
                        self.is_over = true;
                        return Ok(true);
                    }
                    _ => {}
                },
                "0" => self.push_number(column, number.trim(), row),
                "1" => self.push_text(column, row)?,
                _ => {}
            }
            column += u16::from(matches!(kind.trim(), "0" | "1"));
            if column > MAX_SHEET_COLUMNS {
                return Err(too_large("列数（columns）", MAX_SHEET_COLUMNS.to_string()));
            }
            if row.length() > MAX_RECORD_BYTES {
                return Err(record_too_large());
            }
        }
        // No `EOD`: the end is missing.
        Err(cut_after(self.passed))
    }

    fn has_broken_bytes(&self) -> bool {
        self.lines.text.has_broken_bytes()
    }

    fn finish(&mut self) -> Vec<Finding> {
        self.lines.text.mends()
    }
}

impl DifRows {
    fn push_number(&self, column: u16, number: &str, row: &mut Draft) {
        match self.lines.line.trim() {
            "TRUE" => row.push(column, CellKind::Bool, "true"),
            "FALSE" => row.push(column, CellKind::Bool, "false"),
            "NA" => row.push(column, CellKind::Error, "#N/A"),
            "ERROR" => row.push(column, CellKind::Error, "#VALUE!"),
            // Excel and WPS write dates as they show them.
            _ if number.parse::<f64>().is_err() => row.push(column, CellKind::Text, number),
            _ => row.push(column, CellKind::Number, number),
        }
    }

    /// A text in quotes, doubled within; one that has no quotes stands as it is.
    fn push_text(&mut self, column: u16, row: &mut Draft) -> Result<(), ReadError> {
        let mut text = std::mem::take(&mut self.lines.line);
        // A line break within a text is written as it is.
        while text.starts_with('"') && !is_closed(&text) && text.len() <= MAX_RECORD_BYTES {
            if !self.lines.advance()? {
                return Err(cut_after(self.passed));
            }
            text.push('\n');
            text.push_str(&self.lines.line);
        }
        let text = text.trim_end();
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(inner) => row.push(column, CellKind::Text, &inner.replace("\"\"", "\"")),
            None => row.push(column, CellKind::Text, text),
        }
        Ok(())
    }
}

/// Whether the quote that opens a text is closed: then there is an even number of them.
fn is_closed(text: &str) -> bool {
    text.len() > 1 && memchr::memchr_iter(b'"', text.as_bytes()).count().is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::records::told::told_of;

    fn read(data: &str) -> Result<Vec<String>, String> {
        let dif = format!("TABLE\r\n0,1\r\n\"\"\r\nDATA\r\n0,0\r\n\"\"\r\n{data}");
        told_of(open, dif.as_bytes(), &ReadOptions::default())
    }

    #[test]
    fn cells_of_every_kind_are_read() {
        let data = "-1,0\r\nBOT\r\n1,0\r\n\"姓\"\"名\"\r\n1,0\r\nx\r\n-1,0\r\nBOT\r\n0,2.50\r\nV\r\n0,0\r\nTRUE\r\n\
            0,0\r\nNA\r\n0,2/19/14\r\nV\r\n1,0\r\n\"一\r\n二\"\r\n-1,0\r\nBOT\r\n1,0\r\n\"\"\r\n-1,0\r\nBOT\r\n0,1\r\nV\r\n-1,0\r\nEOD\r\n";
        assert_eq!(
            read(data).unwrap(),
            ["1: 姓\"名|x", "2: 2.50|true|#N/A|2/19/14|一\n二", "4: 1"]
        );
        for cut in ["", "-1,0\r\nBOT\r\n1,0\r\n\"x\"\r\n", "-1,0\r\nBOT\r\n1,0\r\n\"x", "-1,0"] {
            assert!(read(cut).unwrap_err().starts_with("records-cut"), "{cut:?}");
        }
    }

    #[test]
    fn the_shared_file_is_read() {
        let Some(bytes) = crate::read::shared_bytes("corpus/et/SheetJS-test_files__write.dif")
        else {
            return;
        };
        let told = told_of(open, &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(
            told,
            ["1: 1|2|3", "2: true|false||sheetjs", "3: foo|bar|2/19/14|0.3", "4: baz||qux"]
        );
    }
}
