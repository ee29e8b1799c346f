//! Rows to records: the hot path. One pass over the cells of a row, no allocation per value unless
//! something is to be said about it.

mod checks;
mod choice;
mod clean;
mod counts;
mod ditto;
mod fill;
mod frame;
mod headings;
mod read;
mod rows;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use checks::{Checks, missing_at};
use counts::Counters;
pub use counts::{Skipped, TableCounts};
use ditto::{Dittos, is_ditto};
use fill::{Fills, is_blank};
use frame::Frame;
use read::{Out, Reader, Sort, Source, Want};
use rows::{RowKind, RowSense};

use super::{layout::Found, plan::InputMapping};
use crate::model::{
    Batch, Cell, Chunk, Finding, GridInfo, Place, RecordHead, Row, Severity, Slot, TextIn, Value,
    codes::{layout, value},
    grid::NO_COLUMN,
};

/// Converts the rows of one table, chunk after chunk.
pub struct Converter {
    mapping: Arc<InputMapping>,
    frame: Frame,
    grid: u16,
    first_row: u32,
    sense: RowSense,
    fills: Fills,
    dittos: Dittos,
    reader: Reader,
    checks: Checks,
    defaults: Vec<Default>,
    /// Slots whose value must not be missing.
    required: Vec<usize>,
    serial: Option<usize>,
    counters: Counters,
}

/// The value of a slot whose cell is blank.
struct Default {
    slot: usize,
    text: String,
    number: i32,
    /// Where the text lies in the batch's own texts, once it is needed there.
    start: Option<u32>,
}

/// The texts of a chunk and what is made of them.
struct Sheet<'a> {
    chunk: &'a Chunk,
    out: Out<'a>,
    values: &'a mut Vec<Value>,
    heads: &'a mut Vec<RecordHead>,
}

impl Converter {
    /// A converter for a table that [`super::layout::find`] found with this mapping.
    pub fn new(mapping: Arc<InputMapping>, found: &Found, info: &GridInfo) -> Converter {
        let frame = Frame::new(&mapping, found);
        let columns = frame.indexes.iter().map(|index| mapping.columns.get(*index));
        let is_required = |slot: &usize| {
            let index = frame.indexes.get(*slot);
            index
                .and_then(|index| mapping.columns.get(*index))
                .is_some_and(|column| column.is_required)
        };
        let mut reader = Reader::new(&mapping, frame.slots.len(), info.is_1904);
        let defaults = columns
            .enumerate()
            .filter_map(|(slot, column)| default_of(&mut reader, slot, column?))
            .collect();
        Converter {
            grid: info.index,
            first_row: found.first_row,
            sense: RowSense::new(&mapping, found, &frame, info),
            fills: Fills::new(&mapping, found, &frame, info),
            dittos: Dittos::default(),
            checks: Checks::new(&mapping, &frame),
            required: (0..frame.slots.len()).filter(is_required).collect(),
            serial: frame.slot_of("serial"),
            counters: Counters::new(found.first_row),
            defaults,
            reader,
            frame,
            mapping,
        }
    }

    /// The slots of every batch: mapped columns in the order of the mapping, and those with a default.
    pub fn slots(&self) -> &Arc<Vec<Slot>> {
        &self.frame.slots
    }

    /// Converts the rows of `batch.chunk`, which follow those of the call before. Fills slots, heads,
    /// values and own texts; appends findings in the order of rows, within a row by column.
    pub fn convert(&mut self, batch: &mut Batch, findings: &mut Vec<Finding>) {
        batch.slots = Arc::clone(&self.frame.slots);
        batch.kind = Some(self.mapping.kind);
        batch.grid = self.grid;
        self.defaults.iter_mut().for_each(|default| default.start = None);
        let width = self.frame.slots.len() * self.frame.blocks();
        batch.heads.reserve(batch.chunk.rows.len() * self.frame.blocks());
        batch.values.reserve(batch.chunk.rows.len() * width);
        let mut sheet = Sheet {
            chunk: &batch.chunk,
            out: Out { own: &mut batch.own, findings },
            values: &mut batch.values,
            heads: &mut batch.heads,
        };
        for row in &batch.chunk.rows {
            if row.number >= self.first_row {
                self.row(row, &mut sheet);
            }
        }
        self.dittos.carry(&batch.chunk);
    }

    /// Ends the table: what was counted, and the info findings that tell the counts.
    pub fn finish(self) -> (TableCounts, Vec<Finding>) {
        let mut findings = self.counters.findings(self.grid, self.first_row);
        findings.extend(self.reader.tally.findings(&self.frame.slots));
        (self.counters.counts, findings)
    }

    fn row(&mut self, row: &Row, sheet: &mut Sheet) {
        let mut kind = self.sense.sort(sheet.chunk, row, &self.frame);
        if kind == RowKind::Record {
            let records = self.record_row(row, sheet);
            if records == 0 {
                kind = RowKind::Blank;
            } else {
                self.dittos.pass(row);
            }
            self.counters.counts.records += records;
        } else if matches!(kind, RowKind::Footer | RowKind::Heading | RowKind::Moved) {
            self.fills.forget();
        }
        if kind == RowKind::Moved {
            self.dittos.forget();
            if let Some(moved) = self.sense.take_moved() {
                let place = Place::row(self.grid, row.number);
                let finding = Finding::new(&layout::HEADINGS_MOVED, place);
                let finding = finding.arg(row.number.to_string()).arg(moved);
                sheet.out.findings.push(finding);
            }
        }
        self.counters.add(kind, Place::row(self.grid, row.number), row, sheet.chunk);
    }

    /// Makes the records of a row, one per person side by side; says how many.
    fn record_row(&mut self, row: &Row, sheet: &mut Sheet) -> u64 {
        if !self.fills.is_idle() {
            self.fills.keep(sheet.chunk, row);
        }
        let found = sheet.out.findings.len();
        let mut records = 0;
        for block in 0..self.frame.blocks() {
            records += u64::from(self.record(row, block, sheet));
        }
        if let Some(own) = sheet.out.findings.get_mut(found..).filter(|own| own.len() > 1) {
            own.sort_by_key(|finding| finding.place.column);
        }
        records
    }

    /// Makes one record; `false` if nothing of it is filled in.
    fn record(&mut self, row: &Row, block: usize, sheet: &mut Sheet) -> bool {
        let Sheet { chunk, out, values: all, heads } = sheet;
        let (from, found) = (all.len(), out.findings.len());
        all.resize(from + self.frame.slots.len(), Value::NOTHING);
        let values = all.get_mut(from..).unwrap_or_default();
        self.cells(chunk, row, block, values, out);
        let serial = self.serial;
        let is_filled = |(slot, value): (usize, &Value)| {
            value.text_in != TextIn::Nothing && Some(slot) != serial
        };
        if !values.iter().enumerate().any(is_filled) {
            all.truncate(from);
            out.findings.truncate(found);
            return false;
        }
        let place = Place::row(self.grid, row.number);
        self.complete(block, place, values, out);
        self.checks.compare(values, &chunk.text, &self.frame.slots, place, out);
        let own = out.findings.get(found..).unwrap_or_default();
        heads.push(RecordHead {
            row: row.number,
            block: block as u16,
            is_held: self.sense.is_moved()
                || own.iter().any(|finding| finding.severity == Severity::Error),
            is_hidden: row.is_hidden,
            standing: crate::model::Standing::New,
        });
        true
    }

    /// Reads the cells of one person. The ID number comes last: what it is depends on the ID type.
    fn cells(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        block: usize,
        values: &mut [Value],
        out: &mut Out,
    ) {
        let late_slot = self.checks.late_slot();
        let mut late: Option<&Cell> = None;
        for cell in chunk.cells_of(row) {
            let aim = self.frame.aim_of(cell.column);
            if usize::from(aim.block) != block {
                continue;
            }
            if aim.slot == late_slot {
                late = Some(cell);
                continue;
            }
            let source = self.source(chunk, row, cell);
            self.read_own(usize::from(aim.slot), chunk, &source, values, out);
        }
        if !self.fills.is_idle() {
            self.fill(chunk, row, block, values, out);
        }
        if let Some(cell) = late {
            let source = self.source(chunk, row, cell);
            self.read_own(usize::from(late_slot), chunk, &source, values, out);
        }
    }

    /// Reads a cell, or what its ditto mark stands for.
    #[inline]
    fn read_own(
        &mut self,
        slot: usize,
        chunk: &Chunk,
        source: &Source,
        values: &mut [Value],
        out: &mut Out,
    ) {
        if is_ditto(source.text, source.kind) {
            self.read_ditto(slot, chunk, source, values, out);
        } else {
            self.read(slot, source, values, out);
        }
    }

    #[cold]
    #[inline(never)]
    fn read_ditto(
        &mut self,
        slot: usize,
        chunk: &Chunk,
        source: &Source,
        values: &mut [Value],
        out: &mut Out,
    ) {
        let Place { row, column, .. } = source.place;
        let filled = self.fills.kept(self.dittos.row_above(), column);
        if let Some(kept) = self.dittos.resolve(chunk, row, column, filled) {
            let (text, kind, format) = (kept.text.as_str(), kept.kind, kept.format);
            let source = Source { text, kind, format, start: None, ..*source };
            self.reader.tally.add_ditto(slot, source.place);
            return self.read(slot, &source, values, out);
        }
        let index = self.frame.indexes.get(slot).copied().unwrap_or(usize::MAX);
        if let (Some(column), Some(value), Some(kind)) =
            (self.mapping.columns.get(index), values.get_mut(slot), self.frame.kinds.get(slot))
        {
            let want = Want { slot, column, sort: Sort::Plain(*kind) };
            self.reader.refuse_ditto(&want, source, out, value);
        }
    }

    #[inline]
    fn source<'c>(&self, chunk: &'c Chunk, row: &Row, cell: &Cell) -> Source<'c> {
        Source {
            text: chunk.text_of(cell),
            kind: cell.kind,
            format: cell.format,
            start: Some(cell.start),
            place: Place { grid: self.grid, row: row.number, column: cell.column },
        }
    }

    #[inline]
    fn read(&mut self, slot: usize, source: &Source, values: &mut [Value], out: &mut Out) {
        let index = self.frame.indexes.get(slot).copied().unwrap_or(usize::MAX);
        let (Some(column), Some(kind)) =
            (self.mapping.columns.get(index), self.frame.kinds.get(slot))
        else {
            return;
        };
        let sort = match self.checks.other_id(slot, values) {
            Some(code) => Sort::OtherId(code),
            None => Sort::Plain(*kind),
        };
        if let Some(value) = values.get_mut(slot) {
            let want = Want { slot, column, sort };
            self.reader.read(&want, source, out, value);
        }
    }

    /// Fills blank cells with what stands for them further up.
    fn fill(
        &mut self,
        chunk: &Chunk,
        row: &Row,
        block: usize,
        values: &mut [Value],
        out: &mut Out,
    ) {
        let fills = std::mem::take(&mut self.fills);
        for column in fills.columns() {
            let aim = self.frame.aim_of(column);
            let own = chunk.cell_at(row, column).filter(|cell| !is_blank(chunk, cell));
            if usize::from(aim.block) != block || own.is_some() {
                continue;
            }
            if let Some(kept) = fills.kept(row.number, column) {
                let place = Place { grid: self.grid, row: row.number, column };
                let (text, kind, format) = (kept.text.as_str(), kept.kind, kept.format);
                let source = Source { text, kind, format, start: None, place };
                self.read_own(usize::from(aim.slot), chunk, &source, values, out);
            }
        }
        self.fills = fills;
    }

    /// Puts defaults in place of blanks, and says what is missing.
    fn complete(&mut self, block: usize, place: Place, values: &mut [Value], out: &mut Out) {
        for default in &mut self.defaults {
            let Some(value) = values.get_mut(default.slot) else { continue };
            if value.text_in == TextIn::Nothing {
                let start = *default.start.get_or_insert_with(|| {
                    out.own.push_str(&default.text);
                    (out.own.len() - default.text.len()) as u32
                });
                let end = start + default.text.len() as u32;
                let number = default.number;
                *value = Value { start, end, number, column: NO_COLUMN, text_in: TextIn::Own };
            }
        }
        for slot in &self.required {
            if values.get(*slot).is_none_or(|value| value.text_in != TextIn::Nothing) {
                continue;
            }
            if let Some(known) = self.frame.slots.get(*slot) {
                let place = missing_at(place, self.frame.column(block, *slot));
                let finding = Finding::new(&value::VALUE_MISSING, place).about(known.field, "");
                out.findings.push(finding);
            }
        }
    }
}

/// Reads a column's default once. A default that would not convert is kept as text: the lints of the
/// mapping have looked at it.
fn default_of(reader: &mut Reader, slot: usize, column: &super::plan::Column) -> Option<Default> {
    let text = column.default.as_deref()?;
    let (mut own, mut findings) = (String::new(), Vec::new());
    let source = Source {
        text,
        kind: crate::model::CellKind::Text,
        format: crate::model::NumberFormat::General,
        start: None,
        place: Place::NOWHERE,
    };
    let mut out = Out { own: &mut own, findings: &mut findings };
    let want = Want { slot, column, sort: Sort::Plain(column.field.kind) };
    let mut value = Value::NOTHING;
    reader.read(&want, &source, &mut out, &mut value);
    let read = own.get(value.start as usize..value.end as usize).unwrap_or_default();
    let text = if value.is_present() { read } else { text }.to_owned();
    Some(Default { slot, text, number: value.number, start: None })
}
