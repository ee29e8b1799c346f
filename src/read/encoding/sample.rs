//! The bytes of a text document that its encoding is judged by: all of a small one; start, middle and end of
//! a large one, and the first place that is not ASCII if these are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Documents up to this size are looked at as a whole.
const WHOLE_BYTES: u64 = 1 << 20;

/// One window into a larger document.
const WINDOW_BYTES: u64 = 1 << 16;

/// What the votes look at.
pub(super) struct Sample {
    /// The first bytes as they stand.
    pub head: Vec<u8>,
    /// Whole lines of all windows, so that no character is cut (no encoding in question uses the byte of a line
    /// feed within a character, UTF-16 aside).
    pub lines: Vec<u8>,
}

impl Sample {
    /// Reads the sample of a document.
    pub(super) fn take(file: &mut File) -> io::Result<Sample> {
        let length = file.seek(SeekFrom::End(0))?;
        if length <= WHOLE_BYTES {
            let lines = window(file, 0, WHOLE_BYTES)?;
            let head = lines.iter().take(WINDOW_BYTES as usize).copied().collect();
            return Ok(Sample { head, lines });
        }
        let head = window(file, 0, WINDOW_BYTES)?;
        let mut lines = up_to_last_line_end(&head).to_vec();
        let middle = window(file, length / 2, WINDOW_BYTES)?;
        lines.extend_from_slice(from_first_line_end(up_to_last_line_end(&middle)));
        let end = window(file, length - WINDOW_BYTES, WINDOW_BYTES)?;
        lines.extend_from_slice(from_first_line_end(&end));
        if lines.is_ascii()
            && let Some(at) = first_beyond_ascii(file)?
        {
            // The first byte beyond ASCII begins a character.
            lines.extend_from_slice(up_to_last_line_end(&window(file, at, WINDOW_BYTES)?));
        }
        Ok(Sample { head, lines })
    }
}

fn window(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Signs that no encoding in question uses within a character: where XML or JSON has no lines, it has these.
fn is_sign(byte: &u8) -> bool {
    matches!(byte, b'"' | b',' | b'<' | b'>')
}

fn up_to_last_line_end(bytes: &[u8]) -> &[u8] {
    let last = bytes.iter().rposition(is_line_end);
    let last = last.or_else(|| bytes.iter().rposition(is_sign));
    last.and_then(|at| bytes.get(..=at)).unwrap_or(bytes)
}

fn from_first_line_end(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(is_line_end);
    let first = first.or_else(|| bytes.iter().position(is_sign));
    first.and_then(|at| bytes.get(at..)).unwrap_or(bytes)
}

fn first_beyond_ascii(file: &mut File) -> io::Result<Option<u64>> {
    let mut block = vec![0; 1 << 18];
    let mut at = 0u64;
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = file.read(&mut block)?;
        let bytes = block.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(None);
        }
        if !bytes.is_ascii() {
            return Ok(bytes
                .iter()
                .position(|byte| !byte.is_ascii())
                .map(|found| at + found as u64));
        }
        at += read as u64;
    }
}
