//! The elements of an OpenDocument spreadsheet as a flat run of steps. Knows no row number.

use std::io::BufRead;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::model::{CellKind, NumberFormat};

use super::super::trouble::Trouble;
use super::CONTENT;

/// What the walk meets.
pub enum Step {
    /// A sheet begins.
    Table {
        /// Its name.
        name: String,
        /// Whether its style hides it.
        is_hidden: bool,
    },
    /// Columns of one layout.
    Column {
        /// How many.
        repeat: u32,
        /// Whether they are hidden.
        is_hidden: bool,
    },
    /// Rows of one content begin.
    Row {
        /// How many.
        repeat: u32,
        /// Whether they are hidden or filtered out.
        is_hidden: bool,
    },
    /// Cells of one content; the text is [`Walk::text`].
    Cell(CellStep),
    /// The rows begun last end.
    EndRow,
}

/// Cells of one content.
#[derive(Clone, Copy, Debug)]
pub struct CellStep {
    /// How many, side by side.
    pub repeat: u32,
    /// Columns and rows that the cell covers; 1 and 1 unless merged.
    pub span: (u32, u32),
    /// What it holds.
    pub kind: CellKind,
    /// What its value says of dates and times.
    pub format: NumberFormat,
}

/// Walks `content.xml`.
pub struct Walk<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    /// Text of the cell met last.
    pub text: String,
    /// Names of the table styles that hide their table.
    hidden_styles: Vec<String>,
    style: String,
    is_in_table: bool,
}

impl<R: BufRead> Walk<R> {
    /// Begins at the first byte.
    pub fn new(from: R) -> Walk<R> {
        let mut reader = Reader::from_reader(from);
        reader.config_mut().expand_empty_elements = true;
        Walk {
            reader,
            buffer: Vec::new(),
            text: String::new(),
            hidden_styles: Vec::new(),
            style: String::new(),
            is_in_table: false,
        }
    }

    /// The next step; `None` at the end of a well-formed document.
    pub fn step(&mut self) -> Result<Option<Step>, Trouble> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let step = loop {
            buffer.clear();
            match self.reader.read_event_into(&mut buffer).map_err(|_| broken())? {
                Event::Start(element) => {
                    if let Some(step) = self.open(&element)? {
                        break Some(step);
                    }
                }
                Event::End(element) => match element.name().as_ref() {
                    "table:table-row" if self.is_in_table => break Some(Step::EndRow),
                    "table:table" => self.is_in_table = false,
                    _ => {}
                },
                Event::Eof => break None,
                _ => {}
            }
        };
        self.buffer = buffer;
        Ok(step)
    }

    fn open(&mut self, element: &BytesStart<'_>) -> Result<Option<Step>, Trouble> {
        let name = element.name();
        let name = name.as_ref();
        let is_hidden = |attribute| {
            matches!(attribute_of(element, attribute).as_deref(), Some("collapse" | "filter"))
        };
        let step = match name {
            "style:style" => {
                self.style = attribute_of(element, "style:name").unwrap_or_default();
                return Ok(None);
            }
            "style:table-properties" => {
                if attribute_of(element, "table:display").as_deref() == Some("false") {
                    self.hidden_styles.push(self.style.clone());
                }
                return Ok(None);
            }
            // Copies of foreign tables and of changed cells, no sheets of this document.
            "table:dde-links" | "table:tracked-changes" => {
                self.pass_over(name)?;
                return Ok(None);
            }
            "table:table" => {
                let style = attribute_of(element, "table:style-name").unwrap_or_default();
                self.is_in_table = true;
                Step::Table {
                    name: attribute_of(element, "table:name").unwrap_or_default(),
                    is_hidden: self.hidden_styles.contains(&style),
                }
            }
            "table:table-column" if self.is_in_table => Step::Column {
                repeat: number_of(element, "table:number-columns-repeated"),
                is_hidden: is_hidden("table:visibility"),
            },
            "table:table-row" if self.is_in_table => Step::Row {
                repeat: number_of(element, "table:number-rows-repeated"),
                is_hidden: is_hidden("table:visibility"),
            },
            "table:table-cell" | "table:covered-table-cell" if self.is_in_table => {
                Step::Cell(self.cell(element, name)?)
            }
            "office:annotation" | "table:shapes" | "office:forms" => {
                self.pass_over(name)?;
                return Ok(None);
            }
            _ => return Ok(None),
        };
        Ok(Some(step))
    }

    /// Reads a cell to its end: its value stands in attributes, a text in paragraphs.
    fn cell(&mut self, element: &BytesStart<'_>, name: &str) -> Result<CellStep, Trouble> {
        let text_of = |attribute| attribute_of(element, attribute);
        let kind = text_of("office:value-type").unwrap_or_default();
        let is_error = text_of("calcext:value-type").as_deref() == Some("error");
        self.text.clear();
        self.paragraphs(name)?;
        let (kind, format, value) = match kind.as_str() {
            _ if is_error => (CellKind::Error, NumberFormat::General, None),
            "float" | "percentage" | "currency" => {
                (CellKind::Number, NumberFormat::General, text_of("office:value"))
            }
            "date" => (CellKind::IsoDate, NumberFormat::General, text_of("office:date-value")),
            "time" => {
                let days = text_of("office:time-value").as_deref().and_then(days);
                (CellKind::Number, NumberFormat::Time, days)
            }
            "boolean" => (CellKind::Bool, NumberFormat::General, text_of("office:boolean-value")),
            "" if self.text.is_empty() && text_of("table:formula").is_some() => {
                (CellKind::Uncalculated, NumberFormat::General, None)
            }
            _ => (CellKind::Text, NumberFormat::General, text_of("office:string-value")),
        };
        // A value that is missing or unreadable leaves what people see, as text.
        let has_value = value.is_some();
        if let Some(value) = value {
            self.text = value;
        }
        let is_bare =
            matches!(kind, CellKind::Number | CellKind::IsoDate | CellKind::Bool) && !has_value;
        Ok(CellStep {
            repeat: number_of(element, "table:number-columns-repeated"),
            span: (
                number_of(element, "table:number-columns-spanned"),
                number_of(element, "table:number-rows-spanned"),
            ),
            kind: if is_bare { CellKind::Text } else { kind },
            format: if is_bare { NumberFormat::General } else { format },
        })
    }

    /// Gathers the paragraphs of a cell; comments, shapes and phonetic guides are passed over.
    fn paragraphs(&mut self, cell: &str) -> Result<(), Trouble> {
        let mut buffer = Vec::new();
        let (mut is_in_paragraph, mut after_blank, mut count) = (false, true, 0);
        loop {
            buffer.clear();
            match self.reader.read_event_into(&mut buffer).map_err(|_| broken())? {
                Event::Start(element) => match element.name().as_ref() {
                    "text:p" | "text:h" => {
                        if count > 0 {
                            self.text.push('\n');
                        }
                        count += 1;
                        (is_in_paragraph, after_blank) = (true, true);
                    }
                    "text:s" => {
                        let blanks = number_of(&element, "text:c").min(1 << 15);
                        self.text.extend(std::iter::repeat_n(' ', blanks as usize));
                        after_blank = false;
                    }
                    "text:tab" => self.text.push('\t'),
                    "text:line-break" => self.text.push('\n'),
                    "text:span" | "text:a" | "text:ruby" | "text:ruby-base" => {}
                    "text:sheet-name" | "text:date" | "text:time" | "text:title" => {}
                    other => self.pass_over(other)?,
                },
                Event::End(element) => match element.name().as_ref() {
                    name if name == cell => return Ok(()),
                    "text:p" | "text:h" => is_in_paragraph = false,
                    _ => {}
                },
                Event::Text(text) if is_in_paragraph => {
                    collapse(&text, &mut after_blank, &mut self.text);
                }
                Event::CData(text) if is_in_paragraph => {
                    collapse(&text, &mut after_blank, &mut self.text);
                }
                Event::GeneralRef(reference) if is_in_paragraph => {
                    after_blank = false;
                    match reference.resolve_char_ref().map_err(|_| broken())? {
                        Some(char) => self.text.push(char),
                        None => self
                            .text
                            .push_str(resolve_predefined_entity(&reference).unwrap_or("\u{FFFD}")),
                    }
                }
                Event::Eof => return Err(broken()),
                _ => {}
            }
        }
    }

    /// Skips to the end of the element begun last.
    fn pass_over(&mut self, name: &str) -> Result<(), Trouble> {
        let mut buffer = Vec::new();
        let end = quick_xml::name::QName(name);
        self.reader.read_to_end_into(end, &mut buffer).map(drop).map_err(|_| broken())
    }
}

fn broken() -> Trouble {
    Trouble::broken(CONTENT)
}

/// Appends text with runs of white space as one blank (OpenDocument 1.3 part 3, 6.1.2).
fn collapse(from: &str, after_blank: &mut bool, text: &mut String) {
    for char in from.chars() {
        let is_blank = matches!(char, ' ' | '\t' | '\n' | '\r');
        if !is_blank {
            text.push(char);
        } else if !*after_blank {
            text.push(' ');
        }
        *after_blank = is_blank;
    }
}

fn attribute_of(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut readable = attributes.with_checks(false).flatten();
    let attribute = readable.find(|attribute| attribute.key.as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Into::into)
}

/// A count in an attribute; 1 where it is missing, zero or no number.
fn number_of(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute_of(element, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

/// An ISO 8601 duration such as `PT08H30M00S` as days, written as a number.
fn days(duration: &str) -> Option<String> {
    let (sign, rest) = match duration.trim().strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, duration.trim()),
    };
    let mut rest = rest.strip_prefix('P')?;
    let (mut seconds, mut is_clock) = (0.0, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (is_clock, rest) = (true, after);
            continue;
        }
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (count, after) = rest.split_at_checked(end)?;
        let mut units = after.chars();
        let unit = match (units.next()?, is_clock) {
            ('D', false) => 86_400.0,
            ('H', true) => 3_600.0,
            ('M', true) => 60.0,
            ('S', true) => 1.0,
            _ => return None,
        };
        seconds += count.parse::<f64>().ok()? * unit;
        rest = units.as_str();
    }
    let mut text = String::new();
    super::super::numbers::push_number(&mut text, sign * seconds / 86_400.0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(xml: &str) -> Vec<String> {
        let mut walk = Walk::new(xml.as_bytes());
        let mut told = Vec::new();
        while let Ok(Some(step)) = walk.step() {
            told.push(match step {
                Step::Table { name, is_hidden } => format!("table {name} {is_hidden}"),
                Step::Column { repeat, is_hidden } => format!("column {repeat} {is_hidden}"),
                Step::Row { repeat, is_hidden } => format!("row {repeat} {is_hidden}"),
                Step::Cell(cell) => format!("{:?} {} {:?}", cell.kind, cell.repeat, walk.text),
                Step::EndRow => "end".into(),
            });
        }
        told
    }

    #[test]
    fn cells_tell_their_value_and_nothing_of_comments() {
        let xml = r#"<d><style:style style:name="t"><style:table-properties table:display="false"/>
            </style:style><table:table table:name="甲" table:style-name="t">
            <table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>
            <table:table-row table:visibility="filter">
            <table:table-cell office:value-type="float" office:value="1.5E3"><text:p>1500</text:p></table:table-cell>
            <table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p>a &amp; <text:span>b</text:span><text:s text:c="2"/>c</text:p><text:p>d</text:p></table:table-cell>
            <table:covered-table-cell table:number-columns-repeated="3"/>
            <table:table-cell office:value-type="date" office:date-value="2024-03-01"><text:p>3/1</text:p></table:table-cell>
            <table:table-cell table:formula="of:=1"/>
            </table:table-row></table:table></d>"#;
        let expected = [
            "table 甲 true",
            "column 2 true",
            "row 1 true",
            "Number 1 \"1.5E3\"",
            "Text 1 \"a & b  c\\nd\"",
            "Text 3 \"\"",
            "IsoDate 1 \"2024-03-01\"",
            "Uncalculated 1 \"\"",
            "end",
        ];
        assert_eq!(steps(xml), expected);
    }

    #[test]
    fn durations_become_days() {
        for (duration, expected) in [
            ("PT12H00M00S", Some("0.5")),
            ("P1DT6H", Some("1.25")),
            ("-PT24H", Some("-1")),
            ("PT0S", Some("0")),
            ("12:00", None),
            ("P1M", None),
        ] {
            assert_eq!(days(duration).as_deref(), expected, "{duration}");
        }
    }

    #[test]
    fn a_document_that_breaks_off_is_refused() {
        let mut walk = Walk::new(b"<table:table><table:table-row><table:table-cell>".as_slice());
        let mut last = walk.step();
        while let Ok(Some(_)) = last {
            last = walk.step();
        }
        assert!(last.is_err());
    }
}
