//! The parameters of a rule as layers of tables: what a nearer layer says of a rule wins over its own table.

use super::asked::Asked;
use crate::{
    model::Kind,
    spec::{Table, Word},
};

/// A rule's table under those that override it, the nearest first.
pub struct Params<'a, 's> {
    over: Vec<&'a Table<'s>>,
    base: &'a Table<'s>,
    /// Kinds of records that the rule judges; its fields must be theirs.
    pub kinds: Vec<Kind>,
}

impl<'a, 's> Params<'a, 's> {
    /// Layers over a base, the nearest first.
    pub fn new(over: Vec<&'a Table<'s>>, base: &'a Table<'s>) -> Params<'a, 's> {
        Params { over, base, kinds: Vec::new() }
    }

    /// The table that decides a key. All of them learn that the key is known.
    pub fn of(&self, key: &'static str) -> &'a Table<'s> {
        self.base.has(key);
        let mut found = None;
        for table in &self.over {
            if table.has(key) && found.is_none() {
                found = Some(*table);
            }
        }
        found.unwrap_or(self.base)
    }

    /// Whether a layer overrides anything.
    pub fn is_overridden(&self) -> bool {
        !self.over.is_empty()
    }

    /// Whether any layer has a key.
    pub fn has(&self, key: &'static str) -> bool {
        self.of(key).has(key)
    }

    /// A text.
    pub fn string(&self, key: &'static str) -> Option<String> {
        self.of(key).string(key)
    }

    /// A list of texts.
    pub fn strings(&self, key: &'static str) -> Vec<String> {
        self.of(key).strings(key)
    }

    /// A truth; false if missing.
    pub fn is(&self, key: &'static str) -> bool {
        self.of(key).boolean(key).unwrap_or(false)
    }

    /// A number.
    pub fn number(&self, key: &'static str) -> Option<f64> {
        self.of(key).number(key)
    }

    /// A number in halves.
    pub fn halves(&self, key: &'static str) -> Option<i32> {
        self.number(key).map(|number| (number * 2.0).round() as i32)
    }

    /// A whole number.
    pub fn integer(&self, key: &'static str) -> Option<i32> {
        self.of(key).integer(key).and_then(|number| i32::try_from(number).ok())
    }

    /// A day, `YYYY-MM-DD`.
    pub fn day(&self, key: &'static str) -> Option<i32> {
        super::pack::day(self.of(key), key)
    }

    /// Adds a lint at a key.
    pub fn lint(&self, key: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.of(key).lint(key, zh, en);
    }

    /// Lints a key that is missing.
    pub fn missing(&self, key: &'static str) {
        self.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
    }

    /// A field that must be named.
    pub fn field(&self, key: &'static str) -> Option<Asked> {
        if !self.has(key) {
            self.missing(key);
            return None;
        }
        let words = self.of(key).words(key);
        words.first().and_then(|word| self.asked(key, word))
    }

    /// A field that may be named.
    pub fn field_or(&self, key: &'static str, default: Asked) -> Option<Asked> {
        if self.has(key) { self.field(key) } else { Some(default) }
    }

    /// A list of fields.
    pub fn fields(&self, key: &'static str) -> Vec<Asked> {
        let words = self.of(key).words(key);
        words.iter().filter_map(|word| self.asked(key, word)).collect()
    }

    /// Fields with a number each, as written: `times = { days = 2 }`.
    pub fn rates(&self, key: &'static str) -> Vec<(Asked, f64)> {
        let pairs = self.of(key).number_pairs(key);
        let known = pairs.iter().filter_map(|(word, rate)| Some((self.asked(key, word)?, *rate)));
        known.collect()
    }

    /// The field that a word names; lints one that none of the rule's kinds has.
    pub fn asked(&self, key: &'static str, word: &Word) -> Option<Asked> {
        let is_known = |asked: &Asked| {
            self.kinds.is_empty() || self.kinds.iter().any(|kind| asked.is_of(*kind))
        };
        let found = Asked::find(&word.text).filter(is_known);
        if found.is_none() {
            let known: Vec<&str> = Asked::all().filter(is_known).map(Asked::name).collect();
            self.of(key).unknown_at(word.at, &word.text, known);
        }
        found
    }
}
