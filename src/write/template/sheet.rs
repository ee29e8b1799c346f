//! The template's sheet part, read once: what is copied, what a row looks like, what must follow the rows.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    ranges::{Cover, Fill, address, extended_list, rectangle},
    xml::{Node, Patch, Tag, Walker, patched},
};

/// How a filled row looks: that of the template's first row to fill.
#[derive(Debug, Default)]
pub(super) struct RowLook {
    /// Attributes of the row, each with a space before it: ` ht="30" customHeight="1"`.
    pub(super) attributes: String,
    cells: Vec<(u16, String)>,
    row_style: Option<String>,
    columns: Vec<(u32, u32, String)>,
}

impl RowLook {
    /// The style of a column's cell: the cell's own, else the row's, else the column's.
    pub(super) fn style_of(&self, column: u16) -> Option<&str> {
        let number = u32::from(column) + 1;
        let own = self.cells.iter().find(|(at, _)| *at == column).map(|(_, style)| style);
        own.or(self.row_style.as_ref())
            .or_else(|| {
                let span =
                    self.columns.iter().find(|(min, max, _)| (*min..=*max).contains(&number));
                span.map(|(_, _, style)| style)
            })
            .map(String::as_str)
    }

    /// Columns that have a styled cell in the first row.
    pub(super) fn styled_columns(&self) -> impl Iterator<Item = u16> {
        self.cells.iter().map(|(column, _)| *column)
    }
}

/// The text of a cell as the part holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CellText {
    /// The text itself.
    Plain(String),
    /// Index into the shared strings.
    Shared(usize),
}

/// A template's sheet part, ready to be filled.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    xml: String,
    /// Prefix of the elements: `x:` or nothing.
    pub(super) prefix: String,
    /// How filled rows look.
    pub(super) look: RowLook,
    /// Cells down to the heading row.
    pub(super) headings: FxHashMap<(u32, u16), CellText>,
    /// Merged ranges.
    pub(super) merges: Vec<crate::model::Range>,
    /// The first row from the first row to fill on that must not be filled, and its column.
    pub(super) blocked: Option<(u32, u16)>,
    /// Whether any cell has a formula.
    pub(super) has_formulas: bool,
    /// Whether a fill replaces a formula (of a counter column).
    pub(super) replaces_formulas: bool,
    dimension: Option<Range<usize>>,
    /// Number and first byte of each row from the first row to fill on.
    rows: Vec<(u32, usize)>,
    /// `<sheetData/>`, if it was written so.
    empty_rows: Option<Range<usize>>,
    rows_end: Option<usize>,
    follows: Vec<(Range<usize>, Cover)>,
}

impl Sheet {
    /// Reads a sheet part. `counters` are the columns whose template text may be overwritten.
    ///
    /// # Errors
    /// The position at which the part is not well-formed.
    pub(super) fn read(xml: String, rows: (u32, u32), counters: &[u16]) -> Result<Sheet, u64> {
        let (heading_row, first_row) = rows;
        let mut scan =
            Scan { sheet: Sheet::default(), heading_row, first_row, counters, at: At::default() };
        let mut walker = Walker::new(&xml);
        while let Some(node) = walker.next()? {
            match node {
                Node::Open(tag) => scan.open(&tag),
                Node::Close { name, span } => scan.close(name, span),
                Node::Text(text) => scan.text(&text),
            }
        }
        let mut sheet = scan.sheet;
        for merge in &sheet.merges {
            if merge.bottom >= first_row {
                let row = merge.top.max(first_row);
                block(&mut sheet.blocked, row, merge.left);
            }
        }
        sheet.xml = xml;
        Ok(sheet)
    }

    /// Whether there is a place for rows.
    pub(super) fn has_rows(&self) -> bool {
        self.rows_end.is_some() || self.empty_rows.is_some()
    }

    /// All that stands before the first row to fill, but for `dimension`: it would have to know how
    /// many rows follow, and is optional.
    pub(super) fn head(&self) -> String {
        let end = self.rows.first().map(|(_, start)| *start).or(self.rows_end);
        let end = self.empty_rows.as_ref().map(|span| span.start).or(end).unwrap_or(0);
        let dimension = self.dimension.clone().map(|span| Patch { span, text: String::new() });
        let mut head = patched(&self.xml, 0..end, dimension.as_slice());
        if self.empty_rows.is_some() {
            head.push_str(&format!("<{}sheetData>", self.prefix));
        }
        head
    }

    /// All that stands after the rows: template rows further down, then the rest of the part with the
    /// ranges that follow the rows.
    pub(super) fn tail(&self, fill: Fill) -> String {
        let below = self.rows.iter().find(|(number, _)| *number > fill.last_row);
        let from = below.map(|(_, start)| *start).or(self.rows_end).unwrap_or(0);
        let (from, mut tail) = match &self.empty_rows {
            Some(span) => (span.end, format!("</{}sheetData>", self.prefix)),
            None => (from, String::new()),
        };
        let patches: Vec<Patch> = self
            .follows
            .iter()
            .filter_map(|(span, cover)| {
                let list = self.xml.get(span.clone())?;
                let text = extended_list(list, *cover, fill)?;
                Some(Patch { span: span.clone(), text })
            })
            .collect();
        tail.push_str(&patched(&self.xml, from..self.xml.len(), &patches));
        tail
    }
}

fn block(blocked: &mut Option<(u32, u16)>, row: u32, column: u16) {
    if blocked.is_none_or(|(known, _)| row < known) {
        *blocked = Some((row, column));
    }
}

/// Elements after the rows whose range attribute follows them.
const FOLLOWERS: &[(&str, &str, Cover)] = &[
    ("dataValidation", "sqref", Cover::Rows),
    ("conditionalFormatting", "sqref", Cover::Rows),
    ("protectedRange", "sqref", Cover::Rows),
    ("ignoredError", "sqref", Cover::Rows),
    ("autoFilter", "ref", Cover::Table),
];

struct Scan<'c> {
    sheet: Sheet,
    heading_row: u32,
    first_row: u32,
    counters: &'c [u16],
    at: At,
}

/// Where the walk stands.
#[derive(Default)]
struct At {
    row: u32,
    column: u16,
    is_after_rows: bool,
    is_shared: bool,
    /// Within `v`, `t` or `f`, and not within a phonetic run.
    is_in_text: bool,
    is_phonetic: bool,
    text: String,
    /// Start of the text of an `xm:sqref` element.
    list_start: Option<usize>,
}

impl Scan<'_> {
    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name {
            "sheetData" => {
                self.sheet.prefix = tag.prefix.to_owned();
                self.sheet.empty_rows = tag.is_empty.then(|| tag.span.clone());
                self.at.is_after_rows = tag.is_empty;
            }
            _ if self.at.is_after_rows => self.open_after_rows(tag),
            "dimension" => self.sheet.dimension = Some(tag.span.clone()),
            "col" => self.open_col(tag),
            "row" => self.open_row(tag),
            "c" => self.open_cell(tag),
            "f" => {
                self.sheet.has_formulas = true;
                self.sheet.replaces_formulas |= self.at.row >= self.first_row;
                self.mark_content();
            }
            "rPh" => self.at.is_phonetic = !tag.is_empty,
            "v" | "t" => self.at.is_in_text = !tag.is_empty && !self.at.is_phonetic,
            _ => {}
        }
    }

    fn open_col(&mut self, tag: &Tag<'_>) {
        let number = |name| tag.value(name).and_then(|value| value.parse::<u32>().ok());
        if let (Some(min), Some(max), Some(style)) =
            (number("min"), number("max"), tag.value("style"))
        {
            self.sheet.look.columns.push((min, max, style));
        }
    }

    fn open_row(&mut self, tag: &Tag<'_>) {
        let number = tag.value("r").and_then(|number| number.parse().ok());
        self.at.row = number.unwrap_or(self.at.row + 1);
        self.at.column = 0;
        if self.at.row >= self.first_row {
            self.sheet.rows.push((self.at.row, tag.span.start));
        }
        if self.at.row == self.first_row {
            let look = &mut self.sheet.look;
            for name in ["s", "customFormat", "ht", "customHeight"] {
                if let Some(value) = tag.value(name) {
                    look.attributes.push_str(&format!(" {name}=\"{value}\""));
                }
            }
            look.row_style = tag.value("s").filter(|_| tag.value("customFormat").is_some());
        }
    }

    fn open_cell(&mut self, tag: &Tag<'_>) {
        if let Some((column, _)) = tag.value("r").as_deref().and_then(address) {
            self.at.column = column;
        }
        self.at.is_shared = tag.value("t").as_deref() == Some("s");
        self.at.text.clear();
        if self.at.row == self.first_row
            && let Some(style) = tag.value("s")
        {
            self.sheet.look.cells.push((self.at.column, style));
        }
        if tag.is_empty {
            self.at.column += 1;
        }
    }

    fn open_after_rows(&mut self, tag: &Tag<'_>) {
        if tag.name == "mergeCell" {
            self.sheet.merges.extend(tag.value("ref").as_deref().and_then(rectangle));
        }
        if tag.name == "sqref" && !tag.is_empty {
            self.at.list_start = Some(tag.span.end);
        }
        let follower = FOLLOWERS.iter().find(|(name, _, _)| *name == tag.name);
        if let Some((_, attribute, cover)) = follower
            && let Some(span) = tag.value_span(attribute)
        {
            self.sheet.follows.push((span, *cover));
        }
    }

    fn close(&mut self, name: &str, span: Range<usize>) {
        match name {
            "sheetData" => {
                self.sheet.rows_end = Some(span.start);
                self.at.is_after_rows = true;
            }
            "sqref" => {
                if let Some(start) = self.at.list_start.take() {
                    self.sheet.follows.push((start..span.start, Cover::Rows));
                }
            }
            "dimension" => {
                if let Some(dimension) = &mut self.sheet.dimension {
                    dimension.end = span.end;
                }
            }
            "rPh" => self.at.is_phonetic = false,
            "v" | "t" => self.at.is_in_text = false,
            "c" if !self.at.is_after_rows => self.close_cell(),
            _ => {}
        }
    }

    fn close_cell(&mut self) {
        let text = std::mem::take(&mut self.at.text);
        if !text.trim().is_empty() {
            self.mark_content();
            if self.at.row <= self.heading_row {
                let text = match text.trim().parse() {
                    Ok(index) if self.at.is_shared => CellText::Shared(index),
                    _ => CellText::Plain(text),
                };
                self.sheet.headings.insert((self.at.row, self.at.column), text);
            }
        }
        self.at.column += 1;
    }

    fn mark_content(&mut self) {
        if self.at.row >= self.first_row && !self.counters.contains(&self.at.column) {
            block(&mut self.sheet.blocked, self.at.row, self.at.column);
        }
    }

    fn text(&mut self, text: &str) {
        if self.at.is_in_text {
            self.at.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = concat!(
        "<x:worksheet><x:dimension ref=\"A1:C3\"/><x:cols><x:col min=\"3\" max=\"5\" style=\"9\"/></x:cols>",
        "<x:sheetData><x:row r=\"2\"><x:c r=\"A2\" t=\"s\"><x:v>4</x:v></x:c>",
        "<x:c r=\"B2\" t=\"inlineStr\"><x:is><x:t>学</x:t><x:rPh><x:t>x</x:t></x:rPh><x:t>分</x:t></x:is></x:c></x:row>",
        "<x:row r=\"3\" ht=\"20\" customHeight=\"1\"><x:c r=\"A3\" s=\"7\"><x:v>1</x:v></x:c><x:c s=\"8\"/></x:row>",
        "<x:row r=\"6\"/><x:row r=\"9\"><x:c r=\"B9\" t=\"s\"><x:v>0</x:v></x:c></x:row></x:sheetData>",
        "<x:autoFilter ref=\"A2:B6\"/><x:mergeCells><x:mergeCell ref=\"A1:B1\"/></x:mergeCells>",
        "<x:dataValidations><x:dataValidation sqref=\"B3:B6 C1\"/></x:dataValidations>",
        "<x:extLst><x14:dataValidation><xm:sqref>A3:A6</xm:sqref></x14:dataValidation></x:extLst></x:worksheet>",
    );

    #[test]
    fn a_sheet_is_taken_apart_and_put_together_again() {
        let sheet = Sheet::read(XML.into(), (2, 3), &[0]).unwrap();
        assert_eq!(sheet.prefix, "x:");
        assert_eq!(sheet.look.attributes, " ht=\"20\" customHeight=\"1\"");
        let styles: Vec<_> = (0..6).map(|column| sheet.look.style_of(column)).collect();
        assert_eq!(styles, [Some("7"), Some("8"), Some("9"), Some("9"), Some("9"), None]);
        assert_eq!(sheet.headings[&(2, 0)], CellText::Shared(4));
        assert_eq!(sheet.headings[&(2, 1)], CellText::Plain("学分".into()));
        // A3 is a counter's; the first text in the way stands in B9.
        assert_eq!(sheet.blocked, Some((9, 1)));
        assert!(sheet.head().starts_with("<x:worksheet><x:cols>"));
        assert!(sheet.head().ends_with("</x:row>") && !sheet.head().contains("r=\"3\""));
        let tail = sheet.tail(Fill { heading_row: 2, first_row: 3, last_row: 7 });
        for part in ["<x:row r=\"9\">", "ref=\"A2:B7\"", "sqref=\"B3:B7 C1\"", ">A3:A7</xm:sqref>"]
        {
            assert!(tail.contains(part), "{part}");
        }
        assert!(!tail.contains("r=\"6\""));
        let short = sheet.tail(Fill { heading_row: 2, first_row: 3, last_row: 3 });
        assert!(short.starts_with("<x:row r=\"6\"/>"));
        assert!(short.ends_with(&XML[XML.find("<x:autoFilter").unwrap()..]));
    }

    #[test]
    fn a_sheet_without_rows_gets_a_place_for_them() {
        let xml = "<worksheet><sheetData/><pageMargins/></worksheet>";
        let sheet = Sheet::read(xml.into(), (1, 2), &[]).unwrap();
        let fill = Fill { heading_row: 1, first_row: 2, last_row: 9 };
        assert_eq!(sheet.head(), "<worksheet><sheetData>");
        assert_eq!(sheet.tail(fill), "</sheetData><pageMargins/></worksheet>");
    }
}
