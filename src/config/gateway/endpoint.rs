//! Endpoints: places besides a route's own folders where outputs can go.

use std::path::{Path, PathBuf};

use super::{ledger, secret::Secret};
use crate::spec::Table;

/// The endpoint that every route has: its own `out/` folder.
pub const OUT: &str = "out";

/// A named place where outputs can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// What outlets call it.
    pub name: String,
    /// Where it is.
    pub place: Place,
}

/// Where an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder that this machine sees: a mounted share.
    Folder(PathBuf),
}

/// Types of endpoints: whether this version delivers there.
const TYPES: [(&str, bool); 9] = [
    ("folder", true),
    ("sftp", false),
    ("https", false),
    ("ftp", false),
    ("webdav", false),
    ("s3", false),
    ("mail", false),
    ("upload", false),
    ("relay", false),
];

/// Keys that hold a secret in some type.
const SECRETS: [&str; 5] = ["password", "key", "token", "secret_key", "passphrase"];

/// Other keys of types that this version knows by name only.
const LATER: [&str; 20] = [
    "host",
    "port",
    "user",
    "host_key",
    "url",
    "bucket",
    "region",
    "access_key",
    "from",
    "to",
    "cc",
    "subject",
    "server",
    "method",
    "headers",
    "certificate",
    "tls",
    "page",
    "timeout_secs",
    "passive",
];

/// Reads `[[endpoints]]`.
pub(super) fn read_all(table: &Table<'_>, home: &Path) -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut names: Vec<String> = vec![OUT.to_owned()];
    for entry in table.tables("endpoints") {
        let name = entry.required_string("name").unwrap_or_default();
        check_name(&entry, &name, &names);
        names.push(name.clone());
        if let Some(place) = place(&entry, home) {
            endpoints.push(Endpoint { name, place });
        }
        entry.close();
    }
    endpoints
}

fn check_name(entry: &Table<'_>, name: &str, names: &[String]) {
    if name == OUT {
        let (zh, en) = (
            "“out”是每条通道自己的 out 文件夹，请换个名字",
            "out is each route's own out folder; choose another name",
        );
        entry.lint("name", zh, en);
    } else if names.iter().any(|other| other == name) {
        entry.lint("name", format!("“{name}”重复"), format!("{name} stands twice"));
    } else if entry.has("name")
        && (name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control()))
    {
        let (zh, en) = ("名字不能为空，也不能有空格", "a name must not be empty nor hold spaces");
        entry.lint("name", zh, en);
    }
}

fn place(entry: &Table<'_>, home: &Path) -> Option<Place> {
    if !entry.has("type") {
        entry.lint("type", "缺少“type”", "type is missing");
    }
    match entry.choice("type", &TYPES) {
        Some(true) => {
            let folder = entry.required_string("folder")?;
            if folder.is_empty() {
                entry.lint("folder", "folder 不能为空", "folder must not be empty");
            }
            Some(Place::Folder(home.join(folder)))
        }
        known => {
            if known.is_some() {
                let (zh, en) = (
                    "本版本还不能投递到这种端点，只支持 type = \"folder\"",
                    "this version cannot deliver there yet; only type = \"folder\" works",
                );
                entry.lint("type", zh, en);
            }
            check_later(entry, home);
            None
        }
    }
}

/// Keys of types to come are known, and a secret among them is still told.
fn check_later(entry: &Table<'_>, home: &Path) {
    entry.has("folder");
    LATER.into_iter().for_each(|key| {
        entry.has(key);
    });
    for key in SECRETS {
        Secret::from_key(entry, key, home);
    }
    if entry.is_text("url") && entry.string("url").is_some_and(|url| ledger::has_password(&url)) {
        let (zh, en) = (
            "密码不能写在网址里；请写 password = { env = \"变量名\" }",
            "the address must not hold the password; write password = { env = \"NAME\" }",
        );
        entry.lint("url", zh, en);
    }
}
