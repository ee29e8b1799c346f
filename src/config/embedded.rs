//! The files inside the program: everything under `mappings/`, one line each. A test compares the table with the folder.

use std::path::Path;

use super::FileKind;

/// Puts the text of each named file in a table.
macro_rules! texts {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../mappings/", $path)))),*]
    };
}

/// What `run` puts into a home that is not there yet.
pub const SHIPPED_HOME: &[(&str, &str)] = &[
    ("gateway.toml", include_str!("../../watch-dirs/gateway.toml")),
    ("rosters/route.toml", include_str!("../../watch-dirs/rosters/route.toml")),
    ("sign-in/route.toml", include_str!("../../watch-dirs/sign-in/route.toml")),
];

const INPUTS: &[(&str, &str)] = texts![
    "inputs/credit-list.toml",
    "inputs/hr-export.toml",
    "inputs/learner-address-book.toml",
    "inputs/project-list.toml",
    "inputs/sign-in-list.toml",
    "inputs/staff-master.toml",
];

const DICTIONARIES: &[(&str, &str)] = texts![
    "dictionaries/aid-place.toml",
    "dictionaries/award-level.toml",
    "dictionaries/cert-kind.toml",
    "dictionaries/cert-medium.toml",
    "dictionaries/cert-state.toml",
    "dictionaries/course-kind.toml",
    "dictionaries/credit-class.toml",
    "dictionaries/credit-route.toml",
    "dictionaries/education.toml",
    "dictionaries/exam.toml",
    "dictionaries/filed.toml",
    "dictionaries/host-kind.toml",
    "dictionaries/id-type.toml",
    "dictionaries/institution-level.toml",
    "dictionaries/paper-language.toml",
    "dictionaries/review-state.toml",
    "dictionaries/sex.toml",
    "dictionaries/speaker.toml",
    "dictionaries/study-mode.toml",
    "dictionaries/subject2-2022.toml",
    "dictionaries/subject3-2022.toml",
    "dictionaries/title-level.toml",
    "dictionaries/title.toml",
    "dictionaries/training-stage.toml",
    "dictionaries/verified.toml",
    "dictionaries/yes-no.toml",
];

const TARGETS: &[(&str, &str)] = texts![
    "targets/beijing-cme-roster.toml",
    "targets/canonical-csv.toml",
    "targets/canonical-jsonl.toml",
    "targets/his-credit-csv.toml",
    "targets/national-cme-roster.toml",
];

const PACKS: &[(&str, &str)] = texts![
    "packs/anyang-2022.toml",
    "packs/beijing-2022.toml",
    "packs/elsewhere.toml",
    "packs/hebei-draft.toml",
    "packs/henan-2022.toml",
    "packs/hospital-2023.toml",
    "packs/national-2006.toml",
    "packs/national-2024.toml",
];

const TEMPLATES: &[(&str, &[u8])] = &[
    (
        "targets/templates/beijing-cme-roster.xlsx",
        include_bytes!("../../mappings/targets/templates/beijing-cme-roster.xlsx"),
    ),
    (
        "targets/templates/national-cme-roster.xlsx",
        include_bytes!("../../mappings/targets/templates/national-cme-roster.xlsx"),
    ),
];

/// The files of a kind: path under `mappings/`, text.
pub(super) fn texts(kind: FileKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        FileKind::Input => INPUTS,
        FileKind::Dictionary => DICTIONARIES,
        FileKind::Target => TARGETS,
        FileKind::Pack => PACKS,
    }
}

/// The bytes of a template, by its path from `mappings/` on.
pub(super) fn template(path: &Path) -> Option<&'static [u8]> {
    let path = path.strip_prefix("mappings").ok()?;
    TEMPLATES.iter().find(|(name, _)| Path::new(name) == path).map(|(_, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_below(folder: &Path, found: &mut Vec<String>, root: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files_below(&path, found, root);
            } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "xlsx") {
                let below = path.strip_prefix(root).unwrap();
                found.push(below.to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings");
        let mut on_disk = Vec::new();
        files_below(&root, &mut on_disk, &root);
        on_disk.sort();
        let texts = FileKind::ALL.into_iter().flat_map(texts).map(|(path, _)| (*path).to_owned());
        let templates = TEMPLATES.iter().map(|(path, _)| (*path).to_owned());
        let mut embedded: Vec<_> = texts.chain(templates).collect();
        embedded.sort();
        assert_eq!(embedded, on_disk);
    }
}
