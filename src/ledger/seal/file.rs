//! Key files and the lines in them.

use std::{fs, io, path::Path};

use crate::{
    disk,
    ledger::seal::{KeyError, KeyFault},
};

/// 32 random bytes.
pub(super) fn random_key() -> Result<[u8; 32], KeyError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(KeyError::NoRandom)?;
    Ok(key)
}

/// The lines of a key text that say something, numbered from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // Windows editors put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// A key of 64 hexadecimal digits.
pub(super) fn key(word: &str) -> Result<[u8; 32], KeyFault> {
    let count = word.chars().count();
    if count != 64 {
        return Err(KeyFault::Key(count));
    }
    if let Some(at) = word.chars().position(|c| !c.is_ascii_hexdigit()) {
        return Err(KeyFault::Digit(at + 1));
    }
    unhex(word).ok_or(KeyFault::Key(count))
}

/// Bytes from exactly twice as many hexadecimal digits.
pub(super) fn unhex<const N: usize>(word: &str) -> Option<[u8; N]> {
    let (pairs, rest) = word.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? * 16 + digit(*low)?) as u8;
    }
    Some(bytes)
}

/// Reads a key file and parses it.
pub(super) fn load<K>(
    path: &Path,
    parse: impl Fn(&str) -> Result<K, KeyError>,
) -> Result<K, KeyError> {
    let text = fs::read_to_string(path).map_err(|source| file_error(path, source))?;
    parse(&text).map_err(|source| KeyError::Text { path: path.to_owned(), source: source.into() })
}

/// Writes a new key file, 0600, synced; its folder is made, private, if it is not there.
pub(super) fn create(path: &Path, text: &str) -> Result<(), KeyError> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty() && !f.exists()) {
        disk::private_folder(folder).map_err(|source| file_error(path, source))?;
    }
    disk::write_private(path, text.as_bytes()).map_err(|source| file_error(path, source))
}

/// Adds a line to a key file: the old file or the new one stands there, never half of one.
pub(super) fn append(path: &Path, line: &str) -> Result<(), KeyError> {
    let mut text = fs::read_to_string(path).map_err(|source| file_error(path, source))?;
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(line);
    disk::replace_private(path, text.as_bytes()).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> KeyError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists { path },
        _ => KeyError::File { path, source },
    }
}
