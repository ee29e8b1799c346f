//! Records in any XML: two passes, the first to find the record element and the union of its fields, the second to
//! read the records. Headings are local names of elements and attributes, or labels that stand in attributes.
//! Fields that a record has several times are joined.

mod choice;
mod outline;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;

use super::text::Source;
use super::{
    Draft, MAX_RECORD_BYTES, RecordGrid, Records, cut_after, record_too_large, too_many_columns,
};
use crate::model::CellKind;
use crate::model::codes::records;
use crate::model::{Finding, Place};
use crate::read::{Opened, ReadError, ReadOptions};
use choice::{Choice, Column, Part};
use outline::{Outline, TOP};
use walk::{Element, Step, Stop, Walk};

/// Opens an XML document.
///
/// # Errors
/// [`ReadError::Refused`] if it is broken or holds no records, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let source = Source::new(path, options, declared)?;
    let outline = Outline::of(source.text()?)?;
    let Some(choice) = Choice::of(&outline, &options.record_paths) else {
        return Err(ReadError::refused(&records::NO_RECORDS));
    };
    let Choice { record, columns, above, beside } = choice;
    if columns.len() > super::MAX_COLUMNS {
        return Err(too_many_columns());
    }
    let headings = columns.iter().map(|column| column.heading.clone()).collect();
    let told = [source.doubt(), beside];
    let filler = Filler {
        takers: takers(&outline, columns),
        outline,
        record,
        open: vec![Open { node: TOP, label: None }],
        is_within: false,
        inherited: Vec::new(),
    };
    let records = XmlRecords { walk: Walk::new(source.text()?), filler, passed: 0 };
    Ok(Opened {
        format: "xml",
        encoding: Some(source.decided.decision),
        delimiter: None,
        is_partial_copy: false,
        original: None,
        grids: Box::new(RecordGrid::new(records, above, headings).tell(told.into_iter().flatten())),
    })
}

/// The encoding that the declaration names.
fn declared(head: &str) -> Option<&str> {
    let (declaration, _) = head.trim_start_matches('\u{feff}').split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    rest.trim_start_matches([' ', '=', '"', '\'']).split(['"', '\'', ' ']).next()
}

/// Which columns the elements of a path fill.
#[derive(Default)]
struct Taker {
    text: Option<u16>,
    labelled: Vec<(String, u16)>,
    attributes: Vec<(String, u16)>,
}

fn takers(outline: &Outline, columns: Vec<Column>) -> Vec<Taker> {
    let mut takers: Vec<Taker> = outline.nodes.iter().map(|_| Taker::default()).collect();
    for (column, at) in columns.into_iter().zip(0..) {
        let Some(taker) = takers.get_mut(column.node) else { continue };
        match column.part {
            Part::Text => taker.text = Some(at),
            Part::Labelled(label) => taker.labelled.push((label, at)),
            Part::Attribute(name) => taker.attributes.push((name, at)),
        }
    }
    takers
}

/// An element that has not closed.
struct Open {
    node: usize,
    /// Column that its label names.
    label: Option<u16>,
}

struct XmlRecords {
    walk: Walk,
    filler: Filler,
    passed: u32,
}

impl Records for XmlRecords {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        row.begin(first.saturating_add(self.passed));
        loop {
            match self.walk.step(|element| self.filler.enter(element, row)) {
                Ok(Step::Open) => {}
                Ok(Step::Close) => {
                    if self.filler.leave(&mut self.walk, row) {
                        self.passed = self.passed.saturating_add(1);
                        return Ok(true);
                    }
                }
                Ok(Step::End) => return Ok(false),
                Err(Stop::Read(error)) => return Err(error),
                Err(Stop::Broken) => return Err(cut_after(self.passed)),
            }
            if row.length() > MAX_RECORD_BYTES {
                return Err(record_too_large());
            }
        }
    }

    fn has_broken_bytes(&self) -> bool {
        self.walk.has_broken_bytes()
    }

    fn finish(&mut self) -> Vec<Finding> {
        self.walk.mends()
    }
}

/// Fills rows with what opens and closes.
struct Filler {
    outline: Outline,
    takers: Vec<Taker>,
    record: usize,
    open: Vec<Open>,
    /// Whether a record is open.
    is_within: bool,
    /// What the open elements around the records say of them: depth of the element, column, text.
    inherited: Vec<(usize, u16, String)>,
}

impl Filler {
    fn enter(&mut self, element: &Element<'_>, row: &mut Draft) {
        let parent = self.open.last().map_or(TOP, |open| open.node);
        let node = self.outline.child(parent, element.name()).unwrap_or(usize::MAX);
        if node == self.record {
            self.is_within = true;
            for (_, column, text) in &self.inherited {
                row.push(*column, CellKind::Text, text);
            }
        }
        let depth = self.open.len();
        let mut label = None;
        if let Some(taker) = self.takers.get(node) {
            element.each_attribute(|name, value| {
                let filled = taker.attributes.iter().find(|(known, _)| known == name);
                match filled {
                    Some((_, column)) if self.is_within => row.push(*column, CellKind::Text, value),
                    Some((_, column)) => self.inherited.push((depth, *column, value.to_owned())),
                    None => {
                        let named = taker.labelled.iter().find(|(known, _)| known == value);
                        label = named.map(|(_, column)| *column).or(label);
                    }
                }
            });
        }
        self.open.push(Open { node, label });
    }

    /// Whether a record is over.
    fn leave(&mut self, walk: &mut Walk, row: &mut Draft) -> bool {
        let unknown = walk.unknown_entity();
        let Some(closed) = self.open.pop() else { return false };
        let text = self.takers.get(closed.node).and_then(|taker| taker.text);
        let column = closed.label.or(text);
        if self.is_within {
            if let Some(column) = column {
                row.push(column, CellKind::Text, walk.value());
                let place = Place::cell(0, row.number, column);
                let finding = |name| Finding::new(&records::ENTITY_NOT_READ, place).arg(name);
                row.findings.extend(unknown.map(finding));
            }
            self.is_within = closed.node != self.record;
            return !self.is_within;
        }
        // A text before the records is said by the element around it.
        let depth = self.open.len();
        self.inherited.retain(|(of, ..)| *of < depth);
        if let Some(column) = column {
            self.inherited.push((depth.saturating_sub(1), column, walk.value().to_owned()));
        }
        false
    }
}
