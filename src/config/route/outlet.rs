//! Outlets: which target goes to which endpoint, into which folder, and when.

use super::{folders::is_below, names, read::Around, schedule::Schedule};
use crate::{config::gateway, spec::Table};

/// One target's way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlet {
    /// The target that is written.
    pub target: String,
    /// The endpoint's name; [`gateway::OUT`] is the route's own `out/`.
    pub endpoint: String,
    /// The folder at the endpoint, with placeholders; empty: its topmost. See [`Outlet::folder_for`].
    pub folder: String,
    /// When it is sent; `None`: at once.
    pub schedule: Option<Schedule>,
}

/// What the placeholders in an outlet's folder stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct FolderWords<'a> {
    /// `{unit}`: what the hospital is called.
    pub unit: &'a str,
    /// `{route}`: the route's name.
    pub route: &'a str,
    /// `{department}`: the sub-folder of `in/`, which may have several levels or none.
    pub department: &'a str,
    /// `{date}`: the day of arrival, `2026-03-01`.
    pub date: &'a str,
}

const PLACEHOLDERS: [&str; 4] = ["unit", "route", "department", "date"];

impl FolderWords<'_> {
    fn word(&self, name: &str) -> &str {
        match name {
            "unit" => self.unit,
            "route" => self.route,
            "department" => self.department,
            "date" => self.date,
            _ => "",
        }
    }
}

impl Outlet {
    /// The folder at the endpoint, `/` between levels, never leading out of it. A level that comes out empty is left out.
    pub fn folder_for(&self, words: &FolderWords<'_>) -> String {
        let mut filled = String::new();
        for part in parts(&self.folder) {
            match part {
                Part::Plain(text) => filled.push_str(text),
                Part::Placeholder(name) => filled.push_str(words.word(name)),
            }
        }
        let is_odd = |letter: char| letter.is_control() || "\\:*?\"<>|".contains(letter);
        let plain: String =
            filled.chars().map(|letter| if is_odd(letter) { '_' } else { letter }).collect();
        let levels = plain.split('/').map(|level| level.trim().trim_start_matches('.'));
        levels.filter(|level| !level.is_empty()).collect::<Vec<_>>().join("/")
    }
}

enum Part<'a> {
    Plain(&'a str),
    Placeholder(&'a str),
}

/// Splits a pattern at its braces; a brace without its partner is plain.
fn parts(pattern: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), pattern);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        parts.extend([Part::Plain(before), Part::Placeholder(name)]);
        rest = behind;
    }
    parts.push(Part::Plain(rest));
    parts
}

/// Reads `[[outlets]]`.
pub(super) fn read_all(
    table: &Table<'_>,
    kinds: Option<&[crate::model::Kind]>,
    around: &Around<'_>,
) -> Vec<Outlet> {
    let mut outlets: Vec<Outlet> = Vec::new();
    for entry in table.tables("outlets") {
        let outlet = Outlet {
            target: names::target(&entry, kinds, around.catalogue),
            endpoint: endpoint(&entry, around),
            folder: folder(&entry, around),
            schedule: schedule(&entry),
        };
        let is_same = |other: &Outlet| {
            other.target == outlet.target
                && other.endpoint == outlet.endpoint
                && other.folder == outlet.folder
        };
        if outlets.iter().any(is_same) {
            let (zh, en) = (
                "这个出口与前面的一个相同，同一文件会写两次",
                "an earlier outlet is the same: the file would be written twice",
            );
            entry.lint("target", zh, en);
        }
        outlets.push(outlet);
        entry.close();
    }
    outlets
}

fn endpoint(entry: &Table<'_>, around: &Around<'_>) -> String {
    let Some(name) = entry.string("endpoint") else { return gateway::OUT.to_owned() };
    if name != gateway::OUT && around.gateway.endpoint(&name).is_none() {
        let known = around.gateway.endpoints.iter().map(|endpoint| endpoint.name.as_str());
        entry.unknown("endpoint", &name, std::iter::once(gateway::OUT).chain(known));
    }
    name
}

/// The folder's pattern: every placeholder known, and nothing that leads out of the endpoint.
fn folder(entry: &Table<'_>, around: &Around<'_>) -> String {
    let Some(pattern) = entry.string("folder") else { return String::new() };
    let mut plain = String::new();
    for part in parts(&pattern) {
        match part {
            Part::Plain(text) => plain.push_str(text),
            Part::Placeholder(name) => {
                plain.push('x');
                if !PLACEHOLDERS.contains(&name) {
                    entry.unknown("folder", name, PLACEHOLDERS);
                } else if name == "unit" && around.gateway.unit.is_none() {
                    let (zh, en) = (
                        "{unit} 需要在 gateway.toml 里写 unit = \"本单位名称\"",
                        "{unit} needs unit = \"NAME\" in gateway.toml",
                    );
                    entry.lint("folder", zh, en);
                }
            }
        }
    }
    if plain.contains(['{', '}']) {
        let (zh, en) = ("花括号不成对", "a brace has no partner");
        entry.lint("folder", zh, en);
    } else if !is_below(&plain) {
        let (zh, en) = (
            "folder 应是端点里的文件夹，不能是绝对路径或“..”",
            "folder must lie below the endpoint: not absolute, no ..",
        );
        entry.lint("folder", zh, en);
    }
    pattern
}

fn schedule(entry: &Table<'_>) -> Option<Schedule> {
    super::schedule::read(entry, "schedule")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_filled_and_never_leads_out_of_its_endpoint() {
        let words = FolderWords {
            unit: "市/医院",
            route: "rosters",
            department: "../儿科: 一/ 二",
            date: "2026-03-01",
        };
        for (pattern, filled) in [
            ("", ""),
            ("incoming/{unit}", "incoming/市/医院"),
            ("{route}-{date}", "rosters-2026-03-01"),
            ("a/{department}/b", "a/儿科_ 一/二/b"),
        ] {
            let outlet = Outlet {
                target: String::new(),
                endpoint: String::new(),
                folder: pattern.to_owned(),
                schedule: None,
            };
            assert_eq!(outlet.folder_for(&words), filled, "{pattern}");
            let nothing = FolderWords::default();
            assert!(!outlet.folder_for(&nothing).contains("//"), "{pattern}");
        }
    }
}
