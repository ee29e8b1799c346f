//! Passwords that a document may be locked with. Never shown, never logged.

use std::{
    fmt,
    io::{self, Read},
    sync::Arc,
};

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

    /// One password a line, as in a vault. Nothing but the ends of lines is taken off: blanks and `#` may belong to a
    /// password.
    pub fn from_lines(text: &str) -> Passwords {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        Passwords::new(text.lines().map(str::to_owned))
    }

    /// Whether people gave none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All passwords in a block of bytes, for the reading child: length of what follows, then each password after its
    /// length.
    pub(super) fn to_block(&self) -> Vec<u8> {
        let mut block = vec![0; 4];
        for password in self.given() {
            block.extend_from_slice(&(password.len() as u32).to_le_bytes());
            block.extend_from_slice(password.as_bytes());
        }
        let length = block.len() as u32 - 4;
        if let Some(head) = block.first_chunk_mut() {
            *head = length.to_le_bytes();
        }
        block
    }

    /// Reads what [`Passwords::to_block`] wrote.
    pub(super) fn from_block(from: &mut impl Read) -> io::Result<Passwords> {
        let long =
            |bytes: &[u8]| bytes.first_chunk().map(|four| u32::from_le_bytes(*four) as usize);
        let mut head = [0; 4];
        from.read_exact(&mut head)?;
        let length = u32::from_le_bytes(head);
        let mut block = Vec::new();
        if from.take(u64::from(length)).read_to_end(&mut block)? != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (mut rest, mut passwords) = (block.as_slice(), Vec::new());
        while let (Some(length), Some(after)) = (long(rest), rest.get(4..)) {
            let (password, later) =
                after.split_at_checked(length).ok_or(io::ErrorKind::InvalidData)?;
            let password = std::str::from_utf8(password).map_err(|_| io::ErrorKind::InvalidData)?;
            passwords.push(password.to_owned());
            rest = later;
        }
        Ok(Passwords::new(passwords))
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

    #[test]
    fn a_vault_has_a_password_a_line_and_no_comments() {
        let passwords = Passwords::from_lines("\u{FEFF}#1\r\n\n 密 码 \n");
        assert_eq!(passwords.given().collect::<Vec<_>>(), ["#1", " 密 码 "]);
    }

    #[test]
    fn passwords_reach_the_child_as_they_are() {
        for given in [vec![], vec!["a"], vec!["密码", "#", " b "]] {
            let passwords = Passwords::new(given.iter().map(|word| (*word).to_owned()));
            let mut block = passwords.to_block();
            let back = Passwords::from_block(&mut block.as_slice()).unwrap();
            assert_eq!(back.given().collect::<Vec<_>>(), given);
            block.pop();
            assert!(Passwords::from_block(&mut block.as_slice()).is_err());
        }
    }
}
