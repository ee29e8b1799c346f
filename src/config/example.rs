//! Reads `[[examples]]` of an input mapping.

use super::keys;
use crate::{
    mapping::plan::{Column, Example, normalise_heading},
    model::{Kind, grid::column_number},
    spec::{Table, Word},
};

/// Reads all examples. One that leaves `headings` out has those of the example before it.
pub(super) fn read_all(table: &Table<'_>, kind: Option<Kind>, columns: &[Column]) -> Vec<Example> {
    let mut headings = Vec::new();
    let mut examples = Vec::new();
    for example in table.tables("examples") {
        if example.has("headings") {
            headings = example.words("headings").into_iter().map(|word| word.text).collect();
        }
        examples.push(read(&example, kind, columns, &headings));
        example.close();
    }
    examples
}

fn read(table: &Table<'_>, kind: Option<Kind>, columns: &[Column], headings: &[String]) -> Example {
    let cells: Vec<String> = table.words("cells").into_iter().map(|word| word.text).collect();
    if cells.len() != headings.len() {
        let (cells, headings) = (cells.len(), headings.len());
        table.lint(
            "cells",
            format!("示例有 {headings} 个表头，却有 {cells} 个单元格"),
            format!("the example has {headings} headings but {cells} cells"),
        );
    }
    let known = |heading: &&String| {
        let heading = normalise_heading(heading);
        columns.iter().any(|column| column.headings.contains(&heading))
    };
    if !headings.is_empty() && !headings.iter().any(|heading| known(&heading)) {
        let (zh, en) =
            ("示例的表头本映射一个也不认识", "this mapping knows none of the example's headings");
        table.lint("headings", zh, en);
    }
    let record = record(table, kind, columns);
    let mut findings = findings(table, headings.len());
    findings.sort();
    if record.is_empty() && findings.is_empty() {
        let (zh, en) =
            ("示例应写 record 或 findings", "the example says neither record nor findings");
        table.lint("cells", zh, en);
    }
    Example { headings: headings.to_vec(), cells, record, findings, line: table.line() }
}

fn record(table: &Table<'_>, kind: Option<Kind>, columns: &[Column]) -> Vec<(String, String)> {
    let mut record = Vec::new();
    for (name, text) in table.placed_pairs("record") {
        let Some(field) = keys::field(table, name.at, &name.text, kind) else { continue };
        if !columns.iter().any(|column| column.field == field) {
            let (zh, en) = (
                format!("本映射没有字段 {} 的列", field.name),
                format!("no column of this mapping fills {}", field.name),
            );
            table.lint_at(name.at, zh, en);
        }
        record.push((name.text, text));
    }
    record
}

fn findings(table: &Table<'_>, width: usize) -> Vec<String> {
    let mut findings = Vec::new();
    for word in table.words("findings") {
        if is_finding(&word, width) {
            findings.push(word.text);
        } else {
            table.lint_at(
                word.at,
                format!("“{}”应写成“代码 @ 列字母”（或 @ row），且列在表头之内", word.text),
                format!("{:?} must read `code @ COLUMN`, with a column of the headings, or `code @ row`", word.text),
            );
        }
    }
    findings
}

/// `code @ C`, or `code @ row` for a finding about the whole row.
fn is_finding(word: &Word, width: usize) -> bool {
    let Some((code, column)) = word.text.split_once(" @ ") else { return false };
    let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_code = code.bytes().all(|letter| is_letter(letter) || letter == b'-');
    let is_column = column.bytes().all(|letter| letter.is_ascii_uppercase())
        && column_number(column).is_some_and(|column| usize::from(column) < width);
    !code.is_empty() && is_code && (is_column || column == "row")
}
