//! XML as elements that open and close, with their text. Entities of a document are never expanded, nothing is
//! ever fetched. Knows no record.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::{DecodedText, MAX_RECORD_BYTES, record_too_large, too_large};
use crate::model::Finding;
use crate::read::ReadError;

/// Elements within elements.
const MAX_DEPTH: usize = 64;

/// What the walk meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An element opens.
    Open,
    /// The element opened last closes; its own text is [`Walk::value`].
    Close,
    /// The document ends.
    End,
}

/// Why a walk cannot go on.
pub(super) enum Stop {
    /// The document is not well-formed, or breaks off.
    Broken,
    /// A limit, or the world.
    Read(ReadError),
}

/// An element that opens.
pub(super) struct Element<'a>(&'a BytesStart<'a>);

impl Element<'_> {
    /// Name without its prefix.
    pub fn name(&self) -> &str {
        local(self.0.name().into_inner()).1
    }

    /// Names and values of attributes, namespaces and the words of XML Schema left out.
    pub fn each_attribute(&self, mut take: impl FnMut(&str, &str)) {
        let mut attributes = self.0.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let (prefix, name) = local(attribute.key.as_ref());
            if !matches!(prefix, "xmlns" | "xsi" | "xml") && name != "xmlns" {
                take(name, value(&attribute).trim());
            }
        }
    }
}

fn local(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// The value as the sender meant it; with an entity of the document's own it stays as it stands.
fn value<'a>(attribute: &'a Attribute<'_>) -> std::borrow::Cow<'a, str> {
    attribute
        .normalized_value(XmlVersion::Implicit1_0)
        .unwrap_or_else(|_| (&*attribute.value).into())
}

/// Walks a document once.
pub(super) struct Walk {
    reader: Reader<DecodedText>,
    buffer: Vec<u8>,
    /// Text of all open elements.
    text: String,
    /// Where the text of each open element begins.
    starts: Vec<usize>,
    /// Where the text of the element closed last begins.
    closed: usize,
    /// Name of an entity that the element closed last refers to.
    unknown: Option<String>,
    /// Whether an element has closed.
    has_elements: bool,
}

impl Walk {
    /// Begins at the first byte.
    pub fn new(text: DecodedText) -> Walk {
        let mut reader = Reader::from_reader(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // Written by hand by many programs.
        config.allow_dangling_amp = true;
        Walk {
            reader,
            buffer: Vec::new(),
            text: String::new(),
            starts: Vec::new(),
            closed: 0,
            unknown: None,
            has_elements: false,
        }
    }

    /// The own text of the element closed last, without blanks around it.
    pub fn value(&self) -> &str {
        self.text.get(self.closed..).unwrap_or_default().trim()
    }

    /// Name of an entity that stands unexpanded in it.
    pub fn unknown_entity(&mut self) -> Option<String> {
        self.unknown.take()
    }

    /// Whether bytes of the document would not decode.
    pub fn has_broken_bytes(&self) -> bool {
        self.reader.get_ref().has_broken_bytes()
    }

    /// What was mended in decoding.
    pub fn mends(&self) -> Vec<Finding> {
        self.reader.get_ref().mends()
    }

    /// Goes to the next element that opens or closes; `open` sees one that opens.
    ///
    /// # Errors
    /// The document is broken, a limit is passed, or it cannot be read.
    pub fn step(&mut self, mut open: impl FnMut(&Element<'_>)) -> Result<Step, Stop> {
        self.text.truncate(self.closed);
        let mut buffer = std::mem::take(&mut self.buffer);
        let step = loop {
            buffer.clear();
            self.reader.get_mut().allow(MAX_RECORD_BYTES);
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(_) => return self.stop(),
            };
            match event {
                Event::Start(element) => {
                    open(&Element(&element));
                    self.starts.push(self.text.len());
                    self.closed = self.text.len();
                    if self.starts.len() > MAX_DEPTH {
                        let limit = MAX_DEPTH.to_string();
                        return Err(Stop::Read(too_large("元素的层数（depth）", limit)));
                    }
                    break Step::Open;
                }
                Event::End(_) => {
                    self.closed = self.starts.pop().unwrap_or(0);
                    self.has_elements = true;
                    break Step::Close;
                }
                Event::Text(text) => self.text.push_str(&text),
                Event::CData(text) => self.text.push_str(&text),
                Event::GeneralRef(name) => self.refer(&name),
                Event::Eof if self.starts.is_empty() => break Step::End,
                Event::Eof => return Err(Stop::Broken),
                _ => {}
            }
            if self.text.len() > MAX_RECORD_BYTES {
                return Err(Stop::Read(record_too_large()));
            }
        };
        self.buffer = buffer;
        Ok(step)
    }

    /// What follows a whole document is no part of it.
    fn stop(&mut self) -> Result<Step, Stop> {
        match self.reader.get_mut().take_fault() {
            Some(fault) => Err(Stop::Read(fault)),
            None if self.starts.is_empty() && self.has_elements => Ok(Step::End),
            None => Err(Stop::Broken),
        }
    }

    fn refer(&mut self, name: &BytesRef<'_>) {
        if let Ok(Some(letter)) = name.resolve_char_ref() {
            self.text.push(letter);
        } else if let Some(text) = resolve_predefined_entity(name) {
            self.text.push_str(text);
        } else if &**name == "nbsp" {
            self.text.push(' ');
        } else {
            self.text.push('&');
            self.text.push_str(name);
            self.text.push(';');
            self.unknown = Some(name.to_string());
        }
    }
}
