//! Reads an input mapping file into an [`InputMapping`].

use super::{Catalogue, FileKind, column, example, keys, shape, source, source::Source};
use crate::{
    mapping::plan::{Column, InputMapping, RowMarks},
    model::{Field, Kind, Severity},
    spec::{self, Lints, Table},
};

/// Encodings that a text document may be said to have, by their WHATWG labels.
pub(super) const ENCODINGS: [&str; 5] = ["utf-8", "gbk", "gb18030", "utf-16le", "utf-16be"];

/// Parses an input mapping. `is_thorough` also opens the targets it names (`mapping check`); a run opens
/// only the targets it writes.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn parse(
    source: &Source,
    catalogue: &Catalogue,
    is_thorough: bool,
) -> Result<InputMapping, Lints> {
    spec::read(&source.path, &source.text, |table| {
        let label = keys::label(table);
        let kind = kind(table);
        let columns = column::read_all(table, kind, catalogue);
        let key_any = keys::field_list(table, "key_any", kind);
        check_keys(table, &columns, &key_any);
        let unique = keys::field_list(table, "unique", kind);
        let unique_compare = keys::field_list(table, "unique_compare", kind);
        if unique.is_empty() && !unique_compare.is_empty() {
            let (zh, en) = ("unique_compare 需要 unique", "unique_compare needs unique");
            table.lint("unique_compare", zh, en);
        }
        let mapping = InputMapping {
            name: source.name.clone(),
            label,
            kind: kind.unwrap_or(Kind::Person),
            rows: rows(table),
            unique,
            unique_compare,
            id_checksum: table.choice("id_checksum", keys::SEVERITIES).unwrap_or(Severity::Error),
            id_widened: table.choice("id_widened", keys::SEVERITIES).unwrap_or(Severity::Warning),
            checks_id_against_sex: table.boolean("checks_id_against_sex").unwrap_or(true),
            is_only_named: table.boolean("only_named").unwrap_or(false),
            outputs: outputs(table, kind, catalogue, is_thorough),
            encoding: encoding(table, "encoding"),
            delimiter: delimiter(table),
            fixed: shape::fixed(table, &columns),
            record_paths: shape::record_paths(table),
            examples: example::read_all(table, kind, &columns),
            digest: source::digest(&[source.text.as_bytes()]),
            learnt: Default::default(),
            key_any,
            columns,
        };
        kind.map(|_| mapping)
    })
}

fn kind(table: &Table<'_>) -> Option<Kind> {
    if !table.has("kind") {
        table.lint("kind", "缺少“kind”", "kind is missing");
    }
    keys::kind(table, "kind")
}

/// Each of them must have a column.
fn check_keys(table: &Table<'_>, columns: &[Column], key_any: &[&'static Field]) {
    for field in key_any {
        if !columns.iter().any(|column| column.field == *field) {
            let name = field.name;
            let (zh, en) = (
                format!("本映射没有字段 {name} 的列"),
                format!("no column of this mapping fills {name}"),
            );
            table.lint("key_any", zh, en);
        }
    }
}

fn rows(table: &Table<'_>) -> RowMarks {
    let Some(rows) = table.table("rows") else { return RowMarks::default() };
    let mut seen: Vec<String> = Vec::new();
    let [footers, subtotals, samples] = ["footers", "subtotals", "samples"].map(|key| {
        let mut marks = Vec::new();
        for word in rows.words(key) {
            let mark: String = word.text.chars().filter(|letter| !letter.is_whitespace()).collect();
            if mark.is_empty() {
                rows.lint_at(word.at, "标记不能为空", "a mark must not be empty");
            } else if seen.contains(&mark) {
                rows.lint_at(
                    word.at,
                    format!("标记“{mark}”重复"),
                    format!("mark {mark} stands twice"),
                );
            } else {
                seen.push(mark.clone());
                marks.push(mark);
            }
        }
        marks
    });
    rows.close();
    RowMarks { footers, subtotals, samples }
}

fn outputs(
    table: &Table<'_>,
    kind: Option<Kind>,
    catalogue: &Catalogue,
    is_thorough: bool,
) -> Vec<String> {
    let words = table.words("outputs");
    if !table.has("outputs") {
        let (zh, en) = (
            "缺少 outputs（默认写出的目标）",
            "outputs is missing: the targets written by default",
        );
        table.lint("outputs", zh, en);
    }
    let mut outputs = Vec::new();
    for word in words {
        let names = catalogue.names(FileKind::Target);
        if !names.contains(&word.text.as_str()) {
            table.unknown_at(word.at, &word.text, names);
        } else if is_thorough
            && let (Ok(target), Some(kind)) = (catalogue.target(&word.text), kind)
            && let Some(takes) = target.kind.filter(|takes| *takes != kind)
        {
            let name = &word.text;
            table.lint_at(
                word.at,
                format!("目标 {name} 只收“{}”，本映射产生“{}”", takes.label(), kind.label()),
                format!("target {name} takes {}, this mapping makes {}", takes.name(), kind.name()),
            );
        }
        outputs.push(word.text);
    }
    outputs
}

/// One of [`ENCODINGS`].
pub(super) fn encoding(table: &Table<'_>, key: &'static str) -> Option<String> {
    let word = table.string(key)?;
    if !ENCODINGS.contains(&word.as_str()) {
        table.unknown(key, &word, ENCODINGS);
    }
    Some(word)
}

/// One letter.
pub(super) fn delimiter(table: &Table<'_>) -> Option<char> {
    let text = table.string("delimiter")?;
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_alphanumeric() && !"\"\r\n".contains(letter) => {
            Some(letter)
        }
        _ => {
            let (zh, en) = (
                "delimiter 应为一个符号，如 \",\" 或 \"\\t\"",
                "delimiter must be one sign such as \",\" or \"\\t\"",
            );
            table.lint("delimiter", zh, en);
            None
        }
    }
}
