//! Zip archives: the directory read from raw bytes, names decided for the archive as a whole, members read by place
//! so that several threads can. What is rare (locks, old methods) goes to the `zip` crate in `rare`.

mod at;
mod directory;
mod rare;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use at::{Bytes, Stretch, read_exact_at};
use directory::Record;
use rare::Rare;

use super::meter::Measure;
use super::sieve::{self, Sieve, about};
use super::{Fault, Limits, Member, Visit, paths};
use crate::model::codes::package;
use crate::read::encoding::names::RawName;
use crate::read::{EncodingDecision, Passwords};

/// Local header without its name and extra field.
const HEADER_BYTES: usize = 30;
/// Packed bytes read at once.
const INPUT_BYTES: usize = 1 << 16;

const LOCKED: u16 = 1;
const IS_UTF_8: u16 = 1 << 11;
const HIDDEN_HEADERS: u16 = 1 << 13;
const STRONGLY_LOCKED: u16 = 1 << 6;

/// An opened archive.
#[derive(Debug)]
pub(super) struct Zip {
    path: PathBuf,
    file: Arc<File>,
    limits: Limits,
    passwords: Passwords,
    entries: Vec<Entry>,
    total: AtomicU64,
}

/// A member that may be given.
#[derive(Debug)]
struct Entry {
    member: Member,
    record: Record,
    /// First packed byte.
    data: u64,
}

/// Opens an archive: reads its directory and every local header, judges all names.
///
/// # Errors
/// The package as a whole cannot be read, or is over the limits.
pub(super) fn open(
    path: &Path,
    passwords: &Passwords,
    limits: &Limits,
    sieve: &mut Sieve,
) -> Result<(Zip, Option<EncodingDecision>), Fault> {
    let file = File::open(path).map_err(Fault::World)?;
    let length = file.metadata().map_err(Fault::World)?.len();
    let directory = directory::read(&file, length, limits)?;
    let raw = directory.records.iter().map(|record| RawName {
        bytes: &record.name,
        is_said_utf_8: record.flags & IS_UTF_8 != 0,
        unicode: record.unicode.as_deref(),
    });
    let (decoded, decision) = sieve::decode(&raw.collect::<Vec<_>>(), sieve);
    let mut entries = Vec::with_capacity(directory.records.len());
    let mut stretches = Vec::with_capacity(directory.records.len());
    let mut total: u64 = 0;
    for (record, name) in directory.records.into_iter().zip(decoded) {
        let local = local_header(&file, &record).map_err(Fault::World)?;
        let data = local.as_ref().map_or(record.header, |local| local.data);
        let end = data.checked_add(record.packed).filter(|end| *end <= directory.start);
        stretches.push((record.header, end.unwrap_or(data)));
        if is_folder(&record) {
            continue;
        }
        let Some(path) = sieve.admit(&name, limits)? else { continue };
        if is_link(&record) {
            sieve.refuse(&path, paths::NO_FILE);
            continue;
        }
        let (Some(local), Some(_)) = (local, end) else {
            sieve.blame(&path, &Fault::Damaged);
            continue;
        };
        if local.is_named_otherwise {
            sieve.findings.push(about(&package::MEMBER_NAME_DIFFERS, &path));
        }
        total = total.saturating_add(record.bytes);
        let member = Member { path, bytes: record.bytes, order: entries.len() };
        entries.push(Entry { member, record, data });
    }
    if total > limits.total_bytes {
        return Err(Fault::TooManyBytes(limits.total_bytes));
    }
    refuse_overlaps(&mut stretches)?;
    let (path, file) = (path.to_owned(), Arc::new(file));
    let (limits, passwords) = (limits.clone(), passwords.clone());
    let zip = Zip { path, file, limits, passwords, entries, total: AtomicU64::new(0) };
    Ok((zip, decision))
}

struct Local {
    data: u64,
    is_named_otherwise: bool,
}

/// Reads a local header; `None` if there is none.
fn local_header(file: &File, record: &Record) -> io::Result<Option<Local>> {
    let mut buffer = [0; HEADER_BYTES + 512];
    let want = (HEADER_BYTES + record.name.len()).min(buffer.len());
    let Some(head) = buffer.get_mut(..want) else { return Ok(None) };
    match read_exact_at(file, head, record.header) {
        Err(error)
            if error
                .raw_os_error()
                .is_some_and(|_| error.kind() != io::ErrorKind::InvalidInput) =>
        {
            return Err(error);
        }
        Err(_) => return Ok(None),
        Ok(()) => {}
    }
    let mut rest = Bytes(head);
    let fields = (|| {
        let is_header = rest.take(4)? == b"PK\x03\x04";
        rest.take(22)?;
        let (name, extra) = (rest.u16()?, rest.u16()?);
        is_header.then_some((u64::from(name), u64::from(extra)))
    })();
    let Some((name, extra)) = fields else { return Ok(None) };
    let start = record.name.get(..rest.0.len()).unwrap_or_default();
    // Some programs turn slashes round in one of the two places.
    let is_same =
        |(one, other): (&u8, &u8)| one == other || (b"/\\".contains(one) && b"/\\".contains(other));
    let is_named_otherwise =
        name != record.name.len() as u64 || !start.iter().zip(rest.0).all(is_same);
    let data = record.header.checked_add(HEADER_BYTES as u64 + name + extra);
    Ok(data.map(|data| Local { data, is_named_otherwise }))
}

/// Members that share bytes make a small file unpack to anything.
fn refuse_overlaps(stretches: &mut [(u64, u64)]) -> Result<(), Fault> {
    stretches.sort_unstable();
    let is_apart =
        |pair: &[(u64, u64)]| pair.iter().map(|one| one.1).next() <= pair.last().map(|one| one.0);
    if stretches.windows(2).all(is_apart) {
        Ok(())
    } else {
        Err(Fault::Whole(&package::PACKAGE_OVERLAP))
    }
}

/// A folder by its name, or by the attribute of DOS and Windows.
fn is_folder(record: &Record) -> bool {
    record.attributes & 0x10 != 0 && record.bytes == 0 && matches!(record.system, 0 | 10 | 11 | 14)
}

/// A link, device or socket, by the mode that Unix systems write. (What was packed from a pipe is a file with bytes.)
fn is_link(record: &Record) -> bool {
    let kind = (record.attributes >> 28) & 0xf;
    matches!(record.system, 3 | 19) && matches!(kind, 2 | 6 | 10 | 12)
}

impl Zip {
    /// Gives every member in order.
    ///
    /// # Errors
    /// A fault of the whole or the world; what `visit` said.
    pub(super) fn each(&self, visit: &mut Visit<'_>, sieve: &mut Sieve) -> Result<(), Fault> {
        let mut rare = None;
        self.total.store(0, Ordering::Relaxed);
        for entry in &self.entries {
            if let Some(fault) = self.give(entry, &mut rare, visit)? {
                sieve.blame(&entry.member.path, &fault);
            }
        }
        Ok(())
    }

    /// Gives every member, several at once, in no order.
    ///
    /// # Errors
    /// As [`Zip::each`].
    pub(super) fn each_at_once(
        &self,
        threads: usize,
        visit: &(dyn Fn(&Member, &mut dyn Read) -> io::Result<()> + Sync),
        sieve: &mut Sieve,
    ) -> Result<(), Fault> {
        let next = AtomicUsize::new(0);
        self.total.store(0, Ordering::Relaxed);
        let work = || -> Result<Vec<(usize, Fault)>, Fault> {
            let (mut faults, mut rare) = (Vec::new(), None);
            while let Some(entry) = self.entries.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut visit = |member: &Member, bytes: &mut dyn Read| visit(member, bytes);
                match self.give(entry, &mut rare, &mut visit) {
                    Ok(Some(fault)) => faults.push((entry.member.order, fault)),
                    Ok(None) => {}
                    Err(fault) => {
                        // The others stop at their next member.
                        next.store(self.entries.len(), Ordering::Relaxed);
                        return Err(fault);
                    }
                }
            }
            Ok(faults)
        };
        let parts: Vec<_> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            let joined =
                others.into_iter().map(|other| other.join().unwrap_or(Err(Fault::Damaged)));
            std::iter::once(own).chain(joined).collect()
        });
        let mut faults = Vec::new();
        for part in parts {
            faults.extend(part?);
        }
        faults.sort_by_key(|(order, _)| *order);
        for (order, fault) in faults {
            if let Some(entry) = self.entries.get(order) {
                sieve.blame(&entry.member.path, &fault);
            }
        }
        Ok(())
    }

    /// Gives one member; a fault of it is returned, everything else is an error.
    fn give(
        &self,
        entry: &Entry,
        rare: &mut Option<Rare>,
        visit: &mut Visit<'_>,
    ) -> Result<Option<Fault>, Fault> {
        let record = &entry.record;
        if record.bytes > self.limits.member_bytes {
            return Ok(Some(Fault::MemberTooLarge(super::fault::size(self.limits.member_bytes))));
        }
        if record.flags & (HIDDEN_HEADERS | STRONGLY_LOCKED) != 0 {
            return Ok(Some(Fault::Method("PKWARE SES".to_owned())));
        }
        let is_plain = record.flags & LOCKED == 0;
        let stretch = || Stretch::new(self.file.clone(), entry.data, record.packed);
        match record.method {
            0 if is_plain => self.hand_over(entry, &mut stretch(), visit),
            8 if is_plain => {
                let input = BufReader::with_capacity(INPUT_BYTES, stretch());
                self.hand_over(entry, &mut flate2::bufread::DeflateDecoder::new(input), visit)
            }
            method if !is_plain || rare::reads(method) => {
                let rare = match rare {
                    Some(rare) => rare,
                    none => none.insert(Rare::open(&self.path, &self.passwords)?),
                };
                let mut give = |bytes: &mut dyn Read| self.hand_over(entry, bytes, visit);
                rare.read(record, &mut give)
            }
            method => Ok(Some(Fault::Method(method_name(method)))),
        }
    }

    fn hand_over(
        &self,
        entry: &Entry,
        source: &mut dyn Read,
        visit: &mut Visit<'_>,
    ) -> Result<Option<Fault>, Fault> {
        let record = &entry.record;
        let is_vouched = record.crc != 0 || record.method != 99;
        let measure = Measure {
            limits: &self.limits,
            total: &self.total,
            packed: Some(record.packed),
            crc: is_vouched.then_some(record.crc),
            bytes: Some(record.bytes),
        };
        super::give(&entry.member, source, measure, visit)
    }
}

/// What people call a compression method. Source: APPNOTE 4.4.5.
fn method_name(method: u16) -> String {
    let name = match method {
        12 => "BZIP2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        97 => "WavPack",
        98 => "PPMd",
        other => return format!("#{other}"),
    };
    name.to_owned()
}
