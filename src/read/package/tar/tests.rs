//! Archives written block by block, plain and gzipped.

use std::io::Write;

use crate::read::package::tests::{self as shared, Told};
use crate::read::package::{Limits, PackageFormat};

fn entry(name: &[u8], kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name);
    block[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    block[156] = kind;
    block[257..263].copy_from_slice(b"ustar\0");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend(bytes);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

fn end() -> Vec<u8> {
    vec![0; 1024]
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn told_within(bytes: &[u8], limits: &Limits) -> Result<Told, &'static str> {
    shared::told_within(PackageFormat::Tar, bytes, &[], limits)
}

fn told(bytes: &[u8]) -> Result<Told, &'static str> {
    told_within(bytes, &Limits::default())
}

#[test]
fn members_come_whether_gzipped_or_not() {
    let long = format!("{}/签到.jpg", "很长的文件夹".repeat(12));
    let pax = format!("{} path=名单/七月.csv\n", "30");
    let pax = pax.replace("30", &(pax.len()).to_string());
    let archive = [
        entry(&gbk("签到/乗哱.jpg"), b'0', b"one"),
        entry(&gbk("签到/"), b'5', b""),
        entry(b"././@LongLink", b'L', format!("{long}\0").as_bytes()),
        entry(b"cut", b'0', &[b'x'; 700]),
        entry(b"pax", b'x', pax.as_bytes()),
        entry(b"plain", b'0', b"two"),
        entry(b"link", b'2', b""),
        entry(b"../up", b'0', b"x"),
        entry(b"./._junk", b'0', b"x"),
        end(),
    ]
    .concat();
    for bytes in [archive.clone(), gzipped(&archive)] {
        let told = told(&bytes).unwrap();
        assert_eq!(told.names(), ["签到/乗哱.jpg", &long, "名单/七月.csv"]);
        assert_eq!(told.members[1].1.len(), 700);
        let expected =
            ["package-names-mixed ", "member-unsafe link", "member-unsafe ../up", "junk-skipped "];
        assert_eq!(told.findings, expected);
    }
}

#[test]
fn a_cut_or_broken_archive_is_refused_as_a_whole() {
    let archive = [entry(b"a", b'0', &[b'x'; 2000]), entry(b"b", b'0', b"y"), end()].concat();
    assert_eq!(told(&archive[..1500]), Err("package-broken"));
    assert_eq!(told(&archive[..3000]), Err("package-broken"));
    let gzipped = gzipped(&archive);
    assert_eq!(told(&gzipped[..gzipped.len() - 5]), Err("package-broken"));
    let mut wrong = archive.clone();
    wrong[2560 + 3] = b'z';
    assert_eq!(told(&wrong), Err("package-broken"));
}

#[test]
fn limits_hold_for_archives() {
    let archive = [entry(b"a", b'0', &vec![0; 4 << 20]), entry(b"b", b'0', b"y"), end()].concat();
    assert_eq!(told(&archive).unwrap().names(), ["a", "b"]);
    assert_eq!(told(&gzipped(&archive)), Err("package-too-large"));
    let limits = Limits { member_bytes: 1 << 20, ..Limits::default() };
    let small = told_within(&archive, &limits).unwrap();
    assert_eq!((small.names(), small.findings.len()), (vec!["b"], 1));
    let limits = Limits { members: 1, ..Limits::default() };
    assert_eq!(told_within(&archive, &limits), Err("package-too-large"));
    let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(told_within(&archive, &limits), Err("package-too-large"));
}

#[test]
fn one_gzipped_document_keeps_its_name() {
    let named = |name: &[u8], bytes: &[u8]| {
        let builder = flate2::GzBuilder::new().filename(name);
        let mut encoder = builder.write(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let told = |bytes: &[u8]| {
        shared::told_within(PackageFormat::Gzip, bytes, &[], &Limits::default()).unwrap()
    };
    for (name, expected) in [
        (gbk("七月名单.csv"), "七月名单.csv"),
        ("七月名单.csv".into(), "七月名单.csv"),
        (b"../../etc/passwd".to_vec(), "passwd"),
        (Vec::new(), "document"),
    ] {
        let told = told(&named(&name, b"a,b\n"));
        assert_eq!(told.members, [(expected.to_owned(), b"a,b\n".to_vec())]);
        assert!(told.findings.is_empty(), "{:?}", told.findings);
    }
    let mut broken = named(b"a.csv", b"a,b\n");
    let last = broken.len() - 6;
    broken[last] ^= 1;
    assert_eq!(told(&broken).findings, ["member-damaged a.csv"]);
    let bomb = told(&gzipped(&vec![0; 4 << 20]));
    assert_eq!(bomb.findings, ["member-too-large document"]);
}

proptest::proptest! {
    #[test]
    fn flipped_bytes_never_panic(at in 0usize..3000, to in proptest::num::u8::ANY) {
        let mut bytes = [entry(b"a", b'x', b"12 path=abc\n"), entry(b"b", b'L', b"name\0"), entry(b"c", b'0', b"x"), end()].concat();
        bytes[at] = to;
        let _ = told(&bytes);
        let _ = told(&gzipped(&bytes));
    }
}
