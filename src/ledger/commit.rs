//! The commit of conversions: outputs, deliveries and records in one transaction, or nothing.

use std::collections::HashSet;

use super::{
    Committed, Conversion, JobId, Lease, Ledger, LedgerError, NewDelivery, Output, Rival, RowKey,
    State, sql,
    store::{Row, Store, Value},
    turn::{Turn, fence},
};
use crate::{
    model::{KnownEvidence, PictureHash},
    text::digest::hex,
};

/// Records sorted before they go in: 3 MiB of them.
const SORTED: usize = 1 << 16;

impl Ledger {
    /// Commits conversions: each becomes `delivering`, or leaves nothing. In order, what became of
    /// each. A correction that delivers replaces the version it corrects.
    pub fn converted(
        &self,
        conversions: &mut [Conversion<'_>],
    ) -> Result<Vec<Committed>, LedgerError> {
        self.turn(|turn| {
            let commit = |conversion: &mut Conversion<'_>| self.commit(turn, conversion);
            conversions.iter_mut().map(commit).collect()
        })
    }

    fn commit(
        &self,
        turn: &mut Turn<'_>,
        conversion: &mut Conversion<'_>,
    ) -> Result<Committed, LedgerError> {
        turn.store.run(&sql::SAVE, &[])?;
        if !advance(turn, conversion)? {
            turn.store.run(&sql::RELEASE, &[])?;
            return Ok(Committed::LeaseLost);
        };
        let id = conversion.lease.job.0;
        self.insert_outputs(turn.store, id, &conversion.outputs)?;
        insert_deliveries(turn, id, &conversion.deliveries)?;
        insert_records(turn.store, id, conversion.rows)?;
        insert_evidence(turn.store, id, &conversion.evidence)?;
        if conversion.outcome == State::Delivered {
            let base = conversion.corrects.map_or(0, |(base, _)| base.0);
            if turn.store.any(&sql::CONTRADICTION, &[id.into(), base.into()])? {
                turn.store.run(&sql::UNDO, &[])?;
                turn.store.run(&sql::RELEASE, &[])?;
                return Ok(Committed::Contradicted);
            }
            if base != 0 {
                turn.store.run(&sql::SUPERSEDE, &[id.into(), base.into()])?;
            }
        }
        for (rival, sentence) in &conversion.rivals {
            super::delivery::hold(turn, *rival, sentence)?;
        }
        turn.store.run(&sql::RELEASE, &[])?;
        turn.advance();
        note(turn, conversion);
        Ok(Committed::Yes)
    }

    fn insert_outputs(
        &self,
        store: &mut dyn Store,
        job: i64,
        outputs: &[Output],
    ) -> Result<(), LedgerError> {
        let rows = outputs.iter().enumerate().map(|(place, output)| {
            vec![
                job.into(),
                (place as i64).into(),
                output.target.as_str().into(),
                output.folder.name().into(),
                // A path holds the document's name: sealed like it, as text.
                Value::Text(hex(&self.seal(&output.staged)).into()),
                self.seal(&output.name).into(),
                output.rows.into(),
                output.sha256.as_str().into(),
            ]
        });
        sql::OUTPUTS_NEW.run(store, rows)
    }

    /// Evidence of every other job that stands, oldest first.
    pub fn evidence_beside(&self, job: JobId) -> Result<Vec<KnownEvidence>, LedgerError> {
        self.read(|store| {
            store.list(&sql::EVIDENCE, &[job.0.into()], |mut row| KnownEvidence {
                sha256: row.text(),
                hash: row.maybe_bytes().and_then(|bytes| PictureHash::from_bytes(&bytes)),
                project: row.text(),
            })
        })
    }

    /// Another name for an output, because a file took the first one meanwhile. `false`: the lease is
    /// lost, or there is no such output.
    pub fn rename_output(
        &self,
        lease: Lease,
        output: usize,
        name: &str,
    ) -> Result<bool, LedgerError> {
        self.turn(|turn| {
            let [job, fence] = fence(lease);
            let values = [self.seal(name).into(), job, (output as i64).into(), fence];
            turn.fenced(&sql::RENAME_OUTPUT, &values)
        })
    }

    /// What a job made, in order; `None` for an output whose name cannot be opened any more.
    pub(super) fn outputs(
        &self,
        store: &mut dyn Store,
        job: JobId,
    ) -> Result<Vec<Option<Output>>, LedgerError> {
        store.list(&sql::OUTPUTS, &[job.0.into()], |row| self.output(row).ok())
    }

    /// Reads an output from the columns of `OUTPUTS`; without its name if the key is lost.
    pub(super) fn output(&self, mut row: Row) -> Result<Output, Output> {
        let (target, folder, staged) = (row.text(), row.text(), row.text());
        let name = self.unseal(row.maybe_bytes());
        let is_named = name.is_some();
        let output = Output {
            target,
            folder: super::Folder::find(&folder),
            staged: self.unseal(unhex(&staged)).unwrap_or(staged),
            name: name.unwrap_or_default(),
            rows: row.count(),
            sha256: row.text(),
        };
        if is_named { Ok(output) } else { Err(output) }
    }

    /// Hands over the records of a job, by grid and row. `each` must not call the ledger.
    pub fn rows_of(&self, job: JobId, each: &mut dyn FnMut(RowKey)) -> Result<(), LedgerError> {
        self.read(|store| {
            store.rows(&sql::RECORDS, &[job.0.into()], &mut |mut row| {
                each(RowKey {
                    key: row.hash(),
                    content: row.hash(),
                    grid: u16::try_from(row.int()).unwrap_or(u16::MAX),
                    row: row.small(),
                    credits: row.maybe_int().and_then(|credits| i32::try_from(credits).ok()),
                    is_held: row.int() != 0,
                });
            })
        })
    }

    /// Records with these keys that another job, of any route, delivered or is about to: not held, and
    /// of the version that counts. `but_not`: jobs to leave out.
    pub fn rivals(&self, keys: &[[u8; 16]], but_not: &[JobId]) -> Result<Vec<Rival>, LedgerError> {
        let mut rivals = Vec::new();
        let wanted: HashSet<&[u8; 16]> = keys.iter().collect();
        let marks: Vec<i64> = keys.iter().map(mark).collect();
        self.read(|store| {
            sql::RIVALS.rows(store, &[], &marks, &mut |mut row| {
                let rival = Rival {
                    key: row.hash(),
                    job: JobId(row.int()),
                    content: row.hash(),
                    credits: row.maybe_int().and_then(|credits| i32::try_from(credits).ok()),
                    row: row.small(),
                    delivered_at: row.maybe_int(),
                };
                if wanted.contains(&rival.key) && !but_not.contains(&rival.job) {
                    rivals.push(rival);
                }
            })
        })?;
        Ok(rivals)
    }
}

/// `converting` becomes `delivering`; `false` if the lease does not hold.
fn advance(turn: &mut Turn<'_>, conversion: &Conversion<'_>) -> Result<bool, LedgerError> {
    let counts = conversion.counts;
    let (corrects, changes) = conversion.corrects.unzip();
    let changes = changes.unwrap_or_default();
    let [job, fence] = fence(conversion.lease);
    let values = [
        conversion.outcome.name().into(),
        conversion.sentence.as_str().into(),
        counts.records.into(),
        counts.held.into(),
        counts.errors.into(),
        counts.warnings.into(),
        conversion.input.as_deref().into(),
        corrects.map(|base| base.0).into(),
        changes.added.into(),
        changes.changed.into(),
        changes.gone.into(),
        changes.same.into(),
        turn.now.into(),
        job,
        fence,
    ];
    Ok(turn.store.first(&sql::CONVERTED, &values, |mut row| row.text())?.is_some())
}

fn insert_deliveries(
    turn: &mut Turn<'_>,
    job: i64,
    deliveries: &[NewDelivery],
) -> Result<(), LedgerError> {
    let now = turn.now;
    let rows = deliveries.iter().enumerate().map(|(place, delivery)| {
        vec![
            job.into(),
            (place as i64).into(),
            (delivery.output as i64).into(),
            delivery.endpoint.as_str().into(),
            delivery.folder.as_str().into(),
            "queued".into(),
            delivery.due_at.into(),
            now.into(),
        ]
    });
    sql::DELIVERIES_NEW.run(turn.store, rows)
}

/// Puts records in by their marks, many thousands at a time: keys fall all over the index, and in order each page of it
/// is fetched and written once for them, not once for each record. A document of a million rows stays in bounded memory.
fn insert_records(
    store: &mut dyn Store,
    job: i64,
    rows: &mut dyn Iterator<Item = RowKey>,
) -> Result<(), LedgerError> {
    let mut some: Vec<RowKey> = Vec::new();
    loop {
        some.clear();
        some.extend(Iterator::take(&mut *rows, SORTED));
        if some.is_empty() {
            return Ok(());
        }
        some.sort_unstable_by_key(|row| mark(&row.key));
        sql::RECORDS_NEW.run(store, some.iter().map(|row| record(job, row)))?;
    }
}

/// First half of a key, by which it is looked up.
fn mark(key: &[u8; 16]) -> i64 {
    let half = key.first_chunk::<8>().copied().unwrap_or_default();
    i64::from_be_bytes(half)
}

fn record(job: i64, row: &RowKey) -> [Value<'static>; 8] {
    [
        job.into(),
        i64::from(row.grid).into(),
        i64::from(row.row).into(),
        mark(&row.key).into(),
        row.key.into(),
        row.content.into(),
        row.credits.map(i64::from).into(),
        row.is_held.into(),
    ]
}

fn note(turn: &mut Turn<'_>, conversion: &Conversion<'_>) {
    let counts = conversion.counts;
    let numbers = format!(
        "fence={} records={} held={} errors={} warnings={} outputs={}",
        conversion.lease.fence,
        counts.records,
        counts.held,
        counts.errors,
        counts.warnings,
        conversion.outputs.len(),
    );
    turn.note("converted", conversion.lease.job, numbers);
}

/// The bytes of a text that [`hex`] made; `None` if it is none.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    Some(
        digits?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}

fn insert_evidence(
    store: &mut dyn Store,
    job: i64,
    evidence: &[KnownEvidence],
) -> Result<(), LedgerError> {
    let rows = evidence.iter().map(|piece| {
        let look = piece.hash.map(|hash| hash.to_bytes().to_vec());
        vec![job.into(), piece.sha256.as_str().into(), look.into(), piece.project.as_str().into()]
    });
    sql::EVIDENCE_NEW.run(store, rows)
}
