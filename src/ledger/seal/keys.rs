//! The master keys: the newest seals, all of them open.

use std::{
    fmt, io,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use hmac::Mac;

use super::stream::{FileKey, Header};
use super::{
    KeyError, KeyFault, Packing, SealError, SealReader, SealWriter, file, finished, keyed,
};
use crate::text::digest::hex;

/// First word of a key's line.
const KIND: &str = "cmegate-key-1";

const ADVICE: &str = "\
# 继教数据网关(cmegate)的密封密钥。请马上把本文件另外备份一份(例如存入U盘并锁好):
# 密钥一旦丢失,已封存的原件、结果和文件名谁也打不开。请勿外传,请勿删除任何一行。
# Sealing key of cmegate. Back this file up somewhere else now: without it nobody can open the
# sealed originals, results and names again. Keep it secret; never remove a line.
# 最后一行用于封存,其余各行用于打开旧文件。 The last line seals, all lines open.
";

/// Several master keys. `Debug` shows their ids only.
#[derive(Clone)]
pub struct Keys {
    /// Never empty; the last one seals.
    older: Vec<Master>,
    newest: Master,
}

#[derive(Clone)]
struct Master {
    id: [u8; 4],
    key: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Keys").field("ids", &self.ids()).field("keys", &"***").finish()
    }
}

impl Keys {
    /// Reads lines `cmegate-key-1 <8 hex id> <64 hex>`; `#` begins a comment line; the last line is
    /// the newest key.
    ///
    /// # Errors
    /// The first wrong line, without showing it; no key at all.
    pub fn parse(text: &str) -> Result<Keys, KeyError> {
        let mut masters: Vec<(usize, Master)> = Vec::new();
        for (line, words) in file::lines(text) {
            let master = parse_line(words).map_err(|fault| KeyError::Line { line, fault })?;
            if let Some((other, _)) = masters.iter().find(|(_, known)| known.id == master.id) {
                return Err(KeyError::Line { line, fault: KeyFault::SameId(*other) });
            }
            masters.push((line, master));
        }
        let (_, newest) = masters.pop().ok_or(KeyError::NoKey)?;
        Ok(Keys { older: masters.into_iter().map(|(_, master)| master).collect(), newest })
    }

    /// Reads a key file. Whether others can read it too is told by [`crate::disk::exposed_mode`].
    ///
    /// # Errors
    /// The file cannot be read or holds a wrong line.
    pub fn load(path: &Path) -> Result<Keys, KeyError> {
        file::load(path, Keys::parse)
    }

    /// Makes a key and writes it to a new file (0600, synced), with the advice to back it up.
    ///
    /// # Errors
    /// A file is there already ([`KeyError::Exists`]); the world says no.
    pub fn create(path: &Path) -> Result<Keys, KeyError> {
        let text = format!("{ADVICE}{}", new_line()?);
        file::create(path, &text)?;
        Keys::parse(&text)
    }

    /// Adds a new key to a key file: from now on it seals, the others still open.
    ///
    /// # Errors
    /// The file is not there or holds a wrong line; the world says no. The file is as it was then.
    pub fn add(path: &Path) -> Result<Keys, KeyError> {
        Keys::load(path)?;
        file::append(path, &new_line()?)?;
        Keys::load(path)
    }

    /// The ids of all keys, oldest first.
    pub fn ids(&self) -> Vec<String> {
        self.older.iter().chain([&self.newest]).map(|master| hex(&master.id)).collect()
    }

    /// Seals a name or another short text.
    pub fn seal_text(&self, text: &str) -> Vec<u8> {
        let salt = self.newest.text_salt(text);
        let header = Header { packing: Packing::AsItCame, key_id: self.newest.id, salt };
        let key = self.newest.file_key(b"cmegate sealed text 1", header);
        key.seal_all(text.as_bytes())
    }

    /// Opens what [`Keys::seal_text`] sealed.
    ///
    /// # Errors
    /// The key is missing, or the text is not what was sealed.
    pub fn open_text(&self, sealed: &[u8]) -> Result<String, SealError> {
        let mut rest = sealed;
        let key = self.opening_key(b"cmegate sealed text 1", &mut rest)?;
        let text = key.open_all(rest)?;
        String::from_utf8(text).map_err(|_| SealError::Damaged { chunk: 0 })
    }

    /// Begins a sealed file that is compressed (deflate, fastest level).
    ///
    /// # Errors
    /// The header cannot be written, or the system gives no random bytes.
    pub fn writer<W: io::Write>(&self, to: W) -> io::Result<SealWriter<W>> {
        self.writer_as(Packing::Deflated, to)
    }

    /// Begins a sealed file, compressed or as it comes.
    ///
    /// # Errors
    /// As [`Keys::writer`].
    pub fn writer_as<W: io::Write>(&self, packing: Packing, to: W) -> io::Result<SealWriter<W>> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(io::Error::other)?;
        let header = Header { packing, key_id: self.newest.id, salt };
        SealWriter::new(self.newest.file_key(b"cmegate sealed file 1", header), to)
    }

    /// Begins to open a sealed file. Bytes come out only once they are known to be the sealed ones,
    /// but that the file was cut short is known only at its end: read to the end before believing it.
    ///
    /// # Errors
    /// It is no sealed file, its key is missing, its header cannot be read.
    pub fn reader<R: io::Read>(&self, mut from: R) -> Result<SealReader<R>, SealError> {
        let key = self.opening_key(b"cmegate sealed file 1", &mut from)?;
        Ok(SealReader::new(key, from))
    }

    fn opening_key(&self, label: &[u8], from: &mut dyn io::Read) -> Result<FileKey, SealError> {
        let header = Header::read(from)?;
        let mut masters = self.older.iter().chain([&self.newest]);
        let master = masters.find(|master| master.id == header.key_id);
        let master = master.ok_or_else(|| SealError::KeyMissing { id: hex(&header.key_id) })?;
        Ok(master.file_key(label, header))
    }
}

impl Master {
    fn file_key(&self, label: &[u8], header: Header) -> FileKey {
        let key = keyed(&self.key).chain_update(label).chain_update(header.salt);
        FileKey::new(&finished(key), header)
    }

    /// A salt for a text. Made from the text too: were the system's random bytes ever missing or the
    /// same, two texts would still not share a key, only twins would be seen to be twins.
    fn text_salt(&self, text: &str) -> [u8; 16] {
        static SEALED: AtomicU64 = AtomicU64::new(0);
        let mut random = [0u8; 16];
        let _ = getrandom::fill(&mut random);
        let count = SEALED.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let hash = keyed(&self.key).chain_update(b"cmegate text salt 1").chain_update(random);
        let hash = finished(hash.chain_update(count).chain_update(text));
        hash.first_chunk().copied().unwrap_or(random)
    }
}

fn parse_line(line: &str) -> Result<Master, KeyFault> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.first() != Some(&KIND) {
        return Err(KeyFault::Kind(KIND));
    }
    let &[_, id, key] = words.as_slice() else { return Err(KeyFault::Words(3)) };
    Ok(Master { id: file::unhex(id).ok_or(KeyFault::Id)?, key: file::key(key)? })
}

fn new_line() -> Result<String, KeyError> {
    let mut id = [0; 4];
    getrandom::fill(&mut id).map_err(KeyError::NoRandom)?;
    Ok(format!("{KIND} {} {}\n", hex(&id), hex(&file::random_key()?)))
}
