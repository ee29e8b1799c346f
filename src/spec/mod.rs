//! TOML that people write, read with places: every mistake of a file in one run, each with line and column.
//!
//! A [`Table`] is asked for its keys one after another; what it cannot give becomes a [`Lint`], and
//! [`Table::close`] reports the keys that nobody asked for, with the name that was probably meant.

mod places;
mod table;

use std::{fmt, path::PathBuf};

pub use places::Word;
pub use table::{Table, read};

/// A mistake in a file that people write, told to the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The file, as it was named to us (embedded files: `mappings/…`).
    pub file: PathBuf,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong: Chinese, English.
    pub message: [String; 2],
}

/// All mistakes of one or more files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lints(pub Vec<Lint>);

impl Lints {
    /// Whether there is no mistake.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A file that cannot be read at all: one lint at its first place.
    pub fn unreadable(file: PathBuf, zh: String, en: String) -> Lints {
        Lints(vec![Lint { file, line: 1, column: 1, message: [zh, en] }])
    }

    /// Writes each lint on a line in a language: `file:line:column: message`.
    pub fn render(&self, lang: crate::model::Lang) -> String {
        let mut text = String::new();
        for lint in &self.0 {
            let message = lang.pick(&lint.message[0], &lint.message[1]);
            let place = format!("{}:{}:{}", lint.file.display(), lint.line, lint.column);
            text.push_str(&format!("{place}: {message}\n"));
        }
        text
    }
}

impl fmt::Display for Lints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(crate::model::Lang::En))
    }
}

impl std::error::Error for Lints {}

/// The candidate that a mistyped word probably meant, if one is near enough.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}
