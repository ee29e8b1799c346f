//! The checked plan of a target, in which nothing can be wrong. Built by `config` from `mappings/targets/*.toml`.

use std::{borrow::Cow, sync::Arc};

use crate::model::{Field, Kind, Standing};

/// How records become one platform's file.
#[derive(Debug)]
pub struct Target {
    /// File name without extension: `national-cme-roster`.
    pub name: String,
    /// What people call it: Chinese, English.
    pub label: [String; 2],
    /// Whether the shipped template stands in for an official blank that is not public.
    pub is_stand_in: bool,
    /// Kind of the records it takes; `None` takes every kind (canonical formats).
    pub kind: Option<Kind>,
    /// The container.
    pub format: TargetFormat,
    /// The columns, in the order of the file; empty for canonical formats (all fields of the kind).
    pub columns: Vec<TargetColumn>,
    /// Fields that must have a value though no column shows them.
    pub requires: Vec<&'static Field>,
    /// Most rows that one file may hold; further rows go to `NAME-2` … .
    pub max_rows: Option<u32>,
    /// Which records of a corrected document it takes.
    pub takes: Takes,
    /// SHA-256 of the file's text (and template), for the report.
    pub digest: String,
}

/// Which records a platform takes of a document that corrects an accepted one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Takes {
    /// The complete roster, every time.
    #[default]
    Whole,
    /// Only records that it does not have yet.
    Added,
    /// New records and changed ones.
    Changes,
}

impl Takes {
    /// Whether a record goes into the file.
    pub fn wants(self, standing: Standing) -> bool {
        match self {
            Takes::Whole => true,
            Takes::Added => standing == Standing::New,
            Takes::Changes => standing != Standing::Accepted,
        }
    }
}

/// The container of a target's file.
#[derive(Debug)]
pub enum TargetFormat {
    /// A template workbook whose one sheet is filled.
    Xlsx(Template),
    /// Delimited text.
    Csv(CsvStyle),
    /// One JSON object per line, UTF-8.
    JsonLines,
}

impl TargetFormat {
    /// The extension of its files, without the dot.
    pub fn extension(&self) -> &'static str {
        match self {
            TargetFormat::Xlsx(_) => "xlsx",
            TargetFormat::Csv(_) => "csv",
            TargetFormat::JsonLines => "jsonl",
        }
    }
}

/// A template workbook.
#[derive(Debug)]
pub struct Template {
    /// The workbook's bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Where it came from, for messages.
    pub path: String,
    /// Name of the sheet to fill.
    pub sheet: String,
    /// Row of the headings, from 1; every target column's heading must stand there.
    pub heading_row: u32,
    /// First row to fill, from 1.
    pub first_row: u32,
}

/// The style of a delimited text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvStyle {
    /// WHATWG label of the encoding: `gbk`, `gb18030`, `utf-8`.
    pub encoding: String,
    /// Whether UTF-8 begins with a byte order mark.
    pub has_bom: bool,
    /// The delimiter.
    pub delimiter: u8,
    /// Whether the first line holds the headings.
    pub has_headings: bool,
    /// Line end: `\r\n` or `\n`.
    pub newline: &'static str,
    /// What happens to a text that a spreadsheet would take for a formula.
    pub formula_guard: FormulaGuard,
}

/// What happens to a text value that starts with `= + - @`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormulaGuard {
    /// The record is held.
    Hold,
    /// A `'` is put before it.
    Quote,
    /// It is written as it is.
    Keep,
}

/// One column of a target.
#[derive(Debug)]
pub struct TargetColumn {
    /// Heading as it stands in the template or the first line.
    pub heading: String,
    /// Column in the template, from 0.
    pub column: u16,
    /// What it shows.
    pub source: ColumnSource,
    /// How it is written.
    pub style: ColumnStyle,
    /// A record without a value here is held from this output.
    pub is_required: bool,
    /// Most characters the platform takes.
    pub max_chars: Option<u32>,
}

/// What a target column shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnSource {
    /// The number of the row in the output, from 1.
    Counter,
    /// A field; choices are spelled as the named spelling set has it (`code` for the code, else the label).
    Field {
        /// The field.
        field: &'static Field,
        /// The spelling set.
        spelling: Option<Arc<str>>,
    },
    /// The same text in every row.
    Constant(String),
}

/// How a target column is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnStyle {
    /// As text, never as a number or formula.
    Text,
    /// As a number.
    Number,
    /// As text, from a date, by a pattern of `YYYY`, `MM`, `DD`: `YYYY年MM月DD日`.
    DateText(String),
    /// As a serial day (the template's number format shows it).
    DateNumber,
}
