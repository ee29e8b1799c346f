//! Packs by name: their text is ours, their rules are the rules floor's.

use std::{path::Path, sync::Arc};

use super::{Catalogue, ConfigError};
use crate::rules::{Pack, PackUse, pack};

impl Catalogue {
    /// The packs that a name stands for: a dated name pins one version; a family's name brings all its
    /// versions, of which the one in force on a record's date judges it.
    ///
    /// # Errors
    /// The name is unknown, or a file has mistakes.
    pub fn packs(&self, name: &str) -> Result<Vec<PackUse>, ConfigError> {
        let mut family = Vec::new();
        for known in self.pack_names().into_iter().filter(|known| known.starts_with(name)) {
            let pack = self.pack(known)?;
            if known != name && pack.family == name {
                family.push(PackUse { pack, is_pinned: false });
            }
        }
        if family.is_empty() {
            family.push(PackUse { pack: self.pack(name)?, is_pinned: true });
        }
        Ok(family)
    }

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
