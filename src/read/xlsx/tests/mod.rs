//! Whole workbooks: small ones built here for each trap, real ones from the shared folders.

mod damage;
mod real;
mod traps;

use std::io::{Cursor, Write};
use std::path::PathBuf;

use crate::model::{CellKind, Chunk, Finding, GridInfo};
use crate::read::ReadError;

/// A workbook in the making: parts by name.
pub struct Builder {
    parts: Vec<(String, Vec<u8>)>,
}

pub const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Builder {
    /// With a workbook part that lists these sheets, and their relationships.
    pub fn new(sheets: &[(&str, &str)]) -> Builder {
        let mut list = String::new();
        let mut links = String::new();
        for (at, (name, attributes)) in sheets.iter().enumerate() {
            list += &format!("<sheet name='{name}' sheetId='{at}' r:id='rId{at}' {attributes}/>");
            links += &format!(
                "<Relationship Id='rId{at}' Type='{RELATIONS}/worksheet' Target='worksheets/sheet{}.xml'/>",
                at + 1
            );
        }
        let root = format!(
            "<Relationships><Relationship Id='a' Type='{RELATIONS}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
        );
        Builder { parts: Vec::new() }
            .part("_rels/.rels", root)
            .part("xl/workbook.xml", format!("<workbook><sheets>{list}</sheets></workbook>"))
            .part("xl/_rels/workbook.xml.rels", format!("<Relationships>{links}</Relationships>"))
    }

    /// One sheet with these rows.
    pub fn rows(rows: &str) -> Builder {
        Builder::sheet(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"))
    }

    /// One sheet with this part.
    pub fn sheet(part: &str) -> Builder {
        Builder::new(&[("表", "")]).part("xl/worksheets/sheet1.xml", part)
    }

    /// Adds or replaces a part.
    pub fn part(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Builder {
        self.parts.retain(|(known, _)| known != name);
        self.parts.push((name.to_owned(), bytes.into()));
        self
    }

    /// Renames a part.
    pub fn rename(mut self, from: &str, to: &str) -> Builder {
        self.parts.iter_mut().filter(|(name, _)| name == from).for_each(|(name, _)| {
            *name = to.to_owned();
        });
        self
    }

    /// Shared strings, each an inside of `<si>`.
    pub fn strings(self, strings: &[&str]) -> Builder {
        let inside: String = strings.iter().map(|text| format!("<si>{text}</si>")).collect();
        self.part("xl/sharedStrings.xml", format!("<sst>{inside}</sst>"))
    }

    /// The container's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, bytes) in &self.parts {
            writer.start_file(name.as_str(), options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Reads it back.
    pub fn read(&self) -> Result<Document, ReadError> {
        read_bytes(&self.bytes())
    }
}

/// Everything a reader hands over.
#[derive(Debug, Default)]
pub struct Document {
    pub grids: Vec<Grid>,
    pub findings: Vec<Finding>,
}

/// Column, kind, text.
pub type ReadCell = (u16, CellKind, String);

#[derive(Debug)]
pub struct Grid {
    pub info: GridInfo,
    /// Row number, whether hidden, its cells.
    pub rows: Vec<(u32, bool, Vec<ReadCell>)>,
    pub formats: Vec<crate::model::NumberFormat>,
}

impl Document {
    /// Cells of all grids as `A1=text`, kinds other than text marked.
    pub fn cells(&self) -> Vec<String> {
        let mut shown = Vec::new();
        for (number, _, cells) in self.grids.iter().flat_map(|grid| &grid.rows) {
            for (column, kind, text) in cells {
                let mark = match kind {
                    CellKind::Text => "=",
                    CellKind::Number => "#",
                    CellKind::Bool => "?",
                    CellKind::Error => "!",
                    CellKind::IsoDate => "@",
                    CellKind::Uncalculated => "…",
                };
                shown.push(format!("{}{mark}{text}", crate::model::grid::a1(*number, *column)));
            }
        }
        shown
    }

    /// Names of all findings.
    pub fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(|finding| finding.code.name).collect()
    }
}

/// Reads a workbook from memory through a scratch file.
pub fn read_bytes(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read_path(file.path())
}

/// Reads a whole document and checks what every reader owes: rising rows and columns, no empty text.
pub fn read_path(path: &std::path::Path) -> Result<Document, ReadError> {
    let mut opened = super::open(path, &crate::read::ReadOptions::default())?;
    let (mut document, mut chunk) = (Document::default(), Chunk::default());
    while let Some(info) = opened.grids.next_grid()? {
        let mut grid = Grid { info, rows: Vec::new(), formats: Vec::new() };
        let mut last = 0;
        while opened.grids.read_rows(&mut chunk)? {
            for row in &chunk.rows {
                assert!(row.number > last, "rows rise");
                last = row.number;
                let cells = chunk.cells_of(row);
                assert!(cells.windows(2).all(|pair| pair[0].column < pair[1].column));
                assert!(!cells.is_empty(), "blank rows are left out");
                grid.formats.extend(cells.iter().map(|cell| cell.format));
                let text = |cell: &crate::model::Cell| {
                    (cell.column, cell.kind, chunk.text_of(cell).to_owned())
                };
                grid.rows.push((row.number, row.is_hidden, cells.iter().map(text).collect()));
            }
        }
        document.grids.push(grid);
    }
    document.findings = opened.grids.take_findings();
    Ok(document)
}

/// A folder of the shared material; `None`, saying so, where there is none.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CMEGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no {}", folder.display());
    None
}
