//! Finding the table of a grid: the heading rows that best match what the mappings know, wherever they
//! stand, and the mapping that fits them best. A tie or a weak match is never guessed.

mod fit;
mod lines;
#[cfg(test)]
mod tests;
mod window;
mod words;

use std::sync::Arc;

use fit::Fit;
pub use fit::KnownHeadings;
use lines::Line;
use window::Window;

use super::plan::InputMapping;
use crate::model::{Chunk, GridInfo, Range};

/// Rows of a grid that are searched for headings.
const SEARCHED_ROWS: usize = 200;
/// Merged ranges that are looked at; headings stand at the top.
const SEARCHED_MERGES: usize = 4096;
/// Most rows that headings take.
const HIGHEST: usize = 3;
/// A best score below this is a weak match.
const WEAK: f32 = 0.30;
/// Two scores nearer than this are a tie.
const TIE: f32 = 0.015;
/// What a window loses whose merged cells reach below it: it cuts the headings apart.
const CUT: f32 = 0.1;
/// A score above this is a very good match.
const GOOD: f32 = 0.6;
/// Rows that are still searched after a very good match (a better one is then near, or nowhere).
const ROWS_AFTER_GOOD: usize = 4;

/// What was found in a grid.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A table that one mapping fits.
    Found(Box<Found>),
    /// Nothing stands in the grid.
    Blank,
    /// No row looks like the headings of any mapping: a dictionary sheet, a notice.
    NotATable(Explanation),
    /// Several mappings fit equally well: index and score of each, the best first.
    Unclear {
        /// The heading rows.
        header_rows: Vec<u32>,
        /// Mapping and score.
        candidates: Vec<(usize, f32)>,
    },
    /// The best mapping lacks columns that it cannot do without.
    Lacks {
        /// Index of the mapping.
        mapping: usize,
        /// The heading rows that fit it best.
        header_rows: Vec<u32>,
        /// Labels of the missing key columns.
        missing: Vec<String>,
    },
}

/// A table and the mapping that fits it: everything `inspect` needs to explain the choice.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Index of the mapping among those given.
    pub mapping: usize,
    /// Rows that hold the headings, from top to bottom, as the sender's program shows them.
    pub header_rows: Vec<u32>,
    /// First row below the headings.
    pub first_row: u32,
    /// The columns, once per person side by side.
    pub blocks: Vec<Block>,
    /// Columns that have a heading the mapping does not know, or knows already from another column.
    pub unmapped: Vec<(u16, String)>,
    /// Columns that mean the same as another one: column, column used instead, index in the mapping.
    pub twice: Vec<(u16, u16, usize)>,
    /// Mapped columns that are hidden; they are read all the same.
    pub hidden_columns: Vec<u16>,
    /// How well the mapping fits, from 0 to about 1.
    pub score: f32,
    /// The next best mapping and its score.
    pub runner_up: Option<(usize, f32)>,
    /// Texts above the headings.
    pub title: Vec<String>,
    /// Texts of the heading rows, row by row, to know them again further down.
    pub heading_texts: Vec<Vec<(u16, String)>>,
}

/// The columns of one of several people side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Column from 0, index in the mapping's columns, heading as the sender wrote it.
    pub columns: Vec<(u16, usize, String)>,
}

/// Why a grid is not taken for a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// Rows searched.
    pub rows: usize,
    /// The row most like headings; 0 if there is none.
    pub row: u32,
    /// The mapping that knows most of it, and its score.
    pub nearest: Option<(usize, f32)>,
    /// Headings of that row that the mapping knows.
    pub known: Vec<String>,
    /// Labels of the key columns that are missing.
    pub missing: Vec<String>,
}

/// The best window of one mapping.
struct Best {
    fit: Fit,
    /// Index of the lowest heading line.
    at: usize,
    height: usize,
}

/// Finds the table of a grid. `head` holds the grid's first rows, up to one chunk.
pub fn find(mappings: &[Arc<InputMapping>], info: &GridInfo, head: &Chunk) -> Outcome {
    KnownHeadings::new(mappings).find(info, head)
}

impl KnownHeadings {
    /// Finds the table of a grid, as [`find`] does; for many grids one after another.
    pub fn find(&self, info: &GridInfo, head: &Chunk) -> Outcome {
        let merges = info.merges.get(..SEARCHED_MERGES).unwrap_or(&info.merges);
        let mut lines: Vec<Line> = Vec::new();
        let mut bests: Vec<Best> = Vec::new();
        for row in head.rows.iter().take(SEARCHED_ROWS) {
            lines.push(Line::new(head, row));
            self.look(&lines, merges, &mut bests);
            let good =
                bests.iter().filter(|best| best.fit.missing.is_empty() && best.fit.score > GOOD);
            if good.map(|best| best.at).max().is_some_and(|at| lines.len() > at + ROWS_AFTER_GOOD) {
                break;
            }
        }
        if lines.iter().all(|line| line.words.is_empty()) {
            return Outcome::Blank;
        }
        bests.sort_by(|a, b| {
            let whole = |best: &Best| best.fit.missing.is_empty();
            whole(b).cmp(&whole(a)).then(b.fit.score.total_cmp(&a.fit.score))
        });
        self.decide(bests, &lines, info)
    }

    /// Tries the windows that end at the last line.
    fn look(&self, lines: &[Line], merges: &[Range], bests: &mut Vec<Best>) {
        let Some(at) = lines.len().checked_sub(1) else { return };
        for height in 1..=HIGHEST.min(lines.len()) {
            let Some(rows) = lines.get(at + 1 - height..) else { return };
            let is_blank = rows.first().is_none_or(|line| line.words.is_empty());
            let is_apart = rows
                .first()
                .zip(rows.last())
                .is_none_or(|(first, last)| last.number - first.number >= height as u32);
            if is_blank || is_apart {
                break;
            }
            let window = Window { lines: rows, merges };
            let values = window.values_share();
            if values > 0.5 {
                break;
            }
            let headings = window.headings();
            let is_cut = rows.last().is_some_and(|last| window.bottom() > last.number);
            for claimed in self.interested(&headings) {
                let mut fit = self.fit(claimed, &headings, height, values);
                fit.score -= if is_cut { CUT } else { 0.0 };
                let candidate = Best { fit, at, height };
                if !leaves_people_above(bests, &candidate, lines) {
                    keep(bests, candidate);
                }
            }
        }
    }

    fn decide(&self, bests: Vec<Best>, lines: &[Line], info: &GridInfo) -> Outcome {
        let Some(best) = bests.first() else {
            return Outcome::NotATable(Explanation { rows: lines.len(), ..Explanation::default() });
        };
        // A mapping that the caller named needs only its key columns.
        let is_named = self.mappings().len() == 1;
        let enough = if is_named { 0.0 } else { WEAK };
        let is_whole = best.fit.missing.is_empty();
        if is_whole && best.fit.score >= enough && (best.fit.known > 1 || is_named) {
            let tied: Vec<&Best> = bests
                .iter()
                .filter(|other| other.fit.missing.is_empty())
                .filter(|other| best.fit.score - other.fit.score < TIE)
                .collect();
            if tied.len() > 1 {
                let candidates = tied.iter().map(|tied| (tied.fit.mapping, tied.fit.score));
                let header_rows = header_rows(lines, best);
                return Outcome::Unclear { header_rows, candidates: candidates.collect() };
            }
            let runner_up = bests.get(1).map(|second| (second.fit.mapping, second.fit.score));
            let mut found = found(best, runner_up, lines, info);
            let merged = merged_down(lines, best, &info.merges);
            for line in merged.iter().chain(explaining(self, lines, best, merged.len())) {
                found.add_heading(line);
            }
            return Outcome::Found(Box::new(found));
        }
        let Some(nearest) = bests.iter().max_by(|a, b| a.fit.score.total_cmp(&b.fit.score)) else {
            return Outcome::Blank;
        };
        let header_rows = header_rows(lines, nearest);
        let missing = self.labels(nearest.fit.mapping, &nearest.fit.missing);
        let looks_like_it = nearest.fit.known >= 3 && nearest.fit.share >= 0.4;
        if !missing.is_empty() && (looks_like_it || is_named && nearest.fit.known > 0) {
            return Outcome::Lacks { mapping: nearest.fit.mapping, header_rows, missing };
        }
        let blocks = nearest.fit.blocks.iter();
        let known = blocks.flat_map(|block| block.columns.iter().map(|column| column.2.clone()));
        Outcome::NotATable(Explanation {
            rows: lines.len(),
            row: header_rows.last().copied().unwrap_or_default(),
            nearest: Some((nearest.fit.mapping, nearest.fit.score)),
            known: known.collect(),
            missing,
        })
    }

    fn labels(&self, mapping: usize, columns: &[usize]) -> Vec<String> {
        let Some(mapping) = self.mappings().get(mapping) else { return Vec::new() };
        let known = columns.iter().filter_map(|at| mapping.columns.get(*at));
        known.map(|column| column.field.label.to_owned()).collect()
    }
}

/// Keeps the better window of a mapping; of equals the upper one, so that a heading printed on every
/// page is met first.
fn keep(bests: &mut Vec<Best>, candidate: Best) {
    let rank = |best: &Best| (best.fit.missing.is_empty(), best.fit.score);
    match bests.iter_mut().find(|best| best.fit.mapping == candidate.fit.mapping) {
        Some(best) if rank(&candidate) > rank(best) => *best = candidate,
        Some(_) => {}
        None => bests.push(candidate),
    }
}

/// Whether a window lies below people who stand under good headings of the same mapping: taken as the
/// headings of the table it would lose them, while a second table below the first is told of.
fn leaves_people_above(bests: &[Best], candidate: &Best, lines: &[Line]) -> bool {
    let is_good = |best: &&Best| {
        best.fit.mapping == candidate.fit.mapping
            && best.fit.missing.is_empty()
            && best.fit.score > GOOD
    };
    let Some(best) = bests.iter().find(is_good) else { return false };
    let between = lines.get(best.at + 1..candidate.at).unwrap_or_default();
    between.iter().any(|line| line.words.len() > 1 && line.words.iter().any(|word| word.is_value))
}

fn header_lines<'l, 'c>(lines: &'l [Line<'c>], best: &Best) -> &'l [Line<'c>] {
    lines.get(best.at + 1 - best.height..=best.at).unwrap_or_default()
}

fn header_rows(lines: &[Line], best: &Best) -> Vec<u32> {
    header_lines(lines, best).iter().map(|line| line.number).collect()
}

/// Rows right below the headings into which merged cells of the headings reach down. A row with a value
/// in it is a person's, however sloppily the headings were merged.
fn merged_down<'l, 'c>(lines: &'l [Line<'c>], best: &Best, merges: &[Range]) -> &'l [Line<'c>] {
    let merges = merges.get(..SEARCHED_MERGES).unwrap_or(merges);
    let bottom = Window { lines: header_lines(lines, best), merges }.bottom();
    let below = lines.get(best.at + 1..).unwrap_or_default();
    let is_merged =
        |line: &&Line| line.number <= bottom && line.words.iter().all(|word| !word.is_value);
    let count = below.iter().take_while(is_merged).count();
    below.get(..count).unwrap_or_default()
}

/// Rows right below the headings that only explain them: remarks, the headings once more in English,
/// numbers of the columns.
fn explaining<'l, 'c>(
    known: &KnownHeadings,
    lines: &'l [Line<'c>],
    best: &Best,
    merged: usize,
) -> &'l [Line<'c>] {
    let below = lines.get(best.at + merged + 1..).unwrap_or_default();
    let Some(last) = lines.get(best.at + merged) else { return &[] };
    let explains = |(at, line): (usize, &Line)| {
        let is_next = line.number == last.number + at as u32 + 1 && line.words.len() > 1;
        is_next && (line.is_remarks() || line.is_numbering() || known.names_again(&best.fit, line))
    };
    let count = below.iter().enumerate().take_while(|(at, line)| explains((*at, line))).count();
    below.get(..count.min(HIGHEST)).unwrap_or_default()
}

fn found(best: &Best, runner_up: Option<(usize, f32)>, lines: &[Line], info: &GridInfo) -> Found {
    let header_rows = header_rows(lines, best);
    let above = lines.get(..best.at + 1 - best.height).unwrap_or_default();
    let titles = above.iter().flat_map(|line| &line.words).take(20);
    let mapped =
        best.fit.blocks.iter().flat_map(|block| block.columns.iter().map(|column| column.0));
    let is_hidden =
        |column: &u16| info.hidden_columns.iter().any(|(from, to)| (from..=to).contains(&column));
    let texts = header_lines(lines, best).iter().map(Line::texts);
    Found {
        mapping: best.fit.mapping,
        first_row: header_rows.last().map_or(1, |row| row + 1),
        header_rows,
        hidden_columns: mapped.filter(is_hidden).collect(),
        blocks: best.fit.blocks.clone(),
        unmapped: best.fit.unmapped.clone(),
        twice: best.fit.twice.clone(),
        score: best.fit.score,
        runner_up,
        title: titles.map(|word| word.text.to_owned()).collect(),
        heading_texts: texts.collect(),
    }
}

impl Found {
    fn add_heading(&mut self, line: &Line) {
        self.header_rows.push(line.number);
        self.first_row = line.number + 1;
        self.heading_texts.push(line.texts());
    }
}
