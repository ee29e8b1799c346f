//! Which project a piece of evidence belongs to: its number in the path, the project's name in the path, the folder of
//! its roster, or the only project there is.

use std::collections::BTreeMap;

use super::{key, project::Project};
use crate::model::{Evidence, Finding, Place, codes::evidence as codes};

/// Letters that a project's name must have to be looked for in paths.
const LEAST_NAME: usize = 4;

/// Files without a project that are named one by one; more are named by their folders.
const MOST_NAMED: usize = 10;

/// The project of each piece of evidence.
pub struct Claims(Vec<Option<String>>);

impl Claims {
    /// Finds the project of every piece.
    pub fn new(projects: &BTreeMap<String, Project>, evidence: &[Evidence]) -> Claims {
        Claims(evidence.iter().map(|piece| claim(projects, piece)).collect())
    }

    /// Indexes of the evidence of a project.
    pub fn of(&self, number: &str) -> impl Iterator<Item = usize> {
        let claimed = self.0.iter().enumerate();
        claimed.filter(move |(_, of)| of.as_deref() == Some(number)).map(|(at, _)| at)
    }

    /// The number of the project that claims a piece.
    pub fn project_of(&self, at: usize) -> Option<&str> {
        self.0.get(at)?.as_deref()
    }

    /// Evidence that no project claims, named one by one or by folders.
    pub fn unclaimed(&self, evidence: &[Evidence]) -> Vec<Finding> {
        let left = self.0.iter().zip(evidence).filter(|(of, _)| of.is_none());
        let paths: Vec<&str> = left.map(|(_, piece)| piece.path.as_str()).collect();
        let told =
            |path: String| Finding::new(&codes::EVIDENCE_UNCLAIMED, Place::NOWHERE).arg(path);
        if paths.len() <= MOST_NAMED {
            return paths.into_iter().map(|path| told(path.to_owned())).collect();
        }
        let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
        for path in paths {
            let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default();
            *folders.entry(folder).or_default() += 1;
        }
        folders.into_iter().map(|(folder, count)| told(format!("{folder}* ({count})"))).collect()
    }
}

fn claim(projects: &BTreeMap<String, Project>, piece: &Evidence) -> Option<String> {
    let by_number = piece.project.as_deref().map(key).filter(|number| !number.is_empty());
    if let Some(number) = by_number.filter(|number| projects.contains_key(*number)) {
        return Some(number.to_owned());
    }
    let by_name = only(projects.iter().filter(|(_, project)| {
        project.name.chars().count() >= LEAST_NAME && piece.path.contains(&project.name)
    }));
    let by_folder = || {
        let mut folder = piece.path.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            let here = projects.iter().filter(|(_, project)| project.folders.contains(parent));
            let here: Vec<&String> = here.map(|(number, _)| number).collect();
            if !here.is_empty() {
                return only(here.into_iter().map(|number| (number, &())));
            }
            folder = parent;
        }
        None
    };
    by_name.or_else(by_folder).or_else(|| only(projects.iter()))
}

/// The number of the only project among some.
fn only<'p, T: 'p>(mut projects: impl Iterator<Item = (&'p String, &'p T)>) -> Option<String> {
    let (number, _) = projects.next()?;
    projects.next().is_none().then(|| number.clone())
}
