//! Codes of whole records: required fields, cross-checks, repeats, caps.

use crate::model::Code;

/// All codes of this group.
pub static CODES: &[&Code] = &[];
