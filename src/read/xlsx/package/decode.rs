//! A part as UTF-8: most are already, some writers make UTF-16 or declare another encoding.

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};

use super::part::PartReader;
use crate::read::xlsx::fault::Fault;

const HEAD_BYTES: usize = 512;
const RAW_BYTES: usize = 1 << 14;

/// A part's text. Bytes that are not UTF-8 although the part says so pass through unchanged.
pub struct TextPart {
    part: PartReader,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    at: usize,
    is_last: bool,
    is_done: bool,
}

impl TextPart {
    /// Reads the head of the part and decides its encoding.
    ///
    /// # Errors
    /// The part cannot be read.
    pub fn new(mut part: PartReader) -> Result<TextPart, Fault> {
        let mut raw = vec![0; HEAD_BYTES];
        let count = part.read(&mut raw)?;
        raw.truncate(count);
        let decoder = encoding_of(&raw).map(Encoding::new_decoder_with_bom_removal);
        let at = if decoder.is_none() && raw.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Ok(TextPart { part, decoder, raw, at, is_last: false, is_done: false })
    }

    /// Fills `out` (at least 16 bytes long) with UTF-8; 0 at the end.
    ///
    /// # Errors
    /// The part cannot be read further.
    pub fn read(&mut self, out: &mut [u8]) -> Result<usize, Fault> {
        if self.decoder.is_some() {
            return self.transcode(out);
        }
        let head = self.raw.get(self.at..).unwrap_or_default();
        if head.is_empty() {
            return self.part.read(out);
        }
        let count = head.len().min(out.len());
        for (to, from) in out.iter_mut().zip(head) {
            *to = *from;
        }
        self.at += count;
        Ok(count)
    }

    fn transcode(&mut self, out: &mut [u8]) -> Result<usize, Fault> {
        while !self.is_done {
            if self.at >= self.raw.len() && !self.is_last {
                self.raw.resize(RAW_BYTES, 0);
                let count = self.part.read(&mut self.raw)?;
                self.raw.truncate(count);
                self.at = 0;
                self.is_last = count == 0;
            }
            let Some(decoder) = &mut self.decoder else { break };
            let input = self.raw.get(self.at..).unwrap_or_default();
            let (result, read, written, _) = decoder.decode_to_utf8(input, out, self.is_last);
            self.at += read;
            self.is_done = self.is_last && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
            if result == encoding_rs::CoderResult::OutputFull {
                return Err(Fault::Broken);
            }
        }
        Ok(0)
    }
}

/// The encoding to decode from; `None` for UTF-8.
fn encoding_of(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xFE, 0xFF, ..] | [0, b'<', 0, ..] => return Some(UTF_16BE),
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] => return Some(UTF_16LE),
        _ => {}
    }
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = head.get(..end)?;
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?;
    let (quote, value) = value.trim_ascii_start().split_first()?;
    let label = value.split(|byte| byte == quote).next()?;
    Encoding::for_label(label)
        .filter(|encoding| *encoding != encoding_rs::UTF_8 && encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_taken_from_marks_then_from_the_declaration() {
        for (head, expected) in [
            (&b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"[..], None),
            (b"<worksheet/>", None),
            (b"\xEF\xBB\xBF<?xml version='1.0'?>", None),
            (b"<?xml version='1.0' encoding = 'gb2312'?>", Some("GBK")),
            (b"\xFF\xFE<\0?\0", Some("UTF-16LE")),
            (b"\0<\0?\0x", Some("UTF-16BE")),
        ] {
            assert_eq!(encoding_of(head).map(Encoding::name), expected);
        }
    }
}
