//! What was mended silently in a value: a set of 32 marks, each with words for people.

use crate::model::Lang;

/// A set of silent mends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mends(u32);

macro_rules! marks {
    ($($name:ident = $bit:literal, $id:literal, $zh:literal, $en:literal;)*) => {
        impl Mends {
            $(#[doc = concat!($en, ".")] pub const $name: Mends = Mends(1 << $bit);)*
        }
        /// Every mark with its stable name and its words: Chinese, English.
        static MARKS: &[(Mends, &str, [&str; 2])] = &[$((Mends::$name, $id, [$zh, $en]),)*];
    };
}

// One line per mark, so that constant, name and words cannot drift apart: the only macro of this floor.
marks! {
    OUTER_SPACES = 0, "outer-spaces", "首尾空格", "spaces around the value";
    INNER_SPACES = 1, "inner-spaces", "中间空格", "spaces inside the value";
    LINE_BREAKS = 2, "line-breaks", "单元格内换行或制表符", "line breaks or tabs inside the cell";
    INVISIBLE = 3, "invisible", "看不见的字符", "invisible or control characters";
    APOSTROPHE = 4, "apostrophe", "首尾撇号", "apostrophe around the value";
    FULL_WIDTH = 5, "full-width", "全角字符", "full-width characters";
    PRIVATE_USE = 6, "private-use", "旧字库生僻字", "rare character of an old font";
    LOOK_ALIKE = 7, "look-alike", "形近字符", "look-alike characters";
    LETTER_CASE = 8, "letter-case", "大小写", "upper or lower case";
    PREFIX = 9, "prefix", "值前的标签文字", "label in front of the value";
    HYPHENS = 10, "hyphens", "连字符", "hyphens";
    COUNTRY_CODE = 11, "country-code", "国际区号+86", "country code +86";
    MIDDLE_DOT = 12, "middle-dot", "姓名间隔点", "middle dot of a name";
    TRAILING_MARK = 13, "trailing-mark", "末尾标点", "punctuation at the end";
    WIDENED_ID = 14, "widened-id", "15位身份证号升18位", "15-digit ID number widened to 18";
    SERIAL_DAY = 15, "serial-day", "日期序列号", "serial day number";
    DATE_STYLE = 16, "date-style", "日期写法", "spelling of a date";
    CHINESE_DIGITS = 17, "chinese-digits", "中文数字", "Chinese numerals";
    TIME_DROPPED = 18, "time-dropped", "舍去的时刻", "time of day left out";
    DECIMAL_ZERO = 19, "decimal-zero", "多余的小数点和零", "needless decimal zeros";
    THOUSANDS = 20, "thousands", "千位分隔符", "thousands separators";
    UNIT_CREDITS = 21, "unit-credits", "单位字样“学分”", "the unit word for credits";
    UNIT_HOURS = 22, "unit-hours", "单位字样“学时”", "the unit word for hours";
    UNIT_DAYS = 23, "unit-days", "单位字样“天”", "the unit word for days";
    UNIT_OTHER = 24, "unit-other", "单位字样", "a unit word";
    NOTE_DROPPED = 25, "note-dropped", "数值后的附注", "note behind the number";
    CODE_STYLE = 26, "code-style", "项目编号写法", "spelling of a project number";
    GLUED_NAME = 27, "glued-name", "编号后连写的名称", "name glued to the number";
    FLOAT_NOISE = 28, "float-noise", "浮点误差", "floating-point noise";
    LEADING_ZEROS = 29, "leading-zeros", "多余的前导零", "needless leading zeros";
    SECONDS_DROPPED = 30, "seconds-dropped", "舍去的秒数", "seconds left out";
    NUMBER_STYLE = 31, "number-style", "数字写法", "spelling of a number";
}

impl Mends {
    /// No mend.
    pub const NONE: Mends = Mends(0);

    /// Whether nothing was mended.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Mends) -> Mends {
        Mends(self.0 | other.0)
    }

    /// Adds the marks of `other`.
    pub fn add(&mut self, other: Mends) {
        self.0 |= other.0;
    }

    /// Whether every mark of `other` is here.
    pub fn contains(self, other: Mends) -> bool {
        self.0 & other.0 == other.0
    }

    /// The marks one by one, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Mends> {
        (0..u32::BITS).map(|bit| Mends(1 << bit)).filter(move |mark| self.contains(*mark))
    }

    /// Position of a single mark, 0–31: an index for counters per column.
    pub fn index(self) -> usize {
        (self.0.trailing_zeros() & 31) as usize
    }

    /// Stable kebab-case name of a single mark; empty for a set of none or several.
    pub fn name(self) -> &'static str {
        find(self).map_or("", |mark| mark.1)
    }

    /// What people call a single mark; empty for a set of none or several.
    pub fn label(self, lang: Lang) -> &'static str {
        find(self).map_or("", |mark| lang.pick(mark.2[0], mark.2[1]))
    }

    /// Whether the unit word of the value contradicts a field's unit: `6学时` in a column of 学分.
    pub fn contradicts(self, unit: &str) -> bool {
        let allowed = match unit {
            "学分" => Mends::UNIT_CREDITS,
            "学时" | "课时" | "小时" => Mends::UNIT_HOURS,
            "天" => Mends::UNIT_DAYS,
            _ => return false,
        };
        let units = [Mends::UNIT_CREDITS, Mends::UNIT_HOURS, Mends::UNIT_DAYS, Mends::UNIT_OTHER];
        units.into_iter().any(|one| one != allowed && self.contains(one))
    }
}

fn find(mark: Mends) -> Option<&'static (Mends, &'static str, [&'static str; 2])> {
    MARKS.iter().find(|known| known.0 == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_has_its_own_bit_name_and_words() {
        for (at, (mark, name, words)) in MARKS.iter().enumerate() {
            assert_eq!(mark.index(), at);
            assert_eq!(mark.name(), *name);
            assert!(words.iter().all(|word| !word.is_empty()));
        }
    }

    #[test]
    fn a_set_gives_its_marks_one_by_one() {
        let set = Mends::HYPHENS.union(Mends::FULL_WIDTH);
        let names: Vec<_> = set.iter().map(Mends::name).collect();
        assert_eq!(names, ["full-width", "hyphens"]);
        assert_eq!(set.label(Lang::Zh), "");
    }

    #[test]
    fn hours_in_a_column_of_credits_contradict_it() {
        for (mark, unit, expected) in [
            (Mends::UNIT_HOURS, "学分", true),
            (Mends::UNIT_CREDITS, "学分", false),
            (Mends::UNIT_HOURS, "学时", false),
            (Mends::UNIT_DAYS, "", false),
            (Mends::NONE, "天", false),
        ] {
            assert_eq!(mark.contradicts(unit), expected, "{unit}");
        }
    }
}
