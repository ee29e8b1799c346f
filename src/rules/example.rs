//! Runs the examples of a rule: records made of canonical texts.

use std::sync::Arc;

use super::{
    asked::Asked,
    facts::{Binding, Facts},
    pack::{Example, Pack, Rule},
};
use crate::model::{
    Batch, Field, FieldType, Kind, RecordHead, Slot, TextIn, Value, fields, grid::NO_COLUMN,
};

/// Runs all examples of a pack: the rule's id, and what differs from what the example says.
pub fn run_all(pack: &Pack) -> Vec<(&str, Result<(), String>)> {
    let of_records = pack.rules.iter().flat_map(|rule| {
        rule.examples.iter().map(|one| (rule.clause.rule.as_str(), run(rule, one)))
    });
    let of_activities = pack.activity.iter().flat_map(|rule| {
        rule.examples.iter().map(|one| (rule.clause.rule.as_str(), rule.run(one)))
    });
    of_records.chain(of_activities).collect()
}

/// Runs one example.
///
/// # Errors
/// What differs from what the example says.
fn run(rule: &Rule, example: &Example) -> Result<(), String> {
    let batch = batch(rule, example)?;
    let binding = Binding::new(&batch);
    let facts = Facts::new(&batch, &binding, 0, example.as_of);
    let found = if rule.when.holds(&facts) { rule.check.breach(&facts) } else { None };
    match (&found, example.is_breach) {
        (None, true) => Err("no breach was found".to_owned()),
        (Some(breach), false) => Err(format!("an unexpected breach: {}", breach.args.join(", "))),
        (Some(breach), true)
            if !example.proposed.is_empty()
                && breach.proposed.as_deref() != Some(&example.proposed) =>
        {
            Err(format!("it proposes {}", breach.proposed.as_deref().unwrap_or("nothing")))
        }
        _ => Ok(()),
    }
}

fn batch(rule: &Rule, example: &Example) -> Result<Batch, String> {
    let kind = rule.entity.first().copied().unwrap_or(Kind::Enrolment);
    let mut batch = Batch { kind: Some(kind), ..Batch::default() };
    let mut slots = Vec::new();
    for (name, text) in &example.record {
        let field = field(rule, name).ok_or(format!("unknown field {name}"))?;
        let start = batch.own.len() as u32;
        batch.own.push_str(text);
        let number = number(field.kind, text).ok_or(format!("{name}: cannot read {text}"))?;
        let end = batch.own.len() as u32;
        let text_in = if text.is_empty() { TextIn::Nothing } else { TextIn::Own };
        batch.values.push(Value { start, end, number, column: NO_COLUMN, text_in });
        slots.push(Slot { field, dictionary: None, column: NO_COLUMN });
    }
    batch.slots = Arc::new(slots);
    batch.heads.push(RecordHead { row: 1, ..RecordHead::default() });
    Ok(batch)
}

fn field(rule: &Rule, name: &str) -> Option<&'static Field> {
    let kinds = if rule.entity.is_empty() { &Kind::ALL[..] } else { &rule.entity };
    Asked::find(name)?;
    kinds.iter().find_map(|kind| fields::find(*kind, name))
}

fn number(kind: FieldType, text: &str) -> Option<i32> {
    use chrono::{Datelike, NaiveDate};
    let day = |text: &str| text.parse::<NaiveDate>().ok().map(|day| day.num_days_from_ce());
    match kind {
        _ if text.is_empty() => Some(0),
        FieldType::Halves => text.parse::<f64>().ok().map(|number| (number * 2.0) as i32),
        FieldType::Date => day(text),
        FieldType::DateTime => day(text.split(' ').next()?),
        FieldType::Integer => text.parse().ok(),
        _ => Some(0),
    }
}
