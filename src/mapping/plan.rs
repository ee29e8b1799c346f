//! The checked plan of an input mapping, in which nothing can be wrong. Built by `config` from `mappings/inputs/*.toml`.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::model::{Dictionary, Field, Kind, Severity};

/// How a layout's columns become the fields of one record kind.
#[derive(Debug)]
pub struct InputMapping {
    /// File name without extension: `learner-address-book`.
    pub name: String,
    /// What people call it: Chinese, English.
    pub label: [String; 2],
    /// Kind of the records it makes.
    pub kind: Kind,
    /// The columns it knows, in the order of the file.
    pub columns: Vec<Column>,
    /// Fields of which at least one must have a column, beside the key columns: a roster has an ID number or
    /// a phone or a card number. Empty: the key columns suffice.
    pub key_any: Vec<&'static Field>,
    /// Which rows of the table are not records.
    pub rows: RowMarks,
    /// Fields that together name one record; a repeat is a finding. Empty: repeats are not looked for.
    pub unique: Vec<&'static Field>,
    /// Fields in which repeats may not differ (usually the credits); empty: any difference counts.
    pub unique_compare: Vec<&'static Field>,
    /// Severity of a wrong ID checksum.
    pub id_checksum: Severity,
    /// Severity of a 15-digit ID number, which is widened to 18 digits; an error where the platform refuses people
    /// whose number nobody has seen in full.
    pub id_widened: Severity,
    /// Whether sex and birthday must agree with the ID number.
    pub checks_id_against_sex: bool,
    /// Whether it is tried only where it is named: `--input`, a route's `inputs`, or a document handed in by `--with`.
    pub is_only_named: bool,
    /// Targets written when the caller names none.
    pub outputs: Vec<String>,
    /// Encoding to use for text documents, instead of finding it.
    pub encoding: Option<String>,
    /// Delimiter to use for text documents, instead of finding it.
    pub delimiter: Option<char>,
    /// Columns of a text without delimiters; used when this mapping is the only one that can be meant.
    pub fixed: Option<FixedColumns>,
    /// Where the records of an XML or JSON export are: `/root/list/person`, the first that occurs.
    pub record_paths: Vec<String>,
    /// Examples that `mapping check` and the tests run.
    pub examples: Vec<Example>,
    /// SHA-256 of the file's text, for the report.
    pub digest: String,
    /// What each heading means; filled by [`InputMapping::meanings`] on first use.
    pub learnt: Learnt,
}

/// What the headings of a mapping mean, gathered once and then shared by all documents.
#[derive(Debug, Default)]
pub struct Learnt(OnceLock<FxHashMap<String, Vec<usize>>>);

impl InputMapping {
    /// All known headings, normalised, and the indexes of the columns that each may mean, the first one first.
    pub fn meanings(&self) -> &FxHashMap<String, Vec<usize>> {
        self.learnt.0.get_or_init(|| {
            let mut meanings: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (index, column) in self.columns.iter().enumerate() {
                for heading in &column.headings {
                    let known = meanings.entry(heading.clone()).or_default();
                    if !known.contains(&index) {
                        known.push(index);
                    }
                }
            }
            meanings
        })
    }

    /// The columns that a normalised heading may mean; none if it is not known.
    pub fn meaning(&self, heading: &str) -> &[usize] {
        self.meanings().get(heading).map_or(&[], Vec::as_slice)
    }
}

/// Columns of a text in which every column has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedColumns {
    /// Heading and width of each column from the left; the last takes what is left of the line.
    pub columns: Vec<(String, u16)>,
    /// Whether widths count bytes of the file's encoding or characters.
    pub counts_bytes: bool,
}

/// One column that a mapping knows.
#[derive(Debug)]
pub struct Column {
    /// The field it fills.
    pub field: &'static Field,
    /// Headings that mean it, normalised by [`normalise_heading`].
    pub headings: Vec<String>,
    /// A document without this column does not have this layout.
    pub is_key: bool,
    /// A record without a value here is an error. Says nothing of documents that lack the column: what must be
    /// there in any case is for the target to say (`requires`, required columns), so that a roster
    /// without 学历 can still become a file that shows no 学历.
    pub is_required: bool,
    /// The dictionary of a choice.
    pub dictionary: Option<Arc<Dictionary>>,
    /// Cleaning before the value is read, in this order.
    pub clean: Vec<Clean>,
    /// Allowed numbers (same unit as [`crate::model::Value::number`]: halves for credits), both ends included.
    pub range: Option<(i32, i32)>,
    /// Whether a blank cell takes the value above (vertical merges are always filled).
    pub fills_down: bool,
    /// Value of every record whose cell is blank, also of all records of a document without this column.
    pub default: Option<String>,
    /// Severity when a choice is not in its dictionary, or a value would not convert.
    pub severity: Severity,
}

/// Cleaning steps, a closed list; each is pure and documented by its name in the mapping files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clean {
    /// Takes a prefix away, if it is there: `prefix:身份证：`.
    Prefix(String),
    /// Takes a suffix away, if it is there: `suffix:学分`.
    Suffix(String),
    /// Full-width letters, digits and signs become half-width: `half-width`.
    HalfWidth,
    /// All spaces go: `no-spaces`.
    NoSpaces,
    /// Text in brackets at the end goes: `no-brackets`.
    NoBrackets,
    /// Upper case: `upper`.
    Upper,
}

/// Words that mark rows which are not records. Matched on the row's first non-blank cell, spaces removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowMarks {
    /// Begins a footer; the table ends: 填表人, 审核人, 盖章, 说明 …
    pub footers: Vec<String>,
    /// A subtotal row: 小计, 合计, 总计 …
    pub subtotals: Vec<String>,
    /// A sample row, by its mark only, never by a name: 示例, 样例, 填写示例 …
    pub samples: Vec<String>,
}

/// One example of a mapping: a heading row and a row of cells, and what must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Heading texts.
    pub headings: Vec<String>,
    /// Cell texts, one per heading.
    pub cells: Vec<String>,
    /// Field name → canonical text that must come out; fields not named are not looked at.
    pub record: Vec<(String, String)>,
    /// `code @ column letter` of every error and warning that must be found, sorted.
    pub findings: Vec<String>,
    /// Line of the example in its file, for lints.
    pub line: u32,
}

/// Normalises a heading for comparison: full-width to half-width, spaces and line breaks removed, a
/// trailing `(必填)`, `*`, `：` dropped, Latin letters lower-case.
pub fn normalise_heading(heading: &str) -> String {
    let mut text = String::with_capacity(heading.len());
    let plain = heading
        .chars()
        .map(|letter| match letter {
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter).to_ascii_lowercase()
            }
            _ => letter.to_ascii_lowercase(),
        })
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, '\u{200B}' | '\u{FEFF}' | '*' | '﹡' | '※')
        });
    text.extend(plain);
    // Few headings have brackets; the others need no search.
    if text.contains(['(', '[', '【']) {
        for mark in ["(必填)", "(必填项)", "[必填]", "【必填】", "(选填)", "(必录)"]
        {
            if let Some(at) = text.find(mark) {
                text.replace_range(at..at + mark.len(), "");
            }
        }
    }
    while let Some(rest) = text.strip_suffix([':', '、', ',']) {
        text.truncate(rest.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::normalise_heading;

    #[test]
    fn headings_are_compared_without_their_dress() {
        for (heading, plain) in [
            ("身份证\n号", "身份证号"),
            ("* 姓　名（必填）：", "姓名"),
            ("ＩＣ卡号", "ic卡号"),
            ("学分(分)", "学分(分)"),
        ] {
            assert_eq!(normalise_heading(heading), plain);
        }
    }
}
