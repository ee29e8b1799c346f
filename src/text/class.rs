//! Credit classes: the many ways to write Ⅰ类 and Ⅱ类.

use super::plain;

/// Words in front of the class that do not change it, longest first.
const LEVELS: &[&str] = &[
    "继续医学教育",
    "北京市级",
    "国家级",
    "省市级",
    "自治区级",
    "区县级",
    "单位级",
    "省级",
    "市级",
    "区级",
    "县级",
    "院级",
    "会级",
    "国家",
    "远程",
    "项目",
    "学分",
    "省",
    "市",
    "区",
    "县",
];
/// Words behind the class.
const TAILS: &[&str] = &["学分项目", "类学分", "类项目", "学分", "项目", "类", "级"];

/// Gives `Ⅰ类` or `Ⅱ类` for `Ⅰ`, `I`, `1`, `１`, `一`, `1类`, `国家级1类`, `省级Ⅰ类`, `II`, `ll` and the like.
///
/// `None` for anything else, for both at once, and for a level without a class (`国家级`).
pub fn normalise(text: &str) -> Option<&'static str> {
    let mut clean = String::with_capacity(text.len());
    plain::squeeze(text, &mut clean);
    let mut core = clean.trim_matches(['\'', '(', ')', '【', '】', '[', ']', ':', '-']);
    while let Some(rest) = LEVELS.iter().find_map(|level| core.strip_prefix(level)) {
        core = rest.trim_start_matches(['(', '-', '/', ':']);
    }
    while let Some(rest) = TAILS.iter().find_map(|tail| core.strip_suffix(tail)) {
        core = rest;
    }
    match core.trim_matches(['(', ')', '"', '“', '”', '.']) {
        "Ⅰ" | "ⅰ" | "I" | "i" | "l" | "L" | "1" | "一" | "壹" | "|" | "Ｉ" => Some("Ⅰ类"),
        "Ⅱ" | "ⅱ" | "II" | "ii" | "ll" | "LL" | "Il" | "lI" | "ⅠⅠ" | "||" | "2" | "二" | "贰" => {
            Some("Ⅱ类")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn both_classes_are_known_in_every_dress() {
        let first = [
            "Ⅰ",
            "I",
            "1",
            "１",
            "一",
            "1类",
            "一类",
            "Ⅰ类",
            "I 类",
            "国家级1类",
            "省级Ⅰ类",
            "Ⅰ类学分",
            "国家级Ⅰ类学分",
            "Ｉ类",
            "l类",
            "北京市级Ⅰ类",
            "1级",
            "(Ⅰ类)",
            "（一类）",
            "国家级（Ⅰ类）",
            "远程Ⅰ类",
        ];
        let second = [
            "Ⅱ",
            "II",
            "ll",
            "2",
            "２",
            "二",
            "2类",
            "二类",
            "Ⅱ类",
            "市级Ⅱ类",
            "院级二类",
            "ＩＩ类",
            "Ⅱ类学分",
            "单位级2类",
        ];
        let neither =
            ["", "国家级", "Ⅰ、Ⅱ类", "3类", "Ⅲ", "11", "12", "类", "学分", "项目类", "甲类"];
        for text in first {
            assert_eq!(normalise(text), Some("Ⅰ类"), "{text}");
        }
        for text in second {
            assert_eq!(normalise(text), Some("Ⅱ类"), "{text}");
        }
        for text in neither {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
