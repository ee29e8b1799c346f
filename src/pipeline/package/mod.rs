//! The journey of a package: its members as documents and evidence, judged together, with one outcome.
//!
//! Members are unpacked one at a time into a private folder and converted like any document; pictures and letters
//! become evidence. A package is run through twice only when a member turns out to have written a record that a later
//! row contradicts.

mod album;
mod evidence;
mod names;
mod part;
mod totals;
mod tour;

use std::path::Path;

use super::{
    ConvertError, Request, Witness,
    journey::{seal, take_away},
    report::{DocumentReport, ReportFile},
};
use crate::{config::Catalogue, read::package::PackageFormat, rules::PackUse};
use tour::{Learnt, Tour};

/// Packages inside packages beyond this are not opened.
const MAX_DEPTH: usize = 4;

/// The package that was sent.
pub struct Wrapped<'a> {
    /// Its bytes.
    pub path: &'a Path,
    /// What its sender calls it.
    pub name: String,
    /// What its outputs are called after.
    pub stem: String,
    /// How its members are packed.
    pub format: PackageFormat,
    /// SHA-256 of its bytes.
    pub digest: String,
}

/// What is asked of a package.
pub struct Order<'a> {
    /// Mappings, targets, packs.
    pub catalogue: &'a Catalogue,
    /// The package.
    pub subject: Wrapped<'a>,
    /// What is wanted of its members.
    pub request: &'a Request,
    /// A private folder for members.
    pub scratch: &'a Path,
}

/// Converts a package.
///
/// # Errors
/// The world or the operator's files are at fault; nothing was left behind.
pub fn convert(
    witness: &mut dyn Witness,
    order: &Order<'_>,
) -> Result<DocumentReport, ConvertError> {
    let packs = packs(order)?;
    let folder = order.request.out.as_deref();
    let file = folder.map(|folder| ReportFile::create(folder, &order.subject.stem)).transpose()?;
    let mut tour = Tour::new(order, witness, &packs, file, Learnt::new());
    let mut report = tour.run()?;
    let again = tour.again().inspect_err(|_| take_away(&report))?;
    let mut file = tour.into_file();
    if let Some((learnt, from_start)) = again {
        take_away(&report);
        tour = Tour::new(order, witness, &packs, from_start, learnt);
        report = tour.run()?;
        file = tour.into_file();
    }
    seal(&mut report, file)?;
    Ok(report)
}

fn packs(order: &Order<'_>) -> Result<Vec<PackUse>, ConvertError> {
    let mut packs = Vec::new();
    for name in &order.request.packs {
        packs.extend(order.catalogue.packs(name)?);
    }
    Ok(packs)
}
