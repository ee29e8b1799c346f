//! The folders of a route: where they are, and that none of them lies where it must not.

use std::path::{Component, Path, PathBuf};

use super::read::Around;
use crate::{
    config::{gateway::Place, vault::Vault},
    spec::Table,
};

/// A route's folders, absolute. Nobody made them yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteFolders {
    /// Holds the others: the route's own folder, or what `folder` names.
    pub base: PathBuf,
    /// Where documents are dropped.
    pub input: PathBuf,
    /// Originals of which something was delivered.
    pub done: PathBuf,
    /// Originals of which nothing was delivered, and what a person must mend.
    pub refused: PathBuf,
    /// What a platform takes.
    pub out: PathBuf,
    /// Outputs before they have their place: hidden, on the file system of the others, this route's own.
    pub staging: PathBuf,
}

/// Holds the staging folders.
const HIDDEN: &str = ".cmegate";

impl RouteFolders {
    /// The four folders that people see.
    pub fn shared(&self) -> [&Path; 4] {
        [&self.input, &self.done, &self.refused, &self.out]
    }
}

/// Reads `folder` and `folders`.
pub(super) fn read(table: &Table<'_>, name: &str, own: &Path, around: &Around<'_>) -> RouteFolders {
    let base = match table.string("folder") {
        Some(folder) if folder.trim().is_empty() => {
            table.lint("folder", "folder 不能为空", "folder must not be empty");
            own.to_owned()
        }
        Some(folder) => around.gateway.home.join(folder),
        None => own.to_owned(),
    };
    let [input, done, refused, out] = names(table).map(|name| base.join(name));
    let staging = base.join(HIDDEN).join(name);
    RouteFolders { base, input, done, refused, out, staging }
}

/// The names of the four folders, each below the same one.
fn names(table: &Table<'_>) -> [String; 4] {
    const KEYS: [&str; 4] = ["in", "done", "refused", "out"];
    let Some(folders) = table.table("folders") else { return KEYS.map(str::to_owned) };
    let mut earlier: Vec<String> = Vec::new();
    let names = KEYS.map(|key| {
        let name = folders.string(key).unwrap_or_else(|| key.to_owned());
        if !is_below(&name) || name.starts_with('.') {
            let (zh, en) = (
                format!("“{name}”应是本通道文件夹里的名字，不能是绝对路径、“..”或以点开头"),
                format!("{name} must name a folder below the route's own: not absolute, no .., no dot first"),
            );
            folders.lint(key, zh, en);
        }
        // Shares are looked at from Windows, where letters of either case are the same.
        let folded = name.trim_end_matches('/').to_lowercase();
        if earlier.iter().any(|other| overlaps(Path::new(other), Path::new(&folded))) {
            let (zh, en) = (
                format!("“{name}”与另一个文件夹相同或互相包含"),
                format!("{name} is another of these folders, or lies in one, or holds one"),
            );
            folders.lint(key, zh, en);
        }
        earlier.push(folded);
        name
    });
    folders.close();
    names
}

/// Whether a path leads to something below where it begins, by names that every system allows.
pub(super) fn is_below(path: &str) -> bool {
    let is_plain = |part| matches!(part, Component::Normal(_));
    let is_odd = |letter: char| letter.is_control() || "\\:*?\"<>|".contains(letter);
    !path.trim().is_empty() && !path.contains(is_odd) && Path::new(path).components().all(is_plain)
}

/// Lints folders that lie where they must not: with a ledger, a key or an endpoint inside them, or with another route's.
pub(super) fn check(table: &Table<'_>, folders: &RouteFolders, is_on: bool, around: &Around<'_>) {
    let (base, shared) = (resolved(&folders.base), folders.shared().map(resolved));
    let meets = |path: &Path| shared.iter().any(|folder| overlaps(folder, path));
    for ([zh, en], path) in around.gateway.private_paths() {
        // Whoever shares the route's folder shares what lies beside `in/`, too.
        if resolved(path).starts_with(&base) || meets(&resolved(path)) {
            let path = path.strip_prefix(&around.gateway.home).unwrap_or(path).display();
            table.lint(
                "folder",
                format!("{zh}（{path}）不能放在通道的共享文件夹里"),
                format!("{en} ({path}) must not lie in a route's shared folder"),
            );
        }
    }
    for endpoint in &around.gateway.endpoints {
        let Place::Folder(path) = &endpoint.place;
        if resolved(path).starts_with(&shared[0]) {
            let name = &endpoint.name;
            table.lint(
                "folder",
                format!("端点“{name}”在本通道的投递文件夹里，投出的文件会再次被收取"),
                format!("endpoint {name} lies in this route's in folder: what is sent would arrive again"),
            );
        }
    }
    for other in around.earlier.iter().filter(|other| is_on && other.is_on) {
        if other.folders.shared().map(resolved).iter().any(|path| meets(path)) {
            let name = &other.name;
            table.lint(
                "folder",
                format!("文件夹与通道“{name}”的相同或互相包含"),
                format!("the folders are those of route {name}, or lie in them, or hold them"),
            );
        }
    }
}

/// Lints a file of passwords that lies in a shared folder: this route's own file in any route's, or another route's
/// file in this one's.
pub(super) fn check_vaults(
    table: &Table<'_>,
    (folders, own): (&RouteFolders, Option<&Vault>),
    around: &Around<'_>,
) {
    let earlier = || around.earlier.iter();
    let bases = earlier().map(|route| &route.folders.base).chain([&folders.base]);
    let own = own.and_then(Vault::path);
    let is_shared = own.is_some_and(|path| bases.into_iter().any(|base| lies_in(path, base)));
    let others = earlier().filter_map(|route| route.passwords.as_ref()?.path());
    // The gateway's own file is told with its other secrets.
    let gateway = around.gateway.passwords.as_ref().and_then(Vault::path);
    let mut others = others.filter(|path| Some(*path) != gateway);
    let (zh, en) = (
        "密码文件不能放在通道的共享文件夹里",
        "a password file must not lie in a route's shared folder",
    );
    if is_shared {
        table.lint("passwords", zh, en);
    } else if others.any(|path| lies_in(path, &folders.base)) {
        table.lint("folder", zh, en);
    }
}

fn lies_in(path: &Path, folder: &Path) -> bool {
    resolved(path).starts_with(resolved(folder))
}

/// Whether two paths are the same, or one lies in the other.
fn overlaps(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The path without links and `..`, as far as it exists; the rest of it by its words.
fn resolved(path: &Path) -> PathBuf {
    let known = path.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    let Some((part, mut real)) = known else { return path.to_owned() };
    for component in path.strip_prefix(part).unwrap_or(Path::new("")).components() {
        match component {
            Component::ParentDir => drop(real.pop()),
            Component::Normal(name) => real.push(name),
            _ => {}
        }
    }
    real
}
