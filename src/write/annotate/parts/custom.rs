//! What an annotated workbook remembers about itself, in its custom document properties.

use crate::write::annotate::{
    AnnotateError,
    parts::Parts,
    parts::book::Dialect,
    parts::rels::{
        DECLARATION, OUR_IDS, add_override, add_relationship, drop_overrides, drop_relationships,
        relationships,
    },
    xml::escape::escape_attribute,
    xml::{Element, Splices, number_attribute, root},
};

const PART: &str = "docProps/custom.xml";
/// Content type of the part.
pub(in crate::write::annotate) const PART_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.custom-properties+xml";
const NAMESPACE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties";
const VALUES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes";
const FORMAT_ID: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";
/// All our properties begin so.
const OURS: &str = "cmegate-";
/// Spreadsheet programs show (and some keep) 255 characters of a property.
const MAX_VALUE: usize = 240;

/// What the properties say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::write::annotate) struct Memory {
    /// Digest of the original document.
    pub sha256: String,
    /// Name of our sheet.
    pub sheet: String,
    /// Position of the sheet that showed before ours came.
    pub active: usize,
    /// Our cell formats, as `styles.rs` writes them.
    pub styles: String,
    /// Colours that cells had under our tints, as `styles.rs` writes them.
    pub fills: String,
    /// Whether rows without findings were left out.
    pub is_partial: bool,
}

fn part_name(parts: &mut Parts) -> Result<Option<String>, AnnotateError> {
    let leads = relationships(parts, "")?;
    let is_custom = |kind: &str| matches!(kind, "custom-properties" | "customProperties");
    let found = leads.into_iter().find(|one| is_custom(&one.kind)).map(|one| one.target);
    Ok(found.filter(|name| parts.has(name)))
}

fn properties(xml: &[u8]) -> Vec<(String, Element)> {
    let all = root(xml).map_or(Vec::new(), |root| root.children(xml));
    let named = |one: Element| (one.tag.text_attribute(xml, "name").unwrap_or_default(), one);
    all.into_iter().map(named).collect()
}

/// Reads our properties; `None` if the workbook has none of them.
pub(in crate::write::annotate) fn read(parts: &mut Parts) -> Result<Option<Memory>, AnnotateError> {
    let Some(name) = part_name(parts)? else { return Ok(None) };
    let Some(xml) = parts.read(&name)? else { return Ok(None) };
    let mut memory = Memory::default();
    for (name, element) in properties(&xml) {
        let Some(name) = name.strip_prefix(OURS) else { continue };
        let value = element.text(&xml);
        match name.split('-').next().unwrap_or_default() {
            "sha256" => memory.sha256 = value.trim().to_owned(),
            "sheet" => memory.sheet = value,
            "active" => memory.active = value.trim().parse().unwrap_or(0),
            "styles" => memory.styles.push_str(value.trim()),
            "fills" => memory.fills.push_str(value.trim()),
            "partial" => memory.is_partial = value.trim() == "1",
            _ => {}
        }
    }
    Ok((!memory.sha256.is_empty() || !memory.sheet.is_empty()).then_some(memory))
}

/// Takes our properties out; a part that we made goes with them.
pub(in crate::write::annotate) fn forget(parts: &mut Parts) -> Result<(), AnnotateError> {
    let Some(name) = part_name(parts)? else { return Ok(()) };
    let Some(xml) = parts.read(&name)? else { return Ok(()) };
    let all = properties(&xml);
    let mut splices = Splices::default();
    for (_, element) in all.iter().filter(|(name, _)| name.starts_with(OURS)) {
        splices.cut(element.tag.start, element.end);
    }
    let leads = relationships(parts, "")?;
    let lead = leads.iter().find(|one| one.target == name && one.id.starts_with(OUR_IDS));
    let is_all = all.iter().all(|(name, _)| name.starts_with(OURS));
    if let Some(lead) = lead.filter(|_| is_all) {
        drop_relationships(parts, "", &[&lead.id])?;
        drop_overrides(parts, &[&name])?;
        parts.drop_part(&name);
    } else if !splices.is_empty() {
        parts.set(&name, splices.apply(&xml));
    }
    Ok(())
}

/// Sees that there is a part for properties.
pub(in crate::write::annotate) fn prepare(
    parts: &mut Parts,
    dialect: Dialect,
) -> Result<(), AnnotateError> {
    if part_name(parts)?.is_some() {
        return Ok(());
    }
    let name = match parts.has(PART) {
        true => parts.fresh_name("docProps/custom", ".xml"),
        false => PART.to_owned(),
    };
    let last = if dialect.rels.contains("purl") { "customProperties" } else { "custom-properties" };
    parts.set(
        &name,
        format!(
            "{DECLARATION}<Properties xmlns=\"{NAMESPACE}\" xmlns:vt=\"{VALUES}\"></Properties>"
        )
        .into_bytes(),
    );
    add_relationship(parts, "", &format!("{}/{last}", dialect.rels), &name)?;
    add_override(parts, &name, PART_TYPE)
}

/// A part that holds nothing but our properties.
pub(in crate::write::annotate) fn whole_part(memory: &Memory) -> Vec<u8> {
    let head = format!("{DECLARATION}<Properties xmlns=\"{NAMESPACE}\" xmlns:vt=\"{VALUES}\">")
        .into_bytes();
    [&head[..], &elements(memory, "", 2), b"</Properties>"].concat()
}

/// Writes our properties beside those that are there; [`prepare`] was called before.
pub(in crate::write::annotate) fn write(
    parts: &mut Parts,
    memory: &Memory,
) -> Result<(), AnnotateError> {
    let Some(name) = part_name(parts)? else { return Ok(()) };
    let fault = || AnnotateError::Part { name: name.clone(), what: "holds no properties" };
    let xml = parts.read(&name)?.ok_or_else(fault)?;
    let root = root(&xml).ok_or_else(fault)?;
    let taken = properties(&xml);
    let number = |(_, one): &(String, Element)| number_attribute(one.tag.bytes(&xml), "pid");
    let next = taken.iter().filter_map(number).max().unwrap_or(1).max(1).saturating_add(1);
    let added = elements(memory, root.tag.prefix(&xml), next);
    let mut splices = Splices::default();
    splices.append(&xml, &root, &added);
    let xml = splices.apply(&xml);
    parts.set(&name, xml);
    Ok(())
}

/// Our properties as elements, numbered from `next`.
fn elements(memory: &Memory, prefix: &str, next: u32) -> Vec<u8> {
    let mut next = next;
    let active = memory.active.to_string();
    let mut added = Vec::new();
    for (name, value) in [
        ("sha256", memory.sha256.as_str()),
        ("sheet", &memory.sheet),
        ("active", &active),
        ("styles", &memory.styles),
        ("fills", &memory.fills),
        ("partial", if memory.is_partial { "1" } else { "" }),
    ] {
        for (piece, text) in pieces(value).enumerate() {
            let number = if piece == 0 { String::new() } else { format!("-{}", piece + 1) };
            added.extend_from_slice(
                format!(
                    "<{prefix}property fmtid=\"{FORMAT_ID}\" pid=\"{next}\" name=\"{OURS}{name}{number}\">\
                     <vt:lpwstr xmlns:vt=\"{VALUES}\">"
                )
                .as_bytes(),
            );
            escape_attribute(text, &mut added);
            added.extend_from_slice(format!("</vt:lpwstr></{prefix}property>").as_bytes());
            next += 1;
        }
    }
    added
}

/// Cuts a value into pieces that a property can hold.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(MAX_VALUE).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
