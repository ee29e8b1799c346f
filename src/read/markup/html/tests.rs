//! Pages as grids: tables of small pages, cell by cell.

use super::*;
use crate::read::markup::told::told_by;

fn told(bytes: &[u8]) -> Vec<String> {
    told_by(open, bytes)
}

#[test]
fn cells_stand_where_browsers_show_them() {
    for (page, expected) in [
        (
            "<table><tr><td>a<td>b<tr><td>c</table>",
            vec!["# 表1", "A1 \"a\"", "B1 \"b\"", "A2 \"c\""],
        ),
        ("<td>a</td><table><td>b</table>", vec!["# 表1", "A1 \"b\""]),
        (
            "<table><tr><td colspan=2>t</td><td rowspan=2>r</td></tr><tr><td>a<td>b<td>c</tr></table>",
            vec!["# 表1 A1:B1 C1:C2", "A1 \"t\"", "C1 \"r\"", "A2 \"a\"", "B2 \"b\"", "D2 \"c\""],
        ),
        (
            "<table><tbody><tr><td rowspan=0>a<td>b<tr><td>c</tbody><tbody><tr><td>d</table>",
            vec!["# 表1 A1:A2", "A1 \"a\"", "B1 \"b\"", "B2 \"c\"", "A3 \"d\""],
        ),
        ("<table><tr><td rowspan=9>a<td>b</table>", vec!["# 表1", "A1 \"a\"", "B1 \"b\""]),
        (
            "<TABLE><CAPTION>名 册</CAPTION><THEAD><TR><TH>姓名</TH></TR></THEAD><TR><TD>甲&nbsp;乙<br>丙</TD></TR><tr></tr><tr><td>x</table>",
            vec!["# 名 册", "A1 \"姓名\"", "A2 \"甲\\u{a0}乙\\n丙\"", "A4 \"x\""],
        ),
        (
            "<table><col><col style='display:none'><tr style='display:none'><td>a<tr><td>b<span style='display:none'>z<span>y</span>x</span>c<td hidden>d</table>",
            vec!["# 表1 hidden 1-1", "A1 \"a\" hidden", "A2 \"bc\"", "B2 \"d\""],
        ),
        (
            "<table><tr><td colspan=3 style='mso-ignore:colspan'>a<td>b</table>",
            vec!["# 表1", "A1 \"a\"", "D1 \"b\""],
        ),
        (
            "<style>.t{mso-number-format:\"\\@\"}</style><table style='vnd.ms-excel.numberformat:@'><tr><td class=t>01<td x:num=\"5\">5.0<td>2",
            vec!["# 表1", "A1 \"01\" Text", "B1 \"5\" Number Text", "C1 \"2\" Text"],
        ),
        (
            "<table><tr><td>=\"0012\"<td>'0013<td>=T(\"a\"\"b\")<td>'tis</table>",
            vec![
                "# 表1",
                "A1 \"0012\"",
                "B1 \"0013\"",
                "C1 \"a\\\"b\"",
                "D1 \"'tis\"",
                "! guarded-cells A1",
            ],
        ),
        ("<p>no table</p><table><tr><td>&nbsp;</table>", vec!["format-not-read"]),
    ] {
        assert_eq!(told(page.as_bytes()), expected, "{page}");
    }
}

#[test]
fn inner_tables_are_grids_unless_the_outer_one_is_far_larger() {
    let layout = "<table><tr><td>菜单<td><table><tr><td>a<td>b</table><td>尾</table><table><tr><td>z</table>";
    assert_eq!(told(layout.as_bytes()), ["# 表1", "A1 \"a\"", "B1 \"b\"", "# 表2", "A1 \"z\""]);
    let rows = "<tr><td>x<td>y".repeat(10);
    let outer =
        format!("<table>{rows}<tr><td>m<table><tr><td>n<td>o<tr><td>p</table>q<td>r</table>");
    let all = told(outer.as_bytes());
    assert_eq!(all[0], "# 表1");
    assert_eq!(all[all.len() - 2..], ["A11 \"m\\nn o\\np\\nq\"", "B11 \"r\""]);
}

#[test]
fn a_page_that_breaks_off_within_a_row_says_so() {
    let cut = "<table><tr><td>a</td></tr><tr><td>b";
    assert_eq!(told(cut.as_bytes()), ["# 表1", "A1 \"a\"", "A2 \"b\"", "! page-cut-off "]);
    let careless = "<table><tr><td>a<tr><td>b";
    assert_eq!(told(careless.as_bytes()), ["# 表1", "A1 \"a\"", "A2 \"b\""]);
}

#[test]
fn the_declared_charset_is_one_vote() {
    let page = |charset: &str| {
        format!("<html><meta charset={charset}><table><tr><td>姓名<td>单位</td></tr></table>")
    };
    let expected = ["# 表1", "A1 \"姓名\"", "B1 \"单位\""];
    assert_eq!(told(page("gb2312").as_bytes()), expected);
    assert_eq!(told(&encoding_rs::GBK.encode(&page("utf-8")).0), expected);
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert_eq!(told(&utf_16(&page("utf-8"))), expected);
    assert_eq!(told(&utf_16(&format!("\u{feff}{}", page("utf-8")))), expected);
}

#[test]
fn many_rows_come_in_chunks_with_their_numbers() {
    let row = "<tr><td>陈安宁</td><td>999900198001010023</td></tr>";
    let page = format!("<table>{}</table>", row.repeat(40_000));
    let all = told(page.as_bytes());
    assert_eq!(all.len(), 80_001);
    assert_eq!(all[80_000], "B40000 \"999900198001010023\"");
}

#[test]
fn limits_end_what_would_not_end() {
    let deep = "<table><tr><td>".repeat(40);
    assert_eq!(told(deep.as_bytes()), ["too-large"]);
    let wide = format!("<table><tr>{}<td>x", "<td colspan=1000>a".repeat(20));
    assert_eq!(told(wide.as_bytes()).last().map(String::as_str), Some("! too-many-columns "));
    let spans = format!(
        "<table><tr>{}{}",
        "<td rowspan=65000 colspan=1000>a".repeat(17),
        "<tr><td>".repeat(100_000)
    );
    assert_eq!(told(spans.as_bytes()), ["too-large"]);
}

proptest::proptest! {
    #[test]
    fn any_page_is_read_without_panic(pieces in proptest::collection::vec(0usize..24, 0..60), noise in "[ -~\u{4e00}]{0,12}") {
        let all = [
            "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=3 rowspan=2>", "<td rowspan=0>", "<caption>",
            "</caption>", "<tbody>", "</tbody>", "<br>", "<style>", "</style>", "<!--", "-->", "a&amp;", "<span hidden>", "</span>",
            "<col span=9>", "<pre>", "=\"1\"", "<p>",
        ];
        let page: String = pieces.iter().map(|at| all[*at]).collect();
        let _ = told(format!("<table><td>{page}{noise}{page}").as_bytes());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512)) {
        let _ = told(&[b"<table><tr><td>".as_slice(), &bytes].concat());
    }
}
