//! The zip container: parts found by name whatever their case and slashes. The one place that knows the `zip` crate.

mod decode;
mod part;

use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use zip::{CompressionMethod, ZipArchive};

pub use self::decode::TextPart;
use self::part::{Budget, PartPlace, PartReader};
use super::fault::Fault;
use super::window::Window;

/// A container with more members than this is no workbook.
const MAX_MEMBERS: usize = 65_536;

/// Parts up to this size are read in one go.
const SMALL_PART: u64 = 1 << 17;

/// An opened container.
pub struct Package {
    path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
    names: FxHashMap<String, usize>,
    budget: Budget,
    /// Parts that the container holds twice under one name, as far as known.
    pub duplicates: Vec<String>,
}

/// How a part's bytes reach a reader on any thread.
#[derive(Clone, Debug)]
pub struct PartSource {
    path: PathBuf,
    place: PartPlace,
    budget: Budget,
}

impl Package {
    /// Reads the container's directory.
    ///
    /// # Errors
    /// [`Fault::Broken`] when there is none; the file cannot be read.
    pub fn open(path: &Path) -> Result<Package, Fault> {
        let file = File::open(path).map_err(Fault::Io)?;
        let archive = ZipArchive::new(BufReader::with_capacity(1 << 13, file)).map_err(fault)?;
        if archive.len() > MAX_MEMBERS {
            return Err(Fault::TooLarge("65536"));
        }
        let mut names = FxHashMap::default();
        let mut duplicates = Vec::new();
        for index in 0..archive.len() {
            let Ok(member) = archive.by_index_data(index) else { continue };
            let name = normal(&String::from_utf8_lossy(member.name_raw()));
            match names.entry(name) {
                Entry::Occupied(first) => duplicates.push(first.key().clone()),
                Entry::Vacant(place) => drop(place.insert(index)),
            }
        }
        if archive.has_duplicate_names() && duplicates.is_empty() {
            duplicates.push("*.xml".to_owned());
        }
        Ok(Package { path: path.to_owned(), archive, names, budget: Budget::default(), duplicates })
    }

    /// Names of all parts, lower case with forward slashes, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Finds a part whatever the case and slashes of its name.
    ///
    /// # Errors
    /// The part is encrypted, compressed in a way no workbook is, or lies outside the file.
    pub fn part(&mut self, name: &str) -> Result<Option<PartSource>, Fault> {
        let Some(index) = self.names.get(&normal(name)) else { return Ok(None) };
        let member = self.archive.by_index_raw(*index).map_err(fault)?;
        if member.encrypted() {
            return Err(Fault::Encrypted);
        }
        let is_deflated = match member.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => return Err(Fault::Broken),
        };
        let place = PartPlace {
            name: String::from_utf8_lossy(member.name_raw()).into_owned(),
            offset: member.data_start().ok_or(Fault::Broken)?,
            compressed: member.compressed_size(),
            declared: member.size(),
            is_deflated,
            crc32: member.crc32(),
        };
        Ok(Some(PartSource { path: self.path.clone(), place, budget: self.budget.clone() }))
    }
}

impl PartSource {
    /// Name as the container spells it.
    pub fn name(&self) -> &str {
        &self.place.name
    }

    /// Uncompressed length as declared; a hint.
    pub fn declared(&self) -> u64 {
        self.place.declared
    }

    /// Opens the part for reading as it slides by.
    ///
    /// # Errors
    /// The part cannot be read.
    pub fn stream(&self) -> Result<Window, Fault> {
        Ok(Window::streaming(self.text()?))
    }

    /// Opens the part in the way that suits its size.
    ///
    /// # Errors
    /// The part is damaged or cannot be read.
    pub fn window(&self) -> Result<Window, Fault> {
        if self.place.declared <= SMALL_PART
            && let Some(window) = self.load(SMALL_PART as usize)?
        {
            return Ok(window);
        }
        self.stream()
    }

    /// Reads the whole part into memory; `None` when it is longer than `limit`.
    ///
    /// # Errors
    /// The part is damaged or cannot be read.
    pub fn load(&self, limit: usize) -> Result<Option<Window>, Fault> {
        let mut text = self.text()?;
        let hint = usize::try_from(self.place.declared).unwrap_or(limit).min(limit);
        let mut buffer = vec![0; hint + 16];
        let mut length = 0;
        loop {
            if buffer.len() - length < 16 {
                buffer.resize((buffer.len() * 2).max(1 << 12), 0);
            }
            let count = text.read(buffer.get_mut(length..).unwrap_or_default())?;
            length += count;
            if count == 0 {
                buffer.truncate(length);
                return Ok(Some(Window::whole(buffer)));
            }
            if length > limit {
                return Ok(None);
            }
        }
    }

    fn text(&self) -> Result<TextPart, Fault> {
        let file = File::open(&self.path).map_err(Fault::Io)?;
        TextPart::new(PartReader::new(file, &self.place, self.budget.clone())?)
    }
}

fn fault(error: zip::result::ZipError) -> Fault {
    match error {
        zip::result::ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Fault::Io(error)
        }
        _ => Fault::Broken,
    }
}

/// Names compare by lower case ASCII letters, forward slashes, without a leading slash.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}
