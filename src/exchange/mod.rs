//! Endpoints: places that outputs go to. Each knows one way to carry a file there whole.

pub mod folder;

use std::path::{Path, PathBuf};

/// One way to carry files.
pub trait Endpoint {
    /// Carries a file there, under a name of its own if the name is taken by another file; the receiver never sees a
    /// part of it. Done again after a doubt, it does no harm: the same bytes under the name count as carried.
    /// Gives what proves it: where the file lies.
    ///
    /// # Errors
    /// The endpoint or the disk refuses.
    fn put(
        &self,
        source: &Path,
        folder: &str,
        name: &str,
        sha256: &str,
    ) -> Result<String, ExchangeError>;
}

/// Why a file was not carried.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file or the place refuses.
    #[error("cannot carry to {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What arrived is not what was sent.
    #[error("{path} is not what was sent")]
    Differs {
        /// The file.
        path: PathBuf,
    },
}
