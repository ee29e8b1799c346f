//! The verbs of the daemon: `run`, `jobs`, `purge`, `doctor`, and the words of their options.

mod doctor;
pub mod home;
pub mod jobs;
mod logs;
mod purge;
mod run;
mod verbs;

pub use verbs::gateway as verbs;

use clap::ArgMatches;

use super::{Context, Exit};

/// Runs a verb of the gateway; `None` if it is none.
pub fn run(context: &mut Context, name: &str, verb: &ArgMatches) -> Option<Exit> {
    Some(match name {
        "run" => run::run(context, verb),
        "jobs" => jobs::run(context, verb),
        "purge" => purge::run(context, verb),
        "doctor" => doctor::run(context, verb),
        _ => return None,
    })
}
