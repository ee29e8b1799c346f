//! What the program says, word for word.

use crate::sandbox::{Sandbox, root};

#[test]
fn help_is_chinese_unless_english_is_asked_for() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!("help-zh", sandbox.run(&["--help"]).stdout());
    insta::assert_snapshot!("help-en", sandbox.run(&["--lang", "en", "--help"]).stdout());
    insta::assert_snapshot!("help-convert-zh", sandbox.run(&["convert", "--help"]).stdout());
}

#[test]
fn a_conversion_is_told_in_a_few_lines() {
    let sandbox = Sandbox::new();
    let sample = root().join("samples/区县上报学员名册_GBK.csv");
    let ran = sandbox.run(&["convert", sample.to_str().unwrap(), "--out", "out"]);
    insta::assert_snapshot!("convert-zh", ran.stdout());
    let ran = sandbox.run(&["--lang", "en", "convert", sample.to_str().unwrap(), "--out", "out"]);
    insta::assert_snapshot!("convert-en", ran.stdout());
}

#[test]
fn inspect_explains_what_it_took_for_headings() {
    let sample = root().join("samples/学员通讯录_两行表头.xlsx");
    let ran = Sandbox::new().run(&["inspect", sample.to_str().unwrap()]);
    insta::assert_snapshot!("inspect-zh", ran.stdout());
}

#[test]
fn explain_says_what_why_and_how() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!("explain-zh", sandbox.run(&["explain", "id-truncated"]).stdout());
    insta::assert_snapshot!(
        "explain-en",
        sandbox.run(&["--lang", "en", "explain", "id-truncated"]).stdout()
    );
    let unknown = sandbox.run(&["explain", "id-truncatd"]);
    assert_eq!(unknown.code(), 2);
    assert!(unknown.stderr().contains("id-truncated"));
}

#[test]
fn the_shipped_catalogue_has_no_lints_and_its_examples_pass() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["mapping", "check"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    insta::assert_snapshot!("mapping-list", sandbox.run(&["mapping", "list"]).stdout());
    insta::assert_snapshot!("target-list", sandbox.run(&["target", "list"]).stdout());
}

#[test]
fn demo_runs_the_whole_journey_and_says_where_to_look() {
    for (lang, words) in [
        ("zh", ["已交付", "待修改", "未变", "同一份又来过 1 次", "jobs verify"]),
        ("en", ["delivered", "held", "as they were", "the same came again once", "jobs verify"]),
    ] {
        let ran = Sandbox::new().run(&["--lang", lang, "demo"]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(ran.stderr(), "");
        let told = ran.stdout();
        for sample in std::fs::read_dir(root().join("samples")).unwrap() {
            let name = sample.unwrap().file_name().into_string().unwrap();
            assert!(told.contains(&name), "{name} is not in the table:\n{told}");
        }
        for word in words {
            assert!(told.contains(word), "{word} is not told:\n{told}");
        }
        assert!(told.lines().all(|line| line.chars().count() < 100), "{told}");
        let home = told.lines().map(str::trim).find(|line| line.starts_with('/')).unwrap();
        std::fs::remove_dir_all(home).unwrap();
    }
}

#[test]
fn completions_are_printed_for_a_shell() {
    let ran = Sandbox::new().run(&["completions", "bash"]);
    assert_eq!(ran.code(), 0);
    assert!(ran.stdout().contains("_cmegate"));
}
