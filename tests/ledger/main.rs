//! One contract for every ledger: each case runs on SQLite, and on a PostgreSQL that the test starts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod place;
mod server;
mod sqlite;

use place::Place;

#[test]
fn a_sqlite_ledger_keeps_the_contract() {
    for (name, case) in cases::all() {
        println!("sqlite: {name}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.db");
        case(&Place::new(&format!("sqlite:{}", file.display())));
    }
}

#[test]
fn a_postgresql_ledger_keeps_the_contract() {
    let Some(server) = server::Server::start() else {
        eprintln!("skipped: no PostgreSQL on this machine");
        return;
    };
    for (place, (name, case)) in cases::all().enumerate() {
        println!("postgresql: {name}");
        case(&Place::new(&server.database(&format!("case{place}"))));
    }
}

#[test]
fn a_cut_connection_is_made_again() {
    let Some(server) = server::Server::start() else { return };
    let place = Place::new(&server.database("cut"));
    let ledger = place.open();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = 'cut' AND pid <> pg_backend_pid()";
    place.sql(cut);
    let job = place::admit(&ledger, "march.xlsx", "a");
    place.sql(cut);
    assert_eq!(ledger.job(job).unwrap().bytes, 1000);
}
