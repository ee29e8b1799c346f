//! Documents of the shapes that hospital systems export.

use encoding_rs::{GB18030, UTF_8};

use super::*;
use crate::read::records::told::told_of;

fn read(xml: &str) -> Result<Vec<String>, String> {
    told_of(open, xml.as_bytes(), &ReadOptions::default())
}

fn read_at(xml: &str, record_paths: &[&str]) -> Vec<String> {
    let record_paths = record_paths.iter().map(|path| (*path).to_owned()).collect();
    let options = ReadOptions { record_paths, ..ReadOptions::default() };
    told_of(open, xml.as_bytes(), &options).unwrap()
}

#[test]
fn the_element_that_repeats_is_the_record_whatever_the_shape() {
    for (xml, expected) in [
        // Plain elements; a value above, an element that some lack, CDATA, entities, comments.
        (
            "<?xml version='1.0'?><list><unit>青禾医院</unit>
             <p><XM>陈安宁</XM><GH>001</GH></p>
             <p><XM>周<!-- x --><![CDATA[文]]>博&amp;&#65;</XM><KS> 内科 </KS></p></list>",
            vec!["1: unit：青禾医院", "2: XM|GH|KS", "3: 陈安宁|001", "4: 周文博&A||内科"],
        ),
        // Everything in attributes, prefixes, Chinese names.
        (
            "<r:人员 xmlns:r='urn:x' xmlns='urn:y' 日期='2022'><r:人 姓名='陈安宁' 工号='1'/><r:人 姓名='周文博' 工号=''/></r:人员>",
            vec!["1: 日期：2022", "2: 姓名|工号", "3: 陈安宁|1", "4: 周文博"],
        ),
        // Names of fields as values.
        (
            "<resultset><row><field name='xm'>陈安宁</field><field name='gh'>1</field></row>
             <row><field name='gh'>2</field><field name='xm'>周文博</field></row></resultset>",
            vec!["1: xm|gh", "2: 陈安宁|1", "3: 周文博|2"],
        ),
        // Chinese labels beside names that say nothing.
        (
            "<d><e><f01 label='姓名'>陈安宁</f01><f02 label='学分'>2</f02></e><e><f01 label='姓名'>周文博</f01></e></d>",
            vec!["1: 姓名|学分", "2: 陈安宁|2", "3: 周文博"],
        ),
        // Several values of one field, fields within fields, one name twice.
        (
            "<d><p><name>陈安宁</name><c><name>甲</name><n>1</n></c><c><name>乙</name><n>2</n></c></p><p><name>周文博</name></p></d>",
            vec!["1: name|c/name|n", "2: 陈安宁|甲；乙|1；2", "3: 周文博"],
        ),
        // One record only.
        ("<d><p><name>陈安宁</name><gh>1</gh></p></d>", vec!["1: name|gh", "2: 陈安宁|1"]),
    ] {
        assert_eq!(read(xml).unwrap(), expected, "{xml}");
    }
}

#[test]
fn people_within_departments_inherit_what_stands_before_them() {
    let people = "<p><xm>陈安宁</xm><gh>1</gh></p><p><xm>周文博</xm></p>";
    let xml = format!(
        "<h><d no='1'><dm>内科</dm>{people}<sum>2</sum></d><d><x/>{people}</d><d no='3'>{people}</d></h>"
    );
    assert_eq!(
        read(&xml).unwrap(),
        [
            "1: no|dm|xm|gh",
            "2: 1|内科|陈安宁|1",
            "3: 1|内科|周文博",
            "4: ||陈安宁|1",
            "5: ||周文博",
            "6: 3||陈安宁|1",
            "7: 3||周文博",
            "values-beside @ - sum 1",
        ]
    );
}

#[test]
fn a_mapping_may_name_the_record() {
    let xml = "<h><d><dm>内科</dm><p><xm>陈安宁</xm></p><p><xm>周文博</xm></p></d><d><dm>外科</dm></d></h>";
    assert_eq!(read_at(xml, &["/x/y", "/h/d"]), ["1: dm|xm", "2: 内科|陈安宁；周文博", "3: 外科"]);
}

#[test]
fn the_bytes_tell_the_encoding_and_a_declaration_may_lie() {
    let xml = |name: &str| {
        format!(
            "<?xml version='1.0' encoding='{name}'?><d><p><姓名>陈安宁</姓名><单位>青禾医院</单位></p><p><姓名>周文博</姓名></p></d>"
        )
    };
    let expected = ["1: 姓名|单位", "2: 陈安宁|青禾医院", "3: 周文博"];
    for declared in ["GBK", "utf-8", "UTF-16", "gb2312", "x"] {
        let text = xml(declared);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe", &wide[..]].concat();
        for bytes in
            [GB18030.encode(&text).0.into_owned(), UTF_8.encode(&text).0.into_owned(), wide, marked]
        {
            let told = told_of(open, &bytes, &ReadOptions::default()).unwrap();
            assert_eq!(told[..3], expected, "{declared}");
        }
    }
    let doubtful = "<?xml version='1.0' encoding='big5'?><d><p><a>蟲</a></p><p><a>b</a></p></d>";
    let bytes = encoding_rs::BIG5.encode(doubtful).0.into_owned();
    assert_eq!(told_of(open, &bytes, &ReadOptions::default()).unwrap()[1], "2: 蟲");
}

#[test]
fn no_entity_is_expanded() {
    let xml = "<!DOCTYPE d [<!ENTITY a 'x'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>
        <d><p><xm>&a;陈</xm><gh>1&nbsp;2</gh></p><p><xm>&b;</xm></p></d>";
    assert_eq!(
        read(xml).unwrap(),
        [
            "1: xm|gh",
            "2: &a;陈|1 2",
            "3: &b;",
            "entity-not-read @ 2,0 a",
            "entity-not-read @ 3,0 b"
        ]
    );
}

#[test]
fn what_breaks_off_or_goes_too_far_is_refused() {
    let row = "<p><xm>陈安宁</xm><gh>1</gh></p>";
    let rows = row.repeat(5);
    for (xml, expected) in [
        (format!("<d>{rows}"), "records-cut 5"),
        (format!("<d>{rows}<p><xm>"), "records-cut 5"),
        (format!("<d>{rows}</e>"), "records-cut 5"),
        ("<d/>".to_owned(), "no-records "),
        ("<d><e/></d>".to_owned(), "no-records "),
        ("<a>".repeat(70), "too-large 元素的层数（depth） 64"),
        (
            (0..5000).map(|at| format!("<a{at}/>")).collect(),
            "too-large 不同的元素（distinct elements） 4096",
        ),
        (format!("<d><p><xm>{}", "x".repeat(3 << 20)), "too-large 一条记录（one record） 1 MiB"),
        (format!("<d><p xm='{}", "x".repeat(3 << 20)), "too-large 一条记录（one record） 1 MiB"),
        (
            format!("<d><p>{}</p><p/></d>", "<x>0123456789</x>".repeat(120_000)),
            "too-large 一条记录（one record） 1 MiB",
        ),
        (
            format!(
                "<d><p>{}</p></d>",
                (0..600).map(|at| format!("<a{at}>1</a{at}>")).collect::<String>()
            ),
            "too-large 列数（columns） 512",
        ),
    ] {
        assert_eq!(read(&xml), Err(expected.to_owned()), "{:.60}", xml);
    }
    // What follows a whole document does no harm.
    assert_eq!(read(&format!("<d>{rows}</d></x>")).unwrap().len(), 6);
}

proptest::proptest! {
    #[test]
    fn odd_documents_never_panic(parts in proptest::collection::vec(0usize..14, 0..60)) {
        const PARTS: [&str; 14] = ["<a>", "</a>", "<b x='1'>", "</b>", "<c/>", "t", "&", "&x;", "&#0;",
            "<!--", "-->", "<![CDATA[", "]]>", "<?x"];
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        let _ = read(&format!("<d>{text}"));
        let _ = read(&format!("<d><a>1</a><a>2</a></d>{text}"));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..512)) {
        let _ = told_of(open, &bytes, &ReadOptions::default());
    }
}
