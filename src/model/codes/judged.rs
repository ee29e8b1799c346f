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

/// Rules of a pack that the table's columns do not let us judge: {0} pack, {1} rule ids.
pub static RULES_NOT_JUDGED: Code = Code {
    name: "rules-not-judged",
    severity: Severity::Info,
    what: [
        "规则包 {0} 中这些规则没有判：表里缺少所需的列（{1}）",
        "these rules of pack {0} were not judged, the table lacks their columns: {1}",
    ],
    why: [
        "没判不等于合格；缺列时这些问题要到审验时才暴露。",
        "Not judged is not the same as passed: the audit may still find it.",
    ],
    mend: [
        "需要判的话，在表里补上天数（或起止日期）、公布学分、录入途径等列。",
        "To have them judged, add the columns: days or first and last day, published credits, route.",
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
