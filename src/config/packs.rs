//! Packs by name: their text is ours, their rules are the rules floor's.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use super::{Catalogue, ConfigError, catalogue::is_path};
use crate::{
    rules::{Pack, PackText, PackUse, Status, pack},
    spec::{Lint, Lints, did_you_mean},
};

/// Packs that rest on packs that rest on packs … end here: nation, province, city, organisation, and some to spare.
const MOST_LAYERS: usize = 8;

impl Catalogue {
    /// The packs that a name stands for: a dated name pins one version; a family's name brings all its versions that
    /// are no drafts, of which the one in force on a record's date judges it. Packs that a pack extends come before it,
    /// with its overrides in them.
    ///
    /// # Errors
    /// The name is unknown, or a file has mistakes.
    pub fn packs(&self, name: &str) -> Result<Vec<PackUse>, ConfigError> {
        // Parsed once for all documents; a file named by its path may change.
        let judging = || self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = judging().get(name) {
            return Ok(known.clone());
        }
        let mut found = Vec::new();
        self.gather(name, &[], &mut found)?;
        if !is_path(name) {
            judging().insert(name.to_owned(), found.clone());
        }
        Ok(found)
    }

    /// Gathers the packs of a name under those laid over them, from the widest to the nearest.
    fn gather(
        &self,
        name: &str,
        over: &[PackText],
        found: &mut Vec<PackUse>,
    ) -> Result<(), ConfigError> {
        let mut versions = Vec::new();
        for known in self.pack_names().into_iter().filter(|known| known.starts_with(name)) {
            let text = self.pack_text(known)?;
            let pack = pack::read_under(&text, over)?;
            if known != name && pack.head.family == name && pack.head.status != Status::Draft {
                versions.push((text, pack));
            }
        }
        let is_pinned = versions.is_empty();
        if is_pinned {
            let text = self.pack_text(name)?;
            let pack = pack::read_under(&text, over)?;
            versions.push((text, pack));
        }
        for (text, pack) in versions {
            let before = found.len();
            let path = text.path.clone();
            if !pack.head.extends.is_empty() {
                if over.len() >= MOST_LAYERS || over.iter().any(|upper| upper.path == path) {
                    let (zh, en) = ("extends 绕成了圈", "extends leads back to itself");
                    return Err(lint(&path, 1, zh, en).into());
                }
                let below: Vec<PackText> =
                    std::iter::once(text).chain(over.iter().cloned()).collect();
                for base in &pack.head.extends {
                    self.gather(base, &below, found)?;
                }
            }
            check_overrides(&pack, &path, found.get(before..).unwrap_or_default())?;
            found.push(PackUse { pack: Arc::new(pack), is_pinned });
        }
        Ok(())
    }

    /// A pack by name, or by the path of a TOML file, without those that it extends.
    ///
    /// # Errors
    /// The name is unknown, or the file has mistakes.
    pub fn pack(&self, name: &str) -> Result<Arc<Pack>, ConfigError> {
        Ok(Arc::new(pack::read_under(&self.pack_text(name)?, &[])?))
    }

    fn pack_text(&self, name: &str) -> Result<PackText, ConfigError> {
        let (path, text) = self.pack_source(name)?;
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(PackText { name: stem.unwrap_or_default(), path, text })
    }
}

/// Every rule that a pack overrides must be one of a pack below it.
fn check_overrides(pack: &Pack, path: &Path, below: &[PackUse]) -> Result<(), Lints> {
    let known: Vec<&str> =
        below.iter().flat_map(|used| used.pack.ids.iter().map(String::as_str)).collect();
    let mut lints = Lints::default();
    for (id, line) in &pack.overrides {
        if known.contains(&id.as_str()) {
            continue;
        }
        let near = did_you_mean(id, known.iter().copied());
        let (zh, en) = near.map_or_else(Default::default, |near| {
            (format!("，是否想写“{near}”？"), format!("; did you mean {near}?"))
        });
        let zh = format!("下层规则包里没有规则“{id}”{zh}");
        lints.0.extend(lint(path, *line, zh, format!("no pack below has a rule {id}{en}")).0);
    }
    if lints.is_empty() { Ok(()) } else { Err(lints) }
}

fn lint(path: &Path, line: u32, zh: impl Into<String>, en: impl Into<String>) -> Lints {
    let file: PathBuf = path.to_owned();
    Lints(vec![Lint { file, line, column: 1, message: [zh.into(), en.into()] }])
}
