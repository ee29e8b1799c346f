//! Every spelling of a date that domain facts name, and the ones that are refused.

use super::*;
use crate::model::FieldType::{Date, DateTime, Text};
use crate::text::tests::{canonical, check, doubt, fault as fault_of, reading};

fn cell(text: &str, kind: CellKind, format: NumberFormat) -> Raw<'_> {
    Raw { text, kind, format, is_1904: false }
}

#[test]
fn complete_dates_are_read_in_every_spelling() {
    for raw in [
        "2022-03-05",
        "2022-3-5",
        "2022.3.5",
        "2022.03.05",
        "2022/3/5",
        "2022年3月5日",
        "2022年03月05日",
        "20220305",
        "2022年3月5号",
        "2022-3.5",
        "2022/03-05日",
        "２０２２－０３－０５",
        "２０２２年３月５日",
        "二〇二二年三月五日",
        "二零二二年三月五日",
        "二○二二年三月五日",
        "2022 年 3 月 5 日",
        "2022. 3. 5",
        "2022-03-05 00:00:00",
        "2022-03-05T00:00:00",
        "2022-03-05 00:00:00.0",
        "2022/3/5 8:30",
        "2022年3月5日 上午8:30",
        "2022年3月5日上午",
        "2022年3月5日（周六）",
        "2022年3月5日 星期六",
        "2022.3.5.",
        " 2022-03-05\t",
        "'2022-03-05",
        "2022-03-05T23:00:00+08:00",
        "2022 3 5",
        "2022。3。5",
        "2022年3月5日8时30分",
        "2022·3·5",
        "2022-03-05\u{200B}",
    ] {
        assert_eq!(canonical(Date, &Raw::text(raw)), "2022-03-05", "{raw}");
        assert_eq!(doubt(Date, &Raw::text(raw)), "", "{raw}");
        assert_eq!(reading(Date, &Raw::text(raw)).number, 738_219, "{raw}");
    }
    for (raw, text) in [
        ("二〇二二年十二月二十五日", "2022-12-25"),
        ("二〇二二年十月卅日", "2022-10-30"),
        ("2024-02-29", "2024-02-29"),
    ] {
        assert_eq!(canonical(Date, &Raw::text(raw)), text, "{raw}");
    }
}

#[test]
fn what_was_done_to_a_date_is_named() {
    let style = Mends::DATE_STYLE;
    for (raw, mends) in [
        ("2022-03-05", Mends::NONE),
        (" 2022-03-05", Mends::OUTER_SPACES),
        ("2022.3.5", style),
        ("２０２２.3.5", style.union(Mends::FULL_WIDTH)),
        ("二〇二二年三月五日", style.union(Mends::CHINESE_DIGITS)),
        ("2022-03-05 00:00:00", style.union(Mends::TIME_DROPPED)),
        ("2022年3月5日下午", style.union(Mends::TIME_DROPPED)),
    ] {
        check(Date, &Raw::text(raw), "2022-03-05", 738_219, mends);
    }
}

#[test]
fn incomplete_and_impossible_dates_are_told_apart() {
    for (raw, code) in [
        ("2022", "date-incomplete"),
        ("2022年", "date-incomplete"),
        ("二〇二四年", "date-incomplete"),
        ("2022.3", "date-incomplete"),
        ("2022.10", "date-incomplete"),
        ("2022年3月", "date-incomplete"),
        ("2022-03", "date-incomplete"),
        ("202203", "date-incomplete"),
        ("2022年5月中旬", "date-incomplete"),
        ("3月5日", "date-year-missing"),
        ("3.5", "date-year-missing"),
        ("3-5", "date-year-missing"),
        ("5月中旬", "date-year-missing"),
        ("三月五日", "date-year-missing"),
        ("3月5日至7日", "date-year-missing"),
        ("22.3.5", "date-ambiguous"),
        ("22年3月5日", "date-ambiguous"),
        ("3/5/2022", "date-ambiguous"),
        ("05-03-22", "date-ambiguous"),
        ("220305", "date-ambiguous"),
        ("2022-03-05-07", "date-ambiguous"),
        ("2022-03-05-03-07", "date-ambiguous"),
        ("2024-02-30", "date-impossible"),
        ("2024-13-01", "date-impossible"),
        ("2023年2月29日", "date-impossible"),
        ("20221301", "date-impossible"),
        ("0000-01-01", "date-impossible"),
        ("2022-03-05 25:00", "date-impossible"),
        ("待定", "date-format"),
        ("2022..3.5", "date-format"),
        ("2022-03-05 abc", "date-format"),
        ("123456789", "date-format"),
        ("2022.3.7-3.5", "date-range-reversed"),
    ] {
        assert_eq!(fault_of(Date, &Raw::text(raw)), code, "{raw}");
    }
}

#[test]
fn serial_days_follow_their_calendar() {
    use CellKind::{Number, Text};
    use NumberFormat::{Date as Day, DateTime as Time, General};
    for (text, kind, format, is_1904, day, mends) in [
        ("44866", Number, Day, false, "2022-11-01", Mends::NONE),
        ("44866", Number, General, false, "2022-11-01", Mends::SERIAL_DAY),
        ("44866", Text, General, false, "2022-11-01", Mends::SERIAL_DAY),
        ("44866.375", Number, Time, false, "2022-11-01", Mends::TIME_DROPPED),
        (
            "44866.375",
            Text,
            General,
            false,
            "2022-11-01",
            Mends::SERIAL_DAY.union(Mends::TIME_DROPPED),
        ),
        ("43404", Number, Day, true, "2022-11-01", Mends::NONE),
        ("61", Number, Day, false, "1900-03-01", Mends::NONE),
        ("59", Number, Day, false, "1900-02-28", Mends::NONE),
        ("1", Number, Day, false, "1900-01-01", Mends::NONE),
        ("44865.9999999", Number, Day, false, "2022-11-01", Mends::NONE),
        ("20220305", Number, General, false, "2022-03-05", Mends::DATE_STYLE),
        ("20220305", Number, Day, false, "2022-03-05", Mends::DATE_STYLE),
    ] {
        let raw = Raw { text, kind, format, is_1904 };
        assert_eq!(canonical(Date, &raw), day, "{text}");
        assert_eq!(reading(Date, &raw).mends, mends, "{text}");
    }
    assert_eq!(fault_of(Date, &cell("60", Number, Day)), "date-impossible");
    assert_eq!(fault_of(Date, &cell("0.354166", Number, NumberFormat::Time)), "date-incomplete");
    assert_eq!(fault_of(Date, &cell("2022", Number, General)), "date-incomplete");
    assert_eq!(fault_of(Date, &cell("2022.3", Number, General)), "date-incomplete");
    assert_eq!(doubt(Date, &cell("2022", Number, Day)), "");
    assert_eq!(doubt(Date, &cell("20223", Number, General)), "date-serial");
    assert_eq!(doubt(Date, &Raw::text("0024-03-05")), "date-year");
}

#[test]
fn another_zone_is_converted_and_needs_a_look() {
    let raw = Raw::text("2022-10-31T16:00:00.000Z");
    assert_eq!(canonical(Date, &raw), "2022-11-01");
    assert_eq!(doubt(Date, &raw), "date-zone");
    let iso = cell("2022-11-01T00:00:00", CellKind::IsoDate, NumberFormat::Date);
    check(Date, &iso, "2022-11-01", 738_460, Mends::NONE);
}

#[test]
fn spans_give_their_first_and_last_day() {
    for (raw, end) in [
        ("2022.3.5-3.7", 7),
        ("2022.3.5-7", 7),
        ("2022.03.05-2022.03.07", 7),
        ("2022-03-05至2022-03-07", 7),
        ("2022年3月5日—7日", 7),
        ("2022年3月5日——3月7日", 7),
        ("2022年3月5-7日", 7),
        ("2022年3月5日至3月7日（3天）", 7),
        ("2022/3/5~3/7", 7),
        ("20220305-20220307", 7),
        ("20220305-0307", 7),
        ("2022-03-05\n2022-03-07\n3天", 7),
        ("2022-03-05 ～ 2022-03-07", 7),
        ("2022-03-05-2022-03-07", 7),
        ("2022-03-05 - 07", 7),
        ("2022-03-05 08:00 - 2022-03-07", 7),
    ] {
        assert_eq!(canonical(Date, &Raw::text(raw)), "2022-03-05", "{raw}");
        assert_eq!(doubt(Date, &Raw::text(raw)), "date-range", "{raw}");
        let range = read_range(raw, None).unwrap();
        assert_eq!((range.start, range.end), (738_219, 738_214 + end), "{raw}");
    }
    for raw in ["3月5日至7日", "3.5-3.7", "3月5日-3月7日", "3月5-7日"] {
        let range = read_range(raw, Some(2022)).unwrap();
        assert_eq!((range.start, range.end), (738_219, 738_221), "{raw}");
        assert_eq!(read_range(raw, None).unwrap_err().code.name, "date-year-missing");
    }
    let single = read_range("2022年3月5日", None).unwrap();
    assert_eq!(single.start, single.end);
}

#[test]
fn times_are_kept_to_the_minute() {
    for (raw, text, mends) in [
        ("2022-03-05 08:30", "2022-03-05 08:30", Mends::NONE),
        ("2022-03-05 8:30", "2022-03-05 08:30", Mends::DATE_STYLE),
        ("2022-03-05 08：30", "2022-03-05 08:30", Mends::DATE_STYLE.union(Mends::FULL_WIDTH)),
        (
            "2022-03-05 08:30:45",
            "2022-03-05 08:30",
            Mends::DATE_STYLE.union(Mends::SECONDS_DROPPED),
        ),
        ("2022年3月5日下午2:05", "2022-03-05 14:05", Mends::DATE_STYLE),
        ("2022/3/5 2:05 PM", "2022-03-05 14:05", Mends::DATE_STYLE),
        ("2022-03-05T08:30:00", "2022-03-05 08:30", Mends::DATE_STYLE),
        ("2022-03-05 24:00", "2022-03-06 00:00", Mends::DATE_STYLE),
        ("2022年3月5日8点30分", "2022-03-05 08:30", Mends::DATE_STYLE),
    ] {
        let raw = Raw::text(raw);
        assert_eq!(canonical(DateTime, &raw), text);
        assert_eq!(reading(DateTime, &raw).mends, mends, "{}", raw.text);
    }
    let serial = cell("44866.375", CellKind::Number, NumberFormat::DateTime);
    check(DateTime, &serial, "2022-11-01 09:00", 738_460, Mends::NONE);
    assert_eq!(doubt(DateTime, &Raw::text("2022-03-05")), "time-missing");
    assert_eq!(fault_of(DateTime, &Raw::text("8:30")), "date-format");
}

#[test]
fn a_day_in_a_text_column_is_written_as_a_day() {
    let raw = cell("44866", CellKind::Number, NumberFormat::Date);
    check(Text, &raw, "2022-11-01", 0, Mends::SERIAL_DAY);
}
