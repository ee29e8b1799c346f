//! Staff masters, damaged numbers, rare characters: from the outside. All people are invented.

use std::{fs, path::PathBuf};

use cmegate::text::pua;
use serde_json::Value;

use crate::{
    gateway::Home,
    sandbox::{Sandbox, shared},
};

const HEAD: &str = "姓名,性别,身份证号,工作单位,科室,职称,学历,手机号,项目编号,学分,培训日期";
const MASTER: &str = "姓名,性别,身份证号,科室,职称\n陈安宁,女,999900198001010028,心内科,医师\n王䶮,女,999900198001010220,骨科,医师\n";
/// The number of 陈安宁, as Excel left it.
const CUT: &str = "999900198001010000";
const WHOLE: &str = "999900198001010028";

fn row(name: &str, id: &str) -> String {
    format!("{name},女,{id},某医院,心内科,医师,本科,19900000001,2022-03-01-001(国),4,2022-03-05\n")
}

fn roster(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(name, id)| row(name, id)).collect();
    format!("{HEAD}\n{rows}")
}

fn report(document: &Value) -> Value {
    let bytes = fs::read(document["report"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn codes(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_private_use_character_of_old_fonts_is_known() {
    let Some(path) = shared("domain/pua.tsv") else { return };
    let text = fs::read_to_string(path).unwrap();
    let letter = |point: &str| {
        let number = u32::from_str_radix(point.trim_start_matches("U+"), 16).unwrap();
        char::from_u32(number).unwrap()
    };
    let mut known = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let (private, standard) = (letter(parts[0]), letter(parts[2]));
        assert_eq!(pua::repair(private), Some(standard), "{line}");
        // The same bytes in a GBK or GB18030 document, by either edition of the standard, end as that character.
        let code = u16::from_str_radix(parts[3], 16).unwrap().to_be_bytes();
        let decoded = encoding_rs::GB18030.decode_without_bom_handling(&code).0;
        let mut decoded = decoded.into_owned();
        pua::repair_in(&mut decoded, 0);
        assert_eq!(decoded, standard.to_string(), "{line}");
        known += 1;
    }
    assert_eq!(known, 106);
}

#[test]
fn a_master_is_told_in_short_and_stops_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&[("陈安宁", CUT)]));
    sandbox.write("staff.csv", format!("{MASTER}某人,女,{CUT},骨科,医师\n"));
    let ran = sandbox.run(&["convert", "a.csv", "--with", "staff.csv", "--out", "out", "--json"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.stderr().contains("staff.csv：3 人；其中错误 1"), "{}", ran.stderr());
    let document = &ran.json()["documents"][0];
    assert_eq!(document["digests"]["past"].as_str().unwrap().len(), 64);
    let report = report(document);
    assert_eq!(codes(&report), ["id-truncated", "id-classes"]);
    let text = report.to_string();
    assert!(!text.contains(WHOLE) && !text.contains("陈安宁"), "{text}");
    let candidate = &report["findings"][0]["candidates"][0];
    assert_eq!(
        (&candidate["name"], &candidate["grounds"]),
        (&"陈**".into(), &"name-and-digits".into())
    );
    // Without it nothing of the kind is there.
    let ran = sandbox.run(&["convert", "a.csv", "--out", "out", "--json"]);
    assert!(ran.json()["documents"][0]["digests"]["past"].is_null());
}

#[test]
fn the_annotated_workbook_shows_the_candidates() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&[("陈安宁", CUT)]));
    sandbox.write("staff.csv", MASTER);
    sandbox.run(&["convert", "a.csv", "--with", "staff.csv", "--out", "out"]);
    let file = fs::File::open(sandbox.path("out/a.annotated.xlsx")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut text = String::new();
    for name in names.iter().filter(|name| name.contains("comments") || name.contains("sheet")) {
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    }
    assert_eq!(text.matches("候选 1：末三位 028（陈**，心内科）").count(), 2, "comment and list");
}

#[test]
fn a_document_without_people_is_a_mistake_of_the_command() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&[("陈安宁", CUT)]));
    sandbox.write("notes.csv", "一,二\n三,四\n");
    for (with, code, told) in [
        ("notes.csv", 3, "notes.csv 里没有人员表"),
        ("gone.csv", 4, "用不了 --with 的文件 gone.csv"),
    ] {
        for verb in ["convert", "check", "inspect"] {
            let ran = sandbox.run(&[verb, "a.csv", "--with", with]);
            assert_eq!(ran.code(), code, "{}", ran.stderr());
            assert!(ran.stderr().contains(told), "{}", ran.stderr());
        }
    }
    assert_eq!(sandbox.files(), ["a.csv", "notes.csv"]);
}

#[test]
fn a_list_of_people_is_not_taken_for_a_roster_nor_the_other_way() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&[("陈安宁", WHOLE)]));
    sandbox.write("staff.csv", MASTER);
    for (document, input) in
        [("a.csv", "learner-address-book"), ("staff.csv", "learner-address-book")]
    {
        let found = sandbox.run(&["inspect", document, "--json"]).json();
        assert_eq!(found["documents"][0]["input"], input, "tried only where it is named");
    }
    let found = sandbox.run(&["inspect", "staff.csv", "--input", "staff-master", "--json"]).json();
    assert_eq!(found["documents"][0]["records"]["person"], 2);
}

fn home(sandbox: &Sandbox) -> PathBuf {
    sandbox.write("home/gateway.toml", "version = 1\n");
    let ran = sandbox.run(&["doctor", "--init-key", "--home", "home"]);
    assert!(sandbox.path("home/secrets/lookup.key").exists(), "{}", ran.stdout());
    sandbox.path("home")
}

#[test]
fn an_accepted_repair_is_applied_and_named() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", roster(&[("陈安宁", CUT)]));
    sandbox.write("staff.csv", MASTER);
    let home = home(&sandbox);
    let words = ["repair", "a.csv", "--with", "staff.csv", "--home", "home"];
    let listed = sandbox.run(&words);
    assert_eq!(listed.code(), 0);
    assert!(listed.stdout().contains("1  末三位 028（陈**，心内科）"), "{}", listed.stdout());
    assert!(!home.join("decisions").exists());
    let accept = |more: &[&str]| sandbox.run(&[&words[..], more].concat());
    for more in [
        vec!["--accept", "C2=1"],
        vec!["--accept", "C2", "--by", "李主任"],
        vec!["--accept", "C9=1", "--by", "李主任"],
        vec!["--accept", "C2=7", "--by", "李主任"],
        vec!["--accept", "C2=0", "--by", "李主任"],
    ] {
        assert_eq!(accept(&more).code(), 2, "{more:?}");
    }
    assert!(!home.join("decisions").exists(), "nothing is kept of a mistaken wish");
    let kept = accept(&["--accept", "c2=1", "--by", "李主任"]);
    assert_eq!(kept.code(), 0, "{}", kept.stderr());
    let text = fs::read_to_string(home.join("decisions/id-repairs.toml")).unwrap();
    for told in
        ["cell = \"C2\"", "heading = \"身份证号\"", "by = \"李主任\"", "末三位 028（陈**，心内科）"]
    {
        assert!(text.contains(told), "{text}");
    }
    assert!(!text.contains(CUT) && !text.contains(WHOLE) && !text.contains("陈安宁"), "{text}");
    accept(&["--accept", "C2=1", "--by", "王主任"]);
    let text = fs::read_to_string(home.join("decisions/id-repairs.toml")).unwrap();
    assert_eq!(text.matches("[[repairs]]").count(), 1, "the newer one takes its place");

    let convert = |more: &[&str]| {
        let words = ["convert", "a.csv", "--out", "out", "--json", "--target", "canonical-jsonl"];
        sandbox.run(&[&words[..], more].concat())
    };
    let ran = convert(&["--with", "staff.csv", "--home", "home"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let document = &ran.json()["documents"][0];
    let told = report(document);
    assert_eq!(codes(&told), ["id-repaired", "id-classes"]);
    assert!(told["findings"][0]["message"].as_str().unwrap().contains("王主任"));
    assert!(!told.to_string().contains(WHOLE));
    let output = fs::read_to_string(document["outputs"][0]["path"].as_str().unwrap()).unwrap();
    assert!(output.contains(WHOLE), "{output}");

    // Without the person, or without the home, nothing is replaced.
    sandbox.write("other.csv", MASTER.replace(WHOLE, "999900198001010124"));
    for more in [
        vec!["--with", "staff.csv"],
        vec!["--with", "other.csv", "--home", "home"],
        vec!["--home", "home"],
    ] {
        let ran = convert(&more);
        assert_eq!(ran.code(), 1, "{more:?}");
        assert_eq!(codes(&report(&ran.json()["documents"][0]))[0], "id-truncated");
    }
}

#[test]
fn the_daemon_knows_the_staff_and_the_decisions_of_its_home() {
    let home = Home::new("with = [\"staff/在职人员.csv\"]");
    home.drop_in("名单.csv", roster(&[("陈安宁", CUT), ("王?", "999900198001010220")]));
    let ran = home.run(&["run", "--once"]);
    assert_eq!(ran.status.code(), Some(4));
    let shown = home.run(&["jobs", "list", "--json"]);
    let jobs: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert!(jobs.to_string().contains("staff/在职人员.csv"), "{jobs}");

    let home = Home::new("with = [\"staff/在职人员.csv\"]");
    let master = home.write("staff/在职人员.csv", MASTER);
    home.drop_in("名单.csv", roster(&[("陈安宁", CUT), ("王?", "999900198001010220")]));
    home.once(1);
    assert!(home.path("rosters/refused/名单.annotated.xlsx").exists());
    let document = home.path("rosters/done/名单.csv");
    assert!(document.exists(), "the other row was delivered");
    let (document, master) = (document.to_str().unwrap(), master.to_str().unwrap());
    let words = ["repair", document, "--with", master, "--accept", "C2=1", "--by", "李主任"];
    let kept = home.run(&words);
    assert_eq!(kept.status.code(), Some(0), "{}", String::from_utf8_lossy(&kept.stderr));
    // The same bytes again: something else is known now, so that they are not just recognised.
    home.drop_in("名单.csv", roster(&[("陈安宁", CUT), ("王?", "999900198001010220")]));
    home.once(0);
    let outputs = fs::read_dir(home.path("rosters/out")).unwrap().count();
    assert_eq!(outputs, 2);
}
