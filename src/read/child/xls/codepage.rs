//! Which encoding the text of a BIFF 2–5 workbook is in. BIFF 8 is Unicode and never asks.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, WINDOWS_1258,
};

use super::records::Records;

const PAGES: &[(u16, &Encoding)] = &[
    (367, WINDOWS_1252),
    (874, WINDOWS_874),
    (932, SHIFT_JIS),
    (936, GB18030),
    (949, EUC_KR),
    (950, BIG5),
    (1250, WINDOWS_1250),
    (1251, WINDOWS_1251),
    (1252, WINDOWS_1252),
    (1253, WINDOWS_1253),
    (1254, WINDOWS_1254),
    (1255, WINDOWS_1255),
    (1256, WINDOWS_1256),
    (1257, WINDOWS_1257),
    (1258, WINDOWS_1258),
    (10000, MACINTOSH),
    (10008, GB18030),
    (32768, MACINTOSH),
    (32769, WINDOWS_1252),
    (54936, GB18030),
    (65001, UTF_8),
];

/// Decides by what the user says, the CODEPAGE record, the bytes. A Western page is not believed when
/// every byte above ASCII forms Chinese characters: old Chinese exporters write 1252, or nothing.
pub fn decide(said: Option<&str>, page: Option<u16>, stream: &[u8]) -> &'static Encoding {
    if let Some(encoding) = said.and_then(|label| Encoding::for_label(label.as_bytes())) {
        return encoding;
    }
    let known = page.and_then(|page| PAGES.iter().find(|(number, _)| *number == page));
    match known {
        Some((_, encoding)) if *encoding != WINDOWS_1252 => encoding,
        _ if is_chinese(labels(stream)) => GB18030,
        _ => WINDOWS_1252,
    }
}

/// The bodies of all label records, lengths and positions included (they are rarely above ASCII).
fn labels(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_label = |kind: u16| matches!(kind, 0x0004 | 0x0204 | 0x00D6 | 0x0207);
    let texts = Records::new(stream, 0).filter(move |record| is_label(record.kind));
    texts.filter_map(|record| record.body.get(if record.kind == 0x0207 { 2 } else { 8 }..))
}

/// Whether the bytes above ASCII are pairs of GB 2312, most of them Chinese characters.
fn is_chinese<'a>(texts: impl Iterator<Item = &'a [u8]>) -> bool {
    let (mut characters, mut marks) = (0, 0);
    for text in texts {
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if first.is_ascii() {
                continue;
            }
            match (first, after.split_first()) {
                (0xB0..=0xF7, Some((0xA1..=0xFE, after))) => {
                    (characters, rest) = (characters + 1, after)
                }
                (0xA1..=0xA9, Some((0xA1..=0xFE, after))) => (marks, rest) = (marks + 1, after),
                _ => return false,
            }
        }
    }
    characters > 1 && characters > marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &[u8]) -> Vec<u8> {
        let mut stream = vec![0x04, 0x02, 8 + text.len() as u8, 0, 0, 0, 0, 0, 0, 0];
        stream.extend([text.len() as u8, 0]);
        stream.extend(text);
        stream
    }

    #[test]
    fn chinese_bytes_outweigh_a_western_code_page() {
        let (chinese, _, _) = GB18030.encode("姓名：张三");
        for (said, page, text, encoding) in [
            (None, None, chinese.as_ref(), GB18030),
            (None, Some(1252), chinese.as_ref(), GB18030),
            (None, Some(936), b"plain".as_ref(), GB18030),
            (None, Some(950), chinese.as_ref(), BIG5),
            (Some("big5"), Some(1252), chinese.as_ref(), BIG5),
            (None, Some(1252), b"caf\xE9 cr\xE8me".as_ref(), WINDOWS_1252),
            (None, None, b"plain".as_ref(), WINDOWS_1252),
        ] {
            assert_eq!(decide(said, page, &stream(text)), encoding);
        }
    }
}
