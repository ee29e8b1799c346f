//! The encoding decision: tables of texts in several encodings, and the shared fixtures.

use std::io::Write;

use super::*;

fn decide_bytes(bytes: &[u8]) -> Option<EncodingDecision> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut opened = File::open(file.path()).unwrap();
    match decide(file.path(), &mut opened, None) {
        Ok(decided) => Some(decided.decision),
        Err(ReadError::Refused(finding)) => {
            assert_eq!(finding.code.name, "not-a-spreadsheet");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn utf_16(text: &str, turn: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(turn).collect()
}

const ROSTER: &str = "姓名,科室,学分\n张三,心血管内科,5\n李四,护理部,2.5\n";

#[test]
fn names_the_encoding_and_what_decided() {
    let mark = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (bytes, name, by) in [
        (mark(ROSTER), "UTF-8", "bom"),
        (utf_16(&format!("\u{feff}{ROSTER}"), u16::to_be_bytes), "UTF-16BE", "bom"),
        (ROSTER.as_bytes().to_vec(), "UTF-8", "utf-8"),
        (b"name,id\nabc,1\n".to_vec(), "UTF-8", "utf-8"),
        (utf_16(ROSTER, u16::to_le_bytes), "UTF-16LE", "utf-16-pattern"),
        (utf_16(ROSTER, u16::to_be_bytes), "UTF-16BE", "utf-16-pattern"),
        (encoded(GB18030, ROSTER), "GB18030", "gb18030"),
        (encoded(GB18030, "丁,1\n"), "GB18030", "gb18030"),
        (encoded(GB18030, "联通\n"), "GB18030", "gb18030"),
        (encoded(GB18030, "李䶮𬭚,王㛃\n"), "GB18030", "gb18030"),
        (encoded(BIG5, "項目,學分\n陳先生,3\n"), "Big5", "statistics"),
        (encoded(encoding_rs::WINDOWS_1252, "Année;Qualité;Prix\n"), "windows-1252", "statistics"),
    ] {
        let decision = decide_bytes(&bytes).unwrap();
        assert_eq!((decision.name, decision.by), (name, by));
        assert!((0.0..=1.0).contains(&decision.confidence));
    }
}

#[test]
fn utf_16_without_a_mark_may_hold_characters_with_a_nul_of_their_own() {
    let roster = "序号\t姓名\t单位\t日期\n1\t王一\t第一医院\t2024-01-01\n2\t李开\t第一医院\t最近\n";
    for text in [roster.to_owned(), roster.replace('\t', ","), roster.repeat(900)] {
        for (turn, name) in
            [(u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"), (u16::to_be_bytes, "UTF-16BE")]
        {
            let decision = decide_bytes(&utf_16(&text, turn)).unwrap();
            assert_eq!((decision.name, decision.by), (name, "utf-16-pattern"));
        }
    }
    for bytes in [&b"name\0,id\0\nabc\0,1\0\n"[..], b"na\0me,i\0d\nab\0c,1\n\0"] {
        assert_eq!(decide_bytes(bytes).unwrap().name, "UTF-8");
    }
}

#[test]
fn little_or_contradicting_evidence_is_uncertain() {
    for bytes in [encoded(GB18030, "龘"), b"\xca\xa4".to_vec(), b"caf\xe9\n".to_vec()] {
        assert!(decide_bytes(&bytes).unwrap().confidence < UNCERTAIN_BELOW, "{bytes:x?}");
    }
    for bytes in [encoded(GB18030, ROSTER), ROSTER.as_bytes().to_vec()] {
        assert!(decide_bytes(&bytes).unwrap().confidence > 0.9);
    }
}

#[test]
fn a_few_broken_bytes_do_not_change_the_encoding() {
    for (encoding, name) in [(UTF_8, "UTF-8"), (GB18030, "GB18030")] {
        let mut bytes = encoded(encoding, &ROSTER.repeat(9));
        bytes.extend_from_slice(b"\xd5\n");
        assert_eq!(decide_bytes(&bytes).unwrap().name, name);
    }
}

#[test]
fn a_large_document_is_judged_by_windows_and_by_its_first_byte_beyond_ascii() {
    let line = "0123456789,abcdef,2024-01-01\n";
    let ascii = line.repeat((5 << 18) / line.len());
    let mut bytes = ascii.clone().into_bytes();
    bytes.splice(700_000..700_000, encoded(GB18030, ROSTER));
    assert_eq!(decide_bytes(&bytes).unwrap().name, "GB18030");
    assert_eq!(decide_bytes(ascii.as_bytes()).unwrap().name, "UTF-8");
    let chinese = ROSTER.repeat((5 << 18) / ROSTER.len());
    for (encoding, name) in [(UTF_8, "UTF-8"), (GB18030, "GB18030")] {
        assert_eq!(decide_bytes(&encoded(encoding, &chinese)).unwrap().name, name);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let noise: Vec<u8> = (0..4000u32).map(|at| ((at * 7919) >> 3) as u8).collect();
    for bytes in [noise, vec![0; 100], b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>".to_vec()] {
        assert_eq!(decide_bytes(&bytes), None);
    }
    assert!(decide_bytes(b"ab\0\0\0,cd\0\0\n\x1a").is_some());
}

#[test]
fn the_callers_label_wins_and_must_be_one() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"abc").unwrap();
    let mut opened = File::open(file.path()).unwrap();
    let decided = decide(file.path(), &mut opened, Some("gbk")).unwrap();
    assert_eq!((decided.decision.name, decided.decision.by), ("GB18030", "option"));
    assert!(matches!(decide(file.path(), &mut opened, Some("klingon")), Err(ReadError::Io { .. })));
    assert!(is_label("gb18030") && !is_label("klingon"));
}

#[test]
fn the_shared_texts_are_told_apart() {
    for (path, name) in [
        ("fixtures/s1.csv", "GB18030"),
        ("fixtures/s2.csv", "GB18030"),
        ("fixtures/s3.csv", "UTF-8"),
        ("fixtures/s4.csv", "UTF-8"),
        ("fixtures/s5.csv", "UTF-16LE"),
        ("fixtures/s6.csv", "Big5"),
        ("fixtures/s7.csv", "GB18030"),
        ("fixtures/s8.csv", "GB18030"),
        ("corpus/gbk_text/MiniExcel__gb2312_Encoding_Read_Test.csv", "GB18030"),
        ("corpus/gbk_text/double-entry-generator__example-alipay-records.csv", "GB18030"),
        ("corpus/gbk_text/encoding_rs__gb18030_in.txt", "GB18030"),
        ("corpus/gbk_text/OpenRefine__big5.txt", "Big5"),
        ("corpus/gbk_text/OpenRefine__shift_jis.txt", "Shift_JIS"),
        ("corpus/gbk_text/OpenRefine__euc-kr.txt", "EUC-KR"),
        ("corpus/csv_torture/PhpSpreadsheet__encoding.utf16le.csv", "UTF-16LE"),
        ("corpus/csv_torture/frictionless-py__table-with-accents.csv", "windows-1252"),
    ] {
        let Some(bytes) = crate::read::shared_bytes(path) else { continue };
        assert_eq!(decide_bytes(&bytes).map(|decision| decision.name), Some(name), "{path}");
    }
}
