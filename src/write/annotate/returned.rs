//! A workbook of ours that came back: our sheet, tints and comments are taken out before new ones come.

use rustc_hash::FxHashMap;

use super::{
    AnnotateError,
    parts::Parts,
    parts::book::Book,
    parts::custom,
    parts::rels::{Relationship, drop_overrides, drop_relationships, relationships},
    remarks::comments,
    remarks::drawing::drop_boxes,
    styles::{self, Restyle},
};

/// What the sheets must still lose while they stream.
#[derive(Default)]
pub(super) struct Returned {
    /// Whether the workbook was one of ours.
    pub is_ours: bool,
    /// Formats that cells get back.
    pub restyle: Restyle,
    /// Per sheet part, the relationship of the drawing that is gone.
    pub drawings: FxHashMap<String, String>,
}

/// Takes out what `annotate_workbook` added to a workbook, as far as parts in memory go.
pub(super) fn take_out(parts: &mut Parts, book: &mut Book) -> Result<Returned, AnnotateError> {
    let mut returned = Returned::default();
    let Some(memory) = custom::read(parts)? else { return Ok(returned) };
    returned.is_ours = true;
    if let Some(at) = book.sheets.iter().position(|sheet| sheet.name == memory.sheet) {
        book.withdraw(parts, at, memory.active.min(book.sheets.len().saturating_sub(2)))?;
    }
    let sheets: Vec<String> = book.grids().filter_map(|(_, sheet)| sheet.part.clone()).collect();
    for sheet in sheets {
        clear_comments(parts, &sheet, &mut returned)?;
    }
    let lead = relationships(parts, &book.part)?.into_iter().find(|one| one.kind == "styles");
    let part = lead.map(|one| one.target).unwrap_or_default();
    if let Some(xml) = parts.read(&part)? {
        let (xml, restyle) = styles::take_out(&xml, &memory.styles, &memory.fills);
        parts.set(&part, xml);
        returned.restyle = restyle;
    }
    custom::forget(parts)?;
    Ok(returned)
}

fn clear_comments(
    parts: &mut Parts,
    sheet: &str,
    returned: &mut Returned,
) -> Result<(), AnnotateError> {
    let leads = relationships(parts, sheet)?;
    let of_kind =
        |kind: &str| leads.iter().filter(|one| one.kind == kind).cloned().collect::<Vec<_>>();
    let mut gone = Vec::new();
    for lead in of_kind("comments") {
        let Some(xml) = parts.read(&lead.target)? else { continue };
        let Some(cleared) = comments::take_out(&xml) else { continue };
        gone.extend(cleared.gone);
        match cleared.left {
            0 => drop_lead(parts, sheet, &lead)?,
            _ => parts.set(&lead.target, cleared.xml),
        }
    }
    for lead in of_kind("vmlDrawing").into_iter().filter(|_| !gone.is_empty()) {
        let Some(xml) = parts.read(&lead.target)? else { continue };
        let (now, left) = drop_boxes(&xml, &gone);
        match left {
            _ if now == xml => {}
            0 => {
                drop_lead(parts, sheet, &lead)?;
                returned.drawings.insert(sheet.to_owned(), lead.id);
            }
            _ => parts.set(&lead.target, now),
        }
    }
    Ok(())
}

/// Drops a part with the relationship that leads to it.
pub(super) fn drop_lead(
    parts: &mut Parts,
    from: &str,
    lead: &Relationship,
) -> Result<(), AnnotateError> {
    drop_relationships(parts, from, &[&lead.id])?;
    drop_overrides(parts, &[&lead.target])?;
    parts.drop_part(&lead.target);
    Ok(())
}
