//! A tar archive member by member, forwards only, whatever its bytes come from.

use std::io::{self, Read};

use super::header::{self, BLOCK, Kind};
use crate::model::codes::package;
use crate::read::package::Fault;

/// Most bytes of a long name or of what is told of a member.
const TOLD_BYTES: u64 = 1 << 16;

/// A member as the archive tells of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: Vec<u8>,
    /// Whether the archive says that the name is UTF-8.
    pub is_said_utf_8: bool,
    pub kind: Kind,
    pub bytes: u64,
}

/// Walks through an archive.
pub(super) struct Walk<R> {
    source: R,
    /// Bytes of the current member that were not read, and the padding after them.
    left: u64,
    padding: u64,
}

impl<R: Read> Walk<R> {
    pub(super) fn new(source: R) -> Walk<R> {
        Walk { source, left: 0, padding: 0 }
    }

    /// Moves to the next member; `None` at the end.
    ///
    /// # Errors
    /// The archive is broken or cut; its bytes cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, Fault> {
        let (mut long_name, mut told) = (None, header::Told::default());
        loop {
            self.skip()?;
            let Some(block) = self.block()? else { return Ok(None) };
            let header = header::read(&block).ok_or_else(broken)?;
            // Links carry no bytes, whatever they declare.
            let has_bytes = !matches!(header.kind, Kind::Link | Kind::Folder);
            let own = told.bytes.filter(|_| !matches!(header.kind, Kind::LongName | Kind::Pax));
            let bytes = if has_bytes { own.unwrap_or(header.bytes) } else { 0 };
            self.left = bytes;
            self.padding = bytes.wrapping_neg() % BLOCK as u64;
            match header.kind {
                Kind::LongName => {
                    let name = self.told()?;
                    long_name = name.split(|byte| *byte == 0).next().map(<[u8]>::to_vec);
                }
                Kind::Pax => told = header::pax(&self.told()?),
                Kind::Other => {}
                kind => {
                    let is_said_utf_8 = told.path.is_some();
                    let name = told.path.or(long_name).unwrap_or(header.name);
                    // Before there was a type for folders their names ended with a slash.
                    let is_folder = kind == Kind::File && name.ends_with(b"/");
                    let kind = match kind {
                        Kind::File if told.is_sparse => Kind::Sparse,
                        _ if is_folder => Kind::Folder,
                        kind => kind,
                    };
                    return Ok(Some(Entry { name, is_said_utf_8, kind, bytes }));
                }
            }
        }
    }

    /// Reads a short content whole.
    fn told(&mut self) -> Result<Vec<u8>, Fault> {
        if self.left > TOLD_BYTES {
            return Err(broken());
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).map_err(of_io)?;
        Ok(bytes)
    }

    /// Passes over what is left of the current member.
    fn skip(&mut self) -> Result<(), Fault> {
        let count = self.left + self.padding;
        let passed = io::copy(&mut self.source.by_ref().take(count), &mut io::sink());
        (self.left, self.padding) = (0, 0);
        if passed.map_err(of_io)? < count { Err(broken()) } else { Ok(()) }
    }

    /// The next header; `None` at an empty block or at the end of the bytes.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Fault> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while let Some(room) = block.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.source.read(room) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(broken()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(of_io(error)),
            }
        }
        Ok((block != [0; BLOCK]).then_some(block))
    }

    /// Passes over everything after the last member, so that checks at its end are made.
    ///
    /// # Errors
    /// The bytes are damaged or cannot be read.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        io::copy(&mut self.source, &mut io::sink()).map_err(of_io).map(|_| ())
    }
}

impl<R: Read> Read for Walk<R> {
    /// Reads the current member.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let want = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.source.read(out.get_mut(..want).unwrap_or_default())?;
        if count == 0 && want > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

fn broken() -> Fault {
    Fault::Whole(&package::PACKAGE_BROKEN)
}

fn of_io(error: io::Error) -> Fault {
    match Fault::of_io(error) {
        Fault::Damaged => broken(),
        other => other,
    }
}
