//! The styles part: formats of marked cells are clones of the cells' own with another fill; on return
//! the fills go back. Nothing else of the part changes.

mod section;
mod way_back;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use section::{Section, grow};
pub(in crate::write::annotate) use way_back::{Restyle, take_out};

use super::{
    AnnotateError,
    parts::book::Dialect,
    parts::rels::DECLARATION,
    xml::{Splices, attributes, number_attribute, root, with_attribute},
};
use crate::model::Severity;

/// Stands for a cell that names no format (and has the first one).
pub(in crate::write::annotate) const NO_FORMAT: u32 = u32::MAX;

/// Most cell formats that spreadsheet programs take.
const MAX_FORMATS: usize = 64_000;

/// Fill of a severity. One off the usual tints, so that a tint of ours is known as ours wherever a
/// program moved it, and a person's own is left alone.
fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "FFFFC7CD",
        Severity::Warning => "FFFFEB9B",
        Severity::Info => "FFDDEBF6",
    }
}

const COLOURS: [&str; 3] = ["FFFFC7CD", "FFFFEB9B", "FFDDEBF6"];

/// The formats of the sheet that lists the findings.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::write::annotate) struct ListFormats {
    /// The title.
    pub title: u32,
    /// A heading.
    pub heading: u32,
    /// Wrapped text in a border.
    pub text: u32,
    /// A line above the table.
    pub line: u32,
    /// A link to a cell.
    pub link: u32,
    /// Severity: info, warning, error.
    pub severity: [u32; 3],
}

/// The cell formats of a workbook, growing.
#[derive(Debug)]
pub(in crate::write::annotate) struct Styles {
    xml: Vec<u8>,
    prefix: String,
    fonts: Section,
    fills: Section,
    borders: Section,
    formats: Section,
    /// (format of the cell, severity, whether the cell is ours) → our format.
    tints: FxHashMap<(u32, Severity, bool), u32>,
    /// What our formats stand for: `*`, or the cell's own format (`n` for none), with `-` for a cell of ours.
    origins: Vec<String>,
    /// Colours that lie under our tints.
    beneath: BTreeMap<String, ()>,
}

impl Styles {
    /// Reads a styles part; without one, begins one.
    pub(in crate::write::annotate) fn open(
        xml: Option<Vec<u8>>,
        dialect: Dialect,
    ) -> Result<Styles, AnnotateError> {
        let xml = xml.unwrap_or_else(|| plain_sheet(dialect));
        let fault = || AnnotateError::Part { name: "styles".to_owned(), what: "is no style sheet" };
        let root = root(&xml).ok_or_else(fault)?;
        let p = root.tag.prefix(&xml).to_owned();
        let read = |local, seeds: &[String]| Section::read(&xml, &root, local, seeds);
        let font = format!("<{p}font><{p}sz val=\"11\"/><{p}name val=\"宋体\"/></{p}font>");
        let none = format!("<{p}fill><{p}patternFill patternType=\"none\"/></{p}fill>");
        let gray = format!("<{p}fill><{p}patternFill patternType=\"gray125\"/></{p}fill>");
        let border = format!(
            "<{p}border><{p}left/><{p}right/><{p}top/><{p}bottom/><{p}diagonal/></{p}border>"
        );
        let format = format!("<{p}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>");
        Ok(Styles {
            fonts: read("fonts", &[font]),
            fills: read("fills", &[none, gray]),
            borders: read("borders", &[border]),
            formats: read("cellXfs", &[format]),
            tints: FxHashMap::default(),
            origins: Vec::new(),
            beneath: BTreeMap::new(),
            prefix: p,
            xml,
        })
    }

    /// The format of a marked cell: the cell's own with our fill. `is_added` says that the cell was not
    /// there before.
    pub(in crate::write::annotate) fn tint(
        &mut self,
        own: u32,
        severity: Severity,
        is_added: bool,
    ) -> u32 {
        if let Some(found) = self.tints.get(&(own, severity, is_added)) {
            return *found;
        }
        if self.formats.elements.len() >= MAX_FORMATS {
            return own;
        }
        // A format that does not exist shows as the first.
        let base = self.formats.elements.get(own as usize).or(self.formats.elements.first());
        let base = base.cloned().unwrap_or_default();
        let tag =
            base.get(..crate::write::annotate::xml::next_tag(&base, 0).map_or(0, |tag| tag.end));
        let tag = tag.unwrap_or_default();
        let under = number_attribute(tag, "fillId").map_or(String::new(), |id| self.colour_of(id));
        let fill = self.fill(severity, &under).to_string();
        let mut format = with_attribute(&with_attribute(tag, "fillId", &fill), "applyFill", "1");
        format.extend_from_slice(base.get(tag.len()..).unwrap_or_default());
        let sign = if is_added { "-" } else { "" };
        let name = if own == NO_FORMAT { "n".to_owned() } else { own.to_string() };
        let index = self.push_format(format, format!("{sign}{name}"));
        self.tints.insert((own, severity, is_added), index);
        index
    }

    fn push_format(&mut self, format: Vec<u8>, origin: String) -> u32 {
        self.formats.elements.push(format);
        self.origins.push(origin);
        (self.formats.elements.len() - 1) as u32
    }

    /// The colour of a solid fill as the attributes of a colour element; empty for anything else.
    fn colour_of(&self, fill: u32) -> String {
        let Some(xml) = self.fills.elements.get(fill as usize) else { return String::new() };
        let Some(pattern) = root(xml).and_then(|fill| fill.child(xml, "patternFill")) else {
            return String::new();
        };
        if pattern.tag.attribute(xml, "patternType") != Some(b"solid") {
            return String::new();
        }
        let colour = pattern.child(xml, "fgColor");
        colour.map_or(String::new(), |colour| plain_attributes(colour.tag.bytes(xml)))
    }

    /// Our fill. What lies under it is kept as its background colour, which a solid fill does not show.
    fn fill(&mut self, severity: Severity, under: &str) -> usize {
        if !under.is_empty() {
            self.beneath.insert(under.to_owned(), ());
        }
        let under = if under.is_empty() { "indexed=\"64\"" } else { under };
        let (p, colour) = (&self.prefix, colour(severity));
        self.fills.index_of(format!(
            "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{colour}\"/>\
             <{p}bgColor {under}/></{p}patternFill></{p}fill>"
        ))
    }

    /// The formats of our sheet.
    pub(in crate::write::annotate) fn list_formats(&mut self) -> ListFormats {
        let p = self.prefix.clone();
        let (b, u) = (format!("<{p}b/>"), format!("<{p}u/>"));
        let (black, blue) = ("FF000000", "FF0563C1");
        let [plain, bold, title, link] =
            [("", 10, black), (&b, 10, black), (&b, 16, black), (&u, 10, blue)].map(
                |(mark, size, colour)| {
                    self.fonts.index_of(format!(
                        "<{p}font>{mark}<{p}sz val=\"{size}\"/><{p}color rgb=\"{colour}\"/>\
                         <{p}name val=\"宋体\"/><{p}charset val=\"134\"/></{p}font>"
                    ))
                },
            );
        let side = |name: &str| {
            format!("<{p}{name} style=\"thin\"><{p}color rgb=\"FFBFBFBF\"/></{p}{name}>")
        };
        let sides: String = ["left", "right", "top", "bottom"].map(side).concat();
        let border = self.borders.index_of(format!("<{p}border>{sides}<{p}diagonal/></{p}border>"));
        let grey = self.fills.index_of(format!(
            "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"FFD9E1F2\"/>\
             <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
        ));
        let format = |font: usize, fill: usize, border: usize, alignment: &str| {
            let format = format!(
                "<{p}xf numFmtId=\"49\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" \
                 xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" \
                 applyBorder=\"1\" applyAlignment=\"1\"><{p}alignment {alignment}/></{p}xf>"
            );
            (format, "*".to_owned())
        };
        let (top, middle) = ("vertical=\"top\" wrapText=\"1\"", "vertical=\"center\"");
        let centred = "horizontal=\"center\" vertical=\"center\" wrapText=\"1\"";
        let made = [
            format(title, 0, 0, middle),
            format(bold, grey, border, centred),
            format(plain, 0, border, top),
            format(plain, 0, 0, middle),
            format(link, 0, border, top),
        ];
        let [title, heading, text, line, link] =
            made.map(|(format, origin)| self.push_format(format.into_bytes(), origin));
        let severity = [Severity::Info, Severity::Warning, Severity::Error].map(|severity| {
            let fill = self.fill(severity, "");
            let format =
                String::from_utf8(self.formats.elements.get(text as usize)?.clone()).ok()?;
            let format = format.replacen("fillId=\"0\"", &format!("fillId=\"{fill}\""), 1);
            Some(self.push_format(format.into_bytes(), "*".to_owned()))
        });
        ListFormats {
            title,
            heading,
            text,
            line,
            link,
            severity: severity.map(|one| one.unwrap_or(text)),
        }
    }

    /// What is to be remembered: our formats and the colours beneath them.
    pub(in crate::write::annotate) fn memory(&self) -> (String, String) {
        let first = self.formats.elements.len() - self.origins.len();
        let beneath: Vec<&str> = self.beneath.keys().map(String::as_str).collect();
        (format!("{first}:{}", self.origins.join(",")), beneath.join(";"))
    }

    /// The part with everything added.
    pub(in crate::write::annotate) fn finish(self) -> Vec<u8> {
        let Some(root) = root(&self.xml) else { return self.xml };
        let mut splices = Splices::default();
        for (local, section) in [
            ("fonts", &self.fonts),
            ("fills", &self.fills),
            ("borders", &self.borders),
            ("cellXfs", &self.formats),
        ] {
            if !section.added().is_empty() {
                grow(&self.xml, &root, &mut splices, (local, section));
            }
        }
        if root.tag.kind == crate::write::annotate::xml::TagKind::Empty {
            let inner = splices.apply(b"");
            let mut splices = Splices::default();
            splices.append(&self.xml, &root, &inner);
            return splices.apply(&self.xml);
        }
        splices.apply(&self.xml)
    }
}

/// A styles part with the least that spreadsheet programs want.
fn plain_sheet(dialect: Dialect) -> Vec<u8> {
    let format = "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"";
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{}\"><fonts count=\"1\"><font><sz val=\"11\"/>\
         <name val=\"宋体\"/><charset val=\"134\"/></font></fonts><fills count=\"2\"><fill>\
         <patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/>\
         </fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/>\
         </border></borders><cellStyleXfs count=\"1\">{format}/></cellStyleXfs>\
         <cellXfs count=\"1\">{format} xfId=\"0\"/></cellXfs><cellStyles count=\"1\">\
         <cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
        dialect.main
    )
    .into_bytes()
}

/// The unprefixed attributes of a tag, as text.
fn plain_attributes(tag: &[u8]) -> String {
    let one = |one: crate::write::annotate::xml::Attribute<'_>| {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        format!("{}=\"{}\"", text(one.name), text(one.value).replace('"', ""))
    };
    attributes(tag).filter(|one| !one.name.contains(&b':')).map(one).collect::<Vec<_>>().join(" ")
}
