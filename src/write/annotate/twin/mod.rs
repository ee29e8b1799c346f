//! The twin of a document that is no workbook of parts (text, old or open formats): a workbook with the
//! same addresses, marked in the same way.

mod sheet;

use std::path::Path;

use crate::write::annotate::{
    AnnotateError, Annotations,
    list::{List, sheet_name},
    parts::book::{TRANSITIONAL, WORKSHEET_TYPE},
    parts::custom::{self, Memory},
    parts::rels::DECLARATION,
    remarks::comments::{COMMENTS_TYPE, add_remarks},
    remarks::drawing::{DRAWING_TYPE, add_boxes},
    styles::Styles,
    twin::sheet::{SheetFacts, write_sheet},
    xml::escape::escape_attribute,
};
use crate::{
    model::{Chunk, GridInfo, Visibility},
    write::{
        package::{PackageWriter, PartOptions},
        part_file::{PartFile, Published},
    },
};

/// Why the rows of a twin cannot be had.
pub type TwinFault = Box<dyn std::error::Error + Send + Sync>;

/// The grids of a document, handed over once more, strictly forward.
pub trait TwinRows {
    /// Moves to the next grid; `None` after the last. Merged ranges, hidden columns and visibility are
    /// taken over.
    ///
    /// # Errors
    /// The document cannot be read any more.
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault>;

    /// Clears `chunk` and fills it with the grid's next rows; `false` when there are no more.
    ///
    /// # Errors
    /// The document cannot be read any more.
    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault>;

    /// Rows of the current grid in the document, if known: a long grid is then shortened from its first row,
    /// else only from [`Annotations::max_full_rows`] on. More of them than are handed over mean that the twin
    /// is partial.
    fn row_count(&self) -> Option<u64> {
        None
    }
}

/// Writes a marked workbook of a document's rows. Long digits and texts stay texts; numbers of date
/// formats stay dates.
///
/// # Errors
/// The rows cannot be read, or the workbook cannot be written; nothing is left behind then.
pub fn write_twin(
    grids: &mut dyn TwinRows,
    annotations: &Annotations<'_>,
    out: &Path,
) -> Result<Published, AnnotateError> {
    let mut twin = Twin {
        annotations,
        package: PackageWriter::create(out)?,
        styles: Styles::open(Some(TWIN_STYLES.as_bytes().to_vec()), TRANSITIONAL)?,
        sheets: Vec::new(),
        lines: Vec::new(),
        is_1904: false,
    };
    // The first part tells mail gateways what the file is.
    twin.put("_rels/.rels", &package_rels())?;
    while let Some(info) = grids.next_grid().map_err(AnnotateError::Rows)? {
        twin.write_grid(grids, &info)?;
    }
    if twin.sheets.is_empty() {
        twin.write_grid(&mut NoRows, &GridInfo::default())?;
    }
    let path = out.to_owned();
    let package = twin.finish()?;
    package.finish()?.publish().map_err(|source| AnnotateError::Publish { path, source })
}

/// Formats of a twin's cells, by index: general, text, date, date and time, time of day.
const TWIN_STYLES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
    r#"<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>"#,
    r#"<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>"#,
    r#"<fonts count="1"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>"#,
    r#"<fills count="2"><fill><patternFill patternType="none"/></fill>"#,
    r#"<fill><patternFill patternType="gray125"/></fill></fills>"#,
    r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
    r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
    r#"<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="21" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>"#,
    r#"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#,
);

/// A document without any grid.
struct NoRows;

impl TwinRows for NoRows {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault> {
        Ok(None)
    }

    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault> {
        chunk.clear();
        Ok(false)
    }
}

/// A sheet that is written.
struct TwinSheet {
    name: String,
    visibility: Visibility,
    has_comments: bool,
}

struct Twin<'a> {
    annotations: &'a Annotations<'a>,
    package: PackageWriter<PartFile>,
    styles: Styles,
    sheets: Vec<TwinSheet>,
    lines: Vec<String>,
    is_1904: bool,
}

impl Twin<'_> {
    fn put(&mut self, name: &str, xml: &str) -> Result<(), AnnotateError> {
        Ok(self.package.put_part(name, xml.as_bytes(), self.annotations.level)?)
    }

    fn write_grid(
        &mut self,
        rows: &mut dyn TwinRows,
        info: &GridInfo,
    ) -> Result<(), AnnotateError> {
        let number = self.sheets.len() + 1;
        let name = self.free_name(&info.name, number);
        self.is_1904 |= info.is_1904;
        let part = format!("xl/worksheets/sheet{number}.xml");
        let options = PartOptions { level: self.annotations.level, workers: 0 };
        self.package.begin(&part, options)?;
        let mut sink = |bytes: &[u8]| Ok(self.package.write(bytes)?);
        let facts = SheetFacts { grid: (number - 1) as u16, info, annotations: self.annotations };
        let written = write_sheet(rows, &facts, &mut self.styles, &mut sink)?;
        self.package.end()?;
        if written.is_short {
            let limit = self.annotations.max_full_rows;
            // A short grid beside a long one may be handed over shortened, too.
            let is_over = rows.row_count().is_none_or(|count| count > u64::from(limit));
            let limit = is_over.then_some(limit);
            self.lines.push(crate::write::annotate::workbook::short_line(
                self.annotations.lang,
                &name,
                limit,
            ));
        }
        let has_comments = !written.noted.is_empty();
        if has_comments {
            let remarks = self.annotations.remarks(&written.noted);
            let (comments, boxed) = add_remarks(None, TRANSITIONAL, remarks)?;
            let boxes = add_boxes(None, &boxed, &written.columns);
            let level = self.annotations.level;
            self.package.put_part(&format!("xl/comments{number}.xml"), &comments, level)?;
            self.package.put_part(&format!("xl/drawings/vmlDrawing{number}.vml"), &boxes, level)?;
            let leads = [
                ("comments", format!("/xl/comments{number}.xml")),
                ("vmlDrawing", format!("/xl/drawings/vmlDrawing{number}.vml")),
            ];
            let rels = relationships_part(&leads);
            self.put(&format!("xl/worksheets/_rels/sheet{number}.xml.rels"), &rels)?;
        }
        self.sheets.push(TwinSheet { name, visibility: info.visibility, has_comments });
        Ok(())
    }

    /// A sheet name that programs take: no `[]:*?/\`, at most 31 units, once only.
    fn free_name(&self, wanted: &str, number: usize) -> String {
        let plain: String = wanted.chars().filter(|letter| !"[]:*?/\\".contains(*letter)).collect();
        let plain = plain.trim_matches('\'').trim();
        let plain = if plain.is_empty() { format!("Sheet{number}") } else { plain.to_owned() };
        let is_free = |name: &String| {
            self.sheets.iter().all(|sheet| sheet.name.to_lowercase() != name.to_lowercase())
        };
        let numbered = (2u32..)
            .map(|again| format!("{} ({again})", crate::write::annotate::shortened(&plain, 24)));
        let first = crate::write::annotate::shortened(&plain, 31).to_owned();
        std::iter::once(first).chain(numbered).find(is_free).unwrap_or_default()
    }

    /// Writes the list and the parts that name the others.
    fn finish(mut self) -> Result<PackageWriter<PartFile>, AnnotateError> {
        let names: Vec<String> = self.sheets.iter().map(|sheet| sheet.name.clone()).collect();
        let is_partial = !self.lines.is_empty();
        let list_name = self.free_name(sheet_name(self.annotations.lang), 0);
        let list = List {
            annotations: self.annotations,
            sheets: &names,
            lines: &self.lines,
            is_partial,
            formats: self.styles.list_formats(),
            dialect: TRANSITIONAL,
        };
        let options = PartOptions { level: self.annotations.level, workers: 0 };
        self.package.begin("xl/worksheets/list.xml", options)?;
        list.write(&mut |bytes| Ok(self.package.write(bytes)?))?;
        self.package.end()?;
        let (styles_text, fills) = self.styles.memory();
        let memory = Memory {
            sha256: self.annotations.sha256.to_owned(),
            sheet: list_name.clone(),
            active: 0,
            styles: styles_text,
            fills,
            is_partial,
        };
        self.put("docProps/custom.xml", &String::from_utf8_lossy(&custom::whole_part(&memory)))?;
        let workbook = self.workbook(&list_name);
        self.put("xl/workbook.xml", &workbook)?;
        let mut leads = vec![("worksheet", "/xl/worksheets/list.xml".to_owned())];
        let sheets = (1..=self.sheets.len()).map(|at| format!("/xl/worksheets/sheet{at}.xml"));
        leads.extend(sheets.map(|part| ("worksheet", part)));
        leads.push(("styles", "/xl/styles.xml".to_owned()));
        self.put("xl/_rels/workbook.xml.rels", &relationships_part(&leads))?;
        let types = self.content_types();
        self.put("[Content_Types].xml", &types)?;
        self.package.put_part("xl/styles.xml", &self.styles.finish(), self.annotations.level)?;
        Ok(self.package)
    }

    fn workbook(&self, list_name: &str) -> String {
        let date_base = if self.is_1904 { "<workbookPr date1904=\"1\"/>" } else { "<workbookPr/>" };
        let mut sheets = Vec::new();
        let ours = TwinSheet {
            name: list_name.to_owned(),
            visibility: Visibility::Visible,
            has_comments: false,
        };
        for (at, sheet) in std::iter::once(&ours).chain(&self.sheets).enumerate() {
            sheets.extend_from_slice(b"<sheet name=\"");
            escape_attribute(&sheet.name, &mut sheets);
            let state = match sheet.visibility {
                Visibility::Visible => "",
                Visibility::Hidden => " state=\"hidden\"",
                Visibility::VeryHidden => " state=\"veryHidden\"",
            };
            let id = at + 1;
            sheets.extend_from_slice(
                format!("\" sheetId=\"{id}\"{state} r:id=\"rId{id}\"/>").as_bytes(),
            );
        }
        format!(
            "{DECLARATION}<workbook xmlns=\"{}\" xmlns:r=\"{}\">{date_base}<bookViews>\
             <workbookView activeTab=\"0\"/></bookViews><sheets>{}</sheets></workbook>",
            TRANSITIONAL.main,
            TRANSITIONAL.rels,
            String::from_utf8_lossy(&sheets)
        )
    }

    fn content_types(&self) -> String {
        const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        let one = |part: &str, kind: &str| {
            format!("<Override PartName=\"/{part}\" ContentType=\"{kind}\"/>")
        };
        let mut types = one("xl/workbook.xml", &format!("{SHEET}.sheet.main+xml"));
        types += &one("xl/styles.xml", &format!("{SHEET}.styles+xml"));
        types += &one("xl/worksheets/list.xml", WORKSHEET_TYPE);
        types += &one("docProps/custom.xml", custom::PART_TYPE);
        for (sheet, number) in self.sheets.iter().zip(1..) {
            types += &one(&format!("xl/worksheets/sheet{number}.xml"), WORKSHEET_TYPE);
            if sheet.has_comments {
                types += &one(&format!("xl/comments{number}.xml"), COMMENTS_TYPE);
            }
        }
        format!(
            "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Default Extension=\"vml\" ContentType=\"{DRAWING_TYPE}\"/>{types}</Types>"
        )
    }
}

fn package_rels() -> String {
    relationships_part(&[
        ("officeDocument", "/xl/workbook.xml".to_owned()),
        ("custom-properties", "/docProps/custom.xml".to_owned()),
    ])
}

/// A part of relationships `rId1`, `rId2` …
fn relationships_part(leads: &[(&str, String)]) -> String {
    let one = |((kind, target), number): (&(&str, String), u32)| {
        let space = TRANSITIONAL.rels;
        format!("<Relationship Id=\"rId{number}\" Type=\"{space}/{kind}\" Target=\"{target}\"/>")
    };
    let all: String = leads.iter().zip(1..).map(one).collect();
    let space = crate::write::annotate::parts::rels::PACKAGE_RELS;
    format!("{DECLARATION}<Relationships xmlns=\"{space}\">{all}</Relationships>")
}
