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
use walk::{Step, Stop, Walk};

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
    let records = XmlRecords {
        walk: Walk::new(source.text()?),
        takers: takers(&outline, columns),
        outline,
        record,
        open: vec![Open { node: TOP, label: None }],
        is_within: false,
        passed: 0,
    };
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
    outline: Outline,
    takers: Vec<Taker>,
    record: usize,
    open: Vec<Open>,
    /// Whether a record is open.
    is_within: bool,
    passed: u32,
}

impl Records for XmlRecords {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        row.begin(first.saturating_add(self.passed));
        loop {
            match self.step(row) {
                Ok(Step::Open) => {}
                Ok(Step::Close) if self.is_within => {}
                Ok(Step::Close) => {
                    self.passed = self.passed.saturating_add(1);
                    return Ok(true);
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

impl XmlRecords {
    /// Goes on to an element of a record that opens or closes, or to the end. A record is over when one closes
    /// and none is open.
    fn step(&mut self, row: &mut Draft) -> Result<Step, Stop> {
        loop {
            let XmlRecords { walk, outline, takers, record, open, is_within, .. } = self;
            let step = walk.step(|element| {
                let parent = open.last().map_or(TOP, |open| open.node);
                let node = outline.child(parent, element.name()).unwrap_or(usize::MAX);
                *is_within |= node == *record;
                let mut label = None;
                if let Some(taker) = takers.get(node).filter(|_| *is_within) {
                    element.each_attribute(|name, value| {
                        let named = |(known, column): &(String, u16), text: &str| {
                            (known == text).then_some(*column)
                        };
                        let filled = taker.attributes.iter().find_map(|known| named(known, name));
                        match filled {
                            Some(column) => row.push(column, CellKind::Text, value),
                            None => {
                                let found = taker.labelled.iter();
                                label = found
                                    .into_iter()
                                    .find_map(|known| named(known, value))
                                    .or(label);
                            }
                        }
                    });
                }
                open.push(Open { node, label });
            })?;
            match step {
                Step::Close => {
                    let closed = self.open.pop();
                    let Some(closed) = closed.filter(|_| self.is_within) else { continue };
                    self.take(&closed, row);
                    self.is_within = closed.node != self.record;
                    return Ok(step);
                }
                Step::Open if !self.is_within => {}
                other => return Ok(other),
            }
        }
    }

    fn take(&mut self, closed: &Open, row: &mut Draft) {
        let unknown = self.walk.unknown_entity();
        let text = self.takers.get(closed.node).and_then(|taker| taker.text);
        let Some(column) = closed.label.or(text) else { return };
        row.push(column, CellKind::Text, self.walk.value());
        if let Some(name) = unknown {
            let place = Place::cell(0, row.number, column);
            row.findings.push(Finding::new(&records::ENTITY_NOT_READ, place).arg(name));
        }
    }
}
