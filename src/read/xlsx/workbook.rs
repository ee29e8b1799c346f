//! The parts around the sheets: relationships, the list of sheets, the property of our own sheet.

use super::fault::Fault;
use super::package::Package;
use super::text;
use super::window::Window;
use super::xml::{self, Token};
use crate::model::Visibility;

/// Name of the custom property that names the sheet which we put into an annotated workbook.
pub const OWN_SHEET: &str = "cmegate-sheet";
/// Name of the custom property that says that an annotated workbook has only some of the rows.
pub const PARTIAL_COPY: &str = "cmegate-partial";
/// Property of the digest of the document that an annotated workbook was made from.
pub const ORIGINAL: &str = "cmegate-sha256";
const MAX_RELATIONS: usize = 1 << 14;
const MAX_SHEETS: usize = 1 << 12;

/// One worksheet as the workbook lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Name on the tab.
    pub name: String,
    /// Whether people see it.
    pub visibility: Visibility,
    /// Name of its part; `None` when nothing leads to one.
    pub part: Option<String>,
}

/// What the workbook part and its relationships say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Worksheets in the order of their tabs; chart and macro sheets are left out.
    pub sheets: Vec<Listed>,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
    /// Part of the shared strings.
    pub strings: Option<String>,
    /// Part of the cell formats.
    pub styles: Option<String>,
    /// Part of the custom properties, if the package names one.
    pub custom: Option<String>,
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Finds the workbook part and reads it. `None` when the container holds no spreadsheet.
///
/// # Errors
/// The part's name and what is wrong with it.
pub fn read(package: &mut Package) -> Result<Option<Contents>, (String, Fault)> {
    let root = relations(package, "").unwrap_or_default();
    let named = root.iter().find(|found| found.kind == "officedocument");
    let mut name = named.map_or_else(|| "xl/workbook.xml".to_owned(), |found| found.target.clone());
    let mut part = package.part(&name).map_err(|fault| (name.clone(), fault))?;
    if part.is_none() {
        let mut others: Vec<_> =
            package.names().filter(|name| name.ends_with("workbook.xml")).collect();
        others.sort_unstable();
        let Some(other) = others.first() else { return Ok(None) };
        name = (*other).to_owned();
        part = package.part(&name).map_err(|fault| (name.clone(), fault))?;
    }
    let Some(part) = part else { return Ok(None) };
    let found = part.window().and_then(parse_workbook).map_err(|fault| (name.clone(), fault))?;
    let Some((sheets, is_1904)) = found else { return Ok(None) };
    let links = relations(package, &name).unwrap_or_default();
    let is_custom =
        |found: &&Relation| matches!(found.kind.as_str(), "custom-properties" | "customproperties");
    Ok(Some(Contents {
        custom: root.iter().find(is_custom).map(|found| found.target.clone()),
        sheets: list(sheets, &links, package),
        is_1904,
        strings: linked(&links, package, &name, "sharedstrings", "sharedStrings.xml"),
        styles: linked(&links, package, &name, "styles", "styles.xml"),
    }))
}

/// A sheet element: name, visibility, relationship id.
type Element = (String, Visibility, String);

fn parse_workbook(mut window: Window) -> Result<Option<(Vec<Element>, bool)>, Fault> {
    let (mut sheets, mut is_1904, mut is_workbook) = (Vec::new(), false, false);
    loop {
        match window.next_token()? {
            Token::Start(tag) => match window.slice(tag.name) {
                b"workbook" => is_workbook = true,
                b"workbookPr" => {
                    let mark = xml::attribute(window.slice(tag.attributes), b"date1904");
                    is_1904 = mark.is_some_and(xml::is_true);
                }
                b"sheet" if sheets.len() >= MAX_SHEETS => return Err(Fault::TooLarge("4096")),
                b"sheet" => sheets.push(parse_sheet(window.slice(tag.attributes))),
                _ => {}
            },
            Token::Eof if is_workbook => return Ok(Some((sheets, is_1904))),
            Token::Eof => return Ok(None),
            _ => {}
        }
    }
}

fn parse_sheet(attributes: &[u8]) -> Element {
    let mut element = Element::default();
    for found in xml::Attributes::new(attributes) {
        match found.name {
            b"name" => element.0 = text::resolved(found.value),
            b"state" if found.value == b"hidden" => element.1 = Visibility::Hidden,
            b"state" if found.value == b"veryHidden" => element.1 = Visibility::VeryHidden,
            b"id" if found.is_prefixed => element.2 = text::resolved(found.value),
            _ => {}
        }
    }
    element
}

/// Matches sheets to parts. Without any relationship of a sheet, the usual part names are tried.
fn list(sheets: Vec<Element>, links: &[Relation], package: &mut Package) -> Vec<Listed> {
    let mut listed = Vec::with_capacity(sheets.len());
    for (position, (name, visibility, id)) in sheets.into_iter().enumerate() {
        let link = links.iter().find(|link| link.id == id);
        if link.is_some_and(|link| link.kind != "worksheet") {
            continue;
        }
        let usual = format!("xl/worksheets/sheet{}.xml", position + 1);
        let target = link.map_or(usual, |link| link.target.clone());
        let is_there = !matches!(package.part(&target), Ok(None));
        listed.push(Listed { name, visibility, part: is_there.then_some(target) });
    }
    listed
}

fn linked(
    links: &[Relation],
    package: &mut Package,
    workbook: &str,
    kind: &str,
    usual: &str,
) -> Option<String> {
    let link = links.iter().find(|link| link.kind == kind).map(|link| link.target.clone());
    let target = link.unwrap_or_else(|| resolve(folder(workbook), usual));
    (!matches!(package.part(&target), Ok(None))).then_some(target)
}

/// Reads the relationships of a part (`""`: of the package), targets resolved to part names.
fn relations(package: &mut Package, of: &str) -> Result<Vec<Relation>, Fault> {
    let base = folder(of);
    let leaf = of.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = resolve(base, &format!("_rels/{leaf}.rels"));
    let Some(part) = package.part(&name)? else { return Ok(Vec::new()) };
    let mut window = part.window()?;
    let mut relations = Vec::new();
    while relations.len() < MAX_RELATIONS {
        match window.next_token()? {
            Token::Start(tag) if window.slice(tag.name) == b"Relationship" => {
                let attributes = window.slice(tag.attributes);
                let value = |name: &[u8]| {
                    xml::attribute(attributes, name).map(text::resolved).unwrap_or_default()
                };
                let kind = value(b"Type").rsplit('/').next().unwrap_or_default().to_lowercase();
                let target = resolve(base, &value(b"Target"));
                relations.push(Relation { id: value(b"Id"), kind, target });
            }
            Token::Eof => break,
            _ => {}
        }
    }
    Ok(relations)
}

fn folder(part: &str) -> &str {
    part.rfind(['/', '\\']).and_then(|at| part.get(..at)).unwrap_or_default()
}

/// Resolves a relationship target against the folder of its part.
fn resolve(base: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let full = if target.starts_with('/') {
        target
    } else {
        format!("{base}/{target}").replace('\\', "/")
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in full.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// What our custom properties say of a workbook that we annotated; of another one nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Name of the sheet that we put into it.
    pub sheet: Option<String>,
    /// Whether we left rows out.
    pub is_partial: bool,
    /// SHA-256 of the document that it was made from.
    pub sha256: Option<String>,
}

/// Reads our custom properties. Damage in their part is none of the sender's business.
pub fn own(package: &mut Package, contents: &Contents) -> Own {
    let mut own = Own::default();
    let part = package.part(contents.custom.as_deref().unwrap_or("docProps/custom.xml"));
    let Ok(Some(Ok(mut window))) = part.map(|part| part.map(|part| part.window())) else {
        return own;
    };
    while let Ok(token) = window.next_token() {
        match token {
            Token::Start(tag) if window.slice(tag.name) == b"property" && !tag.is_empty => {
                let name = xml::attribute(window.slice(tag.attributes), b"name");
                let is = |wanted: &str| name == Some(wanted.as_bytes());
                if is(OWN_SHEET) {
                    own.sheet = property(&mut window);
                } else if is(PARTIAL_COPY) {
                    own.is_partial = property(&mut window).is_some_and(|text| text.trim() == "1");
                } else if is(ORIGINAL) {
                    own.sha256 = property(&mut window).map(|text| text.trim().to_owned());
                }
            }
            Token::Eof => break,
            _ => {}
        }
    }
    own
}

fn property(window: &mut Window) -> Option<String> {
    loop {
        match window.next_token().ok()? {
            Token::Start(tag) if !tag.is_empty => {
                let mut value = Vec::new();
                text::read_text(window, &mut value).ok()?;
                return String::from_utf8(value).ok();
            }
            Token::End(_) | Token::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_resolve_against_the_folder_of_their_part() {
        for (base, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "..\\data\\.\\a.xml", "data/a.xml"),
            ("", "workbook.xml", "workbook.xml"),
            ("xl", "../../../a.xml", "a.xml"),
        ] {
            assert_eq!(resolve(base, target), expected, "{base} {target}");
        }
    }

    #[test]
    fn a_workbook_part_lists_sheets_in_the_order_of_their_tabs() {
        let part = "<x:workbook xmlns:r='r'><x:workbookPr date1904='true'/><x:sheets>\
            <x:sheet name='a&amp;b' sheetId='7' r:id='rId1'/>\
            <x:sheet name='c' state='veryHidden' sheetId='1' r:id='rId2'></x:sheet></x:sheets></x:workbook>";
        let found = parse_workbook(Window::whole(part.as_bytes().to_vec())).unwrap();
        let sheets = vec![
            ("a&b".to_owned(), Visibility::Visible, "rId1".to_owned()),
            ("c".to_owned(), Visibility::VeryHidden, "rId2".to_owned()),
        ];
        assert_eq!(found, Some((sheets, true)));
        assert_eq!(parse_workbook(Window::whole(b"<document/>".to_vec())).unwrap(), None);
    }
}
