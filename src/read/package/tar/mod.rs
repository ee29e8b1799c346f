//! Tar archives, gzipped or not. Read twice: once for the names, which the archive decides as a whole, once for the
//! bytes. Knows ustar, pax and GNU's long names.

pub(super) mod header;
mod walk;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use header::Kind;
use walk::{Entry, Walk};

use super::gzip::{self, Inflated};
use super::meter::Measure;
use super::sieve::{self, Sieve};
use super::{Fault, Limits, Member, Visit, paths};
use crate::read::EncodingDecision;
use crate::read::encoding::names::RawName;

/// An opened archive.
#[derive(Debug)]
pub(super) struct Tar {
    path: PathBuf,
    limits: Limits,
    /// What is given of each entry, in order.
    members: Vec<Option<Member>>,
}

/// Opens an archive: walks through it once.
///
/// # Errors
/// The archive is broken or over the limits, or cannot be read.
pub(super) fn open(
    path: &Path,
    limits: &Limits,
    sieve: &mut Sieve,
) -> Result<(Tar, Option<EncodingDecision>), Fault> {
    let mut walk = Walk::new(bytes(path, limits)?);
    let mut entries: Vec<Entry> = Vec::new();
    while let Some(entry) = walk.next()? {
        if entries.len() >= limits.members {
            return Err(Fault::TooManyMembers(limits.members));
        }
        entries.push(entry);
    }
    walk.finish()?;
    let raw = entries.iter().map(|entry| RawName {
        bytes: &entry.name,
        is_said_utf_8: entry.is_said_utf_8,
        unicode: None,
    });
    let (names, decision) = sieve::decode(&raw.collect::<Vec<_>>(), sieve);
    let mut members = Vec::with_capacity(entries.len());
    let mut order = 0;
    for (entry, name) in entries.iter().zip(names) {
        let admitted = match entry.kind {
            Kind::Folder => None,
            _ => sieve.admit(&name, limits)?,
        };
        let kept = admitted.filter(|path| {
            match entry.kind {
                Kind::Link => sieve.refuse(path, paths::NO_FILE),
                Kind::Sparse => sieve.blame(path, &Fault::Method("GNU sparse".to_owned())),
                _ => return true,
            }
            false
        });
        members.push(kept.map(|path| Member { path, bytes: entry.bytes, order }));
        order += usize::from(members.last().is_some_and(Option::is_some));
    }
    Ok((Tar { path: path.to_owned(), limits: limits.clone(), members }, decision))
}

/// The archive's bytes, inflated if they are gzipped.
fn bytes(path: &Path, limits: &Limits) -> Result<Box<dyn Read>, Fault> {
    let mut file = File::open(path).map_err(Fault::World)?;
    let mut magic = [0; 2];
    let is_gzipped = file.read_exact(&mut magic).is_ok() && magic == gzip::MAGIC;
    file.rewind().map_err(Fault::World)?;
    Ok(match is_gzipped {
        true => Box::new(Inflated::new(file, limits).map_err(Fault::World)?),
        false => Box::new(BufReader::with_capacity(1 << 17, file)),
    })
}

impl Tar {
    /// Gives every member in order.
    ///
    /// # Errors
    /// A fault of the whole or the world; what `visit` said.
    pub(super) fn each(&self, visit: &mut Visit<'_>, sieve: &mut Sieve) -> Result<(), Fault> {
        let mut walk = Walk::new(bytes(&self.path, &self.limits)?);
        let total = AtomicU64::new(0);
        let mut members = self.members.iter();
        while let (Some(entry), Some(member)) = (walk.next()?, members.next()) {
            let Some(member) = member else { continue };
            let measure = Measure {
                limits: &self.limits,
                total: &total,
                packed: None,
                crc: None,
                bytes: Some(entry.bytes),
            };
            if let Some(fault) = super::give(member, &mut walk, measure, visit)? {
                sieve.blame(&member.path, &fault);
            }
        }
        Ok(())
    }
}
