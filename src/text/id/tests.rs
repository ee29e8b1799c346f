//! Numbers that are right, mendable, damaged and wrong. All are invented or from the standard itself.

use super::*;
use crate::model::FieldType::IdNumber;
use crate::text::tests::{check, doubt, fault};

/// The example of GB 11643.
const EXAMPLE: &str = "11010519491231002X";

#[test]
fn what_can_be_mended_is_mended_and_named() {
    for (raw, canonical, mends) in [
        (EXAMPLE, EXAMPLE, Mends::NONE),
        ("440524188001010014", "440524188001010014", Mends::NONE),
        ("11010519491231002x", EXAMPLE, Mends::LETTER_CASE),
        ("11010519491231002Ｘ", EXAMPLE, Mends::FULL_WIDTH),
        ("11010519491231002Х", EXAMPLE, Mends::LOOK_ALIKE),
        ("11010519491231002×", EXAMPLE, Mends::LOOK_ALIKE),
        ("１１０１０５１９４９１２３１００２Ｘ", EXAMPLE, Mends::FULL_WIDTH),
        ("\t11010519491231002X", EXAMPLE, Mends::OUTER_SPACES),
        ("'11010519491231002X", EXAMPLE, Mends::APOSTROPHE),
        ("110105 19491231 002X", EXAMPLE, Mends::INNER_SPACES),
        ("110105-19491231-002X", EXAMPLE, Mends::HYPHENS),
        ("身份证号：11010519491231002X", EXAMPLE, Mends::PREFIX.union(Mends::FULL_WIDTH)),
        ("身份证:11010519491231002X", EXAMPLE, Mends::PREFIX),
        ("11O105l949123l002X", EXAMPLE, Mends::LOOK_ALIKE),
        ("110105\u{200B}19491231002X", EXAMPLE, Mends::INVISIBLE),
        ("110105491231002", EXAMPLE, Mends::WIDENED_ID),
    ] {
        check(IdNumber, &Raw::text(raw), canonical, 0, mends);
    }
    assert_eq!(doubt(IdNumber, &Raw::text("110105491231002")), "id-widened");
}

#[test]
fn what_is_wrong_is_told_apart() {
    for (raw, code) in [
        ("110105194912310021", "id-checksum"),
        ("11010519491331002X", "id-birthday"),
        ("110105198013320021", "id-birthday"),
        ("1101051949123100", "id-length"),
        ("11010519491231002", "id-length"),
        ("1101051949123100233", "id-length"),
        ("110105499931002", "id-length"),
        ("110105XXXXXXXX002X", "id-format"),
        ("110105********002X", "id-format"),
        ("E12345678", "id-format"),
        ("11O105l949123l0021", "id-format"),
        ("1.10101E+17", "id-scientific"),
        ("1.101E17", "id-scientific"),
        ("1.10101199003074E+17", "id-truncated"),
        ("110101199003074000", "id-truncated"),
    ] {
        assert_eq!(fault(IdNumber, &Raw::text(raw)), code, "{raw}");
    }
}

#[test]
fn number_cells_show_how_they_were_damaged() {
    for (raw, code) in [
        ("110101199003074000", "id-truncated"),
        ("1.10101199003074E+17", "id-truncated"),
        ("110101199003074000.0", "id-truncated"),
        ("110101199003074512", "id-rounded"),
        ("1.1010119900307451E+17", "id-rounded"),
        ("110101199003074513", "id-checksum"),
        ("1.10101E+17", "id-scientific"),
    ] {
        assert_eq!(fault(IdNumber, &Raw::number(raw)), code, "{raw}");
    }
    // Exact digits in a number cell that no double holds: nothing was lost.
    check(IdNumber, &Raw::number("440524188001010014"), "440524188001010014", 0, Mends::NONE);
    check(
        IdNumber,
        &Raw::number("110105491231002.0"),
        EXAMPLE,
        0,
        Mends::WIDENED_ID.union(Mends::DECIMAL_ZERO),
    );
}

#[test]
fn a_right_number_that_a_double_holds_needs_a_look() {
    // Of the numbers around this double only every eleventh is right; this one may be by chance.
    let first = (0..1000).map(|order| format!("11010119900307{order:03}"));
    let ids = first.map(|first| format!("{first}{}", check_character(&first).unwrap()));
    let chance =
        ids.filter(|id| id.parse::<u64>().is_ok_and(|n| n % 16 == 0) && !id.ends_with("000"));
    for id in chance {
        assert_eq!(doubt(IdNumber, &Raw::number(&id)), "id-maybe-rounded");
        assert_eq!(doubt(IdNumber, &Raw::text(&id)), "");
    }
}

#[test]
fn a_text_that_ends_in_three_zeros_by_right_is_kept() {
    let first = "11010119900307";
    let right = (0..100)
        .map(|order| format!("{first}{order:02}0"))
        .find(|id| check_character(id) == Some('0'));
    let id = format!("{}0", right.unwrap());
    let zeros = id.ends_with("000");
    if zeros {
        check(IdNumber, &Raw::text(&id), &id, 0, Mends::NONE);
        assert_eq!(fault(IdNumber, &Raw::number(&id)), "id-truncated");
    }
}

#[test]
fn a_known_number_is_like_what_became_of_it() {
    let ours = "110101199003074514";
    for (damaged, id, known, slips) in [
        ("110101199003074000", ours, 15, 0),
        ("110101199003074512", ours, 15, 0),
        ("1.10101E+17", ours, 6, 0),
        ("1.10101199003075E+17", ours, 15, 0),
        ("1.10101199003074E+17", ours, 15, 0),
        ("1.1010119900307451E+17", ours, 15, 0),
        ("110105194912310", EXAMPLE, 15, 0),
        ("11010519491231002", EXAMPLE, 15, 0),
        ("110101199003074515", ours, 17, 1),
        ("110101199003074541", ours, 16, 1),
        ("110101199030074514", ours, 10, 1),
        ("210101199003074513", ours, 0, 2),
        ("11010119900307451", ours, 15, 0),
        ("11010199003074514", ours, 6, 1),
        ("1101011999003074514", ours, 9, 1),
        ("110101199030074000", ours, 10, 1),
    ] {
        let found = likeness(damaged, id);
        assert_eq!(found, Some(Likeness { known, slips }), "{damaged}");
    }
    for (damaged, id) in [
        (ours, ours),
        ("1.10102E+17", ours),
        ("1.101E+17", ours),
        // A number that ends in X never was in a number cell.
        ("110105194912310000", EXAMPLE),
        ("220101199003074513", "110101199003074514"),
        ("110101199003075000", "E12345678"),
        ("110101", ours),
        ("", ours),
        ("110101199003074000", ""),
    ] {
        assert_eq!(likeness(damaged, id), None, "{damaged}");
    }
}

#[test]
fn the_span_of_a_damaged_number_holds_every_number_that_it_may_have_been() {
    let ours = "110101199003074514";
    let first17: u64 = ours[..17].parse().unwrap();
    for damaged in [
        "110101199003074000",
        "110101199003074512",
        "1.10101199003075E+17",
        "1.10101199003074E+17",
        "1.1010119900307451E+17",
        "110101199003074",
        "11010119900307451",
    ] {
        let (from, to) = span(damaged).unwrap();
        assert!((from..=to).contains(&first17) && to - from < 300, "{damaged}: {from} {to}");
    }
    for damaged in ["", "1.10101E+17", "11010119900307", "E12345678", "９９９"] {
        assert_eq!(span(damaged), None, "{damaged}");
    }
}

#[test]
fn a_difference_shows_no_more_than_a_mask_does() {
    let ours = "110101199003074514";
    let tail = |count: usize| -> String { ours.chars().skip(18 - count).collect() };
    for (damaged, shown) in [
        ("110101199003074000", tail(3)),
        ("110101199003074512", tail(3)),
        ("1.10101E+17", tail(4)),
        ("1.10101199003075E+17", tail(3)),
        ("110101199003074", tail(3)),
        ("11010119900307451", tail(1)),
        ("110101199003074515", "4".to_owned()),
        ("110101199030074514", "03".to_owned()),
        ("11010199003074514", "1".to_owned()),
        ("110101199030074000", "03514".to_owned()),
    ] {
        let found = difference(damaged, ours);
        let letters: String = found.iter().map(|(_, letter)| *letter).collect();
        assert_eq!(letters, shown, "{damaged}");
        for (at, letter) in found {
            assert_eq!(ours.chars().nth(usize::from(at) - 1), Some(letter), "{damaged}");
        }
    }
}

#[test]
fn cells_are_told_apart_by_how_the_number_was_treated() {
    use Class::*;
    for (raw, class) in [
        (Raw::text(EXAMPLE), Some(TextRight)),
        (Raw::text(" 身份证:11010519491231002X "), Some(TextRight)),
        (Raw::number("440524188001010014"), Some(NumberRight)),
        (Raw::number("110105491231002.0"), Some(Old)),
        (Raw::text("440524188001010014.0"), Some(DecimalZero)),
        (Raw::text("１１０１０５１９４９１２３１００２X"), Some(FullWidth)),
        (Raw::text("11010519491231002x"), Some(LookAlike)),
        (Raw::text("11010519491231002×"), Some(LookAlike)),
        (Raw::text("110105491231002"), Some(Old)),
        (Raw::number("110101199003074000"), Some(Truncated)),
        (Raw::text("1.10101199003074E+17"), Some(Truncated)),
        (Raw::number("110101199003074512"), Some(Rounded)),
        (Raw::text("1.10101E+17"), Some(Scientific)),
        (Raw::text("110105194912310021"), Some(Checksum)),
        (Raw::text("11010519491331002X"), Some(Birthday)),
        (Raw::text("1101051949123100"), Some(Length)),
        (Raw::text("E12345678"), Some(Strange)),
        (Raw::text(" "), None),
        (Raw { kind: CellKind::Error, ..Raw::text("#REF!") }, None),
    ] {
        assert_eq!(Class::of(&raw), class, "{raw:?}");
    }
}

#[test]
fn a_number_tells_birthday_and_sex() {
    assert_eq!(birthday_of(EXAMPLE), date::days(1949, 12, 31));
    assert_eq!(is_male(EXAMPLE), Some(false));
    assert_eq!(is_male("440524188001010014"), Some(true));
    assert_eq!((birthday_of("x"), is_male("")), (None, None));
    assert_eq!(birthday_of("11010519491331002X"), None);
}
