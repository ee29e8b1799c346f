//! Staff masters that a route's documents are judged beside.

use std::path::PathBuf;

use super::RouteFolders;
use crate::{config::Gateway, spec::Table};

/// Reads `with`: paths below the home, or absolute ones. Whether they are there is seen when a document needs them.
pub(super) fn read(table: &Table<'_>, folders: &RouteFolders, gateway: &Gateway) -> Vec<PathBuf> {
    let mut with: Vec<PathBuf> = Vec::new();
    for word in table.words("with") {
        let path = gateway.home.join(&word.text);
        if word.text.trim().is_empty() {
            table.lint_at(word.at, "文件名不能为空", "a document's name must not be empty");
        } else if with.contains(&path) {
            let text = &word.text;
            table.lint_at(word.at, format!("“{text}”重复"), format!("{text} stands twice"));
        } else if path.starts_with(&folders.input) {
            table.lint_at(
                word.at,
                "人员名册不能放在本通道的投递文件夹里，会被当成来件收走",
                "a staff master must not lie in this route's in folder: it would be taken as a document",
            );
        }
        with.push(path);
    }
    with
}
