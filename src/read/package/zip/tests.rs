//! Archives written byte by byte, hostile ones among them, and the shared corpus.

use std::io::Write;

use crate::read::package::tests::{self as shared, Told};
use crate::read::package::{Limits, Package, PackageFormat};
use crate::read::{ReadError, shared_bytes};

/// One member of an archive that a test writes.
#[derive(Clone)]
struct Part {
    name: Vec<u8>,
    local_name: Option<Vec<u8>>,
    bytes: Vec<u8>,
    declared: Option<u32>,
    crc: Option<u32>,
    flags: u16,
    method: u16,
    system: u8,
    attributes: u32,
    header: Option<u32>,
}

fn part(name: &[u8], bytes: &[u8]) -> Part {
    Part {
        name: name.to_vec(),
        local_name: None,
        bytes: bytes.to_vec(),
        declared: None,
        crc: None,
        flags: 0,
        method: 0,
        system: 0,
        attributes: 0,
        header: None,
    }
}

fn deflated(name: &[u8], bytes: &[u8]) -> Part {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    let mut part = part(name, &encoder.finish().unwrap());
    (part.method, part.declared, part.crc) =
        (8, Some(bytes.len() as u32), Some(crc32fast::hash(bytes)));
    part
}

fn numbers(part: &Part) -> Vec<u8> {
    let declared = part.declared.unwrap_or(part.bytes.len() as u32);
    let crc = part.crc.unwrap_or_else(|| crc32fast::hash(&part.bytes));
    let numbers = [crc, part.bytes.len() as u32, declared];
    let mut out = Vec::new();
    out.extend(part.flags.to_le_bytes());
    out.extend(part.method.to_le_bytes());
    out.extend([0; 4]);
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    out
}

fn archive(parts: &[Part]) -> Vec<u8> {
    archive_after(&[], parts)
}

/// An archive with bytes before it that its offsets do not count.
fn archive_after(before: &[u8], parts: &[Part]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let header = part.header.unwrap_or(body.len() as u32);
        let local = part.local_name.as_ref().unwrap_or(&part.name);
        body.extend(b"PK\x03\x04\x14\0");
        body.extend(numbers(part));
        body.extend((local.len() as u16).to_le_bytes());
        body.extend([0; 2]);
        body.extend(local);
        body.extend(&part.bytes);
        directory.extend(b"PK\x01\x02\x14");
        directory.extend([part.system, 20, 0]);
        directory.extend(numbers(part));
        directory.extend((part.name.len() as u16).to_le_bytes());
        directory.extend([0; 8]);
        directory.extend(part.attributes.to_le_bytes());
        directory.extend(header.to_le_bytes());
        directory.extend(&part.name);
    }
    let mut out = before.to_vec();
    let (start, size) = (body.len() as u32, directory.len() as u32);
    out.extend(body);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([(parts.len() as u16).to_le_bytes(), (parts.len() as u16).to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0; 2]);
    out
}

fn opened(
    bytes: &[u8],
    passwords: &[&str],
    limits: &Limits,
) -> Result<(Package, tempfile::NamedTempFile), &'static str> {
    shared::opened(PackageFormat::Zip, bytes, passwords, limits)
}

fn told_within(bytes: &[u8], passwords: &[&str], limits: &Limits) -> Result<Told, &'static str> {
    shared::told_within(PackageFormat::Zip, bytes, passwords, limits)
}

fn told(bytes: &[u8]) -> Result<Told, &'static str> {
    told_within(bytes, &[], &Limits::default())
}

fn names(told: &Told) -> Vec<&str> {
    told.names()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

#[test]
fn members_come_in_order_with_their_names_and_bytes() {
    let long = "签到,学分\n".repeat(9000);
    let parts = [
        part(&gbk("签到表/乗哱签到.jpg"), b"one"),
        deflated(&gbk("签到表\\名单.csv"), long.as_bytes()),
        part(&gbk("签到表/"), b""),
        part(b"__MACOSX/._a", b"x"),
        part(&gbk("空.txt"), b""),
    ];
    for before in [&b""[..], b"MZ this program unpacks itself"] {
        let told = told(&archive_after(before, &parts)).unwrap();
        assert_eq!(names(&told), ["签到表/乗哱签到.jpg", "签到表/名单.csv", "空.txt"]);
        assert_eq!(told.members[1].1, long.as_bytes());
        assert_eq!(told.findings, ["junk-skipped "]);
    }
}

#[test]
fn what_leads_elsewhere_is_refused_and_the_rest_is_read() {
    let mut link = part(b"link", b"/etc/passwd");
    (link.system, link.attributes) = (3, 0o120_777 << 16);
    let parts = [
        part(b"../up", b"x"),
        part(b"/root", b"x"),
        part(b"C:\\drive", b"x"),
        part(b"a/con.txt", b"x"),
        link,
        part(b"good", b"x"),
        part(b"GOOD", b"y"),
        part(b"good/below", b"y"),
    ];
    let told = told(&archive(&parts)).unwrap();
    assert_eq!(names(&told), ["good"]);
    assert_eq!(
        told.findings,
        [
            "member-unsafe ../up",
            "member-unsafe /root",
            "member-unsafe C:\\drive",
            "member-unsafe a/con.txt",
            "member-unsafe link",
            "member-repeated GOOD",
            "member-repeated good/below",
        ]
    );
}

#[test]
fn damage_of_one_member_is_told_and_the_rest_is_read() {
    let (mut wrong, mut longer, mut other, mut odd) =
        (part(b"wrong", b"x"), part(b"longer", b"xyz"), part(b"two", b"x"), part(b"odd", b"x"));
    wrong.crc = Some(1);
    longer.declared = Some(2);
    other.local_name = Some(b"one".to_vec());
    odd.method = 98;
    let mut cut = deflated(b"cut", &b"abcdefgh".repeat(100));
    cut.bytes.truncate(10);
    let mut nowhere = part(b"nowhere", b"x");
    nowhere.header = Some(7_000_000);
    let told =
        told(&archive(&[wrong, longer, other, odd, cut, nowhere, part(b"good", b"y")])).unwrap();
    assert_eq!(names(&told), ["two", "good"]);
    assert_eq!(
        told.findings,
        [
            "member-name-differs two",
            "member-damaged nowhere",
            "member-damaged wrong",
            "member-damaged longer",
            "member-method odd",
            "member-damaged cut",
        ]
    );
}

#[test]
fn limits_hold_whatever_is_declared() {
    let zeros = vec![0; 3 << 20];
    let mut liar = deflated(b"liar", &zeros);
    liar.declared = Some(10);
    let bomb = archive(&[deflated(b"bomb", &zeros), liar, part(b"good", b"x")]);
    let all = told(&bomb).unwrap();
    assert_eq!(names(&all), ["good"]);
    assert_eq!(all.findings, ["member-too-large bomb", "member-damaged liar"]);
    let limits = Limits { ratio: 100_000, ..Limits::default() };
    assert_eq!(names(&told_within(&bomb, &[], &limits).unwrap()), ["bomb", "good"]);
    let limits = Limits { member_bytes: 1 << 20, ratio: 100_000, ..Limits::default() };
    assert_eq!(told_within(&bomb, &[], &limits).unwrap().findings.len(), 2);
    let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(told_within(&bomb, &[], &limits), Err("package-too-large"));
    let limits = Limits { members: 2, ..Limits::default() };
    assert_eq!(told_within(&bomb, &[], &limits), Err("package-too-large"));
}

#[test]
fn members_that_share_bytes_are_a_bomb() {
    let mut second = part(b"a", b"xxxx");
    second.header = Some(0);
    assert_eq!(told(&archive(&[part(b"a", b"xxxx"), second])), Err("package-overlap"));
    let inner = archive(&[part(b"b", b"yyyy")]);
    let mut second = part(b"b", b"yyyy");
    second.header = Some(31);
    assert_eq!(told(&archive(&[part(b"a", &inner), second])), Err("package-overlap"));
}

#[test]
fn cut_and_split_archives_say_so() {
    let whole = archive(&[part(b"a", b"x")]);
    assert_eq!(told(&whole[..whole.len() - 10]), Err("package-broken"));
    assert_eq!(told(b"PK\x03\x04"), Err("package-broken"));
    let mut split = whole.clone();
    let end = split.len() - 18;
    split[end] = 1;
    assert_eq!(told(&split), Err("package-split"));
    assert_eq!(told(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Ok(Told::default()));
}

#[test]
fn an_error_of_the_visitor_is_the_worlds() {
    let (mut package, _file) =
        opened(&archive(&[part(b"a", b"x")]), &[], &Limits::default()).unwrap();
    let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
    let given = package.each(&mut |_, _| Err(full()));
    let is_full =
        |error| matches!(error, ReadError::Io { source, .. } if source.kind() == full().kind());
    assert!(given.is_err_and(is_full));
    assert!(package.each_at_once(2, &|_, _| Err(full())).is_err_and(is_full));
}

#[test]
fn several_threads_see_what_one_sees() {
    let mut wrong = part(b"wrong", b"x");
    wrong.crc = Some(1);
    let mut parts: Vec<Part> =
        (0..40u8).map(|at| deflated(format!("{at}").as_bytes(), &[at; 5000])).collect();
    parts.insert(17, wrong);
    let (mut package, _file) = opened(&archive(&parts), &[], &Limits::default()).unwrap();
    let seen = std::sync::Mutex::new(Vec::new());
    let visit = |member: &super::Member, bytes: &mut dyn std::io::Read| {
        let length = std::io::copy(bytes, &mut std::io::sink())?;
        seen.lock().unwrap().push((member.order, length));
        Ok(())
    };
    package.each_at_once(2, &visit).unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    let orders = (0..41).filter(|order| *order != 17);
    let expected: Vec<(usize, u64)> = orders.map(|order| (order, 5000)).collect();
    assert_eq!(seen, expected);
    assert_eq!(package.take_findings()[0].value, "wrong");
}

#[test]
fn the_corpus_is_read_or_refused_as_expected() {
    let locked =
        |names: &[&str]| (Vec::new(), names.iter().map(|_| "package-locked ").take(1).collect());
    type Told<'a> = Result<(Vec<&'a str>, Vec<&'a str>), &'a str>;
    let cases: &[(&str, Told)] = &[
        ("hutool__test.zip", Ok((vec!["test.txt"], vec![]))),
        ("zip2__chinese.zip", Ok((vec!["七个房间.txt"], vec![]))),
        ("zip2__non_utf8.zip", Ok((vec!["中文", "日文"], vec!["package-names-mixed "]))),
        ("zip2__zip64_demo.zip", Ok((vec!["-"], vec![]))),
        ("zip2__aes_archive.zip", Ok(locked(&["secret"]))),
        ("zip2__symlink.zip", Ok((vec![], vec!["member-unsafe bar"]))),
        ("zip2__invalid_offset.zip", Err("package-broken")),
        ("zip2__deflate64_issue_25.zip", Err("package-broken")),
        ("yauzl__invalid relative path xt.zip", Ok((vec!["b.txt"], vec!["member-unsafe ../xt"]))),
        ("yauzl__absolute path atxt.zip", Ok((vec!["b.txt"], vec!["member-unsafe /atxt"]))),
        ("yauzl__traditional-encryption.zip", Ok(locked(&["a.txt"]))),
        ("yauzl__big-compression.zip", Ok((vec!["0x21000"], vec![]))),
        ("yauzl__unicode-path-extra-field.zip", Ok((vec!["七个房间.txt"], vec![]))),
        ("yauzl__empty.zip", Ok((vec![], vec![]))),
        ("yauzl__zip64.zip", Ok((vec!["test1.txt", "test2.txt"], vec![]))),
        (
            "yauzl__sloppy-filenames.zip",
            Ok((vec!["a/txt", "b.txt"], vec!["member-name-differs a/txt"])),
        ),
        (
            "commons-compress__utf8-winzip-test.zip",
            Ok((vec!["€_for_Dollar.txt", "Ölfässer.txt", "ascii.txt"], vec![])),
        ),
        (
            "commons-compress__OSX_ArchiveWithNestedArchive.zip",
            Ok((vec!["NestedArchiv.zip", "test3.xml"], vec![])),
        ),
    ];
    for (name, expected) in cases {
        let Some(bytes) = shared_bytes(&format!("corpus/zip_torture/{name}")) else { continue };
        let told = told(&bytes);
        let seen = told.as_ref().map(|told| {
            (names(told), told.findings.iter().map(String::as_str).collect::<Vec<_>>())
        });
        assert_eq!(seen.map_err(|code| *code), *expected, "{name}");
    }
    for (name, members, bytes_in_all, findings) in [
        ("commons-compress__moby-imploded.zip", 135, 1_215_005, vec![]),
        ("commons-compress__zipbomb.xlsx", 18, 0, vec!["member-too-large [Content_Types].xml"]),
    ] {
        let Some(bytes) = shared_bytes(&format!("corpus/zip_torture/{name}")) else { continue };
        let told = told(&bytes).unwrap();
        assert_eq!(told.findings, findings, "{name}");
        assert_eq!(told.members.len(), members, "{name}");
        let sum: usize = told.members.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes_in_all == 0 || sum == bytes_in_all, "{name}: {sum}");
    }
    if let Some(bytes) = shared_bytes("fixtures/gbk.zip") {
        let told = told(&bytes).unwrap();
        assert_eq!(names(&told), ["签到表/内科_张三.jpg", "签到表/乗哱签到.jpg", "普通.xlsx"]);
    }
}

#[test]
fn passwords_open_what_they_fit() {
    for (name, password, members) in [
        ("zip2__aes_archive.zip", "helloworld", 4),
        ("yauzl__traditional-encryption.zip", "a", 1),
        ("commons-compress__password-encrypted.zip", "hello", 10),
    ] {
        let Some(bytes) = shared_bytes(&format!("corpus/zip_torture/{name}")) else { continue };
        let told = told_within(&bytes, &["wrong", password], &Limits::default()).unwrap();
        assert_eq!((told.members.len(), told.findings.len()), (members, 0), "{name}");
        let told = told_within(&bytes, &["wrong"], &Limits::default()).unwrap();
        assert_eq!(told.findings, ["package-locked "], "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn flipped_bytes_never_panic(at in 0usize..400, to in proptest::num::u8::ANY, cut in 0usize..400) {
        let mut bytes = archive(&[
            part(&gbk("签到.jpg"), b"one"),
            deflated(b"b.csv", &b"abc".repeat(500)),
            part(b"c", b"three"),
        ]);
        if let Some(byte) = bytes.get_mut(at) {
            *byte = to;
        }
        bytes.truncate(bytes.len().max(cut) - cut.min(40) * usize::from(cut < 40));
        let _ = told(&bytes);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        let _ = told(&[&b"PK\x03\x04"[..], &bytes, b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x40\0\0\0\x04\0\0\0\0\0"].concat());
    }
}
