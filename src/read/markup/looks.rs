//! What style sheets say that matters to a table: number formats, what is hidden, spans that are none.

use std::collections::HashMap;

use crate::model::NumberFormat;
use crate::read::number_format;

/// Style sheets of one document are read up to this many rules and this much text.
const MAX_RULES: usize = 20_000;
const MAX_SHEET: usize = 4 << 20;

/// Formats that Excel names instead of writing their code. Source: the named formats of Excel's HTML and of
/// SpreadsheetML 2003 (`ss:NumberFormat`, `ss:Format`).
static NAMED: &[(&str, NumberFormat)] = &[
    ("general", NumberFormat::General),
    ("general number", NumberFormat::General),
    ("general date", NumberFormat::DateTime),
    ("short date", NumberFormat::Date),
    ("medium date", NumberFormat::Date),
    ("long date", NumberFormat::Date),
    ("short time", NumberFormat::Time),
    ("medium time", NumberFormat::Time),
    ("long time", NumberFormat::Time),
    ("currency", NumberFormat::General),
    ("euro currency", NumberFormat::General),
    ("fixed", NumberFormat::General),
    ("standard", NumberFormat::General),
    ("percent", NumberFormat::General),
    ("scientific", NumberFormat::General),
    ("yes/no", NumberFormat::General),
    ("true/false", NumberFormat::General),
    ("on/off", NumberFormat::General),
];

/// The meaning of a format that is named or written as a code.
pub fn format_of(text: &str) -> NumberFormat {
    let text = text.trim();
    let named = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    named.map_or_else(|| number_format::of_code(text), |(_, format)| *format)
}

/// What is known of a cell, row or column by its style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Its number format, if one is given.
    pub format: Option<NumberFormat>,
    /// Whether it is not shown.
    pub is_hidden: bool,
    /// Whether its spans only make room for a long text (`mso-ignore`), so that nothing is merged.
    pub has_false_spans: bool,
}

impl Look {
    /// Reads the declarations of a `style` attribute or of a rule.
    pub fn of_style(declarations: &str) -> Look {
        let mut look = Look::default();
        let parts = Parts { rest: declarations, mark: ';' };
        for declaration in parts {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let (name, value) = (name.trim(), value.trim());
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            if is("mso-number-format") || is("vnd.ms-excel.numberformat") {
                look.format = Some(format_of(&unescaped(value)));
            } else if is("display") {
                look.is_hidden =
                    value.get(..4).is_some_and(|four| four.eq_ignore_ascii_case("none"));
            } else if is("mso-ignore") {
                look.has_false_spans |= value.to_ascii_lowercase().contains("span");
            }
        }
        look
    }

    /// This look over one that is less special.
    pub fn over(self, other: Look) -> Look {
        Look {
            format: self.format.or(other.format),
            is_hidden: self.is_hidden || other.is_hidden,
            has_false_spans: self.has_false_spans || other.has_false_spans,
        }
    }
}

/// Pieces of a text between marks that are neither quoted nor escaped.
struct Parts<'t> {
    rest: &'t str,
    mark: char,
}

impl<'t> Iterator for Parts<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut quote, mut is_escaped) = (None, false);
        for (at, letter) in self.rest.char_indices() {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' | '\'' if quote == Some(letter) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(letter),
                _ if letter == self.mark && quote.is_none() => {
                    let (part, rest) = self.rest.split_at(at);
                    self.rest = rest.get(self.mark.len_utf8()..).unwrap_or_default();
                    return Some(part);
                }
                _ => {}
            }
        }
        Some(std::mem::take(&mut self.rest))
    }
}

/// A value without its quotes and escapes. Excel writes escaped characters with exactly four digits.
fn unescaped(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?;
        Some(inner.strip_suffix(quote).unwrap_or(inner))
    });
    let mut out = String::new();
    let mut rest = inner.unwrap_or(value);
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.get(..4).filter(|digits| digits.starts_with("00"));
        let letter = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rest = match letter.and_then(char::from_u32) {
            Some(letter) => {
                out.push(letter);
                after.get(4..).unwrap_or_default()
            }
            None => {
                let mut letters = after.chars();
                out.extend(letters.next());
                letters.as_str()
            }
        };
    }
    out.push_str(rest);
    out
}

/// The style sheets of a document, as far as they matter.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    /// By class name, and by element name with a bracket before it.
    rules: HashMap<String, Look>,
    /// A style element that has not ended.
    open: String,
}

impl Looks {
    /// Takes a piece of a style sheet.
    pub fn add(&mut self, piece: &str) {
        if self.open.len() < MAX_SHEET {
            self.open.push_str(piece);
        }
    }

    /// Reads the pieces taken so far as one style sheet.
    pub fn end_sheet(&mut self) {
        let sheet = without_comments(&std::mem::take(&mut self.open));
        let mut rest = sheet.as_str();
        while let Some((selectors, after)) = rest.split_once('{') {
            let selectors = selectors.trim();
            if selectors.starts_with('@') {
                rest = after_block(after);
                continue;
            }
            let (body, next) = after.split_once('}').unwrap_or((after, ""));
            rest = next;
            let look = Look::of_style(body);
            if look == Look::default() {
                continue;
            }
            for selector in selectors.split(',').map(str::trim) {
                self.add_rule(selector, look);
            }
        }
    }

    /// Rules for one class, or for all cells of tables; what depends on place or state is passed over.
    fn add_rule(&mut self, selector: &str, look: Look) {
        let is_simple = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        let key = match selector.split_once('.') {
            Some((_, class)) => class.to_owned(),
            None => format!("<{}", selector.to_ascii_lowercase()),
        };
        if !selector.chars().all(is_simple) || key.contains('.') || self.rules.len() >= MAX_RULES {
            return;
        }
        let known = self.rules.entry(key).or_default();
        *known = look.over(*known);
    }

    /// What the sheets say of an element with a list of classes.
    pub fn of(&self, element: &str, classes: &str) -> Look {
        if self.rules.is_empty() {
            return Look::default();
        }
        let by_class = classes.split_ascii_whitespace().filter_map(|class| self.rules.get(class));
        let look = by_class.fold(Look::default(), |look, class| class.over(look));
        let mut key = String::with_capacity(8);
        key.push('<');
        key.push_str(element);
        self.rules.get(&key).map_or(look, |element| look.over(*element))
    }
}

fn without_comments(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace("<!--", " ").replace("-->", " ")
}

/// What follows the block that has just opened.
fn after_block(text: &str) -> &str {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_tell_number_formats_in_all_their_spellings() {
        use NumberFormat::{Date, DateTime, General, Text, Time};
        for (style, format) in [
            (r#"mso-number-format:"\@";"#, Some(Text)),
            (r"mso-number-format:'\@'", Some(Text)),
            (r"color:red;mso-number-format:\@", Some(Text)),
            ("vnd.ms-excel.numberformat:@", Some(Text)),
            ("vnd.ms-excel.numberformat: yyyy-mm-dd;", Some(Date)),
            (r#"mso-number-format:"yyyy\\-mm\\-dd""#, Some(Date)),
            (r#"MSO-NUMBER-FORMAT:"yyyy\0022年\0022m\0022月\0022d\0022日\0022\;\@""#, Some(Date)),
            (r#"mso-number-format:"yyyy\/m\/d\\ h\:mm""#, Some(DateTime)),
            (r#"mso-number-format:"Short Date""#, Some(Date)),
            (r#"mso-number-format:"Short Time""#, Some(Time)),
            (r#"mso-number-format:General"#, Some(General)),
            (r#"mso-number-format:"0_ ""#, Some(General)),
            ("width:54pt", None),
            ("mso-number-format", None),
        ] {
            assert_eq!(Look::of_style(style).format, format, "{style}");
        }
    }

    #[test]
    fn sheets_are_read_by_class_and_element() {
        let mut looks = Looks::default();
        looks.add("<!-- td {mso-number-format:\"\\@\"} /* .x{display:none} */ @media print { .p {display:none} }");
        looks.add(" .xl65, td.b\n{ mso-number-format:\"Short Date\" } .h{display: none;} a:hover{display:none} -->");
        looks.end_sheet();
        let format = |element, classes| looks.of(element, classes).format;
        assert_eq!(format("td", ""), Some(NumberFormat::Text));
        assert_eq!(format("td", "x xl65"), Some(NumberFormat::Date));
        assert_eq!(format("th", "b"), Some(NumberFormat::Date));
        assert_eq!(format("tr", ""), None);
        assert!(looks.of("tr", "h").is_hidden && !looks.of("tr", "p").is_hidden);
        assert!(Look::of_style("mso-ignore:colspan").has_false_spans);
    }

    proptest::proptest! {
        #[test]
        fn any_sheet_is_read_without_panic(sheet in "[a-z.{}@:;\"'\\\\/* \u{4e00}-\u{4e05}0]{0,200}") {
            let mut looks = Looks::default();
            looks.add(&sheet);
            looks.end_sheet();
            let _ = Look::of_style(&sheet);
        }
    }
}
