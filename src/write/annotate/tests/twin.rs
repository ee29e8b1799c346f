//! Twins of documents that are no workbooks, and the list of findings in them.

use super::*;

/// Two grids in memory.
struct Rows {
    grids: Vec<(GridInfo, Option<Chunk>)>,
    at: usize,
}

impl TwinRows for Rows {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault> {
        self.at += 1;
        Ok(self.grids.get(self.at - 1).map(|(info, _)| info.clone()))
    }

    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault> {
        chunk.clear();
        let next = self.grids.get_mut(self.at - 1).and_then(|(_, rows)| rows.take());
        let has_rows = next.is_some();
        if let Some(next) = next {
            *chunk = next;
        }
        Ok(has_rows)
    }
}

fn rows() -> Rows {
    let mut chunk = Chunk::default();
    chunk.begin_row(1, false);
    chunk.push_cell(0, CellKind::Text, NumberFormat::General, "身份证号");
    chunk.begin_row(3, true);
    chunk.push_cell(0, CellKind::Number, NumberFormat::General, "110101199003070000");
    chunk.push_cell(1, CellKind::Number, NumberFormat::Date, "45000");
    chunk.push_cell(2, CellKind::Text, NumberFormat::General, "=1+1");
    let info = GridInfo {
        name: "a/b'c".to_owned(),
        merges: vec![Range { top: 1, bottom: 1, left: 0, right: 1 }],
        ..GridInfo::default()
    };
    Rows { grids: vec![(info, Some(chunk)), (GridInfo::default(), None)], at: 0 }
}

#[test]
fn a_twin_has_the_documents_addresses_and_can_be_marked_again() {
    let folder = tempfile::tempdir().unwrap();
    let marks = [
        mark(Place::cell(0, 1, 1), Severity::Error, "一"),
        mark(Place::cell(0, 3, 0), Severity::Error, "一"),
        mark(Place::cell(0, 5, 0), Severity::Warning, "二"),
    ];
    let issues = [issue(Place::cell(0, 3, 0))];
    let out = folder.path().join("t.xlsx");
    write_twin(&mut rows(), &annotations(&marks, &issues), &out).unwrap();
    let parts = parts_of(&out);
    let sheet = text(&parts, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("t=\"inlineStr\"><is><t xml:space=\"preserve\">110101199003070000</t>"));
    assert!(sheet.contains("<row r=\"3\" hidden=\"1\">") && sheet.contains("s=\"2\"><v>45000</v>"));
    assert!(
        sheet.contains("<t xml:space=\"preserve\">=1+1</t>") && sheet.contains("<row r=\"5\">")
    );
    assert!(sheet.contains("<mergeCell ref=\"A1:B1\"/>"), "{sheet}");
    assert!(
        text(&parts, "xl/workbook.xml").contains("name=\"ab&apos;c\"")
            || text(&parts, "xl/workbook.xml").contains("ab'c")
    );
    assert!(text(&parts, "xl/worksheets/list.xml").contains("location=\"'ab''c'!A3\""));
    check_well_formed(&parts);
    assert_eq!(original_digest(&out).as_deref(), Some("ab12"));
    let again = folder.path().join("u.xlsx");
    annotate_workbook(&out, &annotations(&marks[1..2], &issues), &again).unwrap();
    let parts = parts_of(&again);
    let sheet = text(&parts, "xl/worksheets/sheet1.xml");
    assert!(text(&parts, "xl/workbook.xml").matches("<sheet ").count() == 3);
    let comments = parts.iter().find(|(name, _)| name.starts_with("xl/comments")).unwrap().1;
    assert_eq!(String::from_utf8_lossy(comments).matches("<comment ").count(), 1, "{sheet}");
}

/// Two grids of 50 and 3 rows, of which only the marked ones are at hand.
struct KeptRows(Rows);

impl TwinRows for KeptRows {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, TwinFault> {
        self.0.next_grid()
    }

    fn next_rows(&mut self, chunk: &mut Chunk) -> Result<bool, TwinFault> {
        self.0.next_rows(chunk)
    }

    fn row_count(&self) -> Option<u64> {
        Some(if self.0.at == 1 { 50 } else { 3 })
    }
}

#[test]
fn a_twin_of_rows_that_were_shortened_before_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let marks = [mark(Place::cell(0, 3, 0), Severity::Error, "一")];
    let issues = [issue(Place::cell(0, 3, 0))];
    for (max_full_rows, is_over) in [(10, true), (100, false)] {
        let annotations = Annotations { max_full_rows, ..annotations(&marks, &issues) };
        let out = folder.path().join(format!("t{max_full_rows}.xlsx"));
        write_twin(&mut KeptRows(rows()), &annotations, &out).unwrap();
        let parts = parts_of(&out);
        let list = text(&parts, "xl/worksheets/list.xml");
        assert_eq!(list.contains("超过 10 行"), is_over);
        assert_eq!(list.matches("是节选").count(), 2, "{list}");
        assert!(list.contains("重新提交原来的文件"));
        assert!(origin(&out).unwrap().is_partial);
        assert!(text(&parts, "docProps/custom.xml").contains("cmegate-partial"));
        check_well_formed(&parts);
    }
    let out = folder.path().join("whole.xlsx");
    write_twin(&mut rows(), &annotations(&marks, &issues), &out).unwrap();
    assert!(!origin(&out).unwrap().is_partial);
}

#[test]
fn rows_of_the_list_are_as_high_as_their_longest_text() {
    let folder = tempfile::tempdir().unwrap();
    let marks = [mark(Place::cell(0, 3, 0), Severity::Error, "一")];
    let mut issues = [issue(Place::cell(0, 3, 0)), issue(Place::cell(0, 3, 0))];
    issues[1].hint = "请把这个单元格改成年月日齐全的日期。".repeat(5).into();
    let out = folder.path().join("t.xlsx");
    write_twin(&mut rows(), &annotations(&marks, &issues), &out).unwrap();
    let parts = parts_of(&out);
    let list = text(&parts, "xl/worksheets/list.xml");
    let heights: Vec<u32> = list
        .split(" ht=\"")
        .filter_map(|rest| rest.split_once("\" customHeight=\"1\"")?.0.parse().ok())
        .collect();
    let [.., short, long] = heights[..] else { panic!("{heights:?}") };
    // Five times 18 characters, of which a line takes 18 at most.
    assert!(short <= 49 && (79..=94).contains(&long), "{heights:?}");
}
