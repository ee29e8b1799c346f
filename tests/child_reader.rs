//! The reading child through the built program: the corpus of old formats ends in rows or in one named
//! finding, in time, and what is read agrees with an independent reader.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{Data, Reader, SheetType, Xls, Xlsb};
use cmegate::model::{CellKind, Chunk, Finding, GridInfo, NumberFormat, Visibility, grid};
use cmegate::read::child::{ReaderProgram, open_with};
use cmegate::read::{ReadError, ReadOptions};

/// One sheet as it was read: what is known of it and its cells in reading order.
struct Sheet {
    info: GridInfo,
    cells: Vec<Read>,
    hidden_rows: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Read {
    row: u32,
    column: u16,
    kind: CellKind,
    format: NumberFormat,
    text: String,
}

fn shared() -> Option<PathBuf> {
    let root = match std::env::var_os("CMEGATE_SHARED") {
        Some(root) => PathBuf::from(root),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    if root.join("corpus").is_dir() {
        return Some(root);
    }
    println!("skipped: the shared corpus is not here");
    None
}

fn program() -> ReaderProgram {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_cmegate"));
    ReaderProgram { path, patience: Duration::from_secs(60) }
}

fn format_of(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "xls" | "et" => Some("xls"),
        "xlsb" => Some("xlsb"),
        "ods" => Some("ods"),
        _ => None,
    }
}

/// Every document of the three formats, by its bytes where its name lies.
fn documents(root: &Path) -> Vec<(PathBuf, &'static str)> {
    let mut found = vec![(root.join("fixtures/wrongext.xlsx"), "xls")];
    for folder in ["fixtures", "corpus"] {
        let mut waiting = vec![root.join(folder)];
        while let Some(folder) = waiting.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    waiting.push(path);
                } else if let Some(format) = format_of(&path) {
                    found.push((path, format));
                }
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path, format: &'static str) -> Result<(Vec<Sheet>, Vec<Finding>), Box<Finding>> {
    let refused = |error| match error {
        ReadError::Refused(finding) => finding,
        other => panic!("{}: {other}", path.display()),
    };
    let mut opened =
        open_with(&program(), path, format, &ReadOptions::default()).map_err(refused)?;
    let mut sheets = Vec::new();
    let mut chunk = Chunk::default();
    while let Some(info) = opened.grids.next_grid().map_err(refused)? {
        let mut sheet = Sheet { info, cells: Vec::new(), hidden_rows: 0 };
        while opened.grids.read_rows(&mut chunk).map_err(refused)? {
            for row in &chunk.rows {
                sheet.hidden_rows += usize::from(row.is_hidden);
                sheet.cells.extend(chunk.cells_of(row).iter().map(|cell| Read {
                    row: row.number,
                    column: cell.column,
                    kind: cell.kind,
                    format: cell.format,
                    text: chunk.text_of(cell).to_owned(),
                }));
            }
        }
        sheets.push(sheet);
    }
    Ok((sheets, opened.grids.take_findings()))
}

fn a1(sheet: &Sheet, address: &str) -> Option<Read> {
    sheet.cells.iter().find(|cell| grid::a1(cell.row, cell.column) == address).cloned()
}

#[test]
fn every_old_document_ends_in_rows_or_in_one_finding_in_time() {
    let Some(root) = shared() else { return };
    let (mut rows, mut refusals) = (0, 0);
    for (path, format) in documents(&root) {
        let since = Instant::now();
        match read(&path, format) {
            Ok(_) => rows += 1,
            Err(finding) => {
                let known = ["broken-workbook", "encrypted", "not-a-spreadsheet", "too-large"];
                assert!(known.contains(&finding.code.name), "{}: {finding:?}", path.display());
                refusals += 1;
            }
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{}", path.display());
    }
    println!("{rows} read, {refusals} refused");
    assert!(rows > 70 && refusals > 10);
}

#[test]
fn the_child_says_nothing_but_frames() {
    let Some(root) = shared() else { return };
    for (path, format) in documents(&root) {
        let mut child = Command::new(program().path)
            .args(["__read", format])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // No passwords. Kept open: the child ends when it closes.
        let mut lifeline = child.stdin.take().unwrap();
        lifeline.write_all(&[0; 4]).unwrap();
        let output = child.wait_with_output().unwrap();
        drop(lifeline);
        assert!(output.stderr.is_empty(), "{}", path.display());
        assert!(output.status.success(), "{}", path.display());
    }
}

#[test]
fn traps_and_locked_documents_are_refused_by_their_reason() {
    let Some(root) = shared() else { return };
    for (path, code) in [
        ("encrypted/ExcelDataReader__Test_git_issue_242_std_rc4_pwd_password.xls", "encrypted"),
        ("encrypted/SheetJS-test_files__password_2002_40_972000.xls", "encrypted"),
        ("encrypted/SheetJS-test_files__password_2002_40_xor.xls", "encrypted"),
        ("encrypted/poi__password.xls", "encrypted"),
        ("encrypted/poi__xor-encryption-abc.xls", "encrypted"),
        ("encrypted/calamine__pass_protected.ods", "encrypted"),
        ("torture_xls/ExcelDataReader__TestFail_Binary.xls", "broken-workbook"),
        ("torture_xls/ExcelDataReader__Test_Issue_12556_corrupt.xls", "broken-workbook"),
        ("torture_xls/ExcelDataReader__Test_git_issue_382_oom.xls", "broken-workbook"),
        ("torture_xls/PhpSpreadsheet__oleloop.xls", "broken-workbook"),
        ("torture_xls/calamine__too_small.xls", "broken-workbook"),
        ("torture_xlsb_ods/calamine__issue_594_dos.ods", "too-large"),
    ] {
        let path = root.join("corpus").join(path);
        let told = read(&path, format_of(&path).unwrap()).map(drop).map_err(|f| f.code.name);
        assert_eq!(told, Err(code), "{}", path.display());
    }
}

#[test]
fn sheets_keep_their_size_merges_visibility_and_epoch() {
    let Some(root) = shared() else { return };
    // Path, sheet, last row, last column (1-based), cells, merges, hidden rows.
    for (path, at, size) in [
        ("torture_xls/calamine__OOM_alloc.xls", 0, (28, 23, 190, 3, 0)),
        ("torture_xls/calamine__OOM_alloc2.xls", 0, (192, 74, 9731, 0, 0)),
        ("torture_xls/poi__15556.xls", 0, (46, 90, 202, 314, 0)),
        ("torture_xls/SheetJS-test_files__root_merge_cells.xls", 0, (4, 4, 6, 5, 0)),
        ("torture_xls/SheetJS-test_files__AutoFilter.xls", 2, (22, 5, 88, 0, 12)),
        ("torture_xls/SheetJS-test_files__CRLFX5_2.XLS", 0, (2, 2, 4, 0, 0)),
        ("torture_xls/ExcelDataReader__as3xls_BIFF4.xls", 0, (10, 5, 50, 0, 0)),
        ("torture_xls/poi__testEXCEL_3.xls", 0, (35, 10, 183, 0, 0)),
        ("zh_xls/poi__44235.xls", 0, (360, 8, 1762, 2, 0)),
        ("zh_forms/dingfeng-prj__花名册.xls", 0, (23, 5, 30, 5, 0)),
        ("et/SheetJS-test_files__fn.et", 0, (3, 3, 9, 0, 0)),
        ("torture_xlsb_ods/ExcelDataReader__Test_MergedCell.xlsb", 0, (7, 3, 10, 4, 0)),
        ("torture_xlsb_ods/SheetJS-test_files__merge_cells.ods", 0, (4, 4, 6, 5, 0)),
        ("torture_xlsb_ods/calamine__number_rows_repeated.ods", 2, (10, 2, 10, 0, 0)),
        ("torture_xlsb_ods/calamine__covered.ods", 0, (3, 1, 3, 1, 0)),
        ("torture_xlsb_ods/PhpSpreadsheet__HiddenMergeCellsTest.ods", 0, (2, 3, 4, 1, 0)),
    ] {
        let path = root.join("corpus").join(path);
        let (sheets, _) = read(&path, format_of(&path).unwrap()).unwrap();
        let sheet = &sheets[at];
        let last = sheet.cells.last().map_or(0, |cell| cell.row);
        let width = sheet.cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
        let merges = sheet.info.merges.len();
        let told = (last, width, sheet.cells.len(), merges, sheet.hidden_rows);
        assert_eq!(told, size, "{}", path.display());
    }
    for name in
        ["xls/SheetJS-test_files__sheet_visibility.xls", "xlsb_ods/calamine__any_sheets.xlsb"]
    {
        let path = root.join("corpus").join(format!("torture_{name}"));
        let (sheets, _) = read(&path, format_of(&path).unwrap()).unwrap();
        let told: Vec<_> = sheets.iter().map(|sheet| sheet.info.visibility).collect();
        assert_eq!(told, [Visibility::Visible, Visibility::Hidden, Visibility::VeryHidden]);
    }
    for name in ["xls/SheetJS-test_files__1904.xls", "xlsb_ods/SheetJS-test_files__1904.xlsb"] {
        let path = root.join("corpus").join(format!("torture_{name}"));
        let (sheets, _) = read(&path, format_of(&path).unwrap()).unwrap();
        assert!(sheets[0].info.is_1904);
        let date = a1(&sheets[0], "B3").unwrap();
        assert_eq!((date.format, date.text.as_str()), (NumberFormat::Date, "111"));
    }
}

#[test]
fn the_same_table_in_three_containers_reads_the_same() {
    let Some(root) = shared() else { return };
    for (name, format) in
        [("a.xls", "xls"), ("a.et", "xls"), ("wrongext.xlsx", "xls"), ("a.ods", "ods")]
    {
        let (sheets, findings) = read(&root.join("fixtures").join(name), format).unwrap();
        assert_eq!(sheets.len(), 1);
        assert_eq!(sheets[0].info.name, "人员");
        let told: Vec<_> =
            sheets[0].cells.iter().map(|cell| grid::a1(cell.row, cell.column)).collect();
        assert_eq!(told, ["A1", "A2", "B2"], "{name}");
        // LibreOffice rounded the number when it wrote the .ods.
        let digits = if name == "a.ods" { "1.10101199003079E+017" } else { "110101199003078512" };
        assert_eq!(a1(&sheets[0], "B2").unwrap().text, digits, "{name}");
        assert!(findings.is_empty());
    }
}

/// What calamine makes of a cell, in our words; formats are compared elsewhere.
fn told_by_calamine(value: &Data) -> Option<(CellKind, String)> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) if text.is_empty() => return None,
        Data::Int(number) => (CellKind::Number, number.to_string()),
        Data::Float(number) => (CellKind::Number, number.to_string()),
        Data::DateTime(moment) => (CellKind::Number, moment.as_f64().to_string()),
        Data::Bool(is) => (CellKind::Bool, is.to_string()),
        Data::Error(error) => (CellKind::Error, error.to_string()),
        Data::String(text) => (CellKind::Text, text.clone()),
        Data::DateTimeIso(text) | Data::DurationIso(text) => (CellKind::IsoDate, text.clone()),
    })
}

fn agrees(path: &Path, name: &str, sheet: &Sheet, theirs: Vec<(u32, u32, CellKind, String)>) {
    let same = |mine: &Read, (row, column, kind, text): &(u32, u32, CellKind, String)| {
        let is_same = match (mine.text.parse::<f64>(), text.parse::<f64>()) {
            (Ok(mine), Ok(theirs)) => mine == theirs,
            _ => mine.text == *text,
        };
        (mine.row, u32::from(mine.column), mine.kind) == (*row, *column, *kind) && is_same
    };
    for (mine, theirs) in sheet.cells.iter().zip(&theirs) {
        // Values may be personal: only the place is told.
        let place = grid::a1(mine.row, mine.column);
        assert!(same(mine, theirs), "{} {name} {place} ({:?})", path.display(), theirs.2);
    }
    assert_eq!(sheet.cells.len(), theirs.len(), "{} {name}", path.display());
}

#[test]
fn xls_cells_agree_with_calamine() {
    let Some(root) = shared() else { return };
    // In these calamine itself asks for gigabytes or panics; or it is known to err (below).
    let left_out = ["oom.xls", "oleloop.xls", "12556_corrupt.xls"];
    let mut compared = 0;
    for (path, format) in documents(&root) {
        if format != "xls" || left_out.iter().any(|end| path.to_string_lossy().ends_with(end)) {
            continue;
        }
        let Ok(mut book) = Xls::new(Cursor::new(std::fs::read(&path).unwrap())) else { continue };
        let (sheets, _) = read(&path, format).unwrap();
        for sheet in &sheets {
            let Ok(range) = book.worksheet_range(&sheet.info.name) else { continue };
            let (top, left) = range.start().unwrap_or_default();
            let used = range.used_cells().filter_map(|(row, column, value)| {
                let (kind, text) = told_by_calamine(value)?;
                Some((top + row as u32 + 1, left + column as u32, kind, text))
            });
            agrees(&path, &sheet.info.name, sheet, used.collect());
            compared += 1;
        }
    }
    println!("{compared} sheets compared");
}

#[test]
fn xlsb_cells_agree_with_calamine() {
    let Some(root) = shared() else { return };
    for (path, _) in documents(&root).into_iter().filter(|(_, format)| *format == "xlsb") {
        let mut book = Xlsb::new(Cursor::new(std::fs::read(&path).unwrap())).unwrap();
        let (sheets, _) = read(&path, "xlsb").unwrap();
        let worksheets = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
        assert_eq!(sheets.len(), worksheets.count(), "{}", path.display());
        for sheet in &sheets {
            let mut theirs = Vec::new();
            let mut cells = book.worksheet_cells_reader(&sheet.info.name).unwrap();
            while let Some(cell) = cells.next_cell().unwrap() {
                let (row, column) = cell.get_position();
                let told = told_by_calamine(&cell.get_value().clone().into());
                theirs.extend(told.map(|(kind, text)| (row + 1, column, kind, text)));
            }
            agrees(&path, &sheet.info.name, sheet, theirs);
        }
    }
}

#[test]
fn a_reader_that_is_too_slow_or_no_reader_at_all_becomes_one_finding() {
    let Some(root) = shared() else { return };
    let path = root.join("fixtures/a.xls");
    let programs = [
        ReaderProgram { patience: Duration::ZERO, ..program() },
        ReaderProgram { path: "/bin/sh".into(), ..program() },
    ];
    for program in programs {
        match open_with(&program, &path, "xls", &ReadOptions::default()) {
            Err(ReadError::Refused(finding)) => assert_eq!(finding.code.name, "reader-died"),
            _ => panic!("{program:?}"),
        }
    }
    let missing = root.join("fixtures/no such document.xls");
    assert!(matches!(
        open_with(&program(), &missing, "xls", &ReadOptions::default()),
        Err(ReadError::Io { .. })
    ));
}

#[test]
fn grids_may_be_skipped_or_dropped_half_way() {
    let Some(root) = shared() else { return };
    let path = root.join("corpus/torture_xls/poi__florida_data.ashx.xls");
    let mut opened = open_with(&program(), &path, "xls", &ReadOptions::default()).unwrap();
    let mut names = 0;
    while opened.grids.next_grid().unwrap().is_some() {
        names += 1;
    }
    assert_eq!(names, 5);
    let mut chunk = Chunk::default();
    assert!(!opened.grids.read_rows(&mut chunk).unwrap());
    let mut opened = open_with(&program(), &path, "xls", &ReadOptions::default()).unwrap();
    opened.grids.next_grid().unwrap();
    assert!(opened.grids.read_rows(&mut chunk).unwrap());
    drop(opened);
}
