//! A folder of this machine, or one that is mounted: a share of the commission, a relay.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::{Endpoint, ExchangeError};
use crate::{disk, text::digest::sha256_of};

/// A folder.
pub struct FolderEndpoint {
    folder: PathBuf,
}

impl FolderEndpoint {
    /// The endpoint of a folder.
    pub fn new(folder: &Path) -> FolderEndpoint {
        FolderEndpoint { folder: folder.to_owned() }
    }
}

impl Endpoint for FolderEndpoint {
    fn put(
        &self,
        source: &Path,
        folder: &str,
        name: &str,
        sha256: &str,
    ) -> Result<String, ExchangeError> {
        let place = self.folder.join(folder);
        let fault = |path: &Path, source| ExchangeError::Io { path: path.to_owned(), source };
        // A mount that is away must not be filled in as a plain folder.
        if !self.folder.is_dir() {
            return Err(fault(&self.folder, io::ErrorKind::NotFound.into()));
        }
        std::fs::create_dir_all(&place).map_err(|error| fault(&place, error))?;
        let to = place.join(name);
        if digest(&to).is_ok_and(|found| found == sha256) {
            return Ok(to.display().to_string());
        }
        let to = place.join(disk::free_name(&place, name));
        let part = place.join(format!(".{name}.{}.part", sha256.get(..8).unwrap_or_default()));
        std::fs::copy(source, &part).map_err(|error| fault(&part, error))?;
        disk::sync_files(std::slice::from_ref(&part)).map_err(|error| fault(&part, error))?;
        if digest(&part).map_err(|error| fault(&part, error))? != sha256 {
            return Err(ExchangeError::Differs { path: part });
        }
        disk::rename_new(&part, &to).map_err(|error| fault(&to, error))?;
        disk::sync_folder(&place).map_err(|error| fault(&place, error))?;
        Ok(to.display().to_string())
    }
}

fn digest(path: &Path) -> io::Result<String> {
    sha256_of(File::open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_arrives_once_whole_and_never_over_another() {
        let here = tempfile::tempdir().unwrap();
        let there = tempfile::tempdir().unwrap();
        let source = here.path().join("名单.xlsx");
        std::fs::write(&source, b"new").unwrap();
        std::fs::write(there.path().join("名单.xlsx"), b"old").unwrap();
        let sha256 = digest(&source).unwrap();
        let endpoint = FolderEndpoint::new(there.path());
        let first = endpoint.put(&source, "", "名单.xlsx", &sha256).unwrap();
        assert!(first.ends_with("名单 (2).xlsx"), "{first}");
        assert_eq!(std::fs::read(there.path().join("名单.xlsx")).unwrap(), b"old");
        let below = endpoint.put(&source, "某院", "名单.xlsx", &sha256).unwrap();
        assert_eq!(endpoint.put(&source, "某院", "名单.xlsx", &sha256).unwrap(), below);
        assert_eq!(std::fs::read_dir(there.path().join("某院")).unwrap().count(), 1);
    }

    #[test]
    fn a_share_that_is_not_mounted_is_not_made() {
        let here = tempfile::tempdir().unwrap();
        let away = here.path().join("share");
        let source = here.path().join("a");
        std::fs::write(&source, b"a").unwrap();
        assert!(FolderEndpoint::new(&away).put(&source, "", "a", "0").is_err());
        assert!(!away.exists());
    }
}
