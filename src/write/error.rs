//! Why an output cannot be written.

use std::{io, path::PathBuf};

use super::package::PackageError;

/// Why an output cannot be written: the world, or a target whose template is at fault. Told to the operator.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system refuses.
    #[error("cannot write {path}")]
    Io {
        /// The output.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A package cannot be written.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The template is no workbook, or one that breaks its format.
    #[error("cannot use template {template}: {fault}")]
    Template {
        /// Where the template came from.
        template: String,
        /// What is wrong with it.
        fault: TemplateFault,
    },
    /// A heading of the target does not stand in the template.
    #[error(
        "cannot use template {template}: cell {cell} should hold the heading {heading} but holds {found:?}"
    )]
    TemplateColumn {
        /// Where the template came from.
        template: String,
        /// The heading the target asks for.
        heading: String,
        /// Where it should stand.
        cell: String,
        /// What stands there.
        found: String,
    },
    /// template-rows-in-the-way: the records reach a row of the template that has text of its own.
    #[error(
        "cannot fill template {template}: the records reach cell {cell}, which is in use (template-rows-in-the-way)"
    )]
    TemplateRowsInTheWay {
        /// Where the template came from.
        template: String,
        /// The first cell that would be overwritten.
        cell: String,
    },
    /// A delimited text's encoding cannot be written.
    #[error("target {target} asks for the encoding {encoding}, which cannot be written")]
    Encoding {
        /// The target.
        target: String,
        /// The label it gave.
        encoding: String,
    },
    /// A heading or constant of a delimited text does not exist in its encoding.
    #[error("target {target} has the text {text}, which the encoding {encoding} cannot spell")]
    EncodingOfText {
        /// The target.
        target: String,
        /// The heading or constant.
        text: String,
        /// The encoding.
        encoding: &'static str,
    },
}

/// What is wrong with a template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateFault {
    /// It is no zip package, or a broken one.
    #[error("it is not a readable xlsx package ({0})")]
    Package(#[from] zip::result::ZipError),
    /// A part breaks XML.
    #[error("its part {part} is not well-formed at byte {position}")]
    Xml {
        /// The part.
        part: String,
        /// Where in the part.
        position: u64,
    },
    /// A part that must be there is not.
    #[error("it has no part {0}")]
    NoPart(String),
    /// The sheet is not there.
    #[error("it has no sheet named {0}")]
    NoSheet(String),
    /// The sheet's part has no rows at all.
    #[error("its sheet part {0} has no sheetData")]
    NoSheetData(String),
}
