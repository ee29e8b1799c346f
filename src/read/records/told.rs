//! For tests: what a reader makes of bytes, as lines.

use std::path::Path;

use crate::model::{Chunk, Place};
use crate::read::{Open, ReadError, ReadOptions};

/// All rows as `number: cell|cell`, then the findings as `code @ row,column args`; or the refusal.
pub(super) fn told(open: Open, path: &Path, options: &ReadOptions) -> Result<Vec<String>, String> {
    let refused = |error: ReadError| match error {
        ReadError::Refused(finding) => format!("{} {}", finding.code.name, finding.args.join(" ")),
        error => panic!("{error}"),
    };
    let mut opened = open(path, options).map_err(refused)?;
    let mut chunk = Chunk::default();
    let (mut told, mut findings) = (Vec::new(), Vec::new());
    while opened.grids.next_grid().map_err(refused)?.is_some() {
        while opened.grids.read_rows(&mut chunk).map_err(refused)? {
            for row in &chunk.rows {
                let mut cells = Vec::new();
                for cell in chunk.cells_of(row) {
                    cells.resize(usize::from(cell.column), "");
                    cells.push(chunk.text_of(cell));
                }
                told.push(format!("{}: {}", row.number, cells.join("|")));
            }
            findings.extend(opened.grids.take_findings());
        }
        findings.extend(opened.grids.take_findings());
    }
    told.extend(findings.iter().map(|finding| {
        let Place { row, column, .. } = finding.place;
        let place = if row == 0 { "-".to_owned() } else { format!("{row},{column}") };
        format!("{} @ {place} {}", finding.code.name, finding.args.join(" ")).trim_end().to_owned()
    }));
    Ok(told)
}

/// The same of bytes.
pub(super) fn told_of(
    open: Open,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("人员.DBF");
    std::fs::write(&path, bytes).unwrap();
    told(open, &path, options)
}
