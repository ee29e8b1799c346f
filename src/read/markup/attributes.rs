//! Attributes of a tag, and text with its character references resolved.

use std::borrow::Cow;

use memchr::memchr;

use super::entities;

/// The attributes of a tag: name as written, value with its references unresolved (empty without one).
pub fn attributes(text: &str) -> Attributes<'_> {
    Attributes { rest: text }
}

/// See [`attributes`].
pub struct Attributes<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Attributes<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let is_between = |letter: char| letter.is_ascii_whitespace() || letter == '/';
        let rest = self.rest.trim_start_matches(is_between);
        if rest.is_empty() {
            return None;
        }
        let is_name_end = |letter: char| is_between(letter) || letter == '=';
        let end = rest.char_indices().skip(1).find(|(_, letter)| is_name_end(*letter));
        let (name, rest) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let (value, rest) = match value.as_bytes() {
            [quote @ (b'"' | b'\''), inner @ ..] => {
                let end = memchr(*quote, inner).unwrap_or(inner.len());
                (value.get(1..=end), value.get(end + 2..))
            }
            _ => {
                let end = value.find(|letter: char| letter.is_ascii_whitespace());
                let end = end.unwrap_or(value.len());
                (value.get(..end), value.get(end..))
            }
        };
        self.rest = rest.unwrap_or_default();
        Some((name, value.unwrap_or_default()))
    }
}

/// A name without its prefix: `ss:Index` → `Index`.
pub fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A text with its character references resolved.
pub fn resolved(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    resolve(text, &mut |piece| out.push_str(piece));
    Cow::Owned(out)
}

/// Hands over a text piece by piece, each reference as a piece of its own.
pub fn resolve(text: &str, take: &mut impl FnMut(&str)) {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        if !before.is_empty() {
            take(before);
        }
        rest = match entities::reference(reference) {
            Some((entities::Letters::One(letter), length)) => {
                take(letter.encode_utf8(&mut [0; 4]));
                reference.get(length..).unwrap_or_default()
            }
            Some((entities::Letters::Nothing, length)) => {
                reference.get(length..).unwrap_or_default()
            }
            None => {
                take("&");
                reference.get(1..).unwrap_or_default()
            }
        };
    }
    if !rest.is_empty() {
        take(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_may_be_quoted_bare_or_without_value() {
        for (text, expected) in [
            (
                " colspan=3 rowspan='2' nowrap",
                vec![("colspan", "3"), ("rowspan", "2"), ("nowrap", "")],
            ),
            (" style='mso-number-format:\"\\@\"'", vec![("style", "mso-number-format:\"\\@\"")]),
            (" x:str = \"a b\"x:num", vec![("x:str", "a b"), ("x:num", "")]),
            (" a=\"open", vec![("a", "open")]),
            (" =x / b=", vec![("=x", ""), ("b", "")]),
        ] {
            assert_eq!(attributes(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn references_become_letters() {
        for (text, expected) in [
            ("a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"),
            ("&nbsp;&nbsp&middot;&#38472;&#x9648;", "\u{a0}\u{a0}·陈陈"),
            ("&unknown; & &#; &#xZ; AT&T", "&unknown; & &#; &#xZ; AT&T"),
            ("&#150;&#0;&#1114112;&#xD800;&#10;", "–\u{fffd}\u{fffd}\u{fffd}\n"),
            ("&notit;&ltx", "&notit;<x"),
        ] {
            assert_eq!(resolved(text), expected, "{text}");
        }
    }
}
