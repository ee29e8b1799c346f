//! What people see of the ledger.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    Changes, Counts, DeliveryView, Folder, JobFilter, JobId, JobView, Ledger, LedgerError,
    OutputView, State, sql,
    store::{Row, Store, Value},
    turn::state,
};
use crate::clock::Millis;

impl Ledger {
    /// When there will be something to claim, a job or a delivery; may lie in the past.
    pub fn next_due(&self) -> Result<Option<Millis>, LedgerError> {
        self.read(|store| {
            let job = store.first(&sql::NEXT_JOB, &[], |mut row| row.int())?;
            let delivery = store.first(&sql::NEXT_DELIVERY, &[], |mut row| row.int())?;
            Ok(job.into_iter().chain(delivery).min())
        })
    }

    /// Jobs in each state, all states, in the order of a job's life.
    pub fn counts(&self) -> Result<Vec<(State, u64)>, LedgerError> {
        let found = self.read(|store| {
            store.list(&sql::COUNTS, &[], |mut row| (state(&row.text()), row.count()))
        })?;
        let count = |wanted: State| {
            let counted = found.iter().filter(|(state, _)| *state == wanted);
            (wanted, counted.map(|(_, count)| count).sum())
        };
        Ok(State::ALL.into_iter().map(count).collect())
    }

    /// When the oldest unfinished job was admitted; `None` if all have ended.
    pub fn oldest_unfinished(&self) -> Result<Option<Millis>, LedgerError> {
        let found = self.read(|store| store.first(&sql::OLDEST, &[], |mut row| row.maybe_int()))?;
        Ok(found.flatten())
    }

    /// Jobs, newest first, without their outputs and deliveries.
    pub fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobView>, LedgerError> {
        let values = [
            filter.state.map(State::name).into(),
            filter.route.as_deref().into(),
            filter.limit.map_or(i64::MAX, i64::from).into(),
        ];
        self.read(|store| store.list(&sql::JOBS, &values, |row| self.view(row)))
    }

    /// One job, with its outputs and deliveries.
    ///
    /// # Errors
    /// `UnknownJob`.
    pub fn job(&self, id: JobId) -> Result<JobView, LedgerError> {
        self.read(|store| {
            let found = store.first(&sql::JOB, &[id.0.into()], |row| self.view(row))?;
            let mut view = found.ok_or_else(|| LedgerError::UnknownJob(id.to_string()))?;
            self.add_results(store, &mut view)?;
            Ok(view)
        })
    }

    /// Everything but times, with numbers for ids: for tests that compare what two runs left.
    pub fn dump(&self) -> Result<String, LedgerError> {
        self.read(|store| {
            let mut views = store.list(&sql::ALL_JOBS, &[], |row| self.view(row))?;
            let order: BTreeMap<JobId, usize> =
                views.iter().enumerate().map(|(place, view)| (view.id, place + 1)).collect();
            let mut text = String::new();
            for view in &mut views {
                self.add_results(store, view)?;
                dump_job(&mut text, view, &order);
            }
            Ok(text)
        })
    }

    fn add_results(&self, store: &mut dyn Store, view: &mut JobView) -> Result<(), LedgerError> {
        let job = [Value::from(view.id.0)];
        view.outputs = store.list(&sql::OUTPUTS, &job, |mut row| {
            let (target, folder, _) = (row.text(), row.text(), row.text());
            OutputView {
                target,
                folder: Folder::find(&folder),
                name: self.unseal(row.maybe_bytes()),
                rows: row.count(),
                sha256: row.text(),
            }
        })?;
        view.deliveries = store.list(&sql::DELIVERIES, &job, |mut row| {
            let (endpoint, target, state, tries) =
                (row.text(), row.text(), row.text(), row.small());
            let due_at = row.maybe_int();
            let is_leased = row.maybe_text().is_some();
            let due_at = due_at.filter(|_| !is_leased);
            DeliveryView { endpoint, target, state, tries, due_at, sentence: row.text() }
        })?;
        Ok(())
    }

    /// Reads the columns of `VIEW`, in their order.
    fn view(&self, mut row: Row) -> JobView {
        let (id, state, route) = (JobId(row.int()), state(&row.text()), row.text());
        let document = self.unseal(row.maybe_bytes());
        let folder = document.as_deref().and_then(|name| name.rsplit_once('/'));
        let department = folder.map(|(folder, _)| folder.to_owned());
        let (sha256, bytes) = (row.text(), row.count());
        let (arrived_at, changed_at) = (row.int(), row.int());
        let ready_at = row.maybe_int();
        let is_leased = row.maybe_text().is_some();
        let (tries, sentence) = (row.small(), row.text());
        let counts = Counts {
            records: row.count(),
            held: row.count(),
            errors: row.count(),
            warnings: row.count(),
        };
        let input = row.maybe_text();
        let corrects = row.maybe_int().map(JobId);
        let changes = Changes {
            added: row.count(),
            changed: row.count(),
            gone: row.count(),
            same: row.count(),
        };
        JobView {
            id,
            state,
            route,
            document,
            department,
            sha256,
            bytes,
            arrived_at,
            changed_at,
            due_at: ready_at.filter(|_| !is_leased),
            tries,
            sentence,
            counts,
            input,
            corrects,
            changes: corrects.map(|_| changes),
            seen_again: row.small(),
            seen_at: row.maybe_int(),
            outputs: Vec::new(),
            deliveries: Vec::new(),
        }
    }
}

fn dump_job(text: &mut String, view: &JobView, order: &BTreeMap<JobId, usize>) {
    let number = |id: &JobId| order.get(id).copied().unwrap_or_default();
    let name = view.document.as_deref().unwrap_or("?");
    let (state, route) = (view.state.name(), &view.route);
    // Writing to a text cannot fail.
    let _ = write!(text, "#{} {state} {route} {name}", number(&view.id));
    if let Some(base) = &view.corrects {
        let _ = write!(text, " corrects #{}", number(base));
    }
    if view.seen_again > 0 {
        let _ = write!(text, " seen {} more", view.seen_again);
    }
    text.push('\n');
    for output in &view.outputs {
        let name = output.name.as_deref().unwrap_or("?");
        let folder = output.folder.name();
        let _ = writeln!(text, "  {folder}/{name} {} {} rows", output.target, output.rows);
    }
    for delivery in &view.deliveries {
        let _ = writeln!(text, "  → {} {} {}", delivery.endpoint, delivery.target, delivery.state);
    }
}
