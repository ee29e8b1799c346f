//! The parent's side: starts the unpacking child, judges what it lists, takes the members one after another.

use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::AtomicU64;

use super::child::{DECODER_BYTES, VERB};
use super::wire::{self, End, Frame, GREETING, IS_FOLDER, IS_LINK, IS_UNICODE};
use crate::model::codes::{package, reading};
use crate::model::{Finding, Place};
use crate::read::child::ReaderProgram;
use crate::read::child::parent::{DEPTH_MARK, reason};
use crate::read::encoding::names::RawName;
use crate::read::package::fault::size;
use crate::read::package::meter::Measure;
use crate::read::package::sieve::{self, Sieve};
use crate::read::package::{Fault, Limits, Member, Visit, paths};
use crate::read::{EncodingDecision, Passwords};

/// An archive that a child unpacks.
#[derive(Debug)]
pub(in crate::read::package) struct Unpacked {
    order: Order,
    limits: Limits,
    packed: u64,
    /// What is given of each entry, in the child's order.
    members: Vec<Option<Member>>,
    /// A child that has told what there is and waits to hand it over.
    ready: Option<Running>,
}

/// What to unpack, and who does.
#[derive(Debug)]
pub(in crate::read::package) struct Order {
    pub program: ReaderProgram,
    pub path: PathBuf,
    /// `7z` or `rar`.
    pub format: &'static str,
    pub passwords: Passwords,
}

/// A child at work.
#[derive(Debug)]
struct Running {
    child: Child,
    from: BufReader<ChildStdout>,
}

struct Entry {
    flags: u8,
    bytes: u64,
    name: Vec<u8>,
}

/// Opens an archive: a child tells what is in it.
///
/// # Errors
/// The archive is broken, locked as a whole, one volume of several or over the limits; the child cannot be started.
pub(in crate::read::package) fn open(
    order: Order,
    limits: &Limits,
    sieve: &mut Sieve,
) -> Result<(Unpacked, Option<EncodingDecision>), Fault> {
    let packed = std::fs::metadata(&order.path).map_err(Fault::World)?.len();
    let (running, entries) = Running::start(&order, limits.members)?;
    let raw = entries.iter().map(|entry| RawName {
        bytes: &entry.name,
        is_said_utf_8: entry.flags & IS_UNICODE != 0,
        unicode: None,
    });
    let (names, decision) = sieve::decode(&raw.collect::<Vec<_>>(), sieve);
    let (mut members, mut count, mut total) = (Vec::with_capacity(entries.len()), 0, 0u64);
    for (entry, name) in entries.iter().zip(names) {
        let is_folder = entry.flags & IS_FOLDER != 0;
        let admitted = if is_folder { None } else { sieve.admit(&name, limits)? };
        let is_link = entry.flags & IS_LINK != 0;
        if let (true, Some(path)) = (is_link, &admitted) {
            sieve.refuse(path, paths::NO_FILE);
        }
        let member = admitted.filter(|_| !is_link);
        members.push(member.map(|path| Member { path, bytes: entry.bytes, order: count }));
        if members.last().is_some_and(Option::is_some) {
            count += 1;
            total = total.saturating_add(entry.bytes);
        }
    }
    if total > limits.total_bytes {
        return Err(Fault::TooManyBytes(limits.total_bytes));
    }
    let (limits, ready) = (limits.clone(), Some(running));
    Ok((Unpacked { order, limits, packed, members, ready }, decision))
}

impl Running {
    /// Starts a child and takes its list.
    fn start(order: &Order, members: usize) -> Result<(Running, Vec<Entry>), Fault> {
        let mut child = Command::new(&order.program.path)
            .arg(VERB)
            .arg(order.format)
            .arg(&order.path)
            .arg(members.to_string())
            .env(DEPTH_MARK, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Fault::World)?;
        if let Some(stdin) = child.stdin.as_mut() {
            // A child that is gone already says more by how it ended.
            let _ = stdin.write_all(&order.passwords.to_block());
        }
        let Some(stdout) = child.stdout.take() else {
            return Err(Fault::World(io::ErrorKind::BrokenPipe.into()));
        };
        let mut running = Running { child, from: BufReader::with_capacity(1 << 17, stdout) };
        let entries = running.list(members)?;
        Ok((running, entries))
    }

    fn list(&mut self, most: usize) -> Result<Vec<Entry>, Fault> {
        let mut greeting = [0; GREETING.len()];
        let greeted = self.from.read_exact(&mut greeting);
        if greeted.is_err() || greeting != *GREETING {
            return Err(self.died());
        }
        let mut entries = Vec::new();
        loop {
            match self.frame()? {
                Frame::Entry(..) if entries.len() >= most => {
                    return Err(Fault::TooManyMembers(most));
                }
                Frame::Entry(flags, bytes, name) => entries.push(Entry { flags, bytes, name }),
                Frame::Listed => return Ok(entries),
                Frame::Over(end) => return Err(of_whole(end, most)),
                _ => return Err(self.died()),
            }
        }
    }

    fn frame(&mut self) -> Result<Frame, Fault> {
        wire::read(&mut self.from).map_err(|_| self.died())
    }

    /// What is told of a child that ended early, or said what it never says.
    fn died(&mut self) -> Fault {
        // Standard input closes, at which it ends if it has not yet.
        drop(self.child.stdin.take());
        let status = self.child.wait();
        let mut last_words = String::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _ = stderr.take(4096).read_to_string(&mut last_words);
        }
        let why = status.map_or("", |status| reason(status, &last_words));
        let finding = Finding::new(&reading::READER_DIED, Place::NOWHERE).arg(why);
        Fault::Told(Box::new(finding))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Unpacked {
    /// Gives every member in the archive's order.
    ///
    /// # Errors
    /// A fault of the whole or the world; what `visit` said.
    pub(in crate::read::package) fn each(
        &mut self,
        visit: &mut Visit<'_>,
        sieve: &mut Sieve,
    ) -> Result<(), Fault> {
        let mut running = match self.ready.take() {
            Some(running) => running,
            None => Running::start(&self.order, self.limits.members)?.0,
        };
        let total = AtomicU64::new(0);
        let mut is_told = vec![false; self.members.len()];
        loop {
            let at = match running.frame()? {
                Frame::Begin(at) => at as usize,
                Frame::Over(_) => break,
                _ => return Err(running.died()),
            };
            if let Some(told) = is_told.get_mut(at) {
                *told = true;
            }
            let member = self.members.get(at).and_then(Option::as_ref);
            let fault = self.give(member, &mut running, &total, visit)?;
            if let (Some(member), Some(fault)) = (member, fault) {
                sieve.blame(&member.path, &fault);
            }
        }
        // After a failure the child cannot reach what depends on it.
        for (member, is_told) in self.members.iter().zip(is_told) {
            if let (Some(member), false) = (member, is_told) {
                sieve.blame(&member.path, &Fault::Damaged);
            }
        }
        Ok(())
    }

    fn give(
        &self,
        member: Option<&Member>,
        running: &mut Running,
        total: &AtomicU64,
        visit: &mut Visit<'_>,
    ) -> Result<Option<Fault>, Fault> {
        let mut bytes = MemberBytes { running, part: Vec::new(), at: 0, end: None, fault: None };
        // What cannot be read at all is not given.
        bytes.refill();
        let is_refused = bytes.end.is_some_and(|end| end != End::Whole);
        let mut told = None;
        if let (Some(member), false, None) = (member, is_refused, &bytes.fault) {
            let measure = Measure {
                limits: &self.limits,
                total,
                // Members are packed together, so that only the whole has a size.
                packed: Some(self.packed),
                crc: None,
                bytes: Some(member.bytes),
            };
            told = super::super::give(member, &mut bytes, measure, visit)?;
        }
        while bytes.end.is_none() && bytes.fault.is_none() {
            bytes.refill();
        }
        if let Some(fault) = bytes.fault {
            return Err(fault);
        }
        // What the child says of its end tells more than that the bytes were too few.
        Ok(bytes.end.and_then(of_member).or(told))
    }
}

/// One member's bytes out of the stream.
struct MemberBytes<'a> {
    running: &'a mut Running,
    part: Vec<u8>,
    at: usize,
    end: Option<End>,
    fault: Option<Fault>,
}

impl MemberBytes<'_> {
    fn refill(&mut self) {
        self.at = 0;
        self.part.clear();
        match self.running.frame() {
            Ok(Frame::Data(part)) => self.part = part,
            Ok(Frame::End(end)) => self.end = Some(end),
            Ok(_) => self.fault = Some(self.running.died()),
            Err(fault) => self.fault = Some(fault),
        }
    }
}

impl Read for MemberBytes<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.part.len() {
            match (self.end, &self.fault) {
                (Some(End::Whole), _) => return Ok(0),
                (None, None) => self.refill(),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        let mut rest = self.part.get(self.at..).unwrap_or_default();
        let count = rest.read(out)?;
        self.at += count;
        Ok(count)
    }
}

fn of_member(end: End) -> Option<Fault> {
    match end {
        End::Whole => None,
        End::Locked => Some(Fault::Locked),
        End::Method => Some(Fault::Method("?".to_owned())),
        End::TooLarge => Some(Fault::MemberTooLarge(size(DECODER_BYTES))),
        End::Damaged | End::Split => Some(Fault::Damaged),
    }
}

fn of_whole(end: End, most: usize) -> Fault {
    match end {
        End::Locked => Fault::Whole(&package::PACKAGE_SEALED),
        End::Split => Fault::Whole(&package::PACKAGE_SPLIT),
        End::TooLarge => Fault::TooManyMembers(most),
        _ => Fault::Whole(&package::PACKAGE_BROKEN),
    }
}
