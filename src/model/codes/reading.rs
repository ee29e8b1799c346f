//! Codes of the reading step: containers, encodings, cells.

use crate::model::Code;

/// All codes of this group.
pub static CODES: &[&Code] = &[];
