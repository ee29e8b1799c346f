//! What separates the columns of a text, and how many there are.

use super::scan::Scanner;
use crate::model::Chunk;
use crate::model::grid::NO_COLUMN;

/// Delimiters that are looked for, and how readily each is believed: `;`, `，` and `|` often stand within
/// values. On a tie the first wins.
const DELIMITERS: [(char, f64); 5] = [(',', 1.0), ('\t', 1.0), (';', 0.5), ('，', 0.5), ('|', 0.5)];

/// Text looked at.
const SAMPLE_BYTES: usize = 1 << 16;

/// How the rows of a text are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Between two columns.
    pub delimiter: char,
    /// Width of the table, from its heading row or most of its rows; 65,535 if there is no telling.
    pub expected: u16,
}

impl TextStyle {
    /// Judges the beginning of a text. `is_whole`: there is no more of it.
    pub fn of(text: &str, is_whole: bool, given: Option<char>) -> TextStyle {
        let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or(text);
        let is_whole = is_whole && sample.len() == text.len();
        let given = given.filter(|delimiter| !matches!(delimiter, '"' | '\n' | '\r' | '\0'));
        if let Some(delimiter) = given {
            return Widths::of(sample, delimiter, is_whole).style(delimiter);
        }
        let mut best = (0.0, ',', Widths::default());
        for (delimiter, belief) in DELIMITERS {
            let widths = Widths::of(sample, delimiter, is_whole);
            let score = widths.score() * belief;
            if score > best.0 {
                best = (score, delimiter, widths);
            }
        }
        best.2.style(best.1)
    }
}

/// The line that names the delimiter for Excel: `sep=;`. Gives the delimiter and the length of the line.
pub(super) fn separator_line(text: &str) -> Option<(char, usize)> {
    let is_quoted = text.starts_with('"');
    let rest = text.get(usize::from(is_quoted)..)?;
    let (name, rest) = rest.split_at_checked(4)?;
    let delimiter = rest.chars().next().filter(|_| name.eq_ignore_ascii_case("sep="))?;
    let mut end = rest.get(delimiter.len_utf8()..)?;
    if is_quoted {
        end = end.strip_prefix('"')?;
    }
    let after = end.strip_prefix("\r\n").or_else(|| end.strip_prefix(['\n', '\r']));
    let after = after.or_else(|| end.is_empty().then_some(end))?;
    Some((delimiter, text.len() - after.len()))
}

/// Field counts of the rows of a sample.
#[derive(Default)]
struct Widths {
    all: Vec<u16>,
    /// The most frequent count from two up, and how many rows have it.
    modal: u16,
    rows: usize,
}

impl Widths {
    fn of(sample: &str, delimiter: char, is_whole: bool) -> Widths {
        let mut all = widths(sample, delimiter, is_whole);
        if all.is_empty() && !is_whole {
            // Not one whole row: better a cut one than none.
            all = widths(sample, delimiter, true);
        }
        let mut counts: Vec<u16> = all.iter().copied().filter(|width| *width >= 2).collect();
        counts.sort_unstable();
        let groups = counts.chunk_by(|one, next| one == next);
        let modal = groups.max_by_key(|group| (group.len(), group.first().copied()));
        let (modal, rows) =
            modal.map_or((0, 0), |group| (group.first().copied().unwrap_or(0), group.len()));
        Widths { all, modal, rows }
    }

    /// Rows that agree count more than columns.
    fn score(&self) -> f64 {
        let columns = f64::from(self.modal.saturating_sub(1));
        (self.rows as f64).powi(3) * columns
    }

    fn style(&self, delimiter: char) -> TextStyle {
        let several = self.all.iter().filter(|width| **width >= 2).count();
        let expected = if self.rows * 2 < several {
            self.all.iter().max().copied()
        } else {
            // The heading row is the first that is wide enough; it may be wider than most rows.
            self.all.iter().find(|width| self.modal >= 2 && **width >= self.modal).copied()
        };
        TextStyle { delimiter, expected: expected.unwrap_or(NO_COLUMN) }
    }
}

fn widths(sample: &str, delimiter: char, is_whole: bool) -> Vec<u16> {
    let mut scanner = Scanner::new(delimiter, NO_COLUMN);
    scanner.widths = Some(Vec::new());
    let mut chunk = Chunk { text: sample.to_owned(), ..Chunk::default() };
    scanner.scan(&mut chunk, &[], is_whole);
    scanner.widths.unwrap_or_default()
}
