//! Readers: bytes in, grids of cells out. Chosen by content, never by file name. Knows no mapping and no rule.

pub mod child;
mod compound;
pub mod crypt;
pub mod delimited;
pub mod encoding;
mod guard;
pub mod look;
pub mod markup;
mod number_format;
pub mod package;
mod passwords;
pub mod records;
pub mod sniff;
pub mod xlsx;

use std::path::Path;

use crate::model::{Chunk, Finding, GridInfo, codes::reading};

pub use passwords::Passwords;
pub use sniff::{Container, Nature};

/// What the caller may say about a document beforehand.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Encoding of a text document (WHATWG label such as `gb18030`), instead of finding it.
    pub encoding: Option<String>,
    /// Delimiter of a text document, instead of finding it.
    pub delimiter: Option<char>,
    /// Passwords to try on what is locked.
    pub passwords: Passwords,
    /// Where the records of an XML or JSON export may be (`/root/list/person`, `/data/rows`): the first that occurs
    /// is taken, else the element that repeats most. From the mappings that may fit.
    pub record_paths: Vec<String>,
    /// Columns of a text without delimiters, when the mapping named gives them.
    pub fixed: Option<FixedWidth>,
}

/// Columns of a text in which every column has its place and nothing stands between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedWidth {
    /// Heading and width of each column from the left; the last takes what is left of the line.
    pub columns: Vec<(String, u16)>,
    /// Whether widths count bytes of the file's encoding (a Hanzi of GBK is two, as old programs print) or characters.
    pub counts_bytes: bool,
}

/// How the encoding of a text document was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodingDecision {
    /// Name as reported: `UTF-8`, `GB18030`, `UTF-16LE`, `Big5` …
    pub name: &'static str,
    /// What decided: `bom`, `utf-8`, `utf-16-pattern`, `gb18030`, `statistics`, `declared`,
    /// `option`.
    pub by: &'static str,
    /// From 0 (guess) to 1 (certain).
    pub confidence: f32,
}

/// An opened document.
pub struct Opened {
    /// Format as reported: `csv`, `xlsx`, `xls`, `xlsb`, `ods` …
    pub format: &'static str,
    /// How text was decoded; `None` for workbooks.
    pub encoding: Option<EncodingDecision>,
    /// What separates the columns of a text document; `None` for workbooks.
    pub delimiter: Option<char>,
    /// Whether this is a workbook that cmegate itself made of only some rows of a document, so that it must
    /// not be taken for the whole (see [`reading::PARTIAL_COPY`]).
    pub is_partial_copy: bool,
    /// SHA-256 of the document that this one is our annotated copy of: it comes back mended.
    pub original: Option<String>,
    /// The document's grids, one after another.
    pub grids: Box<dyn Grids>,
}

impl Opened {
    /// A workbook: neither encoding nor delimiter.
    pub fn workbook(format: &'static str, grids: Box<dyn Grids>) -> Opened {
        Opened {
            format,
            encoding: None,
            delimiter: None,
            is_partial_copy: false,
            original: None,
            grids,
        }
    }
}

/// What opens a container.
pub type Open = fn(&Path, &ReadOptions) -> Result<Opened, ReadError>;

/// Who reads which container.
pub static READERS: &[(Container, Open)] = &[
    (Container::Xlsx, xlsx::open),
    (Container::Xls, |path, options| child::open(path, "xls", options)),
    (Container::Xlsb, |path, options| child::open(path, "xlsb", options)),
    (Container::Ods, |path, options| child::open(path, "ods", options)),
    (Container::Dbf, records::dbf::open),
    (Container::Html, markup::html::open),
    (Container::Mhtml, markup::mhtml::open),
    (Container::XmlSpreadsheet, markup::workbook::open),
    (Container::FlatOds, markup::open_flat_ods),
    (Container::Xml, records::xml::open),
    (Container::Json, records::json::open),
    (Container::Dif, records::dif::open),
    (Container::Text, records::fixed::open_text),
];

/// Opens a document: its bytes choose the reader, its name never does.
///
/// # Errors
/// [`ReadError::Refused`] with one finding if the document is no workbook and no text, is empty,
/// encrypted or broken; [`ReadError::Io`] if the file cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    open_as(path, sniff::container(path)?, options)
}

/// Opens a document whose container is known.
///
/// # Errors
/// As [`open`].
pub fn open_as(
    path: &Path,
    container: Container,
    options: &ReadOptions,
) -> Result<Opened, ReadError> {
    match READERS.iter().find(|(reads, _)| *reads == container) {
        Some((_, open)) => open(path, options),
        None => Err(ReadError::refused(&reading::NOT_A_SPREADSHEET)),
    }
}

/// The grids of a document, read strictly forward.
pub trait Grids: Send {
    /// Moves to the next grid and tells what is known of it; `None` after the last. What is left of
    /// the current grid is skipped.
    ///
    /// # Errors
    /// The document cannot be read further.
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError>;

    /// Clears `chunk` and fills it with the grid's next rows until [`Chunk::is_full`]; `false` when
    /// the grid has no more rows (the chunk is then empty).
    ///
    /// # Errors
    /// The document cannot be read further; rows handed over before stay valid.
    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError>;

    /// Takes what the reader noticed since the last call (undecodable bytes, ragged rows …).
    fn take_findings(&mut self) -> Vec<Finding>;
}

/// Why a document cannot be read (any further).
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The document itself is at fault: becomes this one finding, told to the sender.
    #[error("document refused: {}", .0.code.name)]
    Refused(Box<Finding>),
    /// The world is at fault: told to the operator.
    #[error("cannot read {path}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ReadError {
    /// Refuses the document as a whole with a code.
    pub fn refused(code: &'static crate::model::Code) -> ReadError {
        ReadError::Refused(Box::new(Finding::new(code, crate::model::Place::NOWHERE)))
    }

    /// Names the file that an i/o error is about.
    pub fn io(path: &Path, source: std::io::Error) -> ReadError {
        ReadError::Io { path: path.to_owned(), source }
    }
}

/// A file of the shared corpus, for tests; `None`, with a line that says so, where the corpus is absent.
#[cfg(test)]
pub(crate) fn shared_bytes(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("CMEGATE_SHARED").map(std::path::PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let bytes = std::fs::read(root.join(path)).ok();
    if bytes.is_none() {
        println!("skipped: {path} is not here");
    }
    bytes
}
