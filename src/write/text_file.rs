//! The file of a text output: made with the first record, counted, numbered when it is full.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{WriteError, Written, numbered, part_file::PartFile, publish};

/// The files of one text output.
pub(super) struct TextFiles {
    path: PathBuf,
    most_rows: u64,
    current: Option<(PartFile, u64)>,
    done: Vec<(PartFile, u64)>,
    /// Records kept out.
    pub(super) held: u64,
}

impl TextFiles {
    /// Files that will be called `path`, `NAME-2` … with at most so many rows each.
    pub(super) fn new(path: &Path, most_rows: Option<u32>) -> TextFiles {
        TextFiles {
            path: path.to_owned(),
            most_rows: most_rows.map_or(u64::MAX, |rows| u64::from(rows.max(1))),
            current: None,
            done: Vec::new(),
            held: 0,
        }
    }

    /// Number that the next row will have in its file, from 1; `true` if it opens the file and is
    /// to be preceded by headings.
    pub(super) fn next_row(&self) -> (u64, bool) {
        match &self.current {
            Some((_, rows)) if *rows < self.most_rows => (rows + 1, false),
            _ => (1, true),
        }
    }

    /// Ends the current file; the next row opens another.
    pub(super) fn close(&mut self) {
        self.done.extend(self.current.take());
    }

    /// Writes a row (and, before the first of a file, what precedes it).
    ///
    /// # Errors
    /// The file system refuses.
    pub(super) fn push(&mut self, opening: &[u8], row: &[u8]) -> Result<(), WriteError> {
        let (_, is_first) = self.next_row();
        if is_first {
            self.close();
            let path = numbered(&self.path, self.done.len() + 1);
            let file = PartFile::create(&path).map_err(|source| WriteError::Io { path, source })?;
            self.current = Some((file, 0));
        }
        let Some((file, rows)) = &mut self.current else { return Ok(()) };
        *rows += 1;
        let opened = if is_first { file.write_all(opening) } else { Ok(()) };
        opened
            .and_then(|()| file.write_all(row))
            .map_err(|source| WriteError::Io { path: file.path().to_owned(), source })
    }

    /// Publishes all files.
    ///
    /// # Errors
    /// The file system refuses; nothing is left behind.
    pub(super) fn finish(mut self) -> Result<Vec<Written>, WriteError> {
        self.close();
        publish(self.done, self.held)
    }
}
