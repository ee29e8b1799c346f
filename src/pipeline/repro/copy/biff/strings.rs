//! Texts within records as characters that know their place, so that others can be written over them.

use std::ops::Range;

use encoding_rs::Encoding;

/// A text in place: where each UTF-16 unit or byte of it stands.
pub struct Placed {
    /// What it says.
    pub text: String,
    /// Place and width of each unit.
    units: Vec<(usize, u8)>,
    /// How single bytes are to be read; `None`: units of UTF-16.
    encoding: Option<&'static Encoding>,
}

/// Reads on over the seams between a record and those that continue it.
pub struct Cursor<'a> {
    stream: &'a [u8],
    parts: Vec<Range<usize>>,
    part: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Begins at the first byte of the first part.
    pub fn new(stream: &'a [u8], parts: Vec<Range<usize>>) -> Cursor<'a> {
        let at = parts.first().map_or(0, |part| part.start);
        Cursor { stream, parts, part: 0, at }
    }

    fn is_at_seam(&self) -> bool {
        self.parts.get(self.part).is_none_or(|part| self.at >= part.end)
    }

    /// Moves over a seam; `false` at the end of everything.
    fn settle(&mut self) -> bool {
        while self.is_at_seam() {
            self.part += 1;
            match self.parts.get(self.part) {
                Some(part) => self.at = part.start,
                None => return false,
            }
        }
        true
    }

    /// Whether everything was read.
    pub fn is_done(&mut self) -> bool {
        !self.settle()
    }

    /// Places that are still to come.
    pub fn rest(&self) -> Vec<Range<usize>> {
        let later = self.parts.get(self.part + 1..).unwrap_or_default();
        let now = self.parts.get(self.part).map(|part| self.at.min(part.end)..part.end);
        now.into_iter().chain(later.iter().cloned()).collect()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.settle().then_some(())?;
        let byte = self.stream.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// The next 16-bit number.
    pub fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    /// The next 32-bit number.
    pub fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }

    /// Leaves bytes out; gives their places.
    pub fn skip(&mut self, count: usize) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        for _ in 0..count {
            self.byte()?;
            places.push(self.at - 1);
        }
        Some(places)
    }

    /// So many UTF-16 units; each further part begins with flags of its own.
    pub fn characters(&mut self, count: usize, flags: u8) -> Option<Placed> {
        let mut is_wide = flags & 1 == 1;
        let (mut units, mut values) = (Vec::new(), Vec::new());
        while units.len() < count {
            if self.is_at_seam() {
                is_wide = self.byte()? & 1 == 1;
                continue;
            }
            let at = self.at;
            let value = if is_wide { self.short()? } else { u16::from(self.byte()?) };
            values.push(value);
            units.push((at, if is_wide { 2 } else { 1 }));
        }
        let letters = char::decode_utf16(values).map(|letter| letter.unwrap_or('\u{fffd}'));
        Some(Placed { text: letters.collect(), units, encoding: None })
    }

    /// A text behind a 16-bit length: flags, characters.
    pub fn unicode(&mut self) -> Option<Placed> {
        let count = usize::from(self.short()?);
        let flags = if count == 0 { 0 } else { self.byte()? };
        self.characters(count, flags)
    }

    /// So many bytes in a legacy encoding; fewer if the record is short.
    pub fn legacy(&mut self, count: usize, encoding: &'static Encoding) -> Placed {
        let (mut units, mut bytes) = (Vec::new(), Vec::new());
        while units.len() < count {
            let Some(byte) = self.byte() else { break };
            units.push((self.at - 1, 1));
            bytes.push(byte);
        }
        let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
        Placed { text, units, encoding: Some(encoding) }
    }
}

impl Placed {
    /// Writes another text over this one; what is too short is filled up with spaces, what is too long is cut.
    pub fn write(&self, made: &str, stream: &mut [u8]) {
        if made == self.text {
            return;
        }
        match self.encoding {
            Some(encoding) => {
                let bytes = encoding.encode(made).0;
                let mut bytes = bytes.iter().copied().chain(std::iter::repeat(b' '));
                for (at, _) in &self.units {
                    if let (Some(to), Some(byte)) = (stream.get_mut(*at), bytes.next()) {
                        *to = byte;
                    }
                }
            }
            None => {
                let mut units = made.encode_utf16().chain(std::iter::repeat(0x20));
                for (at, width) in &self.units {
                    let Some(unit) = units.next() else { return };
                    let unit = if *width == 1 && unit > 0xFF { u16::from(b'x') } else { unit };
                    for (to, byte) in stream
                        .iter_mut()
                        .skip(*at)
                        .zip(unit.to_le_bytes())
                        .take(usize::from(*width))
                    {
                        *to = byte;
                    }
                }
            }
        }
    }
}
