//! A database for one case, and short words for what the cases do.

use std::sync::Arc;

use cmegate::{
    clock::Clock,
    ledger::{
        Admission, Arrival, Claimed, Committed, Conversion, Counts, Folder, JobId, Lease, Ledger,
        LedgerError, Output, RowKey, Secrets, State,
        seal::{Keys, LookupKey},
    },
};

/// A lease, in milliseconds.
pub const LEASE: i64 = 30_000;
const KEY: &str = "0011223344556677889900112233445566778899001122334455667788990011";

/// An empty database and a clock that stands.
pub struct Place {
    pub address: String,
    pub clock: Clock,
}

/// Keys with this id (eight hex digits).
pub fn secrets(id: &str, lookup: char) -> Secrets {
    let seal = Keys::parse(&format!("cmegate-key-1 {id} {KEY}\n")).unwrap();
    let lookup = LookupKey::parse(&format!("cmegate-lookup-1 {}\n", lookup.to_string().repeat(64)));
    Secrets { seal: Arc::new(seal), lookup: lookup.unwrap() }
}

impl Place {
    pub fn new(address: &str) -> Place {
        Place { address: address.to_owned(), clock: Clock::manual(1_790_000_000_000) }
    }

    pub fn open(&self) -> Ledger {
        self.open_as("first")
    }

    pub fn open_as(&self, daemon: &str) -> Ledger {
        self.try_open(secrets("00000001", '7'), daemon).unwrap()
    }

    pub fn try_open(&self, secrets: Secrets, daemon: &str) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.address, secrets, daemon, self.clock.clone())
    }

    pub fn is_sqlite(&self) -> bool {
        self.address.starts_with("sqlite:")
    }

    /// Runs SQL behind the ledger's back.
    pub fn sql(&self, text: &str) {
        match self.address.strip_prefix("sqlite:") {
            Some(path) => rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap(),
            None => postgres::Client::connect(&self.address, postgres::NoTls)
                .unwrap()
                .batch_execute(text)
                .unwrap(),
        }
    }
}

pub fn arrival(name: &str, bytes: &str) -> Arrival {
    Arrival {
        route: "rosters".to_owned(),
        relative: name.to_owned(),
        sha256: format!("sha-{bytes}"),
        bytes: 1000,
        plan: "plan-1".to_owned(),
        copy: format!("copy-{name}-{bytes}"),
    }
}

/// Admits one document that is new.
pub fn admit(ledger: &Ledger, name: &str, bytes: &str) -> JobId {
    match ledger.admit(&[arrival(name, bytes)]).unwrap().as_slice() {
        [Admission::New(job)] => *job,
        other => panic!("{name} was not new: {other:?}"),
    }
}

/// Claims exactly one job.
pub fn claim(ledger: &Ledger) -> Claimed {
    let mut claimed = ledger.claim(1, LEASE).unwrap();
    claimed.pop().expect("there is nothing to claim")
}

/// A record: key, credits in halves.
pub fn row(key: u8, credits: i32) -> RowKey {
    RowKey {
        key: [key; 16],
        content: [key.wrapping_add(credits as u8); 16],
        row: u32::from(key) + 2,
        credits: Some(credits),
        ..RowKey::default()
    }
}

pub fn output(name: &str) -> Output {
    Output {
        target: "platform".to_owned(),
        folder: Folder::Out,
        staged: format!("/staging/{name}"),
        name: name.to_owned(),
        rows: 2,
        sha256: format!("sha-of-{name}"),
    }
}

/// A conversion with one output.
pub fn conversion<'a>(
    lease: Lease,
    outcome: State,
    rows: &'a mut dyn Iterator<Item = RowKey>,
) -> Conversion<'a> {
    Conversion {
        rivals: Vec::new(),
        lease,
        outcome,
        sentence: String::new(),
        outputs: vec![output(&format!("of-{}.xlsx", lease.fence))],
        deliveries: Vec::new(),
        counts: Counts { records: 2, ..Counts::default() },
        input: Some("generic".to_owned()),
        corrects: None,
        evidence: Vec::new(),
        rows,
    }
}

/// Commits these records as delivered.
pub fn commit(ledger: &Ledger, lease: Lease, rows: &[RowKey]) -> Committed {
    let mut rows = rows.iter().copied();
    let conversion = conversion(lease, State::Delivered, &mut rows);
    ledger.converted(&mut [conversion]).unwrap()[0]
}

/// Takes one document all the way.
pub fn deliver(ledger: &Ledger, name: &str, bytes: &str, rows: &[RowKey]) -> JobId {
    let job = admit(ledger, name, bytes);
    let lease = claim(ledger).lease;
    assert_eq!(lease.job, job);
    assert_eq!(commit(ledger, lease, rows), Committed::Yes);
    assert_eq!(ledger.finish(&[lease]).unwrap(), [true]);
    job
}

pub fn state(ledger: &Ledger, job: JobId) -> State {
    ledger.job(job).unwrap().state
}
