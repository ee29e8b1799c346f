//! What a route's documents are judged beside: its staff masters and the accepted repairs of the home, kept until
//! their files change.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Gateway,
    retry::Cause,
    setup::{Print, Setup, note},
    step::Spoilt,
    words,
};
use crate::{
    config::{Route, repairs},
    model::Past,
    pipeline::past::{self, PastError},
};

/// The pasts of all routes, as last read.
#[derive(Default)]
pub(super) struct Pasts(Mutex<BTreeMap<String, Kept>>);

struct Kept {
    /// The route's digest and the files' lengths and times.
    digest: String,
    print: Print,
    past: Arc<Past>,
}

impl Gateway {
    /// What the documents of a route are judged beside. Whoever asks while it is read waits for it.
    pub(super) fn past(&self, setup: &Setup, route: &Route) -> Result<Arc<Past>, Spoilt> {
        if route.with.is_empty() {
            return Ok(Arc::default());
        }
        let print = self.print(route)?;
        let mut kept = self.pasts.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&Kept| kept.digest == route.digest && kept.print == print;
        if let Some(kept) = kept.get(&route.name).filter(same) {
            return Ok(Arc::clone(&kept.past));
        }
        let accepted = repairs::read(&self.plan.home).map_err(|lints| {
            let told = lints.render(self.lang());
            Spoilt::Stuck(words::CONFIGURATION.tell(self.lang(), told.trim()))
        })?;
        let accepted = Some((accepted, past::hasher(self.lookup.clone())));
        let loaded = past::load(&setup.catalogue, &route.with, accepted, route.lang)
            .map_err(|error| self.past_fault(error))?;
        for told in &loaded.documents {
            let (people, errors) = (told.people, told.findings.error);
            tracing::info!(route = route.name, people, errors, "read a staff master");
        }
        let past = Arc::new(loaded.past);
        let digest = route.digest.clone();
        kept.insert(route.name.clone(), Kept { digest, print, past: Arc::clone(&past) });
        Ok(past)
    }

    /// Lengths and times of everything that the past is made from.
    fn print(&self, route: &Route) -> Result<Print, Spoilt> {
        let mut print = Print::new();
        for path in &route.with {
            let before = print.len();
            note(path, &mut print);
            if print.len() == before {
                let sentence = words::WITH_MISSING.tell(self.lang(), &self.shown(path));
                return Err(Spoilt::Later(Cause::World, sentence));
            }
        }
        note(&repairs::path(&self.plan.home), &mut print);
        Ok(print)
    }

    fn past_fault(&self, error: PastError) -> Spoilt {
        match error {
            PastError::Convert { source, .. } => self.convert_fault(*source),
            PastError::NoTable { path, why } => {
                let told = format!("{}: {}", self.shown(&path), why);
                Spoilt::Later(Cause::World, words::WITH_UNFIT.tell(self.lang(), &told))
            }
        }
    }

    /// A path as `route.toml` has it.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.plan.home).unwrap_or(path).display().to_string()
    }
}
