//! What every shipped pack must be.

use cmegate::{config::Catalogue, rules};

#[test]
fn every_example_of_every_pack_comes_out_as_it_says_alone_and_under_what_is_laid_over_it() {
    let catalogue = Catalogue::open(None);
    let mut faults = Vec::new();
    for name in catalogue.pack_names() {
        let packs = catalogue.packs(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        for used in &packs {
            for (id, outcome) in rules::run_examples(&used.pack) {
                if let Err(why) = outcome {
                    faults.push(format!("{name} › {}: {id}: {why}", used.pack.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_says_whom_it_judges_and_where_it_stands() {
    let catalogue = Catalogue::open(None);
    for name in catalogue.pack_names() {
        let pack = catalogue.pack(name).unwrap();
        assert!(!pack.head.authority.is_empty(), "{name} names no authority");
        for rule in &pack.rules {
            let id = &rule.clause.rule;
            assert!(!rule.entity.is_empty(), "{id} judges everything");
            let words = [&rule.clause.source, &rule.clause.what, &rule.clause.mend];
            assert!(words.iter().all(|both| both.iter().all(|text| !text.is_empty())), "{id}");
        }
    }
}

#[test]
fn a_nearer_layer_changes_parameters_and_puts_rules_out_of_use() {
    let catalogue = Catalogue::open(None);
    let packs = catalogue.packs("hospital-2023").unwrap();
    let names: Vec<&str> = packs.iter().map(|used| used.pack.name.as_str()).collect();
    assert_eq!(names, ["beijing-2022", "hospital-2023"]);
    let city = &packs[0].pack;
    let find = |id: &str| city.rules.iter().find(|rule| rule.clause.rule == id);
    let cycle = find("BJ-CYC-01").unwrap();
    assert_eq!(cycle.clause.pack, "hospital-2023");
    assert!(cycle.params.contains(&("from".to_owned(), "\"2022-11-01\"".to_owned())));
    assert!(find("BJ-PAP-04").is_none());
    let alone = catalogue.packs("beijing-2022").unwrap();
    assert!(alone[0].pack.rules.iter().any(|rule| rule.clause.rule == "BJ-PAP-04"));
    assert_ne!(alone[0].pack.digest, city.digest, "a report tells which of both judged");
}

#[test]
fn mistakes_of_layers_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let packs = folder.path().join("packs");
    std::fs::create_dir(&packs).unwrap();
    let head = "version = 1\nlabel = [\"甲\", \"a\"]\nextends = [\"beijing-2022\"]\n";
    for (name, body, told) in [
        (
            "ours",
            "[[overrides]]\nrule = \"BJ-DAY-1\"\noff = true\n",
            "no pack below has a rule BJ-DAY-1; did you mean BJ-DAY-01?",
        ),
        (
            "ours",
            "[[overrides]]\nrule = \"BJ-DAY-01\"\nperday = 1\n",
            "unknown key perday; did you mean per_day?",
        ),
        (
            "ours",
            "[[rules]]\nid = \"A-1\"\nkind = \"must\"\nseverity = \"W\"\nentity = [\"credit\"]\nmust = \"credts > 1\"\n",
            "unknown credts; did you mean credits?",
        ),
    ] {
        std::fs::write(packs.join(format!("{name}.toml")), format!("{head}{body}")).unwrap();
        let catalogue = Catalogue::open(Some(folder.path().to_owned()));
        let error = catalogue.packs(name).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let circle = "version = 1\nlabel = [\"甲\", \"a\"]\nextends = [\"ours\"]\n";
    std::fs::write(packs.join("ours.toml"), circle).unwrap();
    let catalogue = Catalogue::open(Some(folder.path().to_owned()));
    let error = catalogue.packs("ours").unwrap_err().to_string();
    assert!(error.contains("extends leads back to itself"), "{error}");
}
