//! One JSON object as flat fields: objects within become `a.b`, lists become several values of one field. Numbers
//! keep the digits they were written with. The only place here that knows serde_json.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::model::CellKind;

/// Objects within objects that are taken apart; what is deeper stays as it is written.
const MAX_DEPTH: usize = 8;
/// Digits that a number keeps in every program.
const SAFE_DIGITS: usize = 15;

/// A text that could not be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// Hands over the fields of an object: path, kind, text. Blank values have an empty text.
///
/// # Errors
/// The text is no JSON object; what was handed over before does not count.
pub(super) fn each_field(
    object: &str,
    take: &mut dyn FnMut(&str, CellKind, &str),
) -> Result<(), Broken> {
    let mut path = String::new();
    if object_fields(object, 0, &mut path, take).is_ok() {
        return Ok(());
    }
    // Line breaks within texts are forbidden, and common.
    let plain: String = object.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    path.clear();
    object_fields(&plain, 0, &mut path, take)
}

/// The text of a string or another single value.
pub(super) fn scalar(raw: &str) -> (CellKind, Cow<'_, str>) {
    match raw.as_bytes().first() {
        Some(b'"') => (CellKind::Text, string(raw)),
        Some(b't' | b'f') => (CellKind::Bool, raw.into()),
        Some(b'-' | b'0'..=b'9') => {
            // Longer numbers are no quantities, and spreadsheets would round them.
            let digits = raw.bytes().filter(u8::is_ascii_digit).count();
            let kind = if digits > SAFE_DIGITS { CellKind::Text } else { CellKind::Number };
            (kind, raw.into())
        }
        Some(b'n') | None => (CellKind::Text, "".into()),
        _ => (CellKind::Text, raw.into()),
    }
}

fn string(raw: &str) -> Cow<'_, str> {
    // Half a surrogate pair, say: better shown as it stands than lost.
    serde_json::from_str::<Text<'_>>(raw)
        .map_or_else(|_| raw.trim_matches('"').into(), |text| text.0)
}

fn object_fields(
    object: &str,
    depth: usize,
    path: &mut String,
    take: &mut dyn FnMut(&str, CellKind, &str),
) -> Result<(), Broken> {
    let pairs: Pairs<'_> = serde_json::from_str(object).map_err(|_| Broken)?;
    let outer = path.len();
    for (Text(name), value) in pairs.0 {
        if outer > 0 {
            path.push('.');
        }
        path.push_str(&name);
        value_fields(value.get(), depth, path, take)?;
        path.truncate(outer);
    }
    Ok(())
}

fn value_fields(
    raw: &str,
    depth: usize,
    path: &mut String,
    take: &mut dyn FnMut(&str, CellKind, &str),
) -> Result<(), Broken> {
    match raw.as_bytes().first() {
        Some(b'{' | b'[') if depth >= MAX_DEPTH => take(path, CellKind::Text, raw),
        Some(b'{') => return object_fields(raw, depth + 1, path, take),
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| Broken)?;
            if values.is_empty() {
                take(path, CellKind::Text, "");
            }
            for value in values {
                value_fields(value.get(), depth + 1, path, take)?;
            }
        }
        _ => {
            let (kind, text) = scalar(raw);
            take(path, kind, &text);
        }
    }
    Ok(())
}

/// A text that lies in the document unless it has escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The pairs of an object in their order.
struct Pairs<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Pairs<'de>, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs<'de>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::with_capacity(16);
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        from.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(object: &str) -> Option<String> {
        let mut told = String::new();
        each_field(object, &mut |path, kind, text| {
            let mark = match kind {
                CellKind::Number => "#",
                CellKind::Bool => "?",
                _ => "",
            };
            told += &format!("{path}={mark}{text};");
        })
        .ok()
        .map(|()| told)
    }

    #[test]
    fn an_object_becomes_flat_fields() {
        for (object, expected) in [
            (r#"{"姓名":"陈\u5b89宁","a":null}"#, "姓名=陈安宁;a=;"),
            (
                r#"{"id":999900197811020311,"n":1.50,"e":1E3}"#,
                "id=999900197811020311;n=#1.50;e=#1E3;",
            ),
            (r#"{"a":{"b":{"c":true}},"d":[1,"x"],"e":[]}"#, "a.b.c=?true;d=#1;d=x;e=;"),
            (r#"{"c":[{"x":1},{"x":2}]}"#, "c.x=#1;c.x=#2;"),
            ("{\"a\":\"x\ny\"}", "a=x y;"),
            (r#"{"a":"\ud83d"}"#, r"a=\ud83d;"),
            ("{}", ""),
        ] {
            assert_eq!(fields(object).as_deref(), Some(expected), "{object}");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(12), "}".repeat(12));
        assert_eq!(fields(&deep).unwrap().matches("a.").count(), 8);
        for broken in ["", "[]", "{\"a\":}", "{\"a\":1", "{\"a\" 1}", "{\"a\":'x'}"] {
            assert_eq!(fields(broken), None, "{broken}");
        }
    }
}
