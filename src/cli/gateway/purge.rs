//! `purge`: shows what is old enough to be forgotten, and forgets it when told to.

use std::sync::Arc;

use clap::ArgMatches;

use super::{Context, Exit, home};
use crate::{
    clock::{Clock, Millis},
    ledger::{JobId, Ledger, LedgerError, spool::Spool},
    model::Lang,
    pipeline::{chain, gateway::words},
};

const DAY: Millis = 24 * 3600 * 1000;

/// What may go of one route.
struct Old {
    route: String,
    before: Millis,
    jobs: Vec<(JobId, String, bool)>,
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
    let asked = verb.get_one::<u32>("older-than").copied();
    let mut all = Vec::new();
    for (name, route) in plan.routes(&context.catalogue) {
        let days = asked.or(match route {
            Ok(route) => route.retention_days,
            Err(_) => plan.retention_days,
        });
        let Some(days) = days else {
            tell_kept(context, &name);
            continue;
        };
        let before = Clock::system().now() - Millis::from(days) * DAY;
        match ledger.purgeable(&name, before) {
            Ok(jobs) => all.push(Old { route: name, before, jobs }),
            Err(error) => return home::ledger_fault(context, &error),
        }
    }
    tell(context, &all);
    if all.iter().all(|old| old.jobs.is_empty()) {
        return Exit::Done;
    }
    if !verb.get_flag("yes") {
        let told = context.lang.pick(
            "以上只是列出；加 --yes 才真正清除（原件和记录将无法恢复，事件日志保留）",
            "nothing was removed; add --yes to do it (originals and records are gone then, the event log stays)",
        );
        context.screen.line(told);
        return Exit::Done;
    }
    match forget(&ledger, &spool, &all) {
        Ok(bytes) => {
            let told = match context.lang {
                Lang::Zh => format!("已清除，腾出 {} KB", bytes / 1024),
                Lang::En => format!("removed, {} KB freed", bytes / 1024),
            };
            context.screen.line(&told);
            Exit::Done
        }
        Err(error) => home::ledger_fault(context, &error),
    }
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
        for (job, sha256, is_last) in &old.jobs {
            bytes += spool.remove_car(*job).map_err(refused)?;
            if *is_last {
                bytes += spool.remove_original(sha256).map_err(refused)?;
            }
        }
        let jobs: Vec<JobId> = old.jobs.iter().map(|(job, _, _)| *job).collect();
        for some in jobs.chunks(500) {
            ledger.purged(some)?;
        }
    }
    Ok(bytes)
}

fn tell_kept(context: &Context, route: &str) {
    let told = match context.lang {
        Lang::Zh => format!("{route}：没有设保留天数（retention_days），全部保留"),
        Lang::En => format!("{route}: no retention_days is set, everything is kept"),
    };
    context.screen.line(&told);
}

fn tell(context: &Context, all: &[Old]) {
    for old in all {
        let originals = old.jobs.iter().filter(|(_, _, is_last)| *is_last).count();
        let (route, jobs, day) = (&old.route, old.jobs.len(), words::minute(old.before));
        let told = match context.lang {
            Lang::Zh => format!("{route}：{day} 之前办结的任务 {jobs} 个，原件 {originals} 份"),
            Lang::En => format!("{route}: {jobs} jobs ended before {day}, {originals} originals"),
        };
        context.screen.line(&told);
    }
}
