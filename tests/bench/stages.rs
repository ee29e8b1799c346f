//! How long each stage of a conversion takes, so that a slip can be placed.
//!
//! usage: cargo bench [-- DOCUMENT]      without a document, 200,000 invented rows of GBK text are used

#![allow(clippy::unwrap_used)]

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use cmegate::{
    config::Catalogue,
    mapping::{
        convert::Converter,
        layout::{self, Outcome},
        plan::InputMapping,
        repeats::Repeats,
    },
    model::{Batch, Chunk, GridInfo},
    read::{self, Grids, ReadOptions},
    rules::Judge,
    write::{self, WriteOptions, deflate},
};

const ROWS: u32 = 200_000;

/// An ID number of nobody (area 999900) with its check digit.
fn id_no(n: u32) -> String {
    let body = format!(
        "999900{:04}{:02}{:02}{:03}",
        1960 + n / 336_000,
        n / 28_000 % 12 + 1,
        n / 1000 % 28 + 1,
        n % 1000
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

fn invented(folder: &Path) -> PathBuf {
    let mut text = String::from(
        "序号,姓名,性别,身份证号,工作单位,科室,职称,学历,手机号,项目编号,学分,培训日期\r\n",
    );
    for n in 0..ROWS {
        let id = id_no(n);
        let sex = if (id.as_bytes()[16] - b'0') % 2 == 1 { "男" } else { "女" };
        let name = ["陈安宁", "李思远", "周清", "吴若兰"][n as usize % 4];
        let title = ["主治医师", "护师", "主管药师", "技师"][n as usize % 4];
        let day = n % 28 + 1;
        let month = n % 12 + 1;
        writeln!(text, "{},{name},{sex},{id},青禾市第一人民医院,内科,{title},本科,199{n:08},2022-{month:02}-01-{:03},2,2022-{month:02}-{day:02}\r", n + 1, n % 400 + 1).unwrap();
    }
    let (bytes, _, _) = encoding_rs::GBK.encode(&text);
    let path = folder.join("rows.csv");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Reads the first table's chunks one after another; the time is the reader's alone.
fn each_chunk(path: &Path, mut take: impl FnMut(&GridInfo, Chunk)) -> Duration {
    let mut grids: Box<dyn Grids> = read::open(path, &ReadOptions::default()).unwrap().grids;
    let mut spent = Duration::ZERO;
    while let Some(info) = grids.next_grid().unwrap() {
        loop {
            let mut chunk = Chunk::default();
            let begun = Instant::now();
            let has_rows = grids.read_rows(&mut chunk).unwrap();
            spent += begun.elapsed();
            if !has_rows {
                break;
            }
            take(&info, chunk);
        }
    }
    spent
}

struct Stage {
    name: &'static str,
    spent: Duration,
}

fn run(path: &Path, folder: &Path, catalogue: &Catalogue) -> (u64, Vec<Stage>) {
    let inputs: Vec<Arc<InputMapping>> = catalogue.inputs().unwrap().to_vec();
    let packs = catalogue.packs("beijing-2022").unwrap();
    let target = catalogue.target("national-cme-roster").unwrap();
    let options = WriteOptions { level: deflate::Level::Default, workers: 0 };
    let mut output = write::create(&target, &folder.join("out.xlsx"), &options).unwrap();
    let mut judge = Judge::new(&packs, None);
    let mut table: Option<(Converter, Repeats, u32)> = None;
    let (mut map, mut repeat, mut judging, mut writing) = Default::default();
    let (mut rows, mut found) = (0, Vec::new());
    let timed = |spent: &mut Duration, work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        *spent += begun.elapsed();
    };
    let reading = each_chunk(path, |info, mut chunk| {
        if table.is_none() {
            let Outcome::Found(at) = layout::find(&inputs, info, &chunk) else { return };
            let mapping = Arc::clone(&inputs[at.mapping]);
            let converter = Converter::new(Arc::clone(&mapping), &at, info);
            table = Some((converter, Repeats::new(mapping), at.first_row));
        }
        let Some((converter, repeats, first_row)) = &mut table else { return };
        chunk.rows.retain(|row| row.number >= *first_row);
        let mut batch = Batch { chunk, ..Batch::default() };
        timed(&mut map, &mut || converter.convert(&mut batch, &mut found));
        timed(&mut repeat, &mut || repeats.check(&mut batch, &mut found));
        timed(&mut judging, &mut || judge.judge(&mut batch, &mut found));
        timed(&mut writing, &mut || output.write(&batch, &mut found).unwrap());
        rows += batch.heads.len() as u64;
        found.clear();
    });
    let mut closing = Duration::ZERO;
    let mut output = Some(output);
    timed(&mut closing, &mut || drop(output.take().map(|output| output.finish().unwrap())));
    let stages = [
        ("read (decode, tokenize)", reading),
        ("map", map),
        ("repeats", repeat),
        ("judge", judging),
        ("format and deflate, one thread", writing),
        ("close (last block, digest)", closing),
    ];
    (rows, stages.map(|(name, spent)| Stage { name, spent }).into())
}

/// Deflate alone, on the sheet that was just written.
fn deflate_alone(folder: &Path) {
    let file = std::fs::File::open(folder.join("out.xlsx")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut sheet = Vec::new();
    let largest = (0..zip.len()).max_by_key(|at| zip.by_index(*at).unwrap().size()).unwrap();
    std::io::copy(&mut zip.by_index(largest).unwrap(), &mut sheet).unwrap();
    for (name, level) in [
        ("default", deflate::Level::Default),
        ("fast", deflate::Level::Fast),
        ("small", deflate::Level::Small),
    ] {
        let begun = Instant::now();
        let mut out = Vec::new();
        for begin in (0..sheet.len()).step_by(deflate::BLOCK_BYTES) {
            let end = (begin + deflate::BLOCK_BYTES).min(sheet.len());
            let from = begin.saturating_sub(deflate::HISTORY_BYTES);
            deflate::compress_block(&sheet[from..end], begin - from, level, false, &mut out);
        }
        let rate = sheet.len() as f64 / begun.elapsed().as_secs_f64() / 1e6;
        let share = out.len() as f64 * 100.0 / sheet.len() as f64;
        println!("deflate {name:<10} {rate:>8.0} MB/s  {share:.2} % of the sheet");
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let named = std::env::args().skip(1).find(|word| !word.starts_with('-')).map(PathBuf::from);
    let path = named.unwrap_or_else(|| invented(folder.path()));
    let catalogue = Catalogue::open(None);
    run(&path, folder.path(), &catalogue);
    let (rows, stages) = run(&path, folder.path(), &catalogue);
    println!("{rows} records");
    for stage in stages {
        let each = stage.spent.as_nanos() as f64 / rows.max(1) as f64;
        println!(
            "{:<32} {:>8.3} s  {each:>7.0} ns a record",
            stage.name,
            stage.spent.as_secs_f64()
        );
    }
    deflate_alone(folder.path());
}
