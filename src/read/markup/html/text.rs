//! The text of a cell as a browser would show it: white space runs together, breaks become line feeds.

use crate::read::ReadError;
use crate::read::markup::attributes;
use crate::read::markup::remarks::MAX_CELL;
use crate::read::markup::tokens::too_large;

/// What stands between two words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Blank,
    Breaks(u8),
}

/// A text in the making.
#[derive(Debug, Default)]
pub struct CellText {
    text: String,
    gap: Gap,
    /// Whether blanks and line ends are kept (`<pre>`).
    pub is_kept: bool,
}

impl CellText {
    /// Empties it.
    pub fn clear(&mut self) {
        self.text.clear();
        self.gap = Gap::None;
        self.is_kept = false;
    }

    /// Adds text with entities.
    ///
    /// # Errors
    /// The text is too long for a cell.
    pub fn push(&mut self, raw: &str) -> Result<(), ReadError> {
        if self.text.len() + raw.len() > MAX_CELL && self.text.len() + squeezed(raw) > MAX_CELL {
            return Err(too_large("一个单元格的内容（one cell）", "1 MiB"));
        }
        if memchr::memchr(b'&', raw.as_bytes()).is_none() {
            self.words(raw);
        } else {
            attributes::resolve(raw, &mut |piece| self.words(piece));
        }
        Ok(())
    }

    /// `<br>`: a line ends here.
    pub fn line_break(&mut self) {
        self.gap = match self.gap {
            Gap::Breaks(count) => Gap::Breaks(count.saturating_add(1).min(8)),
            _ => Gap::Breaks(1),
        };
    }

    /// A block begins or ends: what follows stands on a line of its own.
    pub fn block(&mut self) {
        if !matches!(self.gap, Gap::Breaks(_)) {
            self.gap = Gap::Breaks(1);
        }
    }

    /// Something stands between two words.
    pub fn blank(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Blank;
        }
    }

    /// The text; nothing if it is blank all over.
    pub fn shown(&self) -> &str {
        let is_blank = |letter: char| letter.is_whitespace();
        if self.text.starts_with(is_blank) && self.text.chars().all(is_blank) {
            return "";
        }
        &self.text
    }

    #[inline]
    fn words(&mut self, piece: &str) {
        if self.is_kept {
            return self.word(piece);
        }
        let mut rest = piece;
        while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_whitespace()) {
            let (word, after) = rest.split_at(at);
            self.word(word);
            self.blank();
            rest = after.trim_ascii_start();
        }
        self.word(rest);
    }

    #[inline]
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        match std::mem::take(&mut self.gap) {
            _ if self.text.is_empty() => {}
            Gap::None => {}
            Gap::Blank => self.text.push(' '),
            Gap::Breaks(count) => (0..count).for_each(|_| self.text.push('\n')),
        }
        self.text.push_str(word);
    }
}

/// How long a text is without the white space that runs together; at least.
fn squeezed(raw: &str) -> usize {
    raw.bytes().filter(|byte| !byte.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_runs_together_and_breaks_stay() {
        let shown = |pieces: &[&str]| {
            let mut text = CellText::default();
            for piece in pieces {
                match *piece {
                    "<br>" => text.line_break(),
                    "<p>" => text.block(),
                    piece => text.push(piece).unwrap(),
                }
            }
            text.shown().to_owned()
        };
        for (pieces, expected) in [
            (&["\r\n  陈 \t安宁 \n"][..], "陈 安宁"),
            (&["a", "b", " ", "c"], "ab c"),
            (&["a ", "<br>", " b", "<br>", "<br>", "c", "<br>"], "a\nb\n\nc"),
            (&["<p>", "a", "<p>", "<p>", "b", "<p>"], "a\nb"),
            (&["&nbsp;"], ""),
            (&["a&nbsp;&nbsp; b"], "a\u{a0}\u{a0} b"),
            (&["&lt;b&gt;"], "<b>"),
            (&[], ""),
        ] {
            assert_eq!(shown(pieces), expected, "{pieces:?}");
        }
    }
}
