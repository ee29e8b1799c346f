//! Members under a password and members packed in old ways, read by the `zip` crate.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::result::ZipError;

use super::directory::Record;
use crate::read::Passwords;
use crate::read::package::{Fault, fault::size};

/// Takes a member's bytes; gives a fault of the member, or fails with one of the package.
type Give<'a> = dyn FnMut(&mut dyn Read) -> Result<Option<Fault>, Fault> + 'a;

/// Shrink, reduce, implode: their decoders hold a whole member.
const OLD_METHODS: std::ops::RangeInclusive<u16> = 1..=6;
const OLD_BYTES: u64 = 64 << 20;
const DEFLATE_64: u16 = 9;

/// Whether the crate reads a method that we do not read ourselves.
pub(super) fn reads(method: u16) -> bool {
    OLD_METHODS.contains(&method) || method == DEFLATE_64
}

/// The archive once more, as the crate sees it.
pub(super) struct Rare {
    archive: ZipArchive<BufReader<File>>,
    by_header: FxHashMap<u64, usize>,
    passwords: Passwords,
    /// The password that opened a member to its end.
    known: Option<String>,
}

impl Rare {
    /// Opens the archive.
    ///
    /// # Errors
    /// The crate cannot read it, or nobody can.
    pub(super) fn open(path: &Path, passwords: &Passwords) -> Result<Rare, Fault> {
        let file = File::open(path).map_err(Fault::World)?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| fault(&error))?;
        let headers = (0..archive.len())
            .filter_map(|at| Some((archive.by_index_data(at).ok()?.header_start(), at)));
        let by_header = headers.collect();
        Ok(Rare { archive, by_header, passwords: passwords.clone(), known: None })
    }

    /// Gives a member's bytes.
    ///
    /// # Errors
    /// As `give` says; faults of the member are returned.
    pub(super) fn read(
        &mut self,
        record: &Record,
        give: &mut Give<'_>,
    ) -> Result<Option<Fault>, Fault> {
        let Some(at) = self.by_header.get(&record.header).copied() else {
            return Ok(Some(Fault::Damaged));
        };
        if OLD_METHODS.contains(&record.method) && record.bytes > OLD_BYTES {
            return Ok(Some(Fault::MemberTooLarge(size(OLD_BYTES))));
        }
        if record.flags & super::LOCKED == 0 {
            return match self.archive.by_index(at) {
                Ok(mut member) => give(&mut member),
                Err(error) => of_member(fault(&error)),
            };
        }
        let Some(password) = self.password(at)? else { return Ok(Some(Fault::Locked)) };
        match self.archive.by_index_decrypt(at, password.as_bytes()) {
            Ok(mut member) => give(&mut member),
            Err(error) => of_member(fault(&error)),
        }
    }

    /// The password that opens a member. One byte vouches for it in the old scheme, so a password that was not
    /// proved yet is proved by reading the member to its end.
    fn password(&mut self, at: usize) -> Result<Option<String>, Fault> {
        if let Some(known) = self.known.clone()
            && self.archive.by_index_decrypt(at, known.as_bytes()).is_ok()
        {
            return Ok(Some(known));
        }
        let passwords = self.passwords.clone();
        for password in passwords.given() {
            let opened = self.archive.by_index_decrypt(at, password.as_bytes());
            let Ok(mut member) = opened else { continue };
            if io::copy(&mut member, &mut io::sink()).is_ok() {
                self.known = Some(password.to_owned());
                return Ok(self.known.clone());
            }
        }
        Ok(None)
    }
}

fn of_member(fault: Fault) -> Result<Option<Fault>, Fault> {
    if fault.is_of_member() { Ok(Some(fault)) } else { Err(fault) }
}

fn fault(error: &ZipError) -> Fault {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => {
            Fault::World(io::Error::new(error.kind(), error.to_string()))
        }
        ZipError::InvalidPassword => Fault::Locked,
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Fault::Locked,
        ZipError::CompressionMethodNotSupported(method) => {
            Fault::Method(super::method_name(*method))
        }
        ZipError::UnsupportedArchive(_) => Fault::Method("?".to_owned()),
        _ => Fault::Damaged,
    }
}
