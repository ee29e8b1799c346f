//! How long a row takes: run by hand with `cargo test --release --lib speed -- --ignored --nocapture`.

use std::{fmt::Write, time::Instant};

use super::*;
use crate::mapping::{fixture::mapping, layout::Outcome, repeats::Repeats};
use crate::model::{CellKind, Kind, NumberFormat};

const HEAD: [&str; 12] = [
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "工作单位",
    "科室",
    "职称",
    "证件类型",
    "手机号",
    "项目编号",
    "学分",
    "培训日期",
];

/// ID number of the n-th person, with its check digit.
fn id_of(n: u32) -> String {
    let (day, sequence) = (n / 1000 % 28 + 1, n % 1000);
    let (month, year) = (n / 28_000 % 12 + 1, 1960 + n / 336_000);
    let body = format!("110101{year:04}{month:02}{day:02}{sequence:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

fn fill(chunk: &mut Chunk, from: u32, to: u32) {
    let titles = ["主治医师", "主治医生", "主任医师", "主管护师"];
    for n in from..to {
        chunk.begin_row(n + 2, false);
        let id = id_of(n);
        let sex = if (id.as_bytes()[16] - b'0') % 2 == 1 { "男" } else { "女" };
        let mut push = |column: u16, text: &str| {
            chunk.push_cell(column, CellKind::Text, NumberFormat::General, text);
        };
        let mut text = String::new();
        write!(text, "{}", n + 1).unwrap();
        push(0, &text);
        push(1, ["张伟", "王芳芳", "李娜", "刘洋"][n as usize % 4]);
        push(2, sex);
        push(3, &id);
        push(4, "示范市第一人民医院");
        push(5, "心血管内科");
        push(6, titles[n as usize % 4]);
        push(7, "居民身份证");
        push(8, &format!("138{:08}", n));
        push(9, &format!("2022-{:02}-01-{:03}", n % 12 + 1, n % 200 + 1));
        push(10, ["2", "2.5", "5", "10"][n as usize % 4]);
        push(11, &format!("2022-{:02}-{:02}", n % 12 + 1, n % 28 + 1));
    }
}

/// The value floor's part of the work.
fn read_only(chunk: &Chunk, found: &Found, plan: &InputMapping) {
    let mut own = String::new();
    for row in &chunk.rows {
        for (cell, (_, index, _)) in chunk.cells_of(row).iter().zip(&found.blocks[0].columns) {
            let kind = plan.columns[*index].field.kind;
            let raw = crate::text::Raw {
                text: chunk.text_of(cell),
                kind: cell.kind,
                format: cell.format,
                is_1904: false,
            };
            std::hint::black_box(crate::text::read(kind, &raw, &mut own));
            own.clear();
        }
    }
}

#[test]
#[ignore = "measures"]
fn speed() {
    const ROWS: u32 = 1_000_000;
    let columns = [
        "serial",
        "name!*",
        "sex*",
        "id_no!*",
        "unit_name*",
        "dept",
        "title*",
        "id_type",
        "mobile*",
        "project_code*",
        "credits*",
        "training_date*",
    ];
    let mut plan = mapping("speed", Kind::Enrolment, &columns);
    plan.columns[10].range = Some((1, 50));
    let plan = Arc::new(plan);
    let info = GridInfo::default();
    let mut head = Chunk::default();
    head.begin_row(1, false);
    for (at, text) in HEAD.iter().enumerate() {
        head.push_cell(at as u16, CellKind::Text, NumberFormat::General, text);
    }
    fill(&mut head, 0, 50);
    let started = Instant::now();
    let known = crate::mapping::layout::KnownHeadings::new(&[Arc::clone(&plan)]);
    let learnt = started.elapsed();
    let Outcome::Found(found) = known.find(&info, &head) else { panic!("no table") };
    println!("learn {learnt:?}, find {:?}", started.elapsed() - learnt);

    if std::env::var_os("CONVERT_ONLY").is_some() {
        let mut batch = Batch::default();
        fill(&mut batch.chunk, 0, 1500);
        let mut converter = Converter::new(Arc::clone(&plan), &found, &info);
        let mut findings = Vec::new();
        let started = Instant::now();
        for _ in 0..4000 {
            batch.own.clear();
            batch.heads.clear();
            batch.values.clear();
            converter.convert(&mut batch, &mut findings);
        }
        println!("convert alone {} ns a row", started.elapsed().as_nanos() / 6_000_000);
        return;
    }
    for round in 0..4 {
        let mut converter = Converter::new(Arc::clone(&plan), &found, &info);
        let mut repeats = Repeats::new(Arc::clone(&plan));
        let mut times: [Vec<u128>; 3] = std::array::from_fn(|_| Vec::new());
        let (mut batch, mut findings, mut told, mut at) = (Batch::default(), Vec::new(), 0, 0);
        while at < ROWS {
            batch.clear();
            let to = (at + 1500).min(ROWS);
            fill(&mut batch.chunk, at, to);
            at = to;
            let marks = [
                Instant::now(),
                {
                    read_only(&batch.chunk, &found, &plan);
                    Instant::now()
                },
                {
                    converter.convert(&mut batch, &mut findings);
                    Instant::now()
                },
                {
                    repeats.check(&mut batch, &mut findings);
                    Instant::now()
                },
            ];
            for (times, pair) in times.iter_mut().zip(marks.windows(2)) {
                times.push((pair[1] - pair[0]).as_nanos() / 1500);
            }
            told += findings.len();
            findings.clear();
        }
        let (counts, _) = converter.finish();
        let [read, convert, repeat] = times.map(|mut times| {
            times.sort_unstable();
            (times[times.len() / 10], times[times.len() / 2])
        });
        println!(
            "round {round}: ns a row, tenth and median: read alone {read:?}, convert {convert:?}, \
             repeats {repeat:?}; {} records, {told} findings",
            counts.records
        );
    }
}
