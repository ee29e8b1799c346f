//! One 512-byte header of a tar archive, and the records of a pax header. Source: POSIX.1-2017 pax, "ustar
//! Interchange Format" and "pax Header Block"; GNU tar's `tar.h`.

use std::ops::Range;

/// Headers and contents are padded to blocks of this size.
pub(in crate::read::package) const BLOCK: usize = 512;

/// What a header is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, device or pipe.
    Link,
    /// A file with holes, stored in a way of GNU's own.
    Sparse,
    /// The next member's name.
    LongName,
    /// What is told of the next member.
    Pax,
    /// What is passed over: a long link name, defaults, labels.
    Other,
}

/// A header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub name: Vec<u8>,
    pub kind: Kind,
    pub bytes: u64,
}

/// Whether a block is a header: its checksum is right.
pub(in crate::read) fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.get(..BLOCK) else { return false };
    let told = block.get(148..156).and_then(octal);
    let has_name = block.first().is_some_and(|byte| *byte != 0);
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    has_name && told == Some(sum)
}

/// Reads a header; `None` if its checksum is wrong.
pub(super) fn read(block: &[u8]) -> Option<Header> {
    if !is_header(block) {
        return None;
    }
    let field = |range: Range<usize>| until_nul(block.get(range).unwrap_or_default());
    let mut name = field(0..100).to_vec();
    // GNU's own headers keep times where the standard keeps the front of the name.
    let prefix = field(345..500);
    if block.get(257..263) == Some(b"ustar\0") && !prefix.is_empty() {
        name = [prefix, b"/", &name].concat();
    }
    let kind = match block.get(156)? {
        b'0' | b'7' | 0 => Kind::File,
        b'5' | b'D' => Kind::Folder,
        b'1' | b'2' | b'3' | b'4' | b'6' => Kind::Link,
        b'S' => Kind::Sparse,
        b'L' => Kind::LongName,
        b'x' | b'X' => Kind::Pax,
        _ => Kind::Other,
    };
    Some(Header { name, kind, bytes: number(block.get(124..136)?)? })
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Octal digits, or bytes from the highest on with the first bit set (GNU).
fn number(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, rest @ ..] => {
            let (high, low) = rest.split_last_chunk::<8>()?;
            high.iter().all(|byte| *byte == 0).then_some(u64::from_be_bytes(*low))
        }
        _ => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = until_nul(field).trim_ascii();
    text.iter().try_fold(0u64, |sum, byte| {
        let digit = matches!(byte, b'0'..=b'7').then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(8)?.checked_add(digit)
    })
}

/// What a pax header tells of the next member.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub path: Option<Vec<u8>>,
    pub bytes: Option<u64>,
    pub is_sparse: bool,
}

/// Reads the records of a pax header: `length key=value\n`.
pub(super) fn pax(mut records: &[u8]) -> Told {
    let mut told = Told::default();
    while let Some((record, rest)) = record(records) {
        records = rest;
        match record {
            (b"path", value) => told.path = Some(value.to_vec()),
            (b"size", value) => {
                told.bytes = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            }
            (key, _) if key.starts_with(b"GNU.sparse.") => told.is_sparse = true,
            _ => {}
        }
    }
    told
}

type Pair<'a> = (&'a [u8], &'a [u8]);

fn record(records: &[u8]) -> Option<(Pair<'_>, &[u8])> {
    let space = records.iter().position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(records.get(..space)?).ok()?.parse().ok()?;
    let (record, rest) = records.split_at_checked(length)?;
    let pair = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (key, value) = pair.split_at_checked(equals)?;
    Some(((key, value.get(1..)?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        for (field, expected) in [
            (&b"00000000017\0"[..], Some(15)),
            (b"     17 \0", Some(15)),
            (b"\x80\0\0\0\0\0\0\0\0\0\x01\0", Some(256)),
            (b"\x80\x01\0\0\0\0\0\0\0\0\x01\0", None),
            (b"99999999999\0", None),
            (b"777777777777777777777777", None),
            (b"\0", Some(0)),
        ] {
            assert_eq!(number(field), expected, "{field:?}");
        }
    }

    #[test]
    fn pax_records_say_their_length() {
        let told = pax("18 path=签到.csv\n10 size=7\n30 mtime=1\n".as_bytes());
        assert_eq!(told.path, None);
        let told = pax("19 path=签到.csv\n10 size=7\n30 mtime=1\n".as_bytes());
        assert_eq!(told.path, Some("签到.csv".as_bytes().to_vec()));
        assert_eq!(told.bytes, Some(7));
        assert_eq!(pax(b"99999999999999999999999 a=b\n"), Told::default());
        assert!(
            pax(b"21 GNU.sparse.major=1\n").is_sparse || pax(b"22 GNU.sparse.major=1\n").is_sparse
        );
    }
}
