//! A message part by part, forwards only. Multiparts are gone into, a message inside the message is one part.
//! Source: RFC 2046 5.1.

use std::io::{self, BufRead, Read};

use super::header::Headers;
use super::lines::{Lines, bare};
use super::transfer::Transfer;

/// Multiparts inside multiparts.
const DEPTH: usize = 16;
/// Longest header of one part.
const HEADER_BYTES: usize = 1 << 18;

/// Walks through a message.
pub(super) struct Walk<R> {
    lines: Lines<R>,
    /// Boundaries of the multiparts that we are in, outermost first.
    boundaries: Vec<Vec<u8>>,
    place: Place,
    transfer: Option<Transfer>,
    /// Decoded bytes that were not read.
    ready: Vec<u8>,
    at: usize,
    /// The end of the last line, which belongs to a boundary if one follows.
    held: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// Before the headers of a part.
    Headers,
    /// In the body of a part, or before the first part of a multipart.
    Body,
    /// Behind everything.
    End,
}

impl<R: BufRead> Walk<R> {
    pub(super) fn new(source: R) -> Walk<R> {
        Walk {
            lines: Lines::new(source),
            boundaries: Vec::new(),
            place: Place::Headers,
            transfer: None,
            ready: Vec::new(),
            at: 0,
            held: Vec::new(),
        }
    }

    /// Moves to the next part that is no multipart; `None` after the last.
    ///
    /// # Errors
    /// The message cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Headers>> {
        loop {
            while self.place == Place::Body {
                if self.lines.next()?.is_empty() {
                    self.place = Place::End;
                } else {
                    self.cross();
                }
            }
            (self.at, self.transfer) = (0, None);
            self.ready.clear();
            self.held.clear();
            if self.place == Place::End {
                return Ok(None);
            }
            let headers = Headers::of(&self.fields()?);
            self.place = Place::Body;
            match &headers.boundary {
                Some(boundary)
                    if headers.kind.starts_with("multipart/") && self.boundaries.len() < DEPTH =>
                {
                    self.boundaries.push(boundary.clone());
                }
                _ => {
                    self.transfer = Transfer::of(&headers.transfer);
                    return Ok(Some(headers));
                }
            }
        }
    }

    /// Whether the part's bytes are written in a way that is read.
    pub(super) fn is_known(&self) -> bool {
        self.transfer.is_some()
    }

    /// Reads header fields up to the empty line, folded ones joined.
    fn fields(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let (mut fields, mut total): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
        loop {
            let line = self.lines.next()?;
            if bare(line).is_empty() {
                return Ok(fields);
            }
            total += line.len();
            let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
            let is_start = self.lines.is_start;
            let line = bare(self.lines.current());
            match fields.last_mut() {
                _ if total > HEADER_BYTES => {}
                Some(last) if is_folded || !is_start => last.extend_from_slice(line),
                _ => fields.push(line.to_vec()),
            }
        }
    }

    /// Looks whether the current line is a boundary, and moves behind it; tells whether it was one.
    fn cross(&mut self) -> bool {
        if !self.lines.is_start {
            return false;
        }
        let Some(rest) = bare(self.lines.current()).strip_prefix(b"--") else { return false };
        let found = self.boundaries.iter().enumerate().rev().find_map(|(at, boundary)| {
            let after = rest.strip_prefix(boundary.as_slice())?.trim_ascii_end();
            matches!(after, b"" | b"--").then_some((at, after.is_empty()))
        });
        let Some((at, is_open)) = found else { return false };
        self.boundaries.truncate(if is_open { at + 1 } else { at });
        self.place = match (is_open, self.boundaries.is_empty()) {
            (true, _) => Place::Headers,
            (false, false) => Place::Body,
            (false, true) => Place::End,
        };
        // What follows an inner multipart up to the next boundary belongs to nobody.
        self.transfer = None;
        true
    }

    /// Decodes the next line of the part; `false` at its end.
    fn refill(&mut self) -> io::Result<bool> {
        if self.place != Place::Body || self.transfer.is_none() {
            return Ok(false);
        }
        self.ready.clear();
        self.at = 0;
        if self.lines.next()?.is_empty() {
            self.place = Place::End;
            if !self.boundaries.is_empty() {
                // The last boundary is missing: the message was cut.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.ready.append(&mut self.held);
            return Ok(!self.ready.is_empty());
        }
        if self.cross() {
            self.held.clear();
            return Ok(false);
        }
        let line = self.lines.current();
        if let Some(transfer) = &mut self.transfer {
            self.ready.append(&mut self.held);
            transfer.decode(line, &mut self.ready);
            // Of text as it is, the last line's end belongs to the boundary.
            if matches!(transfer, Transfer::Plain | Transfer::Quoted) && line.ends_with(b"\n") {
                let kept = bare(&self.ready).len();
                self.held = self.ready.split_off(kept);
            }
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for Walk<R> {
    /// Reads the current part.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.ready.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let mut rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.read(out)?;
        self.at += count;
        Ok(count)
    }
}
