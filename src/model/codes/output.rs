//! Codes of writing: what a target cannot take. `{0}` and `{1}` are told at each code; where a target is
//! named, the last argument is its English label.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &TARGET_VALUE_MISSING,
    &TARGET_COLUMN_MISSING,
    &TOO_LONG,
    &TARGET_NUMBER,
    &TARGET_DATE,
    &NOT_IN_ENCODING,
    &FORMULA_LIKE,
    &TARGET_OTHER_KIND,
];

/// A target's required column has no value: `{0}` target, `{1}` heading, `{2}` target in English.
pub static TARGET_VALUE_MISSING: Code = Code {
    name: "target-value-missing",
    severity: Severity::Error,
    what: ["“{0}”要求填写“{1}”，这一行没有。", "{2} requires {1}, and this row has none."],
    why: [
        "平台不收缺少此项的行，整批可能被退回，所以这一行没有写进该文件。",
        "The platform refuses rows without it and may return the whole batch, so this row was left out of that file.",
    ],
    mend: [
        "在这一行补上“{1}”，保存后重新提交。",
        "Fill in {1} in this row, save, and submit again.",
    ],
};

/// A target's required column is nowhere in the table: `{0}` target, `{1}` heading, `{2}` target in English.
pub static TARGET_COLUMN_MISSING: Code = Code {
    name: "target-column-missing",
    severity: Severity::Error,
    what: [
        "“{0}”要求有“{1}”，这张表里没有对应的列。",
        "{2} requires {1}, and no column of this table gives it.",
    ],
    why: [
        "缺这一列，表中没有一行能写进该文件。",
        "Without this column not one row of the table can go into that file.",
    ],
    mend: [
        "在表头行加一列“{1}”并逐行填写；如果已有这一列，请把表头改成“{1}”。",
        "Add a column headed {1} and fill it in; if the column is there under another heading, rename it to {1}.",
    ],
};

/// A text is longer than the target takes: `{0}` heading, `{1}` most characters, `{2}` characters now.
pub static TOO_LONG: Code = Code {
    name: "too-long",
    severity: Severity::Error,
    what: [
        "“{0}”最多 {1} 个字，这里有 {2} 个字。",
        "{0} takes at most {1} characters; this one has {2}.",
    ],
    why: [
        "平台会拒收或截断过长的内容，所以这一行没有写进该文件。",
        "The platform refuses or cuts longer texts, so this row was left out of that file.",
    ],
    mend: [
        "把这个单元格的内容缩短到 {1} 个字以内。",
        "Shorten the text of this cell to {1} characters.",
    ],
};

/// A value should be written as a number and is none: `{0}` heading.
pub static TARGET_NUMBER: Code = Code {
    name: "target-number",
    severity: Severity::Error,
    what: [
        "“{0}”要按数字填报，这里的内容不是数字。",
        "{0} is filed as a number, and this is not a number.",
    ],
    why: [
        "平台在这一列只认数字，写成文字会导入失败，所以这一行没有写进该文件。",
        "The platform takes only numbers here, so this row was left out of that file.",
    ],
    mend: [
        "把这个单元格改成不带单位的数字（最多 15 位），例如 2.5。",
        "Change this cell to a bare number of at most 15 digits, such as 2.5.",
    ],
};

/// A value should be written as a date and is none: `{0}` heading.
pub static TARGET_DATE: Code = Code {
    name: "target-date",
    severity: Severity::Error,
    what: [
        "“{0}”要按日期填报，这里的内容不是完整的日期。",
        "{0} is filed as a date, and this is not a whole date.",
    ],
    why: [
        "平台在这一列只认年月日齐全的日期，所以这一行没有写进该文件。",
        "The platform takes only dates with year, month and day here, so this row was left out of that file.",
    ],
    mend: [
        "把这个单元格改成年月日齐全的日期，例如 2022-03-18。",
        "Change this cell to a whole date, such as 2022-03-18.",
    ],
};

/// A character that the output's encoding lacks: `{0}` the character with its number, `{1}` the encoding.
pub static NOT_IN_ENCODING: Code = Code {
    name: "not-in-encoding",
    severity: Severity::Error,
    what: [
        "这里的字“{0}”在 {1} 编码里没有。",
        "The character {0} does not exist in the encoding {1}.",
    ],
    why: [
        "写进去会变成问号或乱码，人名就错了，所以这一行没有写进该文件。",
        "It would turn into a question mark or garbage and spoil the name, so this row was left out of that file.",
    ],
    mend: [
        "请确认这个字没有打错；如果没错，请管理员把该文件的编码改为 GB18030。",
        "Check that the character is right; if it is, ask the operator to set this file's encoding to GB18030.",
    ],
};

/// A text that a spreadsheet would run as a formula: `{0}` heading or label, `{1}` heading or English name.
pub static FORMULA_LIKE: Code = Code {
    name: "formula-like",
    severity: Severity::Error,
    what: [
        "“{0}”的内容以 = + - @ 开头，会被当成公式。",
        "The text of {1} begins with = + - @ and would be taken for a formula.",
    ],
    why: [
        "对方用 Excel 或 WPS 打开文本文件时会执行它，内容会变，也有安全风险，所以这一行没有写进该文件。",
        "A spreadsheet that opens the text file would run it, which changes the value and is unsafe, so this row was left out of that file.",
    ],
    mend: ["删掉单元格开头的 = + - @ 符号。", "Delete the = + - @ at the start of the cell."],
};

/// A target that takes other records: `{0}` target, `{1}` layout, `{2}` and `{3}` the same in English.
pub static TARGET_OTHER_KIND: Code = Code {
    name: "target-other-kind",
    severity: Severity::Error,
    what: ["“{0}”不收“{1}”这类表里的记录。", "{2} does not take the records of a {3}."],
    why: [
        "两者说的不是一回事（例如签到和学分），硬写进去平台会退回，所以没有出这个文件。",
        "They are about different things (attendance and credits, say); the platform would refuse the file, so it was not written.",
    ],
    mend: [
        "换一个收这类记录的目标，或提交对应的表；cmegate target list 列出全部目标。",
        "Choose a target that takes such records, or submit the right table; cmegate target list names all targets.",
    ],
};
