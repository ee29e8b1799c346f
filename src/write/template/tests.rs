//! Templates filled and read back.

use std::{io::Cursor, path::Path};

use super::*;
use crate::write::{
    deflate::Level,
    plan::{ColumnSource, ColumnStyle},
    trial::{batch, column, fixture, member, members, target, template},
};

const CREDIT_FIELDS: [&str; 6] = ["name", "id_no", "dept", "title", "credits", "training_date"];

fn fixture_target(bytes: Vec<u8>) -> Target {
    let format = TargetFormat::Xlsx(template(bytes, "学分导入模板", 2));
    let mut counter = column("序号", 0, "name", ColumnStyle::Number);
    counter.source = ColumnSource::Counter;
    let columns = vec![
        counter,
        column("姓 名", 1, "name", ColumnStyle::Text),
        column("身份证号", 2, "id_no", ColumnStyle::Text),
        column("科室", 3, "dept", ColumnStyle::Text),
        column("学分类别", 5, "title", ColumnStyle::Text),
        column("学分", 6, "credits", ColumnStyle::Number),
        column("活动日期", 7, "training_date", ColumnStyle::DateNumber),
    ];
    target(format, columns)
}

/// Fills a target and gives the findings and files.
fn fill(
    target: Target,
    batches: &[Batch],
    workers: usize,
) -> (Vec<Finding>, Vec<(Written, Vec<u8>)>) {
    let folder = tempfile::tempdir().unwrap();
    let options = WriteOptions { level: Level::Default, workers };
    let path = folder.path().join("a.roster.xlsx");
    let mut output = crate::write::create(&Arc::new(target), &path, &options).unwrap();
    let mut findings = Vec::new();
    for batch in batches {
        output.write(batch, &mut findings).unwrap();
    }
    let written = output.finish().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), written.len());
    let files = written.into_iter().map(|done| {
        let bytes = std::fs::read(&done.path).unwrap();
        (done, bytes)
    });
    (findings, files.collect())
}

fn records(count: usize) -> Batch {
    let row: &[&str] = &["张三", "110101199003079972", "=内&科", "医师", "2.5", "2022-03-18"];
    batch(&CREDIT_FIELDS, &vec![row; count])
}

#[test]
fn the_fixture_keeps_everything_but_its_rows() {
    let Some(bytes) = fixture("tpl.xlsx") else { return };
    let before = members(&bytes);
    let sheet = "xl/worksheets/sheet1.xml";
    for (count, is_beyond) in [(3, false), (400, true)] {
        let (_, files) = fill(fixture_target(bytes.clone()), &[records(count)], 0);
        let after = members(&files[0].1);
        assert_eq!(after.len(), before.len());
        for (name, raw, text) in &before {
            let same = after.iter().find(|(known, _, _)| known == name).unwrap();
            // The hidden name behind the filter has to follow the rows, like the filter itself.
            let may_differ = name == sheet || (is_beyond && name == "xl/workbook.xml");
            assert!(may_differ || same.1 == *raw, "{name}");
            if is_beyond && name == "xl/workbook.xml" {
                assert_eq!(same.2, text.replace("$A$2:$H$202", "$A$2:$H$402"));
            }
        }
        let (old, new) = (member(&bytes, sheet), member(&files[0].1, sheet));
        let head = &old[..old.find("<row r=\"3\"").unwrap()];
        let head = head.replace("<dimension ref=\"A1:H202\" />", "");
        assert!(new.starts_with(&head), "head");
        let tail = &old[old.find("</sheetData>").unwrap()..];
        // Ranges follow; the text of formulas is the platform's and stays.
        let follows = |tail: &str| tail.replace("202", "402").replace("$C$402", "$C$202");
        let tail = if is_beyond { follows(tail) } else { tail.to_owned() };
        assert_eq!(&new[new.find("</sheetData>").unwrap()..], tail);
        assert_eq!(new.matches("<row ").count(), 2 + count.max(200));
    }
}

#[test]
fn cells_take_the_styles_of_the_first_row() {
    let Some(bytes) = fixture("tpl.xlsx") else { return };
    let (_, files) = fill(fixture_target(bytes), &[records(1)], 0);
    let sheet = member(&files[0].1, "xl/worksheets/sheet1.xml");
    let row = &sheet[sheet.find("<row r=\"3\"").unwrap()..sheet.find("<row r=\"4\"").unwrap()];
    let expected = concat!(
        "<row r=\"3\"><c r=\"A3\" s=\"3\"><v>1</v></c>",
        "<c r=\"B3\" s=\"3\" t=\"inlineStr\"><is><t>张三</t></is></c>",
        "<c r=\"C3\" s=\"4\" t=\"inlineStr\"><is><t>110101199003079972</t></is></c>",
        "<c r=\"D3\" s=\"3\" t=\"inlineStr\"><is><t>=内&amp;科</t></is></c><c r=\"E3\" s=\"3\"/>",
        "<c r=\"F3\" s=\"3\" t=\"inlineStr\"><is><t>医师&lt;初&gt;</t></is></c>",
        "<c r=\"G3\" s=\"3\"><v>2.5</v></c><c r=\"H3\" s=\"5\"><v>44638</v></c></row>"
    );
    assert_eq!(row, expected);
}

#[test]
fn workers_and_portions_change_no_byte() {
    let Some(bytes) = fixture("tpl.xlsx") else { return };
    let (_, whole) = fill(fixture_target(bytes.clone()), &[records(3_000)], 0);
    let parts = [records(1_000), records(2_000)];
    let (_, parts) = fill(fixture_target(bytes), &parts, 2);
    assert!(whole[0].1 == parts[0].1);
    assert_eq!(whole[0].0.sha256, parts[0].0.sha256);
}

#[test]
fn full_files_are_followed_by_numbered_ones() {
    let Some(bytes) = fixture("tpl.xlsx") else { return };
    let mut target = fixture_target(bytes);
    target.max_rows = Some(2);
    let held = batch(&["name"], &[&["!张三"]]);
    let (findings, files) = fill(target, &[held, records(5)], 0);
    assert!(findings.is_empty());
    let told: Vec<_> = files
        .iter()
        .map(|(done, _)| (done.path.file_name().unwrap().to_str().unwrap(), done.rows, done.held))
        .collect();
    let expected = [("a.roster.xlsx", 2, 1), ("a.roster-2.xlsx", 2, 0), ("a.roster-3.xlsx", 1, 0)];
    assert_eq!(told, expected);
    let last = member(&files[2].1, "xl/worksheets/sheet1.xml");
    assert!(last.contains("<row r=\"3\"><c r=\"A3\" s=\"3\"><v>1</v>"));
}

#[test]
fn what_the_target_cannot_take_is_held_with_a_finding() {
    let Some(bytes) = fixture("tpl.xlsx") else { return };
    let mut target = fixture_target(bytes);
    target.columns[1].is_required = true;
    target.columns[3].max_chars = Some(2);
    target.columns[4].is_required = true;
    let rows = batch(
        &["name", "dept", "credits", "training_date"],
        &[&["", "内科", "2.5", "2022-03-18"], &["张三", "心内科", "两分", "2022-03"]],
    );
    let (findings, files) = fill(target, &[rows], 0);
    assert!(files.is_empty());
    let told: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code.name, finding.place.row, finding.args.join("|")))
        .collect();
    let label = "试用名册";
    let expected = [
        ("target-value-missing", 5, format!("{label}|姓 名|trial roster")),
        ("target-column-missing", 0, format!("{label}|学分类别|trial roster")),
        ("too-long", 6, "科室|2|3".to_owned()),
        ("target-number", 6, "学分".to_owned()),
        ("target-date", 6, "活动日期".to_owned()),
    ];
    assert_eq!(told, expected);
}

/// A small package of our own: shared strings, a table, formulas with their calculation chain, a
/// counter that the template numbered itself, and a signature row below.
fn own_template() -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, name: &str, to: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{kind}/{name}\" Target=\"{to}\"/>")
    };
    let parts = [
        (
            "[Content_Types].xml",
            "<Types><Override PartName=\"/xl/calcChain.xml\" ContentType=\"c\"/><Default/></Types>".to_owned(),
        ),
        ("_rels/.rels", format!("<R>{}</R>", relation("r1", "officeDocument", "xl/book.xml"))),
        (
            "xl/book.xml",
            format!("<workbook xmlns=\"{main}\"><sheets><sheet name=\"a\" r:id=\"r9\"/></sheets><calcPr calcId=\"1\"/></workbook>"),
        ),
        (
            "xl/_rels/book.xml.rels",
            format!(
                "<R>{}{}{}</R>",
                relation("r9", "worksheet", "worksheets/Tabelle7.xml"),
                relation("r2", "sharedStrings", "/xl/sharedStrings.xml"),
                relation("r3", "calcChain", "calcChain.xml")
            ),
        ),
        ("xl/calcChain.xml", "<calcChain><c r=\"A2\"/></calcChain>".to_owned()),
        ("xl/sharedStrings.xml", "<sst><si><t>序号</t></si><si><r><t>姓</t></r><r><t>名</t></r></si></sst>".to_owned()),
        (
            "xl/worksheets/Tabelle7.xml",
            concat!(
                "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>",
                "<row r=\"2\"><c r=\"A2\"><f>ROW()-1</f><v>1</v></c></row>",
                "<row r=\"5\"><c r=\"B5\" t=\"inlineStr\"><is><t>填表人：</t></is></c></row></sheetData></worksheet>"
            )
            .to_owned(),
        ),
        (
            "xl/worksheets/_rels/Tabelle7.xml.rels",
            format!("<R>{}</R>", relation("r1", "table", "../tables/table1.xml")),
        ),
        ("xl/tables/table1.xml", "<table ref=\"A1:B2\"><autoFilter ref=\"A1:B2\"/></table>".to_owned()),
    ];
    let mut package = PackageWriter::new(Cursor::new(Vec::new()), Path::new("own.xlsx"));
    for (name, text) in parts {
        package.put_part(name, text.as_bytes(), Level::Default).unwrap();
    }
    package.finish().unwrap().into_inner()
}

fn own_target(bytes: Vec<u8>) -> Target {
    let mut counter = column("序号", 0, "name", ColumnStyle::Number);
    counter.source = ColumnSource::Counter;
    let columns = vec![counter, column("姓名", 1, "name", ColumnStyle::Text)];
    target(TargetFormat::Xlsx(template(bytes, "a", 1)), columns)
}

#[test]
fn tables_follow_the_rows_and_a_stale_calculation_chain_goes() {
    let names = batch(&["name"], &[&["张三"], &[" 李四"], &["王五"]]);
    let (_, files) = fill(own_target(own_template()), &[names], 0);
    let bytes = &files[0].1;
    assert_eq!(
        member(bytes, "xl/tables/table1.xml"),
        "<table ref=\"A1:B4\"><autoFilter ref=\"A1:B4\"/></table>"
    );
    assert_eq!(member(bytes, "[Content_Types].xml"), "<Types><Default/></Types>");
    assert!(!member(bytes, "xl/_rels/book.xml.rels").contains("calcChain"));
    assert!(member(bytes, "xl/book.xml").contains("<calcPr calcId=\"1\" fullCalcOnLoad=\"1\"/>"));
    assert_eq!(member(bytes, "xl/calcChain.xml"), "");
    let sheet = member(bytes, "xl/worksheets/Tabelle7.xml");
    assert!(
        sheet.contains(
            "<c r=\"B3\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> 李四</t></is></c>"
        )
    );
    assert!(sheet.contains("<row r=\"5\"><c r=\"B5\"") && !sheet.contains("<f>"));
}

#[test]
fn rows_that_would_overwrite_the_templates_text_are_an_error_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = Arc::new(own_target(own_template()));
    let path = folder.path().join("a.xlsx");
    let mut output = Filler::new(&target, &path, WriteOptions::default()).unwrap();
    let names = batch(&["name"], &[&["a"], &["b"], &["c"], &["d"]]);
    let fault = output.write(&names, &mut Vec::new()).unwrap_err();
    assert!(fault.to_string().contains("cell B5"), "{fault}");
    drop(output);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_template_that_lost_a_column_names_it() {
    let mut target = own_target(own_template());
    target.columns[1].heading = "身份证号".into();
    let fault = Filler::new(&Arc::new(target), Path::new("a.xlsx"), WriteOptions::default());
    let fault = fault.map(|_| ()).unwrap_err();
    assert!(
        matches!(&fault, WriteError::TemplateColumn { heading, cell, found, .. }
            if heading == "身份证号" && cell == "B1" && found == "姓名"),
        "{fault}"
    );
}

#[test]
fn a_template_that_is_no_workbook_or_lacks_the_sheet_is_told() {
    let mut lacking = own_target(own_template());
    if let TargetFormat::Xlsx(template) = &mut lacking.format {
        template.sheet = "b".into();
    }
    for (target, word) in
        [(lacking, "no sheet named b"), (own_target(vec![1, 2, 3]), "not a readable")]
    {
        let fault = Filler::new(&Arc::new(target), Path::new("a.xlsx"), WriteOptions::default());
        let fault = fault.map(|_| ()).unwrap_err().to_string();
        assert!(fault.contains(word), "{fault}");
    }
}
