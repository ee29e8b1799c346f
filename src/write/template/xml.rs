//! XML walked with byte positions, so that what need not change is copied as it stands. The only place
//! here that knows the XML parser.

use std::ops::Range;

use quick_xml::{Reader, events::BytesStart, events::Event};

/// One step of a walk.
pub(super) enum Node<'x> {
    /// A start tag, or an element without content.
    Open(Tag<'x>),
    /// An end tag.
    Close {
        /// Local name.
        name: &'x str,
        /// Bytes of the tag.
        span: Range<usize>,
    },
    /// Character data, references resolved.
    Text(String),
}

/// A start tag.
pub(super) struct Tag<'x> {
    xml: &'x str,
    start: BytesStart<'x>,
    /// Local name.
    pub(super) name: &'x str,
    /// Prefix with its colon: `x:`, or nothing.
    pub(super) prefix: &'x str,
    /// Bytes of the tag.
    pub(super) span: Range<usize>,
    /// Whether it is `<a/>`; no [`Node::Close`] follows then.
    pub(super) is_empty: bool,
}

impl Tag<'_> {
    /// The value of an attribute by local name, references resolved.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let attribute = self.find(name)?;
        quick_xml::escape::unescape(&attribute).ok().map(|value| value.into_owned())
    }

    /// The bytes of an attribute's value, between its quotes.
    pub(super) fn value_span(&self, name: &str) -> Option<Range<usize>> {
        let value = self.find(name)?;
        let start = (value.as_ptr() as usize).checked_sub(self.xml.as_ptr() as usize)?;
        let span = start..start + value.len();
        // The parser lends from the text it was given; if that ever ends, nothing is found, not garbage.
        (self.xml.get(span.clone()) == Some(&*value)).then_some(span)
    }

    fn find(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        let mut attributes = self.start.attributes();
        let attributes = attributes.with_checks(false);
        attributes
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)
            .map(|attribute| attribute.value)
    }
}

/// Walks a part from its first byte to its last.
pub(super) struct Walker<'x> {
    xml: &'x str,
    reader: Reader<&'x [u8]>,
}

impl<'x> Walker<'x> {
    /// Begins a walk.
    pub(super) fn new(xml: &'x str) -> Walker<'x> {
        Walker { xml, reader: Reader::from_str(xml) }
    }

    /// The next step; `None` at the end. Comments and declarations are passed over.
    ///
    /// # Errors
    /// The position at which the part is not well-formed.
    pub(super) fn next(&mut self) -> Result<Option<Node<'x>>, u64> {
        loop {
            let from = self.position();
            let event = self.reader.read_event().map_err(|_| self.reader.error_position())?;
            let span = from..self.position();
            match event {
                Event::Start(start) => return self.open(start, span, false).map(Some),
                Event::Empty(start) => return self.open(start, span, true).map(Some),
                Event::End(_) => {
                    let tag = self.xml.get(span.clone()).unwrap_or_default();
                    let name = split_name(tag.trim_start_matches("</")).1;
                    return Ok(Some(Node::Close { name, span }));
                }
                Event::Text(text) => return Ok(Some(Node::Text(text.into_inner().into_owned()))),
                Event::CData(text) => return Ok(Some(Node::Text(text.into_inner().into_owned()))),
                Event::GeneralRef(_) => {
                    let raw = self.xml.get(span).unwrap_or_default();
                    let text = quick_xml::escape::unescape(raw).unwrap_or(raw.into());
                    return Ok(Some(Node::Text(text.into_owned())));
                }
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn open(
        &self,
        start: BytesStart<'x>,
        span: Range<usize>,
        is_empty: bool,
    ) -> Result<Node<'x>, u64> {
        let tag = self.xml.get(span.clone()).ok_or(span.start as u64)?;
        let (prefix, name) = split_name(tag.trim_start_matches('<'));
        Ok(Node::Open(Tag { xml: self.xml, start, name, prefix, span, is_empty }))
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

/// Splits the name at the start of a tag's text into prefix (with colon) and local name.
fn split_name(tag: &str) -> (&str, &str) {
    let end = tag.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>'));
    let name = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
    match name.find(':') {
        Some(colon) => name.split_at(colon + 1),
        None => ("", name),
    }
}

/// A text put in the place of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    /// The bytes that go.
    pub(super) span: Range<usize>,
    /// What comes in their place.
    pub(super) text: String,
}

/// Copies `from` of the text with patches applied; patches outside, or overlapping earlier ones, are
/// left out. Patches must be in rising order.
pub(super) fn patched(xml: &str, from: Range<usize>, patches: &[Patch]) -> String {
    let mut out = String::with_capacity(from.len() + 64);
    let mut done = from.start;
    for patch in patches {
        if patch.span.start < done || patch.span.end > from.end {
            continue;
        }
        out.push_str(xml.get(done..patch.span.start).unwrap_or_default());
        out.push_str(&patch.text);
        done = patch.span.end;
    }
    out.push_str(xml.get(done..from.end).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_knows_names_values_and_where_they_stand() {
        let xml =
            "<?xml version=\"1.0\"?><x:a k='1 &amp; 2'><b x14ac:h = \"7\"/>t&lt;<!-- c --></x:a>";
        let mut walker = Walker::new(xml);
        let mut seen = Vec::new();
        while let Some(node) = walker.next().unwrap() {
            seen.push(match node {
                Node::Open(tag) => {
                    let key = if tag.name == "a" { "k" } else { "h" };
                    let raw = &xml[tag.value_span(key).unwrap()];
                    format!(
                        "{}|{}|{}|{raw}|{}",
                        tag.prefix,
                        tag.name,
                        tag.is_empty,
                        &xml[tag.span.clone()]
                    )
                }
                Node::Close { name, span } => format!("{name} {}", &xml[span]),
                Node::Text(text) => text,
            });
        }
        assert_eq!(
            seen,
            [
                "x:|a|false|1 &amp; 2|<x:a k='1 &amp; 2'>",
                "|b|true|7|<b x14ac:h = \"7\"/>",
                "t",
                "<",
                "a </x:a>"
            ]
        );
    }

    #[test]
    fn patches_change_their_bytes_and_nothing_else() {
        let patches =
            [Patch { span: 2..4, text: "X".into() }, Patch { span: 5..5, text: "Y".into() }];
        assert_eq!(patched("abcdefg", 1..7, &patches), "bXeYfg");
    }
}
