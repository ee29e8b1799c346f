//! Records that must not be at all, and records that a person must look at: the condition is the rule's `when`.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::Facts,
    },
};

#[derive(Debug)]
struct Meant {
    field: Asked,
    code: &'static Code,
}

/// A record that meets `when` is a breach; `field` says which cell is marked, the credits' if left out.
pub fn must_not_be(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    if !params.has("when") {
        params.lint("when", "缺少 when（哪些记录不允许）", "when is missing");
    }
    build(parts, &judged::MUST_NOT_BE)
}

/// A record that meets `when` is pointed out, once for all of them.
pub fn reminder(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    build(parts, &judged::LOOK_AT_IT)
}

fn build(parts: &Parts<'_, '_>, code: &'static Code) -> Option<Box<dyn Check>> {
    let field = parts.params.field_or("field", USUAL.credits)?;
    Some(Box::new(Meant { field, code }))
}

impl Check for Meant {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let text = if self.field.is_personal() { "" } else { facts.text(self.field) };
        Some(Breach::new(self.field, vec![text.to_owned()]))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &[]
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        self.code
    }
}
