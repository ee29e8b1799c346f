//! Messy layouts as small tables of texts.
use super::*;
use crate::mapping::fixture::{chunk, roster, sign_in};
use crate::model::{GridInfo, Range};

/// `header rows | columns as column:field, blocks apart by / | unmapped`.
fn told(outcome: &Outcome, mappings: &[Arc<InputMapping>]) -> String {
    match outcome {
        Outcome::Found(found) => {
            let mapping = &mappings[found.mapping];
            let block = |block: &Block| {
                let columns = block.columns.iter().map(|(column, index, _)| {
                    format!("{column}:{}", mapping.columns[*index].field.name)
                });
                columns.collect::<Vec<_>>().join(" ")
            };
            let blocks: Vec<_> = found.blocks.iter().map(block).collect();
            let unmapped: Vec<_> =
                found.unmapped.iter().map(|(at, text)| format!("{at}:{text}")).collect();
            format!(
                "{} {:?} {} | {}",
                mapping.name,
                found.header_rows,
                blocks.join(" / "),
                unmapped.join(" ")
            )
        }
        Outcome::Blank => "blank".to_owned(),
        Outcome::NotATable(why) => format!("not a table {:?}", why.known),
        Outcome::Unclear { candidates, .. } => format!("unclear {}", candidates.len()),
        Outcome::Lacks { mapping, missing, .. } => {
            format!("{} lacks {missing:?}", mappings[*mapping].name)
        }
    }
}

fn find_in(rows: &[&[&str]], merges: &[(u32, u32, u16, u16)]) -> String {
    let mappings = [roster(), sign_in()];
    let merges =
        merges.iter().map(|&(top, bottom, left, right)| Range { top, bottom, left, right });
    let info = GridInfo { merges: merges.collect(), ..GridInfo::default() };
    told(&find(&mappings, &info, &chunk(rows)), &mappings)
}

const ZHANG: &[&str] = &["1", "张三", "男", "11010119900307401X", "示范医院"];

#[test]
fn headings_are_found_wherever_they_stand() {
    let cases: &[(&str, &[&[&str]], &str)] = &[
        (
            "plain",
            &[&["序号", "姓名", "性别", "身份证号", "工作单位"], ZHANG],
            "roster [1] 0:serial 1:name 2:sex 3:id_no 4:unit_name | ",
        ),
        (
            "title, unit line",
            &[
                &["示范医院2022年学员通讯录"],
                &["填表单位：示范医院", "", "", "日期：2022年10月"],
                &["序号", "姓名", "性别", "身份证号", "工作单位"],
                ZHANG,
            ],
            "roster [3] 0:serial 1:name 2:sex 3:id_no 4:unit_name | ",
        ),
        (
            "blank rows above",
            &[&[], &[], &["", "姓名", "身份证号"], &["", "张三", "11010119900307401X"]],
            "roster [3] 1:name 2:id_no | ",
        ),
        (
            "dress",
            &[&["序 号", "*姓　名（必填）：", "身份证\n号码", "联系电话", "所在单位(全称)"]],
            "roster [1] 0:serial 1:name 2:id_no 3:mobile 4:unit_name | ",
        ),
        (
            "remark row below",
            &[
                &["姓名", "身份证号", "手机"],
                &["(必填)", "(18位)", "(11位)"],
                &["张三", "11010119900307401X", "13800000000"],
            ],
            "roster [1, 2] 0:name 1:id_no 2:mobile | ",
        ),
        (
            "in two languages",
            &[&["姓名", "身份证号", "手机"], &["Name", "ID No.", "Mobile"], &["张三", "1", "2"]],
            "roster [1, 2] 0:name 1:id_no 2:mobile | ",
        ),
        (
            "numbered columns",
            &[&["姓名", "身份证号", "手机"], &["(1)", "(2)", "(3)"], &["张三", "1", "2"]],
            "roster [1, 2] 0:name 1:id_no 2:mobile | ",
        ),
        (
            "unknown columns",
            &[&["姓名", "身份证号", "爱好", "备用"], &["张三", "11010119900307401X", "棋", ""]],
            "roster [1] 0:name 1:id_no | 2:爱好 3:备用",
        ),
        (
            "twice",
            &[
                &["姓名", "身份证号", "手机", "联系电话"],
                &["张三", "11010119900307401X", "13800000000", ""],
            ],
            "roster [1] 0:name 1:id_no 2:mobile | 3:联系电话",
        ),
        (
            "sign-in",
            &[
                &["签到表"],
                &["序号", "姓名", "科室", "签到时间", "签名"],
                &["1", "张三", "内科", "8:00", ""],
            ],
            "sign-in [2] 0:serial 1:name 2:dept 3:time_in 4:signed | ",
        ),
        ("nothing", &[&[], &["", " "]], "blank"),
        ("notice", &[&["填报须知"], &["一、请认真填写。"], &["二、逾期不候。"]], "not a table []"),
        ("dictionary sheet", &[&["职称"], &["主任医师"], &["主治医师"]], "not a table [\"职称\"]"),
        (
            "other table",
            &[&["商品", "单价", "数量", "姓名"], &["笔", "2", "3", "张三"]],
            "not a table [\"姓名\"]",
        ),
        (
            "lacks the number",
            &[
                &["序号", "姓名", "性别", "工作单位", "职称", "学分"],
                &["1", "张三", "男", "示范医院", "医师", "2"],
            ],
            "roster lacks [\"身份证号\"]",
        ),
        (
            "side by side",
            &[&["序号", "姓名", "身份证号", "学分", "序号", "姓名", "身份证号", "学分"]],
            "roster [1] 0:serial 1:name 2:id_no 3:credits / 4:serial 5:name 6:id_no 7:credits | ",
        ),
        (
            "side by side with a gap",
            &[&["姓名", "身份证号", "", "姓名", "身份证号"]],
            "roster [1] 0:name 1:id_no / 3:name 4:id_no | ",
        ),
        (
            "page after page",
            &[
                &["姓名", "身份证号"],
                &["张三", "11010119900307401X"],
                &["姓名", "身份证号"],
                &["李四", "110101199003074010"],
            ],
            "roster [1] 0:name 1:id_no | ",
        ),
    ];
    let more: &[&str] = &["序号", "姓名", "性别", "身份证号", "工作单位"];
    let below = find_in(
        &[&["姓名", "身份证号", "单位"], &["张三", "11010119900307401X", "示范医院"], more, ZHANG],
        &[],
    );
    assert_eq!(below, "roster [1] 0:name 1:id_no 2:unit_name | ", "better headings below people");
    for (name, rows, expected) in cases {
        assert_eq!(find_in(rows, &[]), *expected, "{name}");
    }
}

#[test]
fn stacked_headings_are_read_with_their_groups() {
    let two: &[&[&str]] = &[
        &["序号", "姓名", "证件", "", "培训", "", "", "备用"],
        &["", "", "证件类型", "证件号码", "学分", "日期", "联系电话", ""],
        &["1", "张三", "身份证", "11010119900307401X", "2", "2022-03-05", "13800000000", ""],
    ];
    let expected = "roster [1, 2] 0:serial 1:name 2:id_type 3:id_no 4:credits 5:training_date 6:mobile | 7:备用";
    let merges = [(1, 2, 0, 0), (1, 2, 1, 1), (1, 1, 2, 3), (1, 1, 4, 6), (1, 2, 7, 7)];
    assert_eq!(find_in(two, &merges), expected, "merges known");
    assert_eq!(find_in(two, &[]), expected, "merges not known");
    let by_group: &[&[&str]] =
        &[&["姓名", "身份证", "", "项目", ""], &["", "号码", "姓名拼音", "编号", "名称"]];
    let found = find_in(by_group, &[(1, 2, 0, 0), (1, 1, 1, 2), (1, 1, 3, 4)]);
    assert_eq!(
        found,
        "roster [1, 2] 0:name 1:id_no 3:project_code | 2:身份证/姓名拼音 4:项目/名称"
    );
    let three: &[&[&str]] = &[
        &["人员信息", "", "", "学习情况"],
        &["姓名", "证件", "", "学分"],
        &["", "证件类型", "证件号", "(分)"],
        &["张三", "身份证", "11010119900307401X", "2"],
    ];
    let merges = [(1, 1, 0, 2), (2, 3, 0, 0), (2, 2, 1, 2)];
    assert_eq!(find_in(three, &merges), "roster [2, 3] 0:name 1:id_type 2:id_no 3:credits | ");
}

#[test]
fn a_tie_is_not_guessed() {
    let mappings = [roster(), roster()];
    let outcome = find(&mappings, &GridInfo::default(), &chunk(&[&["姓名", "身份证号"]]));
    assert_eq!(told(&outcome, &mappings), "unclear 2");
    let finding = outcome.finding(&mappings, &GridInfo::default()).unwrap();
    assert_eq!(finding.code.name, "layout-unclear");
}

#[test]
fn headings_reach_as_far_down_as_their_merged_cells() {
    let down = |columns: &[u16], bottom: u32| -> Vec<(u32, u32, u16, u16)> {
        columns.iter().map(|column| (1, bottom, *column, *column)).collect()
    };
    let li: &[&str] = &["1", "李四", "110101199003074010", "13800000000", "示范医院"];
    let top: &[&str] = &["序号", "姓名", "身份证号", "联系方式", "单位"];
    let leaf: &[&str] = &["", "", "", "手机号", ""];
    let columns = "0:serial 1:name 2:id_no 3:mobile 4:unit_name | ";
    type Case<'a> = (&'a str, &'a [&'a [&'a str]], u32, &'a [u32]);
    let cases: &[Case] = &[
        ("two rows", &[top, leaf, li], 2, &[1, 2]),
        ("three rows", &[top, &["", "", "", "本人", ""], leaf, li], 3, &[1, 2, 3]),
        (
            "a row higher than headings are",
            &[top, &["", "", "", "本人"], &["", "", "", "最常用"], leaf, li],
            4,
            &[1, 2, 3, 4],
        ),
        ("merged over a person by mistake", &[top, li, li], 2, &[1]),
    ];
    for (name, rows, bottom, header_rows) in cases {
        let found = find_in(rows, &down(&[0, 1, 2, 4], *bottom));
        assert_eq!(found, format!("roster {header_rows:?} {columns}"), "{name}");
    }
}
