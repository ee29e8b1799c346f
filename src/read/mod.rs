//! Readers: bytes in, grids of cells out. Chosen by content, never by file name. Knows no mapping and no rule.

pub mod child;
pub mod delimited;
pub mod encoding;
pub mod sniff;
pub mod xlsx;

use std::path::Path;

use crate::model::{Chunk, Finding, GridInfo};

/// What the caller may say about a document beforehand.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Encoding of a text document (WHATWG label such as `gb18030`), instead of finding it.
    pub encoding: Option<String>,
    /// Delimiter of a text document, instead of finding it.
    pub delimiter: Option<char>,
}

/// How the encoding of a text document was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodingDecision {
    /// Name as reported: `UTF-8`, `GB18030`, `UTF-16LE`, `Big5` …
    pub name: &'static str,
    /// What decided: `bom`, `utf-8`, `utf-16-pattern`, `gb18030`, `statistics`, `option`.
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
    /// The document's grids, one after another.
    pub grids: Box<dyn Grids>,
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
