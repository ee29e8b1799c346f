//! A TOML table with places, asked for one key after another.

use std::{borrow::Cow, cell::RefCell, mem, ops::Range, path::Path, rc::Rc};

use toml::de::{DeArray, DeTable, DeValue};

use super::{Lint, Lints, did_you_mean};

pub(super) struct File<'s> {
    path: &'s Path,
    text: &'s str,
    lints: RefCell<Vec<Lint>>,
}

impl<'s> File<'s> {
    pub(super) fn text(&self, span: &Range<usize>) -> &'s str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    pub(super) fn line(&self, at: usize) -> u32 {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() as u32 + 1
    }

    pub(super) fn lint(&self, at: usize, zh: String, en: String) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = self.line(at);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
        self.lints.borrow_mut().push(Lint {
            file: self.path.to_owned(),
            line,
            column,
            message: [zh, en],
        });
    }
}

/// A key and its value. Sub-tables are moved out when they are asked for: copying them was a third of the time.
pub(super) struct Entry<'s> {
    pub(super) name: Cow<'s, str>,
    pub(super) at: usize,
    pub(super) span: Range<usize>,
    pub(super) value: RefCell<DeValue<'s>>,
}

/// One TOML table. Every question marks its key as known; [`Table::close`] lints the rest.
pub struct Table<'s> {
    pub(super) file: Rc<File<'s>>,
    pub(super) at: usize,
    pub(super) entries: Vec<Entry<'s>>,
    asked: RefCell<Vec<&'static str>>,
}

/// Parses a text and lets `build` ask it; gives what `build` made, or every mistake found.
///
/// # Errors
/// All lints of the file: a syntax mistake alone, otherwise everything that `build` and the tables found.
pub fn read<'s, T>(
    path: &'s Path,
    text: &'s str,
    build: impl FnOnce(&mut Table<'s>) -> Option<T>,
) -> Result<T, Lints> {
    let file = Rc::new(File { path, text, lints: RefCell::default() });
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().to_owned();
            file.lint(
                at,
                format!("TOML 语法错误：{message}"),
                format!("not valid TOML: {message}"),
            );
            return Err(Lints(file.lints.take()));
        }
    };
    let mut table = Table::new(Rc::clone(&file), 0, root.into_inner());
    let version = table.integer("version");
    if version != Some(1) {
        table.lint("version", "首行应为 version = 1", "the file must say version = 1");
    }
    let built = build(&mut table);
    table.close();
    let mut lints = file.lints.take();
    lints.sort_by_key(|lint| (lint.line, lint.column));
    match built {
        Some(built) if lints.is_empty() => Ok(built),
        _ => Err(Lints(lints)),
    }
}

impl<'s> Table<'s> {
    fn new(file: Rc<File<'s>>, at: usize, table: DeTable<'s>) -> Table<'s> {
        let entries = table
            .into_iter()
            .map(|(key, value)| Entry {
                at: key.span().start,
                name: key.into_inner(),
                span: value.span(),
                value: RefCell::new(value.into_inner()),
            })
            .collect();
        Table { file, at, entries, asked: RefCell::default() }
    }

    pub(super) fn find(&self, key: &'static str) -> Option<&Entry<'s>> {
        self.asked.borrow_mut().push(key);
        self.entries.iter().find(|entry| entry.name == key)
    }

    pub(super) fn wrong_type(&self, span: Range<usize>, key: &str, zh: &str, en: &str) {
        self.file.lint(span.start, format!("“{key}”应为{zh}"), format!("{key} must be {en}"));
    }

    /// Whether the table has a key (and marks it as known).
    pub fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Adds a lint at the value of a key, or at the table if the key is missing.
    pub fn lint(&self, key: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.file.lint(self.place(key), zh.into(), en.into());
    }

    /// A text; `None` if missing or of another type (then linted).
    pub fn string(&self, key: &'static str) -> Option<String> {
        let entry = self.find(key)?;
        if let DeValue::String(text) = &*entry.value.borrow() {
            return Some(text.to_string());
        }
        self.wrong_type(entry.span.clone(), key, "文字", "a text");
        None
    }

    /// A text that must be there.
    pub fn required_string(&self, key: &'static str) -> Option<String> {
        let known = self.has(key);
        if !known {
            self.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
        }
        self.string(key)
    }

    /// A truth value; `None` if missing or of another type (then linted).
    pub fn boolean(&self, key: &'static str) -> Option<bool> {
        let entry = self.find(key)?;
        if let DeValue::Boolean(truth) = &*entry.value.borrow() {
            return Some(*truth);
        }
        self.wrong_type(entry.span.clone(), key, " true 或 false", "true or false");
        None
    }

    /// A whole number; `None` if missing or of another type (then linted).
    pub fn integer(&self, key: &'static str) -> Option<i64> {
        let entry = self.find(key)?;
        if let DeValue::Integer(number) = &*entry.value.borrow()
            && let Ok(number) = i64::from_str_radix(number.as_str(), number.radix())
        {
            return Some(number);
        }
        self.wrong_type(entry.span.clone(), key, "整数", "a whole number");
        None
    }

    /// A number, whole or decimal; `None` if missing or of another type (then linted).
    pub fn number(&self, key: &'static str) -> Option<f64> {
        let entry = self.find(key)?;
        let parsed = match &*entry.value.borrow() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            self.wrong_type(entry.span.clone(), key, "数字", "a number");
        }
        parsed
    }

    /// A list of texts; empty if missing. A lone text counts as a list of one.
    pub fn strings(&self, key: &'static str) -> Vec<String> {
        self.words(key).into_iter().map(|word| word.text).collect()
    }

    /// All keys with text values of a sub-table, e.g. free attributes; empty if missing.
    pub fn pairs(&self, key: &'static str) -> Vec<(String, String)> {
        self.placed_pairs(key).into_iter().map(|(name, text)| (name.text, text)).collect()
    }

    /// A sub-table; `None` if missing or of another type (then linted). The caller closes it. It is handed out
    /// once: asked again it is empty.
    pub fn table(&self, key: &'static str) -> Option<Table<'s>> {
        let entry = self.find(key)?;
        if let DeValue::Table(table) = &mut *entry.value.borrow_mut() {
            return Some(Table::new(Rc::clone(&self.file), entry.span.start, mem::take(table)));
        }
        self.wrong_type(entry.span.clone(), key, "一个表", "a table");
        None
    }

    /// An array of tables (`[[key]]`); empty if missing. The caller closes each. They are handed out once:
    /// asked again the array is empty.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'s>> {
        let Some(entry) = self.find(key) else { return Vec::new() };
        let mut tables = Vec::new();
        let DeValue::Array(list) = &mut *entry.value.borrow_mut() else {
            self.wrong_type(entry.span.clone(), key, "一组表", "an array of tables");
            return tables;
        };
        for part in mem::replace(list, DeArray::new()) {
            let span = part.span();
            match part.into_inner() {
                DeValue::Table(table) => {
                    tables.push(Table::new(Rc::clone(&self.file), span.start, table));
                }
                _ => self.wrong_type(span, key, "一组表", "an array of tables"),
            }
        }
        tables
    }

    /// Picks one of several words; lints an unknown word with the one that was probably meant.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.string(key)?;
        let found = choices.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            self.unknown(key, &word, choices.iter().map(|(name, _)| *name));
        }
        found.map(|(_, choice)| *choice)
    }

    /// Lints an unknown word at a key, with the candidate that was probably meant.
    pub fn unknown<'a>(
        &self,
        key: &str,
        word: &str,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) {
        self.unknown_at(self.place(key), word, known);
    }

    /// The names of all keys, for tables whose keys are data. Marks none as known.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }

    /// Lints every key that nobody asked for.
    pub fn close(self) {
        let asked = self.asked.borrow();
        for Entry { name, at, .. } in &self.entries {
            if asked.iter().any(|known| known == name) {
                continue;
            }
            let (zh, en) = match did_you_mean(name, asked.iter().copied()) {
                Some(near) => (format!("，是否想写“{near}”？"), format!("; did you mean {near}?")),
                None => (String::new(), String::new()),
            };
            self.file.lint(
                *at,
                format!("不认识的键“{name}”{zh}"),
                format!("unknown key {name}{en}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn lints(text: &str) -> Vec<String> {
        let read = read(Path::new("a.toml"), text, |table| {
            table.required_string("name");
            table.boolean("strict");
            for item in table.tables("columns") {
                item.choice("type", &[("text", 1), ("date", 2)]);
                item.close();
            }
            Some(())
        });
        match read {
            Ok(()) => Vec::new(),
            Err(lints) => lints.to_string().lines().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn every_mistake_of_a_file_is_told_in_one_run_with_its_place() {
        let text = "version = 1\nnmae = \"x\"\nstrict = 3\n[[columns]]\ntype = \"dat\"\n";
        assert_eq!(
            lints(text),
            [
                "a.toml:1:1: name is missing",
                "a.toml:2:1: unknown key nmae; did you mean name?",
                "a.toml:3:10: strict must be true or false",
                "a.toml:5:8: unknown dat; did you mean date?",
            ]
        );
    }

    #[test]
    fn broken_syntax_is_one_lint_with_its_place() {
        assert_eq!(lints("version = 1\nname = \n").len(), 1);
        assert!(lints("version = 1\nname = \n")[0].starts_with("a.toml:2:"));
    }

    #[test]
    fn a_file_without_version_is_refused() {
        assert_eq!(lints("name = \"x\"\n"), ["a.toml:1:1: the file must say version = 1"]);
    }
}
