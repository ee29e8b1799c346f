//! Conditions that people write themselves, in the Common Expression Language (CEL): `credits <= 2 * days`.
//!
//! Only arithmetic, comparisons, `&& || !`, `a ? b : c`, lists with `in`, and a few questions about texts get in. There are
//! no loops, so that the cost of one record is bounded by the length of the condition. The crate is used here alone.

mod admit;

use std::sync::{Arc, LazyLock};

use cel::{Context, Env, IdedExpr, Value};

use super::{asked::Asked, facts::Facts, params::Params};
use crate::model::FieldType;

/// Longest condition, in bytes.
const MOST_BYTES: usize = 1000;

/// Deepest nesting: the parser beneath goes down once for each, and has no limit of its own.
const MOST_DEPTH: usize = 24;

/// Whether brackets, signs in a row or questions nest deeper than [`MOST_DEPTH`]. What stands within a text counts too;
/// nobody writes two dozen brackets there.
fn is_deep(text: &str) -> bool {
    let (mut open, mut signs, mut questions) = (0_usize, 0_usize, 0_usize);
    text.chars().filter(|letter| !letter.is_whitespace()).any(|letter| {
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            '?' => questions += 1,
            _ => {}
        }
        signs = if matches!(letter, '-' | '!') { signs + 1 } else { 0 };
        open.max(signs).max(questions) > MOST_DEPTH
    })
}

/// A condition over the fields of one record.
pub struct Expression {
    tree: IdedExpr,
    fields: Vec<Asked>,
    text: String,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

impl Expression {
    /// Reads a condition; everything wrong with it is a lint.
    pub fn read(params: &Params<'_, '_>, key: &'static str) -> Option<Expression> {
        let Some(text) = params.string(key) else {
            params.missing(key);
            return None;
        };
        if text.len() > MOST_BYTES {
            let zh = format!("条件太长：最多 {MOST_BYTES} 字节");
            params.lint(key, zh, format!("the condition is over {MOST_BYTES} bytes"));
            return None;
        }
        if is_deep(&text) {
            let zh = format!("条件套得太深：括号、正负号和问号最多 {MOST_DEPTH} 层");
            params.lint(key, zh, format!("the condition is nested over {MOST_DEPTH} deep"));
            return None;
        }
        let mut tree = match ENV.compile(&text) {
            Ok(program) => program.expression().clone(),
            Err(error) => {
                let error = error.to_string();
                let first = error.lines().next().unwrap_or_default();
                params.lint(
                    key,
                    format!("条件写错了：{first}"),
                    format!("cannot read it: {first}"),
                );
                return None;
            }
        };
        if let Err([zh, en]) = admit::admit(&mut tree) {
            params.lint(key, zh, en);
            return None;
        }
        let references = tree.references();
        let mut names: Vec<&str> = references.variables();
        names.sort_unstable();
        let at = params.of(key).place(key);
        let known = |name: &&str| {
            let word = crate::spec::Word { text: (*name).to_owned(), at };
            params.asked(key, &word)
        };
        let fields: Vec<Asked> = names.iter().filter_map(known).collect();
        if fields.is_empty() && names.is_empty() {
            params.lint(key, "条件里没有任何字段", "the condition names no field");
        }
        (!fields.is_empty() && fields.len() == names.len()).then(|| Expression {
            fields,
            text,
            tree: tree.clone(),
        })
    }

    /// The fields that it names, sorted.
    pub fn fields(&self) -> &[Asked] {
        &self.fields
    }

    /// Whether it holds for a record; `None` if the record lacks a field, or the sorts of values do not fit.
    pub fn holds(&self, facts: &Facts<'_>) -> Option<bool> {
        let mut context = Context::with_env(Arc::clone(&ENV));
        for asked in &self.fields {
            context.add_variable_from_value(asked.name(), value(*asked, facts)?);
        }
        match context.resolve(&self.tree) {
            Ok(Value::Bool(holds)) => Some(holds),
            _ => None,
        }
    }
}

/// A field's value: numbers and days as numbers, everything else as text.
fn value(asked: Asked, facts: &Facts<'_>) -> Option<Value> {
    Some(match asked.kind() {
        FieldType::Halves | FieldType::Integer => {
            Value::Float(f64::from(facts.measure(asked)?) / 2.0)
        }
        FieldType::Date => Value::Float(f64::from(facts.number(asked)?)),
        _ if facts.has(asked) => Value::from(facts.text(asked)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
