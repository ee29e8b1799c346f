//! A member's bytes on their way out: counted against the limits, checked by their CRC-32 at the end.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Fault, Limits, fault::size};

/// Below this many bytes no ratio is too high.
const RATIO_FROM: u64 = 1 << 20;

/// What a member is measured by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure<'a> {
    /// Most bytes.
    pub limits: &'a Limits,
    /// Bytes of all members so far.
    pub total: &'a AtomicU64,
    /// Packed bytes, where they are known.
    pub packed: Option<u64>,
    /// CRC-32 of the whole member, where it is known.
    pub crc: Option<u32>,
    /// Bytes in all, where they are known for sure.
    pub bytes: Option<u64>,
}

/// Reads a member and keeps the fault that it met.
pub(super) struct Metered<'a> {
    source: &'a mut dyn Read,
    measure: Measure<'a>,
    crc: crc32fast::Hasher,
    read: u64,
    fault: Option<Fault>,
    is_done: bool,
}

impl<'a> Metered<'a> {
    /// Measures what comes from a source.
    pub(super) fn new(source: &'a mut dyn Read, measure: Measure<'a>) -> Metered<'a> {
        let crc = crc32fast::Hasher::new();
        Metered { source, measure, crc, read: 0, fault: None, is_done: false }
    }

    /// What the reading met: a fault of ours, else the error of whoever took the bytes.
    ///
    /// # Errors
    /// The error of whoever took the bytes.
    pub(super) fn settle(self, visited: io::Result<()>) -> io::Result<Option<Fault>> {
        match self.fault {
            Some(fault) => Ok(Some(fault)),
            None => visited.map(|()| None),
        }
    }

    fn step(&mut self, out: &mut [u8]) -> Result<usize, Fault> {
        let count = loop {
            match self.source.read(out) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(Fault::of_io)?,
            }
        };
        let Measure { limits, total, packed, crc, bytes } = self.measure;
        self.read += count as u64;
        if self.read > limits.member_bytes {
            return Err(Fault::MemberTooLarge(size(limits.member_bytes)));
        }
        let is_bomb =
            |packed: u64| self.read > RATIO_FROM && self.read / limits.ratio.max(1) > packed;
        if packed.is_some_and(is_bomb) {
            return Err(Fault::MemberTooLarge(format!("{}:1", limits.ratio)));
        }
        if total.fetch_add(count as u64, Ordering::Relaxed) + count as u64 > limits.total_bytes {
            return Err(Fault::TooManyBytes(limits.total_bytes));
        }
        if crc.is_some() {
            self.crc.update(out.get(..count).unwrap_or_default());
        }
        self.is_done = count == 0;
        // Checked as soon as all bytes are there: whoever counts them need not ask for the end.
        let is_whole = self.is_done || bytes == Some(self.read);
        let is_right = bytes.is_none_or(|bytes| bytes == self.read)
            && crc.is_none_or(|crc| crc == self.crc.clone().finalize());
        if (is_whole && !is_right) || bytes.is_some_and(|bytes| self.read > bytes) {
            return Err(Fault::Damaged);
        }
        Ok(count)
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.is_done || out.is_empty() {
            return Ok(0);
        }
        if self.fault.is_some() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.step(out).map_err(|fault| {
            self.fault = Some(fault);
            io::ErrorKind::InvalidData.into()
        })
    }
}
