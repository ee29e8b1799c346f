//! The files people write, checked: input mappings, dictionaries, targets. What leaves this module as a plan has no
//! mistake; what has one leaves as lints, all of them in one run.
//!
//! [`Catalogue`] is the door: the files inside the program, and those of a folder on disk before them.
//! [`Gateway`] and [`Route`] are the daemon's: `gateway.toml` and each `route.toml`.
//! Packs are read by `rules`; the catalogue hands out their text.

mod catalogue;
mod column;
mod dictionary;
mod embedded;
mod example;
pub mod gateway;
mod input;
mod keys;
mod packs;
pub mod repairs;
pub mod route;
mod shape;
mod shelf;
mod source;
mod target;
mod target_column;
mod template;
mod vault;

use crate::{model::Lang, spec::Lints};

pub use catalogue::Catalogue;
pub use embedded::SHIPPED_HOME;
pub use gateway::{Gateway, Secret};
pub use route::Route;
pub use source::{FileKind, Source};
pub use vault::Vault;

/// Why a file that people write cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nothing has this name.
    #[error("{}", unknown(*kind, name, near.as_deref(), known, Lang::En))]
    Unknown {
        /// What was looked for.
        kind: FileKind,
        /// The name that was given.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
    /// The file has mistakes.
    #[error("{}", .0.to_string().trim_end())]
    Lints(Lints),
}

impl ConfigError {
    /// The error in a language, one or more lines.
    pub fn render(&self, lang: Lang) -> String {
        match self {
            ConfigError::Unknown { kind, name, near, known } => {
                unknown(*kind, name, near.as_deref(), known, lang)
            }
            ConfigError::Lints(lints) => lints.render(lang),
        }
    }
}

impl From<Lints> for ConfigError {
    fn from(lints: Lints) -> ConfigError {
        ConfigError::Lints(lints)
    }
}

fn unknown(kind: FileKind, name: &str, near: Option<&str>, known: &[String], lang: Lang) -> String {
    let word = kind.label(lang);
    let all = known.join(", ");
    match (lang, near) {
        (Lang::Zh, Some(near)) => format!("没有名为“{name}”的{word}，是否想写“{near}”？"),
        (Lang::Zh, None) => format!("没有名为“{name}”的{word}；可用：{all}"),
        (Lang::En, Some(near)) => format!("no {word} is called {name}; did you mean {near}?"),
        (Lang::En, None) => format!("no {word} is called {name}; known: {all}"),
    }
}

#[cfg(test)]
mod tests;
