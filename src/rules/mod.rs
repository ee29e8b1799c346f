//! Rules: dated packs of one jurisdiction or organisation judge records. Knows no file format and no mapping.
//!
//! A rule is data (`mappings/packs/*.toml`); code knows only rule *kinds*, one file each in `kinds/`,
//! and names no jurisdiction.

mod example;
mod facts;
pub mod identity;
mod judge;
mod kinds;
pub mod pack;

pub use example::run as run_example;
pub use judge::Judge;
pub use pack::{Pack, PackUse, Rule};
