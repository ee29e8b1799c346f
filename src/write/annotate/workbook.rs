//! Annotating a workbook: the order in which its parts are looked at, changed and written.

use std::path::Path;

use super::{
    AnnotateError, Annotations,
    list::{List, sheet_name},
    parts::Parts,
    parts::book::{Book, Sheet, is_selected},
    parts::custom::{self, Memory},
    parts::rels::{
        add_default, add_override, add_relationship, drop_overrides, drop_relationships,
        relationships,
    },
    remarks::comments::{COMMENTS_TYPE, add_remarks},
    remarks::drawing::{DRAWING_TYPE, add_boxes},
    returned::{Returned, drop_lead, take_out},
    sheet::survey::{survey, table_rows, targets},
    sheet::{KeptRows, SheetEdit, SheetTraces, Target, rewrite_sheet},
    styles::Styles,
};
use crate::write::{
    deflate::Level,
    package::{PackageWriter, PartOptions},
    part_file::{PartFile, Published},
};

const STYLES_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// Writes a copy of a workbook (`.xlsx`, `.xlsm`) with its wrong cells marked.
///
/// What an earlier call added to the workbook is taken out first. A sheet that is too long is shortened
/// (see [`Annotations::max_full_rows`]); the list says so, and [`super::origin`] tells it.
///
/// # Errors
/// The original is no sound workbook, or the copy cannot be written; nothing is left behind then.
pub fn annotate_workbook(
    original: &Path,
    annotations: &Annotations<'_>,
    out: &Path,
) -> Result<Published, AnnotateError> {
    let mut parts = Parts::open(original)?;
    let mut book = Book::open(&mut parts)?;
    let returned = take_out(&mut parts, &mut book)?;
    let mut lines = Vec::new();
    if drop_signatures(&mut parts)? {
        let text = (
            "原文件的数字签名已去掉：文件一改动，签名就失效。",
            "The digital signature was dropped, since a changed workbook makes it void.",
        );
        lines.push(annotations.lang.pick(text.0, text.1).to_owned());
    }
    let mut copy = Copying { parts, book, annotations, lines, level: annotations.level };
    copy.write(&returned, out)
}

/// A worksheet on its way.
struct SheetPlan {
    part: String,
    targets: Vec<Target>,
    kept: Option<KeptRows>,
    selected: Option<bool>,
    /// Name of the comments part, and whether it is there already.
    comments: Option<(String, bool)>,
    /// Name and relationship of a new drawing, should the sheet have none.
    drawing: (String, String),
}

struct Copying<'a> {
    parts: Parts,
    book: Book,
    annotations: &'a Annotations<'a>,
    lines: Vec<String>,
    level: Level,
}

impl Copying<'_> {
    fn write(&mut self, returned: &Returned, out: &Path) -> Result<Published, AnnotateError> {
        let has_list = !self.annotations.is_empty();
        let plans = self.plan_sheets(returned)?;
        let is_partial = plans.iter().any(|plan| plan.kept.is_some());
        if is_partial {
            self.drop_calculation_chain()?;
        }
        let names: Vec<String> = self.grid_names();
        let styles_part = self.styles_part(has_list)?;
        let list = self.prepare_list(has_list)?;
        let mut styles = Styles::open(self.parts.read(&styles_part)?, self.book.dialect)?;
        let mut package = PackageWriter::create(out)?;
        if let Some(types) = self.parts.read(CONTENT_TYPES)? {
            let name = self.parts.take_over(CONTENT_TYPES);
            package.put_part(&name, &types, self.level)?;
        }
        for plan in &plans {
            let traces = self.write_sheet(plan, returned, &mut styles, &mut package)?;
            self.write_remarks(plan, traces)?;
        }
        if let Some((name, part)) = &list {
            let list = List {
                annotations: self.annotations,
                sheets: &names,
                lines: &self.lines,
                is_partial,
                formats: styles.list_formats(),
                dialect: self.book.dialect,
            };
            self.parts.take_over(part);
            package.begin(part, self.options())?;
            list.write(&mut |bytes| Ok(package.write(bytes)?))?;
            package.end()?;
            let (styles_text, fills) = styles.memory();
            let memory = Memory {
                sha256: self.annotations.sha256.to_owned(),
                sheet: name.clone(),
                active: self.book.active,
                styles: styles_text,
                fills,
                is_partial,
            };
            custom::write(&mut self.parts, &memory)?;
            self.parts.set(&styles_part, styles.finish());
        }
        self.parts.write_to(&mut package, self.level)?;
        let path = out.to_owned();
        package.finish()?.publish().map_err(|source| AnnotateError::Publish { path, source })
    }

    fn options(&self) -> PartOptions {
        PartOptions { level: self.level, workers: 0 }
    }

    fn grid_names(&self) -> Vec<String> {
        self.book.grids().map(|(_, sheet)| sheet.name.clone()).collect()
    }

    /// The worksheets that must change.
    fn plan_sheets(&mut self, returned: &Returned) -> Result<Vec<SheetPlan>, AnnotateError> {
        let sheets: Vec<(usize, Option<String>)> =
            self.book.grids().map(|(at, sheet)| (at, sheet.part.clone())).collect();
        let has_list = !self.annotations.is_empty();
        let mut plans = Vec::new();
        for (grid, (at, part)) in sheets.into_iter().enumerate() {
            let Some(part) = part else { continue };
            let (first, marks) = self.annotations.of_grid(grid as u16);
            let (targets, kept) = match marks.is_empty() {
                true => (Vec::new(), None),
                false => {
                    let limit = self.annotations.max_full_rows;
                    let seen = match self.parts.stream(&part)? {
                        Some(mut stream) => survey(&mut stream, &part, limit)?,
                        None => continue,
                    };
                    let targets = targets(marks, first, &seen.merges);
                    let is_short = seen.is_long && !targets.is_empty();
                    let kept = is_short.then(|| self.annotations.kept_rows(grid as u16));
                    (targets, kept)
                }
            };
            let selected = match has_list {
                true => self.is_selected(&part)?.then_some(false),
                false => (returned.is_ours && at == self.book.active).then_some(true),
            };
            let is_untouched = targets.is_empty()
                && selected.is_none()
                && returned.restyle.is_empty()
                && !returned.drawings.contains_key(&part);
            if !is_untouched {
                plans.push(self.plan_sheet(part, targets, kept, selected)?);
            }
        }
        Ok(plans)
    }

    fn plan_sheet(
        &mut self,
        part: String,
        targets: Vec<Target>,
        kept: Option<KeptRows>,
        selected: Option<bool>,
    ) -> Result<SheetPlan, AnnotateError> {
        let mut plan = SheetPlan {
            part,
            targets,
            kept,
            selected,
            comments: None,
            drawing: Default::default(),
        };
        let leads = relationships(&mut self.parts, &plan.part)?;
        if let Some(kept) = &mut plan.kept {
            for lead in leads.iter().filter(|one| one.kind == "table") {
                let xml = self.parts.read(&lead.target)?.unwrap_or_default();
                kept.rows.extend(table_rows(&xml));
            }
            kept.rows.sort_unstable();
        }
        if plan.targets.is_empty() {
            return Ok(plan);
        }
        let there = leads.iter().find(|one| one.kind == "comments" && self.parts.has(&one.target));
        let rels = self.book.dialect.rels;
        plan.comments = Some(match there {
            Some(lead) => (lead.target.clone(), true),
            None => {
                let name = self.reserve("xl/comments", ".xml");
                add_override(&mut self.parts, &name, COMMENTS_TYPE)?;
                add_relationship(&mut self.parts, &plan.part, &format!("{rels}/comments"), &name)?;
                (name, false)
            }
        });
        let drawing = self.reserve("xl/drawings/vmlDrawing", ".vml");
        add_default(&mut self.parts, "vml", DRAWING_TYPE)?;
        let kind = format!("{rels}/vmlDrawing");
        let id = add_relationship(&mut self.parts, &plan.part, &kind, &drawing)?;
        plan.drawing = (drawing, id);
        Ok(plan)
    }

    fn reserve(&mut self, prefix: &str, suffix: &str) -> String {
        let name = self.parts.fresh_name(prefix, suffix);
        self.parts.set(&name, Vec::new());
        name
    }

    fn is_selected(&mut self, part: &str) -> Result<bool, AnnotateError> {
        use std::io::Read;
        let mut head = Vec::new();
        if let Some(stream) = self.parts.stream(part)? {
            let read = stream.take(1 << 14).read_to_end(&mut head);
            read.map_err(|source| AnnotateError::Read { path: part.into(), source })?;
        }
        Ok(is_selected(&head))
    }

    /// Name of the styles part; makes one if the workbook has none and needs one.
    fn styles_part(&mut self, is_needed: bool) -> Result<String, AnnotateError> {
        let leads = relationships(&mut self.parts, &self.book.part)?;
        let lead =
            leads.into_iter().find(|one| one.kind == "styles" && self.parts.has(&one.target));
        if let Some(lead) = lead {
            return Ok(lead.target);
        }
        let name = self.parts.fresh_name("xl/styles", ".xml");
        if is_needed {
            let kind = format!("{}/styles", self.book.dialect.rels);
            add_relationship(&mut self.parts, &self.book.part, &kind, &name)?;
            add_override(&mut self.parts, &name, STYLES_TYPE)?;
        }
        Ok(name)
    }

    /// Puts the list's sheet into the workbook; gives its name and part.
    fn prepare_list(&mut self, has_list: bool) -> Result<Option<(String, String)>, AnnotateError> {
        if !has_list {
            return Ok(None);
        }
        let name = self.book.free_name(sheet_name(self.annotations.lang));
        let part = self.reserve("xl/worksheets/sheet", ".xml");
        self.book.put_first(&mut self.parts, &name, &part)?;
        custom::prepare(&mut self.parts, self.book.dialect)?;
        Ok(Some((name, part)))
    }

    fn write_sheet(
        &mut self,
        plan: &SheetPlan,
        returned: &Returned,
        styles: &mut Styles,
        package: &mut PackageWriter<PartFile>,
    ) -> Result<SheetTraces, AnnotateError> {
        let options = self.options();
        let name = self.parts.take_over(&plan.part);
        let edit = SheetEdit {
            targets: &plan.targets,
            restyle: &returned.restyle,
            kept: plan.kept.as_ref(),
            selected: plan.selected,
            drop_legacy: returned.drawings.get(&plan.part).map(String::as_str),
            new_legacy: (self.book.dialect.rels, &plan.drawing.1),
        };
        let Some(mut stream) = self.parts.stream(&plan.part)? else {
            return Ok(SheetTraces::default());
        };
        package.begin(&name, options)?;
        let mut sink = |bytes: &[u8]| Ok(package.write(bytes)?);
        let traces = rewrite_sheet(&mut stream, &mut sink, &plan.part, &edit, styles)?;
        package.end()?;
        if plan.kept.is_some() {
            let limit = self.annotations.max_full_rows;
            let is_it = |sheet: &&Sheet| sheet.part.as_ref() == Some(&plan.part);
            let name = self.book.sheets.iter().find(is_it).map_or("", |sheet| &sheet.name);
            self.lines.push(short_line(self.annotations.lang, name, Some(limit)));
        }
        Ok(traces)
    }

    /// Writes the comments and boxes of the cells that were marked.
    fn write_remarks(
        &mut self,
        plan: &SheetPlan,
        traces: SheetTraces,
    ) -> Result<(), AnnotateError> {
        let Some((comments, is_there)) = &plan.comments else { return Ok(()) };
        let remarks = self.annotations.remarks(&traces.noted);
        let old = if *is_there { self.parts.read(comments)? } else { None };
        let (xml, boxed) = add_remarks(old, self.book.dialect, remarks)?;
        self.parts.set(comments, xml);
        let (drawing, id) = &plan.drawing;
        let Some(legacy) = &traces.legacy else {
            self.parts.set(drawing, add_boxes(None, &boxed, &traces.columns));
            return Ok(());
        };
        // The sheet has a drawing already: the boxes go there.
        self.parts.drop_part(drawing);
        drop_relationships(&mut self.parts, &plan.part, &[id])?;
        let leads = relationships(&mut self.parts, &plan.part)?;
        if let Some(lead) = leads.into_iter().find(|one| &one.id == legacy) {
            let old = self.parts.read(&lead.target)?;
            self.parts.set(&lead.target, add_boxes(old, &boxed, &traces.columns));
        }
        Ok(())
    }

    /// Drops the order of calculation, which names formulas that a shortened sheet lacks; programs
    /// make it anew.
    fn drop_calculation_chain(&mut self) -> Result<(), AnnotateError> {
        let part = self.book.part.clone();
        for lead in relationships(&mut self.parts, &part)? {
            if lead.kind == "calcChain" {
                drop_lead(&mut self.parts, &part, &lead)?;
            }
        }
        Ok(())
    }
}

/// The line that says that a sheet is shortened; `limit` if that is because it has more rows.
pub(super) fn short_line(lang: crate::model::Lang, sheet: &str, limit: Option<u32>) -> String {
    let over = |[before, after]: [&str; 2]| {
        limit.map_or_else(String::new, |limit| format!("{before}{limit}{after}"))
    };
    match lang {
        crate::model::Lang::Zh => format!(
            "工作表「{sheet}」{}是节选：这里只留下标题行和有问题的行，行号与原文件相同，公式只留结果。请在原来的文件里改，不要提交本表。",
            over(["超过 ", " 行，"])
        ),
        crate::model::Lang::En => format!(
            "Sheet \"{sheet}\" {}is shortened: only headings and rows with findings are here, at their own row numbers, formulas as values. Mend the original, do not hand this one in.",
            over(["has more than ", " rows and "])
        ),
    }
}

/// Drops the signatures of a signed package, which no longer hold; tells whether there were any.
fn drop_signatures(parts: &mut Parts) -> Result<bool, AnnotateError> {
    let names = parts.names_in("_xmlsignatures/");
    if names.is_empty() {
        return Ok(false);
    }
    for name in &names {
        parts.drop_part(name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    drop_overrides(parts, &names)?;
    for lead in relationships(parts, "")? {
        if lead.target.to_ascii_lowercase().starts_with("_xmlsignatures/") {
            drop_relationships(parts, "", &[&lead.id])?;
        }
    }
    Ok(true)
}
