//! Quoted fields: where one ends, and what it says.

/// A quoted field may be this long …
const MAX_BYTES: usize = 64 << 10;
/// … and have this many line breaks; beyond, its opening quote is a stray one.
const MAX_LINES: usize = 1000;

/// How a field that begins with a quote goes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    /// It closes: one past the closing quote, and whether doubled quotes stand inside.
    Closed { end: usize, has_doubled: bool },
    /// It never closes within the limits.
    Unclosed,
    /// More text is needed to tell.
    Cut,
}

/// Looks for the quote that closes the one at `open`. `delimiter` is a single mark or its first byte.
pub(super) fn close(bytes: &[u8], open: usize, delimiter: u8, is_at_end: bool) -> Quoted {
    let rest = bytes.get(open + 1..).unwrap_or_default();
    let window = rest.get(..MAX_BYTES).unwrap_or(rest);
    let is_cut = window.len() == rest.len() && !is_at_end;
    let mut has_doubled = false;
    let mut quotes = memchr::memchr_iter(b'"', window);
    while let Some(at) = quotes.next() {
        match rest.get(at + 1) {
            Some(b'"') => {
                has_doubled = true;
                quotes.next();
            }
            None if !is_at_end => return Quoted::Cut,
            after => {
                let content = window.get(..at).unwrap_or_default();
                return if is_stray(content, after.copied(), delimiter) {
                    Quoted::Unclosed
                } else {
                    Quoted::Closed { end: open + 1 + at + 1, has_doubled }
                };
            }
        }
    }
    if is_cut { Quoted::Cut } else { Quoted::Unclosed }
}

/// Whether this close is likely the opening quote of a later field, so that the first quote was a stray one:
/// over line breaks, only a close at the end of a field counts.
fn is_stray(content: &[u8], after: Option<u8>, delimiter: u8) -> bool {
    let breaks = memchr::memchr2_iter(b'\n', b'\r', content).count();
    let ends_field = match after {
        None | Some(b'\n' | b'\r' | b' ' | b'\t') => true,
        Some(byte) => byte == delimiter,
    };
    breaks > MAX_LINES || (breaks > 0 && !ends_field)
}

/// Appends a quoted text with its doubled quotes undone.
pub(super) fn undouble(content: &str, to: &mut String) {
    let mut rest = content;
    while let Some((before, after)) = rest.split_once("\"\"") {
        to.push_str(before);
        to.push('"');
        rest = after;
    }
    to.push_str(rest);
}
