//! A condition that people write themselves: `must = "credits <= 2 * days"`.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{asked::Asked, expression::Expression, facts::Facts},
};

#[derive(Debug)]
struct Must {
    expression: Expression,
    field: Asked,
    needs: Vec<Vec<Asked>>,
}

/// Builds the check; `field` says which cell is marked, the first one that the condition names if left out.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let expression = Expression::read(parts.params, "must")?;
    let first = *expression.fields().first()?;
    let field = parts.params.field_or("field", first)?;
    let needs = vec![expression.fields().to_vec()];
    Some(Box::new(Must { expression, field, needs }))
}

impl Check for Must {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        if self.expression.holds(facts)? {
            return None;
        }
        let text = if self.field.is_personal() { "" } else { facts.text(self.field) };
        Some(Breach::new(self.field, vec![text.to_owned()]))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::OWN_RULE
    }
}
