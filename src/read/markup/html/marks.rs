//! What the tag of a cell, row or column says: spans, text and number marks, formats, hiding.

use rustc_hash::FxHashMap;

use crate::model::{CellKind, NumberFormat};
use crate::read::markup::attributes::{attributes, resolved};
use crate::read::markup::looks::{Look, Looks, format_of};

/// Spans as far as browsers follow them (HTML standard, 4.9.11).
const MAX_ACROSS: u32 = 1000;
const MAX_DOWN: u32 = 65_534;
/// How many different tags are remembered, and how long ones.
const MAX_KNOWN: usize = 512;
const MAX_KNOWN_BYTES: usize = 300;

/// A span down to the end of the rows' group (`rowspan="0"`).
pub const ALL_ROWS: u32 = u32::MAX;

/// What a tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Columns that the cell covers.
    pub across: u32,
    /// Rows that it covers; [`ALL_ROWS`] for all that follow in the group.
    pub down: u32,
    /// Its style.
    pub look: Look,
    /// What it says of its kind.
    pub kind: Option<CellKind>,
    /// Whether it has a value behind what is displayed.
    pub has_value: bool,
}

impl Default for Marks {
    fn default() -> Marks {
        Marks { across: 1, down: 1, look: Look::default(), kind: None, has_value: false }
    }
}

impl Marks {
    /// Reads a tag's attributes. Excel marks cells with `x:str`, `x:num`, `x:bool` and `x:err`, LibreOffice with
    /// `sdval` and `sdnum`. What stands behind what is displayed goes to `value_behind`.
    pub fn of(element: &str, text: &str, looks: &Looks, value_behind: &mut String) -> Marks {
        let mut marks = Marks::default();
        let (mut classes, mut own) = ("", Look::default());
        for (name, value) in attributes(text) {
            let lower = name.to_ascii_lowercase();
            match lower.as_str() {
                "colspan" => marks.across = span(value).clamp(1, MAX_ACROSS),
                "rowspan" if value.trim() == "0" => marks.down = ALL_ROWS,
                "rowspan" => marks.down = span(value).clamp(1, MAX_DOWN),
                "span" => marks.across = span(value).max(1),
                "style" => own = Look::of_style(&resolved(value)).over(own),
                "class" => classes = value,
                "hidden" => own.is_hidden = true,
                "sdnum" => {
                    let format = value.splitn(3, ';').nth(2).filter(|code| !code.is_empty());
                    own.format = format.map(|code| format_of(&resolved(code))).or(own.format);
                }
                _ => marks.note_value(&lower, value, value_behind),
            }
        }
        marks.look = own.over(looks.of(element, classes));
        marks
    }

    /// The style of a tag that is no cell's.
    pub fn look_of(element: &str, text: &str, looks: &Looks) -> Look {
        Marks::of(element, text, looks, &mut String::new()).look
    }

    fn note_value(&mut self, name: &str, value: &str, behind: &mut String) {
        let kind = match name {
            "x:str" => CellKind::Text,
            "x:num" | "sdval" => CellKind::Number,
            "x:bool" => CellKind::Bool,
            "x:err" => CellKind::Error,
            _ => return,
        };
        self.kind = Some(kind);
        self.has_value = !value.is_empty();
        behind.clear();
        behind.push_str(&resolved(value));
    }

    /// What the cell holds, given what it displays and the value behind that.
    pub fn shown<'t>(
        &self,
        displayed: &'t str,
        behind: &'t str,
    ) -> (CellKind, NumberFormat, &'t str) {
        let text = if self.has_value { behind } else { displayed };
        let format = self.look.format.unwrap_or_default();
        match self.kind {
            Some(CellKind::Number) if is_number(text) => (CellKind::Number, format, text.trim()),
            Some(CellKind::Bool) if displayed.is_empty() || self.has_value => {
                let is_true =
                    matches!(text.trim(), "1") || text.trim().eq_ignore_ascii_case("true");
                (CellKind::Bool, NumberFormat::General, if is_true { "true" } else { "false" })
            }
            Some(CellKind::Error) if !text.is_empty() => {
                (CellKind::Error, NumberFormat::General, text)
            }
            _ => (
                CellKind::Text,
                format,
                if self.kind == Some(CellKind::Text) { text } else { displayed },
            ),
        }
    }
}

fn span(value: &str) -> u32 {
    let digits = value.trim_ascii_start().bytes().take_while(u8::is_ascii_digit);
    digits.fold(0_u32, |number, digit| {
        number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
    })
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    let is_numeric = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(is_numeric) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// What the tags of cells said before: most cells of a table have one of a few tags.
#[derive(Default)]
pub struct Known {
    /// Without attributes, of `td` and of `th`.
    bare: [Option<Marks>; 2],
    /// By attributes, of the same.
    marks: [FxHashMap<String, Marks>; 2],
}

impl Known {
    /// Reads the attributes of a cell's tag, or remembers them.
    pub fn of(
        &mut self,
        is_heading: bool,
        text: &str,
        looks: &Looks,
        behind: &mut String,
    ) -> Marks {
        let bare = self.bare.get_mut(usize::from(is_heading)).filter(|_| text.is_empty());
        if let Some(Some(marks)) = bare {
            return *marks;
        }
        let element = if is_heading { "th" } else { "td" };
        if text.len() > MAX_KNOWN_BYTES {
            return Marks::of(element, text, looks, behind);
        }
        let [cells, headings] = &mut self.marks;
        let known = if is_heading { headings } else { cells };
        if let Some(marks) = known.get(text) {
            return *marks;
        }
        let marks = Marks::of(element, text, looks, behind);
        if text.is_empty() {
            self.bare[usize::from(is_heading)] = Some(marks);
        } else if known.len() < MAX_KNOWN && !marks.has_value {
            known.insert(text.to_owned(), marks);
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_cells_tell_kind_format_and_value() {
        use CellKind::{Bool, Error, Number, Text};
        use NumberFormat as F;
        for (tag, displayed, expected) in [
            ("", "0012", (Text, F::General, "0012")),
            (" x:str", "0012", (Text, F::General, "0012")),
            (" x:str=\"00  12\"", "00 12", (Text, F::General, "00  12")),
            (" x:num", "12", (Number, F::General, "12")),
            (" x:num", "1,200", (Text, F::General, "1,200")),
            (
                " x:num=\"44625\" style='mso-number-format:\"Short Date\"'",
                "2022/3/5",
                (Number, F::Date, "44625"),
            ),
            (" style='mso-number-format:\"\\@\"'", "0012", (Text, F::Text, "0012")),
            (" style=\"vnd.ms-excel.numberformat:@\"", "0012", (Text, F::Text, "0012")),
            (
                " sdval=\"44625\" sdnum=\"1033;0;YYYY-MM-DD\"",
                "2022-03-05",
                (Number, F::Date, "44625"),
            ),
            (" sdnum=\"2052;0;@\"", "0012", (Text, F::Text, "0012")),
            (" x:bool=\"TRUE\"", "真", (Bool, F::General, "true")),
            (" x:err=\"#N/A\"", "#N/A", (Error, F::General, "#N/A")),
        ] {
            let mut behind = String::new();
            let marks = Marks::of("td", tag, &Looks::default(), &mut behind);
            assert_eq!(marks.shown(displayed, &behind), expected, "{tag}");
        }
    }

    #[test]
    fn spans_are_capped() {
        for (tag, expected) in [
            (" colspan='3\"' rowspan=2", (3, 2)),
            (" colspan=0 rowspan=0", (1, ALL_ROWS)),
            (" colspan=99999999999 rowspan=99999999999", (1000, 65_534)),
            (" colspan=x", (1, 1)),
        ] {
            let marks = Marks::of("td", tag, &Looks::default(), &mut String::new());
            assert_eq!((marks.across, marks.down), expected, "{tag}");
        }
    }
}
