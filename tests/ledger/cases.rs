//! What every ledger must do: one list, run on each database.

use crate::place::Place;

mod people;
mod records;
mod trust;
mod work;

/// A case by name.
pub type Case = (&'static str, fn(&Place));

/// All cases.
pub fn all() -> impl Iterator<Item = &'static Case> {
    work::CASES.iter().chain(records::CASES).chain(people::CASES).chain(trust::CASES)
}
