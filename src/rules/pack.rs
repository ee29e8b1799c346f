//! Packs: the rules of one jurisdiction or organisation, read from `mappings/packs/*.toml` into a checked plan.

use std::{path::Path, sync::Arc};

use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{
    activity::rule::{self as activity, ActivityRule},
    kinds::{Check, KINDS, Parts},
};
use crate::{
    model::{Clause, Severity},
    spec::{self, Lints, Table},
    text::digest::hex,
};

/// A dated set of rules.
#[derive(Debug)]
pub struct Pack {
    /// Name with its year: `beijing-2022`.
    pub name: String,
    /// What people call it: Chinese, English.
    pub label: [String; 2],
    /// The family whose version it is: `beijing`; empty if none.
    pub family: String,
    /// First and last day it is in force, as days from 0001-01-01 as day 1.
    pub in_force: (i32, i32),
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Its rules about whole activities, in the order of the file.
    pub activity: Vec<ActivityRule>,
    /// SHA-256 of the file's text.
    pub digest: String,
}

/// A pack in use.
#[derive(Clone, Debug)]
pub struct PackUse {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Whether its dated name was given, so that it judges every record whatever its date.
    pub is_pinned: bool,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Id, words and source, as findings carry them.
    pub clause: Arc<Clause>,
    /// Severity of its findings.
    pub severity: Severity,
    /// What it checks.
    pub check: Box<dyn Check>,
    /// Records that pass and fail, run by the tests.
    pub examples: Vec<Example>,
}

/// One example of a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Field name → canonical text.
    pub record: Vec<(String, String)>,
    /// Whether the rule must find something.
    pub is_breach: bool,
    /// The lower value that it must propose; empty: not looked at.
    pub proposed: String,
}

/// A project on the list of monitored projects.
#[derive(Clone, Debug)]
pub struct MonitoredProject {
    /// Project number without its suffix: `2022-03-01-127`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Days in halves.
    pub half_days: i32,
    /// Most credits, in halves.
    pub credits: i32,
}

/// Monitored projects by number.
#[derive(Debug, Default)]
pub struct Projects(FxHashMap<String, MonitoredProject>);

impl Projects {
    /// Indexes a list.
    pub fn new(list: &[MonitoredProject]) -> Projects {
        Projects(list.iter().map(|project| (project.code.clone(), project.clone())).collect())
    }

    /// Finds a project by its number, with or without the suffix `(国)`.
    pub fn find(&self, code: &str) -> Option<&MonitoredProject> {
        self.0.get(code.split('(').next().unwrap_or_default().trim_end())
    }
}

/// The marks of the regulations' table: E error, C cap, W warning, I information, D deadline.
const MARKS: &[(&str, Severity)] = &[
    ("E", Severity::Error),
    ("C", Severity::Error),
    ("W", Severity::Warning),
    ("D", Severity::Warning),
    ("I", Severity::Info),
];

/// Reads a pack.
///
/// # Errors
/// Every mistake of the file, with its place.
pub fn read(name: &str, path: &Path, text: &str) -> Result<Pack, Lints> {
    spec::read(path, text, |table| {
        let label = words(table, "label");
        let in_force = (
            day(table, "effective_from").unwrap_or(i32::MIN),
            day(table, "effective_to").unwrap_or(i32::MAX),
        );
        let family = table.string("family").unwrap_or_default();
        // Told by `pack show`; nothing here decides by them.
        for key in ["authority", "status", "reviewed_by"] {
            let _ = table.string(key);
        }
        let monitored: Vec<MonitoredProject> =
            table.tables("monitored").into_iter().filter_map(project).collect();
        let mut ids = Ids::default();
        let mut rules = Vec::new();
        for one in table.tables("rules") {
            if let Some(built) = rule(name, &one, &monitored) {
                ids.add(&one, &built.clause);
                rules.push(built);
            }
            one.close();
        }
        let mut activity = Vec::new();
        for one in table.tables("activity") {
            if let Some(built) = activity_rule(name, &one) {
                ids.add(&one, &built.clause);
                activity.push(built);
            }
            one.close();
        }
        let digest = hex(&Sha256::digest(text.as_bytes()));
        Some(Pack { name: name.to_owned(), label, family, in_force, rules, activity, digest })
    })
}

/// Ids of the rules so far.
#[derive(Default)]
struct Ids(Vec<String>);

impl Ids {
    fn add(&mut self, table: &Table<'_>, clause: &Clause) {
        if self.0.contains(&clause.rule) {
            table.lint("id", "规则编号重复", "rule id is there twice");
        }
        self.0.push(clause.rule.clone());
    }
}

/// A day, `YYYY-MM-DD`, as days from 0001-01-01 as day 1; lints anything else.
pub(super) fn day(table: &Table<'_>, key: &'static str) -> Option<i32> {
    let text = table.string(key)?;
    let day = text.parse::<NaiveDate>().ok().map(|day| day.num_days_from_ce());
    if day.is_none() {
        table.lint(key, format!("“{key}”应为 年-月-日"), format!("{key} must be YYYY-MM-DD"));
    }
    day
}

fn words(table: &Table<'_>, key: &'static str) -> [String; 2] {
    let mut both = table.strings(key).into_iter();
    match (both.next(), both.next(), both.next()) {
        (Some(zh), Some(en), None) => [zh, en],
        _ => {
            table.lint(key, format!("“{key}”应为 [中文, 英文]"), format!("{key} must be [zh, en]"));
            Default::default()
        }
    }
}

fn rule(pack: &str, table: &Table<'_>, monitored: &[MonitoredProject]) -> Option<Rule> {
    let build = choice(table, "kind", KINDS);
    let severity = choice(table, "severity", MARKS);
    let clause = clause(pack, table);
    let examples: Vec<Example> = table.tables("examples").into_iter().filter_map(example).collect();
    wants_both(table, examples.iter().map(|one| one.is_breach));
    let check = build?(&Parts { table, monitored })?;
    Some(Rule { clause: Arc::new(clause?), severity: severity?, check, examples })
}

fn activity_rule(pack: &str, table: &Table<'_>) -> Option<ActivityRule> {
    let build = choice(table, "kind", activity::KINDS);
    let severity = choice(table, "severity", MARKS);
    let clause = clause(pack, table);
    let examples = table.tables("examples").into_iter().filter_map(activity::example);
    let examples: Vec<activity::ActivityExample> = examples.collect();
    wants_both(table, examples.iter().map(|one| one.is_breach));
    let check = build?(table)?;
    Some(ActivityRule { clause: Arc::new(clause?), severity: severity?, check, examples })
}

/// One of several words that must be there.
fn choice<T: Copy>(table: &Table<'_>, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
    if !table.has(key) {
        table.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
        return None;
    }
    table.choice(key, choices)
}

fn clause(pack: &str, table: &Table<'_>) -> Option<Clause> {
    let id = table.required_string("id");
    let [source, what, mend] = ["source", "what", "mend"].map(|key| words(table, key));
    Some(Clause { pack: pack.to_owned(), rule: id?, source, what, mend })
}

/// Lints a rule whose examples do not show both sides of it.
fn wants_both(table: &Table<'_>, mut breaches: impl Iterator<Item = bool>) {
    let (mut has_pass, mut has_breach) = (false, false);
    for is_breach in breaches.by_ref() {
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
    table.close();
    Some(Example { record, is_breach: is_breach?, proposed })
}

fn project(table: Table<'_>) -> Option<MonitoredProject> {
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
