//! Spreadsheets written as markup: web pages (one or several in a file), SpreadsheetML 2003, flat OpenDocument.
//! All are streamed in two passes: what must be known before the rows, then the rows.

mod attributes;
mod entities;
pub mod html;
mod looks;
mod remarks;
mod source;
mod tokens;
