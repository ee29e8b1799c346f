//! Codes of pack rules. A pack's own words stand in its file and come first; these explain the kind.

use crate::model::{Code, Severity};

/// All codes of this group.
pub static CODES: &[&Code] = &[
    &CREDITS_OVER_DAYS,
    &CREDITS_OVER_PUBLISHED,
    &MONITORED_CAP,
    &MONITORED_ROUTE,
    &RULES_NOT_JUDGED,
    &ROWS_NOT_JUDGED,
    &NO_PACK_IN_FORCE,
    &DATE_AFTER_TODAY,
    &OVER_CAP,
    &TOO_LITTLE,
    &VALUE_NOT_ALLOWED,
    &VALUE_FORBIDDEN,
    &RULE_FIELD_MISSING,
    &DATES_REVERSED,
    &DAYS_APART,
    &DEADLINE,
    &DIFFERS,
    &MUST_NOT_BE,
    &LOOK_AT_IT,
    &OWN_RULE,
];

/// More credits than the days allow: {0} credits, {1} days, {2} cap, {3} per day.
pub static CREDITS_OVER_DAYS: Code = Code {
    name: "credits-over-days",
    severity: Severity::Error,
    what: [
        "学分 {0} 超过上限：{1} 天最多 {2} 分",
        "{0} credits are over the cap: {1} days allow {2}",
    ],
    why: [
        "审验时超出天数的学分会被删除，单位可能被通报。",
        "The audit deletes credits beyond the days, and may name the unit.",
    ],
    mend: [
        "核对实际天数；无误就把学分改为 {2}。",
        "Check the days; if they are right, lower the credits to {2}.",
    ],
};

/// More credits than published: {0} credits, {1} published.
pub static CREDITS_OVER_PUBLISHED: Code = Code {
    name: "credits-over-published",
    severity: Severity::Error,
    what: [
        "学分 {0} 高于项目公布的 {1} 分",
        "{0} credits are more than the {1} published for the project",
    ],
    why: [
        "平台按公布学分封顶，多填的部分不认可。",
        "The platform caps at the published credits; the rest is not recognised.",
    ],
    mend: [
        "改为公布学分 {1} 或证书上更低的数。",
        "Enter {1}, or the certificate's value if lower.",
    ],
};

/// More credits than a monitored project allows: {0} credits, {1} cap, {2} project, {3} days.
pub static MONITORED_CAP: Code = Code {
    name: "monitored-cap",
    severity: Severity::Error,
    what: [
        "重点监控项目“{2}”最多 {1} 分，填了 {0} 分",
        "monitored project {2} allows {1} credits, {0} were entered",
    ],
    why: [
        "重点监控项目逐条核对，超过清单上限的学分会被删除。",
        "Monitored projects are audited one by one; credits beyond the list are deleted.",
    ],
    mend: ["把学分改为 {1}，并附支撑材料。", "Lower the credits to {1} and attach the material."],
};

/// A monitored project by a route that is not open to it: {0} route, {1} project, {2} allowed routes.
pub static MONITORED_ROUTE: Code = Code {
    name: "monitored-route",
    severity: Severity::Error,
    what: ["重点监控项目“{1}”不能走“{0}”录入", "monitored project {1} may not be entered by {0}"],
    why: [
        "走错途径的重点监控项目学分不认可，本人这一年可能不达标。",
        "Credits of a monitored project by the wrong route are void; the person may miss the year.",
    ],
    mend: ["把录入途径改为规定的那一种。", "Change the entry route to the prescribed one."],
};

/// Rules of a pack that the table's columns do not let us judge: {0} pack, {1} rule ids by the column that is missing, {2}
/// the same in English.
pub static RULES_NOT_JUDGED: Code = Code {
    name: "rules-not-judged",
    severity: Severity::Info,
    what: [
        "规则包 {0} 中这些规则没有判：表里缺少所需的列（{1}）",
        "these rules of pack {0} were not judged, the table lacks their columns: {2}",
    ],
    why: [
        "没判不等于合格；缺列时这些问题要到审验时才暴露。",
        "Not judged is not the same as passed: the audit may still find it.",
    ],
    mend: [
        "需要判的话，在表里补上冒号前面的列（没有那种学分的不用补）。",
        "To have them judged, add the columns named before the colons, if you have such credits at all.",
    ],
};

/// Rows that a rule could not judge because their cells are blank: {0} rows, {1} rule id.
pub static ROWS_NOT_JUDGED: Code = Code {
    name: "rows-not-judged",
    severity: Severity::Warning,
    what: [
        "规则 {1} 在这些行没法判：所需的格子是空的（第 {0} 行）",
        "rule {1} could not judge these rows, the cells it needs are blank: row {0}",
    ],
    why: [
        "没判不等于合格；这些行的问题要到审验时才暴露。",
        "Not judged is not the same as passed: the audit may still find it.",
    ],
    mend: ["把这些行的天数、日期、学分等补全。", "Fill in days, dates and credits of these rows."],
};

/// Rows whose date no version of the pack covers: {0} rows.
pub static NO_PACK_IN_FORCE: Code = Code {
    name: "no-pack-in-force",
    severity: Severity::Warning,
    what: [
        "这些行的日期不在任何一版规则的有效期内，没有判（第 {0} 行）",
        "no version of the rules was in force on the dates of these rows, they were not judged: row {0}",
    ],
    why: [
        "学分按活动当天有效的规定认定；没有那一年的规则就判不了。",
        "Credits are judged by the rules in force on their day; without that year's rules nothing can be said.",
    ],
    mend: [
        "核对日期；日期无误就请管理员补上那一年的规则包，或用带年份的规则包名。",
        "Check the dates; if they are right, ask the operator for that year's pack, or name a dated pack.",
    ],
};

/// A day that has not come yet.
pub static DATE_AFTER_TODAY: Code = Code {
    name: "date-after-today",
    severity: Severity::Error,
    what: ["这个日期还没有到", "this day has not come yet"],
    why: [
        "还没有发生的培训不能授予学分，平台会退回。",
        "Training that has not happened earns no credits; the platform refuses it.",
    ],
    mend: ["核对年份和月份，改成实际的日期。", "Check year and month and enter the real date."],
};

/// More than a rule's cap allows: {0} value, {1} cap, {2} quantity it comes from, {3} that quantity's label.
pub static OVER_CAP: Code = Code {
    name: "over-cap",
    severity: Severity::Error,
    what: ["填了 {0}，按规定最多 {1}", "{0} was entered, the rule allows {1}"],
    why: [
        "超出标准的学分审验时会被核减，支撑材料对不上还会被通报。",
        "Credits beyond the standard are cut at the audit, and the unit may be named.",
    ],
    mend: [
        "核对数量（月数、字数、门数等）；无误就改为 {1}。",
        "Check the quantity (months, characters, courses); if it is right, enter {1}.",
    ],
};

/// Less than a rule asks for: {0} value, {1} least, {2} quantity it comes from, {3} that quantity's label.
pub static TOO_LITTLE: Code = Code {
    name: "too-little",
    severity: Severity::Error,
    what: ["填了 {0}，按规定至少 {1}", "{0} was entered, the rule asks for at least {1}"],
    why: [
        "没有达到规定的时长或数量，学分不能授予。",
        "Below the prescribed time or amount no credits may be granted.",
    ],
    mend: [
        "核对原始记录；确实不够的，这一行不授学分。",
        "Check the original record; if it is really too little, grant no credits for this row.",
    ],
};

/// A value that is not one of those allowed: {0} value, {1} allowed ones.
pub static VALUE_NOT_ALLOWED: Code = Code {
    name: "value-not-allowed",
    severity: Severity::Error,
    what: ["“{0}”不在允许的范围内（{1}）", "{0} is not one of those allowed: {1}"],
    why: [
        "走错途径或类别不符的学分不予认可。",
        "Credits by a wrong route or of a wrong kind are not recognised.",
    ],
    mend: ["改为允许的一种：{1}。", "Change it to one of these: {1}."],
};

/// A value that must not stand here: {0} value, {1} what is forbidden.
pub static VALUE_FORBIDDEN: Code = Code {
    name: "value-forbidden",
    severity: Severity::Error,
    what: ["这里不能是“{1}”", "{1} must not stand here"],
    why: ["规定明确不认可这种情况。", "The rules name this case as not recognised."],
    mend: [
        "核对原始材料；确属这种情况就删去这一行。",
        "Check the papers; if it is so, take the row out.",
    ],
};

/// Fields that a rule wants filled are blank: {0} their labels, {1} their names.
pub static RULE_FIELD_MISSING: Code = Code {
    name: "rule-field-missing",
    severity: Severity::Error,
    what: ["规定必须填写：{0}", "the rules want this filled in: {1}"],
    why: [
        "录入不完整的记录审验时不予认可。",
        "Records that are not complete are not recognised at the audit.",
    ],
    mend: ["按证明材料把 {0} 补全。", "Fill in {1} from the papers."],
};

/// A date that comes before one it must follow: {0} first, {1} second.
pub static DATES_REVERSED: Code = Code {
    name: "dates-reversed",
    severity: Severity::Error,
    what: ["{1} 早于 {0}，前后颠倒了", "{1} is before {0}"],
    why: ["时间对不上的记录会被退回。", "Records whose times contradict each other are sent back."],
    mend: ["核对这两个日期（时间），改正填错的一个。", "Check both and mend the wrong one."],
};

/// Two dates too far apart or too near: {0} days apart, {1} the limit.
pub static DAYS_APART: Code = Code {
    name: "days-apart",
    severity: Severity::Error,
    what: ["两个日期相隔 {0} 天，规定的界限是 {1} 天", "{0} days apart, the limit is {1}"],
    why: ["超过规定天数的记录不予认可。", "Records beyond the prescribed days are not recognised."],
    mend: [
        "核对两个日期；确实超期的，请联系管理部门说明。",
        "Check both dates; if it is really too late, explain it to the office in charge.",
    ],
};

/// A deadline: {0} the last day, {1} days late (or left), {2} days allowed.
pub static DEADLINE: Code = Code {
    name: "deadline",
    severity: Severity::Error,
    what: ["最晚 {0} 前办理（当天也算）", "to be done by {0}, that day included"],
    why: [
        "过期未办，学员可能拿不到证书和学分，下一年申报也受影响。",
        "When it is missed, learners may get no certificates or credits.",
    ],
    mend: [
        "还没到期就抓紧办理并填上日期；已经过期请马上联系管理部门。",
        "Do it and enter the date; if the day has passed, call the office in charge at once.",
    ],
};

/// Two fields that must say the same differ: {0} what stands here, {1} what it must be, {2} what was put before it.
pub static DIFFERS: Code = Code {
    name: "differs",
    severity: Severity::Error,
    what: ["“{0}”与“{1}”不一致", "{0} is not the same as {1}"],
    why: [
        "与批准或登记的内容不一致，项目和学分可能不予认可。",
        "What differs from the approval or the register may not be recognised.",
    ],
    mend: [
        "改为“{1}”；确有变更的，先办变更手续。",
        "Change it to {1}; real changes must be filed first.",
    ],
};

/// A record that the rules do not allow.
pub static MUST_NOT_BE: Code = Code {
    name: "must-not-be",
    severity: Severity::Error,
    what: ["规定不允许这样的记录", "the rules do not allow such a record"],
    why: ["这样的学分审验时会被删除。", "The audit deletes such credits."],
    mend: ["核对原始材料，改正或删去这一行。", "Check the papers and mend the row or take it out."],
};

/// Rows that a person must look at; the program cannot decide them.
pub static LOOK_AT_IT: Code = Code {
    name: "look-at-it",
    severity: Severity::Info,
    what: ["这些行需要人工核对", "a person must look at these rows"],
    why: [
        "表里看不出是否合规，审验时会看原始材料。",
        "The table does not show whether it is right; the audit looks at the papers.",
    ],
    mend: ["对照证明材料核对一遍。", "Compare them with the papers."],
};

/// A condition of the organisation's own pack does not hold.
pub static OWN_RULE: Code = Code {
    name: "own-rule",
    severity: Severity::Error,
    what: ["不符合本单位规定的条件", "a condition of your own rules does not hold"],
    why: ["本单位自己的规则包这样要求。", "Your organisation's own pack asks for it."],
    mend: ["按规则的说明改正。", "Mend it as the rule says."],
};
