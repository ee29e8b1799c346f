//! A field may hold some values only, or must not hold some.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{asked::Asked, facts::Facts},
};

/// `field`, and `allowed = [..]` or `forbidden = [..]`; `match = "exact" | "prefix" | "contains"`. Blank cells pass, unless
/// `is_needed = true`.
#[derive(Debug)]
struct Values {
    field: Asked,
    values: Vec<String>,
    is_allowing: bool,
    way: Way,
    is_needed: bool,
    needs: Vec<Vec<Asked>>,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Exact,
    Prefix,
    Contains,
}

/// Builds a check with `allowed`.
pub fn allowed(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    build(parts, "allowed", true)
}

/// Builds a check with `forbidden`.
pub fn forbidden(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    build(parts, "forbidden", false)
}

fn build(parts: &Parts<'_, '_>, key: &'static str, is_allowing: bool) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let field = params.field("field");
    let values = params.strings(key);
    if values.is_empty() {
        params.missing(key);
    }
    let ways = [("exact", Way::Exact), ("prefix", Way::Prefix), ("contains", Way::Contains)];
    let way =
        if params.has("match") { params.of("match").choice("match", &ways)? } else { Way::Exact };
    let (field, is_needed) = (field?, params.is("is_needed"));
    let needs = vec![vec![field]];
    Some(Box::new(Values { field, values, is_allowing, way, is_needed, needs }))
}

impl Check for Values {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let text = facts.text(self.field);
        if text.is_empty() {
            let named = self.values.join("、");
            return self.is_needed.then(|| Breach::new(self.field, vec![String::new(), named]));
        }
        let is_one = |value: &&String| match self.way {
            Way::Exact => text == value.as_str(),
            Way::Prefix => text.starts_with(value.as_str()),
            Way::Contains => text.contains(value.as_str()),
        };
        let found = self.values.iter().find(is_one);
        let named = match (found, self.is_allowing) {
            (Some(_), true) | (None, false) => return None,
            (Some(value), false) => value.clone(),
            (None, true) => self.values.join("、"),
        };
        // What a person typed must not be repeated in words that nobody masks.
        let shown = if self.field.is_personal() { String::new() } else { text.to_owned() };
        Some(Breach::new(self.field, vec![shown, named]))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        if self.is_allowing { &judged::VALUE_NOT_ALLOWED } else { &judged::VALUE_FORBIDDEN }
    }
}
