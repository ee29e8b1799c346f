//! Words that say nothing about anybody: headings, dictionary values, marks of footers, words of dates and numbers.

use rustc_hash::FxHashSet;

use crate::{
    config::{Catalogue, ConfigError, FileKind},
    mapping::plan::normalise_heading,
    model::{Kind, fields},
    text::class,
};

/// Words that the grammars of values know besides those of mappings and dictionaries.
static WORDS: &[&str] = &[
    "必填",
    "必填项",
    "选填",
    "必录",
    "格式",
    "同上",
    "同前",
    "同上行",
    "同上一行",
    "同左上",
    "上同",
    "无",
    "暂无",
    "没有",
    "上午",
    "下午",
    "早上",
    "早晨",
    "凌晨",
    "晚上",
    "傍晚",
    "星期",
    "礼拜",
    "分钟",
    "小时",
    "学时",
    "学分",
    "课时",
    "国家级",
    "省级",
    "市级",
    "区级",
    "县级",
    "院级",
    "远程",
    "线上",
    "线下",
    "页码",
    "共计",
    "年度",
    "在线",
    "签到",
    "签退",
    "已签到",
    "未签到",
    "缺勤",
    "出勤",
    "请假",
    "迟到",
    "早退",
    "离线",
    "true",
    "false",
    "com",
    "cn",
    "net",
    "org",
    "edu",
    "gov",
    "www",
    "http",
    "https",
    "mailto",
    "sheet",
    "sheet1",
    "sheet2",
    "sheet3",
    "sep",
    "am",
    "pm",
    "id",
    "no",
    "ic",
    "nan",
    "null",
    "none",
    "na",
];

/// Single characters of the grammars: levels, signs of people's sex, yes and no, ordinals.
static LETTERS: &str = "年月日号时点分秒天周期第届次页共至到约男女是否有无注例如级类省市国京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新兵军字转上下甲乙丙丁人岁元";

/// Numerals as dates and counts are written with them.
static NUMERALS: &str = "〇零一二三四五六七八九十百千廿卅两";

/// What is proven to say nothing about anybody.
pub struct Harmless {
    words: FxHashSet<String>,
    /// Those of them that stand for no value: headings, marks of rows, “as above”.
    layout: FxHashSet<String>,
    /// Words that begin footers, subtotals and samples, longest first.
    marks: Vec<String>,
}

impl Harmless {
    /// Gathers the words of all mappings and dictionaries.
    ///
    /// # Errors
    /// A mapping or dictionary has mistakes.
    pub fn new(catalogue: &Catalogue) -> Result<Harmless, ConfigError> {
        let mut harmless = Harmless {
            words: FxHashSet::default(),
            layout: FxHashSet::default(),
            marks: Vec::new(),
        };
        for mapping in catalogue.inputs()? {
            for column in &mapping.columns {
                column.headings.iter().for_each(|word| harmless.learn(word));
            }
            let rows = &mapping.rows;
            for mark in rows.footers.iter().chain(&rows.subtotals).chain(&rows.samples) {
                harmless.learn(mark);
                harmless.marks.push(mark.trim_end_matches([':', '：']).to_owned());
            }
        }
        for field in Kind::ALL.into_iter().flat_map(fields::of) {
            harmless.learn(field.label);
            field.synonyms.iter().for_each(|word| harmless.learn(word));
        }
        WORDS.iter().for_each(|word| harmless.learn(word));
        harmless.layout = harmless.words.clone();
        for name in catalogue.names(FileKind::Dictionary) {
            for entry in &catalogue.dictionary(name)?.entries {
                let words = entry.synonyms.iter().chain(&entry.doubtful);
                words.chain([&entry.label, &entry.code]).for_each(|word| harmless.learn(word));
            }
        }
        harmless.marks.retain(|mark| mark.chars().count() > 1);
        harmless.marks.sort_by_key(|mark| std::cmp::Reverse(mark.len()));
        Ok(harmless)
    }

    /// A word of more than three digits and nothing else proves nothing.
    fn learn(&mut self, word: &str) {
        let is_number = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        let plain = normalise_heading(word);
        if !plain.is_empty() && !is_number {
            self.words.insert(plain);
        }
    }

    /// Whether a whole cell or a part between signs is such a word.
    pub fn is_word(&self, text: &str) -> bool {
        let plain = normalise_heading(text);
        self.words.contains(&plain) || self.is_grammar(&plain) || class::normalise(text).is_some()
    }

    /// Whether a text is a word of layouts: all that may stay in a column of names, in which values of dictionaries
    /// may be names.
    pub fn is_layout(&self, text: &str) -> bool {
        self.layout.contains(&normalise_heading(text))
    }

    /// Whether a run of Chinese characters is one of the words of dates, counts and levels.
    fn is_grammar(&self, run: &str) -> bool {
        let mut letters = run.chars();
        match (letters.next(), letters.next()) {
            (Some(only), None) => LETTERS.contains(only) || is_numeral(only),
            (Some(_), Some(_)) => {
                let is_sign = |letter: char| "年月日号时点分秒天周期第届次页共".contains(letter);
                run.chars().all(|letter| is_numeral(letter) || is_sign(letter))
                    && run.chars().any(is_sign)
            }
            _ => false,
        }
    }

    /// The mark that a run begins with.
    pub fn mark<'a>(&self, run: &'a str) -> Option<&'a str> {
        let mark = self.marks.iter().find(|mark| run.starts_with(mark.as_str()))?;
        run.get(..mark.len())
    }
}

/// Whether a character is a numeral of dates and counts.
pub fn is_numeral(letter: char) -> bool {
    NUMERALS.contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_values_and_grammar_are_harmless_and_people_are_not() {
        let harmless = Harmless::new(&Catalogue::open(None)).unwrap();
        for word in [
            "姓名",
            "身份证\n号（必填）",
            "主治医师",
            "男",
            "Ⅰ类",
            "国家级1类",
            "第三期",
            "同上",
            "合计",
            "学分",
        ] {
            assert!(harmless.is_word(word), "{word}");
        }
        for word in ["张三", "李一", "某某医院", "13800138000", "", "三", "1001"] {
            assert_eq!(harmless.is_word(word), word == "三", "{word}");
        }
        assert_eq!(harmless.mark("填表人张三"), Some("填表人"));
        assert_eq!(harmless.mark("张三"), None);
    }
}
