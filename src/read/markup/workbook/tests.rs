//! Workbooks as grids: small documents, cell by cell.

use super::*;
use crate::read::markup::told::told_by;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?mso-application progid=\"Excel.Sheet\"?>\
    <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">";

fn told(bytes: &[u8]) -> Vec<String> {
    told_by(open, bytes)
}

fn sheet(rows: &str) -> String {
    format!("{HEAD}<Worksheet ss:Name=\"名&amp;单\"><Table>{rows}</Table></Worksheet></Workbook>")
}

#[test]
fn cells_stand_where_excel_shows_them() {
    let cell = |more: &str, value: &str| {
        format!("<Cell{more}><Data ss:Type=\"String\">{value}</Data></Cell>")
    };
    for (rows, expected) in [
        (
            format!("<Row ss:Index=\"3\">{}{}{}</Row>", cell("", "a"), cell(" ss:Index=\"4\"", "b&#10;c"), cell("", "<![CDATA[<d>]]>")),
            vec!["# 名&单", "A3 \"a\"", "D3 \"b\\nc\"", "E3 \"<d>\""],
        ),
        (
            format!("<Row>{}{}</Row><Row>{}</Row>", cell(" ss:MergeAcross=\"1\" ss:MergeDown=\"1\"", "a"), cell("", "b"), cell(" ss:Index=\"3\"", "c")),
            vec!["# 名&单 A1:B2", "A1 \"a\"", "C1 \"b\"", "C2 \"c\""],
        ),
        (
            format!("<Column ss:Index=\"2\" ss:Hidden=\"1\" ss:Span=\"1\"/><Row ss:Hidden=\"1\">{}</Row><Row ss:Span=\"2\"/><Row>{}</Row>", cell("", "a"), cell("", "b")),
            vec!["# 名&单 hidden 1-2", "A1 \"a\" hidden", "A5 \"b\""],
        ),
        (
            format!("<Row ss:Index=\"2\">{}</Row><Row ss:Index=\"1\">{}</Row>", cell("", "a"), cell("", "b")),
            vec!["# 名&单", "A2 \"a\"", "A3 \"b\"", "! repeated-address "],
        ),
        (
            "<Row><Cell><Comment><Data>no</Data></Comment><Data ss:Type=\"Number\">1.5</Data></Cell><Cell ss:Formula=\"=1\"/><Cell ss:Formula=\"=1\"><Data ss:Type=\"Error\">#N/A</Data></Cell></Row>".to_owned(),
            vec!["# 名&单", "A1 \"1.5\" Number", "B1 \"\" Uncalculated", "C1 \"#N/A\" Error"],
        ),
        (
            format!("<Row>{}<Cell><ss:Data ss:Type=\"String\" xmlns=\"x\"><B>a</B><Font>b</Font></ss:Data></Cell></Row>", cell("", "=\"0012\"")),
            vec!["# 名&单", "A1 \"0012\"", "B1 \"ab\"", "! guarded-cells A1"],
        ),
    ] {
        assert_eq!(told(sheet(&rows).as_bytes()), expected, "{rows}");
    }
}

#[test]
fn styles_dates_and_hidden_sheets_are_told() {
    let text = format!(
        "{HEAD}<Styles><Style ss:ID=\"d\"><NumberFormat ss:Format=\"Short Date\"/></Style>\
         <Style ss:ID=\"e\" ss:Parent=\"d\"/><Style ss:ID=\"t\"><NumberFormat ss:Format=\"@\"/></Style></Styles>\
         <Worksheet ss:Name=\"A\"><Table><Column ss:StyleID=\"t\"/><Row><Cell><Data ss:Type=\"String\">01</Data></Cell>\
         <Cell ss:StyleID=\"e\"><Data ss:Type=\"Number\">44625</Data></Cell>\
         <Cell ss:StyleID=\"d\"><Data ss:Type=\"DateTime\">2022-03-05T00:00:00.000</Data></Cell></Row></Table></Worksheet>\
         <Worksheet ss:Name=\"B\"><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"
    );
    let expected = [
        "# A",
        "A1 \"01\" Text",
        "B1 \"44625\" Number Date",
        "C1 \"2022-03-05\" IsoDate",
        "# B Hidden",
    ];
    assert_eq!(told(text.as_bytes()), expected);
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(told(&utf_16), expected);
    let gbk = sheet("<Row><Cell><Data>单位</Data></Cell></Row>").replace("UTF-8", "gb2312");
    assert_eq!(told(&encoding_rs::GBK.encode(&gbk).0), ["# 名&单", "A1 \"单位\""]);
}

#[test]
fn documents_that_break_off_or_declare_entities_are_refused() {
    let whole = sheet("<Row><Cell><Data>a</Data></Cell></Row>");
    let cut = whole.strip_suffix("</Workbook>").unwrap();
    let declared = whole.replace("<Workbook", "<!DOCTYPE x [<!ENTITY a \"b\">]><Workbook");
    let none = format!("{HEAD}</Workbook>");
    let far = sheet("<Row ss:Index=\"9999999\"/>");
    for (text, expected) in [
        (cut, "broken-workbook"),
        (&declared, "broken-workbook"),
        (&none, "empty-document"),
        (&far, "too-large"),
    ] {
        assert_eq!(told(text.as_bytes()), [expected]);
    }
}

proptest::proptest! {
    #[test]
    fn any_workbook_is_read_without_panic(pieces in proptest::collection::vec(0usize..16, 0..60), noise in "[ -~]{0,12}") {
        let all = [
            "<Row>", "</Row>", "<Row ss:Index=\"5\">", "<Cell>", "</Cell>", "<Cell ss:Index=\"99\" ss:MergeDown=\"4000000000\" ss:MergeAcross=\"4000000000\">",
            "<Data>", "</Data>", "<Data ss:Type=\"DateTime\">", "1899-12-31T1:2:3", "<Comment>", "</Comment>", "<Worksheet>", "</Worksheet>",
            "<Column ss:Span=\"4294967295\" ss:Index=\"0\"/>", "&#x0;",
        ];
        let rows: String = pieces.iter().map(|at| all[*at]).collect();
        let _ = told(sheet(&format!("{rows}{noise}")).as_bytes());
    }
}
