//! A number must reach a least value: a fixed one, or a rate of another number.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
    },
};

/// The highest of `least = 1` and `times = { days = 240 }`; `field` is what must reach it, credits if left out.
#[derive(Debug)]
struct Least {
    field: Asked,
    least: Option<i32>,
    rates: Vec<(Asked, f64)>,
    needs: Vec<Vec<Asked>>,
}

/// Builds the check.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let field = params.field_or("field", USUAL.credits)?;
    let (least, rates) = (params.halves("least"), params.rates("times"));
    if least.is_none() && rates.is_empty() {
        params.lint("least", "缺少下限：least 或 times", "no least value: least or times");
        return None;
    }
    let needed = [field].into_iter().chain(rates.iter().map(|(asked, _)| *asked)).collect();
    Some(Box::new(Least { field, least, rates, needs: vec![needed] }))
}

impl Check for Least {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let number = facts.measure(self.field)?;
        let mut least = self.least.unwrap_or(i32::MIN);
        let (mut label, mut basis) = ("", String::new());
        for (asked, rate) in &self.rates {
            let measure = facts.measure(*asked)?;
            let wanted = (f64::from(measure) * rate).ceil() as i32;
            if wanted > least {
                (least, label, basis) = (wanted, asked.label(), halves(measure));
            }
        }
        let args = || vec![halves(number), halves(least), basis.clone(), label.to_owned()];
        (number < least).then(|| Breach::new(self.field, args()))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::TOO_LITTLE
    }
}
