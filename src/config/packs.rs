//! Packs by name: their text is ours, their rules are the rules floor's.

use std::{path::Path, sync::Arc};

use super::{Catalogue, ConfigError};
use crate::rules::{Pack, pack};

impl Catalogue {
    /// A pack by name, or by the path of a TOML file.
    ///
    /// # Errors
    /// The name is unknown, or the file has mistakes.
    pub fn pack(&self, name: &str) -> Result<Arc<Pack>, ConfigError> {
        let (path, text) = self.pack_source(name)?;
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Arc::new(pack::read(&stem.unwrap_or_default(), &path, &text)?))
    }
}
