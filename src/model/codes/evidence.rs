//! Codes of evidence and activities: pictures, PDFs, counts of signatures, what a project of a package lacks.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &EVIDENCE_BROKEN,
    &EVIDENCE_LOCKED,
    &EVIDENCE_TOO_LARGE,
    &EVIDENCE_HEIC,
    &EVIDENCE_NOT_LOOKED,
    &EVIDENCE_BLURRED,
    &EVIDENCE_DARK,
    &EVIDENCE_SMALL,
    &EVIDENCE_SIDEWAYS,
    &EVIDENCE_REPEATED,
    &EVIDENCE_SHARED,
    &EVIDENCE_ALIKE,
    &EVIDENCE_UNCLAIMED,
    &EVIDENCE_MISSING,
    &SIGN_IN_PAGES_FEW,
    &SIGNED_COUNT_MISSING,
    &SIGNED_COUNT_DIFFERS,
    &SIGNED_COUNTS_DISAGREE,
    &MANIFEST_FILE_ABSENT,
];

/// A picture or PDF that cannot be opened.
pub static EVIDENCE_BROKEN: Code = Code {
    name: "evidence-broken",
    severity: Severity::Warning,
    what: [
        "这份材料打不开，文件可能已损坏或没有传完整。",
        "It cannot be opened; it may be damaged or cut off.",
    ],
    why: [
        "审核人也打不开，这份材料等于没有交。",
        "The auditor cannot open it either, so it counts as not handed in.",
    ],
    mend: [
        "请在电脑上打开它确认能看到内容，再重新拍照、扫描或拷贝后提交。",
        "Check that it opens on a computer, then take, scan or copy it again.",
    ],
};

/// A PDF with a password.
pub static EVIDENCE_LOCKED: Code = Code {
    name: "evidence-locked",
    severity: Severity::Warning,
    what: ["这是加密的 PDF，没有密码看不到内容。", "It is a PDF that opens with a password only."],
    why: [
        "审核人没有密码，这份材料等于没有交。",
        "The auditor has no password, so it counts as not handed in.",
    ],
    mend: [
        "请用 WPS 或 PDF 软件打开，取消密码后另存，再提交。",
        "Open it, take the password off, save it and hand that in.",
    ],
};

/// A picture of too many pixels or bytes.
pub static EVIDENCE_TOO_LARGE: Code = Code {
    name: "evidence-too-large",
    severity: Severity::Warning,
    what: [
        "图片太大（超过1亿像素或256MB），没有查看内容。",
        "It is too large (over 100 million pixels or 256 MB) and was not looked at.",
    ],
    why: [
        "平台一般只收几MB的附件，这么大的文件传不上去。",
        "Platforms take attachments of a few MB; one as large as this will not upload.",
    ],
    mend: [
        "请用 300 dpi 重新扫描，或缩小图片后再提交。",
        "Scan it again at 300 dpi, or make the picture smaller.",
    ],
};

/// A HEIC photograph.
pub static EVIDENCE_HEIC: Code = Code {
    name: "evidence-heic",
    severity: Severity::Warning,
    what: [
        "这是苹果手机的 HEIC 照片，多数平台和电脑打不开。",
        "It is a HEIC photograph of an iPhone, which most platforms and computers cannot open.",
    ],
    why: [
        "照片内容没有查看，上传后审核人可能看不到。",
        "It was not looked at, and the auditor may not be able to see it.",
    ],
    mend: [
        "请用微信把照片发给“文件传输助手”（不要勾选“原图”），保存后就是 jpg；以后拍照前在 iPhone“设置→相机→格式”里选“兼容性最佳”。",
        "Send it to yourself by WeChat without “original” and save it: that is a jpg. For the next time choose Settings → Camera → Formats → Most Compatible.",
    ],
};

/// A picture that the program could not look at. `{0}` why.
pub static EVIDENCE_NOT_LOOKED: Code = Code {
    name: "evidence-not-looked",
    severity: Severity::Warning,
    what: ["没能查看内容（{0}）。", "It could not be looked at ({0})."],
    why: ["是否清楚、是否重复都没有检查。", "Whether it is clear, or used twice, was not checked."],
    mend: ["请把它另存为 jpg 或 PDF 后重新提交。", "Save it as a jpg or PDF and hand it in again."],
};

/// A picture that is out of focus. `{0}` its path, `{1}` its kind, `{2}` in English.
pub static EVIDENCE_BLURRED: Code = Code {
    name: "evidence-blurred",
    severity: Severity::Warning,
    what: [
        "{1}“{0}”模糊，字迹可能看不清。",
        "The {2} “{0}” is blurred; its writing may not be legible.",
    ],
    why: [
        "看不清的材料审验时可能不予认可。",
        "What cannot be read may not be recognised at the audit.",
    ],
    mend: [
        "请擦净镜头、对好焦、放平纸张重新拍照，或用扫描仪扫描。",
        "Wipe the lens, focus, lay the page flat and take it again, or scan it.",
    ],
};

/// A picture that is too dark. `{0}` its path, `{1}` its kind, `{2}` in English.
pub static EVIDENCE_DARK: Code = Code {
    name: "evidence-dark",
    severity: Severity::Warning,
    what: ["{1}“{0}”太暗。", "The {2} “{0}” is too dark."],
    why: [
        "太暗的材料看不清，审验时可能不予认可。",
        "What is too dark cannot be read and may not be recognised.",
    ],
    mend: [
        "请在明亮处重新拍照（不要逆光），或用扫描仪扫描。",
        "Take it again in bright light, not against it, or scan it.",
    ],
};

/// A picture of too few pixels. `{0}` its path, `{1}` its kind, `{2}` in English, `{3}` and `{4}` its sides.
pub static EVIDENCE_SMALL: Code = Code {
    name: "evidence-small",
    severity: Severity::Warning,
    what: ["{1}“{0}”只有 {3}×{4} 像素，太小了。", "The {2} “{0}” has only {3}×{4} pixels."],
    why: [
        "放大后看不清字迹，很可能是缩略图或截图。",
        "Its writing is not legible when enlarged; it may be a thumbnail or a screenshot.",
    ],
    mend: [
        "请提交原图（微信发送时勾选“原图”），或以 200 dpi 以上扫描。",
        "Hand in the original picture, or scan it at 200 dpi or more.",
    ],
};

/// A picture that only a mark in the file turns upright. `{0}` its path, `{1}` its kind, `{2}` in English.
pub static EVIDENCE_SIDEWAYS: Code = Code {
    name: "evidence-sideways",
    severity: Severity::Info,
    what: [
        "{1}“{0}”是横着或倒着存的，靠照片里的方向标记才显示正。",
        "The {2} “{0}” is stored sideways or upside down; only a mark inside turns it upright.",
    ],
    why: [
        "有的平台不认方向标记，审核人看到的是歪的。",
        "Some platforms ignore the mark, so the auditor sees it turned.",
    ],
    mend: [
        "建议在电脑上打开，旋转成正的再保存。",
        "Best open it on a computer, turn it upright and save it.",
    ],
};

/// The same file twice in one project. `{0}` and `{1}` the paths.
pub static EVIDENCE_REPEATED: Code = Code {
    name: "evidence-repeated",
    severity: Severity::Info,
    what: ["“{0}”和“{1}”是同一个文件。", "“{0}” and “{1}” are the same file."],
    why: ["重复的文件只算一份。", "A repeated file counts once."],
    mend: [
        "如果本来应是不同的页，请补上缺的那一页。",
        "If they should be different pages, add the missing one.",
    ],
};

/// The same file for two projects. `{0}` its path, `{1}` its project, `{2}` the other path, `{3}` the other project.
pub static EVIDENCE_SHARED: Code = Code {
    name: "evidence-shared",
    severity: Severity::Warning,
    what: [
        "“{0}”（{1}）与“{2}”（{3}）是同一个文件，用在了两个项目上。",
        "“{0}” ({1}) and “{2}” ({3}) are the same file, used for two projects.",
    ],
    why: [
        "同一份签到表或照片用于两个项目，审验时会被认定为材料不真实。",
        "One sign-in sheet or photograph for two projects is taken for untrue material at the audit.",
    ],
    mend: [
        "请核对哪个项目用错了，换成它自己的材料。",
        "Find out for which project it is wrong and replace it by that project's own.",
    ],
};

/// Two pictures of two projects that show the same. `{0}` its path, `{1}` its project, `{2}` the other path, `{3}` the other project.
pub static EVIDENCE_ALIKE: Code = Code {
    name: "evidence-alike",
    severity: Severity::Warning,
    what: [
        "“{0}”（{1}）与“{2}”（{3}）看起来是同一张图，只是大小或清晰度不同。",
        "“{0}” ({1}) and “{2}” ({3}) look like the same picture at another size or quality.",
    ],
    why: [
        "同一张签到表或照片用于两个项目，审验时会被认定为材料不真实。",
        "One sign-in sheet or photograph for two projects is taken for untrue material at the audit.",
    ],
    mend: [
        "请打开两张图对比；确是同一张，就换成各项目自己的材料。",
        "Compare the two; if they are one, replace it by each project's own.",
    ],
};

/// Evidence that belongs to no project. `{0}` its path.
pub static EVIDENCE_UNCLAIMED: Code = Code {
    name: "evidence-unclaimed",
    severity: Severity::Info,
    what: ["看不出“{0}”属于哪个项目。", "Nothing tells which project “{0}” belongs to."],
    why: ["它不会算作任何项目的材料。", "It counts for no project."],
    mend: [
        "请把它放进以项目编号命名的文件夹，或在文件名前加上项目编号。",
        "Put it into a folder named by the project number, or begin its name with it.",
    ],
};

/// A project lacks evidence. `{0}` project, `{1}` kinds, `{2}` kinds in English, `{3}` its most credits.
pub static EVIDENCE_MISSING: Code = Code {
    name: "evidence-missing",
    severity: Severity::Warning,
    what: ["项目 {0} 缺少材料：{1}。", "Project {0} lacks {2}."],
    why: [
        "抽查时拿不出材料，所授学分可能不予认可。",
        "Without it the credits may not be recognised at the audit.",
    ],
    mend: [
        "请把材料扫描或拍照后放进这个压缩包，文件名写上“{1}”。",
        "Scan or photograph it and add it to the package with its kind in the file name.",
    ],
};

/// Too few pages of sign-in sheets for the roster. `{0}` project, `{1}` pages, `{2}` people, `{3}` pages needed, `{4}` lines a page.
pub static SIGN_IN_PAGES_FEW: Code = Code {
    name: "sign-in-pages-few",
    severity: Severity::Warning,
    what: [
        "项目 {0} 的签到表只有 {1} 页，名册有 {2} 人，按每页 {4} 人至少要 {3} 页。",
        "Project {0} has {1} pages of sign-in sheets for {2} people; {3} are needed at {4} lines a page.",
    ],
    why: [
        "签到页不全，没有签名的人学分可能被删除。",
        "With pages missing, people without a signature may lose their credits.",
    ],
    mend: [
        "请检查是否漏扫了页，把签到表的每一页都放进来。",
        "Check whether pages were left out and add every page.",
    ],
};

/// Nobody counted the signatures. `{0}` project, `{1}` people with credits.
pub static SIGNED_COUNT_MISSING: Code = Code {
    name: "signed-count-missing",
    severity: Severity::Warning,
    what: [
        "项目 {0} 没有签到人数，无法与授分的 {1} 人核对。",
        "Project {0} has no count of signatures to compare with the {1} people credited.",
    ],
    why: [
        "签到人数与授分人数不一致是审验中最常见的问题。",
        "A count that differs from the people credited is what audits find most.",
    ],
    mend: [
        "请数一数签到表上的签名，在压缩包里放一个“清单.txt”，写一行“签到人数：数字”。",
        "Count the signatures and add a text 清单.txt to the package with the line 签到人数：number.",
    ],
};

/// The signatures are not as many as the people credited. `{0}` project, `{1}` signed, `{2}` credited, `{3}` difference.
pub static SIGNED_COUNT_DIFFERS: Code = Code {
    name: "signed-count-differs",
    severity: Severity::Warning,
    what: [
        "项目 {0} 签到 {1} 人，授分 {2} 人，相差 {3} 人。",
        "Project {0}: {1} signed, {2} were credited; the difference is {3}.",
    ],
    why: [
        "多授的学分会被删除，单位可能被通报；少授的人会来投诉。",
        "Credits beyond the signatures are deleted and the unit may be named; people left out will complain.",
    ],
    mend: [
        "请逐人核对签到表与名册，删去没有签到的人，补上漏登的人。",
        "Compare sheet and roster person by person; take out who did not sign, add who was left out.",
    ],
};

/// Two counts of the signatures differ. `{0}` project, `{1}` one count and who counted, `{2}` in English, `{3}` the other, `{4}` in English.
pub static SIGNED_COUNTS_DISAGREE: Code = Code {
    name: "signed-counts-disagree",
    severity: Severity::Warning,
    what: [
        "项目 {0} 的签到人数有两个：{1}，{3}。",
        "Project {0} has two counts of signatures: {2}, {4}.",
    ],
    why: [
        "不知道哪个是对的，核对时用了前一个。",
        "Nobody knows which is right; the first was used.",
    ],
    mend: [
        "请再数一次签到表，把错的那个改正。",
        "Count the sheet again and correct the wrong one.",
    ],
};

/// The manifest names a file that is not in the package. `{0}` the name.
pub static MANIFEST_FILE_ABSENT: Code = Code {
    name: "manifest-file-absent",
    severity: Severity::Warning,
    what: [
        "清单里写了“{0}”，但压缩包里没有这个文件。",
        "The manifest names “{0}”, which is not in the package.",
    ],
    why: ["这份材料没有交上来，或者名字写错了。", "It was not handed in, or its name is misspelt."],
    mend: [
        "请补上文件，或改正清单里的文件名。",
        "Add the file, or correct its name in the manifest.",
    ],
};
