//! Zip packages written as a stream: parts compressed by us, parts copied byte for byte.
//!
//! Sizes always stand in the local header (patched by seeking back): some readers of workbooks refuse
//! data descriptors, and some refuse zip64 local headers, so zip64 appears only where sizes need it.

mod headers;

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use headers::{DEFLATED, Member, STORED, Stamp};

use super::{
    deflate::{BLOCK_BYTES, BlockDeflater, Level},
    part_file::PartFile,
};

/// Why a package cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The file system refuses.
    #[error("cannot write {path}")]
    Io {
        /// The package.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The package that parts are copied from is broken.
    #[error("cannot copy part {index} of the package into {path}")]
    Copy {
        /// Position of the member in the source package.
        index: usize,
        /// The package that was being written.
        path: PathBuf,
        /// What is wrong with the source package.
        source: zip::result::ZipError,
    },
    /// `begin`, `write`, `copy`, `end` came in a wrong order.
    #[error("part {name} of {path} was not ended before the next began")]
    PartOpen {
        /// The open part, or the one asked for.
        name: String,
        /// The package.
        path: PathBuf,
    },
}

/// How a part is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartOptions {
    /// How hard.
    pub level: Level,
    /// Threads that compress when the part is longer than one block; 0: the caller's thread.
    pub workers: usize,
}

struct Open {
    name: String,
    deflater: BlockDeflater,
    /// Compressed bytes; they are counted here so that the header can be patched.
    sink: Counted,
    member: Option<Member>,
}

#[derive(Default)]
struct Counted {
    bytes: Vec<u8>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes one package, part after part. Same parts in, same bytes out: no clock is read.
pub struct PackageWriter<W: Write + Seek> {
    out: W,
    path: PathBuf,
    position: u64,
    members: Vec<Member>,
    open: Option<Open>,
}

impl PackageWriter<PartFile> {
    /// Begins a package that will be called `path`. [`PackageWriter::finish`] gives the [`PartFile`]
    /// back, whose `publish` moves it to that name.
    ///
    /// # Errors
    /// The folder takes no new file.
    pub fn create(path: &Path) -> Result<PackageWriter<PartFile>, PackageError> {
        match PartFile::create(path) {
            Ok(out) => Ok(PackageWriter::new(out, path)),
            Err(source) => Err(PackageError::Io { path: path.to_owned(), source }),
        }
    }
}

impl<W: Write + Seek> PackageWriter<W> {
    /// Begins a package in `out`, which must stand at its start; `path` is for messages only.
    pub fn new(out: W, path: &Path) -> PackageWriter<W> {
        PackageWriter { out, path: path.to_owned(), position: 0, members: Vec::new(), open: None }
    }

    /// Begins a part that we compress.
    ///
    /// # Errors
    /// Another part is open.
    pub fn begin(&mut self, name: &str, options: PartOptions) -> Result<(), PackageError> {
        if let Some(open) = &self.open {
            return Err(PackageError::PartOpen {
                name: open.name.clone(),
                path: self.path.clone(),
            });
        }
        self.open = Some(Open {
            name: name.to_owned(),
            deflater: BlockDeflater::new(options.level, options.workers),
            sink: Counted::default(),
            member: None,
        });
        Ok(())
    }

    /// Appends bytes to the open part.
    ///
    /// # Errors
    /// No part is open, or the file system refuses.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        let Some(open) = &mut self.open else { return Err(self.not_open()) };
        let written = open.deflater.write(bytes, &mut open.sink);
        self.told(written)?;
        self.drain()
    }

    /// The open part's bytes that wait for their block to fill: append rows here and call
    /// [`PackageWriter::pump`] after each, which spares a copy.
    ///
    /// # Errors
    /// No part is open.
    pub fn buffer(&mut self) -> Result<&mut Vec<u8>, PackageError> {
        match &mut self.open {
            Some(open) => Ok(open.deflater.buffer()),
            None => Err(PackageError::PartOpen { name: String::new(), path: self.path.clone() }),
        }
    }

    /// Compresses and writes what is due of the open part.
    ///
    /// # Errors
    /// No part is open, or the file system refuses.
    pub fn pump(&mut self) -> Result<(), PackageError> {
        let Some(open) = &mut self.open else { return Err(self.not_open()) };
        let pumped = open.deflater.pump(&mut open.sink);
        self.told(pumped)?;
        self.drain()
    }

    /// Ends the open part.
    ///
    /// # Errors
    /// No part is open, or the file system refuses.
    pub fn end(&mut self) -> Result<(), PackageError> {
        let Some(mut open) = self.open.take() else { return Err(self.not_open()) };
        let finished = open.deflater.finish(&mut open.sink);
        let totals = self.told(finished)?;
        let rest = open.sink.bytes;
        match open.member {
            None => {
                // Whether there is a reserve must follow from the bytes alone, not from the workers' pace.
                let name = open.name.as_bytes();
                let mut member = match totals.bytes > BLOCK_BYTES as u64 {
                    true => Member::streamed(name, self.position),
                    false => Member::new(name, self.position),
                };
                member.set_sizes(totals.crc32, rest.len() as u64, totals.bytes);
                self.put(&member.local_header())?;
                self.put(&rest)?;
                self.members.push(member);
            }
            Some(mut member) => {
                self.put(&rest)?;
                let packed = self.position - member.data_start();
                member.set_sizes(totals.crc32, packed, totals.bytes);
                self.patch(&member)?;
                self.members.push(member);
            }
        }
        Ok(())
    }

    /// Writes a whole small part.
    ///
    /// # Errors
    /// As [`PackageWriter::begin`] and [`PackageWriter::end`].
    pub fn put_part(&mut self, name: &str, bytes: &[u8], level: Level) -> Result<(), PackageError> {
        self.begin(name, PartOptions { level, workers: 0 })?;
        self.write(bytes)?;
        self.end()
    }

    /// Copies a member of another package: its compressed bytes, name, checksum, sizes, flags, method
    /// and date stay as they are. (The data-descriptor flag goes, since the sizes stand in the header.)
    ///
    /// # Errors
    /// A part is open, the member is encrypted, truncated or of an unknown method, or the file system
    /// refuses.
    pub fn copy<R: Read + Seek>(
        &mut self,
        source: &mut zip::ZipArchive<R>,
        index: usize,
    ) -> Result<(), PackageError> {
        if let Some(open) = &self.open {
            return Err(PackageError::PartOpen {
                name: open.name.clone(),
                path: self.path.clone(),
            });
        }
        let path = self.path.clone();
        let broken = |source| PackageError::Copy { index, path, source };
        let (member, mut raw) = match copied_member(source, index, self.position) {
            Ok(found) => found,
            Err(fault) => return Err(broken(fault)),
        };
        let header = member.local_header();
        let size = member.packed;
        let copied = self
            .out
            .write_all(&header)
            .and_then(|()| io::copy(&mut raw.by_ref().take(size), &mut self.out));
        let copied = self.told(copied)?;
        if copied != size {
            return Err(broken(zip::result::ZipError::InvalidArchive("truncated member".into())));
        }
        self.position += header.len() as u64 + size;
        self.members.push(member);
        Ok(())
    }

    /// Writes the directory and gives the stream back, flushed.
    ///
    /// # Errors
    /// A part is open, or the file system refuses.
    pub fn finish(mut self) -> Result<W, PackageError> {
        if let Some(open) = self.open.take() {
            return Err(PackageError::PartOpen { name: open.name, path: self.path });
        }
        let directory = headers::directory(&self.members, self.position);
        self.put(&directory)?;
        let flushed = self.out.flush();
        self.told(flushed)?;
        Ok(self.out)
    }

    /// Moves compressed bytes from the part's sink to the file; the header goes before the first ones.
    fn drain(&mut self) -> Result<(), PackageError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.sink.bytes.is_empty() {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut open.sink.bytes);
        if open.member.is_none() {
            let member = Member::streamed(open.name.as_bytes(), self.position);
            let header = member.local_header();
            open.member = Some(member);
            self.put(&header)?;
        }
        self.put(&bytes)?;
        bytes.clear();
        if let Some(open) = &mut self.open {
            open.sink.bytes = bytes;
        }
        Ok(())
    }

    fn patch(&mut self, member: &Member) -> Result<(), PackageError> {
        let header = member.local_header();
        let position = self.position;
        let patched = self
            .out
            .seek(SeekFrom::Start(member.offset))
            .and_then(|_| self.out.write_all(&header))
            .and_then(|()| self.out.seek(SeekFrom::Start(position)));
        self.told(patched).map(|_| ())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        let written = self.out.write_all(bytes);
        self.told(written)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn told<T>(&self, result: io::Result<T>) -> Result<T, PackageError> {
        result.map_err(|source| PackageError::Io { path: self.path.clone(), source })
    }

    fn not_open(&self) -> PackageError {
        PackageError::PartOpen { name: String::new(), path: self.path.clone() }
    }
}

fn copied_member<R: Read + Seek>(
    source: &mut zip::ZipArchive<R>,
    index: usize,
    offset: u64,
) -> zip::result::ZipResult<(Member, zip::read::ZipFile<'_, R>)> {
    let file = source.by_index_raw(index)?;
    if file.encrypted() {
        return Err(zip::result::ZipError::UnsupportedArchive("encrypted member"));
    }
    let mut member = Member::new(file.name_raw(), offset);
    member.flags = file.flags().as_u16() & !headers::HAS_DESCRIPTOR;
    member.method = match file.compression() {
        zip::CompressionMethod::Stored => STORED,
        zip::CompressionMethod::Deflated => DEFLATED,
        _ => return Err(zip::result::ZipError::UnsupportedArchive("unknown method")),
    };
    if let Some(date) = file.last_modified() {
        member.stamp = Stamp { time: date.timepart(), date: date.datepart() };
    }
    member.set_sizes(file.crc32(), file.compressed_size(), file.size());
    Ok((member, file))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn package(workers: usize) -> Vec<u8> {
        let mut package = PackageWriter::new(Cursor::new(Vec::new()), Path::new("a.xlsx"));
        package.put_part("[Content_Types].xml", b"<Types/>", Level::Default).unwrap();
        package.begin("大.xml", PartOptions { level: Level::Fast, workers }).unwrap();
        for number in 0..120_000 {
            package.write(format!("<row r=\"{number}\"/>").as_bytes()).unwrap();
        }
        package.end().unwrap();
        package.put_part("empty", b"", Level::Small).unwrap();
        package.finish().unwrap().into_inner()
    }

    #[test]
    fn a_package_reads_back_and_its_bytes_do_not_depend_on_the_workers() {
        let bytes = package(0);
        assert!(bytes == package(2));
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["[Content_Types].xml", "大.xml", "empty"]);
        for (index, size) in [(0, 8), (1, 120_000 * 11 + 608_890), (2, 0)] {
            let mut text = Vec::new();
            // The reader checks the CRC.
            archive.by_index(index).unwrap().read_to_end(&mut text).unwrap();
            assert_eq!(text.len(), size, "{index}");
        }
    }

    #[test]
    fn a_copied_member_keeps_its_compressed_bytes_and_head() {
        let bytes = package(0);
        let mut source = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut package = PackageWriter::new(Cursor::new(Vec::new()), Path::new("b.xlsx"));
        for index in 0..source.len() {
            package.copy(&mut source, index).unwrap();
        }
        let copy = package.finish().unwrap().into_inner();
        let mut copy = zip::ZipArchive::new(Cursor::new(&copy)).unwrap();
        for index in 0..source.len() {
            let raw = |archive: &mut zip::ZipArchive<_>| {
                let mut file: zip::read::ZipFile<'_, Cursor<&Vec<u8>>> =
                    archive.by_index_raw(index).unwrap();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                (file.name_raw().to_vec(), file.crc32(), file.size(), file.flags(), bytes)
            };
            assert!(raw(&mut source) == raw(&mut copy), "{index}");
        }
    }

    #[test]
    fn parts_do_not_nest() {
        let mut package = PackageWriter::new(Cursor::new(Vec::new()), Path::new("a.xlsx"));
        assert!(package.write(b"x").is_err());
        package.begin("a", PartOptions::default()).unwrap();
        assert!(package.begin("b", PartOptions::default()).is_err());
        assert!(package.finish().is_err());
    }
}
