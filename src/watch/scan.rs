//! One walk through a folder and its sub-folders.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::names::{is_document, is_hidden, is_temporary};
use crate::disk::Stamp;

/// Folders below the watched one that are entered.
const DEEPEST: usize = 8;

/// What the walk comes upon.
pub(super) enum Seen<'a> {
    File {
        relative: &'a str,
        stamp: Stamp,
    },
    Temporary,
    Fault {
        path: PathBuf,
        error: io::Error,
    },
    /// A folder that could not be read to its end; `relative` ends in `/` or is empty.
    Unread {
        path: PathBuf,
        relative: String,
        error: io::Error,
    },
}

/// Walks; what disappears meanwhile is passed over.
pub(super) fn scan(folder: &Path, tell: &mut dyn FnMut(Seen<'_>)) {
    let mut left = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, relative, depth)) = left.pop() {
        let mut walk =
            Walk { relative: relative.clone(), own: relative.len(), depth, below: Vec::new() };
        match walk.folder(&path, tell) {
            Ok(()) => {}
            // Gone while we walked. The watched folder itself must be there.
            Err(error) if error.kind() == io::ErrorKind::NotFound && depth > 0 => {}
            Err(error) => tell(Seen::Unread { path, relative, error }),
        }
        left.append(&mut walk.below);
    }
}

struct Walk {
    /// Path of the folder, then of the entry at hand: one buffer for all entries.
    relative: String,
    /// Length of the folder's own part.
    own: usize,
    depth: usize,
    below: Vec<(PathBuf, String, usize)>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, tell: &mut dyn FnMut(Seen<'_>)) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let error = fault("its name is not Unicode text: rename it");
                tell(Seen::Fault { path: entry.path(), error });
                continue;
            };
            let told = self.entry(&entry, name, tell);
            match told {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tell(Seen::Fault { path: entry.path(), error });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: &fs::DirEntry,
        name: &str,
        tell: &mut dyn FnMut(Seen<'_>),
    ) -> io::Result<()> {
        let kind = entry.file_type()?;
        if kind.is_dir() && is_hidden(name) {
            return Ok(());
        }
        if !kind.is_dir() && is_temporary(name) {
            tell(Seen::Temporary);
            return Ok(());
        }
        self.relative.truncate(self.own);
        self.relative.push_str(name);
        if kind.is_file() {
            let stamp = Stamp::of(&entry.metadata()?);
            tell(Seen::File { relative: &self.relative, stamp });
            Ok(())
        } else if kind.is_dir() {
            if is_document(name) {
                return Err(fault("it is a folder that is called like a document"));
            }
            if self.depth >= DEEPEST {
                return Err(fault("it lies too deep: folders are entered eight deep"));
            }
            self.below.push((entry.path(), format!("{}/", self.relative), self.depth + 1));
            Ok(())
        } else if kind.is_symlink() {
            Err(fault("it is a symbolic link: put the file itself here"))
        } else {
            Err(fault("it is no regular file"))
        }
    }
}

fn fault(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}
