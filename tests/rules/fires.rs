//! Every rule, fired by a document in a shipped layout: judged means that a shipped input carries its fields.

use std::path::Path;

use cmegate::{
    config::Catalogue,
    model::Kind,
    pipeline::{self, Request, Wants},
    rules::Rule,
};
use serde_json::Value;

/// The shipped layout of a kind of records.
pub fn layout(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "hr-export",
        Kind::Project => "project-list",
        Kind::Enrolment => "learner-address-book",
        Kind::Attendance => "sign-in-list",
        Kind::Credit => "credit-list",
        Kind::Evidence | Kind::Receipt => panic!("no shipped layout"),
    }
}

/// What a layout cannot do without.
fn needed(input: &str) -> &'static [(&'static str, &'static str)] {
    match input {
        "credit-list" => &[("name", "陈安宁"), ("credits", "1"), ("content", "学习")],
        "project-list" => {
            &[("project_code", "2022-14-01-001(豫)"), ("project_name", "护理班"), ("place", "某地")]
        }
        "sign-in-list" => &[("name", "陈安宁"), ("time_in", "2022-03-05 08:30")],
        "hr-export" => &[
            ("name", "陈安宁"),
            ("person_no", "0012"),
            ("id_no", "999900198001010028"),
            ("dept", "内科"),
        ],
        _ => &[("name", "陈安宁"), ("id_no", "999900198001010028"), ("credits", "1")],
    }
}

/// Judges one row: ids of the rules that found something, each with its message and hint.
pub fn judge(
    catalogue: &Catalogue,
    (input, pack): (&str, &str),
    record: &[(&str, &str)],
    as_of: Option<i32>,
) -> Vec<(String, String)> {
    let mapping = catalogue.input(input).unwrap();
    let mut cells: Vec<(&str, &str)> = record.to_vec();
    for (field, text) in needed(input) {
        if !cells.iter().any(|(known, _)| known == field) {
            cells.push((field, text));
        }
    }
    let heading = |field: &str| {
        let column = mapping.columns.iter().find(|column| column.field.name == field);
        let column = column.unwrap_or_else(|| panic!("{input} has no column for {field}"));
        column.headings.first().unwrap().clone()
    };
    let head: Vec<String> = cells.iter().map(|(field, _)| heading(field)).collect();
    let row: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("a.csv");
    std::fs::write(&document, format!("{}\n{}\n", head.join(","), row.join(","))).unwrap();
    let request = Request {
        input: Some(input.to_owned()),
        packs: vec![pack.to_owned()],
        wants: Wants::Judgement,
        out: Some(folder.path().join("out")),
        as_of: as_of.and_then(chrono::NaiveDate::from_num_days_from_ce_opt),
        ..Request::default()
    };
    let report = pipeline::convert(catalogue, &document, "a", &request).unwrap();
    findings(report.report.as_deref().unwrap())
}

fn findings(path: &Path) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings
        .filter_map(|finding| {
            let rule = finding["clause"]["rule"].as_str()?.to_owned();
            Some((rule, format!("{} | {}", text(finding, "message"), text(finding, "hint"))))
        })
        .collect()
}

fn faults_of(catalogue: &Catalogue, pack: &str, rule: &Rule) -> Vec<String> {
    let input = layout(rule.entity[0]);
    let mut faults = Vec::new();
    for example in &rule.examples {
        let record: Vec<(&str, &str)> =
            example.record.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        let found = judge(catalogue, (input, pack), &record, example.as_of);
        let id = &rule.clause.rule;
        let is_found = found.iter().any(|(rule, _)| rule == id);
        if is_found != example.is_breach {
            faults.push(format!("{pack} {id} by {input} with {record:?}: {found:?}"));
        }
        if let Some((_, words)) =
            found.iter().find(|(rule, words)| rule == id && words.contains('{'))
        {
            faults.push(format!("{id} leaves a blank unfilled: {words}"));
        }
    }
    faults
}

#[test]
fn every_example_fires_or_passes_in_a_document_of_a_shipped_layout() {
    let catalogue = Catalogue::open(None);
    let mut faults = Vec::new();
    for name in catalogue.pack_names() {
        for rule in &catalogue.pack(name).unwrap().rules {
            faults.extend(faults_of(&catalogue, name, rule));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
