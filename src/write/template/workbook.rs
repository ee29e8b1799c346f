//! The template's workbook part: where the sheet is, and what there has to follow the rows.

use std::ops::Range;

use crate::write::TemplateFault;

use super::{
    parts::broken,
    ranges::Cover,
    xml::{Node, Patch, Tag, Walker, patched},
};

/// The workbook part, read once.
#[derive(Debug, Default)]
pub(super) struct Workbook {
    /// Its text.
    pub(super) xml: String,
    /// Relationship that leads to the sheet.
    pub(super) sheet_relation: String,
    /// Whether serial days count from 1904.
    pub(super) is_1904: bool,
    /// The sheet's areas that may have to follow the rows: print area, filter.
    pub(super) areas: Vec<(Range<usize>, Cover)>,
    calculates_on_load: bool,
    calculation: Option<Calculation>,
    /// End of the last element that stands before the calculation settings.
    before_calculation: usize,
    prefix: String,
}

#[derive(Debug)]
struct Calculation {
    /// Where an attribute can be added.
    attributes_end: usize,
    /// The value of `fullCalcOnLoad`, if it is there.
    value: Option<Range<usize>>,
}

/// Elements that stand before `calcPr` (ECMA-376 part 1, §18.2.27).
const BEFORE_CALCULATION: &[&str] =
    &["sheets", "functionGroups", "externalReferences", "definedNames"];

impl Workbook {
    /// Reads the workbook part and finds the sheet.
    pub(super) fn read(part: &str, xml: String, sheet: &str) -> Result<Workbook, TemplateFault> {
        let mut workbook = Workbook::default();
        let mut position = None;
        let mut sheets = 0;
        let mut name: Option<(Cover, String, usize)> = None;
        let mut areas = Vec::new();
        let mut walker = Walker::new(&xml);
        while let Some(node) = walker.next().map_err(|position| broken(part, position))? {
            match node {
                Node::Open(tag) => match tag.name {
                    "sheet" => {
                        if tag.value("name").as_deref() == Some(sheet) {
                            position = Some(sheets);
                            workbook.sheet_relation = tag.value("id").unwrap_or_default();
                        }
                        sheets += 1;
                    }
                    "definedName" => name = followed(&tag),
                    _ => workbook.open(&tag),
                },
                Node::Close { name: "definedName", span } => {
                    if let Some((cover, local, start)) = name.take() {
                        areas.push((cover, local, start..span.start));
                    }
                }
                Node::Close { name, span } if BEFORE_CALCULATION.contains(&name) => {
                    workbook.before_calculation = span.end;
                }
                _ => {}
            }
        }
        let position = position.ok_or_else(|| TemplateFault::NoSheet(sheet.to_owned()))?;
        let local = position.to_string();
        areas.retain(|(_, sheet, _)| *sheet == local);
        workbook.areas = areas.into_iter().map(|(cover, _, span)| (span, cover)).collect();
        workbook.xml = xml;
        Ok(workbook)
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let is_on = |name| matches!(tag.value(name).as_deref(), Some("1" | "true"));
        match tag.name {
            "workbook" => self.prefix = tag.prefix.to_owned(),
            "workbookPr" => self.is_1904 = is_on("date1904"),
            "calcPr" => {
                self.calculates_on_load = is_on("fullCalcOnLoad");
                let closing = if tag.is_empty { 2 } else { 1 };
                self.calculation = Some(Calculation {
                    attributes_end: tag.span.end - closing,
                    value: tag.value_span("fullCalcOnLoad"),
                });
            }
            _ => {}
        }
    }

    /// What makes a spreadsheet calculate when it opens the file, if formulas need it and the template
    /// does not say so itself: their stored results are those of the empty template.
    pub(super) fn calculation_patch(&self, has_formulas: bool) -> Option<Patch> {
        if !has_formulas || self.calculates_on_load {
            return None;
        }
        let (span, text) = match &self.calculation {
            Some(Calculation { value: Some(value), .. }) => (value.clone(), "1".to_owned()),
            Some(Calculation { attributes_end: end, .. }) => {
                (*end..*end, " fullCalcOnLoad=\"1\"".to_owned())
            }
            None => {
                let end = self.before_calculation;
                (end..end, format!("<{}calcPr fullCalcOnLoad=\"1\"/>", self.prefix))
            }
        };
        Some(Patch { span, text })
    }
}

/// Whether a defined name follows the rows: what it covers, its sheet's position, where its text starts.
fn followed(tag: &Tag<'_>) -> Option<(Cover, String, usize)> {
    let cover = match tag.value("name").as_deref() {
        Some("_xlnm.Print_Area") => Cover::Rows,
        Some("_xlnm._FilterDatabase") => Cover::Table,
        _ => return None,
    };
    Some((cover, tag.value("localSheetId")?, tag.span.end)).filter(|_| !tag.is_empty)
}

/// A part without the elements that `is_gone` says.
pub(super) fn removed(
    part: &str,
    xml: &str,
    is_gone: impl Fn(&Tag<'_>) -> bool,
) -> Result<String, TemplateFault> {
    let mut patches: Vec<Patch> = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut walker = Walker::new(xml);
    while let Some(node) = walker.next().map_err(|position| broken(part, position))? {
        match node {
            Node::Open(tag) if open.is_none() && is_gone(&tag) => {
                if tag.is_empty {
                    patches.push(Patch { span: tag.span, text: String::new() });
                } else {
                    open = Some((tag.name.to_owned(), tag.span.start));
                }
            }
            Node::Close { name, span } => {
                if let Some((_, start)) = open.take_if(|(own, _)| own == name) {
                    patches.push(Patch { span: start..span.end, text: String::new() });
                }
            }
            _ => {}
        }
    }
    Ok(patched(xml, 0..xml.len(), &patches))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_calculated_on_load_unless_the_template_says_so_already() {
        let sheets = "<sheets><sheet name=\"a\" r:id=\"r7\"/></sheets>";
        for (calc, has_formulas, after) in [
            ("<calcPr calcId=\"1\"/>", true, Some("<calcPr calcId=\"1\" fullCalcOnLoad=\"1\"/>")),
            ("<calcPr fullCalcOnLoad=\"0\"/>", true, Some("<calcPr fullCalcOnLoad=\"1\"/>")),
            ("", true, Some("<calcPr fullCalcOnLoad=\"1\"/>")),
            ("<calcPr fullCalcOnLoad=\"1\"/>", true, None),
            ("<calcPr/>", false, None),
        ] {
            let xml = format!("<workbook>{sheets}{calc}</workbook>");
            let workbook = Workbook::read("w", xml.clone(), "a").unwrap();
            assert_eq!(workbook.sheet_relation, "r7");
            let patch = workbook.calculation_patch(has_formulas);
            let patched = patch.map(|patch| patched(&xml, 0..xml.len(), &[patch]));
            let after = after.map(|calc| format!("<workbook>{sheets}{calc}</workbook>"));
            assert_eq!(patched, after, "{calc}");
        }
    }

    #[test]
    fn only_the_sheets_own_areas_follow() {
        let xml = concat!(
            "<workbook><sheets><sheet name=\"a\"/><sheet name=\"b\"/></sheets><definedNames>",
            "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">a!$A$1</definedName>",
            "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"1\">b!$A$1</definedName>",
            "<definedName name=\"list\">b!$A$1</definedName></definedNames></workbook>",
        );
        let workbook = Workbook::read("w", xml.into(), "b").unwrap();
        let areas: Vec<_> = workbook.areas.iter().map(|(span, _)| &xml[span.clone()]).collect();
        assert_eq!(areas, ["b!$A$1"]);
        assert!(Workbook::read("w", xml.into(), "c").is_err());
    }

    #[test]
    fn elements_are_removed_whole() {
        let xml = "<a><b k=\"1\"/><b k=\"2\">t<c/></b><b k=\"3\"/></a>";
        for (gone, left) in [
            ("1", "<a><b k=\"2\">t<c/></b><b k=\"3\"/></a>"),
            ("2", "<a><b k=\"1\"/><b k=\"3\"/></a>"),
        ] {
            let is_gone = |tag: &Tag<'_>| tag.value("k").as_deref() == Some(gone);
            assert_eq!(removed("a", xml, is_gone).unwrap(), left);
        }
    }
}
