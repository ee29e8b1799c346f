//! One run through a document: from its bytes to open outputs.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    ConvertError, Wants, Witness,
    annotated::{Kept, Source},
    feed::{Event, Feed},
    journey::{Journey, Known, Ran, take_away},
    outputs::Outputs,
    report::{DocumentReport, OutputReport, ReportFile},
    sink::Sink,
    tables::table_report,
};
use crate::{
    mapping::{
        convert::Converter,
        layout::{self, Found, Outcome},
        plan::InputMapping,
        repeats::Repeats,
    },
    model::{Batch, Chunk, Finding, GridInfo, Place, Severity, Visibility, codes},
    read::ReadError,
    rules::{Judge, PackUse, identity::Identity},
    write::plan::Target,
};

/// What the rows in hand are.
enum Stage {
    Seeking,
    /// A hidden sheet of which nothing was read yet.
    Hidden,
    InTable(Box<Table>),
    Ignored,
}

struct Table {
    converter: Converter,
    mapping: Arc<InputMapping>,
    at: usize,
    first_row: u32,
}

/// A sheet in which no table was found.
struct Miss {
    nearness: u8,
    place: Place,
    name: String,
    finding: Finding,
}

/// How near a sheet came to being a table: the nearest one is explained.
fn nearness(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Found(_) | Outcome::Blank => 0,
        Outcome::NotATable(why) if why.known.is_empty() => 1,
        Outcome::NotATable(_) => 2,
        Outcome::Unclear { .. } => 3,
        Outcome::Lacks { .. } => 4,
    }
}

/// A run through one document.
pub struct Attempt<'a> {
    journey: &'a Journey<'a>,
    report: DocumentReport,
    sink: Sink,
    outputs: Outputs<'a>,
    judge: Judge,
    identity: Identity,
    repeats: HashMap<String, Repeats>,
    known: Known,
    batch: Batch,
    found: Vec<Finding>,
    grid: GridInfo,
    stage: Stage,
    misses: Vec<Miss>,
    kept: Kept,
    /// Rows of the grid in which a cell could not be read.
    unread: HashSet<u32>,
    /// Whether any target takes this kind of records.
    has_fitting_target: bool,
    is_refused: bool,
}

impl<'a> Attempt<'a> {
    /// Nothing is read yet; findings go to `file`.
    pub fn new(journey: &'a Journey<'a>, known: Known, file: Option<ReportFile>) -> Attempt<'a> {
        let request = journey.request;
        let subject = &journey.subject;
        let folder = request.out.as_deref();
        let writes = if request.wants == Wants::Outputs { folder } else { None };
        Attempt {
            journey,
            sink: Sink::new(&subject.shown, request.lang, file),
            outputs: Outputs::new(journey.catalogue, request, writes, &subject.stem),
            judge: Judge::new(&journey.packs, request.as_of),
            identity: Identity::new(Arc::clone(&request.past)),
            repeats: HashMap::new(),
            known,
            batch: Batch::default(),
            found: Vec::new(),
            grid: GridInfo::default(),
            stage: Stage::Ignored,
            misses: Vec::new(),
            kept: Kept::default(),
            unread: HashSet::new(),
            has_fitting_target: false,
            is_refused: false,
            report: DocumentReport::named(&subject.name),
        }
    }

    /// Reads, maps, judges and writes everything.
    ///
    /// # Errors
    /// The world or the operator's files are at fault.
    pub fn read_all(&mut self, witness: &mut dyn Witness) -> Result<(), ConvertError> {
        match self.read_events(witness) {
            Err(ConvertError::Read(ReadError::Refused(finding))) => {
                self.is_refused = true;
                self.sink.take(&mut vec![*finding])?;
            }
            other => other?,
        }
        self.end_table()?;
        let mut late = self.judge.finish();
        late.append(&mut witness.end()?);
        self.sink.take(&mut late)?;
        self.explain_misses()
    }

    /// Whether a record that was already written must be held: all must be done again.
    pub fn must_run_again(&self) -> bool {
        self.repeats.values().any(Repeats::must_run_again)
    }

    /// What this run learnt of repeats, and the report's file; its outputs vanish.
    pub fn into_known(self) -> (Known, Option<ReportFile>) {
        let known = self.repeats.into_iter().map(|(name, repeats)| (name, repeats.into_known()));
        (known.collect(), self.sink.into_report())
    }

    fn read_events(&mut self, witness: &mut dyn Witness) -> Result<(), ConvertError> {
        let journey = self.journey;
        let sent = journey.subject.sent;
        let opened = sent.open(&journey.options).map_err(ConvertError::Read)?;
        self.take_reading(&mut sent.findings())?;
        if opened.is_partial_copy {
            // Only the rows with findings are in it: taken for the whole, everybody else would be missing.
            return Err(ConvertError::Read(ReadError::refused(&codes::reading::PARTIAL_COPY)));
        }
        witness.begin(opened.original.as_deref())?;
        self.report.format = Some(opened.format);
        self.report.encoding = opened.encoding.as_ref().map(|decision| decision.name);
        let mut feed = Feed::start(opened.grids, journey.is_large);
        loop {
            match feed.next().map_err(ConvertError::Read)? {
                Event::End => return Ok(()),
                Event::Findings(mut findings) => self.take_reading(&mut findings)?,
                Event::Grid(info) => self.begin_grid(*info)?,
                Event::Rows(chunk) => {
                    let used = self.take_rows(chunk, witness)?;
                    feed.recycle(used);
                }
            }
        }
    }

    /// An error about a whole document or sheet means that rows are missing: nothing may go out.
    fn take_reading(&mut self, findings: &mut Vec<Finding>) -> Result<(), ConvertError> {
        let is_whole =
            |finding: &Finding| finding.severity == Severity::Error && finding.place.row == 0;
        self.is_refused |= findings.iter().any(is_whole);
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        self.unread.extend(errors.map(|finding| finding.place.row).filter(|row| *row > 0));
        self.sink.take(findings)
    }

    fn begin_grid(&mut self, info: GridInfo) -> Result<(), ConvertError> {
        self.end_table()?;
        self.unread.clear();
        self.sink.name_grid(info.index, &info.name);
        self.kept.begin_grid(&info);
        self.stage = match info.visibility {
            Visibility::Visible => Stage::Seeking,
            Visibility::Hidden | Visibility::VeryHidden => Stage::Hidden,
        };
        self.grid = info;
        Ok(())
    }

    fn take_rows(
        &mut self,
        mut chunk: Chunk,
        witness: &mut dyn Witness,
    ) -> Result<Chunk, ConvertError> {
        self.kept.count(&chunk);
        match self.stage {
            Stage::Seeking => self.seek(&chunk)?,
            Stage::Hidden => self.pass_hidden(&chunk)?,
            _ => {}
        }
        let Stage::InTable(table) = &mut self.stage else { return Ok(chunk) };
        chunk.rows.retain(|row| row.number >= table.first_row);
        self.batch.clear();
        let empty = std::mem::replace(&mut self.batch.chunk, chunk);
        drop(empty);
        self.batch.grid = self.grid.index;
        self.batch.kind = Some(table.mapping.kind);
        table.converter.convert(&mut self.batch, &mut self.found);
        self.identity.look(&mut self.batch, &mut self.found);
        for head in &mut self.batch.heads {
            head.is_held |= self.unread.contains(&head.row);
        }
        if let Some(repeats) = self.repeats.get_mut(&table.mapping.name) {
            repeats.check(&mut self.batch, &mut self.found);
        }
        self.judge.judge(&mut self.batch, &mut self.found);
        witness.see(&table.mapping, &mut self.batch, &mut self.found)?;
        self.count_records();
        self.outputs.write(&mut self.batch, &mut self.found)?;
        witness.keep(&self.batch, &self.found)?;
        self.found.sort_by_key(|finding| finding.place);
        self.kept.keep(&self.batch.chunk, &self.found);
        self.sink.take(&mut self.found)?;
        Ok(std::mem::take(&mut self.batch.chunk))
    }

    fn count_records(&mut self) {
        let Some(kind) = self.batch.kind else { return };
        *self.report.records.entry(kind.name()).or_default() += self.batch.heads.len() as u64;
        let held = self.batch.heads.iter().filter(|head| head.is_held).count();
        self.report.held += held as u64;
    }

    /// A hidden sheet is not converted: with a table of people in it that is worth a warning.
    fn pass_hidden(&mut self, head: &Chunk) -> Result<(), ConvertError> {
        self.stage = Stage::Ignored;
        let place = Place::grid(self.grid.index);
        let skipped =
            Finding::new(&codes::layout::HIDDEN_SHEET_SKIPPED, place).arg(&self.grid.name);
        let is_table = matches!(
            layout::find(&self.journey.inputs, &self.grid, head),
            Outcome::Found(_) | Outcome::Lacks { .. }
        );
        let severity = if is_table { Severity::Warning } else { skipped.severity };
        self.sink.take(&mut vec![skipped.with_severity(severity)])
    }

    fn seek(&mut self, head: &Chunk) -> Result<(), ConvertError> {
        match layout::find(&self.journey.inputs, &self.grid, head) {
            Outcome::Found(found) => self.begin_table(*found, head),
            Outcome::Blank => Ok(()),
            other => {
                if let Some(finding) = other.finding(&self.journey.inputs, &self.grid) {
                    let place = Place::grid(self.grid.index);
                    let name = self.grid.name.clone();
                    self.misses.push(Miss { nearness: nearness(&other), place, name, finding });
                }
                self.stage = Stage::Ignored;
                Ok(())
            }
        }
    }

    fn begin_table(&mut self, found: Found, head: &Chunk) -> Result<(), ConvertError> {
        let Some(mapping) = self.journey.inputs.get(found.mapping).cloned() else { return Ok(()) };
        let targets = &self.journey.request.targets;
        let targets = if targets.is_empty() { &mapping.outputs } else { targets };
        let unfit = self.outputs.want(targets, mapping.kind)?;
        self.has_fitting_target |= unfit.len() < targets.len();
        let place = Place::grid(self.grid.index);
        let refused = |target: &Arc<Target>| {
            let [zh, en] = &target.label;
            let finding = Finding::new(&codes::output::TARGET_OTHER_KIND, place).arg(zh);
            finding.arg(&mapping.label[0]).arg(en).arg(&mapping.label[1])
        };
        let mut told: Vec<Finding> = unfit.iter().map(refused).collect();
        self.sink.take(&mut told)?;
        self.kept.keep_headings(head, &found.header_rows);
        let grid = self.grid.index;
        for (column, heading) in &found.unmapped {
            self.sink.name_column(grid, *column, heading);
        }
        for (column, _, heading) in found.blocks.iter().flat_map(|block| &block.columns) {
            self.sink.name_column(grid, *column, heading);
        }
        self.report.input.get_or_insert_with(|| mapping.name.clone());
        self.report.digests.insert(format!("input:{}", mapping.name), mapping.digest.clone());
        self.report.tables.push(table_report(
            &self.grid,
            &found,
            &self.journey.inputs,
            self.journey.request.lang,
        ));
        let mut findings = found.findings(&mapping, &self.grid);
        self.sink.take(&mut findings)?;
        if !mapping.unique.is_empty() {
            let known = self.known.remove(&mapping.name);
            self.repeats.entry(mapping.name.clone()).or_insert_with(|| match known {
                Some(known) => Repeats::with_known(Arc::clone(&mapping), known),
                None => Repeats::new(Arc::clone(&mapping)),
            });
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
        findings.extend(self.identity.finish());
        if let Some(report) = self.report.tables.get_mut(table.at) {
            report.rows = counts.rows;
            report.hidden = counts.hidden;
            report.skipped = counts.skipped.into();
        }
        self.sink.take(&mut findings)
    }

    /// No table anywhere: one finding says which mapping lacks what, or that nothing is there. Beside
    /// a table, sheets without one are only worth a word.
    fn explain_misses(&mut self) -> Result<(), ConvertError> {
        let misses = std::mem::take(&mut self.misses);
        if !self.report.tables.is_empty() {
            let mut told: Vec<Finding> = misses
                .into_iter()
                .map(|miss| match miss.nearness {
                    // Known headings stood there: people may be missing from the output.
                    2.. => miss.finding.with_severity(Severity::Warning),
                    _ => {
                        let code = &codes::layout::SHEET_WITHOUT_TABLE;
                        Finding::new(code, miss.place).arg(miss.name)
                    }
                })
                .collect();
            return self.sink.take(&mut told);
        }
        if self.is_refused {
            return Ok(());
        }
        self.is_refused = true;
        let nothing = Finding::new(&codes::reading::EMPTY_DOCUMENT, Place::NOWHERE);
        let worst = misses.into_iter().max_by_key(|miss| miss.nearness);
        self.sink.take(&mut vec![worst.map_or(nothing, |miss| miss.finding)])
    }

    /// Ends outputs, annotated workbook and report.
    ///
    /// # Errors
    /// A file cannot be written; nothing is left behind.
    pub fn close(mut self, digest: String) -> Result<Ran, ConvertError> {
        let request = self.journey.request;
        self.report.sha256 = digest;
        self.report.findings = self.sink.counts;
        self.report.digests.extend(self.outputs.digests());
        for PackUse { pack, .. } in &self.journey.packs {
            self.report.digests.insert(format!("pack:{}", pack.name), pack.digest.clone());
        }
        let past = request.past.digest().map(|digest| ("past".to_owned(), digest.to_owned()));
        self.report.digests.extend(past);
        let records: u64 = self.report.records.values().sum();
        let lacks_target = request.wants == Wants::Outputs && !self.has_fitting_target;
        let is_strict = request.is_strict && self.sink.counts.error > 0;
        let is_held = self.is_refused || is_strict || lacks_target;
        if is_held {
            self.report.held = records;
        }
        let is_open = !(self.is_refused && self.report.tables.is_empty());
        // What follows needs no table of repeats: its memory is better used for the workbook.
        self.repeats.clear();
        self.batch = Batch::default();
        let targets = self.outputs.count();
        let Attempt { journey, mut report, mut sink, outputs, kept, .. } = self;
        report.codes = std::mem::take(&mut sink.codes);
        let source = Source { subject: &journey.subject, options: &journey.options, kept: &kept };
        let (named, annotated) = both(
            journey.is_large,
            || if is_held { Ok(Vec::new()) } else { outputs.finish() },
            || if is_open { source.write(request, &report, &mut sink) } else { Ok(None) },
        );
        let failed = (|| {
            report.annotated = annotated.as_ref().ok().cloned().flatten();
            report.outputs = named?;
            // Records that their only target refused are in no output either.
            if request.wants == Wants::Outputs && targets <= 1 {
                let told = |output: &OutputReport| output.rows + output.left_out;
                report.held = records - report.outputs.iter().map(told).sum::<u64>();
            }
            annotated.map(drop)
        })();
        match failed {
            Ok(()) => Ok(Ran::Done(Box::new(report), sink.into_report())),
            Err(error) => {
                take_away(&report);
                Err(error)
            }
        }
    }
}

/// Runs two things, beside each other if that is worth a thread.
fn both<A: Send, B>(
    is_worth_it: bool,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    if !is_worth_it {
        return (first(), second());
    }
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        match first.join() {
            Ok(first) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
