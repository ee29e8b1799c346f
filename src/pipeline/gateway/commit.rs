//! The commits of what was made, many documents at a time: synced, in the ledger, in place, acknowledged, finished.

use std::{collections::BTreeSet, path::PathBuf};

use super::{
    Gateway,
    place::{PlaceError, Placing},
    retry::Cause,
    step::{Made, Spoilt},
    words,
};
use crate::{
    config::Route,
    disk::{self, crash},
    ledger::{Claimed, Committed, Conversion, Counts, Lease, LedgerError, State},
    model::Severity,
    pipeline::{chain, health::DocumentFigures},
};

impl Gateway {
    /// Syncs, commits, places, acknowledges and finishes a batch.
    pub(super) fn commit(&self, batch: &mut Batch) {
        let made = std::mem::take(&mut batch.made);
        let placing = std::mem::take(&mut batch.placing);
        let mut whole = self.commit_made(made);
        whole.extend(placing);
        self.put_in_place(whole);
    }

    fn commit_made(&self, mut made: Vec<(Claimed, Made)>) -> Vec<Whole> {
        if made.is_empty() {
            return Vec::new();
        }
        if let Err(error) = self.sync_made(&made) {
            for (job, made) in &made {
                self.spoil(job, self.world(made.staging.path(), &error));
            }
            return Vec::new();
        }
        crash::point("before-commit");
        let committed = match self.commit_rows(&mut made) {
            Ok(committed) => committed,
            Err(error) => {
                self.ledger_fault(&error);
                let leases: Vec<Lease> = made.iter().map(|(job, _)| job.lease).collect();
                self.give_back(&leases);
                return Vec::new();
            }
        };
        crash::point("after-commit");
        let mut whole = Vec::new();
        for ((job, mut made), committed) in made.into_iter().zip(committed) {
            match committed {
                Committed::Yes => {
                    made.staging.keep();
                    whole.push(Whole::Made(Box::new((job, made))));
                }
                Committed::LeaseLost => {}
                Committed::Contradicted => {
                    // The next attempt sees the other document and holds the rows.
                    drop(made);
                    self.give_back(&[job.lease]);
                }
            }
        }
        whole
    }

    fn commit_rows(&self, made: &mut [(Claimed, Made)]) -> Result<Vec<Committed>, LedgerError> {
        let refused = |source| LedgerError::Refused {
            what: "take the rows",
            source: Box::new(source),
            is_transient: true,
        };
        let mut taken = Vec::new();
        for (_, made) in made.iter_mut() {
            // The rows borrow the conversion: everything else is copied out first.
            taken.push((Head::of(made), made.rows.read().map_err(refused)?));
        }
        let mut conversions: Vec<Conversion<'_>> =
            taken.iter_mut().map(|(head, rows)| head.conversion(rows)).collect();
        self.ledger.converted(&mut conversions)
    }

    fn sync_made(&self, made: &[(Claimed, Made)]) -> std::io::Result<()> {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        for (_, made) in made {
            files.extend(made.outputs.iter().map(|output| PathBuf::from(&output.staged)));
            files.push(made.car.clone());
        }
        disk::sync_files(&files)?;
        folders.extend(files.iter().filter_map(|path| path.parent().map(PathBuf::from)));
        disk::sync_folders(&folders)
    }

    fn put_in_place(&self, whole: Vec<Whole>) {
        let setup = self.setups.now();
        let mut changed = BTreeSet::new();
        let mut placed = Vec::new();
        for mut one in whole {
            let Some(route) = one.route(&setup.routes) else {
                self.spoil(one.job(), self.no_route(&one.job().arrival.route));
                continue;
            };
            match self.place(&mut one.placing(&route), &mut changed) {
                Ok(()) => placed.push((one, route)),
                Err(error) => self.spoil_place(one.job(), error),
            }
        }
        // Every output is safely in its place before any sender's copy moves.
        if let Err(error) = disk::sync_folders(&changed) {
            for (one, route) in &placed {
                self.spoil(one.job(), self.world(&route.folders.out, &error));
            }
            return;
        }
        crash::point("after-outputs");
        changed.clear();
        let mut finished = Vec::new();
        for (one, route) in placed {
            match self.move_copy(&route, &one.job().arrival, one.outcome(), &mut changed) {
                Ok(()) => {
                    let arrival = &one.job().arrival;
                    self.moved.add(&arrival.route, &arrival.relative);
                    finished.push(one);
                }
                Err(error) => self.spoil_place(one.job(), error),
            }
        }
        if let Err(error) = disk::sync_folders(&changed) {
            // Done again, nothing of it happens twice.
            for one in &finished {
                let folder = changed.first().map_or(std::path::Path::new(""), PathBuf::as_path);
                self.spoil(one.job(), self.world(folder, &error));
            }
            return;
        }
        crash::point("after-copy-moved");
        self.finish(finished);
    }

    fn finish(&self, finished: Vec<Whole>) {
        let leases: Vec<Lease> = finished.iter().map(|one| one.job().lease).collect();
        if leases.is_empty() {
            return;
        }
        match self.ledger.finish(&leases) {
            Ok(held) => {
                crash::point("after-finish");
                // Whose lease was lost leaves the rest to the new holder.
                for (one, _) in finished.iter().zip(held).filter(|(_, is_ours)| *is_ours) {
                    self.tell_finished(one);
                }
            }
            Err(error) => {
                self.ledger_fault(&error);
                self.give_back(&leases);
            }
        }
    }

    fn tell_finished(&self, one: &Whole) {
        let (job, outcome) = (one.job(), one.outcome());
        let millis = self.clock.now() - job.arrived_at;
        let (job_id, route, state) = (job.lease.job, &job.arrival.route, outcome.name());
        tracing::info!(job = %job_id, route, state, millis, "finished");
        self.tally.note_end(outcome);
        match one {
            Whole::Made(both) => {
                let made = &both.1;
                let _ = std::fs::remove_dir_all(made.staging.path());
                let Counts { records, held, errors, warnings } = made.counts;
                let figures = DocumentFigures { outcome, records, held };
                self.health.add_document(&job.arrival.route, &figures);
                self.health.add_findings(Severity::Error, errors);
                self.health.add_findings(Severity::Warning, warnings);
                self.health.add_findings(Severity::Info, made.infos);
                self.health.add_conversion(made.took);
                self.tally.note_counts(&made.counts);
                if !made.deliveries.is_empty() {
                    self.wake.ring();
                }
            }
            Whole::Claimed(job) => {
                let staged = job.outputs.first().map(|output| PathBuf::from(&output.staged));
                if let Some(folder) = staged.as_deref().and_then(std::path::Path::parent) {
                    let _ = std::fs::remove_dir_all(folder);
                }
            }
        }
    }

    fn spoil_place(&self, job: &Claimed, error: PlaceError) {
        match error {
            PlaceError::Vanished => {
                tracing::warn!(job = %job.lease.job, "a made file is gone; converting again");
                if let Err(error) = self.ledger.convert_again(job.lease) {
                    self.ledger_fault(&error);
                }
            }
            PlaceError::LeaseLost => {}
            other => self.spoil(job, self.place_fault(other)),
        }
    }

    pub(super) fn place_fault(&self, error: PlaceError) -> Spoilt {
        match error {
            PlaceError::Ledger(error) => Spoilt::Ledger(error),
            PlaceError::Io { source, .. } if disk::is_full(&source) => {
                Spoilt::Later(Cause::DiskFull, words::DISK_FULL.tell(self.lang(), ""))
            }
            other => Spoilt::Later(Cause::World, chain(&other)),
        }
    }

    pub(super) fn sync(&self, folders: &BTreeSet<PathBuf>) {
        if let Err(error) = disk::sync_folders(folders) {
            tracing::warn!(%error, "cannot sync a folder");
        }
    }
}

/// What a worker has in hand.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) made: Vec<(Claimed, Made)>,
    pub(super) placing: Vec<Whole>,
}

/// A job that is committed and wants its files in place.
pub(super) enum Whole {
    Made(Box<(Claimed, Made)>),
    Claimed(Box<Claimed>),
}

impl Whole {
    fn job(&self) -> &Claimed {
        match self {
            Whole::Made(both) => &both.0,
            Whole::Claimed(job) => job,
        }
    }

    fn outcome(&self) -> State {
        match self {
            Whole::Made(both) => both.1.outcome,
            Whole::Claimed(job) => job.outcome.unwrap_or(State::Held),
        }
    }

    fn route(
        &self,
        routes: &std::collections::BTreeMap<String, std::sync::Arc<Route>>,
    ) -> Option<std::sync::Arc<Route>> {
        match self {
            Whole::Made(both) => Some(std::sync::Arc::clone(&both.1.route)),
            Whole::Claimed(job) => routes.get(&job.arrival.route).cloned(),
        }
    }

    fn placing<'a>(&'a mut self, route: &'a Route) -> Placing<'a> {
        let outcome = self.outcome();
        let (job, outputs) = match self {
            Whole::Made(both) => (&both.0, &mut both.1.outputs),
            Whole::Claimed(job) => {
                let Claimed { lease, arrival, outputs, .. } = &mut **job;
                return Placing { lease: *lease, arrival, route, outputs, outcome };
            }
        };
        Placing { lease: job.lease, arrival: &job.arrival, route, outputs, outcome }
    }
}

/// A conversion without its rows.
struct Head {
    lease: Lease,
    outcome: State,
    sentence: String,
    outputs: Vec<crate::ledger::Output>,
    deliveries: Vec<crate::ledger::NewDelivery>,
    counts: crate::ledger::Counts,
    input: Option<String>,
    corrects: Option<(crate::ledger::JobId, crate::ledger::Changes)>,
    rivals: Vec<(crate::ledger::JobId, String)>,
    evidence: Vec<crate::model::KnownEvidence>,
}

impl Head {
    fn of(made: &Made) -> Head {
        let sentence = words::CONTRADICTED.tell(made.route.lang, &made.lease.job.to_string());
        let rivals = made.rivals.iter().map(|rival| (*rival, sentence.clone())).collect();
        Head {
            lease: made.lease,
            outcome: made.outcome,
            sentence: made.sentence.clone(),
            outputs: made.outputs.clone(),
            deliveries: made.deliveries.clone(),
            counts: made.counts,
            input: made.input.clone(),
            corrects: made.corrects,
            rivals,
            evidence: made.evidence.clone(),
        }
    }

    fn conversion<'r>(
        &mut self,
        rows: &'r mut dyn Iterator<Item = crate::ledger::RowKey>,
    ) -> Conversion<'r> {
        Conversion {
            lease: self.lease,
            outcome: self.outcome,
            sentence: std::mem::take(&mut self.sentence),
            outputs: std::mem::take(&mut self.outputs),
            deliveries: std::mem::take(&mut self.deliveries),
            counts: self.counts,
            input: self.input.take(),
            corrects: self.corrects,
            rivals: std::mem::take(&mut self.rivals),
            evidence: std::mem::take(&mut self.evidence),
            rows,
        }
    }
}
