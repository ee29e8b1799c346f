//! Values of attributes, cells and formulas: which are made of nothing but what every document of the format has, and what
//! becomes of the others. Knows no tag.

use super::Texts;

/// Where namespaces of the known formats begin.
static NAMESPACES: &[&str] = &[
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/",
    "http://purl.oclc.org/",
    "http://purl.org/dc/",
    "http://www.w3.org/",
    "http://openoffice.org/",
    "http://docs.oasis-open.org/",
    "urn:oasis:names:",
    "urn:org:documentfoundation:",
    "urn:schemas-microsoft-com:",
];

/// Whether a value names a namespace of the formats.
pub fn is_namespace(value: &str) -> bool {
    NAMESPACES.iter().any(|known| value.starts_with(known)) && is_safe(value)
}

/// Whether a value is a type of parts or relationships.
pub fn is_type(value: &str) -> bool {
    is_namespace(value) || (value.starts_with("application/") && is_safe(value))
}

/// Whether a value is a count.
pub fn is_count(value: &str) -> bool {
    value.len() < 11 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of a style or relationship: a few letters and a number stay, others are replaced.
pub fn token(value: &str, texts: &mut dyn Texts) -> String {
    let letters = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_usual = letters.len() < 4 && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_short = value.len() - letters.len() < 6;
    if is_usual && is_short { value.to_owned() } else { texts.text(value) }
}

/// The stored value of a cell of a kind (ECMA-376 part 1, 18.18.11).
pub fn cell(kind: &str, value: &str, texts: &mut dyn Texts) -> String {
    let bare = value.trim();
    match kind {
        _ if bare.is_empty() => value.to_owned(),
        "s" if is_index(value) => value.to_owned(),
        "s" => String::new(),
        "b" if matches!(bare, "0" | "1" | "true" | "false") => value.to_owned(),
        "str" | "inlineStr" | "d" | "b" | "e" => texts.text(value),
        _ if bare.parse::<f64>().is_ok() => value.replacen(bare, &texts.number(bare), 1),
        _ => value.replacen(bare, &texts.text(bare), 1),
    }
}

/// Whether a value counts shared strings.
fn is_index(value: &str) -> bool {
    let bare = value.trim();
    bare.len() < 9 && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// Keywords of the formats.
static KEYWORDS: &[&str] = &[
    "true",
    "false",
    "visible",
    "hidden",
    "veryHidden",
    "s",
    "n",
    "b",
    "e",
    "d",
    "str",
    "inlineStr",
    "shared",
    "array",
    "dataTable",
    "normal",
    "none",
    "gray125",
    "solid",
    "transitional",
    "strict",
    "collapse",
    "filter",
    "float",
    "percentage",
    "currency",
    "date",
    "time",
    "string",
    "boolean",
    "error",
    "table",
    "table-cell",
    "table-column",
    "table-row",
    "preserve",
    "default",
    "xml",
    "rels",
    "XML",
    "External",
    "Internal",
];

/// Whether a value is a keyword, a short number, a time of day or a currency.
pub fn is_keyword(value: &str) -> bool {
    let is_number = value.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
    let is_time = value.starts_with('P')
        && value.bytes().all(|b| b.is_ascii_digit() || b"PTHMSD.".contains(&b));
    let is_currency = value.len() == 3 && value.bytes().all(|b| b.is_ascii_uppercase());
    KEYWORDS.contains(&value) || (is_safe(value) && (is_number || is_time || is_currency))
}

/// Whether a value is made of what formats are made of: ASCII, and no number of six digits.
pub fn is_safe(value: &str) -> bool {
    let mut digits = 0;
    let mut most = 0;
    for byte in value.bytes() {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        most = most.max(digits);
    }
    let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    value.len() <= 200 && most < 6 && value.bytes().all(is_plain)
}

pub fn is_address(value: &str) -> bool {
    value.len() <= 200
        && value
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b" :$.".contains(&b))
        && value.split([' ', ':']).all(|part| {
            let digits =
                part.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '$' || c == '.');
            digits.len() <= 7
        })
}

/// A formula whose texts, sheet names and long numbers are replaced.
pub fn formula(text: &str, texts: &mut dyn Texts) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is_in: &dyn Fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        if matches!(first, '"' | '\'') {
            let inner = rest.get(1..).unwrap_or_default();
            let (word, behind) = inner.split_once(first).unwrap_or((inner, ""));
            out.push(first);
            out.push_str(&texts.text(word));
            if inner.len() > word.len() {
                out.push(first);
            }
            rest = behind;
            continue;
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = run(&is_word).max(first.len_utf8());
        let (word, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_call =
            behind.starts_with(['(', '.']) && word.bytes().all(|b| b.is_ascii_uppercase());
        let is_known = is_call || word.is_ascii() && (word.len() < 3 || is_reference(word));
        let is_sign = !is_word(first);
        if is_known || is_sign || matches!(word, "TRUE" | "FALSE") {
            out.push_str(word);
        } else {
            out.push_str(&texts.text(word));
        }
        rest = behind;
    }
    out
}

/// Whether a word of a formula is a cell (`AB12`) or a short number.
fn is_reference(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = word.len() - digits.len();
    letters < 4
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.len() < if letters > 0 { 8 } else { 6 }
}

/// A number format whose words are replaced; signs and the letters of formats stay.
pub fn format_code(code: &str, texts: &mut dyn Texts) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let inner = rest.get(1..).unwrap_or_default();
            let (word, behind) = inner.split_once('"').unwrap_or((inner, ""));
            out.push('"');
            out.push_str(&texts.text(word));
            if inner.len() > word.len() {
                out.push('"');
            }
            rest = behind;
            continue;
        }
        let is_same = |c: char| c.is_ascii() == first.is_ascii() && c != '"';
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if first.is_ascii() {
            out.push_str(run)
        } else {
            out.push_str(&texts.text(run))
        }
        rest = behind;
    }
    out
}

/// Steps of the names of parts that every workbook has.
static STEPS: &[&str] = &[
    "",
    ".",
    "..",
    "xl",
    "docprops",
    "custom",
    "_rels",
    "worksheets",
    "sheets",
    "sheet",
    "chartsheets",
    "dialogsheets",
    "macrosheets",
    "workbook",
    "book",
    "sharedstrings",
    "styles",
    "[content_types]",
    "worksheet",
    "content",
    "meta-inf",
    "manifest",
    "mimetype",
    "style",
    "strings",
    "rid",
    "r",
    "id",
];

/// The name of a part: usual steps stay, others are replaced.
pub fn part_name(name: &str, texts: &mut dyn Texts) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, step) in name.split(['/', '\\']).enumerate() {
        if at > 0 {
            let sign = name.get(out_of(name, at)..).and_then(|rest| rest.chars().next());
            out.push(sign.unwrap_or('/'));
        }
        let lower = step.to_ascii_lowercase();
        let mut stem = lower.as_str();
        for ending in [".rels", ".xml", ".bin"] {
            stem = stem.strip_suffix(ending).unwrap_or(stem);
        }
        let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        if STEPS.contains(&stem) && digits < 6 {
            out.push_str(step);
            continue;
        }
        let length = step.find('.').unwrap_or(step.len());
        let (word, ending) = step.split_at_checked(length).unwrap_or((step, ""));
        out.push_str(&texts.text(word));
        out.push_str(if is_safe(ending) && ending.len() < 12 { ending } else { ".xml" });
    }
    out
}

/// Where the `at`-th slash of a name stands.
fn out_of(name: &str, at: usize) -> usize {
    name.match_indices(['/', '\\']).nth(at - 1).map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters and digits become `#`.
    struct Marks;

    impl Texts for Marks {
        fn text(&mut self, text: &str) -> String {
            text.chars().map(|c| if c.is_alphanumeric() { '#' } else { c }).collect()
        }

        fn number(&mut self, number: &str) -> String {
            self.text(number)
        }
    }

    #[test]
    fn names_of_parts_and_values_are_kept_only_if_usual() {
        assert_eq!(
            part_name("/xl\\worksheets/sheet1.xml", &mut Marks),
            "/xl\\worksheets/sheet1.xml"
        );
        assert_eq!(part_name("xl/张三.xml", &mut Marks), "xl/##.xml");
        assert!(is_keyword("12") && is_keyword("hidden") && !is_keyword("Zhang") && !is_safe("张"));
        assert!(is_address("A1:XFD1048576") && !is_address("110101199003074514"));
        for (text, made) in [
            ("SUM(A1:B2)*12", "SUM(A1:B2)*12"),
            ("IF(A1=\"张三\",'内科'!B2,Zhang)", "IF(A1=\"##\",'##'!B2,#####)"),
            ("13800138000+1", "###########+1"),
        ] {
            assert_eq!(formula(text, &mut Marks), made);
        }
        assert_eq!(format_code("\"张三\"yyyy年;[Red]0.00", &mut Marks), "\"##\"yyyy#;[Red]0.00");
    }
}
