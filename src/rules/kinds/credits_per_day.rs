//! Credits may not exceed a rate per day (or per half day) that was held or attended.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
    },
};

/// `per_day = 2`; `applies_to = "whole-days" | "half-days" | "any"`; `if_over = 1`: the rate per day at which credits over
/// the cap are counted anew, instead of being cut to the cap.
#[derive(Debug)]
struct CreditsPerDay {
    /// Credits per day, in halves.
    per_day: i32,
    /// Credits per day that are left of too many, in halves.
    if_over: i32,
    applies_to: Lengths,
    needs: Vec<Vec<Asked>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Lengths {
    Any,
    Whole,
    WithHalf,
}

/// Builds the check from a pack's table.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let lengths =
        [("any", Lengths::Any), ("whole-days", Lengths::Whole), ("half-days", Lengths::WithHalf)];
    let has_choice = params.has("applies_to");
    let applies_to = params.of("applies_to").choice("applies_to", &lengths);
    let applies_to = if has_choice { applies_to? } else { Lengths::Any };
    let if_over = params.halves("if_over");
    let Some(per_day) = params.halves("per_day") else {
        params.lint("per_day", "缺少 per_day（每天最多几学分）", "per_day is missing");
        return None;
    };
    let usual = &*USUAL;
    let needs = vec![vec![usual.credits, usual.days], vec![usual.credits, usual.start, usual.end]];
    let if_over = if_over.unwrap_or(per_day);
    Some(Box::new(CreditsPerDay { per_day, if_over, applies_to, needs }))
}

impl Check for CreditsPerDay {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let credits = facts.number(USUAL.credits)?;
        let half_days = facts.half_days()?;
        let has_half = half_days % 2 != 0;
        if (self.applies_to == Lengths::Whole && has_half)
            || (self.applies_to == Lengths::WithHalf && !has_half)
        {
            return None;
        }
        // Halves of credits per day times halves of days: quarters. Whole halves are what may be granted.
        let cap = self.per_day * half_days / 2;
        let left = self.if_over * half_days / 2;
        let args = [credits, half_days, left, self.per_day, cap, self.if_over].map(halves).to_vec();
        (credits > cap).then(|| Breach::new(USUAL.credits, args).proposing(halves(left)))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::CREDITS_OVER_DAYS
    }
}
