//! Names that programs give to files which are no documents.

/// Names that begin so: Office's and LibreOffice's locks, hidden files, recycle bins.
const BEGINNINGS: &[&str] = &["~$", ".", "$recycle", "@ea", "#recycle"];
/// Names that end so: files in the making, of browsers, transfer programs and editors; markers.
const ENDINGS: &[&str] = &[
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".opdownload",
    ".downloading",
    ".td",
    ".xltd",
    ".!ut",
    ".swp",
    ".lock",
    ".ok",
    "~",
];
/// Whole names: what file managers leave behind.
const NAMES: &[&str] = &["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];

/// Endings of documents: a folder that is called so is a mistake, not a department.
const DOCUMENTS: &[&str] = &[
    ".xlsx", ".xlsm", ".xltx", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt", ".zip", ".docx",
    ".doc", ".pdf",
];

/// Whether a file of this name is a lock, a file in the making, a marker or litter. Case does not matter.
pub fn is_temporary(name: &str) -> bool {
    is_hidden(name)
        || ENDINGS.iter().any(|ending| ends(name, ending))
        || NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a folder of this name is not entered. A department's folder may end as it likes.
pub(super) fn is_hidden(name: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| begins(name, beginning))
}

/// Whether a name is that of a document.
pub(super) fn is_document(name: &str) -> bool {
    DOCUMENTS.iter().any(|ending| ends(name, ending))
}

fn begins(name: &str, beginning: &str) -> bool {
    name.get(..beginning.len()).is_some_and(|part| part.eq_ignore_ascii_case(beginning))
}

fn ends(name: &str, ending: &str) -> bool {
    let start = name.len().checked_sub(ending.len());
    start.and_then(|start| name.get(start..)).is_some_and(|part| part.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_litter_are_told_from_documents() {
        for name in [
            "~$名单.xlsx",
            ".~lock.名单.xlsx#",
            "名单.TMP",
            "a.part",
            "a.CRDOWNLOAD",
            "x.download",
            "Thumbs.db",
            "THUMBS.DB",
            "desktop.ini",
            ".DS_Store",
            ".hidden.xlsx",
            "名单.xlsx.ok",
            "名单.xlsx~",
            "a.filepart",
            ".",
            "名单.xlsx.td",
            "$RECYCLE.BIN",
        ] {
            assert!(is_temporary(name), "{name}");
        }
        for name in [
            "名单.xlsx",
            "ok",
            "part.csv",
            "~名单.xls",
            "2024.temp.xlsx",
            "tmp",
            "",
            "继",
            "书",
            "token.csv",
            "thumbs.db.xlsx",
            "$a.xlsx",
            "book",
        ] {
            assert!(!is_temporary(name), "{name}");
        }
        assert!(is_document("名单.XLSX") && !is_document("1.内科") && !is_document("xlsx"));
    }
}
