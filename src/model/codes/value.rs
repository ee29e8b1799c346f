//! Codes of single values that would not convert, or were mended.

use crate::model::Code;

/// All codes of this group.
pub static CODES: &[&Code] = &[];
