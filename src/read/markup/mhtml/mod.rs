//! A web page in one file (MHTML), as Excel's "single file web page": its pages are the sheets of a workbook.

mod parts;
mod transfer;

use std::path::Path;

use crate::model::codes::reading;
use crate::model::{Finding, Place};
use crate::read::sniff::foreign;
use crate::read::{Opened, ReadError, ReadOptions};

use super::html::island::Listed;
use super::html::pages::{Page, Pages};
use super::looks::Looks;
use super::source;
use parts::PagePart;

/// Opens a document.
///
/// # Errors
/// [`ReadError::Refused`] if it holds no table with text or passes a limit, [`ReadError::Io`] if it cannot be read.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, ReadError> {
    let parts = parts::split(path)?;
    let mut looks = Looks::default();
    looks.add(&String::from_utf8_lossy(&parts.styles));
    looks.end_sheet();
    let mut pages = Vec::new();
    for PagePart { location, charset, mut file } in parts.pages {
        let label = options.encoding.as_deref();
        let decided = match source::decide_part(path, &mut file, label, charset.as_deref()) {
            // A part without bytes.
            Err(ReadError::Refused(_)) => continue,
            decided => decided?,
        };
        pages.push((location, Page::new(path, file, decided, looks.clone())?));
    }
    let (pages, missing) = in_order(pages);
    let decision = pages.first().map(|page| page.decided.decision.clone());
    let mut pages = Pages::new(pages).ok_or_else(|| foreign::MHTML.refuse())?;
    for name in missing {
        pages.remark(Finding::new(&reading::SHEET_UNREADABLE, Place::NOWHERE).arg(name));
    }
    Ok(Opened { encoding: decision, ..Opened::workbook("mhtml", Box::new(pages)) })
}

/// The pages that are sheets, in the order of their tabs, and the names of sheets without a page. Where no page
/// lists sheets, every page counts.
fn in_order(mut pages: Vec<(String, Page)>) -> (Vec<Page>, Vec<String>) {
    let is_elsewhere = |listed: &&Listed| listed.source.is_some();
    let list = pages.iter().find(|(_, page)| page.sheets().iter().any(|l| is_elsewhere(&l)));
    let Some((_, list)) = list else {
        return (pages.into_iter().map(|(_, page)| page).collect(), Vec::new());
    };
    let (is_1904, sheets) = (list.is_1904(), list.sheets().to_vec());
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for listed in sheets {
        let source = listed.source.as_deref().map(last_name).unwrap_or_default();
        let at = pages.iter().position(|(location, _)| last_name(location) == source);
        match at {
            Some(at) => {
                let (_, mut page) = pages.swap_remove(at);
                page.is_1904_elsewhere = is_1904;
                page.listed = Some(listed);
                found.push(page);
            }
            None => missing.push(listed.name),
        }
    }
    (found, missing)
}

/// The last name of an address, in lower case.
fn last_name(address: &str) -> String {
    address.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests;
