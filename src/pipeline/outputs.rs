//! The outputs of one document: opened when the first record for them arrives.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{ConvertError, Request, report::OutputReport};
use crate::{
    config::Catalogue,
    model::{Batch, Finding, Kind, RecordHead},
    write::{
        self, Output, WriteOptions,
        plan::{Takes, Target},
    },
};

/// An output that was begun.
type Open = Box<dyn Output + Send>;

/// A target, its output once it was begun, and the records that it has no use for.
struct Wanted {
    target: Arc<Target>,
    output: Option<Open>,
    left_out: u64,
}

/// The outputs of one attempt. Dropped without [`Outputs::finish`], nothing of them stays.
pub struct Outputs<'a> {
    catalogue: &'a Catalogue,
    request: &'a Request,
    folder: Option<&'a Path>,
    stem: &'a str,
    open: Vec<Wanted>,
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
            if !self.open.iter().any(|known| known.target.name == target.name) {
                self.open.push(Wanted { target, output: None, left_out: 0 });
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
            .map(|open| (format!("target:{}", open.target.name), open.target.digest.clone()))
    }

    /// Writes the records of a batch that are not held to every target of their kind.
    ///
    /// # Errors
    /// An output cannot be written.
    pub fn write(
        &mut self,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        let Some(folder) = self.folder else { return Ok(()) };
        for Wanted { target, output, left_out } in &mut self.open {
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
                let kept = leave_out(target.takes, batch);
                let written = output.write(batch, findings);
                if let Some(heads) = kept {
                    *left_out += heads.0;
                    batch.heads = heads.1;
                }
                written?;
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
        for Wanted { target, output, left_out } in self.open {
            let Some(output) = output else { continue };
            match output.finish() {
                Ok(files) => reports.extend(files.into_iter().map(|file| OutputReport {
                    target: target.name.clone(),
                    path: absolute(&file.path),
                    rows: file.rows,
                    held: file.held.saturating_sub(left_out),
                    left_out: if file.held >= left_out { left_out } else { 0 },
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

/// Holds, for one target, the records that its platform has already; gives how many they are and the heads as they
/// were.
fn leave_out(takes: Takes, batch: &mut Batch) -> Option<(u64, Vec<RecordHead>)> {
    let is_out = |head: &&RecordHead| !head.is_held && !takes.wants(head.standing);
    let count = batch.heads.iter().filter(is_out).count() as u64;
    if count == 0 {
        return None;
    }
    let heads = batch.heads.clone();
    batch.heads.iter_mut().for_each(|head| head.is_held |= !takes.wants(head.standing));
    Some((count, heads))
}

/// `NAME.<target>.<ext>`.
fn file_name(stem: &str, target: &Target) -> String {
    format!("{stem}.{}.{}", target.name, target.format.extension())
}

/// A path that does not depend on the current folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
