//! Why a member, or a package, is not given: ours to tell as a finding, or the world's.

use std::{io, path::Path};

use super::sieve::about;
use crate::model::codes::package;
use crate::model::{Code, Finding, Place};
use crate::read::ReadError;

/// What went wrong while reading a package.
#[derive(Debug)]
pub(super) enum Fault {
    /// A member's bytes are not what was packed.
    Damaged,
    /// A member over a limit, which is told.
    MemberTooLarge(String),
    /// A member packed in a way that is not read.
    Method(String),
    /// A member under a password that is not known.
    Locked,
    /// More members than allowed.
    TooManyMembers(usize),
    /// More bytes than allowed in all.
    TooManyBytes(u64),
    /// More bytes for its packed size than any honest package has.
    TooDense,
    /// The package as a whole.
    Whole(&'static Code),
    /// The package as a whole, with a finding that is complete.
    Told(Box<Finding>),
    /// The package's file cannot be read.
    World(io::Error),
}

impl Fault {
    /// Whether only one member is concerned.
    pub(super) fn is_of_member(&self) -> bool {
        matches!(self, Fault::Damaged | Fault::MemberTooLarge(_) | Fault::Method(_) | Fault::Locked)
    }

    /// The finding about a member.
    pub(super) fn finding(&self, path: &str) -> Finding {
        match self {
            Fault::MemberTooLarge(limit) => about(&package::MEMBER_TOO_LARGE, path).arg(limit),
            Fault::Method(method) => about(&package::MEMBER_METHOD, path).arg(method),
            _ => about(&package::MEMBER_DAMAGED, path),
        }
    }

    /// What the whole package ends with.
    pub(super) fn of_package(self, path: &Path) -> ReadError {
        let too_large = |zh: &str, en: &str, limit: String| {
            let finding = Finding::new(&package::PACKAGE_TOO_LARGE, Place::NOWHERE);
            ReadError::Refused(Box::new(finding.arg(zh).arg(en).arg(limit)))
        };
        match self {
            Fault::World(error) => ReadError::io(path, error),
            Fault::Told(finding) => ReadError::Refused(finding),
            Fault::Whole(code) => ReadError::refused(code),
            Fault::TooManyMembers(limit) => {
                too_large("文件个数", "number of files", limit.to_string())
            }
            Fault::TooManyBytes(limit) => too_large("内容总量", "size in all", size(limit)),
            Fault::TooDense => {
                too_large("压缩比或内容总量", "size or ratio", "200:1, 2 GiB".to_owned())
            }
            _ => ReadError::refused(&package::PACKAGE_BROKEN),
        }
    }

    /// What an i/o error of a decoder means: errors of the system are the world's, others the package's.
    pub(super) fn of_io(error: io::Error) -> Fault {
        match error.kind() {
            _ if error.raw_os_error().is_some() => Fault::World(error),
            io::ErrorKind::FileTooLarge => Fault::TooDense,
            _ => Fault::Damaged,
        }
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 && b % (1 << 30) == 0 => format!("{} GiB", b >> 30),
        b if b >= 1 << 20 && b % (1 << 20) == 0 => format!("{} MiB", b >> 20),
        b => format!("{b} B"),
    }
}
