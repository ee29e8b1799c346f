//! Grids as lines of text, for tests.

use std::io::Write;

use crate::model::{CellKind, Chunk, NumberFormat, Visibility, grid::a1};
use crate::read::{Open, ReadError, ReadOptions};

/// Puts bytes into a file and reads it: grids with what is known of them, cells, findings; or the code of the
/// finding that refuses it.
pub fn told_by(open: Open, bytes: &[u8]) -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let opened = open(file.path(), &ReadOptions::default());
    match opened.and_then(|mut opened| lines(opened.grids.as_mut())) {
        Ok(lines) => lines,
        Err(ReadError::Refused(finding)) => vec![finding.code.name.to_owned()],
        Err(error) => panic!("{error}"),
    }
}

fn lines(grids: &mut dyn crate::read::Grids) -> Result<Vec<String>, ReadError> {
    let mut told = Vec::new();
    let mut chunk = Chunk::default();
    while let Some(info) = grids.next_grid()? {
        let mut line = format!("# {}", info.name);
        for merge in &info.merges {
            line += &format!(" {}:{}", a1(merge.top, merge.left), a1(merge.bottom, merge.right));
        }
        for (from, to) in &info.hidden_columns {
            line += &format!(" hidden {from}-{to}");
        }
        if info.visibility != Visibility::Visible {
            line += &format!(" {:?}", info.visibility);
        }
        told.push(line);
        while grids.read_rows(&mut chunk)? {
            for row in &chunk.rows {
                for cell in chunk.cells_of(row) {
                    let mut line =
                        format!("{} {:?}", a1(row.number, cell.column), chunk.text_of(cell));
                    if cell.kind != CellKind::Text {
                        line += &format!(" {:?}", cell.kind);
                    }
                    if cell.format != NumberFormat::General {
                        line += &format!(" {:?}", cell.format);
                    }
                    line += if row.is_hidden { " hidden" } else { "" };
                    told.push(line);
                }
            }
        }
    }
    let findings = grids.take_findings();
    let line =
        |place: Option<String>, code: &str| format!("! {code} {}", place.unwrap_or_default());
    told.extend(findings.iter().map(|finding| line(finding.place.a1(), finding.code.name)));
    Ok(told)
}
