//! Codes of finding the table and its mapping.

use crate::model::Code;

/// All codes of this group.
pub static CODES: &[&Code] = &[];
