//! Zip records: local headers, the central directory and its end (PKWARE APPNOTE 4.3), zip64 where needed.

/// Method of stored members.
pub(super) const STORED: u16 = 0;
/// Method of deflated members.
pub(super) const DEFLATED: u16 = 8;
/// Flag bit 3: sizes stand after the data.
pub(super) const HAS_DESCRIPTOR: u16 = 1 << 3;
/// Flag bit 11: the name is UTF-8.
const IS_UTF8: u16 = 1 << 11;

const NEEDS_ZIP64: u64 = 0xFFFF_FFFF;
const ZIP64_EXTRA: u16 = 0x0001;
/// "Open Packaging Growth Hint": padding that every reader of packages knows to skip. It holds the room
/// that a zip64 field takes if the sizes turn out to need one.
const GROWTH_HINT: u16 = 0xA220;
const GROWTH_HINT_SIGNATURE: u16 = 0xA028;

/// Date and time of a member, as MS-DOS stored them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Hours, minutes, half seconds.
    pub(super) time: u16,
    /// Years from 1980, months, days.
    pub(super) date: u16,
}

impl Stamp {
    /// 1980-01-01 00:00, the same in every run.
    const FIXED: Stamp = Stamp { time: 0, date: 0x0021 };
}

/// One member of the package being written.
#[derive(Clone, Debug)]
pub(super) struct Member {
    name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) stamp: Stamp,
    crc32: u32,
    pub(super) packed: u64,
    unpacked: u64,
    pub(super) offset: u64,
    has_reserve: bool,
}

impl Member {
    /// A deflated member whose sizes will be set before its header is written.
    pub(super) fn new(name: &[u8], offset: u64) -> Member {
        Member {
            name: name.to_vec(),
            flags: if name.is_ascii() { 0 } else { IS_UTF8 },
            method: DEFLATED,
            stamp: Stamp::FIXED,
            crc32: 0,
            packed: 0,
            unpacked: 0,
            offset,
            has_reserve: false,
        }
    }

    /// A member whose header is written now and patched when its sizes are known.
    pub(super) fn streamed(name: &[u8], offset: u64) -> Member {
        Member { has_reserve: true, ..Member::new(name, offset) }
    }

    pub(super) fn set_sizes(&mut self, crc32: u32, packed: u64, unpacked: u64) {
        (self.crc32, self.packed, self.unpacked) = (crc32, packed, unpacked);
    }

    /// Where the compressed bytes begin.
    pub(super) fn data_start(&self) -> u64 {
        self.offset + self.local_header().len() as u64
    }

    /// The local file header; always of the same length for a streamed member.
    pub(super) fn local_header(&self) -> Vec<u8> {
        let is_zip64 = self.has_large_size();
        let mut extra = Record::default();
        if is_zip64 {
            extra.u16(ZIP64_EXTRA).u16(16).u64(self.unpacked).u64(self.packed);
        } else if self.has_reserve {
            extra.u16(GROWTH_HINT).u16(16).u16(GROWTH_HINT_SIGNATURE).u16(0).u32(0).u64(0);
        }
        let mut header = Record::default();
        header.u32(0x0403_4B50).u16(version(is_zip64));
        self.common_fields(&mut header, is_zip64);
        header.u16(extra.0.len() as u16).bytes(&self.name).bytes(&extra.0);
        header.0
    }

    fn directory_header(&self, record: &mut Record) {
        let is_zip64 = self.has_large_size();
        let is_far = self.offset >= NEEDS_ZIP64;
        let mut extra = Record::default();
        if is_zip64 || is_far {
            extra.u16(ZIP64_EXTRA).u16(if is_zip64 { 16 } else { 0 } + if is_far { 8 } else { 0 });
        }
        if is_zip64 {
            extra.u64(self.unpacked).u64(self.packed);
        }
        if is_far {
            extra.u64(self.offset);
        }
        let version = version(is_zip64 || is_far);
        record.u32(0x0201_4B50).u16(version).u16(version);
        self.common_fields(record, is_zip64);
        record.u16(extra.0.len() as u16).u16(0).u16(0).u16(0).u32(0);
        record.u32(self.offset.min(NEEDS_ZIP64) as u32).bytes(&self.name).bytes(&extra.0);
    }

    /// What both headers share, from the flags to the length of the name.
    fn common_fields(&self, record: &mut Record, is_zip64: bool) {
        let size = |size: u64| if is_zip64 { u32::MAX } else { size as u32 };
        record.u16(self.flags).u16(self.method).u16(self.stamp.time).u16(self.stamp.date);
        record.u32(self.crc32).u32(size(self.packed)).u32(size(self.unpacked));
        record.u16(self.name.len() as u16);
    }

    fn has_large_size(&self) -> bool {
        self.packed >= NEEDS_ZIP64 || self.unpacked >= NEEDS_ZIP64
    }
}

/// The central directory and its end, for a directory that begins at `start`.
pub(super) fn directory(members: &[Member], start: u64) -> Vec<u8> {
    let mut record = Record::default();
    for member in members {
        member.directory_header(&mut record);
    }
    let size = record.0.len() as u64;
    let count = members.len() as u64;
    if count >= 0xFFFF || start >= NEEDS_ZIP64 || size >= NEEDS_ZIP64 {
        record.u32(0x0606_4B50).u64(44).u16(45).u16(45).u32(0).u32(0);
        record.u64(count).u64(count).u64(size).u64(start);
        record.u32(0x0706_4B50).u32(0).u64(start + size).u32(1);
    }
    let count = count.min(0xFFFF) as u16;
    record.u32(0x0605_4B50).u16(0).u16(0).u16(count).u16(count);
    record.u32(size.min(NEEDS_ZIP64) as u32).u32(start.min(NEEDS_ZIP64) as u32).u16(0);
    record.0
}

fn version(is_zip64: bool) -> u16 {
    if is_zip64 { 45 } else { 20 }
}

/// Little-endian fields, one after another.
#[derive(Default)]
struct Record(Vec<u8>);

impl Record {
    fn u16(&mut self, value: u16) -> &mut Record {
        self.bytes(&value.to_le_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Record {
        self.bytes(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Record {
        self.bytes(&value.to_le_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Record {
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streamed_header_keeps_its_length_when_sizes_turn_out_large() {
        let mut member = Member::streamed("大.xml".as_bytes(), 40);
        let before = member.local_header();
        member.set_sizes(1, 5 << 30, 9 << 30);
        let after = member.local_header();
        assert_eq!(before.len(), after.len());
        assert_eq!(&after[18..26], [0xFF; 8]);
        assert!(after.ends_with(&(5u64 << 30).to_le_bytes()));
    }

    #[test]
    fn many_or_far_members_bring_the_zip64_directory() {
        let member = Member::new(b"a", 5 << 30);
        for (count, start, is_zip64) in [(1, 6 << 30, true), (70_000, 9, true), (3, 9, false)] {
            let directory = directory(&vec![member.clone(); count], start);
            let has = directory.windows(4).any(|at| at == 0x0606_4B50u32.to_le_bytes());
            assert_eq!(has, is_zip64, "{count} {start}");
        }
    }
}
