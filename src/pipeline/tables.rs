//! What reports say of a table: its columns, and why it was read that way.

use std::sync::Arc;

use super::report::{ColumnReport, DocumentReport, TableReport, UnmappedReport};
use crate::{
    mapping::{layout::Found, plan::InputMapping},
    model::{GridInfo, Lang},
};

/// The report of a table whose rows are still to come.
pub(super) fn table_report(
    info: &GridInfo,
    found: &Found,
    inputs: &[Arc<InputMapping>],
    lang: Lang,
) -> TableReport {
    let mapping = inputs.get(found.mapping);
    let columns = found.blocks.iter().flat_map(|block| &block.columns);
    TableReport {
        sheet: info.name.clone(),
        input: mapping.map(|mapping| mapping.name.clone()).unwrap_or_default(),
        header_rows: found.header_rows.clone(),
        first_row: found.first_row,
        columns: columns
            .filter_map(|(column, index, heading)| {
                Some(ColumnReport {
                    column: DocumentReport::letters(*column),
                    heading: heading.clone(),
                    field: mapping?.columns.get(*index)?.field.name,
                })
            })
            .collect(),
        unmapped: found
            .unmapped
            .iter()
            .map(|(column, heading)| UnmappedReport {
                column: DocumentReport::letters(*column),
                heading: heading.clone(),
            })
            .collect(),
        why: why(found, inputs, lang),
        ..TableReport::default()
    }
}

/// Why these heading rows and this mapping, in words.
fn why(found: &Found, inputs: &[Arc<InputMapping>], lang: Lang) -> Vec<String> {
    let label = |at: usize| inputs.get(at).map_or("", |mapping| mapping.label(lang));
    let rows: Vec<String> = found.header_rows.iter().map(u32::to_string).collect();
    let known: usize = found.blocks.iter().map(|block| block.columns.len()).sum();
    let rows = rows.join("、");
    let all = known + found.unmapped.len();
    let percent = (found.score * 100.0).round();
    let name = label(found.mapping);
    let mut lines = vec![match lang {
        Lang::Zh => {
            format!("表头在第 {rows} 行：{all} 个列名认得 {known} 个，最像“{name}”（{percent} 分）")
        }
        Lang::En => format!(
            "headings in row {rows}: {known} of {all} are known; fits {name} best (score {percent})"
        ),
    }];
    if let Some((next, score)) = found.runner_up {
        let (next, score) = (label(next), (score * 100.0).round());
        lines.push(match lang {
            Lang::Zh => format!("其次像“{next}”（{score} 分）"),
            Lang::En => format!("next best: {next} (score {score})"),
        });
    }
    if found.blocks.len() > 1 {
        let people = found.blocks.len();
        lines.push(match lang {
            Lang::Zh => format!("一行并排 {people} 人"),
            Lang::En => format!("{people} people side by side in a row"),
        });
    }
    // A line with a colon is a form to be filled: it may name people and numbers.
    let title = found.title.iter().find(|title| !title.contains(['：', ':']));
    if let Some(title) = title {
        let title: String = title.chars().take(40).collect();
        lines.push(format!("{}{title}", lang.pick("表头上方：", "above the headings: ")));
    }
    lines
}
