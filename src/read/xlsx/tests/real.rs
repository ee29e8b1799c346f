//! Real workbooks of the shared corpus, and an independent reader beside ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::{DataRef, Reader};

use super::{Document, read_path, shared};
use crate::model::CellKind;
use crate::read::ReadError;

fn workbooks(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            workbooks(&path, found);
        } else if path.extension().is_some_and(|end| end == "xlsx" || end == "xlsm") {
            found.push(path);
        }
    }
}

/// What documents of the corpus end as, where that is not rows without a finding.
const ENDS: &[(&str, &str)] = &[
    ("sparse1.xlsx", "sparse-dimension"),
    ("sparse2.xlsx", "sparse-dimension"),
    ("poi__poc-xmlbomb.xlsx", "broken-workbook"),
    ("poi__54764.xlsx", "broken-workbook"),
    ("ExcelDataReader__EmptyZipFile.xlsx", "not-a-spreadsheet"),
    ("poi__duplicate-filename.xlsx", "duplicate-part"),
    ("poi__duplicate-filename-case-insensitive.xlsx", "duplicate-part"),
    ("wrongext.xlsx", "not-a-spreadsheet"),
    ("WardGuard__药品导入测试模板.xlsx", "not-a-spreadsheet"),
    // OLE containers: the caller looks at the first bytes and never brings them here.
    ("calamine__pass_protected.xlsx", "not-a-spreadsheet"),
    ("ExcelDataReader__agile_AES256_SHA512_CBC_pwd_password.xlsx", "not-a-spreadsheet"),
    ("ExcelDataReader__standard_AES128_SHA1_ECB_pwd_password.xlsx", "not-a-spreadsheet"),
    ("qsv__password-protected-password123.xlsx", "not-a-spreadsheet"),
];

#[test]
fn every_workbook_of_the_corpus_ends_in_time_with_rows_or_a_finding() {
    let mut paths = Vec::new();
    for folder in ["corpus", "fixtures"] {
        let Some(folder) = shared(folder) else { return };
        workbooks(&folder, &mut paths);
    }
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let begun = Instant::now();
        let found = match read_path(path) {
            Ok(document) => document.codes(),
            Err(ReadError::Refused(finding)) => vec![finding.code.name],
            Err(error) => panic!("{name}: {error}"),
        };
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}");
        let expected: Vec<_> =
            ENDS.iter().filter(|(known, _)| *known == name).map(|(_, code)| *code).collect();
        if found != expected {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), paths.len());
}

#[test]
fn an_independent_reader_sees_the_same_cells() {
    let mut paths = Vec::new();
    for folder in ["corpus", "fixtures"] {
        let Some(folder) = shared(folder) else { return };
        workbooks(&folder, &mut paths);
    }
    let (mut compared, mut cells, mut wrong) = (0, 0, Vec::new());
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Of two parts of one name we take the first, the other reader the last.
        if name.starts_with("poi__duplicate-filename") {
            continue;
        }
        let (Ok(document), Some(theirs)) = (read_path(&path), by_calamine(&path)) else { continue };
        compared += 1;
        cells += theirs.len();
        let ours = comparable(&document);
        // Values stay out of the message: some files carry people's names.
        let differing: Vec<_> = theirs
            .iter()
            .filter(|(place, value)| ours.get(*place) != Some(value))
            .map(|(place, _)| place)
            .chain(ours.keys().filter(|place| !theirs.contains_key(*place)))
            .take(3)
            .collect();
        if !differing.is_empty() {
            wrong.push(format!("{name}: {differing:?}"));
        }
    }
    eprintln!("{compared} workbooks, {cells} cells alike");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(compared > 50);
}

type Cells = BTreeMap<(String, u32, u32), String>;

fn comparable(document: &Document) -> Cells {
    let mut cells = Cells::new();
    for grid in &document.grids {
        for (row, _, inside) in &grid.rows {
            for (column, kind, text) in inside {
                let place = (grid.info.name.clone(), row - 1, u32::from(*column));
                let value = match kind {
                    CellKind::Uncalculated => continue,
                    CellKind::Number => number(text.parse().unwrap()),
                    CellKind::Error => "!".to_owned(),
                    _ => text.clone(),
                };
                cells.insert(place, value);
            }
        }
    }
    cells
}

fn number(value: f64) -> String {
    format!("#{value:?}")
}

fn by_calamine(path: &Path) -> Option<Cells> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).ok()?;
    let mut cells = Cells::new();
    for sheet in book.sheet_names() {
        // Chart and macro sheets have no cells to read.
        let Ok(mut reader) = book.worksheet_cells_reader(&sheet) else { continue };
        while let Some(cell) = reader.next_cell().ok()? {
            let value = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Int(value) => number(*value as f64),
                DataRef::Float(value) => number(*value),
                DataRef::DateTime(value) => number(value.as_f64()),
                DataRef::Bool(value) => value.to_string(),
                DataRef::Error(_) => "!".to_owned(),
                DataRef::String(text) => text.clone(),
                DataRef::SharedString(text) => (*text).to_owned(),
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            };
            if !value.is_empty() {
                let (row, column) = cell.get_position();
                cells.insert((sheet.clone(), row, column), value);
            }
        }
    }
    Some(cells)
}
