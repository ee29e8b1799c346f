//! What happens to each part of a template, decided before the first row is written.

use std::ops::Range;

use crate::{
    model::grid,
    write::{
        TemplateFault, WriteError,
        plan::{ColumnSource, Target, TargetColumn, Template},
    },
};

use super::{
    parts::{Parts, Relation, broken, each_tag, relations_name},
    ranges::{Cover, Fill, extended_areas, extended_list},
    sheet::{CellText, Sheet},
    workbook::{Workbook, removed},
    xml::{Patch, patched},
};

/// What happens to a part.
#[derive(Debug)]
pub(super) enum PartPlan {
    /// Copied byte for byte.
    Copy,
    /// Left out.
    Drop,
    /// Written with this text.
    Replace(String),
    /// Filled.
    Sheet,
    /// Written when the number of rows is known.
    Follow(Follower),
}

/// A part that may have to follow the rows.
#[derive(Debug)]
pub(super) struct Follower {
    xml: String,
    /// Reference texts and what they cover, in rising order.
    spans: Vec<(Range<usize>, Cover)>,
    /// Changes that do not depend on the rows.
    fixed: Vec<Patch>,
}

impl Follower {
    /// The part's text after a fill; `None` if it stays as it is.
    pub(super) fn text(&self, fill: Fill) -> Option<String> {
        let mut patches = self.fixed.clone();
        for (span, cover) in &self.spans {
            let old = self.xml.get(span.clone()).unwrap_or_default();
            let is_area = old.contains('!');
            let longer = if is_area { extended_areas } else { extended_list };
            if let Some(text) = longer(old, *cover, fill) {
                patches.push(Patch { span: span.clone(), text });
            }
        }
        patches.sort_by_key(|patch| patch.span.start);
        (!patches.is_empty()).then(|| patched(&self.xml, 0..self.xml.len(), &patches))
    }
}

/// A template understood.
#[derive(Debug)]
pub(super) struct Layout {
    /// The sheet to fill.
    pub(super) sheet: Sheet,
    /// Whether serial days count from 1904.
    pub(super) is_1904: bool,
    /// One plan per member of the package.
    pub(super) plans: Vec<PartPlan>,
}

impl Layout {
    /// Reads a template and checks that it fits its target.
    ///
    /// # Errors
    /// The template is broken, lacks the sheet, or a heading does not stand where the target says.
    pub(super) fn read(target: &Target, template: &Template) -> Result<Layout, WriteError> {
        let fault = |fault| WriteError::Template { template: template.path.clone(), fault };
        let (layout, strings) = read(target, template).map_err(fault)?;
        for column in &target.columns {
            layout.check_heading(column, template, &strings)?;
        }
        Ok(layout)
    }

    fn check_heading(
        &self,
        column: &TargetColumn,
        template: &Template,
        strings: &[String],
    ) -> Result<(), WriteError> {
        let place = (template.heading_row, column.column);
        let found = self.text_at(place, strings);
        if squeezed(&found) == squeezed(&column.heading) {
            return Ok(());
        }
        Err(WriteError::TemplateColumn {
            template: template.path.clone(),
            heading: column.heading.clone(),
            cell: grid::a1(place.0, place.1),
            found,
        })
    }

    /// The text that people see in a cell: a merged range shows that of its first cell.
    fn text_at(&self, (row, column): (u32, u16), strings: &[String]) -> String {
        let merge = self.sheet.merges.iter().find(|merge| {
            (merge.top..=merge.bottom).contains(&row)
                && (merge.left..=merge.right).contains(&column)
        });
        let place = merge.map_or((row, column), |merge| (merge.top, merge.left));
        match self.sheet.headings.get(&place) {
            Some(CellText::Plain(text)) => text.clone(),
            Some(CellText::Shared(index)) => strings.get(*index).cloned().unwrap_or_default(),
            None => String::new(),
        }
    }
}

fn squeezed(heading: &str) -> String {
    heading.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{200B}').collect()
}

fn read(target: &Target, template: &Template) -> Result<(Layout, Vec<String>), TemplateFault> {
    let mut parts = Parts::open(&template.bytes)?;
    let workbook_part = target_of(&parts.relations("")?, "officeDocument")?;
    let workbook = Workbook::read(&workbook_part, parts.text(&workbook_part)?, &template.sheet)?;
    let relations = parts.relations(&workbook_part)?;
    let sheet_part = relations
        .iter()
        .find(|relation| relation.id == workbook.sheet_relation)
        .map(|relation| relation.target.clone())
        .ok_or_else(|| TemplateFault::NoSheet(template.sheet.clone()))?;
    let counters: Vec<u16> = target
        .columns
        .iter()
        .filter(|column| column.source == ColumnSource::Counter)
        .map(|column| column.column)
        .collect();
    let rows = (template.heading_row, template.first_row);
    let sheet = Sheet::read(parts.text(&sheet_part)?, rows, &counters)
        .map_err(|position| broken(&sheet_part, position))?;
    if !sheet.has_rows() {
        return Err(TemplateFault::NoSheetData(sheet_part));
    }
    let strings = match target_of(&relations, "sharedStrings") {
        Ok(part) if sheet.headings.values().any(|text| matches!(text, CellText::Shared(_))) => {
            parts.shared_strings(&part)?
        }
        _ => Vec::new(),
    };
    let mut plans: Vec<PartPlan> = (0..parts.count()).map(|_| PartPlan::Copy).collect();
    set(&mut plans, parts.index(&sheet_part), PartPlan::Sheet);
    plan_tables(&mut parts, &sheet_part, &mut plans)?;
    let calc_chain = target_of(&relations, "calcChain").ok();
    let has_formulas = sheet.has_formulas || calc_chain.is_some();
    let follower = Follower {
        fixed: workbook.calculation_patch(has_formulas).into_iter().collect(),
        spans: workbook.areas,
        xml: workbook.xml,
    };
    if !follower.fixed.is_empty() || !follower.spans.is_empty() {
        set(&mut plans, parts.index(&workbook_part), PartPlan::Follow(follower));
    }
    if let Some(chain) = calc_chain.filter(|_| sheet.replaces_formulas) {
        drop_part(&mut parts, &workbook_part, &chain, &mut plans)?;
    }
    Ok((Layout { sheet, is_1904: workbook.is_1904, plans }, strings))
}

fn target_of(relations: &[Relation], kind: &str) -> Result<String, TemplateFault> {
    let found = relations.iter().find(|relation| relation.kind == kind);
    found
        .map(|relation| relation.target.clone())
        .ok_or_else(|| TemplateFault::NoPart(kind.to_owned()))
}

fn set(plans: &mut [PartPlan], index: Option<usize>, plan: PartPlan) {
    if let Some(place) = index.and_then(|index| plans.get_mut(index)) {
        *place = plan;
    }
}

/// The sheet's tables follow the rows, and so do their filters.
fn plan_tables(
    parts: &mut Parts<'_>,
    sheet_part: &str,
    plans: &mut [PartPlan],
) -> Result<(), TemplateFault> {
    for relation in parts.relations(sheet_part)? {
        if relation.kind != "table" {
            continue;
        }
        let xml = parts.text(&relation.target)?;
        let mut spans = Vec::new();
        let mut has_totals = false;
        each_tag(&relation.target, &xml, |tag| {
            if matches!(tag.name, "table" | "autoFilter") {
                spans.extend(tag.value_span("ref").map(|span| (span, Cover::Table)));
            }
            has_totals |= tag.value("totalsRowCount").is_some_and(|count| count != "0");
        })?;
        // A row of totals ends its table; rows never get past it, for it has text of its own.
        if !has_totals {
            let follower = Follower { xml, spans, fixed: Vec::new() };
            set(plans, parts.index(&relation.target), PartPlan::Follow(follower));
        }
    }
    Ok(())
}

/// Leaves a part out, together with its content type and the workbook's relationship to it.
fn drop_part(
    parts: &mut Parts<'_>,
    workbook_part: &str,
    part: &str,
    plans: &mut [PartPlan],
) -> Result<(), TemplateFault> {
    set(plans, parts.index(part), PartPlan::Drop);
    let last = part.rsplit('/').next().unwrap_or(part).to_owned();
    for (name, attribute) in
        [("[Content_Types].xml".to_owned(), "PartName"), (relations_name(workbook_part), "Target")]
    {
        let xml = parts.text(&name)?;
        let text = removed(&name, &xml, |tag| {
            tag.value(attribute).is_some_and(|value| value.rsplit('/').next() == Some(&last))
        })?;
        set(plans, parts.index(&name), PartPlan::Replace(text));
    }
    Ok(())
}
