//! Messy tables as small tables of texts: what becomes of each row.

use super::*;
use crate::mapping::fixture::{cell, chunk, mapping, roster};
use crate::mapping::layout::{Outcome, find};
use crate::mapping::plan::Clean;
use crate::model::{CellKind, Kind, Range};

struct Told {
    /// `row: text text …` per record, `!` for held, `~` for hidden, `#n` for a further person.
    records: Vec<String>,
    /// `code @ A1`, errors and warnings, in the order they came.
    findings: Vec<String>,
    /// The same of the info findings, with their first argument.
    infos: Vec<String>,
    counts: TableCounts,
}

fn told(mapping: Arc<InputMapping>, info: &GridInfo, chunks: Vec<Chunk>, fields: &[&str]) -> Told {
    let Outcome::Found(found) = find(&[Arc::clone(&mapping)], info, &chunks[0]) else {
        panic!("no table found");
    };
    let mut converter = Converter::new(mapping, &found, info);
    let (mut records, mut findings) = (Vec::new(), Vec::new());
    for chunk in chunks {
        let mut batch = Batch { chunk, ..Batch::default() };
        converter.convert(&mut batch, &mut findings);
        for (at, head) in batch.heads.iter().enumerate() {
            let texts = fields.iter().map(|field| match batch.slot_of(field) {
                Some(slot) => batch.text(&batch.value(at, slot)),
                None => "-",
            });
            let held = if head.is_held { "!" } else { "" };
            let hidden = if head.is_hidden { "~" } else { "" };
            let block = if head.block > 0 { format!("#{}", head.block) } else { String::new() };
            let texts = texts.collect::<Vec<_>>().join(" ");
            records.push(format!("{}{block}{held}{hidden}: {texts}", head.row));
        }
    }
    let place = |finding: &Finding| match finding.place.a1() {
        Some(a1) => a1,
        None => format!("row {}", finding.place.row),
    };
    let findings =
        findings.iter().map(|finding| format!("{} @ {}", finding.code.name, place(finding)));
    let findings: Vec<_> = findings.collect();
    let (counts, infos) = converter.finish();
    let infos = infos.iter().map(|finding| {
        let mended = usize::from(finding.code.name == "values-mended");
        let count = finding.args.get(mended).map_or("", String::as_str);
        format!("{} {count} @ {}", finding.code.name, place(finding))
    });
    Told { records, findings, infos: infos.collect(), counts }
}

fn of(rows: &[&[&str]]) -> Told {
    told(roster(), &GridInfo::default(), vec![chunk(rows)], &["name", "id_no"])
}

const HEAD: &[&str] = &["序号", "姓名", "性别", "身份证号", "工作单位", "学分"];
const ZHANG: &[&str] = &["1", "张三", "男", "110101199003074012", "示范医院", "2"];
const LI: &[&str] = &["2", "李四", "女", "110101199203074025", "示范医院", "2.5"];
const ZHANG_OUT: &str = "110101199003074012";

#[test]
fn every_row_is_a_record_or_counted() {
    let zhang = |row: u32| format!("{row}: 张三 {ZHANG_OUT}");
    let li = |row: u32| format!("{row}: 李四 110101199203074025");
    let none = Skipped::default();
    type Case<'a> = (&'a str, &'a [&'a [&'a str]], Vec<String>, Skipped);
    let cases: Vec<Case> = vec![
        ("plain", &[HEAD, ZHANG, LI], vec![zhang(2), li(3)], none),
        (
            "blank rows between",
            &[HEAD, ZHANG, &[], &["", " ", "\u{3000}"], LI, &[], &[" "]],
            vec![zhang(2), li(5)],
            Skipped { blank: 2, ..none },
        ),
        (
            "footer",
            &[
                HEAD,
                ZHANG,
                &["填表人：王五", "", "审核人：赵六", "", "联系电话：010-1"],
                &["（盖章）"],
            ],
            vec![zhang(2)],
            Skipped { footer: 2, ..none },
        ),
        (
            "notes below",
            &[HEAD, ZHANG, &["说明：1. 请如实填写"], &["2. 逾期不候"]],
            vec![zhang(2)],
            Skipped { footer: 2, ..none },
        ),
        (
            "seal in brackets",
            &[HEAD, ZHANG, &["", "单位（盖章）："]],
            vec![zhang(2)],
            Skipped { footer: 1, ..none },
        ),
        (
            "subtotals",
            &[
                HEAD,
                ZHANG,
                &["小计", "", "", "", "", "2"],
                LI,
                &["合 计：2人", "", "", "", "", "4.5"],
            ],
            vec![zhang(2), li(4)],
            Skipped { subtotal: 2, ..none },
        ),
        (
            "subtotal of a department",
            &[HEAD, ZHANG, &["", "内科小计", "", "", "", "2"]],
            vec![zhang(2)],
            Skipped { subtotal: 1, ..none },
        ),
        (
            "sample row",
            &[HEAD, &["示例", "张三", "男", ZHANG_OUT, "示范医院", "2"], LI],
            vec![li(3)],
            Skipped { sample: 1, ..none },
        ),
        (
            "sample mark in brackets",
            &[HEAD, &["（例）", "张三", "男", ZHANG_OUT, "示范医院", "2"], LI],
            vec![li(3)],
            Skipped { sample: 1, ..none },
        ),
        (
            "a person called like a sample",
            &[&["姓名", "身份证号"], &["张三", ZHANG_OUT]],
            vec![zhang(2)],
            none,
        ),
        (
            "printed pages",
            &[
                &["示范医院学员通讯录"],
                HEAD,
                ZHANG,
                &["第1页 共2页"],
                &["示范医院学员通讯录"],
                HEAD,
                LI,
            ],
            vec![zhang(3), li(7)],
            Skipped { repeated_heading: 3, ..none },
        ),
        (
            "footer on every page",
            &[HEAD, ZHANG, &["填表人：王五"], HEAD, LI, &["填表人：王五"]],
            vec![zhang(2), li(5)],
            Skipped { footer: 2, repeated_heading: 1, ..none },
        ),
        (
            "numbered but empty",
            &[HEAD, ZHANG, &["2"], &["3", "", " "]],
            vec![zhang(2)],
            Skipped { blank: 2, ..none },
        ),
        (
            "dashes",
            &[HEAD, ZHANG, &["----", "——", "***"], LI],
            vec![zhang(2), li(4)],
            Skipped { blank: 1, ..none },
        ),
        (
            "section in place of the number",
            &[HEAD, &["一、内科"], ZHANG, &["二、外科"], LI],
            vec![zhang(3), li(5)],
            Skipped { section: 2, ..none },
        ),
        (
            "note beside the table",
            &[HEAD, ZHANG, &["", "", "", "", "", "", "", "黄色为不计"], LI],
            vec![zhang(2), li(4)],
            Skipped { blank: 1, ..none },
        ),
    ];
    for (name, rows, records, skipped) in cases {
        let told = of(rows);
        assert_eq!(told.records, records, "{name}");
        assert_eq!(told.counts.skipped, skipped, "{name}");
        assert_eq!(told.findings, Vec::<String>::new(), "{name}");
        let sum = skipped.footer
            + skipped.subtotal
            + skipped.sample
            + skipped.repeated_heading
            + skipped.section;
        assert_eq!(told.counts.rows, told.counts.records + sum, "{name}");
    }
}

#[test]
fn people_below_a_footer_are_told() {
    let told = of(&[HEAD, ZHANG, &["填表人：王五"], LI]);
    assert_eq!(told.records.len(), 1);
    assert_eq!(told.infos, ["footer-rows 2 @ row 3", "rows-after-footer 1 @ row 4"]);
}

#[test]
fn a_table_without_rows_is_told() {
    assert_eq!(of(&[HEAD]).infos, ["only-headings  @ row 1"]);
    assert_eq!(of(&[HEAD, &["1"], &["2"]]).infos, ["only-headings  @ row 1"]);
}

#[test]
fn two_people_side_by_side_are_two_records() {
    let head: &[&str] = &["姓名", "身份证号", "", "姓名", "身份证号"];
    let rows: &[&[&str]] =
        &[head, &["张三", ZHANG_OUT, "", "李四", "110101199203074025"], &["王五", "1", "", "", ""]];
    let told = of(rows);
    let expected = [
        format!("2: 张三 {ZHANG_OUT}"),
        "2#1: 李四 110101199203074025".to_owned(),
        "3!: 王五 ".to_owned(),
    ];
    assert_eq!(told.records, expected);
    assert_eq!(told.findings.len(), 1);
    assert_eq!((told.counts.rows, told.counts.records), (2, 3));
}

#[test]
fn vertical_merges_are_filled_down_also_over_chunks() {
    let head: &[&str] = &["科室", "姓名", "身份证号"];
    let first = chunk(&[head, &["内科", "张三", ZHANG_OUT], &["", "李四", ZHANG_OUT]]);
    let mut second = chunk(&[&["", "王五", ZHANG_OUT], &["", "赵六", ZHANG_OUT]]);
    second.rows.iter_mut().for_each(|row| row.number += 3);
    let info = GridInfo {
        merges: vec![Range { top: 2, bottom: 4, left: 0, right: 0 }],
        ..GridInfo::default()
    };
    let told = told(roster(), &info, vec![first, second], &["dept", "name"]);
    assert_eq!(told.records, ["2: 内科 张三", "3: 内科 李四", "4: 内科 王五", "5:  赵六"]);
}

#[test]
fn columns_marked_so_are_filled_down_without_merges() {
    let mut mapping = mapping("filled", Kind::Enrolment, &["dept", "name!", "id_no!"]);
    mapping.columns[0].fills_down = true;
    let rows = chunk(&[
        &["科室", "姓名", "身份证号"],
        &["内科", "张三", ZHANG_OUT],
        &["", "李四", ZHANG_OUT],
        &["外科", "王五", ZHANG_OUT],
        &["", "赵六", ZHANG_OUT],
    ]);
    let told = told(Arc::new(mapping), &GridInfo::default(), vec![rows], &["dept", "name"]);
    assert_eq!(told.records, ["2: 内科 张三", "3: 内科 李四", "4: 外科 王五", "5: 外科 赵六"]);
}

#[test]
fn a_merged_row_across_the_table_is_a_section() {
    let head: &[&str] = &["姓名", "身份证号", "科室"];
    let rows = chunk(&[head, &["内科（共1人）"], &["张三", ZHANG_OUT, ""]]);
    let info = GridInfo {
        merges: vec![Range { top: 2, bottom: 2, left: 0, right: 2 }],
        ..GridInfo::default()
    };
    let told = told(roster(), &info, vec![rows], &["name"]);
    assert_eq!(told.records, ["3: 张三"]);
    assert_eq!(told.infos, ["section-rows 1 @ row 2"]);
}

#[test]
fn hidden_rows_are_read_marked_and_counted() {
    let mut rows = chunk(&[HEAD, ZHANG, LI]);
    rows.rows[2].is_hidden = true;
    let told = told(roster(), &GridInfo::default(), vec![rows], &["name"]);
    assert_eq!(told.records, ["2: 张三", "3~: 李四"]);
    assert_eq!(told.infos, ["hidden-rows 1 @ row 3"]);
    assert_eq!(told.counts.hidden, 1);
}

#[test]
fn every_fault_of_a_row_is_told_by_column() {
    let head: &[&str] = &["序号", "姓名", "性别", "身份证号", "学分", "职称", "出生日期"];
    let rows: &[&[&str]] = &[
        head,
        &["1", "", "男", ZHANG_OUT, "很多", "主任医生", "1990-03-08"],
        &["2", "李四", "男", "110101199203074025", "2", "主治", "1992-03-07"],
        &["3", "王五", "无", "", "2", "主治医师 (聘)", ""],
    ];
    let told = of(rows);
    assert_eq!(told.records[0], format!("2!:  {ZHANG_OUT}"));
    assert_eq!(
        told.findings,
        [
            "value-missing @ B2",
            "number-format @ E2",
            "choice-unknown @ F2",
            "id-birthday-mismatch @ G2",
            "id-sex-mismatch @ C3",
            "choice-doubtful @ F3",
            "choice-unknown @ C4",
            "value-missing @ D4",
        ]
    );
}

#[test]
fn error_cells_and_formulas_without_value_hold_the_row() {
    let mut rows = chunk(&[HEAD, ZHANG, LI]);
    cell(&mut rows, 2, 1).kind = CellKind::Error;
    cell(&mut rows, 3, 2).kind = CellKind::Uncalculated;
    let told = told(roster(), &GridInfo::default(), vec![rows], &["name", "sex"]);
    assert_eq!(told.records, ["2!:  男", "3!: 李四 "]);
    assert_eq!(told.findings, ["error-cell @ B2", "formula-uncalculated @ C3"]);
}

#[test]
fn another_id_type_is_not_judged_as_a_resident_card() {
    let head: &[&str] = &["姓名", "证件号码", "证件类型", "性别"];
    let told =
        of(&[head, &["张三", "E12345678", "护照", "女"], &["李四", "E12345678", "身份证", "女"]]);
    assert_eq!(told.records, ["2: 张三 E12345678", "3!: 李四 "]);
    assert_eq!(told.findings, ["id-format @ B3"]);
}

#[test]
fn choices_are_found_in_their_usual_spellings() {
    for (text, expected) in [
        ("主治医师", "主治医师"),
        (" 主治医师 ", "主治医师"),
        ("主治医生", "主治医师"),
        ("主治 医师", "主治医师"),
        ("主治医师（聘任）", "主治医师"),
        ("２３３", "主治医师"),
        ("233", "主治医师"),
        ("主管护士", "主管护师"),
    ] {
        let rows = chunk(&[&["姓名", "身份证号", "职称"], &["张三", ZHANG_OUT, text]]);
        let told = told(roster(), &GridInfo::default(), vec![rows], &["title"]);
        assert_eq!(told.records, [format!("2: {expected}")], "{text}");
    }
}

#[test]
fn defaults_stand_where_nothing_was_written() {
    let mut mapping =
        mapping("defaults", Kind::Enrolment, &["name!", "id_no!", "credits", "id_type", "title"]);
    mapping.columns[2].default = Some("2.5".to_owned());
    mapping.columns[3].default = Some("身份证".to_owned());
    mapping.columns[4].clean = vec![Clean::Suffix("职称".to_owned())];
    let rows = chunk(&[
        &["姓名", "身份证号", "学分", "职称"],
        &["张三", ZHANG_OUT, "", "主治医师职称"],
        &["李四", ZHANG_OUT, "3", ""],
    ]);
    let told =
        told(Arc::new(mapping), &GridInfo::default(), vec![rows], &["credits", "id_type", "title"]);
    assert_eq!(told.records, ["2: 2.5 居民身份证 主治医师", "3: 3 居民身份证 "]);
}

#[test]
fn mends_are_counted_per_column_and_kind() {
    let rows: &[&[&str]] = &[&["姓名", "身份证号"], &["张 三", ZHANG_OUT], &["李　四", ZHANG_OUT]];
    let told = of(rows);
    assert_eq!(told.records[0], format!("2: 张三 {ZHANG_OUT}"));
    assert_eq!(told.infos, ["values-mended 2 @ A2"]);
}

#[test]
fn headings_in_another_order_hold_what_stands_below_them() {
    const UP: &[&str] = &["姓名", "身份证号", "单位", "科室"];
    const DOWN: &[&str] = &["姓名", "身份证号", "科室", "单位"];
    const A: &[&str] = &["张三", ZHANG_OUT, "示范医院", "内科"];
    const B: &[&str] = &["李四", "110101199203074025", "外科", "示范医院"];
    let moved = |row: u32| vec![format!("headings-moved @ row {row}")];
    type Case<'a> = (&'a str, &'a [&'a [&'a str]], &'a [&'a str], Vec<String>);
    let cases: Vec<Case> = vec![
        ("same again", &[UP, A, UP, A], &["2: 张三", "4: 张三"], vec![]),
        ("swapped", &[UP, A, DOWN, B, B], &["2: 张三", "4!: 李四", "5!: 李四"], moved(3)),
        ("and back", &[UP, A, DOWN, B, UP, A], &["2: 张三", "4!: 李四", "6: 张三"], moved(3)),
        (
            "another synonym in the same place",
            &[UP, A, &["姓 名", "身份证号码", "工作单位", "科室名称"], A],
            &["2: 张三", "4: 张三"],
            vec![],
        ),
        (
            "a heading more over a column without one",
            &[UP, A, &["姓名", "身份证号", "单位", "科室", "序号"], A],
            &["2: 张三", "4: 张三"],
            vec![],
        ),
        (
            "below a footer",
            &[UP, A, &["填表人：王五"], &[], &["外科名单"], DOWN, B],
            &["2: 张三", "7!: 李四"],
            moved(6),
        ),
        (
            "a heading more",
            &[UP, A, &["序号", "姓名", "身份证号", "单位", "科室"], &["1", "李四", "2", "3", "4"]],
            &["2: 张三", "4!: 1"],
            [moved(3), vec!["id-length @ B4".to_owned()]].concat(),
        ),
    ];
    for (name, rows, records, findings) in cases {
        let told = told(roster(), &GridInfo::default(), vec![chunk(rows)], &["name"]);
        assert_eq!(told.records, records, "{name}");
        let of_layout = told
            .findings
            .iter()
            .filter(|told| !told.starts_with("id-") && !told.starts_with("name-"));
        let expected = findings.iter().filter(|told| !told.starts_with("id-"));
        assert_eq!(of_layout.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn ditto_marks_take_the_value_above() {
    let head: &[&str] = &["姓名", "身份证号", "单位", "科室"];
    let rows: &[&[&str]] = &[
        head,
        &["张三", ZHANG_OUT, "示范医院", "内科"],
        &["李四", "110101199203074025", "同上", "〃"],
        &["小计", "", "", ""],
        &["王五", "110101199203074025", "″", "外科"],
    ];
    let mut second = chunk(&[&["赵六", "110101199203074025", " 同 上 ", "\""]]);
    second.rows.iter_mut().for_each(|row| row.number += 5);
    let records = ["2: 示范医院 内科", "3: 示范医院 内科", "5: 示范医院 外科", "6: 示范医院 外科"];
    let fields = ["unit_name", "dept"];
    let told = told(roster(), &GridInfo::default(), vec![chunk(rows), second], &fields);
    assert_eq!(told.records, records);
    assert_eq!(told.findings, Vec::<String>::new());
    let infos: Vec<_> = told.infos.iter().filter(|info| info.starts_with("ditto")).collect();
    assert_eq!(infos, ["ditto-filled 3 @ C3", "ditto-filled 2 @ D3"]);
}

#[test]
fn ditto_marks_without_a_value_above_hold_the_row() {
    let head: &[&str] = &["姓名", "身份证号", "单位"];
    for rows in [
        &[head, &["张三", ZHANG_OUT, "同上"]] as &[&[&str]],
        &[head, &["李四", ZHANG_OUT, ""], &["张三", ZHANG_OUT, "同前"]],
    ] {
        let told = told(roster(), &GridInfo::default(), vec![chunk(rows)], &["unit_name"]);
        let last = rows.len();
        assert_eq!(told.records.last().unwrap(), &format!("{last}!: "));
        assert_eq!(told.findings, [format!("ditto-without-value @ C{last}")]);
    }
}

#[test]
fn what_an_error_is_about_is_not_told_as_mended() {
    let rows: &[&[&str]] = &[&["姓名", "身份证号"], &["张三", "110101900307401"]];
    for (severity, infos) in [(Severity::Error, 0), (Severity::Warning, 1)] {
        let mut mapping = mapping("old", Kind::Enrolment, &["name!", "id_no!"]);
        mapping.id_widened = severity;
        let told = told(Arc::new(mapping), &GridInfo::default(), vec![chunk(rows)], &["name"]);
        assert_eq!(told.findings, ["id-widened @ B2"]);
        assert_eq!(told.infos.len(), infos);
    }
}
