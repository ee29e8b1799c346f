//! Cell references, and how they follow rows that a fill adds.

use crate::model::grid;

/// The rows of a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fill {
    /// Row of the headings.
    pub(super) heading_row: u32,
    /// First row that is filled.
    pub(super) first_row: u32,
    /// Last row that was filled.
    pub(super) last_row: u32,
}

/// What a reference covers, which decides when it follows the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// The rows alone (validations, formats): follows if it covers the first row.
    Rows,
    /// Headings and rows (tables, filters): follows even if there was no row yet.
    Table,
}

/// Extends one reference (`C3:C202`, `$A$2:$H$202`, `G3`) down to the last filled row; `None` if it
/// stays as it is: it does not begin above the rows, is deep enough, or is no cell reference.
fn extended(reference: &str, cover: Cover, fill: Fill) -> Option<String> {
    let (top, bottom) = reference.split_once(':').unwrap_or((reference, reference));
    let (_, top_row) = corner(top)?;
    let (columns, bottom_row) = corner(bottom)?;
    let follows = match cover {
        Cover::Rows => top_row <= fill.first_row && bottom_row >= fill.first_row,
        Cover::Table => top_row <= fill.heading_row && bottom_row >= fill.heading_row,
    };
    (follows && bottom_row < fill.last_row).then(|| format!("{top}:{columns}{}", fill.last_row))
}

/// Splits `$H$202` into `$H$` and 202.
fn corner(text: &str) -> Option<(&str, u32)> {
    let digits = text.find(|letter: char| letter.is_ascii_digit())?;
    let (columns, row) = text.split_at(digits);
    let letters = columns.trim_start_matches('$');
    grid::column_number(letters.strip_suffix('$').unwrap_or(letters))?;
    Some((columns, row.parse().ok()?))
}

/// The column (from 0) and row of an address such as `B12`.
pub(super) fn address(text: &str) -> Option<(u16, u32)> {
    let (letters, row) = corner(text)?;
    Some((grid::column_number(letters)?, row))
}

/// Top row, bottom row, left column and right column of `A1:C2`.
pub(super) fn rectangle(text: &str) -> Option<grid::Range> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((left, top), (right, bottom)) = (address(first)?, address(last)?);
    Some(grid::Range { top, bottom, left, right })
}

/// Extends every reference of a list apart by spaces; `None` if nothing changes.
pub(super) fn extended_list(list: &str, cover: Cover, fill: Fill) -> Option<String> {
    let mut has_changed = false;
    let references: Vec<String> = list
        .split_ascii_whitespace()
        .map(|reference| match extended(reference, cover, fill) {
            Some(longer) => {
                has_changed = true;
                longer
            }
            None => reference.to_owned(),
        })
        .collect();
    has_changed.then(|| references.join(" "))
}

/// Extends the areas of a defined name (`'学分'!$A$1:$H$40,'学分'!$J$1`); `None` if nothing changes.
pub(super) fn extended_areas(areas: &str, cover: Cover, fill: Fill) -> Option<String> {
    let mut has_changed = false;
    let mut text = String::with_capacity(areas.len() + 8);
    // A sheet name may hold commas and exclamation marks, but only within its quotes; a reference
    // stands between an exclamation mark and the next comma.
    let mut rest = areas;
    while let Some(mark) = rest.find('!') {
        let (sheet, after) = rest.split_at(mark + 1);
        text.push_str(sheet);
        let (reference, next) = after.split_at(after.find(',').unwrap_or(after.len()));
        match extended(reference, cover, fill) {
            Some(longer) => {
                has_changed = true;
                text.push_str(&longer);
            }
            None => text.push_str(reference),
        }
        rest = next;
    }
    text.push_str(rest);
    has_changed.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILL: Fill = Fill { heading_row: 2, first_row: 3, last_row: 500 };

    #[test]
    fn references_follow_the_rows_only_if_they_cover_them() {
        for (list, cover, longer) in [
            ("C3:C202", Cover::Rows, Some("C3:C500")),
            ("G3", Cover::Rows, Some("G3:G500")),
            ("A3:A202 C3:D9 F1", Cover::Rows, Some("A3:A500 C3:D500 F1")),
            ("C3:C1048576", Cover::Rows, None),
            ("C:C", Cover::Rows, None),
            ("A1:H2", Cover::Rows, None),
            ("G10:G20", Cover::Rows, None),
            ("A2:H2", Cover::Table, Some("A2:H500")),
            ("A2:H202", Cover::Table, Some("A2:H500")),
            ("A300:H301", Cover::Table, None),
            ("#REF!", Cover::Rows, None),
        ] {
            assert_eq!(extended_list(list, cover, FILL).as_deref(), longer, "{list}");
        }
    }

    #[test]
    fn areas_of_names_follow_and_sheet_names_may_hold_anything() {
        for (areas, longer) in [
            ("'学分'!$A$2:$H$202", Some("'学分'!$A$2:$H$500")),
            ("'a!,b'!$A$1:$H$3,'a!,b'!$J$1", Some("'a!,b'!$A$1:$H$500,'a!,b'!$J$1")),
            ("学分!$1:$2", None),
            ("学分!#REF!", None),
        ] {
            assert_eq!(extended_areas(areas, Cover::Rows, FILL).as_deref(), longer, "{areas}");
        }
    }

    #[test]
    fn rectangles_are_read() {
        let range = grid::Range { top: 2, bottom: 40, left: 0, right: 27 };
        assert_eq!(rectangle("A2:AB40"), Some(range));
        assert_eq!(address("B12"), Some((1, 12)));
        assert_eq!(address("12"), None);
    }
}
