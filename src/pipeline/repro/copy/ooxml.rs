//! What of an Office Open XML workbook is copied (ECMA-376 part 1, 18). Everything else is left out: comments, properties,
//! pictures, names, links, macros, print settings.

use super::{
    xml::{
        Dialect, Element,
        Inside::{self, Elements, Formula, Nothing, Text, Value},
        Use::{self, Address, Format, Part, Safe, Token, Type},
    },
    zipped::{PartRule, Rules},
};
use crate::read::xlsx::PARTIAL_COPY;

const fn element(
    name: &'static str,
    attributes: &'static [(&'static str, Use)],
    inside: Inside,
) -> Element {
    Element { name, attributes, inside }
}

/// Sheets and shared strings.
static CELLS: &[Element] = &[
    element("worksheet", &[], Elements),
    element("dimension", &[("ref", Address)], Elements),
    element("cols", &[], Elements),
    element(
        "col",
        &[
            ("min", Safe),
            ("max", Safe),
            ("hidden", Safe),
            ("style", Safe),
            ("collapsed", Safe),
            ("outlineLevel", Safe),
        ],
        Elements,
    ),
    element("sheetData", &[], Elements),
    element(
        "row",
        &[
            ("r", Address),
            ("spans", Address),
            ("hidden", Safe),
            ("s", Safe),
            ("customFormat", Safe),
            ("collapsed", Safe),
            ("outlineLevel", Safe),
        ],
        Elements,
    ),
    element("c", &[("r", Address), ("s", Safe), ("t", Safe)], Elements),
    element("v", &[], Value),
    element("f", &[("t", Safe), ("ref", Address), ("si", Safe), ("ca", Safe)], Formula),
    element("is", &[], Elements),
    element("mergeCells", &[("count", Safe)], Elements),
    element("mergeCell", &[("ref", Address)], Elements),
    element("autoFilter", &[("ref", Address)], Elements),
    element("sst", &[("count", Safe), ("uniqueCount", Safe)], Elements),
    element("si", &[], Elements),
    element("r", &[], Elements),
    element("t", &[], Text),
];

/// Workbook, relationships, content types.
static FRAME: &[Element] = &[
    element("workbook", &[("conformance", Safe)], Elements),
    element("workbookPr", &[("date1904", Safe)], Elements),
    element("sheets", &[], Elements),
    element(
        "sheet",
        &[
            ("name", Use::Text),
            ("sheetId", Safe),
            ("state", Safe),
            ("r:id", Token),
            ("id", Token),
            ("relationships:id", Token),
        ],
        Elements,
    ),
    element("Relationships", &[], Elements),
    element("Relationship", &[("Id", Token), ("Type", Type), ("Target", Part)], Elements),
    element("Types", &[], Elements),
    element("Default", &[("Extension", Safe), ("ContentType", Type)], Elements),
    element("Override", &[("PartName", Part), ("ContentType", Type)], Elements),
];

/// Cell formats: number formats and their uses; fonts, fills and borders without anything in them.
static STYLES: &[Element] = &[
    element("styleSheet", &[], Elements),
    element("numFmts", &[("count", Safe)], Elements),
    element("numFmt", &[("numFmtId", Safe), ("formatCode", Format)], Elements),
    element("fonts", &[("count", Safe)], Elements),
    element("font", &[], Nothing),
    element("fills", &[("count", Safe)], Elements),
    element("fill", &[], Elements),
    element("patternFill", &[("patternType", Safe)], Nothing),
    element("borders", &[("count", Safe)], Elements),
    element("border", &[], Nothing),
    element("cellStyleXfs", &[("count", Safe)], Elements),
    element("cellXfs", &[("count", Safe)], Elements),
    element(
        "xf",
        &[
            ("numFmtId", Safe),
            ("fontId", Safe),
            ("fillId", Safe),
            ("borderId", Safe),
            ("xfId", Safe),
            ("applyNumberFormat", Safe),
            ("quotePrefix", Safe),
        ],
        Elements,
    ),
];

/// What relationships may lead to.
static RELATIONS: &[&str] = &[
    "/officedocument",
    "/worksheet",
    "/sharedstrings",
    "/styles",
    "/chartsheet",
    "/dialogsheet",
    "/xlmacrosheet",
    "/xlintlmacrosheet",
    "/custom-properties",
    "/customproperties",
];

/// What parts may be declared as.
static TYPES: &[&str] = &[
    "sheet.main+xml",
    "template.main+xml",
    "addin.macroenabled.main+xml",
    "sheet.macroenabled.main+xml",
    "worksheet+xml",
    "sharedstrings+xml",
    "styles+xml",
    "custom-properties+xml",
];

/// Custom properties of which nothing is left.
static NO_PROPERTIES: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>"#;

/// The one property that is kept: our own, that the workbook holds only some rows.
static PARTIAL: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="cmegate-partial"><vt:lpwstr>1</vt:lpwstr></property></Properties>"#;

static DIALECT: Dialect = Dialect {
    elements: &[CELLS, FRAME, STYLES],
    groups: &["si", "is"],
    lines: &[],
    has_prefixes: false,
    has_escapes: true,
    allows,
};

/// How the members of the container are copied.
pub static RULES: Rules = Rules { dialect: &DIALECT, part };

fn allows(name: &str, attributes: &[(&str, String)]) -> bool {
    let value = |wanted: &str| {
        let found = attributes.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default()
    };
    match name {
        "Relationship" => {
            let kind = value("Type");
            value("TargetMode") != "external" && RELATIONS.iter().any(|known| kind.ends_with(known))
        }
        "Override" => TYPES.iter().any(|known| value("ContentType").ends_with(known)),
        "Default" => matches!(value("Extension").as_str(), "xml" | "rels"),
        _ => true,
    }
}

/// A member is known by its root element; one without any, by its usual name.
fn part(name: &str, root: Option<&str>, text: &str) -> PartRule {
    match root {
        Some("Properties") if name.to_ascii_lowercase().ends_with("custom.xml") => {
            PartRule::Fixed(if text.contains(PARTIAL_COPY) { PARTIAL } else { NO_PROPERTIES })
        }
        Some("worksheet" | "sst" | "workbook" | "styleSheet" | "Relationships" | "Types") => {
            PartRule::Xml
        }
        Some(_) => PartRule::Left,
        None => {
            let lower = name.to_ascii_lowercase();
            let is_needed = ["workbook.xml", "sharedstrings.xml", "styles.xml"]
                .iter()
                .any(|end| lower.ends_with(end))
                || lower.contains("worksheets/sheet") && lower.ends_with(".xml");
            if is_needed { PartRule::Broken } else { PartRule::Left }
        }
    }
}
