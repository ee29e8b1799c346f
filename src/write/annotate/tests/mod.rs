//! Whole workbooks: marked, marked again, cleared; and the corpus.

mod corpus;
mod twin;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
};

use super::*;
use crate::model::{CellKind, Chunk, GridInfo, NumberFormat, Range};

type PartMap = BTreeMap<String, Vec<u8>>;

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn parts_of(path: &Path) -> PartMap {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut parts = PartMap::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        parts.insert(name, bytes);
    }
    parts
}

fn text<'a>(parts: &'a PartMap, name: &str) -> &'a str {
    let bytes = parts.get(name).unwrap_or_else(|| panic!("{name} among {:?}", parts.keys()));
    std::str::from_utf8(bytes).unwrap()
}

/// A workbook with two sheets, of which the second shows; `sheet` is the first one's part.
fn workbook(folder: &Path, sheet: &str, more: &[(&str, &str)]) -> PathBuf {
    let relationships = |leads: &str| {
        let space = "http://schemas.openxmlformats.org/package/2006/relationships";
        format!("<Relationships xmlns=\"{space}\">{leads}</Relationships>")
    };
    let lead = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELS}/{kind}\" Target=\"{target}\"/>")
    };
    let mut parts: Vec<(&str, String)> = vec![
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
                .to_owned(),
        ),
        ("_rels/.rels", relationships(&lead("rId1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {MAIN}><bookViews><workbookView activeTab=\"1\" firstSheet=\"1\"/></bookViews>\
                 <sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"问题清单\" \
                 sheetId=\"7\" r:id=\"rId2\"/></sheets><definedNames><definedName name=\"甲\" \
                 localSheetId=\"0\">名单!$A$1</definedName><definedName name=\"乙\" localSheetId=\"1\">\
                 1</definedName></definedNames></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relationships(
                &[
                    lead("rId1", "worksheet", "worksheets/sheet1.xml"),
                    lead("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
                    lead("rId3", "styles", "styles.xml"),
                ]
                .concat(),
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet {MAIN}><fonts count=\"1\"><font/></fonts><fills count=\"3\"><fill>\
                 <patternFill/></fill><fill><patternFill patternType=\"gray125\"/></fill><fill>\
                 <patternFill patternType=\"solid\"><fgColor theme=\"4\" tint=\"0.5\"/></patternFill>\
                 </fill></fills><borders count=\"1\"><border/></borders><cellXfs count=\"2\">\
                 <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/><xf numFmtId=\"49\" \
                 fontId=\"0\" fillId=\"2\" borderId=\"0\"><alignment wrapText=\"1\"/></xf></cellXfs>\
                 <dxfs count=\"0\"/></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
        (
            "xl/worksheets/sheet2.xml",
            format!(
                "<worksheet {MAIN}><sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\"/>\
                 </sheetViews><sheetData/></worksheet>"
            ),
        ),
    ];
    parts.extend(more.iter().map(|(name, text)| (*name, (*text).to_owned())));
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts.iter().enumerate().filter_map(|(at, (name, text))| {
        // A later part of the same name stands for an earlier one.
        let is_last = parts.iter().skip(at + 1).all(|(other, _)| other != name);
        is_last.then_some((name, text))
    }) {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let path = folder.join("a.xlsx");
    std::fs::write(&path, writer.finish().unwrap().into_inner()).unwrap();
    path
}

fn sheet_of(rows: &str, tail: &str) -> String {
    format!(
        "<worksheet {MAIN}><cols><col min=\"4\" max=\"4\" style=\"1\"/></cols><sheetData>{rows}</sheetData>{tail}</worksheet>"
    )
}

fn mark(place: Place, severity: Severity, comment: &str) -> Mark {
    Mark { place, severity, comment: comment.into() }
}

fn issue(place: Place) -> Issue {
    Issue {
        place,
        severity: Severity::Error,
        sheet: "名单".into(),
        heading: "身份证号".into(),
        value: "1101****".to_owned(),
        message: "不对 <&\u{1}>".into(),
        hint: "改".into(),
        clause: "".into(),
        code: "id-checksum".into(),
    }
}

fn annotations<'a>(marks: &'a [Mark], issues: &'a [Issue]) -> Annotations<'a> {
    Annotations {
        marks,
        issues,
        unlisted: 0,
        lang: Lang::Zh,
        sha256: "ab12",
        notes: &[],
        header_rows: &[],
        max_full_rows: 20_000,
        level: Level::Fast,
    }
}

const ROWS: &str = "<row r=\"1\" spans=\"1:2\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" s=\"1\"><f>A1</f><v>2</v></c></row>\
     <row r=\"4\"/><row r=\"6\"><c r=\"A6\" s=\"0\"><v>6</v></c></row>";

#[test]
fn wrong_cells_are_tinted_missing_ones_put_in_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let original = workbook(folder.path(), &sheet_of(ROWS, "<extLst/>"), &[]);
    let marks = [
        mark(Place::cell(0, 1, 1), Severity::Warning, "缺"),
        mark(Place::cell(0, 1, 2), Severity::Info, "一"),
        mark(Place::cell(0, 1, 2), Severity::Error, "二"),
        mark(Place::cell(0, 1, 3), Severity::Error, "缺"),
        mark(Place::cell(0, 3, 0), Severity::Error, "没有这一行"),
        mark(Place::row(0, 4), Severity::Error, "整行"),
        mark(Place::cell(0, 9, 0), Severity::Error, "末尾"),
    ];
    let issues = [issue(Place::cell(0, 1, 2)), issue(Place::row(0, 4)), issue(Place::NOWHERE)];
    let out = folder.path().join("b.xlsx");
    annotate_workbook(&original, &annotations(&marks, &issues), &out).unwrap();
    let parts = parts_of(&out);
    let sheet = text(&parts, "xl/worksheets/sheet1.xml");
    let rows = sheet.split_once("<sheetData>").unwrap().1;
    assert_eq!(
        rows,
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"2\"/><c r=\"C1\" s=\"3\"><f>A1</f>\
         <v>2</v></c><c r=\"D1\" s=\"4\"/></row><row r=\"3\"><c r=\"A3\" s=\"5\"/></row><row r=\"4\">\
         <c r=\"A4\" s=\"5\"/></row><row r=\"6\"><c r=\"A6\" s=\"0\"><v>6</v></c></row><row r=\"9\">\
         <c r=\"A9\" s=\"5\"/></row></sheetData><legacyDrawing xmlns:r=\"http://schemas.openxmlformats.org\
         /officeDocument/2006/relationships\" r:id=\"rIdCme2\"/><extLst/></worksheet>"
    );
    let styles = text(&parts, "xl/styles.xml");
    assert!(styles.contains(
        "<fgColor rgb=\"FFFFC7CD\"/><bgColor theme=\"4\" tint=\"0.5\"/></patternFill></fill>"
    ));
    assert!(styles.contains("borderId=\"0\" applyFill=\"1\"><alignment wrapText=\"1\"/></xf>"));
    let book = text(&parts, "xl/workbook.xml");
    assert!(book.contains("activeTab=\"0\" firstSheet=\"0\""), "{book}");
    assert!(book.contains("name=\"问题清单 (2)\" sheetId=\"8\""), "{book}");
    assert!(book.contains("name=\"甲\" localSheetId=\"1\"") && book.contains("localSheetId=\"2\""));
    assert!(text(&parts, "xl/worksheets/sheet2.xml").contains("tabSelected=\"0\""));
    let list = text(&parts, "xl/worksheets/sheet3.xml");
    assert!(list.contains("location=\"'名单'!C1\"") && list.contains("location=\"'名单'!A4\""));
    assert!(list.contains("不对 &lt;&amp;&gt;"), "{list}");
    let comments = text(&parts, "xl/comments1.xml");
    assert!(comments.contains("一\n\n二"), "{comments}");
    assert_eq!(original_digest(&out).as_deref(), Some("ab12"));
    assert_eq!(original_digest(&original), None);
    check_well_formed(&parts);
}

#[test]
fn marking_again_doubles_nothing_and_no_marks_give_the_original_back() {
    let folder = tempfile::tempdir().unwrap();
    let original = workbook(folder.path(), &sheet_of(ROWS, ""), &[]);
    let marks = [
        mark(Place::cell(0, 1, 2), Severity::Error, "一"),
        mark(Place::cell(0, 2, 0), Severity::Error, "二"),
        mark(Place::cell(0, 6, 0), Severity::Warning, "三"),
        mark(Place::cell(0, 6, 1), Severity::Warning, "四"),
    ];
    let issues = [issue(Place::cell(0, 1, 2))];
    let [once, twice, cleared] =
        ["1.xlsx", "2.xlsx", "3.xlsx"].map(|name| folder.path().join(name));
    annotate_workbook(&original, &annotations(&marks, &issues), &once).unwrap();
    annotate_workbook(&once, &annotations(&marks, &issues), &twice).unwrap();
    let (first, second) = (parts_of(&once), parts_of(&twice));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        let (one, two) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&second[name]));
        assert_eq!(one, two, "{name}");
    }
    annotate_workbook(&twice, &annotations(&[], &[]), &cleared).unwrap();
    let (before, after) = (parts_of(&original), parts_of(&cleared));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, bytes) in &before {
        if !name.ends_with("styles.xml")
            && !name.ends_with("workbook.xml")
            && !name.contains("Content")
        {
            assert_eq!(
                String::from_utf8_lossy(bytes),
                String::from_utf8_lossy(&after[name]),
                "{name}"
            );
        }
    }
    let book = text(&after, "xl/workbook.xml");
    assert!(
        book.contains("activeTab=\"1\"") && book.contains("\"甲\" localSheetId=\"0\""),
        "{book}"
    );
}

#[test]
fn a_workbook_that_a_program_wrote_anew_loses_tints_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let original = workbook(folder.path(), &sheet_of(ROWS, ""), &[]);
    let marks = [
        mark(Place::cell(0, 1, 0), Severity::Error, "一"),
        mark(Place::cell(0, 1, 2), Severity::Error, "二"),
    ];
    let once = folder.path().join("1.xlsx");
    annotate_workbook(&original, &annotations(&marks, &[]), &once).unwrap();
    let mut parts = parts_of(&once);
    // As if the program had dropped formats it does not use.
    let styles =
        text(&parts, "xl/styles.xml").replace(" xfId=\"0\"", "").replacen("<xf ", "<xf/><xf ", 1);
    parts.insert("xl/styles.xml".to_owned(), styles.into_bytes());
    let again = folder.path().join("2.xlsx");
    let mut writer = zip::ZipWriter::new(File::create(&again).unwrap());
    for (name, bytes) in &parts {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
    let cleared = folder.path().join("3.xlsx");
    annotate_workbook(&again, &annotations(&[], &[]), &cleared).unwrap();
    let parts = parts_of(&cleared);
    let styles = text(&parts, "xl/styles.xml");
    assert!(!styles.contains("FFFFC7CD") && !styles.contains("FFDDEBF6"), "{styles}");
    assert_eq!(styles.matches("<fgColor theme=\"4\" tint=\"0.5\"/>").count(), 2, "{styles}");
    assert!(!parts.keys().any(|name| name.contains("comments") || name.contains("vml")));
}

#[test]
fn a_long_sheet_is_shortened_to_headings_and_marked_rows() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: u32| {
        match at {
        5 => "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t><![CDATA[</row><row r=\"9\">]]></t></is></c></row>".to_owned(),
        _ => format!("<row r=\"{at}\"><c r=\"A{at}\"><f t=\"shared\" si=\"0\">B{at}</f><v>{at}</v></c></row>"),
    }
    };
    let rows: String = (1..=40).map(row).collect();
    let original = workbook(folder.path(), &sheet_of(&rows, ""), &[]);
    let marks = [
        mark(Place::cell(0, 7, 0), Severity::Error, "一"),
        mark(Place::cell(0, 39, 0), Severity::Error, "二"),
    ];
    let headings = [(0, vec![2])];
    let annotations =
        Annotations { max_full_rows: 10, header_rows: &headings, ..annotations(&marks, &[]) };
    let out = folder.path().join("b.xlsx");
    annotate_workbook(&original, &annotations, &out).unwrap();
    let parts = parts_of(&out);
    let sheet = text(&parts, "xl/worksheets/sheet1.xml");
    let numbers: Vec<&str> =
        sheet.split("<row r=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(numbers, ["1", "2", "7", "39"]);
    assert!(!sheet.contains("<f") && sheet.contains("<v>39</v>"));
    assert!(text(&parts, "xl/worksheets/sheet3.xml").contains("超过 10 行"));
    assert!(origin(&out).unwrap().is_partial);
}

#[test]
fn a_mark_on_a_covered_cell_goes_to_the_first_cell_of_its_merged_range() {
    let folder = tempfile::tempdir().unwrap();
    let tail = "<mergeCells count=\"1\"><mergeCell ref=\"A1:A6\"/></mergeCells>";
    let original = workbook(folder.path(), &sheet_of(ROWS, tail), &[]);
    let marks = [mark(Place::cell(0, 6, 0), Severity::Error, "一")];
    let out = folder.path().join("b.xlsx");
    annotate_workbook(&original, &annotations(&marks, &[]), &out).unwrap();
    assert!(text(&parts_of(&out), "xl/comments1.xml").contains("ref=\"A1\""));
}

#[test]
fn styles_may_be_missing_and_sheets_may_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    for styles in ["", "<styleSheet/>", "<styleSheet><cellXfs/></styleSheet>"] {
        let sheet = "<worksheet><sheetData/></worksheet>";
        let original = workbook(folder.path(), sheet, &[("xl/styles.xml", styles)]);
        let marks = [mark(Place::cell(0, 2, 1), Severity::Error, "一")];
        let out = folder.path().join("b.xlsx");
        if styles.is_empty() {
            // An empty part is no style sheet: that is said, not guessed.
            assert!(annotate_workbook(&original, &annotations(&marks, &[]), &out).is_err());
            continue;
        }
        annotate_workbook(&original, &annotations(&marks, &[]), &out).unwrap();
        let parts = parts_of(&out);
        assert!(
            text(&parts, "xl/worksheets/sheet1.xml")
                .contains("<row r=\"2\"><c r=\"B2\" s=\"1\"/></row>")
        );
        check_well_formed(&parts);
    }
}

fn check_well_formed(parts: &PartMap) {
    for (name, bytes) in parts {
        if name.ends_with(".xml") || name.ends_with(".rels") {
            let fault = fault_of(bytes);
            assert!(fault.is_none(), "{name}: {fault:?}");
        }
    }
}

fn fault_of(bytes: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return None,
            Ok(_) => {}
            Err(fault) => return Some(fault.to_string()),
        }
    }
}

#[test]
fn a_signature_goes_and_comments_of_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let space = "http://schemas.openxmlformats.org/package/2006/relationships";
    let lead = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELS}/{kind}\" Target=\"{target}\"/>")
    };
    let rels = |leads: String| format!("<Relationships xmlns=\"{space}\">{leads}</Relationships>");
    let sheet = sheet_of(ROWS, "<legacyDrawing r:id=\"rId9\"/><extLst/>");
    let comments = format!(
        "<comments {MAIN}><authors><author>平台</author></authors><commentList><comment ref=\"A1\" \
         authorId=\"0\"><text><t>原有</t></text></comment></commentList></comments>"
    );
    let top = lead("rId1", "officeDocument", "xl/workbook.xml")
        + &lead("rId2", "origin", "_xmlsignatures/origin.sigs");
    let of_sheet =
        lead("rId8", "comments", "../comments1.xml") + &lead("rId9", "vmlDrawing", "../d.vml");
    let (top, of_sheet) = (rels(top), rels(of_sheet));
    let original = workbook(
        folder.path(),
        &sheet,
        &[
            ("_rels/.rels", &top),
            ("_xmlsignatures/origin.sigs", ""),
            ("_xmlsignatures/sig1.xml", "<Signature/>"),
            ("xl/worksheets/_rels/sheet1.xml.rels", &of_sheet),
            ("xl/comments1.xml", &comments),
            ("xl/d.vml", "<xml><br><shape></shape></xml>"),
        ],
    );
    let marks = [
        mark(Place::cell(0, 1, 0), Severity::Error, "一"),
        mark(Place::cell(0, 1, 2), Severity::Error, "二"),
    ];
    let [once, cleared] = ["1.xlsx", "2.xlsx"].map(|name| folder.path().join(name));
    annotate_workbook(&original, &annotations(&marks, &[]), &once).unwrap();
    let parts = parts_of(&once);
    assert!(!parts.keys().any(|name| name.starts_with("_xmlsig")));
    assert!(!text(&parts, "_rels/.rels").contains("_xmlsig"));
    assert!(text(&parts, "xl/worksheets/sheet3.xml").contains("签名"));
    let said = text(&parts, "xl/comments1.xml");
    assert!(said.contains("<t>原有\n[cmegate]\n一</t>") && said.contains("ref=\"C1\""), "{said}");
    let boxes = text(&parts, "xl/d.vml");
    assert!(
        boxes.starts_with("<xml><br><shape></shape><v:shapetype xmlns:v=")
            && boxes.matches("<v:shape ").count() == 1
    );
    assert_eq!(text(&parts, "xl/worksheets/_rels/sheet1.xml.rels"), of_sheet);
    annotate_workbook(&once, &annotations(&[], &[]), &cleared).unwrap();
    let parts = parts_of(&cleared);
    assert_eq!(text(&parts, "xl/comments1.xml"), comments);
    assert_eq!(text(&parts, "xl/worksheets/sheet1.xml"), sheet);
}
