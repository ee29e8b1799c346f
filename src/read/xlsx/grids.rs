//! A workbook as grids: opening it, one sheet after another, and the findings that reading makes.

use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::package::{Package, PartSource};
use super::sheet::{Outline, Shared, SheetReader};
use super::strings::SharedStrings;
use super::styles;
use super::workbook::{self, Contents};
use crate::model::codes::reading;
use crate::model::{Chunk, Finding, GridInfo, Place, Severity, Visibility};
use crate::read::{Grids, ReadError};

/// A sheet whose part is longer is read twice as a stream: for its outline, then for its rows.
const WHOLE_SHEET: u64 = 8 << 20;
/// A sparse sheet with no more cells than this is a trap rather than a table.
const FEW_CELLS: u64 = 100;

/// The grids of a workbook.
pub struct Workbook {
    path: PathBuf,
    sheets: std::vec::IntoIter<Sheet>,
    count: usize,
    is_1904: bool,
    shared: Shared,
    current: Option<Current>,
    findings: Vec<Finding>,
    /// Whether it is an annotated workbook with only some of the rows.
    pub is_partial_copy: bool,
    /// SHA-256 of the document that this workbook is an annotated copy of.
    pub original: Option<String>,
}

struct Sheet {
    name: String,
    index: u16,
    visibility: Visibility,
    part: Option<PartSource>,
    /// Read ahead for long parts.
    outline: Option<Result<Outline, Fault>>,
}

struct Current {
    name: String,
    index: u16,
    reader: SheetReader,
    /// Whether a chunk was handed over.
    has_begun: bool,
}

impl Workbook {
    /// Opens a workbook: lists its sheets, loads its shared strings and, at the same time on another
    /// thread, the outlines of long sheets.
    ///
    /// # Errors
    /// The document cannot be read at all.
    pub fn open(path: &Path) -> Result<Workbook, ReadError> {
        let mut package = Package::open(path).map_err(|fault| refuse_container(fault, path))?;
        let contents = workbook::read(&mut package)
            .map_err(|(part, fault)| fault.refuse(path, &part))?
            .ok_or_else(|| ReadError::refused(&reading::NOT_A_SPREADSHEET))?;
        let own = workbook::own(&mut package, &contents);
        let mut sheets = list(&contents, own.sheet.as_deref(), &mut package, path)?;
        if sheets.is_empty() {
            return Err(ReadError::refused(&reading::EMPTY_DOCUMENT));
        }
        let shared = load(&contents, &mut sheets, &mut package, path)?;
        let mut findings = Vec::new();
        if let Some(name) = package.duplicates.first() {
            findings.push(Finding::new(&reading::DUPLICATE_PART, Place::NOWHERE).arg(name));
        }
        if shared.strings.is_garbled {
            let finding = Finding::new(&reading::BROKEN_WORKBOOK, Place::NOWHERE);
            findings.push(finding.arg("sharedStrings.xml"));
        }
        Ok(Workbook {
            path: path.to_owned(),
            count: sheets.len(),
            sheets: sheets.into_iter(),
            is_1904: contents.is_1904,
            shared,
            current: None,
            findings,
            is_partial_copy: own.is_partial,
            original: own.sha256,
        })
    }

    fn begin(&mut self, sheet: Sheet) -> Result<GridInfo, ReadError> {
        let mut info = GridInfo {
            name: sheet.name.clone(),
            index: sheet.index,
            visibility: sheet.visibility,
            is_1904: self.is_1904,
            ..GridInfo::default()
        };
        let begun = match (sheet.part, sheet.outline) {
            (None, _) => Err(Fault::Broken),
            (Some(part), Some(outline)) => {
                outline_or_none(outline).and_then(|outline| Ok((outline, part.stream()?)))
            }
            (Some(part), None) => begin_short(&part),
        };
        match begun {
            Ok((outline, window)) => {
                info.merges = outline.merges;
                info.hidden_columns = outline.hidden_columns;
                let reader = SheetReader::new(window);
                let (name, index) = (sheet.name, sheet.index);
                self.current = Some(Current { name, index, reader, has_begun: false });
            }
            Err(fault) => {
                let finding = fault.end_sheet(&self.path, sheet.index, &sheet.name)?;
                self.findings.push(finding);
            }
        }
        Ok(info)
    }

    /// Tells what a sheet turned out to be. A workbook of nothing but a few cells far apart is refused.
    fn close(&mut self, current: &Current) -> Result<(), ReadError> {
        let (tally, place) = (current.reader.tally(), Place::grid(current.index));
        if tally.is_sparse() {
            let finding = Finding::new(&reading::SPARSE_DIMENSION, place);
            if self.count == 1 && !current.has_begun && tally.cells <= FEW_CELLS {
                let finding = finding.with_severity(Severity::Error);
                return Err(ReadError::Refused(Box::new(finding)));
            }
            self.findings.push(finding);
        }
        self.remark(current);
        Ok(())
    }

    /// Tells what was wrong with rows and cells of a sheet.
    fn remark(&mut self, current: &Current) {
        let place = Place::grid(current.index);
        let faults = current.reader.cell_faults();
        let repeated = current.reader.tally().repeated + faults.repeated;
        if repeated > 0 {
            let finding = Finding::new(&reading::REPEATED_ADDRESS, place);
            self.findings.push(finding.arg(&current.name).arg(repeated.to_string()));
        }
        if faults.dangling > 0 {
            let finding = Finding::new(&reading::BROKEN_WORKBOOK, place);
            self.findings.push(finding.arg("sharedStrings.xml"));
        }
        if let Some((row, column)) = faults.garbled {
            let place = Place::cell(current.index, row, column);
            self.findings.push(Finding::new(&reading::UNDECODABLE, place));
        }
    }
}

impl Grids for Workbook {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        self.current = None;
        match self.sheets.next() {
            Some(sheet) => self.begin(sheet).map(Some),
            None => Ok(None),
        }
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        let Some(mut current) = self.current.take() else { return Ok(false) };
        match current.reader.read_rows(&self.shared, chunk) {
            Ok(()) if current.reader.is_done() => self.close(&current)?,
            Ok(()) => {
                current.has_begun = true;
                self.current = Some(current);
            }
            Err(fault) => {
                let finding = fault.end_sheet(&self.path, current.index, &current.name)?;
                self.findings.push(finding);
                self.remark(&current);
            }
        }
        Ok(!chunk.rows.is_empty())
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }
}

/// A container that is none: told apart by its first bytes.
fn refuse_container(fault: Fault, path: &Path) -> ReadError {
    if !matches!(fault, Fault::Broken) {
        return fault.refuse(path, "zip");
    }
    let mut head = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| std::io::Read::read_to_end(&mut std::io::Read::take(file, 4), &mut head));
    match (read, head.as_slice()) {
        (Err(error), _) => ReadError::io(path, error),
        (Ok(_), []) => ReadError::refused(&reading::EMPTY_DOCUMENT),
        (Ok(_), [b'P', b'K', ..]) => ReadError::refused(&reading::TRUNCATED_ZIP),
        _ => ReadError::refused(&reading::NOT_A_SPREADSHEET),
    }
}

/// The worksheets in the order of their tabs, without the one that we added.
fn list(
    contents: &Contents,
    own: Option<&str>,
    package: &mut Package,
    path: &Path,
) -> Result<Vec<Sheet>, ReadError> {
    let mut sheets = Vec::new();
    for listed in contents.sheets.iter().filter(|listed| Some(listed.name.as_str()) != own) {
        let part = match &listed.part {
            Some(part) => match package.part(part) {
                Err(Fault::Broken) => None,
                found => found.map_err(|fault| fault.refuse(path, part))?,
            },
            None => None,
        };
        sheets.push(Sheet {
            name: listed.name.clone(),
            index: u16::try_from(sheets.len()).unwrap_or(u16::MAX),
            visibility: listed.visibility,
            part,
            outline: None,
        });
    }
    Ok(sheets)
}

/// Loads what the sheets share, and meanwhile the outlines of long sheets.
fn load(
    contents: &Contents,
    sheets: &mut [Sheet],
    package: &mut Package,
    path: &Path,
) -> Result<Shared, ReadError> {
    let mut source = |name: &Option<String>| match name {
        Some(name) => package.part(name).map_err(|fault| fault.refuse(path, name)),
        None => Ok(None),
    };
    let (strings, cell_formats) = (source(&contents.strings)?, source(&contents.styles)?);
    let is_long =
        |sheet: &&mut Sheet| sheet.part.as_ref().is_some_and(|part| part.declared() > WHOLE_SHEET);
    let long: Vec<_> = sheets.iter_mut().filter(is_long).collect();
    let read_shared = || {
        // Without usable styles numbers stay numbers: less is known, nothing is lost.
        let formats = cell_formats.map(|part| part.window().and_then(styles::read));
        let name = strings.as_ref().map_or_else(String::new, |part| part.name().to_owned());
        let strings = strings.map_or(Ok(SharedStrings::default()), |part| {
            part.window().and_then(SharedStrings::read)
        });
        let strings = strings.map_err(|fault| fault.refuse(path, &name))?;
        let formats = formats.and_then(Result::ok).unwrap_or_default();
        Ok(Shared { strings, formats })
    };
    if long.is_empty() {
        return read_shared();
    }
    std::thread::scope(|scope| {
        // Without a second thread the outlines are read when their sheets begin.
        let _outlines = std::thread::Builder::new().spawn_scoped(scope, move || {
            for sheet in long {
                sheet.outline = sheet.part.as_ref().map(read_outline);
            }
        });
        read_shared()
    })
}

fn read_outline(part: &PartSource) -> Result<Outline, Fault> {
    Outline::read(&mut part.stream()?)
}

/// A damaged part has no outline; its rows tell where the damage is.
fn outline_or_none(outline: Result<Outline, Fault>) -> Result<Outline, Fault> {
    match outline {
        Err(Fault::Broken) => Ok(Outline::default()),
        other => other,
    }
}

fn begin_short(part: &PartSource) -> Result<(Outline, super::window::Window), Fault> {
    let loaded = match part.load(WHOLE_SHEET as usize) {
        Err(Fault::Broken) => return Ok((Outline::default(), part.stream()?)),
        other => other?,
    };
    let Some(mut window) = loaded else {
        return Ok((outline_or_none(read_outline(part))?, part.stream()?));
    };
    let outline = outline_or_none(Outline::read(&mut window))?;
    Ok((outline, super::window::Window::whole(window.into_buffer())))
}
