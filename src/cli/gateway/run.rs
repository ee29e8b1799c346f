//! `run`: the daemon, or with `--once` a single pass for cron.

use std::{io, path::PathBuf, sync::Arc, thread, time::Duration};

use clap::ArgMatches;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use super::{
    Context, Exit, home,
    logs::{self, Loudness},
};
use crate::{
    clock::Clock,
    config::gateway::LogStyle,
    disk::service,
    pipeline::{
        chain,
        gateway::{Gateway, Outcome},
    },
    web,
};

/// Runs `run`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let is_once = verb.get_flag("once");
    let home = home::folder(verb);
    if let Err(error) = home::furnish(&home) {
        let told = format!("{}: {error}", home.display());
        context.screen.error(context.lang, &told);
        return Exit::World;
    }
    let plan = match home::plan(context, &home) {
        Ok(plan) => plan,
        Err(exit) => return exit,
    };
    let style = match verb.get_one::<String>("log").map(String::as_str) {
        Some("json") => LogStyle::Json,
        Some(_) => LogStyle::Human,
        None => plan.log,
    };
    logs::start(style, context.lang, loudness(context), Clock::system());
    let (mappings, may_begin) = (context.mappings.clone(), verb.get_flag("new-ledger"));
    let gateway = match home::open(context, plan, mappings, Clock::system(), may_begin) {
        Ok(gateway) => Arc::new(gateway),
        Err(exit) => return exit,
    };
    if let Err(error) = stop_on_signals(&gateway) {
        context.screen.error(context.lang, &error.to_string());
        return Exit::World;
    }
    let served = match serve(context, &gateway) {
        Ok(served) => served,
        Err(exit) => return exit,
    };
    tell(context, &gateway, is_once);
    service::ready();
    let outcome = gateway.run(is_once, &mut service::alive);
    service::stopping();
    drop(served);
    if let Err(error) = gateway.ledger.checkpoint() {
        tracing::warn!(error = %chain(&error), "the ledger keeps its log");
    }
    if !is_once {
        // A daemon ends because it was asked to, whatever it met on its way.
        return Exit::Done;
    }
    if verb.get_flag("json") {
        let object = serde_json::json!({ "version": 1, "outcome": outcome });
        context.screen.line(&object.to_string());
    }
    exit_of(&outcome)
}

fn loudness(context: &Context) -> Loudness {
    match (context.screen.is_quiet, context.screen.is_verbose) {
        (true, _) => Loudness::Quiet,
        (_, true) => Loudness::Verbose,
        _ => Loudness::Usual,
    }
}

fn stop_on_signals(gateway: &Arc<Gateway>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let gateway = Arc::clone(gateway);
    thread::spawn(move || {
        let mut is_asked = false;
        for signal in signals.forever() {
            if signal == SIGHUP {
                gateway.nudge();
                continue;
            }
            gateway.stop();
            if is_asked {
                // Asked twice: somebody is in a hurry, and everything is safe at any instant.
                std::process::exit(Exit::World as i32);
            }
            is_asked = true;
            let gateway = Arc::clone(&gateway);
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(9_500));
                drop(gateway);
                std::process::exit(Exit::Done as i32);
            });
        }
    });
    Ok(())
}

fn serve(context: &Context, gateway: &Gateway) -> Result<Option<web::Served>, Exit> {
    let Some(address) = gateway.plan.web else { return Ok(None) };
    match web::serve(address, gateway.health.clone()) {
        Ok(served) => Ok(Some(served)),
        Err(error) => {
            let told = match context.lang {
                crate::model::Lang::Zh => format!("网页地址 {address} 用不了：{error}"),
                crate::model::Lang::En => format!("cannot listen on {address}: {error}"),
            };
            context.screen.error(context.lang, &told);
            Err(Exit::World)
        }
    }
}

fn tell(context: &Context, gateway: &Gateway, is_once: bool) {
    gateway.tell_broken();
    let setup = gateway.setups.now();
    for (name, route) in &setup.routes {
        let folder: PathBuf = route.folders.input.clone();
        tracing::info!(route = name, folder = %folder.display(), "watching");
    }
    if setup.routes.is_empty() && setup.broken.is_empty() {
        let told = context.lang.pick(
            "没有任何通道：请在监视文件夹下新建 <通道名>/route.toml",
            "there is no route: make a folder with a route.toml",
        );
        context.screen.error(context.lang, told);
    } else if !is_once && context.screen.has_progress {
        let told = context.lang.pick(
            "正在监视；把文件放进 in/ 即可，按 Ctrl-C 停止",
            "watching; drop files into in/, stop with Ctrl-C",
        );
        eprintln!("{told}");
    }
}

fn exit_of(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome { has_panic: true, .. } => Exit::Bug,
        Outcome { has_world: true, .. } => Exit::World,
        Outcome { has_broken_route: true, .. } => Exit::Configuration,
        Outcome { has_findings: true, .. } => Exit::Findings,
        _ => Exit::Done,
    }
}
