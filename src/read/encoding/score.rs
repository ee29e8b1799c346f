//! How Chinese a decoding looks.

use encoding_rs::Encoding;

use super::hanzi;

/// What a decoding yielded beyond ASCII. Punctuation and full-width forms, which the East Asian encodings
/// share, count for nobody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Score {
    /// Common Chinese characters.
    pub common: usize,
    /// All other characters beyond ASCII.
    pub other: usize,
    /// Bytes that would not decode.
    pub malformed: usize,
}

impl Score {
    /// Decodes a sample and counts.
    pub(super) fn of(encoding: &'static Encoding, bytes: &[u8]) -> Score {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let mut score = Score::default();
        for letter in text.chars().filter(|letter| !letter.is_ascii()) {
            match letter {
                '\u{fffd}' => score.malformed += 1,
                '\u{2010}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => {}
                '\u{b7}' | '\u{d7}' | '\u{2103}' | '\u{2160}'..='\u{24ff}' => {}
                _ if hanzi::is_common(letter) => score.common += 1,
                _ => score.other += 1,
            }
        }
        score
    }

    /// Common characters among all that count, from 0 to 1; a broken byte weighs like three wrong characters.
    pub(super) fn share(&self) -> f32 {
        let all = self.common + self.other + 3 * self.malformed;
        if all == 0 { 0.0 } else { self.common as f32 / all as f32 }
    }

    /// Whether this is Chinese text: at least half of the characters are common ones.
    pub(super) fn is_chinese(&self) -> bool {
        self.common > 0 && self.share() >= 0.5
    }

    /// How sure that is, given the lead over the next encoding: little text, little certainty.
    pub(super) fn confidence(&self, margin: f32) -> f32 {
        let seen = (self.common + self.other) as f32;
        let certain = (seen + 0.5) / (seen + 1.0);
        (certain * (0.45 + 0.65 * margin)).clamp(0.3, 0.99)
    }
}
