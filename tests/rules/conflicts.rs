//! The conflicts between the regulations (A to N of their table), each treated as the table says. E and F (the year) and K
//! (swipes across rows) wait for the parts that judge them; `table.tsv` says so.

use cmegate::config::Catalogue;

use crate::fires::judge;

/// Letter, layout, pack, record, rules that must fire, rules that must not.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    &'static [&'static str],
);

const PAPER: (&str, &str) = ("credit_route", "在刊物上发表论文和综述");

#[rustfmt::skip]
const CASES: &[Case] = &[
    // A: 2 a day; a hospital counts a certificate over it at 1 a day, and leaves the correct one alone.
    ("A", "credit-list", "beijing-2022", &[("cert_kind", "国家级证书"), ("credits", "6"), ("days", "2")], &["BJ-DAY-01"], &[]),
    ("A", "credit-list", "hospital-2023", &[("cert_kind", "国家级证书"), ("credits", "6"), ("days", "2")], &["H23-DAY-03"], &["BJ-DAY-01"]),
    ("A", "credit-list", "hospital-2023", &[("cert_kind", "国家级证书"), ("credits", "4"), ("days", "2")], &[], &["H23-DAY-03", "BJ-DAY-01"]),
    // B: three hours earn a half; two of them are not summed.
    ("B", "credit-list", "beijing-2022", &[("project_level", "单位自管"), ("hours", "3"), ("credits", "1")], &["BJ-LEC-01"], &[]),
    ("B", "credit-list", "beijing-2022", &[("project_level", "单位自管"), ("hours", "3"), ("credits", "0.5")], &[], &["BJ-LEC-01"]),
    // C: papers of the year before that appeared late.
    ("C", "credit-list", "beijing-2022", &[PAPER, ("publish_date", "2021-03-01")], &[], &["BJ-PAP-04"]),
    ("C", "credit-list", "hospital-2023", &[PAPER, ("publish_date", "2022-03-01")], &["H23-PAP-03"], &["BJ-PAP-04"]),
    // D: six months exactly earn the whole year.
    ("D", "credit-list", "beijing-2022", &[("credit_route", "外出进修"), ("months", "6"), ("credits", "25")], &[], &["BJ-FUR-01"]),
    ("D", "credit-list", "beijing-2022", &[("credit_route", "外出进修"), ("start_date", "2022-01-01"), ("end_date", "2022-06-30"), ("credits", "25")], &[], &["BJ-FUR-01"]),
    // G: the list contradicts itself about the days; the credits decide.
    ("G", "credit-list", "beijing-2022", &[("project_code", "2022-14-05-603(国)"), ("credits", "6"), ("days", "3")], &[], &["BJ-MON-04"]),
    ("G", "credit-list", "beijing-2022", &[("project_code", "2022-14-05-603(国)"), ("credits", "8"), ("days", "4.5")], &["BJ-MON-04"], &[]),
    // H: the earliest of all deadlines that apply; each is shown.
    ("H", "project-list", "anyang-2022", &[("project_level", "市级"), ("start_date", "2022-06-15"), ("end_date", "2022-06-16"), ("report_date", "2022-06-28")], &["AY-RPT-02"], &["HA-RPT-02"]),
    ("H", "project-list", "anyang-2022", &[("project_level", "市级"), ("start_date", "2022-06-15"), ("end_date", "2022-06-16"), ("report_date", "2022-07-08")], &["AY-RPT-02", "HA-RPT-02"], &[]),
    // I: the credit keeps its date; each pack has its own cycle.
    ("I", "credit-list", "elsewhere", &[("training_date", "2016-11-05")], &[], &["X-KF-01"]),
    ("I", "credit-list", "beijing-2022", &[("training_date", "2016-11-05")], &["BJ-CYC-01"], &[]),
    // J: the approved name first, prefixes only where it differs.
    ("J", "project-list", "henan-2022", &[("project_name", "中国女医师协会大会"), ("approved_name", "中国女医师协会大会")], &[], &["HA-NAME-01", "HA-NAME-01/prefix"]),
    ("J", "project-list", "henan-2022", &[("project_name", "国际护理班"), ("approved_name", "护理班")], &["HA-NAME-01", "HA-NAME-01/prefix"], &[]),
    // L: whole days, the last one included.
    ("L", "project-list", "hospital-2023", &[("end_date", "2023-06-16"), ("report_date", "2023-06-30")], &[], &["H23-PRJ-05"]),
    ("L", "project-list", "hospital-2023", &[("end_date", "2023-06-16"), ("report_date", "2023-07-01")], &["H23-PRJ-05"], &[]),
    // N: the pack in force on the credit's date.
    ("N", "credit-list", "national", &[("hours", "30"), ("credits", "12"), ("project_level", "国家级"), ("training_date", "2023-05-05")], &["CN06-02"], &["CN24-02"]),
    ("N", "credit-list", "national", &[("hours", "30"), ("credits", "12"), ("project_level", "国家级"), ("training_date", "2024-11-05")], &["CN24-02"], &["CN06-02"]),
];

#[test]
fn conflicts_between_the_regulations_are_treated_as_their_table_says() {
    let catalogue = Catalogue::open(None);
    for (letter, input, pack, record, fire, pass) in CASES {
        let found = judge(&catalogue, (input, pack), record, None);
        let has = |id: &&&str| found.iter().any(|(rule, _)| rule == **id);
        assert!(fire.iter().all(|id| has(&id)), "{letter}: {record:?} {found:?}");
        assert!(!pass.iter().any(|id| has(&id)), "{letter}: {record:?} {found:?}");
    }
}

#[test]
fn a_cut_shows_its_formula() {
    let catalogue = Catalogue::open(None);
    let record = [("cert_kind", "国家级证书"), ("credits", "6"), ("days", "2")];
    let told = |pack| {
        let found = judge(&catalogue, ("credit-list", pack), &record, None);
        let mut found = found.into_iter().filter(|(rule, _)| rule.contains("-DAY-0"));
        found.next().unwrap().1
    };
    assert!(told("beijing-2022").contains("最多 4 分"), "{}", told("beijing-2022"));
    assert!(told("hospital-2023").contains("为 2"), "{}", told("hospital-2023"));
}

#[test]
fn a_draft_judges_only_where_its_own_name_is_given() {
    let catalogue = Catalogue::open(None);
    // Conflict M: no version of the family is more than a draft.
    let error = catalogue.packs("hebei").unwrap_err().to_string();
    assert!(error.contains("hebei-draft"), "{error}");
    assert_eq!(catalogue.packs("hebei-draft").unwrap().len(), 1);
}
