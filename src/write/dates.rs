//! Dates by pattern: `YYYY年MM月DD日`.

/// A piece of a date pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DatePiece {
    /// The same in every date.
    Text(String),
    /// Year, month or day: index into [`date_parts`].
    Part(usize),
}

/// Takes a pattern apart.
pub(super) fn date_pieces(pattern: &str) -> Vec<DatePiece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let part = ["YYYY", "MM", "DD"].iter().position(|part| rest.starts_with(part));
        let taken = match part {
            Some(part) => {
                pieces.push(DatePiece::Text(std::mem::take(&mut text)));
                pieces.push(DatePiece::Part(part));
                if part == 0 { 4 } else { 2 }
            }
            None => {
                text.push(letter);
                letter.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    pieces.push(DatePiece::Text(text));
    pieces.retain(|piece| *piece != DatePiece::Text(String::new()));
    pieces
}

/// The pieces of a pattern for one canonical date; nothing for a text that is no whole date.
pub(super) fn spelled<'a>(
    pieces: &'a [DatePiece],
    text: &'a str,
) -> impl Iterator<Item = &'a str> + 'a {
    let parts = date_parts(text);
    pieces.iter().filter_map(move |piece| match (piece, &parts) {
        (_, None) => None,
        (DatePiece::Text(text), _) => Some(text.as_str()),
        (DatePiece::Part(part), Some(parts)) => parts.get(*part).copied(),
    })
}

/// Year, month and day of a canonical date (`YYYY-MM-DD`, a time may follow).
pub(super) fn date_parts(text: &str) -> Option<[&str; 3]> {
    let parts = [text.get(0..4)?, text.get(5..7)?, text.get(8..10)?];
    let is_date = text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    is_date.then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_spelled_by_pattern() {
        for (pattern, date) in [
            ("YYYY年MM月DD日", "2022年03月18日"),
            ("YYYYMMDD", "20220318"),
            ("DD/MM/YYYY", "18/03/2022"),
            ("YYYY", "2022"),
        ] {
            let pieces = date_pieces(pattern);
            assert_eq!(spelled(&pieces, "2022-03-18 09:30").collect::<String>(), date);
        }
    }

    #[test]
    fn dates_are_whole() {
        assert_eq!(date_parts("2022-03-18"), Some(["2022", "03", "18"]));
        assert_eq!(date_parts("2022-03-18 09:30:00"), Some(["2022", "03", "18"]));
        for text in ["2022-03", "2022年3月18", "", "2022/03/18"] {
            assert_eq!(date_parts(text), None, "{text}");
        }
    }
}
