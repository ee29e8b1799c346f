//! What became of an identity number on its way through a spreadsheet: one class per cell, to be counted per column.

use super::{Mends, Outcome, Raw, read};
use crate::model::{CellKind, codes::value as codes};

/// What a cell of identity numbers holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Text, and right as it stands or but for spaces, labels and the like.
    TextRight,
    /// A number cell of which no digit was lost.
    NumberRight,
    /// A number cell, right, but a double may have made it so.
    NumberDoubtful,
    /// `.0` behind the digits.
    DecimalZero,
    /// Full-width digits or letters.
    FullWidth,
    /// The final X small, Cyrillic or a multiplication sign; O for 0, l for 1.
    LookAlike,
    /// An old number of 15 digits.
    Old,
    /// The last three digits became 000.
    Truncated,
    /// Rounded to a double.
    Rounded,
    /// Scientific notation, most digits gone.
    Scientific,
    /// The check digit is wrong.
    Checksum,
    /// No real birthday.
    Birthday,
    /// Too many or too few characters.
    Length,
    /// No number of a resident card at all.
    Strange,
    /// Another document, as the column of its type says.
    Other,
}

impl Class {
    /// All of them, in the order in which they are told.
    pub const ALL: [Class; 15] = [
        Class::TextRight,
        Class::NumberRight,
        Class::NumberDoubtful,
        Class::DecimalZero,
        Class::FullWidth,
        Class::LookAlike,
        Class::Old,
        Class::Truncated,
        Class::Rounded,
        Class::Scientific,
        Class::Checksum,
        Class::Birthday,
        Class::Length,
        Class::Strange,
        Class::Other,
    ];

    /// Words for people: Chinese, English.
    pub fn label(self) -> [&'static str; 2] {
        match self {
            Class::TextRight => ["文本格式且正确", "text and right"],
            Class::NumberRight => ["数字格式但没有丢位", "number, no digit lost"],
            Class::NumberDoubtful => ["数字格式，末位可能被改过", "number, perhaps rounded"],
            Class::DecimalZero => ["带“.0”", "with .0"],
            Class::FullWidth => ["全角字符", "full-width"],
            Class::LookAlike => ["末位x小写或形近字符", "small x or look-alikes"],
            Class::Old => ["15位旧号码", "15 digits of old"],
            Class::Truncated => ["末三位变成000", "last three digits lost"],
            Class::Rounded => ["末尾被四舍五入", "rounded"],
            Class::Scientific => ["科学计数法", "scientific notation"],
            Class::Checksum => ["校验位不对", "wrong check digit"],
            Class::Birthday => ["出生日期不对", "no real birthday"],
            Class::Length => ["位数不对", "wrong length"],
            Class::Strange => ["不是身份证号", "no such number"],
            Class::Other => ["其他证件", "another document"],
        }
    }

    /// The class of a cell; `None` if it is blank or holds an error value.
    pub fn of(raw: &Raw<'_>) -> Option<Class> {
        if matches!(raw.kind, CellKind::Error | CellKind::Uncalculated) {
            return None;
        }
        match read(raw, &mut String::new()) {
            Outcome::Nothing => None,
            Outcome::Fault(fault) => Some(Class::of_fault(fault.code.name)),
            Outcome::Value(reading) => {
                let is_old = reading.mends.contains(Mends::WIDENED_ID);
                let is_doubtful = reading.doubt.is_some();
                Some(match raw.kind {
                    _ if is_old => Class::Old,
                    _ if is_doubtful => Class::NumberDoubtful,
                    _ if reading.mends.contains(Mends::DECIMAL_ZERO) => Class::DecimalZero,
                    CellKind::Number => Class::NumberRight,
                    _ if reading.mends.contains(Mends::LOOK_ALIKE)
                        || reading.mends.contains(Mends::LETTER_CASE) =>
                    {
                        Class::LookAlike
                    }
                    _ if reading.mends.contains(Mends::FULL_WIDTH) => Class::FullWidth,
                    _ => Class::TextRight,
                })
            }
        }
    }

    fn of_fault(code: &str) -> Class {
        let classes = [
            (codes::ID_TRUNCATED.name, Class::Truncated),
            (codes::ID_ROUNDED.name, Class::Rounded),
            (codes::ID_SCIENTIFIC.name, Class::Scientific),
            (codes::ID_CHECKSUM.name, Class::Checksum),
            (codes::ID_BIRTHDAY.name, Class::Birthday),
            (codes::ID_LENGTH.name, Class::Length),
        ];
        let found = classes.into_iter().find(|(name, _)| *name == code);
        found.map_or(Class::Strange, |(_, class)| class)
    }
}
