//! What strict readers of GBK (code page 936) take. The encoder of the web's GBK also writes the one-byte
//! euro sign, user-defined codes and the codes that GB 18030 added, which those readers refuse.

use std::ops::RangeInclusive;

/// The second bytes that code page 936 knows for a lead byte; leads between these rows take all of
/// 40–FE but 7F. Source: the mapping table of code page 936 without its euro sign.
static ROWS: [(RangeInclusive<u8>, &[RangeInclusive<u8>]); 14] = [
    (0xa1..=0xa1, &[0xa1..=0xfe]),
    (0xa2..=0xa2, &[0xa1..=0xaa, 0xb1..=0xe2, 0xe5..=0xee, 0xf1..=0xfc]),
    (0xa3..=0xa3, &[0xa1..=0xfe]),
    (0xa4..=0xa4, &[0xa1..=0xf3]),
    (0xa5..=0xa5, &[0xa1..=0xf6]),
    (0xa6..=0xa6, &[0xa1..=0xb8, 0xc1..=0xd8, 0xe0..=0xeb, 0xee..=0xf2, 0xf4..=0xf5]),
    (0xa7..=0xa7, &[0xa1..=0xc1, 0xd1..=0xf1]),
    (0xa8..=0xa8, &[0x40..=0x95, 0xa1..=0xbb, 0xbd..=0xbe, 0xc0..=0xc0, 0xc5..=0xe9]),
    (0xa9..=0xa9, &[0x40..=0x57, 0x59..=0x5a, 0x5c..=0x5c, 0x60..=0x88, 0x96..=0x96, 0xa4..=0xef]),
    (0xaa..=0xaf, &[0x40..=0xa0]),
    (0xd7..=0xd7, &[0x40..=0xf9]),
    (0xf8..=0xfd, &[0x40..=0xa0]),
    (0xfe..=0xfe, &[0x40..=0x4f]),
    (0x80..=0x80, &[]),
];

/// The first character of `text` whose bytes in `encoded` (all of the text in GBK) strict readers refuse.
pub(super) fn refused(text: &str, encoded: &[u8]) -> Option<char> {
    let mut rest = encoded;
    let mut position = 0;
    while let [lead, after @ ..] = rest {
        rest = match (lead, after) {
            (0..=0x7f, _) => after,
            (lead, [trail, after @ ..]) if is_known(*lead, *trail) => after,
            _ => return text.chars().nth(position),
        };
        position += 1;
    }
    None
}

fn is_known(lead: u8, trail: u8) -> bool {
    // Nearly all Chinese characters end here.
    if matches!(lead, 0x81..=0xa0 | 0xb0..=0xd6 | 0xd8..=0xf7) {
        return true;
    }
    let row = ROWS.iter().find(|(leads, _)| leads.contains(&lead));
    row.is_some_and(|(_, trails)| trails.iter().any(|range| range.contains(&trail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_strict_readers_lack_are_found() {
        for (text, expected) in [
            ("", None),
            ("张三,5\r\n", None),
            ("李·阿卜杜—（），①②㈠Ⅲⅲ×÷℃㎎镕喆犇龥", None),
            ("爱卟﨎兀嗀", None),
            ("李䶮", Some('䶮')),
            ("a㑳b䶮", Some('㑳')),
            ("5€", Some('€')),
            ("€", Some('€')),
            ("ǹ", Some('ǹ')),
            ("张⿰", Some('⿰')),
            ("张\u{e000}", Some('\u{e000}')),
        ] {
            let (encoded, _, is_lossy) = encoding_rs::GBK.encode(text);
            assert!(!is_lossy, "{text}");
            assert_eq!(refused(text, &encoded), expected, "{text}");
        }
    }
}
