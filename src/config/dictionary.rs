//! Reads a dictionary file into a [`Dictionary`].

use rustc_hash::FxHashMap;

use super::{keys, source::Source};
use crate::{
    model::{Dictionary, Entry},
    spec::{self, Lints, Table, Word},
};

/// Parses a dictionary.
///
/// # Errors
/// Every mistake of the file.
pub(super) fn parse(source: &Source) -> Result<Dictionary, Lints> {
    spec::read(&source.path, &source.text, |table| {
        let label = keys::label(table);
        let year = table.integer("year").and_then(|year| checked_year(table, year));
        let mut claims = Claims::default();
        let entries: Vec<Entry> = table
            .tables("entries")
            .into_iter()
            .map(|entry| read_entry(entry, &mut claims))
            .collect();
        if entries.is_empty() {
            table.lint("entries", "字典没有任何条目（entries）", "the dictionary has no entries");
        }
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

fn read_entry(table: Table<'_>, claims: &mut Claims) -> Entry {
    let label = table.required_string("label").unwrap_or_default();
    let code = table.string("code").unwrap_or_default();
    let synonyms = table.words("synonyms");
    let doubtful = table.words("doubtful");
    let entry = Entry {
        attributes: texts(table.placed_pairs("attributes")),
        spellings: texts(table.placed_pairs("spellings")),
        synonyms: synonyms.iter().map(|word| word.text.clone()).collect(),
        doubtful: doubtful.iter().map(|word| word.text.clone()).collect(),
        code: code.clone(),
        label: label.clone(),
    };
    let label_word = Word { at: table.place("label"), text: label };
    let code_word = Word { at: table.place("code"), text: code };
    claims.begin();
    claims.claim(&table, &label_word, "label");
    // A code that is its own label says the same thing once.
    if !code_word.text.is_empty() && code_word.text != label_word.text {
        claims.claim(&table, &code_word, "code");
    }
    for word in synonyms.iter().chain(&doubtful) {
        claims.claim(&table, word, "synonyms");
    }
    table.close();
    entry
}

fn texts(pairs: Vec<(Word, String)>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(name, text)| (name.text, text)).collect()
}

/// Which entry said a word first.
#[derive(Default)]
struct Claims {
    words: FxHashMap<String, (usize, String)>,
    entry: usize,
    label: String,
}

impl Claims {
    fn begin(&mut self) {
        self.entry += 1;
        self.label.clear();
    }

    fn claim(&mut self, table: &Table<'_>, word: &Word, key: &str) {
        let text = &word.text;
        if text.is_empty() {
            // A missing label is linted by itself.
            if table.has("label") || key != "label" {
                table.lint_at(word.at, "词不能为空", "a word must not be empty");
            }
            return;
        }
        if text.trim() != text {
            let (zh, en) = (
                format!("“{text}”首尾有空格，永远匹配不到"),
                format!("{text:?} has spaces around it and is never reached"),
            );
            table.lint_at(word.at, zh, en);
        }
        if key == "label" {
            self.label.clone_from(text);
        }
        match self.words.get(text) {
            Some((entry, _)) if *entry == self.entry => {
                let (zh, en) = (
                    format!("“{text}”在本条目中重复"),
                    format!("{text} stands twice in this entry"),
                );
                table.lint_at(word.at, zh, en);
            }
            Some((_, owner)) => {
                let (zh, en) = (
                    format!("“{text}”已属于条目“{owner}”"),
                    format!("{text} already belongs to entry {owner}"),
                );
                table.lint_at(word.at, zh, en);
            }
            None => {
                self.words.insert(text.clone(), (self.entry, self.label.clone()));
            }
        }
    }
}
