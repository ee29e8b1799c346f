//! What the outputs of a package's members are called after.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::text::digest::hex;

/// Longest part of a name that comes from a member's path: with the package's own name, the target's and an
/// extension it stays below the 255 bytes that file systems allow.
const MAX_BYTES: usize = 90;

/// Gives every member a stem of its own.
#[derive(Default)]
pub struct Stems {
    taken: HashSet<String>,
}

impl Stems {
    /// `包` and `科室A/名单.xlsx` → `包.科室A-名单`; a number tells a second one apart.
    pub fn of(&mut self, package: &str, path: &str) -> String {
        let name = shorten(&without_extension(path).replace('/', "-"));
        let stem = format!("{package}.{name}");
        let mut free = stem.clone();
        let mut number = 2;
        while !self.taken.insert(free.to_lowercase()) {
            free = format!("{stem}-{number}");
            number += 1;
        }
        free
    }
}

/// The path without the extension of its last part, nor the mark of our annotated copies.
fn without_extension(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    let cut = path.rfind('.').filter(|dot| *dot > name_at).unwrap_or(path.len());
    let stem = path.get(..cut).unwrap_or(path);
    stem.strip_suffix(".annotated").unwrap_or(stem)
}

/// Keeps the end of a long name, where files differ, behind a few digits of its digest.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let digest = hex(&Sha256::digest(name.as_bytes()));
    let from = name.len() - MAX_BYTES + 9;
    let at = (from..name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(name.len());
    format!("{}-{}", digest.get(..8).unwrap_or_default(), name.get(at..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_folders_and_never_share_a_stem() {
        let mut stems = Stems::default();
        for (path, stem) in [
            ("名单.xlsx", "包.名单"),
            ("科室A/名单.xlsx", "包.科室A-名单"),
            ("科室A-名单.xls", "包.科室A-名单-2"),
            ("名单.annotated.xlsx", "包.名单-2"),
            ("签到.v2/名单", "包.签到.v2-名单"),
            (".hidden", "包..hidden"),
        ] {
            assert_eq!(stems.of("包", path), stem, "{path}");
        }
    }

    #[test]
    fn a_long_path_is_cut_from_its_front() {
        let long = format!("{}/名单.xlsx", "很长的文件夹".repeat(20));
        let stem = Stems::default().of("包", &long);
        assert!(stem.len() < 120 && stem.ends_with("名单"), "{stem}");
    }
}
