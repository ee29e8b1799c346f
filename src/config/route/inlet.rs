//! Inlets: places that documents are fetched from. Their keys are known; fetching comes with a later version.

use super::schedule;
use crate::spec::Table;

/// Checks `[[inlets]]`.
pub(super) fn check_all(table: &Table<'_>) {
    for entry in table.tables("inlets") {
        entry.required_string("endpoint");
        entry.string("folder");
        entry.string("match");
        schedule::read(&entry, "schedule");
        check_after(&entry);
        let (zh, en) = (
            "本版本还不能从端点收取文件，请先去掉 [[inlets]]",
            "this version cannot fetch documents yet; leave [[inlets]] out",
        );
        entry.lint_at(entry.place(""), zh, en);
        entry.close();
    }
}

/// What happens to a document at the endpoint once it is here.
fn check_after(entry: &Table<'_>) {
    let Some(after) = entry.string("after") else { return };
    let is_move = after.strip_prefix("move:").is_some_and(|folder| !folder.is_empty());
    if !is_move && !["keep", "delete"].contains(&after.as_str()) {
        entry.unknown("after", &after, ["keep", "move:FOLDER", "delete"]);
    }
}
