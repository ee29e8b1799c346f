//! Puts members below a folder: never outside it, never over what is there, nothing half-written left behind.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rustc_hash::FxHashSet;

use crate::write::scratch;

/// The folder that members go below.
pub struct Place {
    folder: PathBuf,
    /// Folders below it that are known to be real ones.
    known: Mutex<FxHashSet<PathBuf>>,
}

impl Place {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: &Path) -> io::Result<Place> {
        fs::create_dir_all(folder)?;
        Ok(Place { folder: folder.to_owned(), known: Mutex::default() })
    }

    /// Makes a new file for a member's path, which has forward slashes and climbs nowhere.
    ///
    /// # Errors
    /// `AlreadyExists` if something has the name; `NotADirectory` if a link or file stands where a folder must be.
    pub fn create(&self, path: &str) -> io::Result<(PathBuf, File)> {
        let mut at = self.folder.clone();
        if let Some((folders, _)) = path.rsplit_once('/') {
            self.make_folders(&mut at, folders)?;
        }
        at.push(path.rsplit('/').next().unwrap_or_default());
        let file = scratch::create(|| File::create_new(&at), |_| at.clone())?;
        Ok((at, file))
    }

    fn make_folders(&self, at: &mut PathBuf, folders: &str) -> io::Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = at.join(folders);
        if known.contains(&whole) {
            *at = whole;
            return Ok(());
        }
        for part in folders.split('/') {
            at.push(part);
            match fs::create_dir(&*at) {
                // A link would lead elsewhere.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !fs::symlink_metadata(&*at)?.is_dir() {
                        return Err(io::ErrorKind::NotADirectory.into());
                    }
                }
                made => made?,
            }
        }
        known.insert(whole);
        Ok(())
    }
}

/// A file that was written whole stays; any other goes.
pub fn settle(path: &Path, is_whole: bool) {
    if !is_whole {
        // Nobody is left to tell; the member is told of as it is.
        let _ = fs::remove_file(path);
    }
    scratch::forget(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_made_below_the_folder_and_never_over_others() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(&folder.path().join("out")).unwrap();
        let (path, _file) = place.create("签到/一/a.jpg").unwrap();
        assert_eq!(path, folder.path().join("out/签到/一/a.jpg"));
        let again = place.create("签到/一/a.jpg").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        let below = place.create("签到/一/a.jpg/b").unwrap_err();
        assert_eq!(below.kind(), io::ErrorKind::NotADirectory);
        settle(&path, false);
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (folder.path().join("out"), folder.path().join("elsewhere"));
        fs::create_dir_all(&out).unwrap();
        fs::create_dir_all(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, out.join("签到")).unwrap();
        let place = Place::new(&out).unwrap();
        assert!(place.create("签到/a.jpg").is_err());
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    }
}
