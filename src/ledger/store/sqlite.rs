//! The built-in database: one file, one connection, full sync at every commit.

use std::{borrow::Cow, fs, io, path::Path, time::Duration};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, Statement, ToSql,
    types::{ToSqlOutput, ValueRef},
};

use super::{Row, Sql, Store, Value};
use crate::{disk, ledger::LedgerError};

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements kept prepared; there are fewer.
const STATEMENTS: usize = 160;
/// Files up to this size are looked through at every start.
const SMALL_BYTES: u64 = 8 << 20;

/// A connection to a SQLite file.
pub(in crate::ledger) struct Sqlite {
    connection: Connection,
    shown: String,
}

impl Sqlite {
    /// Opens or makes the file.
    pub fn open(path: &str) -> Result<Sqlite, LedgerError> {
        let shown = format!("sqlite:{path}");
        let size = match fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            Err(_) => make(path, &shown)?,
        };
        refuse_network(path, &shown)?;
        let connection = connect(path).map_err(|error| unreachable(&shown, error))?;
        let store = Sqlite { connection, shown };
        store.set_up(size).map_err(|error| unreachable(&store.shown, error))?;
        if size > 0 && size <= SMALL_BYTES {
            store.look_through()?;
        }
        Ok(store)
    }

    fn set_up(&self, size: u64) -> Result<(), rusqlite::Error> {
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Touches the file, so that a damaged one is noticed before anything is written.
        if size > 0 {
            self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        }
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        // What is purged leaves no trace in free pages.
        self.connection.pragma_update(None, "secure_delete", true)?;
        self.connection.pragma_update(None, "temp_store", "MEMORY")?;
        self.connection.pragma_update(None, "cache_size", -32_768)?;
        self.connection.pragma_update(None, "wal_autocheckpoint", 4000)
    }

    fn look_through(&self) -> Result<(), LedgerError> {
        let said: Result<String, _> =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        match said {
            Ok(said) if said == "ok" => Ok(()),
            Ok(said) => {
                Err(LedgerError::Corrupt { ledger: self.shown.clone(), source: said.into() })
            }
            Err(error) => Err(unreachable(&self.shown, error)),
        }
    }

    fn refused(&self, what: &'static str, error: rusqlite::Error) -> LedgerError {
        if is_damage(&error) {
            return LedgerError::Corrupt { ledger: self.shown.clone(), source: error.into() };
        }
        let is_transient = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::OutOfMemory
            )
        );
        LedgerError::Refused { what, source: error.into(), is_transient }
    }

    fn plain(&self, what: &'static str, text: &str) -> Result<(), LedgerError> {
        let ran = self.connection.prepare_cached(text).and_then(|mut ready| ready.execute([]));
        ran.map(drop).map_err(|error| self.refused(what, error))
    }
}

fn connect(path: &str) -> Result<Connection, rusqlite::Error> {
    // No URI names: a path is a path, whatever signs it holds.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(Path::new(path), flags)
}

/// Makes an empty file that only we may read; SQLite gives the files beside it the same rights.
fn make(path: &str, shown: &str) -> Result<u64, LedgerError> {
    match disk::write_private(Path::new(path), b"") {
        Ok(()) => Ok(0),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(0),
        Err(error) => {
            Err(LedgerError::Unreachable { ledger: shown.to_owned(), source: error.into() })
        }
    }
}

/// Over a network, locks lie and shared memory is not shared: two daemons would ruin the file.
fn refuse_network(path: &str, shown: &str) -> Result<(), LedgerError> {
    match disk::network_kind(Path::new(path)) {
        Ok(Some(kind)) => Err(LedgerError::OnNetwork { ledger: shown.to_owned(), kind }),
        // What cannot be told is not held against it.
        Ok(None) | Err(_) => Ok(()),
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

fn unreachable(shown: &str, error: rusqlite::Error) -> LedgerError {
    let ledger = shown.to_owned();
    if is_damage(&error) {
        LedgerError::Corrupt { ledger, source: error.into() }
    } else {
        LedgerError::Unreachable { ledger, source: error.into() }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Hash(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn bind(ready: &mut Statement<'_>, values: &[Value<'_>]) -> Result<(), rusqlite::Error> {
    for (place, value) in values.iter().enumerate() {
        ready.raw_bind_parameter(place + 1, value)?;
    }
    Ok(())
}

impl Store for Sqlite {
    fn begin(&mut self) -> Result<(), LedgerError> {
        // A panic may have left a transaction open.
        if !self.connection.is_autocommit() {
            self.rollback();
        }
        self.plain("begin", "BEGIN IMMEDIATE")
    }

    fn commit(&mut self) -> Result<(), LedgerError> {
        self.plain("commit", "COMMIT")
    }

    fn rollback(&mut self) {
        // After some errors SQLite has rolled back by itself; then there is nothing to do.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        let ran = self.connection.prepare_cached(&sql.text).and_then(|mut ready| {
            bind(&mut ready, values)?;
            ready.raw_execute()
        });
        ran.map(|touched| touched as u64).map_err(|error| self.refused(sql.what, error))
    }

    fn rows(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row),
    ) -> Result<(), LedgerError> {
        let ran = self.connection.prepare_cached(&sql.text).and_then(|mut ready| {
            bind(&mut ready, values)?;
            let columns = ready.column_count();
            let mut rows = ready.raw_query();
            while let Some(row) = rows.next()? {
                let mut values = Vec::with_capacity(columns);
                for column in 0..columns {
                    values.push(owned(row.get_ref(column)?));
                }
                each(Row::new(values));
            }
            Ok(())
        });
        ran.map_err(|error| self.refused(sql.what, error))
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn reader(&self) -> Result<Option<Box<dyn Store>>, LedgerError> {
        let path = self.shown.strip_prefix("sqlite:").unwrap_or(&self.shown);
        let opened = connect(path).and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS);
            connection.pragma_update(None, "cache_size", -8_192)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        });
        let connection = opened.map_err(|error| unreachable(&self.shown, error))?;
        Ok(Some(Box::new(Sqlite { connection, shown: self.shown.clone() })))
    }
}

fn owned(value: ValueRef<'_>) -> Value<'static> {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(Cow::Owned(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Blob(bytes) => Value::Bytes(Cow::Owned(bytes.to_vec())),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}
