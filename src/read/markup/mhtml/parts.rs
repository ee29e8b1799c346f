//! The parts of a MIME multipart document (RFC 2045, 2046, 2557), line by line: pages and style sheets decoded,
//! everything else passed over.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use crate::read::ReadError;
use crate::read::markup::tokens::too_large;

use super::transfer::Transfer;

/// A longer line comes in pieces.
const LINE_BYTES: u64 = 1 << 16;
/// Headers of one part.
const MAX_HEADER: usize = 1 << 16;
/// Multiparts within multiparts.
const MAX_BOUNDARIES: usize = 16;
/// Pages that are kept: each is an open file.
const MAX_PAGES: usize = 200;
/// Style sheets in all.
const MAX_STYLES: usize = 4 << 20;

/// A page of the document.
pub struct PagePart {
    /// Where it says it came from; empty if it does not.
    pub location: String,
    /// The encoding that its header declares.
    pub charset: Option<String>,
    /// Its bytes.
    pub file: File,
}

/// What a document holds.
#[derive(Default)]
pub struct Parts {
    /// Its pages in their order.
    pub pages: Vec<PagePart>,
    /// Its style sheets, one after another.
    pub styles: Vec<u8>,
}

/// What the headers of a part say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Headers {
    content_type: String,
    charset: Option<String>,
    boundary: Option<String>,
    location: String,
    transfer: Transfer,
}

/// Splits a document into its parts.
///
/// # Errors
/// It cannot be read, or it has too many pages.
pub fn split(path: &Path) -> Result<Parts, ReadError> {
    let file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let mut splitter = Splitter {
        path,
        reader: BufReader::with_capacity(1 << 17, file),
        line: Vec::new(),
        is_line_start: true,
        boundaries: Vec::new(),
        parts: Parts::default(),
    };
    while splitter.part()? {}
    Ok(splitter.parts)
}

struct Splitter<'p> {
    path: &'p Path,
    reader: BufReader<File>,
    line: Vec<u8>,
    is_line_start: bool,
    boundaries: Vec<Vec<u8>>,
    parts: Parts,
}

impl Splitter<'_> {
    /// Reads one part from its headers to the boundary after it; `false` at the end.
    fn part(&mut self) -> Result<bool, ReadError> {
        let headers = self.headers()?;
        if let Some(boundary) = &headers.boundary
            && headers.content_type.starts_with("multipart/")
            && self.boundaries.len() < MAX_BOUNDARIES
        {
            self.boundaries.push([b"--", boundary.as_bytes()].concat());
        }
        match headers.content_type.as_str() {
            "text/html" | "application/xhtml+xml" => self.page(headers),
            "text/css" => self.style(headers.transfer),
            _ => self.body(&mut Transfer::Plain, &mut std::io::sink()),
        }
    }

    fn page(&mut self, headers: Headers) -> Result<bool, ReadError> {
        if self.parts.pages.len() >= MAX_PAGES {
            return Err(too_large("网页个数（pages）", "200"));
        }
        let scratch = |source| ReadError::io(&std::env::temp_dir(), source);
        // A file without a name: it is gone with this process, whatever happens.
        let mut to = BufWriter::new(tempfile::tempfile().map_err(scratch)?);
        let mut transfer = headers.transfer;
        let goes_on = self.body(&mut transfer, &mut to)?;
        let file = to.into_inner().map_err(|error| scratch(error.into_error()))?;
        let (location, charset) = (headers.location, headers.charset);
        self.parts.pages.push(PagePart { location, charset, file });
        Ok(goes_on)
    }

    fn style(&mut self, mut transfer: Transfer) -> Result<bool, ReadError> {
        let mut styles = std::mem::take(&mut self.parts.styles);
        let goes_on = if styles.len() < MAX_STYLES {
            self.body(&mut transfer, &mut styles)
        } else {
            self.body(&mut transfer, &mut std::io::sink())
        };
        styles.truncate(MAX_STYLES);
        self.parts.styles = styles;
        goes_on
    }

    /// Decodes lines up to the next boundary; `false` at the end of the document.
    fn body(&mut self, transfer: &mut Transfer, to: &mut impl Write) -> Result<bool, ReadError> {
        let path = self.path;
        while self.next_line()? {
            if self.is_boundary() {
                return Ok(true);
            }
            transfer.decode(&self.line, to).map_err(|source| ReadError::io(path, source))?;
        }
        Ok(false)
    }

    /// Reads the next line, or a piece of one, with its end.
    fn next_line(&mut self) -> Result<bool, ReadError> {
        self.is_line_start = self.line.is_empty() || self.line.ends_with(b"\n");
        self.line.clear();
        let mut limited = self.reader.by_ref().take(LINE_BYTES);
        let read = limited.read_until(b'\n', &mut self.line);
        read.map(|read| read > 0).map_err(|source| ReadError::io(self.path, source))
    }

    fn is_boundary(&self) -> bool {
        let line = self.line.trim_ascii_end();
        let is_it = |boundary: &Vec<u8>| {
            line == boundary.as_slice() || line.strip_suffix(b"--") == Some(boundary)
        };
        self.is_line_start && line.starts_with(b"--") && self.boundaries.iter().any(is_it)
    }

    /// Reads headers up to the blank line after them.
    fn headers(&mut self) -> Result<Headers, ReadError> {
        let (mut text, mut is_over) = (String::new(), false);
        while !is_over && self.next_line()? {
            let line = String::from_utf8_lossy(&self.line);
            let line = line.trim_end_matches(['\r', '\n']);
            is_over = line.is_empty();
            if text.len() < MAX_HEADER {
                let is_folded = line.starts_with([' ', '\t']);
                text.push_str(if is_folded { " " } else { "\n" });
                text.push_str(line.trim());
            }
        }
        Ok(Headers::of(&text))
    }
}

impl Headers {
    fn of(text: &str) -> Headers {
        let mut headers = Headers::default();
        for line in text.lines() {
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "content-type" => {
                    let kind = value.split(';').next().unwrap_or_default();
                    headers.content_type = kind.trim().to_ascii_lowercase();
                    headers.charset = parameter(value, "charset");
                    headers.boundary = parameter(value, "boundary");
                }
                "content-location" => headers.location = value.to_owned(),
                "content-transfer-encoding" => headers.transfer = Transfer::of(value),
                _ => {}
            }
        }
        headers
    }
}

/// A parameter of a header: `boundary="x"` or `boundary=x`.
fn parameter(value: &str, name: &str) -> Option<String> {
    let found = value.split(';').skip(1).find_map(|part| {
        let (found, value) = part.split_once('=')?;
        found.trim().eq_ignore_ascii_case(name).then_some(value.trim())
    })?;
    let found = found.trim_matches('"').trim();
    (!found.is_empty()).then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_folded_and_told_by_name() {
        let text = "\nMIME-Version: 1.0\nContent-type: Text/HTML; charset=\"gb2312\"; boundary=\"--=_x\"\n\
            Content-Location: file:///C:/a.htm\nCONTENT-TRANSFER-ENCODING: Base64";
        let headers = Headers::of(text);
        assert_eq!(headers.content_type, "text/html");
        assert_eq!(headers.charset.as_deref(), Some("gb2312"));
        assert_eq!(headers.boundary.as_deref(), Some("--=_x"));
        assert_eq!(headers.location, "file:///C:/a.htm");
        assert_eq!(headers.transfer, Transfer::of("base64"));
    }
}
