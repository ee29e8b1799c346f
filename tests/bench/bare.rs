//! `run --once` beside a bare program that leaves the same on the disk: the same writes, renames, syncs and group
//! commits, but no seal, no leases, no look at earlier documents, nothing taken back after a death.
//!
//! usage: cargo bench --bench bare -- FOLDER-OF-ROSTERS [ROUNDS]      rosters: `gen.py many 2000 FOLDER`

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use cmegate::{
    config::Catalogue,
    disk,
    pipeline::{DocumentReport, Request, convert},
};
use rusqlite::{Connection, params};

/// Documents spooled and admitted together, as the gateway does.
const ADMITTED: usize = 64;
/// Documents committed together, as the gateway does.
const COMMITTED: usize = 16;
const WORKERS: usize = 2;

const ROUTE: &str = "version = 1\nlabel = \"J5\"\ninputs = [\"learner-address-book\"]\nsettle_secs = 0\n\
    [[outlets]]\ntarget = \"national-cme-roster\"\n";
const FOLDERS: [&str; 4] = ["in", "done", "refused", "out"];

/// The gateway's tables, as far as rows go in, with its indexes.
const TABLES: &str = "
  CREATE TABLE document (sha256 TEXT PRIMARY KEY, bytes BIGINT);
  CREATE TABLE job (id BIGINT PRIMARY KEY, route TEXT, name BLOB, name_hash BLOB, sha256 TEXT, plan TEXT, copy TEXT,
    state TEXT, ready_at BIGINT, sentence TEXT, arrived_at BIGINT, changed_at BIGINT);
  CREATE INDEX job_ready ON job (ready_at, id) WHERE ready_at IS NOT NULL;
  CREATE INDEX job_lane_name ON job (name_hash, id) WHERE ready_at IS NOT NULL;
  CREATE INDEX job_lane_bytes ON job (sha256, id) WHERE ready_at IS NOT NULL;
  CREATE INDEX job_name ON job (name_hash, copy);
  CREATE INDEX job_bytes ON job (sha256);
  CREATE TABLE record (job BIGINT, grid BIGINT, line BIGINT, mark BIGINT, key BLOB, content BLOB, credits BIGINT,
    is_held BIGINT);
  CREATE INDEX record_job ON record (job);
  CREATE INDEX record_mark ON record (mark);
  CREATE TABLE output (job BIGINT, place BIGINT, target TEXT, folder TEXT, staged TEXT, name BLOB, records BIGINT,
    sha256 TEXT, PRIMARY KEY (job, place));
  CREATE TABLE event (chain BIGINT, number BIGINT, at BIGINT, kind TEXT, job BIGINT, numbers TEXT, hash BLOB,
    PRIMARY KEY (chain, number));";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bare", home, car] => Bare::new(Path::new(home), car.parse().unwrap()).run(),
        [rosters] => compare(Path::new(rosters), 3),
        [rosters, rounds] => compare(Path::new(rosters), rounds.parse().unwrap()),
        // `cargo bench` runs this among the others.
        _ => eprintln!("skipped: no folder of rosters given"),
    }
}

/// Runs both in turn, each in a fresh folder beside the rosters, and prints the ratio.
fn compare(rosters: &Path, rounds: usize) {
    let mut car_bytes = 3_000;
    let mut ratios = Vec::new();
    for round in 0..rounds {
        let home = furnish(rosters);
        let gateway = time(
            Command::new(binary())
                .args(["--home", home.to_str().unwrap(), "--quiet", "run", "--once"])
                .current_dir(&home),
        );
        let gateway_counts = counts(&home);
        car_bytes = mean_bytes(&home.join("spool/cars")).unwrap_or(car_bytes);
        fs::remove_dir_all(&home).unwrap();
        let home = furnish(rosters);
        let bare = time(Command::new(std::env::current_exe().unwrap()).args([
            "bare",
            home.to_str().unwrap(),
            &car_bytes.to_string(),
        ]));
        assert_eq!(counts(&home), gateway_counts, "in, done, refused, out");
        fs::remove_dir_all(&home).unwrap();
        println!(
            "round {round}: gateway {gateway:.2} s, bare {bare:.2} s, ratio {:.2}; in, done, refused, out {:?}",
            gateway / bare,
            gateway_counts
        );
        ratios.push(gateway / bare);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ratios.len() / 2]);
}

/// The gateway under test; `CMEGATE_BINARY` names another one, to compare with.
fn binary() -> PathBuf {
    std::env::var_os("CMEGATE_BINARY")
        .map_or_else(|| env!("CARGO_BIN_EXE_cmegate").into(), PathBuf::from)
}

fn furnish(rosters: &Path) -> PathBuf {
    let home = rosters.parent().unwrap().join("bench-home");
    let _ = fs::remove_dir_all(&home);
    let route = home.join("j5");
    FOLDERS.iter().for_each(|folder| fs::create_dir_all(route.join(folder)).unwrap());
    fs::write(home.join("gateway.toml"), "version = 1\nworkers = 2\n").unwrap();
    fs::write(route.join("route.toml"), ROUTE).unwrap();
    for path in list(rosters) {
        fs::copy(&path, route.join("in").join(path.file_name().unwrap())).unwrap();
    }
    // What others left to write must not be counted.
    Command::new("sync").status().unwrap();
    home
}

fn time(command: &mut Command) -> f64 {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let took = begun.elapsed().as_secs_f64();
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    took
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn counts(home: &Path) -> [usize; 4] {
    FOLDERS.map(|folder| list(&home.join("j5").join(folder)).len())
}

fn mean_bytes(folder: &Path) -> Option<usize> {
    let all: Vec<u64> = list(folder).iter().map(|path| fs::metadata(path).unwrap().len()).collect();
    let sum: u64 = all.iter().sum();
    (sum as usize).checked_div(all.len())
}

struct Bare {
    home: PathBuf,
    catalogue: Catalogue,
    ledger: Mutex<Connection>,
    events: AtomicI64,
    car: Vec<u8>,
}

/// A document on its way.
struct Document {
    id: i64,
    path: PathBuf,
}

impl Bare {
    fn new(home: &Path, car_bytes: usize) -> Bare {
        let ledger = Connection::open(home.join("ledger.sqlite")).unwrap();
        ledger.pragma_update(None, "journal_mode", "WAL").unwrap();
        ledger.pragma_update(None, "synchronous", "FULL").unwrap();
        ledger.pragma_update(None, "wal_autocheckpoint", 4000).unwrap();
        ledger.execute_batch(TABLES).unwrap();
        for prefix in 0..256 {
            fs::create_dir_all(home.join(format!("spool/originals/{prefix:02x}"))).unwrap();
        }
        for folder in ["spool/cars", "spool/work", "j5/.staging"] {
            fs::create_dir_all(home.join(folder)).unwrap();
        }
        Bare {
            home: home.to_owned(),
            catalogue: Catalogue::open(None),
            ledger: Mutex::new(ledger),
            events: AtomicI64::new(0),
            car: vec![7; car_bytes],
        }
    }

    fn run(&self) {
        let documents: Vec<Document> = (1..)
            .zip(list(&self.home.join("j5/in")))
            .map(|(id, path)| Document { id, path })
            .collect();
        let groups: Vec<&[Document]> = documents.chunks(ADMITTED).collect();
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                        self.admit(group);
                        group.chunks(COMMITTED).for_each(|some| self.work(some));
                    }
                });
            }
        });
    }

    fn spooled(&self, document: &Document) -> PathBuf {
        let prefix = format!("{:02x}", document.id * 131 % 256);
        self.home.join("spool/originals").join(prefix).join(format!("{}.seal", document.id))
    }

    fn admit(&self, group: &[Document]) {
        let mut files = Vec::new();
        for document in group {
            let bytes = fs::read(&document.path).unwrap();
            let hidden = self.home.join(format!("spool/work/{}.part", document.id));
            fs::write(&hidden, bytes).unwrap();
            let place = self.spooled(document);
            fs::rename(&hidden, &place).unwrap();
            files.push(place);
        }
        sync_with_folders(files);
        self.turn(|ledger| {
            for Document { id, path } in group {
                let (name, hash) = (path.to_str().unwrap(), id.wrapping_mul(0x9e37_79b9_7f4a).to_be_bytes());
                let sha256 = format!("{id:064x}");
                run(ledger, "INSERT INTO document VALUES (?, ?)", params![sha256, 1]);
                run(
                    ledger,
                    "INSERT INTO job VALUES (?, 'j5', ?, ?, ?, 'plan', 'copy', 'admitted', 1, '', 1, 1)",
                    params![id, name.as_bytes(), hash, sha256],
                );
                self.note(ledger, *id, "admitted");
            }
        });
    }

    fn work(&self, group: &[Document]) {
        self.turn(|ledger| {
            for Document { id, .. } in group {
                run(
                    ledger,
                    "UPDATE job SET state = 'converting', ready_at = 2 WHERE id = ?",
                    params![id],
                );
                self.note(ledger, *id, "claimed");
            }
        });
        let made: Vec<(&Document, Vec<PathBuf>, DocumentReport)> =
            group.iter().map(|document| self.convert(document)).collect();
        sync_with_folders(made.iter().flat_map(|(_, files, _)| files.clone()).collect());
        self.turn(|ledger| {
            made.iter().for_each(|(document, _, report)| self.commit(ledger, document.id, report))
        });
        self.place(&made);
        self.turn(|ledger| {
            for Document { id, .. } in group {
                run(
                    ledger,
                    "UPDATE job SET state = 'delivered', ready_at = NULL WHERE id = ?",
                    params![id],
                );
                self.note(ledger, *id, "delivered");
            }
        });
    }

    fn convert<'a>(&self, document: &'a Document) -> (&'a Document, Vec<PathBuf>, DocumentReport) {
        let staging = self.home.join(format!("j5/.staging/{}", document.id));
        fs::create_dir(&staging).unwrap();
        let request = Request {
            among: vec!["learner-address-book".into()],
            targets: vec!["national-cme-roster".into()],
            out: Some(staging),
            ..Request::default()
        };
        let stem = document.path.file_stem().unwrap().to_str().unwrap();
        let report = convert(&self.catalogue, &self.spooled(document), stem, &request).unwrap();
        let car = self.home.join(format!("spool/cars/{}-1.seal", document.id));
        let hidden = self.home.join(format!("spool/work/{}.part", document.id));
        fs::write(&hidden, &self.car).unwrap();
        fs::rename(&hidden, &car).unwrap();
        fs::remove_file(report.report.as_ref().unwrap()).unwrap();
        let outputs = report.outputs.iter().map(|output| output.path.clone());
        let files = outputs.chain(report.annotated.clone()).chain([car]).collect();
        (document, files, report)
    }

    fn commit(&self, ledger: &Connection, id: i64, report: &DocumentReport) {
        run(ledger, "UPDATE job SET state = 'delivering' WHERE id = ?", params![id]);
        let made = report.outputs.len() + usize::from(report.annotated.is_some());
        for place in 0..made as i64 {
            run(
                ledger,
                "INSERT INTO output VALUES (?, ?, 'target', 'out', 'staged', ?, 50, 'sha256')",
                params![id, place, b"name".as_slice()],
            );
        }
        for line in 0..report.records.values().sum::<u64>() as i64 {
            let mark = (id * 1_000 + line).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
            run(
                ledger,
                "INSERT INTO record VALUES (?, 0, ?, ?, ?, ?, 4, 0)",
                params![id, line, mark, [1_u8; 16], [2_u8; 16]],
            );
        }
        self.note(ledger, id, "converted");
    }

    /// Outputs to their places, and only when these are safe, the sender's copies.
    fn place(&self, made: &[(&Document, Vec<PathBuf>, DocumentReport)]) {
        let route = self.home.join("j5");
        for (_, _, report) in made {
            let outputs = report.outputs.iter().map(|output| (&output.path, "out"));
            for (path, folder) in
                outputs.chain(report.annotated.iter().map(|path| (path, "refused")))
            {
                disk::rename_new(path, &route.join(folder).join(path.file_name().unwrap()))
                    .unwrap();
            }
        }
        sync_folders(["out", "refused"].map(|folder| route.join(folder)).to_vec());
        for (document, _, report) in made {
            let done = if report.outputs.is_empty() { "refused" } else { "done" };
            let to = route.join(done).join(document.path.file_name().unwrap());
            disk::rename_new(&document.path, &to).unwrap();
            fs::remove_dir(route.join(format!(".staging/{}", document.id))).unwrap();
        }
        sync_folders(["in", "done", "refused"].map(|folder| route.join(folder)).to_vec());
    }

    fn turn(&self, body: impl FnOnce(&Connection)) {
        let mut ledger = self.ledger.lock().unwrap();
        let turn = ledger.transaction().unwrap();
        body(&turn);
        turn.commit().unwrap();
    }

    fn note(&self, ledger: &Connection, id: i64, kind: &str) {
        let number = self.events.fetch_add(1, Ordering::Relaxed);
        run(
            ledger,
            "INSERT INTO event VALUES (1, ?, 1, ?, ?, 'fence=1', ?)",
            params![number, kind, id, [0_u8; 32]],
        );
    }
}

fn run(ledger: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) {
    ledger.prepare_cached(sql).unwrap().execute(values).unwrap();
}

fn sync_with_folders(files: Vec<PathBuf>) {
    disk::sync_files(&files).unwrap();
    sync_folders(files.iter().map(|path| path.parent().unwrap().to_owned()).collect());
}

fn sync_folders(mut folders: Vec<PathBuf>) {
    folders.sort();
    folders.dedup();
    folders.iter().for_each(|folder| disk::sync_folder(folder).unwrap());
}
