//! Packages made here: rosters as batches, evidence as values.

use std::{path::Path, sync::Arc};

use super::*;
use crate::{
    model::{Kind, Look, PictureHash, RecordHead, Slot, TextIn, Value, fields, grid::NO_COLUMN},
    rules::pack,
};

const ONE: &str = "2022-03-01-127";
const TWO: &str = "2022-03-01-128";

fn beijing() -> Vec<PackUse> {
    let text = include_str!("../../../mappings/packs/beijing-2022.toml");
    let pack = pack::read("beijing-2022", Path::new("beijing-2022.toml"), text);
    vec![PackUse { pack: Arc::new(pack.unwrap()), is_pinned: false }]
}

/// Records: each a row of texts of these fields; numbers of credits are halves of what they say.
fn batch(kind: Kind, names: &[&str], rows: &[Vec<String>]) -> Batch {
    let mut batch = Batch { kind: Some(kind), ..Batch::default() };
    let slot = |name: &&str| {
        let field = fields::find(kind, name).unwrap();
        Slot { field, dictionary: None, column: NO_COLUMN }
    };
    batch.slots = Arc::new(names.iter().map(slot).collect());
    for (at, row) in rows.iter().enumerate() {
        batch.heads.push(RecordHead { row: at as u32 + 2, ..RecordHead::default() });
        for text in row {
            let start = batch.own.len() as u32;
            batch.own.push_str(text);
            let text_in = if text.is_empty() { TextIn::Nothing } else { TextIn::Own };
            let number = text.parse::<f64>().map_or(0, |number| (number * 2.0) as i32);
            let end = batch.own.len() as u32;
            batch.values.push(Value { start, end, number, column: NO_COLUMN, text_in });
        }
    }
    batch
}

/// A roster of invented people.
fn roster(code: &str, people: u32, credits: &str) -> Batch {
    let row = |at: u32| vec![format!("999900{at:012}"), code.to_owned(), credits.to_owned()];
    let rows: Vec<_> = (0..people).map(row).collect();
    batch(Kind::Enrolment, &["id_no", "project_code", "credits"], &rows)
}

fn look(seed: u64) -> Look {
    let hash = PictureHash([seed; 8].map(|word: u64| word.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    Look {
        pages: 1,
        width: 1654,
        height: 2339,
        dpi: Some(200),
        orientation: 1,
        sharpness: 0.5,
        darkness: 0.05,
        lines: (0, 0),
        hash: Some(hash),
    }
}

fn piece(path: &str, seed: u64) -> Evidence {
    let (kind, kind_by) =
        evidence_name::kind_of(path).unwrap_or((EvidenceKind::Other, KindBy::Nothing));
    Evidence {
        path: path.to_owned(),
        sha256: format!("{seed:064x}"),
        bytes: 1000,
        format: "jpg",
        kind,
        kind_by,
        project: None,
        look: Some(look(seed)),
    }
}

/// Findings as `code args… by rule`.
fn told(activity: &mut Activity) -> Vec<String> {
    let told = |finding: Finding| {
        let rule = finding.clause.as_ref().map(|clause| format!(" by {}", clause.rule));
        let args = finding.args.join(" ");
        format!("{} {args}{}", finding.code.name, rule.unwrap_or_default())
    };
    activity.finish().into_iter().map(told).collect()
}

#[test]
fn a_complete_package_has_nothing_wrong() {
    let mut activity = Activity::new(&beijing(), None);
    activity.see("名单.xlsx", &roster("2022-03-01-127(国)", 45, "4"));
    activity.add(piece("签到1.jpg", 1));
    activity.add(piece("签到2.jpg", 2));
    activity.add(piece("通知.jpg", 3));
    activity.sign(None, 45, SignedBy::Manifest);
    assert_eq!(told(&mut activity), Vec::<String>::new());
    let projects: Vec<_> = activity.evidence().iter().map(|e| e.project.as_deref()).collect();
    assert_eq!(projects, [Some("2022-03-01-127(国)"); 3]);
}

#[test]
fn what_a_project_lacks_is_told_with_its_clause() {
    let mut activity = Activity::new(&beijing(), None);
    activity.see("甲/名单.xlsx", &roster(ONE, 90, "4"));
    activity.add(piece("甲/签到1.jpg", 1));
    activity.sign(Some(ONE), 88, SignedBy::Person);
    activity.see("乙/名单.xlsx", &roster(TWO, 10, "4"));
    activity.add(piece("乙/现场.jpg", 2));
    assert_eq!(
        told(&mut activity),
        [
            "sign-in-pages-few 2022-03-01-127 1 90 3 40 by BJ-SUP-03/pages",
            "signed-count-differs 2022-03-01-127 88 90 2 by BJ-LEC-02",
            "evidence-missing 2022-03-01-128 证明材料或通知或课件或签到表 support material or notice or courseware or sign-in sheet 4 by BJ-SUP-01",
            "evidence-missing 2022-03-01-128 签到表 sign-in sheet 4 by BJ-SUP-03",
            "signed-count-missing 2022-03-01-128 10 by BJ-LEC-02/count",
        ]
    );
}

#[test]
fn without_a_pack_only_what_is_plain_is_told() {
    let mut activity = Activity::new(&[], None);
    activity.see("名单.xlsx", &roster(ONE, 90, "4"));
    assert_eq!(told(&mut activity), Vec::<String>::new());
}

#[test]
fn a_pack_judges_only_projects_of_its_time_that_are_over() {
    let rows = vec![vec!["999900000000000001".into(), ONE.into(), "4".into(), String::new()]];
    let mut late = batch(Kind::Enrolment, &["id_no", "project_code", "credits", "end_date"], &rows);
    late.values[3] = Value { number: 738_900, text_in: TextIn::Own, ..Value::NOTHING };
    let mut activity = Activity::new(&beijing(), None);
    activity.see("名单.xlsx", &late);
    assert_eq!(told(&mut activity), Vec::<String>::new(), "the pack ended in 2022");
    late.values[3].number = 738_200;
    let before = NaiveDate::from_num_days_from_ce_opt(738_199);
    let mut activity = Activity::new(&beijing(), before);
    activity.see("名单.xlsx", &late);
    assert_eq!(told(&mut activity), Vec::<String>::new(), "it has not been held yet");
    let mut activity = Activity::new(&beijing(), None);
    activity.see("名单.xlsx", &late);
    assert_eq!(told(&mut activity).len(), 3);
}

#[test]
fn signatures_come_from_typed_lists_and_counts_that_disagree_are_told() {
    let row =
        |at: u32, signed: &str| vec![format!("999900{at:012}"), ONE.to_owned(), signed.to_owned()];
    let rows: Vec<_> = (0..20).map(|at| row(at, if at < 18 { "√" } else { "" })).collect();
    let twice = [rows.clone(), rows].concat();
    let list = batch(Kind::Attendance, &["id_no", "project_code", "signed"], &twice);
    let mut activity = Activity::new(&beijing(), None);
    activity.see("名单.xlsx", &roster(ONE, 20, "2"));
    activity.see("签到.xlsx", &list);
    assert_eq!(told(&mut activity), ["signed-count-differs 2022-03-01-127 18 20 2 by BJ-LEC-02"]);
    let mut activity = Activity::new(&[], None);
    activity.see("签到.xlsx", &list);
    activity.sign(None, 20, SignedBy::Manifest);
    assert_eq!(
        told(&mut activity),
        [
            "signed-counts-disagree 2022-03-01-127 清单 20 人 20 by the manifest 签到名单 18 人 18 by the sign-in list"
        ]
    );
}

#[test]
fn evidence_finds_its_project_by_number_name_folder_or_because_there_is_one() {
    let named = |code: &str, name: &str| {
        let row = vec!["999900000000000001".into(), code.to_owned(), name.to_owned()];
        batch(Kind::Enrolment, &["id_no", "project_code", "project_name"], &[row])
    };
    let mut activity = Activity::new(&[], None);
    activity.see("甲/名单.xlsx", &named(ONE, "示范培训班"));
    activity.see("乙/名单.xlsx", &named(TWO, "急救论坛"));
    for path in [
        "甲/签到.jpg",
        "甲/扫描/签到2.jpg",
        "2022-03-01-128/签到.jpg",
        "照片/急救论坛1.jpg",
        "别处/签到.jpg",
    ] {
        activity.add(piece(path, path.len() as u64 * 7 + 1));
    }
    let found = told(&mut activity);
    let of: Vec<_> = activity.evidence().iter().map(|e| e.project.as_deref()).collect();
    assert_eq!(of, [Some(ONE), Some(ONE), Some(TWO), Some(TWO), None]);
    assert!(found.contains(&"evidence-unclaimed 别处/签到.jpg".to_owned()), "{found:?}");
}

#[test]
fn one_picture_for_two_projects_is_found_by_bytes_and_by_look() {
    let mut activity = Activity::new(&[], None);
    activity.see("甲/名单.xlsx", &roster(ONE, 1, "2"));
    activity.see("乙/名单.xlsx", &roster(TWO, 1, "2"));
    activity.add(piece("甲/签到.jpg", 1));
    activity.add(piece("甲/签到(1).jpg", 1));
    activity.add(piece("乙/签到.jpg", 1));
    let mut saved_again = piece("乙/现场.jpg", 5);
    activity.add(piece("甲/现场.jpg", 4));
    let mut like = look(4);
    like.hash.iter_mut().for_each(|hash| hash.0[0] ^= 0xFFFF);
    saved_again.look = Some(like);
    activity.add(saved_again);
    activity.add(piece("甲/课件.jpg", 6));
    activity.add(piece("乙/课件.jpg", 6));
    assert_eq!(
        told(&mut activity),
        [
            "evidence-repeated 甲/签到.jpg 甲/签到(1).jpg",
            "evidence-shared 乙/签到.jpg 2022-03-01-128 甲/签到.jpg 2022-03-01-127",
            "evidence-alike 乙/现场.jpg 2022-03-01-128 甲/现场.jpg 2022-03-01-127",
            "evidence-repeated 甲/课件.jpg 乙/课件.jpg",
        ]
    );
}

#[test]
fn what_an_earlier_package_used_is_remembered() {
    let known = |seed: u64, project: &str| KnownEvidence {
        sha256: format!("{seed:064x}"),
        hash: look(seed).hash,
        project: project.to_owned(),
    };
    let mut activity = Activity::new(&[], None);
    activity.earlier([known(1, "2022-03-01-128(国)"), known(2, "2022-03-01-127(国)")].into_iter());
    activity.see("名单.xlsx", &roster(ONE, 1, "2"));
    activity.add(piece("签到1.jpg", 1));
    activity.add(piece("签到2.jpg", 2));
    assert_eq!(
        told(&mut activity),
        [
            "evidence-shared 签到1.jpg 2022-03-01-127 以前提交的材料 / handed in before 2022-03-01-128"
        ]
    );
}

#[test]
fn pictures_that_cannot_be_read_are_told() {
    let changed = |path: &str, seed: u64, change: fn(&mut Look)| {
        let mut piece = piece(path, seed);
        piece.look.iter_mut().for_each(change);
        piece
    };
    let mut activity = Activity::new(&[], None);
    activity.see("名单.xlsx", &roster(ONE, 1, "2"));
    activity.add(changed("签到1.jpg", 1, |look| look.sharpness = 0.1));
    activity.add(changed("签到2.jpg", 2, |look| look.darkness = 0.8));
    activity.add(changed("签到3.jpg", 3, |look| (look.width, look.height) = (600, 800)));
    activity.add(changed("签到4.jpg", 4, |look| look.orientation = 6));
    activity.add(changed("课件1.jpg", 5, |look| look.sharpness = 0.1));
    activity.add(changed("IMG_1.jpg", 6, |look| look.lines = (23, 6)));
    assert_eq!(
        told(&mut activity),
        [
            "evidence-blurred 签到1.jpg 签到表 sign-in sheet",
            "evidence-dark 签到2.jpg 签到表 sign-in sheet",
            "evidence-small 签到3.jpg 签到表 sign-in sheet 600 800",
            "evidence-sideways 签到4.jpg 签到表 sign-in sheet",
        ]
    );
    let ruled = activity.evidence().last().unwrap();
    assert_eq!((ruled.kind, ruled.kind_by), (EvidenceKind::SignIn, KindBy::Content));
}

#[test]
fn a_manifest_says_kinds_wherever_it_stands() {
    let mut activity = Activity::new(&[], None);
    activity.see("a/名单.xlsx", &roster(ONE, 1, "2"));
    let kinds = [
        ("微信图片_1.jpg", EvidenceKind::SignIn),
        ("a/名单.xlsx", EvidenceKind::Support),
        ("签到9.jpg", EvidenceKind::SignIn),
    ];
    activity.say_kinds(kinds.map(|(name, kind)| (name.to_owned(), kind)).to_vec());
    activity.add(piece("a/微信图片_1.jpg", 1));
    assert_eq!(told(&mut activity), ["manifest-file-absent 签到9.jpg"]);
    let piece = &activity.evidence()[0];
    assert_eq!((piece.kind, piece.kind_by), (EvidenceKind::SignIn, KindBy::Said));
}
