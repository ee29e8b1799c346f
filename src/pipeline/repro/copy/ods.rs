//! What of an OpenDocument spreadsheet is copied (OpenDocument 1.3 part 3, 9): the sheets. Properties, pictures of the
//! first page, settings, macros and annotations are left out.

use super::{
    xml::{
        Dialect, Element,
        Inside::{self, Elements, Text},
        Use::{self, Count, Formula, Number, Safe, Token},
    },
    zipped::{PartRule, Rules},
};

const fn element(
    name: &'static str,
    attributes: &'static [(&'static str, Use)],
    inside: Inside,
) -> Element {
    Element { name, attributes, inside }
}

/// Attributes of cells.
static CELL: &[(&str, Use)] = &[
    ("office:value-type", Safe),
    ("calcext:value-type", Safe),
    ("office:value", Number),
    ("office:date-value", Use::Text),
    ("office:time-value", Safe),
    ("office:boolean-value", Safe),
    ("office:string-value", Use::Text),
    ("office:currency", Safe),
    ("table:formula", Formula),
    ("table:number-columns-repeated", Count),
    ("table:number-columns-spanned", Count),
    ("table:number-rows-spanned", Count),
    ("table:style-name", Token),
];

static ELEMENTS: &[Element] = &[
    element("office:document-content", &[("office:version", Safe)], Elements),
    element("office:automatic-styles", &[], Elements),
    element(
        "style:style",
        &[("style:name", Token), ("style:family", Safe), ("style:data-style-name", Token)],
        Elements,
    ),
    element("style:table-properties", &[("table:display", Safe)], Elements),
    element("office:body", &[], Elements),
    element("office:spreadsheet", &[], Elements),
    element("table:table", &[("table:name", Use::Text), ("table:style-name", Token)], Elements),
    element("table:table-columns", &[], Elements),
    element("table:table-header-columns", &[], Elements),
    element("table:table-column-group", &[], Elements),
    element(
        "table:table-column",
        &[
            ("table:number-columns-repeated", Count),
            ("table:visibility", Safe),
            ("table:style-name", Token),
            ("table:default-cell-style-name", Token),
        ],
        Elements,
    ),
    element("table:table-rows", &[], Elements),
    element("table:table-header-rows", &[], Elements),
    element("table:table-row-group", &[], Elements),
    element(
        "table:table-row",
        &[
            ("table:number-rows-repeated", Count),
            ("table:visibility", Safe),
            ("table:style-name", Token),
        ],
        Elements,
    ),
    element("table:table-cell", CELL, Elements),
    element("table:covered-table-cell", CELL, Elements),
    element("text:p", &[], Text),
    element("text:h", &[], Text),
    element("text:span", &[], Text),
    element("text:a", &[], Text),
    element("text:ruby", &[], Text),
    element("text:ruby-base", &[], Text),
    element("text:s", &[("text:c", Safe)], Elements),
    element("text:tab", &[], Elements),
    element("text:line-break", &[], Elements),
];

static DIALECT: Dialect = Dialect {
    elements: &[ELEMENTS],
    groups: &["table:table-cell", "table:covered-table-cell"],
    lines: &["text:p", "text:h"],
    has_prefixes: true,
    has_escapes: false,
    allows: |_, _| true,
};

/// How the members of the container are copied.
pub static RULES: Rules = Rules { dialect: &DIALECT, part };

/// What the container holds.
static MANIFEST: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;

fn part(name: &str, root: Option<&str>, text: &str) -> PartRule {
    match name {
        "META-INF/manifest.xml" if text.contains("encryption-data") => PartRule::Locked,
        "mimetype" => PartRule::Fixed(b"application/vnd.oasis.opendocument.spreadsheet"),
        "META-INF/manifest.xml" => PartRule::Fixed(MANIFEST),
        "content.xml" if root.is_some() => PartRule::Xml,
        "content.xml" => PartRule::Broken,
        _ => PartRule::Left,
    }
}
