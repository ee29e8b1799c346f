//! The day of training lies within the cycle that is audited.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::value},
    rules::{
        facts::{Asked, Facts},
        pack::day,
    },
    text::date,
};

/// `from = "2021-11-01"`, `to = "2022-10-31"`, both included.
#[derive(Debug)]
struct DateInCycle {
    from: i32,
    to: i32,
}

/// Builds the check from a pack's table.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let (from, to) = (day(parts.table, "from"), day(parts.table, "to"));
    for (key, found) in [("from", from), ("to", to)] {
        if found.is_none() {
            parts.table.lint(key, format!("缺少“{key}”"), format!("{key} is missing"));
        }
    }
    Some(Box::new(DateInCycle { from: from?, to: to? }))
}

impl Check for DateInCycle {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let (about, day) = facts.day()?;
        let is_inside = (self.from..=self.to).contains(&day);
        let shown = |day: i32| {
            let mut text = String::new();
            date::write(day, &mut text);
            text
        };
        (!is_inside).then(|| Breach {
            about,
            args: vec![shown(self.from), shown(self.to)],
            proposed: None,
        })
    }

    fn needs(&self) -> &'static [&'static [Asked]] {
        &[&[Asked::Training], &[Asked::Start], &[Asked::End]]
    }

    fn code(&self) -> &'static Code {
        &value::DATE_NOT_IN_CYCLE
    }
}
