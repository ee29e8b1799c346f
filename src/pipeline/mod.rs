//! The journey of one document: read, map, judge, write. No ledger, no network, no clock.
//!
//! [`convert`] is the one verb that command line, daemon, web page and tests call.

mod annotated;
mod attempt;
mod feed;
pub mod gateway;
pub mod health;
mod outputs;
pub mod past;
pub mod repair;
pub mod report;
mod sink;
mod tables;
mod witness;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

pub use health::Health;
pub use report::{DocumentReport, FindingRecord};
pub use witness::{Nobody, Witness};

use crate::{
    config::{Catalogue, ConfigError},
    model::{Lang, Past, Severity},
    read::{ReadError, ReadOptions},
    spec::Lints,
    text::digest::hex,
    write::{self, deflate},
};

/// What is asked of a document.
#[derive(Clone, Debug)]
pub struct Request {
    /// The input mapping to use; `None`: the one that fits best.
    pub input: Option<String>,
    /// Without a mapping named: those that may fit; empty: all.
    pub among: Vec<String>,
    /// Targets to write; empty: those that the chosen input names.
    pub targets: Vec<String>,
    /// Packs to judge by, besides the mapping's own checks.
    pub packs: Vec<String>,
    /// What is wanted of it.
    pub wants: Wants,
    /// Folder for outputs, annotated workbook and report; `None` writes nothing.
    pub out: Option<PathBuf>,
    /// Whether one error holds the whole document.
    pub is_strict: bool,
    /// Compression of workbooks.
    pub level: deflate::Level,
    /// Threads that compress one large workbook.
    pub workers: usize,
    /// The day that dated rules count from.
    pub as_of: Option<NaiveDate>,
    /// What judging must know from elsewhere.
    pub past: Arc<Past>,
    /// Language of messages in reports and workbooks.
    pub lang: Lang,
}

/// How far the journey goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Read and find tables only.
    Inspection,
    /// Read, map and judge; no platform files.
    Judgement,
    /// The whole journey.
    Outputs,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            input: None,
            among: Vec::new(),
            targets: Vec::new(),
            packs: Vec::new(),
            wants: Wants::Outputs,
            out: None,
            is_strict: false,
            level: deflate::Level::Default,
            workers: 2,
            as_of: None,
            past: Arc::default(),
            lang: Lang::Zh,
        }
    }
}

/// Why a document could not be converted: the world's or the operator's fault, never the sender's.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// A mapping, target or pack is wrong or unknown.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The document cannot be read from disk.
    #[error(transparent)]
    Read(ReadError),
    /// An output cannot be written.
    #[error(transparent)]
    Write(#[from] write::WriteError),
    /// The annotated workbook cannot be written.
    #[error("cannot write the annotated workbook {path}")]
    Annotate {
        /// The file.
        path: PathBuf,
        /// Why.
        source: write::annotate::AnnotateError,
    },
    /// A folder or file of ours cannot be written.
    #[error("cannot write {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What earlier documents said cannot be looked up.
    #[error("cannot look up earlier documents")]
    Past(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<Lints> for ConvertError {
    fn from(lints: Lints) -> ConvertError {
        ConvertError::Config(ConfigError::Lints(lints))
    }
}

impl ConvertError {
    pub(crate) fn io(path: &Path, source: io::Error) -> ConvertError {
        ConvertError::Io { path: path.to_owned(), source }
    }
}

/// Converts one document. What is wrong with its data is in the report, not in the error.
///
/// # Errors
/// The world or the operator's files are at fault; nothing was left behind.
pub fn convert(
    catalogue: &Catalogue,
    document: &Path,
    stem: &str,
    request: &Request,
) -> Result<DocumentReport, ConvertError> {
    convert_before(&mut Nobody, catalogue, document, stem, request)
}

/// Converts one document before a witness, who sees every record before it is written.
///
/// # Errors
/// As [`convert`], and what the witness refuses.
pub fn convert_before(
    witness: &mut dyn Witness,
    catalogue: &Catalogue,
    document: &Path,
    stem: &str,
    request: &Request,
) -> Result<DocumentReport, ConvertError> {
    if let Some(out) = &request.out {
        std::fs::create_dir_all(out).map_err(|source| ConvertError::io(out, source))?;
    }
    let bytes = File::open(document)
        .and_then(|file| file.metadata())
        .map_err(|source| ConvertError::Read(ReadError::io(document, source)))?
        .len();
    let is_large = bytes > LARGE_BYTES;
    std::thread::scope(|scope| {
        // Hashing costs as much as reading; a large document is hashed beside its conversion.
        let hashing = is_large.then(|| scope.spawn(|| digest_of(document)));
        let journey = attempt::Journey::new(catalogue, document, stem, request, is_large)?;
        journey.run(witness, || {
            match hashing.map(|thread| thread.join()) {
                Some(Ok(digest)) => digest,
                _ => digest_of(document),
            }
            .map_err(|source| ConvertError::Read(ReadError::io(document, source)))
        })
    })
}

/// Documents beyond this size get threads of their own for reading and hashing.
const LARGE_BYTES: u64 = 1 << 20;

/// SHA-256 of a file, hex.
pub(crate) fn digest_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let bytes = file.metadata()?.len().clamp(1 << 10, 1 << 17) as usize;
    let mut buffer = vec![0; bytes];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

/// Whether findings of a severity mark cells in the annotated workbook.
pub(crate) fn is_marked(severity: Severity) -> bool {
    severity >= Severity::Warning
}

/// How a document is opened under a request and the mapping that was named, if one was.
pub(crate) fn read_options(
    catalogue: &Catalogue,
    request: &Request,
) -> Result<ReadOptions, ConvertError> {
    let Some(name) = &request.input else { return Ok(ReadOptions::default()) };
    let mapping = catalogue.input(name)?;
    let (encoding, delimiter) = (mapping.encoding.clone(), mapping.delimiter);
    Ok(ReadOptions { encoding, delimiter, ..ReadOptions::default() })
}
