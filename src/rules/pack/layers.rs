//! Packs under packs: a file read alone, or under those that rest on it, whose `[[overrides]]` hold instead.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{
    Head, LAYERS, MonitoredProject, Pack, PackText, Reminder, STATUSES,
    rule::{activity_rule, day, project, rule, words},
};
use crate::{
    model::Clause,
    spec::{self, Lints, Table},
    text::digest::hex,
};

/// Reads a pack as it stands, without those that it extends.
///
/// # Errors
/// Every mistake of the file, with its place.
pub fn read(name: &str, path: &Path, text: &str) -> Result<Pack, Lints> {
    let text = PackText { name: name.to_owned(), path: path.to_owned(), text: text.to_owned() };
    read_under(&text, &[])
}

/// Reads a pack under others that rest on it, from the widest to the nearest: what their `[[overrides]]` say of its
/// rules holds instead.
///
/// # Errors
/// Every mistake of the files, with its place.
pub fn read_under(base: &PackText, over: &[PackText]) -> Result<Pack, Lints> {
    let pack = lay(base, over, &[])?;
    Ok(Pack { laid_over: over.len(), ..pack })
}

/// What an upper pack says of one rule.
pub(super) struct Override<'t, 's> {
    pub(super) pack: &'t str,
    pub(super) id: String,
    pub(super) table: Table<'s>,
}

fn lay<'s>(
    base: &'s PackText,
    over: &'s [PackText],
    nearer: &[&Override<'_, 's>],
) -> Result<Pack, Lints> {
    let Some((first, rest)) = over.split_last() else { return read_base(base, nearer) };
    let mut read = None;
    spec::read(&first.path, &first.text, |table| {
        let _ = head(table);
        for key in ["rules", "activity", "monitored", "reminders"] {
            let _ = table.has(key);
        }
        let own: Vec<Override<'_, 's>> = table
            .tables("overrides")
            .into_iter()
            .filter_map(|one| {
                let id = one.string("rule")?;
                Some(Override { pack: &first.name, id, table: one })
            })
            .collect();
        let all: Vec<&Override<'_, 's>> = nearer.iter().copied().chain(&own).collect();
        let made = lay(base, rest, &all);
        let ids = made.as_ref().map_or(Vec::new(), |pack| pack.ids.clone());
        for one in own {
            // Keys of a rule that is another pack's are read with that one.
            if ids.contains(&one.id) {
                one.table.close();
            }
        }
        read = Some(made);
        Some(())
    })?;
    read.unwrap_or_else(|| Err(Lints::default()))
}

fn read_base<'s>(base: &'s PackText, over: &[&Override<'_, 's>]) -> Result<Pack, Lints> {
    let mut sha = Sha256::new();
    sha.update(base.text.as_bytes());
    for one in over {
        for (key, text) in one.table.written() {
            sha.update(key);
            sha.update(text);
        }
    }
    spec::read(&base.path, &base.text, |table| {
        let head = head(table);
        let monitored: Vec<MonitoredProject> =
            table.tables("monitored").into_iter().filter_map(project).collect();
        let mut ids = Ids::default();
        let mut rules = Vec::new();
        for one in table.tables("rules") {
            let id = one.string("id").unwrap_or_default();
            let layers: Vec<_> = over.iter().filter(|other| other.id == id).copied().collect();
            let built = rule(&base.name, &one, &layers, &monitored);
            if let Some(built) = built {
                ids.add(&one, &built.clause);
                // What a nearer layer puts out of use judges nothing.
                if !layers.iter().any(|layer| layer.table.boolean("off") == Some(true)) {
                    rules.push(built);
                }
            }
            one.close();
        }
        let mut activity = Vec::new();
        for one in table.tables("activity") {
            let id = one.string("id").unwrap_or_default();
            let layers: Vec<_> = over.iter().filter(|other| other.id == id).copied().collect();
            if let Some(built) = activity_rule(&base.name, &one, &layers) {
                ids.add(&one, &built.clause);
                if !layers.iter().any(|layer| layer.table.boolean("off") == Some(true)) {
                    activity.push(built);
                }
            }
            one.close();
        }
        let reminders = table.tables("reminders").into_iter().filter_map(reminder).collect();
        let overrides = overrides(table, &ids);
        let digest = hex(&sha.finalize());
        Some(Pack {
            name: base.name.clone(),
            head,
            rules,
            activity,
            reminders,
            overrides,
            ids: ids.0,
            laid_over: 0,
            digest,
        })
    })
}

fn reminder(table: Table<'_>) -> Option<Reminder> {
    let id = table.required_string("id");
    let [source, what, lacks] = ["source", "what", "lacks"].map(|key| words(&table, key));
    table.close();
    Some(Reminder { id: id?, source, what, lacks })
}

/// The rules below that this pack changes. Their keys are read with the pack that has the rule.
fn overrides(table: &Table<'_>, ids: &Ids) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for one in table.tables("overrides") {
        let Some(id) = one.required_string("rule") else { continue };
        if ids.0.contains(&id) {
            let (zh, en) = ("本包自己的规则直接改，不用 overrides", "this rule is the pack's own");
            one.lint("rule", zh, en);
        }
        found.push((id, one.line()));
    }
    found
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

fn head(table: &Table<'_>) -> Head {
    let or_default = |key| table.string(key).unwrap_or_default();
    let in_force = (
        day(table, "effective_from").unwrap_or(i32::MIN),
        day(table, "effective_to").unwrap_or(i32::MAX),
    );
    if in_force.0 > in_force.1 {
        let (zh, en) =
            ("effective_to 早于 effective_from", "effective_to is before effective_from");
        table.lint("effective_to", zh, en);
    }
    Head {
        label: words(table, "label"),
        family: or_default("family"),
        in_force,
        layer: table.choice("layer", LAYERS).unwrap_or_default(),
        status: table.choice("status", STATUSES).unwrap_or_default(),
        extends: table.strings("extends"),
        authority: or_default("authority"),
        reviewed_by: or_default("reviewed_by"),
    }
}
