//! Damaged identity numbers of one document and whom each may belong to, for a person to choose from.

use std::{path::Path, sync::Arc};

use super::{
    ConvertError, Request, Wants, Witness, convert_before, read_options, report::shown_value,
};
use crate::{
    config::Catalogue,
    mapping::plan::InputMapping,
    model::{Batch, FieldType, Finding, Lang, Past, grid::column_letters},
    read,
    rules::identity::{Proposal, proposals},
    text::{mask, name},
};

/// A damaged number that somebody may be meant by.
#[derive(Clone, Debug)]
pub struct Damage {
    /// Its sheet; empty for text documents.
    pub sheet: String,
    /// Its cell, in A1 notation.
    pub address: String,
    /// Its column's heading.
    pub heading: String,
    /// What is wrong with it, in the request's language.
    pub message: String,
    /// The damaged text, masked.
    pub shown: String,
    /// The name beside it, masked.
    pub who: String,
    /// The damaged text. Not for people to look at.
    pub text: String,
    /// The name beside it, folded. Not for people to look at.
    pub folded: String,
    /// Who may be meant, the likeliest first.
    pub proposals: Vec<Proposal>,
    grid: u16,
    column: u16,
}

/// Finds the damaged numbers of a document whose owner may be known. The request's past is asked; nothing is written.
///
/// # Errors
/// The document cannot be read, or a mapping is wrong.
pub fn damages(
    catalogue: &Catalogue,
    document: &Path,
    request: &Request,
) -> Result<Vec<Damage>, ConvertError> {
    let request = Request { wants: Wants::Judgement, out: None, ..request.clone() };
    let mut seer = Seer { past: Arc::clone(&request.past), lang: request.lang, found: Vec::new() };
    let report = convert_before(&mut seer, catalogue, document, "", &request)?;
    let mut found = seer.found;
    let sheets = sheets(catalogue, document, &request)?;
    for damage in &mut found {
        let sheet = sheets.get(usize::from(damage.grid));
        damage.sheet = sheet.cloned().unwrap_or_default();
        let letters = column_letters(damage.column);
        let mut tables = report.tables.iter().filter(|table| table.sheet == damage.sheet);
        let columns = tables.find_map(|table| table.columns.iter().find(|c| c.column == letters));
        damage.heading = columns.map(|column| column.heading.clone()).unwrap_or_default();
    }
    Ok(found)
}

/// Names of the sheets, by their index.
fn sheets(
    catalogue: &Catalogue,
    document: &Path,
    request: &Request,
) -> Result<Vec<String>, ConvertError> {
    let options = read_options(catalogue, request)?;
    let mut opened = read::open(document, &options).map_err(ConvertError::Read)?;
    let mut sheets: Vec<String> = Vec::new();
    while let Some(grid) = opened.grids.next_grid().map_err(ConvertError::Read)? {
        let at = usize::from(grid.index);
        sheets.resize(sheets.len().max(at + 1), String::new());
        if let Some(sheet) = sheets.get_mut(at) {
            *sheet = grid.name;
        }
    }
    Ok(sheets)
}

/// Keeps the damaged numbers that pass by.
struct Seer {
    past: Arc<Past>,
    lang: Lang,
    found: Vec<Damage>,
}

impl Witness for Seer {
    fn begin(&mut self, _: Option<&str>) -> Result<(), ConvertError> {
        self.found.clear();
        Ok(())
    }

    fn see(
        &mut self,
        _: &Arc<InputMapping>,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        let is_damage =
            |finding: &&Finding| finding.field == "id_no" && !finding.candidates.is_empty();
        for finding in findings.iter().filter(is_damage) {
            let (beside, proposals) = proposals(&self.past, batch, finding);
            self.found.push(Damage {
                sheet: String::new(),
                address: finding.place.a1().unwrap_or_default(),
                heading: String::new(),
                message: finding.message(self.lang),
                shown: shown_value(finding).unwrap_or_default(),
                who: mask::mask(FieldType::Name, &beside),
                text: finding.value.clone(),
                folded: name::fold(&beside),
                proposals,
                grid: finding.place.grid,
                column: finding.place.column,
            });
        }
        Ok(())
    }

    fn keep(&mut self, _: &Batch, _: &[Finding]) -> Result<(), ConvertError> {
        Ok(())
    }

    fn end(&mut self) -> Result<Vec<Finding>, ConvertError> {
        Ok(Vec::new())
    }
}
