//! Credits may not exceed a rate per day (or per half day) that was held or attended.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::facts::{Asked, Facts, halves},
};

/// `per_day = 2`; `applies_to = "whole-days" | "half-days" | "any"`.
#[derive(Debug)]
struct CreditsPerDay {
    /// Credits per day, in halves.
    per_day: i32,
    applies_to: Lengths,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Lengths {
    Any,
    Whole,
    WithHalf,
}

/// Builds the check from a pack's table.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let lengths =
        [("any", Lengths::Any), ("whole-days", Lengths::Whole), ("half-days", Lengths::WithHalf)];
    let has_choice = parts.table.has("applies_to");
    let applies_to = parts.table.choice("applies_to", &lengths);
    let applies_to = if has_choice { applies_to? } else { Lengths::Any };
    let Some(per_day) = parts.table.number("per_day") else {
        parts.table.lint("per_day", "缺少 per_day（每天最多几学分）", "per_day is missing");
        return None;
    };
    Some(Box::new(CreditsPerDay { per_day: (per_day * 2.0) as i32, applies_to }))
}

impl Check for CreditsPerDay {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let credits = facts.number(Asked::Credits)?;
        let half_days = facts.half_days()?;
        let has_half = half_days % 2 != 0;
        if (self.applies_to == Lengths::Whole && has_half)
            || (self.applies_to == Lengths::WithHalf && !has_half)
        {
            return None;
        }
        // Halves of credits per day times halves of days: quarters. Whole halves are what may be granted.
        let cap = self.per_day * half_days / 2;
        (credits > cap).then(|| Breach {
            about: Asked::Credits,
            args: vec![halves(credits), halves(half_days), halves(cap), halves(self.per_day)],
            proposed: Some(halves(cap)),
        })
    }

    fn needs(&self) -> &'static [&'static [Asked]] {
        &[&[Asked::Credits, Asked::Days], &[Asked::Credits, Asked::Start, Asked::End]]
    }

    fn code(&self) -> &'static Code {
        &judged::CREDITS_OVER_DAYS
    }
}
