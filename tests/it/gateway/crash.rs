//! Power cuts: the program dies at every named point, for real, and is started again.

use std::os::unix::process::ExitStatusExt;

use cmegate::disk::crash::POINTS;

use super::{Home, sample};

/// Three documents: one with held rows, one that nobody can open, one in a department's folder.
fn furnished() -> Home {
    let home = Home::new("");
    home.drop_in("名册.csv", sample("区县上报学员名册_GBK.csv"));
    home.drop_in("坏文件.xlsx", b"PK\x03\x04 no workbook");
    home.drop_in("儿科/通讯录.xlsx", sample("学员通讯录_两行表头.xlsx"));
    home
}

/// What may differ between two homes is not here: ids and times.
fn ends(home: &Home) -> (Vec<(String, String)>, Vec<String>) {
    let mut states = home.states();
    states.sort();
    let files = home.files().into_iter().map(|(name, digest)| {
        // A workbook that was annotated holds no time either: digests are compared as they are.
        format!("{name} {digest:016x}")
    });
    (states, files.collect())
}

#[test]
fn killed_anywhere_every_document_still_leaves_once() {
    let undisturbed = furnished();
    undisturbed.once(1);
    let expected = ends(&undisturbed);
    assert_eq!(expected.0.len(), 3, "{expected:?}");
    assert!(undisturbed.names("in").is_empty());
    for point in POINTS {
        for times in [1, 2, 3] {
            let home = furnished();
            let ran = home
                .command(&["run", "--once"])
                .env("CMEGATE_CRASH_AT", format!("{point}:{times}"))
                .output()
                .unwrap();
            let was_killed = ran.status.signal() == Some(9);
            assert!(was_killed || times > 1, "{point}: {:?}", ran.status);
            // What is left to do may have findings, or nothing at all.
            let again = home.run(&["run", "--once"]);
            assert!(matches!(again.status.code(), Some(0 | 1)), "{point}:{times} {again:?}");
            assert_eq!(ends(&home), expected, "{point}:{times}");
            let verified = home.run(&["jobs", "verify"]);
            assert!(verified.status.success(), "{point}:{times}");
        }
    }
}
