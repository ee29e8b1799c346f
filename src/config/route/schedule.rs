//! Times at which an outlet sends: cron expressions of five fields, in the time of Shanghai.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

use crate::{clock::Millis, spec::Table};

/// Shanghai is eight hours ahead of UTC, all year round since 1991.
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// A checked cron expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    cron: Cron,
    text: String,
}

/// The text is no cron expression of five fields, or its time never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cron expression of five fields whose time comes")]
pub struct ScheduleError;

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Schedule, ScheduleError> {
        if text.split_whitespace().count() != 5 {
            return Err(ScheduleError);
        }
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|_| ScheduleError)?;
        let schedule = Schedule { cron, text: text.to_owned() };
        // The 31st of February parses, and would never come.
        schedule.after(0).ok_or(ScheduleError)?;
        Ok(schedule)
    }
}

impl Schedule {
    /// The first time after another one; `Millis::MAX` beyond the year 5000.
    pub fn next_after(&self, time: Millis) -> Millis {
        self.after(time).unwrap_or(Millis::MAX)
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn after(&self, time: Millis) -> Option<Millis> {
        let local: NaiveDateTime =
            DateTime::from_timestamp_millis(time)?.naive_utc().checked_add_signed(AHEAD)?;
        let next = self.cron.find_next_occurrence(&local, false).ok()?;
        Some(next.checked_sub_signed(AHEAD)?.and_utc().timestamp_millis())
    }
}

/// Reads a schedule at a key.
pub(super) fn read(table: &Table<'_>, key: &'static str) -> Option<Schedule> {
    let schedule = table.string(key)?.parse().ok();
    if schedule.is_none() {
        let (zh, en) = (
            "应为五段的 cron 表达式（分 时 日 月 周，北京时间），如 \"0 2 * * *\" 即每天两点",
            "must be a cron expression of five fields (time of Shanghai), such as \"0 2 * * *\"",
        );
        table.lint(key, zh, en);
    }
    schedule
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> Millis {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    #[test]
    fn the_next_time_is_told_in_the_time_of_shanghai() {
        for (pattern, now, next) in [
            ("0 2 * * *", "2026-03-01T01:59:59+08:00", "2026-03-01T02:00:00+08:00"),
            ("0 2 * * *", "2026-03-01T02:00:00+08:00", "2026-03-02T02:00:00+08:00"),
            ("0 2 * * *", "2026-02-28T18:00:01Z", "2026-03-02T02:00:00+08:00"),
            ("*/15 8-17 * * 1-5", "2026-11-20T17:45:00+08:00", "2026-11-23T08:00:00+08:00"),
            ("30 6 29 2 *", "2026-01-01T00:00:00+08:00", "2028-02-29T06:30:00+08:00"),
            ("0 0 1 1 *", "2026-12-31T23:59:59.999+08:00", "2027-01-01T00:00:00+08:00"),
        ] {
            let schedule: Schedule = pattern.parse().unwrap();
            assert_eq!(schedule.next_after(millis(now)), millis(next), "{pattern} after {now}");
        }
    }

    #[test]
    fn what_is_no_time_of_five_fields_is_refused() {
        for text in
            ["", "2", "0 2 * *", "0 0 2 * * *", "61 2 * * *", "0 0 31 2 *", "@daily", "每天"]
        {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
