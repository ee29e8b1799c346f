//! Amounts by two words: credits of a paper by its language and the author's place, of a topic by its level and rank.

use rustc_hash::FxHashMap;

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
    },
};

/// `by = ["paper_language", "author_rank"]`, `amounts = { "中文/1" = 6, … }`; `field` may not be more, credits if left out.
/// Combinations that the table lacks are another rule's.
#[derive(Debug)]
struct Amounts {
    field: Asked,
    by: Vec<Asked>,
    amounts: FxHashMap<String, i32>,
    needs: Vec<Vec<Asked>>,
}

/// Builds the check.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let params = parts.params;
    let field = params.field_or("field", USUAL.credits)?;
    let by = params.fields("by");
    if by.is_empty() {
        params.missing("by");
    }
    let table = params.of("amounts");
    let amounts: FxHashMap<String, i32> = table
        .number_pairs("amounts")
        .into_iter()
        .map(|(word, amount)| (word.text, (amount * 2.0).round() as i32))
        .collect();
    if amounts.is_empty() {
        params.missing("amounts");
    }
    if let Some(odd) = amounts.keys().find(|key| key.split('/').count() != by.len()) {
        let zh = format!("“{odd}”应有 {} 段，用“/”分开", by.len());
        table.lint("amounts", zh, format!("{odd} must have {} parts, split by /", by.len()));
    }
    let needed = [field].into_iter().chain(by.iter().copied()).collect();
    Some(Box::new(Amounts { field, by, amounts, needs: vec![needed] }))
}

impl Check for Amounts {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let number = facts.measure(self.field)?;
        let mut key = String::new();
        for (at, asked) in self.by.iter().enumerate() {
            if at > 0 {
                key.push('/');
            }
            key.push_str(facts.text(*asked));
        }
        let most = *self.amounts.get(&key)?;
        let args = || vec![halves(number), halves(most), key];
        (number > most).then(|| Breach::new(self.field, args()).proposing(halves(most)))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::OVER_CAP
    }
}
