//! Dictionaries (字典项): value lists with codes, synonyms and each target's own spelling.

use rustc_hash::FxHashMap;

/// One value of a dictionary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Code of the standard the list follows, e.g. `233`.
    pub code: String,
    /// The word people use, e.g. `主治医师`.
    pub label: String,
    /// Other words that mean the same.
    pub synonyms: Vec<String>,
    /// Words that probably mean this but need a person's look (a finding of severity warning).
    pub doubtful: Vec<String>,
    /// Free attributes: `level = "正高"`.
    pub attributes: Vec<(String, String)>,
    /// Spelling per target name or spelling set; the label where none is given.
    pub spellings: Vec<(String, String)>,
}

impl Entry {
    /// How a target spells this value: by the named set, else by the attribute of that name (so that a
    /// column can show the `level` of a title), else the label.
    pub fn spelling(&self, set: &str) -> &str {
        if set == "code" {
            return &self.code;
        }
        let own = self.spellings.iter().find(|(name, _)| name == set);
        own.map(|(_, word)| word.as_str()).or_else(|| self.attribute(set)).unwrap_or(&self.label)
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A word's meaning in a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Index of the entry.
    pub entry: u32,
    /// Whether a person should look at it.
    pub is_doubtful: bool,
}

/// A value list.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// File name without extension: `title`.
    pub name: String,
    /// What people call it: Chinese, English.
    pub label: [String; 2],
    /// The year the list is of, where the list is dated.
    pub year: Option<u16>,
    /// The values, in the order of the file.
    pub entries: Vec<Entry>,
    index: FxHashMap<Box<str>, Meaning>,
}

impl Dictionary {
    /// Builds the look-up. Labels win over codes, codes over synonyms, synonyms over doubtful words;
    /// the caller (the `spec` lints) has refused words that two entries claim.
    pub fn new(
        name: String,
        label: [String; 2],
        year: Option<u16>,
        entries: Vec<Entry>,
    ) -> Dictionary {
        let mut index = FxHashMap::default();
        let mut learn = |word: &str, entry: usize, is_doubtful: bool| {
            if !word.is_empty() {
                index.entry(word.into()).or_insert(Meaning { entry: entry as u32, is_doubtful });
            }
        };
        for (at, entry) in entries.iter().enumerate() {
            learn(&entry.label, at, false);
        }
        for (at, entry) in entries.iter().enumerate() {
            learn(&entry.code, at, false);
            entry.synonyms.iter().for_each(|word| learn(word, at, false));
        }
        for (at, entry) in entries.iter().enumerate() {
            entry.doubtful.iter().for_each(|word| learn(word, at, true));
        }
        Dictionary { name, label, year, entries, index }
    }

    /// Finds the meaning of a word, exactly as written.
    pub fn meaning(&self, word: &str) -> Option<Meaning> {
        self.index.get(word).copied()
    }

    /// The entry with an index.
    pub fn entry(&self, index: u32) -> Option<&Entry> {
        self.entries.get(index as usize)
    }
}
