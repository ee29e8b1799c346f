//! The gateway's own file, `gateway.toml`: where the ledger is, how much may be done at once, where outputs can go.
//!
//! Every key may be left out, and so may the file: what is left out is said at the fields of [`Gateway`].
//! Relative paths lie beside the file, in the gateway's home.

mod endpoint;
mod ledger;
mod read;
mod secret;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub use endpoint::{Endpoint, OUT, Place};
pub use secret::{Secret, SecretError};

use super::{
    Catalogue,
    route::Route,
    source::{Source, unreadable},
    vault::Vault,
};
use crate::{model::Lang, spec::Lints};

/// The gateway's file in its home.
pub const FILE: &str = "gateway.toml";

/// A checked `gateway.toml`. All paths are absolute.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The folder that holds `gateway.toml` and the routes.
    pub home: PathBuf,
    /// `sqlite:/abs/path` (default: `ledger.sqlite` beside the file) or `postgres://…`, never with a password.
    pub ledger: String,
    /// The password of a PostgreSQL ledger.
    pub ledger_password: Option<Secret>,
    /// Originals and side-cars, sealed (default: `spool`).
    pub spool: PathBuf,
    /// Documents converted at once (default 2, at most 64).
    pub workers: usize,
    /// The key that seals spool and names (default: `secrets/ledger.key`).
    pub ledger_key: Secret,
    /// The key that people and records are looked up by (default: `secrets/lookup.key`).
    pub lookup_key: Secret,
    /// What a document or a retry may cost.
    pub limits: Limits,
    /// Where outputs can go besides the routes' `out/` folders.
    pub endpoints: Vec<Endpoint>,
    /// Where health and metrics are told (default: nowhere). A loopback address, unless `web_open = true`.
    pub web: Option<SocketAddr>,
    /// Days that originals and names are kept after a job ended (default: for ever). `purge` obeys it, nothing else.
    pub retention_days: Option<u32>,
    /// What this hospital is called, for `{unit}` in folders of outlets.
    pub unit: Option<String>,
    /// Language of reports and annotated workbooks (default: Chinese).
    pub lang: Lang,
    /// How the daemon writes its log (default: for people).
    pub log: LogStyle,
    /// Passwords of documents, for routes that name none (default: none).
    pub passwords: Option<Vault>,
}

/// What a document or a retry may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest document taken (default 1 GiB).
    pub max_bytes: u64,
    /// Attempts that the world may spoil before a job is stuck (default 8).
    pub max_tries: u32,
    /// How long a worker's lease lasts without being renewed (default 60).
    pub lease_secs: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_bytes: 1 << 30, max_tries: 8, lease_secs: 60 }
    }
}

/// How the daemon writes its log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStyle {
    /// One readable line per event, in the time of Shanghai.
    #[default]
    Human,
    /// One JSON object per line.
    Json,
}

impl LogStyle {
    /// The styles by their names.
    pub const NAMES: &[(&str, LogStyle)] = &[("human", LogStyle::Human), ("json", LogStyle::Json)];
}

impl Gateway {
    /// Reads `gateway.toml` in a home; without that file everything is as by default.
    ///
    /// # Errors
    /// Every mistake of the file, or one lint if the home is no folder.
    pub fn load(home: &Path) -> Result<Gateway, Lints> {
        if !home.is_dir() {
            let (zh, en) = (
                "没有这个文件夹；用 --home 指定网关文件夹",
                "there is no such folder; name the gateway's home with --home",
            );
            return Err(Lints::unreadable(home.to_owned(), zh.into(), en.into()));
        }
        let path = home.join(FILE);
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                read::parse(&path, "version = 1\n", home)
            }
            _ => Gateway::from_file(&path),
        }
    }

    /// Reads a file like `gateway.toml`; its folder is the home.
    ///
    /// # Errors
    /// Every mistake of the file.
    pub fn from_file(path: &Path) -> Result<Gateway, Lints> {
        let source = Source::from_disk(path)?;
        read::parse(path, &source.text, path.parent().unwrap_or(Path::new("")))
    }

    /// The routes in the home, by folder name: every sub-folder that holds a `route.toml`. A broken one
    /// stops nobody else. Between two routes whose folders meet, the later one is at fault.
    pub fn routes(&self, catalogue: &Catalogue) -> Vec<(String, Result<Route, Lints>)> {
        let names = match route_names(&self.home) {
            Ok(names) => names,
            Err(error) => return vec![(String::new(), Err(unreadable(&self.home, &error)))],
        };
        let mut routes: Vec<(String, Result<Route, Lints>)> = Vec::new();
        for name in names {
            let earlier: Vec<&Route> =
                routes.iter().filter_map(|(_, route)| route.as_ref().ok()).collect();
            let route = Route::load(&self.home.join(&name), self, catalogue, &earlier);
            routes.push((name, route));
        }
        routes
    }

    /// The endpoint of a name.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name == name)
    }

    /// The file of an SQLite ledger.
    pub fn ledger_file(&self) -> Option<&Path> {
        self.ledger.strip_prefix(ledger::SQLITE).map(Path::new)
    }

    /// The ledger's address as its database client wants it, with the password if there is one.
    /// Not for logs.
    ///
    /// # Errors
    /// The password cannot be read.
    pub fn ledger_address(&self) -> Result<String, SecretError> {
        match &self.ledger_password {
            None => Ok(self.ledger.clone()),
            Some(secret) => Ok(ledger::with_password(&self.ledger, &secret.read()?)),
        }
    }

    /// What must never lie in a folder that others see: ledger, spool, keys. Each with the word for it.
    pub(super) fn private_paths(&self) -> Vec<([&'static str; 2], &Path)> {
        let mut paths = vec![(["暂存区", "the spool"], self.spool.as_path())];
        if let Some(path) = self.ledger.strip_prefix(ledger::SQLITE) {
            paths.push((["账本", "the ledger"], Path::new(path)));
        }
        let secrets =
            [Some(&self.ledger_key), Some(&self.lookup_key), self.ledger_password.as_ref()];
        for path in secrets.into_iter().flatten().filter_map(Secret::path) {
            paths.push((["密钥", "a key"], path));
        }
        if let Some(path) = self.passwords.as_ref().and_then(Vault::path) {
            paths.push((VAULT, path));
        }
        paths
    }
}

/// The word for a file of passwords.
pub(super) const VAULT: [&str; 2] = ["密码文件", "a password file"];

/// Names of the folders that hold a `route.toml`, sorted; hidden ones are not looked at.
fn route_names(home: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        // A name that is not text cannot be told in logs and ledger.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let file = entry.path().join(super::route::FILE);
        if !name.starts_with('.') && file.symlink_metadata().is_ok() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
