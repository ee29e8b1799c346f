//! The command line.

use std::ffi::OsString;

use crate::read::child;

/// Runs the program.
pub fn main() -> std::process::ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    match args.split_first() {
        Some((verb, rest)) if verb == child::VERB => child::serve(rest),
        _ => std::process::ExitCode::SUCCESS,
    }
}
