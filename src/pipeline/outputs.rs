//! The outputs of one document: opened when the first record for them arrives.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{ConvertError, Request, report::OutputReport};
use crate::{
    config::Catalogue,
    model::{Batch, Finding, Kind},
    write::{self, Output, WriteOptions, plan::Target},
};

/// An output that was begun.
type Open = Box<dyn Output + Send>;

/// The outputs of one attempt. Dropped without [`Outputs::finish`], nothing of them stays.
pub struct Outputs<'a> {
    catalogue: &'a Catalogue,
    request: &'a Request,
    folder: Option<&'a Path>,
    stem: &'a str,
    open: Vec<(Arc<Target>, Option<Open>)>,
}

impl<'a> Outputs<'a> {
    /// No output yet. Without a folder none will ever be.
    pub fn new(
        catalogue: &'a Catalogue,
        request: &'a Request,
        folder: Option<&'a Path>,
        stem: &'a str,
    ) -> Outputs<'a> {
        Outputs { catalogue, request, folder, stem, open: Vec::new() }
    }

    /// Makes sure that the targets named are there; gives those that take no records of a kind.
    ///
    /// # Errors
    /// A target is unknown or wrong.
    pub fn want(&mut self, names: &[String], kind: Kind) -> Result<Vec<Arc<Target>>, ConvertError> {
        let mut unfit = Vec::new();
        if self.folder.is_none() {
            return Ok(unfit);
        }
        for name in names {
            let target = self.catalogue.target(name)?;
            if target.kind.is_some_and(|wanted| wanted != kind) {
                unfit.push(Arc::clone(&target));
            }
            if !self.open.iter().any(|(known, _)| known.name == target.name) {
                self.open.push((target, None));
            }
        }
        Ok(unfit)
    }

    /// How many targets were named.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// Digests of the targets, for the report.
    pub fn digests(&self) -> impl Iterator<Item = (String, String)> {
        self.open
            .iter()
            .map(|(target, _)| (format!("target:{}", target.name), target.digest.clone()))
    }

    /// Writes the records of a batch that are not held to every target of their kind.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn write(
        &mut self,
        batch: &Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        let Some(folder) = self.folder else { return Ok(()) };
        for (target, output) in &mut self.open {
            if target.kind.is_some_and(|kind| batch.kind != Some(kind)) {
                continue;
            }
            if output.is_none() {
                let path = folder.join(file_name(self.stem, target));
                let options =
                    WriteOptions { level: self.request.level, workers: self.request.workers };
                *output = Some(write::create(target, &path, &options)?);
            }
            if let Some(output) = output {
                output.write(batch, findings)?;
            }
        }
        Ok(())
    }

    /// Gives every output its name. If one fails, those already named are taken away again.
    ///
    /// # Errors
    /// An output cannot be ended.
    pub fn finish(self) -> Result<Vec<OutputReport>, ConvertError> {
        let mut reports: Vec<OutputReport> = Vec::new();
        for (target, output) in self.open {
            let Some(output) = output else { continue };
            match output.finish() {
                Ok(files) => reports.extend(files.into_iter().map(|file| OutputReport {
                    target: target.name.clone(),
                    path: absolute(&file.path),
                    rows: file.rows,
                    held: file.held,
                    sha256: file.sha256,
                })),
                Err(error) => {
                    for report in &reports {
                        let _ = std::fs::remove_file(&report.path);
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(reports)
    }
}

/// `NAME.<target>.<ext>`.
fn file_name(stem: &str, target: &Target) -> String {
    format!("{stem}.{}.{}", target.name, target.format.extension())
}

/// A path that does not depend on the current folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
