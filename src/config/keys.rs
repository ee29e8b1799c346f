//! Keys that several kinds of files share: label, kind, field, severity.

use std::sync::Arc;

use super::{Catalogue, ConfigError};
use crate::{
    model::{Dictionary, Field, Kind, Lang, Severity, fields},
    spec::Table,
};

/// The severities by their names.
pub(super) const SEVERITIES: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];

/// `label = { zh = "…", en = "…" }`.
pub(super) fn label(table: &Table<'_>) -> [String; 2] {
    let Some(label) = table.table("label") else {
        if !table.has("label") {
            table.lint("label", "缺少 label = { zh, en }", "label = { zh, en } is missing");
        }
        return Default::default();
    };
    let texts = ["zh", "en"].map(|lang| label.required_string(lang).unwrap_or_default());
    label.close();
    texts
}

/// A record kind; `None` if missing or unknown (then linted).
pub(super) fn kind(table: &Table<'_>, key: &'static str) -> Option<Kind> {
    table.choice(key, &Kind::ALL.map(|kind| (kind.name(), kind)))
}

/// Finds a field by its name and lints what is wrong with the name: unknown, or of another kind only. Without a
/// kind (itself mistaken or left out) the fields of all kinds are known.
pub(super) fn field(
    table: &Table<'_>,
    at: usize,
    name: &str,
    kind: Option<Kind>,
) -> Option<&'static Field> {
    let elsewhere = Kind::ALL.into_iter().find(|other| fields::find(*other, name).is_some());
    let Some(kind) = kind else {
        let found = elsewhere.and_then(|other| fields::find(other, name));
        if found.is_none() {
            let all = Kind::ALL.into_iter().flat_map(fields::of);
            table.unknown_at(at, name, all.map(|field| field.name));
        }
        return found;
    };
    let found = fields::find(kind, name);
    match (found, elsewhere) {
        (Some(_), _) => {}
        (None, Some(other)) => table.lint_at(
            at,
            format!("“{}”没有字段 {name}（“{}”才有）", kind.label(), other.label()),
            format!("{} has no field {name}; {} has", kind.name(), other.name()),
        ),
        (None, None) => {
            table.unknown_at(at, name, fields::of(kind).iter().map(|field| field.name));
        }
    }
    found
}

/// A list of fields of a kind, without repeats.
pub(super) fn field_list(
    table: &Table<'_>,
    key: &'static str,
    kind: Option<Kind>,
) -> Vec<&'static Field> {
    let mut list: Vec<&'static Field> = Vec::new();
    for word in table.words(key) {
        let Some(found) = field(table, word.at, &word.text, kind) else { continue };
        if list.contains(&found) {
            let name = found.name;
            table.lint_at(
                word.at,
                format!("字段 {name} 重复"),
                format!("field {name} stands twice"),
            );
        }
        list.push(found);
    }
    list
}

/// A dictionary by its name; lints an unknown name, or one whose file has mistakes.
pub(super) fn dictionary(
    table: &Table<'_>,
    key: &'static str,
    name: &str,
    catalogue: &Catalogue,
) -> Option<Arc<Dictionary>> {
    match catalogue.dictionary(name) {
        Ok(found) => return Some(found),
        Err(ConfigError::Unknown { known, .. }) => {
            table.unknown(key, name, known.iter().map(String::as_str));
        }
        // Told with their own places by whoever reads the dictionary.
        Err(ConfigError::Lints(_)) => {
            let (zh, en) = (
                format!("字典 {name} 本身有错"),
                format!("dictionary {name} has mistakes of its own"),
            );
            table.lint(key, zh, en);
        }
    }
    None
}

/// The languages by their names.
pub(super) const LANGS: &[(&str, Lang)] = &[("zh", Lang::Zh), ("en", Lang::En)];

/// A text that must not be empty if it is there.
pub(super) fn filled(table: &Table<'_>, key: &'static str) -> Option<String> {
    let text = table.string(key)?;
    if text.trim().is_empty() {
        table.lint(key, format!("{key} 不能为空"), format!("{key} must not be empty"));
    }
    Some(text)
}

/// A whole number between two others; `None` if missing or mistaken (then linted).
pub(super) fn bounded(table: &Table<'_>, key: &'static str, from: i64, to: i64) -> Option<i64> {
    let number = table.integer(key)?;
    let is_within = (from..=to).contains(&number);
    if !is_within {
        let (zh, en) = (
            format!("{key} 应在 {from} 至 {to} 之间"),
            format!("{key} must lie between {from} and {to}"),
        );
        table.lint(key, zh, en);
    }
    is_within.then_some(number)
}

/// `retention_days`: at least a day, at most a hundred years.
pub(super) fn retention_days(table: &Table<'_>) -> Option<u32> {
    bounded(table, "retention_days", 1, 36_525).map(|days| days as u32)
}
