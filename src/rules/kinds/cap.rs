//! A number may not exceed a cap: a fixed one, a rate of another number, a table of steps, another field.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
        params::Params,
    },
};

/// The lowest of: `most = 5`; `times = { months = 4 }` (rate times the field); `per = { characters = 2000 }` (one for each
/// so many); `fields = ["credits_published"]`; `by = "months"` with `steps = [{ from = 6, most = 25 }, { from = 0, times = 4 }]`.
/// `field` is what is capped, credits if left out.
#[derive(Debug)]
struct Cap {
    field: Asked,
    most: Option<i32>,
    rates: Vec<(Asked, f64)>,
    fields: Vec<Asked>,
    steps: Option<(Asked, Vec<Step>)>,
    needs: Vec<Vec<Asked>>,
}

#[derive(Debug)]
struct Step {
    from: i32,
    most: Option<i32>,
    times: Option<f64>,
}

/// Builds the check.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let field = params.field_or("field", USUAL.credits)?;
    let most = params.halves("most");
    let mut rates = params.rates("times");
    for (asked, per) in params.rates("per") {
        if per <= 0.0 {
            params.lint("per", "per 的数字应大于 0", "numbers of per must be above 0");
        }
        rates.push((asked, 1.0 / per));
    }
    let fields = params.fields("fields");
    let steps = if params.has("by") { Some((params.field("by")?, steps(params))) } else { None };
    let by = steps.as_ref().map(|(by, _)| *by);
    let others = rates.iter().map(|(asked, _)| *asked).chain(fields.iter().copied()).chain(by);
    let needed: Vec<Asked> = [field].into_iter().chain(others).collect();
    if needed.len() == 1 && most.is_none() {
        let (zh, en) =
            ("缺少上限：most、times、per、fields 或 by", "no cap: most, times, per, fields or by");
        params.lint("most", zh, en);
        return None;
    }
    Some(Box::new(Cap { field, most, rates, fields, steps, needs: vec![needed] }))
}

/// Steps, the highest first.
fn steps(params: &Params<'_, '_>) -> Vec<Step> {
    let mut steps = Vec::new();
    for table in params.of("steps").tables("steps") {
        let from = table.number("from");
        if from.is_none() {
            table.lint("from", "缺少“from”", "from is missing");
        }
        let half = |number: f64| (number * 2.0).round() as i32;
        let (most, times) = (table.number("most").map(half), table.number("times"));
        if most.is_none() && times.is_none() {
            table.lint("most", "缺少 most 或 times", "most or times is missing");
        }
        steps.push(Step { from: from.map_or(0, half), most, times });
        table.close();
    }
    if steps.is_empty() {
        params.missing("steps");
    }
    steps.sort_by_key(|step| std::cmp::Reverse(step.from));
    steps
}

/// A share of a quantity, in whole halves.
pub fn share(measure: i32, rate: f64) -> i32 {
    (f64::from(measure) * rate + 1e-9).floor() as i32
}

impl Cap {
    /// The cap in halves and the quantity it comes from.
    fn cap(&self, facts: &Facts<'_>) -> Option<(i32, Option<(Asked, i32)>)> {
        let mut lowest: Option<(i32, Option<(Asked, i32)>)> = None;
        let mut take = |cap: i32, basis| {
            if lowest.is_none_or(|(known, _)| cap < known) {
                lowest = Some((cap, basis));
            }
        };
        if let Some(most) = self.most {
            take(most, None);
        }
        for (asked, rate) in &self.rates {
            let measure = facts.measure(*asked)?;
            take(share(measure, *rate), Some((*asked, measure)));
        }
        for asked in &self.fields {
            let measure = facts.measure(*asked)?;
            take(measure, Some((*asked, measure)));
        }
        if let Some((by, steps)) = &self.steps {
            let measure = facts.measure(*by)?;
            let step = steps.iter().find(|step| measure >= step.from)?;
            let basis = Some((*by, measure));
            if let Some(most) = step.most {
                take(most, basis);
            }
            if let Some(times) = step.times {
                take(share(measure, times), basis);
            }
        }
        lowest
    }
}

impl Check for Cap {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let number = facts.measure(self.field)?;
        let (cap, basis) = self.cap(facts)?;
        if number <= cap {
            return None;
        }
        let (label, measure) =
            basis.map_or(("", String::new()), |(asked, measure)| (asked.label(), halves(measure)));
        let args = vec![halves(number), halves(cap), measure, label.to_owned()];
        Some(Breach::new(self.field, args).proposing(halves(cap)))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::OVER_CAP
    }
}
