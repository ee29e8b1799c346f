//! Tables made byte by byte, and those of the shared corpus.

use std::path::PathBuf;

use encoding_rs::GB18030;

use super::*;
use crate::read::records::told::{told, told_of};

/// Fields of a table: name, type, length.
type Listed<'a> = [(&'a str, u8, u8)];

fn gbk(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

/// A table of dBase III: names and values are padded and cut as such programs do.
fn table(version: u8, fields: &Listed<'_>, records: &[&[&str]]) -> Vec<u8> {
    let width = 1 + fields.iter().map(|field| u16::from(field.2)).sum::<u16>();
    let mut bytes = vec![version, 122, 3, 5];
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend((32 * fields.len() as u16 + 33).to_le_bytes());
    bytes.extend(width.to_le_bytes());
    bytes.resize(32, 0);
    for (name, kind, length) in fields {
        let mut entry = gbk(name);
        entry.truncate(10);
        entry.resize(11, 0);
        entry.push(*kind);
        entry.resize(16, 0);
        entry.push(*length);
        entry.resize(32, 0);
        bytes.extend(entry);
    }
    bytes.push(0x0d);
    for record in records {
        let (mark, values) = record.split_first().unwrap();
        bytes.extend(mark.as_bytes());
        for (value, (_, _, length)) in values.iter().zip(fields) {
            let mut value = gbk(value);
            value.resize(usize::from(*length), b' ');
            bytes.extend(value);
        }
    }
    bytes.push(0x1a);
    bytes
}

const PEOPLE: &Listed<'_> = &[("姓名", b'C', 8), ("专业技术职务", b'C', 12), ("学分", b'N', 5)];

fn people() -> Vec<u8> {
    let rows: [&[&str]; 3] = [
        &[" ", "陈安宁", "主治医师", "  2.5"],
        &["*", "某某", "", "1"],
        &[" ", "周文博", "医师", ""],
    ];
    table(0x03, PEOPLE, &rows)
}

fn read_at(path: &Path) -> Result<Vec<String>, String> {
    told(open, path, &ReadOptions::default())
}

fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
    told_of(open, bytes, &ReadOptions::default())
}

const ROWS: [&str; 3] = ["1: 姓名|专业技术职|学分", "2: 陈安宁|主治医师|2.5", "4: 周文博|医师"];

#[test]
fn deleted_records_keep_their_place_and_are_counted() {
    let expected = [&ROWS[..], &["deleted-records @ - 1"]].concat();
    assert_eq!(read(&people()).unwrap(), expected);
}

#[test]
fn a_header_may_lie_about_the_count_and_both_lengths() {
    let whole = people();
    let with = |at: usize, value: u8| {
        let mut bytes = whole.clone();
        bytes[at] = value;
        bytes
    };
    let told = |bytes: &[u8]| {
        let rows = read(bytes).unwrap();
        assert_eq!(rows[..3], ROWS);
        rows[3..].join("; ")
    };
    assert_eq!(told(&with(4, 9)), "record-count-differs @ - 9 3; deleted-records @ - 1");
    assert_eq!(told(&with(4, 0)), "record-count-differs @ - 0 3; deleted-records @ - 1");
    // 129 and 26 are right.
    for bytes in [with(8, 128), with(8, 33), with(10, 25), with(10, 99)] {
        assert_eq!(told(&bytes), "deleted-records @ - 1");
    }
    let mut fox = whole.clone();
    fox[0] = 0x30;
    let [low, high] = (129u16 + 263).to_le_bytes();
    fox[8..10].copy_from_slice(&[low, high]);
    fox.splice(129..129, vec![0; 263]);
    assert_eq!(told(&fox), "deleted-records @ - 1");
    fox[8] = 130;
    fox[9] = 0;
    assert_eq!(told(&fox), "deleted-records @ - 1");
}

#[test]
fn a_table_that_breaks_off_within_a_record_is_refused() {
    let whole = people();
    assert_eq!(read(&whole[..whole.len() - 4]), Err("records-cut 2".to_owned()));
    // The mark of the end may be missing, and the last record may lack its blanks.
    let mut open = whole.clone();
    open.pop();
    assert_eq!(read(&open).unwrap()[..3], ROWS);
    assert_eq!(read(&whole[..40]), Err("records-cut 0".to_owned()));
}

#[test]
fn half_characters_are_told_where_they_stand() {
    let fields: &Listed<'_> = &[("A专业技术职务", b'C', 7), ("备注", b'C', 4)];
    let mut bytes = table(0x03, fields, &[&[" ", "青禾市第", "好"]]);
    let last = bytes.len() - 5;
    bytes[last..last + 3].copy_from_slice(b"\xd5 \xd5");
    let told = read(&bytes).unwrap();
    assert_eq!(told[0], "1: A专业技术|备注");
    assert_eq!(told[1], "2: 青禾市|\u{fffd} \u{fffd}");
    assert_eq!(told[2..], ["field-cut @ 2,0", "undecodable @ 2,1"]);
}

#[test]
fn the_language_byte_is_heard_only_where_the_texts_leave_doubt() {
    for (language, text, name) in [
        (0, gbk("陈安宁"), "GB18030"),
        (0x03, gbk("陈安宁"), "GB18030"),
        (0, "陈安宁医生".as_bytes().to_vec(), "UTF-8"),
        (0x4d, "陈安宁医生".as_bytes().to_vec(), "UTF-8"),
        (0x03, b"Ren\xe9".to_vec(), "windows-1252"),
        (0x4d, b"abc".to_vec(), "UTF-8"),
    ] {
        let mut bytes = table(0x03, &[("NAME", b'C', 15)], &[&[" ", ""]]);
        let at = bytes.len() - 16;
        bytes[at..at + text.len()].copy_from_slice(&text);
        bytes[29] = language;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.dbf");
        std::fs::write(&path, &bytes).unwrap();
        let opened = open(&path, &ReadOptions::default()).unwrap();
        assert_eq!(opened.encoding.unwrap().name, name, "{language:x} {text:x?}");
    }
}

/// Memo files: name, bytes, version of the table, block of the text.
fn memos() -> Vec<(&'static str, Vec<u8>, u8, &'static str)> {
    let text = gbk("很长的说明");
    let mut three = vec![0; 512];
    three.extend(&text);
    three.extend(b"\x1a\x1a");
    let mut four = vec![0; 512];
    four[20..22].copy_from_slice(&512u16.to_le_bytes());
    four.extend(b"\xff\xff\x08\0");
    four.extend((8 + text.len() as u32).to_le_bytes());
    four.extend(&text);
    let mut fox = vec![0; 512];
    fox[7] = 64;
    fox.extend(b"\0\0\0\x01");
    fox.extend((text.len() as u32).to_be_bytes());
    fox.extend(&text);
    vec![
        ("人员.dbt", three, 0x83, "         1"),
        ("人员.Dbt", four, 0x8b, "         1"),
        ("人员.FPT", fox, 0xf5, "         8"),
    ]
}

#[test]
fn long_texts_come_from_the_file_beside() {
    for (name, memo, version, block) in memos() {
        let fields: &Listed<'_> = &[("姓名", b'C', 8), ("说明", b'M', 10)];
        let rows: [&[&str]; 3] =
            [&[" ", "陈安宁", block], &[" ", "周文博", ""], &[" ", "吴思远", "        99"]];
        let bytes = table(version, fields, &rows);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("人员.DBF");
        std::fs::write(&path, &bytes).unwrap();
        let kind = if version == 0xf5 { "FPT" } else { "DBT" };
        let told = read_at(&path).unwrap();
        assert_eq!(told[1], "2: 陈安宁");
        assert_eq!(told[4..], [format!("memo-missing @ 1,1 {kind} 说明")]);
        std::fs::write(folder.path().join(name), &memo).unwrap();
        let told = read_at(&path).unwrap();
        assert_eq!(told[1], "2: 陈安宁|很长的说明", "{version:x}");
        assert_eq!(told[4..], ["memo-unreadable @ 4,1"]);
    }
}

#[test]
fn the_shared_tables_are_read_whole() {
    for (path, rows, sample) in [
        ("corpus/et/SheetJS-test_files__write.dbf", 4, (2, 3, "0.3")),
        ("corpus/dbf/SheetJS-test_files__d11.dbf", 5, (1, 9, "2011-11-11T11:11:11")),
    ] {
        let Some(bytes) = crate::read::shared_bytes(path) else { continue };
        let told = read(&bytes).unwrap();
        let found = told.iter().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        assert_eq!(found.count(), rows, "{path}: {told:#?}");
        let (row, column, text) = sample;
        let cell = told[row].split_once(": ").unwrap().1.split('|').nth(column);
        assert_eq!(cell, Some(text), "{path}: {told:#?}");
    }
}

#[test]
fn every_cut_and_every_flipped_byte_of_a_table_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("a.dbf");
    let whole = people();
    for at in 0..whole.len() {
        for bytes in [whole[..at].to_vec(), {
            let mut flipped = whole.clone();
            flipped[at] ^= 0xa5;
            flipped
        }] {
            std::fs::write(&path, bytes).unwrap();
            let _ = read_at(&path);
        }
    }
}
