//! The long texts of a DBF table, in a file beside it: `.dbt` of dBase III and IV, `.fpt` of FoxPro.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::header::Header;
use crate::read::records::MAX_RECORD_BYTES;

/// Names of a folder that are looked through.
const LOOKED_THROUGH: usize = 100_000;
/// Ends a text of dBase III.
const TEXT_END: u8 = 0x1a;
/// Begins a block of dBase IV.
const BLOCK_MARK: [u8; 4] = [0xff, 0xff, 0x08, 0x00];

/// A file of long texts.
pub(super) struct MemoFile {
    file: File,
    length: u64,
    block: u64,
    is_fox: bool,
}

impl MemoFile {
    /// Opens the file beside a table; `None` if there is none.
    pub fn beside(table: &Path, header: &Header) -> Option<MemoFile> {
        let extensions = if header.is_fox() { ["fpt", "dbt"] } else { ["dbt", "fpt"] };
        let found = extensions.into_iter().find_map(|kind| Some((kind, sibling(table, kind)?)));
        let (kind, path) = found?;
        let mut file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(24).read_to_end(&mut head).ok()?;
        let is_fox = kind == "fpt";
        let word = |at: usize| Some([*head.get(at)?, *head.get(at + 1)?]);
        let block = match is_fox {
            true => word(6).map_or(64, u16::from_be_bytes).max(1),
            false => word(20).map(u16::from_le_bytes).filter(|size| *size >= 24).unwrap_or(512),
        };
        // dBase III leaves whatever it likes in its header.
        let block = if header.version == 0x83 || header.version == 0x03 { 512 } else { block };
        let block = if is_fox { word(6).map_or(64, u16::from_be_bytes).max(1) } else { block };
        Some(MemoFile { file, length, block: u64::from(block), is_fox })
    }

    /// Puts the text of a block into `to`; `false` if there is none.
    pub fn read(&mut self, number: u32, to: &mut Vec<u8>) -> bool {
        to.clear();
        self.try_read(number, to).unwrap_or(false)
    }

    fn try_read(&mut self, number: u32, to: &mut Vec<u8>) -> io::Result<bool> {
        let at = u64::from(number) * self.block;
        if at == 0 || at >= self.length {
            return Ok(false);
        }
        self.file.seek(SeekFrom::Start(at))?;
        let mut lead = Vec::with_capacity(8);
        Read::by_ref(&mut self.file).take(8).read_to_end(&mut lead)?;
        let Some((mark, length)) = lead.split_first_chunk::<4>() else { return Ok(false) };
        let Ok(length) = <[u8; 4]>::try_from(length) else { return Ok(false) };
        let length = match (self.is_fox, *mark) {
            (true, [0, 0, 0, 1]) => u64::from(u32::from_be_bytes(length)),
            // A picture.
            (true, _) => return Ok(false),
            (false, BLOCK_MARK) => u64::from(u32::from_le_bytes(length)).saturating_sub(8),
            (false, _) => return self.read_to_end_mark(&lead, to),
        };
        if length > MAX_RECORD_BYTES as u64 {
            return Ok(false);
        }
        Read::by_ref(&mut self.file).take(length).read_to_end(to)?;
        Ok(to.len() as u64 == length)
    }

    /// A text of dBase III has no length: it ends at its mark.
    fn read_to_end_mark(&mut self, lead: &[u8], to: &mut Vec<u8>) -> io::Result<bool> {
        to.extend_from_slice(lead);
        loop {
            if let Some(end) = memchr::memchr(TEXT_END, to) {
                to.truncate(end);
                return Ok(true);
            }
            let block = Read::by_ref(&mut self.file).take(4096).read_to_end(to)?;
            if block == 0 || to.len() > MAX_RECORD_BYTES {
                return Ok(false);
            }
        }
    }
}

/// A file of the same folder and stem with another extension, in any case.
fn sibling(table: &Path, extension: &str) -> Option<PathBuf> {
    let stem = table.file_stem()?.to_str()?.to_lowercase();
    let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let same = |part: Option<&std::ffi::OsStr>, word: &str| {
        part.and_then(|part| part.to_str()).is_some_and(|part| part.to_lowercase() == word)
    };
    names
        .take(LOOKED_THROUGH)
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| same(path.file_stem(), &stem) && same(path.extension(), extension))
}
