//! Questions to a table whose answers keep their place, for lints about one word of a list.

use toml::{Spanned, de::DeValue};

use super::{Table, did_you_mean};

/// A text of a list and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Its first byte in the file, for [`Table::lint_at`].
    pub at: usize,
}

impl<'s> Table<'s> {
    /// Where the value of a key begins; the table itself if the key is missing.
    pub fn place(&self, key: &str) -> usize {
        let found = self.entries.iter().find(|entry| entry.name == key);
        found.map_or(self.at, |entry| entry.span.start)
    }

    /// The line on which the table begins, from 1.
    pub fn line(&self) -> u32 {
        self.file.line(self.at)
    }

    /// The line of a place, from 1.
    pub fn line_of(&self, at: usize) -> u32 {
        self.file.line(at)
    }

    /// Adds a lint at a place.
    pub fn lint_at(&self, at: usize, zh: impl Into<String>, en: impl Into<String>) {
        self.file.lint(at, zh.into(), en.into());
    }

    /// Lints an unknown word at a place, with the candidate that was probably meant.
    pub fn unknown_at<'a>(
        &self,
        at: usize,
        word: &str,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) {
        let (zh, en) = match did_you_mean(word, known.clone()) {
            Some(near) => (format!("，是否想写“{near}”？"), format!("; did you mean {near}?")),
            None => {
                let all = known.into_iter().collect::<Vec<_>>().join(", ");
                (format!("；可用：{all}"), format!("; known: {all}"))
            }
        };
        self.lint_at(at, format!("不认识“{word}”{zh}"), format!("unknown {word}{en}"));
    }

    /// Whether a key holds a bare text, for keys that must never do so. Marks the key as known.
    pub fn is_text(&self, key: &'static str) -> bool {
        self.find(key).is_some_and(|entry| matches!(&*entry.value.borrow(), DeValue::String(_)))
    }

    /// A list of texts with their places; empty if missing. A lone text counts as a list of one.
    pub fn words(&self, key: &'static str) -> Vec<Word> {
        let Some(entry) = self.find(key) else { return Vec::new() };
        match &*entry.value.borrow() {
            DeValue::String(text) => {
                vec![Word { text: text.to_string(), at: entry.span.start }]
            }
            DeValue::Array(list) => list.iter().filter_map(|part| self.word(key, part)).collect(),
            _ => {
                self.wrong_type(entry.span.clone(), key, "文字列表", "a list of texts");
                Vec::new()
            }
        }
    }

    fn word(&self, key: &str, part: &Spanned<DeValue<'s>>) -> Option<Word> {
        if let DeValue::String(text) = part.get_ref() {
            return Some(Word { text: text.to_string(), at: part.span().start });
        }
        self.wrong_type(part.span(), key, "文字列表", "a list of texts");
        None
    }

    /// A list of numbers, whole or decimal; `None` if missing or of another type (then linted).
    pub fn numbers(&self, key: &'static str) -> Option<Vec<f64>> {
        let entry = self.find(key)?;
        let DeValue::Array(list) = &*entry.value.borrow() else {
            self.wrong_type(entry.span.clone(), key, "数字列表", "a list of numbers");
            return None;
        };
        let mut numbers = Vec::with_capacity(list.len());
        for number in list.iter() {
            let parsed = match number.get_ref() {
                DeValue::Integer(number) => number.as_str().parse().ok(),
                DeValue::Float(number) => number.as_str().parse().ok(),
                _ => None,
            };
            match parsed {
                Some(parsed) => numbers.push(parsed),
                None => {
                    self.wrong_type(number.span(), key, "数字列表", "a list of numbers");
                    return None;
                }
            }
        }
        Some(numbers)
    }

    /// All keys with text values of a sub-table, with the place of each key; empty if missing.
    pub fn placed_pairs(&self, key: &'static str) -> Vec<(Word, String)> {
        let Some(table) = self.table(key) else { return Vec::new() };
        let mut pairs = Vec::new();
        for entry in table.entries {
            match entry.value.into_inner() {
                DeValue::String(text) => {
                    let name = Word { text: entry.name.into_owned(), at: entry.at };
                    pairs.push((name, text.into_owned()));
                }
                _ => self.wrong_type(entry.span, &entry.name, "文字", "a text"),
            }
        }
        pairs.sort_by_key(|(name, _)| name.at);
        pairs
    }

    /// All keys with a number of a sub-table, with the place of each key; empty if missing.
    pub fn number_pairs(&self, key: &'static str) -> Vec<(Word, f64)> {
        let Some(table) = self.table(key) else { return Vec::new() };
        let mut pairs = Vec::new();
        for entry in table.entries {
            let number = match &*entry.value.borrow() {
                DeValue::Integer(number) => number.as_str().parse().ok(),
                DeValue::Float(number) => number.as_str().parse().ok(),
                _ => None,
            };
            match number {
                Some(number) => {
                    pairs.push((Word { text: entry.name.into_owned(), at: entry.at }, number));
                }
                None => self.wrong_type(entry.span, &entry.name, "数字", "a number"),
            }
        }
        pairs.sort_by_key(|(name, _)| name.at);
        pairs
    }

    /// All keys of a sub-table with one text or a list of texts each; empty if missing.
    pub fn word_lists(&self, key: &'static str) -> Vec<(Word, Vec<Word>)> {
        let Some(table) = self.table(key) else { return Vec::new() };
        let mut lists = Vec::new();
        for entry in table.entries {
            let words = match &*entry.value.borrow() {
                DeValue::String(text) => {
                    vec![Word { text: text.to_string(), at: entry.span.start }]
                }
                DeValue::Array(list) => {
                    list.iter().filter_map(|part| self.word(&entry.name, part)).collect()
                }
                _ => {
                    self.wrong_type(entry.span.clone(), &entry.name, "文字列表", "a list of texts");
                    continue;
                }
            };
            lists.push((Word { text: entry.name.to_string(), at: entry.at }, words));
        }
        lists.sort_by_key(|(name, _)| name.at);
        lists
    }

    /// Every key and its value as the file has it, in the file's order; for showing. A list of tables written
    /// apart (`[[key]]`) has no text of its own.
    pub fn written(&self) -> Vec<(&str, &'s str)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.at);
        let text = |span: &std::ops::Range<usize>| self.file.text(span);
        entries.iter().map(|entry| (&*entry.name, text(&entry.span))).collect()
    }
}
