//! What people configured, as it stands on disk now: mappings and routes, read again when their files change.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::UNIX_EPOCH,
};

use crate::{
    config::{Catalogue, Gateway as Plan, Route, repairs},
    spec::Lints,
};

/// One reading of the files.
pub struct Setup {
    /// Mappings, dictionaries, targets, packs.
    pub catalogue: Catalogue,
    /// Routes that work, by name; switched-off ones are not among them.
    pub routes: BTreeMap<String, Arc<Route>>,
    /// Routes with mistakes.
    pub broken: Vec<(String, Lints)>,
    print: Print,
}

/// What tells one state of the files from another: paths, lengths, times.
pub(super) type Print = Vec<(PathBuf, u64, u128)>;

/// The present setup; threads hold on to the one they began a document with.
pub struct Setups {
    plan: Plan,
    mappings: Option<PathBuf>,
    now: RwLock<Arc<Setup>>,
}

impl Setups {
    /// Reads everything.
    pub fn read(plan: Plan, mappings: Option<PathBuf>) -> Setups {
        let setup = read(&plan, mappings.as_deref());
        Setups { plan, mappings, now: RwLock::new(Arc::new(setup)) }
    }

    /// The setup as last read.
    pub fn now(&self) -> Arc<Setup> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads again if a file changed; says whether.
    pub fn refresh(&self) -> bool {
        let now = self.now();
        let mut print = print(&self.plan.home, self.mappings.as_deref());
        print.append(&mut print_of_masters(&now.routes));
        if now.print == print {
            return false;
        }
        let setup = Arc::new(read(&self.plan, self.mappings.as_deref()));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = setup;
        true
    }
}

fn read(plan: &Plan, mappings: Option<&Path>) -> Setup {
    let mut print = print(&plan.home, mappings);
    let catalogue = Catalogue::open(mappings.map(Path::to_owned));
    let mut routes = BTreeMap::new();
    let mut broken = Vec::new();
    for (name, route) in plan.routes(&catalogue) {
        match route {
            Ok(route) if route.is_on => drop(routes.insert(name, Arc::new(route))),
            Ok(_) => {}
            Err(lints) => broken.push((name, lints)),
        }
    }
    print.append(&mut print_of_masters(&routes));
    Setup { catalogue, routes, broken, print }
}

fn print(home: &Path, mappings: Option<&Path>) -> Print {
    let mut print = Print::new();
    note(&repairs::path(home), &mut print);
    for folder in list(home) {
        note(&folder.join("route.toml"), &mut print);
    }
    for folder in mappings.map(list).unwrap_or_default() {
        for path in list(&folder) {
            note(&path, &mut print);
            list(&path).iter().for_each(|path| note(path, &mut print));
        }
    }
    print.sort();
    print
}

/// The staff masters that routes name.
fn print_of_masters(routes: &BTreeMap<String, Arc<Route>>) -> Print {
    let mut print = Print::new();
    routes.values().flat_map(|route| &route.with).for_each(|path| note(path, &mut print));
    print
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

pub(super) fn note(path: &Path, print: &mut Print) {
    let Ok(about) = std::fs::metadata(path) else { return };
    let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    print.push((path.to_owned(), about.len(), changed.map_or(0, |time| time.as_nanos())));
}
