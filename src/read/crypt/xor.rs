//! XOR obfuscation, which is no encryption but asks for a password all the same.
//! Source: [MS-OFFCRYPTO] 2.3.7.1 to 2.3.7.3.

/// Longest password; what is longer is cut.
const LONGEST: usize = 15;

/// What fills a password up to the length of the pattern.
const FILLER: [u8; 15] =
    [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00];

/// The pattern that a password lays over records, if the document's two numbers are those of the password.
pub fn pattern_of(key: u16, verifier: u16, password: &str) -> Option<[u8; 16]> {
    let bytes = bytes_of(password);
    if bytes.is_empty() || key_of(&bytes) != key || verifier_of(&bytes) != verifier {
        return None;
    }
    let key = key.to_le_bytes();
    let mut filled = bytes.into_iter().chain(FILLER);
    // Whole passwords of 15 leave one place for the filler.
    Some(std::array::from_fn(|at| (filled.next().unwrap_or_default() ^ key[at % 2]).rotate_left(2)))
}

/// Decrypts bytes; `first` is the place of the first one in the pattern, laid out again and again.
pub fn apply(pattern: &[u8; 16], first: usize, bytes: &mut [u8]) {
    for (byte, mask) in bytes.iter_mut().zip(pattern.iter().cycle().skip(first % pattern.len())) {
        *byte = byte.rotate_left(3) ^ mask;
    }
}

/// One byte a letter: the low one of UTF-16, or the high one where that is zero.
fn bytes_of(password: &str) -> Vec<u8> {
    let units = password.encode_utf16().take(LONGEST).map(u16::to_le_bytes);
    units.map(|[low, high]| if low == 0 { high } else { low }).collect()
}

/// Each bit of the password, from its end, lays a step of one shift register over the key; another, of the same
/// length, begins with all bits set.
fn key_of(password: &[u8]) -> u16 {
    let step = |state: u16| {
        let turned = state.rotate_left(1);
        if turned & 1 == 1 { turned ^ 0x1020 } else { turned }
    };
    let (mut key, mut base, mut end) = (0, 0x8000, 0xFFFF);
    for letter in password.iter().rev() {
        for bit in 0..8 {
            (base, end) = (step(base), step(end));
            if (letter & 0x7F) >> bit & 1 == 1 {
                key ^= base;
            }
        }
    }
    key ^ end
}

/// The letters, each turned within 15 bits by its place, laid over one another.
fn verifier_of(password: &[u8]) -> u16 {
    let turned = |(place, letter): (u32, &u8)| {
        let wide = u32::from(*letter) << (place % 15);
        ((wide | wide >> 15) & 0x7FFF) as u16
    };
    let letters = (1..).zip(password).map(turned);
    letters.fold(password.len() as u16 ^ 0xCE4B, |sum, letter| sum ^ letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_gives_the_numbers_that_documents_carry() {
        assert_eq!(bytes_of("aé\u{0100}密"), [0x61, 0xE9, 0x01, 0xC6]);
        assert_eq!(pattern_of(0, 0, "abc"), None);
        assert_eq!(pattern_of(key_of(b""), verifier_of(b""), ""), None);
    }
}
