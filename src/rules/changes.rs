//! What differs between two packs, rule by rule.

use super::pack::{Pack, Rule};

/// How a rule of two packs differs.
#[derive(Debug, PartialEq, Eq)]
pub enum Change<'p> {
    /// Only the second has it.
    Added(&'p str),
    /// Only the first has it.
    Gone(&'p str),
    /// Both have it, otherwise.
    Changed {
        /// Rule id.
        rule: &'p str,
        /// What, as it was, as it is; a side that lacks it is empty.
        parts: Vec<Part>,
    },
}

/// One thing that differs: name, as it was, as it is.
pub type Part = (String, String, String);

/// Compares two packs; rules are matched by id.
pub fn between<'p>(old: &'p Pack, new: &'p Pack) -> Vec<Change<'p>> {
    let find = |pack: &'p Pack, id: &str| pack.rules.iter().find(|rule| rule.clause.rule == id);
    let mut changes = Vec::new();
    for rule in &new.rules {
        let id = rule.clause.rule.as_str();
        match find(old, id) {
            None => changes.push(Change::Added(id)),
            Some(before) => {
                let parts = parts(before, rule);
                if !parts.is_empty() {
                    changes.push(Change::Changed { rule: id, parts });
                }
            }
        }
    }
    for rule in &old.rules {
        if find(new, &rule.clause.rule).is_none() {
            changes.push(Change::Gone(&rule.clause.rule));
        }
    }
    changes
}

fn parts(old: &Rule, new: &Rule) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut compare = |name: &str, was: String, is: String| {
        if was != is {
            parts.push((name.to_owned(), was, is));
        }
    };
    let kinds = |rule: &Rule| {
        let names: Vec<&str> = rule.entity.iter().map(|kind| kind.name()).collect();
        names.join(", ")
    };
    compare("kind", old.kind.into(), new.kind.into());
    compare("severity", old.mark.into(), new.mark.into());
    compare("entity", kinds(old), kinds(new));
    compare("source", old.clause.source[0].clone(), new.clause.source[0].clone());
    let value = |rule: &Rule, key: &str| {
        let found = rule.params.iter().find(|(known, _)| known == key);
        found.map_or(String::new(), |(_, text)| text.clone())
    };
    let mut keys: Vec<&String> = old.params.iter().chain(&new.params).map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        compare(key, value(old, key), value(new, key));
    }
    parts
}
