//! Writers: records in, the platform's file out; and the sender's own workbook with the wrong cells marked. Knows no mapping and no rule.

pub mod annotate;
mod dates;
pub mod deflate;
mod delimited;
mod error;
mod gate;
mod gbk;
mod json_lines;
pub mod package;
pub mod part_file;
pub mod plan;
pub mod scratch;
pub mod template;
mod text_file;
#[cfg(test)]
mod trial;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use error::{TemplateFault, WriteError};
use part_file::PartFile;
use plan::{Target, TargetFormat};

use crate::model::{Batch, Finding};

/// How outputs are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// How hard workbooks are compressed.
    pub level: deflate::Level,
    /// Threads that compress a workbook; 0: the caller's thread. Changes no byte.
    pub workers: usize,
}

/// One target's output for one document.
pub trait Output {
    /// Writes the records that are not held. What the target cannot take becomes findings of error
    /// severity, and the record is held from this output.
    ///
    /// # Errors
    /// The world refuses, or the template does not bear the records.
    fn write(&mut self, batch: &Batch, findings: &mut Vec<Finding>) -> Result<(), WriteError>;

    /// Ends the files: they appear under their final names, whole and synced. Without any record
    /// written there is no file.
    ///
    /// # Errors
    /// The world refuses; nothing is left behind then.
    fn finish(self: Box<Self>) -> Result<Vec<Written>, WriteError>;
}

/// A finished file of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it lies.
    pub path: PathBuf,
    /// Records in it.
    pub rows: u64,
    /// Records kept out of the output, by findings made before or by the target; told at the first file.
    pub held: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

/// Begins the output of a target. The file appears at `path` when it is finished; further files of the
/// same output are called `NAME-2`, `NAME-3` … beside it. Dropped before, it leaves nothing behind.
///
/// # Errors
/// The template or the encoding of the target is at fault.
pub fn create(
    target: &Arc<Target>,
    path: &Path,
    options: &WriteOptions,
) -> Result<Box<dyn Output + Send>, WriteError> {
    Ok(match &target.format {
        TargetFormat::Xlsx(_) => Box::new(template::Filler::new(target, path, *options)?),
        TargetFormat::Csv(style) => Box::new(delimited::Delimited::new(target, style, path)?),
        TargetFormat::JsonLines => Box::new(json_lines::JsonLines::new(target, path)),
    })
}

/// The name of an output's `number`-th file, from 1: `NAME.xlsx`, `NAME-2.xlsx` …
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number <= 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Publishes the files of an output, all or none.
fn publish(files: Vec<(PartFile, u64)>, held: u64) -> Result<Vec<Written>, WriteError> {
    let mut written: Vec<Written> = Vec::new();
    for (file, rows) in files {
        let path = file.path().to_owned();
        match file.publish() {
            Ok(done) => written.push(Written {
                path: done.path,
                rows,
                held: if written.is_empty() { held } else { 0 },
                sha256: done.sha256,
            }),
            Err(source) => {
                for done in &written {
                    // The first refusal is the one to tell.
                    let _ = std::fs::remove_file(&done.path);
                }
                return Err(WriteError::Io { path, source });
            }
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_files_are_numbered_before_the_extension() {
        for (number, name) in
            [(1, "a.roster.xlsx"), (2, "a.roster-2.xlsx"), (13, "a.roster-13.xlsx")]
        {
            assert_eq!(
                numbered(Path::new("out/a.roster.xlsx"), number),
                Path::new("out").join(name)
            );
        }
    }
}
