//! Codes of whole records: cross-checks and repeats.

use crate::model::{Code, Severity};

/// The sex column contradicts the ID number.
pub static ID_SEX_MISMATCH: Code = Code {
    name: "id-sex-mismatch",
    severity: Severity::Error,
    what: [
        "性别与身份证号不符：身份证号第 17 位表示“{0}”。",
        "The sex contradicts the ID number, whose 17th digit says {0}.",
    ],
    why: [
        "多半是身份证号抄错或串了行，学分会记到别人名下。",
        "The ID number was probably mistyped or slipped a row; credits would go to somebody else.",
    ],
    mend: [
        "请对照身份证核对性别和身份证号，改正错的一个。",
        "Compare both with the identity card and correct the wrong one.",
    ],
};

/// The birthday column contradicts the ID number.
pub static ID_BIRTHDAY_MISMATCH: Code = Code {
    name: "id-birthday-mismatch",
    severity: Severity::Error,
    what: [
        "出生日期与身份证号里的出生日期不一致。",
        "The birthday differs from the one in the ID number.",
    ],
    why: [
        "多半是身份证号抄错或串了行，学分会记到别人名下。",
        "The ID number was probably mistyped or slipped a row; credits would go to somebody else.",
    ],
    mend: [
        "请对照身份证核对出生日期和身份证号，改正错的一个。",
        "Compare both with the identity card and correct the wrong one.",
    ],
};

/// The same record stands above.
pub static REPEAT_IDENTICAL: Code = Code {
    name: "repeat-identical",
    severity: Severity::Error,
    what: [
        "这一行与第 {0} 行重复（{1}相同）；保留第 {0} 行，这一行不输出。",
        "This row repeats row {0} (same {1}); row {0} stays, this one is held.",
    ],
    why: [
        "重复上传会被平台退回，或把学分算两次。",
        "Platforms refuse repeats, or count the credits twice.",
    ],
    mend: ["请删除这一行。", "Delete this row."],
};

/// The same person stands twice with different values.
pub static REPEAT_DIFFERS: Code = Code {
    name: "repeat-differs",
    severity: Severity::Error,
    what: [
        "这一行与第 {0} 行的{1}相同，但{2}不同；这些行都不输出。",
        "This row and row {0} have the same {1} but different {2}; all these rows are held.",
    ],
    why: [
        "不知道哪一行是对的；任取一行都可能多记或少记学分。",
        "Nobody can tell which row is right; taking either may give too many or too few credits.",
    ],
    mend: [
        "请核对后只留正确的一行，删除其余的行。",
        "Find out which row is right and delete the others.",
    ],
};

/// One ID number, two names.
pub static SAME_ID_OTHER_NAME: Code = Code {
    name: "same-id-other-name",
    severity: Severity::Error,
    what: [
        "第 {0} 行和第 {1} 行的{2}相同，姓名却不同；这些行都不输出。",
        "Rows {0} and {1} have the same {2} but different names; all these rows are held.",
    ],
    why: [
        "一个号码只属于一个人，其中一行的姓名或号码填错了，学分会记到别人名下。",
        "A number belongs to one person; with a wrong name or number credits would go to somebody else.",
    ],
    mend: [
        "请对照两个人的身份证，核对这两行的姓名和号码，改正错的一行；在核对清楚之前两行都要留着。",
        "Compare the name and number of both rows with the identity cards and correct the wrong one; keep both rows until then.",
    ],
};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &ID_SEX_MISMATCH,
    &ID_BIRTHDAY_MISMATCH,
    &REPEAT_IDENTICAL,
    &REPEAT_DIFFERS,
    &SAME_ID_OTHER_NAME,
];
