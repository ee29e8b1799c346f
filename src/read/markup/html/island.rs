//! What Excel notes of its workbook in a page: names, parts and visibility of sheets, the date base.
//! Source: the XML of Excel's HTML ("x:ExcelWorkbook", Office 2000 HTML and XML reference).

use crate::model::Visibility;
use crate::read::markup::attributes::{attributes, resolved};

/// Sheets beyond these are not named.
const MAX_SHEETS: usize = 4096;

/// A sheet as the workbook lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The part that holds it, if that is not this page.
    pub source: Option<String>,
    /// Whether people see it.
    pub visibility: Option<Visibility>,
}

/// What the islands of a page say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Island {
    /// The workbook's sheets in the order of their tabs.
    pub sheets: Vec<Listed>,
    /// Visibility of the sheet that this page is.
    pub visibility: Option<Visibility>,
    /// Whether serial days count from 1904.
    pub is_1904: bool,
}

impl Island {
    /// Reads a piece of an `xml` element or of a conditional comment.
    pub fn add(&mut self, piece: &str) {
        if memchr::memmem::find(piece.as_bytes(), b":").is_none() {
            return;
        }
        // Case is forgiven; offsets stay the same.
        let lower = piece.to_ascii_lowercase();
        self.is_1904 |= lower.contains("<x:date1904/>") || lower.contains("<x:date1904>");
        let mut from = 0;
        while let Some(at) = lower.get(from..).and_then(|rest| rest.find("<x:excelworksheet>")) {
            let start = from + at;
            let end = lower.get(start..).and_then(|rest| rest.find("</x:excelworksheet>"));
            let end = end.map_or(lower.len(), |end| start + end);
            self.add_sheet(piece, &lower, (start, end));
            from = end;
        }
        if from == 0 {
            self.visibility = visibility(piece, &lower, (0, lower.len())).or(self.visibility);
        }
    }

    fn add_sheet(&mut self, piece: &str, lower: &str, span: (usize, usize)) {
        if self.sheets.len() >= MAX_SHEETS {
            return;
        }
        let name = content(piece, lower, span, "<x:name>").unwrap_or_default();
        let within = |text: &str| text.get(span.0..span.1).map(str::to_owned).unwrap_or_default();
        let (piece_within, lower_within) = (within(piece), within(lower));
        let source = lower_within.find("<x:worksheetsource").and_then(|at| {
            let tag = piece_within.get(at + "<x:worksheetsource".len()..)?;
            let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
            let mut all = attributes(tag.trim_end_matches('/'));
            all.find(|(name, _)| name.eq_ignore_ascii_case("href"))
                .map(|(_, value)| resolved(value).into_owned())
        });
        let visibility = visibility(piece, lower, span);
        self.sheets.push(Listed { name: resolved(name.trim()).into_owned(), source, visibility });
    }
}

fn content<'p>(
    piece: &'p str,
    lower: &str,
    (start, end): (usize, usize),
    tag: &str,
) -> Option<&'p str> {
    let at = start + lower.get(start..end)?.find(tag)? + tag.len();
    let length = lower.get(at..end)?.find('<')?;
    piece.get(at..at + length)
}

fn visibility(piece: &str, lower: &str, span: (usize, usize)) -> Option<Visibility> {
    let value = content(piece, lower, span, "<x:visible>")?.trim();
    match value {
        _ if value.eq_ignore_ascii_case("SheetHidden") => Some(Visibility::Hidden),
        _ if value.eq_ignore_ascii_case("SheetVeryHidden") => Some(Visibility::VeryHidden),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_listed_with_name_source_and_visibility() {
        let mut island = Island::default();
        island.add("[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet>\
            <x:Name>内&amp;科</x:Name><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>\
            </x:ExcelWorksheet><x:ExcelWorksheet><x:Name>B</x:Name><x:WorksheetSource HRef=\"a.files/sheet002.htm\"/>\
            </x:ExcelWorksheet></x:ExcelWorksheets><x:Date1904/></x:ExcelWorkbook></xml><![endif]");
        let hidden =
            Listed { name: "内&科".into(), source: None, visibility: Some(Visibility::Hidden) };
        let other = Listed {
            name: "B".into(),
            source: Some("a.files/sheet002.htm".into()),
            visibility: None,
        };
        assert_eq!(island, Island { sheets: vec![hidden, other], visibility: None, is_1904: true });
        island = Island::default();
        island.add("<x:WorksheetOptions><x:Visible>SheetVeryHidden</x:Visible>");
        assert_eq!(island.visibility, Some(Visibility::VeryHidden));
    }
}
