//! Codes of writing: what a target cannot take.

use crate::model::Code;

/// All codes of this group.
pub static CODES: &[&Code] = &[];
