//! Rules: dated packs of one jurisdiction or organisation judge records. Knows no file format and no mapping.
//!
//! A rule is data (`mappings/packs/*.toml`); code knows only rule *kinds*, one file each in `kinds/`,
//! and names no jurisdiction.

pub mod activity;
mod example;
mod facts;
pub mod identity;
mod judge;
mod kinds;
pub mod pack;

pub use activity::Activity;
pub use example::run_all as run_examples;
pub use judge::Judge;
pub use pack::{Pack, PackUse, Rule};
