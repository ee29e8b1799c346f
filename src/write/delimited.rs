//! Delimited text: quoted only where RFC 4180 needs it, in the platform's encoding, never a lossy character.

use std::{path::Path, sync::Arc};

use encoding_rs::{EncoderResult, Encoding};

use crate::model::{
    Batch, Field, FieldType, Finding, Kind, Place, codes::output, fields, grid::NO_COLUMN,
};

use super::{
    Output, WriteError, Written,
    dates::{DatePiece, date_pieces, spelled},
    gate::{Bound, Gate},
    gbk,
    plan::{ColumnSource, ColumnStyle, CsvStyle, FormulaGuard, Target},
    text_file::TextFiles,
};

/// Writes one target's delimited text.
pub(super) struct Delimited {
    target: Arc<Target>,
    style: CsvStyle,
    encoding: &'static Encoding,
    gate: Gate,
    kind: Option<Kind>,
    columns: Vec<Column>,
    opening: Vec<u8>,
    files: TextFiles,
    line: String,
    encoded: Vec<u8>,
}

/// One column, bound to the table at hand.
struct Column {
    heading: String,
    field: Option<&'static Field>,
    show: Show,
    /// Whether a formula guard looks at it: numbers and dates are no texts.
    is_text: bool,
}

enum Show {
    Nothing,
    Counter,
    Constant(String),
    Value(Bound),
    Date(Bound, Vec<DatePiece>),
}

/// Why a record cannot be a line.
struct Refusal {
    column: usize,
    fault: Fault,
}

enum Fault {
    FormulaLike,
    Unspellable(char),
}

impl Delimited {
    /// Begins the output. No file is made before the first record.
    ///
    /// # Errors
    /// The encoding cannot be written.
    pub(super) fn new(
        target: &Arc<Target>,
        style: &CsvStyle,
        path: &Path,
    ) -> Result<Delimited, WriteError> {
        // UTF-16 can be read but, as on the web, not written: its labels give an encoder of UTF-8.
        let encoding = Encoding::for_label(style.encoding.as_bytes())
            .filter(|encoding| encoding.output_encoding() == *encoding)
            .ok_or_else(|| WriteError::Encoding {
                target: target.name.clone(),
                encoding: style.encoding.clone(),
            })?;
        let mut delimited = Delimited {
            gate: Gate::new(target, None),
            style: style.clone(),
            encoding,
            kind: None,
            columns: Vec::new(),
            opening: Vec::new(),
            files: TextFiles::new(path, target.max_rows),
            line: String::new(),
            encoded: Vec::new(),
            target: Arc::clone(target),
        };
        delimited.check_texts()?;
        Ok(delimited)
    }

    /// Headings and constants must be spellable, whatever the records hold.
    fn check_texts(&mut self) -> Result<(), WriteError> {
        let target = Arc::clone(&self.target);
        for column in &target.columns {
            let constant = match &column.source {
                ColumnSource::Constant(text) => text,
                _ => "",
            };
            for text in [column.heading.as_str(), constant] {
                self.encoded.clear();
                if encode(self.encoding, text, &mut self.encoded).is_some() {
                    return Err(WriteError::EncodingOfText {
                        target: target.name.clone(),
                        text: text.to_owned(),
                        encoding: self.encoding.name(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Binds the columns to the batch's table; another kind of records in a canonical format begins
    /// another file, for its headings differ.
    fn bind(&mut self, batch: &Batch) {
        let bound = std::mem::take(&mut self.gate.bound);
        if self.target.columns.is_empty() {
            let kind = self.target.kind.or(batch.kind);
            if self.kind.is_some() && self.kind != kind {
                self.files.close();
            }
            self.kind = kind;
            let of_kind = kind.map(fields::of).unwrap_or_default();
            self.columns = of_kind.iter().map(|field| canonical_column(field, batch)).collect();
        } else {
            let columns = self.target.columns.iter().zip(&bound);
            self.columns = columns
                .map(|(column, bound)| {
                    let bound = Bound { slot: bound.slot, words: bound.words.clone() };
                    target_column(column, bound)
                })
                .collect();
        }
        // The gate looks at what columns show, so it keeps its own.
        self.gate.bound = bound;
        self.opening = self.opening_of_file();
    }

    fn opening_of_file(&mut self) -> Vec<u8> {
        let mut opening = Vec::new();
        if self.style.has_bom && self.encoding == encoding_rs::UTF_8 {
            opening.extend_from_slice("\u{FEFF}".as_bytes());
        }
        if self.style.has_headings {
            let mut line = String::new();
            for (at, column) in self.columns.iter().enumerate() {
                self.push_field(&mut line, at, &column.heading);
            }
            line.push_str(self.style.newline);
            // Checked when the output was made; field names are ASCII.
            encode(self.encoding, &line, &mut opening);
        }
        opening
    }

    fn push_field(&self, line: &mut String, at: usize, text: &str) {
        let delimiter = char::from(self.style.delimiter);
        if at > 0 {
            line.push(delimiter);
        }
        let is_special =
            |byte: u8| matches!(byte, b'"' | b'\r' | b'\n') || byte == self.style.delimiter;
        if !text.bytes().any(is_special) {
            line.push_str(text);
            return;
        }
        line.push('"');
        for (at, part) in text.split('"').enumerate() {
            line.push_str(if at > 0 { "\"\"" } else { "" });
            line.push_str(part);
        }
        line.push('"');
    }

    /// Spells a record as a line in `line`, and in its encoding in `encoded`.
    fn spell(&mut self, batch: &Batch, record: usize) -> Result<(), Refusal> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let mut shown = String::new();
        for (at, column) in self.columns.iter().enumerate() {
            shown.clear();
            self.show(&mut shown, column, batch, record);
            if column.is_text && is_formula_like(&shown) {
                match self.style.formula_guard {
                    FormulaGuard::Hold => {
                        self.line = line;
                        return Err(Refusal { column: at, fault: Fault::FormulaLike });
                    }
                    FormulaGuard::Quote => shown.insert(0, '\''),
                    FormulaGuard::Keep => {}
                }
            }
            self.push_field(&mut line, at, &shown);
        }
        line.push_str(self.style.newline);
        self.encoded.clear();
        let missing = encode(self.encoding, &line, &mut self.encoded);
        self.line = line;
        match missing {
            None => Ok(()),
            Some(letter) => Err(self.unspellable(batch, record, letter)),
        }
    }

    fn show(&self, shown: &mut String, column: &Column, batch: &Batch, record: usize) {
        let value = |bound: &Bound| bound.slot.map(|slot| batch.value(record, slot));
        match &column.show {
            Show::Nothing => {}
            Show::Counter => shown.push_str(&self.files.next_row().0.to_string()),
            Show::Constant(text) => shown.push_str(text),
            Show::Value(bound) => {
                if let Some(value) = value(bound).filter(|value| value.is_present()) {
                    shown.push_str(bound.shown(batch, &value));
                }
            }
            Show::Date(bound, pieces) => {
                if let Some(value) = value(bound) {
                    shown.extend(spelled(pieces, batch.text(&value)));
                }
            }
        }
    }

    /// Finds the column whose text has a character that the encoding lacks.
    fn unspellable(&mut self, batch: &Batch, record: usize, letter: char) -> Refusal {
        let mut shown = String::new();
        let column = self.columns.iter().position(|column| {
            shown.clear();
            self.show(&mut shown, column, batch, record);
            shown.contains(letter)
        });
        Refusal { column: column.unwrap_or_default(), fault: Fault::Unspellable(letter) }
    }

    fn finding(&self, batch: &Batch, record: usize, refusal: &Refusal) -> Option<Finding> {
        let column = self.columns.get(refusal.column)?;
        let head = batch.heads.get(record).copied().unwrap_or_default();
        let value = match &column.show {
            Show::Value(bound) | Show::Date(bound, _) => {
                bound.slot.map(|slot| batch.value(record, slot)).unwrap_or_default()
            }
            _ => crate::model::Value::NOTHING,
        };
        let column_number = if value.is_present() { value.column } else { NO_COLUMN };
        let place = Place { grid: batch.grid, row: head.row, column: column_number };
        let finding = match refusal.fault {
            Fault::FormulaLike => {
                // A canonical format's headings are English names.
                let is_canonical = self.target.columns.is_empty();
                let own = column.field.filter(|_| is_canonical).map(|field| field.label);
                Finding::new(&output::FORMULA_LIKE, place)
                    .arg(own.unwrap_or(&column.heading))
                    .arg(&column.heading)
            }
            Fault::Unspellable(letter) => Finding::new(&output::NOT_IN_ENCODING, place)
                .arg(format!("{letter}（U+{:04X}）", letter as u32))
                .arg(self.encoding.name()),
        };
        Some(match column.field {
            Some(field) => finding.about(field, batch.text(&value)),
            None => finding,
        })
    }
}

fn target_column(column: &super::plan::TargetColumn, bound: Bound) -> Column {
    let field = match &column.source {
        ColumnSource::Field { field, .. } => Some(*field),
        _ => None,
    };
    let show = match (&column.source, &column.style) {
        (ColumnSource::Counter, _) => Show::Counter,
        (ColumnSource::Constant(text), _) => Show::Constant(text.clone()),
        (ColumnSource::Field { .. }, _) if bound.slot.is_none() => Show::Nothing,
        (ColumnSource::Field { .. }, ColumnStyle::DateText(pattern)) => {
            Show::Date(bound, date_pieces(pattern))
        }
        (ColumnSource::Field { .. }, _) => Show::Value(bound),
    };
    let is_text = column.style == ColumnStyle::Text && field.is_none_or(is_text);
    Column { heading: column.heading.clone(), field, show, is_text }
}

fn canonical_column(field: &'static Field, batch: &Batch) -> Column {
    let bound = Bound { slot: batch.slot_of(field.name), words: Vec::new() };
    Column {
        heading: field.name.to_owned(),
        field: Some(field),
        show: if bound.slot.is_some() { Show::Value(bound) } else { Show::Nothing },
        is_text: is_text(field),
    }
}

fn is_text(field: &'static Field) -> bool {
    !matches!(field.kind, FieldType::Halves | FieldType::Integer)
}

/// Whether a spreadsheet that opens the text would take it for a formula.
fn is_formula_like(text: &str) -> bool {
    matches!(text.bytes().next(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// Appends a text in an encoding; gives the first character that the encoding lacks.
fn encode(encoding: &'static Encoding, text: &str, out: &mut Vec<u8>) -> Option<char> {
    if encoding == encoding_rs::UTF_8 {
        out.extend_from_slice(text.as_bytes());
        return None;
    }
    let mut encoder = encoding.new_encoder();
    let (mut rest, from) = (text, out.len());
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
        out.reserve(room.unwrap_or(rest.len() * 4));
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, true);
        match result {
            EncoderResult::InputEmpty if encoding == encoding_rs::GBK => {
                return gbk::refused(text, out.get(from..).unwrap_or_default());
            }
            EncoderResult::InputEmpty => return None,
            EncoderResult::Unmappable(letter) => return Some(letter),
            EncoderResult::OutputFull => rest = rest.get(read..).unwrap_or_default(),
        }
    }
}

impl Output for Delimited {
    fn write(&mut self, batch: &Batch, findings: &mut Vec<Finding>) -> Result<(), WriteError> {
        if self.gate.bind(batch) {
            self.bind(batch);
        }
        for (record, head) in batch.heads.iter().enumerate() {
            if head.is_held || !self.gate.admits(batch, record, findings) {
                self.files.held += 1;
                continue;
            }
            match self.spell(batch, record) {
                Ok(()) => self.files.push(&self.opening, &self.encoded)?,
                Err(refusal) => {
                    self.files.held += 1;
                    findings.extend(self.finding(batch, record, &refusal));
                }
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<Written>, WriteError> {
        self.files.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{
        Output,
        plan::{TargetColumn, TargetFormat},
        trial::{batch, column, csv, target},
    };

    const NAMES: [&str; 4] = ["name", "title", "credits", "training_date"];

    fn columns() -> Vec<TargetColumn> {
        vec![
            column("姓名", 0, "name", ColumnStyle::Text),
            column("职称", 1, "title", ColumnStyle::Text),
            column("学分", 2, "credits", ColumnStyle::Number),
            column("日期", 3, "training_date", ColumnStyle::DateText("YYYY/MM/DD".into())),
        ]
    }

    /// The file's bytes, how many were held, and the findings as `code row args`.
    fn write(
        style: &CsvStyle,
        columns: Vec<TargetColumn>,
        rows: &[&[&str]],
    ) -> (Vec<u8>, u64, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let target = Arc::new(target(TargetFormat::Csv(style.clone()), columns));
        let path = folder.path().join("a.csv");
        let mut output = Delimited::new(&target, style, &path).unwrap();
        let mut findings = Vec::new();
        output.write(&batch(&NAMES, rows), &mut findings).unwrap();
        let written = Box::new(output).finish().unwrap();
        let told = findings.iter().map(|finding| {
            format!(
                "{} {} {}",
                finding.code.name,
                finding.place.a1().unwrap(),
                finding.args.join("|")
            )
        });
        (
            std::fs::read(&path).unwrap_or_default(),
            written.first().map_or(0, |done| done.held),
            told.collect(),
        )
    }

    #[test]
    fn lines_are_quoted_only_where_needed() {
        let rows: &[&[&str]] =
            &[&["张\"三,\n", "医师", "2.5", "2022-03-18"], &["李四", "", "", ""]];
        let (bytes, _, _) = write(&csv("utf-8", FormulaGuard::Hold), columns(), rows);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "姓名,职称,学分,日期\r\n\"张\"\"三,\n\",医师<初>,2.5,2022/03/18\r\n李四,,,\r\n"
        );
    }

    #[test]
    fn a_character_that_the_encoding_lacks_holds_its_row() {
        let rows: &[&[&str]] = &[&["李𫖯", "", "1", ""], &["张三", "", "1", ""]];
        let (bytes, held, findings) = write(&csv("gbk", FormulaGuard::Hold), columns(), rows);
        assert_eq!((held, findings), (1, vec!["not-in-encoding A5 𫖯（U+2B5AF）|GBK".to_owned()]));
        let strict: &[&[&str]] =
            &[&["李䶮", "", "1", ""], &["张€", "", "1", ""], &["张三", "", "1", ""]];
        let (_, held, findings) = write(&csv("gbk", FormulaGuard::Hold), columns(), strict);
        let told = ["not-in-encoding A5 䶮（U+4DAE）|GBK", "not-in-encoding A6 €（U+20AC）|GBK"];
        assert_eq!((held, findings), (2, told.map(str::to_owned).to_vec()));
        let (text, _, had_errors) = encoding_rs::GBK.decode(&bytes);
        assert!(
            !had_errors && text.ends_with("\r\n张三,,1,\r\n") && !text.contains("&#"),
            "{text}"
        );
        let (bytes, held, _) = write(&csv("gb18030", FormulaGuard::Hold), columns(), rows);
        assert!(held == 0 && encoding_rs::GB18030.decode(&bytes).0.contains("李𫖯"));
    }

    #[test]
    fn texts_like_formulas_are_guarded_and_numbers_are_not() {
        let rows: &[&[&str]] = &[&["=1+1", "", "-2", ""], &["张三", "", "-1", ""]];
        for (guard, held, line) in [
            (FormulaGuard::Hold, 1, "张三,,-1,"),
            (FormulaGuard::Quote, 0, "'=1+1,,-2,"),
            (FormulaGuard::Keep, 0, "=1+1,,-2,"),
        ] {
            let (bytes, was_held, findings) = write(&csv("utf-8", guard), columns(), rows);
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(text.lines().nth(1), Some(line));
            assert_eq!(was_held, held);
            assert_eq!(findings.len() as u64, held);
        }
    }

    #[test]
    fn a_formula_in_a_canonical_text_is_told_by_the_label_of_its_field() {
        use crate::model::Lang;
        let folder = tempfile::tempdir().unwrap();
        let style = csv("utf-8", FormulaGuard::Hold);
        let target = Arc::new(target(TargetFormat::Csv(style.clone()), Vec::new()));
        let mut output = Delimited::new(&target, &style, &folder.path().join("a.csv")).unwrap();
        let mut findings = Vec::new();
        output.write(&batch(&["dept"], &[&["=1+1"]]), &mut findings).unwrap();
        let label = fields::find(Kind::Credit, "dept").unwrap().label;
        assert!(findings[0].message(Lang::Zh).starts_with(&format!("“{label}”的内容")));
        assert!(findings[0].message(Lang::En).contains(" dept "));
    }

    #[test]
    fn a_canonical_text_has_all_fields_of_the_kind() {
        let rows: &[&[&str]] = &[&["张三", "医师", "2.5", "2022-03-18"]];
        let style = CsvStyle { has_bom: true, ..csv("utf-8", FormulaGuard::Hold) };
        let (bytes, _, _) = write(&style, Vec::new(), rows);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\u{FEFF}name,id_type,id_no,"), "{text}");
        let count = fields::of(Kind::Credit).len();
        for line in text.lines() {
            assert_eq!(line.split(',').count(), count);
        }
        assert!(
            text.contains("张三,,,") && text.contains(",医师,") && text.contains(",2022-03-18,")
        );
    }

    #[test]
    fn an_encoding_that_cannot_be_written_is_refused() {
        for label in ["utf-16le", "klingon"] {
            let style = csv(label, FormulaGuard::Hold);
            let target = Arc::new(target(TargetFormat::Csv(style.clone()), columns()));
            assert!(Delimited::new(&target, &style, Path::new("a.csv")).is_err(), "{label}");
        }
    }
}
