//! The manifest of a package: a small text `清单.txt` of `键：值` lines that a person writes.
//!
//! ```text
//! 项目编号：2022-03-01-127(国)
//! 签到人数：35
//! 微信图片_1.jpg = 签到表
//! ```
//!
//! A project's lines follow its number. `#` begins a comment.

use super::{Canonical, Outcome, Raw};
use crate::model::{EvidenceKind, FieldType};

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// One per project, in the order of the text; lines before the first number belong to one without.
    pub projects: Vec<ManifestProject>,
    /// File name (or path) → kind.
    pub kinds: Vec<(String, EvidenceKind)>,
    /// Lines that nobody understands: line number and the words before the colon.
    pub unknown: Vec<(u32, String)>,
}

/// What a manifest says about one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestProject {
    /// Project number; `None`: the only project of the package.
    pub code: Option<String>,
    /// Project name.
    pub name: Option<String>,
    /// How many signed.
    pub signed: Option<u32>,
}

/// Whether a member's path is a manifest's: a text named `清单` or `manifest`.
pub fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let stem = stem.trim().to_lowercase();
    extension.eq_ignore_ascii_case("txt")
        && ["清单", "材料清单", "文件清单", "manifest"].contains(&stem.as_str())
}

/// What a line is about.
#[derive(Clone, Copy)]
enum Key {
    Code,
    Name,
    Signed,
}

const KEYS: &[(&str, Key)] = &[
    ("项目编号", Key::Code),
    ("项目编码", Key::Code),
    ("编号", Key::Code),
    ("project", Key::Code),
    ("项目名称", Key::Name),
    ("项目", Key::Name),
    ("活动名称", Key::Name),
    ("签到人数", Key::Signed),
    ("签名人数", Key::Signed),
    ("实到人数", Key::Signed),
    ("signed", Key::Signed),
];

/// Lines beyond these are not read: nobody writes so many by hand.
const MOST_LINES: usize = 5_000;

/// Reads a manifest.
pub fn manifest(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate().take(MOST_LINES) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', '＃', ';']) || line.starts_with("//") {
            continue;
        }
        if manifest.take(line).is_none() {
            let words = line.split([':', '：', '=', '＝']).next().unwrap_or(line);
            let words: String = words.trim().chars().take(40).collect();
            manifest.unknown.push((at as u32 + 1, words));
        }
    }
    manifest
}

impl Manifest {
    /// Takes one line; `None` if it is not understood.
    fn take(&mut self, line: &str) -> Option<()> {
        if let Some((name, kind)) = line.rsplit_once(['=', '＝', ':', '：'])
            && let Some(kind) = EvidenceKind::find(kind.trim())
        {
            let name = name.trim().trim_matches(['"', '“', '”']).replace('\\', "/");
            self.kinds.push((name, kind));
            return Some(());
        }
        let (word, value) = line.split_once([':', '：', '=', '＝'])?;
        let (word, value) = (word.trim().to_lowercase(), value.trim());
        let (_, key) = KEYS.iter().find(|(known, _)| *known == word)?;
        match key {
            Key::Code => {
                let code = canonical(FieldType::ProjectCode, value)?;
                self.project(|project| project.code.is_some()).code = Some(code);
            }
            Key::Name => {
                self.project(|project| project.name.is_some()).name = Some(value.to_owned());
            }
            Key::Signed => {
                let count = value.trim_end_matches(['人', '名']).trim();
                let count = canonical(FieldType::Integer, count)?.parse().ok()?;
                self.project(|project| project.signed.is_some()).signed = Some(count);
            }
        }
        Some(())
    }

    /// The project that a line is about: the last one, or a new one where the last has said so already.
    fn project(&mut self, is_next: impl Fn(&ManifestProject) -> bool) -> &mut ManifestProject {
        if self.projects.last().is_none_or(is_next) {
            self.projects.push(ManifestProject::default());
        }
        let last = self.projects.len().saturating_sub(1);
        // There is one now.
        &mut self.projects[last]
    }
}

fn canonical(field: FieldType, text: &str) -> Option<String> {
    let mut out = String::new();
    match super::read(field, &Raw::text(text), &mut out) {
        Outcome::Value(reading) if reading.doubt.is_none() => match reading.canonical {
            Canonical::Slice(range) => text.get(range).map(str::to_owned),
            Canonical::Written => Some(out),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_gives_counts_and_kinds_and_names_what_it_cannot_read() {
        let text = "\u{FEFF}# 说明\r\n项目编号：2022-03-01-127（国）\r\n项目名称: 某某培训班\r\n签到人数：３５人\r\n\
            微信图片_1.jpg = 签到表\r\n照片\\2.jpg：照片\r\n联系人：张三\r\n\r\n项目编号：2022-03-01-128\r\n签到人数：没有数\r\n随便写写";
        let read = manifest(text);
        assert_eq!(read.projects.len(), 2);
        assert_eq!(read.projects[0].code.as_deref(), Some("2022-03-01-127(国)"));
        assert_eq!(read.projects[0].name.as_deref(), Some("某某培训班"));
        assert_eq!((read.projects[0].signed, read.projects[1].signed), (Some(35), None));
        let kinds: Vec<_> = read.kinds.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        assert_eq!(
            kinds,
            [("微信图片_1.jpg", EvidenceKind::SignIn), ("照片/2.jpg", EvidenceKind::Photo)]
        );
        let unknown: Vec<_> =
            read.unknown.iter().map(|(line, key)| (*line, key.as_str())).collect();
        assert_eq!(unknown, [(7, "联系人"), (10, "签到人数"), (11, "随便写写")]);
    }

    #[test]
    fn a_count_without_a_project_is_the_only_projects() {
        let read = manifest("签到人数: 12");
        assert_eq!(read.projects, [ManifestProject { signed: Some(12), ..Default::default() }]);
    }

    #[test]
    fn a_manifest_is_known_by_its_name() {
        for (path, is_it) in [
            ("清单.txt", true),
            ("2022/材料清单.TXT", true),
            ("manifest.txt", true),
            ("清单.xlsx", false),
            ("签到清单.txt", false),
            ("清单", false),
        ] {
            assert_eq!(is_manifest(path), is_it, "{path}");
        }
    }
}
