//! Reads `[[columns]]` of a target.

use std::sync::Arc;

use super::{Catalogue, keys};
use crate::{
    mapping::plan::normalise_heading,
    model::{Dictionary, Entry, Field, FieldType, Kind, grid::column_number},
    spec::Table,
    write::plan::{ColumnSource, ColumnStyle, TargetColumn},
};

/// Reads all columns. `headings` are those of the template, if there is one: each column must find its own there.
pub(super) fn read_all(
    table: &Table<'_>,
    kind: Option<Kind>,
    headings: Option<&[(u16, String)]>,
    catalogue: &Catalogue,
) -> Vec<TargetColumn> {
    let tables = table.tables("columns");
    if table.has("columns") && tables.is_empty() {
        table.lint("columns", "columns 是空的", "columns is empty");
    }
    let mut columns: Vec<TargetColumn> = Vec::with_capacity(tables.len());
    for (at, column) in tables.into_iter().enumerate() {
        let source = source(&column, kind, catalogue);
        let style = style(&column, source.as_ref());
        let place = place(&column, headings, at, &columns);
        let is_required = column.boolean("required").unwrap_or(false);
        let max_chars = max_chars(&column);
        if let (Some(source), Some((heading, at))) = (source, place) {
            columns.push(TargetColumn {
                heading,
                column: at,
                source,
                style,
                is_required,
                max_chars,
            });
        }
        column.close();
    }
    columns
}

/// The column's heading and number.
fn place(
    table: &Table<'_>,
    headings: Option<&[(u16, String)]>,
    at: usize,
    before: &[TargetColumn],
) -> Option<(String, u16)> {
    let heading = table.required_string("heading");
    let letters = table.string("column");
    let heading = heading?;
    let found = match (headings, letters) {
        (Some(headings), Some(letters)) => lettered(table, headings, &heading, &letters),
        (Some(headings), None) => headed(table, headings, &heading),
        (None, Some(_)) => {
            let (zh, en) = ("只有模板目标可以写 column", "only a template's column takes column");
            table.lint("column", zh, en);
            None
        }
        (None, None) => {
            if before.iter().any(|other| other.heading == heading) {
                let (zh, en) =
                    (format!("表头“{heading}”重复"), format!("heading {heading} stands twice"));
                table.lint("heading", zh, en);
            }
            u16::try_from(at).ok().map(|at| (heading, at))
        }
    };
    if headings.is_some()
        && let Some((heading, at)) = &found
        && before.iter().any(|other| other.column == *at)
    {
        let (zh, en) = (
            format!("模板的“{heading}”列已有来源"),
            format!("the template's column {heading} is already filled"),
        );
        table.lint("heading", zh, en);
    }
    found
}

fn headed(table: &Table<'_>, headings: &[(u16, String)], heading: &str) -> Option<(String, u16)> {
    let wanted = normalise_heading(heading);
    let mut found = headings.iter().filter(|(_, text)| normalise_heading(text) == wanted);
    let first = found.next();
    if first.is_none() {
        table.unknown("heading", heading, headings.iter().map(|(_, text)| text.as_str()));
    }
    if found.next().is_some() {
        let (zh, en) = (
            format!("模板有几列都叫“{heading}”，请用 column 指明"),
            format!("the template has several columns {heading}; say which with column"),
        );
        table.lint("heading", zh, en);
    }
    first.map(|(at, text)| (text.clone(), *at))
}

fn lettered(
    table: &Table<'_>,
    headings: &[(u16, String)],
    heading: &str,
    letters: &str,
) -> Option<(String, u16)> {
    let found = column_number(letters)
        .and_then(|number| headings.iter().find(|(at, _)| *at == number))
        .filter(|(_, text)| normalise_heading(text) == normalise_heading(heading));
    if found.is_none() {
        let (zh, en) = (
            format!("模板的 {letters} 列不叫“{heading}”"),
            format!("the template's column {letters} is not called {heading}"),
        );
        table.lint("column", zh, en);
    }
    found.map(|(at, text)| (text.clone(), *at))
}

/// Exactly one of `field`, `constant`, `counter`.
fn source(table: &Table<'_>, kind: Option<Kind>, catalogue: &Catalogue) -> Option<ColumnSource> {
    let given = ["field", "constant", "counter"].map(|key| table.has(key));
    if given.iter().filter(|given| **given).count() != 1 {
        let (zh, en) = (
            "每列应写 field、constant、counter 之一",
            "a column must say one of field, constant, counter",
        );
        table.lint("heading", zh, en);
    }
    let counter = table.boolean("counter");
    if counter == Some(false) {
        table.lint("counter", "counter 只能写 true", "counter can only be true");
    }
    let constant = table.string("constant");
    let field = table
        .string("field")
        .and_then(|name| keys::field(table, table.place("field"), &name, kind));
    let spelling = spelling(table, field, catalogue);
    match (field, constant, counter) {
        (Some(field), _, _) => Some(ColumnSource::Field { field, spelling }),
        (None, Some(text), _) => Some(ColumnSource::Constant(text)),
        (None, None, Some(_)) => Some(ColumnSource::Counter),
        (None, None, None) => None,
    }
}

fn spelling(
    table: &Table<'_>,
    field: Option<&'static Field>,
    catalogue: &Catalogue,
) -> Option<Arc<str>> {
    let set = table.string("spelling");
    let dictionary = table
        .string("dictionary")
        .and_then(|name| keys::dictionary(table, "dictionary", &name, catalogue));
    let set = set?;
    if field.is_some_and(|field| field.kind != FieldType::Choice) {
        table.lint("spelling", "只有选项字段可以写 spelling", "only a choice takes a spelling");
    } else if !matches!(set.as_str(), "code" | "label") {
        match &dictionary {
            Some(dictionary) => check_set(table, &set, dictionary),
            None if table.has("dictionary") => {}
            None => {
                let (zh, en) = (
                    "spelling 应写明所属的 dictionary",
                    "a spelling needs the dictionary that has it",
                );
                table.lint("spelling", zh, en);
            }
        }
    }
    // The label is what stands without a set.
    (set != "label").then(|| set.into())
}

/// A set (or attribute used as one) must stand in every entry, or labels would slip in among codes.
fn check_set(table: &Table<'_>, set: &str, dictionary: &Dictionary) {
    let says = |entry: &&Entry| {
        let mut names = entry.spellings.iter().chain(&entry.attributes);
        names.any(|(name, _)| name == set)
    };
    if !dictionary.entries.iter().any(|entry| says(&entry)) {
        let mut sets = vec!["code", "label"];
        for entry in &dictionary.entries {
            let names = entry.spellings.iter().chain(&entry.attributes);
            sets.extend(names.map(|(name, _)| name.as_str()));
        }
        sets.sort_unstable();
        sets.dedup();
        table.unknown("spelling", set, sets);
    } else if let Some(entry) = dictionary.entries.iter().find(|entry| !says(entry)) {
        let label = &entry.label;
        table.lint(
            "spelling",
            format!("字典条目“{label}”没有写法 {set}"),
            format!("entry {label} of the dictionary has no spelling {set}"),
        );
    }
}

#[derive(Clone, Copy)]
enum Style {
    Text,
    Number,
    DateText,
    Date,
}

fn style(table: &Table<'_>, source: Option<&ColumnSource>) -> ColumnStyle {
    const STYLES: &[(&str, Style)] = &[
        ("text", Style::Text),
        ("number", Style::Number),
        ("date-text", Style::DateText),
        ("date", Style::Date),
    ];
    let style = table.choice("style", STYLES);
    let pattern = table.string("pattern");
    let kind = match source {
        Some(ColumnSource::Field { field, .. }) => Some(field.kind),
        _ => None,
    };
    let is_number = matches!(kind, Some(FieldType::Halves | FieldType::Integer))
        || matches!(source, Some(ColumnSource::Counter));
    let is_date = matches!(kind, Some(FieldType::Date | FieldType::DateTime));
    let (is_apt, zh, en) = match style {
        Some(Style::Number) => (is_number, "这一列不是数字", "this column has no number"),
        Some(Style::DateText | Style::Date) => {
            (is_date, "这一列不是日期", "this column has no date")
        }
        Some(Style::Text) | None => (true, "", ""),
    };
    if !is_apt && source.is_some() {
        table.lint("style", zh, en);
    }
    if pattern.is_some() && !matches!(style, Some(Style::DateText)) {
        let (zh, en) =
            ("pattern 需要 style = \"date-text\"", "pattern needs style = \"date-text\"");
        table.lint("pattern", zh, en);
    }
    match style {
        Some(Style::Number) => ColumnStyle::Number,
        Some(Style::Date) => ColumnStyle::DateNumber,
        Some(Style::DateText) => ColumnStyle::DateText(date_pattern(table, pattern)),
        // Counters are numbers unless the file says otherwise.
        None if matches!(source, Some(ColumnSource::Counter)) => ColumnStyle::Number,
        Some(Style::Text) | None => ColumnStyle::Text,
    }
}

fn date_pattern(table: &Table<'_>, pattern: Option<String>) -> String {
    let pattern = pattern.unwrap_or_else(|| "YYYY-MM-DD".to_owned());
    let rest =
        ["YYYY", "MM", "DD"].iter().fold(pattern.clone(), |rest, part| rest.replacen(part, "", 1));
    if !pattern.contains("YYYY") || rest.contains(['Y', 'M', 'D']) {
        let (zh, en) = (
            "pattern 由 YYYY、MM、DD 各至多一次组成",
            "pattern is made of YYYY, MM, DD, each at most once",
        );
        table.lint("pattern", zh, en);
    }
    pattern
}

fn max_chars(table: &Table<'_>) -> Option<u32> {
    let number = table.integer("max_chars")?;
    let checked = u32::try_from(number).ok().filter(|chars| (1..=32_767).contains(chars));
    if checked.is_none() {
        let (zh, en) = ("max_chars 应在 1 至 32767 之间", "max_chars must lie between 1 and 32767");
        table.lint("max_chars", zh, en);
    }
    checked
}
