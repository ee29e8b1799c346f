//! `jobs`: what the ledger knows, and what a person may do about it.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::ArgMatches;
use serde_json::Value;

use super::{Context, Exit, home};
use crate::{
    clock::Millis,
    ledger::{
        Changes, Counts, JobFilter, JobId, JobView, KEY_LOST, Ledger, LedgerError, SAME_AS, State,
        seal::Keys,
        spool::{Spool, SpoolError},
    },
    model::{Lang, Severity},
    pipeline::{chain, gateway::words},
};

/// Runs `jobs …`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let Some((name, verb)) = verb.subcommand() else { return Exit::Usage };
    let (plan, ledger, keys) = match home::look(context, verb) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let done = match name {
        "list" => list(context, &ledger, verb),
        "show" => show(context, &ledger, verb).inspect(|exit| {
            if *exit == Exit::Done && !verb.get_flag("json") {
                tell_findings(context, &plan.spool, keys, verb);
            }
        }),
        "retry" => change(context, &ledger, verb, Ledger::retry),
        "cancel" => change(context, &ledger, verb, Ledger::cancel),
        "confirm" => confirm(context, &ledger, verb),
        "verify" => verify(context, &ledger, verb),
        _ => Ok(Exit::Usage),
    };
    done.unwrap_or_else(|error| home::ledger_fault(context, &error))
}

fn list(context: &Context, ledger: &Ledger, verb: &ArgMatches) -> Result<Exit, LedgerError> {
    let filter = JobFilter {
        state: verb.get_one::<String>("state").and_then(|name| State::find(name)),
        route: verb.get_one::<String>("route").cloned(),
        limit: (!verb.get_flag("all")).then_some(50),
    };
    let jobs = ledger.jobs(&filter)?;
    if verb.get_flag("json") {
        context.screen.line(&serde_json::json!({ "version": 1, "jobs": jobs }).to_string());
        return Ok(Exit::Done);
    }
    let lang = context.lang;
    if jobs.is_empty() {
        context.screen.line(lang.pick("没有任务", "no jobs"));
        return Ok(Exit::Done);
    }
    let mut rows = vec![
        [
            ("任务", "job"),
            ("状态", "state"),
            ("通道", "route"),
            ("文件", "document"),
            ("到达", "arrived"),
            ("记录", "records"),
            ("暂缓", "held"),
            ("说明", "note"),
        ]
        .map(|(zh, en)| lang.pick(zh, en).to_owned())
        .to_vec(),
    ];
    rows.extend(jobs.iter().map(|job| {
        vec![
            job.id.to_string(),
            state(job.state, lang).to_owned(),
            job.route.clone(),
            name_of(job, lang),
            words::minute(job.arrived_at),
            job.counts.records.to_string(),
            job.counts.held.to_string(),
            note(job, lang),
        ]
    }));
    context.screen.table(&rows);
    tell_counts(context, ledger)?;
    Ok(Exit::Done)
}

fn tell_counts(context: &Context, ledger: &Ledger) -> Result<(), LedgerError> {
    let counts: Vec<String> = ledger
        .counts()?
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(of, count)| format!("{} {count}", state(of, context.lang)))
        .collect();
    if !counts.is_empty() {
        context.screen.line(&context.screen.faint(&counts.join("  ")));
    }
    Ok(())
}

fn note(job: &JobView, lang: Lang) -> String {
    let mut note = sentence(job, lang);
    if let Some(again) = came_again(job, lang) {
        let stop = lang.pick("；", "; ");
        note = if note.is_empty() { again } else { format!("{again}{stop}{note}") };
    }
    let short: String = note.chars().take(48).collect();
    if short.len() < note.len() { format!("{short}…") } else { short }
}

/// How often the same document came again, if it did.
pub fn came_again(job: &JobView, lang: Lang) -> Option<String> {
    let times = Some(job.seen_again).filter(|times| *times > 0)?;
    Some(match lang {
        Lang::Zh => format!("同一份又来过 {times} 次"),
        Lang::En if times == 1 => "the same came again once".to_owned(),
        Lang::En => format!("the same came again {times} times"),
    })
}

/// How a corrected document differs from what was accepted before.
pub fn changes(changes: Changes, lang: Lang) -> String {
    let Changes { added, changed, gone, same } = changes;
    match lang {
        Lang::Zh => format!("新增 {added} 行，修改 {changed}，减少 {gone}，未变 {same}"),
        Lang::En => {
            format!("{added} rows added, {changed} changed, {gone} gone, {same} as they were")
        }
    }
}

/// The job's sentence; those that the ledger writes itself are put into words here.
fn sentence(job: &JobView, lang: Lang) -> String {
    if job.sentence == KEY_LOST {
        let (zh, en) = (
            "密钥丢失，文件名打不开；请从备份恢复密钥文件后执行 cmegate jobs retry",
            "the key is lost and the name cannot be opened; restore the key file, then retry",
        );
        return lang.pick(zh, en).to_owned();
    }
    match (job.sentence.strip_prefix(SAME_AS), lang) {
        (Some(twin), Lang::Zh) => format!("与任务 {twin} 是同一份，已交付过"),
        (Some(twin), Lang::En) => format!("the same as job {twin}, which was delivered"),
        (None, _) => job.sentence.clone(),
    }
}

fn name_of(job: &JobView, lang: Lang) -> String {
    let lost = lang.pick("（密钥丢失或已清除）", "(key lost, or purged)");
    // A name is the sender's: what it does to a terminal or a table is not.
    let plain =
        |name: &String| name.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    job.document.as_ref().map_or_else(|| lost.to_owned(), plain)
}

/// The word that people read.
pub fn state(state: State, lang: Lang) -> &'static str {
    let (zh, en) = match state {
        State::Admitted => ("已收下", "admitted"),
        State::Converting => ("转换中", "converting"),
        State::Delivering => ("交付中", "delivering"),
        State::Delivered => ("已交付", "delivered"),
        State::Held => ("待修改", "held"),
        State::Quarantined => ("打不开", "quarantined"),
        State::Stuck => ("卡住了", "stuck"),
        State::Cancelled => ("已取消", "cancelled"),
    };
    lang.pick(zh, en)
}

fn job_of(verb: &ArgMatches) -> Result<JobId, LedgerError> {
    verb.get_one::<String>("job").map_or("", String::as_str).parse()
}

fn show(context: &Context, ledger: &Ledger, verb: &ArgMatches) -> Result<Exit, LedgerError> {
    let job = ledger.job(job_of(verb)?)?;
    if verb.get_flag("json") {
        context.screen.line(&serde_json::json!({ "version": 1, "job": job }).to_string());
        return Ok(Exit::Done);
    }
    let lang = context.lang;
    let say = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let label = format!("{}{}", lang.pick(zh, en), lang.pick("：", ": "));
            context.screen.line(&format!("{}{value}", context.screen.faint(&label)));
        }
    };
    context.screen.line(&context.screen.bold(&format!("{}  {}", job.id, state(job.state, lang))));
    say("文件", "document", &name_of(&job, lang));
    say("通道", "route", &job.route);
    say("科室", "department", job.department.as_deref().unwrap_or_default());
    say("到达", "arrived", &words::minute(job.arrived_at));
    say("更新", "changed", &words::minute(job.changed_at));
    say("说明", "note", &sentence(&job, lang));
    let due = |time: Option<Millis>| time.map_or_else(String::new, words::minute);
    if !job.state.is_final() {
        say("下次", "next try", &due(job.due_at));
    }
    say("内容", "content", &counted(job.counts, lang));
    if let (Some(earlier), Some(found)) = (job.corrects, job.changes) {
        let colon = lang.pick("：", ": ");
        say("更正", "corrects", &format!("{earlier}{colon}{}", changes(found, lang)));
    }
    if let Some(seen) = job.seen_at.filter(|_| job.seen_again > 0) {
        let told = format!("{} × {}", words::minute(seen), job.seen_again);
        say("又来过", "came again", &told);
    }
    tell_files(context, &job);
    Ok(Exit::Done)
}

fn counted(counts: Counts, lang: Lang) -> String {
    let Counts { records, held, errors, warnings } = counts;
    match lang {
        Lang::Zh => format!("记录 {records}，暂缓 {held}；错误 {errors}，警告 {warnings}"),
        Lang::En => {
            format!("{records} records, {held} held; {errors} errors, {warnings} warnings")
        }
    }
}

/// What the job made, and what of it goes elsewhere.
fn tell_files(context: &Context, job: &JobView) {
    let lang = context.lang;
    for output in &job.outputs {
        let folder = match output.folder {
            crate::ledger::Folder::Out => "out",
            crate::ledger::Folder::Refused => "refused",
            crate::ledger::Folder::Outbox => "outbox",
        };
        let name = output.name.clone().unwrap_or_else(|| "?".to_owned());
        // What the sender gets back holds no records of its own.
        let rows = match (output.rows, lang) {
            (0, _) => String::new(),
            (rows, Lang::Zh) => format!("（{rows} 行）"),
            (rows, Lang::En) => format!(" ({rows} rows)"),
        };
        context.screen.line(&format!("  → {folder}/{name}{rows}"));
    }
    for delivery in &job.deliveries {
        let told = format!(
            "  ⇒ {}  {}  {}  {}",
            delivery.endpoint,
            delivery.state,
            delivery.due_at.map_or_else(String::new, words::minute),
            delivery.sentence
        );
        context.screen.line(told.trim_end());
    }
}

/// Findings listed in one go; the annotated workbook has them all.
const FINDINGS: usize = 20;

/// What the report in the job's side-car found, values masked.
fn tell_findings(context: &Context, spool: &Path, keys: Arc<Keys>, verb: &ArgMatches) {
    let Ok(job) = job_of(verb) else { return };
    let report = Spool::open(spool, keys).and_then(|spool| read_report(&spool, job));
    let findings = match report {
        Ok(Some(report)) => report["findings"].as_array().cloned().unwrap_or_default(),
        // Nothing was made yet, or it was purged.
        Ok(None) | Err(SpoolError::Missing { .. }) => return,
        Err(error) => return context.screen.error(context.lang, &chain(&error)),
    };
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let shown = findings.iter().filter(|finding| finding["severity"] != "info");
    for finding in shown.take(FINDINGS) {
        let severity =
            if finding["severity"] == "error" { Severity::Error } else { Severity::Warning };
        let label = context.screen.tint(severity, severity.label(context.lang));
        let place = [text(finding, "sheet"), text(finding, "cell")];
        let place: Vec<&str> = place.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        let (message, code) = (text(finding, "message"), text(finding, "code"));
        let place = place.join("!");
        let gap = if place.is_empty() { "" } else { "  " };
        context.screen.line(&format!("  {label} {place}{gap}{message} [{code}]"));
    }
    if findings.len() > FINDINGS {
        let told = match context.lang {
            Lang::Zh => format!("  共 {} 条，其余见标注工作簿", findings.len()),
            Lang::En => format!("  {} in all; the annotated workbook has them", findings.len()),
        };
        context.screen.line(&context.screen.faint(&told));
    }
}

/// The report behind the records of a side-car.
fn read_report(spool: &Spool, job: JobId) -> Result<Option<Value>, SpoolError> {
    let mut reader = BufReader::new(spool.open_car(job)?);
    let mut line = String::new();
    loop {
        line.clear();
        let read = reader.read_line(&mut line);
        let fault = |source| SpoolError::Io { path: PathBuf::from(job.to_string()), source };
        if read.map_err(fault)? == 0 {
            return Ok(None);
        }
        if line.starts_with("{\"version\":") {
            reader.read_to_string(&mut line).map_err(fault)?;
            return Ok(serde_json::from_str(&line).ok());
        }
    }
}

fn change(
    context: &Context,
    ledger: &Ledger,
    verb: &ArgMatches,
    change: fn(&Ledger, JobId) -> Result<(), LedgerError>,
) -> Result<Exit, LedgerError> {
    let id = job_of(verb)?;
    change(ledger, id)?;
    let job = ledger.job(id)?;
    context.screen.line(&format!("{id}  {}", state(job.state, context.lang)));
    Ok(Exit::Done)
}

/// Notes how many signed, and says whether that is how many have credits.
fn confirm(context: &Context, ledger: &Ledger, verb: &ArgMatches) -> Result<Exit, LedgerError> {
    let id = job_of(verb)?;
    let signed = verb.get_one::<u32>("signed").copied().unwrap_or_default();
    ledger.confirm_signed(id, signed)?;
    let job = ledger.job(id)?;
    let (lang, credited) = (context.lang, job.counts.records.saturating_sub(job.counts.held));
    context.screen.line(&format!("{id}  {}", state(job.state, lang)));
    if !job.state.is_final() || u64::from(signed) == credited {
        return Ok(Exit::Done);
    }
    let told = match lang {
        Lang::Zh => {
            format!("签到 {signed} 人，已交付 {credited} 条：请核对是谁没有签到，或者谁漏报了")
        }
        Lang::En => {
            format!("{signed} signed, {credited} records were delivered: find out who is missing")
        }
    };
    context.screen.error(lang, &told);
    Ok(Exit::Findings)
}

fn verify(context: &Context, ledger: &Ledger, verb: &ArgMatches) -> Result<Exit, LedgerError> {
    let chains = ledger.verify()?;
    let is_broken = chains.iter().any(|chain| chain.broken_at.is_some());
    if verb.get_flag("json") {
        context.screen.line(&serde_json::json!({ "version": 1, "chains": chains }).to_string());
    } else {
        for chain in &chains {
            let (daemon, events) = (&chain.daemon, chain.events);
            let told = match (chain.broken_at, context.lang) {
                (None, Lang::Zh) => format!("{daemon}：{events} 条记录，完整"),
                (None, Lang::En) => format!("{daemon}: {events} events, whole"),
                (Some(at), Lang::Zh) => {
                    format!("{daemon}：第 {at} 条接不上前一条，有人改过账本")
                }
                (Some(at), Lang::En) => {
                    format!("{daemon}: event {at} does not follow from the one before it")
                }
            };
            context.screen.line(&told);
        }
    }
    Ok(if is_broken { Exit::World } else { Exit::Done })
}
