//! Codes of single values that would not convert, or were mended.

use crate::model::{Code, Severity};

mod date;
mod identity;
mod person;

pub use date::*;
pub use identity::*;
pub use person::*;

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &VALUE_MISSING,
    &ERROR_CELL,
    &FORMULA_UNCALCULATED,
    &PRIVATE_CHARACTER,
    &ID_FORMAT,
    &ID_LENGTH,
    &ID_BIRTHDAY,
    &ID_CHECKSUM,
    &ID_TRUNCATED,
    &ID_SCIENTIFIC,
    &ID_ROUNDED,
    &ID_MAYBE_ROUNDED,
    &ID_WIDENED,
    &ID_OTHER_FORMAT,
    &NAME_PLACEHOLDER,
    &NAME_SEVERAL,
    &NAME_ODD,
    &PHONE_FORMAT,
    &PHONE_SEVERAL,
    &DATE_FORMAT,
    &DATE_INCOMPLETE,
    &DATE_YEAR_MISSING,
    &DATE_AMBIGUOUS,
    &DATE_IMPOSSIBLE,
    &DATE_RANGE,
    &DATE_RANGE_REVERSED,
    &DATE_YEAR,
    &DATE_SERIAL,
    &DATE_ZONE,
    &TIME_MISSING,
    &DATE_NOT_IN_CYCLE,
    &HALVES_STEP,
    &NUMBER_FORMAT,
    &NUMBER_ABOUT,
    &INTEGER_FORMAT,
    &UNIT_MISMATCH,
    &PROJECT_CODE_FORMAT,
    &PROJECT_CODE_DATE,
    &PROJECT_CODE_GLUED,
    &CODE_SCIENTIFIC,
    &CODE_DATE,
    &IC_CARD_FORMAT,
    &IC_CARD_ZERO,
    &EMAIL_FORMAT,
    &CHOICE_UNKNOWN,
    &CHOICE_DOUBTFUL,
    &OUT_OF_RANGE,
    &VALUES_MENDED,
    &DITTO_FILLED,
    &DITTO_WITHOUT_VALUE,
    &ID_CLASSES,
    &ID_COLUMN_NUMBERS,
    &ID_REPAIRED,
    &NAME_FILLED,
];

/// A required value is missing.
pub static VALUE_MISSING: Code = Code {
    name: "value-missing",
    severity: Severity::Error,
    what: ["必填的内容没有填。", "A required value is missing."],
    why: ["缺了这一项，平台不接收这一行。", "Without it the platform does not take this row."],
    mend: [
        "请在该单元格中补填；如果确实没有，请核对这一行是否应该在表里。",
        "Fill in this cell; if there is truly nothing to fill in, ask whether the row belongs in the table.",
    ],
};

/// The cell holds the error value … instead of a value.
pub static ERROR_CELL: Code = Code {
    name: "error-cell",
    severity: Severity::Error,
    what: [
        "单元格里是错误值 {0}，不是内容。",
        "The cell holds the error value {0} instead of a value.",
    ],
    why: [
        "公式算不出结果，原来的内容已经看不到，无法采用。",
        "The formula has no result, so that there is nothing to use.",
    ],
    mend: [
        "请改正公式，或直接填写内容；如显示为####，请先加宽该列再另存。",
        "Correct the formula or type the value; if it shows ####, widen the column and save again.",
    ],
};

/// This formula was never calculated; the file holds no result.
pub static FORMULA_UNCALCULATED: Code = Code {
    name: "formula-uncalculated",
    severity: Severity::Error,
    what: [
        "这个公式从未计算过，文件里没有结果。",
        "This formula was never calculated; the file holds no result.",
    ],
    why: [
        "程序不替人计算公式，这一格等于没有内容。",
        "Formulas are not calculated for you, so that the cell counts as empty.",
    ],
    mend: [
        "请用Excel或WPS打开文件，等公式算完后保存，再重新提交。",
        "Open the file in Excel or WPS, let it calculate, save it and send it again.",
    ],
};

/// The value has a private-use character that other computers cannot show.
pub static PRIVATE_CHARACTER: Code = Code {
    name: "private-character",
    severity: Severity::Warning,
    what: [
        "内容里有一个自造字，换一台电脑就看不到。",
        "The value has a private-use character that other computers cannot show.",
    ],
    why: [
        "平台上会显示成空白或方框，与证件不一致。",
        "The platform will show a blank or a box that does not match the certificate.",
    ],
    mend: [
        "请用系统自带输入法重新输入这个字；打不出来时，从公安户籍的标准字中复制。",
        "Type the character again with a standard input method, or copy it from an official source.",
    ],
};

/// The number must be a multiple of 0.5.
pub static HALVES_STEP: Code = Code {
    name: "halves-step",
    severity: Severity::Error,
    what: ["数值必须是0.5的倍数。", "The number must be a multiple of 0.5."],
    why: ["平台只接收整数和半数。", "The platform takes whole and half numbers only."],
    mend: [
        "请按文件规定的标准改为0.5的倍数。",
        "Change it to a multiple of 0.5 as the rules demand.",
    ],
};

/// A number is expected here and cannot be read.
pub static NUMBER_FORMAT: Code = Code {
    name: "number-format",
    severity: Severity::Error,
    what: ["这里应该填数字，程序读不出来。", "A number is expected here and cannot be read."],
    why: ["读不出数字，这一行不能上报。", "Without the number the row cannot be reported."],
    mend: [
        "请只填数字，例如 2 或 2.5，说明文字写到备注列。",
        "Enter digits only, as in 2 or 2.5; put notes into the remarks column.",
    ],
};

/// The number has a sign such as 》 or 约 in front; the number alone was taken.
pub static NUMBER_ABOUT: Code = Code {
    name: "number-about",
    severity: Severity::Warning,
    what: [
        "数字前有“》”“约”等符号，已按数字本身读取。",
        "The number has a sign such as 》 or 约 in front; the number alone was taken.",
    ],
    why: [
        "如果本意是“大于”或“大约”，这个数就不准确。",
        "If “more than” or “about” was meant, the number is not exact.",
    ],
    mend: ["请只填确定的数字。", "Enter the exact number only."],
};

/// A whole number is expected here.
pub static INTEGER_FORMAT: Code = Code {
    name: "integer-format",
    severity: Severity::Error,
    what: ["这里应该填整数。", "A whole number is expected here."],
    why: ["平台不接收小数。", "The platform takes no fractions here."],
    mend: ["请改为整数。", "Change it to a whole number."],
};

/// The unit behind the number is not that of the column, which is ….
pub static UNIT_MISMATCH: Code = Code {
    name: "unit-mismatch",
    severity: Severity::Error,
    what: [
        "数值后写的单位与该列不符，该列的单位是“{0}”。",
        "The unit behind the number is not that of the column, which is {0}.",
    ],
    why: [
        "学分、学时和天数不能互相代替，照收会多记或少记。",
        "Credits, hours and days are not the same; taken as it is, too much or too little would be counted.",
    ],
    mend: [
        "请换算成该列的单位，只填数字。",
        "Convert it to the unit of the column and enter the number only.",
    ],
};

/// The project number has the wrong shape.
pub static PROJECT_CODE_FORMAT: Code = Code {
    name: "project-code-format",
    severity: Severity::Error,
    what: ["项目编号的格式不对。", "The project number has the wrong shape."],
    why: ["平台按编号查找项目，编号不对就查不到。", "The platform finds projects by their number."],
    mend: [
        "请按批准文件填写，例如 2022-03-01-127(国)。",
        "Enter it as approved, as in 2022-03-01-127(国).",
    ],
};

/// Excel turned the project number into a date.
pub static PROJECT_CODE_DATE: Code = Code {
    name: "project-code-date",
    severity: Severity::Error,
    what: ["项目编号被Excel变成了日期。", "Excel turned the project number into a date."],
    why: [
        "编号的后几位已经丢失，查不到项目。",
        "Parts of the number are lost, and the project cannot be found.",
    ],
    mend: [
        "请先把该列设为文本格式，再重新录入编号。",
        "Set the column to text format, then type the number again.",
    ],
};

/// A project name was written behind the number; only the number was taken.
pub static PROJECT_CODE_GLUED: Code = Code {
    name: "project-code-glued",
    severity: Severity::Warning,
    what: [
        "编号后面连写了项目名称，只采用了编号。",
        "A project name was written behind the number; only the number was taken.",
    ],
    why: [
        "如果名称应在另一列，那一列可能是空的。",
        "If the name belongs in another column, that one may be empty.",
    ],
    mend: ["请把编号和名称分成两列。", "Put number and name in two columns."],
};

/// Excel took the code for a number, and its last digits are lost.
pub static CODE_SCIENTIFIC: Code = Code {
    name: "code-scientific",
    severity: Severity::Error,
    what: [
        "编号被Excel当成数字，后面的数字已丢失。",
        "Excel took the code for a number, and its last digits are lost.",
    ],
    why: [
        "Excel只保留15位数字，丢失的无法还原。",
        "Excel keeps 15 digits; the rest cannot be brought back.",
    ],
    mend: [
        "请先把该列设为文本格式，再重新录入。",
        "Set the column to text format, then type the code again.",
    ],
};

/// Excel turned the code into a date.
pub static CODE_DATE: Code = Code {
    name: "code-date",
    severity: Severity::Error,
    what: ["编号被Excel变成了日期。", "Excel turned the code into a date."],
    why: ["原来的编号已经看不到。", "The original code is gone."],
    mend: [
        "请先把该列设为文本格式，再重新录入。",
        "Set the column to text format, then type the code again.",
    ],
};

/// This is not one of the values that may be chosen. Expected: ….
pub static CHOICE_UNKNOWN: Code = Code {
    name: "choice-unknown",
    severity: Severity::Error,
    what: [
        "填写的内容不在可选值中。可填：{0}。",
        "This is not one of the values that may be chosen. Expected: {0}.",
    ],
    why: ["平台只接收字典里的词。", "The platform takes only the words of its dictionary."],
    mend: ["请改为可选值之一。", "Change it to one of them."],
};

/// The word is not a standard one; it was taken as ….
pub static CHOICE_DOUBTFUL: Code = Code {
    name: "choice-doubtful",
    severity: Severity::Warning,
    what: [
        "填写的内容不规范，已按“{0}”处理，请确认。",
        "The word is not a standard one; it was taken as {0}.",
    ],
    why: [
        "同一个词可能有别的意思，例如“主任”可能是职务而不是职称。",
        "It may mean something else: 主任, for example, may be a post and no title.",
    ],
    mend: ["请改为规范用词。", "Use the standard word."],
};

/// The number must lie between … and ….
pub static OUT_OF_RANGE: Code = Code {
    name: "out-of-range",
    severity: Severity::Error,
    what: ["数值应在{0}到{1}之间。", "The number must lie between {0} and {1}."],
    why: ["超出范围的数值平台不接收。", "The platform refuses numbers outside."],
    mend: ["请核对后改正。", "Check and correct it."],
};

/// In this column … values were tidied up: ….
pub static VALUES_MENDED: Code = Code {
    name: "values-mended",
    severity: Severity::Info,
    what: ["本列有{1}处已自动整理：{0}。", "In this column {1} values were tidied up: {0}."],
    why: [
        "整理只改写法，不改内容；原文件没有改动。",
        "Only the spelling was changed, not the meaning; your file is as it was.",
    ],
    mend: [
        "不需要处理；想一劳永逸，请把该列设为文本格式后按规范填写。",
        "Nothing to do; to avoid it next time, format the column as text and type plainly.",
    ],
};

/// In this column … ditto marks were replaced by the value above.
pub static DITTO_FILLED: Code = Code {
    name: "ditto-filled",
    severity: Severity::Info,
    what: [
        "本列有{0}处写着“同上”之类，已填入上一行的内容。",
        "In this column {0} ditto marks were replaced by the value of the row above.",
    ],
    why: [
        "排序或删行以后，“同上”指的就不是原来那一行了。",
        "Once rows are sorted or deleted, a ditto mark means another row.",
    ],
    mend: [
        "请看一看填得对不对；以后请每行写全，可用向下填充（Ctrl+D）。",
        "Check that it is right; next time fill in every row, with Ctrl+D for example.",
    ],
};

/// A ditto mark has no value above it.
pub static DITTO_WITHOUT_VALUE: Code = Code {
    name: "ditto-without-value",
    severity: Severity::Error,
    what: [
        "这里写着“同上”之类，但上一行的这一列没有内容。",
        "The cell says “as above”, but there is no value in this column of the row above.",
    ],
    why: [
        "不知道“同上”指什么，这一格等于没有填。",
        "Nobody can tell what is meant, so the cell counts as empty.",
    ],
    mend: ["请在该单元格中写全内容。", "Write the value itself into this cell."],
};

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn names_are_unique_and_every_text_says_something() {
        let mut names: Vec<_> = CODES.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
        for code in CODES {
            for text in code.what.iter().chain(&code.why).chain(&code.mend) {
                assert!(text.ends_with(['。', '.']), "{}: {text}", code.name);
            }
        }
    }
}
