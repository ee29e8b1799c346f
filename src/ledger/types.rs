//! What the ledger takes and gives.

use std::{fmt, str::FromStr};

use serde::Serialize;

use super::LedgerError;
use crate::{clock::Millis, model::KnownEvidence};

/// Digits of a job's name: no `i`, `l`, `o`, `u`, so that it can be read out on the telephone.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A job. Made by us, sorted by time of arrival; people see it in base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0 as u64;
        let mut text = [b'0'; 13];
        for place in text.iter_mut().rev() {
            *place = DIGITS.get((left % 32) as usize).copied().unwrap_or(b'0');
            left /= 32;
        }
        out.write_str(std::str::from_utf8(&text).unwrap_or_default().trim_start_matches('0'))
    }
}

impl FromStr for JobId {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<JobId, LedgerError> {
        let mut id: u64 = 0;
        let digits = text.trim().to_ascii_lowercase();
        let is_long = digits.is_empty() || digits.len() > 13;
        for digit in digits.bytes() {
            let value = DIGITS.iter().position(|known| *known == digit);
            let value = value.filter(|_| !is_long);
            let value = value.ok_or_else(|| LedgerError::UnknownJob(text.to_owned()))?;
            id = id.wrapping_mul(32) | value as u64;
        }
        Ok(JobId(id as i64))
    }
}

impl Serialize for JobId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Spooled and known; nobody has opened it.
    Admitted,
    /// A worker reads, maps, judges and writes it.
    Converting,
    /// Everything is made and on disk; outputs, then the sender's copy, get their places.
    Delivering,
    /// Something of it went out.
    Delivered,
    /// Nothing of it may go out before a person mends it.
    Held,
    /// Nobody can open it, or reading it kills the reader.
    Quarantined,
    /// The world refused too often: a person must do something, the sentence says what.
    Stuck,
    /// A person called it off.
    Cancelled,
}

impl State {
    /// All states, in the order of a job's life.
    pub const ALL: [State; 8] = [
        State::Admitted,
        State::Converting,
        State::Delivering,
        State::Delivered,
        State::Held,
        State::Quarantined,
        State::Stuck,
        State::Cancelled,
    ];

    /// Name in the ledger, in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            State::Admitted => "admitted",
            State::Converting => "converting",
            State::Delivering => "delivering",
            State::Delivered => "delivered",
            State::Held => "held",
            State::Quarantined => "quarantined",
            State::Stuck => "stuck",
            State::Cancelled => "cancelled",
        }
    }

    /// The state of a name.
    pub fn find(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing more happens by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, State::Admitted | State::Converting | State::Delivering)
    }
}

/// A settled document that is in the spool and wants a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Route it came by.
    pub route: String,
    /// Its path below the route's `in/`, `/` between folders. Personal: sealed in the ledger.
    pub relative: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Digest of everything that will judge it: the route's mappings, targets and packs.
    pub plan: String,
    /// Which copy this is (file id, length, time of change), so that the same copy is never admitted twice.
    pub copy: String,
}

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A new job was made.
    New(JobId),
    /// The same document was delivered under the same plan: nothing to do.
    Seen(JobId),
    /// This very copy already has a job that is not finished (or was cancelled or is stuck).
    Already(JobId, State),
}

/// What a spoilt attempt counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Nothing: it goes on by itself, whatever it takes.
    Nothing,
    /// One of the tries.
    Try,
    /// The death of a reader's child.
    Reader,
}

/// The right to advance a job. A lease that another worker took over opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// Counts the leases of the job, from 1.
    pub fence: i64,
}

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The right to advance it.
    pub lease: Lease,
    /// `Converting`, or `Delivering` if everything was made before the last worker died.
    pub state: State,
    /// The document and how it came.
    pub arrival: Arrival,
    /// When it was admitted.
    pub arrived_at: Millis,
    /// Attempts so far that the world spoilt and that count.
    pub tries: u32,
    /// Attempts in which the reader's child died.
    pub reader_deaths: u32,
    /// Attempts in which the daemon itself died in this step, with no other job advancing between.
    pub daemon_deaths: u32,
    /// What is to be put in place, when `Delivering`.
    pub outputs: Vec<Output>,
    /// What the job ends as once all is in place, when `Delivering`.
    pub outcome: Option<State>,
    /// How many signed, if a person said so.
    pub signed: Option<u32>,
}

/// Which of a route's folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Folder {
    /// What a platform takes.
    #[default]
    Out,
    /// What a person must mend.
    Refused,
    /// What only goes to endpoints, until it went.
    Outbox,
}

impl Folder {
    /// Name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Folder::Out => "out",
            Folder::Refused => "refused",
            Folder::Outbox => "outbox",
        }
    }

    /// The folder of a name; what is unknown is for a person.
    pub fn find(name: &str) -> Folder {
        let all = [Folder::Out, Folder::Outbox];
        all.into_iter().find(|folder| folder.name() == name).unwrap_or(Folder::Refused)
    }
}

/// One file that a job made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Target's name; `annotated` or `note` for what the sender gets back.
    pub target: String,
    /// The folder it goes to.
    pub folder: Folder,
    /// Absolute path of the made file, before it has its place.
    pub staged: String,
    /// Its path below the folder. Personal: sealed in the ledger.
    pub name: String,
    /// Records in it.
    pub rows: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// One output that goes to an endpoint outside the route's folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Index in [`Conversion::outputs`].
    pub output: usize,
    /// Name of the endpoint.
    pub endpoint: String,
    /// Folder at the endpoint.
    pub folder: String,
    /// Not before this time.
    pub due_at: Millis,
}

/// A claimed delivery: the right to send one output to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// The job that made the output.
    pub job: JobId,
    /// Its number among the job's deliveries, from 0.
    pub place: usize,
    /// Counts the claims of this delivery, from 1. A lost claim settles nothing.
    pub fence: i64,
    /// Route of the job.
    pub route: String,
    /// Name of the endpoint.
    pub endpoint: String,
    /// Folder at the endpoint.
    pub folder: String,
    /// Attempts so far that count.
    pub tries: u32,
    /// When it was queued, or last postponed.
    pub changed_at: Millis,
    /// Index of the output among the job's.
    pub output: usize,
    /// The output, which has its place below the route's folder.
    pub file: Output,
}

/// What a conversion counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records read.
    pub records: u64,
    /// Records that went into no output.
    pub held: u64,
    /// Findings.
    pub errors: u64,
    /// Findings.
    pub warnings: u64,
}

/// How a corrected document differs from the version that was accepted before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Records that are new.
    pub added: u64,
    /// Records with other content.
    pub changed: u64,
    /// Records that are no longer there (never withdrawn by us).
    pub gone: u64,
    /// Records as they were.
    pub same: u64,
}

/// One record, as the ledger remembers it: no personal data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowKey {
    /// Keyed hash of the fields that tell records apart.
    pub key: [u8; 16],
    /// Keyed hash of all fields.
    pub content: [u8; 16],
    /// Grid, from 0.
    pub grid: u16,
    /// Row as the sender sees it.
    pub row: u32,
    /// Credits in halves; `None` if the record has none.
    pub credits: Option<i32>,
    /// Whether it went into no output.
    pub is_held: bool,
}

/// Everything that a conversion made, to be committed in one transaction.
pub struct Conversion<'a> {
    /// The right to commit it.
    pub lease: Lease,
    /// What the job ends as once its outputs are in place.
    pub outcome: State,
    /// One sentence for a person; empty if there is nothing to say.
    pub sentence: String,
    /// The files made.
    pub outputs: Vec<Output>,
    /// Which of them go to endpoints.
    pub deliveries: Vec<NewDelivery>,
    /// Counts.
    pub counts: Counts,
    /// The mapping that read it.
    pub input: Option<String>,
    /// The job whose document this one corrects, and how it differs.
    pub corrects: Option<(JobId, Changes)>,
    /// Jobs that contradict it, with the sentence for what they have not sent yet: that is held.
    pub rivals: Vec<(JobId, String)>,
    /// Evidence in it, to find what is used twice.
    pub evidence: Vec<KnownEvidence>,
    /// The records, streamed.
    pub rows: &'a mut dyn Iterator<Item = RowKey>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It stands.
    Yes,
    /// Another worker has the job; what was made must be thrown away.
    LeaseLost,
    /// Meanwhile another document gave other credits to one of these records: convert again.
    Contradicted,
}

/// A record of another job with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The key.
    pub key: [u8; 16],
    /// Its job.
    pub job: JobId,
    /// Its content.
    pub content: [u8; 16],
    /// Its credits.
    pub credits: Option<i32>,
    /// Its row.
    pub row: u32,
    /// When its job was delivered.
    pub delivered_at: Option<Millis>,
}

/// One job, for people.
#[derive(Clone, Debug, Serialize)]
pub struct JobView {
    /// The job.
    pub id: JobId,
    /// Where it stands.
    pub state: State,
    /// Its route.
    pub route: String,
    /// The sender's name of the document, below `in/`; `null` if the key that sealed it is lost.
    pub document: Option<String>,
    /// The sub-folder of `in/` it lay in: the sender's department.
    pub department: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// When it was admitted.
    pub arrived_at: Millis,
    /// When its state last changed.
    pub changed_at: Millis,
    /// When it will be tried again.
    pub due_at: Option<Millis>,
    /// Attempts that the world spoilt.
    pub tries: u32,
    /// What a person should know or do.
    pub sentence: String,
    /// Counts.
    pub counts: Counts,
    /// The mapping that read it.
    pub input: Option<String>,
    /// The job whose document this one corrects.
    pub corrects: Option<JobId>,
    /// How it differs from that.
    pub changes: Option<Changes>,
    /// How often the same document came again after it was delivered.
    pub seen_again: u32,
    /// When it last did.
    pub seen_at: Option<Millis>,
    /// What it made.
    pub outputs: Vec<OutputView>,
    /// What goes elsewhere.
    pub deliveries: Vec<DeliveryView>,
}

/// One output, for people.
#[derive(Clone, Debug, Serialize)]
pub struct OutputView {
    /// Target.
    pub target: String,
    /// Folder.
    pub folder: Folder,
    /// Path below it; `null` if the key is lost.
    pub name: Option<String>,
    /// Records in it.
    pub rows: u64,
    /// SHA-256.
    pub sha256: String,
}

/// One delivery, for people.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryView {
    /// Endpoint.
    pub endpoint: String,
    /// Target of the output.
    pub target: String,
    /// `queued`, `sent`, `held` or `stuck`.
    pub state: String,
    /// Attempts.
    pub tries: u32,
    /// Next attempt.
    pub due_at: Option<Millis>,
    /// What a person should know.
    pub sentence: String,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Only this state.
    pub state: Option<State>,
    /// Only this route.
    pub route: Option<String>,
    /// At most so many, newest first; `None`: all.
    pub limit: Option<u32>,
}

/// What a look at the event chains found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// Daemon.
    pub daemon: String,
    /// Links.
    pub events: u64,
    /// First link that does not follow from the one before it.
    pub broken_at: Option<u64>,
}
