//! XML bytes looked at and edited without rewriting what is not touched. Knows no workbook.

mod elements;
pub(in crate::write::annotate) mod escape;
mod tags;
pub(in crate::write::annotate) mod window;

pub(in crate::write::annotate) use elements::*;
pub(in crate::write::annotate) use tags::*;
