//! Packages: documents inside zip, 7z, tar, gzip and mail. Names decoded, hostile members refused, bytes counted.
//!
//! A fault of one member is one finding and the others go on; a fault of the whole is [`ReadError::Refused`]. Of two
//! members of one path (case aside) the first is given and the second refused with an error finding: programs differ in
//! which they keep, so neither silence nor losing both serves the sender.

mod fault;
mod gzip;
mod meter;
mod paths;
mod sieve;
mod tar;
#[cfg(test)]
mod tests;
mod zip;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use self::fault::Fault;
pub(super) use self::gzip::holds_tar;
use self::meter::{Measure, Metered};
use self::sieve::Sieve;
pub(super) use self::tar::header::is_header as is_tar;
use super::{EncodingDecision, ReadError, ReadOptions};
use crate::model::Finding;

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

impl PackageFormat {
    /// Name as reported: `zip`, `7z`, `tar`, `gzip`, `eml`.
    pub fn name(self) -> &'static str {
        match self {
            PackageFormat::Zip => "zip",
            PackageFormat::SevenZip => "7z",
            PackageFormat::Tar => "tar",
            PackageFormat::Gzip => "gzip",
            PackageFormat::Mail => "eml",
        }
    }
}

/// What a package may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most members, folders and junk included.
    pub members: usize,
    /// Most bytes of one member.
    pub member_bytes: u64,
    /// Most bytes of all members.
    pub total_bytes: u64,
    /// Most times that a member of over 1 MiB may be larger than its packed bytes.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { members: 10_000, member_bytes: 512 << 20, total_bytes: 2 << 30, ratio: 200 }
    }
}

/// A member that may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Path: decoded, forward slashes, relative, never leading out of its folder.
    pub path: String,
    /// Bytes as declared: a hint; 0 where nothing is declared.
    pub bytes: u64,
    /// Place among the members that may be read, from 0.
    pub order: usize,
}

/// Takes a member's bytes as they come.
pub type Visit<'a> = dyn FnMut(&Member, &mut dyn Read) -> io::Result<()> + 'a;

/// An opened package.
#[derive(Debug)]
pub struct Package {
    path: PathBuf,
    kind: Kind,
    sieve: Sieve,
    names: Option<EncodingDecision>,
}

#[derive(Debug)]
enum Kind {
    Zip(zip::Zip),
    Tar(tar::Tar),
    Gzip(gzip::Gzip),
}

/// Opens a package.
///
/// # Errors
/// [`ReadError::Refused`] when the package as a whole is damaged, hostile or too large; [`ReadError::Io`] if the
/// file cannot be read.
pub fn open(
    path: &Path,
    format: PackageFormat,
    options: &ReadOptions,
    limits: &Limits,
) -> Result<Package, ReadError> {
    let mut sieve = Sieve::default();
    let opened = match format {
        PackageFormat::Zip => zip::open(path, &options.passwords, limits, &mut sieve)
            .map(|(zip, names)| (Kind::Zip(zip), names)),
        PackageFormat::Tar => {
            tar::open(path, limits, &mut sieve).map(|(tar, names)| (Kind::Tar(tar), names))
        }
        PackageFormat::Gzip => {
            gzip::open(path, limits, &mut sieve).map(|(gzip, names)| (Kind::Gzip(gzip), names))
        }
        _ => Err(Fault::Damaged),
    };
    let (kind, names) = opened.map_err(|fault| fault.of_package(path))?;
    Ok(Package { path: path.to_owned(), kind, sieve, names })
}

impl Package {
    /// Gives every readable member's bytes in package order. `visit` need not read to the end; what it reads is
    /// counted, and checked when it comes to the end (the last read fails if the check does). It must pass on the
    /// errors of the reader that it gets.
    ///
    /// # Errors
    /// [`ReadError::Refused`] for a fault of the whole; [`ReadError::Io`] when the package cannot be read or `visit`
    /// itself failed.
    pub fn each(&mut self, visit: &mut Visit<'_>) -> Result<(), ReadError> {
        let given = match &mut self.kind {
            Kind::Zip(zip) => zip.each(visit, &mut self.sieve),
            Kind::Tar(tar) => tar.each(visit, &mut self.sieve),
            Kind::Gzip(gzip) => gzip.each(visit, &mut self.sieve),
        };
        given.map_err(|fault| fault.of_package(&self.path))
    }

    /// Gives every readable member's bytes, several at once where the format allows, in no order.
    ///
    /// # Errors
    /// As [`Package::each`].
    pub fn each_at_once(
        &mut self,
        threads: usize,
        visit: &(dyn Fn(&Member, &mut dyn Read) -> io::Result<()> + Sync),
    ) -> Result<(), ReadError> {
        match &mut self.kind {
            Kind::Zip(zip) => zip
                .each_at_once(threads, visit, &mut self.sieve)
                .map_err(|fault| fault.of_package(&self.path)),
            // The others are one stream.
            _ => self.each(&mut |member, bytes| visit(member, bytes)),
        }
    }

    /// Members left out because systems and programs leave them behind: `__MACOSX`, `.DS_Store`, `~$…`, `Thumbs.db`.
    pub fn skipped(&self) -> u64 {
        self.sieve.skipped
    }

    /// Takes what the sender should know: one finding per member that was refused or could not be read (its shortened
    /// name as first argument, its path as value), and those about the package. Complete after [`Package::each`].
    pub fn take_findings(&mut self) -> Vec<Finding> {
        self.sieve.take_findings()
    }

    /// How names beyond ASCII were decoded; `None` if there are none.
    pub fn names_by(&self) -> Option<&EncodingDecision> {
        self.names.as_ref()
    }
}

/// Lets somebody read a member under measure. A fault of the member is returned.
///
/// # Errors
/// A fault of the whole; the error of whoever reads.
fn give(
    member: &Member,
    source: &mut dyn Read,
    measure: Measure<'_>,
    visit: &mut Visit<'_>,
) -> Result<Option<Fault>, Fault> {
    let mut metered = Metered::new(source, measure);
    let visited = visit(member, &mut metered);
    match metered.settle(visited).map_err(Fault::World)? {
        Some(fault) if !fault.is_of_member() => Err(fault),
        told => Ok(told),
    }
}
