//! A gateway's home on disk.

use std::fs;

use super::*;

fn home(gateway: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(FILE), gateway).unwrap();
    home
}

#[test]
fn without_a_file_everything_is_as_by_default() {
    let home = tempfile::tempdir().unwrap();
    let gateway = Gateway::load(home.path()).unwrap();
    let at = |name: &str| home.path().join(name);
    assert_eq!(gateway.home, home.path());
    assert_eq!(gateway.ledger, format!("sqlite:{}", at("ledger.sqlite").display()));
    assert_eq!(gateway.spool, at("spool"));
    assert_eq!(gateway.ledger_key.path(), Some(&*at("secrets/ledger.key")));
    assert_eq!(gateway.lookup_key.path(), Some(&*at("secrets/lookup.key")));
    assert_eq!((gateway.workers, gateway.limits), (2, Limits::default()));
    assert_eq!((gateway.web, gateway.retention_days), (None, None));
    assert_eq!((gateway.lang, gateway.log), (Lang::Zh, LogStyle::Human));
}

#[test]
fn a_home_that_is_not_there_is_told_with_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let lints = Gateway::load(&home.path().join("nowhere")).unwrap_err();
    assert!(lints.to_string().contains("name the gateway's home with --home"), "{lints}");
}

#[test]
fn localhost_is_a_loopback_address() {
    let home = home("version = 1\nweb = \"localhost:9640\"\n");
    let gateway = Gateway::load(home.path()).unwrap();
    assert_eq!(gateway.web, Some(([127, 0, 0, 1], 9640).into()));
}

#[test]
fn a_secret_is_read_where_it_is_and_never_shown() {
    let home = home(
        "version = 1\nledger = \"postgres://cme@db.example/gate\"\nledger_password = { file = \"pw\" }\n\
         ledger_key = { env = \"CMEGATE_TEST_NO_SUCH_VARIABLE\" }\n",
    );
    let gateway = Gateway::load(home.path()).unwrap();
    let missing = gateway.ledger_address().unwrap_err();
    assert!(missing.to_string().contains("check that it is there"), "{missing}");
    fs::write(home.path().join("pw"), "\n").unwrap();
    assert!(matches!(gateway.ledger_address(), Err(SecretError::Empty { .. })));
    fs::write(home.path().join("pw"), "a b\r\n").unwrap();
    assert_eq!(gateway.ledger_address().unwrap(), "postgres://cme:a%20b@db.example/gate");
    let unset = gateway.ledger_key.read().unwrap_err();
    assert!(unset.render(Lang::Zh).contains("CMEGATE_TEST_NO_SUCH_VARIABLE"));
    let shown = format!("{gateway:?}");
    assert!(shown.contains("***") && !shown.contains("a b"), "{shown}");
    assert_eq!(gateway.ledger_key.place(), "$CMEGATE_TEST_NO_SUCH_VARIABLE");
}

#[test]
fn a_broken_route_stops_only_itself() {
    let home = home("version = 1\n");
    for (name, text) in [
        ("a-good", "version = 1\n"),
        ("b-broken", "version = 1\nlabl = \"x\"\n"),
        ("c-good", "version = 1\nlabel = \"丙\"\nenabled = false\n"),
        (".hidden", "version = 1\n"),
    ] {
        fs::create_dir(home.path().join(name)).unwrap();
        fs::write(home.path().join(name).join("route.toml"), text).unwrap();
    }
    fs::create_dir(home.path().join("spool")).unwrap();
    let routes = Gateway::load(home.path()).unwrap().routes(&Catalogue::open(None));
    let told: Vec<(&str, Result<&str, String>)> = routes
        .iter()
        .map(|(name, route)| {
            let label = route.as_ref().map(|route| route.label.as_str());
            (name.as_str(), label.map_err(|lints| lints.0[0].message[1].clone()))
        })
        .collect();
    let mistake = Err("unknown key labl; did you mean label?".to_owned());
    assert_eq!(told, [("a-good", Ok("a-good")), ("b-broken", mistake), ("c-good", Ok("丙"))]);
    assert!(!routes[2].1.as_ref().unwrap().is_on);
}

#[test]
fn the_later_of_two_routes_that_meet_is_at_fault() {
    let home = home("version = 1\nspool = \"d/kept\"\n");
    for (name, text) in [
        ("a", "version = 1\nfolder = \"shared\"\n"),
        ("b", "version = 1\nfolder = \"x/../shared\"\n"),
        ("c", "version = 1\nfolder = \"shared/in/below\"\n"),
        ("d", "version = 1\n"),
        ("e", "version = 1\nfolder = \"shared\"\nenabled = false\n"),
        (
            "f",
            "version = 1\nfolder = \"shared\"\nfolders = { in = \"1\", done = \"2\", refused = \"3\", out = \"4\" }\n",
        ),
    ] {
        fs::create_dir(home.path().join(name)).unwrap();
        fs::write(home.path().join(name).join("route.toml"), text).unwrap();
    }
    let routes = Gateway::load(home.path()).unwrap().routes(&Catalogue::open(None));
    let lints = |at: usize| match &routes[at].1 {
        Ok(_) => Vec::new(),
        Err(lints) => lints.0.iter().map(|lint| (lint.line, &*lint.message[1])).collect(),
    };
    let met = "the folders are those of route a, or lie in them, or hold them";
    assert_eq!(lints(0), []);
    assert_eq!(lints(1), [(2, met)]);
    assert_eq!(lints(2), [(2, met)]);
    assert_eq!(lints(3).len(), 1);
    assert!(lints(3)[0].1.starts_with("the spool"), "{:?}", lints(3));
    assert_eq!(lints(4), []);
    assert_eq!(lints(5), []);
}
