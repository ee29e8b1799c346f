//! A window that slides over a part while it streams from its source to its copy: bytes are kept as
//! they are, replaced or left out. Memory follows the longest single piece, not the part.

use std::io::{self, Read};

use memchr::memmem;

use crate::write::annotate::{
    AnnotateError,
    xml::{Tag, TagKind, next_tag, number_attribute, span},
};

/// Bytes read at a time.
const STEP: usize = 1 << 18;
/// A leap over fewer bytes is not worth the search.
const LEAST_LEAP: usize = 1 << 11;
/// No row of a sound sheet is as long as this.
const MAX_WINDOW: usize = 48 << 20;

/// Takes the bytes of the copy.
pub(in crate::write::annotate) type Sink<'a> = dyn FnMut(&[u8]) -> Result<(), AnnotateError> + 'a;

/// The window. Positions count from its start and are void after [`Window::more`].
pub(in crate::write::annotate) struct Window<'a, 's> {
    source: &'a mut dyn Read,
    sink: &'a mut Sink<'s>,
    part: &'a str,
    bytes: Vec<u8>,
    /// Bytes before it are dealt with.
    at: usize,
    /// Bytes from here to `at` are kept but not yet handed on.
    kept: usize,
    /// Where the first comment or CDATA begins that may lie ahead; looked up once per window.
    oddity: usize,
    /// Where the rows of this window end; 0 until it is looked up.
    rows_end: usize,
    /// The row that was leapt to in this window; 0 for none.
    leapt: u32,
    is_done: bool,
}

impl<'a, 's> Window<'a, 's> {
    /// A window at the start of a part.
    pub(in crate::write::annotate) fn new(
        source: &'a mut dyn Read,
        sink: &'a mut Sink<'s>,
        part: &'a str,
    ) -> Window<'a, 's> {
        Window {
            source,
            sink,
            part,
            bytes: Vec::new(),
            at: 0,
            kept: 0,
            oddity: 0,
            rows_end: 0,
            leapt: 0,
            is_done: false,
        }
    }

    /// What the window shows.
    pub(in crate::write::annotate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the bytes begin that are not dealt with yet.
    pub(in crate::write::annotate) fn at(&self) -> usize {
        self.at
    }

    /// Says that the part is not as it should be.
    pub(in crate::write::annotate) fn fault(&self, what: &'static str) -> AnnotateError {
        AnnotateError::Part { name: self.part.to_owned(), what }
    }

    /// Keeps everything up to `end` as it is.
    pub(in crate::write::annotate) fn keep_to(&mut self, end: usize) {
        self.at = end;
    }

    /// Leaves everything up to `end` out.
    pub(in crate::write::annotate) fn skip_to(&mut self, end: usize) -> Result<(), AnnotateError> {
        self.hand_on()?;
        self.at = end;
        self.kept = end;
        Ok(())
    }

    /// Puts bytes into the copy, here.
    pub(in crate::write::annotate) fn emit(&mut self, bytes: &[u8]) -> Result<(), AnnotateError> {
        self.hand_on()?;
        (self.sink)(bytes)
    }

    /// The next tag that is not dealt with; `None` at the end of the part.
    pub(in crate::write::annotate) fn tag(&mut self) -> Result<Option<Tag>, AnnotateError> {
        loop {
            if let Some(tag) = next_tag(&self.bytes, self.at) {
                return Ok(Some(tag));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Where the element that `tag` begins ends (one past its end tag). `close` is `</name`; the
    /// element holds none of its own name. The window may have moved: the tag is given back.
    pub(in crate::write::annotate) fn end_of(
        &mut self,
        tag: Tag,
        close: &memmem::Finder<'_>,
    ) -> Result<(Tag, usize), AnnotateError> {
        if tag.kind == TagKind::Empty {
            return Ok((tag, tag.end));
        }
        let mut tag = tag;
        loop {
            if let Some(end) = self.element_end(tag.end, close) {
                return Ok((tag, end));
            }
            if !self.more()? {
                return Err(self.fault("ends within a row"));
            }
            tag = self.tag()?.ok_or_else(|| self.fault("ends within a row"))?;
        }
    }

    /// One past the end tag that `close` finds; end tags in comments and CDATA do not count.
    fn element_end(&mut self, from: usize, close: &memmem::Finder<'_>) -> Option<usize> {
        let at = from + close.find(self.bytes.get(from..)?)?;
        if self.oddity < from {
            let found = memmem::find(self.bytes.get(from..)?, b"<!");
            self.oddity = found.map_or(usize::MAX, |found| from + found);
        }
        if at <= self.oddity {
            return next_tag(&self.bytes, at).map(|tag| tag.end);
        }
        let mut at = from;
        loop {
            let tag = next_tag(&self.bytes, at)?;
            if tag.kind == TagKind::Close && tag.bytes(&self.bytes).starts_with(close.needle()) {
                return Some(tag.end);
            }
            at = tag.end;
        }
    }

    /// Leaves rows out, whole and many at a time: on to a row at or little before the first whose number
    /// is at least `wanted`. Rows rise; where they do not say their numbers, or comments or CDATA lie
    /// ahead, nothing is left out. `row` finds `<row `, `end` the end of all rows.
    pub(in crate::write::annotate) fn leap(
        &mut self,
        wanted: u32,
        row: &memmem::Finder<'_>,
        end: &memmem::Finder<'_>,
    ) -> Result<(), AnnotateError> {
        if std::mem::replace(&mut self.leapt, wanted) == wanted {
            return Ok(());
        }
        if self.rows_end == 0 {
            let ahead = self.bytes.get(self.at..).unwrap_or_default();
            let is_plain = memmem::find(ahead, b"<!").is_none();
            let length = if is_plain { end.find(ahead).unwrap_or(ahead.len()) } else { 0 };
            self.rows_end = self.at + length;
        }
        let (mut low, mut high) = (self.at, self.rows_end);
        while low + LEAST_LEAP < high {
            let middle = low + (high - low) / 2;
            let found = row.find(span(&self.bytes, middle, high)).map(|found| middle + found);
            let tag = found.and_then(|found| next_tag(&self.bytes, found));
            let Some(tag) = tag.filter(|tag| tag.end <= high) else {
                high = middle;
                continue;
            };
            match number_attribute(tag.bytes(&self.bytes), "r") {
                Some(number) if number < wanted => low = tag.start,
                Some(_) => high = middle,
                None => return Ok(()),
            }
        }
        if low > self.at { self.skip_to(low) } else { Ok(()) }
    }

    /// Keeps what is left of the part.
    pub(in crate::write::annotate) fn keep_rest(&mut self) -> Result<(), AnnotateError> {
        loop {
            self.at = self.bytes.len();
            if !self.more()? {
                return self.hand_on();
            }
        }
    }

    fn hand_on(&mut self) -> Result<(), AnnotateError> {
        if self.kept < self.at {
            (self.sink)(span(&self.bytes, self.kept, self.at))?;
        }
        self.kept = self.at;
        Ok(())
    }

    /// Slides on: drops what is dealt with and reads more; `false` at the end of the part.
    fn more(&mut self) -> Result<bool, AnnotateError> {
        self.hand_on()?;
        if self.is_done {
            return Ok(false);
        }
        self.bytes.drain(..self.at.min(self.bytes.len()));
        self.at = 0;
        self.kept = 0;
        self.oddity = 0;
        self.rows_end = 0;
        self.leapt = 0;
        let had = self.bytes.len();
        if had > MAX_WINDOW {
            return Err(self.fault("has a row that is too long"));
        }
        // Doubling keeps repeated scans of one long piece linear.
        self.bytes.resize(had + STEP.max(had), 0);
        let mut filled = had;
        while let Some(room) = self.bytes.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.source.read(room) {
                Ok(0) => {
                    self.is_done = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.part.into();
                    return Err(AnnotateError::Read { path, source });
                }
            }
        }
        self.bytes.truncate(filled);
        Ok(filled > had)
    }
}
