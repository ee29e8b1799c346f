//! Masks personal data for everything that people look at. What is masked cannot be brought back from it.

use crate::model::FieldType;

/// How much of a value stays visible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// For an audit: of an ID number the first 6 and the last 4.
    #[default]
    Audit,
    /// For lists that go round: of an ID number the first 3 and the last 4.
    List,
    /// For a screen that others see: the first character and two stars, and no number at all.
    Screen,
}

impl Profile {
    /// Finds a profile by its name: `audit`, `list`, `screen`.
    pub fn find(name: &str) -> Option<Profile> {
        match name {
            "audit" => Some(Profile::Audit),
            "list" => Some(Profile::List),
            "screen" => Some(Profile::Screen),
            _ => None,
        }
    }
}

/// Masks a personal value for reports, with the profile `audit`.
pub fn mask(field_type: FieldType, text: &str) -> String {
    mask_with(Profile::Audit, field_type, text)
}

/// Masks a personal value. Every character that goes becomes one `*`; wrong values are masked as strictly.
pub fn mask_with(profile: Profile, field_type: FieldType, text: &str) -> String {
    let text = text.trim();
    if profile == Profile::Screen {
        let is_number = matches!(
            field_type,
            FieldType::IdNumber | FieldType::Phone | FieldType::IcCard | FieldType::Code
        );
        let first = text.chars().next().filter(|_| !is_number);
        return if text.is_empty() {
            String::new()
        } else {
            first.into_iter().chain(['*', '*']).collect()
        };
    }
    match field_type {
        FieldType::IdNumber if profile == Profile::Audit => keep(text, 6, 4),
        FieldType::IdNumber | FieldType::Phone => keep(text, 3, 4),
        FieldType::Email => match text.split_once('@') {
            Some((local, domain)) => format!("{}@{domain}", keep(local, 1, 0)),
            None => keep(text, 1, 0),
        },
        _ => keep(text, 1, 0),
    }
}

/// Keeps the first and last characters; if that would hide fewer than four, only the first one.
fn keep(text: &str, first: usize, last: usize) -> String {
    const HIDDEN: usize = 4;
    let count = text.chars().count();
    let (first, last) = if count >= first + last + HIDDEN { (first, last) } else { (1, 0) };
    let shown = |at: usize| (at < first || at + last >= count) && count > 1;
    text.chars().enumerate().map(|(at, letter)| if shown(at) { letter } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_masked_by_its_type() {
        for (field_type, text, masked) in [
            (FieldType::IdNumber, "11010519491231002X", "110105********002X"),
            (FieldType::IdNumber, "E12345678", "E********"),
            (FieldType::IdNumber, "1101051949123100", "110105******3100"),
            (FieldType::IdNumber, "13800001234", "1**********"),
            (FieldType::Phone, "13800001234", "138****1234"),
            (FieldType::Phone, "1380000", "1******"),
            (FieldType::Name, "欧阳建国", "欧***"),
            (FieldType::Name, "张", "*"),
            (FieldType::Email, "lisi@example.com", "l***@example.com"),
            (FieldType::Email, "lisi", "l***"),
            (FieldType::Text, "安阳市北关区1号", "安*******"),
            (FieldType::IcCard, "012345678", "0********"),
            (FieldType::Date, "1990-03-07", "1*********"),
            (FieldType::Name, "", ""),
        ] {
            assert_eq!(mask(field_type, text), masked);
        }
    }

    #[test]
    fn profiles_differ_in_what_they_show() {
        let id = "11010519491231002X";
        assert_eq!(mask_with(Profile::List, FieldType::IdNumber, id), "110***********002X");
        assert_eq!(mask_with(Profile::Screen, FieldType::IdNumber, id), "**");
        assert_eq!(mask_with(Profile::Screen, FieldType::Name, "欧阳建国"), "欧**");
        assert_eq!(Profile::find("screen"), Some(Profile::Screen));
    }
}
