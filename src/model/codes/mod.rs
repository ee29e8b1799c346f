//! Every finding code, grouped by the step that finds it; `explain` and the reports read these tables.

pub mod earlier;
pub mod evidence;
pub mod judged;
pub mod layout;
pub mod output;
pub mod package;
pub mod reading;
pub mod record;
pub mod records;
pub mod value;

use super::Code;

/// All groups, in the order of the journey.
pub static GROUPS: &[&[&Code]] = &[
    reading::CODES,
    package::CODES,
    records::CODES,
    layout::CODES,
    value::CODES,
    record::CODES,
    earlier::CODES,
    judged::CODES,
    evidence::CODES,
    output::CODES,
];

/// Finds a code by its name.
pub fn find(name: &str) -> Option<&'static Code> {
    GROUPS.iter().flat_map(|group| group.iter()).find(|code| code.name == name).copied()
}
