//! Mapping: which table of a grid is meant, and how its columns become record fields. Knows no file format and no regulation.

pub mod convert;
pub mod example;
#[cfg(test)]
mod fixture;
pub mod layout;
pub mod plan;
pub mod repeats;
