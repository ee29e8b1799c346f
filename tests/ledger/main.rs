//! One contract for every ledger: each case runs on SQLite, and on a PostgreSQL that the test starts.

mod cases;
mod place;
mod server;

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
