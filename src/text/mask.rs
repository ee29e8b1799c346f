//! Masks personal data for everything that people look at. What is masked cannot be brought back from it.

use sha2::{Digest, Sha256};

use super::digest::hex;
use crate::model::FieldType;

/// How much of a value stays visible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// For an audit: of an ID number the first 6 and the last 4.
    #[default]
    Audit,
    /// For lists that go round: of an ID number the first 3 and the last 4.
    List,
    /// For a screen that others see: the first character and two stars, and no number at all.
    Screen,
}

impl Profile {
    /// Finds a profile by its name: `audit`, `list`, `screen`.
    pub fn find(name: &str) -> Option<Profile> {
        match name {
            "audit" => Some(Profile::Audit),
            "list" => Some(Profile::List),
            "screen" => Some(Profile::Screen),
            _ => None,
        }
    }
}

/// Masks a personal value for reports, with the profile `audit`.
pub fn mask(field_type: FieldType, text: &str) -> String {
    mask_with(Profile::Audit, field_type, text)
}

/// Masks a personal value. Every character that goes becomes one `*`; wrong values are masked as strictly.
pub fn mask_with(profile: Profile, field_type: FieldType, text: &str) -> String {
    let text = text.trim();
    if profile == Profile::Screen {
        let is_number = matches!(
            field_type,
            FieldType::IdNumber | FieldType::Phone | FieldType::IcCard | FieldType::Code
        );
        let first = text.chars().next().filter(|_| !is_number);
        return if text.is_empty() {
            String::new()
        } else {
            first.into_iter().chain(['*', '*']).collect()
        };
    }
    match field_type {
        FieldType::IdNumber if profile == Profile::Audit => keep(text, 6, 4),
        FieldType::IdNumber | FieldType::Phone => keep(text, 3, 4),
        FieldType::Email => match text.split_once('@') {
            Some((local, domain)) => format!("{}@{domain}", keep(local, 1, 0)),
            None => keep(text, 1, 0),
        },
        _ => keep(text, 1, 0),
    }
}

/// A document's name for logs: its first character, six digits that tell it from others, its extension. `张三.xlsx`
/// becomes `张~1c0e3f.xlsx`. Of a path below `in/` only the last part is shown, but the digits stand for all of it.
pub fn shown_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    };
    let digits = hex(&Sha256::digest(path.as_bytes()));
    let first = stem.chars().next().map(String::from).unwrap_or_default();
    // `名单.张三` has no extension, whatever it looks like.
    let is_extension = (1..=5).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    let dot = if is_extension { "." } else { "" };
    let extension = if is_extension { extension } else { "" };
    format!("{first}~{}{dot}{extension}", digits.get(..6).unwrap_or_default())
}

/// A sentence for logs, most often what the system said: the last part of every absolute path in it is shown as
/// [`shown_name`] does, unless it is a folder of plain letters or a file of ours (`.toml`, `.sqlite`, `.key`). A path ends at
/// a colon, semicolon, quote or line break that follows it, or where the next path begins; words before that go with it.
pub fn shown_words(sentence: &str) -> String {
    let mut shown = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, path, after)) = next_path(rest) {
        shown.push_str(before);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        shown.push_str(folder);
        shown.push('/');
        shown.push_str(&if is_ours(name) { name.to_owned() } else { shown_name(name) });
        rest = after;
    }
    shown + rest
}

/// Splits a sentence around its first absolute path.
fn next_path(sentence: &str) -> Option<(&str, &str, &str)> {
    const BEFORE: [char; 8] = [' ', '"', '\'', '“', '（', '(', '：', '='];
    let mut starts = sentence.match_indices('/').map(|(at, _)| at);
    let start = starts.find(|at| {
        let before = sentence.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(BEFORE)
    })?;
    let (before, tail) = sentence.split_at_checked(start)?;
    const ENDS: [&str; 12] = [": ", "; ", "\"", "”", "\n", " /", "：", "；", "，", ")", "）", " ("];
    let end = ENDS.iter().filter_map(|end| tail.find(end)).min().unwrap_or(tail.len());
    let (path, after) = tail.split_at_checked(end)?;
    Some((before, path, after))
}

/// Whether the last part of a path says nothing about anybody.
fn is_ours(name: &str) -> bool {
    let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b));
    let stem = [".toml", ".sqlite", ".key"].into_iter().find_map(|own| name.strip_suffix(own));
    is_plain(stem.unwrap_or(name))
}

/// Keeps the first and last characters; if that would hide fewer than four, only the first one.
fn keep(text: &str, first: usize, last: usize) -> String {
    const HIDDEN: usize = 4;
    let count = text.chars().count();
    let (first, last) = if count >= first + last + HIDDEN { (first, last) } else { (1, 0) };
    let shown = |at: usize| (at < first || at + last >= count) && count > 1;
    text.chars().enumerate().map(|(at, letter)| if shown(at) { letter } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_masked_by_its_type() {
        for (field_type, text, masked) in [
            (FieldType::IdNumber, "11010519491231002X", "110105********002X"),
            (FieldType::IdNumber, "E12345678", "E********"),
            (FieldType::IdNumber, "1101051949123100", "110105******3100"),
            (FieldType::IdNumber, "13800001234", "1**********"),
            (FieldType::Phone, "13800001234", "138****1234"),
            (FieldType::Phone, "1380000", "1******"),
            (FieldType::Name, "欧阳建国", "欧***"),
            (FieldType::Name, "张", "*"),
            (FieldType::Email, "lisi@example.com", "l***@example.com"),
            (FieldType::Email, "lisi", "l***"),
            (FieldType::Text, "安阳市北关区1号", "安*******"),
            (FieldType::IcCard, "012345678", "0********"),
            (FieldType::Date, "1990-03-07", "1*********"),
            (FieldType::Name, "", ""),
        ] {
            assert_eq!(mask(field_type, text), masked);
        }
    }

    #[test]
    fn profiles_differ_in_what_they_show() {
        let id = "11010519491231002X";
        assert_eq!(mask_with(Profile::List, FieldType::IdNumber, id), "110***********002X");
        assert_eq!(mask_with(Profile::Screen, FieldType::IdNumber, id), "**");
        assert_eq!(mask_with(Profile::Screen, FieldType::Name, "欧阳建国"), "欧**");
        assert_eq!(Profile::find("screen"), Some(Profile::Screen));
    }

    #[test]
    fn a_document_is_told_from_others_without_its_name() {
        for (name, begin, end) in [
            ("张三.xlsx", "张~", ".xlsx"),
            ("儿科/二病区/李四 名单.XLS", "李~", ".XLS"),
            ("110105194912310021.csv", "1~", ".csv"),
            ("名单.张三", "名~", ""),
            ("名单.13800001234", "名~", ""),
            ("名单.2026", "名~", ""),
            (".hidden", ".~", ""),
            ("", "~", ""),
        ] {
            let shown = shown_name(name);
            assert!(shown.starts_with(begin) && shown.ends_with(end), "{name}: {shown}");
            assert_eq!(shown.chars().count(), begin.chars().count() + 6 + end.len(), "{shown}");
        }
        assert_ne!(shown_name("儿科/名单.xlsx"), shown_name("外科/名单.xlsx"));
        assert_eq!(shown_name("儿科/名单.xlsx"), shown_name("儿科/名单.xlsx"));
    }

    #[test]
    fn what_the_system_says_of_a_path_does_not_name_the_document() {
        for (sentence, hidden, kept) in [
            ("cannot read /srv/in/张三.xlsx: permission denied", "张三", ": permission denied"),
            ("cannot read /srv/in/ZHANG SAN 1.xlsx: is a directory", "SAN", ": is a directory"),
            ("cannot move /in/张三.xls to /done/张三 (2).xls; try again", "张三", "; try again"),
            ("读不了 /srv/in/李四.csv：没有权限", "李四", "：没有权限"),
            ("“/srv/in/李四”不是文件", "李四", "”不是文件"),
            ("/srv/in/李四 的名单", "李四", "/srv/in/"),
        ] {
            let shown = shown_words(sentence);
            assert!(!shown.contains(hidden) && shown.contains(kept), "{shown}");
        }
        for plain in [
            "cannot lock /srv/cmegate/ledger.sqlite: it is locked",
            "no space below /srv/cmegate/spool; free some",
            "1/2 of the work, and/or more",
            "/srv/rosters/route.toml:3:4: unknown key",
        ] {
            let shown = shown_words(plain);
            let is_kept = shown == plain || plain.contains(":3:4");
            assert!(is_kept, "{shown}");
        }
    }
}
