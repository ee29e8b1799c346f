//! Reads a target file, and its template, into a [`Target`].

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{Catalogue, embedded, input, keys, source, source::Source, target_column, template};
use crate::{
    model::Kind,
    spec::{self, Lints, Table},
    write::plan::{CsvStyle, FormulaGuard, Takes, Target, TargetFormat, Template},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Xlsx,
    Csv,
    JsonLines,
}

/// Parses a target; a template target reads its template.
///
/// # Errors
/// Every mistake of the file, and what its template lacks.
pub(super) fn parse(source: &Source, catalogue: &Catalogue) -> Result<Target, Lints> {
    spec::read(&source.path, &source.text, |table| {
        let label = keys::label(table);
        let kind = keys::kind(table, "kind");
        let format = format(table);
        let (format, headings) = match format {
            Some(Format::Xlsx) => {
                let (template, headings) = read_template(table, source).unzip();
                (template.map(TargetFormat::Xlsx), headings)
            }
            Some(Format::Csv) => (Some(TargetFormat::Csv(csv_style(table))), None),
            Some(Format::JsonLines) => (Some(TargetFormat::JsonLines), None),
            None => (None, None),
        };
        let columns = target_column::read_all(table, kind, headings.as_deref(), catalogue);
        check_shape(table, format.as_ref(), kind, columns.is_empty());
        let requires = keys::field_list(table, "requires", kind);
        let is_stand_in = table.boolean("stand_in").unwrap_or(false);
        let max_rows = max_rows(table);
        const TAKES: &[(&str, Takes)] =
            &[("whole", Takes::Whole), ("added", Takes::Added), ("changes", Takes::Changes)];
        let takes = table.choice("takes", TAKES).unwrap_or_default();
        let format = format?;
        let bytes = match &format {
            TargetFormat::Xlsx(template) => &*template.bytes,
            _ => &[],
        };
        let digest = source::digest(&[source.text.as_bytes(), bytes]);
        let name = source.name.clone();
        Some(Target {
            name,
            label,
            is_stand_in,
            kind,
            format,
            columns,
            requires,
            max_rows,
            takes,
            digest,
        })
    })
}

fn format(table: &Table<'_>) -> Option<Format> {
    if !table.has("format") {
        table.lint("format", "缺少“format”", "format is missing");
    }
    const FORMATS: &[(&str, Format)] =
        &[("xlsx", Format::Xlsx), ("csv", Format::Csv), ("jsonl", Format::JsonLines)];
    table.choice("format", FORMATS)
}

/// A template has columns, and columns have fields of one kind.
fn check_shape(
    table: &Table<'_>,
    format: Option<&TargetFormat>,
    kind: Option<Kind>,
    is_empty: bool,
) {
    if is_empty && matches!(format, Some(TargetFormat::Xlsx(_))) && !table.has("columns") {
        table.lint("columns", "缺少 [[columns]]", "there are no [[columns]]");
    }
    if !is_empty && matches!(format, Some(TargetFormat::JsonLines)) {
        let (zh, en) = (
            "jsonl 总写全部字段，不要写 [[columns]]",
            "jsonl always holds all fields and takes no [[columns]]",
        );
        table.lint("columns", zh, en);
    }
    if !is_empty && kind.is_none() && !table.has("kind") {
        let (zh, en) =
            ("写了 [[columns]] 就应写 kind", "a target with [[columns]] must say its kind");
        table.lint("kind", zh, en);
    }
}

fn max_rows(table: &Table<'_>) -> Option<u32> {
    let number = table.integer("max_rows")?;
    let checked = u32::try_from(number).ok().filter(|rows| (1..=1_048_575).contains(rows));
    if checked.is_none() {
        let (zh, en) =
            ("max_rows 应在 1 至 1048575 之间", "max_rows must lie between 1 and 1048575");
        table.lint("max_rows", zh, en);
    }
    checked
}

/// The template with the texts of its heading row.
fn read_template(table: &Table<'_>, source: &Source) -> Option<(Template, template::Headings)> {
    let name = table.required_string("template");
    let sheet = table.required_string("sheet");
    let heading_row = row(table, "heading_row");
    let first_row = row(table, "first_row");
    let (name, sheet) = (name?, sheet?);
    let (heading_row, first_row) = (heading_row?, first_row?);
    if first_row <= heading_row {
        let (zh, en) = ("first_row 应在 heading_row 之后", "first_row must come after heading_row");
        table.lint("first_row", zh, en);
    }
    let (path, bytes) = template_bytes(table, source, &name)?;
    match template::headings(&bytes, &sheet, heading_row) {
        Ok(headings) => {
            let template =
                Template { bytes, path: path.display().to_string(), sheet, heading_row, first_row };
            Some((template, headings))
        }
        Err(fault) => {
            fault.lint(table, &sheet);
            None
        }
    }
}

fn row(table: &Table<'_>, key: &'static str) -> Option<u32> {
    if !table.has(key) {
        table.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
    }
    let number = table.integer(key)?;
    let checked = u32::try_from(number).ok().filter(|row| (1..=1_048_576).contains(row));
    if checked.is_none() {
        let (zh, en) =
            (format!("{key} 是从 1 开始的行号"), format!("{key} is a row number, from 1"));
        table.lint(key, zh, en);
    }
    checked
}

/// A template beside its target file; that of an embedded target is embedded too.
fn template_bytes(
    table: &Table<'_>,
    source: &Source,
    name: &str,
) -> Option<(PathBuf, Cow<'static, [u8]>)> {
    let path = source.path.parent().unwrap_or(Path::new("")).join(name);
    if source.is_embedded() {
        let bytes = embedded::template(&path);
        if bytes.is_none() {
            table.lint(
                "template",
                format!("找不到模板 {name}"),
                format!("there is no template {name}"),
            );
        }
        return bytes.map(|bytes| (path, bytes.into()));
    }
    match std::fs::read(&path) {
        Ok(bytes) => Some((path, bytes.into())),
        Err(error) => {
            let [zh, en] = source::reason(&error);
            table.lint(
                "template",
                format!("无法读取模板 {name}：{zh}"),
                format!("cannot read the template {name}: {en}"),
            );
            None
        }
    }
}

fn csv_style(table: &Table<'_>) -> CsvStyle {
    const GUARDS: &[(&str, FormulaGuard)] = &[
        ("hold", FormulaGuard::Hold),
        ("quote", FormulaGuard::Quote),
        ("keep", FormulaGuard::Keep),
    ];
    const NEWLINES: &[(&str, &str)] = &[("crlf", "\r\n"), ("lf", "\n")];
    let encoding = input::encoding(table, "encoding").unwrap_or_else(|| "utf-8".to_owned());
    let has_bom = table.boolean("bom").unwrap_or(false);
    if has_bom && encoding.starts_with("gb") {
        table.lint(
            "bom",
            format!("{encoding} 没有 BOM"),
            format!("{encoding} has no byte order mark"),
        );
    }
    if encoding.starts_with("utf-16") {
        let (zh, en) = ("不能写出 UTF-16", "UTF-16 cannot be written");
        table.lint("encoding", zh, en);
    }
    let delimiter = input::delimiter(table).and_then(|letter| {
        let byte = u8::try_from(letter).ok().filter(u8::is_ascii);
        if byte.is_none() {
            let (zh, en) = ("写出的 delimiter 应为半角符号", "a written delimiter must be ASCII");
            table.lint("delimiter", zh, en);
        }
        byte
    });
    CsvStyle {
        encoding,
        has_bom,
        delimiter: delimiter.unwrap_or(b','),
        has_headings: table.boolean("headings").unwrap_or(true),
        newline: table.choice("newline", NEWLINES).unwrap_or("\r\n"),
        formula_guard: table.choice("formula_guard", GUARDS).unwrap_or(FormulaGuard::Hold),
    }
}
