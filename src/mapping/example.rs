//! Running the examples that a mapping carries: one row of headings, one row of cells, what must come of it.

use std::sync::Arc;

use super::{
    convert::Converter,
    layout::{Outcome, find},
    plan::{Example, InputMapping},
};
use crate::model::{
    Batch, CellKind, Chunk, Finding, GridInfo, NumberFormat, Severity, grid::column_letters,
};

/// Runs an example through finding the table and converting its row.
///
/// # Errors
/// What came out otherwise than the example says, for the operator: Chinese, English.
pub fn run(mapping: &Arc<InputMapping>, example: &Example) -> Result<(), [String; 2]> {
    let info = GridInfo::default();
    let chunk = chunk_of(example);
    let outcome = find(std::slice::from_ref(mapping), &info, &chunk);
    let Outcome::Found(found) = outcome else { return Err(refusal(&outcome, mapping, &info)) };
    let mut converter = Converter::new(Arc::clone(mapping), &found, &info);
    let mut batch = Batch { chunk, ..Batch::default() };
    let mut findings = Vec::new();
    converter.convert(&mut batch, &mut findings);
    if batch.heads.is_empty() {
        return Err(["这一行没有成为记录".to_owned(), "the row made no record".to_owned()]);
    }
    compare_record(&batch, example)?;
    compare_findings(&findings, example)
}

fn chunk_of(example: &Example) -> Chunk {
    let mut chunk = Chunk::default();
    for (number, texts) in [(1, &example.headings), (2, &example.cells)] {
        chunk.begin_row(number, false);
        for (column, text) in texts.iter().enumerate() {
            chunk.push_cell(column as u16, CellKind::Text, NumberFormat::General, text);
        }
    }
    chunk
}

fn refusal(outcome: &Outcome, mapping: &Arc<InputMapping>, info: &GridInfo) -> [String; 2] {
    let finding = outcome.finding(std::slice::from_ref(mapping), info);
    let told = |lang| finding.as_ref().map(|finding| finding.message(lang)).unwrap_or_default();
    let (zh, en) = (told(crate::model::Lang::Zh), told(crate::model::Lang::En));
    [format!("找不到表：{zh}"), format!("no table found: {en}")]
}

fn compare_record(batch: &Batch, example: &Example) -> Result<(), [String; 2]> {
    for (field, expected) in &example.record {
        let value = batch.slot_of(field).map(|slot| batch.value(0, slot)).unwrap_or_default();
        let text = batch.text(&value);
        if text != expected {
            return Err([
                format!("字段 {field} 应为“{expected}”，得到“{text}”"),
                format!("field {field} should be {expected:?}, but is {text:?}"),
            ]);
        }
    }
    Ok(())
}

fn compare_findings(findings: &[Finding], example: &Example) -> Result<(), [String; 2]> {
    let mut told: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
        .map(|finding| {
            let is_cell = finding.place.a1().is_some();
            let column =
                if is_cell { column_letters(finding.place.column) } else { "row".to_owned() };
            format!("{} @ {column}", finding.code.name)
        })
        .collect();
    told.sort();
    let mut expected = example.findings.clone();
    expected.sort();
    if told == expected {
        return Ok(());
    }
    let list = |words: &[String]| format!("[{}]", words.join(", "));
    let (told, expected) = (list(&told), list(&expected));
    Err([
        format!("问题应为 {expected}，得到 {told}"),
        format!("findings should be {expected}, but are {told}"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::fixture::roster;

    fn example(cells: &[&str], record: &[(&str, &str)], findings: &[&str]) -> Example {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let pair = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
        Example {
            headings: owned(&["姓名", "身份证号", "性别"]),
            cells: owned(cells),
            record: record.iter().map(pair).collect(),
            findings: owned(findings),
            line: 1,
        }
    }

    #[test]
    fn an_example_says_what_differs() {
        const ID: &str = "110101199003074012";
        type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a [&'a str], &'a str);
        let cases: &[Case] = &[
            (&["张 三", ID, "男"], &[("name", "张三"), ("sex", "男"), ("dept", "")], &[], ""),
            (&["张三", ID, "女"], &[], &["id-sex-mismatch @ C"], ""),
            (&["张三", ID, "女"], &[], &[], "findings should be [], but are [id-sex-mismatch @ C]"),
            (
                &["张三", ID, "男"],
                &[("name", "李四")],
                &[],
                "field name should be \"李四\", but is \"张三\"",
            ),
            (&["", "", ""], &[], &[], "the row made no record"),
        ];
        for (cells, record, findings, expected) in cases {
            let result = run(&roster(), &example(cells, record, findings));
            assert_eq!(
                result.map_err(|words| words[1].clone()).err().unwrap_or_default(),
                *expected
            );
        }
    }
}
