//! What the outputs of a package's members are called after.

use std::collections::HashSet;

use crate::pipeline::fitting;

/// Gives every member a stem of its own.
#[derive(Default)]
pub struct Stems {
    taken: HashSet<String>,
}

impl Stems {
    /// `包` and `科室A/名单.xlsx` → `包.科室A-名单`; a number tells a second one apart.
    pub fn of(&mut self, package: &str, path: &str) -> String {
        let name = without_extension(path).replace('/', "-");
        let stem = fitting(&format!("{package}.{name}"));
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
pub fn without_extension(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    let cut = path.rfind('.').filter(|dot| *dot > name_at).unwrap_or(path.len());
    let stem = path.get(..cut).unwrap_or(path);
    stem.strip_suffix(".annotated").unwrap_or(stem)
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
    fn long_paths_that_begin_alike_keep_names_of_their_own() {
        let folder = "很长的文件夹".repeat(20);
        let mut stems = Stems::default();
        let (one, other) = (
            stems.of("包", &format!("{folder}/一.xlsx")),
            stems.of("包", &format!("{folder}/二.xlsx")),
        );
        assert!(one.len() < 200 && one != other, "{one}");
    }
}
