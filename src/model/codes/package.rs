//! What can be wrong with a package (zip, 7z, rar, tar, mail) and with single members of it. A member is named by
//! a shortened name, as in logs, since names of files often are names of people.

use crate::model::{Code, Severity};

/// The codes of this group.
pub static CODES: &[&Code] = &[
    &NOT_A_PACKAGE,
    &PACKAGE_BROKEN,
    &PACKAGE_SPLIT,
    &PACKAGE_OVERLAP,
    &PACKAGE_TOO_LARGE,
    &PACKAGE_LOCKED,
    &PACKAGE_NAMES_MIXED,
    &PACKAGE_NAMES_UNCERTAIN,
    &MEMBER_UNSAFE,
    &MEMBER_REPEATED,
    &MEMBER_DAMAGED,
    &MEMBER_TOO_LARGE,
    &MEMBER_METHOD,
    &MEMBER_NAME_DIFFERS,
    &MEMBERS_RENAMED,
    &JUNK_SKIPPED,
    &MAIL_TEXT_NOT_READ,
    &MAIL_WINMAIL,
    &PACKAGE_TOO_DEEP,
    &PACKAGE_EMPTY,
    &PACKAGE_WITHOUT_ROSTER,
    &MANIFEST_LINE_UNKNOWN,
];

/// Something that holds no other documents, where a package was asked for.
pub static NOT_A_PACKAGE: Code = Code {
    name: "not-a-package",
    severity: Severity::Error,
    what: ["这不是压缩包，也不是邮件。", "This is neither an archive nor a message."],
    why: ["里面没有可以核对的文件。", "There are no members in it to check."],
    mend: [
        "请选择 zip、7z、tar、gz 压缩包，或者另存的邮件（.eml）。",
        "Choose a zip, 7z, tar or gz archive, or a saved message (.eml).",
    ],
};

/// A package whose directory cannot be read, or which ends too early.
pub static PACKAGE_BROKEN: Code = Code {
    name: "package-broken",
    severity: Severity::Error,
    what: [
        "压缩包已损坏或不完整，打不开。",
        "The package is damaged or incomplete and cannot be opened.",
    ],
    why: [
        "常见原因是没有传完或没有拷贝完；里面的文件不一定齐，为了不漏掉人员，没有继续处理。",
        "Usually an upload or a copy was cut off. Files may be missing inside, so nothing more of it was used.",
    ],
    mend: [
        "请重新压缩原来的文件（建议用 zip 格式），确认能在自己电脑上解压后，再提交。",
        "Pack the original files again, as a zip if you can, try to unpack it yourself, then hand it in.",
    ],
};

/// One volume of a package that was split into several files.
pub static PACKAGE_SPLIT: Code = Code {
    name: "package-split",
    severity: Severity::Error,
    what: ["这是分卷压缩包中的一卷。", "This is one volume of a split package."],
    why: [
        "单独一卷里的文件是不完整的，无法读取。",
        "The files in a single volume are incomplete and cannot be read.",
    ],
    mend: [
        "请把所有分卷放在一起解压，再压缩成一个 zip 文件提交；文件太大就分几个独立的压缩包。",
        "Unpack all volumes together and pack the files into one zip; if that is too large, into several separate ones.",
    ],
};

/// Members that share their bytes: no honest program writes such a package.
pub static PACKAGE_OVERLAP: Code = Code {
    name: "package-overlap",
    severity: Severity::Error,
    what: [
        "压缩包的结构异常：里面的几个文件占用了同一段数据。",
        "The package is malformed: several files in it share the same bytes.",
    ],
    why: [
        "正常的压缩软件不会这样，这是“压缩炸弹”的特征，为了安全没有打开。",
        "No honest program packs like this; it is the mark of a zip bomb, so it was not opened.",
    ],
    mend: [
        "请确认文件的来源，并用常用的压缩软件重新压缩后再提交。",
        "Check where it came from, and pack the files again with an ordinary program.",
    ],
};

/// More than a package may hold. `{0}` what in Chinese, `{1}` in English, `{2}` the limit.
pub static PACKAGE_TOO_LARGE: Code = Code {
    name: "package-too-large",
    severity: Severity::Error,
    what: ["压缩包里的{0}超过了上限（{2}）。", "The package exceeds the limit of {1} ({2})."],
    why: [
        "为了不影响其他文件的处理，超出的压缩包没有继续读取。",
        "So as not to hold up other files, the package was read no further.",
    ],
    mend: [
        "请只保留需要提交的文件，或者分成几个压缩包提交。",
        "Keep only the files that are asked for, or split them into several packages.",
    ],
};

/// Members under a password that is not known. `{0}` how many, `{1}` the first of them.
pub static PACKAGE_LOCKED: Code = Code {
    name: "package-locked",
    severity: Severity::Error,
    what: [
        "压缩包里有 {0} 个文件设置了密码，打不开：{1}。",
        "{0} files in the package need a password: {1}.",
    ],
    why: [
        "没有密码，或者密码不对，这些文件都没有处理。",
        "Without the right password none of these files was used.",
    ],
    mend: [
        "请去掉密码重新压缩后提交；如果规定必须加密，请把密码告诉系统管理员，由管理员登记后再提交。",
        "Pack the files again without a password; if one is required, tell it to the operator, who makes it known to this program.",
    ],
};

/// Names in two encodings inside one package. `{0}` the main one, `{1}` how many are otherwise.
pub static PACKAGE_NAMES_MIXED: Code = Code {
    name: "package-names-mixed",
    severity: Severity::Warning,
    what: [
        "压缩包里的文件名用了不同的编码：多数是 {0}，另有 {1} 个不是。",
        "The names in the package are in different encodings: most in {0}, {1} in another.",
    ],
    why: [
        "这样的压缩包是几台电脑先后添加文件造成的，少数文件名可能显示成别的字。",
        "Several machines added files to it; a few names may show as other characters.",
    ],
    mend: [
        "请核对文件名；有乱码时，请解压后用同一台电脑重新压缩再提交。",
        "Check the names; if any is garbled, unpack it and pack it again on one machine.",
    ],
};

/// Names whose encoding is a guess. `{0}` the encoding that was taken.
pub static PACKAGE_NAMES_UNCERTAIN: Code = Code {
    name: "package-names-uncertain",
    severity: Severity::Warning,
    what: [
        "不能确定压缩包里文件名的编码，暂按 {0} 读取。",
        "The encoding of the names in the package is uncertain; they were read as {0}.",
    ],
    why: [
        "编码判断错了，文件名会变成乱码，但文件的内容不受影响。",
        "With the wrong encoding names are garbled; the files' content is not affected.",
    ],
    mend: [
        "请核对文件名；有乱码时，请解压后用 Windows 自带的“压缩”功能或 7-Zip 重新压缩再提交。",
        "Check the names; if they are garbled, unpack it and pack it again with a current program.",
    ],
};

/// A member that would be put outside its folder, or is no file. `{0}` its name, `{1}` why in Chinese, `{2}` in English.
pub static MEMBER_UNSAFE: Code = Code {
    name: "member-unsafe",
    severity: Severity::Error,
    what: ["压缩包里的“{0}”没有读取：{1}。", "“{0}” in the package was not read: {2}."],
    why: [
        "这样的文件解压时可能覆盖别处的文件，为了安全没有读取；其他文件不受影响。",
        "Unpacking it could overwrite files elsewhere, so it was left alone; other files are not affected.",
    ],
    mend: [
        "请把这个文件改成普通的文件名，重新压缩后提交；如果不认识这个文件，请检查压缩包的来源。",
        "Give the file an ordinary name and pack it again; if you do not know it, check where the package came from.",
    ],
};

/// A second member of one name. `{0}` its name.
pub static MEMBER_REPEATED: Code = Code {
    name: "member-repeated",
    severity: Severity::Error,
    what: [
        "压缩包里有两个“{0}”，只读取了前一个。",
        "The package holds two files named “{0}”; only the first was read.",
    ],
    why: [
        "不同的软件解压时会留下不同的那个，您看到的不一定就是这里处理的。",
        "Programs differ in which of them they keep, so what you see may not be what was used.",
    ],
    mend: [
        "请把两个文件改成不同的名字（大小写不同不算），重新压缩后提交。",
        "Give the two files different names (upper and lower case do not count) and pack them again.",
    ],
};

/// A member whose bytes are not what was packed. `{0}` its name.
pub static MEMBER_DAMAGED: Code = Code {
    name: "member-damaged",
    severity: Severity::Error,
    what: [
        "压缩包里的“{0}”已损坏，校验不通过。",
        "“{0}” in the package is damaged: its checksum is wrong.",
    ],
    why: [
        "它的内容和压缩时不一样了，不能使用；其他文件不受影响。",
        "Its content is not what was packed, so it cannot be used; other files are not affected.",
    ],
    mend: [
        "请找到这个文件的原件，重新压缩后提交。",
        "Find the original of this file, pack it again and hand it in.",
    ],
};

/// A member over a limit. `{0}` its name, `{1}` the limit.
pub static MEMBER_TOO_LARGE: Code = Code {
    name: "member-too-large",
    severity: Severity::Error,
    what: [
        "压缩包里的“{0}”展开后超过了上限（{1}）。",
        "“{0}” in the package is over the limit when unpacked ({1}).",
    ],
    why: [
        "展开后大得反常，为了不占满机器没有读取；其他文件不受影响。",
        "It unpacks to an unusual size, so it was not read; other files are not affected.",
    ],
    mend: [
        "请检查这个文件是否需要提交；需要的话请单独提交，或者拆小。",
        "Check whether it is asked for at all; if so, hand it in on its own, or in parts.",
    ],
};

/// A member packed in a way that is not read. `{0}` its name, `{1}` the method.
pub static MEMBER_METHOD: Code = Code {
    name: "member-method",
    severity: Severity::Error,
    what: [
        "压缩包里的“{0}”用了少见的压缩方式（{1}），读不出来。",
        "“{0}” in the package is compressed in an uncommon way ({1}) that is not read.",
    ],
    why: [
        "这个文件没有处理，其他文件不受影响。",
        "This file was not used; other files are not affected.",
    ],
    mend: [
        "请解压后，用 zip 格式、压缩方式选“标准（Deflate）”重新压缩再提交。",
        "Unpack it and pack it again as an ordinary zip (method Deflate).",
    ],
};

/// A member that the package names in two ways. `{0}` the name that was taken.
pub static MEMBER_NAME_DIFFERS: Code = Code {
    name: "member-name-differs",
    severity: Severity::Warning,
    what: [
        "压缩包里的“{0}”在两处登记的名字不一样。",
        "The package gives two different names for “{0}”.",
    ],
    why: [
        "不同的软件会看到不同的文件名，这里按目录里的名字处理。",
        "Programs may show different names; the one in the directory was taken.",
    ],
    mend: [
        "请核对文件名；不对的话请解压后重新压缩再提交。",
        "Check the name; if it is wrong, unpack the package and pack it again.",
    ],
};

/// Invisible characters in names were replaced by `_`. `{0}` how many members.
pub static MEMBERS_RENAMED: Code = Code {
    name: "members-renamed",
    severity: Severity::Info,
    what: [
        "有 {0} 个文件名里含有看不见的控制字符，已换成“_”。",
        "{0} names in the package held invisible control characters, now “_”.",
    ],
    why: ["这些字符会让文件名显示错乱。", "Such characters make a name show wrongly."],
    mend: ["不用修改。", "Nothing to do."],
};

/// Members that programs leave behind and nobody means. `{0}` how many.
pub static JUNK_SKIPPED: Code = Code {
    name: "junk-skipped",
    severity: Severity::Info,
    what: [
        "跳过了 {0} 个系统或软件自动生成的文件。",
        "{0} files that systems and programs leave behind were skipped.",
    ],
    why: [
        "例如 __MACOSX、Thumbs.db、以“~$”开头的临时文件，里面没有要提交的内容。",
        "__MACOSX, Thumbs.db or temporary files beginning with ~$ hold nothing that is handed in.",
    ],
    mend: ["不用修改。", "Nothing to do."],
};

/// The words of a mail, which are not read.
pub static MAIL_TEXT_NOT_READ: Code = Code {
    name: "mail-text-not-read",
    severity: Severity::Info,
    what: [
        "只读取了邮件的附件，正文里的文字没有读取。",
        "Only the attachments of the message were read, not its text.",
    ],
    why: [
        "写在正文里的人员和学分不会被处理。",
        "People and credits that are told in the text are not used.",
    ],
    mend: [
        "如果正文里有要提交的内容，请录入 Excel 表格作为附件。",
        "If the text holds anything to hand in, put it into a spreadsheet and attach that.",
    ],
};

/// Attachments that Outlook wrapped in its own format.
pub static MAIL_WINMAIL: Code = Code {
    name: "mail-winmail",
    severity: Severity::Error,
    what: [
        "邮件的附件被 Outlook 包装成了 winmail.dat，读不出来。",
        "Outlook wrapped the attachments of the message into winmail.dat, which is not read.",
    ],
    why: ["里面的表格都没有处理。", "Nothing of the spreadsheets inside was used."],
    mend: [
        "请让发件人在 Outlook 里把邮件格式改为“HTML”或“纯文本”后重发，或者直接提交附件里的文件。",
        "Ask the sender to send it again as HTML or plain text, or hand in the attached files themselves.",
    ],
};

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

/// A package with evidence and no table.
pub static PACKAGE_WITHOUT_ROSTER: Code = Code {
    name: "package-without-roster",
    severity: Severity::Warning,
    what: ["压缩包里只有证明材料，没有名单。", "The package holds evidence and no roster."],
    why: [
        "没有名单就不知道给谁记学分，材料也无法核对。",
        "Without a roster nobody knows whose credits these are, and the evidence proves nothing.",
    ],
    mend: [
        "请把名单（Excel）和材料放进同一个压缩包，重新提交。",
        "Pack the roster (Excel) and the evidence into one package and hand it in again.",
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
