//! Cuts XML into tags and texts, however broken it is.

use super::escape::unescaped;

pub fn split_at(text: &str, sign: char) -> Option<(&str, &str)> {
    text.find(sign).and_then(|at| text.split_at_checked(at))
}

pub fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The length of a tag with its brackets; `None` if it breaks off.
pub fn tag_length(from: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in from.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// What is behind the element that was begun last; `None` if it breaks off.
pub fn skipped(mut rest: &str) -> Option<&str> {
    let mut depth = 1;
    while let Some((_, from)) = split_at(rest, '<') {
        if let Some(inner) = from.strip_prefix("<![CDATA[") {
            rest = inner.split_once("]]>")?.1;
            continue;
        }
        if from.starts_with("<!--") {
            rest = from.split_once("-->")?.1;
            continue;
        }
        let (raw, behind) = from.split_at_checked(tag_length(from)?)?;
        rest = behind;
        if raw.starts_with("</") {
            depth -= 1;
        } else if !raw.ends_with("/>") && !raw.starts_with("<?") && !raw.starts_with("<!") {
            depth += 1;
        }
        if depth == 0 {
            return Some(rest);
        }
    }
    None
}

/// Attributes in order, values without escapes.
pub fn attributes(mut rest: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    while let Some((name, behind)) = rest.split_once('=') {
        let behind = behind.trim_start();
        let Some(quote) = behind.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, behind)) = behind.get(1..).and_then(|inner| inner.split_once(quote))
        else {
            break;
        };
        found.push((name.trim(), unescaped(value)));
        rest = behind;
    }
    found
}

/// The texts of a part without its tags; cells and shared strings apart from one another.
pub fn stripped(xml: &str) -> String {
    static ENDS: &[&str] =
        &["</si", "</c", "</is", "</v", "</f", "</row", "</table:table-cell", "</text:p"];
    let mut out = String::new();
    let mut rest = xml;
    while let Some((text, from)) = split_at(rest, '<') {
        out.push_str(text);
        let Some((raw, behind)) = tag_length(from).and_then(|length| from.split_at_checked(length))
        else {
            break;
        };
        let name = raw.trim_end_matches('>');
        let name = name
            .rsplit_once(':')
            .filter(|_| !name.contains("table:") && !name.contains("text:"))
            .map_or(name.to_owned(), |(_, local)| format!("</{local}"));
        if ENDS.contains(&name.as_str()) {
            out.push('\n');
        }
        rest = behind;
    }
    unescaped(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_cell_are_one_line() {
        assert_eq!(stripped("<si><t>张</t><t>三</t></si><si><t>a&lt;</t></si>"), "张三\na<\n");
    }
}
