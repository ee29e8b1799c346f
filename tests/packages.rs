//! 7z and rar archives through the built program: what other programs pack comes out whole, what is locked, cut or
//! hostile ends in findings.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::time::Duration;

use cmegate::read::child::ReaderProgram;
use cmegate::read::package::{Limits, PackageFormat, open_with};
use cmegate::read::{Passwords, ReadError, ReadOptions};
use rars::{ArchiveVersion, Builder};
use sevenz_rust2::encoder_options::AesEncoderOptions;
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod};

/// Members with their bytes, findings as `code path`; or the code of what refused the whole.
type Told = Result<(Vec<(String, Vec<u8>)>, Vec<String>), &'static str>;

fn told_within(format: PackageFormat, bytes: &[u8], passwords: &[&str], limits: &Limits) -> Told {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let path = PathBuf::from(env!("CARGO_BIN_EXE_cmegate"));
    let program = ReaderProgram { path, patience: Duration::from_secs(60) };
    let passwords = Passwords::new(passwords.iter().map(|word| (*word).to_owned()));
    let options = ReadOptions { passwords, ..ReadOptions::default() };
    let refused = |error| match error {
        ReadError::Refused(finding) => finding.code.name,
        error => panic!("{error}"),
    };
    let mut package =
        open_with(Some(&program), file.path(), format, &options, limits).map_err(refused)?;
    let mut members = Vec::new();
    // A second time gives the same: the child starts again.
    for _ in 0..2 {
        members.clear();
        package.take_findings();
        package
            .each(&mut |member, bytes| {
                let mut content = Vec::new();
                bytes.read_to_end(&mut content)?;
                members.push((member.path.clone(), content));
                Ok(())
            })
            .map_err(refused)?;
    }
    let findings = package.take_findings();
    Ok((members, findings.iter().map(|f| format!("{} {}", f.code.name, f.value)).collect()))
}

fn told(format: PackageFormat, bytes: &[u8], passwords: &[&str]) -> Told {
    told_within(format, bytes, passwords, &Limits::default())
}

fn seven(parts: &[(&str, &[u8])], password: Option<&str>, hides_names: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let mut methods = vec![EncoderConfiguration::new(EncoderMethod::LZMA2)];
    if let Some(password) = password {
        methods.insert(0, AesEncoderOptions::new(password.into()).into());
    }
    writer.set_content_methods(methods);
    writer.set_encrypt_header(hides_names);
    for (name, bytes) in parts {
        let entry = ArchiveEntry::new_file(name);
        writer.push_archive_entry(entry, Some(Cursor::new(*bytes))).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn rar(version: ArchiveVersion, parts: &[(&[u8], &[u8])], password: Option<&str>) -> Vec<u8> {
    let mut builder = Builder::new(version).password(password.map(Into::into));
    for (name, bytes) in parts {
        builder.add_bytes(name.to_vec(), bytes.to_vec(), None, None).unwrap();
    }
    builder.to_bytes().unwrap()
}

fn names(told: &Told) -> Vec<&str> {
    told.as_ref().unwrap().0.iter().map(|(name, _)| name.as_str()).collect()
}

fn findings(told: &Told) -> &[String] {
    &told.as_ref().unwrap().1
}

#[test]
fn members_of_7z_come_with_names_and_bytes() {
    let long = "签到,学分\n".repeat(50_000);
    let bytes = seven(
        &[("签到/一.csv", long.as_bytes()), ("空.txt", b""), ("../up", b"x"), ("._junk", b"x")],
        None,
        false,
    );
    let told = told(PackageFormat::SevenZip, &bytes, &[]);
    assert_eq!(names(&told), ["签到/一.csv", "空.txt"]);
    assert_eq!(told.as_ref().unwrap().0[0].1, long.as_bytes());
}

#[test]
fn locked_7z_opens_with_the_password_that_fits() {
    let parts: &[(&str, &[u8])] = &[("一.csv", b"a,b"), ("二.csv", b"c,d")];
    for hides_names in [false, true] {
        let bytes = seven(parts, Some("密码1"), hides_names);
        let opened = told(PackageFormat::SevenZip, &bytes, &["wrong", "密码1"]);
        assert_eq!(names(&opened), ["一.csv", "二.csv"], "{hides_names}");
        for passwords in [&["wrong"][..], &[]] {
            let locked = told(PackageFormat::SevenZip, &bytes, passwords);
            match hides_names {
                true => assert_eq!(locked, Err("package-sealed")),
                false => assert_eq!(findings(&locked), ["package-locked "]),
            }
        }
    }
}

#[test]
fn members_of_rar_come_with_names_and_bytes() {
    let long = "签到,学分\n".repeat(50_000);
    let gbk = encoding_rs::GBK.encode("签到\\乗哱.csv").0.into_owned();
    for (version, name) in [
        (ArchiveVersion::Rar50, "签到/乗哱.csv".as_bytes()),
        (ArchiveVersion::Rar40, gbk.as_slice()),
        (ArchiveVersion::Rar29, gbk.as_slice()),
    ] {
        let bytes =
            rar(version, &[(name, long.as_bytes()), (b"b.txt", b""), (b"B.TXT", b"x")], None);
        let told = told(PackageFormat::Rar, &bytes, &[]);
        assert_eq!(names(&told), ["签到/乗哱.csv", "b.txt"], "{version:?}");
        assert_eq!(told.as_ref().unwrap().0[0].1, long.as_bytes(), "{version:?}");
    }
}

#[test]
fn locked_rar_opens_with_the_password_that_fits() {
    for version in [ArchiveVersion::Rar50, ArchiveVersion::Rar40] {
        let bytes = rar(version, &[(b"a.csv", b"a,b"), (b"b.csv", b"c,d")], Some("secret"));
        let opened = told(PackageFormat::Rar, &bytes, &["wrong", "secret"]);
        assert_eq!(names(&opened), ["a.csv", "b.csv"], "{version:?}");
        let locked = told(PackageFormat::Rar, &bytes, &["wrong"]);
        assert_eq!(findings(&locked), ["package-locked "], "{version:?}");
        let mut builder =
            Builder::new(version).password(Some(b"secret".to_vec())).header_encryption(true);
        builder.add_bytes(b"a.csv".to_vec(), b"a,b".to_vec(), None, None).unwrap();
        let bytes = builder.to_bytes().unwrap();
        assert_eq!(names(&told(PackageFormat::Rar, &bytes, &["secret"])), ["a.csv"]);
        assert_eq!(told(PackageFormat::Rar, &bytes, &["wrong"]), Err("package-sealed"));
    }
}

#[test]
fn one_volume_of_a_rar_says_so_and_links_are_refused() {
    let mut builder = Builder::new(ArchiveVersion::Rar50).store(true).volume_size(Some(4096));
    builder.add_bytes(b"a.bin".to_vec(), vec![7; 10_000], None, None).unwrap();
    let volumes = builder.build_volumes(None).unwrap();
    assert!(volumes.len() > 1);
    assert_eq!(told(PackageFormat::Rar, &volumes[0], &[]), Err("package-split"));
    assert_eq!(told(PackageFormat::Rar, &volumes[1], &[]), Err("package-split"));
    let mut builder = Builder::new(ArchiveVersion::Rar50);
    let (link, target) = (b"link".to_vec(), b"/etc/passwd".to_vec());
    builder.add_unix_symlink(link, target, false, None, None).unwrap();
    builder.add_bytes(b"a.csv".to_vec(), b"a".to_vec(), None, None).unwrap();
    let told = told(PackageFormat::Rar, &builder.to_bytes().unwrap(), &[]);
    assert_eq!(names(&told), ["a.csv"]);
}

#[test]
fn damage_and_limits_end_in_findings() {
    let mut state = 1u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let noise: Vec<u8> = (0..20_000).flat_map(|_| random()).collect();
    let seven_zip = seven(&[("a.bin", &noise), ("b.bin", &noise[..999])], None, false);
    let rar5 = rar(ArchiveVersion::Rar50, &[(b"a.bin", &noise), (b"b.bin", &noise[..999])], None);
    for (format, bytes) in [(PackageFormat::SevenZip, &seven_zip), (PackageFormat::Rar, &rar5)] {
        let mut broken = bytes.clone();
        broken[1000] ^= 0x55;
        let told = told(format, &broken, &[]);
        assert_eq!(names(&told), ["b.bin"], "{format:?}");
        assert_eq!(findings(&told), ["member-damaged a.bin"], "{format:?}");
        let cut = &bytes[..bytes.len() / 2];
        let cut = told_within(format, cut, &[], &Limits::default());
        assert!(cut == Err("package-broken") || cut.is_ok_and(|(members, _)| members.is_empty()));
        for (limits, expected) in [
            (Limits { members: 1, ..Limits::default() }, Err("package-too-large")),
            (Limits { total_bytes: 9999, ..Limits::default() }, Err("package-too-large")),
        ] {
            assert_eq!(told_within(format, bytes, &[], &limits), expected, "{format:?}");
        }
        let limits = Limits { member_bytes: 9999, ..Limits::default() };
        let small = told_within(format, bytes, &[], &limits);
        assert_eq!(findings(&small), ["member-too-large a.bin"], "{format:?}");
    }
    let zeros = vec![0; 8 << 20];
    let bomb = told(PackageFormat::SevenZip, &seven(&[("bomb", &zeros)], None, false), &[]);
    assert_eq!(findings(&bomb), ["member-too-large bomb"]);
}

#[test]
fn flipped_bytes_never_break_the_parent() {
    let archives = [
        (PackageFormat::SevenZip, seven(&[("a", b"abc"), ("b", &[1; 300])], None, false)),
        (
            PackageFormat::Rar,
            rar(ArchiveVersion::Rar50, &[(b"a", b"abc"), (b"b", &[1; 300])], None),
        ),
        (
            PackageFormat::Rar,
            rar(ArchiveVersion::Rar40, &[(b"a", b"abc"), (b"b", &[1; 300])], None),
        ),
    ];
    for (format, bytes) in archives {
        for at in (0..bytes.len()).step_by(5) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0xa5;
            let _ = told(format, &flipped, &[]);
        }
    }
}

#[test]
fn the_locked_7z_of_the_corpus_opens_with_its_password() {
    let shared = std::env::var_os("CMEGATE_SHARED").map(PathBuf::from);
    let shared =
        shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let path = shared.join("corpus/zip_torture/commons-compress__bla.encrypted.7z");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: the shared corpus is not here");
        return;
    };
    let opened = told(PackageFormat::SevenZip, &bytes, &["foo"]);
    assert_eq!(names(&opened).len(), 2, "{:?}", findings(&opened));
    assert_eq!(told(PackageFormat::SevenZip, &bytes, &[]), Err("package-sealed"));
}
