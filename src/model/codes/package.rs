//! Codes of packages: members, names, limits.

use crate::model::{Code, Severity};

/// Packages inside packages inside packages. `{0}` how deep is opened.
pub static PACKAGE_TOO_DEEP: Code = Code {
    name: "package-too-deep",
    severity: Severity::Error,
    what: ["压缩包套得太深，超过 {0} 层。", "The packages are nested more than {0} deep."],
    why: [
        "最里面的文件没有打开，里面的内容都没有处理。",
        "The innermost files were not opened, so nothing of them was used.",
    ],
    mend: [
        "请把里层的压缩包解压，和其他文件放在同一个压缩包里，重新提交。",
        "Unpack the inner packages, put their files into one package and hand it in again.",
    ],
};

/// A package with nothing to use in it.
pub static PACKAGE_EMPTY: Code = Code {
    name: "package-empty",
    severity: Severity::Error,
    what: ["压缩包里没有可以处理的文件。", "The package holds no file that can be used."],
    why: [
        "没有名单，也没有证明材料，这次提交不会产生任何结果。",
        "There is neither a roster nor any evidence in it, so nothing comes of it.",
    ],
    mend: [
        "请打开压缩包，确认名单和材料都在里面，重新压缩后提交。",
        "Open the package, make sure that roster and evidence are in it, pack it again and hand it in.",
    ],
};

/// A line of a package's manifest that nobody understands. `{0}` the words before the colon.
pub static MANIFEST_LINE_UNKNOWN: Code = Code {
    name: "manifest-line-unknown",
    severity: Severity::Warning,
    what: ["清单里的“{0}”看不懂。", "Nobody knows what “{0}” in the manifest means."],
    why: ["这一行没有起作用。", "The line had no effect."],
    mend: [
        "清单每行写“项目编号：…”“签到人数：…”或“文件名：签到表”；其他说明可以写在别的文件里。",
        "Each line of the manifest says 项目编号：…, 签到人数：… or file name：kind; put other words into another file.",
    ],
};
