//! `pack`: rule packs listed, shown as a page, checked, compared, and tried on a folder.

mod impact;
mod page;
mod verbs;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::{Context, Exit};
use crate::{
    config::ConfigError,
    model::Lang,
    rules::{
        self, Pack, PackUse,
        changes::{self, Change},
    },
    spec::{Lint, Lints},
};
pub use verbs::command;

/// Runs `pack list | show | check | diff | impact`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let ran = match verb.subcommand() {
        Some(("list", verb)) => list(context, verb),
        Some(("show", verb)) => show(context, verb),
        Some(("check", verb)) => check(context, verb),
        Some(("diff", verb)) => diff(context, verb),
        Some(("impact", verb)) => return impact::run(context, verb),
        _ => return Exit::Usage,
    };
    ran.unwrap_or_else(|error| context.config_fault(&error))
}

fn word<'m>(verb: &'m ArgMatches, name: &str) -> &'m str {
    verb.get_one::<String>(name).map_or("", String::as_str)
}

/// `2021-11-01 – 2022-10-31`, an open end as `…`.
fn in_force(pack: &Pack, lang: Lang) -> String {
    let (from, to) = pack.head.in_force;
    let shown = |day: i32| {
        if matches!(day, i32::MIN | i32::MAX) { "…".into() } else { rules::day_text(day) }
    };
    format!("{}{}{}", shown(from), lang.pick(" 至 ", " to "), shown(to))
}

/// How many of its rules are not certain.
fn unverified(pack: &Pack) -> usize {
    pack.rules.iter().filter(|rule| rule.unverified.is_some()).count()
}

fn all(context: &Context) -> Result<Vec<std::sync::Arc<Pack>>, ConfigError> {
    let mut lints = Lints::default();
    let mut packs = Vec::new();
    for name in context.catalogue.pack_names() {
        match context.catalogue.pack(name) {
            Ok(pack) => packs.push(pack),
            Err(ConfigError::Lints(found)) => lints.0.extend(found.0),
            Err(other) => return Err(other),
        }
    }
    if lints.is_empty() { Ok(packs) } else { Err(lints.into()) }
}

fn list(context: &Context, verb: &ArgMatches) -> Result<Exit, ConfigError> {
    let (lang, packs) = (context.lang, all(context)?);
    if verb.get_flag("json") {
        let told: Vec<Value> = packs.iter().map(|pack| page::json_head(pack)).collect();
        print_json(context, &json!({ "version": 1, "packs": told }));
        return Ok(Exit::Done);
    }
    let head = [
        lang.pick("名称", "name"),
        lang.pick("层级", "layer"),
        lang.pick("状态", "status"),
        lang.pick("有效期", "in force"),
        lang.pick("规则", "rules"),
        lang.pick("未核实", "unverified"),
        lang.pick("说明", "what"),
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(packs.iter().map(|pack| {
        let head = &pack.head;
        vec![
            pack.name.clone(),
            head.layer.label(lang).to_owned(),
            head.status.label(lang).to_owned(),
            in_force(pack, lang),
            pack.rules.len().to_string(),
            unverified(pack).to_string(),
            lang.pick(&head.label[0], &head.label[1]).to_owned(),
        ]
    }));
    context.screen.table(&rows);
    Ok(Exit::Done)
}

fn show(context: &Context, verb: &ArgMatches) -> Result<Exit, ConfigError> {
    let packs = context.catalogue.packs(word(verb, "name"))?;
    if verb.get_flag("json") {
        let told: Vec<Value> = packs.iter().map(|used| page::json_whole(&used.pack)).collect();
        print_json(context, &json!({ "version": 1, "packs": told }));
        return Ok(Exit::Done);
    }
    for (at, used) in packs.iter().enumerate() {
        if at > 0 {
            context.screen.line("");
        }
        page::print(context, &used.pack);
    }
    Ok(Exit::Done)
}

fn check(context: &Context, verb: &ArgMatches) -> Result<Exit, ConfigError> {
    let named: Vec<String> = verb.get_many("names").into_iter().flatten().cloned().collect();
    let names = if named.is_empty() {
        context.catalogue.pack_names().into_iter().map(str::to_owned).collect()
    } else {
        named
    };
    let mut lints = Lints::default();
    let (mut examples, mut count) = (0, 0);
    for name in &names {
        match context.catalogue.packs(name) {
            Ok(packs) => {
                let found = check_one(context, name, &packs, &mut examples);
                lints.0.extend(found);
                count += 1;
            }
            Err(ConfigError::Lints(found)) => lints.0.extend(found.0),
            Err(other) => return Err(other),
        }
    }
    if !lints.is_empty() {
        return Err(lints.into());
    }
    context.screen.line(&match context.lang {
        Lang::Zh => format!("没有错误；规则包 {count} 个，示例 {examples} 个全部通过"),
        Lang::En => format!("no mistakes; {count} packs, {examples} examples pass"),
    });
    Ok(Exit::Done)
}

/// Examples of a pack, and of those below it as it changes them.
fn check_one(context: &Context, name: &str, packs: &[PackUse], examples: &mut usize) -> Vec<Lint> {
    let mut lints = Vec::new();
    for used in packs {
        let source = context
            .catalogue
            .pack_source(&used.pack.name)
            .or_else(|_| context.catalogue.pack_source(name));
        let file = source.map(|(path, _)| path).unwrap_or_default();
        for (id, outcome) in rules::run_examples(&used.pack) {
            *examples += 1;
            if let Err(why) = outcome {
                let below = if used.pack.laid_over > 0 {
                    format!("（经 {name} 调整）")
                } else {
                    String::new()
                };
                let zh = format!("规则 {id}{below} 的示例不符：{why}");
                let en = format!("an example of rule {id} fails: {why}");
                lints.push(Lint { file: file.clone(), line: 1, column: 1, message: [zh, en] });
            }
        }
    }
    lints
}

fn diff(context: &Context, verb: &ArgMatches) -> Result<Exit, ConfigError> {
    let old = context.catalogue.pack(word(verb, "old"))?;
    let new = context.catalogue.pack(word(verb, "new"))?;
    let changes = changes::between(&old, &new);
    if verb.get_flag("json") {
        let told: Vec<Value> = changes.iter().map(change_json).collect();
        let shape = json!({ "version": 1, "old": old.name, "new": new.name, "changes": told });
        print_json(context, &shape);
        return Ok(Exit::Done);
    }
    let (lang, screen) = (context.lang, context.screen);
    if changes.is_empty() {
        screen.line(lang.pick("两个规则包的规则完全一样", "the rules of both packs are the same"));
    }
    for change in &changes {
        match change {
            Change::Added(id) => screen.line(&said(lang, "新增", "added", id, &new)),
            Change::Gone(id) => screen.line(&said(lang, "取消", "gone", id, &old)),
            Change::Changed { rule, parts } => {
                screen.line(&said(lang, "变更", "changed", rule, &new));
                for (name, was, is) in parts {
                    let blank = lang.pick("（无）", "(none)");
                    let side = |text: &str| {
                        if text.is_empty() { blank.to_owned() } else { text.to_owned() }
                    };
                    screen.line(&format!("    {name}: {} → {}", side(was), side(is)));
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn said(lang: Lang, zh: &str, en: &str, id: &str, pack: &Pack) -> String {
    let rule = pack.rules.iter().find(|rule| rule.clause.rule == id);
    let what = rule.map_or("", |rule| lang.pick(&rule.clause.what[0], &rule.clause.what[1]));
    format!("{}  {id}  {}", lang.pick(zh, en), page::without_blanks(what))
}

fn change_json(change: &Change<'_>) -> Value {
    match change {
        Change::Added(id) => json!({ "rule": id, "change": "added", "parts": [] }),
        Change::Gone(id) => json!({ "rule": id, "change": "gone", "parts": [] }),
        Change::Changed { rule, parts } => {
            let parts: Vec<Value> = parts
                .iter()
                .map(|(name, was, is)| json!({ "name": name, "was": was, "is": is }))
                .collect();
            json!({ "rule": rule, "change": "changed", "parts": parts })
        }
    }
}

/// Prints one JSON object to stdout.
fn print_json(context: &Context, value: &Value) {
    context.screen.line(&value.to_string());
}
