//! Credits may not exceed what was published for the project.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::facts::{Asked, Facts, halves},
};

#[derive(Debug)]
struct CreditsPublished;

/// Builds the check; it has no parameters.
pub fn build(_parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    Some(Box::new(CreditsPublished))
}

impl Check for CreditsPublished {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let (credits, published) = (facts.number(Asked::Credits)?, facts.number(Asked::Published)?);
        (credits > published).then(|| Breach {
            about: Asked::Credits,
            args: vec![halves(credits), halves(published)],
            proposed: Some(halves(published)),
        })
    }

    fn needs(&self) -> &'static [&'static [Asked]] {
        &[&[Asked::Credits, Asked::Published]]
    }

    fn code(&self) -> &'static Code {
        &judged::CREDITS_OVER_PUBLISHED
    }
}
