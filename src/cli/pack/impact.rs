//! `pack impact`: a folder judged twice, with the packs in use and with a new one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use serde_json::{Value, json};

use super::{print_json, word};
use crate::{
    cli::{Context, Exit, convert},
    model::Lang,
    pipeline::{ConvertError, Request, Wants},
};

/// Cells that are named of each rule.
const FIRST: usize = 3;

/// A finding of a pack: rule, severity, document, place.
type Verdict = (String, String, String, String);

/// What one judgement of the folder said.
#[derive(Default)]
struct Judgement {
    verdicts: BTreeSet<Verdict>,
    held: u64,
    records: u64,
}

/// Runs `pack impact`.
pub fn run(context: &Context, verb: &ArgMatches) -> Exit {
    let documents = convert::documents_in(verb.get_one::<PathBuf>("on").into_iter());
    let against: Vec<String> = verb.get_many("against").into_iter().flatten().cloned().collect();
    let new = vec![word(verb, "pack").to_owned()];
    let as_of = verb.get_one::<chrono::NaiveDate>("as-of").copied();
    let judged = [against, new].map(|packs| {
        let request = Request {
            packs,
            as_of,
            wants: Wants::Judgement,
            lang: context.lang,
            ..Request::default()
        };
        judge(context, &documents, request)
    });
    let [before, after] = judged;
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(error), _) | (_, Err(error)) => return context.fault(&error),
    };
    if verb.get_flag("json") {
        print_json(context, &as_json(documents.len(), &before, &after));
    } else {
        tell(context, documents.len(), &before, &after);
    }
    Exit::Done
}

/// Judges all documents into reports that nobody keeps.
fn judge(
    context: &Context,
    documents: &[PathBuf],
    request: Request,
) -> Result<Judgement, ConvertError> {
    let scratch = tempfile::tempdir()
        .map_err(|source| ConvertError::Io { path: std::env::temp_dir(), source })?;
    // A mistake in a pack is told once, before any document.
    for pack in &request.packs {
        context.catalogue.packs(pack)?;
    }
    let request = Request { out: Some(scratch.path().to_owned()), ..request };
    let mut judgement = Judgement::default();
    for outcome in convert::convert_all(context, documents, &request) {
        let report = outcome?;
        judgement.held += report.held;
        judgement.records += report.records.values().sum::<u64>();
        if let Some(path) = &report.report {
            gather(path, &report.name, &mut judgement.verdicts);
        }
    }
    Ok(judgement)
}

/// The findings of packs in a report.
fn gather(path: &Path, document: &str, verdicts: &mut BTreeSet<Verdict>) {
    let read =
        std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(report) = read else { return };
    for finding in report["findings"].as_array().into_iter().flatten() {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let Some(rule) = finding["clause"]["rule"].as_str() else { continue };
        let mut place = text("cell");
        if place.is_empty() {
            place = finding["row"].as_u64().map_or(String::new(), |row| row.to_string());
        }
        let sheet = text("sheet");
        let place = if sheet.is_empty() { place } else { format!("{sheet}!{place}") };
        verdicts.insert((rule.to_owned(), text("severity"), document.to_owned(), place));
    }
}

/// Verdicts of one side only, by rule and severity: how many, and the first.
fn only<'v>(one: &'v Judgement, other: &'v Judgement) -> BTreeMap<(&'v str, &'v str), Vec<String>> {
    let mut grouped: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for (rule, severity, document, place) in one.verdicts.difference(&other.verdicts) {
        grouped.entry((rule, severity)).or_default().push(format!("{document} {place}"));
    }
    grouped
}

fn tell(context: &Context, documents: usize, before: &Judgement, after: &Judgement) {
    let (lang, screen) = (context.lang, context.screen);
    let (held, would) = (before.held, after.held);
    screen.line(&match lang {
        Lang::Zh => format!(
            "文件 {documents} 个，记录 {} 条；暂缓：现在 {held} 条，用新规则包 {would} 条",
            after.records
        ),
        Lang::En => format!(
            "{documents} documents, {} records; held: {held} now, {would} with the new pack",
            after.records
        ),
    });
    let (added, gone) = (only(after, before), only(before, after));
    if added.is_empty() && gone.is_empty() {
        screen.line(lang.pick("判得完全一样", "nothing would be judged differently"));
    }
    for (label, grouped) in [(lang.pick("新增", "new"), added), (lang.pick("不再有", "gone"), gone)]
    {
        for ((rule, severity), places) in grouped {
            let first = places.iter().take(FIRST).cloned().collect::<Vec<_>>().join(", ");
            let more = if places.len() > FIRST { " …" } else { "" };
            screen.line(&format!("{label}  {rule}  {severity}  {}  {first}{more}", places.len()));
        }
    }
}

fn as_json(documents: usize, before: &Judgement, after: &Judgement) -> Value {
    let told = |grouped: BTreeMap<(&str, &str), Vec<String>>| -> Vec<Value> {
        let one = |((rule, severity), places): ((&str, &str), Vec<String>)| {
            let first: Vec<&String> = places.iter().take(FIRST).collect();
            json!({ "rule": rule, "severity": severity, "count": places.len(), "first": first })
        };
        grouped.into_iter().map(one).collect()
    };
    json!({
        "version": 1,
        "documents": documents,
        "records": after.records,
        "held": { "before": before.held, "after": after.held },
        "new": told(only(after, before)),
        "gone": told(only(before, after)),
    })
}
