//! Tables of a web page as grids, streamed in two passes. Sees what a browser shows; runs no script, loads nothing.

mod element;
mod frame;
pub mod island;
mod marks;
pub mod pages;
mod survey;
mod text;
mod walk;

use std::fs::File;
use std::path::Path;

use crate::read::sniff::foreign;
use crate::read::{Opened, ReadError, ReadOptions};

use super::looks::Looks;
use super::source;
use pages::{Page, Pages};

/// Opens a page.
///
/// # Errors
/// [`ReadError::Refused`] if it holds no table with text or passes a limit, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::io(path, source))?;
    let decided = source::decide(path, &mut file, options.encoding.as_deref())?;
    let decision = decided.decision.clone();
    let page = Page::new(path, file, decided, Looks::default())?;
    let pages = Pages::new(vec![page]).ok_or_else(|| foreign::HTML.refuse())?;
    Ok(Opened { encoding: Some(decision), ..Opened::workbook("html", Box::new(pages)) })
}

#[cfg(test)]
mod tests;
