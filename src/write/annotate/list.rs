//! The sheet that lists the findings, with a link to each cell.

use super::{
    Annotations, Issue, MAX_CELL_UNITS,
    parts::book::Dialect,
    parts::rels::DECLARATION,
    shortened,
    styles::ListFormats,
    xml::escape::{escape_attribute, escape_text, wrapped_lines},
    xml::window::Sink,
};
use crate::model::{
    Lang, Severity,
    grid::{NO_COLUMN, a1},
};

/// Most links that spreadsheet programs take on a sheet.
const MAX_LINKS: usize = 65_000;
/// Most lines above the table, which stay in view while it scrolls.
const MAX_LINES: usize = 9;

/// Points that a line of our ten-point text takes in fonts with generous spacing.
const LINE_HEIGHT: u32 = 15;
/// Points that spreadsheet programs take for a row.
const MAX_HEIGHT: u32 = 409;

/// Name of the sheet, if it is free.
pub(super) fn sheet_name(lang: Lang) -> &'static str {
    lang.pick("问题清单", "Issues")
}

/// What the sheet needs to know.
pub(super) struct List<'a> {
    /// The findings.
    pub annotations: &'a Annotations<'a>,
    /// Names of the workbook's worksheets.
    pub sheets: &'a [String],
    /// Further lines for the top.
    pub lines: &'a [String],
    /// Whether rows were left out, so that the sender must mend the original.
    pub is_partial: bool,
    /// Formats.
    pub formats: ListFormats,
    /// Dialect of the workbook.
    pub dialect: Dialect,
}

const COLUMNS: [(&str, &str, u32); 9] = [
    ("级别", "Level", 8),
    ("工作表", "Sheet", 16),
    ("单元格", "Cell", 10),
    ("列名", "Column", 16),
    ("原内容", "Value", 22),
    ("问题", "Problem", 40),
    ("怎样改", "How to mend", 40),
    ("依据", "Clause", 26),
    ("代码", "Code", 18),
];

impl List<'_> {
    /// Writes the sheet's part.
    pub(super) fn write(&self, sink: &mut Sink<'_>) -> Result<(), super::AnnotateError> {
        let lines = self.top_lines();
        let heading = lines.len() as u32 + 2;
        let last = heading + self.annotations.issues.len() as u32;
        let mut out = self.head(heading).into_bytes();
        self.push_line(1, (self.formats.title, 28), sheet_name(self.annotations.lang), &mut out);
        for (at, line) in lines.iter().enumerate() {
            self.push_line(at as u32 + 2, (self.formats.line, 18), line, &mut out);
        }
        let headings = COLUMNS.map(|(zh, en, _)| self.annotations.lang.pick(zh, en));
        out.extend_from_slice(
            format!("<row r=\"{heading}\" ht=\"22\" customHeight=\"1\">").as_bytes(),
        );
        for (column, text) in headings.iter().enumerate() {
            push_cell((heading, column as u16), self.formats.heading, text, &mut out);
        }
        out.extend_from_slice(b"</row>");
        for (at, issue) in self.annotations.issues.iter().enumerate() {
            self.push_issue(heading + 1 + at as u32, issue, &mut out);
            if out.len() > 1 << 16 {
                sink(&out)?;
                out.clear();
            }
        }
        out.extend_from_slice(
            format!("</sheetData><autoFilter ref=\"A{heading}:I{last}\"/>").as_bytes(),
        );
        sink(&out)?;
        out.clear();
        self.push_links(heading, &mut out);
        out.extend_from_slice(
            b"<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.5\" header=\"0.3\" \
              footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>\
              </worksheet>",
        );
        sink(&out)
    }

    fn head(&self, heading: u32) -> String {
        let widths: String = COLUMNS
            .iter()
            .zip(1..)
            .map(|((.., width), at)| {
                format!("<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>")
            })
            .collect();
        format!(
            "{DECLARATION}<worksheet xmlns=\"{}\"><sheetPr><tabColor rgb=\"FFFF0000\"/>\
             <pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView tabSelected=\"1\" \
             workbookViewId=\"0\"><pane ySplit=\"{heading}\" topLeftCell=\"A{}\" \
             activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/></sheetView>\
             </sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>{widths}</cols><sheetData>",
            self.dialect.main,
            heading + 1
        )
    }

    fn top_lines(&self) -> Vec<String> {
        let lang = self.annotations.lang;
        let count = |wanted: Severity| {
            self.annotations.issues.iter().filter(|issue| issue.severity == wanted).count()
        };
        let how = match self.is_partial {
            true => lang.pick(
                "本工作簿只有一部分行，不要提交它。请在原来的文件里照本表改好，保存后重新提交原来的文件（放回原来的投递文件夹，或发给办理人重新转换）。",
                "This workbook holds only some of the rows; do not hand it in. Mend the original document as listed here, save it and hand the original in again (put it back into its drop folder, or send it to whoever converts it).",
            ),
            false => lang.pick(
                "改好，保存后重新提交（放回原来的投递文件夹，或发给办理人重新转换）。本表、颜色和批注下次会自动去掉，不用您删。",
                "Mend the cells, save, and hand this workbook in again (put it back into its drop folder, or send it to whoever converts it). This sheet, the colours and the comments go by themselves.",
            ),
        };
        let (errors, warnings, infos) =
            (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
        let tally = match lang {
            Lang::Zh => format!(
                "错误 {errors} 处（红色，改好之前这一行不会上报）；警告 {warnings} 处（黄色，请看一看）；提示 {infos} 处（蓝色，不用改）。"
            ),
            Lang::En => format!(
                "{errors} errors (red; such a row is held until it is mended), {warnings} warnings (yellow; please look), {infos} infos (blue; nothing to do)."
            ),
        };
        let mut lines = vec![how.to_owned(), tally];
        let unlisted = self.annotations.unlisted;
        if unlisted > 0 {
            lines.push(match lang {
                Lang::Zh => {
                    format!("另有 {unlisted} 处没有列在这里：先改好上面这些，再投一次就会看到。")
                }
                Lang::En => {
                    format!("{unlisted} more are not listed: mend these first and send again.")
                }
            });
        }
        lines.extend(self.lines.iter().chain(self.annotations.notes).cloned());
        if let Some(rest) = lines.get(MAX_LINES - 1..).filter(|rest| rest.len() > 1) {
            let joined = rest.join("　");
            lines.truncate(MAX_LINES - 1);
            lines.push(joined);
        }
        lines
    }

    fn push_line(&self, row: u32, (format, height): (u32, u32), text: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(
            format!("<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">").as_bytes(),
        );
        push_cell((row, 0), format, text, out);
        out.extend_from_slice(b"</row>");
    }

    fn sheet_of<'a>(&'a self, issue: &'a Issue) -> &'a str {
        self.sheets.get(usize::from(issue.place.grid)).map_or(&*issue.sheet, String::as_str)
    }

    fn push_issue(&self, row: u32, issue: &Issue, out: &mut Vec<u8>) {
        let lang = self.annotations.lang;
        let formats = &self.formats;
        let [info, warning, error] = formats.severity;
        let severity = match issue.severity {
            Severity::Info => info,
            Severity::Warning => warning,
            Severity::Error => error,
        };
        let place = place_text(issue, lang);
        let link = if self.location(issue).is_some() { formats.link } else { formats.text };
        let is_listed = issue.place.grid != u16::MAX;
        let cells = [
            (severity, issue.severity.label(lang)),
            (formats.text, if is_listed { self.sheet_of(issue) } else { "" }),
            (link, &place),
            (formats.text, &issue.heading),
            (formats.text, &issue.value),
            (formats.text, &issue.message),
            (formats.text, &issue.hint),
            (formats.text, &issue.clause),
            (formats.text, &issue.code),
        ];
        // Some programs do not fit the height of rows when they open a workbook.
        let lines = cells.iter().zip(COLUMNS).map(|((_, text), (.., width))| {
            // Margins, and lines that end early because punctuation must not begin the next one.
            wrapped_lines(text, width - 1 - width / 12)
        });
        let height = (4 + LINE_HEIGHT * lines.max().unwrap_or(1).max(1)).min(MAX_HEIGHT);
        out.extend_from_slice(
            format!("<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">").as_bytes(),
        );
        for ((format, text), column) in cells.into_iter().zip(0..) {
            push_cell((row, column), format, text, out);
        }
        out.extend_from_slice(b"</row>");
    }

    /// Where the link of an issue leads, if the workbook has such a place.
    fn location(&self, issue: &Issue) -> Option<String> {
        let sheet = self.sheets.get(usize::from(issue.place.grid))?;
        let column = if issue.place.column == NO_COLUMN { 0 } else { issue.place.column };
        let cell = a1(issue.place.row.max(1), column);
        Some(format!("'{}'!{cell}", sheet.replace('\'', "''")))
    }

    fn push_links(&self, heading: u32, out: &mut Vec<u8>) {
        let issues = self.annotations.issues.iter().zip(heading + 1..);
        let links = issues.filter_map(|(issue, row)| Some((self.location(issue)?, row)));
        let mut is_first = true;
        for (location, row) in links.take(MAX_LINKS) {
            out.extend_from_slice(if is_first { b"<hyperlinks>" } else { b"" });
            is_first = false;
            out.extend_from_slice(format!("<hyperlink ref=\"C{row}\" location=\"").as_bytes());
            escape_attribute(&location, out);
            out.extend_from_slice(b"\"/>");
        }
        out.extend_from_slice(if is_first { b"" } else { b"</hyperlinks>" });
    }
}

fn place_text(issue: &Issue, lang: Lang) -> String {
    let place = issue.place;
    match place.a1() {
        Some(cell) => cell,
        None if place.row > 0 => match lang {
            Lang::Zh => format!("第 {} 行", place.row),
            Lang::En => format!("row {}", place.row),
        },
        None if place.grid != u16::MAX => lang.pick("整张表", "sheet").to_owned(),
        None => lang.pick("整个文件", "document").to_owned(),
    }
}

/// Writes a text cell; an empty text leaves only the format.
pub(super) fn push_cell((row, column): (u32, u16), format: u32, text: &str, out: &mut Vec<u8>) {
    let place = a1(row, column);
    if text.is_empty() {
        out.extend_from_slice(format!("<c r=\"{place}\" s=\"{format}\"/>").as_bytes());
        return;
    }
    out.extend_from_slice(
        format!("<c r=\"{place}\" s=\"{format}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">")
            .as_bytes(),
    );
    escape_text(shortened(text, MAX_CELL_UNITS), out);
    out.extend_from_slice(b"</t></is></c>");
}
