//! Where the passwords of documents are: a file of their own, or a variable, one password a line.

use std::{fmt, path::Path};

use super::gateway::{Secret, SecretError};
use crate::{read::Passwords, spec::Table};

/// Where the passwords of documents are. Read anew for each document, so that a new one works at once. `Debug`
/// tells nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Vault(Secret);

impl fmt::Debug for Vault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Vault {
    /// Passwords in a file.
    pub fn in_file(path: &Path) -> Vault {
        Vault(Secret::in_file(path.to_owned()))
    }

    /// Reads `passwords = { file = "…" }` or `{ env = "…" }`; files lie relative to the home.
    pub(super) fn from_key(table: &Table<'_>, home: &Path) -> Option<Vault> {
        Secret::from_key(table, "passwords", home).map(Vault)
    }

    /// The file they are in, if they are in one.
    pub fn path(&self) -> Option<&Path> {
        self.0.path()
    }

    /// Where they are, for people: the path, or `$NAME`.
    pub fn place(&self) -> String {
        self.0.place()
    }

    /// The passwords. A file that holds nothing yet gives none.
    ///
    /// # Errors
    /// The file cannot be read or is no text in UTF-8; the variable is not set.
    pub fn read(&self) -> Result<Passwords, SecretError> {
        match self.0.read() {
            Ok(text) => Ok(Passwords::from_lines(&text)),
            Err(SecretError::Empty { .. }) => Ok(Passwords::default()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_is_read_anew_each_time_and_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords");
        let vault = Vault::in_file(&path);
        assert!(matches!(vault.read(), Err(SecretError::Unreadable { .. })));
        for (text, expected) in
            [("", vec![]), ("一\r\n", vec!["一"]), ("#a\n b \n", vec!["#a", " b "])]
        {
            std::fs::write(&path, text).unwrap();
            assert_eq!(vault.read().unwrap().given().collect::<Vec<_>>(), expected);
        }
        assert_eq!(format!("{vault:?}"), "***");
    }
}
