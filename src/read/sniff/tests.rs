//! Containers by bytes: tables of small heads, and the shared corpus.

use std::io::Write;

use super::*;

/// Puts bytes into a file and sniffs it: the container, or the finding's code and first argument.
fn sniff(bytes: &[u8]) -> Result<Container, (&'static str, String)> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    match container(file.path()) {
        Ok(container) => Ok(container),
        Err(ReadError::Refused(finding)) => {
            Err((finding.code.name, finding.args.first().cloned().unwrap_or_default()))
        }
        Err(error) => panic!("{error}"),
    }
}

fn zip_of(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn text_that_looks_like_something_else_stays_text() {
    for text in [
        "姓名,学分\n张三,5\n",
        "<50kg,重量\n",
        "[备注],姓名\n",
        "{学分},姓名\n",
        "Collection,items <= 50kg",
        "BM,01,2\nBMW,3,4\n",
        "0123456789\n",
        "PK,1\n",
        "From: 张三,学分\n",
        "X-射线,学分\n",
        "页面,内容\n1,\"<table><tr><td>\"\n",
    ] {
        assert_eq!(sniff(text.as_bytes()), Ok(Container::Text), "{text:?}");
    }
}

#[test]
fn markup_is_known_whatever_its_encoding() {
    let spreadsheet = "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">";
    let flat =
        "<office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">";
    for (text, container) in [
        ("<html><body><table>", Container::Html),
        ("\u{feff}\r\n <!-- x --><TABLE border=1>", Container::Html),
        ("<?xml version='1.0'?><!DOCTYPE html><html xmlns=''>", Container::Html),
        ("<style>td{}</style><table>", Container::Html),
        ("<p>名册</p><table><tr><td>", Container::Html),
        ("名册<table><tr><td>", Container::Html),
        ("<!-- 一个很长的注释", Container::Html),
        (
            &format!(
                "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>{spreadsheet}"
            ),
            Container::XmlSpreadsheet,
        ),
        (spreadsheet, Container::XmlSpreadsheet),
        (&format!("<?xml version='1.0'?><!-- x -->{flat}"), Container::FlatOds),
        (
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n",
            Container::Mhtml,
        ),
        (
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///x\r\nMIME-Version: 1.0\r\n",
            Container::Mhtml,
        ),
    ] {
        assert_eq!(sniff(text.as_bytes()), Ok(container), "{text:?}");
        assert_eq!(sniff(&utf_16(text)), Ok(container), "{text:?} in UTF-16");
    }
}

#[test]
fn mail_is_told_from_a_page_in_one_file() {
    for (text, is_mail) in [
        (
            "Received: by x\r\nFrom: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n",
            true,
        ),
        (
            "From: a@b.cn\nTo: c@d.cn\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related;\n type=\"text/html\"\n\n",
            true,
        ),
        ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n", true),
        (
            "X-Document-Type: Workbook\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nTo: x",
            false,
        ),
        (
            "MIME-Version: 1.0\nContent-Location: file:///C:/x.htm\nContent-Type: text/html\n\n<table>",
            false,
        ),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let expected = if is_mail {
            Nature::Package(PackageFormat::Mail)
        } else {
            Nature::Table(Container::Mhtml)
        };
        assert_eq!(nature(file.path()).unwrap(), expected, "{text}");
    }
}

#[test]
fn records_are_known_whatever_their_encoding() {
    for (text, container) in [
        ("<?xml version='1.0'?><people/>", Container::Xml),
        ("<!-- x -->\n<RECORDS>\n<RECORD><xm>1</xm>", Container::Xml),
        ("<人员 count=\"1\"><人><姓名/></人></人员>", Container::Xml),
        ("[\n {\"姓名\": 1}]", Container::Json),
        ("{\"a\":1}\n{\"a\":2}", Container::Json),
        ("<姓名>,<学分>\n<a>,</a>", Container::Text),
        ("<b>姓名</b>,学分\n", Container::Text),
    ] {
        assert_eq!(sniff(text.as_bytes()), Ok(container), "{text:?}");
        if container != Container::Text {
            assert_eq!(sniff(&utf_16(text)), Ok(container), "{text:?} in UTF-16");
        }
    }
}

#[test]
fn a_dif_file_is_known_by_its_first_lines() {
    assert_eq!(sniff(b"TABLE\r\n0,1\r\n\"EXCEL\""), Ok(Container::Dif));
    assert_eq!(sniff(b"TABLE\n"), Ok(Container::Text));
}

#[test]
fn fixed_bytes_name_a_format() {
    for (bytes, name) in [
        (&b"%PDF-1.7\n"[..], "PDF 文件"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"Rar!\x1a\x07\x00", "RAR 压缩包"),
        (b"{\\rtf1", "RTF 文档"),
    ] {
        assert_eq!(sniff(bytes), Err(("format-not-read", name.to_owned())));
    }
}

#[test]
fn a_zip_is_known_by_its_parts() {
    let types = "<Override ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>";
    for (parts, expected) in [
        (vec![("xl/workbook.xml", "")], Ok(Container::Xlsx)),
        (vec![("xl\\workbook.xml", "")], Ok(Container::Xlsx)),
        (vec![("[Content_Types].xml", types), ("book/main.xml", "")], Ok(Container::Xlsx)),
        (vec![("xl/workbook.bin", "")], Ok(Container::Xlsb)),
        (vec![("mimetype", "application/vnd.oasis.opendocument.spreadsheet")], Ok(Container::Ods)),
        (vec![("word/document.xml", "")], Err(("format-not-read", "Word 文档".to_owned()))),
        (vec![("签到/1.jpg", "")], Err(("zip-package", String::new()))),
        (vec![], Err(("empty-document", String::new()))),
    ] {
        assert_eq!(sniff(&zip_of(&parts)), expected, "{parts:?}");
    }
    let whole = zip_of(&[("xl/workbook.xml", "<workbook/>")]);
    let cut = whole.get(..whole.len() / 2).unwrap();
    assert_eq!(sniff(cut), Err(("truncated-zip", String::new())));
}

#[test]
fn raw_streams_of_old_excel_are_workbooks() {
    for bytes in [
        &b"\x09\x00\x04\x00\x00\x00\x10\x00"[..],
        b"\x09\x02\x06\x00\x00\x00\x10\x00\x00\x00",
        b"\x09\x04\x06\x00\x00\x00\x00\x01\x00\x00",
        b"\x09\x08\x08\x00\x00\x05\x05\x00\x00\x00",
    ] {
        assert_eq!(sniff(bytes), Ok(Container::Xls));
    }
    assert_eq!(sniff(b"\t\t\t\t\t\t\t\t\t"), Ok(Container::Text));
}

#[test]
fn a_compound_file_too_broken_to_tell_goes_to_the_old_readers() {
    let mut bytes = ole::MAGIC.to_vec();
    assert_eq!(sniff(&bytes), Ok(Container::Xls));
    bytes.resize(512, 0xff);
    assert_eq!(sniff(&bytes), Ok(Container::Xls));
}

#[test]
fn an_empty_file_says_so_and_a_missing_one_is_the_worlds_fault() {
    assert_eq!(sniff(b""), Err(("empty-document", String::new())));
    assert!(matches!(container(Path::new("no/such/file")), Err(ReadError::Io { .. })));
}

#[test]
fn the_corpus_is_told_by_its_bytes() {
    for (path, expected) in [
        ("fixtures/a.et", Ok(Container::Xls)),
        ("fixtures/a.ods", Ok(Container::Ods)),
        ("fixtures/wrongext.xls", Ok(Container::Xlsx)),
        ("fixtures/wrongext.xlsx", Ok(Container::Xls)),
        ("fixtures/gbk.zip", Err(("zip-package", ""))),
        ("fixtures/html.xls", Ok(Container::Html)),
        ("corpus/encrypted/calamine__pass_protected.xlsx", Err(("encrypted", ""))),
        ("corpus/disguised/PhpSpreadsheet__csv_with_angle_bracket.csv", Ok(Container::Text)),
        ("corpus/disguised/PhpSpreadsheet__datavalidations.xml", Ok(Container::XmlSpreadsheet)),
        ("corpus/torture_xls/ExcelDataReader__as3xls_BIFF2.xls", Ok(Container::Xls)),
        ("corpus/torture_xls/PhpSpreadsheet__oleloop.xls", Ok(Container::Xls)),
        ("corpus/dbf/SheetJS-test_files__d11.dbf", Ok(Container::Dbf)),
        ("corpus/et/SheetJS-test_files__write.dbf", Ok(Container::Dbf)),
    ] {
        let Some(bytes) = crate::read::shared_bytes(path) else { continue };
        assert_eq!(sniff(&bytes), expected.map_err(|(code, arg)| (code, arg.to_owned())), "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(start in 0usize..6, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2048)) {
        let starts: [&[u8]; 6] = [b"", b"PK\x03\x04", b"PK\x05\x06", &ole::MAGIC, b"\x03\x75\x03\x05", b"<?xml"];
        let whole: Vec<u8> = starts[start].iter().chain(&bytes).copied().collect();
        let _ = sniff(&whole);
    }
}
