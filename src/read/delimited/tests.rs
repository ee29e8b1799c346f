//! Delimited text end to end: bytes in, rows and findings out.

use std::io::Write;

use super::*;

/// What a document reads as.
#[derive(Debug, Default, PartialEq)]
struct Read {
    delimiter: char,
    /// Number of each row and its cells as `column:text`.
    rows: Vec<(u32, Vec<String>)>,
    /// `code@row` or `code@A1`.
    findings: Vec<String>,
}

fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<Read, ReadError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut opened = open(file.path(), options)?;
    let mut read = Read { delimiter: opened.delimiter.unwrap(), ..Read::default() };
    let mut chunk = Chunk::default();
    while opened.grids.next_grid()?.is_some() {
        while opened.grids.read_rows(&mut chunk)? {
            for row in &chunk.rows {
                let cells = chunk.cells_of(row).iter();
                let cells = cells.map(|cell| format!("{}:{}", cell.column, chunk.text_of(cell)));
                read.rows.push((row.number, cells.collect()));
            }
        }
    }
    read.findings.extend(opened.grids.take_findings().iter().map(|finding| {
        let place = finding.place.a1().unwrap_or_else(|| finding.place.row.to_string());
        format!("{}@{place}", finding.code.name)
    }));
    Ok(read)
}

fn read_text(text: &str) -> Read {
    read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn refusal(bytes: &[u8]) -> &'static str {
    match read_bytes(bytes, &ReadOptions::default()) {
        Err(ReadError::Refused(finding)) => finding.code.name,
        Err(error) => panic!("{error}"),
        Ok(read) => panic!("read {} rows", read.rows.len()),
    }
}

/// `["0:a 1:b", …]` with row numbers, as the tables below write it.
fn brief(read: &Read) -> Vec<String> {
    read.rows.iter().map(|(number, cells)| format!("{number}| {}", cells.join(" "))).collect()
}

#[test]
fn rows_and_cells_are_as_a_spreadsheet_shows_them() {
    for (text, rows) in [
        ("a,b\nc,d\n", &["1| 0:a 1:b", "2| 0:c 1:d"][..]),
        ("a,b\r\nc,d", &["1| 0:a 1:b", "2| 0:c 1:d"]),
        ("a,b\rc,d\r", &["1| 0:a 1:b", "2| 0:c 1:d"]),
        ("a,b\n\r\nc,d\r\re,f\n", &["1| 0:a 1:b", "3| 0:c 1:d", "5| 0:e 1:f"]),
        ("标题\n\n,,\na,,b\n", &["1| 0:标题", "4| 0:a 2:b"]),
        ("a,\"b\nc\"\nd,e\n", &["1| 0:a 1:b\nc", "2| 0:d 1:e"]),
        ("a,\"b,\"\"c\"\"\"\nd,e\n", &["1| 0:a 1:b,\"c\"", "2| 0:d 1:e"]),
        ("a,\"b\"c\nd,e\n", &["1| 0:a 1:bc", "2| 0:d 1:e"]),
        ("a,\"b\" \nd,e\n", &["1| 0:a 1:b", "2| 0:d 1:e"]),
        ("a,b\"c\nd,\"\"\n", &["1| 0:a 1:b\"c", "2| 0:d"]),
        (" a,\tb \nc,d\n", &["1| 0: a 1:\tb ", "2| 0:c 1:d"]),
        ("姓名\n张三\n", &["1| 0:姓名", "2| 0:张三"]),
        ("a,\"b\"", &["1| 0:a 1:b"]),
        ("a,\"b\nc\"", &["1| 0:a 1:b\nc"]),
        ("a,\"\"\"\"\nc,d\n", &["1| 0:a 1:\"", "2| 0:c 1:d"]),
    ] {
        let read = read_text(text);
        assert_eq!(brief(&read), rows, "{text:?}");
        assert_eq!(read.findings, [""; 0], "{text:?}");
    }
}

#[test]
fn the_delimiter_is_the_one_that_rows_agree_on() {
    for (text, delimiter) in [
        ("a,b\n1,2\n", ','),
        ("a\tb\n1\t2\n", '\t'),
        ("a;b\n1;2\n", ';'),
        ("姓名，学分\n张三，5\n", '，'),
        ("a|b\n1|2\n", '|'),
        ("姓名\t单位\t学分\n甲\t北京,院\t1\n乙\t上海,院\t2\n", '\t'),
        ("a,b\n1;2,x;y\n3;4,z;w\n", ','),
        ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ';'),
        ("\"a,b,c\";d\n\"1,2,3\";4\n", ';'),
        ("没有分隔符\n", ','),
        ("标题,说明\n甲\t1\t2\n乙\t3\t4\n", '\t'),
    ] {
        assert_eq!(read_text(text).delimiter, delimiter, "{text:?}");
    }
    let given = ReadOptions { delimiter: Some('^'), ..ReadOptions::default() };
    assert_eq!(read_bytes(b"a^b\n", &given).unwrap().rows[0].1, ["0:a", "1:b"]);
}

#[test]
fn a_separator_line_names_the_delimiter_and_is_not_counted() {
    for text in ["sep=;\r\nA;1\r\n", "SEP=;\nA;1\n", "\"sep=;\"\nA;1\n", "\u{feff}sep=;\rA;1\r"] {
        let read = read_text(text);
        assert_eq!(
            (read.delimiter, brief(&read)),
            (';', vec!["1| 0:A 1:1".to_owned()]),
            "{text:?}"
        );
    }
    assert_eq!(read_text("sep=ab,c\n1,2\n").rows.len(), 2);
}

#[test]
fn a_stray_quote_swallows_nothing() {
    let lines = "x,y\n".repeat(3000);
    let read = read_text(&format!("a,\"b\n{lines}"));
    assert_eq!(
        (read.rows.len(), &read.findings[..]),
        (3001, &["quote-unclosed@B1".to_owned()][..])
    );
    assert_eq!(read.rows[0].1, ["0:a", "1:\"b"]);

    let read = read_text("a,b\n\"甲,1\n乙,\"2,3\"\n丙,4\n");
    assert_eq!(brief(&read)[1..], ["2| 0:\"甲 1:1", "3| 0:乙 1:2,3", "4| 0:丙 1:4"]);
    assert_eq!(read.findings, ["quote-unclosed@A2"]);

    let long = "长".repeat(30_000);
    let read = read_text(&format!("a,\"{long}\"\nc,d\n"));
    assert_eq!((read.rows.len(), &read.findings[..]), (2, &["quote-unclosed@B1".to_owned()][..]));
}

#[test]
fn only_rows_with_cells_beyond_the_table_are_ragged() {
    for (text, findings) in [
        ("a,b,c\n1,2\n1\n1,2,3\n", &[][..]),
        ("a,b\n1,2,,,\n1,2\n1,2\n", &[]),
        ("a,b\n1,2\n1,2,3\n1,2\n", &["ragged-row@3"]),
        ("标题\na,b,c,d\n1,2,3\n4,5,6\n1,2,3,4\n", &[]),
    ] {
        assert_eq!(read_text(text).findings, findings, "{text:?}");
    }
}

#[test]
fn undecodable_bytes_are_found_at_their_cells() {
    let mut bytes = "姓名,学分\n".repeat(20).into_bytes();
    bytes.extend_from_slice(b"\xe5\xbc,\xff\"x\n\"\"\"\xfe\",2\n");
    bytes.extend_from_slice("原本就有�,1\n".as_bytes());
    let read = read_bytes(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(read.findings, ["undecodable@A21", "undecodable@B21", "undecodable@A22"]);
    assert_eq!(read.rows[21].1, ["0:\"\u{fffd}", "1:2"]);
}

#[test]
fn mends_are_counted_once_for_the_document() {
    let read = read_text("姓名,学分\n李\u{e863},1\0\0\n");
    assert_eq!(brief(&read)[1..], ["2| 0:李䶮 1:1"]);
    assert_eq!(read.findings, ["pua-repaired@A2", "nul-removed@0"]);
}

#[test]
fn the_cells_of_the_first_repaired_characters_are_told() {
    let many = "甲,乙\n".repeat(90_000);
    for (text, expected) in [
        ("姓名,学分\n\0李\u{e863}\u{e81a},\u{e816}1\n张\u{e863},2\n".to_owned(), "A2 B2"),
        ("\"a\"\"b\",\"x\"\"\u{e863}\",c\n\u{e863},2,\u{e7c8}\n".to_owned(), "B1 A2 C2"),
        (format!("\n\n姓名,学分\n{many}\u{e863},1\n{many}2,\u{e863}\n"), "A90004 B180005"),
        ("sep=;\n姓名;学分\n张;\u{e863}\n".to_owned(), "B2"),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut opened = open(file.path(), &ReadOptions::default()).unwrap();
        let mut chunk = Chunk::default();
        while opened.grids.next_grid().unwrap().is_some() {
            while opened.grids.read_rows(&mut chunk).unwrap() {}
        }
        let findings = opened.grids.take_findings();
        let told = findings.iter().find(|finding| finding.code.name == "pua-repaired").unwrap();
        let places = std::iter::once(&told.place).chain(&told.also);
        let cells: Vec<String> = places.map(|place| place.a1().unwrap()).collect();
        assert_eq!(cells.join(" "), expected);
    }
}

#[test]
fn a_guessed_encoding_is_a_warning() {
    let read = read_bytes(b"\xfd\x93,1\n", &ReadOptions::default()).unwrap();
    assert_eq!(
        (&read.rows[0].1[0][..], &read.findings[..]),
        ("0:龘", &["encoding-uncertain@0".to_owned()][..])
    );
}

#[test]
fn a_row_ends_at_the_widest_sheet() {
    let read = read_text(&format!("{}x\na,b\n", "1,".repeat(20_000)));
    assert_eq!(read.rows[0].1.len(), 16_384);
    assert_eq!(read.rows[1], (2, vec!["0:a".to_owned(), "1:b".to_owned()]));
    assert!(read.findings.contains(&"too-many-columns@1".to_owned()), "{:?}", read.findings);
}

#[test]
fn documents_without_rows_are_refused() {
    for (bytes, code) in [
        (&b"\xef\xbb\xbf"[..], "empty-document"),
        (b"\r\n \t\r\n", "empty-document"),
        (b"\xff\xfe", "empty-document"),
        (b"\x01\x02\x03\x04", "not-a-spreadsheet"),
    ] {
        assert_eq!(refusal(bytes), code, "{bytes:x?}");
    }
    assert_eq!(refusal("长".repeat(8 << 20).as_bytes()), "too-large");
}

#[test]
fn chunk_borders_change_nothing() {
    let mut text = String::new();
    for row in 0..60_000 {
        let line = match row % 5 {
            0 => format!("{row},张三,\"北京\n{row}\"\r\n"),
            1 => format!("{row},\"李\"\"四\"\"\",x\n"),
            2 => "\n".to_owned(),
            3 => format!("{row},=\"00{row}\",\r"),
            _ => format!("{row},王五,\"a,b\"\r\n"),
        };
        text.push_str(&line);
    }
    let read = read_text(&text);
    assert_eq!(read.rows.len(), 48_000);
    let at = |row: usize| read.rows.iter().find(|found| found.0 as usize == row + 1).unwrap();
    for row in (0..60_000).step_by(5) {
        assert_eq!(at(row).1[2], format!("2:北京\n{row}"));
        assert_eq!(at(row + 1).1[1], "1:李\"四\"");
        assert_eq!(at(row + 3).1[1], format!("1:00{}", row + 3));
        if row > 500 {
            break;
        }
    }
    let last = read.rows.last().unwrap();
    assert_eq!(last, &(60_000, vec!["0:59999".into(), "1:王五".into(), "2:a,b".into()]));
    assert_eq!(read.findings, ["guarded-cells@B4"]);
}

#[test]
fn blank_lines_by_the_thousand_are_passed() {
    let read = read_text(&format!("a,b\n{}c,d\n{}", "\n".repeat(300_000), "\r\n".repeat(400_000)));
    assert_eq!(read.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 300_002]);
}

#[test]
fn the_guarded_text_of_the_corpus_is_read() {
    let path = "corpus/disguised/double-entry-generator__example-hxsec-records.xls";
    let Some(bytes) = crate::read::shared_bytes(path) else { return };
    let read = read_bytes(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(read.delimiter, '\t');
    assert!(read.rows.iter().flat_map(|row| &row.1).all(|cell| !cell.contains("=\"")));
}

#[test]
fn guards_are_taken_off_and_counted_once() {
    for (text, rows, findings) in [
        (
            "=\"0012\",b\n\"=\"\"0034\"\"\",=A1\n",
            &["1| 0:0012 1:b", "2| 0:0034 1:=A1"][..],
            &["guarded-cells@A1"][..],
        ),
        ("a,=T(\"b\"\"c\")\nd,'0012\n", &["1| 0:a 1:b\"c", "2| 0:d 1:0012"], &["guarded-cells@B1"]),
        ("a,\"'0012\"\n\"`34\",'x'\n", &["1| 0:a 1:0012", "2| 0:34 1:'x'"], &["guarded-cells@B1"]),
        ("a,'\n=\"\",b\n", &["1| 0:a 1:'", "2| 1:b"], &["guarded-cells@A2"]),
    ] {
        let read = read_text(text);
        assert_eq!(brief(&read), rows, "{text:?}");
        assert_eq!(read.findings, findings, "{text:?}");
    }
}

/// Strings of what makes trouble, so that chance meets it more often.
fn trouble() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    let piece = proptest::sample::select(vec![
        &b"\""[..],
        b"\"\"",
        b",",
        b"\n",
        b"\r",
        b"\r\n",
        b"=\"",
        b"a",
        b"\xd5\xc5",
        b"\xe5\xbc\xa0",
        b"\xff",
        b"\0",
        b"\xee\xa1\xa3",
        b";",
        b"\t",
        b"sep=;\n",
        b"\xef\xbc\x8c",
        b"\xef\xbb\xbf",
        b" ",
    ]);
    let pieces = proptest::collection::vec(piece, 0..120);
    proptest::strategy::Strategy::prop_map(pieces, |pieces| pieces.concat())
}

proptest::proptest! {
    #[test]
    fn any_bytes_end_without_panic(bytes in trouble(), label in 0usize..4) {
        let labels = [None, Some("gb18030"), Some("utf-8"), Some("utf-16le")];
        let encoding = labels[label].map(str::to_owned);
        let options = ReadOptions { encoding, ..ReadOptions::default() };
        if let Ok(read) = read_bytes(&bytes, &options) {
            let rising = read.rows.windows(2).all(|pair| pair[0].0 < pair[1].0);
            proptest::prop_assert!(rising);
            proptest::prop_assert!(read.rows.len() <= bytes.len() + 1);
        }
    }

    #[test]
    fn what_a_writer_quotes_comes_back(cells in proptest::collection::vec(
        proptest::collection::vec("[a,\"\n\r张;=]{0,6}", 2..4), 1..20))
    {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(quote).collect::<Vec<_>>().join(",");
        let text = cells.iter().map(line).collect::<Vec<_>>().join("\n");
        let options = ReadOptions {
            encoding: Some("utf-8".into()),
            delimiter: Some(','),
            ..ReadOptions::default()
        };
        let expected: Vec<(u32, Vec<String>)> = cells.iter().enumerate().map(|(at, row)| {
            let filled = row.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
            let plain = |cell: &str| match crate::read::guard::bare(cell) {
                Some((bare, true)) => bare.replace("\"\"", "\""),
                Some((bare, false)) => bare.to_owned(),
                None => cell.to_owned(),
            };
            let filled = filled.map(|(column, cell)| (column, plain(cell)));
            let filled = filled.filter(|(_, cell)| !cell.is_empty());
            (at as u32 + 1, filled.map(|(column, cell)| format!("{column}:{cell}")).collect())
        }).filter(|(_, row): &(u32, Vec<String>)| !row.is_empty()).collect();
        match read_bytes(text.as_bytes(), &options) {
            Ok(read) => proptest::prop_assert_eq!(read.rows, expected),
            Err(_) => proptest::prop_assert!(expected.is_empty()),
        }
    }
}
