//! The main net: every folder of `tests/corpus/` is a document and what becomes of it.
//!
//! A case holds `input.*` and, where it needs them, `words` (the rest of the command line, `CASE` being its
//! folder), `with.*` (handed in by `--with`) and files of mappings; a case `sample-NAME` takes `samples/NAME.*`. Expected beside it: `findings.txt` (exit code, counts, each finding
//! as `code @ place`), `NAME.jsonl` and `NAME.csv` (outputs as they are, in UTF-8), `NAME.cells.txt` (a
//! workbook, cell by cell). `CMEGATE_BLESS=1` writes the expectations anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use calamine::{Data, Reader};
use serde_json::Value;

use crate::sandbox::{Sandbox, root};

fn folder() -> PathBuf {
    root().join("tests/corpus")
}

fn is_blessing() -> bool {
    std::env::var_os("CMEGATE_BLESS").is_some()
}

/// Folders of cases, sorted.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn file_in(folder: &Path, stem: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.into_iter().find(|path| path.file_stem().is_some_and(|found| found == stem))
}

fn input(case: &Path) -> PathBuf {
    let name = case.file_name().unwrap().to_str().unwrap();
    let found = match name.strip_prefix("sample-") {
        Some(sample) => file_in(&root().join("samples"), sample),
        None => file_in(case, "input"),
    };
    found.unwrap_or_else(|| panic!("{name} has no input"))
}

/// What a case makes: name of the expectation → text.
fn made(case: &Path) -> BTreeMap<String, String> {
    let sandbox = Sandbox::new();
    let words = fs::read_to_string(case.join("words")).unwrap_or_default();
    let words = words.replace("CASE", case.to_str().unwrap());
    let input = input(case);
    let mut all = vec!["convert", input.to_str().unwrap(), "--out", "out", "--json"];
    all.extend(words.split_whitespace());
    let with = file_in(case, "with");
    all.extend(with.iter().flat_map(|with| ["--with", with.to_str().unwrap()]));
    let ran = sandbox.run(&all);
    let document = &ran.json()["documents"][0];
    let mut made = BTreeMap::new();
    made.insert("findings.txt".to_owned(), findings(ran.code(), document));
    for output in document["outputs"].as_array().unwrap() {
        let path = Path::new(output["path"].as_str().unwrap());
        let target = output["target"].as_str().unwrap();
        let (name, text) = match path.extension().unwrap().to_str().unwrap() {
            "xlsx" => (format!("{target}.cells.txt"), cells(path)),
            other => (format!("{target}.{other}"), text(&fs::read(path).unwrap())),
        };
        made.insert(name, text);
    }
    made
}

fn findings(code: i32, document: &Value) -> String {
    let counted = document["records"].as_object().unwrap().values();
    let records: u64 = counted.map(|count| count.as_u64().unwrap()).sum();
    let mut told = format!("exit {code}\nrecords {records} held {}\n", document["held"]);
    let report = document["report"].as_str().unwrap_or_else(|| panic!("no report: {document}"));
    let report = fs::read(report).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    for finding in report["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap_or_default();
        let sheet = if text("sheet").is_empty() { "" } else { &format!("{}!", text("sheet")) };
        let row = finding["row"].as_u64().map(|row| format!("row {row}"));
        let place = finding["cell"].as_str().map(str::to_owned).or(row);
        let place = place.unwrap_or_else(|| "document".to_owned());
        let rule = finding["clause"]["rule"].as_str().map(|rule| format!(" by {rule}"));
        let (severity, code, rule) = (text("severity"), text("code"), rule.unwrap_or_default());
        writeln!(told, "{severity} {code} @ {sheet}{place}{rule}").unwrap();
        for candidate in finding["candidates"].as_array().into_iter().flatten() {
            writeln!(told, "  candidate {candidate}").unwrap();
        }
    }
    told
}

/// The filled sheet of a workbook, read by somebody else's reader: one cell a line. It is the widest of
/// those that people see.
fn cells(path: &Path) -> String {
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let sheets = workbook.sheets_metadata().to_vec();
    let visible = sheets.iter().filter(|sheet| sheet.visible == calamine::SheetVisible::Visible);
    let ranges = visible.map(|sheet| workbook.worksheet_range(&sheet.name).unwrap());
    let range = ranges.max_by_key(|range| range.get_size().1).unwrap();
    let (top, left) = range.start().unwrap();
    let mut told = String::new();
    for (row, column, cell) in range.used_cells() {
        let letters = cmegate::model::grid::column_letters((left as usize + column) as u16);
        let kind = if matches!(cell, Data::String(_)) { "" } else { "# " };
        let text = cell.to_string().replace('\n', "\\n");
        writeln!(told, "{letters}{} {kind}{text}", top as usize + row + 1).unwrap();
    }
    told
}

/// A text output as UTF-8 with plain line ends; a byte order mark shows as `<BOM>`.
fn text(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("<GBK>{}", encoding_rs::GBK.decode_without_bom_handling(bytes).0),
    };
    text.replace('\u{FEFF}', "<BOM>").replace('\r', "<CR>")
}

fn expected(case: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let is_given = |path: &Path| {
        let is_words = path.file_name().is_some_and(|name| name == "words");
        let is_plan = path.is_dir() || path.extension().is_some_and(|kind| kind == "toml");
        let is_with = path.file_stem().is_some_and(|stem| stem == "with");
        is_words || is_plan || is_with || *path == input(case)
    };
    let expected = entries.filter(|path| !is_given(path)).map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(&path).unwrap())
    });
    expected.collect()
}

/// Says where two expectations part; blesses instead when asked to.
fn compare(case: &Path) -> Option<String> {
    let (expected, made) = (expected(case), made(case));
    if expected == made {
        return None;
    }
    if is_blessing() {
        expected.keys().for_each(|name| fs::remove_file(case.join(name)).unwrap());
        made.iter().for_each(|(name, text)| fs::write(case.join(name), text).unwrap());
        return None;
    }
    let names: BTreeSet<&String> = expected.keys().chain(made.keys()).collect();
    let mut told = format!("{}:\n", case.file_name().unwrap().to_string_lossy());
    for name in names.into_iter().filter(|name| expected.get(*name) != made.get(*name)) {
        let lines = |text: Option<&String>| -> Vec<String> {
            text.map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
        };
        let (before, now) = (lines(expected.get(name)), lines(made.get(name)));
        for line in before.iter().filter(|line| !now.contains(line)) {
            writeln!(told, "  {name}: - {line}").unwrap();
        }
        for line in now.iter().filter(|line| !before.contains(line)) {
            writeln!(told, "  {name}: + {line}").unwrap();
        }
    }
    Some(told)
}

#[test]
fn every_case_becomes_what_stands_beside_it() {
    let cases = cases();
    assert!(cases.len() >= 50, "only {} cases", cases.len());
    let differing: Vec<String> = cases.iter().filter_map(|case| compare(case)).collect();
    assert!(differing.is_empty(), "CMEGATE_BLESS=1 accepts:\n{}", differing.join("\n"));
}

#[test]
fn every_sample_is_a_case() {
    for entry in fs::read_dir(root().join("samples")).unwrap() {
        let path = entry.unwrap().path();
        let case = folder().join(format!("sample-{}", path.file_stem().unwrap().to_str().unwrap()));
        if is_blessing() {
            fs::create_dir_all(&case).unwrap();
        }
        assert!(case.is_dir(), "{} is missing", case.display());
    }
}

/// Codes that no case brings about yet, and which test does. This list may only become shorter.
const ELSEWHERE: &[(&str, &str)] = &[
    ("zip-package", "src/read/sniff/tests.rs"),
    ("reader-died", "tests/child_reader.rs"),
    ("not-a-package", "tests/it/verify.rs"),
    ("package-broken", "src/read/package/zip/tests.rs"),
    ("package-split", "src/read/package/zip/tests.rs"),
    ("package-overlap", "src/read/package/zip/tests.rs"),
    ("package-too-large", "src/read/package/zip/tests.rs"),
    ("package-locked", "src/read/package/zip/tests.rs"),
    ("package-sealed", "tests/packages.rs"),
    ("package-names-mixed", "src/read/package/zip/tests.rs"),
    ("package-names-uncertain", "src/read/encoding/names.rs"),
    ("member-unsafe", "src/read/package/zip/tests.rs"),
    ("member-repeated", "src/read/package/zip/tests.rs"),
    ("member-damaged", "src/read/package/zip/tests.rs"),
    ("member-too-large", "src/read/package/zip/tests.rs"),
    ("member-method", "src/read/package/zip/tests.rs"),
    ("member-name-differs", "src/read/package/zip/tests.rs"),
    ("members-renamed", "src/read/package/paths.rs"),
    ("junk-skipped", "src/read/package/zip/tests.rs"),
    ("mail-text-not-read", "src/read/package/mail/tests.rs"),
    ("mail-winmail", "src/read/package/mail/tests.rs"),
    ("package-too-deep", "tests/it/packages.rs"),
    ("package-empty", "tests/it/packages.rs"),
    ("manifest-line-unknown", "tests/it/packages.rs"),
    ("memo-unreadable", "src/read/records/dbf/tests.rs"),
    ("id-rounded", "src/text/id/tests.rs"),
    ("other-credits-elsewhere", "tests/it/gateway/journey.rs"),
    ("correction-compared", "tests/it/gateway/journey.rs"),
    ("rows-gone", "tests/it/gateway/journey.rs"),
    ("over-cap", "tests/rules/fires.rs"),
    ("too-little", "tests/rules/fires.rs"),
    ("value-not-allowed", "tests/rules/fires.rs"),
    ("value-forbidden", "tests/rules/fires.rs"),
    ("rule-field-missing", "tests/rules/fires.rs"),
    ("dates-reversed", "tests/rules/fires.rs"),
    ("days-apart", "tests/rules/fires.rs"),
    ("deadline", "tests/rules/fires.rs"),
    ("differs", "tests/rules/fires.rs"),
    ("must-not-be", "tests/rules/fires.rs"),
    ("look-at-it", "tests/rules/fires.rs"),
    ("own-rule", "tests/rules/fires.rs"),
    ("evidence-broken", "src/read/child/look/"),
    ("evidence-locked", "src/read/child/look/"),
    ("evidence-too-large", "src/read/child/look/"),
    ("evidence-heic", "src/read/child/look/"),
    ("evidence-not-looked", "src/read/child/look/"),
    ("evidence-blurred", "src/rules/activity/tests.rs"),
    ("evidence-dark", "src/rules/activity/tests.rs"),
    ("evidence-small", "src/rules/activity/tests.rs"),
    ("evidence-sideways", "src/rules/activity/tests.rs"),
    ("evidence-repeated", "src/rules/activity/tests.rs"),
    ("evidence-shared", "src/rules/activity/tests.rs"),
    ("evidence-alike", "src/rules/activity/tests.rs"),
    ("evidence-missing", "src/rules/activity/tests.rs"),
    ("sign-in-pages-few", "src/rules/activity/tests.rs"),
    ("signed-count-missing", "src/rules/activity/tests.rs"),
    ("signed-count-differs", "src/rules/activity/tests.rs"),
    ("signed-counts-disagree", "src/rules/activity/tests.rs"),
    ("manifest-file-absent", "src/rules/activity/tests.rs"),
    ("target-number", "src/write/template/tests.rs"),
    ("target-date", "src/write/template/tests.rs"),
];

#[test]
fn every_code_that_is_explained_occurs_in_a_case() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let told = fs::read_to_string(case.join("findings.txt")).unwrap_or_default();
        seen.extend(told.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned));
    }
    let listed = Sandbox::new().run(&["explain"]).stdout();
    let codes: Vec<&str> =
        listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 80, "explain lists {} codes", codes.len());
    let missing: Vec<&str> = codes.into_iter().filter(|code| !seen.contains(*code)).collect();
    let elsewhere: Vec<&str> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    assert_eq!(missing, elsewhere);
}
