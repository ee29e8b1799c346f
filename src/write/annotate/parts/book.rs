//! The workbook part: which sheets there are, our sheet put before them or taken out again.

use crate::write::annotate::{
    AnnotateError,
    parts::Parts,
    parts::rels::{
        add_override, add_relationship, drop_overrides, drop_relationships, relationships,
        rels_name,
    },
    xml::escape::escape_attribute,
    xml::{Element, Splices, attributes, number_attribute, root, with_attribute},
};

/// The two dialects of the format (ECMA-376 part 4 transitional, part 1 strict).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::write::annotate) struct Dialect {
    /// Namespace of sheets, styles and comments.
    pub main: &'static str,
    /// Namespace of `r:id`, and the beginning of relationship types.
    pub rels: &'static str,
}

/// What nearly every program writes.
pub(in crate::write::annotate) const TRANSITIONAL: Dialect = Dialect {
    main: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    rels: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
};

const STRICT: Dialect = Dialect {
    main: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    rels: "http://purl.oclc.org/ooxml/officeDocument/relationships",
};

impl Dialect {
    /// Whether a part's root declares the strict dialect's namespace, or else the usual one.
    fn of(xml: &[u8], root: &Element) -> Dialect {
        let declares =
            |one: crate::write::annotate::xml::Attribute<'_>| one.value == STRICT.main.as_bytes();
        if attributes(root.tag.bytes(xml)).any(declares) { STRICT } else { TRANSITIONAL }
    }
}

/// Content type of a worksheet.
pub(in crate::write::annotate) const WORKSHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

/// One sheet of the workbook.
#[derive(Clone, Debug)]
pub(in crate::write::annotate) struct Sheet {
    /// Its name.
    pub name: String,
    /// Its relationship.
    id: String,
    /// Whether it is a worksheet (no chart, dialog or macro sheet).
    is_grid: bool,
    /// Its part, if the package has it.
    pub part: Option<String>,
}

/// What is known of the workbook.
#[derive(Clone, Debug)]
pub(in crate::write::annotate) struct Book {
    /// Name of the workbook part.
    pub part: String,
    /// Its dialect.
    pub dialect: Dialect,
    /// All sheets, in their order.
    pub sheets: Vec<Sheet>,
    /// Position of the sheet that shows when the workbook is opened.
    pub active: usize,
}

fn broken(part: &str) -> AnnotateError {
    AnnotateError::Part { name: part.to_owned(), what: "is no workbook" }
}

impl Book {
    /// Reads the workbook part.
    pub(in crate::write::annotate) fn open(parts: &mut Parts) -> Result<Book, AnnotateError> {
        let found = relationships(parts, "")?
            .into_iter()
            .find(|one| one.kind == "officeDocument" && parts.has(&one.target));
        let part = found.map_or_else(|| "xl/workbook.xml".to_owned(), |one| one.target);
        let xml = parts.read(&part)?.ok_or_else(|| broken(&part))?;
        let root = root(&xml).ok_or_else(|| broken(&part))?;
        let leads = relationships(parts, &part)?;
        let mut sheets = Vec::new();
        for element in root.child(&xml, "sheets").map_or(Vec::new(), |sheets| sheets.children(&xml))
        {
            let id = sheet_id(element.tag.bytes(&xml));
            let lead = leads.iter().find(|one| one.id == id);
            // As the reader does: without a relationship, the usual name is tried.
            let usual = || format!("xl/worksheets/sheet{}.xml", sheets.len() + 1);
            let part = lead.map_or_else(usual, |one| one.target.clone());
            sheets.push(Sheet {
                name: element.tag.text_attribute(&xml, "name").unwrap_or_default(),
                is_grid: lead.is_none_or(|one| one.kind.eq_ignore_ascii_case("worksheet")),
                part: Some(part).filter(|part| parts.has(part)),
                id,
            });
        }
        let view =
            root.child(&xml, "bookViews").and_then(|views| views.child(&xml, "workbookView"));
        let active = view.and_then(|view| number_attribute(view.tag.bytes(&xml), "activeTab"));
        // Some programs name a sheet that is not there; the last one shows then.
        let active = (active.unwrap_or(0) as usize).min(sheets.len().saturating_sub(1));
        let dialect = Dialect::of(&xml, &root);
        Ok(Book { part, dialect, sheets, active })
    }

    /// The worksheets with their position among all sheets, in their order: these are the grids.
    pub(in crate::write::annotate) fn grids(&self) -> impl Iterator<Item = (usize, &Sheet)> {
        self.sheets.iter().enumerate().filter(|(_, sheet)| sheet.is_grid)
    }

    /// The name as wanted, or with a number when a sheet has it already.
    pub(in crate::write::annotate) fn free_name(&self, wanted: &str) -> String {
        let is_free = |name: &String| {
            self.sheets.iter().all(|sheet| sheet.name.to_lowercase() != name.to_lowercase())
        };
        let numbered = (2..).map(|number: u32| format!("{wanted} ({number})"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// Puts a sheet first, whose part the caller writes; shifts what counts sheets.
    pub(in crate::write::annotate) fn put_first(
        &self,
        parts: &mut Parts,
        name: &str,
        sheet_part: &str,
    ) -> Result<(), AnnotateError> {
        let kind = format!("{}/worksheet", self.dialect.rels);
        let id = add_relationship(parts, &self.part, &kind, sheet_part)?;
        add_override(parts, sheet_part, WORKSHEET_TYPE)?;
        let xml = parts.read(&self.part)?.ok_or_else(|| broken(&self.part))?;
        let root = root(&xml).ok_or_else(|| broken(&self.part))?;
        let sheets = root.child(&xml, "sheets").ok_or_else(|| broken(&self.part))?;
        let taken = sheets.children(&xml);
        let number = |one: &Element| number_attribute(one.tag.bytes(&xml), "sheetId");
        let fresh = taken.iter().filter_map(number).max().unwrap_or(0).saturating_add(1);
        let prefix = sheets.tag.prefix(&xml);
        let mut tag =
            format!("<{prefix}sheet xmlns:r=\"{}\" name=\"", self.dialect.rels).into_bytes();
        escape_attribute(name, &mut tag);
        tag.extend_from_slice(format!("\" sheetId=\"{fresh}\" r:id=\"{id}\"/>").as_bytes());
        let mut splices = Splices::default();
        splices.insert(sheets.tag.end, tag);
        shift_names(&xml, &root, &mut splices, |at| Some(at + 1));
        show(&xml, &root, &mut splices, 0);
        let xml = splices.apply(&xml);
        parts.set(&self.part, xml);
        Ok(())
    }

    /// Takes the sheet at a position out, with its part, and shows the sheet at `active` of the rest.
    pub(in crate::write::annotate) fn withdraw(
        &mut self,
        parts: &mut Parts,
        at: usize,
        active: usize,
    ) -> Result<(), AnnotateError> {
        let Some(sheet) = self.sheets.get(at).cloned() else { return Ok(()) };
        drop_relationships(parts, &self.part, &[&sheet.id])?;
        if let Some(part) = &sheet.part {
            drop_overrides(parts, &[part])?;
            parts.drop_part(&rels_name(part));
            parts.drop_part(part);
        }
        let xml = parts.read(&self.part)?.ok_or_else(|| broken(&self.part))?;
        let root = root(&xml).ok_or_else(|| broken(&self.part))?;
        let mut splices = Splices::default();
        for element in root.child(&xml, "sheets").map_or(Vec::new(), |sheets| sheets.children(&xml))
        {
            if sheet_id(element.tag.bytes(&xml)) == sheet.id {
                splices.cut(element.tag.start, element.end);
            }
        }
        let at_now = at as u32;
        shift_names(&xml, &root, &mut splices, |local| match local.cmp(&at_now) {
            std::cmp::Ordering::Less => Some(local),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(local - 1),
        });
        show(&xml, &root, &mut splices, active);
        let xml = splices.apply(&xml);
        parts.set(&self.part, xml);
        self.sheets.remove(at);
        self.active = active;
        Ok(())
    }
}

/// The relationship id of a `sheet` tag, under whatever prefix.
fn sheet_id(tag: &[u8]) -> String {
    attributes(tag)
        .find(|one| one.name.ends_with(b":id"))
        .map_or_else(String::new, |one| crate::write::annotate::xml::escape::unescape(one.value))
}

/// Gives every name that belongs to one sheet its new sheet position, or takes it out.
fn shift_names(
    xml: &[u8],
    root: &Element,
    splices: &mut Splices,
    moved: impl Fn(u32) -> Option<u32>,
) {
    let Some(names) = root.child(xml, "definedNames") else { return };
    let all = names.children(xml);
    let mut gone = Vec::new();
    for name in &all {
        let tag = name.tag.bytes(xml);
        let Some(local) = number_attribute(tag, "localSheetId") else { continue };
        match moved(local) {
            Some(to) if to == local => {}
            Some(to) => {
                let tag = with_attribute(tag, "localSheetId", &to.to_string());
                splices.replace(name.tag.start, name.tag.end, tag);
            }
            None => gone.push((name.tag.start, name.end)),
        }
    }
    if !gone.is_empty() && gone.len() == all.len() {
        splices.cut(names.tag.start, names.end);
    } else {
        gone.into_iter().for_each(|(start, end)| splices.cut(start, end));
    }
}

/// Makes one sheet the one that shows.
fn show(xml: &[u8], root: &Element, splices: &mut Splices, active: usize) {
    for view in root.child(xml, "bookViews").map_or(Vec::new(), |views| views.children(xml)) {
        let mut tag = with_attribute(view.tag.bytes(xml), "activeTab", &active.to_string());
        if view.tag.attribute(xml, "firstSheet").is_some() {
            tag = with_attribute(&tag, "firstSheet", "0");
        }
        splices.replace(view.tag.start, view.tag.end, tag);
    }
}

/// Whether the part of a sheet, as far as `head` goes, says that the sheet is selected.
pub(in crate::write::annotate) fn is_selected(head: &[u8]) -> bool {
    selection(head).is_some_and(|value| value == b"1" || value == b"true")
}

fn selection(head: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while let Some(tag) = crate::write::annotate::xml::next_tag(head, at) {
        match tag.local(head) {
            b"sheetView" => return tag.attribute(head, "tabSelected"),
            b"sheetData" => return None,
            _ => at = tag.end,
        }
    }
    None
}
