//! Texts that are guarded so that a spreadsheet program leaves their digits alone: `="0012"`, `=T("0012")`,
//! `'0012`. Knows no format; all readers of text share it.

/// What a guarded text says, and whether quotes in it are doubled; `None` if there is no guard.
pub fn bare(field: &str) -> Option<(&str, bool)> {
    match formula(field) {
        Some(inner) => Some((inner, inner.contains("\"\""))),
        None => apostrophe(field).map(|rest| (rest, false)),
    }
}

/// The text within a formula that only guards it; doubled quotes in it are still doubled.
fn formula(field: &str) -> Option<&str> {
    let mut text = field.trim_ascii().strip_prefix('=')?.trim_ascii_start();
    let mut ends = "";
    for (start, end) in [("T(", ")"), ("CONCATENATE(", ")"), ("(", ")")] {
        let head = text.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start));
        if head.is_some() {
            (text, ends) = (text.get(start.len()..)?.trim_ascii_start(), end);
            break;
        }
    }
    let inner = text.strip_prefix('"')?;
    let inner = inner.strip_suffix(ends)?.trim_ascii_end();
    let inner = inner.strip_suffix("&\"\"").unwrap_or(inner).strip_suffix('"')?;
    // A lone quote inside would begin or end another text.
    inner.split("\"\"").all(|piece| !piece.contains('"')).then_some(inner)
}

/// The text behind an apostrophe that stands where a spreadsheet program would hide it: before a digit or before
/// what would begin a formula. `None` for quoted words and for names such as `'t Hooft`.
fn apostrophe(field: &str) -> Option<&str> {
    let rest = field.strip_prefix(['\'', '`', '‘', '’'])?;
    let is_guarded =
        rest.starts_with(|first: char| first.is_ascii_digit() || "=+-@".contains(first));
    (is_guarded && !rest.ends_with(['\'', '’'])).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_told_from_formulas() {
        for (field, expected) in [
            ("=\"0012\"", Some("0012")),
            (" = \"0012\" ", Some("0012")),
            ("=T(\"0012\")", Some("0012")),
            ("=t( \"0012\" )", Some("0012")),
            ("=(\"0012\")", Some("0012")),
            ("=\"0012\"&\"\"", Some("0012")),
            ("=\"a\"\"b\"", Some("a\"\"b")),
            ("=\"\"", Some("")),
            ("=\"a\"&\"b\"", None),
            ("=\"", None),
            ("=A1", None),
            ("=T(\"0012\"", None),
            ("=HYPERLINK(\"x\")", None),
            ("\"0012\"", None),
        ] {
            assert_eq!(formula(field), expected, "{field}");
        }
    }

    #[test]
    fn an_apostrophe_guards_digits_and_formulas_only() {
        for (field, expected) in [
            ("'110101199003070134", Some("110101199003070134")),
            ("`2022-03-05", Some("2022-03-05")),
            ("'=1+1", Some("=1+1")),
            ("'0012'", None),
            ("'t Hooft", None),
            ("'", None),
            ("0012'", None),
        ] {
            assert_eq!(apostrophe(field), expected, "{field}");
        }
    }
}
