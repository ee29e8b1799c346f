//! A shareable copy of a document that cmegate reads wrongly: the defect stays, everything personal is replaced by
//! inventions, everything not proven safe is left out. Sends nothing anywhere.
//!
//! `survey` learns what the original holds, `swap` says what stands for each text, `copy` writes the copy in the
//! document's own format, `search` looks for anything left over, `bundle` packs it.

mod bundle;
mod copy;
mod harmless;
mod key;
mod needles;
mod search;
mod survey;
mod swap;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

pub use copy::{CopyError, MAX_BYTES};
pub use needles::Leak;

use super::{
    ConvertError, DocumentReport, Request, Wants, convert, digest_of, report::name_of,
    scratch::Scratch,
};
use crate::{
    config::Catalogue,
    model::Lang,
    read::{
        Container, Nature, ReadError,
        sniff::{self},
    },
};
use copy::Looking;
use harmless::Harmless;
use key::Key;
use needles::Needles;
use survey::Survey;
use swap::Swap;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum ReproError {
    /// The document cannot be judged, or a folder of ours cannot be written.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The document is of a kind that is not copied, or too large.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// Something of the original was found in the copy, so that it was not written.
    #[error("something of the original is still in the copy")]
    Leak(Leak),
    /// The bundle cannot be written.
    #[error("cannot write {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A bundle that was written.
#[derive(Clone, Debug)]
pub struct Repro {
    /// Name of the copy in the bundle.
    pub name: String,
    /// Texts of the original that were looked for and not found.
    pub searched: usize,
    /// Findings per code: of the original and of its copy, where they differ.
    pub differing: Vec<(String, u64, u64)>,
    /// Findings per code of the original.
    pub codes: BTreeMap<String, u64>,
}

/// Writes a bundle for a document: its copy, the copy's report, and what was kept of the defect.
///
/// # Errors
/// See [`ReproError`]; nothing is written then.
pub fn repro(
    catalogue: &Catalogue,
    document: &Path,
    out: &Path,
    seed: Option<u64>,
    lang: Lang,
) -> Result<Repro, ReproError> {
    let nature = sniff::nature(document);
    let container = match nature {
        Ok(Nature::Table(container)) => container,
        // A container that breaks off holds nothing that could be told apart.
        Err(ReadError::Refused(_)) if is_zip(document) => Container::Xlsx,
        Err(error @ ReadError::Io { .. }) => return Err(ConvertError::Read(error).into()),
        _ => return Err(CopyError::Unsupported.into()),
    };
    if !copy::is_copied(container) {
        return Err(CopyError::Unsupported.into());
    }
    let request = Request { wants: Wants::Judgement, lang, ..Request::default() };
    let original = convert(catalogue, document, "original", &request)?;
    let digest = digest_of(document).map_err(|source| failed(document, source))?;
    let harmless = Harmless::new(catalogue).map_err(ConvertError::Config)?;
    let mut survey = Survey::new(harmless);
    survey.read(catalogue, document, &original)?;
    copy::copy(container, document, &mut Looking(&mut survey))?;
    let key = Key::new(seed, &digest).map_err(|source| failed(document, source))?;
    let encoding = match container {
        Container::Text => Some(copy::encoding_of(document)?),
        _ => None,
    };
    let mut needles = survey.needles();
    let mut swap = Swap::new(key, &survey, &needles, encoding, container == Container::Xls);
    // A day may become another day of the original: that tells nothing.
    let moved: Vec<String> = survey.dates().map(|date| swap.moved(date)).collect();
    let bytes = copy::copy(container, document, &mut swap)?;
    drop(swap);
    moved.iter().for_each(|date| needles.forgive(date));
    search::search(container, &bytes, encoding, &needles)
        .map_or(Ok(()), |leak| Err(ReproError::Leak(leak)))?;
    let scratch = Scratch::create(None)?;
    let made = Made { bytes, name: copy_name(document, container), needles };
    finish(catalogue, &made, &original, (scratch.path(), out), &request)
}

/// A copy in which nothing was found.
struct Made {
    bytes: Vec<u8>,
    name: String,
    needles: Needles,
}

/// Judges the copy as `check` does and writes the bundle.
fn finish(
    catalogue: &Catalogue,
    made: &Made,
    original: &DocumentReport,
    (scratch, out): (&Path, &Path),
    request: &Request,
) -> Result<Repro, ReproError> {
    let path = scratch.join(&made.name);
    fs::write(&path, &made.bytes).map_err(|source| failed(&path, source))?;
    search::cells(&path, &made.needles)?;
    let folder = scratch.join("report");
    let request = Request { out: Some(folder.clone()), ..request.clone() };
    let copied = convert(catalogue, &path, "case", &request)?;
    let report = folder.join("case.report.json");
    let report = fs::read(&report).map_err(|source| failed(&report, source))?;
    let codes = counts(original);
    let repro = Repro {
        name: made.name.clone(),
        searched: made.needles.len(),
        differing: differing(&codes, &counts(&copied)),
        codes,
    };
    bundle::write(
        out,
        made,
        &bundle::without_paths(&report),
        &bundle::info(&repro, original, &copied),
    )?;
    Ok(repro)
}

fn counts(report: &DocumentReport) -> BTreeMap<String, u64> {
    report.codes.iter().map(|(code, told)| ((*code).to_owned(), told.count)).collect()
}

fn differing(
    before: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
) -> Vec<(String, u64, u64)> {
    let count = |counts: &BTreeMap<String, u64>, code: &str| counts.get(code).copied().unwrap_or(0);
    let codes = before.keys().chain(after.keys().filter(|code| !before.contains_key(*code)));
    let both = codes.map(|code| (code.clone(), count(before, code), count(after, code)));
    both.filter(|(_, before, after)| before != after).collect()
}

/// Endings that say nothing about anybody; a wrong one may be the defect.
static ENDINGS: &[&str] = &[
    "xls", "xlsx", "xlsm", "xltx", "xltm", "et", "ett", "csv", "txt", "tsv", "tab", "ods", "ots",
    "prn", "dat", "xlsb",
];

fn copy_name(document: &Path, container: Container) -> String {
    let name = name_of(document);
    let given = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let usual = match container {
        Container::Text => "csv",
        Container::Ods => "ods",
        Container::Xls => "xls",
        _ => "xlsx",
    };
    let ending = given.filter(|given| ENDINGS.contains(&given.as_str()));
    format!("case.{}", ending.as_deref().unwrap_or(usual))
}

fn is_zip(document: &Path) -> bool {
    let mut head = [0; 4];
    let read = fs::File::open(document).and_then(|mut file| io::Read::read(&mut file, &mut head));
    read.is_ok() && head.starts_with(b"PK")
}

fn failed(path: &Path, source: io::Error) -> ReproError {
    ReproError::Io { path: path.to_owned(), source }
}
