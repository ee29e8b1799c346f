//! Reads a dictionary file into a [`Dictionary`].

use rustc_hash::FxHashMap;

use super::{keys, source::Source};
use crate::{
    model::{Dictionary, Entry},
    spec::{self, Lints, Table},
};

/// Parses a dictionary.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn parse(source: &Source) -> Result<Dictionary, Lints> {
    spec::read(&source.path, &source.text, |table| {
        let label = keys::label(table);
        let year = table.integer("year").and_then(|year| checked_year(table, year));
        let drafts: Vec<Draft> = table.tables("entries").into_iter().map(read_entry).collect();
        if drafts.is_empty() {
            table.lint("entries", "字典没有任何条目（entries）", "the dictionary has no entries");
        }
        check_claims(table, &drafts);
        let entries = drafts.into_iter().map(|draft| draft.entry).collect();
        Some(Dictionary::new(source.name.clone(), label, year, entries))
    })
}

fn checked_year(table: &Table<'_>, year: i64) -> Option<u16> {
    let checked = u16::try_from(year).ok().filter(|year| (1990..=2100).contains(year));
    if checked.is_none() {
        table.lint("year", "year 应在 1990 至 2100 之间", "year must lie between 1990 and 2100");
    }
    checked
}

/// An entry and the places of its words: label, code, synonyms, doubtful words.
struct Draft {
    entry: Entry,
    places: Vec<usize>,
}

fn read_entry(table: Table<'_>) -> Draft {
    let [synonyms, doubtful] = ["synonyms", "doubtful"].map(|key| table.words(key));
    let mut places = vec![table.place("label"), table.place("code")];
    places.extend(synonyms.iter().chain(&doubtful).map(|word| word.at));
    let entry = Entry {
        code: table.string("code").unwrap_or_default(),
        label: table.required_string("label").unwrap_or_default(),
        synonyms: synonyms.into_iter().map(|word| word.text).collect(),
        doubtful: doubtful.into_iter().map(|word| word.text).collect(),
        attributes: table.pairs("attributes"),
        spellings: table.pairs("spellings"),
    };
    table.close();
    Draft { entry, places }
}

/// A word belongs to one entry, and stands there once.
fn check_claims(table: &Table<'_>, drafts: &[Draft]) {
    let mut claims: FxHashMap<&str, &Entry> = FxHashMap::default();
    for Draft { entry, places } in drafts {
        let own = [&entry.label, &entry.code].into_iter();
        let words = own.chain(&entry.synonyms).chain(&entry.doubtful);
        for (nth, (word, at)) in words.zip(places).enumerate() {
            // A missing label is linted by itself, a code may be missing or the label once more.
            if (nth < 2 && word.is_empty()) || (nth == 1 && *word == entry.label) {
                continue;
            }
            check_word(table, *at, word, claims.get(word.as_str()).copied(), entry);
            claims.entry(word).or_insert(entry);
        }
    }
}

fn check_word(table: &Table<'_>, at: usize, word: &str, owner: Option<&Entry>, entry: &Entry) {
    if word.is_empty() {
        table.lint_at(at, "词不能为空", "a word must not be empty");
    } else if word.trim() != word {
        table.lint_at(
            at,
            format!("“{word}”首尾有空格，永远匹配不到"),
            format!("{word:?} has spaces around it and is never reached"),
        );
    }
    match owner {
        Some(owner) if std::ptr::eq(owner, entry) => table.lint_at(
            at,
            format!("“{word}”在本条目中重复"),
            format!("{word} stands twice in this entry"),
        ),
        Some(Entry { label, .. }) => table.lint_at(
            at,
            format!("“{word}”已属于条目“{label}”"),
            format!("{word} already belongs to entry {label}"),
        ),
        None => {}
    }
}
