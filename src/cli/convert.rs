//! `convert` and `check`: documents through the pipeline, a summary of each, one exit code.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{Context, Exit};
use crate::{
    config::Vault,
    model::{EvidenceKind, Severity},
    pipeline::{
        self, ConvertError, DocumentReport, Request, Wants, chain,
        report::{self, Told},
    },
    read::Passwords,
    write::deflate::Level,
};

/// Runs `convert` or `check`.
pub fn run(context: &mut Context, verb: &ArgMatches, wants: Wants) -> Exit {
    let documents = documents(verb);
    if documents.is_empty() {
        let words = context.lang.pick("这些文件夹里没有文件", "there is no file in these folders");
        context.screen.error(context.lang, words);
        return Exit::World;
    }
    let past = match super::past::load(context, verb) {
        Ok(past) => past,
        Err(exit) => return exit,
    };
    let Some(passwords) = passwords(context, verb) else { return Exit::Configuration };
    let request = Request { passwords, past, ..request(context, verb, wants) };
    super::interrupt::watch();
    let results = convert_all(context, &documents, &request);
    if verb.get_flag("json") {
        print_json(context, &documents, results)
    } else {
        print(context, &documents, results)
    }
}

/// The documents named; a folder stands for the files in it and below it, lock and hidden files left out.
pub fn documents(verb: &ArgMatches) -> Vec<PathBuf> {
    documents_in(verb.get_many::<PathBuf>("documents").into_iter().flatten())
}

/// As [`documents`], of paths.
pub fn documents_in<'p>(named: impl Iterator<Item = &'p PathBuf>) -> Vec<PathBuf> {
    let mut documents = Vec::new();
    for path in named {
        if path.is_dir() { gather(path, &mut documents) } else { documents.push(path.clone()) }
    }
    documents
}

fn gather(folder: &Path, documents: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| !is_debris(path)) {
        if path.is_dir() { gather(&path, documents) } else { documents.push(path) }
    }
}

fn is_debris(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || name.starts_with("~$") || name == "Thumbs.db"
}

fn request(context: &Context, verb: &ArgMatches, wants: Wants) -> Request {
    let strings = |name: &str| -> Vec<String> {
        verb.try_get_many::<String>(name).ok().flatten().into_iter().flatten().cloned().collect()
    };
    let is_fast = verb.try_get_one::<bool>("fast").ok().flatten().copied().unwrap_or_default();
    let cores = cores();
    Request {
        input: verb.get_one::<String>("input").cloned(),
        among: Vec::new(),
        targets: strings("target"),
        packs: strings("pack"),
        wants,
        out: verb.get_one::<PathBuf>("out").cloned(),
        is_strict: verb.get_flag("strict"),
        level: if is_fast { Level::Fast } else { Level::Default },
        workers: cores,
        as_of: verb.get_one::<chrono::NaiveDate>("as-of").copied(),
        lang: context.lang,
        ..Request::default()
    }
}

/// The passwords of `--password-file`; `None` if they cannot be had, which was told.
pub fn passwords(context: &Context, verb: &ArgMatches) -> Option<Passwords> {
    let Some(file) = verb.get_one::<PathBuf>("password-file") else {
        return Some(Passwords::default());
    };
    let read = Vault::in_file(file).read();
    read.map_err(|error| context.screen.error(context.lang, &error.render(context.lang))).ok()
}

fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from).clamp(1, 8)
}

type Outcome = Result<DocumentReport, ConvertError>;

/// Converts all documents, several at once; results stand in the order of the documents.
pub fn convert_all(context: &Context, documents: &[PathBuf], request: &Request) -> Vec<Outcome> {
    let stems = stems(documents);
    let bar = progress(context, documents.len());
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::with_capacity(documents.len()));
    let work = || {
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let (Some(document), Some(stem)) = (documents.get(at), stems.get(at))
        {
            let request = beside(request, document);
            let outcome = pipeline::convert(&context.catalogue, document, stem, &request);
            bar.inc(1);
            if let Ok(mut results) = results.lock() {
                results.push((at, outcome));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..cores().min(documents.len()) {
            scope.spawn(work);
        }
        // One document needs no thread besides this one.
        work();
    });
    bar.finish_and_clear();
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Outputs go beside their document unless a folder was named.
fn beside<'r>(request: &'r Request, document: &Path) -> Cow<'r, Request> {
    if request.out.is_some() || request.wants != Wants::Outputs {
        return Cow::Borrowed(request);
    }
    let parent = document.parent().filter(|path| !path.as_os_str().is_empty());
    let out = Some(parent.unwrap_or(Path::new(".")).to_owned());
    Cow::Owned(Request { out, ..request.clone() })
}

/// Names without extension; where two documents would share one, the extension or a number tells them apart.
fn stems(documents: &[PathBuf]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for document in documents {
        *counts.entry(pipeline::stem(document)).or_default() += 1;
    }
    let whole = |document: &Path| {
        document.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mut taken: HashMap<String, usize> = HashMap::new();
    documents
        .iter()
        .map(|document| {
            let stem = pipeline::stem(document);
            let is_shared = counts.get(&stem).is_some_and(|count| *count > 1);
            let name = if is_shared { whole(document) } else { stem };
            let seen = taken.entry(name.clone()).or_default();
            *seen += 1;
            if *seen == 1 { name } else { format!("{name}-{seen}") }
        })
        .collect()
}

fn progress(context: &Context, documents: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if !context.screen.has_progress {
        return bar;
    }
    let style =
        if documents > 1 { "{bar:30} {pos}/{len} {elapsed}" } else { "{spinner} {elapsed}" };
    bar.set_length(documents as u64);
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn exit_of(report: &DocumentReport) -> Exit {
    if report.findings.error > 0 { Exit::Findings } else { Exit::Done }
}

/// Prints the contract's one JSON object.
pub fn print_json(context: &Context, documents: &[PathBuf], results: Vec<Outcome>) -> Exit {
    let mut exit = Exit::Done;
    let mut reports = Vec::new();
    for (document, result) in documents.iter().zip(results) {
        match result {
            Ok(report) => {
                exit = exit.max(exit_of(&report));
                reports.push(report);
            }
            Err(error) => {
                exit = exit.max(context.fault(&error));
                reports.push(DocumentReport {
                    error: Some(chain(&error)),
                    ..DocumentReport::of(document)
                });
            }
        }
    }
    let object = json!({ "version": report::VERSION, "documents": reports });
    context.screen.line(&object.to_string());
    exit
}

fn print(context: &Context, documents: &[PathBuf], results: Vec<Outcome>) -> Exit {
    let mut exit = Exit::Done;
    for (document, result) in documents.iter().zip(results) {
        match result {
            Ok(report) => {
                exit = exit.max(exit_of(&report));
                summary(context, &report);
            }
            Err(error) => {
                context.screen.error(context.lang, &document.display().to_string());
                exit = exit.max(context.fault(&error));
            }
        }
    }
    exit
}

/// Prints what a package held: its documents one by one, its evidence by kind.
fn members(context: &Context, report: &DocumentReport) {
    let (lang, screen) = (context.lang, context.screen);
    let mut kinds: BTreeMap<EvidenceKind, usize> = BTreeMap::new();
    for member in &report.members {
        if let Some(evidence) = &member.evidence {
            let kind = EvidenceKind::find(evidence.kind).unwrap_or(EvidenceKind::Other);
            *kinds.entry(kind).or_default() += 1;
            continue;
        }
        let records: u64 = member.records.values().sum();
        let input = member.input.as_deref().unwrap_or(lang.pick("无映射", "no mapping"));
        let format = member.format.unwrap_or_default();
        let count = format!("{} {records}", lang.pick("记录", "records"));
        screen.line(&format!("  › {}  {format}  {input}  {count}", member.name));
        members(context, member);
    }
    if !kinds.is_empty() {
        let told = kinds.iter().map(|(kind, count)| format!("{} {count}", kind.label(lang)));
        let told: Vec<String> = told.collect();
        let label = lang.pick("  › 证明材料：", "  › evidence: ");
        screen.line(&format!("{label}{}", told.join(lang.pick("，", ", "))));
    }
}

/// Prints what became of one document: one line, then its files, then its findings by kind.
pub fn summary(context: &Context, report: &DocumentReport) {
    let (lang, screen) = (context.lang, context.screen);
    let records: u64 = report.records.values().sum();
    let counts = report.findings;
    let kind = [report.format, report.encoding].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let input = report.input.as_deref().unwrap_or(lang.pick("无映射", "no mapping"));
    screen.line(&format!("{}  {kind}  {input}", screen.bold(&report.name)));
    let line = match lang {
        crate::model::Lang::Zh => format!(
            "  记录 {records}，暂缓 {}；错误 {}，警告 {}，提示 {}",
            report.held, counts.error, counts.warning, counts.info
        ),
        crate::model::Lang::En => format!(
            "  {records} records, {} held; {} errors, {} warnings, {} infos",
            report.held, counts.error, counts.warning, counts.info
        ),
    };
    screen.line(&line);
    if screen.is_quiet {
        return;
    }
    members(context, report);
    for output in report.all_outputs() {
        let rows = format!("{} {}", output.rows, lang.pick("行", "rows"));
        screen.line(&format!("  → {} ({rows})", output.path.display()));
    }
    let annotated = report.all_annotated().into_iter();
    let annotated = annotated.map(|path| (lang.pick("标注工作簿", "annotated"), path));
    let told = report.report.as_deref().map(|path| (lang.pick("报告", "report"), path));
    for (label, path) in annotated.chain(told) {
        let colon = lang.pick("：", ": ");
        screen.line(&screen.faint(&format!("  {label}{colon}{}", path.display())));
    }
    for (code, Told { severity, count, message, .. }) in &report.codes {
        if *severity == Severity::Info && !screen.is_verbose {
            continue;
        }
        let label = screen.tint(*severity, severity.label(lang));
        let such = if *count > 1 { lang.pick("如：", "e.g. ") } else { "" };
        screen.line(&format!("  {label} {code} ×{count}  {such}{message}"));
    }
}
