//! What we write opens in another program's reader (openpyxl), with what should be there.

use std::process::Command;

use crate::sandbox::{Sandbox, root};

const LOOK: &str = r#"
import sys
from openpyxl import load_workbook
for path in sys.argv[1:]:
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    comments = sum(1 for cell in cells if cell.comment and "[cmegate]" in cell.comment.text)
    tinted = sum(1 for cell in cells if cell.fill.fill_type == "solid" and cell.comment)
    links = sum(1 for cell in cells if cell.hyperlink)
    print(book.sheetnames[0], comments, tinted, links)
"#;

#[test]
fn annotated_workbooks_open_elsewhere_with_marks_links_and_list() {
    let Some(python) = std::env::var_os("CMEGATE_PYTHON").filter(|python| !python.is_empty())
    else {
        println!("skipped: CMEGATE_PYTHON names no python with openpyxl");
        return;
    };
    let sandbox = Sandbox::new();
    let samples = root().join("samples");
    sandbox.run(&["convert", samples.to_str().unwrap(), "--out", "out"]);
    let mut seen = 0;
    for name in sandbox.files() {
        let is_annotated = name.ends_with(".annotated.xlsx");
        if !is_annotated && !name.ends_with("national-cme-roster.xlsx") {
            continue;
        }
        let output = Command::new(&python)
            .args(["-c", LOOK])
            .arg(sandbox.path(&name))
            .env("PYTHONIOENCODING", "utf-8")
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let words: Vec<&str> = told.split_whitespace().collect();
        if is_annotated {
            seen += 1;
            assert_eq!(words[0], "问题清单", "{name}");
            assert!(words[1..].iter().all(|count| *count != "0"), "{name}: {told}");
        }
    }
    assert!(seen >= 4);
}
