//! `cmegate pack`, from the outside.

use std::process::Command;

use serde_json::Value;

fn run(words: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_cmegate"))
        .args(words)
        .args(["--lang", "en", "-q"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn json(words: &[&str]) -> Value {
    let (code, said) = run(&[words, &["--json"]].concat());
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&said).unwrap()
}

#[test]
fn list_and_show_tell_status_dates_clauses_and_what_is_unverified() {
    let packs = json(&["pack", "list"]);
    let all = packs["packs"].as_array().unwrap();
    let draft = all.iter().find(|pack| pack["name"] == "hebei-draft").unwrap();
    assert_eq!((&draft["status"], &draft["layer"]), (&"draft".into(), &"province".into()));
    let (code, page) = run(&["pack", "show", "hospital-2023"]);
    assert_eq!(code, 0);
    for part in
        ["BJ-DAY-01", "H23-DAY-03", "if_over = 1", "extends: beijing-2022", "what is missing"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(run(&["pack", "show", "national-2024"]).1.contains("unverified"));
}

#[test]
fn diff_names_rules_added_gone_and_changed_with_their_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../mappings/packs/anyang-2022.toml");
    let changed = shipped.replacen("days = 10", "days = 9", 1).replace("AY-ONL-01", "AY-ONL-02");
    let changed = changed.replacen("2022-06-05", "2022-06-06", 1);
    let path = folder.path().join("ours.toml");
    std::fs::write(&path, changed).unwrap();
    let shape = json(&["pack", "diff", "anyang-2022", path.to_str().unwrap()]);
    let told: Vec<(&str, &str)> = shape["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["rule"].as_str().unwrap(), one["change"].as_str().unwrap()))
        .collect();
    let expected = [("AY-RPT-01", "changed"), ("AY-ONL-02", "added"), ("AY-ONL-01", "gone")];
    assert_eq!(told, expected);
    assert_eq!(
        shape["changes"][0]["parts"][0],
        serde_json::json!({ "name": "days", "was": "10", "is": "9" })
    );
}

#[test]
fn impact_tells_what_a_pack_would_judge_differently_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let head = "姓名,身份证号,证书种类,天数,学分,录入途径\n";
    let row = "陈安宁,999900198001010028,国家级证书,2,6,北京市继教委许可发证书项目\n";
    std::fs::write(folder.path().join("a.csv"), format!("{head}{row}")).unwrap();
    let on = folder.path().to_str().unwrap();
    let words =
        ["pack", "impact", "--pack", "hospital-2023", "--on", on, "--against", "beijing-2022"];
    let shape = json(&words);
    let rules = |side: &str| -> Vec<String> {
        let told = shape[side].as_array().unwrap().iter();
        told.map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (rules("new"), rules("gone")),
        (vec!["H23-DAY-03".into()], vec!["BJ-DAY-01".into()])
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
