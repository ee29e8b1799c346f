//! One to three rows taken as headings: what each column is called, in every way that could be meant.

use std::borrow::Cow;

use crate::model::Range;

use super::lines::{Line, merge_over};

/// What stands over one column.
pub(super) struct Heading<'l> {
    pub column: u16,
    /// As the sender wrote it; group and leaf are joined by `/`.
    pub written: Cow<'l, str>,
    /// Normalised texts to look up, the most telling first.
    pub readings: Vec<Cow<'l, str>>,
}

/// Rows taken as headings.
pub(super) struct Window<'l, 'c> {
    /// From the topmost row to the leaves.
    pub lines: &'l [Line<'c>],
    pub merges: &'l [Range],
}

/// One part of a stacked heading.
struct Part<'l> {
    text: &'l str,
    plain: &'l str,
    /// Whether it stands over this column alone.
    is_own: bool,
}

impl<'l, 'c> Window<'l, 'c> {
    /// The headings of all columns that have one, in column order.
    pub(super) fn headings(&self) -> Vec<Heading<'_>> {
        self.columns().into_iter().filter_map(|column| self.heading(column)).collect()
    }

    /// How many cells look like values, of all cells.
    pub(super) fn values_share(&self) -> f32 {
        let words = self.lines.iter().flat_map(|line| &line.words);
        let (mut values, mut all) = (0u32, 0u32);
        for word in words {
            all += 1;
            values += u32::from(word.is_value);
        }
        values as f32 / all.max(1) as f32
    }

    /// The lowest row that a merged cell of these rows reaches down to; the last row if none does.
    pub(super) fn bottom(&self) -> u32 {
        let last = self.lines.last().map_or(0, |line| line.number);
        let words = self.lines.iter().flat_map(|line| {
            line.words.iter().map(|word| merge_over(self.merges, line.number, word.column))
        });
        words.flatten().map(|range| range.bottom).fold(last, u32::max)
    }

    fn columns(&self) -> Vec<u16> {
        let words = self.lines.iter().flat_map(|line| &line.words);
        let mut columns: Vec<u16> = words.map(|word| word.column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn heading(&self, column: u16) -> Option<Heading<'_>> {
        let parts = self.parts(column);
        let leaf = parts.last()?;
        let mut readings = Vec::with_capacity(parts.len() + 1);
        for from in 0..parts.len() {
            readings.push(match parts.get(from..) {
                Some([only]) => Cow::Borrowed(only.plain),
                rest => rest.unwrap_or_default().iter().map(|part| part.plain).collect(),
            });
        }
        // A remark under a heading ("(18位)", "例：张三") names nothing; what stands over it does.
        if let [.., over, _] = parts.as_slice()
            && over.is_own
            && is_remark(leaf.plain)
        {
            readings.push(Cow::Borrowed(over.plain));
        }
        for at in 0..readings.len() {
            let shorter = readings.get(at).and_then(|reading| without_remark(reading));
            readings.extend(shorter.map(Cow::Owned));
        }
        let written = match parts.as_slice() {
            [only] => Cow::Borrowed(only.text),
            _ => parts.iter().map(|part| part.text).collect::<Vec<_>>().join("/").into(),
        };
        Some(Heading { column, written, readings })
    }

    /// The texts over a column from top to bottom, groups filled in, each text once.
    fn parts(&self, column: u16) -> Vec<Part<'_>> {
        let mut parts: Vec<Part> = Vec::with_capacity(self.lines.len());
        let (last, upper) = match self.lines.split_last() {
            Some(split) => split,
            None => return parts,
        };
        let has_leaf = last.at(column).is_some_and(|word| !word.plain.is_empty());
        for line in upper {
            if let Some(part) = self.over(line, column, has_leaf)
                && parts.last().is_none_or(|before| before.plain != part.plain)
            {
                parts.push(part);
            }
        }
        if let Some(word) = last.at(column).filter(|word| !word.plain.is_empty())
            && parts.last().is_none_or(|before| before.plain != word.plain)
        {
            parts.push(Part { text: word.text, plain: &word.plain, is_own: true });
        }
        parts
    }

    /// What an upper row says about a column: its own cell, the merged cell over it, or, where merges
    /// are not known, the text to its left.
    fn over<'s>(&'s self, line: &'s Line<'c>, column: u16, has_leaf: bool) -> Option<Part<'s>> {
        let own = line.at(column);
        let word = match own {
            Some(word) => word,
            None => match merge_over(self.merges, line.number, column) {
                Some(range) => {
                    let top = self.lines.iter().find(|above| above.number == range.top)?;
                    top.at(range.left)?
                }
                None if has_leaf && !self.knows_merges(line) => line.left_of(column)?,
                None => return None,
            },
        };
        let is_own = own.is_some()
            && merge_over(self.merges, line.number, column)
                .is_none_or(|range| range.left == range.right)
            && line.next_column(column).saturating_sub(column) == 1;
        let part = Part { text: word.text, plain: &word.plain, is_own };
        (!part.plain.is_empty()).then_some(part)
    }

    fn knows_merges(&self, line: &Line) -> bool {
        self.merges
            .iter()
            .take_while(|range| range.top <= line.number)
            .any(|range| range.bottom >= line.number && range.left < range.right)
    }
}

/// Whether a normalised text only explains the heading over it.
pub(super) fn is_remark(plain: &str) -> bool {
    let starts = ["(", "[", "【", "例", "如", "格式", "请", "限", "必填", "选填"];
    starts.iter().any(|start| plain.starts_with(start))
}

/// A heading without the bracketed remark at its end: `身份证号(18位)` → `身份证号`.
fn without_remark(plain: &str) -> Option<String> {
    for (open, close) in [('(', ')'), ('[', ']'), ('【', '】')] {
        if plain.ends_with(close)
            && let Some(at) = plain.find(open).filter(|at| *at > 0)
        {
            return plain.get(..at).map(str::to_owned);
        }
    }
    None
}
