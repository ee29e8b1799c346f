//! The records of a BIFF stream (2 to 8): which stay, which hold a text or a number, and the rest, which is blanked.

use std::ops::Range;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::{
    super::{Texts, values::format_code},
    strings::{Cursor, Placed},
};

const CONTINUE: u16 = 0x003C;
/// What a blanked record is called: no program knows it, so that each passes it over.
const UNKNOWN: u16 = 0x08FF;
/// A longer record of settings is none.
const LONGEST_SETTING: usize = 600;

/// Records without any text that say how sheets are built ([MS-XLS] 2.3).
static BUILDING: &[u16] = &[
    0x0000, 0x0001, 0x0005, 0x0008, 0x0009, 0x000A, 0x000B, 0x0022, 0x0042, 0x0043, 0x0055, 0x007D,
    0x0085, 0x00BE, 0x00D7, 0x00E0, 0x00E5, 0x00FD, 0x00FF, 0x0200, 0x0201, 0x0205, 0x0208, 0x0209,
    0x020B, 0x0243, 0x0409, 0x0443, 0x0809, 0x0024,
];

/// Records without any text that hold settings.
static SETTINGS: &[u16] = &[
    0x000C, 0x000D, 0x000E, 0x000F, 0x0010, 0x0011, 0x0012, 0x0019, 0x001D, 0x0025, 0x0026, 0x0027,
    0x0028, 0x0029, 0x002A, 0x002B, 0x003D, 0x0040, 0x0041, 0x005F, 0x0080, 0x0081, 0x0082, 0x0083,
    0x0084, 0x008C, 0x008D, 0x0092, 0x009B, 0x009C, 0x009D, 0x00C1, 0x00DA, 0x00E1, 0x00E2, 0x013D,
    0x0160, 0x0161, 0x01B7, 0x0225, 0x023E,
];

struct Record {
    kind: u16,
    at: usize,
    body: Range<usize>,
}

/// A stream whose records are replaced.
pub struct Book<'b> {
    stream: &'b mut Vec<u8>,
    records: Vec<Record>,
    /// 2, 3, 4, 5 or 8.
    version: u8,
    encoding: &'static Encoding,
}

impl<'b> Book<'b> {
    /// Finds the records. `None` if there are none, or if they are encrypted.
    pub fn new(stream: &'b mut Vec<u8>) -> Option<Book<'b>> {
        let mut records = Vec::new();
        let mut at = 0;
        while let (Some(kind), Some(length)) = (short(stream, at), short(stream, at + 2)) {
            let body = at + 4..at + 4 + usize::from(length);
            if body.end > stream.len() {
                break;
            }
            records.push(Record { kind, at, body: body.clone() });
            at = body.end;
        }
        let first = records.first()?;
        let version = match (first.kind, short(stream, first.body.start)) {
            (0x0009, _) => 2,
            (0x0209, _) => 3,
            (0x0409, _) => 4,
            (0x0809, Some(0x0500)) => 5,
            (0x0809, _) => 8,
            _ => return None,
        };
        if records.iter().any(|record| record.kind == 0x002F) {
            return None;
        }
        // What breaks off stays as long as it was, and says nothing. A length that leads beyond the end stays.
        let tail = if at + 4 <= stream.len() { at + 4 } else { at };
        let end = stream.len();
        blank(stream, tail..end, 0);
        let encoding = encoding_of(stream, &records);
        Some(Book { stream, records, version, encoding })
    }

    /// Replaces texts and numbers, blanks what is not known.
    pub fn replace(mut self, texts: &mut dyn Texts) {
        let records = std::mem::take(&mut self.records);
        for (index, record) in records.iter().enumerate() {
            let continued = records.get(index + 1..).unwrap_or_default();
            let mut parts = vec![record.body.clone()];
            parts.extend(
                continued
                    .iter()
                    .take_while(|next| next.kind == CONTINUE)
                    .map(|next| next.body.clone()),
            );
            match record.kind {
                CONTINUE => {
                    let owner = records
                        .get(..index)
                        .and_then(|before| before.iter().rev().find(|r| r.kind != CONTINUE));
                    if !owner.is_some_and(|owner| {
                        matches!(owner.kind, 0x00FC | 0x0207 | 0x0204 | 0x00D6)
                    }) {
                        self.drop_record(record);
                    }
                }
                0x00FC => self.shared(parts, texts),
                0x0004 | 0x0204 | 0x00D6 => self.label(record, parts, texts),
                0x0007 | 0x0207 => self.result(parts, texts),
                0x0085 => self.sheet_name(record, texts),
                0x001E | 0x041E => self.format(record, texts),
                0x0031 | 0x0231 => self.font(record),
                0x005C => self.author(record),
                0x0293
                    if short(self.stream, record.body.start).is_some_and(|xf| xf & 0x8000 != 0) =>
                {
                    blank(self.stream, record.body.start + 4..record.body.end, 0);
                }
                0x0002 => {}
                0x0003 | 0x0203 => {
                    let value = record.body.start
                        + if self.version == 2 && record.kind < 0x10 { 7 } else { 6 };
                    self.float(value, texts);
                }
                0x027E => self.packed(record.body.start + 6, texts),
                0x00BD => {
                    let runs = record.body.len().saturating_sub(6) / 6;
                    (0..runs).for_each(|run| self.packed(record.body.start + 6 + run * 6, texts));
                }
                0x0006 | 0x0206 | 0x0406 => self.formula(record, texts),
                kind if BUILDING.contains(&kind) => {}
                kind if SETTINGS.contains(&kind) && record.body.len() < LONGEST_SETTING => {}
                _ => self.drop_record(record),
            }
        }
    }

    fn drop_record(&mut self, record: &Record) {
        blank(self.stream, record.body.clone(), 0);
        put(self.stream, record.at, &UNKNOWN.to_le_bytes());
    }

    /// The table of shared strings ([MS-XLS] 2.4.265).
    fn shared(&mut self, parts: Vec<Range<usize>>, texts: &mut dyn Texts) {
        let mut found: Vec<Placed> = Vec::new();
        let mut blanks = Vec::new();
        let mut broken = Vec::new();
        let mut cursor = Cursor::new(self.stream, parts);
        let _ = cursor.skip(8);
        while !cursor.is_done() {
            match rich(&mut cursor, &mut blanks) {
                Some(placed) => found.push(placed),
                None => {
                    broken = cursor.rest();
                    break;
                }
            }
        }
        for placed in found {
            placed.write(&texts.text(&placed.text), self.stream);
        }
        for at in blanks {
            put(self.stream, at, &[0]);
        }
        // A string that breaks off must still break off.
        broken.into_iter().for_each(|range| blank(self.stream, range, 0xFF));
    }

    fn label(&mut self, record: &Record, parts: Vec<Range<usize>>, texts: &mut dyn Texts) {
        let head = if self.version == 2 && record.kind == 0x0004 { 7 } else { 6 };
        self.text_behind(head, record.kind == 0x0004 && self.version == 2, parts, texts);
    }

    fn result(&mut self, parts: Vec<Range<usize>>, texts: &mut dyn Texts) {
        self.text_behind(0, self.version == 2, parts, texts);
    }

    /// Replaces the text behind so many bytes; blanks what follows it.
    fn text_behind(
        &mut self,
        head: usize,
        has_short_length: bool,
        parts: Vec<Range<usize>>,
        texts: &mut dyn Texts,
    ) {
        let mut cursor = Cursor::new(self.stream, parts);
        let placed = cursor.skip(head).and_then(|_| match self.version {
            8 => cursor.unicode(),
            _ => {
                let count = if has_short_length {
                    usize::from(cursor.byte()?)
                } else {
                    usize::from(cursor.short()?)
                };
                Some(cursor.legacy(count, self.encoding))
            }
        });
        let rest = cursor.rest();
        // Of a text that is cut off nothing is known: it is blanked with the rest.
        if let Some(placed) = placed {
            placed.write(&texts.text(&placed.text), self.stream);
        }
        rest.into_iter().for_each(|range| blank(self.stream, range, 0));
    }

    fn sheet_name(&mut self, record: &Record, texts: &mut dyn Texts) {
        self.short_text(record, 6, |text| texts.text(text));
    }

    fn format(&mut self, record: &Record, texts: &mut dyn Texts) {
        if self.version == 8 {
            let parts = vec![record.body.clone()];
            let mut cursor = Cursor::new(self.stream, parts);
            let placed = cursor.skip(2).and_then(|_| cursor.unicode());
            if let Some(placed) = placed {
                placed.write(&format_code(&placed.text, texts), self.stream);
            }
            return;
        }
        let head = if record.kind == 0x041E { 2 } else { 0 };
        self.short_text(record, head, |text| format_code(text, texts));
    }

    /// Fonts are known by their names only to people.
    fn font(&mut self, record: &Record) {
        if self.version < 5 {
            return self.drop_record(record);
        }
        self.short_text(record, 14, |text| text.chars().map(|_| 'A').collect());
    }

    /// A text behind a length of one byte.
    fn short_text(&mut self, record: &Record, head: usize, made: impl FnOnce(&str) -> String) {
        let mut cursor = Cursor::new(self.stream, vec![record.body.clone()]);
        let placed =
            cursor.skip(head).and_then(|_| cursor.byte()).and_then(|count| match self.version {
                8 => {
                    let flags = cursor.byte()?;
                    cursor.characters(usize::from(count), flags)
                }
                _ => Some(cursor.legacy(usize::from(count), self.encoding)),
            });
        let rest = cursor.rest();
        match placed {
            Some(placed) => placed.write(&made(&placed.text), self.stream),
            None => blank(self.stream, record.body.start + head..record.body.end, 0),
        }
        rest.into_iter().for_each(|range| blank(self.stream, range, 0));
    }

    /// Who wrote it last ([MS-XLS] 2.4.349): one space.
    fn author(&mut self, record: &Record) {
        blank(self.stream, record.body.clone(), b' ');
        let head: &[u8] = if self.version == 8 { &[1, 0, 0] } else { &[1] };
        put(self.stream, record.body.start, head);
    }

    fn float(&mut self, at: usize, texts: &mut dyn Texts) {
        let Some(eight) = self.stream.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            return;
        };
        let number = f64::from_le_bytes(*eight);
        if let Some(made) = other(number, texts) {
            put(self.stream, at, &made.to_le_bytes());
        }
    }

    fn packed(&mut self, at: usize, texts: &mut dyn Texts) {
        let Some(four) = self.stream.get(at..).and_then(|rest| rest.first_chunk::<4>()) else {
            return;
        };
        let number = unpacked(u32::from_le_bytes(*four));
        if let Some(made) = other(number, texts) {
            put(self.stream, at, &pack(made).to_le_bytes());
        }
    }

    /// A formula: its value is replaced, its text becomes `=0` ([MS-XLS] 2.4.127).
    fn formula(&mut self, record: &Record, texts: &mut dyn Texts) {
        let value = record.body.start + if self.version == 2 { 7 } else { 6 };
        if short(self.stream, value + 6) != Some(0xFFFF) {
            self.float(value, texts);
        }
        let body = record.body.clone();
        if self.version >= 5 && body.len() > 24 {
            blank(self.stream, body.start + 16..body.end, 0);
            put(self.stream, body.start + 20, &[3, 0, 0x1E, 0, 0]);
        } else {
            blank(self.stream, (value + 10).min(body.end)..body.end, 0);
        }
    }
}

/// A string of the shared table; what is not its text is noted to be blanked.
fn rich(cursor: &mut Cursor<'_>, blanks: &mut Vec<usize>) -> Option<Placed> {
    let count = usize::from(cursor.short()?);
    let flags = cursor.byte()?;
    let runs = if flags & 8 == 0 { 0 } else { usize::from(cursor.short()?) };
    let extra = if flags & 4 == 0 { 0 } else { cursor.long()? as usize };
    let placed = cursor.characters(count, flags)?;
    cursor.skip(runs * 4)?;
    blanks.extend(cursor.skip(extra)?);
    Some(placed)
}

fn other(number: f64, texts: &mut dyn Texts) -> Option<f64> {
    let text = format!("{number}");
    let made = texts.number(&text);
    (made != text).then(|| made.parse().ok()).flatten()
}

/// A number in 30 bits ([MS-XLS] 2.5.217).
fn unpacked(bits: u32) -> f64 {
    let number = if bits & 2 == 2 {
        f64::from(bits as i32 >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 == 1 { number / 100.0 } else { number }
}

/// The 30 bits of a number, as near as they can be.
fn pack(number: f64) -> u32 {
    let fits = |number: f64| number.fract() == 0.0 && number.abs() < f64::from(1 << 29);
    if fits(number) {
        return ((number as i32) << 2) as u32 | 2;
    }
    let hundredths = (number * 100.0).round();
    if fits(hundredths) && hundredths / 100.0 == number {
        return ((hundredths as i32) << 2) as u32 | 3;
    }
    (number.to_bits() >> 32) as u32 & !3
}

/// How BIFF 2 to 5 write text: as their code page says, or as Chinese where that is what it reads like.
fn encoding_of(stream: &[u8], records: &[Record]) -> &'static Encoding {
    let page = records.iter().find(|record| record.kind == 0x0042);
    match page.and_then(|record| short(stream, record.body.start)) {
        Some(936 | 54936 | 10008) => return GB18030,
        Some(950) => return BIG5,
        Some(932) => return SHIFT_JIS,
        Some(949) => return EUC_KR,
        Some(65001) => return UTF_8,
        _ => {}
    }
    let is_label = |record: &&Record| matches!(record.kind, 0x0004 | 0x0204 | 0x0207);
    let labels = records.iter().filter(is_label).filter_map(|record| {
        let head = if record.kind == 0x0207 { 2 } else { 8 };
        stream.get(record.body.start + head..record.body.end)
    });
    let high: Vec<u8> = labels.flatten().copied().filter(|byte| !byte.is_ascii()).collect();
    let is_pairs = !high.is_empty()
        && GB18030.decode_without_bom_handling_and_without_replacement(&high).is_some();
    if is_pairs { GB18030 } else { WINDOWS_1252 }
}

fn short(stream: &[u8], at: usize) -> Option<u16> {
    stream.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn put(stream: &mut [u8], at: usize, with: &[u8]) {
    for (to, from) in stream.iter_mut().skip(at).zip(with) {
        *to = *from;
    }
}

fn blank(stream: &mut [u8], range: Range<usize>, with: u8) {
    let count = range.end.saturating_sub(range.start);
    stream.iter_mut().skip(range.start).take(count).for_each(|byte| *byte = with);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_pack_as_they_unpack() {
        for number in [0.0, 7.0, -7.0, 123.45, 44625.0, 0.5, 12_345_678.0] {
            assert_eq!(unpacked(pack(number)), number);
        }
    }

    struct Marks;

    impl Texts for Marks {
        fn text(&mut self, text: &str) -> String {
            text.chars().map(|letter| if letter.is_ascii() { 'x' } else { '某' }).collect()
        }

        fn number(&mut self, _: &str) -> String {
            "9".into()
        }
    }

    #[test]
    fn a_shared_string_over_a_seam_keeps_its_widths() {
        let mut stream = vec![0x09, 0x08, 4, 0, 0, 6, 0, 0];
        let first = [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, b'a'];
        let second = [1, 0x2D, 0x4E, 0x87, 0x65];
        stream.extend([0xFC, 0, first.len() as u8, 0]);
        stream.extend(first);
        stream.extend([0x3C, 0, second.len() as u8, 0]);
        stream.extend(second);
        // A comment's text goes.
        stream.extend([0x1C, 0, 2, 0, b'h', b'i']);
        Book::new(&mut stream).unwrap().replace(&mut Marks);
        let some = '某' as u16;
        let [low, high] = some.to_le_bytes();
        assert_eq!(
            stream.get(23..).unwrap(),
            [b'x', 0x3C, 0, 5, 0, 1, low, high, low, high, 0xFF, 8, 2, 0, 0, 0]
        );
    }
}
