//! Reads what an input mapping says of documents that do not show their columns or records: `[fixed]`, `records`.

use crate::{
    mapping::plan::{Column, FixedColumns, normalise_heading},
    spec::Table,
};

/// Widest column, in bytes or characters.
const WIDEST: i64 = 4096;
/// Most columns.
const MOST_COLUMNS: usize = 512;

/// `[fixed]`: columns of a text without delimiters. `known` are the mapping's columns.
pub(super) fn fixed(table: &Table<'_>, known: &[Column]) -> Option<FixedColumns> {
    let fixed = table.table("fixed")?;
    let counts_bytes = fixed.choice("counts", &[("bytes", true), ("characters", false)]);
    let mut columns: Vec<(String, u16)> = Vec::new();
    for column in fixed.tables("columns") {
        let heading = column.required_string("heading").unwrap_or_default();
        let width = width(&column);
        let is_twice = columns.iter().any(|(other, _)| *other == heading);
        if heading.trim().is_empty() && column.has("heading") {
            column.lint("heading", "表头不能为空", "a heading must not be empty");
        } else if is_twice {
            let (zh, en) =
                (format!("表头“{heading}”重复"), format!("heading {heading} stands twice"));
            column.lint("heading", zh, en);
        }
        columns.push((heading, width));
        column.close();
    }
    check(table, &fixed, &columns, known);
    fixed.close();
    Some(FixedColumns { columns, counts_bytes: counts_bytes.unwrap_or(true) })
}

fn width(column: &Table<'_>) -> u16 {
    if !column.has("width") {
        column.lint("width", "缺少“width”（列宽）", "width is missing");
    }
    super::keys::bounded(column, "width", 1, WIDEST).unwrap_or(1) as u16
}

fn check(table: &Table<'_>, fixed: &Table<'_>, columns: &[(String, u16)], known: &[Column]) {
    if table.has("delimiter") {
        let (zh, en) = (
            "有 [fixed] 就没有分隔符，请删去 delimiter",
            "a text of fixed columns has no delimiter; take one of the two away",
        );
        table.lint("delimiter", zh, en);
    }
    if columns.is_empty() || columns.len() > MOST_COLUMNS {
        let (zh, en) = (
            format!("columns 应有 1 至 {MOST_COLUMNS} 列，如 {{ heading = \"姓名\", width = 10 }}"),
            format!(
                "columns needs 1 to {MOST_COLUMNS} columns such as {{ heading = \"姓名\", width = 10 }}"
            ),
        );
        fixed.lint("columns", zh, en);
        return;
    }
    let is_known = |heading: &str| {
        let heading = normalise_heading(heading);
        known.iter().any(|column| column.headings.contains(&heading))
    };
    if !columns.iter().any(|(heading, _)| is_known(heading)) {
        let (zh, en) = ("这些表头本映射一个也不认识", "this mapping knows none of these headings");
        fixed.lint("columns", zh, en);
    }
}

/// `records`: paths such as `/root/list/person` or `/data/rows`.
pub(super) fn record_paths(table: &Table<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    for word in table.words("records") {
        let names = word.text.strip_prefix('/');
        let is_path = names.is_some_and(|names| {
            names.is_empty() || names.split('/').all(|name| !name.trim().is_empty())
        });
        if !is_path {
            let (zh, en) = (
                format!("“{}”应写成从根开始的路径，如 \"/root/person\"", word.text),
                format!("{:?} must be a path from the root such as \"/root/person\"", word.text),
            );
            table.lint_at(word.at, zh, en);
        } else if paths.contains(&word.text) {
            let (zh, en) =
                (format!("路径“{}”重复", word.text), format!("path {} stands twice", word.text));
            table.lint_at(word.at, zh, en);
        }
        paths.push(word.text);
    }
    paths
}
