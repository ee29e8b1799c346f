//! The JSON that other programs read keeps its published shape.

use serde_json::Value;

use crate::sandbox::{Sandbox, root};

fn schema(name: &str) -> jsonschema::Validator {
    let path = root().join("tests/schemas").join(name);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// Panics with the first places where a value does not fit a schema.
pub fn assert_fits(name: &str, value: &Value) {
    let validator = schema(name);
    let faults: Vec<String> = validator
        .iter_errors(value)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
}

#[test]
fn every_sample_gives_a_summary_and_a_report_of_the_published_shape() {
    let sandbox = Sandbox::new();
    let samples = root().join("samples");
    let ran = sandbox.run(&["convert", samples.to_str().unwrap(), "--out", "out", "--json"]);
    let summary = ran.json();
    assert_fits("convert.schema.json", &summary);
    for document in summary["documents"].as_array().unwrap() {
        let report = std::fs::read(document["report"].as_str().unwrap()).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert_fits("report.schema.json", &report);
        let told = report["findings"].as_array().unwrap().len() as u64;
        let counts = &document["findings"];
        let counted = ["error", "warning", "info"].map(|key| counts[key].as_u64().unwrap());
        assert_eq!(told, counted.iter().sum::<u64>(), "{}", document["name"]);
    }
}

#[test]
fn inspect_prints_the_same_shape_without_outputs() {
    let sandbox = Sandbox::new();
    let samples = root().join("samples");
    let summary = sandbox.run(&["inspect", samples.to_str().unwrap(), "--json"]).json();
    assert_fits("convert.schema.json", &summary);
    for document in summary["documents"].as_array().unwrap() {
        assert_eq!(document["outputs"].as_array().unwrap().len(), 0);
    }
}

#[test]
fn a_wrong_shape_is_noticed() {
    let validator = schema("convert.schema.json");
    assert!(!validator.is_valid(&serde_json::json!({ "version": 2, "documents": [] })));
}
