//! The structure around JSON records: goes down through objects to every list of objects and hands its objects over
//! one by one. Holds one record at a time.

use super::super::text::Source;
use super::super::{DecodedText, MAX_RECORD_BYTES, cut_after, record_too_large, too_large};
use super::fields::scalar;
use crate::read::ReadError;

/// Objects within objects above the records.
const MAX_DEPTH: usize = 64;

/// How the records of a document stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// In lists.
    Nested,
    /// One a line.
    Lines,
    /// One after another.
    Run,
}

/// What the walk meets.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// An object of a list, told by its number; its text is [`Walk::record`].
    Record(usize),
    /// A single value outside of lists: dotted name, text.
    Value(String, String),
    /// A line that is no object.
    Odd,
    /// The document ends.
    End,
}

enum Frame {
    Object,
    List(usize),
}

/// Walks a document once.
pub(super) struct Walk {
    text: DecodedText,
    shape: Shape,
    stack: Vec<Frame>,
    /// Names of the members that are open.
    path: Vec<String>,
    /// Paths of the lists met: `/data/rows`, `/` for a list that is the document.
    pub lists: Vec<String>,
    record: String,
    passed: u32,
}

/// How far a value reaches.
#[derive(Default)]
struct Extent {
    at: usize,
    depth: usize,
    is_in_text: bool,
}

impl Extent {
    /// Goes on through more of the text; the length of the value once it ends.
    fn go(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            if self.is_in_text {
                let Some(mark) = memchr::memchr2(b'"', b'\\', rest) else {
                    self.at = bytes.len();
                    return None;
                };
                if rest.get(mark) == Some(&b'\\') {
                    // What is escaped may not be here yet.
                    let is_here = rest.len() > mark + 1;
                    self.at += if is_here { mark + 2 } else { mark };
                    if !is_here {
                        return None;
                    }
                    continue;
                }
                self.at += mark + 1;
                self.is_in_text = false;
            } else {
                let byte = rest.first().copied().unwrap_or_default();
                let is_over =
                    byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b':');
                if self.depth == 0 && is_over {
                    return Some(self.at);
                }
                match byte {
                    b'"' => self.is_in_text = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => self.depth -= 1,
                    _ => {}
                }
                self.at += 1;
                if self.is_in_text || !matches!(byte, b'}' | b']') {
                    continue;
                }
            }
            if self.depth == 0 {
                return Some(self.at);
            }
        }
        None
    }
}

/// Finds the shape of a document from its first object.
///
/// # Errors
/// The document cannot be read.
pub(super) fn shape(source: &Source) -> Result<Shape, ReadError> {
    let mut walk = Walk::new(source, Shape::Nested)?;
    if walk.peek(b"")? != Some(b'{') {
        return Ok(Shape::Nested);
    }
    let length = match walk.measure() {
        Ok(Some(length)) => length,
        // One object around everything.
        Ok(None) | Err(ReadError::Refused(_)) => return Ok(Shape::Nested),
        Err(error) => return Err(error),
    };
    let is_one_line = !walk.text.rest().get(..length).unwrap_or_default().contains('\n');
    walk.text.advance(length);
    let is_line = walk.text.rest().trim_start_matches([' ', '\r', ',']).starts_with('\n');
    match walk.peek(b",")? {
        Some(b'{') if is_one_line && is_line => Ok(Shape::Lines),
        Some(b'{') => Ok(Shape::Run),
        _ => Ok(Shape::Nested),
    }
}

impl Walk {
    /// Begins at the first byte.
    ///
    /// # Errors
    /// The document cannot be read.
    pub fn new(source: &Source, shape: Shape) -> Result<Walk, ReadError> {
        let lists = if shape == Shape::Nested { Vec::new() } else { vec!["/".to_owned()] };
        Ok(Walk {
            text: source.text()?,
            shape,
            stack: Vec::new(),
            path: Vec::new(),
            lists,
            record: String::new(),
            passed: 0,
        })
    }

    /// The text of the record met last.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Whether bytes of the document would not decode.
    pub fn has_broken_bytes(&self) -> bool {
        self.text.has_broken_bytes()
    }

    /// What was mended in decoding.
    pub fn mends(&self) -> Vec<crate::model::Finding> {
        self.text.mends()
    }

    /// Goes on to the next piece.
    ///
    /// # Errors
    /// The document breaks off, a limit is passed, or it cannot be read.
    pub fn next(&mut self) -> Result<Piece, ReadError> {
        match self.shape {
            Shape::Lines => return self.next_line(),
            Shape::Run => return self.next_of_run(),
            Shape::Nested => {}
        }
        loop {
            let piece = match self.stack.last() {
                None => match self.peek(b",;")? {
                    None => return Ok(Piece::End),
                    Some(b'{') => {
                        self.open_object()?;
                        None
                    }
                    Some(b'[') => self.open_list()?,
                    Some(_) => return Err(self.cut()),
                },
                Some(Frame::Object) => self.next_member()?,
                Some(Frame::List(list)) => {
                    let list = *list;
                    self.next_of_list(list)?
                }
            };
            if let Some(piece) = piece {
                return Ok(piece);
            }
        }
    }

    fn next_line(&mut self) -> Result<Piece, ReadError> {
        loop {
            let mut seen = 0;
            let end = loop {
                let rest = self.text.rest().as_bytes();
                match memchr::memchr(b'\n', rest.get(seen..).unwrap_or_default()) {
                    Some(at) => break Some(seen + at),
                    None if rest.len() > MAX_RECORD_BYTES => return Err(record_too_large()),
                    None => seen = rest.len(),
                }
                if !self.text.more()? {
                    break None;
                }
            };
            let line = self.text.rest();
            let length = end.map_or(line.len(), |end| end + 1);
            let line = line.get(..length).unwrap_or_default();
            let line =
                line.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{1a}');
            let line = line.trim_end_matches(',');
            self.record.clear();
            self.record.push_str(line);
            self.text.advance(length);
            if length == 0 {
                return Ok(Piece::End);
            }
            if self.record.is_empty() {
                continue;
            }
            let is_whole = self.record.ends_with('}');
            if end.is_none() && !is_whole {
                return Err(self.cut());
            }
            self.passed = self.passed.saturating_add(1);
            let is_object = is_whole && self.record.starts_with('{');
            return Ok(if is_object { Piece::Record(0) } else { Piece::Odd });
        }
    }

    fn next_of_run(&mut self) -> Result<Piece, ReadError> {
        match self.peek(b",;")? {
            None => Ok(Piece::End),
            Some(b'{') => {
                self.take()?;
                self.passed = self.passed.saturating_add(1);
                Ok(Piece::Record(0))
            }
            // A document of other values holds no record at all.
            Some(_) if self.passed == 0 => Ok(Piece::End),
            Some(_) => Err(self.cut()),
        }
    }

    fn open_object(&mut self) -> Result<(), ReadError> {
        self.text.advance(1);
        self.stack.push(Frame::Object);
        if self.stack.len() > MAX_DEPTH {
            return Err(too_large("对象的层数（depth）", MAX_DEPTH.to_string()));
        }
        Ok(())
    }

    /// A list whose first element is an object may hold records; any other is one value.
    fn open_list(&mut self) -> Result<Option<Piece>, ReadError> {
        self.text.advance(1);
        let path = format!("/{}", self.path.join("/"));
        if self.peek(b"")? == Some(b'{') {
            let known = self.lists.iter().position(|known| *known == path);
            let list = known.unwrap_or(self.lists.len());
            if known.is_none() {
                self.lists.push(path);
            }
            self.stack.push(Frame::List(list));
            if self.lists.len() > MAX_DEPTH {
                return Err(too_large("不同的列表（lists）", MAX_DEPTH.to_string()));
            }
            return Ok(None);
        }
        let mut values = Vec::new();
        loop {
            match self.peek(b",")? {
                None => return Err(self.cut()),
                Some(b']') => break,
                Some(_) => {
                    let text = self.take()?;
                    if values.len() < MAX_DEPTH {
                        values.push(scalar(text).1.into_owned());
                    }
                }
            }
        }
        self.text.advance(1);
        let name = self.path.join(".");
        self.path.pop();
        let is_blank = values.is_empty();
        Ok((!is_blank).then(|| Piece::Value(name, values.join("；"))))
    }

    fn next_member(&mut self) -> Result<Option<Piece>, ReadError> {
        match self.peek(b",")? {
            Some(b'}') => {
                self.text.advance(1);
                self.stack.pop();
                self.path.pop();
                return Ok(None);
            }
            Some(b'"') => {}
            _ => return Err(self.cut()),
        }
        let name = scalar(self.take()?).1.into_owned();
        if self.peek(b"")? != Some(b':') {
            return Err(self.cut());
        }
        self.text.advance(1);
        self.path.push(name);
        match self.peek(b"")? {
            Some(b'{') => self.open_object().map(|()| None),
            Some(b'[') => self.open_list(),
            Some(byte) if !matches!(byte, b',' | b'}' | b']' | b':') => {
                let value = scalar(self.take()?).1.into_owned();
                let name = self.path.join(".");
                self.path.pop();
                Ok(Some(Piece::Value(name, value)))
            }
            _ => Err(self.cut()),
        }
    }

    fn next_of_list(&mut self, list: usize) -> Result<Option<Piece>, ReadError> {
        match self.peek(b",")? {
            Some(b']') => {
                self.text.advance(1);
                self.stack.pop();
                self.path.pop();
                Ok(None)
            }
            Some(b'{') => {
                self.take()?;
                self.passed = self.passed.saturating_add(1);
                Ok(Some(Piece::Record(list)))
            }
            Some(byte) if !matches!(byte, b'}' | b':') => {
                let is_null = self.take()? == "null";
                let name = self.path.join(".");
                Ok((!is_null).then(|| Piece::Value(name, String::new())))
            }
            _ => Err(self.cut()),
        }
    }

    /// The next byte that is neither blank nor one of `passed_over`.
    fn peek(&mut self, passed_over: &[u8]) -> Result<Option<u8>, ReadError> {
        loop {
            let rest = self.text.rest().as_bytes();
            let is_passed = |byte: &u8| {
                byte.is_ascii_whitespace() || *byte == 0x1a || passed_over.contains(byte)
            };
            let found = rest.iter().position(|byte| !is_passed(byte));
            let length = found.unwrap_or(rest.len());
            let byte = rest.get(length).copied();
            self.text.advance(length);
            if byte.is_some() || !self.text.more()? {
                return Ok(byte);
            }
        }
    }

    /// The length of the value that begins here; `None` if the document ends within it.
    fn measure(&mut self) -> Result<Option<usize>, ReadError> {
        let mut extent = Extent::default();
        loop {
            let rest = self.text.rest().as_bytes();
            if let Some(length) = extent.go(rest) {
                return Ok(Some(length));
            }
            if rest.len() > MAX_RECORD_BYTES {
                return Err(record_too_large());
            }
            if !self.text.more()? {
                return Ok(None);
            }
        }
    }

    /// Takes the value that begins here.
    fn take(&mut self) -> Result<&str, ReadError> {
        let Some(length) = self.measure()? else { return Err(self.cut()) };
        if length > MAX_RECORD_BYTES {
            return Err(record_too_large());
        }
        self.record.clear();
        self.record.push_str(self.text.rest().get(..length).unwrap_or_default());
        // Nothing that is no value may stop the walk.
        self.text.advance(length.max(1));
        Ok(&self.record)
    }

    fn cut(&self) -> ReadError {
        cut_after(self.passed)
    }
}
