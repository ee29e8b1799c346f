//! The encoding of a text document: found by its bytes, told with how sure we are. Its decoding as a stream
//! is in [`stream`]. The only place that knows encoding_rs and chardetng.

pub mod fields;
pub(crate) mod hanzi;
pub mod names;
mod sample;
mod score;
pub mod stream;

use std::fs::File;
use std::path::Path;

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{EncodingDecision, ReadError};
use crate::model::codes::reading;
use sample::Sample;
use score::Score;
use stream::TextStream;

/// Below this confidence a person should look at the result.
pub const UNCERTAIN_BELOW: f32 = 0.6;

/// An encoding, and how it was found.
#[derive(Clone, Debug)]
pub struct Decided {
    pub(crate) encoding: &'static Encoding,
    /// What the report says.
    pub decision: EncodingDecision,
}

impl Decided {
    fn new(encoding: &'static Encoding, by: &'static str, confidence: f32) -> Decided {
        // The GBK decoder is the GB18030 decoder; one name for both.
        let encoding = if encoding == GBK { GB18030 } else { encoding };
        let name = if encoding == GB18030 { "GB18030" } else { encoding.name() };
        Decided { encoding, decision: EncodingDecision { name, by, confidence } }
    }
}

/// Whether a label names an encoding (WHATWG labels: `gb18030`, `gbk`, `utf-8`, `big5`, `utf-16le` …).
pub fn is_label(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()).is_some()
}

/// Finds the encoding of a document, or takes the one that the caller names.
///
/// # Errors
/// [`ReadError::Refused`] if the bytes are no text; [`ReadError::Io`] if the file cannot be read or the
/// label is unknown.
pub fn decide(path: &Path, file: &mut File, label: Option<&str>) -> Result<Decided, ReadError> {
    if let Some(label) = label {
        let Some(encoding) = Encoding::for_label(label.trim().as_bytes()) else {
            let source = std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                format!("unknown encoding label {label:?}"),
            );
            return Err(ReadError::io(path, source));
        };
        return Ok(Decided::new(encoding, "option", 1.0));
    }
    let sample = Sample::take(file).map_err(|source| ReadError::io(path, source))?;
    by_sample(&sample).ok_or_else(|| ReadError::refused(&reading::NOT_A_SPREADSHEET))
}

/// A short text as a whole, decoded as it seems best; what would not decode is U+FFFD. Empty if it is no text.
///
/// # Errors
/// The file cannot be read.
pub fn text_of(path: &Path) -> Result<String, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let decided = match decide(path, &mut file, None) {
        Err(ReadError::Refused(_)) => return Ok(String::new()),
        other => other?,
    };
    let mut stream = TextStream::new(path, file, &decided)?;
    let (mut text, mut broken) = (String::new(), Vec::new());
    while !stream.is_at_end && text.len() < SHORT_TEXT {
        stream.append(&mut text, &mut broken)?;
    }
    Ok(text)
}

/// Longer texts are not read as a whole.
const SHORT_TEXT: usize = 1 << 20;

/// As [`decide`], with the vote of what the document declares: it settles what the bytes leave open, if all of
/// them decode by it. Markup that begins in UTF-16 without a mark is known by its first bracket.
///
/// # Errors
/// As [`decide`], but an unknown declaration is passed over.
pub fn decide_declared(
    path: &Path,
    file: &mut File,
    label: Option<&str>,
    declared: Option<&str>,
) -> Result<Decided, ReadError> {
    if label.is_some() {
        return decide(path, file, label);
    }
    let sample = Sample::take(file).map_err(|source| ReadError::io(path, source))?;
    let bracket = match sample.head.as_slice() {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    let decided = bracket.map(|encoding| Decided::new(encoding, "utf-16-pattern", 0.95));
    let decided = decided.or_else(|| by_sample(&sample));
    let decided = decided.ok_or_else(|| ReadError::refused(&reading::NOT_A_SPREADSHEET))?;
    let named = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let is_plain = |named: &&'static Encoding| {
        // What claims UTF-16 and can be searched for the claim is no UTF-16.
        named.is_ascii_compatible() && !named.decode_without_bom_handling(&sample.lines).1
    };
    match named.filter(is_plain) {
        Some(named) if decided.decision.confidence < UNCERTAIN_BELOW => {
            Ok(Decided::new(named, "declared", 0.8))
        }
        _ => Ok(decided),
    }
}

/// The order of the votes: mark, UTF-16 pattern (its ASCII part is valid UTF-8), strict UTF-8, GB18030 by
/// its common characters, statistics. `None` for bytes that are no text.
fn by_sample(sample: &Sample) -> Option<Decided> {
    if let Some((encoding, _)) = Encoding::for_bom(&sample.head) {
        return Some(Decided::new(encoding, "bom", 1.0));
    }
    if let Some(encoding) = utf_16_pattern(&sample.head) {
        return Some(Decided::new(encoding, "utf-16-pattern", 0.95));
    }
    if is_binary(&sample.lines) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(&sample.lines) {
        return Some(Decided::new(UTF_8, "utf-8", utf_8_confidence(text)));
    }
    Some(by_characters(&sample.lines).unwrap_or_else(|| by_statistics(&sample.lines)))
}

/// UTF-16 without a mark: there are delimiters or line ends, and every NUL stands on the same side of its pair,
/// or one byte order yields familiar text and the other does not.
fn utf_16_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    let (mut low, mut high, mut breaks) = ([0usize; 2], [0usize; 2], [0usize; 2]);
    for (side, encoding_sees) in [(0, 1), (1, 0)] {
        let other = 1 - side;
        low[encoding_sees] = pairs.iter().filter(|pair| pair[side] == 0).count();
        high[encoding_sees] = pairs.iter().filter(|pair| pair[other] == 0).count();
        breaks[encoding_sees] = pairs
            .iter()
            .filter(|pair| {
                pair[side] == 0 && matches!(pair[other], b',' | b';' | b'\t' | b'|' | b'\n' | b'\r')
            })
            .count();
    }
    for (at, encoding) in [(1, UTF_16BE), (0, UTF_16LE)] {
        // Half a percent on the wrong side: real NUL characters.
        if low[at] * 50 >= pairs.len() && breaks[at] > 0 && high[at] * 200 <= low[at] {
            return is_plain_utf_16(encoding, head).then_some(encoding);
        }
    }
    // Characters such as 一 (U+4E00) put a NUL on the other side: then the text itself tells the order.
    let [big, little] = [(1, UTF_16BE), (0, UTF_16LE)]
        .map(|(at, encoding)| (familiar_units(encoding, head), at, encoding));
    let (best, other) = if big.0 >= little.0 { (big, little) } else { (little, big) };
    let (familiar, at, encoding) = best;
    let is_text = low[at] * 50 >= pairs.len()
        && breaks[at] > 0
        && familiar * 2 >= pairs.len()
        && familiar >= other.0 * 2;
    (is_text && is_plain_utf_16(encoding, head)).then_some(encoding)
}

/// Units of a decoding that rosters are made of: printable ASCII, line ends, common Chinese characters and the
/// punctuation that goes with them. A wrong byte order turns nearly all of them into strangers.
fn familiar_units(encoding: &'static Encoding, head: &[u8]) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(head);
    let is_familiar = |letter: &char| match letter {
        '\t' | '\r' | '\n' | ' '..='~' => true,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => true,
        letter => hanzi::is_common(*letter),
    };
    text.chars().filter(is_familiar).count()
}

/// Whether at most the cut end of a sample fails to decode.
fn is_plain_utf_16(encoding: &'static Encoding, head: &[u8]) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(head);
    text.chars().filter(|letter| *letter == '\u{fffd}').count() <= 1
}

/// Control characters that no text has, or mostly NULs. Paddings of NUL and the old end-of-file mark are text.
fn is_binary(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0x01..=0x08 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f);
    let controls = bytes.iter().filter(|byte| is_control(byte)).count();
    let nuls = bytes.iter().filter(|byte| **byte == 0).count();
    controls * 50 > bytes.len()
        || (controls > 0 && nuls * 20 > bytes.len())
        || nuls * 2 > bytes.len()
}

/// Text of two-byte sequences only may be GBK that happens to be valid (联通); its characters tell.
fn utf_8_confidence(text: &str) -> f32 {
    let longest = text.chars().map(char::len_utf8).max().unwrap_or(1);
    match longest {
        1 => 1.0,
        2 => {
            let chinese = Score::of(GB18030, text.as_bytes());
            if chinese.malformed == 0 && chinese.share() > 0.5 { 0.5 } else { 0.9 }
        }
        _ => 0.99,
    }
}

/// UTF-8 with a few broken bytes, GB18030 or Big5: whichever yields common Chinese characters.
fn by_characters(bytes: &[u8]) -> Option<Decided> {
    // Of equals the last is taken.
    let candidates = [(UTF_8, "utf-8"), (BIG5, "statistics"), (GB18030, "gb18030")];
    let scored = candidates.map(|(encoding, by)| (Score::of(encoding, bytes), encoding, by));
    let best = scored.iter().max_by(|one, other| one.0.share().total_cmp(&other.0.share()))?;
    let (score, encoding, by) = best;
    let next = scored.iter().filter(|other| other.1 != *encoding).map(|other| other.0.share());
    let margin = score.share() - next.fold(0.0, f32::max);
    (score.is_chinese() && margin > 0.0)
        .then(|| Decided::new(encoding, by, score.confidence(margin)))
}

/// Everything else, by chardetng: without a hint where there is enough to judge, else expecting Chinese.
fn by_statistics(bytes: &[u8]) -> Decided {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let hint: Option<&[u8]> = (high < 20).then_some(b"cn");
    let guess = detector.guess(hint, chardetng::Utf8Detection::Deny);
    if guess == GBK || (guess.is_single_byte() && are_pairs(bytes, high)) {
        return rare_chinese_or_latin(bytes, high);
    }
    Decided::new(guess, "statistics", if high >= 40 { 0.7 } else { 0.4 })
}

/// The characters have spoken against Chinese. Rare ones still stand in pairs of high bytes, accented letters
/// stand alone.
fn rare_chinese_or_latin(bytes: &[u8], high: usize) -> Decided {
    if are_pairs(bytes, high) && Score::of(GB18030, bytes).malformed == 0 {
        Decided::new(GB18030, "gb18030", 0.4)
    } else {
        Decided::new(encoding_rs::WINDOWS_1252, "statistics", if high >= 40 { 0.7 } else { 0.4 })
    }
}

/// Whether most high bytes have another beside them.
fn are_pairs(bytes: &[u8], high: usize) -> bool {
    let runs = bytes.chunk_by(|one, next| one.is_ascii() == next.is_ascii());
    let paired = runs.filter(|run| run.len() > 1 && !run[0].is_ascii()).map(<[u8]>::len);
    paired.sum::<usize>() * 2 > high
}

#[cfg(test)]
mod tests;
