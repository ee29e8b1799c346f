//! One rule as a pack writes it, under the layers that override it.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::{Example, MonitoredProject, Rule, layers::Override};
use crate::{
    model::{Clause, Kind, Severity},
    rules::{
        activity::rule::{self as activity, ActivityRule},
        guard::Guard,
        kinds::{KINDS, Parts},
        params::Params,
    },
    spec::Table,
};

/// The marks of the regulations' table: E error, C cap, W warning, I information, D deadline.
const MARKS: &[(&str, (char, Severity))] = &[
    ("E", ('E', Severity::Error)),
    ("C", ('C', Severity::Error)),
    ("W", ('W', Severity::Warning)),
    ("D", ('D', Severity::Error)),
    ("I", ('I', Severity::Info)),
];

/// A day, `YYYY-MM-DD`, as days from 0001-01-01 as day 1; lints anything else.
pub(in crate::rules) fn day(table: &Table<'_>, key: &'static str) -> Option<i32> {
    let text = table.string(key)?;
    let day = text.parse::<NaiveDate>().ok().map(|day| day.num_days_from_ce());
    if day.is_none() {
        table.lint(key, format!("“{key}”应为 年-月-日"), format!("{key} must be YYYY-MM-DD"));
    }
    day
}

pub(super) fn words(table: &Table<'_>, key: &'static str) -> [String; 2] {
    let mut both = table.strings(key).into_iter();
    match (both.next(), both.next(), both.next()) {
        (Some(zh), Some(en), None) => [zh, en],
        _ => {
            table.lint(key, format!("“{key}”应为 [中文, 英文]"), format!("{key} must be [zh, en]"));
            Default::default()
        }
    }
}

pub(super) fn rule<'s>(
    pack: &str,
    table: &Table<'s>,
    over: &[&Override<'_, 's>],
    monitored: &[MonitoredProject],
) -> Option<Rule> {
    let kind = choice(table, "kind", KINDS);
    let name = table.string("kind").unwrap_or_default();
    let kind_name = KINDS.iter().find(|(known, _)| *known == name).map_or("", |(known, _)| known);
    let entity = entity(table);
    let mut params = Params::new(over.iter().map(|one| &one.table).collect(), table);
    params.kinds = entity.clone();
    let mark = choice(params.of("severity"), "severity", MARKS);
    let nearest = over.first().map_or(pack, |one| one.pack);
    let clause = clause(nearest, &params);
    let unverified = params.has("unverified").then(|| words(params.of("unverified"), "unverified"));
    let when = Guard::read(&params, monitored);
    let examples = params.of("examples").tables("examples");
    let examples: Vec<Example> = examples.into_iter().filter_map(example).collect();
    wants_both(params.of("examples"), examples.iter().map(|one| one.is_breach));
    let check = kind?(&Parts { params: &params, monitored })?;
    let (mark, severity) = mark?;
    for one in over {
        // Asked with the rule's own: whether it is used at all.
        let _ = one.table.has("off");
    }
    Some(Rule {
        clause: Arc::new(clause?),
        severity,
        mark,
        kind: kind_name,
        entity,
        when,
        check,
        params: shown(table, over),
        unverified,
        examples,
    })
}

/// A rule about a whole activity; layers may change its severity and words, or put it out of use.
pub(super) fn activity_rule<'s>(
    pack: &str,
    table: &Table<'s>,
    over: &[&Override<'_, 's>],
) -> Option<ActivityRule> {
    let params = Params::new(over.iter().map(|one| &one.table).collect(), table);
    let build = choice(table, "kind", activity::KINDS);
    let mark = choice(params.of("severity"), "severity", MARKS);
    let clause = clause(over.first().map_or(pack, |one| one.pack), &params);
    let examples = table.tables("examples").into_iter().filter_map(activity::example);
    let examples: Vec<activity::ActivityExample> = examples.collect();
    wants_both(table, examples.iter().map(|one| one.is_breach));
    let check = build?(table)?;
    let (_, severity) = mark?;
    Some(ActivityRule { clause: Arc::new(clause?), severity, check, examples })
}

/// The kinds of records that a rule judges.
fn entity(table: &Table<'_>) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for word in table.words("entity") {
        match Kind::find(&word.text) {
            Some(kind) => kinds.push(kind),
            None => table.unknown_at(word.at, &word.text, Kind::ALL.map(Kind::name)),
        }
    }
    kinds
}

/// Keys of a rule that are no parameters.
const WORDS: [&str; 11] = [
    "id",
    "kind",
    "entity",
    "source",
    "what",
    "mend",
    "examples",
    "unverified",
    "rule",
    "off",
    "severity",
];

/// The parameters as the files write them, the nearest layer's in place of the wider ones'.
fn shown<'s>(table: &Table<'s>, over: &[&Override<'_, 's>]) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = Vec::new();
    for one in over.iter().map(|one| &one.table).chain([table]) {
        for (key, text) in one.written() {
            let is_known = shown.iter().any(|(known, _)| known == key);
            if !is_known && !WORDS.contains(&key) {
                let text: Vec<&str> = text.split_whitespace().collect();
                shown.push((key.to_owned(), text.join(" ")));
            }
        }
    }
    shown
}

/// One of several words that must be there.
fn choice<T: Copy>(table: &Table<'_>, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
    if !table.has(key) {
        table.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
        return None;
    }
    table.choice(key, choices)
}

fn clause(pack: &str, params: &Params<'_, '_>) -> Option<Clause> {
    let id = params.of("id").required_string("id");
    let [source, what, mend] = ["source", "what", "mend"].map(|key| words(params.of(key), key));
    Some(Clause { pack: pack.to_owned(), rule: id?, source, what, mend })
}

/// Lints a rule whose examples do not show both sides of it.
fn wants_both(table: &Table<'_>, breaches: impl Iterator<Item = bool>) {
    let (mut has_pass, mut has_breach) = (false, false);
    for is_breach in breaches {
        has_pass |= !is_breach;
        has_breach |= is_breach;
    }
    if !(has_pass && has_breach) {
        let zh = "每条规则至少要有一个通过和一个不通过的示例";
        table.lint("examples", zh, "a rule needs a passing and a failing example");
    }
}

fn example(table: Table<'_>) -> Option<Example> {
    let record = table.pairs("record");
    let is_breach = table.boolean("breach");
    if is_breach.is_none() {
        table.lint("breach", "缺少 breach = true 或 false", "breach = true or false is missing");
    }
    let proposed = table.string("proposed").unwrap_or_default();
    let as_of = day(&table, "as_of");
    table.close();
    Some(Example { record, is_breach: is_breach?, proposed, as_of })
}

pub(super) fn project(table: Table<'_>) -> Option<MonitoredProject> {
    let code = table.required_string("code");
    let name = table.required_string("name");
    let (days, credits) = (table.number("days"), table.number("credits"));
    for (key, value) in [("days", days), ("credits", credits)] {
        if value.is_none() {
            table.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
        }
    }
    for key in ["host", "note"] {
        let _ = table.string(key);
    }
    let _ = table.boolean("per_session");
    table.close();
    Some(MonitoredProject {
        code: code?,
        name: name?,
        half_days: (days? * 2.0) as i32,
        credits: (credits? * 2.0) as i32,
    })
}
