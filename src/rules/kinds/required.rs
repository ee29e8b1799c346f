//! Fields that must be filled in.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{asked::Asked, facts::Facts},
};

/// `fields = [..]`: all of them; `any = [..]`: at least one.
#[derive(Debug)]
struct Required {
    fields: Vec<Asked>,
    any: Vec<Asked>,
    needs: Vec<Vec<Asked>>,
}

/// Builds the check.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let (fields, any) = (params.fields("fields"), params.fields("any"));
    if fields.is_empty() && any.is_empty() {
        params.lint("fields", "缺少 fields 或 any", "fields or any is missing");
        return None;
    }
    let needs = if any.is_empty() {
        vec![fields.clone()]
    } else {
        let one = |asked: &Asked| fields.iter().copied().chain([*asked]).collect();
        any.iter().map(one).collect()
    };
    Some(Box::new(Required { fields, any, needs }))
}

impl Check for Required {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let mut missing: Vec<Asked> =
            self.fields.iter().copied().filter(|asked| !facts.has(*asked)).collect();
        if !self.any.is_empty() && !self.any.iter().any(|asked| facts.has(*asked)) {
            missing.extend(&self.any);
        }
        let about = *missing.first()?;
        let labels: Vec<&str> = missing.iter().map(|asked| asked.label()).collect();
        let names: Vec<&str> = missing.iter().map(|asked| asked.name()).collect();
        Some(Breach::new(about, vec![labels.join("、"), names.join(", ")]))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        &judged::RULE_FIELD_MISSING
    }
}
