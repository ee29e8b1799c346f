//! One small workbook for each way in which real ones differ from the book.

use super::{Builder, Document};
use crate::model::{NumberFormat, Range, Visibility};
use crate::read::ReadError;

fn refusal(found: Result<Document, ReadError>) -> &'static str {
    match found {
        Err(ReadError::Refused(finding)) => finding.code.name,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn every_kind_of_cell_is_read() {
    let rows = "<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1' t='str'><f>A1</f><v>a&amp;_x0041_</v></c>\
        <c r='C1' t='inlineStr'><is><r><t>张</t></r><r><t>三</t></r><rPh sb='0' eb='1'><t>zhang</t></rPh></is></c>\
        <c r='D1' t='b'><v>1</v></c><c r='E1' t='e'><v>#REF!</v></c><c r='F1' t='d'><v>2024-01-01</v></c>\
        <c r='G1'><v>110101199003070134</v></c><c r='H1'><v> 1.50E+2 </v></c><c r='I1' t='s'><v>0</v></c></row>\
        <row r='2'><c r='A2'><f>NOW()</f></c><c r='B2'><f>A1</f><v></v></c><c r='C2' t='str'><f>\"\"</f><v></v></c>\
        <c r='D2' s='1'/><c r='E2'><v>abc</v></c><c r='F2' t='s'><v>9</v></c></row>";
    let document = Builder::rows(rows).strings(&["<t/>", "<t>李四</t>"]).read().unwrap();
    assert_eq!(
        document.cells(),
        [
            "A1=李四",
            "B1=a&A",
            "C1=张三",
            "D1?true",
            "E1!#REF!",
            "F1@2024-01-01",
            "G1#110101199003070134",
            "H1#1.50E+2",
            "A2…",
            "B2…",
            "E2=abc",
            "F2!#REF!",
        ]
    );
    assert_eq!(document.codes(), ["broken-workbook"]);
}

#[test]
fn odd_spellings_of_xml_read_like_plain_ones() {
    let plain = ["A1=a", "B1#2", "A2=>", "C2#3"];
    for sheet in [
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\"><v>2</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"str\"><v>&gt;</v></c><c r=\"C2\"><v>3</v></c></row></sheetData></worksheet>",
        // Prefixes, either quote, blanks in tags, a > inside a value, comments, instructions, CDATA.
        "<?xml version='1.0'?><!-- <row> --><x:worksheet xmlns:x='y'><x:sheetData ><?pi <c> ?>\
         <x:row r = '1' x:note='a>b' ><x:c r=\"A1\" t='inlineStr'><x:is><x:t><![CDATA[a]]></x:t></x:is></x:c ><!-- -->\
         <x:c r='B1' ><x:v>2</x:v></x:c></x:row>\n<x:row><x:c t='str'><x:v><![CDATA[>]]></x:v></x:c><x:c r='C2'><x:v>3</x:v>\
         <x:extLst><x:ext><x:c r='Z1'><x:v>9</x:v></x:c></x:ext></x:extLst></x:c></x:row></x:sheetData></x:worksheet>",
        // No addresses: counted on.
        "<worksheet><sheetData><row><c t='inlineStr'><is><t>a</t></is></c><c><v>2</v></c></row>\
         <row><c t='str'><v>&#62;</v></c><c/><c><v>3</v></c></row></sheetData></worksheet>",
        // Strict namespaces and a byte order mark.
        "\u{FEFF}<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'><sheetData><row r='1'><c r='a1' t='str'>\
         <v>a</v></c><c r='B1' t='n'><v>2</v></c></row><row r='2'><c r='A2' t='str'><v>&#x3e;</v></c>\
         <c r='C2'><v>3</v></c></row></sheetData></worksheet>",
    ] {
        let document = Builder::sheet(sheet).read().unwrap();
        assert_eq!(document.cells(), plain, "{sheet}");
        assert!(document.findings.is_empty(), "{sheet}");
    }
}

#[test]
fn other_encodings_are_decoded() {
    let sheet =
        "<worksheet><sheetData><row r='1'><c t='str'><v>张三</v></c></row></sheetData></worksheet>";
    let little: Vec<u8> = sheet.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut big = vec![0xFE, 0xFF];
    big.extend(sheet.encode_utf16().flat_map(u16::to_be_bytes));
    let declared = format!("<?xml version='1.0' encoding='GBK'?>{sheet}");
    let gbk = encoding_rs::GBK.encode(&declared).0.into_owned();
    for part in [little, big, gbk] {
        let document =
            Builder::new(&[("表", "")]).part("xl/worksheets/sheet1.xml", part).read().unwrap();
        assert_eq!(document.cells(), ["A1=张三"]);
    }
}

#[test]
fn cells_and_rows_out_of_order_are_put_right_and_told() {
    let rows = "<row r='2'><c r='C2'><v>3</v></c><c r='A2'><v>1</v></c><c r='B2'><v>2</v></c></row>\
        <row r='2'><c r='A2'><v>4</v></c><c r='A2'><v>5</v></c></row><row r='1'><c r='B1'><v>6</v></c></row>\
        <row r='9'><c r='A9'><v>7</v></c></row>";
    let document = Builder::rows(rows).read().unwrap();
    assert_eq!(document.cells(), ["A2#1", "B2#2", "C2#3", "A3#5", "B4#6", "A9#7"]);
    assert_eq!(document.codes(), ["repeated-address"]);
    assert_eq!(document.findings[0].args, ["表", "3"]);
}

#[test]
fn parts_are_found_whatever_their_case_slashes_and_folders() {
    let base = || Builder::rows("<row><c t='s'><v>0</v></c></row>").strings(&["<t>a</t>"]);
    let links = |target: &str| {
        format!(
            "<Relationships><Relationship Id='rId0' Type='x/worksheet' Target='{target}'/></Relationships>"
        )
    };
    for document in [
        base().rename("xl/worksheets/sheet1.xml", "XL\\WorkSheets\\Sheet1.XML"),
        base().rename("xl/sharedStrings.xml", "xl/sharedstrings.xml"),
        base().part("xl/_rels/workbook.xml.rels", links("/xl/worksheets/sheet1.xml")),
        base().part("xl/_rels/workbook.xml.rels", links("..\\xl/./worksheets\\sheet1.xml")),
        base().part("xl/_rels/workbook.xml.rels", "<Relationships/>"),
        base().part("_rels/.rels", "no xml <"),
    ] {
        assert_eq!(document.read().unwrap().cells(), ["A1=a"]);
    }
}

#[test]
fn formats_dates_and_the_1904_mark_reach_the_cells() {
    let styles = "<styleSheet><numFmts><numFmt numFmtId='200' formatCode='yyyy\"年\"m\"月\"'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='200'/><xf numFmtId='49'/><xf numFmtId='22'/><xf numFmtId='46'/></cellXfs></styleSheet>"
        .replace("\"年\"m\"月\"", "&quot;年&quot;m&quot;月&quot;");
    let rows = "<row><c s='1'><v>1</v></c><c s='2'><v>1</v></c><c s=''><v>1</v></c><c s='3'><v>1</v></c>\
        <c r=\"E1\" s=\"4\"><v>1</v></c><c s='99'><v>1</v></c></row>";
    let workbook = "<workbook><workbookPr date1904='1'/><sheets><sheet name='a' r:id='rId0'/></sheets></workbook>";
    let document =
        Builder::rows(rows).part("xl/styles.xml", styles).part("xl/workbook.xml", workbook).read();
    let grid = document.unwrap().grids.remove(0);
    assert!(grid.info.is_1904);
    use NumberFormat::{Date, DateTime, General, Text, Time};
    assert_eq!(grid.formats, [Date, Text, General, DateTime, Time, General]);
}

#[test]
fn hidden_things_and_merges_are_known_before_the_rows() {
    let sheet = "<worksheet><cols><col min='1' max='2' hidden='1'/></cols><sheetData>\
        <row r='1' hidden='1'><c><v>1</v></c></row><row r='2' hidden='0'><c><v>1</v></c></row></sheetData>\
        <mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>";
    let empty = "<worksheet><sheetData/></worksheet>";
    let document = Builder::new(&[("a", ""), ("b", "state='hidden'"), ("c", "state='veryHidden'")])
        .part("xl/worksheets/sheet1.xml", sheet)
        .part("xl/worksheets/sheet2.xml", empty)
        .part("xl/worksheets/sheet3.xml", empty)
        .read()
        .unwrap();
    let seen: Vec<_> = document.grids.iter().map(|grid| grid.info.visibility).collect();
    assert_eq!(seen, [Visibility::Visible, Visibility::Hidden, Visibility::VeryHidden]);
    let first = &document.grids[0];
    assert_eq!(first.info.merges, [Range { top: 1, bottom: 2, left: 0, right: 1 }]);
    assert_eq!(first.info.hidden_columns, [(0, 1)]);
    assert_eq!(first.rows.iter().map(|row| row.1).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn chart_sheets_and_our_own_sheet_are_not_counted() {
    let links = "<Relationships><Relationship Id='rId0' Type='x/worksheet' Target='worksheets/sheet1.xml'/>\
        <Relationship Id='rId1' Type='x/chartsheet' Target='chartsheets/sheet1.xml'/>\
        <Relationship Id='rId2' Type='x/worksheet' Target='worksheets/sheet3.xml'/></Relationships>";
    let custom = "<Properties><property name='other'><vt:lpwstr>b</vt:lpwstr></property>\
        <property fmtid='x' pid='3' name='cmegate-sheet'><vt:lpwstr>问题清单</vt:lpwstr></property></Properties>";
    let sheet = "<worksheet><sheetData/></worksheet>";
    let document = Builder::new(&[("问题清单", ""), ("chart", ""), ("b", "")])
        .part("xl/_rels/workbook.xml.rels", links)
        .part("docProps/custom.xml", custom)
        .part("xl/worksheets/sheet1.xml", sheet)
        .part("xl/worksheets/sheet3.xml", sheet)
        .read()
        .unwrap();
    let seen: Vec<_> =
        document.grids.iter().map(|grid| (grid.info.index, grid.info.name.as_str())).collect();
    assert_eq!(seen, [(0, "b")]);
}

#[test]
fn cells_far_apart_are_one_finding() {
    let far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>";
    assert_eq!(refusal(Builder::rows(far).read()), "sparse-dimension");
    let many: String =
        (1..200).map(|row| format!("<row r='{row}'><c><v>1</v></c></row>")).collect();
    let stray = format!("{many}<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>");
    let document = Builder::rows(&stray).read().unwrap();
    assert_eq!((document.cells().len(), document.codes()), (200, vec!["sparse-dimension"]));
    // Declared dimensions and empty styled cells are no reason.
    let declared = "<worksheet><dimension ref='A1:XFD1048576'/><sheetData><row r='1'><c r='A1'><v>1</v></c>\
        <c r='XFD1' s='1'/></row></sheetData></worksheet>";
    let document = Builder::sheet(declared).read().unwrap();
    assert_eq!((document.cells(), document.codes()), (vec!["A1#1".to_owned()], vec![]));
}

#[test]
fn limits_end_the_sheet_or_the_document() {
    let column = Builder::rows(
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='2'><c r='XFE2'><v>1</v></c></row>",
    );
    let document = column.read().unwrap();
    assert_eq!(
        (document.cells(), document.codes()),
        (vec!["A1#1".to_owned()], vec!["too-many-columns"])
    );
    let row = "<row r='1048577'><c><v>1</v></c></row>";
    assert_eq!(refusal(Builder::rows(row).read()), "too-large");
    let rows = "<row/>".repeat(1_048_577);
    assert_eq!(refusal(Builder::rows(&rows).read()), "too-large");
    let text = format!("<row><c t='str'><v>{}</v></c></row>", "a".repeat((1 << 20) + 1));
    assert_eq!(refusal(Builder::rows(&text).read()), "too-large");
    let row = format!("<row>{}</row>", "<c r=\"A1\"><v>1</v></c>".repeat(40_000));
    assert_eq!(refusal(Builder::rows(&row).read()), "too-large");
    // One long shared string, named very often in one row.
    let string = format!("<t>{}</t>", "a".repeat(1 << 20));
    let row = format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(100));
    assert_eq!(refusal(Builder::rows(&row).strings(&[&string]).read()), "too-large");
    let comment = format!("<!--{}--><row/>", "a".repeat(9 << 20));
    assert_eq!(refusal(Builder::rows(&comment).read()), "too-large");
}

#[test]
fn a_long_sheet_is_streamed_with_its_merges() {
    let cell = "<c t='inlineStr'><is><t>mergeCell 张三李四王五赵六</t></is></c>".repeat(10);
    let rows: String = (0..16_000).map(|_| format!("<row>{cell}</row>")).collect();
    let sheet = format!(
        "<worksheet><sheetData>{rows}</sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>"
    );
    assert!(sheet.len() > 9 << 20);
    let document = Builder::sheet(&sheet).read().unwrap();
    let grid = &document.grids[0];
    assert_eq!((grid.rows.len(), grid.info.merges.len()), (16_000, 1));
    assert!(grid.rows.iter().all(|row| row.2.len() == 10));
    assert!(document.findings.is_empty());
}

#[test]
fn an_annotated_workbook_of_some_rows_is_known_by_its_property() {
    let property = |name: &str, value: &str| {
        format!("<p:property name='{name}'><vt:lpwstr>{value}</vt:lpwstr></p:property>")
    };
    for (properties, expected) in [
        (property("cmegate-partial", "1"), true),
        (property("cmegate-sheet", "x") + &property("cmegate-partial", " 1"), true),
        (property("cmegate-partial", ""), false),
        (property("cmegate-sheet", "1") + &property("partial", "1"), false),
        ("<p:property name='cmegate-partial'/>".to_owned(), false),
        ("<p:property name='cmegate-partial'><".to_owned(), false),
    ] {
        let part = format!("<p:Properties>{properties}</p:Properties>");
        let bytes = Builder::rows("<row r='1'><c r='A1'><v>1</v></c></row>")
            .part("docProps/custom.xml", part)
            .bytes();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let opened = crate::read::open(file.path(), &crate::read::ReadOptions::default()).unwrap();
        assert_eq!(opened.is_partial_copy, expected, "{properties}");
    }
}
