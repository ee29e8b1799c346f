//! Sealing: what comes back, and what is refused.

use std::{
    fs,
    io::{self, Read, Write},
};

use proptest::prelude::*;

use super::{
    KeyError, KeyFault, Keys, LookupKey, Packing, SealError,
    stream::{CHUNK, TAG},
};

const HEADER: usize = 26;

fn keys() -> Keys {
    Keys::parse(&line("0000000a", 'a')).unwrap()
}

fn line(id: &str, digit: char) -> String {
    format!("cmegate-key-1 {id} {}\n", digit.to_string().repeat(64))
}

/// Bytes that do not compress and do not repeat.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1u64;
    let next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

fn seal(keys: &Keys, packing: Packing, plain: &[u8]) -> Vec<u8> {
    let mut writer = keys.writer_as(packing, Vec::new()).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

fn open(keys: &Keys, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut plain = Vec::new();
    keys.reader(sealed)?.read_to_end(&mut plain)?;
    Ok(plain)
}

#[test]
fn what_was_sealed_opens_at_every_size() {
    let keys = keys();
    for bytes in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1_000_000] {
        for packing in [Packing::AsItCame, Packing::Deflated] {
            let plain = noise(bytes);
            let sealed = seal(&keys, packing, &plain);
            assert_eq!(open(&keys, &sealed).unwrap(), plain, "{bytes} {packing:?}");
            if packing == Packing::AsItCame {
                let chunks = bytes.div_ceil(CHUNK).max(1);
                assert_eq!(sealed.len(), HEADER + bytes + chunks * TAG, "{bytes}");
            }
        }
    }
    let sealed = seal(&keys, Packing::Deflated, "张三,继续医学教育\n".repeat(9999).as_bytes());
    assert!(sealed.len() < 5_000, "compressible text should shrink, is {}", sealed.len());
}

#[test]
fn a_file_cut_short_anywhere_near_a_border_does_not_open() {
    let keys = keys();
    for chunks in [1, 2, 3] {
        let sealed = seal(&keys, Packing::AsItCame, &noise(chunks * CHUNK));
        for border in 0..chunks {
            let border = HEADER + border * (CHUNK + TAG);
            for cut in [border.saturating_sub(1), border, border + 1, border + TAG, border + CHUNK]
            {
                let opened = open(&keys, &sealed[..cut]);
                let is_told =
                    matches!(opened, Err(SealError::Damaged { .. } | SealError::NotSealed));
                assert!(is_told && (cut < HEADER) == matches!(opened, Err(SealError::NotSealed)));
            }
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert!(matches!(open(&keys, &longer), Err(SealError::Damaged { .. })));
    }
}

#[test]
fn chunks_that_changed_places_or_files_do_not_open() {
    let keys = keys();
    let sealed = seal(&keys, Packing::AsItCame, &noise(3 * CHUNK));
    let other = seal(&keys, Packing::AsItCame, &noise(3 * CHUNK));
    let size = CHUNK + TAG;
    let (header, body) = sealed.split_at(HEADER);
    let (one, two, three) = (&body[..size], &body[size..2 * size], &body[2 * size..]);
    let (other_header, other_body) = other.split_at(HEADER);
    for (pieces, chunk, what) in [
        (vec![header, two, one, three], 0, "swapped"),
        (vec![header, one, three], 1, "left out"),
        (vec![header, one, one, two, three], 1, "twice"),
        (vec![header, one, two, three, three], 2, "last twice"),
        (vec![header, one, &other_body[size..]], 1, "from another file"),
        (vec![other_header, body], 0, "under another header"),
    ] {
        let told = open(&keys, &pieces.concat()).unwrap_err();
        assert!(matches!(told, SealError::Damaged { chunk: at } if at == chunk), "{what}: {told}");
    }
    assert_eq!(open(&keys, &[header, one, two, three].concat()).unwrap(), noise(3 * CHUNK));
}

#[test]
fn nothing_of_a_damaged_chunk_comes_out_even_when_asked_again() {
    let keys = keys();
    let mut sealed = seal(&keys, Packing::AsItCame, &noise(3 * CHUNK));
    sealed[HEADER + CHUNK + TAG + 5] ^= 1;
    let mut reader = keys.reader(sealed.as_slice()).unwrap();
    let mut plain = Vec::new();
    let told = reader.read_to_end(&mut plain).unwrap_err();
    assert!(matches!(SealError::within(&told), Some(SealError::Damaged { chunk: 1 })), "{told}");
    assert_eq!(plain, noise(CHUNK));
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), 0);
}

#[test]
fn a_missing_key_is_not_a_damage() {
    let sealed = seal(&keys(), Packing::Deflated, b"x");
    let stranger = Keys::parse(&line("0000000b", 'a')).unwrap();
    let told = open(&stranger, &sealed).unwrap_err();
    assert!(matches!(&told, SealError::KeyMissing { id } if id == "0000000a"), "{told}");
    let mistyped = Keys::parse(&line("0000000a", 'b')).unwrap();
    assert!(matches!(open(&mistyped, &sealed), Err(SealError::Damaged { chunk: 0 })));
    assert!(matches!(open(&keys(), b"PK\x03\x04 and so on, not ours"), Err(SealError::NotSealed)));
    let mut newer = sealed.clone();
    newer[4] = 2;
    assert!(matches!(open(&keys(), &newer), Err(SealError::Version(2))));
}

#[test]
fn the_newest_key_seals_and_all_keys_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets/ledger.key");
    let first = Keys::create(&path).unwrap();
    let sealed = (seal(&first, Packing::Deflated, b"old"), first.seal_text("旧.xlsx"));
    let both = Keys::add(&path).unwrap();
    assert_eq!((first.ids().len(), both.ids().len()), (1, 2));
    assert_eq!(both.ids().first(), first.ids().first());
    assert_eq!(open(&both, &sealed.0).unwrap(), b"old");
    assert_eq!(both.open_text(&sealed.1).unwrap(), "旧.xlsx");
    let newer = seal(&both, Packing::Deflated, b"new");
    assert!(matches!(open(&first, &newer), Err(SealError::KeyMissing { .. })));
    let newer = both.seal_text("新.xlsx");
    assert!(matches!(first.open_text(&newer), Err(SealError::KeyMissing { .. })));
    assert_eq!(Keys::load(&path).unwrap().open_text(&newer).unwrap(), "新.xlsx");

    assert!(matches!(Keys::create(&path), Err(KeyError::Exists { .. })));
    assert_eq!(Keys::load(&path).unwrap().ids(), both.ids());
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("备份") && text.contains("Back this file up"));
    assert_eq!(crate::disk::exposed_mode(&path).unwrap(), None);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn names_are_sealed_alone_and_never_alike() {
    let keys = keys();
    let long = "长".repeat(CHUNK);
    for name in ["", "a", "二科/名单 (2).xlsx", &long] {
        let sealed = keys.seal_text(name);
        assert_eq!(keys.open_text(&sealed).unwrap(), name);
        assert_ne!(sealed, keys.seal_text(name));
        assert!(keys.open_text(&sealed[..sealed.len() - 1]).is_err());
    }
    assert_eq!(keys.seal_text("a").len(), HEADER + 1 + TAG);
    // A text cannot be passed off as a file, nor a file as a text.
    assert!(open(&keys, &keys.seal_text("a")).is_err());
    assert!(keys.open_text(&seal(&keys, Packing::AsItCame, b"a")).is_err());
}

#[test]
fn a_mistake_in_a_key_text_is_told_with_its_line() {
    let good = line("0000000a", 'a');
    let key = "a".repeat(64);
    for (text, line, fault) in [
        (format!("cmegate-lookup-1 {key}"), 1, KeyFault::Kind("cmegate-key-1")),
        (format!("# c\n\n{key}"), 3, KeyFault::Kind("cmegate-key-1")),
        (format!("{good}cmegate-key-1 {key}"), 2, KeyFault::Words(3)),
        (format!("cmegate-key-1 0000000 {key}"), 1, KeyFault::Id),
        (format!("cmegate-key-1 0000000g {key}"), 1, KeyFault::Id),
        (format!("cmegate-key-1 0000000a {}", &key[1..]), 1, KeyFault::Key(63)),
        (format!("cmegate-key-1 0000000a {}+1", &key[2..]), 1, KeyFault::Digit(63)),
        (format!("{good}{good}"), 2, KeyFault::SameId(1)),
    ] {
        match Keys::parse(&text) {
            Err(KeyError::Line { line: at, fault: found }) => {
                assert_eq!((at, found), (line, fault), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(Keys::parse("# nothing\n"), Err(KeyError::NoKey)));
    // A byte order mark, Windows line ends and upper case are no mistakes.
    assert!(
        Keys::parse(&format!(
            "\u{feff}# c\r\n{}\r\n",
            good.trim().replace('a', "A").replace("cmegAte", "cmegate")
        ))
        .is_ok()
    );
    let lookup = format!("cmegate-lookup-1 {key}\n");
    assert!(matches!(
        LookupKey::parse(&format!("{lookup}{lookup}")),
        Err(KeyError::Line { line: 2, fault: KeyFault::Second })
    ));
    assert!(matches!(LookupKey::parse(""), Err(KeyError::NoKey)));
}

#[test]
fn no_key_shows_when_printed() {
    let lookup = LookupKey::parse(&format!("cmegate-lookup-1 {}", "c".repeat(64))).unwrap();
    let shown = format!("{:?} {:#?} {lookup:?}", keys(), keys());
    assert!(shown.contains("***") && shown.contains("0000000a"));
    assert!(!shown.contains("aaaa") && !shown.contains("cccc") && !shown.contains("170"));
    let told = Keys::parse(&format!("cmegate-key-1 0000000a {}zz", "b".repeat(63))).unwrap_err();
    assert!(!format!("{told:?} {told}").contains("bbb"));
}

#[test]
fn the_look_up_key_tells_values_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lookup.key");
    let key = LookupKey::create(&path).unwrap();
    let loaded = LookupKey::load(&path).unwrap();
    assert_eq!(key.hash(&[b"a", b"b"]), loaded.hash(&[b"a", b"b"]));
    assert_eq!((key.check(), key.check().len()), (loaded.check(), 16));
    let different: [&[&[u8]]; 5] = [&[b"a", b"b"], &[b"ab", b""], &[b"ab"], &[b"", b"ab"], &[]];
    for (at, one) in different.iter().enumerate() {
        for other in &different[at + 1..] {
            assert_ne!(key.hash(one), key.hash(other), "{one:?} {other:?}");
        }
    }
    let other = LookupKey::create(&folder.path().join("other.key")).unwrap();
    assert_ne!(key.check(), other.check());
    assert!(matches!(LookupKey::create(&path), Err(KeyError::Exists { .. })));
    // RFC 4231 knows no such input, so the known answer is our own: the key must never change.
    let known = LookupKey::parse(&format!("cmegate-lookup-1 {}", "0".repeat(64))).unwrap();
    assert_eq!(known.check(), "9a010e2ebb2b2e2b");
    assert_eq!(crate::text::digest::hex(&known.hash(&[b"a"])), "baa47bd11da356e652433586fff84f93");
}

#[test]
fn a_writer_that_was_dropped_leaves_nothing_that_opens() {
    for packing in [Packing::AsItCame, Packing::Deflated] {
        let mut to = Vec::new();
        let mut writer = keys().writer_as(packing, &mut to).unwrap();
        writer.write_all(&noise(3 * CHUNK)).unwrap();
        writer.flush().unwrap();
        drop(writer);
        assert!(open(&keys(), &to).is_err());
    }
}

#[test]
fn a_writer_that_failed_writes_nothing_more() {
    /// Takes so many bytes, then its disk is full.
    struct Small(usize);
    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for packing in [Packing::AsItCame, Packing::Deflated] {
        for room in [26, 27, CHUNK, CHUNK + 60, 2 * CHUNK] {
            let mut writer = keys().writer_as(packing, Small(room)).unwrap();
            let written = writer.write_all(&noise(4 * CHUNK));
            assert_eq!(written.unwrap_err().kind(), io::ErrorKind::StorageFull, "{room}");
            assert!(writer.finish().is_err());
            let mut dropped = keys().writer_as(packing, Small(room)).unwrap();
            assert!(dropped.write_all(&noise(4 * CHUNK)).is_err());
        }
    }
}

#[test]
fn a_reader_that_fails_is_not_mistaken_for_damage() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    assert!(matches!(keys().reader(Broken), Err(SealError::Io(_))));
    let sealed = seal(&keys(), Packing::Deflated, b"abc");
    let mut reader = keys().reader(sealed[..HEADER + 3].chain(Broken)).unwrap();
    let told = reader.read(&mut [0; 9]).unwrap_err();
    assert_eq!(told.kind(), io::ErrorKind::ConnectionReset);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_flipped_bit_anywhere_is_noticed(
        plain in proptest::collection::vec(any::<u8>(), 0..300), at in any::<usize>(), bit in 0..8u8,
        is_deflated in any::<bool>(),
    ) {
        let packing = if is_deflated { Packing::Deflated } else { Packing::AsItCame };
        let mut sealed = seal(&keys(), packing, &plain);
        let at = at % sealed.len();
        sealed[at] ^= 1 << bit;
        prop_assert!(open(&keys(), &sealed).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let ours = [&b"CMES\x01\x00\x00\x00\x00\x0a"[..], &bytes].concat();
        prop_assert!(open(&keys(), &bytes).is_err() && open(&keys(), &ours).is_err());
        prop_assert!(keys().open_text(&bytes).is_err() && keys().open_text(&ours).is_err());
        let _ = Keys::parse(&String::from_utf8_lossy(&bytes));
    }
}

proptest! {
    // Each case seals half a megabyte twice.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn pieces_written_make_the_same_content(pieces in proptest::collection::vec(0..100_000usize, 0..6)) {
        let keys = keys();
        for packing in [Packing::AsItCame, Packing::Deflated] {
            let mut writer = keys.writer_as(packing, Vec::new()).unwrap();
            for bytes in &pieces {
                writer.write_all(&noise(*bytes)).unwrap();
            }
            let sealed = writer.finish().unwrap();
            let whole: Vec<u8> = pieces.iter().flat_map(|bytes| noise(*bytes)).collect();
            prop_assert_eq!(open(&keys, &sealed).unwrap(), whole);
        }
    }
}
