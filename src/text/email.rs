//! E-mail addresses, as far as a typing mistake can be told.

use super::{Mends, Outcome, Raw, Reading, plain};
use crate::model::codes::value as codes;

/// Reads an e-mail address: half-width, without spaces; `。` in the domain becomes a full stop.
pub(super) fn read(raw: &Raw<'_>, out: &mut String) -> Outcome {
    let (trimmed, mut mends) = plain::trim(raw.text);
    let text = raw.text.get(trimmed.clone()).unwrap_or_default();
    if text.is_empty() {
        return Outcome::Nothing;
    }
    let start = out.len();
    mends.add(plain::squeeze(text.strip_prefix("mailto:").unwrap_or(text), out));
    if text.starts_with("mailto:") {
        mends.add(Mends::PREFIX);
    }
    if out.get(start..).is_some_and(|address| address.contains('。')) {
        let address = out.split_off(start).replace('。', ".");
        out.push_str(&address);
        mends.add(Mends::FULL_WIDTH);
    }
    if !out.get(start..).is_some_and(is_address) {
        return Outcome::fault(&codes::EMAIL_FORMAT);
    }
    Outcome::settle(raw.text, trimmed, out, start, Reading::written(0, mends))
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_local =
        |letter: char| letter.is_alphanumeric() || "._%+-!#$&'*/=?^`{|}~".contains(letter);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    !local.is_empty()
        && local.chars().all(is_local)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType::Email;
    use crate::text::tests::{check, fault};

    #[test]
    fn addresses_are_mended_or_refused() {
        for (raw, canonical, mends) in [
            ("li.si@example.com", "li.si@example.com", Mends::NONE),
            ("lisi＠example．com", "lisi@example.com", Mends::FULL_WIDTH),
            ("lisi@example。com", "lisi@example.com", Mends::FULL_WIDTH),
            (
                " lisi @example.com",
                "lisi@example.com",
                Mends::INNER_SPACES.union(Mends::OUTER_SPACES),
            ),
            ("mailto:a@b.cn", "a@b.cn", Mends::PREFIX),
        ] {
            check(Email, &Raw::text(raw), canonical, 0, mends);
        }
        for raw in ["lisi", "lisi@", "@example.com", "a@b", "a@b@c.com", "a,b@c.com", "a@b..com"] {
            assert_eq!(fault(Email, &Raw::text(raw)), "email-format", "{raw}");
        }
    }
}
