//! A platform's template, filled: one sheet part streams, every other part is copied byte for byte.
//!
//! `layout` decides once per template what happens to each part, `sheet` knows what stands before and
//! after the rows, `rows` spells the rows. Nothing before the rows depends on their number.

mod escape;
mod layout;
mod line;
mod parts;
mod ranges;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod workbook;
mod xml;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use layout::{Layout, PartPlan};
use parts::Parts;
use rows::RowWriter;

use crate::model::{Batch, Finding, grid};

use super::{
    Output, TemplateFault, WriteError, WriteOptions, Written,
    gate::{CELL_UNITS, Gate},
    numbered,
    package::{PackageWriter, PartOptions},
    part_file::PartFile,
    plan::{Target, TargetFormat, Template},
    publish,
};

/// Rows of a worksheet (ECMA-376 leaves it open; every spreadsheet program stops there).
const SHEET_ROWS: u32 = 1 << 20;

/// Fills a template, one file after another.
pub(super) struct Filler {
    target: Arc<Target>,
    path: PathBuf,
    options: WriteOptions,
    layout: Layout,
    gate: Gate,
    rows: RowWriter,
    first_row: u32,
    heading_row: u32,
    /// Most rows of one file.
    most_rows: u32,
    current: Option<Filling>,
    done: Vec<(PartFile, u64)>,
    held: u64,
}

struct Filling {
    package: PackageWriter<PartFile>,
    rows: u32,
}

impl Filler {
    /// Reads the template and checks that it fits. No file is made before the first record.
    pub(super) fn new(
        target: &Arc<Target>,
        path: &Path,
        options: WriteOptions,
    ) -> Result<Filler, WriteError> {
        let template = template_of(target)?;
        let layout = Layout::read(target, template)?;
        let room = SHEET_ROWS.saturating_sub(template.first_row.saturating_sub(1)).max(1);
        Ok(Filler {
            path: path.to_owned(),
            options,
            gate: Gate::new(target, Some(CELL_UNITS)),
            rows: RowWriter::new(&layout.sheet.prefix, &layout.sheet.look, layout.is_1904),
            first_row: template.first_row,
            heading_row: template.heading_row,
            most_rows: target.max_rows.unwrap_or(room).clamp(1, room),
            layout,
            current: None,
            done: Vec::new(),
            held: 0,
            target: Arc::clone(target),
        })
    }

    /// Begins a file: all parts that do not wait for the rows, then the sheet down to its first row.
    fn begin(&self) -> Result<Filling, WriteError> {
        let template = template_of(&self.target)?;
        let mut parts = Parts::open(&template.bytes).map_err(|fault| self.fault(fault))?;
        let mut package = PackageWriter::create(&numbered(&self.path, self.done.len() + 1))?;
        let mut sheet_name = String::new();
        for (index, plan) in self.layout.plans.iter().enumerate() {
            match plan {
                PartPlan::Copy => package.copy(parts.archive(), index)?,
                PartPlan::Replace(text) => {
                    package.put_part(parts.name(index), text.as_bytes(), self.options.level)?;
                }
                PartPlan::Sheet => sheet_name = parts.name(index).to_owned(),
                PartPlan::Drop | PartPlan::Follow(_) => {}
            }
        }
        let WriteOptions { level, workers } = self.options;
        package.begin(&sheet_name, PartOptions { level, workers })?;
        package.write(self.layout.sheet.head().as_bytes())?;
        Ok(Filling { package, rows: 0 })
    }

    /// Ends the current file: what stands after the rows, then the parts that follow them.
    fn end(&mut self) -> Result<(), WriteError> {
        let Some(Filling { mut package, rows }) = self.current.take() else { return Ok(()) };
        let fill = ranges::Fill {
            heading_row: self.heading_row,
            first_row: self.first_row,
            last_row: self.first_row + rows.saturating_sub(1),
        };
        package.write(self.layout.sheet.tail(fill).as_bytes())?;
        package.end()?;
        let template = template_of(&self.target)?;
        let mut parts = Parts::open(&template.bytes).map_err(|fault| self.fault(fault))?;
        for (index, plan) in self.layout.plans.iter().enumerate() {
            let PartPlan::Follow(follower) = plan else { continue };
            match follower.text(fill) {
                Some(text) => {
                    package.put_part(parts.name(index), text.as_bytes(), self.options.level)?;
                }
                None => package.copy(parts.archive(), index)?,
            }
        }
        self.done.push((package.finish()?, u64::from(rows)));
        Ok(())
    }

    fn push(&mut self, batch: &Batch, record: usize) -> Result<(), WriteError> {
        if self.current.as_ref().is_some_and(|filling| filling.rows >= self.most_rows) {
            self.end()?;
        }
        if self.current.is_none() {
            self.current = Some(self.begin()?);
        }
        let Some(filling) = &mut self.current else { return Ok(()) };
        let row = self.first_row + filling.rows;
        if let Some((blocked, column)) = self.layout.sheet.blocked
            && row >= blocked
        {
            return Err(WriteError::TemplateRowsInTheWay {
                template: template_of(&self.target)?.path.clone(),
                cell: grid::a1(blocked, column),
            });
        }
        filling.rows += 1;
        self.rows.push(filling.package.buffer()?, batch, record, (row, filling.rows));
        filling.package.pump()?;
        Ok(())
    }

    fn fault(&self, fault: TemplateFault) -> WriteError {
        let template = template_of(&self.target).map_or("", |template| &template.path).to_owned();
        WriteError::Template { template, fault }
    }
}

impl Output for Filler {
    fn write(&mut self, batch: &Batch, findings: &mut Vec<Finding>) -> Result<(), WriteError> {
        if self.gate.bind(batch) {
            self.rows.bind(&self.target.columns, &self.gate.bound, &self.layout.sheet.look);
        }
        for (record, head) in batch.heads.iter().enumerate() {
            if head.is_held || !self.gate.admits(batch, record, findings) {
                self.held += 1;
                continue;
            }
            self.push(batch, record)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<Written>, WriteError> {
        self.end()?;
        publish(std::mem::take(&mut self.done), self.held)
    }
}

/// The template of a workbook target.
fn template_of(target: &Target) -> Result<&Template, WriteError> {
    match &target.format {
        TargetFormat::Xlsx(template) => Ok(template),
        // `create` gives only workbook targets to this module.
        _ => Err(WriteError::Template {
            template: target.name.clone(),
            fault: TemplateFault::NoPart("template".to_owned()),
        }),
    }
}
