//! Every sample goes the whole way, and its counts add up.

use serde_json::Value;

use crate::sandbox::{Sandbox, root};

fn converted() -> (Sandbox, Vec<Value>) {
    let sandbox = Sandbox::new();
    let samples = root().join("samples");
    let ran = sandbox.run(&["convert", samples.to_str().unwrap(), "--out", "out", "--json"]);
    assert_eq!(ran.code(), 1, "the samples hold mistakes on purpose: {}", ran.stderr());
    let summary = ran.json();
    (sandbox, summary["documents"].as_array().unwrap().clone())
}

fn total(document: &Value) -> u64 {
    document["records"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn records_in_are_records_out_plus_held() {
    let (_sandbox, documents) = converted();
    assert!(documents.len() >= 8);
    for document in &documents {
        let held = document["held"].as_u64().unwrap();
        assert!(total(document) > 0, "{}", document["name"]);
        for output in document["outputs"].as_array().unwrap() {
            let rows = output["rows"].as_u64().unwrap() + output["held"].as_u64().unwrap();
            assert_eq!(rows, total(document), "{}: {output}", document["name"]);
            assert!(output["held"].as_u64().unwrap() >= held, "{}: {output}", document["name"]);
        }
    }
}

#[test]
fn the_mistakes_on_purpose_are_found_where_they_are() {
    let (_sandbox, documents) = converted();
    let wanted: &[(&str, &[&str])] = &[
        (
            "区县上报学员名册_GBK.csv",
            &[
                "id-checksum @ D7",
                "choice-unknown @ G11",
                "phone-format @ I16",
                "repeat-identical @ D26",
            ],
        ),
        ("身份证号被截断.xlsx", &["id-truncated @ C4", "id-scientific @ C9"]),
        ("学员通讯录_两行表头.xlsx", &["id-sex-mismatch @ C13"]),
        ("人事系统导出.xls", &["id-birthday-mismatch @ E7"]),
    ];
    for (name, places) in wanted {
        let document = documents.iter().find(|document| document["name"] == *name).unwrap();
        let bytes = std::fs::read(document["report"].as_str().unwrap()).unwrap();
        let report: Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| {
                let cell = finding["cell"].as_str().map(str::to_owned);
                let row = || finding["row"].to_string();
                format!("{} @ {}", finding["code"].as_str().unwrap(), cell.unwrap_or_else(row))
            })
            .collect();
        for place in *places {
            assert!(errors.iter().any(|error| error == place), "{name}: {place} not in {errors:?}");
        }
    }
}

#[test]
fn personal_data_is_masked_in_reports() {
    let (_sandbox, documents) = converted();
    for document in &documents {
        let report = std::fs::read_to_string(document["report"].as_str().unwrap()).unwrap();
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() >= 17;
        let in_clear = report.split('"').find(|text| text.len() == 18 && digits(text));
        assert_eq!(in_clear, None, "{}", document["name"]);
    }
}

#[test]
fn the_same_bytes_in_give_the_same_bytes_out() {
    let (first, _) = converted();
    let (second, _) = converted();
    for name in first.files() {
        if name.ends_with(".json") {
            continue; // holds absolute paths
        }
        let same =
            std::fs::read(first.path(&name)).unwrap() == std::fs::read(second.path(&name)).unwrap();
        assert!(same, "{name}");
    }
}
