//! Bad input: each ends in a clear finding or error that names the thing and what to do, leaves nothing
//! half-written behind, and does not stop the other documents of the same call.

use std::io::Write;

use serde_json::Value;

use crate::sandbox::{Sandbox, root};

const GOOD: &str = "姓名,性别,身份证号,工作单位,职称,学历,手机号,项目编号,学分,培训日期\n\
    陈安宁,女,999900198001010028,某医院,医师,本科,19900000001,2022-03-01-127(国),2,2022-03-05\n";

fn only_code(document: &Value) -> String {
    let report = std::fs::read(document["report"].as_str().unwrap()).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let errors = report["findings"].as_array().unwrap().iter();
    let codes: Vec<&str> = errors
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    codes.join(" ")
}

fn workbook(sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    for (name, text) in [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\">{sheet}</worksheet>")),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_bad_document_ends_in_one_named_finding_and_the_good_one_is_still_done() {
    let encrypted = std::fs::read(root().join("tests/it/faults.rs")).unwrap();
    let mut encrypted =
        [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], &encrypted[..]].concat();
    encrypted.truncate(4096);
    let whole = workbook("<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>");
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("empty.csv", Vec::new(), &["empty-document"]),
        ("blank.csv", b"\n\n,,\n".to_vec(), &["empty-document"]),
        ("headings.csv", GOOD.lines().next().unwrap().into(), &["only-headings"]),
        ("no-headings.csv", "1,2,3\n4,5,6\n".into(), &["no-headings"]),
        ("wrong-layout.csv", "姓名,血型\n张某,A\n".into(), &["column-missing", "layout-unknown"]),
        (
            "truncated.xlsx",
            whole[..whole.len() / 2].to_vec(),
            &["truncated-zip", "broken-workbook"],
        ),
        (
            "picture.xlsx",
            b"\x89PNG\r\n\x1a\n0000".to_vec(),
            &["format-not-read", "not-a-spreadsheet"],
        ),
        ("broken.xls", encrypted, &["broken-workbook", "reader-died", "not-a-spreadsheet"]),
        ("wide.csv", [&b"a,"[..]; 20_000].concat(), &["no-headings", "too-many-columns"]),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("in/good.csv", GOOD);
    for (name, bytes, _) in cases {
        sandbox.write(&format!("in/{name}"), bytes);
    }
    let ran = sandbox.run(&["convert", "in", "--out", "out", "--json"]);
    assert_eq!(ran.code(), 1, "{}", ran.stderr());
    let summary = ran.json();
    for document in summary["documents"].as_array().unwrap() {
        let name = document["name"].as_str().unwrap();
        let Some((_, _, codes)) = cases.iter().find(|(case, _, _)| *case == name) else {
            assert_eq!(name, "good.csv");
            assert_eq!(document["outputs"][0]["rows"], 1, "{document}");
            continue;
        };
        let found = only_code(document);
        assert!(
            codes.iter().any(|code| found.split(' ').any(|one| one == *code)),
            "{name}: {found}"
        );
        assert_eq!(document["outputs"].as_array().unwrap().len(), 0, "{name}");
    }
    let left: Vec<String> =
        sandbox.files().into_iter().filter(|name| name.contains(".part")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_path_that_does_not_exist_is_the_worlds_fault_and_the_rest_is_done() {
    let sandbox = Sandbox::new();
    sandbox.write("good.csv", GOOD);
    let ran = sandbox.run(&["convert", "missing.csv", "good.csv", "--out", "out"]);
    assert_eq!(ran.code(), 4);
    assert!(ran.stderr().contains("missing.csv"), "{}", ran.stderr());
    assert!(sandbox.path("out/good.national-cme-roster.xlsx").exists());
}

#[test]
fn an_output_folder_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("good.csv", GOOD);
    sandbox.write("taken", "a file where the folder should be");
    let ran = sandbox.run(&["convert", "good.csv", "--out", "taken"]);
    assert_eq!(ran.code(), 4);
    assert!(ran.stderr().contains("taken"), "{}", ran.stderr());
}

#[test]
fn an_unknown_name_is_a_configuration_fault_with_a_suggestion() {
    let sandbox = Sandbox::new();
    sandbox.write("good.csv", GOOD);
    for words in [
        &["convert", "good.csv", "--input", "hr-exprot"][..],
        &["convert", "good.csv", "--target", "national-cme-rostr"],
        &["convert", "good.csv", "--pack", "beijing-2202"],
    ] {
        let ran = sandbox.run(words);
        assert_eq!(ran.code(), 3, "{words:?}");
        let near = ["hr-export", "national-cme-roster", "beijing-2022"];
        assert!(near.iter().any(|name| ran.stderr().contains(name)), "{}", ran.stderr());
    }
}

#[test]
fn a_wrong_word_on_the_command_line_is_a_usage_fault() {
    assert_eq!(Sandbox::new().run(&["convert"]).code(), 2);
    assert_eq!(Sandbox::new().run(&["convrt", "x"]).code(), 2);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_told_to_stop_leaves_nothing_half_written() {
    let sandbox = Sandbox::new();
    let row = GOOD.lines().last().unwrap();
    let many: String = (0..200_000).map(|_| format!("{row}\n")).collect();
    sandbox.write("a.csv", format!("{}\n{many}", GOOD.lines().next().unwrap()));
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cmegate"))
        .args(["convert", "a.csv", "--out", "out"])
        .current_dir(sandbox.path(""))
        .spawn()
        .unwrap();
    let is_begun = |name: &String| name.starts_with("out/") && name.ends_with(".part");
    while !sandbox.files().iter().any(is_begun) {
        assert!(child.try_wait().unwrap().is_none(), "over before it could be stopped");
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").arg(id).status().unwrap().success());
    assert!(!child.wait().unwrap().success());
    assert_eq!(sandbox.files(), ["a.csv"]);
}

#[test]
fn a_wrong_command_line_is_told_in_the_persons_language() {
    let sandbox = Sandbox::new();
    let cases: &[(&[&str], &str, &str)] = &[
        (&["convert"], "缺少 <DOC>", "required"),
        (
            &["convert", "a", "--outt", "b"],
            "没有选项“--outt”；是否想写 --out",
            "unexpected argument",
        ),
        (&["konvert"], "没有子命令“konvert”；是否想写 convert", "unrecognized subcommand"),
        (&["check", "a", "--as-of", "某日"], "--as-of <DATE> 不能是“某日”", "invalid value"),
        (&["demo", "--color", "red"], "；可用：auto、always、never", "possible values"),
    ];
    for (words, zh, en) in cases {
        let ran = sandbox.run(words);
        assert_eq!(ran.code(), 2, "{words:?}");
        assert!(ran.stderr().contains(zh), "{words:?}: {}", ran.stderr());
        let ran = sandbox.run(&[&["--lang", "en"], *words].concat());
        assert!(ran.stderr().contains(en), "{words:?}: {}", ran.stderr());
    }
}

#[test]
fn the_examples_of_a_file_that_is_checked_run_too() {
    let sandbox = Sandbox::new();
    let input = std::fs::read_to_string(root().join("mappings/inputs/sign-in-list.toml")).unwrap();
    sandbox.write("mine.toml", &input);
    let ran = sandbox.run(&["mapping", "check", "mine.toml"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(!ran.stdout().contains("示例 0 个"), "{}", ran.stdout());
    let broken = input.replacen("findings = [", "findings = [\"id-checksum @ A\", ", 1);
    let broken = if broken == input {
        input.replacen("[[examples]]", "[[examples]]\nfindings = [\"id-checksum @ A\"]", 1)
    } else {
        broken
    };
    sandbox.write("mine.toml", broken);
    let ran = sandbox.run(&["mapping", "check", "mine.toml"]);
    assert_eq!(ran.code(), 3, "{}", ran.stdout());
    assert!(ran.stderr().contains("mine.toml:"), "{}", ran.stderr());
}
