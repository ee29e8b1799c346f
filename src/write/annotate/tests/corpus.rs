//! Every workbook of the corpus, if it is there.

use super::*;

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("CMEGATE_SHARED").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no shared folder");
    None
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for found_path in std::fs::read_dir(folder).unwrap() {
        let path = found_path.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "xlsx" || ending == "xlsm") {
            found.push(path);
        }
    }
    found.sort();
}

/// The tags of a part; lists of parts and properties may come in another order.
fn sorted_tags(bytes: &[u8]) -> Vec<&[u8]> {
    let mut tags: Vec<&[u8]> = bytes.split(|byte| *byte == b'<').collect();
    if bytes.len() < 1 << 16 {
        tags.sort_unstable();
    }
    tags
}

/// Parts that change in every annotated workbook.
fn may_change(name: &str) -> bool {
    let name = name.to_lowercase().replace('\\', "/");
    [
        "content_types",
        "_rels/",
        "workbook.xml",
        "style",
        "custom",
        "/sheet",
        "comments",
        "vml",
        "data.xml",
    ]
    .iter()
    .any(|part| name.contains(part))
}

#[test]
fn every_workbook_of_the_corpus_is_annotated_and_keeps_its_other_parts() {
    let Some(shared) = shared() else { return };
    let mut paths = Vec::new();
    files_below(&shared.join("corpus"), &mut paths);
    files_below(&shared.join("fixtures"), &mut paths);
    let folder = tempfile::tempdir().unwrap();
    let (mut done, mut refused) = (0, Vec::new());
    for path in paths {
        let marks: Vec<Mark> = [(2, 0), (3, 2), (3, 5), (40, 1)]
            .map(|(row, column)| mark(Place::cell(0, row, column), Severity::Error, "试"))
            .into();
        let issues = [issue(Place::cell(0, 3, 2))];
        let (once, twice) = (folder.path().join("1.xlsx"), folder.path().join("2.xlsx"));
        if let Err(fault) = annotate_workbook(&path, &annotations(&marks, &issues), &once) {
            refused.push(format!("{}: {fault}", path.display()));
            continue;
        }
        done += 1;
        if path.metadata().unwrap().len() > 200_000 {
            // Without optimisation, unpacking takes seconds there.
            continue;
        }
        let (before, after) = (parts_of(&path), parts_of(&once));
        for (name, bytes) in &before {
            if !may_change(name) {
                assert!(after.get(name) == Some(bytes), "{}: {name}", path.display());
            }
            if name.ends_with(".xml") || name.ends_with(".rels") {
                // A second member of a changed part's name is left out.
                let now = after.get(name).unwrap_or(bytes);
                let is_new = fault_of(bytes).is_none() && fault_of(now).is_some();
                assert!(!is_new, "{}: {name}", path.display());
            }
        }
        annotate_workbook(&once, &annotations(&marks, &issues), &twice).unwrap();
        let again = parts_of(&twice);
        assert_eq!(after.len(), again.len(), "{}", path.display());
        for (name, bytes) in &after {
            let is_same = bytes == &again[name] || sorted_tags(bytes) == sorted_tags(&again[name]);
            assert!(is_same, "{}: {name}", path.display());
        }
    }
    eprintln!("annotated {done}; refused: {refused:#?}");
    assert!(done >= 60);
}
