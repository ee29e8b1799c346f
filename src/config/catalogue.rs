//! The door to all files that people write.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use super::{
    ConfigError, dictionary, input,
    shelf::Shelf,
    source::{FileKind, Source},
    target,
};
use crate::{
    mapping::plan::InputMapping,
    model::Dictionary,
    rules::PackUse,
    spec::{Lints, did_you_mean},
    write::plan::Target,
};

/// All inputs, dictionaries, targets and packs by name. Each file is parsed once, on first use.
#[derive(Debug)]
pub struct Catalogue {
    dictionaries: Shelf<Dictionary>,
    targets: Shelf<Target>,
    inputs: Shelf<InputMapping>,
    packs: Shelf<()>,
    /// The packs that a name stands for, once it was asked for.
    pub(super) judging: Mutex<BTreeMap<String, Vec<PackUse>>>,
    /// What went wrong while the folder was listed; told before anything else.
    listing: Lints,
    all_inputs: OnceLock<Result<Vec<Arc<InputMapping>>, Lints>>,
    all_targets: OnceLock<Result<Vec<Arc<Target>>, Lints>>,
}

impl Catalogue {
    /// Lists the embedded files and those of a folder laid out like `mappings/` (`inputs/`, `dictionaries/`,
    /// `targets/` with `templates/`, `packs/`). A file on disk wins over an embedded one of the same
    /// name; others are added. Nothing is parsed yet. A folder that is not there or cannot be listed is a lint of every
    /// later question.
    pub fn open(folder: Option<PathBuf>) -> Catalogue {
        let folder = folder.as_deref();
        let (dictionaries, found) = Shelf::open(FileKind::Dictionary, folder);
        let mut listing = found.0;
        let (targets, found) = Shelf::open(FileKind::Target, folder);
        listing.extend(found.0);
        let (inputs, found) = Shelf::open(FileKind::Input, folder);
        listing.extend(found.0);
        let (packs, found) = Shelf::open(FileKind::Pack, folder);
        listing.extend(found.0);
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let (zh, en) = ("没有这个文件夹", "there is no such folder");
            listing.extend(Lints::unreadable(folder.to_owned(), zh.into(), en.into()).0);
        }
        Catalogue {
            dictionaries,
            targets,
            inputs,
            packs,
            judging: Mutex::default(),
            listing: Lints(listing),
            all_inputs: OnceLock::new(),
            all_targets: OnceLock::new(),
        }
    }

    /// All input mappings, by name.
    ///
    /// # Errors
    /// Every mistake of the inputs and of the dictionaries that they use.
    pub fn inputs(&self) -> Result<&[Arc<InputMapping>], Lints> {
        let all = self.all_inputs.get_or_init(|| {
            if !self.listing.is_empty() {
                return Err(self.listing.clone());
            }
            let mut lints = Lints::default();
            let mut plans = Vec::new();
            std::thread::scope(|scope| {
                // Parsing is half the time of a small document: it is shared with a second core. Without
                // one to be had, the loop below does it all.
                let ahead =
                    || self.inputs.names().rev().for_each(|name| drop(self.input_plan(name)));
                let _ = std::thread::Builder::new().spawn_scoped(scope, ahead);
                for name in self.inputs.names() {
                    gather(self.input_plan(name), &mut plans, &mut lints);
                }
            });
            if !lints.is_empty() {
                // A broken dictionary is told with its own places, before the inputs that use it.
                let mut before = self.dictionary_lints();
                before.0.append(&mut lints.0);
                return Err(before);
            }
            Ok(plans)
        });
        all.as_deref().map_err(Lints::clone)
    }

    /// An input mapping by name, or by the path of a TOML file.
    ///
    /// # Errors
    /// The name is unknown, or the file has mistakes.
    pub fn input(&self, name: &str) -> Result<Arc<InputMapping>, ConfigError> {
        if is_path(name) {
            let source = Source::from_disk(Path::new(name))?;
            return Ok(Arc::new(input::parse(&source, self, false)?));
        }
        self.found(FileKind::Input, name, self.input_plan(name))
    }

    /// All targets, by name; reads every template.
    ///
    /// # Errors
    /// Every mistake of the targets.
    pub fn targets(&self) -> Result<&[Arc<Target>], Lints> {
        let all = self.all_targets.get_or_init(|| {
            if !self.listing.is_empty() {
                return Err(self.listing.clone());
            }
            let mut lints = Lints::default();
            let mut plans = Vec::new();
            for name in self.targets.names() {
                gather(self.target_plan(name), &mut plans, &mut lints);
            }
            if lints.is_empty() { Ok(plans) } else { Err(lints) }
        });
        all.as_deref().map_err(Lints::clone)
    }

    /// A target by name, or by the path of a TOML file (its template lies relative to that file).
    ///
    /// # Errors
    /// The name is unknown, the file has mistakes, or its template lacks something.
    pub fn target(&self, name: &str) -> Result<Arc<Target>, ConfigError> {
        if is_path(name) {
            let source = Source::from_disk(Path::new(name))?;
            return Ok(Arc::new(target::parse(&source, self)?));
        }
        self.found(FileKind::Target, name, self.target_plan(name))
    }

    /// A dictionary by name.
    ///
    /// # Errors
    /// The name is unknown, or the file has mistakes.
    pub fn dictionary(&self, name: &str) -> Result<Arc<Dictionary>, ConfigError> {
        let plan = self.dictionaries.plan(name, dictionary::parse);
        self.found(FileKind::Dictionary, name, plan)
    }

    /// All names of a kind, sorted. Parses nothing.
    pub fn names(&self, kind: FileKind) -> Vec<&str> {
        match kind {
            FileKind::Input => self.inputs.names().collect(),
            FileKind::Dictionary => self.dictionaries.names().collect(),
            FileKind::Target => self.targets.names().collect(),
            FileKind::Pack => self.packs.names().collect(),
        }
    }

    /// The text of a file by name, or by path, for `show`.
    ///
    /// # Errors
    /// The name is unknown, or the file cannot be read.
    pub fn source(&self, kind: FileKind, name: &str) -> Result<Source, ConfigError> {
        if is_path(name) {
            return Ok(Source::from_disk(Path::new(name))?);
        }
        let found = match kind {
            FileKind::Input => self.inputs.source(name),
            FileKind::Dictionary => self.dictionaries.source(name),
            FileKind::Target => self.targets.source(name),
            FileKind::Pack => self.packs.source(name),
        };
        self.found(kind, name, found)
    }

    /// All pack names, sorted. Parses nothing.
    pub fn pack_names(&self) -> Vec<&str> {
        self.names(FileKind::Pack)
    }

    /// Path (for lints) and text of a pack, for `rules` to parse.
    ///
    /// # Errors
    /// The name is unknown, or the file cannot be read.
    pub fn pack_source(&self, name: &str) -> Result<(PathBuf, String), ConfigError> {
        let source = self.source(FileKind::Pack, name)?;
        Ok((source.path, source.text.into_owned()))
    }

    /// Checks files without running anything: the given ones, or all if none is given. Packs are left to `rules`.
    /// Gives every mistake of every file, each once.
    pub fn check(&self, paths: &[PathBuf]) -> Lints {
        if !self.listing.is_empty() {
            return self.listing.clone();
        }
        let mut lints = Lints::default();
        if paths.is_empty() {
            lints.0.extend(self.dictionary_lints().0);
            lints.0.extend(self.targets().err().unwrap_or_default().0);
            for name in self.inputs.names() {
                if let Some(Ok(source)) = self.inputs.source(name) {
                    lints.0.extend(input::parse(&source, self, true).err().unwrap_or_default().0);
                }
            }
        }
        for path in paths {
            lints.0.extend(self.check_file(path).err().unwrap_or_default().0);
        }
        let mut told = Vec::new();
        for lint in lints.0 {
            if !told.contains(&lint) {
                told.push(lint);
            }
        }
        Lints(told)
    }

    fn check_file(&self, path: &Path) -> Result<(), Lints> {
        let source = Source::from_disk(path)?;
        match source.kind() {
            FileKind::Input => input::parse(&source, self, true).map(drop),
            FileKind::Dictionary => dictionary::parse(&source).map(drop),
            FileKind::Target => target::parse(&source, self).map(drop),
            FileKind::Pack => Ok(()),
        }
    }

    fn input_plan(&self, name: &str) -> Option<Result<Arc<InputMapping>, Lints>> {
        self.inputs.plan(name, |source| input::parse(source, self, false))
    }

    fn target_plan(&self, name: &str) -> Option<Result<Arc<Target>, Lints>> {
        self.targets.plan(name, |source| target::parse(source, self))
    }

    fn dictionary_lints(&self) -> Lints {
        let mut lints = Lints::default();
        for name in self.dictionaries.names() {
            gather(self.dictionaries.plan(name, dictionary::parse), &mut Vec::new(), &mut lints);
        }
        lints
    }

    fn found<T>(
        &self,
        kind: FileKind,
        name: &str,
        found: Option<Result<T, Lints>>,
    ) -> Result<T, ConfigError> {
        if !self.listing.is_empty() {
            return Err(self.listing.clone().into());
        }
        let Some(found) = found else {
            let known = self.names(kind);
            let near = did_you_mean(name, known.iter().copied()).map(str::to_owned);
            let known = known.into_iter().map(str::to_owned).collect();
            return Err(ConfigError::Unknown { kind, name: name.to_owned(), near, known });
        };
        Ok(found?)
    }
}

fn gather<T>(plan: Option<Result<Arc<T>, Lints>>, plans: &mut Vec<Arc<T>>, lints: &mut Lints) {
    match plan {
        Some(Ok(plan)) => plans.push(plan),
        Some(Err(found)) => lints.0.extend(found.0),
        None => {}
    }
}

/// Whether a name is meant as the path of a file.
pub(super) fn is_path(name: &str) -> bool {
    name.ends_with(".toml") || name.contains(['/', '\\'])
}
