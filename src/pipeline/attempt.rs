//! One attempt at a document: from its bytes to open outputs. A second attempt follows only when a
//! rule that compares rows holds a row that the first had already written.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use super::{
    ConvertError, Request, Wants,
    annotated::{self, Kept},
    feed::{Event, Feed},
    outputs::{Outputs, absolute},
    read_options,
    report::{ColumnReport, DocumentReport, ReportFile, TableReport, UnmappedReport},
    sink::Sink,
};
use crate::{
    config::Catalogue,
    mapping::{
        convert::Converter,
        layout::{self, Found, Outcome},
        plan::InputMapping,
        repeats::Repeats,
    },
    model::{Batch, Chunk, Finding, GridInfo, Place, Severity, Visibility, codes},
    read::{self, ReadError, ReadOptions},
    rules::{Judge, Pack},
};

/// What the attempts at one document share.
pub struct Journey<'a> {
    catalogue: &'a Catalogue,
    document: &'a Path,
    stem: &'a str,
    request: &'a Request,
    is_large: bool,
    options: ReadOptions,
    inputs: Vec<Arc<InputMapping>>,
    packs: Vec<Arc<Pack>>,
}

/// Rows, by grid and number, that are held because a later row contradicts them.
type HeldRows = HashSet<(u16, u32)>;

impl<'a> Journey<'a> {
    /// Looks up everything that the request names.
    ///
    /// # Errors
    /// A mapping or pack is unknown or wrong.
    pub fn new(
        catalogue: &'a Catalogue,
        document: &'a Path,
        stem: &'a str,
        request: &'a Request,
        is_large: bool,
    ) -> Result<Journey<'a>, ConvertError> {
        let inputs = match &request.input {
            Some(name) => vec![catalogue.input(name)?],
            None => catalogue.inputs()?.to_vec(),
        };
        let packs = request
            .packs
            .iter()
            .map(|name| catalogue.pack(name))
            .collect::<Result<Vec<_>, _>>()?;
        let options = read_options(catalogue, request)?;
        Ok(Journey { catalogue, document, stem, request, is_large, options, inputs, packs })
    }

    /// Runs the journey; `digest` gives the document's SHA-256 when it is needed.
    ///
    /// # Errors
    /// The world or the operator's files are at fault; nothing is left behind.
    pub fn run(
        &self,
        digest: impl FnOnce() -> Result<String, ConvertError>,
    ) -> Result<DocumentReport, ConvertError> {
        let mut attempt = Attempt::new(self, HeldRows::new())?;
        attempt.read_all()?;
        let held_earlier = attempt.held_earlier();
        if !held_earlier.is_empty() {
            attempt = Attempt::new(self, held_earlier)?;
            attempt.read_all()?;
        }
        attempt.close(digest()?)
    }
}

enum Stage {
    Seeking,
    InTable(Box<Table>),
    Ignored,
}

struct Table {
    converter: Converter,
    mapping: Arc<InputMapping>,
    at: usize,
    first_row: u32,
}

struct Attempt<'a> {
    journey: &'a Journey<'a>,
    report: DocumentReport,
    sink: Sink,
    outputs: Outputs<'a>,
    judge: Judge,
    repeats: HashMap<String, Repeats>,
    known_held: HeldRows,
    batch: Batch,
    found: Vec<Finding>,
    grid: GridInfo,
    stage: Stage,
    misses: Vec<(u16, Outcome)>,
    kept: Kept,
    is_refused: bool,
}

impl<'a> Attempt<'a> {
    fn new(journey: &'a Journey<'a>, known_held: HeldRows) -> Result<Attempt<'a>, ConvertError> {
        let request = journey.request;
        let report = DocumentReport::of(journey.document);
        let folder = request.out.as_deref();
        let file = folder.map(|folder| ReportFile::create(folder, journey.stem)).transpose()?;
        let writes = if request.wants == Wants::Outputs { folder } else { None };
        Ok(Attempt {
            journey,
            sink: Sink::new(&report.name, request.lang, file),
            outputs: Outputs::new(journey.catalogue, request, writes, journey.stem),
            judge: Judge::new(&journey.packs, request.as_of),
            repeats: HashMap::new(),
            known_held,
            batch: Batch::default(),
            found: Vec::new(),
            grid: GridInfo::default(),
            stage: Stage::Ignored,
            misses: Vec::new(),
            kept: Kept::default(),
            is_refused: false,
            report,
        })
    }

    fn read_all(&mut self) -> Result<(), ConvertError> {
        match self.read_events() {
            Err(ConvertError::Read(ReadError::Refused(finding))) => {
                self.is_refused = true;
                self.sink.take(&mut vec![*finding])?;
            }
            other => other?,
        }
        self.end_table()?;
        let mut late = self.judge.finish();
        self.sink.take(&mut late)?;
        if self.report.tables.is_empty() && !self.is_refused {
            self.explain_misses()?;
        }
        Ok(())
    }

    fn read_events(&mut self) -> Result<(), ConvertError> {
        let journey = self.journey;
        let opened = read::open(journey.document, &journey.options).map_err(ConvertError::Read)?;
        self.report.format = Some(opened.format);
        self.report.encoding = opened.encoding.as_ref().map(|decision| decision.name);
        let mut feed = Feed::start(opened.grids, journey.is_large);
        loop {
            match feed.next().map_err(ConvertError::Read)? {
                Event::End => return Ok(()),
                Event::Findings(mut findings) => self.take_reading(&mut findings)?,
                Event::Grid(info) => self.begin_grid(*info)?,
                Event::Rows(chunk) => {
                    let used = self.take_rows(chunk)?;
                    feed.recycle(used);
                }
            }
        }
    }

    /// An error about a whole document or sheet means that rows are missing: nothing may go out.
    fn take_reading(&mut self, findings: &mut Vec<Finding>) -> Result<(), ConvertError> {
        let is_whole = |finding: &Finding| {
            finding.severity == Severity::Error && finding.place.row == 0
        };
        self.is_refused |= findings.iter().any(is_whole);
        self.sink.take(findings)
    }

    fn begin_grid(&mut self, info: GridInfo) -> Result<(), ConvertError> {
        self.end_table()?;
        self.sink.name_grid(info.index, &info.name);
        self.kept.begin_grid(info.index, &info.name);
        self.stage = match info.visibility {
            Visibility::Visible => Stage::Seeking,
            Visibility::Hidden | Visibility::VeryHidden => {
                let skipped = Finding::new(&codes::layout::HIDDEN_SHEET_SKIPPED, Place::grid(info.index));
                self.sink.take(&mut vec![skipped.arg(&info.name)])?;
                Stage::Ignored
            }
        };
        self.grid = info;
        Ok(())
    }

    fn take_rows(&mut self, mut chunk: Chunk) -> Result<Chunk, ConvertError> {
        self.kept.count(&chunk);
        if matches!(self.stage, Stage::Seeking) {
            self.seek(&chunk)?;
        }
        let Stage::InTable(table) = &mut self.stage else { return Ok(chunk) };
        chunk.rows.retain(|row| row.number >= table.first_row);
        self.batch.clear();
        let empty = std::mem::replace(&mut self.batch.chunk, chunk);
        drop(empty);
        self.batch.grid = self.grid.index;
        self.batch.kind = Some(table.mapping.kind);
        table.converter.convert(&mut self.batch, &mut self.found);
        if let Some(repeats) = self.repeats.get_mut(&table.mapping.name) {
            repeats.check(&mut self.batch, &mut self.found);
        }
        self.judge.judge(&mut self.batch, &mut self.found);
        self.count_records();
        self.outputs.write(&self.batch, &mut self.found)?;
        self.kept.keep(self.grid.index, &self.batch.chunk, &self.found);
        self.sink.take(&mut self.found)?;
        Ok(std::mem::take(&mut self.batch.chunk))
    }

    fn count_records(&mut self) {
        let Some(kind) = self.batch.kind else { return };
        *self.report.records.entry(kind.name()).or_default() += self.batch.heads.len() as u64;
        let held = self.batch.heads.iter().filter(|head| head.is_held).count();
        self.report.held += held as u64;
    }

    fn seek(&mut self, head: &Chunk) -> Result<(), ConvertError> {
        match layout::find(&self.journey.inputs, &self.grid, head) {
            Outcome::Found(found) => self.begin_table(*found, head),
            Outcome::Blank => Ok(()),
            other => {
                self.misses.push((self.grid.index, other));
                self.stage = Stage::Ignored;
                Ok(())
            }
        }
    }

    fn begin_table(&mut self, found: Found, head: &Chunk) -> Result<(), ConvertError> {
        let Some(mapping) = self.journey.inputs.get(found.mapping).cloned() else { return Ok(()) };
        let targets = &self.journey.request.targets;
        self.outputs.want(if targets.is_empty() { &mapping.outputs } else { targets })?;
        self.kept.keep_headings(self.grid.index, head, &found.header_rows);
        let grid = self.grid.index;
        for (column, heading) in &found.unmapped {
            self.sink.name_column(grid, *column, heading);
        }
        for (column, _, heading) in found.blocks.iter().flat_map(|block| &block.columns) {
            self.sink.name_column(grid, *column, heading);
        }
        self.report.input.get_or_insert_with(|| mapping.name.clone());
        self.report.digests.insert(format!("input:{}", mapping.name), mapping.digest.clone());
        self.report.tables.push(table_report(&self.grid, &found, &self.journey.inputs, self.journey.request.lang));
        if !mapping.unique.is_empty() {
            self.repeats
                .entry(mapping.name.clone())
                .or_insert_with(|| Repeats::with_known(&mapping, self.known_held.clone()));
        }
        let converter = Converter::new(Arc::clone(&mapping), &found, &self.grid);
        self.batch.slots = Arc::clone(converter.slots());
        let at = self.report.tables.len() - 1;
        let first_row = found.first_row;
        self.stage = Stage::InTable(Box::new(Table { converter, mapping, at, first_row }));
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), ConvertError> {
        let Stage::InTable(table) = std::mem::replace(&mut self.stage, Stage::Ignored) else {
            return Ok(());
        };
        let (counts, mut findings) = table.converter.finish();
        if let Some(report) = self.report.tables.get_mut(table.at) {
            report.rows = counts.rows;
            report.hidden = counts.hidden;
            report.skipped = counts.skipped;
        }
        self.sink.take(&mut findings)
    }

    fn held_earlier(&self) -> HeldRows {
        self.repeats.values().flat_map(|repeats| repeats.held_earlier().iter().copied()).collect()
    }

    /// No table anywhere: one finding says which mapping lacks what, or that nothing is there.
    fn explain_misses(&mut self) -> Result<(), ConvertError> {
        self.is_refused = true;
        let misses = std::mem::take(&mut self.misses);
        let finding = layout::explain_misses(&misses, &self.journey.inputs, self.journey.request.lang);
        self.sink.take(&mut vec![finding])
    }

    fn close(mut self, digest: String) -> Result<DocumentReport, ConvertError> {
        let request = self.journey.request;
        self.report.sha256 = digest;
        self.report.findings = self.sink.counts;
        self.report.digests.extend(self.outputs.digests());
        for pack in &self.journey.packs {
            self.report.digests.insert(format!("pack:{}", pack.name), pack.digest.clone());
        }
        let is_held = self.is_refused || (request.is_strict && self.sink.counts.error > 0);
        let Attempt { journey, mut report, mut sink, outputs, kept, is_refused, .. } = self;
        if is_held {
            report.held = report.records.values().sum();
            drop(outputs);
        } else {
            report.outputs = outputs.finish()?;
        }
        report.codes = std::mem::take(&mut sink.codes);
        let finished = (|| {
            if request.out.is_some() && !(is_refused && report.tables.is_empty()) {
                report.annotated = annotated::write(journey.document, journey.stem, request, &report, &sink, &kept, &journey.options)?;
            }
            let file = sink.into_report();
            report.report = file.as_ref().map(|file| absolute(file.path()));
            match file {
                Some(file) => file.close(&report),
                None => Ok(()),
            }
        })();
        if let Err(error) = finished {
            take_away(&report);
            return Err(error);
        }
        Ok(report)
    }
}

/// Takes away what an attempt that failed late has already named.
fn take_away(report: &DocumentReport) {
    let named = report.outputs.iter().map(|output| &output.path).chain(&report.annotated);
    for path in named {
        // Whoever reads the error cares about its cause, not about this clean-up.
        let _ = std::fs::remove_file(path);
    }
}

fn table_report(
    info: &GridInfo,
    found: &Found,
    inputs: &[Arc<InputMapping>],
    lang: crate::model::Lang,
) -> TableReport {
    let mapping = inputs.get(found.mapping);
    let columns = found.blocks.iter().flat_map(|block| &block.columns);
    TableReport {
        sheet: info.name.clone(),
        input: mapping.map(|mapping| mapping.name.clone()).unwrap_or_default(),
        header_rows: found.header_rows.clone(),
        first_row: found.first_row,
        columns: columns
            .filter_map(|(column, index, heading)| {
                Some(ColumnReport {
                    column: DocumentReport::letters(*column),
                    heading: heading.clone(),
                    field: mapping?.columns.get(*index)?.field.name,
                })
            })
            .collect(),
        unmapped: found
            .unmapped
            .iter()
            .map(|(column, heading)| UnmappedReport {
                column: DocumentReport::letters(*column),
                heading: heading.clone(),
            })
            .collect(),
        why: found.why(inputs, lang),
        ..TableReport::default()
    }
}

/// Findings per code with an example message, for the terminal.
pub type CodeCounts = BTreeMap<&'static str, (Severity, u64, String)>;
