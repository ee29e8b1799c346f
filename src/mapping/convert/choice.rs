//! Choices: what people write in a column that has a dictionary, and the entry they mean.

use rustc_hash::FxHashMap;

use crate::{
    model::{Dictionary, Field, dictionary::Meaning},
    text::{self, Mends},
};

/// Spellings remembered per column, so that a document wrong in every row stays fast.
const REMEMBERED: usize = 4096;

/// What a spelling means.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// An entry, after these mends.
    Entry(Meaning, Mends),
    /// Nothing the dictionary knows; what may be written instead.
    Unknown(String),
}

/// Spellings of one column that are not in its dictionary as they stand.
#[derive(Default)]
pub(super) struct Choices {
    remembered: FxHashMap<Box<str>, Verdict>,
}

impl Choices {
    /// Finds what a trimmed text means; the caller has tried it as it stands.
    pub(super) fn verdict(
        &mut self,
        field: &Field,
        dictionary: &Dictionary,
        text: &str,
    ) -> Verdict {
        if let Some(known) = self.remembered.get(text) {
            return known.clone();
        }
        let verdict = match loosely(field, dictionary, text) {
            Some((meaning, mends)) => Verdict::Entry(meaning, mends),
            None => {
                Verdict::Unknown(nearest(dictionary, text).unwrap_or_else(|| labels(dictionary)))
            }
        };
        if self.remembered.len() < REMEMBERED {
            self.remembered.insert(text.into(), verdict.clone());
        }
        verdict
    }
}

/// Looks up gentler and gentler readings: half-width, without spaces, the class in any numerals,
/// without the remark in brackets at the end.
fn loosely(field: &Field, dictionary: &Dictionary, text: &str) -> Option<(Meaning, Mends)> {
    let mut mends = Mends::NONE;
    let half: String = text.chars().map(half_width).collect();
    if half != text {
        mends.add(Mends::FULL_WIDTH);
    }
    if let Some(meaning) = dictionary.meaning(&half) {
        return Some((meaning, mends));
    }
    let solid: String = half.chars().filter(|letter| !letter.is_whitespace()).collect();
    if solid != half {
        mends.add(Mends::INNER_SPACES);
    }
    let upper = solid.to_ascii_uppercase();
    if let Some(meaning) = dictionary.meaning(&solid).or_else(|| dictionary.meaning(&upper)) {
        return Some((meaning, mends));
    }
    if field.name == "credit_class"
        && let Some(meaning) =
            text::class::normalise(&solid).and_then(|class| dictionary.meaning(class))
    {
        return Some((meaning, mends));
    }
    let bare = without_remark(&solid)?;
    mends.add(Mends::NOTE_DROPPED);
    dictionary.meaning(bare).map(|meaning| (meaning, mends))
}

fn without_remark(text: &str) -> Option<&str> {
    let inner = text.strip_suffix([')', '）', ']', '】'])?;
    let (bare, _) = inner.split_once(['(', '（', '[', '【'])?;
    (!bare.is_empty()).then_some(bare)
}

pub(super) fn half_width(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        '\u{3000}' => ' ',
        _ => letter,
    }
}

/// The label nearest to a text, if at least half of it is right.
fn nearest(dictionary: &Dictionary, text: &str) -> Option<String> {
    let near = dictionary.entries.iter().flat_map(|entry| {
        let words = [&entry.label].into_iter().chain(&entry.synonyms);
        words.map(|word| (strsim::normalized_damerau_levenshtein(text, word), &entry.label))
    });
    let best = near.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness >= 0.5).map(|(_, label)| label.clone())
}

/// The first labels of a dictionary.
fn labels(dictionary: &Dictionary) -> String {
    let labels: Vec<&str> =
        dictionary.entries.iter().take(8).map(|entry| entry.label.as_str()).collect();
    let more = if dictionary.entries.len() > labels.len() { "……" } else { "" };
    labels.join("、") + more
}
