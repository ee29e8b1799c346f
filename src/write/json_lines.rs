//! JSON Lines: one object per record with the fields it has, for programs that read records.
//!
//! `{"kind":"credit","name":"…","title":"主治医师","title_code":"233","credits":2.5,…,"origin":{"grid":0,"row":7}}`.
//! Texts are canonical texts; credits, hours, days and whole numbers are numbers; fields without a value
//! are left out; `origin` is the grid's index in the document and the row as the sender's program shows it.

use std::{path::Path, sync::Arc};

use crate::model::{Batch, FieldType, Finding, Value, fields};

use super::{
    Output, WriteError, Written,
    gate::{Gate, is_number},
    plan::Target,
    text_file::TextFiles,
};

/// Writes one target's records.
pub(super) struct JsonLines {
    target: Arc<Target>,
    gate: Gate,
    keys: Vec<Key>,
    opening: String,
    files: TextFiles,
    line: String,
}

/// One field of a table: everything that is the same in every object.
struct Key {
    slot: usize,
    /// `,"credits":`
    key: String,
    is_number: bool,
    /// Per dictionary entry: `,"title_code":"233"`, or nothing.
    codes: Vec<String>,
}

impl JsonLines {
    /// Begins the output. No file is made before the first record.
    pub(super) fn new(target: &Arc<Target>, path: &Path) -> JsonLines {
        JsonLines {
            gate: Gate::new(target, None),
            keys: Vec::new(),
            opening: String::new(),
            files: TextFiles::new(path, target.max_rows),
            line: String::new(),
            target: Arc::clone(target),
        }
    }

    fn bind(&mut self, batch: &Batch) {
        let kind = batch.kind.or(self.target.kind);
        self.opening = format!("{{\"kind\":{}", quoted(kind.map_or("", |kind| kind.name())));
        // The order of the kind's own table, so that documents with other columns compare well.
        let of_kind = kind.map(fields::of).unwrap_or_default();
        self.keys = of_kind
            .iter()
            .filter_map(|field| Some(key_of(batch.slot_of(field.name)?, field.kind, batch)))
            .collect();
    }

    fn spell(&mut self, batch: &Batch, record: usize, row: u32) {
        let line = &mut self.line;
        line.clear();
        line.push_str(&self.opening);
        for key in &self.keys {
            let value = batch.value(record, key.slot);
            let text = batch.text(&value);
            if !value.is_present() || text.is_empty() {
                continue;
            }
            line.push_str(&key.key);
            if key.is_number && is_json_number(text) {
                line.push_str(text);
            } else {
                line.push_str(&quoted(text));
            }
            line.push_str(key.code_of(&value));
        }
        line.push_str(&format!(",\"origin\":{{\"grid\":{},\"row\":{row}}}}}\n", batch.grid));
    }
}

impl Key {
    fn code_of(&self, value: &Value) -> &str {
        usize::try_from(value.number)
            .ok()
            .and_then(|at| self.codes.get(at))
            .map_or("", String::as_str)
    }
}

fn key_of(slot: usize, kind: FieldType, batch: &Batch) -> Key {
    let name = batch.slots.get(slot).map_or("", |slot| slot.field.name);
    let dictionary = batch.slots.get(slot).and_then(|slot| slot.dictionary.as_ref());
    let entries = dictionary.map_or(&[][..], |dictionary| &dictionary.entries);
    let codes = entries.iter().map(|entry| match entry.code.as_str() {
        "" => String::new(),
        code => format!(",{}:{}", quoted(&format!("{name}_code")), quoted(code)),
    });
    Key {
        slot,
        key: format!(",{}:", quoted(name)),
        is_number: matches!(kind, FieldType::Halves | FieldType::Integer),
        codes: if kind == FieldType::Choice { codes.collect() } else { Vec::new() },
    }
}

/// Whether a text is a number as JSON spells it: no needless zeros at the start.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let has_needless_zero =
        digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    is_number(text) && !has_needless_zero
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Output for JsonLines {
    fn write(&mut self, batch: &Batch, findings: &mut Vec<Finding>) -> Result<(), WriteError> {
        if self.gate.bind(batch) {
            self.bind(batch);
        }
        for (record, head) in batch.heads.iter().enumerate() {
            if head.is_held || !self.gate.admits(batch, record, findings) {
                self.files.held += 1;
                continue;
            }
            self.spell(batch, record, head.row);
            self.files.push(b"", self.line.as_bytes())?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<Written>, WriteError> {
        self.files.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_only_as_json_spells_them() {
        for (text, is) in [("2.5", true), ("0.5", true), ("0", true), ("012", false), ("x", false)]
        {
            assert_eq!(is_json_number(text), is, "{text}");
        }
        assert_eq!(quoted("a\"\n张"), "\"a\\\"\\n张\"");
    }

    #[test]
    fn a_record_is_one_object_with_the_fields_it_has() {
        use crate::write::{plan::TargetFormat, trial};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let target = Arc::new(trial::target(TargetFormat::JsonLines, Vec::new()));
        let mut output = JsonLines::new(&target, &path);
        let rows: &[&[&str]] = &[&["2.5", "张三", "医师", ""], &["", "李\"四", "", "2022-03-18"]];
        let batch = trial::batch(&["credits", "name", "title", "training_date"], rows);
        output.write(&batch, &mut Vec::new()).unwrap();
        Box::new(output).finish().unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            concat!(
                r#"{"kind":"credit","name":"张三","title":"医师","title_code":"234","credits":2.5,"origin":{"grid":0,"row":5}}"#,
                "\n",
                r#"{"kind":"credit","name":"李\"四","training_date":"2022-03-18","origin":{"grid":0,"row":6}}"#,
                "\n"
            )
        );
    }
}
