//! What the sender is told about the layout.

use std::sync::Arc;

use super::{Found, Outcome};
use crate::{
    mapping::plan::InputMapping,
    model::{Finding, GridInfo, Lang, Place, codes::layout, grid::column_letters},
};

impl Outcome {
    /// The finding that tells why a grid was not converted; `None` for a table, and for a blank grid.
    pub fn finding(&self, mappings: &[Arc<InputMapping>], info: &GridInfo) -> Option<Finding> {
        let label =
            |at: &usize, lang: Lang| mappings.get(*at).map_or("", |mapping| mapping.label(lang));
        let at_row = |rows: &[u32]| match rows.last() {
            Some(row) => Place::row(info.index, *row),
            None => Place::grid(info.index),
        };
        match self {
            Outcome::Found(_) | Outcome::Blank => None,
            Outcome::NotATable(why) if why.known.is_empty() => {
                Some(Finding::new(&layout::NO_HEADINGS, Place::grid(info.index)))
            }
            Outcome::NotATable(why) => {
                let place = Place::row(info.index, why.row);
                let finding = Finding::new(&layout::LAYOUT_UNKNOWN, place);
                Some(finding.arg(why.row.to_string()).arg(why.known.join("、")))
            }
            Outcome::Unclear { header_rows, candidates } => {
                let labels = |lang, stroke: &str| {
                    let labels: Vec<_> = candidates.iter().map(|(at, _)| label(at, lang)).collect();
                    labels.join(stroke)
                };
                let finding = Finding::new(&layout::LAYOUT_UNCLEAR, at_row(header_rows));
                Some(finding.arg(labels(Lang::Zh, "、")).arg(labels(Lang::En, ", ")))
            }
            Outcome::Lacks { mapping, header_rows, missing } => {
                let finding = Finding::new(&layout::COLUMN_MISSING, at_row(header_rows));
                let finding = finding.arg(label(mapping, Lang::Zh)).arg(missing.join("、"));
                Some(finding.arg(label(mapping, Lang::En)))
            }
        }
    }
}

impl Found {
    /// What is to say about the columns before any row is converted: those that the mapping does not
    /// know, and those that mean the same as another.
    pub fn findings(&self, mapping: &InputMapping, info: &GridInfo) -> Vec<Finding> {
        let mut findings = Vec::new();
        let row = self.header_rows.last().copied().unwrap_or_default();
        for (column, used, index) in &self.twice {
            let label = mapping.columns.get(*index).map_or("", |column| column.field.label);
            let place = Place::cell(info.index, row, *column);
            let finding = Finding::new(&layout::HEADING_TWICE, place).arg(label);
            let finding = finding.arg(column_letters(*used)).arg(column_letters(*column));
            findings.push(finding);
        }
        let is_twice = |column: u16| self.twice.iter().any(|twice| twice.0 == column);
        let unknown: Vec<String> = self
            .unmapped
            .iter()
            .filter(|(column, _)| !is_twice(*column))
            .map(|(column, heading)| format!("{} {heading}", column_letters(*column)))
            .collect();
        if !unknown.is_empty() {
            let finding = Finding::new(&layout::UNMAPPED_COLUMNS, Place::row(info.index, row));
            let finding = finding.arg(unknown.join("、")).arg(mapping.label(Lang::Zh));
            findings.push(finding.arg(mapping.label(Lang::En)));
        }
        findings
    }
}

impl InputMapping {
    /// What people call it, in a language.
    pub fn label(&self, lang: Lang) -> &str {
        lang.pick(&self.label[0], &self.label[1])
    }
}
