//! What the sheets need of the workbook: their parts, formats, shared strings.

use std::io::Read;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use crate::model::{NumberFormat, Visibility};

use super::super::trouble::Trouble;
use super::records::{Records, long, short, wide};
use super::{Package, part};
use crate::read::number_format as formats;

const WORKBOOK: &str = "xl/workbook.bin";
const RELATIONS: &str = "xl/_rels/workbook.bin.rels";
const STRINGS: &str = "xl/sharedStrings.bin";
const STYLES: &str = "xl/styles.bin";

/// A workbook without its cells.
#[derive(Default)]
pub struct Book {
    /// Whether serial days count from 1904.
    pub is_1904: bool,
    /// The class of each cell format, by index.
    pub formats: Vec<NumberFormat>,
    /// The worksheets.
    pub sheets: Vec<SheetEntry>,
    text: String,
    ends: Vec<usize>,
}

/// Where a worksheet stands.
pub struct SheetEntry {
    /// Its name.
    pub name: String,
    /// Its part.
    pub part: String,
    /// Whether people see it.
    pub visibility: Visibility,
}

impl Book {
    /// Reads everything but the sheets.
    pub fn read(package: &mut Package) -> Result<Book, Trouble> {
        let mut book = Book::default();
        let relations = relations(package)?;
        each(package, WORKBOOK, |kind, body| match kind {
            0x0099 => long(body, 0).map(|flags| book.is_1904 = flags & 1 == 1),
            0x009C => book.sheet(body, &relations),
            _ => Some(()),
        })?
        .ok_or_else(|| Trouble::broken(WORKBOOK))?;
        each(package, STRINGS, |kind, body| {
            if kind == 0x0013 {
                wide(body, 1, &mut book.text)?;
                book.ends.push(book.text.len());
            }
            Some(())
        })?;
        book.read_formats(package)?;
        Ok(book)
    }

    /// The shared string at an index.
    pub fn string(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start =
            index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }

    /// A BrtBundleSh record ([MS-XLSB] 2.4.311); sheets without a worksheet part are left out.
    fn sheet(&mut self, body: &[u8], relations: &[(String, String)]) -> Option<()> {
        let visibility = match long(body, 0)? {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        let (mut relation, mut name) = (String::new(), String::new());
        let at = wide(body, 8, &mut relation)?;
        wide(body, at, &mut name)?;
        let part = relations.iter().find(|(id, _)| *id == relation);
        self.sheets.extend(part.map(|(_, part)| SheetEntry {
            name,
            part: part.clone(),
            visibility,
        }));
        Some(())
    }

    fn read_formats(&mut self, package: &mut Package) -> Result<(), Trouble> {
        let mut own: Vec<(u16, NumberFormat)> = Vec::new();
        let mut is_in_cells = false;
        each(package, STYLES, |kind, body| {
            match kind {
                0x002C => {
                    let mut code = String::new();
                    wide(body, 2, &mut code)?;
                    own.push((short(body, 0)?, formats::of_code(&code)));
                }
                0x0269 => is_in_cells = true,
                0x026A => is_in_cells = false,
                0x002F if is_in_cells => {
                    let number = short(body, 2)?;
                    let named = own.iter().find(|(named, _)| *named == number);
                    let class =
                        named.map_or_else(|| formats::built_in(number), |(_, class)| *class);
                    self.formats.push(class);
                }
                _ => {}
            }
            Some(())
        })
        .map(drop)
    }
}

/// Hands every record of a part on; `None` inside if the part is not there.
fn each(
    package: &mut Package,
    name: &str,
    mut take: impl FnMut(u16, &[u8]) -> Option<()>,
) -> Result<Option<()>, Trouble> {
    let Some(part) = part(package, name)? else { return Ok(None) };
    let mut records = Records::new(part);
    while let Some(kind) = records.next().map_err(|_| Trouble::broken(name))? {
        take(kind, &records.body).ok_or_else(|| Trouble::broken(name))?;
    }
    Ok(Some(()))
}

/// Relation ids and the worksheet parts they lead to.
fn relations(package: &mut Package) -> Result<Vec<(String, String)>, Trouble> {
    let broken = || Trouble::broken(RELATIONS);
    let mut text = String::new();
    let Some(mut part) = part(package, RELATIONS)? else { return Err(broken()) };
    part.read_to_string(&mut text).map_err(|_| broken())?;
    let mut reader = Reader::from_str(&text);
    let mut relations = Vec::new();
    loop {
        let element = match reader.read_event().map_err(|_| broken())? {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => return Ok(relations),
            _ => continue,
        };
        let (mut id, mut target, mut kind) = (String::new(), String::new(), String::new());
        for attribute in element.attributes().flatten() {
            let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else { continue };
            match attribute.key.as_ref() {
                "Id" => id = value.into(),
                "Target" => target = value.into(),
                "Type" => kind = value.into(),
                _ => {}
            }
        }
        if kind.ends_with("/worksheet") {
            let part = if target.starts_with('/') { target } else { format!("xl/{target}") };
            relations.push((id, part));
        }
    }
}
