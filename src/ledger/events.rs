//! What happened: append-only, without personal data, one chain of hashes per daemon.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::{ChainReport, JobId, Ledger, LedgerError, sql, store::Store};
use crate::clock::Millis;

/// One thing that happened to one job.
pub(super) struct Event {
    pub at: Millis,
    pub kind: Cow<'static, str>,
    pub job: JobId,
    pub numbers: String,
}

/// Hash of a link: over the hash before it and the event as text.
fn link(before: &[u8], daemon: &str, number: i64, event: &Event) -> [u8; 32] {
    let Event { at, kind, job, numbers } = event;
    let text = format!("{daemon}\n{number}\n{at}\n{kind}\n{}\n{numbers}", job.0);
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(text.as_bytes());
    digest.finalize().into()
}

/// Appends to a daemon's chain. Two processes of the same name wait for each other at its row.
pub(super) fn append(
    store: &mut dyn Store,
    daemon: &str,
    events: &[Event],
) -> Result<(), LedgerError> {
    if events.is_empty() {
        return Ok(());
    }
    let (chain, last, mut hash) = take_numbers(store, daemon, events.len() as i64)?;
    let mut number = last - events.len() as i64;
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        number += 1;
        hash = link(&hash, daemon, number, event).to_vec();
        rows.push(vec![
            chain.into(),
            number.into(),
            event.at.into(),
            event.kind.as_ref().into(),
            event.job.0.into(),
            event.numbers.as_str().into(),
            hash.clone().into(),
        ]);
    }
    sql::EVENTS_NEW.run(store, rows.into_iter())?;
    store.run(&sql::CHAIN_HEAD, &[hash.into(), chain.into()])?;
    Ok(())
}

/// The chain, the last number taken and the hash before the first.
fn take_numbers(
    store: &mut dyn Store,
    daemon: &str,
    count: i64,
) -> Result<(i64, i64, Vec<u8>), LedgerError> {
    let values = [count.into(), daemon.into()];
    let read =
        |mut row: super::store::Row| (row.int(), row.int(), row.maybe_bytes().unwrap_or_default());
    if let Some(taken) = store.first(&sql::CHAIN_NUMBERS, &values, read)? {
        return Ok(taken);
    }
    let id = store.first(&sql::CHAIN_NEXT_ID, &[], |mut row| row.int())?.unwrap_or(1);
    let start = vec![0; 32];
    store.run(&sql::CHAIN_NEW, &[id.into(), daemon.into(), start.clone().into()])?;
    let taken = store.first(&sql::CHAIN_NUMBERS, &values, read)?;
    Ok(taken.unwrap_or((id, count, start)))
}

impl Ledger {
    /// Walks every chain of events; tells the first broken link of each. Events may be appended
    /// meanwhile.
    pub fn verify(&self) -> Result<Vec<ChainReport>, LedgerError> {
        let chains = self.read(|store| {
            store.list(&sql::CHAINS, &[], |mut row| {
                (row.int(), row.text(), row.int(), row.maybe_bytes().unwrap_or_default())
            })
        })?;
        let walk = |(id, daemon, last, head)| self.walk(id, daemon, last, head);
        chains.into_iter().map(walk).collect()
    }

    fn walk(
        &self,
        chain: i64,
        daemon: String,
        last: i64,
        head: Vec<u8>,
    ) -> Result<ChainReport, LedgerError> {
        let (mut events, mut broken_at, mut hash) = (0_u64, None, vec![0; 32]);
        self.read(|store| {
            store.rows(&sql::EVENTS, &[chain.into(), last.into()], &mut |mut row| {
                events += 1;
                let number = row.int();
                let event = Event {
                    at: row.int(),
                    kind: row.text().into(),
                    job: JobId(row.int()),
                    numbers: row.text(),
                };
                let is_next = u64::try_from(number) == Ok(events);
                let next = link(&hash, &daemon, number, &event);
                hash = row.maybe_bytes().unwrap_or_default();
                if broken_at.is_none() && (!is_next || hash != next) {
                    broken_at = Some(events);
                }
            })
        })?;
        if broken_at.is_none() && (u64::try_from(last) != Ok(events) || hash != head) {
            broken_at = Some(events + 1);
        }
        Ok(ChainReport { daemon, events, broken_at })
    }
}
