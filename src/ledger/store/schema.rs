//! The tables, and the steps from each version to the next. A step that shipped is never changed.

use super::{Sql, Store};
use crate::ledger::LedgerError;

/// Steps from nothing to the newest version; the version is the number of steps taken.
const STEPS: &[&[&str]] = &[VERSION_1, VERSION_2];

static META: Sql = Sql::new(
    "make its tables",
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
);
static VERSION: Sql =
    Sql::new("tell its version", "SELECT value FROM meta WHERE name = 'schema-version'");
static SET_VERSION: Sql = Sql::new(
    "note its version",
    "INSERT INTO meta (name, value) VALUES ('schema-version', $1)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);

/// `BIGINT`, `TEXT` and `BYTEA` only: SQLite takes any name of a type, PostgreSQL knows these.
const VERSION_1: &[&str] = &[
    // One row. `advances` counts steps that jobs completed, so that deaths in a row can be told from
    // deaths between which work went on.
    "CREATE TABLE turn (one BIGINT PRIMARY KEY, advances BIGINT NOT NULL)",
    "INSERT INTO turn (one, advances) VALUES (1, 0)",
    "CREATE TABLE document (sha256 TEXT PRIMARY KEY, bytes BIGINT NOT NULL)",
    // `ready_at`: when a job may be claimed; of a leased one, when its lease ends; of a final one, nothing.
    "CREATE TABLE job (
       id BIGINT PRIMARY KEY, route TEXT NOT NULL, name BYTEA, name_hash BYTEA,
       sha256 TEXT REFERENCES document (sha256), plan TEXT NOT NULL, copy TEXT NOT NULL,
       state TEXT NOT NULL, outcome TEXT, fence BIGINT NOT NULL DEFAULT 0,
       lease_by TEXT, ready_at BIGINT, tries BIGINT NOT NULL DEFAULT 0,
       reader_deaths BIGINT NOT NULL DEFAULT 0, daemon_deaths BIGINT NOT NULL DEFAULT 0,
       death_mark BIGINT NOT NULL DEFAULT -1, sentence TEXT NOT NULL DEFAULT '',
       records BIGINT NOT NULL DEFAULT 0, held BIGINT NOT NULL DEFAULT 0,
       errors BIGINT NOT NULL DEFAULT 0, warnings BIGINT NOT NULL DEFAULT 0, input TEXT,
       corrects BIGINT, added BIGINT NOT NULL DEFAULT 0, changed BIGINT NOT NULL DEFAULT 0,
       gone BIGINT NOT NULL DEFAULT 0, same BIGINT NOT NULL DEFAULT 0, superseded BIGINT,
       arrived_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, delivered_at BIGINT,
       seen_again BIGINT NOT NULL DEFAULT 0, seen_at BIGINT, purged_at BIGINT)",
    "CREATE INDEX job_ready ON job (ready_at, id) WHERE ready_at IS NOT NULL",
    "CREATE INDEX job_lane_name ON job (name_hash, id) WHERE ready_at IS NOT NULL",
    "CREATE INDEX job_lane_bytes ON job (sha256, id) WHERE ready_at IS NOT NULL",
    "CREATE INDEX job_name ON job (name_hash, copy)",
    "CREATE INDEX job_bytes ON job (sha256)",
    "CREATE INDEX job_superseded ON job (superseded) WHERE superseded IS NOT NULL",
    // No foreign key on the largest table: its rows come and go with their job, in its transactions.
    "CREATE TABLE record (
       job BIGINT NOT NULL, grid BIGINT NOT NULL, line BIGINT NOT NULL, mark BIGINT NOT NULL,
       key BYTEA NOT NULL, content BYTEA NOT NULL, credits BIGINT, is_held BIGINT NOT NULL)",
    "CREATE INDEX record_job ON record (job)",
    // `mark` is the first half of the key: keys fall all over the index, so each commit rewrites as many
    // of its pages as it has records; half the width is half the pages.
    "CREATE INDEX record_mark ON record (mark)",
    "CREATE TABLE output (
       job BIGINT NOT NULL REFERENCES job (id), place BIGINT NOT NULL, target TEXT NOT NULL,
       folder TEXT NOT NULL, staged TEXT NOT NULL, name BYTEA, records BIGINT NOT NULL,
       sha256 TEXT NOT NULL, PRIMARY KEY (job, place))",
    "CREATE TABLE delivery (
       job BIGINT NOT NULL REFERENCES job (id), place BIGINT NOT NULL, output BIGINT NOT NULL,
       endpoint TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL, ready_at BIGINT,
       lease_by TEXT, fence BIGINT NOT NULL DEFAULT 0, tries BIGINT NOT NULL DEFAULT 0,
       sentence TEXT NOT NULL DEFAULT '', changed_at BIGINT NOT NULL, PRIMARY KEY (job, place))",
    "CREATE INDEX delivery_ready ON delivery (ready_at) WHERE ready_at IS NOT NULL",
    "CREATE TABLE receipt (
       job BIGINT NOT NULL, place BIGINT NOT NULL, at BIGINT NOT NULL, said TEXT NOT NULL,
       FOREIGN KEY (job, place) REFERENCES delivery (job, place))",
    "CREATE INDEX receipt_delivery ON receipt (job, place)",
    "CREATE TABLE chain (
       id BIGINT PRIMARY KEY, daemon TEXT NOT NULL UNIQUE, number BIGINT NOT NULL,
       hash BYTEA NOT NULL)",
    "CREATE TABLE event (
       chain BIGINT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
       job BIGINT NOT NULL, numbers TEXT NOT NULL, hash BYTEA NOT NULL,
       PRIMARY KEY (chain, number))",
];

/// Packages: how many signed by a person's count, and the evidence that was brought, to find what is used twice.
const VERSION_2: &[&str] = &[
    "ALTER TABLE job ADD COLUMN signed BIGINT",
    "CREATE TABLE evidence (
       job BIGINT NOT NULL, sha256 TEXT NOT NULL, look BYTEA, project TEXT NOT NULL)",
    "CREATE INDEX evidence_job ON evidence (job)",
];

/// Brings the tables to the newest version, in one transaction.
pub(super) fn migrate(store: &mut dyn Store, shown: &str) -> Result<(), LedgerError> {
    store.begin()?;
    let ran = migrate_in_turn(store, shown);
    match ran {
        Ok(()) => store.commit(),
        Err(error) => {
            store.rollback();
            Err(error)
        }
    }
}

fn migrate_in_turn(store: &mut dyn Store, shown: &str) -> Result<(), LedgerError> {
    store.run(&META, &[])?;
    let found = store.first(&VERSION, &[], |mut row| row.text())?;
    let found: i64 = found.and_then(|text| text.parse().ok()).unwrap_or(0);
    let known = STEPS.len() as i64;
    if found > known {
        return Err(LedgerError::Newer { ledger: shown.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        for text in *step {
            store.run(&Sql::new("make its tables", text), &[])?;
        }
    }
    store.run(&SET_VERSION, &[known.to_string().as_str().into()])?;
    Ok(())
}
