//! Numbers as text: every digit the container stores, no exponent where a number has few digits.

use std::fmt::Write;

/// Integers below this are written digit by digit: an 18-digit number must not end in zeros.
const WHOLE_LIMIT: f64 = 1e18;

/// Appends a number as the shortest text that reads back as the same number; nothing for what is no
/// number (`false`).
pub fn push_number(text: &mut String, number: f64) -> bool {
    if !number.is_finite() {
        return false;
    }
    let size = number.abs();
    let written = if size < WHOLE_LIMIT && number.fract() == 0.0 {
        text.push_str(itoa::Buffer::new().format(number as i64));
        Ok(())
    } else if (1e-9..1e21).contains(&size) {
        write!(text, "{number}")
    } else {
        write!(text, "{number:e}")
    };
    written.is_ok()
}

/// A number in 30 bits ([MS-XLS] 2.5.217, [MS-XLSB] 2.5.122): an integer or the top of a float,
/// perhaps in hundredths.
pub fn packed(bits: u32) -> f64 {
    let number = if bits & 2 == 2 {
        f64::from(bits as i32 >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 == 1 { number / 100.0 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (110101199003074000.0, "110101199003074000"),
            (13800138000.0, "13800138000"),
            (0.1, "0.1"),
            (43101.75, "43101.75"),
            (-2.5, "-2.5"),
            (1e-12, "1e-12"),
            (1e300, "1e300"),
        ] {
            let mut out = String::new();
            assert!(push_number(&mut out, number));
            assert_eq!(out, text);
        }
        assert!(!push_number(&mut String::new(), f64::NAN));
    }

    #[test]
    fn packed_numbers_unpack() {
        for (bits, number) in [
            (0x0000_0002, 0.0),
            ((-7i32 << 2 | 2) as u32, -7.0),
            (12345 << 2 | 3, 123.45),
            (0x3FF0_0000, 1.0),
            (0x3FF0_0001, 0.01),
        ] {
            assert_eq!(packed(bits), number, "{bits:#x}");
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_round_trip(number in proptest::num::f64::NORMAL) {
            let mut out = String::new();
            proptest::prop_assert!(push_number(&mut out, number));
            proptest::prop_assert_eq!(out.parse::<f64>().ok(), Some(number));
        }
    }
}
