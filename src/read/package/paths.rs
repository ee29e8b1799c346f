//! Names of members as paths that may safely be put below a folder: forward slashes, nothing that leads elsewhere.

/// What a name in a package is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// A file's path, and whether characters of it were replaced.
    File(String, bool),
    /// A folder, which needs no place of its own.
    Folder,
    /// What systems and programs leave behind.
    Junk,
    /// Not to be unpacked, and why: Chinese, English.
    Unsafe([&'static str; 2]),
}

/// Longest part of a path and longest path, in UTF-16 units: what file systems in use take.
const PART_UNITS: usize = 255;
const PATH_UNITS: usize = 2048;
/// Folders in folders.
const DEPTH: usize = 32;

const NUL: [&str; 2] = ["文件名里含有空字符", "its name holds a NUL"];
const EMPTY: [&str; 2] = ["没有文件名", "it has no name"];
const ABSOLUTE: [&str; 2] = ["文件名是绝对路径", "its name is an absolute path"];
const DRIVE: [&str; 2] = ["文件名带有盘符", "its name begins with a drive letter"];
const PARENT: [&str; 2] = ["文件名指向上级文件夹", "its name leads out of its folder"];
const RESERVED: [&str; 2] = ["文件名是 Windows 的保留名称", "its name is reserved by Windows"];
const TOO_LONG: [&str; 2] =
    ["文件名太长，或文件夹层数太多", "its name is too long or nested too deep"];
/// A link, device or pipe.
pub(super) const NO_FILE: [&str; 2] = ["它是链接，不是文件", "it is a link, not a file"];

/// Names that Windows takes for devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Judges a decoded name.
pub(super) fn judge(name: &str) -> Path {
    if name.contains('\0') {
        return Path::Unsafe(NUL);
    }
    let name = name.replace('\\', "/");
    if name.starts_with('/') {
        return Path::Unsafe(ABSOLUTE);
    }
    if matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic()) {
        return Path::Unsafe(DRIVE);
    }
    let parts: Vec<&str> =
        name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    // Windows drops dots and spaces at the end, so `.. ` climbs too.
    if parts.iter().any(|part| part.trim_end_matches(['.', ' ']).is_empty()) {
        return Path::Unsafe(PARENT);
    }
    let Some(last) = parts.last() else {
        return if name.is_empty() { Path::Unsafe(EMPTY) } else { Path::Folder };
    };
    if name.ends_with('/') {
        return Path::Folder;
    }
    if parts.iter().any(|part| is_device(part)) {
        return Path::Unsafe(RESERVED);
    }
    let units = |text: &str| text.encode_utf16().count();
    if parts.len() > DEPTH
        || units(&name) > PATH_UNITS
        || parts.iter().any(|part| units(part) > PART_UNITS)
    {
        return Path::Unsafe(TOO_LONG);
    }
    if parts.contains(&"__MACOSX") || is_junk(last) {
        return Path::Junk;
    }
    let joined = parts.join("/");
    let shown = joined.replace(is_invisible, "_");
    let is_changed = shown != joined;
    Path::File(shown, is_changed)
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    if DEVICES.contains(&stem.as_str()) {
        return true;
    }
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    port.is_some_and(|number| {
        matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
    })
}

fn is_junk(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["~$", "._", ".~lock."].iter().any(|start| lower.starts_with(start))
        || [".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"].contains(&lower.as_str())
}

/// Controls, and the marks that turn the direction of writing round (`gpj.exe` shown as `exe.jpg`).
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What two paths have in common if some file system would take them for one.
pub(super) fn folded(path: &str) -> String {
    let parts = path.split('/').map(|part| part.trim_end_matches(['.', ' ']).to_lowercase());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_folder_or_is_refused() {
        let file = |path: &str| Path::File(path.to_owned(), false);
        for (name, expected) in [
            ("签到/一.jpg", file("签到/一.jpg")),
            ("签到\\二.jpg", file("签到/二.jpg")),
            ("./a//b.txt", file("a/b.txt")),
            ("2023-01-01 10:00.jpg", file("2023-01-01 10:00.jpg")),
            ("签到/", Path::Folder),
            ("签到\\", Path::Folder),
            ("./", Path::Folder),
            ("", Path::Unsafe(EMPTY)),
            ("../a", Path::Unsafe(PARENT)),
            ("a/..\\..\\b", Path::Unsafe(PARENT)),
            ("a/.. /b", Path::Unsafe(PARENT)),
            ("a/.../b", Path::Unsafe(PARENT)),
            ("/etc/passwd", Path::Unsafe(ABSOLUTE)),
            ("\\\\server\\a", Path::Unsafe(ABSOLUTE)),
            ("C:a.txt", Path::Unsafe(DRIVE)),
            ("c:\\a.txt", Path::Unsafe(DRIVE)),
            ("a\0.jpg", Path::Unsafe(NUL)),
            ("x/con.txt", Path::Unsafe(RESERVED)),
            ("COM1", Path::Unsafe(RESERVED)),
            ("com.txt", file("com.txt")),
            ("common.txt", file("common.txt")),
            ("__MACOSX/a.jpg", Path::Junk),
            ("a/._b.jpg", Path::Junk),
            ("~$名单.xlsx", Path::Junk),
            ("a/Thumbs.db", Path::Junk),
            ("__MACOSX/../../a", Path::Unsafe(PARENT)),
            ("a\n\u{202e}b.jpg", Path::File("a__b.jpg".to_owned(), true)),
        ] {
            assert_eq!(judge(name), expected, "{name:?}");
        }
        assert_eq!(judge(&"长".repeat(256)), Path::Unsafe(TOO_LONG));
        assert_eq!(judge(&"a/".repeat(40).add("b")), Path::Unsafe(TOO_LONG));
    }

    trait Add {
        fn add(&self, end: &str) -> String;
    }

    impl Add for String {
        fn add(&self, end: &str) -> String {
            format!("{self}{end}")
        }
    }

    #[test]
    fn paths_that_some_file_system_confuses_fold_to_one() {
        assert_eq!(folded("A/名单.XLSX"), folded("a/名单.xlsx"));
        assert_eq!(folded("a /b."), folded("a/b"));
        assert_ne!(folded("a/b"), folded("ab"));
    }
}
