//! A scratch folder, a cleared environment, and the built program in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A scratch folder that goes when the test ends.
pub struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// A new, empty one.
    pub fn new() -> Sandbox {
        Sandbox { folder: tempfile::tempdir().unwrap() }
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

    /// Runs the program here with a cleared environment, Chinese unless the words say otherwise.
    pub fn run(&self, words: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_cmegate"))
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .output()
            .unwrap();
        let folder = self.folder.path();
        Ran { output, folders: [fs::canonicalize(folder).unwrap(), folder.to_owned()] }
    }

    /// Names of all files inside, sorted, with their folders.
    pub fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        list(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }
}

fn list(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, names);
        } else {
            names.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// How a run of the program ended.
pub struct Ran {
    output: Output,
    /// The scratch folder under its two names.
    folders: [PathBuf; 2],
}

impl Ran {
    /// The exit code; -1 if a signal ended it.
    pub fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    /// What it printed, with the scratch folder's name taken out.
    pub fn stdout(&self) -> String {
        self.plain(&self.output.stdout)
    }

    /// What it told the operator.
    pub fn stderr(&self) -> String {
        self.plain(&self.output.stderr)
    }

    fn plain(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let hide =
            |text: String, folder: &PathBuf| text.replace(&*folder.to_string_lossy(), "HERE");
        self.folders.iter().fold(text, hide)
    }

    /// The JSON it printed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.output.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}{}", self.stdout(), self.stderr()))
    }
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A path in the shared folder beside the project; `None`, aloud, where there is none.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = root().parent().map(|parent| parent.join("shared"));
    let folder = std::env::var_os("CMEGATE_SHARED").map(PathBuf::from).or(beside);
    let found = folder.map(|folder| folder.join(path)).filter(|path| path.exists());
    if found.is_none() {
        println!("skipped: ../shared/{path} is not there");
    }
    found
}
