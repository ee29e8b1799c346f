//! Where a secret is: in the environment or in a file of its own, never in a file that people pass round.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    model::Lang,
    spec::{Table, Word},
};

/// Where a secret is. `Debug` prints `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Place);

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Environment(String),
    File(PathBuf),
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Why a secret cannot be had. Says where it was looked for, never what was found.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or is empty, or is no text.
    #[error("the environment variable {name} is not set; set it for the service and start again")]
    NotSet {
        /// The variable.
        name: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}; check that it is there and belongs to the service's user")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds nothing.
    #[error("{path} is empty; put the secret into it, or restore it from the back-up")]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

impl SecretError {
    /// The error in a language, one line.
    pub fn render(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, SecretError::Unreadable { source, .. }) => format!("{self}: {source}"),
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, SecretError::NotSet { name }) => {
                format!("没有设置环境变量 {name}；请为服务设置后重新启动")
            }
            (Lang::Zh, SecretError::Unreadable { path, source }) => {
                let path = path.display();
                format!("读不了 {path}；请确认文件存在并属于服务的用户：{source}")
            }
            (Lang::Zh, SecretError::Empty { path }) => {
                format!("{} 是空的；请写入密钥，或从备份恢复", path.display())
            }
        }
    }
}

impl Secret {
    /// A secret in a file.
    pub fn in_file(path: PathBuf) -> Secret {
        Secret(Place::File(path))
    }

    /// The file it is in, if it is in one.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(path) => Some(path),
            Place::Environment(_) => None,
        }
    }

    /// Where it is, for people: the path, or `$NAME`.
    pub fn place(&self) -> String {
        match &self.0 {
            Place::File(path) => path.display().to_string(),
            Place::Environment(name) => format!("${name}"),
        }
    }

    /// The secret itself, without line breaks at its end.
    ///
    /// # Errors
    /// It is not there, or is empty.
    pub fn read(&self) -> Result<String, SecretError> {
        match &self.0 {
            Place::Environment(name) => std::env::var(name)
                .ok()
                .filter(|text| !text.is_empty())
                .ok_or_else(|| SecretError::NotSet { name: name.clone() }),
            Place::File(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| SecretError::Unreadable { path: path.clone(), source })?;
                let secret = text.trim_end_matches(['\r', '\n']);
                if secret.is_empty() {
                    return Err(SecretError::Empty { path: path.clone() });
                }
                Ok(secret.to_owned())
            }
        }
    }

    /// Reads `key = { env = "…" }` or `{ file = "…" }`, relative to the home. Lints a secret that stands there bare.
    pub(in crate::config) fn from_key(
        table: &Table<'_>,
        key: &'static str,
        home: &Path,
    ) -> Option<Secret> {
        if table.is_text(key) {
            let (zh, en) = (
                "密钥和密码不能直接写在文件里；请写 { env = \"变量名\" } 或 { file = \"文件\" }",
                "a secret never stands in this file; write { env = \"NAME\" } or { file = \"PATH\" }",
            );
            table.lint(key, zh, en);
            return None;
        }
        let place = table.table(key)?;
        let (name, path) = (place.words("env"), place.words("file"));
        let found = match (name.as_slice(), path.as_slice()) {
            ([name], []) if is_variable(&name.text) => Some(Place::Environment(name.text.clone())),
            ([], [Word { text, .. }]) if !text.is_empty() => Some(Place::File(home.join(text))),
            _ => {
                let (zh, en) = (
                    "应写 { env = \"变量名\" } 或 { file = \"文件\" } 之一",
                    "must be one of { env = \"NAME\" } and { file = \"PATH\" }",
                );
                table.lint(key, zh, en);
                None
            }
        };
        place.close();
        found.map(Secret)
    }
}

fn is_variable(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !name.is_empty() && name.chars().all(is_letter) && !name.starts_with(|c: char| c.is_numeric())
}
