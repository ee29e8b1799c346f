//! Documents of the shapes that web systems export.

use encoding_rs::GB18030;

use super::*;
use crate::read::records::told::told_of;

fn read(json: &str) -> Result<Vec<String>, String> {
    told_of(open, json.as_bytes(), &ReadOptions::default())
}

const EXPECTED: [&str; 3] = ["1: 姓名|工号", "2: 陈安宁|1", "3: 周文博|2"];

#[test]
fn records_are_found_in_every_shape() {
    let (one, two) = (r#"{"姓名":"陈安宁","工号":"1"}"#, r#"{"工号":"2","姓名":"周文博"}"#);
    for (json, format) in [
        (format!("[{one},{two}]"), "json"),
        (format!("\u{feff} [\n{one} ,\n {two},\n]\n"), "json"),
        (format!("{{\"code\":null,\"data\":{{\"rows\":[{one},{two}],\"x\":{{}}}}}}"), "json"),
        (format!("[{one}][{two}]"), "json"),
        (format!("{one}\n{two}"), "jsonl"),
        (format!("{one}\r\n\r\n{two}\r\n\u{1a}"), "jsonl"),
        (format!("{one},\n{two},\n"), "jsonl"),
        (format!("{one}{two}"), "jsonl"),
        (format!("{}\n{two}", one.replace(',', ",\n")), "jsonl"),
    ] {
        assert_eq!(read(&json).unwrap(), EXPECTED, "{json}");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &json).unwrap();
        assert_eq!(open(file.path(), &ReadOptions::default()).unwrap().format, format, "{json}");
    }
    assert_eq!(read(one).unwrap(), EXPECTED[..2]);
}

#[test]
fn gbk_and_utf_16_are_decoded() {
    let json = r#"[{"姓名":"陈安宁","工号":"1"},{"姓名":"周文博","工号":"2"}]"#;
    let wide = json.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [GB18030.encode(json).0.into_owned(), wide] {
        assert_eq!(told_of(open, &bytes, &ReadOptions::default()).unwrap()[..3], EXPECTED);
    }
}

#[test]
fn the_list_is_the_one_named_or_the_largest_and_the_rest_is_told() {
    let json = r#"{"unit":"青禾医院","n":2,"sum":[{"t":1}],"rows":[{"xm":"陈安宁"},{"xm":"周文博"}],"o":{"p":[1,2]}}"#;
    assert_eq!(
        read(json).unwrap(),
        [
            "1: unit：青禾医院",
            "2: n：2",
            "3: o.p：1；2",
            "4: xm",
            "5: 陈安宁",
            "6: 周文博",
            "values-beside @ - /sum 1"
        ]
    );
    let record_paths = vec!["/none".to_owned(), "/sum".to_owned()];
    let options = ReadOptions { record_paths, ..ReadOptions::default() };
    assert_eq!(told_of(open, json.as_bytes(), &options).unwrap()[3..5], ["4: t", "5: 1"]);
}

#[test]
fn a_broken_record_is_told_and_the_others_are_read() {
    for json in [
        "{\"a\":1,\"b\":2}\n{\"a\":\"x\"y\"}\nnonsense\n{\"a\":3}\n",
        "[{\"a\":1,\"b\":2},{\"a\" \"x\"},{b:1},{\"a\":3}]",
    ] {
        assert_eq!(
            read(json).unwrap(),
            [
                "1: a|b",
                "2: 1|2",
                "5: 3",
                "record-unreadable @ 3,65535",
                "record-unreadable @ 4,65535"
            ],
            "{json}"
        );
    }
}

#[test]
fn what_breaks_off_or_goes_too_far_is_refused() {
    let long = "x".repeat(2 << 20);
    for (json, expected) in [
        ("[{\"a\":1},{\"a\":2".to_owned(), "records-cut 1"),
        ("[{\"a\":1},{\"a\":2}".to_owned(), "records-cut 2"),
        ("{\"a\":1}\n{\"a\":2}\n{\"a".to_owned(), "records-cut 2"),
        ("{\"a\":{\"b\":".to_owned(), "records-cut 0"),
        ("{\"a\":1}x".to_owned(), "records-cut 0"),
        ("[1,2]".to_owned(), "no-records "),
        ("[{}]".to_owned(), "no-records "),
        ("[]".to_owned(), "no-records "),
        ("{\"a\":".repeat(70), "too-large 对象的层数（depth） 64"),
        (format!("[{{\"a\":\"{long}\"}}]"), "too-large 一条记录（one record） 1 MiB"),
        (format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}"), "too-large 一条记录（one record） 1 MiB"),
        (
            format!(
                "[{{{}}}]",
                (0..600).map(|at| format!("\"k{at}\":1")).collect::<Vec<_>>().join(",")
            ),
            "too-large 列数（columns） 512",
        ),
    ] {
        assert_eq!(read(&json), Err(expected.to_owned()), "{:.60}", json);
    }
}

#[test]
fn a_long_document_needs_no_line_ends() {
    let row = r#"{"姓名":"陈安宁","id":999900197811020311},"#;
    let json = format!("[{}null]", row.repeat(60_000));
    let told = read(&json).unwrap();
    assert_eq!(told.len(), 60_001);
    assert_eq!(told[60_000], "60001: 陈安宁|999900197811020311");
}

proptest::proptest! {
    #[test]
    fn odd_documents_never_panic(parts in proptest::collection::vec(0usize..13, 0..60)) {
        const PARTS: [&str; 13] =
            ["{", "}", "[", "]", "\"", "\"a\"", ":", ",", "1", "\\", "\n", "null", "{\"a\":1}"];
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        let _ = read(&text);
        let _ = read(&format!("[{{\"a\":1}},{text}"));
        let _ = read(&format!("{{\"a\":1}}\n{text}"));
    }
}
