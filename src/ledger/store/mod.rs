//! The small trait behind which the two databases stand. Knows values and statements, not jobs.

mod postgres;
mod schema;
mod sqlite;

use std::borrow::Cow;

pub(super) use self::{postgres::Postgres, sqlite::Sqlite};
use crate::ledger::LedgerError;

/// A statement: `$n` numbered in order of first use, so that both databases count alike.
pub(super) struct Sql {
    /// Completes "the ledger refused to …".
    pub what: &'static str,
    /// The statement.
    pub text: Cow<'static, str>,
}

impl Sql {
    /// A statement as written.
    pub const fn new(what: &'static str, text: &'static str) -> Sql {
        Sql { what, text: Cow::Borrowed(text) }
    }
}

/// What goes into a statement and comes out of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// `BIGINT`.
    Int(i64),
    /// `TEXT`.
    Text(Cow<'a, str>),
    /// `BYTEA`.
    Bytes(Cow<'a, [u8]>),
    /// `BYTEA`, a keyed hash: there are millions of them.
    Hash([u8; 16]),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Value::Int(number as i64)
    }
}

impl From<bool> for Value<'_> {
    fn from(is: bool) -> Self {
        Value::Int(i64::from(is))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(Cow::Owned(bytes))
    }
}

impl From<[u8; 16]> for Value<'_> {
    fn from(bytes: [u8; 16]) -> Self {
        Value::Hash(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, read from left to right. A column of another type reads as nothing.
pub(super) struct Row(std::vec::IntoIter<Value<'static>>);

impl Row {
    fn new(values: Vec<Value<'static>>) -> Row {
        Row(values.into_iter())
    }

    /// Next column, a number or nothing.
    pub fn maybe_int(&mut self) -> Option<i64> {
        match self.0.next() {
            Some(Value::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// Next column, a number.
    pub fn int(&mut self) -> i64 {
        self.maybe_int().unwrap_or_default()
    }

    /// Next column, a number that is not negative.
    pub fn count(&mut self) -> u64 {
        u64::try_from(self.int()).unwrap_or_default()
    }

    /// Next column, a small number that is not negative.
    pub fn small(&mut self) -> u32 {
        u32::try_from(self.int()).unwrap_or_default()
    }

    /// Next column, a text or nothing.
    pub fn maybe_text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::Text(text)) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// Next column, a text.
    pub fn text(&mut self) -> String {
        self.maybe_text().unwrap_or_default()
    }

    /// Next column, bytes or nothing.
    pub fn maybe_bytes(&mut self) -> Option<Vec<u8>> {
        match self.0.next() {
            Some(Value::Bytes(bytes)) => Some(bytes.into_owned()),
            _ => None,
        }
    }

    /// Next column, a keyed hash.
    pub fn hash(&mut self) -> [u8; 16] {
        self.maybe_bytes().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
    }
}

/// One connection to one database. Writers take turns: between `begin` and its end nobody else writes.
pub(super) trait Store: Send {
    /// Takes the writer's turn.
    fn begin(&mut self) -> Result<(), LedgerError>;
    /// Makes everything since `begin` durable.
    fn commit(&mut self) -> Result<(), LedgerError>;
    /// Forgets everything since `begin`.
    fn rollback(&mut self);
    /// Runs a statement; how many rows it touched.
    fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, LedgerError>;
    /// Runs a statement and hands over each row of its answer.
    fn rows(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row),
    ) -> Result<(), LedgerError>;
    /// Whether several daemons may work on this database.
    fn is_shared(&self) -> bool;
    /// A second connection, for questions only, where answers come while somebody writes; it sees what was committed.
    fn reader(&self) -> Result<Option<Box<dyn Store>>, LedgerError>;
}

impl dyn Store + '_ {
    /// What `read` makes of each row.
    pub fn list<T>(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        mut read: impl FnMut(Row) -> T,
    ) -> Result<Vec<T>, LedgerError> {
        let mut list = Vec::new();
        self.rows(sql, values, &mut |row| list.push(read(row)))?;
        Ok(list)
    }

    /// What `read` makes of the first row, if there is one.
    pub fn first<T>(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        mut read: impl FnMut(Row) -> T,
    ) -> Result<Option<T>, LedgerError> {
        let mut first = None;
        self.rows(sql, values, &mut |row| {
            if first.is_none() {
                first = Some(read(row));
            }
        })?;
        Ok(first)
    }

    /// Whether there is any row.
    pub fn any(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<bool, LedgerError> {
        Ok(self.first(sql, values, |_| ())?.is_some())
    }
}

/// Opens a database and brings its tables up to date.
pub(super) fn open(address: &str) -> Result<(Box<dyn Store>, String), LedgerError> {
    let (mut store, shown): (Box<dyn Store>, String) = match address.strip_prefix("sqlite:") {
        Some(path) => (Box::new(Sqlite::open(path)?), address.to_owned()),
        None => {
            let store = Postgres::open(address)?;
            let shown = store.shown().to_owned();
            (Box::new(store), shown)
        }
    };
    schema::migrate(store.as_mut(), &shown)?;
    Ok((store, shown))
}

/// Rows that a statement takes at once; what is left over goes in smaller and smaller statements.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// A statement for many rows at once, in a few sizes, so that few texts are prepared.
pub(super) struct Batch {
    width: usize,
    sizes: [Sql; 4],
}

impl Batch {
    /// `head` ends before `VALUES`; each row has `width` values.
    pub fn insert(what: &'static str, head: &'static str, width: usize) -> Batch {
        let sizes = SIZES.map(|size| {
            let mut text = format!("{head} VALUES ");
            for row in 0..size {
                text.push_str(if row == 0 { "(" } else { ", (" });
                push_places(&mut text, row * width + 1, width);
                text.push(')');
            }
            Sql { what, text: Cow::Owned(text) }
        });
        Batch { width, sizes }
    }

    /// Puts in everything that comes, a few rows at a time.
    pub fn run<'a>(
        &self,
        store: &mut dyn Store,
        rows: impl Iterator<Item = impl IntoIterator<Item = Value<'a>>>,
    ) -> Result<(), LedgerError> {
        let most = SIZES.iter().max().copied().unwrap_or(1) * self.width;
        let mut values = Vec::with_capacity(most);
        for row in rows {
            values.extend(row);
            if values.len() >= most {
                self.flush(store, &values)?;
                values.clear();
            }
        }
        self.flush(store, &values)
    }

    fn flush(&self, store: &mut dyn Store, mut values: &[Value<'_>]) -> Result<(), LedgerError> {
        for (size, sql) in SIZES.iter().zip(&self.sizes) {
            while let Some((now, later)) = values.split_at_checked(size * self.width) {
                store.run(sql, now)?;
                values = later;
                if values.is_empty() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A question about many keys at once: `head (keys) tail`, after `before` other values.
pub(super) struct Lookup {
    sizes: [Sql; 4],
}

impl Lookup {
    /// `head` uses `before` values and ends before the list of keys.
    pub fn new(what: &'static str, head: &'static str, before: usize, tail: &str) -> Lookup {
        Lookup {
            sizes: SIZES.map(|size| {
                let mut text = format!("{head} (");
                push_places(&mut text, before + 1, size);
                text.push(')');
                text.push_str(tail);
                Sql { what, text: Cow::Owned(text) }
            }),
        }
    }

    /// Asks about all keys, a few at a time.
    pub fn rows(
        &self,
        store: &mut dyn Store,
        before: &[Value<'_>],
        mut keys: &[i64],
        each: &mut dyn FnMut(Row),
    ) -> Result<(), LedgerError> {
        for (size, sql) in SIZES.iter().zip(&self.sizes) {
            while let Some((now, later)) = keys.split_at_checked(*size) {
                let mut values = before.to_vec();
                values.extend(now.iter().map(|key| Value::Int(*key)));
                store.rows(sql, &values, each)?;
                keys = later;
            }
        }
        Ok(())
    }
}

fn push_places(text: &mut String, first: usize, count: usize) {
    for place in first..first + count {
        text.push_str(if place == first { "$" } else { ", $" });
        text.push_str(&place.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_in_order_of_first_use() {
        let batch = Batch::insert("test", "INSERT INTO t (a, b)", 2);
        let texts: Vec<&str> = batch.sizes.iter().map(|sql| sql.text.as_ref()).collect();
        assert_eq!(texts[3], "INSERT INTO t (a, b) VALUES ($1, $2)");
        assert!(texts[2].ends_with("($5, $6), ($7, $8)"), "{}", texts[2]);
        let lookup = Lookup::new("test", "SELECT a FROM t WHERE b = $1 AND k IN", 1, " LIMIT 9");
        assert_eq!(
            lookup.sizes[2].text,
            "SELECT a FROM t WHERE b = $1 AND k IN ($2, $3, $4, $5) LIMIT 9"
        );
    }
}
