//! A package as it came, with an overlay of the parts that change. Names match as programs write them:
//! upper or lower case, `/` or `\`. Knows no XML beyond encodings.

pub(in crate::write::annotate) mod book;
pub(in crate::write::annotate) mod custom;
pub(in crate::write::annotate) mod rels;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Cursor, Read},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashMap;
use zip::ZipArchive;

use crate::write::annotate::AnnotateError;
use crate::write::{
    deflate::Level,
    package::{PackageError, PackageWriter},
    part_file::PartFile,
};

/// A part that is edited in memory may have this many bytes.
const MAX_PART_BYTES: u64 = 64 << 20;

/// What becomes of a part.
enum Change {
    Dropped,
    Now {
        name: String,
        bytes: Vec<u8>,
    },
    /// Written by the caller as a stream.
    Streamed,
}

/// The parts of a package.
pub(in crate::write::annotate) struct Parts {
    path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
    /// Name as stored, and key, in the order of the package.
    members: Vec<(String, String)>,
    places: FxHashMap<String, usize>,
    changes: BTreeMap<String, Change>,
}

/// The form in which part names are compared.
fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

impl Parts {
    /// Opens a package.
    pub(in crate::write::annotate) fn open(path: &Path) -> Result<Parts, AnnotateError> {
        let file = File::open(path)
            .map_err(|source| AnnotateError::Read { path: path.to_owned(), source })?;
        let archive = ZipArchive::new(BufReader::with_capacity(1 << 16, file))
            .map_err(|source| AnnotateError::Package { path: path.to_owned(), source })?;
        let mut members = Vec::with_capacity(archive.len());
        let mut places = FxHashMap::default();
        for (index, name) in archive.file_names().enumerate() {
            let name = name
                .map_err(|source| AnnotateError::Package { path: path.to_owned(), source })?
                .into_owned();
            places.insert(key(&name), index);
            members.push((key(&name), name));
        }
        let members = members.into_iter().map(|(key, name)| (name, key)).collect();
        Ok(Parts { path: path.to_owned(), archive, members, places, changes: BTreeMap::new() })
    }

    /// Whether the package, as it is to be, has a part.
    pub(in crate::write::annotate) fn has(&self, name: &str) -> bool {
        match self.changes.get(&key(name)) {
            Some(change) => !matches!(change, Change::Dropped),
            None => self.places.contains_key(&key(name)),
        }
    }

    /// A part's bytes in UTF-8, edits so far included; `None` if there is no such part.
    pub(in crate::write::annotate) fn read(
        &mut self,
        name: &str,
    ) -> Result<Option<Vec<u8>>, AnnotateError> {
        match self.changes.get(&key(name)) {
            Some(Change::Dropped | Change::Streamed) => return Ok(None),
            Some(Change::Now { bytes, .. }) => return Ok(Some(bytes.clone())),
            None => {}
        }
        let Some(mut stream) = self.stream(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = stream.by_ref().take(MAX_PART_BYTES + 1).read_to_end(&mut bytes);
        drop(stream);
        read.map_err(|source| AnnotateError::Read { path: self.path.clone(), source })?;
        if bytes.len() as u64 > MAX_PART_BYTES {
            return Err(AnnotateError::Part { name: name.to_owned(), what: "is too long" });
        }
        Ok(Some(in_utf8(bytes)))
    }

    /// A part of the package as it came, as a stream of UTF-8.
    pub(in crate::write::annotate) fn stream(
        &mut self,
        name: &str,
    ) -> Result<Option<Box<dyn Read + '_>>, AnnotateError> {
        let Some(index) = self.places.get(&key(name)).copied() else { return Ok(None) };
        let path = self.path.clone();
        let broken = |source| AnnotateError::Package { path: path.clone(), source };
        let mut head = [0u8; 2];
        let wide = {
            let mut member = self.archive.by_index(index).map_err(broken)?;
            member.read_exact(&mut head).is_ok() && is_wide(head)
        };
        let member = self.archive.by_index(index).map_err(broken)?;
        if !wide {
            return Ok(Some(Box::new(member)));
        }
        let mut bytes = Vec::new();
        member
            .take(MAX_PART_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|source| AnnotateError::Read { path: path.clone(), source })?;
        Ok(Some(Box::new(Cursor::new(in_utf8(bytes)))))
    }

    /// Gives a part new bytes, or adds it.
    pub(in crate::write::annotate) fn set(&mut self, name: &str, bytes: Vec<u8>) {
        let stored = self.places.get(&key(name)).and_then(|index| self.members.get(*index));
        let name = stored.map_or(name, |(name, _)| name).to_owned();
        self.changes.insert(key(&name), Change::Now { name, bytes });
    }

    /// Leaves a part out.
    pub(in crate::write::annotate) fn drop_part(&mut self, name: &str) {
        if self.places.contains_key(&key(name)) {
            self.changes.insert(key(name), Change::Dropped);
        } else {
            self.changes.remove(&key(name));
        }
    }

    /// Says that the caller writes this part itself, and gives the name it is stored under.
    pub(in crate::write::annotate) fn take_over(&mut self, name: &str) -> String {
        self.changes.insert(key(name), Change::Streamed);
        let stored = self.places.get(&key(name)).and_then(|index| self.members.get(*index));
        stored.map_or(name, |(name, _)| name).to_owned()
    }

    /// The first name `prefix N suffix` that no part has.
    pub(in crate::write::annotate) fn fresh_name(&self, prefix: &str, suffix: &str) -> String {
        let mut number = 1u32;
        loop {
            let name = format!("{prefix}{number}{suffix}");
            if !self.has(&name) {
                return name;
            }
            number += 1;
        }
    }

    /// Stored names that lie in a folder, as it is to be.
    pub(in crate::write::annotate) fn names_in(&self, folder: &str) -> Vec<String> {
        let inside = |(name, at): &(String, String)| {
            (at.starts_with(folder) && self.has(name)).then(|| name.clone())
        };
        self.members.iter().filter_map(inside).collect()
    }

    /// Writes all parts but those taken over: untouched ones byte for byte.
    pub(in crate::write::annotate) fn write_to(
        &mut self,
        package: &mut PackageWriter<PartFile>,
        level: Level,
    ) -> Result<(), PackageError> {
        for (index, (_, at)) in self.members.iter().enumerate() {
            match self.changes.get(at) {
                None => package.copy(&mut self.archive, index)?,
                Some(Change::Now { name, bytes }) if self.places.get(at) == Some(&index) => {
                    package.put_part(name, bytes, level)?;
                }
                Some(_) => {}
            }
        }
        for (at, change) in &self.changes {
            match change {
                Change::Now { name, bytes } if !self.places.contains_key(at) => {
                    package.put_part(name, bytes, level)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a part's first bytes are UTF-16, with or without a byte order mark.
fn is_wide(head: [u8; 2]) -> bool {
    matches!(head, [0xFE, 0xFF] | [0xFF, 0xFE] | [0, b'<'] | [b'<', 0])
}

/// A part's text in UTF-8, whatever it came in; a declared encoding is renamed with it.
fn in_utf8(bytes: Vec<u8>) -> Vec<u8> {
    let declared = || {
        let head = bytes.get(..bytes.len().min(120))?;
        let tag = crate::write::annotate::xml::next_tag(head, 0).filter(|tag| tag.start < 4)?;
        let label = crate::write::annotate::xml::attribute(tag.bytes(head), "encoding")?;
        encoding_rs::Encoding::for_label(label)
    };
    let encoding = match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, _)) => Some(encoding),
        None if bytes.starts_with(&[0, b'<']) => Some(encoding_rs::UTF_16BE),
        None if bytes.starts_with(&[b'<', 0]) => Some(encoding_rs::UTF_16LE),
        None => declared(),
    };
    match encoding.filter(|encoding| *encoding != encoding_rs::UTF_8) {
        Some(encoding) => {
            let text = encoding.decode(&bytes).0;
            let (head, rest) = text.split_once("?>").unwrap_or(("", &text));
            match head.is_empty() {
                true => rest.as_bytes().to_vec(),
                false => [br#"<?xml version="1.0" encoding="UTF-8"?>"#, rest.as_bytes()].concat(),
            }
        }
        None => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_in_another_encoding_becomes_utf_8() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>中</a>";
        let wide: Vec<u8> =
            [0xFEFFu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?><a>中</a>"#;
        assert_eq!(in_utf8(wide[2..].to_vec()), expected.as_bytes());
        assert_eq!(String::from_utf8(in_utf8(wide)).unwrap(), expected);
        let gbk = b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>\xD6\xD0</a>".to_vec();
        assert_eq!(String::from_utf8(in_utf8(gbk)).unwrap(), expected);
        let plain = "<a>中</a>".as_bytes().to_vec();
        assert_eq!(in_utf8(plain.clone()), plain);
    }
}
