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

    proptest::proptest! {
        #[test]
        fn numbers_round_trip(number in proptest::num::f64::NORMAL) {
            let mut out = String::new();
            proptest::prop_assert!(push_number(&mut out, number));
            proptest::prop_assert_eq!(out.parse::<f64>().ok(), Some(number));
        }
    }
}
