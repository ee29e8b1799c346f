//! The inputs, packs and targets that a route names, looked up in the catalogue.

use std::sync::Arc;

use crate::{
    config::{Catalogue, ConfigError, FileKind},
    mapping::plan::InputMapping,
    model::Kind,
    rules::PackUse,
    spec::{Table, Word},
};

/// The inputs that the route's documents may have, all of the catalogue if it names none; `None` if one is mistaken.
pub(super) fn inputs(
    table: &Table<'_>,
    catalogue: &Catalogue,
) -> (Vec<String>, Option<Vec<Arc<InputMapping>>>) {
    let words = once(table, "inputs");
    if words.is_empty() {
        let all = catalogue.inputs().map(<[_]>::to_vec).ok();
        if all.is_none() {
            own_mistakes(table, table.place("inputs"), ["输入映射", "an input mapping"]);
        }
        return (Vec::new(), all);
    }
    let mut found = Some(Vec::new());
    for word in &words {
        let plan =
            known(catalogue, FileKind::Input, &word.text).then(|| catalogue.input(&word.text));
        match plan {
            Some(Ok(plan)) => found.iter_mut().for_each(|all| all.push(Arc::clone(&plan))),
            Some(Err(ConfigError::Lints(_))) => {
                found = None;
                own_mistakes(table, word.at, ["输入映射", &word.text]);
            }
            _ => {
                found = None;
                table.unknown_at(word.at, &word.text, catalogue.names(FileKind::Input));
            }
        }
    }
    (words.into_iter().map(|word| word.text).collect(), found)
}

/// The packs that judge the route's records.
pub(super) fn packs(table: &Table<'_>, catalogue: &Catalogue) -> (Vec<String>, Vec<PackUse>) {
    let words = once(table, "packs");
    let mut found = Vec::new();
    for word in &words {
        match catalogue.packs(&word.text) {
            Ok(packs) if !is_path(&word.text) => found.extend(packs),
            Err(ConfigError::Lints(_)) if !is_path(&word.text) => {
                own_mistakes(table, word.at, ["规则包", &word.text]);
            }
            _ => table.unknown_at(word.at, &word.text, catalogue.names(FileKind::Pack)),
        }
    }
    (words.into_iter().map(|word| word.text).collect(), found)
}

/// An outlet's target: it must exist, and take what the route's inputs make (`None`: not known).
pub(super) fn target(entry: &Table<'_>, kinds: Option<&[Kind]>, catalogue: &Catalogue) -> String {
    let Some(name) = entry.required_string("target") else { return String::new() };
    if !known(catalogue, FileKind::Target, &name) {
        entry.unknown("target", &name, catalogue.names(FileKind::Target));
        return name;
    }
    match (catalogue.target(&name), kinds) {
        (Ok(target), Some(kinds)) => {
            if let Some(takes) = target.kind.filter(|takes| !kinds.contains(takes)) {
                let (zh, en) = (
                    format!("目标 {name} 只收“{}”，本通道的输入映射都不产生", takes.label()),
                    format!("{name} takes {}, which no input of this route makes", takes.name()),
                );
                entry.lint("target", zh, en);
            }
        }
        (Ok(_), None) => {}
        (Err(_), _) => own_mistakes(entry, entry.place("target"), ["目标", &name]),
    }
    name
}

/// The words of a list, each once.
fn once(table: &Table<'_>, key: &'static str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for word in table.words(key) {
        let text = &word.text;
        if words.iter().any(|other| other.text == *text) {
            table.lint_at(word.at, format!("“{text}”重复"), format!("{text} stands twice"));
        }
        words.push(word);
    }
    words
}

fn known(catalogue: &Catalogue, kind: FileKind, name: &str) -> bool {
    catalogue.names(kind).contains(&name)
}

/// A route names what the catalogue holds; a path would mean another file on each machine that shares the route.
fn is_path(name: &str) -> bool {
    name.ends_with(".toml") || name.contains(['/', '\\'])
}

fn own_mistakes(table: &Table<'_>, at: usize, [kind, name]: [&str; 2]) {
    let zh = format!("{kind} {name} 本身有错；运行 cmegate mapping check 可以看到");
    let en = format!("{name} has mistakes of its own; cmegate mapping check tells them");
    table.lint_at(at, zh, en);
}
