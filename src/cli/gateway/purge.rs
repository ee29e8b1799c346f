//! `purge`: shows what is old enough to be forgotten, and forgets it when told to.

use std::sync::Arc;

use clap::ArgMatches;
use serde::Serialize;

use super::{Context, Exit, home};
use crate::{
    clock::{Clock, Millis},
    config::Gateway as Plan,
    ledger::{JobId, Ledger, LedgerError, spool::Spool},
    model::Lang,
    pipeline::{chain, gateway::words},
};

const DAY: Millis = 24 * 3600 * 1000;

/// What may go of one route.
#[derive(Serialize)]
struct Old {
    route: String,
    /// Jobs that ended before this time are old; `None`: all are kept.
    before: Option<Millis>,
    /// Jobs that are old.
    jobs: usize,
    /// Originals that go with them.
    originals: usize,
    #[serde(skip)]
    found: Vec<(JobId, String, bool)>,
}

/// Runs `purge`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let (plan, ledger, keys) = match home::look(context, verb) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let spool = match Spool::open(&plan.spool, Arc::clone(&keys)) {
        Ok(spool) => spool,
        Err(error) => {
            context.screen.error(context.lang, &chain(&error));
            return Exit::World;
        }
    };
    let all = match look(context, &plan, &ledger, verb.get_one::<u32>("older-than").copied()) {
        Ok(all) => all,
        Err(error) => return home::ledger_fault(context, &error),
    };
    let is_json = verb.get_flag("json");
    if !is_json {
        all.iter().for_each(|old| tell(context, old));
    }
    let is_told = verb.get_flag("yes") && all.iter().any(|old| old.jobs > 0);
    let freed = if is_told { forget(&ledger, &spool, &all).map(Some) } else { Ok(None) };
    match freed {
        Ok(freed) if is_json => tell_json(context, &all, freed),
        Ok(freed) => tell_end(context, &all, freed),
        Err(error) => return home::ledger_fault(context, &error),
    }
    Exit::Done
}

fn look(
    context: &Context,
    plan: &Plan,
    ledger: &Ledger,
    asked: Option<u32>,
) -> Result<Vec<Old>, LedgerError> {
    let mut all = Vec::new();
    for (name, route) in plan.routes(&context.catalogue) {
        let days = asked.or(match route {
            Ok(route) => route.retention_days,
            Err(_) => plan.retention_days,
        });
        let before = days.map(|days| Clock::system().now() - Millis::from(days) * DAY);
        let found = before.map_or(Ok(Vec::new()), |before| ledger.purgeable(&name, before))?;
        let originals = found.iter().filter(|(_, _, is_last)| *is_last).count();
        all.push(Old { route: name, before, jobs: found.len(), originals, found });
    }
    Ok(all)
}

/// Files first, then the ledger: cut short in between, the next purge finds the same jobs again.
fn forget(ledger: &Ledger, spool: &Spool, all: &[Old]) -> Result<u64, LedgerError> {
    let mut bytes = 0;
    let refused = |source| LedgerError::Refused {
        what: "forget a spooled file",
        source: Box::new(source),
        is_transient: true,
    };
    for old in all {
        for (job, sha256, is_last) in &old.found {
            bytes += spool.remove_car(*job).map_err(refused)?;
            if *is_last {
                bytes += spool.remove_original(sha256).map_err(refused)?;
            }
        }
        let jobs: Vec<JobId> = old.found.iter().map(|(job, _, _)| *job).collect();
        for some in jobs.chunks(500) {
            ledger.purged(some)?;
        }
    }
    Ok(bytes)
}

fn tell(context: &Context, old: &Old) {
    let Old { route, before, jobs, originals, .. } = old;
    let told = match (before.map(words::minute), context.lang) {
        (None, Lang::Zh) => format!("{route}：没有设保留天数（retention_days），全部保留"),
        (None, Lang::En) => format!("{route}: no retention_days is set, everything is kept"),
        (Some(day), Lang::Zh) => {
            format!("{route}：{day} 之前办结的任务 {jobs} 个，原件 {originals} 份")
        }
        (Some(day), Lang::En) => {
            format!("{route}: {jobs} jobs ended before {day}, {originals} originals")
        }
    };
    context.screen.line(&told);
}

/// What was done, or how to have it done.
fn tell_end(context: &Context, all: &[Old], freed: Option<u64>) {
    let told = match (freed, context.lang) {
        (None, _) if all.iter().all(|old| old.jobs == 0) => return,
        (None, Lang::Zh) => {
            "以上只是列出；加 --yes 才真正清除（原件和记录将无法恢复，事件日志保留）".to_owned()
        }
        (None, Lang::En) => {
            "nothing was removed; add --yes to do it (originals and records are gone then, the event log stays)".to_owned()
        }
        (Some(bytes), Lang::Zh) => format!("已清除，腾出 {} KB", bytes / 1024),
        (Some(bytes), Lang::En) => format!("removed, {} KB freed", bytes / 1024),
    };
    context.screen.line(&told);
}

fn tell_json(context: &Context, all: &[Old], freed: Option<u64>) {
    let object = serde_json::json!({
        "version": 1,
        "is_removed": freed.is_some(),
        "bytes": freed.unwrap_or_default(),
        "routes": all,
    });
    context.screen.line(&object.to_string());
}
