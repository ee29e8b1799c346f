//! Looking through the built program: one child for many pictures, a death costs one answer, real scans are legible.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use cmegate::{
    read::{
        child::ReaderProgram,
        look::{self, look_with},
    },
    rules::activity::{MOST_DISTANCE, quality},
};
use image::{GrayImage, Luma, imageops};

fn program() -> ReaderProgram {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_cmegate"));
    ReaderProgram { path, patience: Duration::from_secs(60) }
}

/// A ruled page with marks of one hand.
fn page(hand: u32) -> GrayImage {
    let mut seed = hand;
    let mut marks = GrayImage::from_pixel(350, 500, Luma([248]));
    for row in 0..20u32 {
        for x in 20..330 {
            marks.put_pixel(x, 60 + row * 20, Luma([30]));
        }
        for _ in 0..12 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (200 + (seed >> 8) % 110, 63 + row * 20 + (seed >> 20) % 12);
            for at in 0..10 {
                marks.put_pixel(x + at, y, Luma([60]));
            }
        }
    }
    marks
}

#[test]
fn one_child_answers_for_many_and_a_death_costs_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    page(1).save(at("a.png")).unwrap();
    imageops::resize(&page(1), 280, 400, imageops::FilterType::Triangle).save(at("b.jpg")).unwrap();
    page(2).save(at("c.png")).unwrap();
    fs::write(at("d.jpg"), b"\xff\xd8\xff\xe0 cut off").unwrap();
    let documents = [
        (at("a.png"), "png"),
        (at("d.jpg"), "jpg"),
        (at("b.jpg"), "jpg"),
        (at("c.png"), "png"),
        (at("e.heic"), "heic"),
    ];
    let looked = look_with(&program(), &documents).unwrap();
    let told: Vec<&str> = looked
        .iter()
        .map(|answer| answer.as_ref().map_or_else(|finding| finding.code.name, |_| "seen"))
        .collect();
    assert_eq!(told, ["seen", "evidence-broken", "seen", "seen", "evidence-heic"]);
    let hash = |at: usize| looked[at].as_ref().unwrap().hash.unwrap();
    assert!(hash(0).distance(&hash(2)) <= MOST_DISTANCE, "{}", hash(0).distance(&hash(2)));
    assert!(hash(0).distance(&hash(3)) > MOST_DISTANCE, "{}", hash(0).distance(&hash(3)));
}

#[test]
#[cfg(unix)]
fn a_child_that_dies_is_started_again_behind_its_culprit() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    page(1).save(at("a.png")).unwrap();
    page(2).save(at("b.png")).unwrap();
    // A reader that dies as soon as it is to begin with the second picture, and looks at everything else.
    let script = at("reader");
    let real = env!("CARGO_BIN_EXE_cmegate");
    let text = format!(
        "#!/bin/sh\ncase \"$4\" in *b.png) exit 3;; esac\nexec {real} \"$1\" \"$2\" \"$3\" \"$4\"\n"
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let program = ReaderProgram { path: script, patience: Duration::from_secs(60) };
    let documents = [(at("a.png"), "png"), (at("b.png"), "png"), (at("a.png"), "png")];
    let looked = look_with(&program, &documents).unwrap();
    assert!(looked[0].is_ok() && looked[2].is_ok(), "{looked:?}");
    assert_eq!(looked[1].as_ref().unwrap_err().code.name, "evidence-not-looked");
}

#[test]
fn real_scans_are_legible_and_no_two_are_alike() {
    let root = std::env::var_os("CMEGATE_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let Ok(entries) = fs::read_dir(root.join("corpus/scans")) else {
        println!("skipped: the shared corpus is not here");
        return;
    };
    let mut documents: Vec<(PathBuf, &'static str)> = entries
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let format = look::format(&fs::read(&path).unwrap())?;
            Some((path, format))
        })
        .collect();
    documents.sort();
    assert_eq!(documents.len(), 11);
    let looked = look_with(&program(), &documents).unwrap();
    for (at, answer) in looked.iter().enumerate() {
        let (path, look) = (documents[at].0.display(), answer.as_ref().unwrap());
        assert!(look.sharpness > quality::LEAST_SHARPNESS, "{path}: {look:?}");
        assert!(look.darkness < quality::MOST_DARKNESS, "{path}: {look:?}");
        for other in looked.iter().take(at) {
            let other = other.as_ref().unwrap().hash.unwrap();
            assert!(look.hash.unwrap().distance(&other) > MOST_DISTANCE, "{path}");
        }
    }
}
