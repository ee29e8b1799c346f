//! Pages in one file: what Excel, browsers and other programs write.

use super::*;
use crate::read::markup::told::told_by;

fn told(bytes: &[u8]) -> Vec<String> {
    told_by(open, bytes)
}

const HEAD: &str = "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\
    Content-Type: multipart/related; boundary=\"----=_NextPart_01\"\r\n\r\nThis document is a Single File Web Page.\r\n\r\n";

fn part(location: &str, kind: &str, transfer: &str, body: &str) -> String {
    format!(
        "------=_NextPart_01\r\nContent-Location: file:///C:/1/{location}\r\n\
         Content-Transfer-Encoding: {transfer}\r\nContent-Type: {kind}\r\n\r\n{body}\r\n"
    )
}

#[test]
fn the_sheets_of_a_workbook_are_its_pages() {
    let list = "<html><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets>\
        <x:ExcelWorksheet><x:Name>=E5=86=85=E7=A7=91</x:Name><x:WorksheetSource HRef=3D\"a.files/sheet002.htm\"/></x:ExcelWorksheet>\
        <x:ExcelWorksheet><x:Name>B</x:Name><x:WorksheetSource HRef=3D\"a.files/sheet001.htm\"/></x:ExcelWorksheet>\
        <x:ExcelWorksheet><x:Name>C</x:Name><x:WorksheetSource HRef=3D\"a.files/sheet003.htm\"/></x:ExcelWorksheet>\
        </x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></html>";
    let hidden = "<xml><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></xml><table><tr><td>b</table>";
    let document = [
        HEAD.to_owned(),
        part("a.htm", "text/html; charset=\"utf-8\"", "quoted-printable", list),
        part("a.files/sheet001.htm", "text/html", "7bit", hidden),
        part(
            "a.files/sheet002.htm",
            "text/html; charset=utf-8",
            "base64",
            "PHRhYmxlPjx0cj48dGQgY2xhc3M9eDE+5aeT\r\n5ZCNPC90YWJsZT4=",
        ),
        part("a.files/tabstrip.htm", "text/html", "7bit", "<table><tr><td>tab</table>"),
        part(
            "a.files/stylesheet.css",
            "text/css",
            "quoted-printable",
            ".x1{mso-number-format:\"\\@\";}",
        ),
        part("a.files/p.png", "image/png", "base64", "AAAA"),
        "------=_NextPart_01--\r\n".to_owned(),
    ]
    .concat();
    let expected = ["# 内科", "A1 \"姓名\" Text", "# B Hidden", "A1 \"b\"", "! sheet-unreadable "];
    assert_eq!(told(document.as_bytes()), expected);
}

#[test]
fn a_saved_page_is_its_tables() {
    let page =
        part("a", "text/html; charset=gb2312", "8bit", "<table><tr><td>单位<td>科室</table>");
    let document = format!("From: <Saved by Blink>\r\n{HEAD}{page}------=_NextPart_01--");
    let (bytes, ..) = encoding_rs::GBK.encode(&document);
    assert_eq!(told(&bytes), ["# 表1", "A1 \"单位\"", "B1 \"科室\""]);
    let alone = "MIME-Version: 1.0\nContent-Type: text/html\n\n<table><tr><td>a</table>";
    assert_eq!(told(alone.as_bytes()), ["# 表1", "A1 \"a\""]);
}

#[test]
fn documents_without_a_table_are_refused() {
    for document in ["MIME-Version: 1.0\n\n", HEAD, &part("a", "text/html", "7bit", "<p>x</p>")] {
        assert_eq!(told(document.as_bytes()), ["format-not-read"]);
    }
    let many = part("a", "text/html", "7bit", "x").repeat(201);
    assert_eq!(told(format!("{HEAD}{many}").as_bytes()), ["too-large"]);
}

proptest::proptest! {
    #[test]
    fn any_document_is_read_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512)) {
        let page = part("a", "text/html", "base64", "");
        let _ = told(&[HEAD.as_bytes(), page.as_bytes(), &bytes].concat());
        let _ = told(&bytes);
    }
}
