//! Passwords that a document may be locked with. Never shown, never logged.

use std::{fmt, sync::Arc};

/// Passwords to try in turn. `Debug` tells only how many there are.
#[derive(Clone, Default)]
pub struct Passwords(Arc<[String]>);

/// What Excel itself uses where an author protected a sheet of an `.xls` but gave no password to open it.
/// Source: [MS-OFFCRYPTO] 2.3.7.2 and the behaviour of Excel 97–2003.
const BUILT_IN: &str = "VelvetSweatshop";

impl Passwords {
    /// Passwords in the order in which they are tried; empty ones are left out.
    pub fn new(passwords: impl IntoIterator<Item = String>) -> Passwords {
        Passwords(passwords.into_iter().filter(|password| !password.is_empty()).collect())
    }

    /// All passwords, Excel's built-in one first.
    pub fn tried(&self) -> impl Iterator<Item = &str> {
        std::iter::once(BUILT_IN).chain(self.0.iter().map(String::as_str))
    }

    /// The passwords that people gave, without the built-in one.
    pub fn given(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Passwords({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        let passwords = Passwords::new(["secret".to_owned(), String::new()]);
        assert_eq!(format!("{passwords:?}"), "Passwords(1)");
        assert_eq!(passwords.tried().collect::<Vec<_>>(), ["VelvetSweatshop", "secret"]);
    }
}
