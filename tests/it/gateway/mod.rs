//! The daemon, as an IT department meets it: drop folders, a ledger, and power cuts.

mod arrivals;
mod crash;
mod faults;
mod fleet;
mod journey;
#[path = "../../ledger/server.rs"]
mod server;
mod vault;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use crate::sandbox::root;

/// A home with one route, and the program.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// A home whose route takes learner rosters at once; `more` is added to its `route.toml`.
    pub fn new(more: &str) -> Home {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        home.write("gateway.toml", "version = 1\n");
        home.write("rosters/route.toml", format!(
            "version = 1\nlabel = \"学员通讯录\"\ninputs = [\"learner-address-book\"]\nsettle_secs = 0\n{more}\n[[outlets]]\ntarget = \"national-cme-roster\"\n"
        ));
        fs::create_dir_all(home.path("rosters/in")).unwrap();
        home
    }

    /// A path inside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file inside.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Drops a document into `in/` at once, as a rename does.
    pub fn drop_in(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let made = self.write(".drop", bytes);
        let to = self.path("rosters/in").join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(made, to).unwrap();
    }

    /// The command line on this home.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cmegate"));
        command.args(words).arg("--home").arg(self.folder.path()).env_clear();
        command
    }

    /// Runs it.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs `run --once`, asserting on its exit code.
    pub fn once(&self, code: i32) {
        let ran = self.run(&["run", "--once"]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(code), "{said}");
    }

    /// Starts the daemon.
    pub fn start(&self) -> Daemon {
        self.start_with(&[])
    }

    /// Starts the daemon with further words.
    pub fn start_with(&self, words: &[&str]) -> Daemon {
        let mut command = self.command(&["run"]);
        command.args(words);
        Daemon(command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap())
    }

    /// `jobs list`, oldest first.
    pub fn jobs(&self) -> Vec<Value> {
        let ran = self.run(&["jobs", "list", "--all", "--json"]);
        let listed: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| {
            panic!("{}", String::from_utf8_lossy(&ran.stderr));
        });
        let mut jobs = listed["jobs"].as_array().unwrap().clone();
        jobs.reverse();
        jobs
    }

    /// Name of each document and the state of its job.
    pub fn states(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.jobs().iter().map(|job| (text(&job["document"]), text(&job["state"]))).collect()
    }

    /// All files of the route, with their digests; hidden ones too.
    pub fn files(&self) -> BTreeMap<String, u64> {
        let mut files = BTreeMap::new();
        list(&self.path("rosters"), &self.path("rosters"), &mut files);
        files
    }

    /// Names of the files in a folder of the route, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let mut files = BTreeMap::new();
        let folder = self.path("rosters").join(folder);
        list(&folder, &folder, &mut files);
        files.into_keys().collect()
    }
}

fn list(base: &Path, folder: &Path, files: &mut BTreeMap<String, u64>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(base, &path, files);
        } else {
            use std::hash::{DefaultHasher, Hasher};
            let mut hasher = DefaultHasher::new();
            // A daemon may have moved it meanwhile.
            let Ok(bytes) = fs::read(&path) else { continue };
            hasher.write(&bytes);
            let name = path.strip_prefix(base).unwrap().to_string_lossy().into_owned();
            files.insert(name, hasher.finish());
        }
    }
}

/// A running daemon; killed when dropped.
pub struct Daemon(Child);

impl Daemon {
    /// Waits until something is so; the daemon is fast, the patience is for busy machines.
    pub fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        for _ in 0..1200 {
            if is_so() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("never: {what}");
    }

    /// Its number among the processes.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to stop and waits.
    pub fn stop(mut self) -> i32 {
        let id = self.0.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.0.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A sample's bytes.
pub fn sample(name: &str) -> Vec<u8> {
    fs::read(root().join("samples").join(name)).unwrap()
}

/// A small roster of invented people, as UTF-8 text: `(name, ID number, credits)`. The 17th digit of the number tells
/// the sex.
pub fn roster(project: &str, people: &[(&str, &str, &str)]) -> String {
    let mut text =
        String::from("姓名,性别,身份证号,工作单位,职称,学历,手机号,项目编号,期次,学分,培训日期\n");
    for (at, (name, id, credits)) in people.iter().enumerate() {
        let is_man = id.as_bytes()[16] % 2 == 1;
        let (sex, mobile) = (if is_man { "男" } else { "女" }, 19_900_138_000_u64 + at as u64);
        text += &format!(
            "{name},{sex},{id},示范医院,主治医师,本科,{mobile},{project},1,{credits},2022-03-05\n"
        );
    }
    text
}
