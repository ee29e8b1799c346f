//! Batches, targets and templates for the tests of the writers.

use std::{borrow::Cow, io::Read, path::PathBuf, sync::Arc};

use crate::model::{
    Batch, Dictionary, Entry, FieldType, Kind, RecordHead, Slot, TextIn, Value, fields,
    grid::NO_COLUMN,
};

use super::plan::{
    ColumnSource, ColumnStyle, CsvStyle, FormulaGuard, Takes, Target, TargetColumn, TargetFormat,
    Template,
};

/// A dictionary of two titles, one of which `nation` spells its own way.
pub(super) fn titles() -> Arc<Dictionary> {
    let entry = |code: &str, label: &str, own: &str| Entry {
        code: code.into(),
        label: label.into(),
        spellings: vec![("nation".into(), own.into())],
        ..Entry::default()
    };
    let entries = vec![entry("233", "主治医师", "主治"), entry("234", "医师", "医师<初>")];
    Arc::new(Dictionary::new("title".into(), [String::new(), String::new()], None, entries))
}

/// A batch of credits: one row of texts per record, beside the named fields. Empty texts are no values;
/// a text that starts with `!` makes its record held.
pub(super) fn batch(names: &[&'static str], rows: &[&[&str]]) -> Batch {
    let slots: Vec<Slot> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Slot {
            field: fields::find(Kind::Credit, name).unwrap(),
            dictionary: (*name == "title").then(titles),
            column: at as u16,
        })
        .collect();
    let mut batch = Batch { kind: Some(Kind::Credit), slots: Arc::new(slots), ..Batch::default() };
    for (at, row) in rows.iter().enumerate() {
        let is_held = row.iter().any(|text| text.starts_with('!'));
        batch.heads.push(RecordHead { row: at as u32 + 5, is_held, ..RecordHead::default() });
        for (column, text) in row.iter().enumerate() {
            push_value(&mut batch, column, text);
        }
    }
    batch
}

fn push_value(batch: &mut Batch, column: usize, text: &str) {
    let slot = &batch.slots[column];
    let number = match slot.field.kind {
        FieldType::Date => text.parse::<chrono::NaiveDate>().map_or(0, |date| {
            use chrono::Datelike;
            date.num_days_from_ce()
        }),
        FieldType::Choice => slot
            .dictionary
            .as_ref()
            .and_then(|dictionary| dictionary.meaning(text))
            .map_or(-1, |meaning| meaning.entry as i32),
        _ => 0,
    };
    let start = batch.own.len() as u32;
    batch.own.push_str(text);
    let end = batch.own.len() as u32;
    let text_in = if text.is_empty() { TextIn::Nothing } else { TextIn::Own };
    let column = if text.is_empty() { NO_COLUMN } else { column as u16 };
    batch.values.push(Value { start, end, number, column, text_in });
}

/// A column that shows a field of the credits.
pub(super) fn column(heading: &str, at: u16, name: &str, style: ColumnStyle) -> TargetColumn {
    let field = fields::find(Kind::Credit, name).unwrap();
    TargetColumn {
        heading: heading.into(),
        column: at,
        source: ColumnSource::Field { field, spelling: Some("nation".into()) },
        style,
        is_required: false,
        max_chars: None,
    }
}

/// A target.
pub(super) fn target(format: TargetFormat, columns: Vec<TargetColumn>) -> Target {
    Target {
        name: "trial".into(),
        label: ["试用名册".into(), "trial roster".into()],
        is_stand_in: true,
        kind: Some(Kind::Credit),
        format,
        columns,
        requires: Vec::new(),
        max_rows: None,
        takes: Takes::default(),
        digest: String::new(),
    }
}

/// The usual style of a text for a spreadsheet.
pub(super) fn csv(encoding: &str, formula_guard: FormulaGuard) -> CsvStyle {
    CsvStyle {
        encoding: encoding.into(),
        has_bom: false,
        delimiter: b',',
        has_headings: true,
        newline: "\r\n",
        formula_guard,
    }
}

/// A template of the given bytes.
pub(super) fn template(bytes: Vec<u8>, sheet: &str, heading_row: u32) -> Template {
    Template {
        bytes: Cow::Owned(bytes),
        path: "trial.xlsx".into(),
        sheet: sheet.into(),
        heading_row,
        first_row: heading_row + 1,
    }
}

/// The shared fixture of a name; `None` (and a line that says so) where it is not at hand.
pub(super) fn fixture(name: &str) -> Option<Vec<u8>> {
    let shared = std::env::var_os("CMEGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("fixtures").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            println!("skipped: no fixture {name}");
            None
        }
    }
}

/// All members of a package: name, raw bytes as stored, text.
pub(super) fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut raw = Vec::new();
            archive.by_index_raw(index).unwrap().read_to_end(&mut raw).unwrap();
            let mut file = archive.by_index(index).unwrap();
            let mut text = Vec::new();
            file.read_to_end(&mut text).unwrap();
            let name = file.name().unwrap().into_owned();
            (name, raw, String::from_utf8_lossy(&text).into_owned())
        })
        .collect()
}

/// The text of one member.
pub(super) fn member(bytes: &[u8], name: &str) -> String {
    let found = members(bytes).into_iter().find(|(known, _, _)| known == name);
    found.map(|(_, _, text)| text).unwrap_or_default()
}
