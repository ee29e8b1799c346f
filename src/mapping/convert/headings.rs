//! A row of headings further down: the same columns again, or the columns in another order. Rows below
//! moved headings would put values into wrong fields without anybody noticing, so they are held.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    mapping::{
        layout::Found,
        plan::{InputMapping, normalise_heading},
    },
    model::{Cell, Chunk},
};

/// Longest text, in bytes, that may be a heading.
const LONGEST: usize = 180;

/// What a row of headings says about the columns.
pub(super) enum Again {
    /// The row is no row of known headings.
    No,
    /// Every known heading stands where it stood.
    Same,
    /// These headings stand over other columns than before.
    Moved(Vec<String>),
}

/// The headings of a table and the columns under them.
pub(super) struct Headings {
    mapping: Arc<InputMapping>,
    /// Headings as this sender writes them, normalised, and the mapping's column under each.
    own: Vec<(String, usize)>,
    /// Document column: the mapping's column.
    laid: FxHashMap<u16, usize>,
    /// Texts of the heading rows, normalised, by column.
    texts: Vec<(u16, String)>,
}

impl Headings {
    pub(super) fn new(mapping: &Arc<InputMapping>, found: &Found) -> Headings {
        let mut own = Vec::new();
        let mut learn = |heading: String, index: usize| {
            if !mapping.meaning(&heading).contains(&index) {
                own.push((heading, index));
            }
        };
        let mut laid = FxHashMap::default();
        for (column, index, written) in found.blocks.iter().flat_map(|block| &block.columns) {
            laid.insert(*column, *index);
            learn(normalise_heading(written), *index);
            // Group and leaf are joined by a stroke; the leaf alone stands in the lowest row.
            if let Some((_, leaf)) = written.rsplit_once('/') {
                learn(normalise_heading(leaf), *index);
            }
        }
        let texts = found.heading_texts.iter().flatten();
        let texts = texts.map(|(column, text)| (*column, normalise_heading(text))).collect();
        Headings { mapping: Arc::clone(mapping), own, laid, texts }
    }

    /// The first letters of all headings known.
    pub(super) fn first_letters(&self) -> impl Iterator<Item = char> + '_ {
        let own = self.own.iter().map(|(heading, _)| heading);
        self.mapping.meanings().keys().chain(own).filter_map(|heading| heading.chars().next())
    }

    /// Compares a row with the headings. At least half of its texts must be known ones.
    pub(super) fn again(&self, chunk: &Chunk, cells: &[Cell]) -> Again {
        let (mut texts, mut same) = (0usize, 0usize);
        let mut moved: Vec<String> = Vec::new();
        for cell in cells {
            let text = chunk.text_of(cell);
            if text.trim().is_empty() {
                continue;
            }
            texts += 1;
            match self.compare(cell.column, text) {
                Again::No => {}
                Again::Same => same += 1,
                Again::Moved(_) => moved.push(text.trim().to_owned()),
            }
        }
        let known = same + moved.len();
        if known < 2 || known * 2 < texts {
            Again::No
        } else if moved.is_empty() {
            Again::Same
        } else {
            Again::Moved(moved)
        }
    }

    fn compare(&self, column: u16, text: &str) -> Again {
        if text.len() > LONGEST {
            return Again::No;
        }
        let plain = normalise_heading(text);
        let known = self.mapping.meaning(&plain);
        let is_own = |index: Option<usize>| {
            self.own.iter().any(|(own, at)| *own == plain && index.is_none_or(|index| *at == index))
        };
        if known.is_empty() && !is_own(None) {
            return Again::No;
        }
        let means = |index: &usize| known.contains(index) || is_own(Some(*index));
        let is_as_before = match self.laid.get(&column) {
            Some(index) => means(index),
            // A heading that the table never used, over a column that it never used, moves nothing.
            None => !self.laid.values().any(means),
        };
        let is_written_here =
            || self.texts.iter().any(|(at, known)| *at == column && *known == plain);
        let is_as_before = is_as_before || is_written_here();
        if is_as_before { Again::Same } else { Again::Moved(Vec::new()) }
    }
}
