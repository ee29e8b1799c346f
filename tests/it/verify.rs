//! `verify`: what a package holds, told, digested and unpacked.

use std::fs;

use crate::{sandbox::Sandbox, shapes::assert_fits};

/// An archive of stored members whose names are GBK without a word about it, as Windows writes.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in parts {
        let name = encoding_rs::GBK.encode(name).0.into_owned();
        let (start, size) = (body.len() as u32, bytes.len() as u32);
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let mut common = vec![0; 8];
        for number in [crc.sum(), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        body.extend(b"PK\x03\x04\x14\0");
        body.extend(&common);
        body.extend(&name);
        body.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(&name);
    }
    let (start, size, count) = (body.len() as u32, directory.len() as u32, parts.len() as u16);
    body.extend(directory);
    body.extend(b"PK\x05\x06\0\0\0\0");
    body.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    body.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    body.extend([0; 2]);
    body
}

#[test]
fn a_package_is_listed_digested_and_unpacked() {
    let sandbox = Sandbox::new();
    let parts: &[(&str, &[u8])] =
        &[("签到/乗哱.jpg", b"one"), ("名单.csv", b"two"), ("~$名单.csv", b"x")];
    sandbox.write("包.zip", archive(parts));
    let ran = sandbox.run(&["verify", "包.zip", "--digests", "--out", "出", "--json"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let told = ran.json();
    assert_fits("verify.schema.json", &told);
    assert_eq!(told["names"]["encoding"], "GB18030");
    assert_eq!(told["members"][0]["path"], "签到/乗哱.jpg");
    let one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    assert_eq!(told["members"][0]["sha256"], one);
    assert_eq!((told["skipped"].as_u64(), told["bytes"].as_u64()), (Some(1), Some(6)));
    assert_eq!(sandbox.files(), ["出/名单.csv", "出/签到/乗哱.jpg", "包.zip"]);
    assert_eq!(fs::read(sandbox.path("出/签到/乗哱.jpg")).unwrap(), b"one");
    // Once more: nothing is overwritten, and that is told.
    sandbox.write("出/名单.csv", b"mine");
    let again = sandbox.run(&["verify", "包.zip", "--out", "出"]);
    assert_eq!(again.code(), 4);
    assert!(again.stderr().contains("没有覆盖"), "{}", again.stderr());
    assert_eq!(fs::read(sandbox.path("出/名单.csv")).unwrap(), b"mine");
}

#[test]
fn what_is_wrong_with_a_package_is_told() {
    let sandbox = Sandbox::new();
    let mut broken = archive(&[("名单.csv", b"two"), ("../up", b"x"), ("好.csv", b"fine")]);
    let at = broken.windows(3).position(|part| part == b"two").unwrap();
    broken[at] = b'T';
    sandbox.write("包.zip", &broken);
    let ran = sandbox.run(&["verify", "包.zip", "--out", "出"]);
    assert_eq!(ran.code(), 1);
    let told = ran.stdout();
    for words in ["“名单.csv”已损坏", "“../up”没有读取", "好.csv"] {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    assert_eq!(sandbox.files(), ["出/好.csv", "包.zip"]);
    sandbox.write("cut.zip", &broken[..broken.len() - 9]);
    sandbox.write("名单.csv", "姓名,学分\n");
    for (name, code) in [("cut.zip", "truncated-zip"), ("名单.csv", "not-a-package")] {
        let ran = sandbox.run(&["verify", name, "--json"]);
        assert_eq!((ran.code(), &ran.json()["findings"][0]["code"]), (1, &code.into()), "{name}");
        assert_fits("verify.schema.json", &ran.json());
    }
    assert_eq!(sandbox.run(&["verify", "missing.zip"]).code(), 4);
}
