//! What is held, warned about and counted, from the outside.

use serde_json::Value;

use crate::sandbox::Sandbox;

const HEAD: &str = "姓名,性别,身份证号,工作单位,职称,学历,手机号,项目编号,学分,天数,培训日期";
const ID: &str = "999900198001010028";

fn row(code: &str, credits: &str, days: &str, date: &str) -> String {
    format!("陈安宁,女,{ID},某医院,医师,本科,19900000001,{code},{credits},{days},{date}\n")
}

fn roster(rows: &[String]) -> String {
    format!("{HEAD}\n{}", rows.concat())
}

/// Converts a text with further words; gives the document's summary and its findings as `code @ place`.
fn convert(text: impl AsRef<[u8]>, words: &[&str]) -> (Value, Vec<String>) {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", text);
    let all = [&["convert", "a.csv", "--out", "out", "--json"], words].concat();
    let document = sandbox.run(&all).json()["documents"][0].clone();
    let report = std::fs::read(document["report"].as_str().unwrap()).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let told = findings.iter().filter(|finding| finding["severity"] != "info").map(|finding| {
        let place = finding["cell"].as_str().or(finding["clause"]["rule"].as_str());
        format!("{} @ {}", finding["code"].as_str().unwrap(), place.unwrap_or("-"))
    });
    (document.clone(), told.collect())
}

#[test]
fn the_pack_caps_credits_by_days_with_its_clause_and_proposes_the_lower_value() {
    let text = roster(&[
        row("2022-03-01-001(国)", "4", "2", "2022-03-05"),
        row("2022-03-01-002(国)", "6", "2", "2022-03-05"),
        row("2022-03-01-003(国)", "4", "1.5", "2022-03-05"),
        row("2022-10-01-015(国)", "8", "4", "2022-03-05"),
    ]);
    let (document, told) = convert(&text, &["--pack", "beijing-2022"]);
    assert_eq!(told, ["credits-over-days @ I3", "credits-over-days @ I4", "monitored-cap @ I5"]);
    assert_eq!(document["held"], 3);
    let (_, told) = convert(&text, &[]);
    assert_eq!(told, Vec::<String>::new(), "without --pack only the mapping's own checks apply");
}

#[test]
fn a_family_judges_by_the_version_in_force_on_the_records_day() {
    let text = roster(&[row("2022-03-01-002(国)", "6", "2", "2024-03-05")]);
    let (_, told) = convert(&text, &["--pack", "beijing"]);
    assert_eq!(told, ["no-pack-in-force @ -"]);
    let (_, told) = convert(&text, &["--pack", "beijing-2022"]);
    assert_eq!(told, ["credits-over-days @ I2", "date-not-in-cycle @ K2"]);
}

#[test]
fn a_day_that_has_not_come_holds_the_row() {
    let text = roster(&[row("2022-03-01-002(国)", "4", "2", "2030-03-05")]);
    let (document, told) = convert(&text, &["--as-of", "2024-06-01"]);
    assert_eq!(
        (told, &document["held"]),
        (vec!["date-after-today @ K2".to_owned()], &Value::from(1))
    );
}

#[test]
fn rows_that_a_rule_cannot_judge_are_told() {
    let text = roster(&[
        row("2022-03-01-001(国)", "4", "2", "2022-03-05"),
        row("2022-03-01-002(国)", "10", "", "2022-03-05"),
    ]);
    let (_, told) = convert(&text, &["--pack", "beijing-2022"]);
    assert_eq!(told, ["rows-not-judged @ -", "rows-not-judged @ -"]);
}

#[test]
fn repeats_with_different_credits_hold_all_of_them_even_far_apart() {
    let mut rows: Vec<String> = (0..40_000)
        .map(|n| format!("某{n},,,某医院,医师,本科,199{n:08},2022-03-01-001(国),2,,2022-03-05\n"))
        .collect();
    let person = |credits: &str| row("2022-03-01-001(国)", credits, "", "2022-03-05");
    rows.insert(0, person("2"));
    rows.push(person("4"));
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&rows));
    let words = ["check", "a.csv", "--json", "--out", "out"];
    let document = sandbox.run(&words).json()["documents"][0].clone();
    let report = std::fs::read_to_string(document["report"].as_str().unwrap()).unwrap();
    assert_eq!(report.matches("repeat-differs").count(), 2);
    let (first, last) = ("\"row\":2,", "\"row\":40003,");
    assert!(report.contains(first) && report.contains(last), "both rows are named");
}

#[test]
fn a_cell_that_cannot_be_decoded_holds_its_row() {
    let mut bytes = roster(&[row("2022-03-01-001(国)", "4", "2", "2022-03-05")]).into_bytes();
    let broken = row("2022-03-01-002(国)", "4", "2", "2022-03-06").replace("某医院", "某\u{1}院");
    bytes.extend(broken.bytes().map(|byte| if byte == 1 { 0xFF } else { byte }));
    let (document, told) = convert(bytes, &[]);
    assert_eq!(told, ["undecodable @ D3"]);
    assert_eq!((&document["held"], &document["outputs"][0]["rows"]), (&1.into(), &1.into()));
}

#[test]
fn a_target_of_another_kind_is_an_error_and_everything_is_held() {
    let text =
        "姓名,单位,科室,签到时间,签退时间\n陈安宁,某医院,内科,2022-03-05 8:00,2022-03-05 17:00\n";
    let (document, told) = convert(text, &["--target", "national-cme-roster"]);
    assert_eq!(told, ["target-other-kind @ -"]);
    assert_eq!((&document["held"], document["outputs"].as_array().unwrap().len()), (&1.into(), 0));
}

#[test]
fn strict_holds_the_whole_document_for_one_error() {
    let text = roster(&[
        row("2022-03-01-001(国)", "4", "2", "2022-03-05"),
        row("2022-03-01-002(国)", "40", "2", "2022-03-05"),
    ]);
    let (document, _) = convert(&text, &[]);
    assert_eq!((&document["held"], &document["outputs"][0]["rows"]), (&1.into(), &1.into()));
    let (document, _) = convert(&text, &["--strict"]);
    assert_eq!((&document["held"], document["outputs"].as_array().unwrap().len()), (&2.into(), 0));
}
