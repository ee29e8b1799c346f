//! Codes of records seen against earlier documents, which the daemon's ledger remembers.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[&OTHER_CREDITS_ELSEWHERE, &CORRECTION_COMPARED, &ROWS_GONE];

/// Another document gave this person other credits for this project: {0} its credits, {1} its row,
/// {2} its job, {3} when it was delivered.
pub static OTHER_CREDITS_ELSEWHERE: Code = Code {
    name: "other-credits-elsewhere",
    severity: Severity::Error,
    what: [
        "另一份文件（任务 {2}，第 {1} 行，{3}）里，同一人同一项目的学分是 {0}",
        "another document (job {2}, row {1}, {3}) gives this person {0} credits for this project",
    ],
    why: [
        "两份文件的学分对不上，两个都报上去，平台会退回或以错的为准。",
        "The two contradict each other; the platform would refuse both or keep the wrong one.",
    ],
    mend: [
        "请与另一份文件的填表人核对，只保留正确的学分；要改已交的那份，请改好后用原文件名重新投递。",
        "Settle it with the sender of the other document; to correct that one, drop it again under its own name.",
    ],
};

/// This document corrects an earlier one: {0} new, {1} changed, {2} gone, {3} unchanged records,
/// {4} the earlier job, {5} rows that changed.
pub static CORRECTION_COMPARED: Code = Code {
    name: "correction-compared",
    severity: Severity::Info,
    what: [
        "这是任务 {4} 的更正版：新增 {0} 条，修改 {1} 条{5}，减少 {2} 条，未变 {3} 条",
        "this corrects job {4}: {0} records new, {1} changed{5}, {2} gone, {3} as they were",
    ],
    why: [
        "更正版整份重新审核；与上次接受的内容逐条比对，便于核对改了什么。",
        "The whole document was judged anew and compared with what was accepted before.",
    ],
    mend: ["请看一眼改动是否就是您想改的。", "See whether these are the changes you meant."],
};

/// Records of the accepted version are gone: {0} how many, {1} their rows there, {2} the earlier job.
pub static ROWS_GONE: Code = Code {
    name: "rows-gone",
    severity: Severity::Warning,
    what: [
        "上次接受的版本（任务 {2}）里有 {0} 条记录，这一版没有了（上次在第 {1} 行）",
        "{0} records of the version accepted before (job {2}) are no longer here (rows {1} there)",
    ],
    why: [
        "已经交出去的记录不会自动撤回；如果是误删，这些人会丢学分。",
        "What was delivered is never withdrawn by itself; if they were deleted by mistake, people lose credits.",
    ],
    mend: [
        "误删的请补回后重新投递；确实要撤回的，请到平台上人工撤销。",
        "Put back what was deleted by mistake; withdraw by hand at the platform what should go.",
    ],
};
