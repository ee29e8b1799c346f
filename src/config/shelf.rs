//! The files of one kind, by name: those inside the program, and those on disk before them. Each is parsed once, on
//! first use, so that a run pays only for what it needs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use super::{
    embedded,
    source::{FileKind, Source, stem, unreadable},
};
use crate::spec::Lints;

/// Where a file's text is.
#[derive(Clone, Debug)]
enum Origin {
    Embedded { path: PathBuf, text: &'static str },
    Disk(PathBuf),
}

impl Origin {
    fn source(&self, name: &str) -> Result<Source, Lints> {
        match self {
            Origin::Disk(path) => Source::from_disk(path),
            Origin::Embedded { path, text } => {
                Ok(Source { name: name.to_owned(), path: path.clone(), text: (*text).into() })
            }
        }
    }
}

/// The files of one kind. `T` is the plan they become.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    books: BTreeMap<String, Book<T>>,
}

/// A file and, once it was asked for, its plan or its mistakes.
#[derive(Debug)]
struct Book<T> {
    origin: Origin,
    plan: OnceLock<Result<Arc<T>, Lints>>,
}

impl<T> Book<T> {
    fn new(origin: Origin) -> Book<T> {
        Book { origin, plan: OnceLock::new() }
    }
}

impl<T> Shelf<T> {
    /// Lists the files of a kind, embedded and in `folder`; one of the same name in `folder` wins.
    ///
    /// # Errors
    /// One lint if the folder is there but cannot be listed.
    pub(super) fn open(kind: FileKind, folder: Option<&Path>) -> (Shelf<T>, Lints) {
        let mut books = BTreeMap::new();
        for (path, text) in embedded::texts(kind) {
            let path = Path::new("mappings").join(path);
            let origin = Origin::Embedded { path: path.clone(), text };
            books.insert(stem(&path), Book::new(origin));
        }
        let mut lints = Lints::default();
        if let Some(folder) = folder {
            match toml_files(&folder.join(kind.folder())) {
                Ok(paths) => {
                    for path in paths {
                        books.insert(stem(&path), Book::new(Origin::Disk(path)));
                    }
                }
                Err(found) => lints = found,
            }
        }
        (Shelf { books }, lints)
    }

    /// All names, sorted.
    pub(super) fn names(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.books.keys().map(String::as_str)
    }

    /// The text of a file; `None` if nothing has this name.
    pub(super) fn source(&self, name: &str) -> Option<Result<Source, Lints>> {
        self.books.get(name).map(|book| book.origin.source(name))
    }

    /// The plan of a file, parsed by `parse` on first use; `None` if nothing has this name.
    pub(super) fn plan(
        &self,
        name: &str,
        parse: impl FnOnce(&Source) -> Result<T, Lints>,
    ) -> Option<Result<Arc<T>, Lints>> {
        let Book { origin, plan } = self.books.get(name)?;
        let parsed =
            plan.get_or_init(|| origin.source(name).and_then(|at| parse(&at)).map(Arc::new));
        Some(parsed.clone())
    }
}

/// The TOML files of a folder, sorted; none if there is no such folder.
fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Lints> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
