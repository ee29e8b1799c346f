//! How well a mapping fits a window of headings, and which columns become which person's.

use std::sync::Arc;

use super::{
    Block,
    lines::{Line, Word},
    window::Heading,
};
use crate::mapping::plan::InputMapping;

/// The headings that all mappings know.
pub struct KnownHeadings {
    mappings: Vec<Arc<InputMapping>>,
}

/// A mapping laid over a window of headings.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub mapping: usize,
    /// From 0 to about 1.
    pub score: f32,
    pub blocks: Vec<Block>,
    pub unmapped: Vec<(u16, String)>,
    /// Known headings that stand in a block a second time: column, column used instead, label.
    pub twice: Vec<(u16, u16, usize)>,
    /// Indexes of key columns that the window lacks.
    pub missing: Vec<usize>,
    /// How many different columns of the mapping were found.
    pub known: usize,
    /// Share of the window's headings that the mapping knows.
    pub share: f32,
}

impl KnownHeadings {
    /// Gathers the headings of mappings; the order of `mappings` is the numbering in every outcome.
    pub fn new(mappings: &[Arc<InputMapping>]) -> KnownHeadings {
        KnownHeadings { mappings: mappings.to_vec() }
    }

    /// The mappings, as numbered.
    pub fn mappings(&self) -> &[Arc<InputMapping>] {
        &self.mappings
    }

    /// The mappings that know any of the headings, each with the column that it sees under each heading.
    pub(super) fn interested(&self, headings: &[Heading]) -> Vec<(usize, Vec<Option<usize>>)> {
        let claims = |mapping: &InputMapping| -> Vec<Option<usize>> {
            headings.iter().map(|heading| column(mapping, heading)).collect()
        };
        let all = self.mappings.iter().map(|mapping| claims(mapping)).enumerate();
        all.filter(|(_, claimed)| claimed.iter().any(Option::is_some)).collect()
    }

    /// Whether most words of a line mean the same columns that a fit gave them.
    pub(super) fn names_again(&self, fit: &Fit, line: &Line) -> bool {
        let Some(mapping) = self.mappings.get(fit.mapping) else { return false };
        let columns = || fit.blocks.iter().flat_map(|block| &block.columns);
        let means = |word: &&Word| {
            let meant = mapping.meaning(&word.plain).first();
            columns().any(|(column, index, _)| *column == word.column && meant == Some(index))
        };
        line.words.iter().filter(means).count() * 10 >= line.words.len() * 6
    }

    /// Lays a mapping over headings, under which it sees the columns `claimed`; `height` rows, of whose
    /// cells `values` (a share) look like values.
    pub(super) fn fit(
        &self,
        (at, claimed): (usize, Vec<Option<usize>>),
        headings: &[Heading],
        height: usize,
        values: f32,
    ) -> Fit {
        let mut fit = Fit {
            mapping: at,
            score: 0.0,
            blocks: Vec::new(),
            unmapped: Vec::new(),
            twice: Vec::new(),
            missing: Vec::new(),
            known: 0,
            share: 0.0,
        };
        let Some(mapping) = self.mappings.get(at) else { return fit };
        let starts = block_starts(mapping, &claimed);
        lay(&mut fit, headings, &claimed, &starts);
        let first = fit.blocks.first();
        let has = |index: usize| {
            first.is_some_and(|block| block.columns.iter().any(|column| column.1 == index))
        };
        fit.known = first.map_or(0, |block| block.columns.len());
        fit.missing = keys(mapping).filter(|index| !has(*index)).collect();
        // Of the alternative keys one is enough; without any, all of them are named.
        let any: Vec<usize> = alternatives(mapping).collect();
        if !any.iter().any(|index| has(*index)) {
            fit.missing.extend(any);
        }
        let found: usize = fit.blocks.iter().map(|block| block.columns.len()).sum();
        fit.share = found as f32 / headings.len().max(1) as f32;
        fit.score = score(mapping, &fit, height, values);
        fit
    }
}

/// The column of a mapping that a heading means.
fn column(mapping: &InputMapping, heading: &Heading) -> Option<usize> {
    heading.readings.iter().find_map(|reading| mapping.meaning(reading).first().copied())
}

fn keys(mapping: &InputMapping) -> impl Iterator<Item = usize> + '_ {
    mapping.columns.iter().enumerate().filter(|(_, column)| column.is_key).map(|(at, _)| at)
}

/// The columns of [`InputMapping::key_any`].
fn alternatives(mapping: &InputMapping) -> impl Iterator<Item = usize> + '_ {
    let is_any = |field| mapping.key_any.contains(&field);
    let columns = mapping.columns.iter().enumerate();
    columns.filter(move |(_, column)| is_any(column.field)).map(|(at, _)| at)
}

/// The share of the headings known counts most, then how much of the mapping is there, then its key
/// columns; few headings weigh less, rows of values and needless rows count against.
fn score(mapping: &InputMapping, fit: &Fit, height: usize, values: f32) -> f32 {
    let with_headings = mapping.columns.iter().filter(|column| !column.headings.is_empty()).count();
    let of_mapping = fit.known as f32 / with_headings.max(1) as f32;
    let keys = keys(mapping).count() + alternatives(mapping).count();
    let of_keys = if keys == 0 { 1.0 } else { 1.0 - fit.missing.len() as f32 / keys as f32 };
    let weight = fit.known as f32 / (fit.known as f32 + 1.0);
    let extra = height.saturating_sub(1) as f32;
    (0.55 * fit.share + 0.25 * of_mapping + 0.20 * of_keys) * weight - 0.3 * values - 0.01 * extra
}

/// The positions in `claimed` at which a person's columns begin: more than one where the same
/// headings stand side by side.
fn block_starts(mapping: &InputMapping, claimed: &[Option<usize>]) -> Vec<usize> {
    let Some(first) = claimed.iter().position(Option::is_some) else { return Vec::new() };
    let lead = claimed.get(first).copied().flatten();
    let starts: Vec<usize> =
        (0..claimed.len()).filter(|at| claimed.get(*at).copied().flatten() == lead).collect();
    let needed: Vec<usize> = match keys(mapping).collect::<Vec<_>>() {
        keys if keys.is_empty() => lead.into_iter().collect(),
        keys => keys,
    };
    let is_whole = |from: usize, to: usize| {
        let block = claimed.get(from..to).unwrap_or_default();
        block.iter().flatten().count() > 1 && needed.iter().all(|key| block.contains(&Some(*key)))
    };
    let ends = starts.iter().skip(1).copied().chain([claimed.len()]);
    if starts.iter().zip(ends).all(|(from, to)| is_whole(*from, to)) { starts } else { vec![first] }
}

fn lay(fit: &mut Fit, headings: &[Heading], claimed: &[Option<usize>], starts: &[usize]) {
    for (at, (heading, claim)) in headings.iter().zip(claimed).enumerate() {
        if starts.contains(&at) {
            fit.blocks.push(Block::default());
        }
        let block = fit.blocks.last_mut();
        let (Some(index), Some(block)) = (claim, block) else {
            fit.unmapped.push((heading.column, heading.written.to_string()));
            continue;
        };
        match block.columns.iter().find(|column| column.1 == *index) {
            Some(used) => {
                fit.twice.push((heading.column, used.0, *index));
                fit.unmapped.push((heading.column, heading.written.to_string()));
            }
            None => block.columns.push((heading.column, *index, heading.written.to_string())),
        }
    }
}
