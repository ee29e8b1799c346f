//! What is said at a cell: the text in a comments part, the box that shows it in a drawing.

pub(in crate::write::annotate) mod comments;
pub(in crate::write::annotate) mod drawing;
