//! The journey of one document: read, map, judge, write. No ledger, no network, no clock.
//!
//! [`convert`] is the one verb that command line, daemon, web page and tests call.

mod annotated;
mod attempt;
mod feed;
pub mod gateway;
pub mod health;
mod journey;
mod outputs;
mod package;
pub mod past;
pub mod repair;
pub mod report;
pub mod repro;
mod scratch;
mod sink;
mod tables;
mod unlock;
mod witness;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

pub use health::Health;
pub use report::{DocumentReport, FindingRecord};
use scratch::Scratch;
pub use witness::{Nobody, Witness};

use crate::{
    config::{Catalogue, ConfigError},
    mapping::plan::InputMapping,
    model::{Lang, Past, Severity},
    read::{FixedWidth, Nature, Passwords, ReadError, ReadOptions, package::PackageFormat, sniff},
    spec::Lints,
    text::digest::{hex, sha256_of},
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
    /// Passwords to try on what is locked.
    pub passwords: Passwords,
    /// A private folder for what is unpacked or unlocked on the way; `None`: one of the system's, for the time it takes.
    pub scratch: Option<PathBuf>,
    /// How many signed, if a person counted.
    pub signed: Option<u32>,
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
            passwords: Passwords::default(),
            scratch: None,
            signed: None,
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
    // What cannot be told of it is told by whoever opens it.
    let nature = sniff::nature(document).ok();
    if let Some(Nature::Package(format)) = nature {
        return convert_package(witness, catalogue, (document, stem, format), request);
    }
    let bytes = File::open(document)
        .and_then(|file| file.metadata())
        .map_err(|source| ConvertError::Read(ReadError::io(document, source)))?
        .len();
    let is_large = bytes > LARGE_BYTES;
    let sent = unlock::unlock(document, nature, request)?;
    let subject = journey::Subject::alone(&sent, stem);
    std::thread::scope(|scope| {
        // Hashing costs as much as reading; a large document is hashed beside its conversion.
        let hashing = is_large.then(|| scope.spawn(|| digest_of(document)));
        let journey = journey::Journey::new(catalogue, subject, request, is_large)?;
        journey.run(witness, || {
            match hashing.map(|thread| thread.join()) {
                Some(Ok(digest)) => digest,
                _ => digest_of(document),
            }
            .map_err(|source| ConvertError::Read(ReadError::io(document, source)))
        })
    })
}

fn convert_package(
    witness: &mut dyn Witness,
    catalogue: &Catalogue,
    (document, stem, format): (&Path, &str, PackageFormat),
    request: &Request,
) -> Result<DocumentReport, ConvertError> {
    let digest = digest_of(document);
    let digest = digest.map_err(|source| ConvertError::Read(ReadError::io(document, source)))?;
    let scratch = Scratch::create(request.scratch.as_deref())?;
    let name = report::name_of(document);
    let subject = package::Wrapped { path: document, name, stem: stem.to_owned(), format, digest };
    let scratch = scratch.path();
    package::convert(witness, &package::Order { catalogue, subject, request, scratch })
}

/// Documents beyond this size get threads of their own for reading and hashing.
const LARGE_BYTES: u64 = 1 << 20;

/// SHA-256 of a file, hex.
pub(crate) fn digest_of(path: &Path) -> io::Result<String> {
    sha256_of(File::open(path)?)
}

/// An error and what caused it, one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text
}

/// What outputs are called after: a document's name without its extension. A mended workbook that comes back keeps the
/// name of the document it was made from.
pub(crate) fn stem(document: &Path) -> String {
    let stem = document.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    fitting(stem.strip_suffix(".annotated").unwrap_or(&stem))
}

/// Longest beginning of an output's name, in bytes: file systems take 255 in all, and targets, endings and numbers follow.
const NAME_BYTES: usize = 190;

/// A beginning for names of outputs: what is too long is cut, and a digest tells it from others that begin alike.
pub(crate) fn fitting(name: &str) -> String {
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    let digest = hex(&Sha256::digest(name.as_bytes()));
    let digest = digest.get(..8).unwrap_or_default();
    let kept = name.get(..name.floor_char_boundary(NAME_BYTES - 1 - digest.len()));
    format!("{}~{digest}", kept.unwrap_or_default())
}

/// Whether findings of a severity mark cells in the annotated workbook.
pub(crate) fn is_marked(severity: Severity) -> bool {
    severity >= Severity::Warning
}

/// How a document is opened under a request. What only the named mapping can say (or the only one of a route) is
/// said for it; where records may stand is gathered from all mappings that may fit.
pub(crate) fn read_options(
    catalogue: &Catalogue,
    request: &Request,
) -> Result<ReadOptions, ConvertError> {
    let only = match request.among.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let mut options =
        ReadOptions { passwords: request.passwords.clone(), ..ReadOptions::default() };
    let Some(name) = request.input.as_ref().or(only) else {
        let mut paths = match request.among.as_slice() {
            [] => record_paths(catalogue.inputs()?),
            among => {
                let named = among.iter().map(|name| catalogue.input(name));
                record_paths(&named.collect::<Result<Vec<_>, _>>()?)
            }
        };
        options.record_paths.append(&mut paths);
        return Ok(options);
    };
    let mapping = catalogue.input(name)?;
    options.encoding.clone_from(&mapping.encoding);
    options.delimiter = mapping.delimiter;
    options.fixed = mapping.fixed.as_ref().map(|fixed| FixedWidth {
        columns: fixed.columns.clone(),
        counts_bytes: fixed.counts_bytes,
    });
    options.record_paths.clone_from(&mapping.record_paths);
    Ok(options)
}

fn record_paths(inputs: &[Arc<InputMapping>]) -> Vec<String> {
    inputs.iter().flat_map(|input| input.record_paths.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_called_after_the_document_and_long_names_are_cut_between_letters() {
        for (document, called) in [
            ("in/名册.csv", "名册"),
            ("名册.annotated.xlsx", "名册"),
            ("1.关于举办的通知", "1"),
            (".x", ".x"),
        ] {
            assert_eq!(stem(Path::new(document)), called);
        }
        let long = "继".repeat(80);
        let (one, other) = (fitting(&format!("{long}甲")), fitting(&format!("{long}乙")));
        assert!(one.starts_with(&"继".repeat(60)) && one.len() <= NAME_BYTES, "{one}");
        assert_ne!(one, other);
    }
}
