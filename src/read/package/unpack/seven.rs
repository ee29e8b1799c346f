//! 7z archives, in the child. The one place that knows sevenz-rust2.

use std::fs::File;
use std::io::{self, BufReader, Read};

use sevenz_rust2::{Archive as Index, ArchiveEntry, BlockDecoder, Error, Password};

use super::child::{Archive, DECODER_BYTES, Out};
use super::wire::{End, IS_FOLDER, IS_LINK, IS_UNICODE};

const MEMORY_KIB: usize = (DECODER_BYTES >> 10) as usize;

/// Bytes handed over at once.
const PART_BYTES: usize = 1 << 16;

/// Streams an archive.
pub(super) fn unpack(archive: &Archive<'_>, mut out: Out) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 17, File::open(archive.path)?);
    let (index, password) = match open(&mut file, archive) {
        Ok(opened) => opened,
        Err(end) => return out.over(end),
    };
    for entry in &index.files {
        out.entry(flags(entry), entry.size(), entry.name().as_bytes())?;
    }
    out.listed()?;
    let mut is_told = vec![false; index.files.len()];
    for block in 0..index.blocks.len() {
        give_block(&index, block, &password, &mut file, &mut is_told, &mut out)?;
    }
    for (at, entry) in index.files.iter().enumerate() {
        if !is_told.get(at).copied().unwrap_or(true) && !entry.is_directory() {
            out.begin(at as u32)?;
            out.end(if entry.has_stream() { End::Damaged } else { End::Whole })?;
        }
    }
    out.over(End::Whole)
}

/// Reads the directory, with the password that fits if one is needed.
fn open(file: &mut BufReader<File>, archive: &Archive<'_>) -> Result<(Index, Password), End> {
    let mut tried = Index::read_with_memory_limit(file, &Password::empty(), MEMORY_KIB);
    let mut known = None;
    if let Err(error) = &tried
        && end(error) == End::Locked
    {
        for given in archive.passwords.given() {
            let password = Password::from(given);
            let opened = Index::read_with_memory_limit(file, &password, MEMORY_KIB);
            if opened.is_ok() {
                (tried, known) = (opened, Some(password));
                break;
            }
        }
    }
    let index = tried.map_err(|error| end(&error))?;
    let password = known.unwrap_or_else(|| proved(&index, file, archive));
    Ok((index, password))
}

/// The password that opens the first locked member; an empty one if none does, or none is locked.
fn proved(index: &Index, file: &mut BufReader<File>, archive: &Archive<'_>) -> Password {
    let first = (0..index.files.len()).find(|at| index.is_file_encrypted(*at));
    let block = (0..index.blocks.len()).find(|block| {
        let empty = Password::empty();
        let decoder = BlockDecoder::new(1, *block, index, &empty, file);
        first.is_some_and(|first| {
            let start = place(index, decoder.entries());
            start.is_some_and(|start| (start..start + decoder.entry_count()).contains(&first))
        })
    });
    let Some(block) = block else { return Password::empty() };
    for given in archive.passwords.given() {
        let password = Password::from(given);
        let decoder =
            BlockDecoder::new_with_memory_limit(1, MEMORY_KIB, block, index, &password, file);
        let tried = decoder.for_each_entries(&mut |_, bytes: &mut dyn Read| {
            io::copy(bytes, &mut io::sink())?;
            Ok(true)
        });
        if tried.is_ok() {
            return password;
        }
    }
    Password::empty()
}

/// Where some entries stand among all.
fn place(index: &Index, entries: &[ArchiveEntry]) -> Option<usize> {
    let first = entries.first()?;
    index.files.iter().position(|entry| std::ptr::eq(entry, first))
}

fn give_block(
    index: &Index,
    block: usize,
    password: &Password,
    file: &mut BufReader<File>,
    is_told: &mut [bool],
    out: &mut Out,
) -> io::Result<()> {
    let decoder = BlockDecoder::new_with_memory_limit(1, MEMORY_KIB, block, index, password, file);
    let Some(start) = place(index, decoder.entries()) else { return Ok(()) };
    let count = decoder.entry_count();
    let mut at = start;
    let mut part = vec![0; PART_BYTES];
    let mut lost = None;
    let mut is_open = false;
    let given = decoder.for_each_entries(&mut |entry, bytes: &mut dyn Read| {
        // The checks of a member are made when the decoder moves on.
        if std::mem::take(&mut is_open) {
            lost = out.end(End::Whole).err();
        }
        let here = at as u32;
        if let Some(told) = is_told.get_mut(at) {
            *told = true;
        }
        at += 1;
        if entry.is_directory() {
            return Ok(true);
        }
        is_open = true;
        send(here, bytes, &mut part, out, &mut lost)
    });
    if let Some(error) = lost {
        return Err(error);
    }
    let failed = given.err().map(|error| end(&error));
    if is_open {
        out.end(failed.unwrap_or(End::Whole))?;
    }
    if let Some(end) = failed {
        for at in at..start + count {
            if let Some(told) = is_told.get_mut(at) {
                *told = true;
            }
            out.begin(at as u32)?;
            out.end(end)?;
        }
    }
    Ok(())
}

/// Streams one member; what the pipe says is kept apart from what the decoder says.
fn send(
    at: u32,
    bytes: &mut dyn Read,
    part: &mut [u8],
    out: &mut Out,
    lost: &mut Option<io::Error>,
) -> Result<bool, Error> {
    let mut told = out.begin(at);
    while told.is_ok() {
        let count = bytes.read(part)?;
        let Some(part) = part.get(..count).filter(|part| !part.is_empty()) else { break };
        told = out.data(part);
    }
    if let Err(error) = told {
        *lost = Some(error);
        return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    }
    Ok(true)
}

fn flags(entry: &ArchiveEntry) -> u8 {
    let attributes = entry.windows_attributes();
    // p7zip keeps the mode of Unix in the upper half and says so.
    let kind = (attributes >> 28) & 0xf;
    let is_unix_link = attributes & 0x8000 != 0 && matches!(kind, 2 | 6 | 10 | 12);
    let is_link = is_unix_link || attributes & 0x400 != 0 || entry.is_anti_item();
    IS_UNICODE
        | if entry.is_directory() { IS_FOLDER } else { 0 }
        | if is_link { IS_LINK } else { 0 }
}

fn end(error: &Error) -> End {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => End::Locked,
        Error::MaxMemLimited { .. } => End::TooLarge,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => End::Method,
        _ => End::Damaged,
    }
}
