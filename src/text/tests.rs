//! Shorthand of the value tests, and the properties that hold for every type.

use proptest::prelude::*;

use super::*;

/// Reads a cell that must give a value.
pub(super) fn reading(field_type: FieldType, raw: &Raw<'_>) -> Reading {
    match read(field_type, raw, &mut String::new()) {
        Outcome::Value(reading) => reading,
        other => panic!("{:?} as {field_type:?}: {other:?}", raw.text),
    }
}

/// The canonical text of a cell; what stood in `out` before must stay.
pub(super) fn canonical(field_type: FieldType, raw: &Raw<'_>) -> String {
    let mut out = "before".to_owned();
    match read(field_type, raw, &mut out) {
        Outcome::Value(Reading { canonical: Canonical::Slice(range), .. }) => {
            assert_eq!(out, "before");
            raw.text[range].to_owned()
        }
        Outcome::Value(_) => out.strip_prefix("before").unwrap().to_owned(),
        other => panic!("{:?} as {field_type:?}: {other:?}", raw.text),
    }
}

/// Asserts text, number and mends of a cell without doubts in mind.
pub(super) fn check(field_type: FieldType, raw: &Raw<'_>, text: &str, number: i32, mends: Mends) {
    let reading = reading(field_type, raw);
    assert_eq!(canonical(field_type, raw), text, "{:?}", raw.text);
    assert_eq!(reading.number, number, "{:?}", raw.text);
    let names = |set: Mends| set.iter().map(Mends::name).collect::<Vec<_>>();
    assert_eq!(names(reading.mends), names(mends), "{:?}", raw.text);
}

/// The name of the doubt of a cell; empty if there is none.
pub(super) fn doubt(field_type: FieldType, raw: &Raw<'_>) -> &'static str {
    reading(field_type, raw).doubt.map_or("", |code| code.name)
}

/// The name of the fault of a cell.
pub(super) fn fault(field_type: FieldType, raw: &Raw<'_>) -> &'static str {
    match read(field_type, raw, &mut String::new()) {
        Outcome::Fault(fault) => fault.code.name,
        other => panic!("{:?} as {field_type:?}: {other:?}", raw.text),
    }
}

const TYPES: [FieldType; 14] = [
    FieldType::Text,
    FieldType::Name,
    FieldType::IdNumber,
    FieldType::Phone,
    FieldType::Date,
    FieldType::DateTime,
    FieldType::Halves,
    FieldType::Integer,
    FieldType::Choice,
    FieldType::ProjectCode,
    FieldType::Code,
    FieldType::IcCard,
    FieldType::Email,
    FieldType::Flag,
];

#[test]
fn error_values_and_uncalculated_formulas_are_faults_of_every_type() {
    for field_type in TYPES {
        let error = Raw { kind: CellKind::Error, ..Raw::text("#REF!") };
        assert_eq!(fault(field_type, &error), "error-cell");
        assert_eq!(fault(field_type, &Raw::text("#N/A")), "error-cell");
        assert_eq!(fault(field_type, &Raw::text("########")), "error-cell");
        let formula = Raw { kind: CellKind::Uncalculated, ..Raw::text("") };
        assert_eq!(fault(field_type, &formula), "formula-uncalculated");
        assert!(matches!(
            read(field_type, &Raw::text(" \u{3000}"), &mut String::new()),
            Outcome::Nothing
        ));
    }
}

/// Reads, and checks what every outcome owes: `out` untouched unless written, ranges on character borders.
fn reads_soundly(raw: &Raw<'_>) {
    for field_type in TYPES {
        let mut out = "前".to_owned();
        match read(field_type, raw, &mut out) {
            Outcome::Value(Reading { canonical: Canonical::Slice(range), .. }) => {
                assert_eq!(out, "前");
                assert!(raw.text.get(range).is_some_and(|text| !text.is_empty()));
            }
            Outcome::Value(reading) => {
                assert!(out.len() > 3 && out.starts_with('前'));
                // A number cell is shown by its format; everything else must say what was done to it.
                let is_told = !reading.mends.is_empty() || raw.kind != CellKind::Text;
                assert!(is_told, "{field_type:?} {:?} {out:?}", raw.text);
            }
            Outcome::Nothing => assert_eq!(out, "前"),
            Outcome::Fault(fault) => {
                assert_eq!(out, "前");
                assert!(crate::model::codes::find(fault.code.name).is_some());
            }
        }
    }
}

/// What is canonical reads as itself, without mends.
fn reads_as_itself(field_type: FieldType, text: &str, number: i32) {
    check(field_type, &Raw::text(text), text, number, Mends::NONE);
}

fn kinds() -> impl Strategy<Value = (CellKind, NumberFormat, bool)> {
    use CellKind::*;
    (
        prop::sample::select(vec![Text, Number, Bool, Error, IsoDate, Uncalculated]),
        prop::sample::select(vec![
            NumberFormat::General,
            NumberFormat::Text,
            NumberFormat::Date,
            NumberFormat::DateTime,
            NumberFormat::Time,
        ]),
        any::<bool>(),
    )
}

proptest! {
    #[test]
    fn no_text_makes_any_type_panic(text in any::<String>(), (kind, format, is_1904) in kinds()) {
        reads_soundly(&Raw { text: &text, kind, format, is_1904 });
    }

    #[test]
    fn no_text_that_looks_like_a_value_makes_any_type_panic(
        text in "[-0-9０-９./:年月日至到号期学分天时（）()【】国李·? 　Xx×EeTZ+,、一二十〇LlO@a-]{0,24}",
        (kind, format, is_1904) in kinds(),
    ) {
        reads_soundly(&Raw { text: &text, kind, format, is_1904 });
        let _ = date::read_range(&text, Some(2022));
        let _ = class::normalise(&text);
        for field_type in TYPES {
            let _ = mask::mask(field_type, &text);
        }
        let _ = (id::likeness(&text, &text), id::likeness(&text, "11010519491231002X"));
        let _ = (id::span(&text), id::difference(&text, "11010519491231002X"));
        let _ = id::check_other("06", &text, &mut String::new());
    }

    #[test]
    fn a_canonical_text_is_canonical(
        text in "[-0-9０-９./年月日（）国李张·? 　Xx@a]{1,20}",
    ) {
        for field_type in TYPES {
            let raw = Raw::text(&text);
            if let Outcome::Value(first) = read(field_type, &raw, &mut String::new()) {
                let once = canonical(field_type, &raw);
                let again = Raw::text(&once);
                prop_assert_eq!(&canonical(field_type, &again), &once);
                prop_assert_eq!(reading(field_type, &again).number, first.number);
            }
        }
    }

    #[test]
    fn every_day_reads_as_itself(days in 1..3_652_059i32) {
        let mut text = String::new();
        date::write(days, &mut text);
        reads_as_itself(FieldType::Date, &text, days);
        let civil = chrono::NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        prop_assert_eq!(civil.format("%Y-%m-%d").to_string(), text);
    }

    #[test]
    fn every_number_of_halves_reads_as_itself(halves in 0..2_000_000i32) {
        let mut text = String::new();
        number::write_halves(halves, &mut text);
        reads_as_itself(FieldType::Halves, &text, halves);
    }

    #[test]
    fn every_identity_number_reads_as_itself(area in 110_000..660_000u32, days in 693_596..738_000i32, order in 0..1000u32) {
        let mut born = String::new();
        date::write(days, &mut born);
        let first = format!("{area}{}{order:03}", born.replace('-', ""));
        let text = format!("{first}{}", id::check_character(&first).unwrap());
        reads_as_itself(FieldType::IdNumber, &text, 0);
        prop_assert_eq!(id::birthday_of(&text), Some(days));
        prop_assert_eq!(id::is_male(&text), Some(order % 2 == 1));
    }
}
