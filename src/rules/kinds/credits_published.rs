//! Credits may not exceed what was published for the project.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
    },
};

#[derive(Debug)]
struct CreditsPublished {
    needs: Vec<Vec<Asked>>,
}

/// Builds the check; it has no parameters.
pub fn build(_parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let needs = vec![vec![USUAL.credits, USUAL.published]];
    Some(Box::new(CreditsPublished { needs }))
}

impl Check for CreditsPublished {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let usual = &*USUAL;
        let (credits, published) = (facts.number(usual.credits)?, facts.number(usual.published)?);
        let args = || vec![halves(credits), halves(published)];
        (credits > published)
            .then(|| Breach::new(usual.credits, args()).proposing(halves(published)))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::CREDITS_OVER_PUBLISHED
    }
}
