//! What the ledger remembers of a conversion, written down while it runs; and what it says of earlier documents.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};

use super::{rows::Rows, words};
use crate::{
    ledger::{
        Changes, Claimed, JobId, Ledger, LedgerError, Rival, RowKey,
        seal::LookupKey,
        spool::{CarWriter, Spool, SpoolError},
    },
    mapping::plan::InputMapping,
    model::{
        Batch, Finding, Lang, Place, Severity, Slot, Standing, TextIn, codes::earlier,
        grid::NO_COLUMN,
    },
    pipeline::{ConvertError, Witness},
};

/// Rows named in one finding.
const NAMED_ROWS: usize = 20;

/// The fields whose credits two documents may contradict each other about.
const CREDITS: &str = "credits";
/// What such credits are for.
const PROJECT: &str = "project_code";

/// Sees the records of one document go by.
pub struct Recorder<'a> {
    ledger: &'a Ledger,
    spool: &'a Spool,
    lookup: &'a LookupKey,
    job: &'a Claimed,
    lang: Lang,
    /// The rows for the ledger.
    pub rows: Rows,
    car: Option<CarWriter>,
    /// The fields whose names the side-car has told last.
    car_slots: Option<Arc<Vec<Slot>>>,
    base: Option<Base>,
    /// Jobs whose records contradict some of these.
    pub rivals: Vec<JobId>,
    /// Hashes of the batch in hand.
    batch: Vec<RowKey>,
    texts: Vec<u8>,
}

/// The version of the document that was accepted before.
struct Base {
    job: JobId,
    /// The document says itself that it is our annotated copy.
    is_stamped: bool,
    rows: HashMap<[u8; 16], Accepted>,
    changes: Changes,
    changed_rows: Vec<u32>,
}

struct Accepted {
    content: [u8; 16],
    row: u32,
    is_met: bool,
}

impl<'a> Recorder<'a> {
    /// A recorder for a claimed job.
    pub fn new(
        parts: (&'a Ledger, &'a Spool, &'a LookupKey),
        job: &'a Claimed,
        rows: Rows,
        lang: Lang,
    ) -> Recorder<'a> {
        let (ledger, spool, lookup) = parts;
        Recorder {
            ledger,
            spool,
            lookup,
            job,
            lang,
            rows,
            car: None,
            car_slots: None,
            base: None,
            rivals: Vec::new(),
            batch: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// The job that this document corrects, and how it differs.
    pub fn corrects(&self) -> Option<(JobId, Changes)> {
        self.base.as_ref().map(|base| (base.job, base.changes))
    }

    /// The side-car, to put the report behind the records; a document without records gets one too.
    ///
    /// # Errors
    /// The spool refuses.
    pub fn take_car(&mut self) -> Result<CarWriter, SpoolError> {
        match self.car.take() {
            Some(car) => Ok(car),
            None => self.spool.car(self.job.lease.job, self.job.lease.fence),
        }
    }

    fn look_up_base(&self, original: Option<&str>) -> Result<Option<Base>, LedgerError> {
        let arrival = &self.job.arrival;
        let found = self.ledger.accepted_base(&arrival.route, &arrival.relative, original)?;
        let Some(job) = found.filter(|found| *found != self.job.lease.job) else { return Ok(None) };
        let mut rows = HashMap::new();
        self.ledger.rows_of(job, &mut |row| {
            if !row.is_held {
                let accepted = Accepted { content: row.content, row: row.row, is_met: false };
                rows.insert(row.key, accepted);
            }
        })?;
        Ok(Some(Base {
            job,
            is_stamped: original.is_some(),
            rows,
            changes: Changes::default(),
            changed_rows: Vec::new(),
        }))
    }

    /// Hashes the records of a batch: what they are of, and what they say.
    fn hash(&mut self, mapping: &InputMapping, batch: &Batch) {
        let kind = batch.kind.map_or("", |kind| kind.name()).as_bytes();
        // As within one document: the first field must be there, the others may be missing.
        let has_first =
            mapping.unique.first().is_some_and(|first| batch.slot_of(first.name).is_some());
        let unique: Vec<usize> =
            mapping.unique.iter().filter_map(|field| batch.slot_of(field.name)).collect();
        let credits = batch.slot_of(CREDITS);
        let project = batch.slot_of(PROJECT);
        let serial = batch.slot_of("serial");
        self.batch.clear();
        for (at, head) in batch.heads.iter().enumerate() {
            let is_known = has_first
                && unique.iter().enumerate().all(|(place, slot)| {
                    let value = batch.value(at, *slot);
                    value.is_present() || place > 0 && value.text_in == TextIn::Nothing
                });
            let content = self.content(kind, batch, at, serial);
            let key = if is_known {
                self.texts.clear();
                for slot in unique.iter().filter(|slot| batch.value(at, **slot).is_present()) {
                    let name = batch.slots.get(*slot).map_or("", |slot| slot.field.name);
                    push_text(&mut self.texts, name);
                    push_text(&mut self.texts, batch.text(&batch.value(at, *slot)));
                }
                self.lookup.hash(&[kind, &self.texts])
            } else {
                // Nothing tells this record apart from others: it is only itself, in this document.
                let document = self.job.arrival.sha256.as_bytes();
                self.lookup.hash(&[b"row", document, &content, &head.row.to_le_bytes()])
            };
            let value = credits.map(|slot| batch.value(at, slot));
            // Credits of one person contradict each other only within one project.
            let has_project = project.is_some_and(|slot| batch.value(at, slot).is_present());
            let credits = value.filter(|value| is_known && has_project && value.is_present());
            self.batch.push(RowKey {
                key,
                content,
                grid: batch.grid,
                row: head.row,
                credits: credits.map(|value| value.number),
                is_held: head.is_held,
            });
        }
    }

    fn content(
        &mut self,
        kind: &[u8],
        batch: &Batch,
        at: usize,
        serial: Option<usize>,
    ) -> [u8; 16] {
        self.texts.clear();
        for (slot, value) in batch.values_of(at).iter().enumerate() {
            if Some(slot) == serial || !value.is_present() {
                continue;
            }
            let name = batch.slots.get(slot).map_or("", |slot| slot.field.name);
            push_text(&mut self.texts, name);
            push_text(&mut self.texts, batch.text(value));
        }
        self.lookup.hash(&[b"content", kind, &self.texts])
    }

    /// Holds records to which another document gave other credits.
    fn hold_rivals(
        &mut self,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), LedgerError> {
        let keys: Vec<[u8; 16]> = self
            .batch
            .iter()
            .filter(|row| row.credits.is_some() && !row.is_held)
            .map(|row| row.key)
            .collect();
        if keys.is_empty() {
            return Ok(());
        }
        let mut but_not = vec![self.job.lease.job];
        but_not.extend(self.base.as_ref().map(|base| base.job));
        let rivals = self.ledger.rivals(&keys, &but_not)?;
        for rival in &rivals {
            for (at, row) in self.batch.iter_mut().enumerate() {
                let is_other = row.key == rival.key && row.credits != rival.credits;
                if !is_other || row.is_held || rival.credits.is_none() {
                    continue;
                }
                row.is_held = true;
                if let Some(head) = batch.heads.get_mut(at) {
                    head.is_held = true;
                }
                findings.push(rival_finding(batch, at, rival, self.lang));
                if !self.rivals.contains(&rival.job) {
                    self.rivals.push(rival.job);
                }
            }
        }
        Ok(())
    }

    /// Says how each record stands to the accepted version.
    fn compare(&mut self, batch: &mut Batch) {
        let Some(base) = &mut self.base else { return };
        for (row, head) in self.batch.iter().zip(&mut batch.heads) {
            let accepted = base.rows.get_mut(&row.key);
            if row.is_held {
                // It waits for its sender: neither new, nor as it was, nor gone.
                accepted.into_iter().for_each(|accepted| accepted.is_met = true);
                continue;
            }
            let Some(accepted) = accepted else {
                base.changes.added += 1;
                continue;
            };
            accepted.is_met = true;
            if accepted.content == row.content {
                head.standing = Standing::Accepted;
                base.changes.same += 1;
            } else {
                head.standing = Standing::Changed;
                base.changes.changed += 1;
                if base.changed_rows.len() <= NAMED_ROWS {
                    base.changed_rows.push(row.row);
                }
            }
        }
    }

    /// Writes the batch into the side-car, as JSON Lines: the names of the fields where they change, then an array for
    /// each record: row, whether it is held, and the values. Names with every record would double it.
    fn write_car(&mut self, batch: &Batch) -> io::Result<()> {
        let Some(car) = &mut self.car else { return Ok(()) };
        let lines = &mut self.texts;
        lines.clear();
        if !self.car_slots.as_ref().is_some_and(|slots| Arc::ptr_eq(slots, &batch.slots)) {
            self.car_slots = Some(Arc::clone(&batch.slots));
            let fields: Vec<&str> = batch.slots.iter().map(|slot| slot.field.name).collect();
            serde_json::to_writer(&mut *lines, &serde_json::json!({ "fields": fields }))?;
            lines.push(b'\n');
        }
        for (at, row) in self.batch.iter().enumerate() {
            write!(lines, "[{},{}", row.row, row.is_held)?;
            for value in batch.values_of(at) {
                lines.push(b',');
                if value.is_present() {
                    serde_json::to_writer(&mut *lines, batch.text(value))?;
                } else {
                    lines.extend_from_slice(b"null");
                }
            }
            lines.extend_from_slice(b"]\n");
        }
        car.write_all(lines)
    }
}

/// Length and bytes, so that no two lists of texts look the same.
fn push_text(to: &mut Vec<u8>, text: &str) {
    to.extend_from_slice(&(text.len() as u32).to_le_bytes());
    to.extend_from_slice(text.as_bytes());
}

fn rival_finding(batch: &Batch, at: usize, rival: &Rival, lang: Lang) -> Finding {
    let row = batch.heads.get(at).map_or(0, |head| head.row);
    let slot = batch.slot_of(CREDITS);
    let value = slot.map(|slot| batch.value(at, slot)).unwrap_or_default();
    let place = match value.column {
        NO_COLUMN => Place::row(batch.grid, row),
        column => Place::cell(batch.grid, row, column),
    };
    let finding = Finding::new(&earlier::OTHER_CREDITS_ELSEWHERE, place)
        .arg(halves(rival.credits.unwrap_or_default()))
        .arg(rival.row.to_string())
        .arg(rival.job.to_string())
        .arg(words::delivered(rival.delivered_at, lang));
    match slot.and_then(|slot| batch.slots.get(slot)) {
        Some(slot) => finding.about(slot.field, batch.text(&value)),
        None => finding,
    }
}

/// 5 → `2.5`.
fn halves(number: i32) -> String {
    if number % 2 == 0 { (number / 2).to_string() } else { format!("{}.5", number / 2) }
}

impl Witness for Recorder<'_> {
    fn begin(&mut self, original: Option<&str>) -> Result<(), ConvertError> {
        self.rows.clear();
        self.rivals.clear();
        let (job, fence) = (self.job.lease.job, self.job.lease.fence);
        // Begun anew, the side-car of the first attempt is overwritten.
        self.car = None;
        self.car_slots = None;
        self.car = Some(self.spool.car(job, fence).map_err(past)?);
        self.base = self.look_up_base(original).map_err(past)?;
        Ok(())
    }

    fn enter(&mut self, member: &str) -> Result<(), ConvertError> {
        // Members may name their fields alike without sharing their slots.
        self.car_slots = None;
        let Some(car) = &mut self.car else { return Ok(()) };
        let line = serde_json::json!({ "member": member });
        writeln!(car, "{line}").map_err(past)
    }

    fn see(
        &mut self,
        mapping: &Arc<InputMapping>,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        self.hash(mapping, batch);
        self.hold_rivals(batch, findings).map_err(past)?;
        self.compare(batch);
        Ok(())
    }

    fn keep(&mut self, batch: &Batch, findings: &[Finding]) -> Result<(), ConvertError> {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let refused: Vec<u32> = errors.map(|finding| finding.place.row).collect();
        for row in &mut self.batch {
            row.is_held |= refused.contains(&row.row);
            self.rows.push(*row).map_err(past)?;
        }
        self.write_car(batch).map_err(past)
    }

    fn end(&mut self) -> Result<Vec<Finding>, ConvertError> {
        let Some(base) = &mut self.base else { return Ok(Vec::new()) };
        let mut gone: Vec<u32> =
            base.rows.values().filter(|row| !row.is_met).map(|row| row.row).collect();
        gone.sort_unstable();
        base.changes.gone = gone.len() as u64;
        let Changes { added, changed, gone: lost, same } = base.changes;
        if !base.is_stamped && changed + same == 0 {
            // Only the name is the same: many departments call their roster 名单.
            self.base = None;
            return Ok(Vec::new());
        }
        let mut findings = Vec::new();
        if added + changed + lost + same > 0 {
            let mut compared = Finding::new(&earlier::CORRECTION_COMPARED, Place::NOWHERE);
            for number in [added, changed, lost, same] {
                compared = compared.arg(number.to_string());
            }
            let rows = words::rows(&base.changed_rows, NAMED_ROWS, self.lang);
            findings.push(compared.arg(base.job.to_string()).arg(rows));
        }
        if !gone.is_empty() {
            let named = words::row_list(&gone, NAMED_ROWS);
            let finding = Finding::new(&earlier::ROWS_GONE, Place::NOWHERE);
            findings.push(finding.arg(lost.to_string()).arg(named).arg(base.job.to_string()));
        }
        Ok(findings)
    }
}

fn past(error: impl std::error::Error + Send + Sync + 'static) -> ConvertError {
    ConvertError::Past(Box::new(error))
}
