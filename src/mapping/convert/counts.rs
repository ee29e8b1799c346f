//! What a table's rows were, counted, so that rows in equal records plus rows skipped.

use super::{rows::RowKind, tally::Count};
use crate::model::{Chunk, Finding, Place, Row, codes::layout};

/// The rows of one table. `rows` is the number of rows that made records plus all of `skipped` but the
/// blank ones; it equals `records` plus those where there is one person per row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Rows below the headings that have content; rows with nothing but a serial number have none.
    pub rows: u64,
    /// Records made, held ones included.
    pub records: u64,
    /// Hidden or filtered rows among the rows that made records.
    pub hidden: u64,
    /// Rows that made none.
    pub skipped: Skipped,
}

/// Rows that are no records, by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Blank rows between rows with content, and rows that only have a serial number or dashes.
    pub blank: u64,
    /// The footer and what follows it.
    pub footer: u64,
    /// Subtotals.
    pub subtotal: u64,
    /// Samples, known by their mark.
    pub sample: u64,
    /// Headings, titles and page numbers printed again.
    pub repeated_heading: u64,
    /// Rows that name a section of the table.
    pub section: u64,
}

/// Counts rows as they pass.
#[derive(Default)]
pub(super) struct Counters {
    pub counts: TableCounts,
    last_row: u32,
    hidden: Count,
    footer: Count,
    after_footer: Count,
    subtotal: Count,
    sample: Count,
    section: Count,
    heading: Count,
}

impl Counters {
    pub(super) fn new(first_row: u32) -> Counters {
        Counters { last_row: first_row.saturating_sub(1), ..Counters::default() }
    }

    pub(super) fn add(&mut self, kind: RowKind, place: Place, row: &Row, chunk: &Chunk) {
        let skipped = &mut self.counts.skipped;
        let (number, count) = match kind {
            RowKind::Blank => {
                // Rows of white space at the end of a sheet are not worth a word; numbered ones are
                // counted when a row with content follows, or at once if they have text.
                if has_text(row, chunk) {
                    skipped.blank += u64::from(row.number - self.last_row);
                    self.last_row = row.number;
                }
                return;
            }
            RowKind::Record => {
                if row.is_hidden {
                    self.counts.hidden += 1;
                    self.hidden.add(place);
                }
                (&mut 0, None)
            }
            RowKind::Footer => (&mut skipped.footer, Some(&mut self.footer)),
            RowKind::AfterFooter => {
                self.after_footer.add(place);
                (&mut skipped.footer, Some(&mut self.footer))
            }
            RowKind::Subtotal => (&mut skipped.subtotal, Some(&mut self.subtotal)),
            RowKind::Sample => (&mut skipped.sample, Some(&mut self.sample)),
            RowKind::Section => (&mut skipped.section, Some(&mut self.section)),
            RowKind::Heading => (&mut skipped.repeated_heading, Some(&mut self.heading)),
            RowKind::Moved => (&mut skipped.repeated_heading, None),
        };
        *number += 1;
        if let Some(count) = count {
            count.add(place);
        }
        self.counts.rows += 1;
        self.counts.skipped.blank += u64::from(row.number.saturating_sub(self.last_row + 1));
        self.last_row = row.number;
    }

    /// The findings that tell the counts, by row.
    pub(super) fn findings(&self, grid: u16, first_row: u32) -> Vec<Finding> {
        let headings = Place::row(grid, first_row.saturating_sub(1));
        let is_empty = self.counts.records == 0;
        let with_row =
            |count: &Count, code| Some(count.finding(code)?.arg(count.first_row().to_string()));
        let told = [
            is_empty.then(|| Finding::new(&layout::ONLY_HEADINGS, headings)),
            self.hidden.finding(&layout::HIDDEN_ROWS),
            with_row(&self.footer, &layout::FOOTER_ROWS),
            with_row(&self.after_footer, &layout::ROWS_AFTER_FOOTER),
            self.sample.finding(&layout::SAMPLE_ROWS),
            self.subtotal.finding(&layout::SUBTOTAL_ROWS),
            self.section.finding(&layout::SECTION_ROWS),
            self.heading.finding(&layout::HEADING_REPEATED),
        ];
        let mut findings: Vec<Finding> = told.into_iter().flatten().collect();
        findings.sort_by_key(|finding| finding.place);
        findings
    }
}

fn has_text(row: &Row, chunk: &Chunk) -> bool {
    chunk.cells_of(row).iter().any(|cell| !chunk.text_of(cell).trim().is_empty())
}
