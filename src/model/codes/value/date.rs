//! Codes of dates and times.

use crate::model::{Code, Severity};

/// This date cannot be read.
pub static DATE_FORMAT: Code = Code {
    name: "date-format",
    severity: Severity::Error,
    what: ["看不懂这个日期。", "This date cannot be read."],
    why: [
        "没有确定的日期，就不能判断属于哪个年度，学分无法记入。",
        "Without a certain date the credits belong to no year.",
    ],
    mend: ["请写成 2022-03-05 这样的年月日。", "Write year, month and day as in 2022-03-05."],
};

/// The date lacks its month or its day.
pub static DATE_INCOMPLETE: Code = Code {
    name: "date-incomplete",
    severity: Severity::Error,
    what: ["日期不完整，缺少月份或日。", "The date lacks its month or its day."],
    why: ["程序不会替您猜测是哪一天。", "Nobody guesses the missing part for you."],
    mend: ["请补全为 2022-03-05 这样的年月日。", "Complete it as in 2022-03-05."],
};

/// The date has no year.
pub static DATE_YEAR_MISSING: Code = Code {
    name: "date-year-missing",
    severity: Severity::Error,
    what: ["日期没有写年份。", "The date has no year."],
    why: [
        "不知道年份，就不知道学分属于哪个年度。",
        "Without the year nobody knows which year the credits count for.",
    ],
    mend: ["请补上四位年份，写成 2022-03-05。", "Add the year in four digits, as in 2022-03-05."],
};

/// The date can be read in several ways.
pub static DATE_AMBIGUOUS: Code = Code {
    name: "date-ambiguous",
    severity: Severity::Error,
    what: ["日期有几种读法，分不清年、月、日。", "The date can be read in several ways."],
    why: [
        "例如 22.3.5 与 3/5/2022 的年月日次序不清，猜错会记错年度。",
        "In 22.3.5 or 3/5/2022 the order of year, month and day is unclear.",
    ],
    mend: [
        "请把年份写成四位，并按年月日的次序书写：2022-03-05。",
        "Write the year in four digits, then month and day: 2022-03-05.",
    ],
};

/// There is no such day in the calendar.
pub static DATE_IMPOSSIBLE: Code = Code {
    name: "date-impossible",
    severity: Severity::Error,
    what: ["日历上没有这一天。", "There is no such day in the calendar."],
    why: ["日期一定写错了，平台不接收。", "The date must be wrong, and the platform refuses it."],
    mend: [
        "请核对月份和日，例如2月没有30日。",
        "Check month and day; February, for example, has no 30th.",
    ],
};

/// This is a span of dates; only its first day was taken.
pub static DATE_RANGE: Code = Code {
    name: "date-range",
    severity: Severity::Warning,
    what: [
        "这里写的是一段日期，只采用了开始的那一天。",
        "This is a span of dates; only its first day was taken.",
    ],
    why: [
        "如果平台要的是结束日期，记录就不对。",
        "If the platform wants the last day, the record is wrong.",
    ],
    mend: [
        "请只写一个日期；起止日期请分成两列。",
        "Write one date; put start and end in two columns.",
    ],
};

/// The end of the span lies before its start.
pub static DATE_RANGE_REVERSED: Code = Code {
    name: "date-range-reversed",
    severity: Severity::Error,
    what: ["结束日期早于开始日期。", "The end of the span lies before its start."],
    why: ["起止日期至少有一个写错。", "At least one of the two dates is wrong."],
    mend: ["请核对起止日期后改正。", "Check both dates and correct them."],
};

/// The year does not lie between 1900 and 2100.
pub static DATE_YEAR: Code = Code {
    name: "date-year",
    severity: Severity::Warning,
    what: ["年份不在1900年到2100年之间。", "The year does not lie between 1900 and 2100."],
    why: [
        "多半是年份打错了，学分会记到别的年度。",
        "The year is probably mistyped, and the credits would count for another.",
    ],
    mend: ["请核对年份。", "Check the year."],
};

/// This number was read as an Excel serial day, but may be a year and month written together.
pub static DATE_SERIAL: Code = Code {
    name: "date-serial",
    severity: Severity::Warning,
    what: [
        "这个数字按Excel日期序号读成了日期，但也可能是年和月连写。",
        "This number was read as an Excel serial day, but may be a year and month written together.",
    ],
    why: ["例如 20223 也可能是想写2022年3月。", "20223, for example, may stand for March 2022."],
    mend: ["请写成 2022-03-05 这样的日期。", "Write a date as in 2022-03-05."],
};

/// The time was in another zone and was converted to Beijing time.
pub static DATE_ZONE: Code = Code {
    name: "date-zone",
    severity: Severity::Warning,
    what: [
        "时间带有别的时区，已换算为北京时间。",
        "The time was in another zone and was converted to Beijing time.",
    ],
    why: ["换算后日期可能差一天。", "The date may differ by a day."],
    mend: ["请核对日期；导出时请用北京时间。", "Check the date; export in Beijing time."],
};

/// There is a date but no time; midnight was taken.
pub static TIME_MISSING: Code = Code {
    name: "time-missing",
    severity: Severity::Warning,
    what: ["只有日期，没有时刻，按0点记。", "There is a date but no time; midnight was taken."],
    why: [
        "签到签退要有时刻，否则不能判断是否在培训时间内。",
        "Sign-ins need a time, or nobody can tell whether they lie within the training.",
    ],
    mend: ["请补上时刻，例如 2022-03-05 08:30。", "Add the time, as in 2022-03-05 08:30."],
};

/// The date lies outside the cycle … to ….
pub static DATE_NOT_IN_CYCLE: Code = Code {
    name: "date-not-in-cycle",
    severity: Severity::Error,
    what: ["日期不在本年度（{0} 至 {1}）之内。", "The date lies outside the cycle {0} to {1}."],
    why: ["不在本年度内的学分不计入本年度。", "Credits outside the cycle do not count for it."],
    mend: [
        "请核对日期；如果日期无误，请在相应年度申报。",
        "Check the date; if it is right, report the credits in their own year.",
    ],
};
