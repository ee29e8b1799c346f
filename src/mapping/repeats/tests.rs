//! Repeats over one and over several batches.

use super::*;
use crate::mapping::{
    convert::Converter,
    fixture::{chunk, roster},
    layout::{Outcome, find},
};
use crate::model::{Chunk, GridInfo};

const HEAD: &[&str] = &["姓名", "身份证号", "项目编号", "学分"];
const A: &str = "110101199003074012";
const B: &str = "110101199203074025";
const P: &str = "2022-01-01-001";

/// Findings as `code row>other`, and the rows held.
fn run(chunks: &[Chunk], known: Contradictions) -> (Vec<String>, Vec<u32>, Repeats) {
    let info = GridInfo::default();
    let Outcome::Found(found) = find(&[roster()], &info, &chunks[0]) else { panic!("no table") };
    let mut converter = Converter::new(roster(), &found, &info);
    let mut repeats = Repeats::with_known(roster(), known);
    let (mut told, mut held) = (Vec::new(), Vec::new());
    for chunk in chunks {
        let mut batch = Batch { chunk: chunk.clone(), ..Batch::default() };
        let mut findings = Vec::new();
        converter.convert(&mut batch, &mut findings);
        repeats.check(&mut batch, &mut findings);
        let tell = |finding: &Finding| {
            format!(
                "{} {}>{}",
                finding.code.name,
                finding.place.row,
                finding.args.first().map_or("", |arg| arg)
            )
        };
        told.extend(findings.iter().map(tell));
        held.extend(batch.heads.iter().filter(|head| head.is_held).map(|head| head.row));
    }
    (told, held, repeats)
}

fn rows(rows: &[&[&str]], from: u32) -> Chunk {
    let mut chunk = chunk(rows);
    chunk.rows.iter_mut().for_each(|row| row.number += from - 1);
    chunk
}

#[test]
fn repeats_are_told_within_a_batch() {
    type Case<'a> = (&'a [&'a [&'a str]], &'a [&'a str], &'a [u32]);
    let cases: &[Case] = &[
        (&[HEAD, &["张三", A, P, "2"], &["李四", B, P, "2"]], &[], &[]),
        (&[HEAD, &["张三", A, P, "2"], &["张三", A, "2022-01-01-002", "2"]], &[], &[]),
        (
            &[HEAD, &["张三", A, P, "2"], &["李四", B, P, "2"], &["张三", A, P, "2"]],
            &["repeat-identical 4>2"],
            &[4],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["张三", A, P, "3"]],
            &["repeat-differs 2>3", "repeat-differs 3>2"],
            &[2, 3],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["张三", A, P, "2"], &["张三", A, P, "4"]],
            &["repeat-differs 2>4", "repeat-differs 3>2", "repeat-differs 4>2"],
            &[2, 3, 4],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["王五", A, P, "2"]],
            &["same-id-other-name 2>3", "same-id-other-name 3>2"],
            &[2, 3],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["王五", A, P, "3"], &["张三", A, P, "2"]],
            &["same-id-other-name 2>3", "same-id-other-name 3>2", "same-id-other-name 4>3"],
            &[2, 3, 4],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["张三", A, P, "3"], &["王五", A, P, "2"]],
            &["same-id-other-name 2>4", "same-id-other-name 3>4", "same-id-other-name 4>2"],
            &[2, 3, 4],
        ),
        (
            &[HEAD, &["张三", A, P, "2"], &["", A, P, "2"]],
            &["value-missing 3>", "repeat-identical 3>2"],
            &[3],
        ),
        (
            &[HEAD, &["张三", "", P, "2"], &["张三", "", P, "2"]],
            &["value-missing 2>", "value-missing 3>"],
            &[2, 3],
        ),
    ];
    for (table, told, held) in cases {
        let (findings, rows, repeats) = run(&[chunk(table)], Contradictions::default());
        assert_eq!(
            (&findings[..], &rows[..]),
            (&told.iter().map(|t| t.to_string()).collect::<Vec<_>>()[..], *held)
        );
        assert!(!repeats.must_run_again());
    }
}

#[test]
fn a_second_run_holds_what_was_already_passed_on() {
    let chunks = [
        rows(&[HEAD, &["张三", A, P, "2"], &["李四", B, P, "2"]], 1),
        rows(&[&["张三", A, P, "3"], &["李四", B, P, "2"]], 4),
    ];
    let (findings, held, repeats) = run(&chunks, Contradictions::default());
    assert_eq!(findings, ["repeat-differs 4>2", "repeat-identical 5>3"]);
    assert_eq!(held, [4, 5]);
    assert!(repeats.must_run_again());
    let (findings, held, repeats) = run(&chunks, repeats.into_known());
    assert_eq!(findings, ["repeat-differs 2>4", "repeat-differs 4>2", "repeat-identical 5>3"]);
    assert_eq!(held, [2, 4, 5]);
    assert!(!repeats.must_run_again());
}

#[test]
fn another_name_later_holds_what_was_already_passed_on() {
    let chunks = [rows(&[HEAD, &["张三", A, P, "2"]], 1), rows(&[&["王五", A, P, "2"]], 3)];
    let (findings, held, repeats) = run(&chunks, Contradictions::default());
    assert_eq!((findings, held), (vec!["same-id-other-name 3>2".to_owned()], vec![3]));
    assert!(repeats.must_run_again());
    let (findings, held, repeats) = run(&chunks, repeats.into_known());
    assert_eq!(findings, ["same-id-other-name 2>3", "same-id-other-name 3>2"]);
    assert_eq!(held, [2, 3]);
    assert!(!repeats.must_run_again());
}
