//! Elements of a part in memory, and edits of it. Edits are [`Splices`] at byte positions, so that
//! everything else of a part stays as it came.

use super::{
    escape::unescape,
    tags::{Tag, TagKind, next_tag, span},
};

/// An element of a part in memory.
#[derive(Clone, Copy, Debug)]
pub(in crate::write::annotate) struct Element {
    /// Its start tag.
    pub tag: Tag,
    /// Where its content ends (the start of the end tag; the end of an empty tag).
    pub inner_end: usize,
    /// One past its end tag.
    pub end: usize,
}

impl Element {
    /// Its bytes with both tags.
    pub(in crate::write::annotate) fn bytes<'a>(&self, xml: &'a [u8]) -> &'a [u8] {
        span(xml, self.tag.start, self.end)
    }

    /// Its direct children.
    pub(in crate::write::annotate) fn children(&self, xml: &[u8]) -> Vec<Element> {
        let mut found = Vec::new();
        let mut at = self.tag.end;
        while let Some(element) = element_at(xml, at, self.inner_end) {
            at = element.end;
            found.push(element);
        }
        found
    }

    /// The first direct child of a local name.
    pub(in crate::write::annotate) fn child(&self, xml: &[u8], local: &str) -> Option<Element> {
        self.children(xml).into_iter().find(|one| one.tag.local(xml) == local.as_bytes())
    }

    /// All text below it, unescaped; CDATA included.
    pub(in crate::write::annotate) fn text(&self, xml: &[u8]) -> String {
        let mut out = String::new();
        let mut at = self.tag.end;
        while at < self.inner_end {
            let tag = next_tag(xml, at).filter(|tag| tag.start < self.inner_end);
            out.push_str(&unescape(span(xml, at, tag.map_or(self.inner_end, |tag| tag.start))));
            let Some(tag) = tag else { break };
            if let Some(text) = tag.bytes(xml).strip_prefix(b"<![CDATA[") {
                out.push_str(&String::from_utf8_lossy(text.strip_suffix(b"]]>").unwrap_or(text)));
            }
            at = tag.end;
        }
        out
    }
}

/// The root element of a part.
pub(in crate::write::annotate) fn root(xml: &[u8]) -> Option<Element> {
    element_at(xml, 0, xml.len())
}

/// The first element that begins at or after `from` and before `limit`.
fn element_at(xml: &[u8], from: usize, limit: usize) -> Option<Element> {
    let mut first: Option<Tag> = None;
    let (mut at, mut depth) = (from, 0usize);
    while let Some(tag) = next_tag(xml, at).filter(|tag| tag.start < limit) {
        at = tag.end;
        match tag.kind {
            TagKind::Open => depth += 1,
            TagKind::Close if depth == 0 => return None,
            TagKind::Close => depth -= 1,
            TagKind::Empty => {}
            TagKind::Other => continue,
        }
        let tag_of_element = *first.get_or_insert(tag);
        if depth == 0 {
            let inner_end = if tag.kind == TagKind::Close { tag.start } else { tag.end };
            return Some(Element { tag: tag_of_element, inner_end, end: tag.end });
        }
    }
    None
}

/// Edits of one part, applied at once.
#[derive(Debug, Default)]
pub(in crate::write::annotate) struct Splices {
    cuts: Vec<(usize, usize, Vec<u8>)>,
}

impl Splices {
    /// Puts bytes before position `at`.
    pub(in crate::write::annotate) fn insert(&mut self, at: usize, with: impl Into<Vec<u8>>) {
        self.cuts.push((at, at, with.into()));
    }

    /// Puts bytes in the place of `start..end`.
    pub(in crate::write::annotate) fn replace(
        &mut self,
        start: usize,
        end: usize,
        with: impl Into<Vec<u8>>,
    ) {
        self.cuts.push((start, end, with.into()));
    }

    /// Takes `start..end` out.
    pub(in crate::write::annotate) fn cut(&mut self, start: usize, end: usize) {
        self.replace(start, end, Vec::new());
    }

    /// Appends children to an element, opening it if it is empty.
    pub(in crate::write::annotate) fn append(&mut self, xml: &[u8], to: &Element, children: &[u8]) {
        if to.tag.kind == TagKind::Empty {
            self.replace(to.tag.start, to.tag.end, opened(to.tag.bytes(xml), xml, to, children));
        } else {
            self.insert(to.inner_end, children);
        }
    }

    /// Whether nothing was edited.
    pub(in crate::write::annotate) fn is_empty(&self) -> bool {
        self.cuts.is_empty()
    }

    /// The edited part. Edits that overlap an earlier one are left out.
    pub(in crate::write::annotate) fn apply(mut self, xml: &[u8]) -> Vec<u8> {
        self.cuts.sort_by_key(|(start, end, _)| (*start, *end));
        let mut out = Vec::with_capacity(xml.len() + 256);
        let mut at = 0;
        for (start, end, with) in self.cuts {
            if start >= at {
                out.extend_from_slice(span(xml, at, start));
                out.extend_from_slice(&with);
                at = end;
            }
        }
        out.extend_from_slice(xml.get(at..).unwrap_or_default());
        out
    }
}

/// An empty element's tag as an open one with children and its end tag.
pub(in crate::write::annotate) fn opened(
    tag: &[u8],
    xml: &[u8],
    element: &Element,
    children: &[u8],
) -> Vec<u8> {
    let mut out = tag.strip_suffix(b"/>").unwrap_or(tag).trim_ascii_end().to_vec();
    out.push(b'>');
    out.extend_from_slice(children);
    out.extend_from_slice(b"</");
    out.extend_from_slice(element.tag.name(xml));
    out.push(b'>');
    out
}
