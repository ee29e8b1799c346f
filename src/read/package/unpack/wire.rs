//! What the unpacking child tells its parent: a greeting, then frames of `tag: u8`, `length: u32`, body. Nothing is
//! believed on arrival.

use std::io::{self, Read, Write};

/// First bytes of the stream.
pub(super) const GREETING: &[u8; 16] = b"cmegate-unpack-1";

/// The longest body either side accepts.
pub(super) const BODY_BYTES: usize = 1 << 18;

/// What an entry is.
pub(super) const IS_UNICODE: u8 = 1;
/// It is a folder.
pub(super) const IS_FOLDER: u8 = 2;
/// It is a link or device.
pub(super) const IS_LINK: u8 = 4;

/// How a member, or the whole, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum End {
    /// Read to its end, checks passed.
    Whole = 0,
    /// Not what was packed.
    Damaged = 1,
    /// Under a password that is not known.
    Locked = 2,
    /// Packed in a way that is not read.
    Method = 3,
    /// Needs more memory than the child may have.
    TooLarge = 4,
    /// One volume of several.
    Split = 5,
}

impl End {
    fn of(byte: u8) -> Option<End> {
        let all = [End::Whole, End::Damaged, End::Locked, End::Method, End::TooLarge, End::Split];
        all.into_iter().find(|end| *end as u8 == byte)
    }
}

/// One frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// What is in the archive: flags, bytes as declared, name.
    Entry(u8, u64, Vec<u8>),
    /// All entries were told.
    Listed,
    /// The bytes of an entry follow.
    Begin(u32),
    /// Some of them.
    Data(Vec<u8>),
    /// That was all of it.
    End(End),
    /// That was all; the last frame.
    Over(End),
}

/// Writes frames.
pub(super) struct Wire<W>(pub W);

impl<W: Write> Wire<W> {
    fn put(&mut self, tag: u8, parts: &[&[u8]]) -> io::Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.0.write_all(&[tag])?;
        self.0.write_all(&(length as u32).to_le_bytes())?;
        parts.iter().try_for_each(|part| self.0.write_all(part))
    }

    /// Tells of an entry. A name that no archive has is cut, and refused by the parent for its length.
    pub(super) fn entry(&mut self, flags: u8, bytes: u64, name: &[u8]) -> io::Result<()> {
        let name = name.get(..name.len().min(BODY_BYTES - 9)).unwrap_or_default();
        self.put(1, &[&[flags], &bytes.to_le_bytes(), name])
    }

    pub(super) fn listed(&mut self) -> io::Result<()> {
        self.put(2, &[])
    }

    pub(super) fn begin(&mut self, index: u32) -> io::Result<()> {
        self.put(3, &[&index.to_le_bytes()])
    }

    pub(super) fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.chunks(BODY_BYTES).try_for_each(|part| self.put(4, &[part]))
    }

    pub(super) fn end(&mut self, end: End) -> io::Result<()> {
        self.put(5, &[&[end as u8]])
    }

    pub(super) fn over(&mut self, end: End) -> io::Result<()> {
        self.put(6, &[&[end as u8]])?;
        self.0.flush()
    }
}

/// Reads a frame.
///
/// # Errors
/// `UnexpectedEof` at the end of the stream, `InvalidData` for what is no frame.
pub(super) fn read(from: &mut impl Read) -> io::Result<Frame> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [tag, length @ ..] = head;
    let length = u32::from_le_bytes(length) as usize;
    if length > BODY_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    frame(tag, body).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn frame(tag: u8, body: Vec<u8>) -> Option<Frame> {
    let end = |body: &[u8]| body.first().copied().and_then(End::of);
    Some(match tag {
        1 => {
            let (flags, rest) = body.split_first()?;
            let (bytes, name) = rest.split_first_chunk::<8>()?;
            Frame::Entry(*flags, u64::from_le_bytes(*bytes), name.to_vec())
        }
        2 => Frame::Listed,
        3 => Frame::Begin(u32::from_le_bytes(*body.first_chunk()?)),
        4 => Frame::Data(body),
        5 => Frame::End(end(&body)?),
        6 => Frame::Over(end(&body)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_arrive_as_they_were_sent() {
        let mut bytes = Vec::new();
        let mut wire = Wire(&mut bytes);
        wire.entry(IS_FOLDER, 7, "签到".as_bytes()).unwrap();
        wire.listed().unwrap();
        wire.begin(3).unwrap();
        wire.data(b"abc").unwrap();
        wire.end(End::Damaged).unwrap();
        wire.over(End::Whole).unwrap();
        let mut from = bytes.as_slice();
        for expected in [
            Frame::Entry(IS_FOLDER, 7, "签到".as_bytes().to_vec()),
            Frame::Listed,
            Frame::Begin(3),
            Frame::Data(b"abc".to_vec()),
            Frame::End(End::Damaged),
            Frame::Over(End::Whole),
        ] {
            assert_eq!(read(&mut from).unwrap(), expected);
        }
        assert_eq!(read(&mut from).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            let mut from = bytes.as_slice();
            while read(&mut from).is_ok() {}
        }
    }
}
