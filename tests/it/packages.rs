//! Packages: many documents in one, one outcome.

use std::io::{Cursor, Write};

use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    gateway::{Home, roster, sample},
    sandbox::Sandbox,
};

const WANG: (&str, &str) = ("王小明", "99990019900307867X");
const LI: (&str, &str) = ("李芳", "999900198507152349");

/// A zip of these members.
pub fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn two(credits: &str) -> String {
    roster("2022-03-01-127(国)", &[(WANG.0, WANG.1, credits), (LI.0, LI.1, "2")])
}

/// The ID number of an invented man. Source of the check digit: GB 11643, 4.2.
fn id(number: u32) -> String {
    let seventeen = format!(
        "9999001990{:02}{:02}{:03}",
        number / 14_000 + 1,
        number / 500 % 28 + 1,
        number % 500 * 2 + 1
    );
    let sum: u32 = seventeen
        .bytes()
        .rev()
        .zip(2..)
        .map(|(digit, place)| u32::from(digit - b'0') * (2_u32.pow(place - 1) % 11))
        .sum();
    format!(
        "{seventeen}{}",
        ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11]
    )
}

fn of<'v>(document: &'v Value, name: &str) -> &'v Value {
    let members = document["members"].as_array().unwrap();
    members.iter().find(|member| member["name"] == name).unwrap()
}

#[test]
fn every_member_is_a_document_with_outputs_and_findings_of_its_own() {
    let sandbox = Sandbox::new();
    let inner = zip_of(&[("名册.csv", two("2").as_bytes())]);
    let package = zip_of(&[
        ("儿科/名册.csv", &sample("区县上报学员名册_GBK.csv")),
        ("内科.zip", &inner),
        ("培训通知.txt", "关于举办培训班的通知\n各科室：".as_bytes()),
        ("坏的.xlsx", b"PK\x03\x04 not a workbook"),
        ("__MACOSX/._名册.csv", b"x"),
    ]);
    sandbox.write("包.zip", package);
    let ran = sandbox.run(&["convert", "包.zip", "--out", "out", "--json"]);
    assert_eq!(ran.code(), 1);
    let summary = ran.json();
    crate::shapes::assert_fits("convert.schema.json", &summary);
    let document = &summary["documents"][0];
    assert_eq!(document["format"], "zip");
    assert_eq!(document["records"]["enrolment"], 27);
    assert_eq!(of(document, "儿科/名册.csv")["outputs"][0]["rows"], 21);
    assert_eq!(of(of(document, "内科.zip"), "名册.csv")["outputs"][0]["rows"], 2);
    assert_eq!(of(document, "培训通知.txt")["evidence"]["format"], Value::Null);
    assert_eq!(of(document, "培训通知.txt")["records"]["evidence"], 1);
    assert_eq!(of(document, "坏的.xlsx")["findings"]["error"], 1);
    let report = std::fs::read(document["report"].as_str().unwrap()).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    crate::shapes::assert_fits("report.schema.json", &report);
    let told = report["findings"].as_array().unwrap();
    let documents: Vec<&str> = told.iter().filter_map(|told| told["document"].as_str()).collect();
    assert!(documents.contains(&"包.zip › 儿科/名册.csv"), "{documents:?}");
    let counted: u64 = ["error", "warning", "info"]
        .map(|key| document["findings"][key].as_u64().unwrap())
        .iter()
        .sum();
    assert_eq!(told.len() as u64, counted);
    let files: Vec<String> =
        sandbox.files().into_iter().filter(|name| name.starts_with("out/")).collect();
    assert_eq!(
        files,
        [
            "out/包.report.json",
            "out/包.儿科-名册.annotated.xlsx",
            "out/包.儿科-名册.national-cme-roster.xlsx",
            "out/包.内科-名册.national-cme-roster.xlsx",
        ]
    );
}

#[test]
fn the_same_package_gives_the_same_report_and_strict_holds_all_of_it() {
    let sandbox = Sandbox::new();
    let clean = two("2");
    let members: &[(&str, &[u8])] =
        &[("好.csv", clean.as_bytes()), ("错.csv", &sample("区县上报学员名册_GBK.csv"))];
    sandbox.write("包.zip", zip_of(members));
    let first = sandbox.run(&["convert", "包.zip", "--out", "one", "--json"]).json();
    assert_eq!(of(&first["documents"][0], "好.csv")["outputs"][0]["rows"], 2);
    let strict = sandbox.run(&["convert", "包.zip", "--out", "two", "--strict", "--json"]).json();
    let strict = &strict["documents"][0];
    assert_eq!(strict["held"], 27);
    assert!(
        sandbox.files().iter().all(|name| !name.starts_with("two/") || !name.contains("roster"))
    );
}

#[test]
fn a_contradiction_far_apart_in_one_member_holds_its_rows_and_no_others() {
    let sandbox = Sandbox::new();
    let mut people: Vec<(String, String, &str)> = Vec::new();
    for number in 0..20_000 {
        people.push(("王小明".to_owned(), id(number), "2"));
    }
    people.push(("王小明".to_owned(), id(0), "3"));
    let rows: Vec<(&str, &str, &str)> =
        people.iter().map(|(name, id, credits)| (name.as_str(), id.as_str(), *credits)).collect();
    let long = roster("2022-03-01-127(国)", &rows);
    let short = two("2");
    sandbox.write("包.zip", zip_of(&[("短.csv", short.as_bytes()), ("长.csv", long.as_bytes())]));
    let ran = sandbox.run(&["convert", "包.zip", "--out", "out", "--json"]).json();
    let document = &ran["documents"][0];
    assert_eq!(of(document, "短.csv")["outputs"][0]["rows"], 2);
    assert_eq!(of(document, "长.csv")["outputs"][0]["rows"], 19_999);
    assert_eq!(document["held"], 2);
}

#[test]
fn a_package_that_is_dropped_is_one_job_and_its_sender_reads_what_is_wrong() {
    let home = Home::new("");
    let clean = two("2");
    home.drop_in(
        "儿科/材料.zip",
        zip_of(&[
            ("好.csv", clean.as_bytes()),
            ("错.csv", &sample("区县上报学员名册_GBK.csv")),
            ("坏的.xlsx", b"PK\x03\x04 not a workbook"),
        ]),
    );
    home.once(1);
    assert_eq!(home.names("done"), ["儿科/材料.zip"]);
    assert_eq!(
        home.names("out"),
        ["儿科/材料.好.national-cme-roster.xlsx", "儿科/材料.错.national-cme-roster.xlsx"]
    );
    assert_eq!(home.names("refused"), ["儿科/材料.zip.说明.txt", "儿科/材料.错.annotated.xlsx"]);
    let note = std::fs::read_to_string(home.path("rosters/refused/儿科/材料.zip.说明.txt"));
    let note = note.unwrap();
    assert!(note.contains("材料.zip › 坏的.xlsx"), "{note}");
    assert_eq!(home.jobs().len(), 1);
}

#[test]
fn evidence_without_a_roster_is_held_and_says_so() {
    let home = Home::new("");
    home.drop_in("照片.zip", zip_of(&[("签到/1.jpg", b"\xff\xd8\xff\xe0 no picture")]));
    home.once(1);
    assert_eq!(home.jobs()[0]["state"], "held");
    assert!(home.names("out").is_empty());
    assert_eq!(home.names("refused"), ["照片.zip", "照片.zip.说明.txt"]);
}

#[test]
fn what_a_package_lacks_as_a_whole_is_told() {
    let sandbox = Sandbox::new();
    let mut deep = zip_of(&[("名册.csv", two("2").as_bytes())]);
    for _ in 0..5 {
        deep = zip_of(&[("内.zip", &deep)]);
    }
    let manifest = "项目编号：2022-03-01-127\n签到人数：2\n天气：晴\n";
    for (package, code) in [
        (deep, "package-too-deep"),
        (zip_of(&[("__MACOSX/._x", b"x")]), "package-empty"),
        (zip_of(&[("签到表.pdf", b"%PDF-1.4 broken")]), "package-without-roster"),
        (
            zip_of(&[("名册.csv", two("2").as_bytes()), ("清单.txt", manifest.as_bytes())]),
            "manifest-line-unknown",
        ),
    ] {
        sandbox.write("包.zip", package);
        let ran = sandbox.run(&["check", "包.zip"]);
        assert!(ran.stdout().contains(code), "{code}: {}", ran.stdout());
    }
}

#[test]
fn a_count_of_signatures_by_a_person_lets_a_held_package_run_again() {
    let home = Home::new("");
    home.drop_in("材料.zip", zip_of(&[("签到/1.jpg", b"\xff\xd8\xff\xe0 no picture")]));
    home.once(1);
    let id = home.jobs()[0]["id"].as_str().unwrap().to_owned();
    let confirmed = home.run(&["jobs", "confirm", &id, "--signed", "12"]);
    assert!(confirmed.status.success(), "{confirmed:?}");
    assert_eq!(home.jobs()[0]["state"], "admitted");
    home.once(1);
    assert_eq!(home.jobs()[0]["state"], "held");
}
