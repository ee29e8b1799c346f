//! Messages as mail programs write them.

use crate::read::package::tests::{self as shared, Told};
use crate::read::package::{Limits, PackageFormat};

fn told(message: &str) -> Told {
    let bytes = message.replace('\n', "\r\n").into_bytes();
    shared::told_within(PackageFormat::Mail, &bytes, &[], &Limits::default()).unwrap()
}

const HEAD: &str =
    "From: a@example.cn\nTo: b@example.cn\nSubject: =?GBK?B?w/u1pQ==?=\nMIME-Version: 1.0\n";

#[test]
fn attachments_are_members_and_the_text_is_told() {
    let told = told(&format!(
        "{HEAD}Content-Type: multipart/mixed;\n boundary=\"out\"\n\npreamble\n--out\n\
         Content-Type: multipart/alternative; boundary=in\n\n--in\nContent-Type: text/plain; charset=gbk\n\n请查收\n\
         --in\nContent-Type: text/html\n\n<p>x</p>\n--in--\nnobody's\n\
         --out\nContent-Type: application/vnd.ms-excel; name=\"=?gb2312?B?w/u1pS5jc3Y=?=\"\n\
         Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nYSxi\nCmMs\nZAo=\n\
         --out\nContent-Type: text/csv; name=\"a.csv\"\nContent-Disposition: attachment\n\na,b\n1,2\n\
         --out\nContent-Type: text/csv; name=\"A.csv\"\nContent-Transfer-Encoding: quoted-printable\n\nx=3D1\n\n\
         --out\nContent-Type: message/rfc822\n\nFrom: c\nSubject: inner\n\nhello\n--other\n\
         --out\nContent-Type: image/png\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n\niVBORw==\n\
         --out\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n\
         --out\nContent-Type: x/y; name=\"b.uu\"\nContent-Transfer-Encoding: x-uuencode\n\nx\n\
         --out--\nepilogue\n"
    ));
    assert_eq!(told.names(), ["名单.csv", "a.csv", "A (2).csv", "邮件.eml"]);
    assert_eq!(told.members[0].1, b"a,b\nc,d\n");
    assert_eq!(told.members[1].1, b"a,b\r\n1,2");
    assert_eq!(told.members[2].1, b"x=1\r\n");
    assert_eq!(told.members[3].1, b"From: c\r\nSubject: inner\r\n\r\nhello\r\n--other");
    assert_eq!(
        told.findings,
        ["mail-winmail ", "member-method b.uu", "mail-text-not-read ", "junk-skipped "]
    );
}

#[test]
fn a_message_may_be_its_attachment() {
    let told = told(&format!(
        "{HEAD}Content-Type: text/csv\nContent-Disposition: attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.csv\n\na,b\n"
    ));
    assert_eq!(told.members, [("名单.csv".to_owned(), b"a,b\r\n".to_vec())]);
    assert!(told.findings.is_empty());
}

#[test]
fn a_cut_message_loses_only_its_last_attachment() {
    let told = told(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: text/csv; name=a.csv\n\na\n\
         --out\nContent-Type: text/csv; name=b.csv\n\nb,"
    ));
    assert_eq!(told.names(), ["a.csv"]);
    assert_eq!(told.findings, ["member-damaged b.csv"]);
}

proptest::proptest! {
    #[test]
    fn arbitrary_messages_never_panic(
        lines in proptest::collection::vec("(--a|--a--|--b|--b--|Content-Type: multipart/x; boundary=[ab]|Content-Type: x/y; name=[a-c]|Content-Transfer-Encoding: (base64|quoted-printable)||=\\PC{0,9}|[A-Za-z=]{0,9})\n?", 0..40)
    ) {
        let _ = told(&format!("{HEAD}{}", lines.concat()));
    }
}
