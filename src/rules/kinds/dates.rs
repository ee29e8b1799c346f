//! Two dates: their order, the days between them, a deadline after one of them.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, FieldType, codes::judged},
    rules::{
        asked::Asked,
        facts::{Facts, day_text},
    },
};

/// `first` is not after `then`. Times of the same day are compared too.
#[derive(Debug)]
struct Order {
    first: Asked,
    then: Asked,
    needs: Vec<Vec<Asked>>,
}

/// Builds a check of order.
pub fn order(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let (first, then) = (parts.params.field("first"), parts.params.field("then"));
    let (first, then) = (first?, then?);
    Some(Box::new(Order { first, then, needs: vec![vec![first, then]] }))
}

impl Check for Order {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let (first, then) = (facts.number(self.first)?, facts.number(self.then)?);
        let has_times = [self.first, self.then].map(Asked::kind) == [FieldType::DateTime; 2];
        // Canonical times of one day compare as texts.
        let is_late = has_times && first == then && facts.text(self.first) > facts.text(self.then);
        let texts = [self.first, self.then].map(|asked| facts.text(asked).to_owned());
        (first > then || is_late).then(|| Breach::new(self.then, texts.to_vec()))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        &judged::DATES_REVERSED
    }
}

/// `from` and `to`, whole days apart: `most = 29`, `least = 14`, or both.
#[derive(Debug)]
struct Between {
    from: Asked,
    to: Asked,
    least: i32,
    most: i32,
    needs: Vec<Vec<Asked>>,
}

/// Builds a check of days between.
pub fn between(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let (from, to) = (params.field("from"), params.field("to"));
    let (least, most) = (params.integer("least"), params.integer("most"));
    if least.is_none() && most.is_none() {
        params.lint("most", "缺少 most 或 least（天数）", "most or least is missing");
        return None;
    }
    let (from, to) = (from?, to?);
    let (least, most) = (least.unwrap_or(i32::MIN), most.unwrap_or(i32::MAX));
    Some(Box::new(Between { from, to, least, most, needs: vec![vec![from, to]] }))
}

impl Check for Between {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let apart = facts.number(self.to)? - facts.number(self.from)?;
        let limit = if apart > self.most { self.most } else { self.least };
        let is_inside = (self.least..=self.most).contains(&apart);
        (!is_inside).then(|| Breach::new(self.to, vec![apart.to_string(), limit.to_string()]))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        &judged::DAYS_APART
    }
}

/// Something is done (`done`) at latest so many days after a day (`after`, `days = 14`), or before one (`before`, `days = 14`).
/// Whole days in Asia/Shanghai, the last one included. Not done yet: a warning until the day has passed.
#[derive(Debug)]
struct Deadline {
    base: Asked,
    /// Days added to the base; below zero: before it.
    days: i32,
    done: Asked,
    needs: Vec<Vec<Asked>>,
}

/// Builds a deadline.
pub fn deadline(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let is_before = params.has("before");
    let base = params.field(if is_before { "before" } else { "after" });
    let done = params.field("done");
    let days = params.integer("days");
    if days.is_none() {
        params.missing("days");
    }
    let days = if is_before { -days? } else { days? };
    let (base, done) = (base?, done?);
    Some(Box::new(Deadline { base, days, done, needs: vec![vec![base, done]] }))
}

impl Check for Deadline {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let last = facts.number(self.base)? + self.days;
        let (shown, days) = (day_text(last), self.days.abs().to_string());
        if let Some(done) = facts.number(self.done) {
            let late = (done - last).to_string();
            return (done > last).then(|| Breach::new(self.done, vec![shown, late, days]));
        }
        // Not done yet: without a today nobody can say more.
        let today = facts.as_of()?;
        let left = (last - today).to_string();
        let breach = Breach::new(self.done, vec![shown, left, days]);
        Some(Breach { is_pending: today <= last, ..breach })
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        &judged::DEADLINE
    }
}
