//! `table.tsv`: every rule of the regulations, and where it is judged. Columns: id, where, note. Where is
//! `pack: NAME[, NAME]`, `target: NAME`, `reminder: NAME` (no program can judge it; the note names what is missing), or
//! `to-build: PART`.

use std::collections::{BTreeMap, BTreeSet};

use cmegate::config::Catalogue;

const TABLE: &str = include_str!("table.tsv");

/// Rules of the regulations.
const RULES: usize = 221;
/// Most that may be called not judgeable.
const MOST_REMINDERS: usize = 60;
const PARTS: [&str; 5] = ["audit", "deadlines", "ledger", "package", "sample"];

fn rows() -> Vec<[&'static str; 3]> {
    let lines = TABLE.lines().skip(1).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            parts.try_into().unwrap_or_else(|_| panic!("three columns: {line}"))
        })
        .collect()
}

/// The ids of a row: most have one, some two of different packs (`A / B`), one a range (`A-01…05`).
fn ids(cell: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for id in cell.split(" / ") {
        match id.split_once('…') {
            None => ids.push(id.to_owned()),
            Some((first, last)) => {
                let (stem, first) = first.rsplit_once('-').unwrap();
                let numbers = first.parse::<u32>().unwrap()..=last.parse().unwrap();
                ids.extend(numbers.map(|number| format!("{stem}-{number:02}")));
            }
        }
    }
    ids
}

fn names<'t>(place: &'t str, mark: &str) -> Vec<&'t str> {
    place.strip_prefix(mark).map_or(Vec::new(), |names| names.split(", ").collect())
}

/// Id without the part behind the slash: `BJ-CRT-09/city` is a part of `BJ-CRT-09`.
fn whole(id: &str) -> &str {
    id.split('/').next().unwrap()
}

#[test]
fn every_rule_of_the_regulations_stands_in_the_table_once() {
    let all: Vec<&str> = rows().iter().map(|row| row[0]).collect();
    let different: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!((all.len(), different.len()), (RULES, RULES));
    for [id, place, note] in rows() {
        let is_known = !names(place, "pack: ").is_empty()
            || !names(place, "target: ").is_empty()
            || !names(place, "reminder: ").is_empty()
            || names(place, "to-build: ").iter().any(|part| PARTS.contains(part));
        assert!(is_known, "{id}: {place}");
        assert!(!place.starts_with("reminder") || !note.is_empty(), "{id} names no missing datum");
    }
    let reminders = rows().iter().filter(|row| row[1].starts_with("reminder")).count();
    assert!(reminders <= MOST_REMINDERS, "{reminders}");
}

#[test]
fn the_table_and_the_packs_agree_in_both_directions() {
    let catalogue = Catalogue::open(None);
    let mut judged: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut reminded: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in catalogue.pack_names() {
        let pack = catalogue.pack(name).unwrap();
        let of_records = pack.rules.iter().map(|rule| &rule.clause.rule);
        let of_packages = pack.activity.iter().map(|rule| &rule.clause.rule);
        for id in of_records.chain(of_packages) {
            judged.entry(whole(id).to_owned()).or_default().insert(name);
        }
        for one in &pack.reminders {
            reminded.entry(one.id.clone()).or_default().insert(name);
        }
    }
    let mut faults = Vec::new();
    for [cell, place, _] in rows() {
        for (mark, known) in [("pack: ", &mut judged), ("reminder: ", &mut reminded)] {
            let said: BTreeSet<&str> = names(place, mark).into_iter().collect();
            let found: BTreeSet<&str> =
                ids(cell).iter().filter_map(|id| known.remove(id)).flatten().collect();
            if said != found {
                faults.push(format!("{cell}: the table says {said:?}, the packs {found:?}"));
            }
        }
    }
    let strangers: Vec<&String> = judged.keys().chain(reminded.keys()).collect();
    assert!(
        faults.is_empty() && strangers.is_empty(),
        "{faults:#?}\nnot in the table: {strangers:?}"
    );
}
