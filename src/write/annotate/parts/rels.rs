//! Relationships between parts and the list of content types. Knows no sheet.

use crate::write::annotate::{
    AnnotateError,
    parts::Parts,
    xml::escape::escape_attribute,
    xml::{Splices, root},
};

const CONTENT_TYPES: &str = "[Content_Types].xml";
/// Namespace of parts of relationships.
pub(in crate::write::annotate) const PACKAGE_RELS: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships";

/// Ids of our relationships begin so.
pub(in crate::write::annotate) const OUR_IDS: &str = "rIdCme";

/// One relationship of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::write::annotate) struct Relationship {
    /// Its id.
    pub id: String,
    /// Last segment of its type: `worksheet`, `comments`.
    pub kind: String,
    /// Name of the part it leads to; the address itself if it leads outside.
    pub target: String,
    /// Whether it leads outside.
    pub is_external: bool,
}

/// Name of the part that holds a part's relationships; `""` is the package.
pub(in crate::write::annotate) fn rels_name(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').map_or(("", part), |(folder, name)| (folder, name));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{name}.rels")
}

/// The relationships of a part.
pub(in crate::write::annotate) fn relationships(
    parts: &mut Parts,
    part: &str,
) -> Result<Vec<Relationship>, AnnotateError> {
    let Some(xml) = parts.read(&rels_name(part))? else { return Ok(Vec::new()) };
    let Some(root) = root(&xml) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for element in root.children(&xml) {
        let text = |name: &str| element.tag.text_attribute(&xml, name).unwrap_or_default();
        let is_external = text("TargetMode").eq_ignore_ascii_case("external");
        let target = text("Target");
        found.push(Relationship {
            id: text("Id"),
            kind: text("Type").rsplit('/').next().unwrap_or_default().to_owned(),
            target: if is_external { target } else { resolved(part, &target) },
            is_external,
        });
    }
    Ok(found)
}

/// The part that a target names, seen from a part.
fn resolved(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => {
            part.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect())
        }
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// Adds a relationship and gives its id, which begins with [`OUR_IDS`]. `kind` is the whole type.
pub(in crate::write::annotate) fn add_relationship(
    parts: &mut Parts,
    part: &str,
    kind: &str,
    target: &str,
) -> Result<String, AnnotateError> {
    let taken = relationships(parts, part)?;
    let is_free = |id: &String| taken.iter().all(|one| &one.id != id);
    let id = (1u32..).map(|number| format!("{OUR_IDS}{number}")).find(is_free).unwrap_or_default();
    let name = rels_name(part);
    let empty = || format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE_RELS}\"/>").into_bytes();
    let xml = parts.read(&name)?.unwrap_or_else(empty);
    let fault = || AnnotateError::Part { name: name.clone(), what: "has no root element" };
    let root = root(&xml).ok_or_else(fault)?;
    let prefix = root.tag.prefix(&xml);
    let mut child =
        format!("<{prefix}Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"/").into_bytes();
    escape_attribute(target, &mut child);
    child.extend_from_slice(b"\"/>");
    let mut splices = Splices::default();
    splices.append(&xml, &root, &child);
    let xml = splices.apply(&xml);
    parts.set(&name, xml);
    Ok(id)
}

/// The first line of a part that we make.
pub(in crate::write::annotate) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Takes relationships out by id; a part of relationships that is left without any goes too.
pub(in crate::write::annotate) fn drop_relationships(
    parts: &mut Parts,
    part: &str,
    ids: &[&str],
) -> Result<(), AnnotateError> {
    let name = rels_name(part);
    let Some(xml) = parts.read(&name)? else { return Ok(()) };
    let Some(root) = root(&xml) else { return Ok(()) };
    let mut splices = Splices::default();
    let mut left = 0;
    for element in root.children(&xml) {
        match element.tag.text_attribute(&xml, "Id") {
            Some(id) if ids.contains(&id.as_str()) => splices.cut(element.tag.start, element.end),
            _ => left += 1,
        }
    }
    match left {
        0 if !part.is_empty() => parts.drop_part(&name),
        _ if splices.is_empty() => {}
        _ => parts.set(&name, splices.apply(&xml)),
    }
    Ok(())
}

/// Names the content type of a part, unless it is named already.
pub(in crate::write::annotate) fn add_override(
    parts: &mut Parts,
    part: &str,
    content_type: &str,
) -> Result<(), AnnotateError> {
    add_type(parts, "Override", ("PartName", &format!("/{part}")), content_type)
}

/// Names the content type of a file extension, unless it is named already.
pub(in crate::write::annotate) fn add_default(
    parts: &mut Parts,
    extension: &str,
    content_type: &str,
) -> Result<(), AnnotateError> {
    add_type(parts, "Default", ("Extension", extension), content_type)
}

fn add_type(
    parts: &mut Parts,
    local: &str,
    (attribute, value): (&str, &str),
    content_type: &str,
) -> Result<(), AnnotateError> {
    let fault = || AnnotateError::Part { name: CONTENT_TYPES.to_owned(), what: "is missing" };
    let xml = parts.read(CONTENT_TYPES)?.ok_or_else(fault)?;
    let root = root(&xml).ok_or_else(fault)?;
    let children = root.children(&xml);
    let names = |element: &crate::write::annotate::xml::Element| {
        element.tag.local(&xml) == local.as_bytes()
            && element
                .tag
                .text_attribute(&xml, attribute)
                .is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    if children.iter().any(names) {
        return Ok(());
    }
    let prefix = root.tag.prefix(&xml);
    let mut child = format!("<{prefix}{local} {attribute}=\"").into_bytes();
    escape_attribute(value, &mut child);
    child.extend_from_slice(format!("\" ContentType=\"{content_type}\"/>").as_bytes());
    let mut splices = Splices::default();
    // Defaults stand before overrides, as most programs write them.
    match children.first().filter(|_| local == "Default") {
        Some(first) => splices.insert(first.tag.start, child),
        None => splices.append(&xml, &root, &child),
    }
    let xml = splices.apply(&xml);
    parts.set(CONTENT_TYPES, xml);
    Ok(())
}

/// Takes the content types of dropped parts out.
pub(in crate::write::annotate) fn drop_overrides(
    parts: &mut Parts,
    names: &[&str],
) -> Result<(), AnnotateError> {
    let Some(xml) = parts.read(CONTENT_TYPES)? else { return Ok(()) };
    let Some(root) = root(&xml) else { return Ok(()) };
    let mut splices = Splices::default();
    for element in root.children(&xml) {
        let part = element.tag.text_attribute(&xml, "PartName").unwrap_or_default();
        let part = part.trim_start_matches('/');
        if !part.is_empty() && names.iter().any(|name| name.eq_ignore_ascii_case(part)) {
            splices.cut(element.tag.start, element.end);
        }
    }
    if !splices.is_empty() {
        parts.set(CONTENT_TYPES, splices.apply(&xml));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_their_part() {
        for (part, target, expected) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
            ("xl/workbook.xml", "/xl/styles.xml", "xl/styles.xml"),
            ("", "xl\\workbook.xml", "xl/workbook.xml"),
            ("workbook.xml", "./sheet.xml", "sheet.xml"),
        ] {
            assert_eq!(resolved(part, target), expected);
        }
        assert_eq!(rels_name("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(rels_name(""), "_rels/.rels");
    }
}
