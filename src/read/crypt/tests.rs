//! The locked documents of `tests/corpus`, whole and damaged, without a child between.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use proptest::prelude::*;

use super::*;

/// The password of most cases.
const OWN: &str = "继教2022 #";

fn case(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    fs::read(folder.join(name).join("input.xlsx")).unwrap()
}

fn unlocked(document: &[u8], passwords: &[&str]) -> Result<(bool, Vec<u8>), Fault> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(document).unwrap();
    let passwords = Passwords::new(passwords.iter().map(|word| (*word).to_owned()));
    let mut plain = Vec::new();
    unlock(file, &passwords, &mut plain).map(|was_built_in| (was_built_in, plain))
}

fn patched(document: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = document.windows(from.len()).position(|window| window == from).unwrap();
    assert_eq!(from.len(), to.len());
    [&document[..at], to, &document[at + from.len()..]].concat()
}

#[test]
fn every_way_of_locking_a_package_opens_with_its_password() {
    let cases = [
        ("encrypted-agile", false),
        ("encrypted-agile-sha1", false),
        ("encrypted-agile-sha384", false),
        ("encrypted-standard", false),
        ("encrypted-built-in", true),
    ];
    for (name, is_built_in) in cases {
        let (was_built_in, plain) = unlocked(&case(name), &["wrong", OWN]).unwrap();
        assert_eq!(was_built_in, is_built_in, "{name}");
        assert!(plain.starts_with(b"PK\x03\x04"), "{name}");
        // The end of the zip directory, and nothing of what fills the last block up.
        assert_eq!(plain[plain.len() - 22..][..4], *b"PK\x05\x06", "{name}");
        if !is_built_in {
            let locked = unlocked(&case(name), &["wrong", "继教2022 ", "继教2022 ##"]);
            assert!(matches!(locked, Err(Fault::Locked)), "{name}");
        }
    }
}

#[test]
fn a_package_that_was_changed_or_cut_is_refused() {
    let document = case("encrypted-agile");
    let package =
        document.windows(4).rposition(|bytes| bytes == b"\xFD\xFF\xFF\xFF").unwrap() - 2048;
    let mut changed = document.clone();
    changed[package] ^= 1;
    assert!(matches!(unlocked(&changed, &[OWN]), Err(Fault::Broken(_))));
    let cut = unlocked(&document[..document.len() / 2], &[OWN]);
    assert!(matches!(cut, Err(Fault::Broken(_))), "{cut:?}");
}

#[test]
fn what_is_not_opened_here_says_so() {
    let document = case("encrypted-agile");
    let spins = br#"spinCount="1000" saltSize="16""#;
    let extensible = patched(&document, b"\x04\0\x04\0\x40\0\0\0", b"\x03\0\x03\0\x40\0\0\0");
    let feedback = patched(&document, b"ChainingModeCBC", b"ChainingModeCFB");
    let slow = patched(&document, spins, br#"spinCount="99999999"          "#);
    assert!(matches!(unlocked(&slow, &[OWN]), Err(Fault::TooSlow)));
    assert!(matches!(unlocked(&extensible, &[OWN]), Err(Fault::NotRead("Extensible"))));
    assert!(matches!(unlocked(&feedback, &[OWN]), Err(Fault::NotRead("CFB"))));
    assert!(matches!(unlocked(b"no compound file", &[OWN]), Err(Fault::Broken("OLE"))));
}

#[test]
fn a_document_that_stays_locked_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("plain");
    let missing = decrypt(&folder.path().join("missing"), &to, &Passwords::default());
    assert!(matches!(missing, Err(ReadError::Io { .. })));
    File::create(&to).unwrap();
    let taken = decrypt(&folder.path().join("missing"), &to, &Passwords::default());
    assert!(matches!(taken, Err(ReadError::Io { path, .. }) if path == to));
    // What was there before is not ours to remove.
    assert!(to.exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((0_usize..8704, any::<u8>()), 1..6), which in 0..3) {
        let name = ["encrypted-agile", "encrypted-agile-sha1", "encrypted-built-in"][which as usize];
        let mut document = case(name);
        let length = document.len();
        for (at, byte) in flips {
            document[at % length] = byte;
        }
        let _ = unlocked(&document, &["x"]);
    }

    #[test]
    fn any_filepass_is_a_lock_or_a_fault(body in prop::collection::vec(any::<u8>(), 0..80), way in 0_u8..3, major in 0_u8..5, minor in 0_u8..4) {
        let framed = [&[way, 0, major, 0, minor, 0], body.as_slice()].concat();
        for body in [body.as_slice(), framed.as_slice()] {
            if let Ok(lock) = RecordLock::read(body) {
                let _ = lock.key_of("x");
            }
        }
    }

    #[test]
    fn any_manifest_is_a_lock_or_a_fault(xml in "(<m:file-entry m:full-path=\"c\">|<m:encryption-data m:checksum-type=\"sha256-1k\" m:checksum=\"AAAA\">|<m:algorithm m:algorithm-name=\"aes256-cbc\" m:initialisation-vector=\"AAAAAAAAAAAAAAAAAAAAAA==\"/>|<m:key-derivation m:key-derivation-name=\"PBKDF2\" m:iteration-count=\"[0-9]{1,2}\" m:salt=\"AAAA\" m:key-size=\"(16|32|9)\"/>|</m:file-entry>|.){0,20}", head in prop::collection::vec(any::<u8>(), 0..1100)) {
        if let Ok(Some(lock)) = PartLock::read(&xml, "c") {
            let _ = lock.key_of("x", &head);
        }
    }

    #[test]
    fn any_xml_is_a_description_or_a_fault(xml in "(<encryption>|<keyData |<encryptedKey |spinCount=\"[0-9]{1,12}\" |cipherAlgorithm=\"AES\" |blockSize=\"16\" |/>|.){0,40}") {
        let _ = descriptor::read(xml.as_bytes());
    }
}
