//! One gzipped document, and the inflating of gzipped archives. Source: RFC 1952.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use flate2::bufread::MultiGzDecoder;

use super::meter::Measure;
use super::sieve::{self, Sieve};
use super::{Fault, Limits, Member, Visit, tar::header};
use crate::read::EncodingDecision;
use crate::read::encoding::names::RawName;

/// First bytes of a gzip member.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What a document is called that has no name.
const NO_NAME: &str = "document";

/// Bytes that no honest archive adds to its members: headers and padding of 10,000 of them are 10 MiB.
const OVERHEAD_BYTES: u64 = 64 << 20;

/// Below this many bytes no ratio is too high.
const RATIO_FROM: u64 = 1 << 20;

/// Gzipped bytes inflated, within the limits of a package as a whole.
pub(super) struct Inflated {
    source: MultiGzDecoder<BufReader<File>>,
    count: u64,
    most: u64,
}

impl Inflated {
    /// Inflates a file.
    ///
    /// # Errors
    /// The system does not tell its length.
    pub(super) fn new(file: File, limits: &Limits) -> io::Result<Inflated> {
        let packed = file.metadata()?.len();
        let most = packed.saturating_mul(limits.ratio).max(RATIO_FROM);
        let most = most.min(limits.total_bytes.saturating_add(OVERHEAD_BYTES));
        Ok(Inflated { source: MultiGzDecoder::new(BufReader::new(file)), count: 0, most })
    }
}

impl Read for Inflated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(out)?;
        self.count += count as u64;
        if self.count > self.most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "over the limit"));
        }
        Ok(count)
    }
}

/// Whether gzipped bytes are an archive, by what their beginning inflates to.
pub(in crate::read) fn holds_tar(head: &[u8]) -> bool {
    let mut block = Vec::new();
    // The head is cut, so an error at its end is no news.
    let _ = MultiGzDecoder::new(head).take(header::BLOCK as u64).read_to_end(&mut block);
    header::is_header(&block)
}

/// A gzipped document.
#[derive(Debug)]
pub(super) struct Gzip {
    path: PathBuf,
    limits: Limits,
    packed: u64,
    member: Option<Member>,
}

/// Opens a gzipped document. Its name is the one it was packed under, else the file's without `.gz`.
///
/// # Errors
/// The file cannot be read.
pub(super) fn open(
    path: &Path,
    limits: &Limits,
    sieve: &mut Sieve,
) -> Result<(Gzip, Option<EncodingDecision>), Fault> {
    let mut file = File::open(path).map_err(Fault::World)?;
    let packed = file.metadata().map_err(Fault::World)?.len();
    let bytes = told_length(&mut file, packed).map_err(Fault::World)?;
    let name = told_name(path).map_err(Fault::World)?.unwrap_or_default();
    let raw = RawName { bytes: &name, is_said_utf_8: false, unicode: None };
    let (names, decision) = sieve::decode(&[raw], sieve);
    let told = names.into_iter().next().unwrap_or_default();
    let told = told.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let told = if told.is_empty() { own_name(path) } else { told };
    let member = sieve.admit(&told, limits)?.map(|path| Member { path, bytes, order: 0 });
    Ok((Gzip { path: path.to_owned(), limits: limits.clone(), packed, member }, decision))
}

fn own_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".GZ"));
    stem.filter(|stem| !stem.is_empty()).unwrap_or(NO_NAME).to_owned()
}

/// The name in the header, which flate2 bounds.
fn told_name(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = BufReader::new(File::open(path)?);
    let decoder = MultiGzDecoder::new(file);
    Ok(decoder.header().and_then(|header| header.filename()).map(<[u8]>::to_vec))
}

/// The length at the end of the file, right if there is one gzip member below 4 GiB; a hint.
fn told_length(file: &mut File, packed: u64) -> io::Result<u64> {
    let mut length = [0; 4];
    if packed < 18 {
        return Ok(0);
    }
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length).into())
}

impl Gzip {
    /// Gives the document.
    ///
    /// # Errors
    /// A fault of the whole or the world; what `visit` said.
    pub(super) fn each(&self, visit: &mut Visit<'_>, sieve: &mut Sieve) -> Result<(), Fault> {
        let Some(member) = &self.member else { return Ok(()) };
        let file = File::open(&self.path).map_err(Fault::World)?;
        let mut source = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file));
        let (limits, total) = (&self.limits, &AtomicU64::new(0));
        let measure = Measure { limits, total, packed: Some(self.packed), crc: None, bytes: None };
        if let Some(fault) = super::give(member, &mut source, measure, visit)? {
            sieve.blame(&member.path, &fault);
        }
        Ok(())
    }
}
