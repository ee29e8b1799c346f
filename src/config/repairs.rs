//! `decisions/id-repairs.toml` in the gateway's home: repairs of ID numbers that a person accepted.
//!
//! A person can read and review it; it holds masked names, the missing digits and keyed hashes, and no ID number.

use std::{
    fmt::Write,
    io,
    path::{Path, PathBuf},
};

use super::source::Source;
use crate::spec::{self, Lints, Table};

/// The file below the home.
pub const FILE: &str = "decisions/id-repairs.toml";

/// One accepted repair, as it is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The document it was seen in.
    pub document: String,
    /// Its sheet; empty for text documents.
    pub sheet: String,
    /// The cell, as the sender's program shows it.
    pub address: String,
    /// The column's heading.
    pub heading: String,
    /// What was chosen, as people may see it.
    pub candidate: String,
    /// Who accepted it.
    pub by: String,
    /// When, in the time of Shanghai.
    pub at: String,
    /// [`crate::model::past::cell_hash`] of the damaged text and the name beside it.
    pub cell: [u8; 16],
    /// [`crate::model::past::id_hash`] of the number that was chosen.
    pub id: [u8; 16],
}

/// Where the file is in a home.
pub fn path(home: &Path) -> PathBuf {
    home.join(FILE)
}

/// Reads the file of a home; nothing was accepted if there is none.
///
/// # Errors
/// Every mistake of the file.
pub fn read(home: &Path) -> Result<Vec<Accepted>, Lints> {
    let path = path(home);
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        _ => parse(&Source::from_disk(&path)?),
    }
}

fn parse(source: &Source) -> Result<Vec<Accepted>, Lints> {
    spec::read(&source.path, &source.text, |table| {
        let accepted = table.tables("repairs").into_iter().map(|entry| {
            let text = |key| entry.string(key).unwrap_or_default();
            let accepted = Accepted {
                document: text("document"),
                sheet: text("sheet"),
                address: text("cell"),
                heading: text("heading"),
                candidate: text("candidate"),
                by: entry.required_string("by").unwrap_or_default(),
                at: entry.required_string("at").unwrap_or_default(),
                cell: hash(&entry, "damaged_hash"),
                id: hash(&entry, "number_hash"),
            };
            entry.close();
            accepted
        });
        Some(accepted.collect())
    })
}

fn hash(table: &Table<'_>, key: &'static str) -> [u8; 16] {
    let Some(text) = table.required_string(key) else { return [0; 16] };
    let number = u128::from_str_radix(&text, 16).ok().filter(|_| text.len() == 32);
    if number.is_none() {
        let (zh, en) = (
            "应为 32 位十六进制数字，由 cmegate repair 写入",
            "must be 32 hexadecimal digits, as cmegate repair writes them",
        );
        table.lint(key, zh, en);
    }
    number.unwrap_or_default().to_be_bytes()
}

/// The file's text.
pub fn render(all: &[Accepted]) -> String {
    let mut text = String::from(
        "# 已确认的身份证号修复，由 cmegate repair --accept 写入；删掉一条即撤销。文件里没有身份证号。\n\
         # Accepted repairs of ID numbers, written by cmegate repair --accept; deleting one takes it back.\n\
         version = 1\n",
    );
    for one in all {
        let damaged = format!("{:032x}", u128::from_be_bytes(one.cell));
        let number = format!("{:032x}", u128::from_be_bytes(one.id));
        text.push_str("\n[[repairs]]\n");
        for (key, value) in [
            ("document", &one.document),
            ("sheet", &one.sheet),
            ("cell", &one.address),
            ("heading", &one.heading),
            ("candidate", &one.candidate),
            ("by", &one.by),
            ("at", &one.at),
            ("damaged_hash", &damaged),
            ("number_hash", &number),
        ] {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
    }
    text
}

/// A text as TOML writes it between quotation marks.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { name: "id-repairs".into(), path: FILE.into(), text: text.to_owned().into() }
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let all = vec![
            Accepted {
                document: "名单 \"二\"\\\n.xlsx".into(),
                sheet: "Sheet1".into(),
                address: "F6".into(),
                heading: "身份证号".into(),
                candidate: "末三位 01X（张*，心内科）".into(),
                by: "李主任".into(),
                at: "2026-11-22 20:15".into(),
                cell: [7; 16],
                id: [0; 16],
            },
            Accepted { by: "a".into(), at: "b".into(), ..Accepted::default() },
        ];
        assert_eq!(parse(&source(&render(&all))).unwrap(), all);
        assert_eq!(parse(&source(&render(&[]))).unwrap(), []);
    }

    #[test]
    fn a_wrong_entry_is_a_lint() {
        let text =
            "version = 1\n[[repairs]]\nby = \"a\"\nat = \"b\"\ndamaged_hash = \"12\"\nnumber = 3\n";
        let lints = parse(&source(text)).unwrap_err();
        assert_eq!(lints.0.len(), 3, "{lints}");
    }
}
