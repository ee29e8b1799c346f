//! The database that several daemons share. One connection, made again when it breaks.

use std::{borrow::Cow, collections::HashMap, error::Error, time::Duration};

use postgres::{
    Client, Config, NoTls, Statement,
    config::Host,
    error::{DbError, Severity, SqlState},
    fallible_iterator::FallibleIterator,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{Row, Sql, Store, Value};
use crate::ledger::LedgerError;

/// The writer's turn: a number that nobody else uses, locked until the transaction ends.
/// (A lock on a table would need the table to be there, and two daemons may start on an empty database.)
const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(4993446653023372)";
/// How long to wait for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a PostgreSQL server.
pub(in crate::ledger) struct Postgres {
    config: Config,
    client: Client,
    ready: HashMap<Cow<'static, str>, Statement>,
    shown: String,
    is_in_turn: bool,
}

impl Postgres {
    /// Connects. TLS is not built in: an address that demands it is refused by the client.
    pub fn open(address: &str) -> Result<Postgres, LedgerError> {
        let mut config: Config = address.parse().map_err(|error: postgres::Error| {
            // Never show what could not be understood: it may hold a password.
            LedgerError::Unreachable { ledger: "postgres://…".to_owned(), source: error.into() }
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let shown = show(&config);
        let client = connect(&config, &shown)?;
        Ok(Postgres { config, client, ready: HashMap::new(), shown, is_in_turn: false })
    }

    /// Its address, without a password.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    fn connect_again(&mut self) -> Result<(), LedgerError> {
        self.ready.clear();
        self.is_in_turn = false;
        self.client = connect(&self.config, &self.shown)?;
        Ok(())
    }

    fn prepare(&mut self, sql: &Sql) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.ready.get(&sql.text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&sql.text)?;
        self.ready.insert(sql.text.clone(), statement.clone());
        Ok(statement)
    }

    /// Whether an error means that the connection is gone. A server that shuts down says so in an
    /// ordinary answer before it hangs up.
    fn is_cut(&self, error: &postgres::Error) -> bool {
        let severity = error.as_db_error().and_then(DbError::parsed_severity);
        self.client.is_closed()
            || error.is_closed()
            || matches!(severity, Some(Severity::Fatal | Severity::Panic))
    }

    fn try_rows(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row),
    ) -> Result<(), postgres::Error> {
        let statement = self.prepare(sql)?;
        let values = values.iter().map(|value| value as &(dyn ToSql + Sync));
        let mut rows = self.client.query_raw(&statement, values)?;
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(row.len());
            for column in 0..row.len() {
                values.push(owned(&row, column)?);
            }
            each(Row::new(values));
        }
        Ok(())
    }
}

fn connect(config: &Config, shown: &str) -> Result<Client, LedgerError> {
    let client = config.connect(NoTls);
    client.map_err(|error| LedgerError::Unreachable {
        ledger: shown.to_owned(),
        source: error.into(),
    })
}

fn show(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or_default();
    let name = config.get_dbname().unwrap_or(user);
    format!("postgres://{user}@{host}:{port}/{name}")
}

fn refused(what: &'static str, error: postgres::Error) -> LedgerError {
    let is_transient = match error.code() {
        // Connection lost, transaction to be repeated, no room, shutting down.
        Some(code) => {
            let class = code.code().get(..2).unwrap_or_default();
            matches!(class, "08" | "40" | "53" | "57") || *code == SqlState::LOCK_NOT_AVAILABLE
        }
        None => error.is_closed() || is_io(&error),
    };
    LedgerError::Refused { what, source: error.into(), is_transient }
}

fn is_io(error: &postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql(kind, out),
            Value::Text(text) => text.as_ref().to_sql(kind, out),
            Value::Bytes(bytes) => bytes.as_ref().to_sql(kind, out),
            Value::Hash(bytes) => bytes.as_slice().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

fn owned(row: &postgres::Row, column: usize) -> Result<Value<'static>, postgres::Error> {
    let kind = row.columns().get(column).map(postgres::Column::type_);
    Ok(match kind {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(column)?.into(),
        Some(&Type::INT4) => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
        Some(&Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
        _ => row
            .try_get::<_, Option<String>>(column)?
            .map_or(Value::Null, |text| Value::Text(Cow::Owned(text))),
    })
}

impl Store for Postgres {
    fn begin(&mut self) -> Result<(), LedgerError> {
        if self.is_in_turn {
            self.rollback();
        }
        if let Err(error) = self.client.batch_execute(BEGIN) {
            if !self.is_cut(&error) {
                let _ = self.client.batch_execute("ROLLBACK");
                return Err(refused("begin", error));
            }
            self.connect_again()?;
            self.client.batch_execute(BEGIN).map_err(|error| refused("begin", error))?;
        }
        self.is_in_turn = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LedgerError> {
        self.is_in_turn = false;
        self.client.batch_execute("COMMIT").map_err(|error| refused("commit", error))
    }

    fn rollback(&mut self) {
        self.is_in_turn = false;
        let _ = self.client.batch_execute("ROLLBACK");
    }

    fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        // Only ever within a turn: a connection that breaks here takes the whole turn with it.
        let values: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let ran = self.prepare(sql).and_then(|ready| self.client.execute(&ready, &values));
        ran.map_err(|error| refused(sql.what, error))
    }

    fn rows(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row),
    ) -> Result<(), LedgerError> {
        let mut has_begun = false;
        let mut first = |row| {
            has_begun = true;
            each(row);
        };
        match self.try_rows(sql, values, &mut first) {
            Err(error) if !self.is_in_turn && !has_begun && self.is_cut(&error) => {
                self.connect_again()?;
                self.try_rows(sql, values, each).map_err(|error| refused(sql.what, error))
            }
            ran => ran.map_err(|error| refused(sql.what, error)),
        }
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn reader(&self) -> Result<Option<Box<dyn Store>>, LedgerError> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, shown) in [
            ("postgres://me:secret@db.example:5433/cme", "postgres://me@db.example:5433/cme"),
            ("postgres://me@db.example", "postgres://me@db.example:5432/me"),
            ("host=/run/pg user=me password=secret", "postgres://me@/run/pg:5432/me"),
        ] {
            assert_eq!(show(&address.parse().unwrap()), shown);
        }
    }
}
