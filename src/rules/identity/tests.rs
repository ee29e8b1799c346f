//! Batches put together by hand: what is proposed, what is repaired, what is released. All people are invented.

use std::sync::Arc;

use super::*;
use crate::{
    model::{
        CellKind, Grounds, Kind, NumberFormat, Place, RecordHead, Slot, Standing, Value, fields,
        grid::NO_COLUMN,
        past::{Hasher, People, PeopleBuilder, Person, Repair, Repairs, cell_hash, id_hash},
    },
    text::name,
};

const FIELDS: [&str; 5] = ["name", "sex", "id_no", "dept", "title"];
const CHEN: &str = "999900198001010028";

/// Rows of [`FIELDS`]; a refused value stands in its cell all the same. `findings` as field and code.
fn batch(rows: &[[&str; 5]], refused: &[(usize, &str, &'static Code)]) -> (Batch, Vec<Finding>) {
    let field = |name| fields::find(Kind::Enrolment, name).unwrap();
    let slot = |(at, name): (usize, &&'static str)| Slot {
        field: field(name),
        dictionary: None,
        column: at as u16,
    };
    let mut batch = Batch {
        kind: Some(Kind::Enrolment),
        slots: Arc::new(FIELDS.iter().enumerate().map(slot).collect()),
        ..Batch::default()
    };
    let mut findings = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let number = at as u32 + 2;
        batch.chunk.begin_row(number, false);
        let own = || refused.iter().filter(|(row, _, _)| *row == at);
        let is_error = |(_, _, code): &(usize, &str, &Code)| code.severity == Severity::Error;
        batch.heads.push(RecordHead {
            row: number,
            block: 0,
            is_held: own().any(is_error),
            is_hidden: false,
            standing: Standing::New,
        });
        for (column, text) in row.iter().enumerate() {
            let start = batch.chunk.text.len() as u32;
            batch.chunk.push_cell(column as u16, CellKind::Text, NumberFormat::General, text);
            let end = batch.chunk.text.len() as u32;
            let code = own().find(|(_, name, _)| *name == FIELDS[column]).map(|(_, _, code)| code);
            let text_in = match code {
                Some(code) if code.severity == Severity::Error => TextIn::Refused,
                _ if text.is_empty() => TextIn::Nothing,
                _ => TextIn::Chunk,
            };
            let value = Value { start, end, number: 0, column: column as u16, text_in };
            batch.values.push(if text.is_empty() { Value::NOTHING } else { value });
            if let Some(code) = code {
                let place = Place::cell(0, number, column as u16);
                findings.push(Finding::new(code, place).about(field(FIELDS[column]), text));
            }
        }
    }
    (batch, findings)
}

fn people(all: &[(&str, &str, &str)]) -> People {
    let mut builder = PeopleBuilder::default();
    for (name, id_no, dept) in all {
        let person = Person { name, id_no, dept, ..Person::default() };
        builder.add(&person, &name::fold(name));
    }
    builder.finish()
}

fn identity(people: People, repairs: Repairs) -> Identity {
    Identity::new(Arc::new(Past::new(people, repairs, Some("x".into()))))
}

/// Looks at one damaged number of 陈安宁, 女, 内科; gives grounds and departments of the candidates.
fn candidates(
    damaged: &str,
    code: &'static Code,
    all: &[(&str, &str, &str)],
) -> Vec<(Grounds, String)> {
    let row = ["陈安宁", "女", damaged, "内科", "医师"];
    let (mut batch, mut findings) = batch(&[row], &[(0, "id_no", code)]);
    identity(people(all), Repairs::default()).look(&mut batch, &mut findings);
    assert!(batch.heads[0].is_held, "nothing is applied by itself");
    assert_eq!(batch.value(0, 2).text_in, TextIn::Refused);
    findings[0].candidates.iter().map(|one| (one.grounds, one.dept.clone())).collect()
}

#[test]
fn candidates_are_ranked_by_name_digits_and_department() {
    let truncated = &codes::ID_TRUNCATED;
    let cut = "999900198001010000";
    let twin = "999900198001010124";
    for (damaged, code, all, found) in [
        (cut, truncated, vec![("陈安宁", CHEN, "外科")], vec![(Grounds::NameAndDigits, "外科")]),
        (
            cut,
            truncated,
            vec![("周文博", twin, "儿科"), ("陈 安宁", CHEN, "内科")],
            vec![(Grounds::NameAndDigits, "内科"), (Grounds::Digits, "儿科")],
        ),
        (
            cut,
            truncated,
            vec![("陈安宁", twin, "儿科"), ("陈安宁", CHEN, "内科")],
            vec![(Grounds::NameAndDigits, "内科"), (Grounds::NameAndDigits, "儿科")],
        ),
        // The same person in two masters is one candidate.
        (
            cut,
            truncated,
            vec![("陈安宁", CHEN, "内科"), ("陈安宁", CHEN, "内科")],
            vec![(Grounds::NameAndDigits, "内科")],
        ),
        // Of another sex and another name: nobody.
        (cut, truncated, vec![("周文博", "999900198001010116", "内科")], vec![]),
        // A name alone says nothing.
        (cut, truncated, vec![("陈安宁", "999900199003078013", "内科")], vec![]),
        (
            "9.99900E+17",
            &codes::ID_SCIENTIFIC,
            vec![("陈安宁", CHEN, "内科")],
            vec![(Grounds::NameAndDept, "内科")],
        ),
        (
            "9.99900E+17",
            &codes::ID_SCIENTIFIC,
            vec![("陈安宁", CHEN, "外科")],
            vec![(Grounds::Name, "外科")],
        ),
        ("9.99900E+17", &codes::ID_SCIENTIFIC, vec![("周文博", CHEN, "内科")], vec![]),
        (
            "999900198001010082",
            &codes::ID_CHECKSUM,
            vec![("陈安宁", CHEN, "内科")],
            vec![(Grounds::NameAndDept, "内科")],
        ),
        (
            "999900198001100028",
            &codes::ID_CHECKSUM,
            vec![("陈安宁", CHEN, "外科")],
            vec![(Grounds::Name, "外科")],
        ),
        (
            "999900198001010029",
            &codes::ID_CHECKSUM,
            vec![("周文博", CHEN, "内科")],
            vec![(Grounds::Digits, "内科")],
        ),
        ("999900198001100028", &codes::ID_CHECKSUM, vec![("周文博", CHEN, "内科")], vec![]),
        (
            "99990019800101002",
            &codes::ID_LENGTH,
            vec![("陈安宁", CHEN, "")],
            vec![(Grounds::NameAndDigits, "")],
        ),
        ("9999001980010028", &codes::ID_LENGTH, vec![("陈安宁", CHEN, "内科")], vec![]),
    ] {
        let told = candidates(damaged, code, &all);
        let found: Vec<_> = found.iter().map(|(why, dept)| (*why, (*dept).to_owned())).collect();
        assert_eq!(told, found, "{damaged} {all:?}");
    }
}

#[test]
fn no_more_than_five_are_listed() {
    let ids: Vec<String> = (0..9).map(|n| format!("99990019800101{n}02")).collect();
    let ids: Vec<String> = ids
        .iter()
        .map(|first| format!("{first}{}", crate::text::id::check_character(first).unwrap()))
        .collect();
    let all: Vec<_> = ids.iter().map(|id| ("陈安宁", id.as_str(), "内科")).collect();
    assert_eq!(candidates("9.99900198001E+17", &codes::ID_SCIENTIFIC, &all).len(), MOST);
}

fn hasher() -> Hasher {
    Arc::new(|parts: &[&[u8]]| {
        let mut hash = [0u8; 16];
        for (at, byte) in parts.iter().flat_map(|part| part.iter().chain([&7])).enumerate() {
            hash[at % 16] = hash[at % 16].rotate_left(3).wrapping_add(*byte);
        }
        hash
    })
}

fn accepted(damaged: &str, name: &str, id: &str) -> Repairs {
    let hasher = hasher();
    let (cell, id) = (cell_hash(&hasher, damaged, name), id_hash(&hasher, id));
    Repairs::new(vec![Repair { cell, id, by: "李主任".into(), at: "2026-11-22".into() }], hasher)
}

#[test]
fn only_an_accepted_repair_of_this_person_is_applied() {
    let cut = "999900198001010000";
    let master = [("陈安宁", CHEN, "内科"), ("周文博", "999900198001010124", "儿科")];
    let twin = "999900198001010124";
    let twins = [("陈安宁", CHEN, "内科"), ("陈安宁", twin, "儿科")];
    let chen = ["陈安宁", "女", cut, "内科", "医师"];
    for (row, master, repairs, is_applied) in [
        (chen, &master[..], accepted(cut, "陈安宁", CHEN), true),
        (["陈 安宁", "女", cut, "", ""], &master[..], accepted(cut, "陈安宁", CHEN), true),
        (["周文博", "女", cut, "", ""], &master[..], accepted(cut, "陈安宁", CHEN), false),
        (chen, &master[1..], accepted(cut, "陈安宁", CHEN), false),
        (chen, &master[..], accepted(cut, "陈安宁", "999900198001010220"), false),
        (chen, &[], accepted(cut, "陈安宁", CHEN), false),
        // Two of one name: the row's department speaks for the other one.
        (chen, &twins[..], accepted(cut, "陈安宁", twin), false),
        (["陈安宁", "女", cut, "", ""], &twins[..], accepted(cut, "陈安宁", CHEN), true),
        (["陈安宁", "男", cut, "", ""], &master[..], accepted(cut, "陈安宁", CHEN), false),
    ] {
        let (mut batch, mut findings) = batch(&[row], &[(0, "id_no", &codes::ID_TRUNCATED)]);
        identity(people(master), repairs).look(&mut batch, &mut findings);
        let code = if is_applied { "id-repaired" } else { "id-truncated" };
        assert_eq!(findings[0].code.name, code, "{row:?}");
        assert_eq!(batch.heads[0].is_held, !is_applied);
        let text = if is_applied { CHEN } else { "" };
        assert_eq!(batch.text(&batch.value(0, 2)), text);
        if is_applied {
            assert_eq!(findings[0].args, ["李主任", "2026-11-22"]);
            assert!(findings[0].is_personal && findings[0].candidates.is_empty());
        }
    }
}

#[test]
fn a_row_with_another_error_stays_held() {
    let cut = "999900198001010000";
    let row = ["陈安宁", "女", cut, "内科", "特级大师"];
    let refused = [(0, "id_no", &codes::ID_TRUNCATED), (0, "title", &codes::CHOICE_UNKNOWN)];
    let (mut batch, mut findings) = batch(&[row], &refused);
    let master = people(&[("陈安宁", CHEN, "内科")]);
    identity(master, accepted(cut, "陈安宁", CHEN)).look(&mut batch, &mut findings);
    assert_eq!(findings[0].code.name, "id-repaired");
    assert!(batch.heads[0].is_held);
}

#[test]
fn a_row_below_moved_headings_stays_held() {
    let cut = "999900198001010000";
    let rows = [["陈安宁", "女", cut, "内科", "医师"]];
    let (mut batch, mut findings) = batch(&rows, &[(0, "id_no", &codes::ID_TRUNCATED)]);
    findings.push(Finding::new(&layout::HEADINGS_MOVED, Place::row(0, 1)));
    let master = people(&[("陈安宁", CHEN, "内科")]);
    identity(master, accepted(cut, "陈安宁", CHEN)).look(&mut batch, &mut findings);
    assert!(batch.heads[0].is_held);
}

#[test]
fn a_name_is_filled_by_the_number_and_by_nothing_else() {
    let gap = &codes::NAME_PLACEHOLDER;
    for (written, id, master, text, count) in [
        ("王?斌", CHEN, vec![("王翀斌", CHEN, "内科")], "王翀斌", 0),
        ("王?斌", CHEN, vec![("王翀斌", CHEN, "内科"), ("王翀斌", CHEN, "外科")], "王翀斌", 0),
        // Two people of one number: the master itself is wrong.
        ("王?斌", CHEN, vec![("王翀斌", CHEN, "内科"), ("王珫斌", CHEN, "外科")], "王?斌", 2),
        ("王?斌", CHEN, vec![("李翀斌", CHEN, "内科")], "王?斌", 1),
        ("王?斌", CHEN, vec![("王翀斌", "999900198001010124", "内科")], "王?斌", 0),
        ("王?斌", "", vec![("王翀斌", CHEN, "内科")], "王?斌", 0),
        ("?", CHEN, vec![("王翀斌", CHEN, "内科")], "?", 1),
    ] {
        let row = [written, "女", id, "内科", "医师"];
        let (mut batch, mut findings) = batch(&[row], &[(0, "name", gap)]);
        identity(people(&master), Repairs::default()).look(&mut batch, &mut findings);
        assert_eq!(batch.text(&batch.value(0, 0)), text, "{written} {master:?}");
        let code = if text == written { "name-placeholder" } else { "name-filled" };
        assert_eq!(findings[0].code.name, code);
        assert_eq!(findings[0].candidates.len(), count);
        assert!(findings[0].candidates.iter().all(|one| one.name.contains('*')));
    }
}

#[test]
fn without_a_master_only_counting_is_left() {
    let rows = [
        ["陈安宁", "女", "999900198001010000", "内科", "医师"],
        ["周文博", "男", CHEN, "内科", "医师"],
    ];
    let (mut batch, mut findings) = batch(&rows, &[(0, "id_no", &codes::ID_TRUNCATED)]);
    let mut identity = Identity::new(Arc::default());
    identity.look(&mut batch, &mut findings);
    assert!(findings[0].candidates.is_empty());
    let told = identity.finish();
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].args,
        ["文本格式且正确 1；末三位变成000 1", "text and right 1; last three digits lost 1"]
    );
    assert_eq!(told[0].place, Place::cell(0, 2, 2));
    assert!(identity.finish().is_empty(), "a table is told once");
}

#[test]
fn a_column_of_right_text_is_not_worth_a_word() {
    let (mut batch, mut findings) = batch(&[["陈安宁", "女", CHEN, "内科", "医师"]], &[]);
    let mut identity = Identity::new(Arc::default());
    identity.look(&mut batch, &mut findings);
    assert!(identity.finish().is_empty());
    batch.values[2].column = NO_COLUMN;
    identity.look(&mut batch, &mut findings);
    assert!(identity.finish().is_empty());
}
