//! Why the child stops before its document ends.

use crate::model::codes::reading;
use crate::read::{Passwords, crypt::Fault};

use super::frame::Remark;

/// What ends the child's reading.
#[derive(Debug)]
pub enum Trouble {
    /// The document is at fault; the parent is told.
    Refused(Remark),
    /// One sheet is at fault; others may still be read. Carries what broke.
    Sheet(String),
    /// The parent is gone, or the disk failed.
    Io(std::io::Error),
}

impl Trouble {
    /// A part of the workbook breaks its own format.
    pub fn broken(part: &str) -> Trouble {
        Trouble::Refused(Remark::new(&reading::BROKEN_WORKBOOK, &[part]))
    }

    /// A document stays locked after these passwords were tried.
    pub fn of_lock(fault: Fault, passwords: &Passwords) -> Trouble {
        match fault {
            Fault::Locked if passwords.is_empty() => {
                Trouble::Refused(Remark::new(&reading::ENCRYPTED, &[]))
            }
            Fault::Locked => Trouble::Refused(Remark::new(&reading::PASSWORD_WRONG, &[])),
            Fault::NotRead(way) => {
                Trouble::Refused(Remark::new(&reading::ENCRYPTION_NOT_READ, &[way]))
            }
            Fault::Broken(part) => Trouble::broken(part),
            Fault::TooSlow => Trouble::too_large("spinCount", "10,000,000"),
            Fault::Io(error) => Trouble::Io(error),
        }
    }

    /// Something passes a limit.
    pub fn too_large(what: &str, limit: &str) -> Trouble {
        Trouble::Refused(Remark::new(&reading::TOO_LARGE, &[what, limit]))
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble::Io(error)
    }
}
