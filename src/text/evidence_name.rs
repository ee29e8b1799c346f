//! What the path of a piece of evidence says: its kind and its project. Knows nothing of its content.

use super::{Canonical, Outcome, Raw, plain};
use crate::model::{EvidenceKind, FieldType, KindBy};

/// Words that tell a kind, in lower case. Of several in one name the last counts, as the head of a Chinese noun stands
/// last (`证书发放通知` is a notice); of two that end together the longer.
const WORDS: &[(EvidenceKind, &[&str])] = &[
    (
        EvidenceKind::SignIn,
        &[
            "签到",
            "签到表",
            "签到册",
            "签名表",
            "签名册",
            "签字表",
            "出勤表",
            "出勤",
            "考勤",
            "签到表照片",
            "签到照片",
            "签到表图片",
            "签到表扫描件",
            "qiandao",
            "sign-in",
            "sign in",
            "signin",
            "sign_in",
        ],
    ),
    (EvidenceKind::Notice, &["通知", "邀请函", "红头文件", "tongzhi", "notice", "invitation"]),
    (
        EvidenceKind::Schedule,
        &[
            "日程",
            "日程表",
            "议程",
            "课程表",
            "课程安排",
            "时间安排",
            "richeng",
            "schedule",
            "agenda",
        ],
    ),
    (
        EvidenceKind::Photo,
        &[
            "照片",
            "相片",
            "现场",
            "会场",
            "合影",
            "横幅",
            "现场图片",
            "zhaopian",
            "photo",
            "photos",
        ],
    ),
    (
        EvidenceKind::Courseware,
        &["课件", "讲义", "幻灯", "幻灯片", "教材", "kejian", "slides", "courseware", "handout"],
    ),
    (
        EvidenceKind::Certificate,
        &["证书", "结业证", "学分证", "学分证书", "学分本", "zhengshu", "certificate"],
    ),
    (EvidenceKind::Paper, &["论文", "综述", "文章", "期刊", "杂志", "lunwen"]),
    (
        EvidenceKind::Support,
        &[
            "证明",
            "学分证明",
            "支撑材料",
            "佐证",
            "凭证",
            "凭据",
            "交费",
            "缴费",
            "发票",
            "车票",
            "备案表",
            "满意度",
            "满意度调查",
            "学习笔记",
            "试题",
            "试卷",
            "自管项目计划",
            "zhengming",
        ],
    ),
];

/// A name that ends in one of these is an activity's own name, whatever words stand in it: `论文写作培训班`.
const ACTIVITY_ENDINGS: &[&str] =
    &["班", "会", "项目", "论坛", "培训", "讲座", "课程", "年会", "继续教育"];

/// The kind that a word of the file's name, else of its folders' (the nearest first), gives away. A picture named by a
/// camera or by WeChat says nothing.
pub fn kind_of(path: &str) -> Option<(EvidenceKind, KindBy)> {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if let Some(kind) = word_in(stem) {
        return Some((kind, KindBy::Name));
    }
    if let Some(kind) = parts.find_map(word_in) {
        return Some((kind, KindBy::Folder));
    }
    let is_slides = ["ppt", "pptx", "pps", "ppsx", "dps"].iter();
    let is_slides = is_slides.copied().any(|known| extension.eq_ignore_ascii_case(known));
    is_slides.then_some((EvidenceKind::Courseware, KindBy::Name))
}

/// The word of a name that ends last.
fn word_in(name: &str) -> Option<EvidenceKind> {
    let name = name.to_lowercase();
    let is_number = |letter: char| letter.is_numeric() || " -_()（）第页".contains(letter);
    let bare = name.trim_end_matches(is_number);
    if ACTIVITY_ENDINGS.iter().any(|ending| bare.ends_with(ending)) {
        return None;
    }
    let words = WORDS.iter().flat_map(|(kind, words)| words.iter().map(move |word| (*kind, *word)));
    let ends = words.filter_map(|(kind, word)| {
        let at = name.rfind(word)?;
        Some((at + word.len(), word.len(), kind))
    });
    ends.max_by_key(|(end, length, _)| (*end, *length)).map(|(_, _, kind)| kind)
}

/// The project number inside a file's name, else inside the nearest folder's, as [`FieldType::ProjectCode`] writes it:
/// `2022-03-01-127` or, where its level stands behind it, `2022-03-01-127(国)`. A number without any hyphen is not
/// believed: scanners name pages by date and count.
pub fn project_in(path: &str) -> Option<String> {
    path.rsplit('/').find_map(project_in_name)
}

fn project_in_name(name: &str) -> Option<String> {
    let mut before = None;
    for (at, letter) in name.char_indices() {
        let is_start =
            !before.is_some_and(|b: char| b.is_ascii_alphanumeric() || plain::is_dash(b));
        before = Some(letter);
        if is_start && (letter.is_ascii_digit() || letter == 'L') {
            let found = name.get(at..).and_then(code_at);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Letters that a project number with its level can have.
const LONGEST: usize = 24;

/// The project number that a text begins with: the longest beginning that reads as one.
fn code_at(text: &str) -> Option<String> {
    let ends: Vec<usize> =
        text.char_indices().map(|(at, letter)| at + letter.len_utf8()).take(LONGEST).collect();
    ends.into_iter().rev().filter(|end| *end >= 8).find_map(|end| {
        let (head, tail) = text.split_at_checked(end)?;
        let is_cut = |letter: char| letter.is_ascii_alphanumeric();
        if head.ends_with(is_cut) && tail.starts_with(is_cut) {
            return None;
        }
        let is_told = head.contains(plain::is_dash) || head.starts_with('L');
        let is_whole =
            head.ends_with(|last: char| last.is_ascii_digit() || ")）】]".contains(last));
        if !is_told || !is_whole || head.contains(' ') {
            return None;
        }
        let mut out = String::new();
        match super::read(FieldType::ProjectCode, &Raw::text(head), &mut out) {
            Outcome::Value(reading) if reading.doubt.is_none() => match reading.canonical {
                Canonical::Slice(range) => head.get(range).map(str::to_owned),
                Canonical::Written => Some(out),
            },
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_name_tells_the_kind() {
        use EvidenceKind::{
            Certificate, Courseware, Notice, Paper, Photo, Schedule, SignIn, Support,
        };
        for (path, kind, by) in [
            ("签到1.jpg", SignIn, KindBy::Name),
            ("2022-03-01-127/签到表（1）.pdf", SignIn, KindBy::Name),
            ("签到表照片.jpg", SignIn, KindBy::Name),
            ("签到现场照片.jpg", Photo, KindBy::Name),
            ("证书发放通知.pdf", Notice, KindBy::Name),
            ("学分证明.pdf", Support, KindBy::Name),
            ("学分证书.pdf", Certificate, KindBy::Name),
            ("论文写作培训班日程.docx", Schedule, KindBy::Name),
            ("通知/IMG_0001.JPG", Notice, KindBy::Folder),
            ("签到表/第1天/微信图片_20220312101530.jpg", SignIn, KindBy::Folder),
            ("照片/签到表.jpg", SignIn, KindBy::Name),
            ("QianDao-2.jpg", SignIn, KindBy::Name),
            ("第一讲.pptx", Courseware, KindBy::Name),
            ("发表文章/首页.jpg", Paper, KindBy::Folder),
        ] {
            assert_eq!(kind_of(path), Some((kind, by)), "{path}");
        }
        for path in [
            "微信图片_20220312101530.jpg",
            "IMG_0001.JPG",
            "论文写作培训班/1.jpg",
            "论文写作培训班2.jpg",
            "",
        ] {
            assert_eq!(kind_of(path), None, "{path}");
        }
    }

    #[test]
    fn a_project_number_is_found_in_names_and_folders() {
        for (path, code) in [
            ("2022-03-01-127/签到1.jpg", Some("2022-03-01-127")),
            ("2022-03-01-127(国)第四届培训班/签到/1.jpg", Some("2022-03-01-127(国)")),
            ("2022-03-01-127（国）.zip", Some("2022-03-01-127(国)")),
            ("2022-03-01-127-签到表.pdf", Some("2022-03-01-127")),
            ("2022-03-01-127_签到表.pdf", Some("2022-03-01-127")),
            ("签到表2022-03-01-1271.pdf", Some("2022-03-01-1271")),
            ("2022–03–01–127 签到.pdf", Some("2022-03-01-127")),
            ("a/2022-03-01-127/2022-03-01-128 签到.pdf", Some("2022-03-01-128")),
            ("L20220001/通知.pdf", Some("L20220001")),
            ("20220301127.jpg", None),
            ("微信图片_20220312101530.jpg", None),
            ("2022-03-01/签到.jpg", None),
            ("2022-03-01-127-05.jpg", Some("2022-03-01-127")),
            ("2022-03-01-12-05.jpg", None),
            ("12022-03-01-127.jpg", None),
            ("Lab/1.jpg", None),
        ] {
            assert_eq!(project_in(path).as_deref(), code, "{path}");
        }
    }
}
