//! Where a file stands and what it says; its digest.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{model::Lang, spec::Lints, text::digest::hex};

/// Kinds of files that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An input mapping.
    Input,
    /// A dictionary.
    Dictionary,
    /// A target.
    Target,
    /// A rule pack; read by `rules`.
    Pack,
}

impl FileKind {
    /// All kinds, in the order they are checked: what others name comes first.
    pub const ALL: [FileKind; 4] =
        [FileKind::Dictionary, FileKind::Target, FileKind::Input, FileKind::Pack];

    /// The folder under `mappings/`.
    pub fn folder(self) -> &'static str {
        match self {
            FileKind::Input => "inputs",
            FileKind::Dictionary => "dictionaries",
            FileKind::Target => "targets",
            FileKind::Pack => "packs",
        }
    }

    /// The word that people read.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            FileKind::Input => lang.pick("输入映射", "input mapping"),
            FileKind::Dictionary => lang.pick("字典", "dictionary"),
            FileKind::Target => lang.pick("目标", "target"),
            FileKind::Pack => lang.pick("规则包", "pack"),
        }
    }
}

/// A file's name and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// File name without extension.
    pub name: String,
    /// The path, as lints name it; embedded files begin with `mappings/`.
    pub path: PathBuf,
    /// The text, without a byte order mark.
    pub text: Cow<'static, str>,
}

impl Source {
    /// Whether the file is inside the program.
    pub fn is_embedded(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// What the text wants to be, by the keys that only one kind has. Needs no valid file.
    pub fn kind(&self) -> FileKind {
        let begins = |mark: &str| self.text.lines().any(|line| line.trim_start().starts_with(mark));
        if begins("[[rules]]") {
            FileKind::Pack
        } else if begins("[[entries]]") || begins("entries") {
            FileKind::Dictionary
        } else if begins("format") {
            FileKind::Target
        } else {
            FileKind::Input
        }
    }

    /// Reads a file from disk.
    ///
    /// # Errors
    /// One lint: the file cannot be read or is not UTF-8.
    pub fn from_disk(path: &Path) -> Result<Source, Lints> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let Ok(text) = String::from_utf8(bytes) else {
            let (zh, en) =
                ("文件不是 UTF-8 编码，请另存为 UTF-8", "the file is not UTF-8; save it as UTF-8");
            return Err(Lints::unreadable(path.to_owned(), zh.into(), en.into()));
        };
        // Notepad puts a byte order mark before the first letter.
        let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
        Ok(Source { name: stem(path), path: path.to_owned(), text: text.into() })
    }
}

/// One lint that says why a path cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Lints {
    let [zh, en] = reason(error);
    Lints::unreadable(path.to_owned(), format!("无法读取：{zh}"), format!("cannot be read: {en}"))
}

/// Why a file cannot be read. The usual reason in the same words on every system: Chinese, English.
pub(super) fn reason(error: &io::Error) -> [String; 2] {
    match error.kind() {
        io::ErrorKind::NotFound => ["没有这个文件".into(), "there is no such file".into()],
        _ => [error.to_string(), error.to_string()],
    }
}

/// File name without extension.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// SHA-256 over all parts, as 64 hexadecimal digits.
pub(super) fn digest(parts: &[&[u8]]) -> String {
    let mut sha = Sha256::new();
    parts.iter().for_each(|part| sha.update(part));
    hex(&sha.finalize())
}
