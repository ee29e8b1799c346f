//! Two fields that must say the same.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{asked::Asked, facts::Facts},
};

/// `field` and `other` say the same, spaces and brackets' width apart.
#[derive(Debug)]
struct Same {
    field: Asked,
    other: Asked,
    /// Only a beginning of these words that the other lacks is a breach; empty: every difference.
    prefixes: Vec<String>,
    needs: Vec<Vec<Asked>>,
}

/// Builds a check of equality.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let (field, other) = (parts.params.field("field"), parts.params.field("other"));
    let (field, other) = (field?, other?);
    Some(Box::new(Same { field, other, prefixes: Vec::new(), needs: vec![vec![field, other]] }))
}

/// Builds a check of a name against the approved one: `prefixes` that were put before it.
pub fn name_unchanged(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let (field, other) = (parts.params.field("field"), parts.params.field("other"));
    let prefixes = parts.params.strings("prefixes");
    if prefixes.is_empty() {
        parts.params.missing("prefixes");
    }
    let (field, other) = (field?, other?);
    Some(Box::new(Same { field, other, prefixes, needs: vec![vec![field, other]] }))
}

/// Letters that count: no spaces, brackets and colons in half width.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| match letter {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '，' => ',',
        '“' | '”' => '"',
        other => other,
    })
}

impl Check for Same {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let (text, other) = (facts.text(self.field), facts.text(self.other));
        if text.is_empty() || other.is_empty() || letters(text).eq(letters(other)) {
            return None;
        }
        let shown = |asked: Asked, text: &str| {
            if asked.is_personal() { String::new() } else { text.to_owned() }
        };
        let mut args = vec![shown(self.field, text), shown(self.other, other)];
        if !self.prefixes.is_empty() {
            // An approved name may itself begin so.
            let is_added = |prefix: &&String| {
                text.starts_with(prefix.as_str()) && !other.starts_with(prefix.as_str())
            };
            args.push(self.prefixes.iter().find(is_added)?.clone());
        }
        Some(Breach::new(self.field, args))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn needs_values(&self) -> bool {
        false
    }

    fn code(&self) -> &'static Code {
        &judged::DIFFERS
    }
}
