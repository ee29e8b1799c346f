//! The sender's own workbook with the wrong cells marked.
