//! Looks through a finished copy for anything of the original, part by part, as text.

use std::path::Path;

use encoding_rs::{Encoding, GB18030, UTF_16LE};

use super::{
    ReproError,
    copy::{Letters, members, stripped, unescaped},
    needles::{Leak, Needles},
};
use crate::{
    model::Chunk,
    pipeline::ConvertError,
    read::{self, Container, ReadError, ReadOptions},
};

/// What of the original is still in a copy; `None`: nothing.
pub fn search(
    container: Container,
    bytes: &[u8],
    encoding: Option<&'static Encoding>,
    needles: &Needles,
) -> Option<Leak> {
    match (container, encoding) {
        (Container::Text, Some(encoding)) => needles.find(&Letters::new(bytes, encoding).text()),
        (Container::Xlsx | Container::Ods, _) => {
            let members = members(bytes).unwrap_or_default();
            members.iter().find_map(|(name, text)| {
                let found = needles.find(name).or_else(|| needles.find(&unescaped(text)));
                found.or_else(|| needles.find(&stripped(text)))
            })
        }
        _ => in_binary(bytes, needles),
    }
}

/// Looks through the cells of a finished copy as its reader shows them.
///
/// # Errors
/// [`ReproError::Leak`]; the copy cannot be read from disk.
pub fn cells(copy: &Path, needles: &Needles) -> Result<(), ReproError> {
    let mut opened = match read::open(copy, &ReadOptions::default()) {
        Ok(opened) => opened,
        Err(ReadError::Refused(_)) => return Ok(()),
        Err(error) => return Err(ConvertError::Read(error).into()),
    };
    let mut chunk = Chunk::default();
    while let Ok(Some(info)) = opened.grids.next_grid() {
        let mut found = needles.find(&info.name);
        while let (None, Ok(true)) = (found, opened.grids.read_rows(&mut chunk)) {
            found = chunk.cells.iter().find_map(|cell| needles.find(chunk.text_of(cell)));
        }
        if let Some(leak) = found {
            return Err(ReproError::Leak(leak));
        }
    }
    Ok(())
}

/// Looks through bytes as wide characters from even and odd places, as single bytes and as Chinese text.
fn in_binary(bytes: &[u8], needles: &Needles) -> Option<Leak> {
    let odd = bytes.get(1..).unwrap_or_default();
    let texts = [(UTF_16LE, bytes), (UTF_16LE, odd), (GB18030, bytes)];
    texts
        .into_iter()
        .find_map(|(encoding, bytes)| needles.find(&encoding.decode_without_bom_handling(bytes).0))
}
