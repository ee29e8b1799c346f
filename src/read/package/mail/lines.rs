//! Lines of a message, none longer in memory than a mail server allows ten times over.

use std::io::{self, BufRead, Read};

/// Longest piece of a line. Source: RFC 5322 2.1.1 allows 998 bytes.
const PIECE_BYTES: u64 = 1 << 14;

/// Reads lines with their ends.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: R,
    line: Vec<u8>,
    /// Whether the piece begins a line.
    pub is_start: bool,
    ends_line: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Lines<R> {
        Lines { source, line: Vec::new(), is_start: true, ends_line: true }
    }

    /// The next line, or piece of one that is too long; empty at the end.
    ///
    /// # Errors
    /// The source cannot be read.
    pub(super) fn next(&mut self) -> io::Result<&[u8]> {
        self.line.clear();
        self.is_start = self.ends_line;
        self.source.by_ref().take(PIECE_BYTES).read_until(b'\n', &mut self.line)?;
        self.ends_line = self.line.ends_with(b"\n");
        Ok(&self.line)
    }

    /// The line that was read last.
    pub(super) fn current(&self) -> &[u8] {
        &self.line
    }
}

/// A line without its end.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
