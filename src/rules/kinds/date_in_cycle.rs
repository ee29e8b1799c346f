//! The day of training lies within the cycle that is audited.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::value},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, day_text},
    },
};

/// `from = "2021-11-01"`, `to = "2022-10-31"`, both included; `field` instead of the day that dates the record;
/// `earlier_days = 365`: what came that much earlier still passes.
#[derive(Debug)]
struct DateInCycle {
    field: Option<Asked>,
    from: i32,
    to: i32,
    earlier_days: i32,
    needs: Vec<Vec<Asked>>,
}

/// Builds the check from a pack's table.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let (from, to) = (params.day("from"), params.day("to"));
    for (key, found) in [("from", from), ("to", to)] {
        if found.is_none() {
            params.missing(key);
        }
    }
    let field = if params.has("field") { Some(params.field("field")?) } else { None };
    let earlier_days = params.integer("earlier_days").unwrap_or(0);
    let usual = &*USUAL;
    let needs = match field {
        Some(field) => vec![vec![field]],
        None => vec![vec![usual.training], vec![usual.start], vec![usual.end]],
    };
    Some(Box::new(DateInCycle { field, from: from?, to: to?, earlier_days, needs }))
}

impl Check for DateInCycle {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let (about, day) = match self.field {
            Some(field) => (field, facts.number(field)?),
            None => facts.day()?,
        };
        let is_inside = (self.from - self.earlier_days..=self.to).contains(&day);
        let args = || vec![day_text(self.from), day_text(self.to)];
        (!is_inside).then(|| Breach::new(about, args()))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &value::DATE_NOT_IN_CYCLE
    }
}
