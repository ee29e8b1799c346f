//! Reads `[[columns]]` of an input mapping.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Catalogue, keys};
use crate::{
    mapping::plan::{Clean, Column, normalise_heading},
    model::{Dictionary, Field, FieldType, Kind, Severity},
    spec::{Table, Word},
};

/// Reads all columns; a heading may be claimed by one column only, a field be filled by one only.
pub(super) fn read_all(
    table: &Table<'_>,
    kind: Option<Kind>,
    catalogue: &Catalogue,
) -> Vec<Column> {
    let mut claims = FxHashMap::default();
    let mut columns: Vec<Column> = Vec::new();
    let tables = table.tables("columns");
    // Without a key column every document would have this layout.
    let has_key = tables.iter().any(|column| column.boolean("key") == Some(true));
    if tables.is_empty() {
        table.lint("columns", "缺少 [[columns]]", "there are no [[columns]]");
    } else if !has_key && !table.has("key_any") {
        let (zh, en) = ("至少一列应写 key = true", "at least one column must say key = true");
        table.lint("columns", zh, en);
    }
    for column in tables {
        let read = read(&column, kind, catalogue, &mut claims);
        if let Some(read) = read {
            if columns.iter().any(|other| other.field == read.field) {
                let name = read.field.name;
                let (zh, en) = (
                    format!("字段 {name} 已有另一列"),
                    format!("field {name} already has a column"),
                );
                column.lint("field", zh, en);
            }
            columns.push(read);
        }
        column.close();
    }
    columns
}

/// Normalised heading → field that claimed it.
type Claims = FxHashMap<String, &'static str>;

fn read(
    table: &Table<'_>,
    kind: Option<Kind>,
    catalogue: &Catalogue,
    claims: &mut Claims,
) -> Option<Column> {
    let field = table
        .required_string("field")
        .and_then(|name| keys::field(table, table.place("field"), &name, kind));
    let dictionary = dictionary(table, field, catalogue);
    let default = table.string("default");
    check_default(table, default.as_deref(), dictionary.as_deref());
    let headings = headings(table, field, claims);
    let clean = table.words("clean").iter().filter_map(|word| clean(table, word)).collect();
    let range = range(table, field);
    let [is_key, is_required, fills_down] =
        ["key", "required", "fills_down"].map(|key| table.boolean(key).unwrap_or(false));
    let severity = table.choice("severity", keys::SEVERITIES).unwrap_or(Severity::Error);
    // Only now, so that a wrong field hides no other mistake.
    let field = field?;
    Some(Column {
        field,
        headings,
        is_key,
        is_required,
        dictionary,
        clean,
        range,
        fills_down,
        default,
        severity,
    })
}

/// The headings as written; without them the field's own label and usual synonyms.
fn headings(table: &Table<'_>, field: Option<&'static Field>, claims: &mut Claims) -> Vec<String> {
    let mut words = table.words("headings");
    if !table.has("headings")
        && let Some(field) = field
    {
        let at = table.place("headings");
        let own = std::iter::once(&field.label).chain(field.synonyms);
        words = own.map(|text| Word { text: (*text).to_owned(), at }).collect();
    } else if words.is_empty() && table.has("headings") {
        table.lint("headings", "headings 是空的", "headings is empty");
    }
    let mut headings: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let heading = normalise_heading(&word.text);
        let text = word.text.trim();
        if heading.is_empty() {
            table.lint_at(word.at, "表头不能为空", "a heading must not be empty");
        } else if headings.contains(&heading) {
            let (zh, en) = (
                format!("表头“{text}”与本列前面的相同"),
                format!("heading {text} says the same as an earlier one of this column"),
            );
            table.lint_at(word.at, zh, en);
        } else if let Some(owner) = claims.get(&heading) {
            let (zh, en) = (
                format!("表头“{text}”已属于字段 {owner}"),
                format!("heading {text} already belongs to field {owner}"),
            );
            table.lint_at(word.at, zh, en);
        } else {
            claims.insert(heading.clone(), field.map_or("?", |field| field.name));
            headings.push(heading);
        }
    }
    headings
}

fn dictionary(
    table: &Table<'_>,
    field: Option<&'static Field>,
    catalogue: &Catalogue,
) -> Option<Arc<Dictionary>> {
    let name = table.string("dictionary");
    let is_choice = field.is_some_and(|field| field.kind == FieldType::Choice);
    let Some(name) = name else {
        if is_choice && !table.has("dictionary") {
            let (zh, en) = ("选项字段应写 dictionary", "a choice needs a dictionary");
            table.lint("field", zh, en);
        }
        return None;
    };
    if let Some(field) = field
        && !is_choice
    {
        let name = field.name;
        let (zh, en) = (
            format!("字段 {name} 不是选项，不用字典"),
            format!("field {name} is no choice and takes no dictionary"),
        );
        table.lint("dictionary", zh, en);
    }
    keys::dictionary(table, "dictionary", &name, catalogue)
}

fn check_default(table: &Table<'_>, default: Option<&str>, dictionary: Option<&Dictionary>) {
    if let (Some(word), Some(dictionary)) = (default, dictionary)
        && dictionary.meaning(word).is_none()
    {
        table.unknown("default", word, dictionary.entries.iter().map(|entry| entry.label.as_str()));
    }
}

/// `range = [0.5, 25]` in the field's unit, as [`crate::model::Value::number`] counts it.
fn range(table: &Table<'_>, field: Option<&'static Field>) -> Option<(i32, i32)> {
    let numbers = table.numbers("range")?;
    let factor = match field.map(|field| field.kind) {
        Some(FieldType::Halves) => 2.0,
        Some(FieldType::Integer) => 1.0,
        None => return None,
        Some(_) => {
            let (zh, en) = ("只有数字字段可以写 range", "only a field with a number takes a range");
            table.lint("range", zh, en);
            return None;
        }
    };
    let &[low, high] = numbers.as_slice() else {
        table.lint("range", "range 应为 [最小, 最大]", "range must be [least, most]");
        return None;
    };
    let (low, high) = (low * factor, high * factor);
    let is_whole = |number: f64| number.fract() == 0.0 && number.abs() < f64::from(i32::MAX);
    if !is_whole(low) || !is_whole(high) || low > high {
        let (zh, en) = (
            "range 应从小到大，且与字段的单位相符（学分、学时、天数以 0.5 为步）",
            "range must go from least to most, in the field's steps (0.5 for credits, hours and days)",
        );
        table.lint("range", zh, en);
        return None;
    }
    Some((low as i32, high as i32))
}

const CLEANS: &[(&str, Clean)] = &[
    ("half-width", Clean::HalfWidth),
    ("no-spaces", Clean::NoSpaces),
    ("no-brackets", Clean::NoBrackets),
    ("upper", Clean::Upper),
];

fn clean(table: &Table<'_>, word: &Word) -> Option<Clean> {
    match word.text.split_once(':') {
        Some(("prefix", text)) if !text.is_empty() => return Some(Clean::Prefix(text.to_owned())),
        Some(("suffix", text)) if !text.is_empty() => return Some(Clean::Suffix(text.to_owned())),
        _ => {}
    }
    let found = CLEANS.iter().find(|(name, _)| *name == word.text);
    if found.is_none() {
        let known = CLEANS.iter().map(|(name, _)| *name).chain(["prefix:…", "suffix:…"]);
        table.unknown_at(word.at, &word.text, known);
    }
    found.map(|(_, clean)| clean.clone())
}
