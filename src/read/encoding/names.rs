//! Names of files inside a package: old archives keep them in whatever code page the machine had, without saying.
//! Names are short, so the package decides as a whole; a name that disagrees is decided for itself.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8};

use super::{are_pairs, score::Score};
use crate::read::EncodingDecision;

/// A name as the package keeps it.
#[derive(Clone, Copy, Debug)]
pub struct RawName<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Whether the package says that they are UTF-8, which may be untrue.
    pub is_said_utf_8: bool,
    /// The same name in UTF-8, where the package has it and its checksum is right.
    pub unicode: Option<&'a str>,
}

/// Names as people read them.
#[derive(Debug)]
pub struct Names {
    /// In the order of the raw names.
    pub names: Vec<String>,
    /// How names beyond ASCII were decoded, or most of them; `None` if there are none.
    pub decision: Option<EncodingDecision>,
    /// Names that were decoded otherwise than that.
    pub strangers: usize,
}

/// Code page 437 above ASCII: what DOS and the zip format mean when nothing else fits. Source: APPNOTE D.1.
const CP_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Code {
    Page(&'static Encoding),
    Cp437,
}

/// Bytes that are enough to judge a package by.
const SAMPLE_BYTES: usize = 1 << 18;

/// Decodes all names of a package.
pub fn decode(raw: &[RawName<'_>]) -> Names {
    let undecided: Vec<&[u8]> =
        raw.iter().filter(|name| settled(name).is_none()).map(|name| name.bytes).collect();
    let main = main_code(&undecided);
    let mut strangers = 0;
    let names = raw.iter().map(|name| {
        settled(name).map(str::to_owned).unwrap_or_else(|| {
            let code = own_code(name.bytes, main.0);
            strangers += usize::from(code != main.0);
            text(code, name.bytes)
        })
    });
    let names = names.collect();
    let is_ascii =
        |name: &RawName<'_>| name.unicode.unwrap_or_default().is_ascii() && name.bytes.is_ascii();
    let said = match (undecided.is_empty(), raw.iter().all(is_ascii)) {
        (false, _) => Some(decision(main)),
        (true, true) => None,
        (true, false) => Some(EncodingDecision { name: "UTF-8", by: "package", confidence: 1.0 }),
    };
    Names { names, decision: said, strangers }
}

/// Decodes one name that says nothing of itself.
pub fn decode_one(bytes: &[u8]) -> String {
    let raw = RawName { bytes, is_said_utf_8: false, unicode: None };
    decode(&[raw]).names.concat()
}

/// Decodes a name in the charset that it names, unless that cannot be.
pub fn decode_as(label: &[u8], bytes: &[u8]) -> String {
    // Code page 936 is what Windows calls GBK; GB18030 is its superset.
    let is_936 = label.windows(3).any(|digits| digits == b"936");
    let named = if is_936 { Some(GB18030) } else { Encoding::for_label(label) };
    // A message that says ASCII or Latin and has more says nothing.
    let known = named.filter(|page| *page != encoding_rs::WINDOWS_1252);
    let decoded =
        known.and_then(|page| page.decode_without_bom_handling_and_without_replacement(bytes));
    decoded.map_or_else(|| decode_one(bytes), std::borrow::Cow::into_owned)
}

fn decision((code, confidence): (Code, f32)) -> EncodingDecision {
    match code {
        Code::Page(page) if page == UTF_8 => {
            EncodingDecision { name: "UTF-8", by: "utf-8", confidence }
        }
        Code::Page(page) if page == GB18030 => {
            EncodingDecision { name: "GB18030", by: "gb18030", confidence }
        }
        Code::Page(page) => EncodingDecision { name: page.name(), by: "statistics", confidence },
        Code::Cp437 => EncodingDecision { name: "IBM437", by: "statistics", confidence },
    }
}

/// A name about which there is no doubt.
fn settled<'a>(name: &RawName<'a>) -> Option<&'a str> {
    if name.unicode.is_some() {
        return name.unicode;
    }
    let text = std::str::from_utf8(name.bytes).ok()?;
    (name.is_said_utf_8 || name.bytes.is_ascii()).then_some(text)
}

/// The code of names that do not say theirs, and how sure that is.
fn main_code(names: &[&[u8]]) -> (Code, f32) {
    // A name of GBK may happen to be UTF-8 (联通), one of UTF-8 hardly ever is likely GBK.
    let others: Vec<&[u8]> = names.iter().filter(|name| !is_utf_8(name)).copied().collect();
    if others.is_empty() {
        return (Code::Page(UTF_8), 0.99);
    }
    let mut sample = Vec::new();
    for name in others {
        if sample.len() + name.len() > SAMPLE_BYTES {
            break;
        }
        sample.extend_from_slice(name);
        sample.push(b'\n');
    }
    for (page, sure) in [(GB18030, 0.95), (BIG5, 0.8)] {
        let score = Score::of(page, &sample);
        if score.malformed == 0 && score.is_chinese() {
            return (Code::Page(page), sure * (0.7 + 0.3 * score.share()));
        }
    }
    if is_latin(&sample) {
        return (Code::Cp437, 0.6);
    }
    for page in [SHIFT_JIS, EUC_KR] {
        if is_native(page, &sample) {
            return (Code::Page(page), 0.6);
        }
    }
    match Score::of(GB18030, &sample).malformed {
        0 => (Code::Page(GB18030), 0.5),
        // Most of them still may be.
        _ if Score::of(GB18030, &sample).is_chinese() => (Code::Page(GB18030), 0.6),
        _ => (Code::Cp437, 0.3),
    }
}

/// The code of one name: the package's, unless the name is nothing in it and something in another.
fn own_code(name: &[u8], main: Code) -> Code {
    if is_utf_8(name) && main != Code::Page(UTF_8) {
        return Code::Page(UTF_8);
    }
    let Code::Page(page) = main else { return main };
    let score = Score::of(page, name);
    let is_strange = score.malformed > 0 || (score.common == 0 && score.other > 1);
    if !is_strange {
        return main;
    }
    let fits = |page: &&'static Encoding| {
        let score = Score::of(page, name);
        score.malformed == 0 && (score.is_chinese() || is_native(page, name))
    };
    let other = [GB18030, BIG5, SHIFT_JIS].into_iter().find(fits).map(Code::Page);
    other.unwrap_or(if score.malformed > 0 { Code::Cp437 } else { main })
}

/// Whether bytes are UTF-8 and no likelier GBK.
fn is_utf_8(name: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(name) else { return false };
    if text.chars().any(|letter| letter.len_utf8() > 2) {
        return Score::of(GB18030, name).share() <= Score::of(UTF_8, name).share();
    }
    let chinese = Score::of(GB18030, name);
    chinese.malformed > 0 || !chinese.is_chinese()
}

/// Whether a text is what its code page is for: kana and common characters, or hangul.
fn is_native(page: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, _) = page.decode_without_bom_handling(bytes);
    let (mut own, mut other) = (0, 0);
    for letter in text.chars().filter(|letter| !letter.is_ascii()) {
        let is_own = match letter {
            '\u{3040}'..='\u{30ff}' => page == SHIFT_JIS,
            '\u{ac00}'..='\u{d7a3}' => page == EUC_KR,
            letter => page == SHIFT_JIS && super::hanzi::is_common(letter),
        };
        if is_own { own += 1 } else { other += 1 }
    }
    own > other * 3
}

/// Whether every byte beyond ASCII is an accented letter of code page 437 that stands alone, and none is followed by
/// what no name has there: in GBK that is half of a character.
fn is_latin(bytes: &[u8]) -> bool {
    let is_letter = |byte: u8| matches!(byte, 0x80..=0x9a | 0xa0..=0xa5 | 0xe1);
    let next = bytes.iter().skip(1).chain([&b' ']);
    let fits = |(byte, next): (&u8, &u8)| {
        byte.is_ascii() || (is_letter(*byte) && !b"\\[]^`{|}~@".contains(next))
    };
    let count = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    bytes.iter().zip(next).all(fits) && !are_pairs(bytes, count)
}

fn text(code: Code, name: &[u8]) -> String {
    match code {
        Code::Page(page) => page.decode_without_bom_handling(name).0.into_owned(),
        Code::Cp437 => name.iter().map(|byte| cp_437(*byte)).collect(),
    }
}

fn cp_437(byte: u8) -> char {
    let high = byte.checked_sub(0x80).and_then(|at| CP_437.chars().nth(at.into()));
    high.unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(bytes: &[u8]) -> RawName<'_> {
        RawName { bytes, is_said_utf_8: false, unicode: None }
    }

    fn in_page(page: &'static Encoding, text: &str) -> Vec<u8> {
        page.encode(text).0.into_owned()
    }

    #[test]
    fn a_package_decides_its_names_together() {
        for (page, name, texts) in [
            (GB18030, "GB18030", &["乗哱签到.jpg", "堃.jpg", "名单.xlsx"][..]),
            (GB18030, "GB18030", &["联通.txt"]),
            (GB18030, "GB18030", &["镕.jpg"]),
            (GB18030, "GB18030", &["乗哱.jpg"]),
            (BIG5, "Big5", &["學員名冊.xlsx", "簽到表.jpg"]),
            (UTF_8, "UTF-8", &["学员名册.xlsx", "联通.txt"]),
            (SHIFT_JIS, "Shift_JIS", &["テスト.txt", "ファイル名.txt"]),
        ] {
            let bytes: Vec<Vec<u8>> = texts.iter().map(|text| in_page(page, text)).collect();
            let decoded = decode(&bytes.iter().map(|bytes| raw(bytes)).collect::<Vec<_>>());
            assert_eq!(decoded.names, texts, "{name}");
            assert_eq!(decoded.decision.map(|decision| decision.name), Some(name), "{texts:?}");
            assert_eq!(decoded.strangers, 0, "{name}");
        }
        let latin = decode(&[raw(b"f\x81r_Reisende.txt")]);
        assert_eq!(latin.names, ["für_Reisende.txt"]);
        assert_eq!(latin.decision.map(|decision| decision.name), Some("IBM437"));
        assert!(decode(&[raw(b"a.txt")]).decision.is_none());
    }

    #[test]
    fn a_name_in_another_code_is_decided_for_itself() {
        let (chinese, japanese) = (in_page(GB18030, "中文"), in_page(SHIFT_JIS, "日文"));
        let decoded = decode(&[raw(&chinese), raw(&japanese), raw("签到.jpg".as_bytes())]);
        assert_eq!(decoded.names, ["中文", "日文", "签到.jpg"]);
        assert_eq!(decoded.strangers, 2);
    }

    #[test]
    fn what_the_package_says_is_taken_unless_it_is_untrue() {
        let chinese = in_page(GB18030, "名单");
        let lying = RawName { bytes: &chinese, is_said_utf_8: true, unicode: None };
        let told = RawName { bytes: b"??.txt", is_said_utf_8: false, unicode: Some("名单.txt") };
        let said = RawName { bytes: "é".as_bytes(), is_said_utf_8: true, unicode: None };
        let decoded = decode(&[lying, told, said]);
        assert_eq!(decoded.names, ["名单", "名单.txt", "é"]);
        assert_eq!(decoded.strangers, 0);
    }
}
