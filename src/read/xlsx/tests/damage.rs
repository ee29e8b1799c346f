//! Broken and hostile workbooks: a named end, never a panic.

use proptest::prelude::*;

use super::{Builder, Document, read_bytes};
use crate::read::ReadError;

fn sample() -> Builder {
    let sheet = "<worksheet><cols><col min='1' max='2' hidden='1'/></cols><sheetData>\
        <row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' s='1'><v>45000</v></c></row>\
        <row r='2'><c r='A2' t='inlineStr'><is><r><t>a</t></r></is></c><c><f>A1</f></c></row></sheetData>\
        <mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>";
    Builder::new(&[("a", ""), ("b", "")])
        .part("xl/worksheets/sheet1.xml", sheet)
        .part("xl/worksheets/sheet2.xml", sheet)
        .part(
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf/><xf numFmtId='14'/></cellXfs></styleSheet>",
        )
        .strings(&["<t>张&amp;_x000D_</t>"])
}

fn refusal(found: Result<Document, ReadError>) -> &'static str {
    match found {
        Err(ReadError::Refused(finding)) => finding.code.name,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn what_is_no_workbook_is_named() {
    let bytes = sample().bytes();
    for (bytes, expected) in [
        (Vec::new(), "empty-document"),
        (b"hello".to_vec(), "not-a-spreadsheet"),
        (bytes[..bytes.len() / 2].to_vec(), "truncated-zip"),
        (b"PK\x03\x04".to_vec(), "truncated-zip"),
        (Builder::new(&[]).bytes(), "empty-document"),
        (Builder::new(&[]).part("xl/workbook.xml", "<document/>").bytes(), "not-a-spreadsheet"),
        (
            Builder::new(&[]).rename("xl/workbook.xml", "word/document.xml").bytes(),
            "not-a-spreadsheet",
        ),
    ] {
        assert_eq!(refusal(read_bytes(&bytes)), expected);
    }
    let absent = super::read_path(std::path::Path::new("no/such/file.xlsx"));
    assert!(matches!(absent, Err(ReadError::Io { .. })));
}

#[test]
fn a_document_type_is_never_expanded() {
    let bomb = "<!DOCTYPE sst [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>";
    let strings = format!("{bomb}<sst><si><t>&a;&b;</t></si></sst>");
    assert_eq!(refusal(sample().part("xl/sharedStrings.xml", strings).read()), "broken-workbook");
    let workbook = format!("{bomb}<workbook/>");
    assert_eq!(refusal(sample().part("xl/workbook.xml", workbook).read()), "broken-workbook");
    let sheet = format!("{bomb}<worksheet><sheetData/></worksheet>");
    let document = sample().part("xl/worksheets/sheet1.xml", sheet).read().unwrap();
    assert_eq!((document.cells().len(), document.codes()), (4, vec!["sheet-unreadable"]));
}

#[test]
fn a_broken_sheet_keeps_its_whole_rows_and_the_next_sheet_is_read() {
    let good = "<row><c><v>1</v></c></row>";
    for bad in [
        "<row><c><v>2</v></c>",
        "<row><c><v>2</v></c><c><v>3",
        "<row><c><v>2</v></row></sheetData></worksheet>",
        "<row><c><v>2</v></c></sheetData></worksheet>",
        "<row><<c></row></sheetData></worksheet>",
        "</worksheet>",
    ] {
        let sheet = format!("<worksheet><sheetData>{good}{bad}");
        let document = sample().part("xl/worksheets/sheet1.xml", sheet).read().unwrap();
        assert_eq!(document.codes(), ["sheet-unreadable"], "{bad}");
        assert_eq!(document.grids[0].rows.len(), 1, "{bad}");
        assert_eq!(document.grids[1].rows.len(), 2, "{bad}");
    }
}

#[test]
fn a_sheet_without_a_part_is_a_finding_and_the_next_is_read() {
    let document = sample().rename("xl/worksheets/sheet1.xml", "xl/other.xml").read().unwrap();
    assert_eq!(document.codes(), ["sheet-unreadable"]);
    assert_eq!(document.findings[0].args, ["a"]);
    assert_eq!((document.grids.len(), document.grids[1].rows.len()), (2, 2));
}

#[test]
fn a_bomb_is_stopped_by_counting() {
    // 66 MiB of blanks deflate beyond 1000:1; the declared size is not what stops them.
    let sheet = [b"<worksheet><sheetData>".to_vec(), vec![b' '; 66 << 20]].concat();
    let bytes = Builder::new(&[("a", "")]).part("xl/worksheets/sheet1.xml", sheet).bytes();
    assert!(bytes.len() < 200_000);
    assert_eq!(refusal(read_bytes(&bytes)), "too-large");
}

#[test]
fn an_encrypted_part_asks_for_the_password() {
    for part in ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
        let mut bytes = sample().bytes();
        // The flag of the entry in the directory, 38 bytes before its name.
        let at = memchr::memmem::rfind(&bytes, part.as_bytes()).unwrap() - 38;
        bytes[at] |= 1;
        assert_eq!(refusal(read_bytes(&bytes)), "encrypted", "{part}");
    }
}

#[test]
fn a_name_twice_is_told() {
    let twin = Builder::rows("<row><c><v>1</v></c></row>")
        .part("XL/Worksheets/sheet1.xml", "<worksheet/>");
    let document = twin.read().unwrap();
    assert_eq!(
        (document.cells(), document.codes()),
        (vec!["A1#1".to_owned()], vec!["duplicate-part"])
    );
}

#[test]
fn a_flipped_byte_of_a_sheet_is_found_by_its_checksum() {
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let mut bytes = {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (name, part) in Builder::sheet(sheet).parts {
            writer.start_file(name.as_str(), stored).unwrap();
            std::io::Write::write_all(&mut writer, &part).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let at = memchr::memmem::find(&bytes, b"<v>1").unwrap();
    bytes[at + 3] = b'7';
    assert_eq!(read_bytes(&bytes).unwrap().codes(), ["sheet-unreadable"]);
}

#[test]
fn bytes_that_are_not_utf_8_are_told_with_their_cell() {
    let sheet = b"<worksheet><sheetData><row><c t='str'><v>\xFF</v></c><c><v>1</v></c></row></sheetData></worksheet>";
    let document =
        Builder::new(&[("a", "")]).part("xl/worksheets/sheet1.xml", &sheet[..]).read().unwrap();
    assert_eq!((document.cells().len(), document.codes()), (2, vec!["undecodable"]));
    assert_eq!(document.findings[0].place.a1().as_deref(), Some("A1"));
}

/// A cell to write in two spellings: kind, value, style.
fn any_cell() -> impl Strategy<Value = (u8, String, u32)> {
    (0u8..6, "[0-9a-z张_&<> .-]{0,12}", 0u32..4)
}

fn spell(rows: &[Vec<(u8, String, u32)>], quote: char, closing: &str) -> String {
    let mut sheet = String::from("<worksheet><sheetData>");
    for (at, cells) in rows.iter().enumerate() {
        let row = at + 1;
        sheet += &format!("<row r={quote}{row}{quote} spans={quote}1:12{quote}>");
        for (column, (kind, value, style)) in cells.iter().enumerate() {
            let address = crate::model::grid::a1(row as u32, column as u16);
            let text = value.replace('&', "&amp;").replace('<', "&lt;");
            let head = format!("<c r={quote}{address}{quote} s={quote}{style}{quote}");
            let index = value.len();
            sheet += &match kind {
                0 => format!("{head}/{closing}>").replace("/ >", "></c>"),
                1 => format!("{head} t={quote}s{quote}><v>{index}</v></c{closing}>"),
                2 => {
                    format!("{head} t={quote}inlineStr{quote}><is><t>{text}</t></is></c{closing}>")
                }
                3 => format!("{head} t={quote}str{quote}><v>{text}</v></c{closing}>"),
                4 => format!("{head}><v>{index}.50</v></c{closing}>"),
                _ => format!("{head}><v>{text}</v></c{closing}>"),
            };
        }
        sheet += "</row>";
    }
    sheet + "</sheetData></worksheet>"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample().bytes();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read_bytes(&bytes);
    }

    #[test]
    fn the_short_way_and_the_long_way_read_alike(
        rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..9), 0..6),
    ) {
        let read = |quote, closing| {
            let strings = ["<t/>", "<t>a</t>", "<t>张三</t>", "<t> b </t>"];
            let sheet = spell(&rows, quote, closing);
            let document = Builder::sheet(&sheet).strings(&strings).read().unwrap();
            (document.cells(), document.codes())
        };
        prop_assert_eq!(read('"', ""), read('\'', " "));
    }

    #[test]
    fn flipped_bytes_inside_parts_never_panic(
        part in 0usize..4,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let name = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"][part];
        let mut builder = sample();
        for (known, bytes) in &mut builder.parts {
            if known == name {
                for (at, value) in &flips {
                    let at = at.index(bytes.len());
                    bytes[at] = *value;
                }
            }
        }
        let _ = builder.read();
    }
}
