//! A sliding window over a part: the bytes that one token needs are always together in memory.

use super::fault::Fault;
use super::package::TextPart;
use super::xml::{self, Span, Token};

const WINDOW_BYTES: usize = 1 << 18;
/// No tag, comment or run of text may be longer than this.
const MAX_TOKEN: usize = 8 << 20;

/// Bytes of a part, read forward. Spans handed out stay valid until the next token is asked for.
pub struct Window {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    source: Option<TextPart>,
}

impl Window {
    /// Over a part that is read as the window slides.
    pub fn streaming(source: TextPart) -> Window {
        Window { buffer: vec![0; WINDOW_BYTES], start: 0, end: 0, source: Some(source) }
    }

    /// Over a part that is in memory.
    pub fn whole(buffer: Vec<u8>) -> Window {
        let end = buffer.len();
        Window { buffer, start: 0, end, source: None }
    }

    /// Gives the buffer back.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// What is in memory and not yet passed.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The bytes of a span.
    #[inline]
    pub fn slice(&self, span: Span) -> &[u8] {
        self.buffer.get(span.start..span.end).unwrap_or_default()
    }

    /// Passes `count` bytes.
    #[inline]
    pub fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Brings more bytes into memory; `false` at the end of the part. Ends the life of all spans.
    ///
    /// # Errors
    /// The part cannot be read, or a token is longer than the limit.
    pub fn more(&mut self) -> Result<bool, Fault> {
        let Some(source) = &mut self.source else { return Ok(false) };
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end > self.buffer.len() / 2 {
            if self.buffer.len() >= MAX_TOKEN {
                return Err(Fault::TooLarge("8 MiB"));
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = source.read(room)?;
        self.end += count;
        if count == 0 {
            self.source = None;
        }
        Ok(count > 0)
    }

    /// Reads what is left of the part, so that damage there is noticed.
    ///
    /// # Errors
    /// The part is damaged.
    pub fn drain(&mut self) -> Result<(), Fault> {
        loop {
            self.start = self.end;
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// The next token, passed.
    ///
    /// # Errors
    /// The bytes are no XML, or cannot be read.
    pub fn next_token(&mut self) -> Result<Token, Fault> {
        loop {
            let is_end = self.source.is_none();
            match xml::scan(self.bytes(), self.start, is_end)? {
                Some((token, length)) => {
                    self.advance(length);
                    return Ok(token);
                }
                None if self.more()? => {}
                None if is_end => return Err(Fault::Broken),
                None => {}
            }
        }
    }

    /// Passes everything up to the end of the element whose start tag was read last.
    ///
    /// # Errors
    /// The element does not end.
    pub fn skip_element(&mut self) -> Result<(), Fault> {
        let mut depth = 1u32;
        while depth > 0 {
            match self.next_token()? {
                Token::Start(tag) if !tag.is_empty => depth += 1,
                Token::End(_) => depth -= 1,
                Token::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
        Ok(())
    }
}
