//! What a sheet says about its columns: formats of cells to come, and widths.

use crate::write::annotate::xml::number_attribute;

/// Column formats and widths.
#[derive(Clone, Debug, Default)]
pub(in crate::write::annotate) struct Columns {
    /// First and last column from 0, width in pixels (if said), format.
    spans: Vec<(u32, u32, Option<u32>, u32)>,
    /// Width of the columns that say none.
    pub(in crate::write::annotate) default_width: Option<u32>,
}

impl Columns {
    /// Columns of widths in letters, from the first.
    pub(in crate::write::annotate) fn of_widths(widths: &[u32]) -> Columns {
        let span = |(at, width): (u32, &u32)| (at, at, Some(width * 7 + 5), 0);
        Columns { spans: (0..).zip(widths).map(span).collect(), default_width: None }
    }

    /// Takes up a `col` tag.
    pub(in crate::write::annotate) fn note(&mut self, tag: &[u8]) {
        let number = |name| number_attribute(tag, name);
        let text =
            |name| std::str::from_utf8(crate::write::annotate::xml::attribute(tag, name)?).ok();
        let hidden = matches!(text("hidden"), Some("1" | "true"));
        let pixels = |width: &str| Some((width.parse::<f64>().ok()? * 7.0) as u32 + 5);
        let width = if hidden { Some(0) } else { text("width").and_then(pixels) };
        let (Some(first), Some(last)) = (number("min"), number("max")) else { return };
        let span =
            (first.saturating_sub(1), last.saturating_sub(1), width, number("style").unwrap_or(0));
        self.spans.push(span);
    }

    fn of(&self, column: u32) -> Option<&(u32, u32, Option<u32>, u32)> {
        self.spans.iter().find(|(first, last, ..)| (*first..=*last).contains(&column))
    }

    /// The format that cells of a column have.
    pub(in crate::write::annotate) fn format(&self, column: u16) -> u32 {
        self.of(u32::from(column)).map_or(0, |span| span.3)
    }

    /// The width of a column in pixels.
    pub(in crate::write::annotate) fn width(&self, column: u32) -> u32 {
        self.of(column).and_then(|span| span.2).or(self.default_width).unwrap_or(64)
    }
}
