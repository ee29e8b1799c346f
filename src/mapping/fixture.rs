//! Small grids and mappings for the tests of this folder.

use std::sync::Arc;

use super::plan::{Column, InputMapping, RowMarks, normalise_heading};
use crate::model::{
    Cell, CellKind, Chunk, Dictionary, Entry, FieldType, Kind, NumberFormat, Severity, fields,
};

/// A chunk of text cells; `""` is a blank cell.
pub(super) fn chunk(rows: &[&[&str]]) -> Chunk {
    let mut chunk = Chunk::default();
    for (at, row) in rows.iter().enumerate() {
        chunk.begin_row(at as u32 + 1, false);
        for (column, text) in row.iter().enumerate() {
            chunk.push_cell(column as u16, CellKind::Text, NumberFormat::General, text);
        }
    }
    chunk
}

/// A cell of a chunk made by [`chunk`], to change its kind.
pub(super) fn cell(chunk: &mut Chunk, row: usize, column: u16) -> &mut Cell {
    let row = chunk.rows[row - 1];
    let cells = &mut chunk.cells[row.first as usize..row.end as usize];
    cells.iter_mut().find(|cell| cell.column == column).unwrap()
}

/// A column with the label and synonyms of its field as headings.
pub(super) fn column(kind: Kind, name: &str) -> Column {
    let field = fields::find(kind, name).unwrap();
    let words = [field.label].into_iter().chain(field.synonyms.iter().copied());
    Column {
        field,
        headings: words.map(normalise_heading).collect(),
        is_key: false,
        is_required: false,
        dictionary: (field.kind == FieldType::Choice).then(|| dictionary(name)),
        clean: Vec::new(),
        range: None,
        fills_down: false,
        default: None,
        severity: Severity::Error,
    }
}

/// A mapping; a name with `!` is a key column, with `*` a required one.
pub(super) fn mapping(name: &str, kind: Kind, columns: &[&str]) -> InputMapping {
    let columns = columns.iter().map(|word| {
        let mut column = column(kind, word.trim_end_matches(['!', '*']));
        column.is_key = word.contains('!');
        column.is_required = word.contains('*');
        column
    });
    InputMapping {
        name: name.to_owned(),
        label: [format!("{name}表"), name.to_owned()],
        kind,
        columns: columns.collect(),
        rows: marks(),
        unique: ["id_no", "project_code"]
            .iter()
            .filter_map(|name| fields::find(kind, name))
            .collect(),
        key_any: Vec::new(),
        unique_compare: fields::find(kind, "credits").into_iter().collect(),
        id_checksum: Severity::Error,
        id_widened: Severity::Warning,
        checks_id_against_sex: true,
        is_only_named: false,
        outputs: Vec::new(),
        encoding: None,
        delimiter: None,
        fixed: None,
        record_paths: Vec::new(),
        examples: Vec::new(),
        digest: String::new(),
        learnt: Default::default(),
    }
}

/// The learner address book of the tests.
pub(super) fn roster() -> Arc<InputMapping> {
    let columns = [
        "serial",
        "name!*",
        "sex",
        "id_type",
        "id_no!*",
        "unit_name",
        "dept",
        "title",
        "mobile",
        "project_code",
        "credits",
        "credit_class",
        "training_date",
        "birthday",
    ];
    Arc::new(mapping("roster", Kind::Enrolment, &columns))
}

/// The sign-in list of the tests.
pub(super) fn sign_in() -> Arc<InputMapping> {
    let columns = ["serial", "name!*", "dept", "time_in!", "time_out", "signed"];
    Arc::new(mapping("sign-in", Kind::Attendance, &columns))
}

fn marks() -> RowMarks {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    RowMarks {
        footers: words(&["填表人", "审核人", "制表人", "盖章", "说明", "备注", "注"]),
        subtotals: words(&["小计", "合计", "总计", "共计"]),
        samples: words(&["示例", "样例", "填写示例", "例"]),
    }
}

/// A tiny dictionary of the given name.
pub(super) fn dictionary(name: &str) -> Arc<Dictionary> {
    let entry = |code: &str, label: &str, synonyms: &[&str], doubtful: &[&str]| Entry {
        code: code.to_owned(),
        label: label.to_owned(),
        synonyms: synonyms.iter().map(|word| (*word).to_owned()).collect(),
        doubtful: doubtful.iter().map(|word| (*word).to_owned()).collect(),
        ..Entry::default()
    };
    let entries = match name {
        "sex" => vec![entry("1", "男", &["男性", "M"], &[]), entry("2", "女", &["女性", "F"], &[])],
        "id_type" => vec![
            entry("01", "居民身份证", &["身份证", "二代身份证"], &[]),
            entry("03", "护照", &[], &[]),
        ],
        "title" => vec![
            entry("231", "主任医师", &[], &[]),
            entry("233", "主治医师", &["主治医生"], &["主治"]),
            entry("243", "主管护师", &["主管护士"], &[]),
        ],
        "credit_class" => vec![entry("1", "Ⅰ类", &[], &[]), entry("2", "Ⅱ类", &[], &[])],
        _ => Vec::new(),
    };
    Arc::new(Dictionary::new(name.to_owned(), [name.to_owned(), name.to_owned()], None, entries))
}
