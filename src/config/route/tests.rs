//! Routes over the shipped catalogue, and the routes that ship.

use std::{fs, path::PathBuf};

use super::*;

fn route(text: &str) -> Result<Route, Lints> {
    route_with(text, &Catalogue::open(None))
}

fn route_with(text: &str, catalogue: &Catalogue) -> Result<Route, Lints> {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("rosters");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(FILE), text).unwrap();
    Route::load(&folder, &Gateway::load(home.path()).unwrap(), catalogue, &[])
}

#[test]
fn an_empty_route_is_as_by_default() {
    let route = route("version = 1\n").unwrap();
    assert_eq!((&*route.name, &*route.label), ("rosters", "rosters"));
    assert_eq!((route.settle_secs, route.poll_secs, route.needs_marker), (3, 5, false));
    assert_eq!((route.on_error, route.is_on), (OnError::HoldRows, true));
    assert!(route.inputs.is_empty() && route.packs.is_empty() && route.outlets.is_empty());
    let base = &route.folders.base;
    assert!(base.is_absolute() && base.ends_with("rosters"));
    assert_eq!(route.folders.input, base.join("in"));
    assert_eq!(route.folders.staging, base.join(".cmegate/rosters"));
}

#[test]
fn targets_of_several_outlets_are_written_once() {
    let text = "version = 1\n[[outlets]]\ntarget = \"canonical-csv\"\n[[outlets]]\ntarget = \"canonical-csv\"\nfolder = \"copy\"\n";
    assert_eq!(route(text).unwrap().targets(), ["canonical-csv"]);
}

#[test]
fn the_digest_changes_with_what_judges_and_with_nothing_else() {
    let digest = |text: &str| route(&format!("version = 1\n{text}")).unwrap().digest;
    let plain = digest("");
    for same in [
        "label = \"x\"",
        "settle_secs = 9",
        "retention_days = 3",
        "lang = \"zh\"",
        "folder = \"y\"",
    ] {
        assert_eq!(digest(same), plain, "{same}");
    }
    let mut seen = vec![plain];
    for other in [
        "on_error = \"hold-document\"",
        "lang = \"en\"",
        "packs = [\"beijing\"]",
        "packs = [\"beijing-2022\"]",
        "inputs = [\"hr-export\"]",
        "inputs = [\"learner-address-book\"]",
        "[[outlets]]\ntarget = \"beijing-cme-roster\"",
    ] {
        let digest = digest(other);
        assert!(!seen.contains(&digest), "{other}");
        seen.push(digest);
    }
}

#[test]
fn a_mended_dictionary_judges_anew() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("dictionaries");
    fs::create_dir(&folder).unwrap();
    let shipped = Catalogue::open(None).source(crate::config::FileKind::Dictionary, "sex").unwrap();
    fs::write(folder.join("sex.toml"), &*shipped.text).unwrap();
    let digest = |catalogue: &Catalogue| route_with("version = 1\n", catalogue).unwrap().digest;
    let before = digest(&Catalogue::open(Some(disk.path().to_owned())));
    assert_eq!(before, digest(&Catalogue::open(None)));
    fs::write(folder.join("sex.toml"), format!("{}\n# mended\n", shipped.text)).unwrap();
    assert_ne!(before, digest(&Catalogue::open(Some(disk.path().to_owned()))));
}

#[test]
fn a_mapping_with_mistakes_is_told_at_the_route_that_names_it() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().join("targets");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mine.toml"), "version = 1\n").unwrap();
    let catalogue = Catalogue::open(Some(disk.path().to_owned()));
    let lints =
        route_with("version = 1\n[[outlets]]\ntarget = \"mine\"\n", &catalogue).unwrap_err();
    assert_eq!(lints.0.len(), 1);
    assert_eq!(lints.0[0].line, 3);
    assert!(lints.0[0].message[1].contains("cmegate mapping check"), "{lints}");
}

#[test]
fn what_ships_is_without_lint() {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("watch-dirs");
    let routes = Gateway::load(&home).unwrap().routes(&Catalogue::open(None));
    let names: Vec<&str> = routes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["rosters", "sign-in"]);
    for (name, route) in &routes {
        let route = route.as_ref().unwrap();
        for folder in route.folders.shared() {
            assert!(folder.is_dir(), "{name} lacks {}", folder.display());
        }
    }
}
