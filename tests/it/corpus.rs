//! Real files: each ends in time and memory, never in a panic or abort, with rows or a named finding.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    sandbox::{Sandbox, shared},
    shapes::assert_fits,
};

/// Slowest document that is borne; the machine may be busy, so this is no benchmark.
const PATIENCE: Duration = Duration::from_secs(30);
/// Address space of the whole program, so that a memory trap ends here and not in the machine's swap.
const MEMORY_KIB: u64 = 2 << 20;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn check(sandbox: &Sandbox, file: &Path) -> Result<(), String> {
    let started = Instant::now();
    let program = env!("CARGO_BIN_EXE_cmegate");
    let limited = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &limited, program, "convert", "--json", "--out"])
        .arg(sandbox.path("out"))
        .arg(file)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code().ok_or(format!("ended by a signal: {told}"))?;
    if code > 1 || told.contains("panicked") {
        return Err(format!("exit code {code}: {told}"));
    }
    if started.elapsed() > PATIENCE {
        return Err(format!("took {:?}", started.elapsed()));
    }
    let summary: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    assert_fits("convert.schema.json", &summary);
    let document = &summary["documents"][0];
    let records = document["records"].as_object().is_some_and(|records| !records.is_empty());
    let errors = document["findings"]["error"].as_u64().unwrap_or(0);
    if records || errors > 0 { Ok(()) } else { Err("neither rows nor a finding".to_owned()) }
}

fn check_all(folder: &str, at_least: usize) {
    let Some(folder) = shared(folder) else { return };
    let sandbox = Sandbox::new();
    let files = files(&folder);
    assert!(files.len() >= at_least);
    let faults: Vec<String> = files
        .iter()
        .filter_map(|file| {
            check(&sandbox, file).err().map(|why| format!("{}: {why}", file.display()))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_file_of_the_corpus_ends_in_rows_or_a_named_finding() {
    check_all("corpus", 200);
}

#[test]
fn every_fixture_ends_in_rows_or_a_named_finding() {
    check_all("fixtures", 15);
}
