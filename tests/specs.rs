//! Files that people write, one tiny case each: `tests/specs/valid/*.toml` has no lint, and beside each
//! `tests/specs/invalid/NAME.toml` stands `NAME.lints` with the exact lints in English, `line:column: message`.
//!
//! `gateway-*` is read as a `gateway.toml`, `route-*` as a `route.toml` of the gateway `tests/specs/gateway.toml`, anything
//! else by what it says.
//!
//! `CMEGATE_BLESS=1 cargo test --test specs` writes the `.lints` anew; read the difference before you keep it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use cmegate::{
    config::{Catalogue, Gateway, Route},
    spec::Lints,
};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs").join(folder);
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases
}

fn check(catalogue: &Catalogue, path: &Path) -> Lints {
    let name = path.file_stem().unwrap().to_str().unwrap();
    if name.starts_with("gateway-") {
        return Gateway::from_file(path).err().unwrap_or_default();
    }
    if name.starts_with("route-") {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs/gateway.toml");
        let gateway = Gateway::from_file(&home).unwrap();
        return Route::from_file(path, &gateway, catalogue, &[]).err().unwrap_or_default();
    }
    catalogue.check(&[path.to_owned()])
}

fn lints(catalogue: &Catalogue, path: &Path) -> String {
    let found = check(catalogue, path);
    let line = |lint: &cmegate::spec::Lint| {
        assert!(!lint.message[0].is_empty(), "no Chinese words for {}", lint.message[1]);
        format!("{}:{}: {}\n", lint.line, lint.column, lint.message[1])
    };
    found.0.iter().map(line).collect()
}

#[test]
fn a_valid_file_has_no_lint() {
    let catalogue = Catalogue::open(None);
    for case in cases("valid") {
        assert_eq!(lints(&catalogue, &case), "", "{}", case.display());
    }
}

#[test]
fn an_invalid_file_has_exactly_the_lints_beside_it() {
    let catalogue = Catalogue::open(None);
    let is_blessing = std::env::var_os("CMEGATE_BLESS").is_some();
    for case in cases("invalid") {
        let (found, beside) = (lints(&catalogue, &case), case.with_extension("lints"));
        assert_ne!(found, "", "{} has no lint", case.display());
        if is_blessing {
            fs::write(&beside, &found).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(found, expected, "{}", case.display());
    }
}
