//! The headings of a template workbook's sheet. Reads no further than the heading row. Templates come from the
//! operator or from the program, never from a sender.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use crate::spec::Table;

/// Column from 0 and text of each heading.
pub(super) type Headings = Vec<(u16, String)>;

/// What a template lacks.
#[derive(Debug)]
pub(super) enum TemplateFault {
    /// It is no .xlsx workbook.
    Unreadable,
    /// It has no sheet of the name, but these.
    NoSheet(Vec<String>),
    /// Its heading row is blank.
    NoHeadings(u32),
}

impl TemplateFault {
    /// Tells the operator at the key that is at fault.
    pub(super) fn lint(&self, table: &Table<'_>, sheet: &str) {
        match self {
            TemplateFault::Unreadable => table.lint(
                "template",
                "模板不是可读的 xlsx 工作簿",
                "the template is no readable xlsx workbook",
            ),
            TemplateFault::NoSheet(sheets) => {
                table.unknown("sheet", sheet, sheets.iter().map(String::as_str));
            }
            TemplateFault::NoHeadings(row) => table.lint(
                "heading_row",
                format!("模板工作表“{sheet}”第 {row} 行没有表头"),
                format!("row {row} of the template's sheet {sheet} has no headings"),
            ),
        }
    }
}

/// Reads the texts of a row (from 1) of a sheet.
///
/// # Errors
/// What the template lacks.
pub(super) fn headings(bytes: &[u8], sheet: &str, row: u32) -> Result<Headings, TemplateFault> {
    // The library's own words (zip records, XML events) help nobody who made a workbook in Excel.
    let unreadable = |_: calamine::XlsxError| TemplateFault::Unreadable;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheets = workbook.sheet_names();
    if !sheets.iter().any(|name| name == sheet) {
        return Err(TemplateFault::NoSheet(sheets));
    }
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut headings = Headings::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (at, column) = cell.get_position();
        if at + 1 > row {
            break;
        }
        let text = match cell.get_value() {
            DataRef::String(text) => text.as_str(),
            DataRef::SharedString(text) => text,
            _ => continue,
        };
        if at + 1 == row
            && !text.trim().is_empty()
            && let Ok(column) = u16::try_from(column)
        {
            headings.push((column, text.to_owned()));
        }
    }
    if headings.is_empty() { Err(TemplateFault::NoHeadings(row)) } else { Ok(headings) }
}
