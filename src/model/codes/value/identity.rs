//! Codes of what is told of a column of identity numbers, and of values that the staff master supplied.

use crate::model::{Code, Severity};

/// What became of the numbers of a column, counted.
pub static ID_CLASSES: Code = Code {
    name: "id-classes",
    severity: Severity::Info,
    what: ["本列身份证号的情况：{0}。", "ID numbers of this column: {1}."],
    why: [
        "身份证号只有按文本保存才不会变。这里按受损方式分类计数，便于判断整列是怎么坏的。",
        "Only as text do ID numbers stay as they are. They are counted by what became of them, so that you see how the column was damaged.",
    ],
    mend: [
        "能自动整理的已整理；有错误的请看各单元格的标注。下次请先把该列设为文本格式，再录入。",
        "What could be tidied up was; for the rest see the marked cells. Next time set the column to text format before typing.",
    ],
};

/// Only the numbers that end in X are text.
pub static ID_COLUMN_NUMBERS: Code = Code {
    name: "id-column-numbers",
    severity: Severity::Info,
    what: [
        "本列只有末位是X的身份证号是文本（{0}个），其余{1}个都是数字：整列多半被Excel当成数字存过。",
        "Only the ID numbers that end in X are text here ({0}); the other {1} are numbers: Excel very likely stored the whole column as numbers.",
    ],
    why: [
        "Excel按数字只保留15位，本列末位不是X的号码都可能已经丢了末三位。",
        "As numbers Excel keeps 15 digits: every number here that does not end in X may have lost its last three.",
    ],
    mend: [
        "请回到最初的名册或人事系统，把该列设为文本格式后重新取一次；不要在这份表里逐个补。",
        "Go back to the original list or the personnel system and take the column again as text; do not mend this table one by one.",
    ],
};

/// The number was replaced by the one that a person accepted.
pub static ID_REPAIRED: Code = Code {
    name: "id-repaired",
    severity: Severity::Info,
    what: [
        "身份证号已按 {0} 在 {1} 确认的修复补全，依据人员名册。",
        "The ID number was completed from the staff master, as {0} accepted at {1}.",
    ],
    why: [
        "原来的号码已损坏；只有有人确认过、并且名册里正好有这个人时才会补全。",
        "The number was damaged; it is completed only if a person accepted it and the staff master has exactly this person.",
    ],
    mend: [
        "不需要处理；若有误，请在标注工作簿里直接填正确的号码，并删掉 decisions/id-repairs.toml 里的这一条。",
        "Nothing to do; if it is wrong, type the right number in the annotated workbook and delete the entry in decisions/id-repairs.toml.",
    ],
};

/// The name was taken from the staff master, by the ID number.
pub static NAME_FILLED: Code = Code {
    name: "name-filled",
    severity: Severity::Info,
    what: [
        "姓名里代替生僻字的符号已按身份证号从人员名册补成原字。",
        "The mark in place of a rare character was replaced by the character, from the staff master by the ID number.",
    ],
    why: [
        "名册里身份证号相同、其余各字和字数都相同的只有一人，所以可以补。",
        "The staff master has one person with this ID number, whose name has the same length and the same other characters.",
    ],
    mend: [
        "不需要处理；请在原表里也改成原字。",
        "Nothing to do; write the character in your own list too.",
    ],
};
