//! Which number formats of a workbook mean dates, times or text.

use super::fault::Fault;
use super::text;
use super::window::Window;
use super::xml::{self, Token};
use crate::model::NumberFormat;

/// A workbook may have about 64,000 cell formats; what is beyond this counts as general.
const MAX_STYLES: usize = 1 << 17;

/// The meaning of each cell format (`s="…"` of a cell), in their order.
///
/// # Errors
/// The part is damaged.
pub fn read(mut window: Window) -> Result<Vec<NumberFormat>, Fault> {
    let mut custom: Vec<(u32, NumberFormat)> = Vec::new();
    let mut formats = Vec::new();
    let (mut in_codes, mut in_cells) = (false, false);
    loop {
        match window.next_token()? {
            Token::Start(tag) => {
                let attributes = window.slice(tag.attributes);
                let id = || xml::attribute(attributes, b"numFmtId").and_then(xml::number);
                match window.slice(tag.name) {
                    b"numFmts" => in_codes = !tag.is_empty,
                    b"cellXfs" => in_cells = !tag.is_empty,
                    b"numFmt" if in_codes && custom.len() < MAX_STYLES => {
                        let code = xml::attribute(attributes, b"formatCode").unwrap_or_default();
                        custom.extend(id().map(|id| (id, of_code(&text::resolved(code)))));
                    }
                    b"xf" if in_cells && formats.len() < MAX_STYLES => {
                        formats.push(id().unwrap_or(0));
                    }
                    _ => {}
                }
            }
            Token::End(name) => match window.slice(name) {
                b"numFmts" => in_codes = false,
                b"cellXfs" => in_cells = false,
                _ => {}
            },
            Token::Eof => break,
            _ => {}
        }
    }
    custom.sort_by_key(|(id, _)| *id);
    let meaning = |id: u32| {
        let found = custom.binary_search_by_key(&id, |(id, _)| *id).ok();
        found.and_then(|at| custom.get(at)).map_or_else(|| built_in(id), |(_, format)| *format)
    };
    Ok(formats.into_iter().map(meaning).collect())
}

/// Built-in formats (ECMA-376 part 1, 18.8.30), with those of the East Asian editions.
fn built_in(id: u32) -> NumberFormat {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57..=58 => NumberFormat::Date,
        18..=21 | 32..=35 | 45..=47 | 55..=56 => NumberFormat::Time,
        22 => NumberFormat::DateTime,
        49 => NumberFormat::Text,
        _ => NumberFormat::General,
    }
}

/// What a custom format code means, by its first section.
fn of_code(code: &str) -> NumberFormat {
    let mut marks = Marks::default();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => letters.by_ref().take_while(|letter| *letter != '"').for_each(drop),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                let is_elapsed = inside.chars().all(|letter| "hmsHMS".contains(letter));
                marks.has_time |= is_elapsed && !inside.is_empty();
            }
            'G' | 'g' if rest_is(&letters, "eneral") => letters.by_ref().take(6).for_each(drop),
            'E' | 'e' if matches!(letters.peek(), Some('+' | '-')) => marks.has_digits = true,
            'A' | 'a' if rest_is(&letters, "m/pm") => letters.by_ref().take(4).for_each(drop),
            'A' | 'a' if rest_is(&letters, "/p") => letters.by_ref().take(2).for_each(drop),
            other => marks.note(other),
        }
    }
    marks.meaning()
}

fn rest_is(letters: &std::iter::Peekable<std::str::Chars<'_>>, word: &str) -> bool {
    let mut rest = letters.clone();
    word.chars().all(|letter| rest.next().is_some_and(|found| found.eq_ignore_ascii_case(&letter)))
}

#[derive(Default)]
struct Marks {
    has_date: bool,
    has_month: bool,
    has_time: bool,
    has_text: bool,
    has_digits: bool,
}

impl Marks {
    fn note(&mut self, letter: char) {
        match letter {
            'y' | 'Y' | 'd' | 'D' | 'e' | 'E' | 'a' | 'A' | 'b' | 'B' => self.has_date = true,
            'm' | 'M' => self.has_month = true,
            'h' | 'H' | 's' | 'S' => self.has_time = true,
            '@' => self.has_text = true,
            '0' | '#' | '?' => self.has_digits = true,
            _ => {}
        }
    }

    fn meaning(&self) -> NumberFormat {
        match (self.has_date, self.has_time) {
            (true, true) => NumberFormat::DateTime,
            (false, true) => NumberFormat::Time,
            (true, false) => NumberFormat::Date,
            (false, false) if self.has_month => NumberFormat::Date,
            (false, false) if self.has_text && !self.has_digits => NumberFormat::Text,
            (false, false) => NumberFormat::General,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_are_told_apart() {
        for (code, expected) in [
            ("General", NumberFormat::General),
            ("0.00E+00", NumberFormat::General),
            ("#,##0.00_);[Red]\\(#,##0.00\\)", NumberFormat::General),
            ("[DBNum1][$-804]General", NumberFormat::General),
            ("\"yyyy\"0", NumberFormat::General),
            ("0\\d", NumberFormat::General),
            ("@", NumberFormat::Text),
            ("yyyy\"年\"m\"月\"d\"日\";@", NumberFormat::Date),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", NumberFormat::Date),
            ("yyyy/m/d\\ h:mm;@", NumberFormat::DateTime),
            ("m/d", NumberFormat::Date),
            ("mmm", NumberFormat::Date),
            ("[$-804]aaaa", NumberFormat::Date),
            ("h:mm AM/PM", NumberFormat::Time),
            ("上午/下午h\"时\"mm\"分\"", NumberFormat::Time),
            ("[h]:mm:ss", NumberFormat::Time),
            ("mm:ss.0", NumberFormat::Time),
            ("[Red]0", NumberFormat::General),
            ("", NumberFormat::General),
        ] {
            assert_eq!(of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn cell_formats_take_their_meaning_from_codes_and_built_in_ids() {
        let part = "<styleSheet><numFmts count='1'><numFmt numFmtId='176' formatCode='yyyy&quot;年&quot;'/></numFmts>\
            <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>\
            <cellXfs><xf numFmtId='0'/><xf numFmtId='176'/><xf numFmtId='49'/><xf numFmtId=''/><xf numFmtId='31'/></cellXfs>\
            <dxfs><dxf><numFmt numFmtId='0' formatCode='yyyy'/></dxf></dxfs></styleSheet>";
        let formats = read(Window::whole(part.as_bytes().to_vec())).unwrap();
        assert_eq!(
            formats,
            [
                NumberFormat::General,
                NumberFormat::Date,
                NumberFormat::Text,
                NumberFormat::General,
                NumberFormat::Date,
            ]
        );
    }
}
