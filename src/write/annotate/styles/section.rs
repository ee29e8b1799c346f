//! The lists of a styles part that grow at their end.

use crate::write::annotate::xml::{Element, Splices, TagKind, opened, with_attribute};

/// Sections of the part in their order (CT_Stylesheet).
const ORDER: [&str; 11] = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];

/// One list of the part that grows at its end.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// All of them, those to be added last.
    pub(super) elements: Vec<Vec<u8>>,
    /// How many of them the part has already.
    old: usize,
}

impl Section {
    /// Reads a list; an empty one begins with `seeds`.
    pub(super) fn read(xml: &[u8], root: &Element, local: &str, seeds: &[String]) -> Section {
        let found = root.child(xml, local).map_or(Vec::new(), |list| list.children(xml));
        let elements: Vec<Vec<u8>> = found.iter().map(|one| one.bytes(xml).to_vec()).collect();
        let old = elements.len();
        let mut section = Section { elements, old };
        if old == 0 {
            section.elements.extend(seeds.iter().map(|seed| seed.clone().into_bytes()));
        }
        section
    }

    /// Position of an element, added if it is new.
    pub(super) fn index_of(&mut self, element: String) -> usize {
        let element = element.into_bytes();
        match self.elements.iter().position(|one| *one == element) {
            Some(at) => at,
            None => {
                self.elements.push(element);
                self.elements.len() - 1
            }
        }
    }

    /// The elements to be added.
    pub(super) fn added(&self) -> &[Vec<u8>] {
        self.elements.get(self.old..).unwrap_or_default()
    }
}

/// Appends what a section gained; makes the section, in its place, if the part lacks it.
pub(super) fn grow(
    xml: &[u8],
    root: &Element,
    splices: &mut Splices,
    (local, section): (&str, &Section),
) {
    let count = section.elements.len().to_string();
    let added = section.added().concat();
    match root.child(xml, local) {
        Some(list) if list.tag.kind == TagKind::Open => {
            let tag = with_attribute(list.tag.bytes(xml), "count", &count);
            splices.replace(list.tag.start, list.tag.end, tag);
            splices.insert(list.inner_end, added);
        }
        Some(list) => {
            let tag = with_attribute(list.tag.bytes(xml), "count", &count);
            let open = opened(&tag, xml, &list, &added);
            splices.replace(list.tag.start, list.tag.end, open);
        }
        None => {
            let rank = |name: &[u8]| ORDER.iter().position(|one| one.as_bytes() == name);
            let mine = rank(local.as_bytes());
            let after = |one: &Element| rank(one.tag.local(xml)) > mine;
            let at = root.children(xml).into_iter().find(after).map(|one| one.tag.start);
            let p = root.tag.prefix(xml);
            let mut made = format!("<{p}{local} count=\"{count}\">").into_bytes();
            made.extend_from_slice(&added);
            made.extend_from_slice(format!("</{p}{local}>").as_bytes());
            let is_empty = root.tag.kind == TagKind::Empty;
            splices.insert(if is_empty { 0 } else { at.unwrap_or(root.inner_end) }, made);
        }
    }
}
