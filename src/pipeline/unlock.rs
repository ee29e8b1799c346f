//! A document as it was sent, and the bytes that its journey reads: the same, unless a password kept them locked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{ConvertError, Request};
use crate::{
    disk,
    model::{Finding, Place, codes::reading},
    read::{self, Nature, Opened, ReadError, ReadOptions, crypt},
    write::scratch,
};

/// A document and its bytes.
pub(super) struct Sent<'a> {
    document: &'a Path,
    nature: Option<Nature>,
    /// The decrypted copy.
    unlocked: Option<Decrypted>,
    /// Why there is no such copy.
    refused: Option<Finding>,
    findings: Vec<Finding>,
}

/// Takes the password off a document that has one; any other is left as it is.
///
/// # Errors
/// The copy cannot be written. A password that does not fit is told when the document is opened.
pub(super) fn unlock<'a>(
    document: &'a Path,
    nature: Option<Nature>,
    request: &Request,
) -> Result<Sent<'a>, ConvertError> {
    let mut sent = Sent { document, nature, unlocked: None, refused: None, findings: Vec::new() };
    if !matches!(nature, Some(Nature::Encrypted)) {
        return Ok(sent);
    }
    let folder = request.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let copy = Decrypted::new(&folder);
    match crypt::decrypt(document, &copy.0, &request.passwords) {
        Ok(unlocked) => {
            if !unlocked.was_built_in {
                sent.findings.push(Finding::new(&reading::OPENED_WITH_PASSWORD, Place::NOWHERE));
            }
            sent.unlocked = Some(copy);
        }
        Err(ReadError::Refused(finding)) => sent.refused = Some(*finding),
        Err(error) => return Err(ConvertError::Read(error)),
    }
    Ok(sent)
}

impl Sent<'_> {
    /// The file with the sender's name.
    pub fn document(&self) -> &Path {
        self.document
    }

    /// The file to read.
    pub fn path(&self) -> &Path {
        self.unlocked.as_ref().map_or(self.document, |copy| &copy.0)
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`read::open`], and for a document that stays locked.
    pub fn open(&self, options: &ReadOptions) -> Result<Opened, ReadError> {
        match &self.refused {
            Some(finding) => Err(ReadError::Refused(Box::new(finding.clone()))),
            None => match (self.nature, &self.unlocked) {
                (Some(Nature::Table(container)), None) => {
                    read::open_as(self.document, container, options)
                }
                _ => read::open(self.path(), options),
            },
        }
    }

    /// What was noticed while it was unlocked.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings.clone()
    }
}

/// A decrypted copy; removed when dropped, and when the program is told to stop.
struct Decrypted(PathBuf);

impl Decrypted {
    /// A name that nothing has. Hidden, so that a person who looks into the folder is not led to it.
    fn new(folder: &Path) -> Decrypted {
        let path = disk::hidden_beside(&folder.join("cmegate"));
        let noted = scratch::create(|| Ok(path.clone()), Clone::clone);
        Decrypted(noted.unwrap_or(path))
    }
}

impl Drop for Decrypted {
    fn drop(&mut self) {
        // Nothing is there if the document stayed locked.
        let _ = fs::remove_file(&self.0);
        scratch::forget(&self.0);
    }
}
