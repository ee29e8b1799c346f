//! One claimed job: from the spooled original to files in the staging folder.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Gateway, note, record::Recorder, retry::Cause, rows::Rows, setup::Setup, words};
use crate::{
    config::{
        ConfigError, Route,
        gateway::OUT,
        route::{FolderWords, OnError, Outlet},
    },
    disk::{self, crash},
    ledger::{
        Changes, Claimed, Counts, Folder, JobId, Lease, LedgerError, NewDelivery, Output, State,
        spool::{CarWriter, SpoolError, Workplace},
    },
    model::{Kind, KnownEvidence, codes},
    pipeline::{
        ConvertError, DocumentReport, Request, chain, convert_before, report::OutputReport, stem,
    },
    read::{Nature, Passwords, ReadError, sniff},
};

/// Folder in the staging folder for copies of what goes to `out/` and to endpoints as well.
const TO_SEND: &str = "to-send";

/// Everything that a conversion made, on disk but in no place yet.
pub struct Made {
    /// The right to commit it.
    pub lease: Lease,
    /// The route, as it was when the conversion began.
    pub route: Arc<Route>,
    /// What the job ends as.
    pub outcome: State,
    /// What a person should know.
    pub sentence: String,
    /// The files.
    pub outputs: Vec<Output>,
    /// Which of them go elsewhere.
    pub deliveries: Vec<NewDelivery>,
    /// Counts.
    pub counts: Counts,
    /// Findings that only inform; the ledger does not count them.
    pub infos: u64,
    /// The mapping that read it.
    pub input: Option<String>,
    /// What it corrects.
    pub corrects: Option<(JobId, Changes)>,
    /// Its evidence.
    pub evidence: Vec<KnownEvidence>,
    /// Its records.
    pub rows: Rows,
    /// Jobs that contradict it.
    pub rivals: Vec<JobId>,
    /// The side-car, to be synced.
    pub car: PathBuf,
    /// Where the files are.
    pub staging: Staging,
    /// Milliseconds it took.
    pub took: i64,
    /// Holds the rows; removed when dropped.
    pub workplace: Workplace,
}

/// What an attempt came to.
pub enum Step {
    /// Files are made.
    Made(Box<Made>),
    /// The same document was delivered already.
    Seen(JobId),
    /// Nothing came of it.
    Spoilt(Spoilt),
}

/// Why nothing came of it.
#[derive(Debug)]
pub enum Spoilt {
    /// It may work later.
    Later(Cause, String),
    /// A person must do something first.
    Stuck(String),
    /// The ledger does not answer: the lease is given back as soon as it does.
    Ledger(LedgerError),
}

impl From<LedgerError> for Spoilt {
    fn from(error: LedgerError) -> Spoilt {
        Spoilt::Ledger(error)
    }
}

/// A folder on the file system of `out/` for what is not ready; removed when dropped unless it is kept.
pub struct Staging {
    path: PathBuf,
    is_kept: bool,
}

impl Staging {
    fn create(route: &Route, lease: Lease) -> io::Result<Staging> {
        let path = route.folders.staging.join(format!("{}-{}", lease.job, lease.fence));
        disk::private_folder(&path)?;
        Ok(Staging { path, is_kept: false })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its files are in the ledger now: whoever puts them in place removes it.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_kept {
            // What stays behind is removed at the next start.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Gateway {
    /// Converts a claimed job.
    pub fn step(&self, job: &Claimed) -> Step {
        let setup = self.setups.now();
        match self.attempt(&setup, job) {
            Ok(step) => step,
            Err(spoilt) => Step::Spoilt(spoilt),
        }
    }

    fn attempt(&self, setup: &Setup, job: &Claimed) -> Result<Step, Spoilt> {
        let arrival = &job.arrival;
        let Some(route) = setup.routes.get(&arrival.route) else {
            return Err(self.no_route(&arrival.route));
        };
        let twin = self.ledger.delivered_twin(&arrival.route, &arrival.sha256, &route.digest)?;
        if let Some(earlier) = twin.filter(|twin| *twin != job.lease.job) {
            return Ok(Step::Seen(earlier));
        }
        let begun = self.clock.passed();
        let past = self.past(setup, route)?;
        let lang = route.lang;
        let workplace = self.spool.workplace(job.lease.job, job.lease.fence);
        let workplace = workplace.map_err(|error| self.spool_fault(&error))?;
        let document = workplace.path().join(file_name(&arrival.relative));
        crash::point("before-read");
        let unsealed = self.spool.unseal(&arrival.sha256, &document);
        unsealed.map_err(|error| self.spool_fault(&error))?;
        let staging = Staging::create(route, job.lease)
            .map_err(|source| self.world(&route.folders.staging, &source))?;
        let is_package = matches!(sniff::nature(&document), Ok(Nature::Package(_)));
        let past = match is_package {
            true => Arc::new(past.with_evidence(self.ledger.evidence_beside(job.lease.job)?)),
            false => past,
        };
        let request = Request {
            past,
            signed: job.signed,
            passwords: passwords(route)?,
            scratch: Some(workplace.path().to_owned()),
            ..request(route, job, staging.path())
        };
        let rows = Rows::new(workplace.path().join(".rows"));
        let mut recorder =
            Recorder::new((&self.ledger, &self.spool, &self.lookup), job, rows, lang);
        let stem = stem(&document);
        let report = convert_before(&mut recorder, &setup.catalogue, &document, &stem, &request)
            .map_err(|error| self.convert_fault(error))?;
        if report.codes.contains_key(codes::reading::READER_DIED.name) && job.reader_deaths < 2 {
            let sentence = words::READER_DIES.tell(lang, "");
            return Err(Spoilt::Later(Cause::ReaderDied, sentence));
        }
        crash::point("after-write");
        let car = recorder.take_car().map_err(|error| self.spool_fault(&error))?;
        let car = end_car(car, &report).map_err(|error| self.spool_fault(&error))?;
        let mut made = Made {
            lease: job.lease,
            route: Arc::clone(route),
            outcome: outcome(&report),
            sentence: String::new(),
            outputs: Vec::new(),
            deliveries: Vec::new(),
            counts: counts(&report),
            infos: report.findings.info,
            input: report.input.clone(),
            corrects: recorder.corrects(),
            rivals: std::mem::take(&mut recorder.rivals),
            evidence: report.all_evidence(),
            rows: recorder.rows,
            car,
            staging,
            took: 0,
            workplace,
        };
        self.collect(&mut made, job, report)
            .map_err(|source| self.world(made.staging.path(), &source))?;
        made.took = self.clock.passed() - begun;
        Ok(Step::Made(Box::new(made)))
    }

    /// Lists what goes where.
    fn collect(&self, made: &mut Made, job: &Claimed, report: DocumentReport) -> io::Result<()> {
        let route = Arc::clone(&made.route);
        let department = department(&job.arrival.relative);
        for output in report.all_outputs() {
            let outlets = route.outlets.iter().filter(|outlet| outlet.target == output.target);
            let (local, away): (Vec<&Outlet>, Vec<&Outlet>) =
                outlets.partition(|outlet| outlet.endpoint == OUT);
            let is_local = !local.is_empty() || away.is_empty();
            if is_local {
                made.outputs.push(placed(&route, Folder::Out, department, output));
            }
            if away.is_empty() {
                continue;
            }
            let mut sent = output.clone();
            if is_local {
                // Whoever empties out/ takes nothing from an endpoint that is away, or whose hour has not come.
                let name = output.path.file_name().unwrap_or_default();
                let folder = made.staging.path().join(TO_SEND);
                fs::create_dir_all(&folder)?;
                sent.path = folder.join(name);
                fs::copy(&output.path, &sent.path)?;
            }
            let at = made.outputs.len();
            made.outputs.push(placed(&route, Folder::Outbox, department, &sent));
            made.deliveries
                .extend(away.iter().map(|outlet| self.delivery(outlet, job, at, &route)));
        }
        let annotated = report.all_annotated().into_iter();
        let mut mended: Vec<_> = annotated.map(|path| ("annotated", path.to_owned())).collect();
        let is_package_at_fault =
            !report.members.is_empty() && report.findings.error + report.findings.warning > 0;
        let is_unread = made.outcome == State::Quarantined && mended.is_empty();
        if is_unread || is_package_at_fault {
            let path =
                note::write(made.staging.path(), &job.arrival.relative, &report, route.lang)?;
            mended.push(("note", path));
        }
        for (target, path) in mended {
            made.outputs.push(Output {
                target: target.to_owned(),
                folder: Folder::Refused,
                name: free(&route.folders.refused, department, &path),
                sha256: crate::pipeline::digest_of(&path)?,
                staged: path.display().to_string(),
                rows: 0,
            });
        }
        made.sentence = sentence(made, &report);
        Ok(())
    }

    fn delivery(&self, outlet: &Outlet, job: &Claimed, at: usize, route: &Route) -> NewDelivery {
        let now = self.clock.now();
        let date = words::date(job.arrived_at).map_or_else(String::new, |date| date.to_string());
        let words = FolderWords {
            unit: self.plan.unit.as_deref().unwrap_or_default(),
            route: &route.name,
            department: department(&job.arrival.relative),
            date: &date,
        };
        NewDelivery {
            output: at,
            endpoint: outlet.endpoint.clone(),
            folder: outlet.folder_for(&words),
            due_at: outlet.schedule.as_ref().map_or(now, |when| when.next_after(now)),
        }
    }

    /// A route that is away.
    pub(super) fn no_route(&self, name: &str) -> Spoilt {
        Spoilt::Later(Cause::NoRoute, words::NO_ROUTE.tell(self.lang(), name))
    }

    /// A spool that refuses.
    pub(super) fn spool_fault(&self, error: &SpoolError) -> Spoilt {
        if error.is_full() {
            return Spoilt::Later(Cause::DiskFull, words::DISK_FULL.tell(self.lang(), ""));
        }
        let told = chain(error);
        match error {
            SpoolError::Sealed { .. } | SpoolError::Missing { .. } => {
                Spoilt::Stuck(words::KEY_LOST.tell(self.lang(), &told))
            }
            _ => Spoilt::Later(Cause::World, told),
        }
    }

    pub(super) fn world(&self, path: &Path, source: &io::Error) -> Spoilt {
        if disk::is_full(source) {
            return Spoilt::Later(Cause::DiskFull, words::DISK_FULL.tell(self.lang(), ""));
        }
        Spoilt::Later(Cause::World, format!("{}: {source}", path.display()))
    }

    pub(super) fn convert_fault(&self, error: ConvertError) -> Spoilt {
        match error {
            ConvertError::Config(ConfigError::Lints(lints)) => {
                let told = lints.render(self.lang());
                Spoilt::Stuck(words::CONFIGURATION.tell(self.lang(), told.trim()))
            }
            ConvertError::Config(other) => {
                Spoilt::Stuck(words::CONFIGURATION.tell(self.lang(), &other.render(self.lang())))
            }
            ConvertError::Past(source) => match source.downcast::<LedgerError>() {
                Ok(error) => Spoilt::Ledger(*error),
                Err(other) => match other.downcast::<SpoolError>() {
                    Ok(error) => self.spool_fault(&error),
                    Err(other) => Spoilt::Later(Cause::World, chain(&*other)),
                },
            },
            ConvertError::Read(ReadError::Io { path, source })
            | ConvertError::Io { path, source } => self.world(&path, &source),
            other if is_full_chain(&other) => {
                Spoilt::Later(Cause::DiskFull, words::DISK_FULL.tell(self.lang(), ""))
            }
            other => Spoilt::Later(Cause::World, chain(&other)),
        }
    }
}

fn is_full_chain(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(found) = cause {
        if found.downcast_ref::<io::Error>().is_some_and(disk::is_full) {
            return true;
        }
        cause = found.source();
    }
    false
}

fn request(route: &Route, job: &Claimed, staging: &Path) -> Request {
    Request {
        among: route.inputs.clone(),
        targets: route.targets(),
        packs: route.packs.clone(),
        out: Some(staging.to_owned()),
        is_strict: route.on_error == OnError::HoldDocument,
        // The day it came, so that a second attempt tomorrow says the same.
        as_of: words::date(job.arrived_at),
        lang: route.lang,
        ..Request::default()
    }
}

/// What is in the route's vault now: a password that was put there a moment ago counts.
fn passwords(route: &Route) -> Result<Passwords, Spoilt> {
    let Some(vault) = &route.passwords else { return Ok(Passwords::default()) };
    // As with a route that is wrong: when its vault is there, all goes on by itself.
    let waits = |_| Spoilt::Later(Cause::NoRoute, words::NO_VAULT.tell(route.lang, ""));
    vault.read().map_err(waits)
}

/// Ends the side-car with the report, and takes the report's file away: it is sealed now.
fn end_car(mut car: CarWriter, report: &DocumentReport) -> Result<PathBuf, SpoolError> {
    if let Some(path) = &report.report {
        let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut car));
        copied.map_err(|source| SpoolError::Io { path: path.clone(), source })?;
        // It lies in the staging folder, which goes anyway.
        let _ = fs::remove_file(path);
    }
    car.close()
}

fn outcome(report: &DocumentReport) -> State {
    // Evidence alone is no document that nobody could open: it waits for its roster.
    let is_read = report.has_tables() || report.records.contains_key(Kind::Evidence.name());
    match (report.all_outputs().is_empty(), is_read) {
        (false, _) => State::Delivered,
        (true, false) => State::Quarantined,
        (true, true) => State::Held,
    }
}

fn counts(report: &DocumentReport) -> Counts {
    Counts {
        records: report.records.values().sum(),
        held: report.held,
        errors: report.findings.error,
        warnings: report.findings.warning,
    }
}

fn sentence(made: &Made, report: &DocumentReport) -> String {
    let lang = made.route.lang;
    match made.outcome {
        State::Quarantined => {
            let worst = report.codes.values().max_by_key(|told| told.severity);
            words::QUARANTINED.tell(lang, worst.map_or("", |told| &told.message))
        }
        State::Held if !report.has_tables() => words::ONLY_EVIDENCE.tell(lang, ""),
        State::Held => words::HELD.tell(lang, &report.findings.error.to_string()),
        _ if report.held > 0 => words::PARTLY.tell(lang, &report.held.to_string()),
        _ => String::new(),
    }
}

/// An output and where it goes.
fn placed(route: &Route, folder: Folder, department: &str, output: &OutputReport) -> Output {
    let base = super::place::folder_of(route, folder);
    Output {
        target: output.target.clone(),
        folder,
        name: free(&base, department, &output.path),
        staged: output.path.display().to_string(),
        rows: output.rows,
        sha256: output.sha256.clone(),
    }
}

/// A name below a folder that nothing has yet; the sender's department stays in it.
fn free(base: &Path, department: &str, path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = disk::free_name(&base.join(department), &name.unwrap_or_default());
    if department.is_empty() { name } else { format!("{department}/{name}") }
}

/// The sub-folder of a path below `in/`; empty if it lies there directly.
pub fn department(relative: &str) -> &str {
    relative.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path below `in/`.
pub fn file_name(relative: &str) -> &str {
    relative.rsplit_once('/').map_or(relative, |(_, name)| name)
}
