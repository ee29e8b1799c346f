//! Records in JSON: a list of objects, an object that holds such a list somewhere, or JSON Lines. Two passes: the
//! first finds the list and the union of its fields, the second reads. The list is the first of those that a mapping
//! names, else the one with the most objects. Headings are names of members, dotted where objects lie within.

mod fields;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;

use rustc_hash::FxHashMap;

use super::text::Source;
use super::{Draft, MAX_COLUMNS, RecordGrid, Records, too_many_columns};
use crate::model::codes::records;
use crate::model::grid::NO_COLUMN;
use crate::model::{Finding, Place};
use crate::read::{Opened, ReadError, ReadOptions};
use walk::{Piece, Shape, Walk};

/// Lines above the headings.
const MAX_LINES: usize = 50;
/// Longest value of such a line.
const LONGEST_VALUE: usize = 600;
/// Names that a finding tells.
const TOLD_NAMES: usize = 10;

/// Opens a JSON document.
///
/// # Errors
/// [`ReadError::Refused`] if it is broken or holds no objects, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let source = Source::new(path, options, |_| None)?;
    let mut shape = walk::shape(&source)?;
    let mut survey = Survey::of(&source, shape)?;
    if survey.lists.is_empty() && shape == Shape::Nested {
        // Objects alone: each is a record.
        shape = Shape::Run;
        survey = Survey::of(&source, shape)?;
    }
    let Some(at) = survey.choose(&options.record_paths) else {
        return Err(ReadError::refused(&records::NO_RECORDS));
    };
    let beside = survey.beside(at);
    let doubt = source.doubt();
    let columns = survey.lists.swap_remove(at).columns;
    let headings = columns.names.clone();
    let walk = Walk::new(&source, shape)?;
    let json = JsonRecords { walk, list: at, columns, passed: 0 };
    Ok(Opened {
        format: if shape == Shape::Nested { "json" } else { "jsonl" },
        encoding: Some(source.decided.decision),
        delimiter: None,
        is_partial_copy: false,
        original: None,
        grids: Box::new(
            RecordGrid::new(json, survey.above, headings).tell(doubt.into_iter().chain(beside)),
        ),
    })
}

/// The fields of a list, in the order in which they first occur.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: FxHashMap<String, u16>,
}

impl Columns {
    fn add(&mut self, name: &str) {
        if !self.places.contains_key(name) && self.names.len() <= MAX_COLUMNS {
            self.places.insert(name.to_owned(), self.names.len() as u16);
            self.names.push(name.to_owned());
        }
    }
}

/// One list of objects.
#[derive(Default)]
struct List {
    path: String,
    count: u64,
    columns: Columns,
}

/// What the first pass finds.
#[derive(Default)]
struct Survey {
    lists: Vec<List>,
    /// Values that stand once: `name：value`.
    above: Vec<String>,
    /// Names of what is not read.
    unread: Vec<String>,
}

impl Survey {
    fn of(source: &Source, shape: Shape) -> Result<Survey, ReadError> {
        let mut survey = Survey::default();
        let mut walk = Walk::new(source, shape)?;
        loop {
            let piece = walk.next()?;
            for path in walk.lists.iter().skip(survey.lists.len()) {
                survey.lists.push(List { path: path.clone(), ..List::default() });
            }
            match piece {
                Piece::Record(at) => {
                    let Some(list) = survey.lists.get_mut(at) else { continue };
                    list.count += 1;
                    let columns = &mut list.columns;
                    // What is broken is told in the second pass.
                    let _ = fields::each_field(walk.record(), &mut |name, _, _| columns.add(name));
                    if columns.names.len() > MAX_COLUMNS {
                        return Err(too_many_columns());
                    }
                }
                Piece::Value(name, value) => survey.note(name, &value),
                Piece::Odd => {}
                Piece::End => return Ok(survey),
            }
        }
    }

    fn note(&mut self, name: String, value: &str) {
        let is_short = value.len() <= LONGEST_VALUE && self.above.len() < MAX_LINES;
        if is_short && !value.is_empty() {
            self.above.push(format!("{name}：{value}"));
        } else if !value.is_empty()
            && !self.unread.contains(&name)
            && self.unread.len() < MAX_COLUMNS
        {
            self.unread.push(name);
        }
    }

    fn choose(&self, record_paths: &[String]) -> Option<usize> {
        let has_columns = |list: &List| !list.columns.names.is_empty();
        let named = record_paths.iter().find_map(|path| {
            self.lists.iter().position(|list| list.path == *path && has_columns(list))
        });
        let largest = self.lists.iter().enumerate().filter(|(_, list)| has_columns(list));
        // Of equals the first.
        named.or_else(|| largest.rev().max_by_key(|(_, list)| list.count).map(|(at, _)| at))
    }

    /// What is neither the list nor a line above it.
    fn beside(&mut self, chosen: usize) -> Option<Finding> {
        let others = self.lists.iter().enumerate().filter(|(at, _)| *at != chosen);
        self.unread.extend(others.map(|(_, list)| list.path.clone()));
        let told = self.unread.get(..TOLD_NAMES.min(self.unread.len())).unwrap_or_default();
        let finding = Finding::new(&records::VALUES_BESIDE, Place::grid(0));
        let finding = finding.arg(told.join("、")).arg(self.unread.len().to_string());
        (!self.unread.is_empty()).then_some(finding)
    }
}

struct JsonRecords {
    walk: Walk,
    list: usize,
    columns: Columns,
    passed: u32,
}

impl Records for JsonRecords {
    fn next(&mut self, first: u32, row: &mut Draft) -> Result<bool, ReadError> {
        loop {
            let is_object = match self.walk.next()? {
                Piece::End => return Ok(false),
                Piece::Record(list) if list == self.list => true,
                Piece::Odd => false,
                Piece::Record(_) | Piece::Value(..) => continue,
            };
            row.begin(first.saturating_add(self.passed));
            self.passed = self.passed.saturating_add(1);
            let places = &self.columns.places;
            let read = fields::each_field(self.walk.record(), &mut |name, kind, text| {
                if let Some(column) = places.get(name) {
                    row.push(*column, kind, text);
                }
            });
            if !is_object || read.is_err() {
                row.begin(row.number);
                row.note(&records::RECORD_UNREADABLE, NO_COLUMN);
            }
            return Ok(true);
        }
    }

    fn has_broken_bytes(&self) -> bool {
        self.walk.has_broken_bytes()
    }

    fn finish(&mut self) -> Vec<Finding> {
        self.walk.mends()
    }
}
