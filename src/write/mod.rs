//! Writers: records in, the platform's file out; and the sender's own workbook with the wrong cells marked. Knows no mapping and no rule.

pub mod annotate;
pub mod deflate;
pub mod package;
pub mod part_file;
pub mod plan;
pub mod template;
