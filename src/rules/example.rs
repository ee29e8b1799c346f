//! Runs the examples of a rule: records made of canonical texts.

use std::sync::Arc;

use super::{
    facts::{Binding, Facts},
    pack::{Example, Pack, Rule},
};
use crate::model::{
    Batch, FieldType, Kind, RecordHead, Slot, TextIn, Value, fields, grid::NO_COLUMN,
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
    let batch = batch(example)?;
    let binding = Binding::new(&batch);
    let found = rule.check.breach(&Facts::new(&batch, &binding, 0));
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

fn batch(example: &Example) -> Result<Batch, String> {
    let mut batch = Batch { kind: Some(Kind::Enrolment), ..Batch::default() };
    let mut slots = Vec::new();
    for (name, text) in &example.record {
        let field = fields::find(Kind::Enrolment, name).ok_or(format!("unknown field {name}"))?;
        let start = batch.own.len() as u32;
        batch.own.push_str(text);
        let number = number(field.kind, text).ok_or(format!("{name}: cannot read {text}"))?;
        let end = batch.own.len() as u32;
        batch.values.push(Value { start, end, number, column: NO_COLUMN, text_in: TextIn::Own });
        slots.push(Slot { field, dictionary: None, column: NO_COLUMN });
    }
    batch.slots = Arc::new(slots);
    batch.heads.push(RecordHead { row: 1, ..RecordHead::default() });
    Ok(batch)
}

fn number(kind: FieldType, text: &str) -> Option<i32> {
    use chrono::Datelike;
    match kind {
        FieldType::Halves => text.parse::<f64>().ok().map(|number| (number * 2.0) as i32),
        FieldType::Date => text.parse::<chrono::NaiveDate>().ok().map(|day| day.num_days_from_ce()),
        FieldType::Integer => text.parse().ok(),
        _ => Some(0),
    }
}
