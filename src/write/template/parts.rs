//! Which part of a template is what: relationships followed from the package's root to the sheet.

use std::{
    borrow::Cow,
    io::{Cursor, Read},
};

use crate::write::TemplateFault;

use super::xml::{Node, Tag, Walker};

/// A template's package, opened.
pub(super) struct Parts<'t> {
    archive: zip::ZipArchive<Cursor<&'t [u8]>>,
    names: Vec<String>,
}

/// One relationship of a part.
#[derive(Debug)]
pub(super) struct Relation {
    /// Its id.
    pub(super) id: String,
    /// The last word of its type: `worksheet`, `table`, `sharedStrings` … (the rest differs between
    /// the transitional and the strict form).
    pub(super) kind: String,
    /// Name of the part it leads to.
    pub(super) target: String,
}

impl<'t> Parts<'t> {
    /// Opens a template.
    pub(super) fn open(bytes: &'t [u8]) -> Result<Parts<'t>, TemplateFault> {
        let archive = zip::ZipArchive::new(Cursor::new(bytes))?;
        let names = archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned());
        Ok(Parts { names: names.collect(), archive })
    }

    /// The package itself, to copy members from.
    pub(super) fn archive(&mut self) -> &mut zip::ZipArchive<Cursor<&'t [u8]>> {
        &mut self.archive
    }

    /// How many members there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The position of a part; names are compared without regard to case (ISO 29500-2 §6.3.5).
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known.eq_ignore_ascii_case(name))
    }

    /// The name of the member at a position.
    pub(super) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    /// The text of a part, without byte order mark.
    pub(super) fn text(&mut self, name: &str) -> Result<String, TemplateFault> {
        let index = self.index(name).ok_or_else(|| TemplateFault::NoPart(name.to_owned()))?;
        let mut bytes = Vec::new();
        self.archive.by_index(index)?.read_to_end(&mut bytes).map_err(zip::result::ZipError::Io)?;
        let text = String::from_utf8(bytes).map_err(|fault| TemplateFault::Xml {
            part: name.to_owned(),
            position: fault.utf8_error().valid_up_to() as u64,
        })?;
        Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
    }

    /// The relationships of a part (`""` for the package); none if it has no such part.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, TemplateFault> {
        let name = relations_name(part);
        if self.index(&name).is_none() {
            return Ok(Vec::new());
        }
        let xml = self.text(&name)?;
        let mut relations = Vec::new();
        each_tag(&name, &xml, |tag| {
            if tag.name != "Relationship" || tag.value("TargetMode").as_deref() == Some("External")
            {
                return;
            }
            let value = |name| tag.value(name).unwrap_or_default();
            relations.push(Relation {
                id: value("Id"),
                kind: value("Type").rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolved(part, &value("Target")),
            });
        })?;
        Ok(relations)
    }

    /// All shared strings, phonetic runs left out.
    pub(super) fn shared_strings(&mut self, name: &str) -> Result<Vec<String>, TemplateFault> {
        let xml = self.text(name)?;
        let mut strings: Vec<String> = Vec::new();
        let (mut is_in_text, mut is_phonetic) = (false, false);
        let mut walker = Walker::new(&xml);
        while let Some(node) = walker.next().map_err(|position| broken(name, position))? {
            match node {
                Node::Open(tag) => match tag.name {
                    "si" => strings.push(String::new()),
                    "rPh" => is_phonetic = !tag.is_empty,
                    "t" => is_in_text = !tag.is_empty && !is_phonetic,
                    _ => {}
                },
                Node::Close { name: "rPh", .. } => is_phonetic = false,
                Node::Close { name: "t", .. } => is_in_text = false,
                Node::Text(text) if is_in_text => {
                    if let Some(last) = strings.last_mut() {
                        last.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        Ok(strings)
    }
}

/// The name of the part that holds a part's relationships.
pub(super) fn relations_name(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// Calls `see` for every start tag of a part.
pub(super) fn each_tag(
    part: &str,
    xml: &str,
    mut see: impl FnMut(&Tag<'_>),
) -> Result<(), TemplateFault> {
    let mut walker = Walker::new(xml);
    while let Some(node) = walker.next().map_err(|position| broken(part, position))? {
        if let Node::Open(tag) = node {
            see(&tag);
        }
    }
    Ok(())
}

/// Names the part that an XML fault is in.
pub(super) fn broken(part: &str, position: u64) -> TemplateFault {
    TemplateFault::Xml { part: part.to_owned(), position }
}

/// The part that a relationship's target names, seen from the part it belongs to.
fn resolved(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let path: Cow<'_, str> = match target.strip_prefix('/') {
        Some(absolute) => absolute.into(),
        None => {
            let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{target}").into()
        }
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_their_part() {
        for (part, target, name) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../tables/table1.xml", "xl/tables/table1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(resolved(part, target), name);
        }
        assert_eq!(relations_name("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relations_name(""), "_rels/.rels");
    }
}
