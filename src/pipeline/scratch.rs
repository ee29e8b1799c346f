//! A private folder for what is unpacked or unlocked on the way. It goes when the journey ends, however it ends.

use std::path::Path;

use super::ConvertError;
use crate::disk;

/// The folder; removed with everything in it when dropped.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Makes one inside `parent`, or where the system keeps such folders. Nobody else may look into it.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn create(parent: Option<&Path>) -> Result<Scratch, ConvertError> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let made = tempfile::Builder::new().prefix(".cmegate-").tempdir_in(&parent);
        let made = made.map_err(|source| ConvertError::io(&parent, source))?;
        disk::private_folder(made.path())
            .map_err(|source| ConvertError::io(made.path(), source))?;
        Ok(Scratch(made))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
