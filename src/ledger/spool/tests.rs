//! The spool: kept once, sealed, whole.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;

use super::{Spool, SpoolError};
use crate::{
    disk,
    ledger::{
        JobId,
        seal::{Keys, SealError},
    },
};

const MOST: u64 = 1 << 20;

fn keys(id: u8) -> Arc<Keys> {
    Arc::new(Keys::parse(&format!("cmegate-key-1 000000{id:02x} {}", "a".repeat(64))).unwrap())
}

fn spool() -> (TempDir, Spool) {
    let scratch = tempfile::tempdir().unwrap();
    let spool = Spool::open(&scratch.path().join("spool"), keys(1)).unwrap();
    (scratch, spool)
}

fn document(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// All files below a folder, with their permissions.
fn files(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{path:?}");
            found.extend(files(&path));
        } else {
            found.push((path, mode));
        }
    }
    found
}

#[test]
fn a_document_is_kept_once_sealed_and_comes_back_as_it_was() {
    let (scratch, spool) = spool();
    for (name, bytes) in [
        ("空.csv", Vec::new()),
        ("名单.csv", "姓名,学分\n".repeat(40_000).into_bytes()),
        ("名单.xlsx", [b"PK\x03\x04".to_vec(), vec![7; 300_000]].concat()),
    ] {
        let path = document(&scratch, name, &bytes);
        let taken = spool.take(&path, MOST).unwrap();
        assert_eq!((taken.bytes, taken.is_new), (bytes.len() as u64, true));
        assert_eq!(taken.copy, disk::stamp(&path).unwrap().to_string());
        assert!(spool.has(&taken.sha256) && taken.path.ends_with(format!("{}.seal", taken.sha256)));
        let sealed = fs::read(&taken.path).unwrap();
        assert_eq!(sealed.len() > 300_000, name.ends_with("xlsx"), "{name}");
        let inode = disk::stamp(&taken.path).unwrap();

        let again = document(&scratch, "copy", &bytes);
        let again = spool.take(&again, MOST).unwrap();
        assert_eq!((again.is_new, &again.sha256), (false, &taken.sha256));
        assert_eq!(disk::stamp(&taken.path).unwrap(), inode);
        spool.sync(&[taken.clone(), again]).unwrap();

        let to = scratch.path().join(format!("{name}.out"));
        spool.unseal(&taken.sha256, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), bytes);
        assert_eq!(disk::exposed_mode(&to).unwrap(), None);
        assert!(spool.unseal(&taken.sha256, &to).is_err(), "replaces nothing");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    let all = files(&scratch.path().join("spool"));
    assert!(all.iter().all(|(_, mode)| *mode == 0o600), "{all:?}");
    // Three originals, the id, our lock; nothing in the making.
    assert_eq!(all.len(), 5, "{all:?}");
    assert!(spool.bytes().unwrap() > 300_000);
}

#[test]
fn what_cannot_be_taken_leaves_nothing() {
    let (scratch, spool) = spool();
    let path = document(&scratch, "a.csv", &[b'x'; 100]);
    let refused = spool.take(&path, 99).unwrap_err();
    assert!(matches!(refused, SpoolError::TooLarge { most: 99, .. }) && !refused.is_transient());
    let refused = spool.take(&scratch.path().join("missing"), MOST).unwrap_err();
    assert!(matches!(refused, SpoolError::Unreadable { .. }) && !refused.is_transient());
    assert!(matches!(spool.take(scratch.path(), MOST), Err(SpoolError::Unreadable { .. })));
    let link = scratch.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(matches!(spool.take(&link, MOST), Err(SpoolError::Unreadable { .. })));
    assert_eq!(spool.bytes().unwrap(), 0);
    assert_eq!(files(&scratch.path().join("spool")).len(), 2);
}

#[test]
fn a_document_that_changes_while_it_is_read_is_not_taken() {
    let (scratch, spool) = spool();
    let path = document(&scratch, "a.csv", &[b'x'; 300_000]);
    let other = document(&scratch, "b.csv", &[b'y'; 300_000]);
    let changes: [(&str, &dyn Fn()); 4] = [
        ("grows", &|| {
            fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"more").unwrap();
        }),
        ("is written over", &|| fs::write(&path, [b'z'; 300_004]).unwrap()),
        ("is cut", &|| fs::write(&path, b"short").unwrap()),
        ("is swapped", &|| fs::rename(&other, &path).unwrap()),
    ];
    for (what, change) in changes {
        let refused = spool.take_watched(&path, MOST, change).unwrap_err();
        assert!(matches!(refused, SpoolError::Changed { .. }) && refused.is_transient(), "{what}");
    }
    let gone = spool.take_watched(&path, MOST, &|| fs::remove_file(&path).unwrap()).unwrap_err();
    assert!(matches!(gone, SpoolError::Changed { .. }));
    assert_eq!(files(&scratch.path().join("spool")).len(), 2);
}

#[test]
fn a_lost_or_broken_original_is_told_and_mended_by_the_document() {
    let (scratch, spool) = spool();
    let path = document(&scratch, "a.csv", b"abc");
    let taken = spool.take(&path, MOST).unwrap();
    let to = scratch.path().join("out");
    // A power cut before the sync may leave an empty or a half file under the right name.
    for broken in [&b""[..], &fs::read(&taken.path).unwrap()[..40], &[0; 60]] {
        fs::write(&taken.path, broken).unwrap();
        let told = spool.unseal(&taken.sha256, &to).unwrap_err();
        assert!(matches!(told, SpoolError::Sealed { .. }) && !told.is_transient(), "{told}");
        assert!(!to.exists());
        assert!(spool.take(&path, MOST).unwrap().is_new);
        spool.unseal(&taken.sha256, &to).unwrap();
        fs::remove_file(&to).unwrap();
    }
    // Under another document's name.
    let other = spool.take(&document(&scratch, "b.csv", b"other"), MOST).unwrap();
    fs::copy(&other.path, &taken.path).unwrap();
    assert!(matches!(spool.unseal(&taken.sha256, &to), Err(SpoolError::Sealed { .. })));

    let stranger = Spool::open(&scratch.path().join("spool"), keys(2)).unwrap();
    match stranger.unseal(&other.sha256, &to) {
        Err(SpoolError::Sealed { source: SealError::KeyMissing { id }, .. }) => {
            assert_eq!(id, "00000001");
        }
        told => panic!("{told:?}"),
    }
    assert!(spool.remove_original(&other.sha256).unwrap() > 0);
    assert_eq!(spool.remove_original(&other.sha256).unwrap(), 0);
    for sha256 in [other.sha256.as_str(), "../../etc", "", &"名".repeat(64)] {
        assert!(matches!(spool.unseal(sha256, &to), Err(SpoolError::Missing { .. })), "{sha256}");
        assert!(!spool.has(sha256) && spool.remove_original(sha256).unwrap() == 0);
    }
}

#[test]
fn the_newest_side_car_of_a_job_is_read() {
    let (_scratch, spool) = spool();
    let (job, other) = (JobId(33), JobId(1));
    for (job, fence, text) in [(job, 9, "nine"), (job, 10, "ten"), (other, 11, "other")] {
        let mut car = spool.car(job, fence).unwrap();
        car.write_all(text.as_bytes()).unwrap();
        let path = car.close().unwrap();
        assert!(path.ends_with(format!("cars/{job}-{fence}.seal")));
    }
    let mut dropped = spool.car(job, 12).unwrap();
    dropped.write_all(b"dropped").unwrap();
    drop(dropped);
    let mut text = String::new();
    spool.open_car(job).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "ten");
    assert!(spool.remove_car(job).unwrap() > 0);
    assert!(matches!(spool.open_car(job), Err(SpoolError::Missing { .. })));
    assert!(spool.open_car(other).is_ok());
}

#[test]
fn workplaces_of_the_dead_are_wiped_and_those_of_the_living_stay() {
    let (scratch, spool) = spool();
    let folder = scratch.path().join("spool");
    let other = Spool::open(&folder, keys(1)).unwrap();
    assert_eq!(spool.id(), other.id());
    let place = other.workplace(JobId(5), 1).unwrap();
    fs::write(place.path().join("opened.xlsx"), b"x").unwrap();
    let dead = folder.join("work/0123456789abcdef0123456789abcdef");
    fs::create_dir_all(dead.join("5-1")).unwrap();
    fs::write(dead.join("5-1/opened.xlsx"), b"x").unwrap();
    fs::write(dead.with_extension("lock"), b"").unwrap();
    fs::create_dir(folder.join("work/without-a-lock")).unwrap();
    spool.wipe().unwrap();
    assert!(place.path().join("opened.xlsx").exists() && !dead.exists());
    // Two daemons: a folder and a lock each.
    assert_eq!(fs::read_dir(folder.join("work")).unwrap().count(), 4);
    let path = place.path().to_owned();
    drop(place);
    assert!(!path.exists());
    let again = other.workplace(JobId(5), 1).unwrap();
    fs::write(again.path().join("left"), b"x").unwrap();
    let renewed = other.workplace(JobId(5), 1).unwrap();
    assert_eq!(fs::read_dir(renewed.path()).unwrap().count(), 0);
    drop((again, renewed, other));
    assert_eq!(fs::read_dir(folder.join("work")).unwrap().count(), 2);
}

#[test]
fn a_full_disk_is_told_apart() {
    for (number, is_full) in [(28, true), (122, true), (13, false)] {
        let error = super::error::world(Path::new("x"), std::io::Error::from_raw_os_error(number));
        assert_eq!((error.is_full(), error.is_transient()), (is_full, is_full), "{number}");
    }
}

/// Run by hand, in a release build: `cargo test --release --lib spool -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_taking_small_documents() {
    let (scratch, spool) = spool();
    let bytes = [b"PK\x03\x04".to_vec(), vec![9; 9_000]].concat();
    let paths: Vec<PathBuf> = (0..1000u32)
        .map(|n| document(&scratch, &n.to_string(), &[&bytes[..], &n.to_be_bytes()].concat()))
        .collect();
    let start = std::time::Instant::now();
    let taken: Vec<_> = paths.iter().map(|path| spool.take(path, MOST).unwrap()).collect();
    let took = start.elapsed();
    for batch in taken.chunks(50) {
        spool.sync(batch).unwrap();
    }
    println!("1000 × 9 KB: taken {took:?}, with syncs by 50 {:?}", start.elapsed());
    let large: Vec<u8> =
        (0..100_000_000u32).map(|n| (n.wrapping_mul(2654435761) >> 24) as u8).collect();
    for magic in ["PK\x03\x04", "姓名"] {
        let path = document(&scratch, "large", &[magic.as_bytes(), &large].concat());
        let start = std::time::Instant::now();
        let taken = spool.take(&path, u64::MAX).unwrap();
        let took = start.elapsed();
        spool.unseal(&taken.sha256, &scratch.path().join(&taken.sha256)).unwrap();
        println!("100 MB {magic:?}: taken {took:?}, unsealed {:?}", start.elapsed() - took);
    }
}
