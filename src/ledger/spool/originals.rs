//! Originals: each document once, under the hash of its bytes.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Spool, SpoolError, error};
use crate::{
    disk::{self, Stamp},
    ledger::seal::{Packing, SealError, SealWriter},
    text::digest::hex,
};

const PORTION: usize = 1 << 17;

/// How files begin that deflate cannot make smaller: zip (xlsx, ods), gzip, 7z, RAR, xz.
const PACKED: &[&[u8]] =
    &[b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0"];

/// A document that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Which copy it was: the stamp it had.
    pub copy: String,
    /// Where it is, sealed.
    pub path: PathBuf,
    /// Whether the spool did not have it yet.
    pub is_new: bool,
}

/// The folders of the originals' first two digits, all of them: they are synced once and for ever.
pub(super) fn make_folders(originals: &Path) -> Result<(), SpoolError> {
    if originals.join("ff").is_dir() {
        return Ok(());
    }
    let made = || -> io::Result<()> {
        disk::private_folder(originals)?;
        for prefix in 0..=255u8 {
            disk::private_folder(&originals.join(hex(&[prefix])))?;
        }
        disk::sync_folder(originals)
    };
    error::at(originals, made())
}

pub(super) fn prefixes(originals: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(originals)?.map(|entry| Ok(entry?.path())).collect()
}

impl Spool {
    /// Takes a document in: reads it once, and hashes, compresses and seals it on the way. The
    /// document itself stays as and where it is. Nothing is synced: see [`Spool::sync`].
    ///
    /// # Errors
    /// `Changed` if somebody writes to it or swaps it meanwhile, `TooLarge`, `Unreadable`, `Full`, `Io`.
    /// Nothing is left in the spool then.
    pub fn take(&self, source: &Path, most_bytes: u64) -> Result<Taken, SpoolError> {
        self.take_watched(source, most_bytes, &|| ())
    }

    /// Takes a document in; `opened` is called once it is open, for tests to meddle with it.
    pub(super) fn take_watched(
        &self,
        source: &Path,
        most_bytes: u64,
        opened: &dyn Fn(),
    ) -> Result<Taken, SpoolError> {
        let unreadable = |source_error| unreadable(source, source_error);
        let (mut file, stamp) = disk::open_plain(source).map_err(unreadable)?;
        if stamp.bytes > most_bytes {
            return Err(SpoolError::TooLarge { path: source.to_owned(), most: most_bytes });
        }
        opened();
        let hidden = self.own.new_file();
        let sealed = self.seal_into(&hidden, source, &mut file, stamp.bytes);
        let (sha256, bytes) = sealed.inspect_err(|_| remove(&hidden))?;
        let is_same = bytes == stamp.bytes
            && file.metadata().is_ok_and(|told| Stamp::of(&told) == stamp)
            && disk::stamp(source).is_ok_and(|by_name| by_name == stamp);
        if !is_same {
            remove(&hidden);
            return Err(SpoolError::Changed { path: source.to_owned() });
        }
        let path = self.original(&sha256);
        let is_new = self.put(&hidden, &path, &sha256).inspect_err(|_| remove(&hidden))?;
        Ok(Taken { sha256, bytes, copy: stamp.to_string(), path, is_new })
    }

    /// Waits until what was taken is on the disk, names included. Must have returned before anything
    /// is promised to anybody.
    ///
    /// # Errors
    /// `Full`, `Io`: take the documents again.
    pub fn sync(&self, taken: &[Taken]) -> Result<(), SpoolError> {
        // Also what was there already: whoever put it there may have died before syncing it.
        let mut paths: Vec<PathBuf> = taken.iter().map(|taken| taken.path.clone()).collect();
        paths.sort();
        paths.dedup();
        error::at(&self.folder, disk::sync_files(&paths))?;
        let mut folders: Vec<PathBuf> =
            paths.iter().filter_map(|path| path.parent().map(Path::to_owned)).collect();
        folders.dedup();
        error::at(&self.folder, disk::sync_folders(&folders))
    }

    /// Whether the spool has an original.
    pub fn has(&self, sha256: &str) -> bool {
        self.original(sha256).is_file()
    }

    /// Writes an original, as it came, to a new file that only we may read.
    ///
    /// # Errors
    /// `Missing`, `Sealed`, `Full`, `Io`; no file is left then.
    pub fn unseal(&self, sha256: &str, to: &Path) -> Result<(), SpoolError> {
        let path = self.original(sha256);
        let opened = File::open(&path).map_err(SealError::Io);
        let opened = opened.map_err(|source| error::unsealing(&path, source))?;
        let mut target = error::at(to, disk::new_private(to))?;
        let copied = self.copy_unsealed((&path, opened), (to, &mut target), sha256);
        copied.inspect_err(|_| remove(to))
    }

    /// Removes an original and says how many bytes that freed; 0 if it was not there.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove_original(&self, sha256: &str) -> Result<u64, SpoolError> {
        let path = self.original(sha256);
        error::at(&path, removed_bytes(&path))
    }

    /// Where an original is or would be. What is no SHA-256 is nowhere.
    fn original(&self, sha256: &str) -> PathBuf {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let prefix = sha256.get(..2).filter(|_| sha256.len() == 64 && sha256.bytes().all(is_digit));
        match prefix {
            Some(prefix) => {
                self.folder.join("originals").join(prefix).join(format!("{sha256}.seal"))
            }
            None => self.folder.join("originals/none"),
        }
    }

    fn seal_into(
        &self,
        hidden: &Path,
        source: &Path,
        from: &mut File,
        expected: u64,
    ) -> Result<(String, u64), SpoolError> {
        let mut portion = portion_for(expected);
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        let mut writer: Option<SealWriter<BufWriter<File>>> = None;
        loop {
            let count = fill(from, &mut portion).map_err(|told| unreadable(source, told))?;
            let read = portion.get(..count).unwrap_or_default();
            bytes += count as u64;
            if bytes > expected {
                // Somebody may write faster than we read, for ever.
                return Err(SpoolError::Changed { path: source.to_owned() });
            }
            hasher.update(read);
            let writer = match &mut writer {
                Some(writer) => writer,
                empty => empty.insert(self.begin(hidden, packing_of(read))?),
            };
            error::at(hidden, writer.write_all(read))?;
            if count < portion.len() {
                break;
            }
        }
        if let Some(writer) = writer {
            error::at(hidden, writer.finish())?;
        }
        Ok((hex(&hasher.finalize()), bytes))
    }

    /// Begins a sealed file in the making.
    pub(super) fn begin(
        &self,
        hidden: &Path,
        packing: Packing,
    ) -> Result<SealWriter<BufWriter<File>>, SpoolError> {
        let begun = disk::new_private(hidden).and_then(|file| {
            // Room for the header and one chunk: small files are written at one go.
            self.keys.writer_as(packing, BufWriter::with_capacity((1 << 16) + 64, file))
        });
        error::at(hidden, begun)
    }

    /// Gives a sealed original its place, unless a good one stands there.
    fn put(&self, hidden: &Path, path: &Path, sha256: &str) -> Result<bool, SpoolError> {
        match disk::rename_new(hidden, path) {
            Ok(()) => return Ok(true),
            Err(refused) if refused.kind() == io::ErrorKind::AlreadyExists => {}
            Err(refused) => return Err(error::world(path, refused)),
        }
        // A power cut before the sync may have left an empty file under the right name, and a lost
        // key one that nobody can open: what was just sealed is better than either.
        let there = File::open(path).map_err(|source| error::world(path, source))?;
        match self.copy_unsealed((path, there), (path, &mut io::sink()), sha256) {
            Ok(()) => remove(hidden),
            Err(SpoolError::Sealed { source, .. }) if !matches!(source, SealError::Io(_)) => {
                error::at(path, fs::rename(hidden, path))?;
                return Ok(true);
            }
            Err(other) => return Err(other),
        }
        Ok(false)
    }

    /// Unseals, copies, and believes it only if the hash is right.
    fn copy_unsealed(
        &self,
        (path, from): (&Path, File),
        (to, target): (&Path, &mut dyn Write),
        sha256: &str,
    ) -> Result<(), SpoolError> {
        let sealed = |source| error::unsealing(path, source);
        let mut portion = portion_for(from.metadata().map_or(0, |told| told.len()));
        let mut reader = self.keys.reader(from).map_err(sealed)?;
        let mut hasher = Sha256::new();
        loop {
            let count = fill(&mut reader, &mut portion).map_err(|told| sealed(told.into()))?;
            let read = portion.get(..count).unwrap_or_default();
            hasher.update(read);
            error::at(to, target.write_all(read))?;
            if count < portion.len() {
                break;
            }
        }
        if hex(&hasher.finalize()) == sha256 {
            Ok(())
        } else {
            Err(sealed(SealError::Damaged { chunk: 0 }))
        }
    }
}

/// Room to read into: small documents must not pay for clearing that of large ones.
fn portion_for(bytes: u64) -> Vec<u8> {
    let bytes = usize::try_from(bytes).unwrap_or(PORTION);
    vec![0; bytes.saturating_add(1).clamp(1 << 10, PORTION)]
}

fn unreadable(path: &Path, source: io::Error) -> SpoolError {
    SpoolError::Unreadable { path: path.to_owned(), source }
}

fn packing_of(beginning: &[u8]) -> Packing {
    if PACKED.iter().any(|magic| beginning.starts_with(magic)) {
        Packing::AsItCame
    } else {
        Packing::Deflated
    }
}

/// Reads until the portion is full or nothing comes any more.
fn fill(from: &mut impl Read, portion: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(room) = portion.get_mut(count..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Takes away a file in the making; if that fails too, the next start's wipe will do it.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a file and says how long it was.
pub(super) fn removed_bytes(path: &Path) -> io::Result<u64> {
    let removed = fs::symlink_metadata(path).and_then(|told| {
        fs::remove_file(path)?;
        Ok(told.len())
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        other => other,
    }
}
